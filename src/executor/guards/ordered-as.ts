/**
 * Which life of a torrent an order is about, and who cared for it then. An order may wait: seconds for its undo, minutes
 * in a selection, hours until it is tried again. What comes again under the same hash is another torrent, and what
 * somebody protects meanwhile stays. Source: scenarios S43 and S45.
 */
import {labelsOfPeople} from '#model/automation-state.ts'
import {keptBy, type TorrentRecord} from '#model/torrent.ts'

/** All are numbers that are equal for what is equal, so that 200,000 of them take little room. */
export interface OrderedAs {
  /** When it was added. */
  readonly life: number
  /** Where its data is kept; 0 = anywhere: what was done moves it. */
  readonly place: number
  /** Its category, and by which word, pin or ignored tag of a rule it is kept. */
  readonly care: number
}

/**
 * @param isPinned somebody wants it kept, here
 * @param ignored of its tags those that keep rules away, each in one spelling (`rules/ignored-tags.ts`)
 */
export function orderedAs(
  {addedAt, savePath, category, tags}: Pick<TorrentRecord, 'addedAt' | 'savePath' | 'category' | 'tags'>,
  isPinned: boolean,
  ignored: (tags: readonly string[]) => readonly string[],
): OrderedAs {
  const kept = keptBy(tags, category)
  const spared = new Set(ignored(labelsOfPeople(tags ?? [])))
  return {
    life: hashOf(JSON.stringify(addedAt ?? null)),
    place: hashOf(JSON.stringify(savePath ?? null)),
    care: hashOf(JSON.stringify([category, kept ?? null, isPinned, ...[...spared].toSorted()])),
  }
}

/** Is it another torrent, or are its files others, than what was ordered is about? */
export function isAnother(before: OrderedAs, now: OrderedAs): boolean {
  return before.life !== now.life || (before.place !== 0 && before.place !== now.place)
}

/** FNV-1a; never 0, which stands for nothing. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0 || 1
}
