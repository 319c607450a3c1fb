/**
 * Where what a rule looks at drops out: how many are in its scope, and how many of those meet each part of its condition
 * after the other; and which come closest, as they lack one part alone, with how much they lack.
 */
import type {ConditionTrace, LeafTrace, NearMatch, RuleFunnel, SubjectName} from '#model/decision.ts'
import type {Rule} from '#model/rule.ts'
import {isDestructive, type CompiledRule} from './compiled-rule.ts'
import {compileCondition, type CompiledCondition} from './condition.ts'
import type {FactReaders} from './fact-readers.ts'

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

export class Funnel<S> {
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
