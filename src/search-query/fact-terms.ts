/** What a term asks of facts of rules, as a condition: one reading for texts of rules and for searches. */
import {factOf, type FactName} from '#model/fact.ts'
import type {Condition, Leaf} from '#model/rule.ts'
import {excludes} from './choice-terms.ts'
import {noneWord, yesOrNo} from './fields.ts'
import type {Mistakes} from './mistakes.ts'
import {quantityExamples, quantityOf, type UnitFamily} from './quantities.ts'
import {familyOfUnit} from './rule-fields.ts'
import type {FieldTerm, Operator, Value} from './terms.ts'
import {momentOf} from './times.ts'

/** `null` = it is not understood, and so nothing is that it is a part of: a rule that lost a part would ask less. */
export type Read = Condition | null

/** One end of what is compared. */
export interface End {
  readonly fact: FactName
  /** Of a date its first and last millisecond. */
  readonly low: number
  readonly high: number
  readonly isAge: boolean
}

/** What a term of a fact asks; what is wrong with it is among the mistakes. */
export function factCondition(fact: FactName, term: FieldTerm, mistakes: Mistakes): Read {
  if (term.values.length === 0) {
    mistakes.add({code: 'value_missing', term, at: term.valuePart, says: 'a value is missing'})
    return null
  }
  const {type, unit, values: accepted} = factOf(fact)
  if (type === 'number') {
    return comparedTerm(term, mistakes, (value) =>
      unit === 'epochMs'
        ? dateOf(fact, term, value, mistakes)
        : figureOf(fact, familyOfUnit[unit!], term, value, mistakes),
    )
  }
  if (!mistakes.demandOperator(term, [':', '=', '!='])) return null
  const leaves = term.values.map((value) => valueOf(fact, accepted, term, value, mistakes))
  return turnedBy(excludes(term), anyOf(leaves, type === 'choice'))
}

/** What a term compares, by its operator or as a range. @param read one of its ends */
export function comparedTerm(term: FieldTerm, mistakes: Mistakes, read: (value: Value) => End | null): Read {
  const [value, ...others] = term.values
  if (others.length > 0) {
    const says = `${term.field} takes one value at a time`
    mistakes.add({code: 'one_value_only', term, at: term, says})
    return null
  }
  const {text} = value!
  const dots = text.indexOf('..')
  if (dots < 0) {
    const end = read(value!)
    return end && turnedBy(excludes(term), compared(end, term.operator))
  }
  const [first, last] = [text.slice(0, dots), text.slice(dots + 2)].map((side) =>
    side === '' ? undefined : read({...value!, text: side}),
  )
  if (first === null || last === null) return null
  if (first === undefined || last === undefined) {
    const end = first ?? last
    if (!end) {
      mistakes.add({code: 'value_missing', term, at: value!, says: 'a range has an end'})
      return null
    }
    // What is older has the greater age.
    const isUpwards = (first !== undefined) !== end.isAge
    const leaf: Leaf = isUpwards
      ? {fact: end.fact, op: 'gte', value: end.low}
      : {fact: end.fact, op: 'lte', value: end.high}
    return turnedBy(excludes(term), leaf)
  }
  if (first.fact !== last.fact) return null
  const ends = [first.low, first.high, last.low, last.high]
  return turnedBy(excludes(term), {
    fact: first.fact,
    op: 'between',
    value: [Math.min(...ends), Math.max(...ends)],
  })
}

function figureOf(
  fact: FactName,
  family: UnitFamily,
  term: FieldTerm,
  value: Value,
  mistakes: Mistakes,
): End | null {
  const quantity = quantityOf(value.text, family)
  if ('amount' in quantity) return {fact, low: quantity.amount, high: quantity.amount, isAge: false}
  mistakes.add({
    code: 'not_a_number',
    term,
    at: value,
    says: 'not a number',
    accepted: quantityExamples[family],
  })
  return null
}

function dateOf(fact: FactName, term: FieldTerm, value: Value, mistakes: Mistakes): End | null {
  const moment = momentOf(value.text, {now: 0})
  if ('span' in moment && /^\d{4}/.test(value.text)) {
    return {fact, low: moment.span[0], high: moment.span[1], isAge: false}
  }
  const accepted = ['2026-01-31', '2026-01']
  mistakes.add({code: 'not_a_time', term, at: value, says: 'not a date', accepted})
  return null
}

function valueOf(
  fact: FactName,
  accepted: readonly string[],
  term: FieldTerm,
  value: Value,
  mistakes: Mistakes,
): Read {
  const {text} = value
  switch (factOf(fact).type) {
    case 'boolean': {
      const answer = yesOrNo(text)
      if (answer !== null) return {fact, op: 'eq', value: answer}
      const says = 'neither yes nor no'
      mistakes.add({code: 'unknown_value', term, at: value, says, accepted: ['yes', 'no']})
      return null
    }
    case 'choice': {
      const choice = accepted.find((it) => it.toLowerCase() === text.toLowerCase())
      if (choice !== undefined) return oneOf(fact, [choice])
      mistakes.add({code: 'unknown_value', term, at: value, says: 'unknown word', accepted})
      return null
    }
    case 'set':
      return isNone(value) ? nothingIn(fact) : {fact, op: 'hasAny', value: [text]}
    default:
      return has(fact, 'contains', text)
  }
}

/** `added:7d` is within the last seven days. */
function compared({fact, low, high, isAge}: End, operator: Operator): Leaf {
  switch (operator) {
    case '>':
      return {fact, op: 'gt', value: high}
    case '>=':
      return {fact, op: 'gte', value: low}
    case '<':
      return {fact, op: 'lt', value: low}
    case '<=':
      return {fact, op: 'lte', value: high}
    default:
      if (isAge) return {fact, op: 'lte', value: high}
      return low === high ? {fact, op: 'eq', value: low} : {fact, op: 'between', value: [low, high]}
  }
}

/* ── conditions put together ── */

export function isNone({text, quoted}: Pick<Value, 'text' | 'quoted'>): boolean {
  return !quoted && text.toLowerCase() === noneWord
}

export function nothingIn(fact: FactName): Condition {
  return {not: {fact, op: 'glob', value: '*'}}
}

export const noTags = {fact: 'tagCount', op: 'eq', value: 0} as const

export function has(fact: FactName, op: 'contains' | 'matches' | 'startsWith', value: string): Leaf {
  return {fact, op, value}
}

export function oneOf(fact: FactName, values: readonly string[]): Leaf {
  return {fact, op: 'in', value: [...new Set(values)]}
}

export function turnedBy(isTurned: boolean, condition: Read): Read {
  return isTurned && condition !== null ? {not: condition} : condition
}

export function allOf(reads: readonly Read[]): Read {
  const parts = wholeOf(reads)
  return parts !== null && parts.length > 1 ? {all: parts} : (parts?.[0] ?? null)
}

/** `null` = one of them is not understood. */
function wholeOf(reads: readonly Read[]): readonly Condition[] | null {
  const parts = reads.filter((it) => it !== null)
  return parts.length === reads.length ? parts : null
}

/** @param isChoice values of one choice are one list */
export function anyOf(reads: readonly Read[], isChoice = false): Read {
  const parts = wholeOf(reads)
  if (parts === null) return null
  const lists = isChoice ? parts.filter((it): it is Leaf => 'fact' in it && it.op === 'in') : []
  if (lists.length > 1 && lists.length === parts.length) {
    return oneOf(
      lists[0]!.fact,
      lists.flatMap(({value}) => value as readonly string[]),
    )
  }
  return parts.length > 1 ? {any: parts} : (parts[0] ?? null)
}
