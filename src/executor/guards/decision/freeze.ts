/** A server that is away, half loaded or just back is no evidence. */
import {MINUTE} from '#model/units.ts'
import type {DecisionGuard} from './decision-guard.ts'
import {isDelicate, numberOf, valueOf} from './decision-guard.ts'

const MOST_DROP = 0.2
const EPOCH = 10 * MINUTE

export const freeze: DecisionGuard = {
  name: 'freeze',
  guards: (item) => isDelicate(item) && item.decision.subject.serverId !== null,
  look(item) {
    const status = valueOf(item, 'server.status')
    if (status !== 'online' && status !== 'degraded') {
      return frozen('server_not_online', {status: status ?? 'unknown'}, 'Its server has to answer again.')
    }
    const drop = numberOf(item, 'server.populationDrop')
    if (drop === undefined || drop > MOST_DROP) {
      return frozen('population_drop', {drop: drop ?? null}, 'Two whole lists of its server have to agree.')
    }
    const {epochFor} = item.server
    if (epochFor !== undefined && epochFor >= EPOCH) return null
    return frozen(
      'epoch_young',
      {epochFor: epochFor ?? null, needed: EPOCH},
      'Ten minutes after its server came back.',
    )
  },
}

function frozen(code: string, detail: Readonly<Record<string, unknown>>, lift: string) {
  return {verdict: 'postpone', code, detail, lift} as const
}
