/**
 * Which life of a torrent an order is about, and who cared for it then. An order may wait: seconds for its undo, minutes
 * in a selection, hours until it is tried again. What comes again under the same hash is another torrent, and what
 * somebody protects meanwhile stays. Source: safety scenarios 43 and 45.
 */
import {keptBy, type TorrentRecord} from '#model/torrent.ts'

/** Both are numbers that are equal for what is equal, so that 200,000 of them take little room. */
export interface OrderedAs {
  /** When it was added, and where its data is kept. */
  readonly life: number
  /** Its category, and by which word or pin it is kept. */
  readonly care: number
}

/** @param isPinned somebody wants it kept, here */
export function orderedAs(
  {addedAt, savePath, category, tags}: Pick<TorrentRecord, 'addedAt' | 'savePath' | 'category' | 'tags'>,
  isPinned: boolean,
): OrderedAs {
  const kept = keptBy(tags, category)
  return {
    life: hashOf(JSON.stringify([addedAt ?? null, savePath ?? null])),
    care: hashOf(JSON.stringify([category, kept ?? null, isPinned])),
  }
}

/** FNV-1a; never 0, which stands for nothing. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0 || 1
}
