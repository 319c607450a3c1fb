/**
 * Reads the library of one Arr for the main thread: whole now and then, and in between what the live channel says.
 *
 *   whole: at the start (12 h old), channel gone for 10 min, each night, another database ─▶ rows ─▶ what differs ─▶ say
 *   message ─▶ its rows ─▶ what differs, gathered for a second ─▶ say
 *                └─ a season has other numbers ─▶ its episodes; a film without the file that it has ─▶ that film
 *   more than 2,000 messages in 10 min: gathered until nothing was said for a minute; nothing is read meanwhile
 *
 * What breaks off is thrown away whole. Of a whole list that lacks much of what there was a second one is wanted.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import type {LiveMessage} from '#arr-client/live-channel.ts'
import type {LibraryPart} from '#library/parts.ts'
import {frameOf, isRowId, keyFrom, keyNumber, type RowFrame} from '#library/row-columns.ts'
import {backoffMs} from '#lib/backoff.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import {libraryKinds, type LibraryKind, type LibraryRow} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'
import type {LibraryIndex} from './library-index.ts'
import {ThrottledQueue} from './throttled-queue.ts'

type LibraryPort = Pick<
  ArrPort,
  'libraryRows' | 'moreRows' | 'rowsIn' | 'librarySettings' | 'scoresAtOnce' | 'scoresOf'
>

export interface LibraryReaderDeps {
  readonly port: LibraryPort
  readonly clock: Clock
  readonly random: () => number
  readonly index: LibraryIndex
  /** A library that has more is not read: all or none. */
  readonly mostRows: number
  readonly say: (part: LibraryPart) => void
  /** Its Arr has another database: its numbers mean other things. */
  readonly replaced: () => void
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** What was read less long ago is not read again at a start. */
const FRESH_MS = 12 * HOUR_MS
/** So long without the live channel: what was missed is more than what a read costs. */
const GAP_MS = 10 * MINUTE_MS
const BETWEEN_RESTARTS_MS = 30 * MINUTE_MS
/** By the clock on the wall; the read begins within two hours from then. */
const QUIET_HOUR = 3
const QUIET_MS = 2 * HOUR_MS
const SETTINGS_MS = 6 * HOUR_MS
/** Where they could not be read. */
const SETTINGS_AGAIN_MS = 10 * MINUTE_MS
/** Tags and indexers are changed one after the other. */
const SETTINGS_SOON_MS = 10_000
const GATHER_MS = 1_000
const STORM_MESSAGES = 2_000
const STORM_MINUTES = 10
const CALM_MS = 60_000
/** Of more movies and series the whole library is read. */
const MANY = 20
const PORTION = 500
/** From one portion to the next: the main thread takes all that wait in one turn. */
const PACE_MS = 20
/** Twenty questions an hour at most. */
const SCORES_MS = 3 * MINUTE_MS
const SECOND_LOOK_MS = 5 * MINUTE_MS
const [VANISHED_ROWS, VANISHED_SHARE] = [20, 0.2]
/** Episodes are kept while they air: so long before and after. */
const [AIRED_MS, AHEAD_MS] = [24 * HOUR_MS, 48 * HOUR_MS]

const unmet: ReadonlySet<LibraryKind> = new Set<LibraryKind>(['album', 'book'])
const seasonsAndBelow: ReadonlySet<LibraryKind> = new Set<LibraryKind>(['season', 'episode', 'album', 'book'])
const episodes: ReadonlySet<LibraryKind> = new Set<LibraryKind>(['episode'])

type TimerName = 'whole' | 'settings' | 'gather' | 'scores'

export class LibraryReader {
  readonly #deps: LibraryReaderDeps
  readonly #asker: ThrottledQueue
  readonly #stopping = new AbortController()
  readonly #timers = new Map<TimerName, () => void>()
  /** What is to be said of these rows; `null` = they are gone. */
  readonly #gathered = new Map<number, LibraryRow | null>()
  /** Movies, and series of which the episodes are to be read. */
  readonly #more = new Set<number>()
  /** Messages of the last minutes, by minute of the duration clock. */
  readonly #messages = new Map<number, number>()
  /** What was heard of while the library is read: that is newer. `null` = it is not being read. */
  #heard: Set<number> | null = null
  /** Albums and books whose quality is below the cut-off, as last read; `null` = not read since the connection stands. */
  #below: ReadonlySet<number> | null = null
  /** Much was missing in the last whole list: what is missing in the next one, too, is gone. */
  #isSecondLook = false
  #failures = 0
  /** Since when the live channel is away, by the duration clock; `null` = it stands. */
  #downSince: number | null

  constructor(deps: LibraryReaderDeps) {
    this.#deps = deps
    this.#asker = new ThrottledQueue(deps.clock, deps.random)
    this.#downSince = deps.clock.monotonic()
  }

  /** What is known of it is in the index. */
  start(): void {
    const {clock, index} = this.#deps
    this.#readSettings()
    const age = index.readAt === null ? Number.POSITIVE_INFINITY : clock.now() - index.readAt
    // A clock that was set back makes what was read be of the future.
    if (age >= FRESH_MS || age < 0) this.#readSoon()
    else this.#readAtNight()
  }

  stop(): void {
    this.#stopping.abort()
    this.#asker.stop()
    for (const cancel of this.#timers.values()) cancel()
  }

  channelIs(live: boolean): void {
    const now = this.#deps.clock.monotonic()
    if (!live) {
      this.#downSince ??= now
      return
    }
    const since = this.#downSince
    this.#downSince = null
    if (since !== null && now - since >= GAP_MS) this.#readSoon()
  }

  /** It began again, perhaps with another database: one that does so again and again is not read each time. */
  restarted(): void {
    const {clock, index} = this.#deps
    const age = index.readAt === null ? Number.POSITIVE_INFINITY : clock.now() - index.readAt
    this.#later('whole', Math.max(0, BETWEEN_RESTARTS_MS - age), () => this.#readSoon())
  }

  /** A tag or an indexer is another one. */
  settingsChanged(): void {
    this.#later('settings', SETTINGS_SOON_MS, () => this.#readSettings())
  }

  /** Something in the library changed. */
  hear(message: LiveMessage): void {
    const kind = libraryKinds.find((it) => it === message.name)
    const rows = this.#deps.port.rowsIn(message)
    if (kind === undefined || rows === null || rows.length === 0) return
    this.#count()
    if (message.action === 'deleted') this.#gone(keyNumber(rows[0]!), kind, rows[0]!.id)
    else this.#take(rows)
    if (this.#isStorm) this.#later('gather', CALM_MS, () => this.#sayGathered())
    else if (!this.#timers.has('gather')) this.#later('gather', GATHER_MS, () => this.#sayGathered())
  }

  #take(rows: readonly LibraryRow[]): void {
    const {index} = this.#deps
    if (rows.some((row) => index.isOther(row))) return this.#doubt()
    const completed = rows.map((row) => this.#completed(row))
    const {hashes} = frameOf(completed, 0)
    completed.forEach((row, at) => {
      const key = keyNumber(row)
      this.#heard?.add(key)
      if (isPartial(row)) {
        this.#more.add(row.id)
        return
      }
      if (!this.#isKept(row)) {
        if (index.has(key)) this.#gathered.set(key, null)
        return
      }
      const isSame = index.isSame(key, hashes[at]!)
      if (isSame) this.#gathered.delete(key)
      else if (index.has(key) || this.#hasRoom) this.#gathered.set(key, row)
      if (!isSame && row.kind === 'season') this.#more.add(row.parentId!)
    })
  }

  get #hasRoom(): boolean {
    return this.#deps.index.size + this.#gathered.size < this.#deps.mostRows
  }

  /** With all that is below it. */
  #gone(key: number, kind: LibraryKind, id: number): void {
    const isContainer = kind === 'series' || kind === 'artist' || kind === 'author'
    const below = isContainer ? this.#deps.index.below(id, seasonsAndBelow) : []
    for (const one of [key, ...below]) {
      this.#heard?.add(one)
      if (this.#deps.index.has(one)) this.#gathered.set(one, null)
    }
  }

  /** Lists of movies leave scores out; what was read of the same file before still holds. */
  #scored(row: LibraryRow): LibraryRow {
    if (row.score !== null || row.fileId === null) return row
    const score = this.#deps.index.scoreOf(keyNumber(row), row.fileId)
    return score === null ? row : {...row, score}
  }

  /** Its list says of an album whether its quality is below the cut-off; what else says of it does not. */
  #completed(row: LibraryRow): LibraryRow {
    if (row.kind === 'movie') return this.#scored(row)
    if (!unmet.has(row.kind) || row.belowCutoff !== null || row.have === 0 || this.#below === null) return row
    return {...row, belowCutoff: this.#below.has(keyNumber(row))}
  }

  /** There may be half a million episodes: kept are those that are wanted, and those that air these days. */
  #isKept({kind, id, monitored, have, belowCutoff, releasedAt}: LibraryRow): boolean {
    if (!isRowId(id)) return false
    if (kind !== 'episode') return true
    if (!monitored) return false
    if (have > 0) return belowCutoff === true || this.#airs(releasedAt)
    return releasedAt !== null && releasedAt <= this.#deps.clock.now() + AHEAD_MS
  }

  #airs(at: number | null): boolean {
    const now = this.#deps.clock.now()
    return at !== null && at >= now - AIRED_MS && at <= now + AHEAD_MS
  }

  #count(): void {
    const minute = this.#minute
    this.#messages.set(minute, (this.#messages.get(minute) ?? 0) + 1)
    for (const before of this.#messages.keys()) {
      if (before > minute - STORM_MINUTES) break
      this.#messages.delete(before)
    }
  }

  get #isStorm(): boolean {
    const last = [...this.#messages].filter(([minute]) => minute > this.#minute - STORM_MINUTES)
    return last.reduce((sum, [, count]) => sum + count, 0) > STORM_MESSAGES
  }

  get #minute(): number {
    return Math.floor(this.#deps.clock.monotonic() / MINUTE_MS)
  }

  #sayGathered(): void {
    const gathered = [...this.#gathered]
    this.#gathered.clear()
    const rows = gathered.flatMap(([, row]) => row ?? [])
    const gone = gathered.flatMap(([key, row]) => (row === null ? [key] : []))
    const differing = new Differing(this.#deps.index, this.#deps.clock.now())
    for (const row of rows) differing.take(row)
    void this.#sayAll(differing.frames(), gone)
    this.#readMore()
  }

  /** Calm again: of many of them one answer has all. */
  #readMore(): void {
    if (this.#more.size > MANY) return this.#readSoon()
    for (const id of this.#more) this.#asker.put(`more ${id}`, (signal) => this.#readOne(id, signal))
    this.#more.clear()
  }

  async #readOne(id: number, signal: AbortSignal): Promise<void> {
    const {port, index} = this.#deps
    const rows = await port.moreRows(id, signal)
    const there = new Set(rows.map(keyNumber))
    for (const key of index.below(id, episodes)) if (!there.has(key)) this.#gathered.set(key, null)
    this.#take(rows)
    this.#sayGathered()
  }

  /* ── all of it ── */

  #readSoon(): void {
    this.#more.clear()
    this.#asker.put('whole', (signal) => this.#readWhole(signal), true)
  }

  #readAtNight(): void {
    const {clock, random} = this.#deps
    const now = clock.now()
    const night = new Date(now)
    night.setHours(QUIET_HOUR, 0, 0, 0)
    while (night.getTime() <= now) night.setDate(night.getDate() + 1)
    this.#later('whole', night.getTime() - now + random() * QUIET_MS, () => this.#readSoon())
  }

  async #readWhole(signal: AbortSignal): Promise<void> {
    const heard = new Set<number>()
    this.#heard = heard
    try {
      await this.#compare(heard, signal)
      this.#failures = 0
    } catch (error) {
      if (!signal.aborted && error instanceof CommodarrError) {
        const pace = {firstMs: MINUTE_MS, mostMs: HOUR_MS}
        const waitMs = backoffMs(++this.#failures, this.#deps.random(), pace)
        this.#later('whole', waitMs, () => this.#readSoon())
      }
      throw error
    } finally {
      if (this.#heard === heard) this.#heard = null
    }
  }

  /** What differs is kept as frames until the last row is there: of 50,000 films some 14 MB. */
  async #compare(heard: ReadonlySet<number>, signal: AbortSignal): Promise<void> {
    const {port, clock, index, mostRows} = this.#deps
    const readAt = clock.now()
    const seen = new Set<number>()
    const below = new Set<number>()
    const differing = new Differing(index, readAt)
    let isRestored = index.replaced !== 'no'
    this.#below = below
    await port.libraryRows(
      readAt,
      (row) => {
        const key = keyNumber(row)
        if (seen.has(key) || !this.#isKept(row)) return
        if (unmet.has(row.kind) && row.belowCutoff === true) below.add(key)
        if (seen.size === mostRows) throw tooLarge(mostRows)
        seen.add(key)
        isRestored ||= index.isOther(row)
        // What the channel said meanwhile is newer.
        if (!heard.has(key)) differing.take(this.#completed(row))
      },
      signal,
    )
    const gone = [...index.keys].filter((key) => !seen.has(key) && !heard.has(key))
    if (!isRestored && this.#isMuch(gone) && !this.#isSecondLook) {
      this.#isSecondLook = true
      this.#deps.say({is: 'doubtful', why: 'vanished'})
      return this.#later('whole', SECOND_LOOK_MS, () => this.#readSoon())
    }
    this.#isSecondLook = false
    if (isRestored) this.#deps.say({is: 'doubtful', why: 'restored'})
    await this.#sayAll(differing.frames(), gone)
    if (signal.aborted) return
    const isNews = isRestored && index.replaced !== 'reported'
    index.readAt = readAt
    index.replaced = 'no'
    this.#deps.say({is: 'whole', readAt})
    this.#readAtNight()
    if (isNews) this.#deps.replaced()
  }

  /** Episodes come and go: they are no longer wanted once they are there. */
  #isMuch(gone: readonly number[]): boolean {
    const [lost, all] = [gone, [...this.#deps.index.keys]].map(
      (keys) => keys.filter((key) => keyFrom(key).kind !== 'episode').length,
    ) as [number, number]
    return (lost > VANISHED_ROWS && lost > all * VANISHED_SHARE) || (lost > 0 && lost === all)
  }

  /** A number means something else now: nothing that is known of the library holds until it is read whole. */
  #doubt(): void {
    if (this.#deps.index.replaced !== 'no') return
    this.#deps.index.replaced = 'found'
    this.#sayReplaced()
    this.#readSoon()
  }

  /** The history of its Arr shows that it has another database; it is connected to again. */
  isReplaced(): void {
    this.#deps.index.replaced = 'reported'
    this.#sayReplaced()
  }

  #sayReplaced(): void {
    this.#deps.index.readAt = null
    this.#deps.say({is: 'doubtful', why: 'restored'})
  }

  /** Portions one after the other, with room for others between them. */
  async #sayAll(frames: readonly RowFrame[], gone: readonly number[]): Promise<void> {
    const {index, say, clock} = this.#deps
    for (const [at, frame] of frames.entries()) {
      if (at > 0) await sleep(clock, PACE_MS)
      if (this.#stopping.signal.aborted) return
      index.put(frame)
      say({is: 'rows', frame})
    }
    if (gone.length === 0) return
    for (const key of gone) index.remove(key)
    say({is: 'gone', keys: Float64Array.from(gone)})
  }

  #readSettings(): void {
    this.#asker.put('settings', async (signal) => {
      this.#later('settings', SETTINGS_AGAIN_MS, () => this.#readSettings())
      const settings = await this.#deps.port.librarySettings(signal)
      this.#later('settings', SETTINGS_MS, () => this.#readSettings())
      this.#deps.say({is: 'settings', settings})
      const givesScores = settings.profiles.some(
        ({minScore, cutoffScore}) => minScore !== 0 || cutoffScore !== 0,
      )
      if (givesScores && this.#deps.port.scoresAtOnce > 0) this.#readScoresLater()
    })
  }

  #readScoresLater(): void {
    this.#later('scores', SCORES_MS, () => {
      const {index, port} = this.#deps
      const ids = index.withoutScore(port.scoresAtOnce)
      if (ids.length > 0) this.#asker.put('scores', (signal) => this.#readScores(ids, signal))
      this.#readScoresLater()
    })
  }

  async #readScores(ids: readonly number[], signal: AbortSignal): Promise<void> {
    const {index, port, say} = this.#deps
    const files = await port.scoresOf(ids, signal)
    const known = files.flatMap(({ownerId, id, score}) => {
      const key = keyNumber({kind: 'movie', id: ownerId})
      return score !== null && index.setScore(key, id, score) ? [{key, score}] : []
    })
    if (known.length === 0) return
    say({
      is: 'scores',
      keys: Float64Array.from(known, ({key}) => key),
      scores: Float64Array.from(known, ({score}) => score),
    })
  }

  #later(name: TimerName, ms: number, task: () => void): void {
    this.#timers.get(name)?.()
    this.#timers.set(
      name,
      this.#deps.clock.after(ms, () => {
        this.#timers.delete(name)
        task()
      }),
    )
  }
}

/** It has a file, and the message does not say which. */
function isPartial({kind, have, fileId}: LibraryRow): boolean {
  return kind === 'movie' && have > 0 && fileId === null
}

function tooLarge(mostRows: number): ServerFault {
  const why = `Its library has more than ${mostRows} movies, episodes, albums or books, and is not read.`
  return new ServerFault('answer_invalid', 'answer_too_large', why)
}

/** Rows that say something else than what was said of them, in portions. */
class Differing {
  readonly #index: LibraryIndex
  readonly #readAt: EpochMs
  readonly #frames: RowFrame[] = []
  #rows: LibraryRow[] = []

  constructor(index: LibraryIndex, readAt: EpochMs) {
    this.#index = index
    this.#readAt = readAt
  }

  take(row: LibraryRow): void {
    this.#rows.push(row)
    if (this.#rows.length === PORTION) this.#compare()
  }

  frames(): readonly RowFrame[] {
    this.#compare()
    return this.#rows.length === 0 ? this.#frames : [...this.#frames, frameOf(this.#rows, this.#readAt)]
  }

  #compare(): void {
    const rows = this.#rows
    this.#rows = []
    const frame = frameOf(rows, this.#readAt)
    const isSame = (row: LibraryRow, at: number) => this.#index.isSame(keyNumber(row), frame.hashes[at]!)
    const others = rows.filter((row, at) => !isSame(row, at))
    if (others.length === rows.length && rows.length > 0) this.#frames.push(frame)
    else this.#rows = others
  }
}
