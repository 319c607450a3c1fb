/** How much a rule may destroy in one run, an hour, a day (the rest waits), and of a server or a folder (then it is suspended). */
import {hangsOn} from '#model/decision.ts'
import {
  factsOf,
  isCounted,
  isGrave,
  isOfPath,
  numberOf,
  unknownBlocks,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'
import {LEAST_SHARE} from './decision-limits.ts'

export const budget: DecisionGuard = {
  name: 'budget',
  guards: isCounted,
  look(item) {
    const {budgets, limits, rule} = item
    const least = (own: number | undefined, instance: number) => Math.min(own ?? instance, instance)
    return (
      over(
        'max_per_run',
        budgets.run.count,
        least(rule.guards.maxPerRun, limits.maxPerRun),
        'the next run',
      ) ??
      over('max_per_hour', budgets.hour.count, least(rule.guards.maxPerHour, limits.maxPerHour), 'an hour') ??
      over('max_per_day', budgets.day.count, least(rule.guards.maxPerDay, limits.maxPerDay), 'a day') ??
      over('max_per_day_of_all', budgets.dayOfAll.count, limits.maxPerDayOfAll, 'a day') ??
      bytesOf(item, least(rule.guards.maxBytesPerRun, limits.maxBytesPerRun))
    )
  },
}

function over(code: string, done: number, most: number, wait: string): Objection | null {
  if (done < most) return null
  return {verdict: 'postpone', code, detail: {done, most}, lift: `It goes on after ${wait}.`}
}

function bytesOf(item: DecisionItem, most: number): Objection | null {
  if (!item.action.losesBytes && !(isOfPath(item) && isGrave(item))) return null
  const bytes = item.budgets.run.bytes + (bytesAtStake(item) ?? 0)
  if (bytes <= most) return null
  const lift = 'It goes on with the next run; what is larger than the limit alone, never.'
  return {verdict: 'postpone', code: 'max_bytes_per_run', detail: {bytes, most}, lift}
}

/** What would be lost at most; `undefined` = unknown. */
export function bytesAtStake(item: DecisionItem): number | undefined {
  return numberOf(item, 'content.exclusiveBytes') ?? numberOf(item, 'size') ?? numberOf(item, 'path.size')
}

/** A rule that wants a large part of a server, or a folder, is wrong more often than right: it stops until somebody looked. */
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

/** What one tracker says wrongly hits all of its torrents at once. */
export const perTracker: DecisionGuard = {
  name: 'maxPerTracker',
  guards: (item) =>
    isGrave(item) && factsOf(hangsOn(item.decision)).some((fact) => fact.startsWith('tracker.')),
  look({budgets, limits, rule}) {
    const most = Math.min(rule.guards.maxPerTracker ?? limits.maxPerTracker, limits.maxPerTracker)
    if (budgets.runOfTracker < most) return null
    const detail = {done: budgets.runOfTracker, most}
    return {verdict: 'postpone', code: 'max_per_tracker', detail, lift: 'It goes on with the next run.'}
  },
}
