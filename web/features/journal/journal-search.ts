/** What the address of the journal says: which deeds are shown. Servers are those that the whole program is about. */
import type {JournalWish} from '../../api/explanation.ts'
import type {Deed} from '../../api/explanation.ts'

export const origins = ['rule', 'user', 'api', 'arr'] as const satisfies readonly Deed['origin'][]
export const outcomes = [
  'done',
  'held',
  'simulated',
  'planned',
  'sent',
  'unconfirmed',
  'failed',
  'declined',
  'expired',
] as const satisfies readonly Deed['outcome'][]
export const kinds = ['removal', 'change'] as const
export const spans = ['hour', 'day', 'week'] as const

export interface JournalSearch {
  readonly q?: string
  readonly who?: (typeof origins)[number]
  /** Name of a person or a rule. */
  readonly actor?: string
  readonly what?: (typeof kinds)[number]
  readonly outcome?: (typeof outcomes)[number]
  readonly when?: (typeof spans)[number]
  /** Info hash of a torrent. */
  readonly torrent?: string
}

/** Unknown and misspelt parts are left out: an old address still leads to a list. */
export function readJournalSearch(found: Readonly<Record<string, unknown>>): JournalSearch {
  const {q, who, actor, what, outcome, when, torrent} = found
  return {
    ...textOf('q', q),
    ...textOf('actor', actor),
    ...(isOne(origins, who) && {who}),
    ...(isOne(kinds, what) && {what}),
    ...(isOne(outcomes, outcome) && {outcome}),
    ...(isOne(spans, when) && {when}),
    ...(typeof torrent === 'string' && /^[0-9a-f]{40}$/.test(torrent) && {torrent}),
  }
}

/** What is lost or may be. */
const removals = [
  ...['remove', 'removeWithData', 'recycle', 'failDownload', 'arr.queueRemove'],
  ...['orphan.recycle', 'orphan.delete', 'purge'],
]
/** What can be put back. */
const changes = [
  ...['start', 'forceStart', 'stop', 'setLocation', 'rename', 'renameFile', 'renameFolder', 'setCategory'],
  ...['addTags', 'removeTags', 'setTags', 'setFilePriority', 'addTrackers', 'editTracker', 'removeTrackers'],
  ...['setSpeedLimits', 'setShareLimits', 'moveInQueue', 'setPriority', 'setSuperSeeding', 'setSequential'],
  ...['setFirstLast', 'setAutoManaged', 'setComment', 'tag', 'untag', 'category', 'limits', 'queue'],
  ...['filePriority', 'superSeed', 'sequential', 'tracker.add', 'tracker.remove', 'tracker.replace', 'move'],
  ...['quarantine', 'setGlobalLimits', 'setAltSpeed', 'setPreferences', 'change'],
]

const HOUR_MS = 3_600_000
const spanMs = {hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS}

/** @param servers ids; `null` = all @param now epoch ms */
export function wishOf(
  {q, who, actor, what, outcome, when, torrent}: JournalSearch,
  servers: readonly string[] | null,
  now: number,
): JournalWish {
  return {
    ...{q, actor, outcome, origin: who, info_hash: torrent},
    ...(servers !== null && {server_id: servers}),
    ...(what !== undefined && {verb: what === 'removal' ? removals : changes}),
    // In whole minutes, so that the same question is the same a moment later.
    ...(when !== undefined && {from: Math.floor((now - spanMs[when]) / 60_000) * 60_000}),
  }
}

function textOf(name: 'q' | 'actor', found: unknown): JournalSearch {
  // The router reads what looks like JSON: figures alone come as a number.
  const isText = (typeof found === 'string' && found !== '') || typeof found === 'number'
  return isText ? {[name]: String(found).slice(0, 200)} : {}
}

function isOne<T extends string>(all: readonly T[], found: unknown): found is T {
  return (all as readonly unknown[]).includes(found)
}
