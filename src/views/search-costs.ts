/**
 * What the searches of each person may cost. Words, patterns and pieces of text are looked for in every name, in slices,
 * while everybody else's lists wait for their turn: so one search has a bound, and each person an account of what all of
 * theirs take. Ordering, which all share, is not counted.
 */
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'

/** The program itself: it is refused nothing. */
export const OURSELVES = ''

/** Of one search, ms of the processor. */
const MOST_MS = 2_000
/**
 * Of one person at once, ms, and the share of the thread at which it comes back. As much is the most that anybody can
 * owe: who owes anything is refused all searches, small ones too, until that came back.
 */
const BURST_MS = 6_000
const RATE = 0.125
/** Also whoever has hardly anything left may look for something that takes no time. */
const LEAST_MS = 50
/** So often the processor's time is asked for. */
const LOOK_MS = 1
/** Accounts that are full again are forgotten beyond so many. */
const MOST_ACCOUNTS = 1_000

/** Counts what this takes, the breaks in it left out. @throws {CommodarrError} too_expensive */
export type Counted = <R>(work: Generator<void, R, void>) => Generator<void, R, void>

interface Meter {
  /** Before others work for it. @throws {CommodarrError} too_expensive: nothing is left */
  readonly demandCredit: () => void
  readonly counted: Counted
  /** After each break. */
  readonly resumed: () => void
}

interface Account {
  left: number
  at: number
}

export class SearchCosts {
  readonly #clock: Clock
  readonly #cpuMs: () => number
  readonly #accounts = new Map<string, Account>()

  /** @param cpuMs of this thread */
  constructor(clock: Clock, cpuMs: () => number) {
    this.#clock = clock
    this.#cpuMs = cpuMs
  }

  /** Of these who has most left: an answer that several wait for is looked for in his name. */
  richest(persons: Iterable<string>): string {
    let [best, most] = [OURSELVES, Number.NEGATIVE_INFINITY]
    for (const person of persons) {
      const {left} = this.#accountOf(person)
      if (left > most) [best, most] = [person, left]
    }
    return best
  }

  /** Of one question, which may be looked for several times until the fleet stood still. */
  meterOf(person: string): Meter {
    const account = this.#accountOf(person)
    const most = person === OURSELVES ? Infinity : Math.max(LEAST_MS, Math.min(MOST_MS, account.left))
    const [clock, cpuMs] = [this.#clock, this.#cpuMs]
    let [spent, lookedAt, cpuThen] = [0, 0, 0]
    const look = (at = clock.monotonic()) => {
      lookedAt = at
      cpuThen = cpuMs()
    }
    /** Asking for the processor's time takes longer than most steps. */
    const charge = () => {
      const now = clock.monotonic()
      if (now - lookedAt < LOOK_MS) return
      const before = cpuThen
      look(now)
      spent += cpuThen - before
      account.left = Math.max(-BURST_MS, account.left - (cpuThen - before))
      if (spent > most) throw refusal(most, account)
    }
    const demandCredit = () => {
      if (person !== OURSELVES && spent === 0 && account.left <= 0) throw refusal(LEAST_MS, account)
    }
    return {
      demandCredit,
      resumed: () => look(),
      *counted<R>(work: Generator<void, R, void>): Generator<void, R, void> {
        demandCredit()
        look()
        try {
          for (let step = work.next(); ; step = work.next()) {
            if (step.done) return step.value
            charge()
            yield
          }
        } finally {
          // What is given up half-way has to know that.
          work.return(undefined as R)
        }
      },
    }
  }

  #accountOf(person: string): Account {
    const now = this.#clock.monotonic()
    const account = this.#accounts.get(person) ?? {left: BURST_MS, at: now}
    account.left = Math.min(BURST_MS, account.left + (now - account.at) * RATE)
    account.at = now
    this.#accounts.delete(person)
    this.#accounts.set(person, account)
    for (const [first] of this.#accounts)
      if (this.#accounts.size > MOST_ACCOUNTS) this.#accounts.delete(first)
    return account
  }
}

/** @param most ms that this search might have taken */
function refusal(most: number, {left}: Pick<Account, 'left'>): CommodarrError {
  const isAllUsed = most < MOST_MS
  const seconds = Math.max(1, Math.ceil(-left / RATE / 1_000))
  const message = isAllUsed
    ? `Your searches used up their ${BURST_MS / 1_000} s of the processor; an eighth of each second comes back. Wait ${seconds} s, then use simpler searches.`
    : `This search takes more than ${MOST_MS / 1_000} s of the processor. Use fewer or simpler patterns and words.`
  return new CommodarrError('too_expensive', message, {limitMs: Math.round(most)})
}
