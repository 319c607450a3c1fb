/**
 * The categories that one Arr gives to torrents itself, before and after their import, as its download clients had them
 * last. What a person moves somewhere means something; what an Arr puts there means nothing of the kind.
 *
 *   start ─▶ read ─▶ again after an hour, or when something hangs on it, ten minutes apart at least
 *              └─ fault ─▶ as before; unknown at first; again after a minute, later each time
 *
 * Source: Sonarr and Radarr.
 */
import {backoffStepMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrPort} from './api/port.ts'

const APART_MS = 600_000
const REST_MS = 3_600_000
const FAULT_PACE = {firstMs: 60_000, mostMs: APART_MS}

export class CategoryWatch {
  readonly #port: Pick<ArrPort, 'clients'>
  readonly #clock: Clock
  /** They are others than before. */
  readonly #changed: () => void
  readonly #stopping = new AbortController()
  #categories: readonly string[] | null = null
  #names: readonly string[] = []
  #askedAt = Number.NEGATIVE_INFINITY
  #faults = 0
  #reading: Promise<void> | null = null
  #cancel: () => void = () => undefined

  constructor(port: Pick<ArrPort, 'clients'>, clock: Clock, changed: () => void) {
    this.#port = port
    this.#clock = clock
    this.#changed = changed
  }

  /** Of its clients that are switched on, each once; `null` = not known yet. */
  get categories(): readonly string[] | null {
    return this.#categories
  }

  /** Of all its clients, those for usenet too; none while they are not known. */
  get names(): readonly string[] {
    return this.#names
  }

  start(): void {
    void this.#read()
  }

  stop(): void {
    this.#stopping.abort()
    this.#cancel()
  }

  /** Something hangs on it: resolves when what is known is at most ten minutes old, or cannot be known. */
  async renewed(): Promise<void> {
    const isOld = this.#clock.monotonic() - this.#askedAt >= APART_MS
    if (this.#reading !== null || (isOld && this.#faults === 0)) await this.#read()
  }

  #read(): Promise<void> {
    this.#cancel()
    this.#reading ??= this.#ask()
    return this.#reading
  }

  async #ask(): Promise<void> {
    const {signal} = this.#stopping
    this.#askedAt = this.#clock.monotonic()
    const before = this.#categories
    try {
      const {torrent, names} = await this.#port.clients(signal)
      this.#names = names
      const used = torrent.flatMap(({enabled, categories}) => (enabled ? categories : []))
      this.#categories = [...new Set(used)].filter((name) => name !== '').toSorted()
      this.#faults = 0
    } catch {
      // What ails the Arr its queue tells.
      this.#faults++
    }
    this.#reading = null
    if (signal.aborted) return
    const rest = this.#faults > 0 ? backoffStepMs(this.#faults, FAULT_PACE) : REST_MS
    this.#cancel = this.#clock.after(rest, () => void this.#read())
    if (JSON.stringify(before) !== JSON.stringify(this.#categories)) this.#changed()
  }
}
