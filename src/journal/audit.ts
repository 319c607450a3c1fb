/**
 * Who did what, and what became of it: the journal read action by action, newest first. There is no second book beside it,
 * so that what was written before something was sent is also what people read.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {Semaphore} from '#lib/semaphore.ts'
import {SharedAnswers} from '#lib/single-flight.ts'
import type {Principal} from '#model/access.ts'
import type {JournalSubject} from '#model/audit-event.ts'
import type {Actor} from '#model/command.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {
  entryCount,
  entryRow,
  entryRows,
  entryRowsOf,
  entryTallies,
  linesOfEntries,
  torrentEntryRows,
  type AuditFilter,
  type AuditRow,
  type AuditScope,
  type EntryTally,
  type TimelineStretch,
} from '#store/repositories/audit.ts'
import {firstSeqSince, journalBounds} from '#store/repositories/journal.ts'
import type {Db, Store} from '#store/store.ts'
import type {JournalDecision} from './decided.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import {actorOf, argsOf, decidedOf, entryOf} from './rows.ts'
import {activitySeenBy, entriesSeenBy, happeningsSeenBy, maySeeAddress} from './visibility.ts'

export type {AuditFilter}

/** One action with its end. */
export interface AuditEntry {
  /** Rises with time; its place in the journal. */
  readonly seq: number
  readonly id: string
  readonly at: EpochMs
  /** When its last step was written. */
  readonly endedAt: EpochMs
  /** `address` is `null` where it is nobody's business. */
  readonly actor: Actor
  readonly subject: JournalSubject
  readonly serverId: ServerId | null
  readonly hash: InfoHash | null
  readonly name: string | null
  readonly verb: string
  readonly args: object
  /** Its last step. */
  readonly phase: JournalPhase
  readonly code: string | null
  readonly message: string | null
  /** The rule that wanted it; `null` = nobody's. */
  readonly ruleId: RuleId | null
  /** Id of the action that brought it about; `null` = none. */
  readonly causeId: string | null
  /** Why; `null` = no rule decided it. */
  readonly decided: JournalDecision | null
  /** How often the rule said the same since, the first time included; `null` = it is no verdict that comes again. */
  readonly repeated: {readonly times: number; readonly lastAt: EpochMs} | null
}

interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** Ask with this as `before` for what is older; `null` = there is nothing older. */
  readonly nextBefore: number | null
}

/** Which stretch of somebody's actions is asked for. */
interface AuditWindow {
  /** Only what began before this place of the journal; `null` = from the newest on. */
  readonly before: number | null
  readonly limit: number
  /** Whose actions he may read; the audit's own way when absent. */
  readonly sight?: (who: Principal) => AuditScope
}

interface TimelinePage {
  readonly entries: readonly AuditEntry[]
  /** `null` = there is nothing further. */
  readonly next: number | null
}

/** In parts that add up. */
interface Tallies {
  readonly tallies: readonly EntryTally[]
  /** There was not more than is counted at most; else it is what the newest lines say. */
  readonly isAll: boolean
}

interface AuditPace {
  /** Looked through in one go. */
  readonly lines: number
  /** A search that finds little ends after so many stretches, and goes on with the next page. */
  readonly stretchesAPage: number
}

/** A stretch takes at most 10 ms in SQLite, a page a second. */
const usualPace: AuditPace = {lines: 5_000, stretchesAPage: 100}
const EXPORT_PORTION = 500
/** What is counted looks back at most so many stretches. */
const COUNTED_STRETCHES = 20

export class Audit {
  readonly #store: Pick<Store, 'read'>
  readonly #pace: AuditPace
  /** One look at the journal and then everybody else: who search together wait for each other, and nobody for them. */
  readonly #looks = new Semaphore(1)
  /** Pages ask for them over and over, many for the same. */
  readonly #tallies = new SharedAnswers<Tallies>()

  constructor(store: Pick<Store, 'read'>, pace = usualPace) {
    this.#store = store
    this.#pace = pace
  }

  /**
   * A page may have fewer actions than `limit`, even none, and still not be the last.
   * @throws {StorageFault}
   */
  async page(who: Principal, filter: AuditFilter, window: AuditWindow): Promise<AuditPage> {
    const {limit} = window
    const entries: AuditEntry[] = []
    let stretches = 0
    for await (const found of this.#search(who, filter, window)) {
      for (const entry of found.entries) {
        entries.push(entry)
        if (entries.length === limit) return {entries, nextBefore: entry.seq}
      }
      if (++stretches === this.#pace.stretchesAPage) return {entries, nextBefore: found.reached}
    }
    return {entries, nextBefore: null}
  }

  /** One of what happened, for whoever may see where it did; `null` = there is none for him. @throws {StorageFault} */
  async entry(who: Principal, id: string): Promise<AuditEntry | null> {
    const row = await this.#look((db) => entryRow(db, id, happeningsSeenBy(who)))
    return row && eventOf(row, who)
  }

  /** All actions on one torrent, whoever did them: whoever asks sees its server. @throws {StorageFault} */
  async timeline(who: Principal, key: TorrentKey, stretch: TimelineStretch): Promise<TimelinePage> {
    const {limit} = stretch
    const rows = await this.#look((db) => torrentEntryRows(db, key, {...stretch, limit: limit + 1}))
    const entries = rows.slice(0, limit).map((row) => eventOf(row, who))
    return {entries, next: rows.length > limit ? entries.at(-1)!.seq : null}
  }

  /** Those of these ids that he may read, by their ids. @throws {StorageFault} */
  async entriesOf(
    who: Principal,
    ids: readonly string[],
    sight: (who: Principal) => AuditScope = entriesSeenBy,
  ): Promise<ReadonlyMap<string, AuditEntry>> {
    if (ids.length === 0) return new Map()
    const rows = await this.#look((db) => entryRowsOf(db, ids, sight(who)))
    return new Map(rows.map((row) => [row.id, eventOf(row, who)]))
  }

  /** Every step of these actions, in the order of writing. Whoever asks has read the actions. @throws {StorageFault} */
  async stepsOf(ids: readonly string[]): Promise<readonly JournalEntry[]> {
    if (ids.length === 0) return []
    const rows = await this.#look((db) => linesOfEntries(db, ids))
    return rows.map(entryOf)
  }

  /** How many there are. `isAll` = it is no lower bound. @throws {StorageFault} */
  async count(
    who: Principal,
    filter: AuditFilter,
    sight: (who: Principal) => AuditScope = entriesSeenBy,
  ): Promise<{readonly count: number; readonly isAll: boolean}> {
    const bounds = await this.#look((db) => boundsSince(db, filter.from))
    if (bounds === null) return {count: 0, isAll: true}
    const scope = sight(who)
    let to = bounds.last + 1
    let count = 0
    for (let stretches = 0; to > bounds.first; stretches++) {
      if (stretches === COUNTED_STRETCHES) return {count, isAll: false}
      const stretch = {from: Math.max(bounds.first, to - this.#pace.lines), to}
      count += await this.#look((db) => entryCount(db, stretch, filter, scope))
      to = stretch.from
    }
    return {count, isAll: true}
  }

  /** What rules did since then, whose actions may be read. @throws {StorageFault} */
  tallies(who: Principal, since: EpochMs): Promise<Tallies> {
    const scope = activitySeenBy(who)
    return this.#tallies.ask(JSON.stringify([scope, since]), () => this.#talliesIn(scope, since))
  }

  async #talliesIn(scope: AuditScope, since: EpochMs): Promise<Tallies> {
    const bounds = await this.#look((db) => boundsSince(db, since))
    const tallies: EntryTally[] = []
    if (bounds === null) return {tallies, isAll: true}
    let to = bounds.last + 1
    for (let stretches = 0; to > bounds.first; stretches++) {
      if (stretches === COUNTED_STRETCHES) return {tallies, isAll: false}
      const stretch = {from: Math.max(bounds.first, to - this.#pace.lines), to}
      tallies.push(...(await this.#look((db) => entryTallies(db, stretch, since, scope))))
      to = stretch.from
    }
    return {tallies, isAll: true}
  }

  /** All of them, in portions, to the beginning of the journal. @throws {StorageFault} */
  async *everything(who: Principal, filter: AuditFilter): AsyncGenerator<readonly AuditEntry[]> {
    for await (const {entries} of this.#search(who, filter, {before: null, limit: EXPORT_PORTION})) {
      if (entries.length > 0) yield entries
    }
  }

  /** Goes back stretch by stretch; `reached` = the first line that was looked at. */
  async *#search(
    who: Principal,
    filter: AuditFilter,
    {before, limit, sight = entriesSeenBy}: AuditWindow,
  ): AsyncGenerator<{entries: readonly AuditEntry[]; reached: number}> {
    const bounds = await this.#look((db) => boundsSince(db, filter.from))
    if (bounds === null) return
    const scope = sight(who)
    let to = Math.min(before ?? Infinity, bounds.last + 1)
    while (to > bounds.first) {
      const stretch = {from: Math.max(bounds.first, to - this.#pace.lines), to}
      const rows = await this.#rows(stretch, filter, scope, limit)
      to = rows.length < limit ? stretch.from : rows.at(-1)!.seq
      const entries = rows.filter((row) => matchesText(row, filter.text)).map((row) => eventOf(row, who))
      yield {entries, reached: to}
    }
  }

  #rows(stretch: {from: number; to: number}, filter: AuditFilter, scope: AuditScope, limit: number) {
    return this.#look((db) => entryRows(db, stretch, filter, scope, limit))
  }

  #look<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#looks.run(async () => {
      const found = await this.#store.read(work)
      await nextTurn()
      return found
    })
  }
}

/** Where lines stand that may have been written at `from` or later; `null` = there are none. */
async function boundsSince(db: Db, from: EpochMs | undefined): ReturnType<typeof journalBounds> {
  const bounds = await journalBounds(db)
  if (bounds === null || from === undefined) return bounds
  const first = await firstSeqSince(db, from)
  return first === null ? null : {...bounds, first}
}

/** The database looked roughly; this is what counts, and the same on both. */
function matchesText({name, actor, verb, args, message}: AuditRow, text: string | undefined): boolean {
  if (text === undefined) return true
  const wanted = folded(text)
  return [name, actor, verb, args, message].some((it) => it !== null && folded(it).includes(wanted))
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function eventOf(row: AuditRow, who: Principal): AuditEntry {
  const {seq, id, at, endedAt, name, verb, code, message} = row
  const actor = actorOf(row)
  return {
    seq,
    id,
    at,
    endedAt,
    name,
    verb,
    code,
    message,
    actor: maySeeAddress(who, row.userId) ? actor : {...actor, address: null},
    subject: row.subject as JournalSubject,
    serverId: row.serverId === null ? null : asServerId(row.serverId),
    hash: row.hash as InfoHash | null,
    args: argsOf(row),
    phase: row.phase as JournalPhase,
    ruleId: row.ruleId as RuleId | null,
    causeId: row.causeId,
    decided: decidedOf(row),
    repeated: row.times === null ? null : {times: row.times, lastAt: row.lastTimeAt ?? row.at},
  }
}
