/**
 * What a rule would do now, saved or not: the same judgement as in a pass, over everything there is, as if it were the
 * only rule and its time had come. Guards are the executor's: who knows them hands them in.
 */
import type {
  Decision,
  PreviewCount,
  RulePreview,
  SparedSubject,
  SubjectName,
  ConditionTrace,
  LeafTrace,
  NearMatch,
  RuleFunnel,
} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {ActionName, Rule} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {compileRule, isDestructive, type CompiledRule} from './compiled-rule.ts'
import {compileCondition, type CompiledCondition} from './condition.ts'
import type {FactReaders} from './fact-readers.ts'
import type {HoldMemory} from './hold.ts'
import {decisionOf, evaluateRule, openActions, wantedActions, type RuleEvaluation} from './rule-evaluation.ts'
import type {SteadyTime} from './steady-clock.ts'

const ROWS_SHOWN = 200
/** Of each reason for which something is left alone. */
const SPARED_SHOWN = 100

interface PreviewOf<S> {
  readonly rule: Rule
  readonly readers: FactReaders<S>
  readonly subjects: Iterable<S>
  readonly at: EpochMs
  timeOf(subject: S): SteadyTime
  /** Of a saved rule; a new one has held nothing yet. */
  readonly memory: ReadonlyMap<string, HoldMemory>
  /** The guard that keeps it, in the order in which decisions would go out; `null` = none. */
  readonly keptBy?: (decision: Decision, subject: S) => string | null
  /** Each that it would act on, and each of which that is unknown. */
  readonly meant?: (subject: SubjectName, as: 'acts' | 'unknown') => void
}

/** With a pause after each subject: how long a rule takes to judge one is up to whoever writes it. */
export function* preview<S>(of: PreviewOf<S>): Generator<undefined, RulePreview> {
  const {rule, readers, at} = of
  const compiled = compileRule(rule, readers)
  const bytesOf = bytesBy(readers)
  const [matched, held, unknown] = [new Counter(), new Counter(), new Counter()]
  const unknownFacts = new Map<FactName, number>()
  const unknownOn = new Map<ServerId, number>()
  const due = new Map<S, RuleEvaluation>()
  const spared = new Spared()
  const funnel = new Funnel(compiled, readers)
  let looked = 0
  yield
  for (const subject of of.subjects) {
    const before = of.memory.get(readers.name(subject).key) ?? null
    const evaluation = evaluateRule(compiled, subject, before, {at, time: of.timeOf(subject)})
    if (evaluation.verdict === 'yes') {
      matched.add(bytesOf(subject))
      if (evaluation.isDue) due.set(subject, evaluation)
      else {
        held.add(bytesOf(subject))
        const left = evaluation.hold?.left ?? null
        spared.add({why: 'held', guard: null, subject: readers.name(subject), bytes: bytesOf(subject), left})
      }
    }
    if (evaluation.verdict === 'unknown') {
      unknown.add(bytesOf(subject))
      const name = readers.name(subject)
      of.meant?.(name, 'unknown')
      spared.add({why: 'unknown', guard: null, subject: name, bytes: bytesOf(subject), left: null})
      const {serverId} = name
      if (serverId !== null) unknownOn.set(serverId, (unknownOn.get(serverId) ?? 0) + 1)
      for (const fact of unknownOf(compiled, readers, subject)) {
        unknownFacts.set(fact, (unknownFacts.get(fact) ?? 0) + 1)
      }
    }
    funnel.see(subject)
    looked++
    yield
  }
  const acts = yield* actsOn(compiled, of, due, {bytesOf, spared})
  return {
    funnel: funnel.figures,
    looked,
    matched: matched.total,
    held: held.total,
    unknown: unknown.total,
    unknownFacts,
    unknownOn,
    ...acts,
    spared: spared.all,
  }
}

/** All are counted, the first are shown. */
function* actsOn<S>(
  compiled: CompiledRule<S>,
  {readers, at, keptBy, meant}: PreviewOf<S>,
  due: ReadonlyMap<S, RuleEvaluation>,
  {bytesOf, spared}: {readonly bytesOf: (subject: S) => number; readonly spared: Spared},
): Generator<undefined, Acts> {
  const candidates = [...due.keys()]
  const [wouldAct, blocked, guards] = [new Counter(), new Counter(), new Groups()]
  const parts = {already: new Counter(), unselected: new Counter(), inapplicable: new Counter()}
  const alreadyBy = new Set<ActionName>()
  const leave = (subject: S, why: keyof typeof parts) => {
    const bytes = bytesOf(subject)
    parts[why].add(bytes)
    spared.add({why, guard: null, subject: readers.name(subject), bytes, left: null})
  }
  const groups = groupsOf(compiled.rule)
  const [decisions, bytesOfEach] = [new Array<Decision>(), new Map<string, number>()]
  const selected = compiled.select ? yield* compiled.select.selectInSteps(candidates) : candidates
  if (selected !== candidates) {
    const chosen = new Set(selected)
    for (const subject of candidates) if (!chosen.has(subject)) leave(subject, 'unselected')
  }
  for (const subject of selected) {
    yield
    const {memory, hold} = due.get(subject)!
    const wanted = wantedActions(compiled, subject, memory) ?? []
    const actions = openActions(compiled, subject, wanted)
    if (actions.length === 0) {
      leave(subject, wanted.length === 0 ? 'inapplicable' : 'already')
      for (const {action} of wanted) alreadyBy.add(action)
      continue
    }
    const bytes = bytesOf(subject)
    const decision = decisionOf(compiled, subject, actions, {at, hold})
    const guard = keptBy?.(decision, subject) ?? null
    if (guard !== null) {
      blocked.add(bytes)
      guards.add(guard, bytes)
      spared.add({why: 'blocked', guard, subject: decision.subject, bytes, left: null})
      continue
    }
    wouldAct.add(bytes)
    meant?.(decision.subject, 'acts')
    for (const [fact, group] of groups) group.add(textOf(readers, fact, subject), bytes)
    if (decisions.length >= ROWS_SHOWN) continue
    decisions.push(decision)
    bytesOfEach.set(decision.subject.key, bytes)
  }
  const by = (fact: FactName) => groups.get(fact)?.all ?? new Map<string, PreviewCount>()
  return {
    wouldAct: wouldAct.total,
    already: parts.already.total,
    alreadyBy,
    unselected: parts.unselected.total,
    inapplicable: parts.inapplicable.total,
    blocked: blocked.total,
    guards: guards.all,
    decisions,
    servers: by('server.id'),
    trackers: by('tracker.host'),
    categories: by('category'),
    folders: by('path.folder'),
    bytesOf: bytesOfEach,
  }
}

/** What it is counted by. */
function groupsOf({subject}: Rule): ReadonlyMap<FactName, Groups> {
  const ofTorrents: readonly FactName[] = ['server.id', 'tracker.host', 'category']
  const facts = subject === 'path' ? (['path.folder'] as const) : subject === 'wanted' ? [] : ofTorrents
  return new Map(facts.map((fact) => [fact, new Groups()]))
}

type Acts = Omit<
  RulePreview,
  'funnel' | 'looked' | 'matched' | 'held' | 'unknown' | 'unknownFacts' | 'unknownOn' | 'spared'
>

/** What the condition asks and nobody knows; each once. */
function unknownOf<S>({when}: CompiledRule<S>, readers: FactReaders<S>, subject: S): ReadonlySet<FactName> {
  const unknown = when.uses.filter(({fact, window}) => 'unknown' in readers.fact(fact, window, subject))
  return new Set(unknown.map(({fact}) => fact))
}

/** The first of each reason: whoever reads a figure wants to see of what it is. */
class Spared {
  readonly #all: SparedSubject[] = []
  readonly #counts = new Map<string, number>()

  get all(): readonly SparedSubject[] {
    return this.#all
  }

  add(one: SparedSubject): void {
    const reason = one.guard ?? one.why
    const count = this.#counts.get(reason) ?? 0
    this.#counts.set(reason, count + 1)
    if (count < SPARED_SHOWN) this.#all.push(one)
  }
}

class Counter {
  #count = 0
  #bytes = 0

  get total(): PreviewCount {
    return {count: this.#count, bytes: this.#bytes}
  }

  add(bytes: number): void {
    this.#count++
    this.#bytes += bytes
  }
}

class Groups {
  readonly #counters = new Map<string, Counter>()

  get all(): ReadonlyMap<string, PreviewCount> {
    return new Map([...this.#counters].map(([name, counter]) => [name, counter.total]))
  }

  add(name: string, bytes: number): void {
    const counter = this.#counters.get(name) ?? new Counter()
    this.#counters.set(name, counter)
    counter.add(bytes)
  }
}

/** Of a torrent what removing it frees, else what it has; of a path its files. */
export function bytesBy<S>(readers: FactReaders<S>): (subject: S) => number {
  const reads = (['content.exclusiveBytes', 'size', 'path.size'] as const).map((fact) =>
    readers.reader(fact, null),
  )
  return (subject) => {
    for (const read of reads) {
      const bytes = read(subject)
      if (bytes !== undefined && bytes !== null) return Number(bytes)
    }
    return 0
  }
}

/** '' = none, or not known. */
function textOf<S>(readers: FactReaders<S>, fact: FactName, subject: S): string {
  const value = readers.reader(fact, null)(subject)
  return typeof value === 'string' ? value : ''
}

/*
 * Where what a rule looks at drops out: how many are in its scope, and how many of those meet each part of its condition
 * after the other; and which come closest, as they lack one part alone, with how much they lack.
 */

/** Of each line so many are named. */
const NAMED = 100
/** Of those that come closest. */
const NEAREST = 3

/** What `when` asks all of; a condition of another form is one part. */
function partsOf<S>(rule: Rule, readers: FactReaders<S>): readonly CompiledCondition<S>[] {
  const {when} = rule
  const parts = 'all' in when ? when.all : [when]
  return parts.map((part) => compileCondition(part, readers, isDestructive(rule)))
}

class Funnel<S> {
  readonly #compiled: CompiledRule<S>
  readonly #readers: FactReaders<S>
  readonly #parts: readonly CompiledCondition<S>[]
  readonly #scope = new Line()
  /** Those that meet each part and all before it. */
  readonly #lines: readonly Line[]
  /** A part as it is of one of them: what it asks is the same of all. */
  #asked: readonly ConditionTrace[] = []
  #looked = 0
  #almost = 0
  #nearest: readonly NearMatch[] = []

  constructor(compiled: CompiledRule<S>, readers: FactReaders<S>) {
    this.#compiled = compiled
    this.#readers = readers
    this.#parts = partsOf(compiled.rule, readers)
    this.#lines = this.#parts.map(() => new Line())
  }

  see(subject: S): void {
    this.#looked++
    if (this.#compiled.scope.evaluate(subject) !== 'yes') return
    if (this.#scope.count === 0) this.#asked = this.#parts.map((part) => part.trace(subject))
    const name = () => this.#readers.name(subject)
    this.#scope.add(name)
    let isThrough = true
    const lacking: number[] = []
    for (const [at, part] of this.#parts.entries()) {
      const isMet = part.evaluate(subject) === 'yes'
      isThrough &&= isMet
      if (isThrough) this.#lines[at]!.add(name)
      if (!isMet && lacking.push(at) > 1) return
    }
    if (lacking.length === 1) this.#compare(subject, this.#parts[lacking[0]!]!.trace(subject))
  }

  /** It lacks one part alone. What is unknown is no nearer than anything. */
  #compare(subject: S, trace: ConditionTrace): void {
    if (trace.verdict !== 'no') return
    this.#almost++
    const near = nearBy(this.#readers.name(subject), trace)
    if (near === null) return
    const nearer = [...this.#nearest, near].toSorted((one, other) => shareOf(one) - shareOf(other))
    this.#nearest = nearer.slice(0, NEAREST)
  }

  get figures(): RuleFunnel {
    return {
      looked: this.#looked,
      inScope: this.#scope.count,
      scopeFirst: this.#scope.first,
      parts: this.#asked.map((asked, at) => {
        const {count, first} = this.#lines[at]!
        return {asked: leafOf(asked), count, first}
      }),
      almost: this.#almost,
      nearest: this.#nearest,
    }
  }
}

/** Those that got so far: how many, and the first of them by name. */
class Line {
  readonly first: SubjectName[] = []
  count = 0

  add(name: () => SubjectName): void {
    if (++this.count <= NAMED) this.first.push(name())
  }
}

function leafOf(trace: ConditionTrace): RuleFunnel['parts'][number]['asked'] {
  if ('branch' in trace) return null
  const {fact, op, threshold, window} = trace
  return {fact, op, threshold, window}
}

/** `null` = how far it is from it is no number. */
function nearBy(subject: SubjectName, trace: ConditionTrace): NearMatch | null {
  if ('branch' in trace) return null
  const {fact, op, threshold, actual} = trace
  if (!rises.has(op) && !falls.has(op)) return null
  if ('unknown' in actual || typeof actual.value !== 'number' || typeof threshold !== 'number') return null
  const lacks = rises.has(op) ? threshold - actual.value : actual.value - threshold
  return {subject, fact, isTooMuch: falls.has(op), lacks, threshold}
}

const rises: ReadonlySet<LeafTrace['op']> = new Set<LeafTrace['op']>(['gt', 'gte'])
const falls: ReadonlySet<LeafTrace['op']> = new Set<LeafTrace['op']>(['lt', 'lte'])

/** Of what is asked: parts are of different units. */
function shareOf({lacks, threshold}: NearMatch): number {
  return lacks / Math.max(Math.abs(threshold), Number.MIN_VALUE)
}
