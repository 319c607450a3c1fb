/**
 * How long and how large an answer may be. Separate for each class of call, so that a slow full list never stands in
 * the way of a probe. The budget of full lists grows with the known size and after each one that was too short: a
 * budget that was too short is never tried again. Silence is no long answer: it costs half a minute and lengthens
 * nothing.
 */
import type {CallBounds, SyncBounds} from '#clients/port.ts'
import type {ServerFault} from '#model/errors.ts'
import type {Bytes, Seconds} from '#model/units.ts'

const MIB = 1024 * 1024

type CallClass = 'connect' | 'probe' | 'write' | 'add' | 'detail'

const mostBytes: {readonly [C in CallClass]: Bytes} = {
  connect: 4 * MIB,
  probe: 256 * 1024,
  write: 4 * MIB,
  add: 16 * MIB,
  detail: 64 * MIB,
}

/** How long an answer is waited for, ms. */
export const patience = {
  connect: 20_000,
  probe: 10_000,
  write: 20_000,
  add: 60_000,
  detail: 15_000,
  delta: 30_000,
  /** At least; more for long lists and after one that was too short. */
  full: 120_000,
  /** An answer that takes so long makes the server `degraded`: what people see of it is old. */
  slow: 10_000,
  /** The program may stand still for so long before no list of before counts any more (`standstill.ts`). */
  standstill: 5_000,
} as const
export type Patience = {readonly [K in keyof typeof patience]: number}

/**
 * What a person says of one server: ordinary answers may take so long. Adding and whole lists get more; they never get
 * less than by themselves, for a short one would only be asked for again.
 *
 * @param timeoutSeconds 2 to 600; `null` = as we do by ourselves
 */
export function patienceWith(timeoutSeconds: Seconds | null, usual: Patience = patience): Patience {
  if (timeoutSeconds === null) return usual
  const ms = timeoutSeconds * 1000
  return {
    connect: ms,
    probe: ms,
    write: ms,
    detail: ms,
    delta: ms,
    slow: usual.slow,
    standstill: usual.standstill,
    add: Math.max(usual.add, 2 * ms),
    full: Math.max(usual.full, 4 * ms),
  }
}

export function boundsOf(call: CallClass, signal: AbortSignal, waits: Patience = patience): CallBounds {
  return {timeoutMs: waits[call], maxBytes: mostBytes[call], signal}
}

/** A list may keep silent for so long before its first byte, and between two; ms for each torrent when that is more. */
const SILENCE_MS = 30_000
const SILENCE_EACH_MS = 1
/** After so many lists that did not come through it is asked for in pages. */
const TRIES_WHOLE = 2
/** For each torrent, ms. */
const FULL_EACH_MS = 5

export class FullListBudget {
  readonly #waits: Patience
  /** Lists in a row that did not come through. */
  #failed = 0
  /** Of these, for want of time or room. */
  #tooShort = 0

  constructor(waits: Patience = patience) {
    this.#waits = waits
  }

  /** @param most of bytes of one list, whatever its size; absent = as its size asks for */
  bounds(known: number, signal: AbortSignal, most: Bytes = Infinity): SyncBounds {
    // Pages are small: what is enough for two doublings is enough for each of them.
    const growth = 2 ** Math.min(this.#tooShort, TRIES_WHOLE)
    return {
      delta: {
        timeoutMs: this.#waits.delta,
        maxBytes: Math.min(most, Math.max(32 * MIB, known * 4096)),
        signal,
      },
      full: {
        timeoutMs: Math.min(900_000, this.usualMs(known) * growth),
        silenceMs: Math.max(SILENCE_MS, this.#waits.delta, known * SILENCE_EACH_MS),
        maxBytes: Math.min(most, Math.max(512 * MIB, known * 16_384) * growth),
        signal,
      },
    }
  }

  /** So long a list of so many torrents may take, before experience says more. */
  usualMs(known: number): number {
    return Math.max(this.#waits.full, known * FULL_EACH_MS)
  }

  /** Whole in one answer, or in pages because that failed twice. */
  get style(): 'full' | 'paged' {
    return this.#failed >= TRIES_WHOLE ? 'paged' : 'full'
  }

  /** A full list failed: nothing else says that its budget was too short. */
  failed({reason, wasSilent}: ServerFault): void {
    if (reason !== 'timed_out' && reason !== 'cut_answer' && reason !== 'answer_too_large') return
    this.#failed++
    // An answer that was cut or never began is as far from its end with twice the time.
    if (reason !== 'cut_answer' && !wasSilent) this.#tooShort++
  }

  succeeded(): void {
    // Pages stay pages while the link lives: the answer is as large as before.
    if (this.style === 'full') this.#failed = this.#tooShort = 0
  }
}
