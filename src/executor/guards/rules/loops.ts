/** What rules do again and again without an end: a person has to look why, or to say yes. */
import type {WantedAction} from '#model/decision.ts'
import type {ActionName} from '#model/rule.ts'
import {
  factsOf,
  movesData,
  numberOf,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

export const COMES_BACK = 'comes_back'

const givesUp: ReadonlySet<ActionName> = new Set<ActionName>(['failDownload', 'arr.blocklist', 'arr.search'])

/**
 * What comes back each time it was given up is not given up for ever: an indexer that tells no hash offers what is
 * blocklisted again, and each round costs a download and a search. A person has to say yes, or to look why.
 * Source: Sonarr and Radarr.
 */
export const loop: DecisionGuard = {
  name: 'loop',
  guards: ({action, key, isAnswered}) => key !== null && !isAnswered && givesUp.has(action.action),
  look(item) {
    const {maxRoundsOfTorrent, maxRoundsOfItem, maxRoundsByScore} = item.limits
    const removed = numberOf(item, 'memory.timesRemoved') ?? 0
    const {givenUp, givenUpByScore} = item.download
    const isByScore = item.decision.reason === 'scoreUnmet' && givenUpByScore >= maxRoundsByScore
    if (removed < maxRoundsOfTorrent && givenUp < maxRoundsOfItem && !isByScore) return null
    const detail = {removed, givenUp}
    return {verdict: 'block', code: COMES_BACK, detail, lift: `${whatCameBack(item)} ${looksFirst}`}
  },
}

const looksFirst = 'A person has to approve it, or find the cause.'

function whatCameBack(item: DecisionItem): string {
  const removed = numberOf(item, 'memory.timesRemoved') ?? 0
  const {givenUp, givenUpByScore} = item.download
  if (removed >= item.limits.maxRoundsOfTorrent) return `It was removed ${removed} times and came back.`
  if (givenUp >= item.limits.maxRoundsOfItem)
    return `${givenUp} releases of its item were given up within a week.`
  return `${givenUpByScore} releases of its item were given up because of their score within a week.`
}

/** A torrent that is well, or was stopped, is started because somebody wants it to run. */
const broken: ReadonlySet<unknown> = new Set(['error', 'missingFiles', 'unknown'])
const starting: ReadonlySet<ActionName> = new Set<ActionName>(['start', 'forceStart'])

/** Is it done because something is wrong with the torrent itself, and shall be well afterwards? */
export function isRepair(item: Pick<DecisionItem, 'action' | 'fact'>): boolean {
  const {action} = item.action
  const state = item.fact('state')
  return action === 'recheck' || (starting.has(action) && 'value' in state && broken.has(state.value))
}

/**
 * What does not help three times helps no fourth time: the cause is its client, its disk or its tracker, and somebody
 * has to look there. Each repair waits twice as long as the one before, and one server has only so many checks an hour.
 */
export const repairs: DecisionGuard = {
  name: 'repairs',
  guards: (item) => isRepair(item) && item.key !== null && !item.isAnswered,
  look: (item) => tooOften(item) ?? tooMany(item),
}

function tooOften(item: DecisionItem): Objection | null {
  const {count, nextAt} = item.repairs
  if (count >= item.limits.maxRepairs) {
    const suspect = suspectOf(item)
    const lift = `It was mended ${count} times within a week, and that did not help: look at ${suspect.words}, then mend it yourself.`
    const detail = {count, suspect: suspect.what, name: suspect.name}
    return {verdict: 'block', code: 'repaired_often', detail, lift}
  }
  if (nextAt === null || item.now === undefined || item.now >= nextAt) return null
  const left = Math.ceil((nextAt - item.now) / 1_000)
  return {
    verdict: 'postpone',
    code: 'repaired_lately',
    detail: {count, left},
    lift: 'Some time after the last repair.',
  }
}

function tooMany({action, checksOfServer: done, limits}: DecisionItem): Objection | null {
  const most = limits.maxChecksPerHour
  if (action.action !== 'recheck' || done < most) return null
  const lift = 'It goes on after an hour: a check reads every byte.'
  return {verdict: 'postpone', code: 'max_checks_per_hour', detail: {done, most}, lift}
}

interface Suspect {
  readonly what: 'tracker' | 'disk' | 'server'
  readonly name: string
  readonly words: string
}

/** By what the rule saw: trackers when it went by them, the disk when that is away or files are, else its client. */
function suspectOf(item: DecisionItem): Suspect {
  const hosts = valueOf(item, 'tracker.hosts')
  const byTrackers = factsOf(item.decision.evidence).some((fact) => fact.startsWith('tracker.'))
  if (byTrackers && Array.isArray(hosts) && hosts.length > 0) {
    const name = hosts.join(', ')
    return {what: 'tracker', name, words: `its tracker (${name})`}
  }
  const place = valueOf(item, 'savePath')
  const server = item.decision.subject.serverId ?? ''
  const isOfDisk = valueOf(item, 'path.mounted') === false || valueOf(item, 'path.readable') === false
  const isSeen = valueOf(item, 'path.mounted') === true && valueOf(item, 'path.readable') === true
  const isMissing = valueOf(item, 'state') === 'missingFiles'
  if (typeof place === 'string' && (isOfDisk || isMissing || !isSeen))
    return {what: 'disk', name: place, words: `its disk (${place}) and its server (${server})`}
  return {what: 'server', name: server, words: `its server (${server}): its disk can be read`}
}

/** The place that this action asks for, as its rule names it. */
export function placeWanted({action, params}: Pick<WantedAction, 'action' | 'params'>): string {
  return `${action} ${JSON.stringify(params[action === 'category' ? 'category' : 'path'] ?? '')}`
}

/**
 * What rules bring back to where a rule had it before, again and again, no rule moves a further time: each time costs all
 * of its bytes, and none of them is right. A person has to say which.
 */
export const movedBack: DecisionGuard = {
  name: 'movedBack',
  guards: (item) => mayMove(item) && item.key !== null && !item.isAnswered,
  look({moves: {returns, isReturn, rules}, limits: {maxReturns}}) {
    if (!isReturn || returns < maxReturns) return null
    const lift =
      rules.length === 1
        ? `This rule brought it back ${returns} times within a week: something else moves it away. Find out what, or approve it.`
        : `${rules.length} rules moved it to and fro within a week (${rules.map((name) => `“${name}”`).join(', ')}). Change one of them, or approve it.`
    return {verdict: 'block', code: 'moved_to_and_fro', detail: {returns, rules}, lift}
  },
}

/** A category moves what its server manages automatically, also where the rule does not ask for it. */
export function mayMove(item: Parameters<DecisionGuard['guards']>[0]): boolean {
  return movesData(item) || (item.action.action === 'category' && valueOf(item, 'autoManaged') !== false)
}
