import type {EpochMs} from '#model/units.ts'
import type {Clock} from './clock.ts'

/** How long what begins in this run has left, when the clock was put right: its end is later by so much. */
type EndsMoved = (names: readonly string[], ms: number) => void

/**
 * Ends that a jump of the wall clock neither brings nearer nor puts off: how long each still has is told from the wall
 * clock once, when it is begun, and counted by what surely passed. Those of before this run are told again when it turns
 * out how long the machine was off meanwhile.
 */
export class Countdowns {
  readonly #clock: Clock
  readonly #ends = new Map<string, number>()
  /** Of before this run. */
  readonly #old = new Set<string>()

  /** @param moved told of ends that the wall clock reaches at another time now */
  constructor(clock: Clock, moved: EndsMoved) {
    this.#clock = clock
    clock.onCorrected?.((ms, wasGuess) => {
      if (wasGuess) for (const name of this.#old) this.#ends.set(name, this.#ends.get(name)! - ms)
      const kept = [...this.#ends.keys()].filter((name) => !wasGuess || !this.#old.has(name))
      if (kept.length > 0) moved(kept, ms)
    })
  }

  /** @param isOld begun before this run */
  begin(name: string, dueAt: EpochMs, isOld = false): void {
    this.#ends.set(name, this.#passed() + dueAt - this.#clock.now())
    if (isOld) this.#old.add(name)
    else this.#old.delete(name)
  }

  drop(name: string): void {
    this.#ends.delete(name)
    this.#old.delete(name)
  }

  isOver(name: string): boolean {
    return (this.#ends.get(name) ?? Infinity) <= this.#passed()
  }

  /** Names of those that are over, or within so many ms; the longest first. */
  due(withinMs = 0): readonly string[] {
    const last = this.#passed() + withinMs
    const over = [...this.#ends].filter(([, end]) => end <= last)
    return over.sort(([, a], [, b]) => a - b).map(([name]) => name)
  }

  /** ms until the next is over; `null` = there is none. */
  next(): number | null {
    if (this.#ends.size === 0) return null
    let first = Infinity
    for (const end of this.#ends.values()) first = Math.min(first, end)
    return Math.max(0, first - this.#passed())
  }

  #passed(): number {
    return this.#clock.passed?.() ?? this.#clock.monotonic()
  }
}
