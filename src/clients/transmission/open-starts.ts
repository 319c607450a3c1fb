/**
 * Starts that the daemon took, until they hold. It stops in the background: a stop, a failing disk, and in 3.00 a start
 * of the daemon without the files of what ran, only mark the torrent, and the daemon's next pulse (twice a second) stops
 * it. Whatever is started before that is answered with success: what runs still is "already started", and what does not
 * runs for that moment. Then it is stopped.
 *
 *   taken ─▶ open ─┬─ it ran for some seconds, or waits, or is checked for longer than that ─▶ over
 *                  ├─ it is stopped, without an error, and ran no longer than a pulse ─▶ sent again, so often only
 *                  └─ it is stopped with an error, or ran for longer, or a stop was ordered here ─▶ over
 *
 * Nothing is read for it: whatever starts or stops is in the lists of the next step. It is the running time that tells a
 * stop that was lost from one that somebody ordered in the daemon later.
 * Source: libtransmission/torrent.c (torrentInit, torrentStart), rpcimpl.c (torrentStop), peer-mgr.c (bandwidthPulse) of
 * 3.00; torrent.cc and rpcimpl.cc of 4.1. [run 3.00, 4.1.0-beta.2, 4.1.4]
 */
import type {Clock} from '#lib/clock.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {number, type RawTorrent} from './codec.ts'
import {hashOf} from './selection.ts'

/** Read before a start, and with every row of the list that may change. */
export const runningTimeFields = ['seconds_downloading', 'seconds_seeding'] as const

export type StartMethod = 'torrent_start' | 'torrent_start_now'

/** The first start after the pulse stands; more than this something else stops it, and its row shows that. */
const MOST_TIMES = 3
/** Two pulses, and the seconds that the daemon counts in whole. What ran for so long was started permanently. */
const HELD_SECONDS = 3
/** What waits in the queue, is checked or left does not run; after so long nothing that was due before is left. */
const OPEN_MS = 10_000
const STOPPED = 0
const RUNNING: ReadonlySet<number> = new Set([4, 6])
const LOCAL_ERROR = 3

interface OpenStart {
  readonly method: StartMethod
  /** How long it had run before, by the daemon. */
  readonly ranBefore: number
  /** By the clock that does not jump. */
  readonly takenAt: number
  readonly times: number
}

export class OpenStarts {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #open = new Map<InfoHash, OpenStart>()
  /** Of each start that has no answer yet, those that nothing was to stop meanwhile. */
  readonly #sending = new Set<Set<InfoHash>>()
  /** As the rows of this step show them. */
  readonly #lost = new Set<InfoHash>()
  readonly #running = new Set<InfoHash>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  get isEmpty(): boolean {
    return this.#open.size === 0
  }

  /**
   * Sends a start, which is open once the daemon answered it.
   * @param before rows that were read before it, with `runningTimeFields`
   */
  async send(
    method: StartMethod,
    before: ReadonlyMap<InfoHash, RawTorrent>,
    send: () => Promise<unknown>,
  ): Promise<void> {
    const wanted = new Set(before.keys())
    this.#sending.add(wanted)
    try {
      await send()
    } finally {
      this.#sending.delete(wanted)
    }
    const takenAt = this.#clock.monotonic()
    for (const [hash, raw] of before) {
      if (!wanted.has(hash)) continue
      this.#lost.delete(hash)
      this.#open.set(hash, {method, ranBefore: ranFor(raw), takenAt, times: 1})
    }
  }

  /** They are to stop, also where the answer to a start of them is still to come. */
  forget(hashes: Iterable<InfoHash>): void {
    for (const hash of hashes) {
      this.#open.delete(hash)
      this.#lost.delete(hash)
      for (const wanted of this.#sending) wanted.delete(hash)
    }
  }

  /** A row with its status, its error and its running time. */
  saw(raw: RawTorrent): void {
    const hash = hashOf(raw)
    const open = hash === null ? undefined : this.#open.get(hash)
    if (hash === null || !open) return
    this.#lost.delete(hash)
    const status = number(raw, 'status')
    const isRunning = status !== undefined && RUNNING.has(status)
    const hasRun = ranFor(raw) - open.ranBefore >= HELD_SECONDS
    if (status === STOPPED && !hasRun && number(raw, 'error') !== LOCAL_ERROR) this.#lost.add(hash)
    else if (status === STOPPED || (hasRun && isRunning)) this.#open.delete(hash)
    else if (isRunning) this.#running.add(hash)
  }

  /** After the rows of a step. @returns what is to be sent again, by method */
  takeLost(): ReadonlyMap<StartMethod, readonly InfoHash[]> {
    const now = this.#clock.monotonic()
    const again = new Map<StartMethod, InfoHash[]>()
    for (const [hash, open] of this.#open) {
      const isLost = this.#lost.has(hash)
      if (isLost && open.times < MOST_TIMES) {
        this.#open.set(hash, {...open, takenAt: now, times: open.times + 1})
        const hashes = again.get(open.method) ?? []
        hashes.push(hash)
        again.set(open.method, hashes)
      } else if (isLost || (now - open.takenAt >= OPEN_MS && !this.#running.has(hash)))
        this.#open.delete(hash)
    }
    this.#lost.clear()
    this.#running.clear()
    return again
  }
}

function ranFor(raw: RawTorrent): number {
  return (number(raw, 'seconds_downloading') ?? 0) + (number(raw, 'seconds_seeding') ?? 0)
}
