/**
 * One pass of all rules over some subjects: facts and memory in, decisions and memory out. Nothing is kept and nothing
 * is asked of anybody: what is missing is named in the result.
 *
 * A rule that chooses among candidates, or has times of its own, is asked in whole passes only, and of all of a server
 * whose disk gets low. How long something is
 * true is watched in every pass, whatever the times of its rule: the schedule says when it acts.
 *
 * A rule that keeps does so in every pass within its hours, also between its times: another rule is asked in those passes,
 * and would remove what it keeps. Where it cannot choose what it keeps, whatever it may choose is in doubt.
 *
 * A rule that is held for what it costs is not asked. Of all that its scope means, or may mean, no rule behind it takes
 * away what it would have kept. Nor does one take away what a rule before it may keep, while that is unknown.
 */
import type {Decision, SubjectName} from '#model/decision.ts'
import type {Rule, RuleEvent, RuleId} from '#model/rule.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import type {CompiledRule} from './compiled-rule.ts'
import {Conflicts} from './conflicts.ts'
import type {FactUse} from './fact-readers.ts'
import type {HoldMemory} from './hold.ts'
import {
  agedFacts,
  decisionOf,
  evaluateRule,
  missingFacts,
  openActions,
  wantedActions,
  type RuleEvaluation,
} from './rule-evaluation.ts'
import type {RuleSet} from './rule-set.ts'
import type {PassCosts} from './rule-costs.ts'
import {scopeIndex} from './scope-index.ts'
import type {SteadyTime} from './steady-clock.ts'

/** Subjects between two breaks of a pass. */
const SLICE = 64
/** So many decisions are handed out at once: each of 100,000 holds some 5 KB. */
const MOST_AT_ONCE = 1_000

export interface Pass<S> {
  readonly subjects: Iterable<S>
  /** These are all there are. */
  readonly isWhole: boolean
  /** What happened to all of them. */
  readonly events: ReadonlySet<RuleEvent>
  /** They happened before, and are told again to these rules, which had to wait for facts; absent = to all. */
  readonly again?: ReadonlySet<RuleId>
  /** A person has these rules look now, whatever their times are, at subjects with these keys. */
  readonly now?: ReadonlyMap<RuleId, ReadonlySet<string>>
  readonly at: EpochMs
  readonly isClockTrusted: boolean
  timeOf(subject: S): SteadyTime
  /** How far a rule has come with each subject, by its key. */
  memoryOf(rule: Rule): ReadonlyMap<string, HoldMemory>
  /** When it was asked last, or since when it is there. */
  askedAt(rule: Rule): EpochMs
  readonly costs: PassCosts
  /** What it decided of the subject rests for certain, so that another decision would come to nothing. Absent = none. */
  rests?(rule: RuleId, subject: string): boolean
}

export interface MemoryWrite {
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly subject: SubjectName
  /** `null` = nothing any more. */
  readonly memory: HoldMemory | null
}

export interface WantedFact extends FactUse {
  readonly subject: SubjectName
}

/** What is there already, when it is much; the next part goes on behind it. */
export interface PassPart {
  /** In the order of rules, within one in that of its choice. */
  readonly decisions: readonly Decision[]
  readonly memory: readonly MemoryWrite[]
}

/** With the last part. */
export interface PassResult extends PassPart {
  /** Lazy facts worth their price; the subject is looked at again when they come. */
  readonly wanted: readonly WantedFact[]
  /** Lazy facts worth another look, as what they were may be over. */
  readonly aged: readonly WantedFact[]
  /** Who has to be looked at again without news, by key, in how many seconds. */
  readonly wakes: ReadonlyMap<string, Seconds>
  /** Who was asked for something that happened, or by a person, and cannot say yet: keys of subjects by rule. */
  readonly open: ReadonlyMap<RuleId, ReadonlySet<string>>
  /** Who was asked in its own time. */
  readonly asked: readonly RuleId[]
}

interface Due<S> {
  readonly subject: S
  readonly name: SubjectName
  readonly evaluation: RuleEvaluation
  /** Otherwise it is only kept: it is not the time of its rule. */
  readonly isActedOn: boolean
}

/** A break, in which a part is handed out or nothing is. */
type Breaks<R> = Generator<PassPart | undefined, R>

/** Gives way after each slice: who runs it asks in between whether others wait. */
export function* evaluate<S>(ruleSet: RuleSet<S>, pass: Pass<S>): Breaks<PassResult> {
  const round = new Round(ruleSet, pass)
  let looked = 0
  for (const subject of pass.subjects) {
    yield* round.look(subject)
    if (++looked % SLICE === 0) yield
  }
  return yield* round.result()
}

interface Looking<S> {
  readonly compiled: CompiledRule<S>
  readonly memory: ReadonlyMap<string, HoldMemory>
  /** Otherwise it is only watched how far its hold comes. */
  readonly isAsked: boolean
  /** Its time has come, or a person has it look. Otherwise it only keeps. */
  readonly isActing: boolean
  /** It keeps what it means, whatever its times are. */
  readonly isKeeping: boolean
  /** All are looked at among which it chooses. */
  readonly mayChoose: boolean
  /** For something that happened just now, or by a person. */
  readonly isOnce: boolean
  /** What a person has it look at before its time; `null` = its time has come. */
  readonly only: ReadonlySet<string> | null
  readonly due: Due<S>[]
  /** Keys of those that it may keep, and of which that is unknown. */
  readonly doubts: string[]
}

/** `null` = there is nothing to look for now. */
function lookingBy<S>(compiled: CompiledRule<S>, pass: Pass<S>): Looking<S> | null {
  const {rule, schedule, select, mayKeep} = compiled
  if (rule.mode === 'off') return null
  // When a disk gets low all of its server are looked at.
  const isAll = pass.isWhole || pass.events.has('diskLow')
  const events = pass.again === undefined || pass.again.has(rule.id) ? pass.events : nothing
  const mayChoose = select === null || isAll
  const isInTime = mayChoose && schedule.isDue({...pass, events, since: pass.askedAt(rule)})
  const only = isInTime || !mayChoose ? null : (pass.now?.get(rule.id) ?? null)
  const isActing = isInTime || only !== null
  // Whether these are its hours is unknown while the clock is.
  const isKeeping = mayKeep !== null && (!pass.isClockTrusted || schedule.isOpen(pass.at))
  const isAsked = isActing || isKeeping
  if (!isAsked && !rule.hold) return null
  const isOfEvent = isInTime && rule.schedule?.on?.some((event) => events.has(event)) === true
  const isOnce = isOfEvent || (isActing && pass.now?.has(rule.id) === true)
  const turn = {isAsked, isActing, isKeeping, mayChoose, isOnce, only}
  return {compiled, memory: pass.memoryOf(rule), ...turn, due: [], doubts: []}
}

const nothing: ReadonlySet<RuleEvent> = new Set()

class Round<S> {
  readonly #ruleSet: RuleSet<S>
  readonly #pass: Pass<S>
  readonly #looking: readonly Looking<S>[]
  readonly #lookingAt: ReturnType<typeof scopeIndex<S, Looking<S>>>
  #part: {readonly decisions: Decision[]; readonly memory: MemoryWrite[]} = {decisions: [], memory: []}
  readonly #wanted = new Map<string, WantedFact>()
  readonly #aged = new Map<string, WantedFact>()
  readonly #wakes = new Map<string, Seconds>()
  readonly #open = new Map<RuleId, Set<string>>()
  /** All of them, for rules that are held. */
  readonly #subjects: S[] = []

  constructor(ruleSet: RuleSet<S>, pass: Pass<S>) {
    this.#ruleSet = ruleSet
    this.#pass = pass
    this.#looking = ruleSet.rules.flatMap((compiled) => lookingBy(compiled, pass) ?? [])
    this.#lookingAt = scopeIndex(this.#looking, ruleSet.readers)
  }

  *look(subject: S): Breaks<void> {
    const {costs} = this.#pass
    const now = {at: this.#pass.at, time: this.#pass.timeOf(subject)}
    const name = this.#ruleSet.readers.name(subject)
    this.#subjects.push(subject)
    let next = Number.POSITIVE_INFINITY
    for (const looking of this.#rulesFor(subject, name.key)) {
      const {compiled, memory, isAsked, isOnce, due, doubts} = looking
      if (costs.isHeld(compiled.rule)) continue
      const began = costs.begin(compiled.rule)
      const before = compiled.rule.hold && memory.size > 0 ? (memory.get(name.key) ?? null) : null
      const evaluation = evaluateRule(compiled, subject, before, now)
      if (evaluation.memory !== before) this.#remember(compiled.rule, name, evaluation.memory)
      if (evaluation.next < next) next = evaluation.next
      // Most rules are not about most subjects.
      if (evaluation.verdict === 'no' && !compiled.isCurious) {
        if (costs.spent(compiled.rule, began)) yield
        continue
      }
      const isActedOn = looking.isActing && (looking.only === null || looking.only.has(name.key))
      const isDue = evaluation.isDue && (isActedOn || looking.isKeeping)
      const seen = {...evaluation, isDue}
      const missing = evaluation.verdict === 'no' ? [] : missingFacts(compiled, subject, seen)
      note(this.#wanted, name, missing)
      if (isOnce && missing.length > 0) this.#wait(compiled.rule.id, name.key)
      note(this.#aged, name, agedFacts(compiled, subject, seen))
      if (isDue) due.push({subject, name, evaluation, isActedOn})
      if (isAsked && evaluation.verdict === 'unknown' && compiled.mayKeep?.(subject)) doubts.push(name.key)
      if (costs.spent(compiled.rule, began)) yield
    }
    if (next < Number.POSITIVE_INFINITY) this.#wakes.set(name.key, next)
  }

  /** What a rule remembers of a subject that it is not about any more has to end. */
  #rulesFor(subject: S, key: string): readonly Looking<S>[] {
    const {inside, outside} = this.#lookingAt(subject)
    const held = outside.filter(({memory}) => memory.size > 0 && memory.has(key))
    return held.length === 0 ? inside : [...inside, ...held]
  }

  *result(): Breaks<PassResult> {
    const conflicts = new Conflicts()
    const asked = this.#looking.filter(({isAsked}) => isAsked)
    for (const looking of asked) {
      const {compiled, doubts} = looking
      yield* this.#decide(looking, conflicts)
      if (this.#pass.costs.isHeld(compiled.rule)) yield* this.#keepBack(compiled, conflicts)
      for (const key of doubts) conflicts.doubted(compiled.rule, key)
    }
    return {
      ...this.#part,
      wanted: [...this.#wanted.values()],
      aged: [...this.#aged.values()],
      wakes: this.#wakes,
      open: this.#open,
      asked: asked.flatMap(({compiled, isActing, only}) =>
        isActing && only === null ? [compiled.rule.id] : [],
      ),
    }
  }

  /** What it would have decided of the rest nobody knows. */
  *#keepBack({rule, scope}: CompiledRule<S>, conflicts: Conflicts): Breaks<void> {
    let looked = 0
    const {readers} = this.#ruleSet
    for (const subject of this.#subjects) {
      if (scope.evaluate(subject) !== 'no') conflicts.doubted(rule, readers.name(subject).key)
      if (++looked % SLICE === 0) yield
    }
  }

  *#decide({compiled, due, mayChoose}: Looking<S>, conflicts: Conflicts): Breaks<void> {
    const {costs} = this.#pass
    const free = due.filter(({name}) => conflicts.keptBackBy(compiled.rule, name.key) === null)
    if (!mayChoose) {
      for (const {subject, name} of free)
        if (compiled.mayKeep?.(subject)) conflicts.doubted(compiled.rule, name.key)
      return
    }
    for (const {subject, name, evaluation, isActedOn} of selectedOf(compiled, free)) {
      if (costs.isHeld(compiled.rule)) return
      const began = costs.begin(compiled.rule)
      const actions = wantedActions(compiled, subject, evaluation.memory)
      const open = actions?.length ? openActions(compiled, subject, actions) : actions
      if (costs.spent(compiled.rule, began)) yield
      const isKept = actions?.some(({action}) => action === 'skip') ?? isActedOn
      if (!isKept && compiled.mayKeep?.(subject)) conflicts.doubted(compiled.rule, name.key)
      if (isActedOn ? actions?.length === 0 : !isKept) continue
      // Also while what it would do is looked up, or is so already, nobody behind it shall do something else.
      conflicts.decided(compiled.rule, name.key)
      if (!isActedOn || !open?.length || this.#pass.rests?.(compiled.rule.id, name.key)) continue
      const {hold} = evaluation
      this.#part.decisions.push(decisionOf(compiled, subject, open, {at: this.#pass.at, hold}))
      if (this.#part.decisions.length >= MOST_AT_ONCE) yield this.#takePart()
    }
  }

  #takePart(): PassPart {
    const part = this.#part
    this.#part = {decisions: [], memory: []}
    return part
  }

  #wait(id: RuleId, key: string): void {
    const keys = this.#open.get(id) ?? new Set<string>()
    this.#open.set(id, keys.add(key))
  }

  #remember({id, revision}: Rule, subject: SubjectName, memory: HoldMemory | null): void {
    this.#part.memory.push({ruleId: id, ruleRevision: revision, subject, memory})
  }
}

function note(into: Map<string, WantedFact>, subject: SubjectName, uses: readonly FactUse[]): void {
  for (const use of uses) into.set(`${subject.key} ${use.fact} ${use.window}`, {...use, subject})
}

function selectedOf<S>({select}: CompiledRule<S>, due: readonly Due<S>[]): readonly Due<S>[] {
  if (!select) return due
  const bySubject = new Map(due.map((it) => [it.subject, it]))
  return select.select([...bySubject.keys()]).map((subject) => bySubject.get(subject)!)
}
