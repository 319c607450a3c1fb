/**
 * A condition tree, compiled once to closures over fact readers. `judge` is for every subject on every pass and gives
 * a verdict only; `trace` is for people and gives each leaf with what was seen.
 */
import type {BranchTrace, ConditionTrace, LeafTrace, Verdict} from '#model/decision.ts'
import {factOf, type Fact, type FactValue, type UnknownFact, type UnknownReason} from '#model/fact.ts'
import type {Condition, Leaf} from '#model/rule.ts'
import type {Seconds} from '#model/units.ts'
import type {FactReaders, FactUse} from './fact-readers.ts'
import {verdictReader, thresholdsOf} from './leaf.ts'
import {allOf, anyOf, not} from './verdict.ts'

export interface CompiledCondition<S> {
  /** Every fact it names, once for each window. */
  readonly uses: readonly FactUse[]
  evaluate(subject: S): Verdict
  trace(subject: S): ConditionTrace
  /**
   * Whether it is `wanted`, or may come to be when lazy facts arrive: only then are they worth their price.
   * @param rereads also when those that are aged are read again
   */
  couldBe(wanted: 'yes' | 'no', subject: S, rereads?: boolean): boolean
  /**
   * Whether it is `wanted`, or that is unknown: what a server was asked for and does not have, or does not support, is known.
   * What keeps stays with this where it would act with a yes alone.
   */
  mayBe(wanted: 'yes' | 'no', subject: S): boolean
  /** Lazy facts that are not read yet. */
  missing(subject: S): readonly FactUse[]
  /** Lazy facts that were read long ago. */
  aged(subject: S): readonly FactUse[]
  /** Seconds until a fact that moves by itself may change the verdict; Infinity = only news can. */
  nextChange(subject: S): Seconds
}

/** How often what slides by itself is looked at again. */
const SLIDING_SECONDS = 30

/** @param destructive the rule may destroy something, or keeps something: a server that is silent proves no absence */
export function compileCondition<S>(
  condition: Condition,
  readers: FactReaders<S>,
  destructive: boolean,
): CompiledCondition<S> {
  if ('fact' in condition) return compileLeaf(condition, readers, destructive)
  const branch = 'all' in condition ? 'all' : 'any' in condition ? 'any' : 'not'
  const children = 'all' in condition ? condition.all : 'any' in condition ? condition.any : [condition.not]
  const parts = children.map((child) => compileCondition(child, readers, destructive))
  return {
    ...{all: compileAll, any: compileAny, not: compileNot}[branch](parts),
    uses: distinct(parts.flatMap(({uses}) => uses)),
    missing: (subject) => distinct(parts.flatMap((part) => part.missing(subject))),
    aged: (subject) => distinct(parts.flatMap((part) => part.aged(subject))),
    nextChange: (subject) => nextOf(branch, parts, subject),
    trace(subject): BranchTrace {
      const traces = parts.map((part) => part.trace(subject))
      const verdicts = traces.map(({verdict}) => verdict)
      const verdict =
        branch === 'all' ? allOf(verdicts) : branch === 'any' ? anyOf(verdicts) : not(verdicts[0]!)
      return {verdict, branch, parts: traces}
    },
  }
}

/** A fixed part that decides the whole by itself lets nothing else move it. */
function nextOf<S>(
  branch: 'all' | 'any' | 'not',
  parts: readonly CompiledCondition<S>[],
  subject: S,
): Seconds {
  const deciding = {all: 'no', any: 'yes', not: null}[branch]
  let next = Number.POSITIVE_INFINITY
  for (const part of parts) {
    const mine = part.nextChange(subject)
    if (mine === Number.POSITIVE_INFINITY && part.evaluate(subject) === deciding) return mine
    next = Math.min(next, mine)
  }
  return next
}

type Evaluation<S> = Pick<CompiledCondition<S>, 'evaluate' | 'couldBe' | 'mayBe'>

function compileAll<S>(parts: readonly CompiledCondition<S>[]): Evaluation<S> {
  return {
    evaluate(subject) {
      let verdict: Verdict = 'yes'
      for (const part of parts) {
        const one = part.evaluate(subject)
        if (one === 'no') return 'no'
        if (one === 'unknown') verdict = 'unknown'
      }
      return verdict
    },
    couldBe: (wanted, subject, rereads) =>
      wanted === 'yes'
        ? parts.every((part) => part.couldBe('yes', subject, rereads))
        : parts.some((part) => part.couldBe('no', subject, rereads)),
    mayBe: (wanted, subject) =>
      wanted === 'yes'
        ? parts.every((part) => part.mayBe('yes', subject))
        : parts.some((part) => part.mayBe('no', subject)),
  }
}

function compileAny<S>(parts: readonly CompiledCondition<S>[]): Evaluation<S> {
  return {
    evaluate(subject) {
      let verdict: Verdict = 'no'
      for (const part of parts) {
        const one = part.evaluate(subject)
        if (one === 'yes') return 'yes'
        if (one === 'unknown') verdict = 'unknown'
      }
      return verdict
    },
    couldBe: (wanted, subject, rereads) =>
      wanted === 'yes'
        ? parts.some((part) => part.couldBe('yes', subject, rereads))
        : parts.every((part) => part.couldBe('no', subject, rereads)),
    mayBe: (wanted, subject) =>
      wanted === 'yes'
        ? parts.some((part) => part.mayBe('yes', subject))
        : parts.every((part) => part.mayBe('no', subject)),
  }
}

function compileNot<S>([part]: readonly CompiledCondition<S>[]): Evaluation<S> {
  return {
    evaluate: (subject) => not(part!.evaluate(subject)),
    couldBe: (wanted, subject, rereads) => part!.couldBe(wanted === 'yes' ? 'no' : 'yes', subject, rereads),
    mayBe: (wanted, subject) => part!.mayBe(wanted === 'yes' ? 'no' : 'yes', subject),
  }
}

function compileLeaf<S>(leaf: Leaf, readers: FactReaders<S>, destructive: boolean): CompiledCondition<S> {
  const use: FactUse = {fact: leaf.fact, window: leaf.window ?? null}
  const {cost, moves} = factOf(leaf.fact)
  const read = readers.reader(use.fact, use.window)
  const evaluateValue = leaf.op === 'exists' ? null : doubting(leaf, verdictReader(leaf))
  const thresholds = moves === 'grows' ? thresholdsOf(leaf) : []

  const evaluate = (subject: S): Verdict => {
    const value = read(subject)
    if (evaluateValue) return value === undefined ? 'unknown' : evaluateValue(value)
    if (value !== undefined) return value === null ? 'no' : 'yes'
    return absent(readers.fact(use.fact, use.window, subject), destructive)
  }
  const behind = readers.looksBehind?.(leaf.fact) ?? null
  const looks = (subject: S): readonly FactUse[] =>
    cost === 'lazy' ? [use] : (behind?.(subject) ?? []).map((fact) => ({fact, window: null}))
  const isMissing = (subject: S) => {
    if ((cost !== 'lazy' && behind === null) || read(subject) !== undefined) return false
    const fact = readers.fact(use.fact, use.window, subject)
    if (!('unknown' in fact)) return false
    return cost === 'lazy' ? !isNever(fact) : fact.unknown === 'notRead'
  }
  const isAged = (subject: S) =>
    (cost === 'lazy' || behind !== null) &&
    looks(subject).some(({fact}) => readers.isAged?.(fact, subject) === true) &&
    read(subject) !== undefined
  return {
    uses: [use],
    evaluate,
    couldBe(wanted, subject, rereads = false) {
      const verdict = evaluate(subject)
      if (verdict === wanted || (verdict === 'unknown' && isMissing(subject))) return true
      return rereads && isAged(subject)
    },
    mayBe(wanted, subject) {
      const verdict = evaluate(subject)
      if (verdict !== 'unknown') return verdict === wanted
      const fact = readers.fact(use.fact, use.window, subject)
      return 'unknown' in fact
        ? !isConclusive(fact)
        : leaf.gone !== undefined || (fact.value === 'unknown' && factOf(use.fact).type === 'choice')
    },
    missing: (subject) => (isMissing(subject) ? looks(subject) : []),
    aged: (subject) => (isAged(subject) ? looks(subject) : []),
    nextChange(subject) {
      if (moves === 'slides') return SLIDING_SECONDS
      if (thresholds.length === 0) return Number.POSITIVE_INFINITY
      const value = read(subject)
      return typeof value === 'number' ? untilNext(thresholds, value) : Number.POSITIVE_INFINITY
    },
    trace: (subject): LeafTrace => ({
      verdict: evaluate(subject),
      fact: leaf.fact,
      op: leaf.op,
      threshold: leaf.value,
      window: use.window,
      actual: readers.fact(use.fact, use.window, subject),
      ...(leaf.gone && evaluate(subject) === 'unknown' && {isGone: true}),
    }),
  }
}

/** Of several names those that are there still decide where they are met. */
function doubting({op, gone}: Leaf, verdict: (value: FactValue) => Verdict): (value: FactValue) => Verdict {
  if (!gone) return verdict
  const met: Verdict = op === 'ne' || op === 'notIn' ? 'no' : 'yes'
  return (value) => (verdict(value) === met ? met : 'unknown')
}

/** Who was asked and answered does not have it. */
export function isConclusive({unknown}: UnknownFact): boolean {
  return unknown === 'missing' || unknown === 'notSupported'
}

/** Nobody will look it up: it is not for the owner of the rule, or there is nobody to ask, as for what is no Arr’s. */
function isNever({unknown, since}: UnknownFact): boolean {
  return unknown === 'notAllowed' || (unknown === 'missing' && since === null)
}

/** Why it is unknown decides whether it is absent: only who was asked and answered can say so. */
function absent(fact: Fact, destructive: boolean): Verdict {
  if (!('unknown' in fact)) return 'unknown'
  if (isConclusive(fact)) return 'no'
  const hidden: readonly UnknownReason[] = ['notRead', 'notAllowed']
  return destructive || hidden.includes(fact.unknown) ? 'unknown' : 'no'
}

/** On a threshold the answer may change right after it, as that of `gt` does. */
function untilNext(thresholds: readonly number[], value: number): Seconds {
  let next = Number.POSITIVE_INFINITY
  for (const threshold of thresholds) {
    if (threshold > value) next = Math.min(next, threshold - value)
    else if (threshold === value) next = Math.min(next, 0.001)
  }
  return next
}

function distinct(uses: readonly FactUse[]): readonly FactUse[] {
  const seen = new Map(uses.map((use) => [`${use.fact} ${use.window}`, use]))
  return [...seen.values()]
}
