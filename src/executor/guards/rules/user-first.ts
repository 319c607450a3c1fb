/** What a person wants kept, or changed just now, no rule touches. */
import {keptBy} from '#model/torrent.ts'
import {waits} from '#model/waits.ts'
import {
  isGrave,
  isOfPath,
  numberOf,
  secondsSince,
  unknownBlocks,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
} from './decision-guard.ts'

export const userFirst: DecisionGuard = {
  name: 'userFirst',
  guards: (item) => (item.key !== null || isOfPath(item)) && item.action.class !== 'harmless',
  look(item) {
    if (isOfPath(item)) return broughtBack(item)
    const tags = valueOf(item, 'tags')
    const kept = keptBy(tags, valueOf(item, 'category'))
    if (kept !== undefined) return yours('kept', {tag: kept}, 'Take the tag away.')
    if (valueOf(item, 'memory.protected') === true) return yours('pinned', {}, 'Unpin it.')
    if (!isGrave(item)) return null
    const {isTakenBack = false, until} = item.quarantine ?? {}
    if (isTakenBack)
      return yours('taken_back', {until}, 'A day after a person took it back from its quarantine.')
    if (tags === undefined) return unknownBlocks(item, 'tags', 'Its server has to report its tags.')
    const changedAt = numberOf(item, 'memory.lastManualChangeAt')
    if (changedAt === undefined) return null
    const passed = secondsSince(changedAt, item)
    if (passed !== undefined && passed >= waits.changedByUser.seconds) return null
    const left = passed === undefined ? null : waits.changedByUser.seconds - passed
    return yours('changed_by_hand', {left}, 'A quarter of an hour after the last change by hand.')
  },
}

/** For as long as that is remembered, which is years. */
function broughtBack(item: DecisionItem) {
  if (valueOf(item, 'memory.protected') !== true) return null
  return yours(
    'brought_back',
    {},
    'A person restored it from the trash: rules leave it alone, and only a person deletes it.',
  )
}

function yours(code: string, detail: Readonly<Record<string, unknown>>, lift: string) {
  return {verdict: 'block', code, detail, lift} as const
}

/** A rule does only what its owner may do himself. Of a server that he may not see nothing is said. */
export const multiUser: DecisionGuard = {
  name: 'multiUser',
  guards: ({decision}) => decision.subject.serverId !== null,
  look({decision, access}) {
    if (access.may('control', decision.subject.serverId!)) return null
    return yours('not_allowed', {}, 'The owner of the rule needs the right to it.')
  },
}
