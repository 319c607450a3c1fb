/** A rule that wants a large part of a server is wrong more often than right: it stops until somebody looked. */
import type {DecisionGuard, DecisionItem} from './decision-guard.ts'
import {isGrave, numberOf, unknownBlocks} from './decision-guard.ts'
import {LEAST_SHARE} from './decision-limits.ts'

export const share: DecisionGuard = {
  name: 'maxShare',
  guards: (item) => isGrave(item) && takesTorrents(item) && item.decision.subject.serverId !== null,
  look(item) {
    const {budgets, limits, rule} = item
    const population = numberOf(item, 'server.population')
    if (population === undefined)
      return unknownBlocks('server.population', 'Its server has to tell its list.')
    const part = Math.min(rule.guards.maxShare ?? limits.maxShare, limits.maxShare)
    const most = Math.max(LEAST_SHARE, Math.floor(population * part))
    const [done, heldBack] = [budgets.dayOfServer.count, budgets.heldBackOfServer]
    if (done + heldBack < most) return null
    const detail = {done, heldBack, most, population, share: part}
    return {verdict: 'suspend', code: 'max_share', detail, lift: 'Look at what it did, then let it go on.'}
  },
}

/** Of a torrent that stays, or went long ago, no share is lost, however many are tidied in a day. */
function takesTorrents({action}: DecisionItem): boolean {
  return action.action !== 'extraFiles.recycle' && action.action !== 'purge'
}
