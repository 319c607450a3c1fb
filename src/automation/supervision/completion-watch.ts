/**
 * A download that is about to finish is looked at when it should have: its Arr is to look within two seconds, and an
 * ordinary look at its server may be longer away than that.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** What takes longer is seen in time. */
const SOON_MS = 10_000
/** From one look at a server to the next. */
const APART_MS = 700
/** For one that never gets there. */
const MOST_LOOKS = 6

interface Planned {
  readonly at: number
  readonly cancel: () => void
}

export class CompletionWatch {
  readonly #fleet: Pick<Fleet, 'serverAt' | 'valueAt' | 'onChange'>
  readonly #clock: Clock
  /** @throws {CommodarrError} */
  readonly #poll: (id: ServerId) => Promise<void>
  /** How often each was looked for, by row. */
  readonly #looks = new Map<number, number>()
  readonly #planned = new Map<ServerId, Planned>()
  /** By the duration clock. */
  readonly #lookedAt = new Map<ServerId, number>()
  #stopListening: () => void = () => {}

  constructor(
    fleet: Pick<Fleet, 'serverAt' | 'valueAt' | 'onChange'>,
    clock: Clock,
    poll: (id: ServerId) => Promise<void>,
  ) {
    this.#fleet = fleet
    this.#clock = clock
    this.#poll = poll
  }

  start(): void {
    this.#stopListening = this.#fleet.onChange(({added, removed, changed}) => {
      for (const {row} of removed) this.#looks.delete(row)
      for (const row of [...added, ...changed]) this.#consider(row)
    })
  }

  stop(): void {
    this.#stopListening()
    for (const {cancel} of this.#planned.values()) cancel()
  }

  #consider(row: number): void {
    const id = this.#fleet.serverAt(row)
    if (id === null) return
    const inMs = this.#leftMs(row)
    if (inMs === null) {
      this.#looks.delete(row)
      return
    }
    const looks = this.#looks.get(row) ?? 0
    if (looks >= MOST_LOOKS) return
    const lookedAt = this.#lookedAt.get(id) ?? Number.NEGATIVE_INFINITY
    const at = Math.max(this.#clock.monotonic() + inMs, lookedAt + APART_MS)
    const planned = this.#planned.get(id)
    this.#looks.set(row, looks + 1)
    if (planned && planned.at <= at) return
    planned?.cancel()
    const cancel = this.#clock.after(at - this.#clock.monotonic(), () => void this.#look(id))
    this.#planned.set(id, {at, cancel})
  }

  /** `null` = it is not about to finish. */
  #leftMs(row: number): number | null {
    const left = this.#fleet.valueAt(row, 'amountLeft')
    const speed = this.#fleet.valueAt(row, 'downSpeed')
    if (left === undefined || left <= 0 || !speed) return null
    const ms = (left / speed) * 1_000
    return ms <= SOON_MS ? ms : null
  }

  async #look(id: ServerId): Promise<void> {
    this.#planned.delete(id)
    this.#lookedAt.set(id, this.#clock.monotonic())
    try {
      await this.#poll(id)
    } catch (error) {
      // It is looked at when it is back.
      if (!(error instanceof CommodarrError)) throw error
    }
  }
}
