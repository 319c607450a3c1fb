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
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return unseen('missing', `There is nothing at this path (${code}).`)
  return unseen('unreadable', `The path can not be read (${code}).`)
}

/** '' = no error of the system. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}
