/**
 * Is the disk still there? A path whose disk was unmounted is often an empty folder on another one, with the other
 * one's free space: believed, it would look as if every file were gone and the disk nearly full.
 * Source: rules.md §5 `mount`, safety scenario 8.
 */
import {opendir, stat} from 'node:fs/promises'
import type {Patience} from './patience.ts'
import {noAnswer, unseen, unseenOf, type Unseen} from './unseen.ts'

/** What is kept of a path over restarts. */
export interface RememberedMount {
  readonly device: string
  /** It had files when we last looked. */
  readonly hadFiles: boolean
}

export interface SeenMount {
  readonly device: string
  readonly empty: boolean
}

export type MountVerdict =
  | {readonly mounted: true; readonly remember: RememberedMount}
  | {
      readonly mounted: 'unknown'
      readonly reason: 'otherDevice' | 'unreadable' | 'emptied'
      readonly detail: string
    }

/**
 * What was remembered is never changed by a look that is in doubt: only a person says that a disk was replaced, or a
 * folder emptied on purpose, by forgetting it (`remembered` = `null`).
 */
export function judgeMount(remembered: RememberedMount | null, seen: SeenMount | Unseen): MountVerdict {
  if ('unknown' in seen) return {mounted: 'unknown', reason: 'unreadable', detail: seen.detail}
  const {device, empty} = seen
  if (remembered && remembered.device !== device) {
    const detail = `Another disk is there (device ${device}, it was ${remembered.device}).`
    return {mounted: 'unknown', reason: 'otherDevice', detail}
  }
  if (!remembered && empty) {
    return {mounted: 'unknown', reason: 'emptied', detail: 'It is empty, and nobody has seen it with files.'}
  }
  if (remembered?.hadFiles && empty) {
    return {mounted: 'unknown', reason: 'emptied', detail: 'It is empty, and it had files.'}
  }
  return {mounted: true, remember: {device, hadFiles: !empty}}
}

/** Reads one entry of the folder, no more. */
export async function lookAtMount(path: string, patience: Patience): Promise<SeenMount | Unseen> {
  try {
    return (await patience.ask(`mount ${path}`, () => look(path))) ?? noAnswer
  } catch (error) {
    return unseenOf(error)
  }
}

async function look(path: string): Promise<SeenMount | Unseen> {
  const {dev} = await stat(path, {bigint: true})
  const folder = await opendir(path, {bufferSize: 1})
  try {
    const empty = (await folder.read()) === null
    const after = await stat(path, {bigint: true})
    if (after.dev !== dev) return unseen('unreadable', 'A disk was mounted or unmounted just now.')
    return {device: String(dev), empty}
  } finally {
    await folder.close()
  }
}
