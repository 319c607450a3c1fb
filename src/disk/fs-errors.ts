/** Why a disk did not tell: never a reason to take anything for absent, empty or free. */
import type {UnknownReason} from '#model/fact.ts'

export interface Unseen {
  readonly unknown: Extract<UnknownReason, 'missing' | 'unreadable' | 'notSupported'>
  /** Words of the system or of ours, for people. */
  readonly detail: string
}

export function unseen(unknown: Unseen['unknown'], detail: string): Unseen {
  return {unknown, detail}
}

export const noAnswer = unseen('unreadable', 'The disk does not answer.')

/** Of an error of the file system. */
export function unseenOf(error: unknown): Unseen {
  return unseenBy(codeOf(error))
}

/** @param code of an error of the file system */
export function unseenBy(code: string): Unseen {
  if (isMissing(code)) return unseen('missing', `There is nothing at this path (${code}).`)
  return unseen('unreadable', `The path cannot be read (${code}).`)
}

/** Nothing is at the path, or something on the way to it is no folder. @param code of an error of the file system */
export function isMissing(code: string): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** '' = no error of the system. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}

/**
 * What the system said of a path elsewhere, as it throws it here: `codeOf` reads the code.
 *
 * @param code `EACCES`
 */
export function diskFault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), {code})
}
