/**
 * What a manager asked the main thread to look up, so that no pass asks for it again: while it is under way, and as long
 * as the answer would be the same. Only so many are under way; the rest is wanted again in the next pass. What is known
 * and may be another by now comes last, and only so much of it: a large library must not keep its servers busy for ever.
 */
import type {Clock} from '#lib/clock.ts'
import type {FactName} from '#model/fact.ts'
import type {LookUpAnswer} from '#model/manager.ts'
import {keyText} from '#model/torrent-key.ts'
import type {WantedFact} from '#rules/evaluate.ts'

/** Facts that are under way. A server answers two questions a second at most. */
const MOST_UNDER_WAY = 400
/** Of these, those that are known. */
const MOST_REFRESHES = 60
/** Then the message was lost. */
const LOST_MS = 600_000
/** What cannot be known is not asked for sooner, whatever was said. */
const LEAST_REST_MS = 10_000

interface Wish {
  readonly isUnderWay: boolean
  readonly isRefresh: boolean
  /** By the duration clock. */
  readonly until: number
}

export class FactRequests {
  readonly #clock: Clock
  readonly #wishes = new Map<string, Map<FactName, Wish>>()
  #underWay = 0
  #refreshes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Those to ask for now.
   * @param aged known, but for long
   */
  take(wanted: readonly WantedFact[], aged: readonly WantedFact[] = []): readonly WantedFact[] {
    return [...this.#takeOf(wanted, false), ...this.#takeOf(aged, true)]
  }

  #takeOf(wanted: readonly WantedFact[], isRefresh: boolean): readonly WantedFact[] {
    const now = this.#clock.monotonic()
    return wanted.filter(({subject, fact}) => {
      const ofSubject = this.#wishes.get(subject.key) ?? new Map<FactName, Wish>()
      const before = ofSubject.get(fact)
      if (before && now < before.until) return false
      if (before) this.#drop(ofSubject, fact)
      if (this.#underWay >= MOST_UNDER_WAY || (isRefresh && this.#refreshes >= MOST_REFRESHES)) return false
      this.#wishes.set(subject.key, ofSubject)
      this.#put(ofSubject, fact, {isUnderWay: true, isRefresh, until: now + LOST_MS})
      return true
    })
  }

  answered(answers: readonly LookUpAnswer[]): void {
    const now = this.#clock.monotonic()
    for (const {key, fact, whyUnknown, keptMs} of answers) {
      const ofSubject = this.#wishes.get(keyText(key))
      if (!ofSubject?.has(fact)) continue
      this.#drop(ofSubject, fact)
      if (whyUnknown) {
        const until = now + Math.max(LEAST_REST_MS, keptMs)
        this.#put(ofSubject, fact, {isUnderWay: false, isRefresh: false, until})
      } else if (ofSubject.size === 0) this.#wishes.delete(keyText(key))
    }
  }

  /** It went, or is another thing now: what could not be known of it may be known. */
  forget(key: string): void {
    const ofSubject = this.#wishes.get(key)
    for (const fact of ofSubject?.keys() ?? []) this.#drop(ofSubject!, fact)
    this.#wishes.delete(key)
  }

  #put(ofSubject: Map<FactName, Wish>, fact: FactName, wish: Wish): void {
    ofSubject.set(fact, wish)
    if (wish.isUnderWay) this.#underWay++
    if (wish.isRefresh) this.#refreshes++
  }

  #drop(ofSubject: Map<FactName, Wish>, fact: FactName): void {
    const before = ofSubject.get(fact)
    if (before?.isUnderWay) this.#underWay--
    if (before?.isRefresh) this.#refreshes--
    ofSubject.delete(fact)
  }
}
