/**
 * When a rule may decide the same of a torrent again, by what became of it. What was done is in the list soon, and what
 * was cancelled is judged by what is true now; a rule that wants the same again and again waits longer each time, and so
 * does what was put off after somebody was asked, or refused: the more of them one Arr has, the longer, so that many cost
 * it little more than a few, and they are looked at together, as one answer of their Arr about its health, its queue and
 * its folders serves all of them. The first time they rest ten minutes at most, as what ails an Arr may last half a
 * minute. What a server cannot do at all is settled: it is judged again when that server is another one.
 */
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {RuleActionEnded} from '#model/decision.ts'
import {DAY, HOUR} from '#model/units.ts'
import {Agenda} from '#rules/agenda.ts'
import type {DecisionResult} from '../manager/messages.ts'

type Ended = Pick<RuleActionEnded, 'ruleId' | 'subject' | 'outcome' | 'isCostly' | 'isSettled'>

type Rest = Pick<DecisionResult, 'restMs' | 'isPutOff' | 'isSettled'>

interface Pace {
  readonly firstMs: number
  /** So much longer each time. */
  readonly longer: number
  readonly mostMs: number
}

const done: Pace = {firstMs: 2_000, longer: 4, mostMs: 600_000}
/** The rest is decided again in its own time. */
const paces: Readonly<Partial<Record<RuleActionEnded['outcome'], Pace>>> = {
  confirmed: done,
  unconfirmed: done,
  sent: done,
  cancelled: {firstMs: 5_000, longer: 4, mostMs: 600_000},
  postponed: {firstMs: 60_000, longer: 2, mostMs: 600_000},
  // What a person, a configuration or a disk has to change first.
  refused: {firstMs: 600_000, longer: 2, mostMs: HOUR * 1_000},
}
/** Of what was put off, and costs its Arr a look: so long for each of several, up to an hour. */
const EACH_MS = 300_000
/** And no longer than this the first time, twice as long each time. */
const FIRST_BESIDE_OTHERS_MS = 600_000
/** A message that was lost costs a day, not the truth. */
const SETTLED_MS = DAY * 1_000
/** A rule that was silent for so long begins again. */
const FORGOTTEN_MS = 1_800_000

interface Lately {
  readonly times: number
  /** Whose decision was put off after a look that cost something; `null` = it was not. */
  readonly looksOf: ArrId | null
  /** When its rest was over, by the duration clock. */
  readonly until: number
}

export class DecisionBackoff {
  readonly #clock: Clock
  /** By rule, subject and what became of it; an order under way that waits counts as one that was put off. */
  readonly #lately = new Map<string, Lately>()
  /** When each of these is forgotten. */
  readonly #ends = new Agenda()
  /** How many of these cost each Arr a look. */
  readonly #looks = new Map<ArrId, number>()
  /** When the rest of the last of these is over, by the duration clock. */
  readonly #nextLookAt = new Map<ArrId, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * From now on; `null` = in its own time.
   * @param arr of its torrent, which is asked for each look; `null` = there is none
   */
  after({ruleId, subject, outcome, isCostly, isSettled = false}: Ended, arr: ArrId | null): Rest | null {
    const isPutOff = outcome === 'postponed'
    // It waits no longer, neither to be decided nor under way.
    if (!isPutOff) this.#drop(waitingName({ruleId, subject}))
    const pace = paces[outcome]
    if (!pace) return null
    if (isSettled) return {restMs: SETTLED_MS, isPutOff: false, isSettled}
    // Nobody was asked: it is looked at as often as everything.
    if (isPutOff && !isCostly) return {restMs: pace.firstMs, isPutOff, isSettled}
    const kind = outcome === 'refused' ? outcome : 'done'
    const name = isPutOff ? waitingName({ruleId, subject}) : `${kind} ${ruleId} ${subject.key}`
    const ownMs = (times: number) => Math.min(pace.mostMs, pace.firstMs * pace.longer ** times)
    return {restMs: this.#restMs(name, ownMs, isPutOff ? arr : null), isPutOff, isSettled}
  }

  /** Longer the more often it was so lately. @param ownMs what it would rest by itself, by how often it did */
  #restMs(name: string, ownMs: (times: number) => number, looksOf: ArrId | null): number {
    const now = this.#clock.monotonic()
    this.#forget(now)
    const times = this.#lately.get(name)?.times ?? 0
    this.#drop(name)
    const restMs = looksOf === null ? ownMs(times) : this.#besideOthersMs(looksOf, ownMs(times), times, now)
    this.#keep(name, {times: times + 1, until: now + restMs, looksOf})
    return restMs
  }

  /**
   * Of an order under way that was put off: it counts among the decisions of its Arr, and is looked at with them.
   * @param ownMs what it would rest if its Arr had nothing else
   * @returns ms from now on
   */
  untilLook(
    {ruleId, subject}: Pick<RuleActionEnded, 'ruleId' | 'subject'>,
    arr: ArrId | null,
    ownMs: number,
  ): number {
    return arr === null ? ownMs : this.#restMs(waitingName({ruleId, subject}), () => ownMs, arr)
  }

  /** Counts it among those of its Arr. @returns how long it rests: until the next look at others where that is soon enough */
  #besideOthersMs(arr: ArrId, ownMs: number, times: number, now: number): number {
    const count = (this.#looks.get(arr) ?? 0) + 1
    this.#looks.set(arr, count)
    const mostMs = Math.min(HOUR * 1_000, FIRST_BESIDE_OTHERS_MS * 2 ** times)
    const restMs = count === 1 ? ownMs : Math.max(ownMs, Math.min(mostMs, count * EACH_MS))
    const nextMs = (this.#nextLookAt.get(arr) ?? now) - now
    if (nextMs >= restMs / 2 && nextMs <= restMs) return nextMs
    this.#nextLookAt.set(arr, now + restMs)
    return restMs
  }

  #keep(name: string, lately: Lately): void {
    this.#lately.set(name, lately)
    this.#ends.put(name, lately.until + FORGOTTEN_MS)
  }

  #forget(now: number): void {
    for (const name of this.#ends.takeDue(now)) this.#drop(name)
  }

  #drop(name: string): void {
    const looksOf = this.#lately.get(name)?.looksOf ?? null
    this.#lately.delete(name)
    if (looksOf === null) return
    const left = this.#looks.get(looksOf)! - 1
    if (left > 0) this.#looks.set(looksOf, left)
    else {
      this.#looks.delete(looksOf)
      this.#nextLookAt.delete(looksOf)
    }
  }
}

/** Put off before it was begun, or after: either way it waits once. */
function waitingName({ruleId, subject}: Pick<RuleActionEnded, 'ruleId' | 'subject'>): string {
  return `postponed ${ruleId} ${subject.key}`
}
