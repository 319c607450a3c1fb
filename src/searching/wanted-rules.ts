/**
 * What rules want of what is to be searched. Those with `skip` hold units back: they are asked whenever a unit is put in its
 * place and before it is searched, so that nothing escapes them between two looks, and their hold ends with them. Those with
 * `arr.search` make wishes, of which its scheduler takes one after the other, within all budgets and pauses.
 *
 *   rules changed, or ten minutes passed ─▶ all units of each Arr, in slices ─▶ holds begun and ended, wishes, reports
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Decision, StandingRule, WantedAction} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import type {HoldingRule, SearchReason} from '#model/searching.ts'
import {DAY, MINUTE} from '#model/units.ts'
import type {CompiledRule} from '#rules/compiled-rule.ts'
import {Conflicts} from '#rules/conflicts.ts'
import type {FactReaders} from '#rules/fact-readers.ts'
import {decisionOf, evaluateRule, wantedActions} from '#rules/rule-evaluation.ts'
import {RuleSet} from '#rules/rule-set.ts'
import type {SearchService} from './search-service.ts'
import type {WantedSubject} from './wanted-facts.ts'

interface WantedRulesDeps {
  readonly clock: Clock
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly log: {error(about: object, text: string): void}
  readonly readers: FactReaders<WantedSubject>
  /** All rules that stand; each time as they are now. */
  readonly rules: () => readonly StandingRule[]
  /** The owner of this rule may command this Arr. */
  readonly mayCommand: (rule: RuleId, arrId: string) => boolean
  readonly units: () => Pick<SearchService, 'arrs' | 'subjects' | 'want' | 'changed'>
  /** Writes down what rules notify of, or only simulate: each once, until it is something else. Never rejects. */
  readonly tell: (decisions: readonly Decision[]) => Promise<void>
}

/** What moves by time alone is looked at again so late. */
const PASS_MS = 10 * MINUTE * 1_000
/** Of one Arr so many wait for their turn because of rules: a day has fewer turns than that. */
const MOST_WISHES = 500
const DAY_MS = DAY * 1_000
/** Of one Arr and one rule, in one look: each that was reported is remembered, and others need that room, too. */
const MOST_REPORTED = 500
/** Each holds what its rule saw. */
const REPORTED_AT_ONCE = 200
/** Without holds nothing is counted by it. */
const time = {run: 'wanted', ms: 0, steady: true}
const noEvents: ReadonlySet<never> = new Set()
/** It is as urgent as by a rule, or more. */
const urgent: ReadonlySet<SearchReason> = new Set<SearchReason>(['person', 'failure', 'request', 'rule'])

/** Of one Arr, in one look. */
interface Look {
  readonly arrId: string
  readonly conflicts: Conflicts
  readonly reported: Decision[]
  /** How much was reported of each rule. */
  readonly reportedOf: Map<RuleId, number>
  wishes: number
}

export class WantedRules {
  readonly #deps: WantedRulesDeps
  #set: RuleSet<WantedSubject>
  /** Those that keep something, of `#set`. */
  #keeping: readonly CompiledRule<WantedSubject>[] = []
  /** By rule and Arr; asked again with each look. */
  readonly #may = new Map<string, boolean>()
  #looking: Promise<void> = Promise.resolve()
  #isWaiting = false
  #isStopped = true
  #cancel: () => void = () => undefined

  constructor(deps: WantedRulesDeps) {
    this.#deps = deps
    this.#set = new RuleSet([], deps.readers)
    this.#compile()
  }

  start(): void {
    this.#isStopped = false
    void this.look()
    this.#wait()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#looking
  }

  /** Rules, or what their owners may do, changed. */
  follow(): void {
    this.#compile()
    void this.look()
  }

  /** One look at a time; what comes meanwhile is one more. Resolves when all was looked at; never rejects. */
  look(): Promise<void> {
    if (this.#isWaiting || this.#isStopped) return this.#looking
    this.#isWaiting = true
    this.#looking = this.#looking.then(() => this.#lookOnce())
    return this.#looking
  }

  /** The rule that keeps it from being searched now; `null` = none does. What is unknown keeps nothing. */
  heldBy(subject: WantedSubject): HoldingRule | null {
    for (const compiled of this.#keeping) {
      const {rule, when} = compiled
      if (!this.#isOpen(compiled, subject) || when.evaluate(subject) !== 'yes') continue
      if (!this.#mayCommand(rule.id, subject.arrId)) continue
      if (wantedActions(compiled, subject, null)?.some(isSkip)) return {id: rule.id, name: rule.name}
    }
    return null
  }

  #wait(): void {
    this.#cancel = this.#deps.clock.after(PASS_MS, () => {
      void this.look()
      this.#wait()
    })
  }

  #compile(): void {
    const {rules, readers} = this.#deps
    const about = rules().flatMap(({rule}) => (rule.subject === 'wanted' ? [rule] : []))
    this.#set = new RuleSet(about, readers, () => readers, this.#set)
    this.#keeping = this.#set.rules.filter(({rule, mayKeep}) => rule.mode === 'live' && mayKeep !== null)
    this.#may.clear()
  }

  async #lookOnce(): Promise<void> {
    this.#isWaiting = false
    if (this.#isStopped) return
    this.#compile()
    try {
      for (const arrId of this.#deps.units().arrs) await this.#lookAt(arrId)
    } catch (error) {
      this.#deps.log.error({err: error}, 'rules about what is wanted could not be evaluated')
    }
  }

  async #lookAt(arrId: string): Promise<void> {
    const {turns, units, tell} = this.#deps
    const look: Look = {arrId, conflicts: new Conflicts(), reported: [], reportedOf: new Map(), wishes: 0}
    for (const subject of units().subjects(arrId)) {
      if (this.#isStopped) return
      await this.#judge(subject, look)
      if (look.reported.length >= REPORTED_AT_ONCE) await tell(look.reported.splice(0))
      if (turns.due()) await turns.next()
    }
    if (look.reported.length > 0) await tell(look.reported.splice(0))
  }

  async #judge(subject: WantedSubject, look: Look): Promise<void> {
    const {units} = this.#deps
    const {arrId} = look
    const {unit, hold, reason} = subject.candidate
    const isHeld = reason !== 'person' && this.heldBy(subject) !== null
    const wasHeld = hold?.code === 'held_by_rule'
    // What holds it otherwise is said first.
    if (isHeld !== wasHeld && (wasHeld || hold === null)) await units().changed(arrId, [unit])
    const isWanted = this.#isWantedBy(subject, look) && !isHeld
    if (reason === 'rule') {
      if (isWanted) look.wishes++
      else units().want(arrId, unit, null)
    } else if (isWanted && isSearchable(subject) && look.wishes < MOST_WISHES) {
      look.wishes++
      units().want(arrId, unit, {reason: 'rule', at: subject.now})
    }
  }

  /** Whether a rule wants it searched; what else rules want of it is noted. */
  #isWantedBy(subject: WantedSubject, {arrId, conflicts, reported, reportedOf}: Look): boolean {
    let isWanted = false
    const at = subject.now
    const moment = {at, since: 0, events: noEvents, isWhole: true, isClockTrusted: this.#isClockSure()}
    for (const compiled of this.#set.rules) {
      const {rule, readers, schedule} = compiled
      if (rule.mode === 'off' || !schedule.isDue(moment)) continue
      const {isDue, hold} = evaluateRule(compiled, subject, null, {at, time})
      if (!isDue || !this.#mayCommand(rule.id, arrId)) continue
      const {key} = readers.name(subject)
      const actions = wantedActions(compiled, subject, null) ?? []
      if (actions.length === 0 || conflicts.keptBackBy(rule, key) !== null) continue
      conflicts.decided(rule, key)
      const isLive = rule.mode === 'live'
      if (isLive && actions.some(isSearch)) isWanted = true
      const said = isLive ? actions.filter(isTold) : actions
      const before = reportedOf.get(rule.id) ?? 0
      if (said.length === 0 || before >= MOST_REPORTED) continue
      reportedOf.set(rule.id, before + 1)
      reported.push(decisionOf(compiled, subject, said, {at, hold}))
    }
    return isWanted
  }

  /** While the clock is in doubt, what is kept by its hours stays so. */
  #isOpen({schedule}: CompiledRule<WantedSubject>, {now}: WantedSubject): boolean {
    return !this.#isClockSure() || schedule.isOpen(now)
  }

  #isClockSure(): boolean {
    return this.#deps.clock.isSure?.() ?? true
  }

  #mayCommand(rule: RuleId, arrId: string): boolean {
    const name = `${rule} ${arrId}`
    const may = this.#may.get(name) ?? this.#deps.mayCommand(rule, arrId)
    this.#may.set(name, may)
    return may
  }
}

/** It is ready, nothing as urgent asks for it already, and no rule had it searched within a day. */
export function isSearchable({candidate, state, now}: WantedSubject): boolean {
  if (candidate.hold !== null || urgent.has(candidate.reason)) return false
  return state?.reason !== 'rule' || state.searchedAt === null || now - state.searchedAt >= DAY_MS
}

function isSkip({action}: WantedAction): boolean {
  return action === 'skip'
}

function isSearch({action}: WantedAction): boolean {
  return action === 'arr.search'
}

/** What is searched or held is seen where searches are. */
function isTold({action}: WantedAction): boolean {
  return action === 'notify' || action === 'note'
}
