/**
 * What lies beside files that were set aside: where they came from, written before the first one moves. How far it got
 * is said by empty files beside it, so that nothing that is written is ever written over.
 */
import {z} from 'zod'
import type {RecyclePlan} from './recycle.ts'

export const noteName = 'note.json'

/** The last of these that is there is the state; none = still being set aside. */
export const marks = ['recycled', 'restoring', 'purging'] as const
export type Mark = (typeof marks)[number]
export type RecycleState = 'moving' | Mark

const Note = z.object({
  version: z.literal(1),
  device: z.string(),
  at: z.number(),
  folder: z.string().nullable(),
  files: z.array(z.object({from: z.string(), to: z.string(), inode: z.string(), size: z.number()})),
})

export function noteText({device, at, folder, files}: RecyclePlan): string {
  return JSON.stringify({version: 1, device, at, folder, files})
}

/** `null` = cut or foreign. The root and the entry are where it was found. */
export function readNote(text: string, root: string, entry: string): RecyclePlan | null {
  try {
    const {version: _version, ...note} = Note.parse(JSON.parse(text))
    return {root, entry, ...note}
  } catch {
    return null
  }
}
