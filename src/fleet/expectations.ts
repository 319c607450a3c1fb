/**
 * What commands should bring about. A row shows the expected values at once; behind them stands what the server last
 * said, to fall back to.
 *
 *   expected ──the server says so──▶ confirmed
 *       ├──────its time is up──────▶ expired     the row shows again what the server last said
 *       └──────the torrent went────▶ removed
 *
 * A newer expectation of the same field takes over what is shown; the older one still waits to be confirmed.
 */
import type {Clock} from '#lib/clock.ts'
import type {TorrentField, TorrentFields} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Column} from './column.ts'
import type {Rows} from './rows.ts'
import type {Writer} from './writer.ts'

/** What a command should bring about. */
export interface Expected {
  /** Its `hash` is not looked at. No command brings about ratio, what is computed from it or what it is computed from. */
  readonly patch: {readonly [F in TorrentField]?: TorrentFields[F]}
  /** Is what the server says as expected? Default: when it is equal. For states: `stalledDown` also means started. */
  readonly accepts?: ((field: TorrentField, said: unknown) => boolean) | undefined
}

export interface ExpectOptions {
  /** The caller's name for it; may stand for several torrents. */
  readonly id: string
  readonly until: EpochMs
}

export interface Settled {
  readonly id: string
  readonly key: TorrentKey
  /** `removed`: the torrent is gone, whether that was expected or not. */
  readonly outcome: 'confirmed' | 'expired' | 'removed'
}

interface Expectation extends ExpectOptions {
  readonly key: TorrentKey
  readonly row: number
  /** `null`: that the torrent goes. */
  readonly accepts: Expected['accepts'] | null
  readonly waiting: Map<TorrentField, unknown>
}

/** What is expected of one row. */
interface Awaited {
  readonly open: Set<Expectation>
  /** Fields that show an expected value: whose, and what the server last said. */
  readonly shown: Map<TorrentField, {by: Expectation; said: unknown}>
}

export class Expectations {
  readonly #rows: Rows
  readonly #writer: Writer
  readonly #clock: Clock
  readonly #byRow = new Map<number, Awaited>()
  readonly #byId = new Map<string, Set<Expectation>>()
  readonly #deadlines = new Map<EpochMs, {cancel: () => void; due: Set<Expectation>}>()
  readonly #listeners = new Set<(settled: Settled) => void>()
  #settled: Settled[] = []

  constructor(rows: Rows, writer: Writer, clock: Clock) {
    this.#rows = rows
    this.#writer = writer
    this.#clock = clock
  }

  listen(listener: (settled: Settled) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Tells what was settled; after the batch, so that listeners see the rows as they are now. */
  notify(): void {
    const settled = this.#settled
    this.#settled = []
    for (const one of settled) for (const listener of this.#listeners) listener(one)
  }

  /** Inside a batch. Fields that are as expected already, and awaited by nobody else, count as confirmed. */
  expect(key: TorrentKey, row: number, {patch, accepts}: Expected, options: ExpectOptions): void {
    const expectation = this.#open(key, row, accepts, options)
    const awaited = this.#byRow.get(row)!
    for (const name in patch) {
      if (!(name in this.#rows.columns)) continue
      const field = name as TorrentField
      const said = awaited.shown.has(field) ? awaited.shown.get(field)!.said : this.#column(field).read(row)
      if (!isAwaited(awaited, field) && this.#meets(expectation, field, patch[field], said)) continue
      expectation.waiting.set(field, patch[field])
      awaited.shown.set(field, {by: expectation, said})
      this.#writer.cell(row, field, patch[field])
    }
    this.#writer.touch(row)
    this.review(row)
  }

  /** Inside a batch. */
  expectRemoved(key: TorrentKey, row: number, options: ExpectOptions): void {
    this.#open(key, row, null, options)
    this.#writer.touch(row)
  }

  /** Inside a batch: the command failed, so nothing is expected any more. Nobody is told. */
  withdraw(id: string): void {
    for (const expectation of this.#byId.get(id) ?? []) {
      this.#writer.touch(expectation.row)
      this.#close(expectation, null)
    }
  }

  /** A command of ours is about to remove it. */
  isLeaving(row: number): boolean {
    const awaited = this.#byRow.get(row)
    return awaited !== undefined && isLeaving(awaited)
  }

  /** Columns of the row that show an expected value; a removal that is awaited shows as its state. */
  pending(row: number): readonly TorrentField[] {
    const awaited = this.#byRow.get(row)
    if (!awaited) return []
    const fields = new Set(awaited.shown.keys())
    if (isLeaving(awaited)) fields.add('state')
    return [...fields]
  }

  /** What the server last said of the columns that show something else. */
  said(row: number): ReadonlyMap<TorrentField, unknown> {
    const shown = this.#byRow.get(row)?.shown ?? new Map<TorrentField, {said: unknown}>()
    return new Map([...shown].map(([field, {said}]) => [field, said]))
  }

  /** The server said `value`: notes it, and answers whether the column may show it. `review` must follow. */
  letsPass(row: number, field: TorrentField, value: unknown): boolean {
    const awaited = this.#byRow.get(row)
    if (!awaited) return true
    for (const expectation of awaited.open) {
      if (!expectation.waiting.has(field)) continue
      if (!this.#meets(expectation, field, expectation.waiting.get(field), value)) continue
      expectation.waiting.delete(field)
      if (awaited.shown.get(field)?.by === expectation) awaited.shown.delete(field)
    }
    const shown = awaited.shown.get(field)
    if (shown) shown.said = value
    return shown === undefined
  }

  /** Closes what has nothing left to wait for. */
  review(row: number): void {
    for (const expectation of this.#byRow.get(row)?.open ?? []) {
      if (expectation.accepts !== null && expectation.waiting.size === 0)
        this.#close(expectation, 'confirmed')
    }
    this.#writer.touch(row)
  }

  /** The torrent went. */
  gone(row: number): void {
    for (const expectation of this.#byRow.get(row)?.open ?? []) this.#close(expectation, 'removed')
  }

  #open(key: TorrentKey, row: number, accepts: Expectation['accepts'], options: ExpectOptions): Expectation {
    const {id, until} = options
    const expectation = {id, until, key, row, accepts, waiting: new Map<TorrentField, unknown>()}
    let awaited = this.#byRow.get(row)
    if (!awaited) this.#byRow.set(row, (awaited = {open: new Set(), shown: new Map()}))
    awaited.open.add(expectation)
    this.#rows.setAwaited(row, true)
    this.#deadline(until).add(expectation)
    const sameId = this.#byId.get(id)
    if (sameId) sameId.add(expectation)
    else this.#byId.set(id, new Set([expectation]))
    return expectation
  }

  #close(expectation: Expectation, outcome: Settled['outcome'] | null): void {
    const {row, id, key, until} = expectation
    const awaited = this.#byRow.get(row)!
    awaited.open.delete(expectation)
    for (const [field, {by, said}] of awaited.shown) {
      if (by !== expectation) continue
      awaited.shown.delete(field)
      this.#writer.cell(row, field, said as TorrentFields[TorrentField])
    }
    if (awaited.open.size === 0) {
      this.#byRow.delete(row)
      this.#rows.setAwaited(row, false)
    }
    this.#byId.get(id)?.delete(expectation)
    if (this.#byId.get(id)?.size === 0) this.#byId.delete(id)
    this.#forgetDeadline(until, expectation)
    if (outcome !== null) this.#settled.push({id, key, outcome})
  }

  /** One timer for all that end at the same time: a command over 10,000 torrents is one. */
  #deadline(until: EpochMs): Set<Expectation> {
    const known = this.#deadlines.get(until)
    if (known) return known.due
    const due = new Set<Expectation>()
    const cancel = this.#clock.after(Math.max(0, until - this.#clock.now()), () => this.#expire(until))
    this.#deadlines.set(until, {cancel, due})
    return due
  }

  #forgetDeadline(until: EpochMs, expectation: Expectation): void {
    const deadline = this.#deadlines.get(until)
    deadline?.due.delete(expectation)
    if (deadline?.due.size !== 0) return
    deadline.cancel()
    this.#deadlines.delete(until)
  }

  #expire(until: EpochMs): void {
    const due = [...(this.#deadlines.get(until)?.due ?? [])]
    this.#writer.batch(() => {
      for (const expectation of due) {
        this.#writer.touch(expectation.row)
        this.#close(expectation, 'expired')
      }
    })
    this.notify()
  }

  #column(field: TorrentField): Column<unknown> {
    return this.#rows.columns[field]
  }

  #meets(expectation: Expectation, field: TorrentField, expected: unknown, said: unknown): boolean {
    return expectation.accepts?.(field, said) ?? this.#column(field).same(expected, said)
  }
}

function isAwaited(awaited: Awaited, field: TorrentField): boolean {
  for (const expectation of awaited.open) if (expectation.waiting.has(field)) return true
  return false
}

function isLeaving(awaited: Awaited): boolean {
  for (const expectation of awaited.open) if (expectation.accepts === null) return true
  return false
}
