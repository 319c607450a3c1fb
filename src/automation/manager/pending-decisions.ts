/**
 * Decisions that were handed out: those under way, whose outcome is not known yet, and those that rest. What was put off
 * rests only as long as it stands as it did, and what its server cannot do as long as that server stands as it did;
 * what was done rests whatever happens, as the list may show it later. What stands otherwise again and again ends a rest
 * ever later; a server or an Arr that returned (`returns.ts`) ends it at once, without being counted.
 */
import type {Clock} from '#lib/clock.ts'
import type {Decision} from '#model/decision.ts'
import {factOf} from '#model/fact.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {courseOf} from '#model/torrent.ts'
import {Agenda} from '#rules/agenda.ts'
import type {DecisionResult} from './messages.ts'

/** A decision that nobody answered is made again after this long. */
const UNANSWERED_MS = 600_000
/**
 * What was put off is decided before its time at most so often, however often it stands otherwise; what does so again and
 * again (a download that its Arr tries to import each minute) twice as late each time. Each look may cost its Arr several
 * questions, so the more of them do so the later it gets.
 */
const BETWEEN_LIFTS_MS = 60_000
/** Of what happens to a torrent in the ordinary way. */
const FEW_LIFTS = 3
const MOST_BETWEEN_LIFTS_MS = 1_800_000
const EACH_BETWEEN_LIFTS_MS = 180_000
/** What stood as it did for so long is decided at once again. */
const STEADY_MS = 3_600_000

/** Times by the duration clock. */
interface Pending {
  readonly key: string
  readonly until: number
  /** On what it was decided. */
  readonly grounds: string
  /** How its server and its Arr stood then. */
  readonly standing: string
  /** How often its server and its Arr had returned then. */
  readonly returns: string
  /** It rests, and what stands otherwise ends that; `false` = it is under way, or was done a moment ago. */
  readonly isPutOff: boolean
  /** It rests, and only another standing of its server or its Arr ends that. */
  readonly isSettled: boolean
}

/** Rests of one decision that ended before their time. */
interface Lifts {
  /** The last one. */
  readonly at: number
  /** How many there were, none of them an hour after it could have been. */
  readonly times: number
}

interface Surroundings {
  /** How the server and the Arr of a torrent stand: what may be done of it hangs on that, too. */
  readonly standingOf: (key: string) => readonly unknown[]
  /** How often both returned, as far as that counts: another text each time. */
  readonly returnsOf: (key: string) => string
}

export class PendingDecisions {
  readonly #clock: Clock
  readonly #of: Surroundings
  /** By rule and subject. */
  readonly #pending = new Map<string, Pending>()
  readonly #lifts = new Map<string, Lifts>()
  /** When their rest is over; of those under way nobody knows. */
  readonly #rests = new Agenda()

  constructor(clock: Clock, surroundings: Surroundings) {
    this.#clock = clock
    this.#of = surroundings
  }

  /** When the next rest is over, by the duration clock; `null` = nothing rests. */
  get nextAt(): number | null {
    return this.#rests.nextAt
  }

  /** What became of one is known. @returns whether it is to be judged again: something may have changed meanwhile */
  answered({ruleId, key, restMs, isPutOff, isSettled}: DecisionResult): boolean {
    const name = nameOf(ruleId, key)
    const pending = this.#pending.get(name)
    if (!pending) return false
    const until = this.#clock.monotonic() + restMs
    this.#pending.set(name, {...pending, until, isPutOff, isSettled})
    this.#rests.put(name, until)
    return isPutOff || isSettled
  }

  /** It is under way, or rests. */
  has(id: RuleId, key: string): boolean {
    return this.#pending.has(nameOf(id, key))
  }

  /**
   * A person has a rule look again: what it put off, was refused or only reported rests no longer. What was done rests on,
   * as the list may show it later.
   */
  lift({id, mode}: Pick<Rule, 'id' | 'mode'>, keys: Iterable<string>): void {
    for (const key of keys) {
      const name = nameOf(id, key)
      const pending = this.#pending.get(name)
      if (pending && (mode !== 'live' || pending.isPutOff || pending.isSettled)) this.#pending.delete(name)
    }
  }

  /** @returns whose rest is over */
  takeRested(now: number): readonly string[] {
    const rested: string[] = []
    for (const name of this.#rests.takeDue(now)) {
      const pending = this.#pending.get(name)
      if (!pending || now < pending.until) continue
      this.#pending.delete(name)
      rested.push(pending.key)
    }
    return rested
  }

  /** Whatever is decided on it now is not handed out again yet. */
  rests(id: RuleId, key: string, now: number): boolean {
    const name = nameOf(id, key)
    const pending = this.#pending.get(name)
    if (pending === undefined || now >= pending.until) return false
    if (!pending.isPutOff && !pending.isSettled) return true
    return pending.returns === this.#of.returnsOf(key) && now < this.#mayLiftAt(name)
  }

  /** Those that were not handed out yet, or may be again: from now on they are under way. */
  takeFresh(decisions: readonly Decision[], now: number): readonly Decision[] {
    return decisions.filter((decision) => this.#isFresh(decision, now))
  }

  #isFresh({ruleId, subject: {key}, preconditions}: Decision, now: number): boolean {
    const name = nameOf(ruleId, key)
    const pending = this.#pending.get(name)
    if (this.rests(ruleId, key, now)) return false
    const isResting = pending !== undefined && now < pending.until
    const returns = this.#of.returnsOf(key)
    const isReturned = pending !== undefined && pending.returns !== returns
    const standing = JSON.stringify(this.#of.standingOf(key))
    const grounds = JSON.stringify([groundsOf(preconditions), standing])
    if (isResting && !isReturned) {
      if (pending.isSettled ? pending.standing === standing : pending.grounds === grounds) return false
      this.#lifts.set(name, {at: now, times: (this.#lifts.get(name)?.times ?? 0) + 1})
    }
    const until = now + UNANSWERED_MS
    this.#pending.set(name, {key, until, grounds, standing, returns, isPutOff: false, isSettled: false})
    return true
  }

  #mayLiftAt(name: string): number {
    const lifts = this.#lifts.get(name)
    return lifts === undefined ? Number.NEGATIVE_INFINITY : lifts.at + this.#waitAfter(lifts)
  }

  #waitAfter({times}: Lifts): number {
    const most = Math.max(MOST_BETWEEN_LIFTS_MS, this.#lifts.size * EACH_BETWEEN_LIFTS_MS)
    return Math.min(STEADY_MS, most, BETWEEN_LIFTS_MS * 2 ** Math.max(0, times - FEW_LIFTS))
  }

  /** Nobody asks for those any more whose time is over. */
  forget(now: number): void {
    for (const [name, {until}] of this.#pending) if (until <= now) this.#pending.delete(name)
    for (const [name, lifts] of this.#lifts) {
      // While it has to wait a change ends nothing: only afterwards is it known that there is none.
      if (now - lifts.at >= this.#waitAfter(lifts) + STEADY_MS) this.#lifts.delete(name)
    }
  }

  clear(): void {
    this.#pending.clear()
    this.#lifts.clear()
  }
}

/** What differs by itself at each look ends no rest. */
function groundsOf(preconditions: Decision['preconditions']): readonly unknown[] {
  return preconditions.flatMap(({fact, value}) => {
    const {standing} = factOf(fact)
    if (standing === 'further') return []
    return [[fact, standing === 'course' ? courseOf(value) : value]]
  })
}

function nameOf(ruleId: RuleId, key: string): string {
  return `${ruleId} ${key}`
}
