/**
 * What was intended, sent and confirmed. An entry counts as written when the database has committed it, for nothing is
 * sent before its intention is: `write` resolves then, and rejects when nothing of it was written.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Clock} from '#lib/clock.ts'
import {asServerId, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {
  appendRows,
  journalBounds,
  lastSeqBefore,
  openRows,
  sentRows,
  sentToServerRows,
  type NewJournalRow,
} from '#store/repositories/journal.ts'
import {readOpenSagas} from '#store/repositories/sagas.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Db, Store} from '#store/store.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import type {LineKind, LineQuota} from './line-quota.ts'
import {entryOf, rowOf} from './rows.ts'

/** What was found without an end, with the end it was given. */
interface Leftovers {
  /** Nothing was sent. */
  readonly expired: readonly JournalEntry[]
  /** Whoever wants to know has to ask the server. */
  readonly unconfirmed: readonly JournalEntry[]
}

interface SentTo {
  readonly key: TorrentKey
  readonly at: EpochMs
}

interface Waiting {
  readonly rows: readonly NewJournalRow[]
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Writes that come together are committed together, up to so many lines: a commit costs more than a line. */
const TOGETHER = 500
/** Lines looked through for leftovers before everybody else gets his turn: 5 ms. */
const STEP = 2_500
/** Up to this line every action has its end. Kept beside the settings. */
const MARK = 'journal_settled'

/** What everything that acts has at hand: the time, the log and the journal. */
export interface WorkContext {
  readonly clock: Clock
  /** For administrators. */
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  /** For people. */
  readonly journal: {
    /** Resolves when the entries are on disk. */
    write(entries: readonly JournalEntry[]): Promise<unknown>
  }
}

export class Journal {
  readonly #store: Pick<Store, 'read' | 'write'>
  /** Is an effect of this verb waited for? Of the others `sent` is the end. */
  readonly #awaitsEffect: (verb: string) => boolean
  /** What members take of it; absent = nobody counts. */
  readonly #quota: Pick<LineQuota, 'take' | 'keep'> | undefined
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null

  constructor(
    store: Pick<Store, 'read' | 'write'>,
    awaitsEffect: (verb: string) => boolean,
    quota?: Pick<LineQuota, 'take' | 'keep'>,
  ) {
    this.#store = store
    this.#awaitsEffect = awaitsEffect
    this.#quota = quota
  }

  /**
   * Resolves when the entries are committed, in the order of the calls, all of a call or none.
   * @throws {CommodarrError} quota_used_up, or a storage fault
   */
  async write(entries: readonly JournalEntry[], kind: LineKind = 'action'): Promise<void> {
    if (entries.length === 0) return
    const rows = entries.map(rowOf)
    this.#quota?.take(rows, kind)
    await new Promise<void>((done, failed) => {
      this.#waiting.push({rows, done, failed})
      this.#working ??= this.#work()
    })
  }

  /** Resolves when everything that was given is written, or was refused. */
  async close(): Promise<void> {
    await this.#working
  }

  /**
   * Call once before anything is written: actions that an earlier life left without an end get one. What it had not sent
   * is `expired`, what the server may have is `unconfirmed`; neither is ever sent again.
   * @throws {StorageFault}
   */
  settleLeftovers(now: EpochMs): Promise<Leftovers> {
    return this.#settle(now, Number.MAX_SAFE_INTEGER)
  }

  /** The same for actions begun before `before`, while the program runs: their ends could not be written in time. */
  async settleBefore(before: EpochMs, now: EpochMs): Promise<Leftovers> {
    const upTo = await this.#store.read((db) => lastSeqBefore(db, before))
    return upTo === null ? {expired: [], unconfirmed: []} : this.#settle(now, upTo)
  }

  /** Of what an earlier life left: the last lines of what nobody knows the end of, written since then, oldest first. */
  async unconfirmedSince(since: EpochMs): Promise<readonly JournalEntry[]> {
    const bounds = await this.#store.read(journalBounds)
    if (bounds === null) return []
    const before = (await this.#store.read((db) => lastSeqBefore(db, since))) ?? 0
    const last = await this.#last(Math.max(before + 1, bounds.first), bounds.last, ['unconfirmed'])
    // With a code: what was given up without one stays as it is.
    return last.filter(({code}) => code !== undefined)
  }

  /** Torrents to whose servers one of these verbs went out since then, and when it did last. @throws {StorageFault} */
  async sentSince(since: EpochMs, verbs: readonly string[]): Promise<readonly SentTo[]> {
    const rows = await this.#store.read((db) => sentRows(db, {since, verbs}))
    return rows.map(({serverId, hash, at}) => ({
      key: {serverId: asServerId(serverId), hash: hash as InfoHash},
      at,
    }))
  }

  /** The same of commands to a server itself. @throws {StorageFault} */
  async sentToServersSince(since: EpochMs, verbs: readonly string[]): Promise<readonly JournalEntry[]> {
    const rows = await this.#store.read((db) => sentToServerRows(db, {since, verbs}))
    return rows.map(entryOf)
  }

  async #work(): Promise<void> {
    // Not at once: whoever else writes in this very moment comes along.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const some = this.#some()
      const rows = some.flatMap((it) => it.rows)
      try {
        await this.#store.write(async (db) => {
          await appendRows(db, rows)
          await this.#quota?.keep(db)
        })
        for (const {done} of some) done()
      } catch (error) {
        for (const {failed} of some) failed(error)
      }
      await nextTurn()
    }
    this.#working = null
  }

  /** At least one call's entries. */
  #some(): Waiting[] {
    let count = 0
    let lines = 0
    do lines += this.#waiting[count++]!.rows.length
    while (count < this.#waiting.length && lines + this.#waiting[count]!.rows.length <= TOGETHER)
    return this.#waiting.splice(0, count)
  }

  async #settle(now: EpochMs, upTo: number): Promise<Leftovers> {
    const bounds = await this.#store.read(journalBounds)
    if (bounds === null) return {expired: [], unconfirmed: []}
    const settled = Number((await this.#store.read(readSettings)).get(MARK) ?? 0)
    const to = Math.min(upTo, bounds.last)
    const open = await this.#last(Math.max(settled + 1, bounds.first), to, ['intended', 'sending', 'sent'])
    const goesOn = await this.#store.read(copiesUnderWay)
    const leftovers = this.#endsOf(
      open.filter(({id}) => !goesOn.has(id)),
      now,
    )
    await this.#store.write(async (db) => {
      await appendRows(db, [...leftovers.expired, ...leftovers.unconfirmed].map(rowOf))
      await this.#putMark(db, Math.max(settled, to), now)
    })
    return leftovers
  }

  async #putMark(db: Db, seq: number, now: EpochMs): Promise<void> {
    await putSetting(db, MARK, seq, now)
  }

  /** Of actions whose last line is in this phase. */
  async #last(from: number, to: number, phases: readonly JournalPhase[]): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = []
    for (let at = from; at <= to; at += STEP) {
      const range = {from: at, to: Math.min(to, at + STEP - 1)}
      const rows = await this.#store.read((db) => openRows(db, range, phases))
      entries.push(...rows.map(entryOf))
      await nextTurn()
    }
    return entries
  }

  #endsOf(open: readonly JournalEntry[], now: EpochMs): Leftovers {
    const expired = open.filter(({phase}) => phase === 'intended')
    const unconfirmed = open.filter(
      ({phase, verb}) => phase === 'sending' || (phase === 'sent' && this.#awaitsEffect(verb)),
    )
    return {
      expired: expired.map((entry) => ({...entry, at: now, phase: 'expired', message: notSent})),
      unconfirmed: unconfirmed.map((entry) => ({
        ...entry,
        at: now,
        phase: 'unconfirmed',
        code: 'unconfirmed',
        message: perhapsSent,
      })),
    }
  }
}

/** Entries of copies that people ordered and that go on: their end is written by whoever goes on with them. */
async function copiesUnderWay(db: Db): Promise<ReadonlySet<string>> {
  const sagas = await readOpenSagas(db)
  return new Set(
    sagas.filter(({kind}) => kind === 'copyTo').map(({state}) => (state as {readonly id: string}).id),
  )
}

const notSent = 'Commodarr ended before it was sent. It will not be sent any more: decide again.'
const perhapsSent =
  'Commodarr ended before the outcome was known. The list of the server shows what became of it.'

/**
 * What earlier lives of the program left open in the journal, settled once. Where that cannot be written at the start,
 * what this life has begun since stays as it is.
 */
export class JournalLeftovers {
  readonly #journal: Pick<Journal, 'settleLeftovers' | 'settleBefore'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #startedAt: number
  #isFirst = true
  #listener: (entries: readonly JournalEntry[]) => void = () => {}

  /** Call at the start, before this life writes anything. */
  constructor(journal: Pick<Journal, 'settleLeftovers' | 'settleBefore'>, clock: Pick<Clock, 'now'>) {
    this.#journal = journal
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  /** @param listener called with entries whose end is unknown, once that is written */
  onUnconfirmed(listener: (entries: readonly JournalEntry[]) => void): void {
    this.#listener = listener
  }

  /** Done whole or not at all, and again then. @throws {StorageFault} */
  async settle(): Promise<void> {
    const isFirst = this.#isFirst
    this.#isFirst = false
    // Later on only what was begun before is an earlier life's.
    const {unconfirmed} = isFirst
      ? await this.#journal.settleLeftovers(this.#startedAt)
      : await this.#journal.settleBefore(this.#startedAt, this.#clock.now())
    this.#listener(unconfirmed)
  }
}
