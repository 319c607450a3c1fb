/**
 * What was done in a stretch of time, in a few lines: actions of one kind together, with what they have in common. Routine
 * of rules (tags, refreshes, checks without a change) is no part of it.
 */
import type {Principal} from '#model/access.ts'
import type {ReasonCode} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {Audit, AuditEntry, AuditFilter} from './audit.ts'
import {endOf, outcomeOf} from './outcomes.ts'
import {happeningsSeenBy} from './visibility.ts'

/**
 * given_up: a rule failed a download. removed: by rules, with data or without. recycled: by rules, into the trash.
 * deleted: by people and programs. restored: from the trash. failed: whatever did not work. simulated: by dry runs.
 */
export const dayKinds = [
  'given_up',
  'recycled',
  'removed',
  'deleted',
  'added',
  'restored',
  'failed',
  'simulated',
] as const
type DayKind = (typeof dayKinds)[number]

interface DayLine {
  readonly kind: DayKind
  readonly count: number
  /** When the newest of them began. */
  readonly lastAt: EpochMs
  /** What they have in common; `null` = they differ, or it is none. */
  readonly actor: string | null
  readonly ruleId: RuleId | null
  readonly reason: ReasonCode | null
  /** That went with them; `null` = of at least one it is not known. */
  readonly bytes: Bytes | null
  /** Of the newest, each once. */
  readonly names: readonly string[]
  /** Which torrents, in the order of the journal; `null` = more than `MOST_KEYS`, or not all are torrents. */
  readonly torrents: readonly TorrentKey[] | null
}

interface DaySummary {
  /** The kind that happened last first. */
  readonly lines: readonly DayLine[]
  /** `false` = there were more than are counted: the newest of them. */
  readonly isComplete: boolean
}

const MOST_NAMES = 3
/** What can be undone in one go. */
export const MOST_KEYS = 50
const PAGE = 500
/** Of each of both questions. */
const MOST_DEEDS = 5_000

interface Kinds {
  readonly byRule: DayKind | null
  readonly byOthers: DayKind | null
}

const doneKinds: ReadonlyMap<string, Kinds> = new Map([
  ['failDownload', {byRule: 'given_up', byOthers: null}],
  ['recycle', {byRule: 'recycled', byOthers: 'deleted'}],
  ['remove', {byRule: 'removed', byOthers: 'deleted'}],
  ['removeWithData', {byRule: 'removed', byOthers: 'deleted'}],
  ['addTorrent', {byRule: null, byOthers: 'added'}],
  ['restore', {byRule: null, byOthers: 'restored'}],
])

/** Begun at `from` or later, as far as this person may see it. @throws {StorageFault} */
export async function daySummary(
  audit: Pick<Audit, 'page'>,
  who: Principal,
  from: EpochMs,
): Promise<DaySummary> {
  const done = {from, subjects: ['torrent'], verbs: [...doneKinds.keys()], ends: [endOf('done')]}
  const other = {from, ends: [endOf('failed'), endOf('simulated')]}
  const found = [await newestEntries(audit, who, done), await newestEntries(audit, who, other)]
  return {lines: linesOf(found.flatMap(({entries}) => entries)), isComplete: found.every(({isAll}) => isAll)}
}

async function newestEntries(
  audit: Pick<Audit, 'page'>,
  who: Principal,
  filter: AuditFilter,
): Promise<{readonly entries: readonly AuditEntry[]; readonly isAll: boolean}> {
  const entries: AuditEntry[] = []
  let before: number | null = null
  do {
    const page: Awaited<ReturnType<Audit['page']>> = await audit.page(who, filter, {
      before,
      limit: PAGE,
      sight: happeningsSeenBy,
    })
    entries.push(...page.entries)
    before = page.nextBefore
  } while (before !== null && entries.length < MOST_DEEDS)
  return {entries, isAll: before === null}
}

/** What goes because a download is given up is one with that. @param entries in any order */
export function linesOf(entries: readonly AuditEntry[]): readonly DayLine[] {
  const givenUp = new Set(entries.filter((it) => kindOf(it) === 'given_up').map(({id}) => id))
  const kinds = Map.groupBy(
    entries
      .filter(({causeId}) => causeId === null || !givenUp.has(causeId))
      .toSorted((one, other) => other.at - one.at),
    kindOf,
  )
  return [...kinds]
    .flatMap(([kind, its]) => (kind === null ? [] : lineOf(kind, its)))
    .toSorted((one, other) => other.lastAt - one.lastAt)
}

/** `null` = it is routine. */
function kindOf({phase, code, verb, actor}: AuditEntry): DayKind | null {
  const outcome = outcomeOf(phase, code)
  if (outcome === 'failed' || outcome === 'simulated') return outcome
  const kinds = outcome === 'done' ? doneKinds.get(verb) : undefined
  if (kinds === undefined) return null
  return actor.origin === 'rule' ? kinds.byRule : kinds.byOthers
}

/** @param entries newest first, one at least */
function lineOf(kind: DayKind, entries: readonly AuditEntry[]): DayLine {
  const bytes = entries.map(({decided}) => decided?.bytes ?? null)
  const keys = entries.flatMap(({serverId, hash}) =>
    serverId === null || hash === null ? [] : {serverId, hash},
  )
  return {
    kind,
    count: entries.length,
    lastAt: entries[0]!.at,
    actor: common(entries.map(({actor}) => actor.name)),
    ruleId: common(entries.map(({ruleId}) => ruleId)),
    reason: common(entries.map(({decided}) => decided?.reason ?? null)),
    bytes: bytes.includes(null) ? null : bytes.reduce<number>((sum, it) => sum + it!, 0),
    names: [...new Set(entries.flatMap(({name}) => name ?? []))].slice(0, MOST_NAMES),
    torrents: keys.length === entries.length && keys.length <= MOST_KEYS ? keys : null,
  }
}

function common<T>(all: readonly (T | null)[]): T | null {
  const [first = null] = all
  return all.every((it) => it === first) ? first : null
}
