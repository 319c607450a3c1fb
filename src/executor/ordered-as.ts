/**
 * Which life of a torrent an order is about, and who cared for it then. An order may wait: seconds for its undo, minutes
 * in a selection, hours until it is tried again. What comes again under the same hash is another torrent, and what
 * somebody protects meanwhile stays. Source: scenarios S43 and S45.
 */
import {labelsOfPeople} from '#model/automation-state.ts'
import type {StandingRule} from '#model/decision.ts'
import {kindOf} from '#model/rule.ts'
import {keptBy, labelKey, type TorrentRecord} from '#model/torrent.ts'

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
 * @param ignored tags that keep rules away (`ignoredTags`)
 */
export function orderedAs(
  {addedAt, savePath, category, tags}: Pick<TorrentRecord, 'addedAt' | 'savePath' | 'category' | 'tags'>,
  isPinned: boolean,
  ignored: ReadonlySet<string>,
): OrderedAs {
  const kept = keptBy(tags, category)
  const found = ignored.size === 0 ? [] : labelsOfPeople(tags ?? []).map(labelKey)
  const spared = new Set(found.filter((tag) => ignored.has(tag)))
  return {
    life: hashOf(JSON.stringify(addedAt ?? null)),
    place: hashOf(JSON.stringify(savePath ?? null)),
    care: hashOf(JSON.stringify([category, kept ?? null, isPinned, ...[...spared].toSorted()])),
  }
}

/**
 * Tags that protect a torrent from removal because a rule that removes ignores what has them. Who sets one while a
 * removal waits protects the torrent, whoever ordered the removal. Rules that are off protect nothing.
 */
export function ignoredTags(rules: readonly Pick<StandingRule, 'rule'>[]): ReadonlySet<string> {
  const removing = rules.filter(
    ({rule}) => rule.mode !== 'off' && rule.do.some((action) => kindOf(action).class === 'destructive'),
  )
  return new Set(removing.flatMap(({rule}) => rule.scope.tagsNone.map(labelKey)))
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
