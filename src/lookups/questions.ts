/**
 * Questions to servers and disks, each once: who asks while one waits or is under way gets the same answer, later the
 * kept one while the torrent is as it was. A failure is kept, too, for longer each time. What nobody waits for any more
 * is not asked, or ended.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import type {UnknownReason} from '#model/fact.ts'
import type {ManagerId} from '#model/manager.ts'
import {HOUR, type EpochMs} from '#model/units.ts'
import {isUnknown, unknown, type FactResult, type Unknown} from './fact-result.ts'
import type {RateLane} from './rate-lane.ts'

/** Who asks, and until when he wants to know. */
export interface Asker {
  readonly by: ManagerId
  readonly signal: AbortSignal
  /** Looked at now, after he asked: right before a command. */
  readonly fresh: boolean
}

export interface Question<T> {
  readonly name: string
  /** Text of what the answer depends on: with another one it is another question. */
  readonly mark: string
  readonly lane: RateLane
  /** Why nobody may be asked now; `null` = go on. Looked at again when its turn comes. */
  readonly hindrance: () => Unknown | null
  readonly keepMs: number
  /** How much memory the answer takes, in lines. */
  readonly weight?: (value: T) => number
  readonly look: (signal: AbortSignal) => Promise<FactResult<T>>
}

/** An answer, with when it was got and how long it is kept. */
export type Read<T> = FactResult<T> & {readonly at: EpochMs; readonly keptMs: number}

interface Kept {
  readonly mark: string
  readonly read: Read<unknown>
  /** By the duration clock. */
  readonly until: number
  /** In a row. */
  readonly failures: number
  readonly weight: number
}

/** Lines of all answers together, some 300 bytes each: 1,000 torrents of a hundred files, or the trackers of 30,000. */
export const MOST_KEPT = 100_000
/** After a failure: at first soon, a server that fails always every ten minutes. */
const retries = {firstMs: 10_000, mostMs: 600_000}
/** Nobody can tell it of this server, or this disk: with another mark it is another question. */
const NEVER_MS = HOUR * 1_000
/** The server went in between: nothing to do with the torrent, so it is asked as soon as the server is back. */
const HINDERED_MS = 1_000

export class Questions {
  readonly #clock: Clock
  readonly #random: () => number
  /** Asked for last at the end. */
  readonly #kept = new Map<string, Kept>()
  readonly #flights = new Map<string, Flight>()
  #weight = 0

  constructor({clock, random}: {readonly clock: Clock; readonly random: () => number}) {
    this.#clock = clock
    this.#random = random
  }

  /** @throws the reason of the asker's signal when he does not want to know any more */
  async ask<T>(question: Question<T>, asker: Asker): Promise<Read<T>> {
    asker.signal.throwIfAborted()
    const hindrance = question.hindrance()
    if (hindrance) return this.#read(hindrance, HINDERED_MS)
    const kept = asker.fresh ? null : this.#keptOf(question)
    if (kept) return kept as Read<T>
    const flight = this.#flightOf(question, asker)
    const isTaken = question.lane.add(asker.by, flight, asker.fresh)
    if (!isTaken && flight.isIdle) {
      this.#land(question.name, flight)
      return this.#read(unknown('notRead', 'Too many others wait to be looked up.'), HINDERED_MS)
    }
    return flight.answerFor(asker.signal) as Promise<Read<T>>
  }

  #keptOf({name, mark}: {name: string; mark: string}): Read<unknown> | null {
    const kept = this.#kept.get(name)
    const leftMs = (kept?.until ?? 0) - this.#clock.monotonic()
    if (!kept || kept.mark !== mark || leftMs <= 0) return null
    this.#kept.delete(name)
    this.#kept.set(name, kept)
    return {...kept.read, keptMs: leftMs}
  }

  /** One that looks already is too old for who wants to know what is now. */
  #flightOf<T>(question: Question<T>, {fresh}: Asker): Flight {
    const known = this.#flights.get(question.name)
    if (known && known.mark === question.mark && !(fresh && known.isBegun) && !known.isOver) return known
    const flight: Flight = new Flight(question.mark, (signal) =>
      this.#look(question, signal).finally(() => this.#land(question.name, flight)),
    )
    this.#flights.set(question.name, flight)
    return flight
  }

  #land(name: string, flight: Flight): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name)
  }

  async #look<T>(question: Question<T>, signal: AbortSignal): Promise<Read<T>> {
    const hindrance = question.hindrance()
    if (hindrance) return this.#read(hindrance, HINDERED_MS)
    const seen = await question.look(signal).catch(faultOf)
    if (signal.aborted) return this.#read(unknown('notRead', 'The request was cancelled.'), 0)
    if (isUnknown(seen) && seen.unknown === 'serverNotOnline') return this.#read(seen, HINDERED_MS)
    return this.#keep(question, seen)
  }

  #keep<T>({name, mark, keepMs, weight}: Question<T>, seen: FactResult<T>): Read<T> {
    const before = this.#kept.get(name)
    const failures = isUnknown(seen) ? (before?.failures ?? 0) + 1 : 0
    const isNever = isUnknown(seen) && seen.unknown === 'notSupported'
    const retryMs = isNever ? NEVER_MS : backoffMs(failures, this.#random(), retries)
    const keptMs = failures > 0 ? retryMs : keepMs
    const read = this.#read(seen, keptMs)
    const lines = isUnknown(seen) ? 1 : 1 + (weight?.(seen.value) ?? 0)
    this.#drop(name)
    this.#kept.set(name, {mark, read, until: this.#clock.monotonic() + keptMs, failures, weight: lines})
    this.#weight += lines
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= MOST_KEPT) break
      this.#drop(oldest)
    }
    return read
  }

  #drop(name: string): void {
    this.#weight -= this.#kept.get(name)?.weight ?? 0
    this.#kept.delete(name)
  }

  #read<T>(seen: FactResult<T>, keptMs: number): Read<T> {
    return {...seen, at: this.#clock.now(), keptMs}
  }
}

/** One look, and those who wait for it. */
class Flight {
  readonly mark: string
  readonly #look: (signal: AbortSignal) => Promise<Read<unknown>>
  readonly #end = new AbortController()
  readonly #answer = Promise.withResolvers<Read<unknown>>()
  #waiting = 0
  isBegun = false

  constructor(mark: string, look: (signal: AbortSignal) => Promise<Read<unknown>>) {
    this.mark = mark
    this.#look = look
  }

  /** Nobody was promised its answer. */
  get isIdle(): boolean {
    return this.#waiting === 0 && !this.isBegun
  }

  /** Everybody who waited has gone. */
  get isOver(): boolean {
    return this.#end.signal.aborted
  }

  isWanted(): boolean {
    return !this.isBegun && !this.isOver
  }

  async run(): Promise<void> {
    if (!this.isWanted()) return
    this.isBegun = true
    // A mistake of ours must reach who waits, not the lane.
    await this.#look(this.#end.signal).then(this.#answer.resolve, this.#answer.reject)
  }

  answerFor(signal: AbortSignal): Promise<Read<unknown>> {
    this.#waiting++
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting--
        if (this.#waiting === 0) this.#end.abort()
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', leave, {once: true})
      const settle = <T>(done: (value: T) => void, value: T) => {
        signal.removeEventListener('abort', leave)
        done(value)
      }
      this.#answer.promise.then(
        (read) => settle(resolve, read),
        (error: unknown) => settle(reject, error as Error),
      )
    })
  }
}

/** @throws what is not the server's or the torrent's fault */
function faultOf(error: unknown): Unknown {
  if (error instanceof CommodarrError) return unknown(reasons[error.code] ?? 'unreadable', error.message)
  if (error instanceof Error && error.name === 'AbortError') return unknown('notRead', 'It was ended.')
  throw error
}

const reasons: Readonly<Partial<Record<CommodarrError['code'], UnknownReason>>> = {
  server_not_online: 'serverNotOnline',
  server_unknown: 'serverNotOnline',
  torrent_not_found: 'missing',
  not_supported: 'notSupported',
}
