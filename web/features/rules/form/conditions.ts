/** Conditions as the form shows them, and what becomes of one when a part of it is chosen again. */
import type {RuleVocabulary} from '../../../api/rules.ts'
import type {Part} from './rule-document.ts'

export type FactWord = RuleVocabulary['facts'][number]
export type OperatorName = RuleVocabulary['operators'][number]['name']
export type Takes = RuleVocabulary['operators'][number]['takes']

type ShownCondition =
  | {readonly is: 'all' | 'any'; readonly parts: readonly unknown[]}
  | {readonly is: 'not'; readonly part: unknown}
  | {readonly is: 'leaf'; readonly leaf: Part}
  /** Nothing that a form can show. */
  | {readonly is: 'other'}

export function shownCondition(condition: unknown): ShownCondition {
  if (typeof condition !== 'object' || condition === null) return {is: 'other'}
  const part = condition as Part
  for (const is of ['all', 'any'] as const) {
    if (Array.isArray(part[is])) return {is, parts: part[is] as readonly unknown[]}
  }
  if ('not' in part) return {is: 'not', part: part['not']}
  return typeof part['fact'] === 'string' ? {is: 'leaf', leaf: part} : {is: 'other'}
}

/** What is mostly meant: of numbers, of sets, of all others. */
const usual: readonly OperatorName[] = ['gt', 'hasAny', 'eq']

/** A comparison to begin with. */
export function leafOf(fact: FactWord, words: RuleVocabulary): Part {
  const op = usual.find((it) => fact.operators.includes(it)) ?? fact.operators[0]!
  const value = firstValue(fact, takesOf(op, words))
  return {fact: fact.name, ...(fact.windowed && {window: '10m'}), op, ...(value !== undefined && {value})}
}

/** Another comparison of the same: its value stays where it can. */
export function withOperator(leaf: Part, op: OperatorName, fact: FactWord, words: RuleVocabulary): Part {
  const {value, op: before, ...rest} = leaf
  const [had, takes] = [takesOf(before as OperatorName, words), takesOf(op, words)]
  if (had === takes && value !== undefined) return {...rest, op, value}
  const one = Array.isArray(value) ? (value as readonly unknown[])[0] : value
  const kept = one === undefined ? firstValue(fact, takes) : valueAs(takes, one)
  return {...rest, op, ...(kept !== undefined && {value: kept})}
}

export function takesOf(op: OperatorName, words: RuleVocabulary): Takes {
  return words.operators.find(({name}) => name === op)?.takes ?? 'one'
}

function valueAs(takes: Takes, one: unknown): unknown {
  if (takes === 'nothing') return undefined
  if (takes === 'pair') return [one, one]
  return takes === 'list' ? [one] : one
}

function firstValue(fact: FactWord, takes: Takes): unknown {
  return valueAs(takes, takes === 'text' ? '' : firstOf(fact))
}

function firstOf({type, unit, values}: FactWord): unknown {
  if (type === 'boolean') return true
  if (type === 'number') return examplesOf[unit ?? 'plain'] ?? 1
  return values[0] ?? ''
}

/** How a quantity may be written, by its unit: what a new one is, and what an empty field shows. */
export const examplesOf: Readonly<Record<string, string | number>> = {
  seconds: '14d',
  bytes: '500 GiB',
  bytesPerSecond: '1 MiB/s',
  share: '50%',
  epochMs: '2026-01-31',
  count: 1,
  plain: 1,
}
