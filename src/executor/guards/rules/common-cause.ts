/** Of a thing whose torrents got into trouble together nothing is mended or removed until somebody looked. */
import type {WantedAction} from '#model/decision.ts'
import type {ActionName, RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {isDelicate, type DecisionGuard} from './decision-guard.ts'

export interface CommonCause {
  /** `disk`: below a folder of the server. */
  readonly what: 'server' | 'disk' | 'tracker' | 'category'
  readonly name: string
  /** `null` = of several servers. */
  readonly serverId: ServerId | null
  /** Torrents on these are part of it: of those that the owner of its rule may see. */
  readonly servers: readonly ServerId[]
  /** Suspended by it; that it is resumed ends it. */
  readonly ruleId: RuleId
  readonly torrents: number
  /** Torrents of that server; `null` = unknown. */
  readonly population: number | null
  readonly action: ActionName
}

const mending: ReadonlySet<ActionName> = new Set<ActionName>([
  'recheck',
  'reannounce',
  'arr.search',
  'start',
  'forceStart',
])

/** Is it among what is not done torrent by torrent while many have one cause? */
export function waitsForCause(action: WantedAction): boolean {
  return isDelicate({action}) || mending.has(action.action)
}

export const commonCause: DecisionGuard = {
  name: 'commonCause',
  guards: (item) => waitsForCause(item.action) && !item.isAnswered,
  look({commonCause: cause}) {
    if (cause === null) return null
    const {what, name, torrents} = cause
    const lift = `Look at ${what === 'server' ? '' : `the ${what} `}${name}, and resume the rule that stopped for it.`
    return {verdict: 'postpone', code: 'common_cause', detail: {what, name, torrents}, lift}
  },
}
