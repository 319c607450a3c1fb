/** What a person wants kept, or changed just now, no rule touches. */
import {MINUTE} from '#model/units.ts'
import type {DecisionGuard} from './decision-guard.ts'
import {isGrave, numberOf, unknownBlocks, valueOf} from './decision-guard.ts'

/** On every kind of server: also where tags are labels or a category. */
export const keepTags: readonly string[] = ['keep', 'qbitrr-ignored', 'commodarr-ignore']
const MANUAL = 15 * MINUTE

export const userFirst: DecisionGuard = {
  name: 'userFirst',
  guards: ({key, action}) => key !== null && action.class !== 'harmless',
  look(item) {
    const tags = valueOf(item, 'tags')
    const kept = Array.isArray(tags) ? tags.find((tag) => keepTags.includes(tag.toLowerCase())) : undefined
    if (kept !== undefined) return yours('kept', {tag: kept}, 'Take the tag away.')
    if (valueOf(item, 'memory.protected') === true) return yours('pinned', {}, 'Unpin it.')
    if (!isGrave(item)) return null
    if (tags === undefined) return unknownBlocks('tags', 'Its server has to tell its tags.')
    const changedAt = numberOf(item, 'memory.lastManualChangeAt')
    if (changedAt === undefined || item.now - changedAt >= MANUAL * 1_000) return null
    const left = MANUAL - (item.now - changedAt) / 1_000
    return yours('changed_by_hand', {left}, 'A quarter of an hour after the last change by hand.')
  },
}

function yours(code: string, detail: Readonly<Record<string, unknown>>, lift: string) {
  return {verdict: 'block', code, detail, lift} as const
}
