/** What is new, or newly seen, is left alone: a list that just came up proves nothing. */
import type {Seconds} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {
  isGrave,
  numberOf,
  secondsSince,
  unknownBlocks,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

/** No rule can lower this, nor the times of `waits`. */
const FULL_SYNCS = 2

export const minAge: DecisionGuard = {
  name: 'minAge',
  guards: (item) => isGrave(item) && item.key !== null,
  look: (item) => ofServer(item) ?? ofTorrent(item),
}

function ofServer(item: DecisionItem): Objection | null {
  const {fullSyncs} = item.server
  return (
    atLeast('server_online_for', numberOf(item, 'server.onlineFor'), waits.serverOnline.seconds) ??
    ((fullSyncs ?? 0) >= FULL_SYNCS
      ? null
      : {
          verdict: 'postpone',
          code: 'full_syncs',
          detail: {seen: fullSyncs ?? 0, needed: FULL_SYNCS},
          lift: 'Its server has to send its whole list once more.',
        })
  )
}

function ofTorrent(item: DecisionItem): Objection | null {
  const complete = valueOf(item, 'complete')
  if (typeof complete !== 'boolean') return unknownBlocks(item, 'complete', 'Its server has to list it.')
  const isDangerous = item.decision.reason === 'unwantedFiles'
  const {rule, limits} = item
  const needed = complete
    ? Math.max(rule.guards.minAgeComplete ?? 0, limits.minAgeComplete)
    : Math.max(rule.guards.minAgeIncomplete ?? 0, limits.minAgeIncomplete)
  const young = isDangerous ? null : atLeast('age', numberOf(item, 'age'), needed)
  if (young !== null || !complete) return young
  const firstSeenAt = numberOf(item, 'firstSeenAt')
  return atLeast(
    'seen_for',
    firstSeenAt === undefined ? undefined : secondsSince(firstSeenAt, item),
    waits.torrentSeen.seconds,
  )
}

/** A negative age is a wrong clock: unknown. */
function atLeast(code: string, value: Seconds | undefined, needed: Seconds): Objection | null {
  const known = value !== undefined && value >= 0
  if (known && value >= needed) return null
  const detail = known ? {value, needed, left: needed - value} : {needed}
  const lift = known ? `${Math.ceil(needed - value)} s more.` : 'It has to be known for how long.'
  return {verdict: 'postpone', code, detail, lift}
}
