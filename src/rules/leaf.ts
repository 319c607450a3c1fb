/** One comparison: which operators a fact has, and what each says of a value. */
import type {Verdict} from '#model/decision.ts'
import {factOf, type FactName, type FactType, type FactValue} from '#model/fact.ts'
import {ofRecent} from '#lib/of-recent.ts'
import {labelKey} from '#model/torrent.ts'
import type {Leaf, Operator} from '#model/rule.ts'
import {folded, foldedPiece, patternTest, type TextTest} from './text-patterns.ts'
import {verdictOf} from './verdict.ts'

const ofText = ['eq', 'ne', 'in', 'notIn', 'contains', 'startsWith', 'endsWith', 'glob', 'matches'] as const
const ofNumber = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', 'in', 'notIn'] as const
const ofSet = [
  'hasAny',
  'hasAll',
  'hasNone',
  'in',
  'contains',
  'startsWith',
  'endsWith',
  'glob',
  'matches',
] as const

export const operatorsOf: Readonly<Record<FactType, readonly Operator[]>> = {
  text: [...ofText, 'exists'],
  choice: ['eq', 'ne', 'in', 'notIn', 'exists'],
  set: [...ofSet, 'exists'],
  number: [...ofNumber, 'exists'],
  boolean: ['eq', 'ne', 'exists'],
}

/** What the operator takes: nothing, two numbers, several values, a piece of text, or one value of the fact's type. */
export function takenBy(op: Operator): 'nothing' | 'pair' | 'list' | 'text' | 'one' {
  if (op === 'exists') return 'nothing'
  if (op === 'between') return 'pair'
  if (['in', 'notIn', 'hasAny', 'hasAll', 'hasNone'].includes(op)) return 'list'
  return ['contains', 'startsWith', 'endsWith', 'glob', 'matches'].includes(op) ? 'text' : 'one'
}

/** Judges a known value. `exists` is not asked here: it depends on why a value is unknown. */
export function verdictReader(leaf: Leaf): (value: FactValue) => Verdict {
  const {type} = factOf(leaf.fact)
  const test = testOf(leaf, type)
  const takesNull = ['eq', 'ne', 'in', 'notIn'].includes(leaf.op)
  return (value) => {
    // "No limit" is neither more nor less than a number, and a word for unknown is no value.
    if (value === null && !takesNull) return 'unknown'
    if (value === 'unknown' && type === 'choice') return 'unknown'
    return verdictOf(test(value))
  }
}

/** All numbers at which a growing value may change the answer. */
export function thresholdsOf({value}: Leaf): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((one): one is number => typeof one === 'number')
}

type ValueTest = (value: FactValue) => boolean

function testOf(leaf: Leaf, type: FactType): ValueTest {
  if (type === 'set') return setTest(leaf)
  switch (takenBy(leaf.op)) {
    case 'pair':
    case 'one':
      return type === 'number' ? numberTest(leaf) : sameTest(leaf)
    case 'list':
      return listTest(leaf)
    case 'text': {
      const test = textTest(leaf)
      return (value) => test(value as string)
    }
    case 'nothing':
      return () => true
  }
}

function numberTest({op, value}: Leaf): ValueTest {
  if (op === 'between') {
    const [least, most] = value as readonly [number, number]
    return (seen) => (seen as number) >= least && (seen as number) <= most
  }
  const limit = value as number
  switch (op) {
    case 'lt':
      return (seen) => (seen as number) < limit
    case 'lte':
      return (seen) => (seen as number) <= limit
    case 'gt':
      return (seen) => (seen as number) > limit
    case 'gte':
      return (seen) => (seen as number) >= limit
    case 'ne':
      return (seen) => seen !== limit
    default:
      return (seen) => seen === limit
  }
}

function sameTest({op, value, ...leaf}: Leaf): ValueTest {
  const written = writtenOf(leaf)
  const wanted = typeof value === 'string' ? written(value) : value
  const same: ValueTest = (seen) => seen === value || (typeof seen === 'string' && written(seen) === wanted)
  return op === 'ne' ? (seen) => !same(seen) : same
}

function listTest({op, value, ...leaf}: Leaf): ValueTest {
  const written = writtenOf(leaf)
  const valueOf = (one: FactValue): FactValue => (typeof one === 'string' ? written(one) : one)
  const wanted = new Set((value as readonly FactValue[]).map(valueOf))
  return op === 'notIn' ? (seen) => !wanted.has(valueOf(seen)) : (seen) => wanted.has(valueOf(seen))
}

const ofLabels: ReadonlySet<FactName> = new Set<FactName>(['tags', 'category'])

/** Whole texts as they are compared: labels as people take them for the same. */
function writtenOf({fact, cs = false}: Pick<Leaf, 'fact' | 'cs'>): (text: string) => string {
  return !cs && ofLabels.has(fact) ? labelOf : (text) => folded(text, cs)
}

/** Many rules compare the same one. */
const labelOf = ofRecent(labelKey)

/** `in`: has some, and all of them are named. Patterns: one of them fits. */
function setTest(leaf: Leaf): ValueTest {
  const {op} = leaf
  if (takenBy(op) === 'text') {
    const test = textTest(leaf)
    return (seen) => (seen as readonly string[]).some(test)
  }
  const written = writtenOf(leaf)
  const wanted = new Set((leaf.value as readonly string[]).map(written))
  const isWanted = (one: string) => wanted.has(written(one))
  switch (op) {
    case 'hasAll':
      return (seen) => wanted.isSubsetOf(new Set((seen as readonly string[]).map(written)))
    case 'hasNone':
      return (seen) => !(seen as readonly string[]).some(isWanted)
    case 'in':
      return (seen) => (seen as readonly string[]).length > 0 && (seen as readonly string[]).every(isWanted)
    default:
      return (seen) => (seen as readonly string[]).some(isWanted)
  }
}

function textTest(leaf: Leaf): TextTest {
  const {op, value, cs = false} = leaf
  const wanted = foldedPiece(value as string, cs)
  switch (op) {
    case 'matches':
    case 'glob':
      return patternTest(leaf)
    case 'startsWith':
      return (text) => foldedPiece(text, cs).startsWith(wanted)
    case 'endsWith':
      return (text) => foldedPiece(text, cs).endsWith(wanted)
    default:
      return (text) => foldedPiece(text, cs).includes(wanted)
  }
}
