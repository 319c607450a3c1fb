/** A rule that wants a large part of a server, or a folder, is wrong more often than right: it stops until somebody looked. */
import {
  isGrave,
  isOfPath,
  numberOf,
  unknownBlocks,
  type DecisionGuard,
  type DecisionItem,
} from './decision-guard.ts'
import {LEAST_SHARE} from './decision-limits.ts'

export const share: DecisionGuard = {
  name: 'maxShare',
  guards: (item) =>
    isGrave(item) && (isOfPath(item) || (takesTorrents(item) && item.decision.subject.serverId !== null)),
  look(item) {
    const {budgets, limits, rule} = item
    const all = isOfPath(item) ? 'path.entries' : 'server.population'
    const population = numberOf(item, all)
    if (population === undefined)
      return unknownBlocks(
        item,
        all,
        isOfPath(item) ? 'Its folder has to be read.' : 'Its server has to send its list.',
      )
    const part = Math.min(rule.guards.maxShare ?? limits.maxShare, limits.maxShare)
    const most = Math.max(LEAST_SHARE, Math.floor(population * part))
    // Of the folder whose entries are the whole: what was done beside it is no part of that.
    const {count: done} = isOfPath(item) ? budgets.dayOfFolder : budgets.dayOfServer
    const heldBack = isOfPath(item) ? budgets.heldBackOfFolder : budgets.heldBackOfServer
    // A share is no brake on large servers, nor on many folders: what is wanted at once has an end of its own.
    const atOnce = budgets.run.count + budgets.heldBackOfServer
    const isTooMuch = done + heldBack >= most || atOnce >= limits.maxAtOnce
    if (!isTooMuch) return null
    const allowed = Math.min(most, limits.maxAtOnce)
    const detail = {done, heldBack, most: allowed, population, share: part}
    const lift = `Look at what it did, then resume it: it may then take up to ${allowed} more before it stops again.`
    return {verdict: 'suspend', code: 'max_share', detail, lift}
  },
}

/** Of a torrent that stays, or went long ago, no share is lost, however many are tidied in a day. */
function takesTorrents({action}: DecisionItem): boolean {
  return action.action !== 'extraFiles.recycle' && action.action !== 'purge'
}
