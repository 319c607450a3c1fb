/**
 * What a text asks, as a condition of rules, so that a rule is written in the language of the search box. It is judged by
 * the rules alone: here is only read which facts are asked.
 *
 *   text ─ groupsOf ─┬─ terms ── by field ─▶ {fact, op, value}
 *                    └─ groups, sides of OR ─▶ {all}, {any}
 *
 * What an unknown value is to a search it is to a condition, too: on neither side.
 */
import {factOf, type FactName} from '#model/fact.ts'
import type {QueryMistake} from '#model/live.ts'
import type {Condition, Leaf} from '#model/rule.ts'
import {excludes, takesSeveral} from './choice-terms.ts'
import {fieldCalled, isWords, noneWord, yesOrNo, type Field, type IsWord} from './fields.ts'
import {filterOf, type KnownArr, type KnownServer} from './filter-of.ts'
import {alternativesIn, groupsOf, isNothing, type Item} from './groups.ts'
import {Mistakes, type MistakeCode} from './mistakes.ts'
import {quantityOf, type UnitFamily} from './quantities.ts'
import {factCalled, familyOfUnit, pieceFactsOf, quantityFactOf, timeFactsOf} from './rule-fields.ts'
import {arrsCalled, serversCalled} from './servers.ts'
import {statesCalled} from './states.ts'
import {termsOf, type AskingTerm, type FieldTerm, type Operator, type Value} from './terms.ts'
import {momentOf} from './times.ts'

interface KnownNames {
  readonly servers: readonly KnownServer[]
  readonly arrs: readonly KnownArr[]
}

export interface RuleText {
  /** `null` = it asks nothing, or not all of it is understood. */
  readonly condition: Condition | null
  /** In the order of the text. */
  readonly mistakes: readonly QueryMistake[]
}

/** @param known by whose names servers and Arrs are called; absent = by their ids alone */
export function conditionIn(text: string, known: KnownNames | null = null): RuleText {
  const mistakes = new Mistakes(text)
  const condition = new Reading(mistakes, known).ofItems(groupsOf(text).items)
  const own = factTerms(text)
  // Dates by name are complained of here, so that it does not matter which day it is.
  const read = filterOf(text, {servers: known?.servers ?? [], arrs: known?.arrs ?? [], now: 0})
  const ofSearch = read.mistakes.filter(
    ({code, from}) =>
      !(code === 'unknown_field' && own.has(from)) &&
      (known !== null || (code !== 'unknown_server' && code !== 'unknown_arr')),
  )
  const all = [...ofSearch, ...mistakes.all].toSorted((one, other) => one.from - other.from)
  return {condition: all.length === 0 ? condition : null, mistakes: all}
}

/** Where fields begin that only rules have. */
function factTerms(text: string): ReadonlySet<number> {
  const begins = termsOf(text).flatMap((term) =>
    term.kind === 'field' && fieldCalled(term.field) === null && factCalled(term.field) !== null
      ? [term.fieldPart.from]
      : [],
  )
  return new Set(begins)
}

type Read = Condition | null

/** With the place of the text that it is read from. */
interface Placed {
  readonly at: number
  readonly read: Read
}

function beginOf(item: Item): number {
  return Math.min(
    ...item.map((part) => (part.kind === 'term' ? part.term.from : Math.min(...part.items.map(beginOf)))),
  )
}

class Reading {
  readonly #mistakes: Mistakes
  readonly #known: KnownNames | null

  constructor(mistakes: Mistakes, known: KnownNames | null) {
    this.#mistakes = mistakes
    this.#known = known
  }

  ofItems(items: readonly Item[]): Read {
    const plain: AskingTerm[] = []
    const parts: Placed[] = []
    for (const item of items) {
      const [part, ...others] = item
      if (others.length === 0 && part!.kind === 'term') plain.push(part!.term)
      else {
        const sides = alternativesIn(item).map((it) => this.ofItems(it.kind === 'term' ? [[it]] : it.items))
        parts.push({at: beginOf(item), read: anyOf(sides.filter((it) => it !== null))})
      }
    }
    const inOrder = [...this.#ofTerms(plain), ...parts].toSorted((one, other) => one.at - other.at)
    return allOf(inOrder.map(({read}) => read).filter((it) => it !== null))
  }

  #ofTerms(terms: readonly AskingTerm[]): readonly Placed[] {
    const byField = new Map<Field, FieldTerm[]>()
    const parts: Placed[] = []
    for (const term of terms) {
      const {from: at, negated} = term
      if (isNothing(term)) continue
      if (term.kind === 'word') parts.push({at, read: turnedBy(negated, has('name', 'contains', term.text))})
      else if (term.kind === 'pattern') {
        parts.push({at, read: turnedBy(negated, has('name', 'matches', term.pattern))})
      } else {
        const [field, fact] = [fieldCalled(term.field), factCalled(term.field)]
        if (field !== null) byField.set(field, [...(byField.get(field) ?? []), term])
        else if (fact !== null) parts.push({at, read: this.#ofFact(fact, term)})
      }
    }
    return [...parts, ...[...byField].flatMap(([field, its]) => this.#ofField(field, its))]
  }

  #ofField(field: Field, terms: readonly FieldTerm[]): readonly Placed[] {
    const whole = terms.filter(({values}) => values.length > 0)
    const each = (some: readonly FieldTerm[], read: (term: FieldTerm) => Read) =>
      some.map((term): Placed => ({at: term.from, read: read(term)}))
    if (field.takes === 'quantity') {
      const fact = quantityFactOf(field)
      return each(whole, (term) =>
        fact === null ? this.#refused(term) : this.#ofQuantity(fact, field.family, term),
      )
    }
    if (field.takes === 'time') return each(whole, (term) => this.#ofTime(field, term))
    if (takesSeveral(field)) {
      return each(whole, (term) => turnedBy(excludes(term), this.#ofValues(field, term)))
    }
    // Of what a torrent has one of, all that are wanted are one choice.
    const wanted = whole.filter((term) => !excludes(term))
    const choice = wanted.flatMap((term) => this.#ofValues(field, term) ?? [])
    return [
      ...(wanted.length > 0 ? [{at: wanted[0]!.from, read: anyOf(choice, true)}] : []),
      ...each(whole.filter(excludes), (term) => turnedBy(true, this.#ofValues(field, term))),
    ]
  }

  /** One of the values of a term. */
  #ofValues(field: Field, term: FieldTerm): Read {
    const {values} = term
    const texts = values.map(({text}) => text)
    switch (field.takes) {
      case 'server':
        return oneOf(
          'server.id',
          texts.flatMap((it) => this.#idsOf(it, 'servers')),
        )
      case 'arr':
        return anyOf(
          values.map((value) =>
            isNone(value)
              ? {fact: 'arr.id', op: 'eq', value: null}
              : oneOf('arr.id', this.#idsOf(value.text, 'arrs')),
          ),
        )
      case 'state': {
        const states = texts.flatMap((it) => statesCalled(it) ?? [])
        return states.includes('unknown') ? this.#refused(term) : oneOf('state', states)
      }
      case 'private':
        return anyOf(
          texts.map((it): Leaf => ({fact: 'isPrivate', op: 'eq', value: yesOrNo(it) ?? false})),
          true,
        )
      case 'hash':
        return anyOf(texts.map((it) => has('infoHash', 'startsWith', it.toLowerCase().slice(0, HASH_DIGITS))))
      case 'is':
        return anyOf(texts.map((it) => this.#flag(it, term)).filter((it) => it !== null))
      case 'names':
        return this.#ofNames(field.part, values)
      case 'piece': {
        const facts = pieceFactsOf(field)
        if (facts === null) return this.#refused(term)
        return anyOf(texts.flatMap((it) => facts.map((fact) => has(fact, 'contains', it))))
      }
      default:
        return this.#refused(term)
    }
  }

  #idsOf(called: string, what: 'servers' | 'arrs'): readonly string[] {
    if (this.#known === null) return [called]
    return what === 'servers'
      ? serversCalled(called, this.#known.servers)
      : arrsCalled(called, this.#known.arrs)
  }

  #ofNames(part: 'categories' | 'tags' | 'trackers', values: readonly Value[]): Read {
    const names = values.filter((it) => !isNone(it)).map(({text}) => text)
    if (part === 'categories')
      return oneOf(
        'category',
        values.map((it) => (isNone(it) ? '' : it.text)),
      )
    const fact = part === 'tags' ? 'tags' : 'tracker.hosts'
    return anyOf([
      ...(names.length > 0 ? [{fact, op: 'hasAny', value: names} as const] : []),
      ...(names.length < values.length ? [nothingIn(fact)] : []),
    ])
  }

  #flag(word: string, term: FieldTerm): Read {
    const lower = isWords.find((it) => it === word.toLowerCase())
    const flag = lower && flags[lower]
    return flag ?? (lower === undefined ? null : this.#refused(term))
  }

  #ofQuantity(fact: FactName, family: UnitFamily, term: FieldTerm): Read {
    return this.#compared(term, (value) => {
      const quantity = quantityOf(value.text, family)
      return 'amount' in quantity ? {fact, low: quantity.amount, high: quantity.amount, isAge: false} : null
    })
  }

  /** Ages move on, dates stand; what has a name moves on by days, months and years. */
  #ofTime(field: Field, term: FieldTerm): Read {
    const facts = timeFactsOf(field)
    if (facts === null) return this.#refused(term)
    return this.#compared(term, (value) => {
      const moment = momentOf(value.text, {now: 0})
      if ('age' in moment) return {fact: facts.since, low: moment.age, high: moment.age, isAge: true}
      if (!('span' in moment)) return null
      if (/^\d{4}/.test(value.text)) {
        const [low, high] = moment.span
        return {fact: facts.at, low, high, isAge: false}
      }
      this.#complain('not_in_rules', term, value, 'rules take an age or a date', [
        '7d',
        '2026-01-31',
        '2026-01',
      ])
      return null
    })
  }

  #compared(term: FieldTerm, read: (value: Value) => End | null): Read {
    const [value, ...others] = term.values
    if (others.length > 0) return null
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
      if (!end) return null
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

  #ofFact(fact: FactName, term: FieldTerm): Read {
    if (term.values.length === 0) {
      this.#complain('value_missing', term, term.valuePart, 'a value is missing')
      return null
    }
    const {type, unit, values: accepted} = factOf(fact)
    if (type === 'number') {
      if (unit !== 'epochMs') {
        return this.#compared(term, (value) => this.#figure(fact, familyOfUnit[unit!], term, value))
      }
      return this.#compared(term, (value) => {
        const moment = momentOf(value.text, {now: 0})
        if ('span' in moment && /^\d{4}/.test(value.text)) {
          return {fact, low: moment.span[0], high: moment.span[1], isAge: false}
        }
        this.#complain('not_a_time', term, value, 'not a date', ['2026-01-31', '2026-01'])
        return null
      })
    }
    if (!this.#mistakes.demandOperator(term, [':', '=', '!='])) return null
    const leaves = term.values.map((value) => this.#valueOfFact(fact, type, accepted, term, value))
    if (leaves.includes(null)) return null
    return turnedBy(
      excludes(term),
      anyOf(
        leaves.filter((it) => it !== null),
        type === 'choice',
      ),
    )
  }

  #figure(fact: FactName, family: UnitFamily, term: FieldTerm, value: Value): End | null {
    const quantity = quantityOf(value.text, family)
    if ('amount' in quantity) return {fact, low: quantity.amount, high: quantity.amount, isAge: false}
    this.#complain('not_a_number', term, value, 'not a number')
    return null
  }

  #valueOfFact(
    fact: FactName,
    type: 'text' | 'choice' | 'set' | 'boolean',
    accepted: readonly string[],
    term: FieldTerm,
    value: Value,
  ): Read {
    const {text} = value
    switch (type) {
      case 'boolean': {
        const answer = yesOrNo(text)
        if (answer !== null) return {fact, op: 'eq', value: answer}
        this.#complain('unknown_value', term, value, 'neither yes nor no', ['yes', 'no'])
        return null
      }
      case 'choice': {
        const choice = accepted.find((it) => it.toLowerCase() === text.toLowerCase())
        if (choice !== undefined) return oneOf(fact, [choice])
        this.#complain('unknown_value', term, value, 'unknown word', accepted)
        return null
      }
      case 'set':
        return isNone(value) ? nothingIn(fact) : {fact, op: 'hasAny', value: [text]}
      case 'text':
        return has(fact, 'contains', text)
    }
  }

  #refused(term: FieldTerm): null {
    this.#complain('not_in_rules', term, term, 'rules cannot ask this')
    return null
  }

  #complain(
    code: MistakeCode,
    term: FieldTerm,
    {from, to}: {readonly from: number; readonly to: number},
    says: string,
    accepted: readonly string[] = [],
  ): void {
    this.#mistakes.add({code, term, at: {from, to}, says, accepted})
  }
}

const HASH_DIGITS = 40

interface End {
  readonly fact: FactName
  /** Of a date its first and last millisecond. */
  readonly low: number
  readonly high: number
  readonly isAge: boolean
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

const flags: Readonly<Partial<Record<IsWord, Condition>>> = {
  complete: {fact: 'complete', op: 'eq', value: true},
  incomplete: {fact: 'complete', op: 'eq', value: false},
  active: {
    any: [
      {fact: 'downSpeed', op: 'gt', value: 0},
      {fact: 'upSpeed', op: 'gt', value: 0},
    ],
  },
  inactive: {
    all: [
      {fact: 'downSpeed', op: 'lte', value: 0},
      {fact: 'upSpeed', op: 'lte', value: 0},
    ],
  },
  private: {fact: 'isPrivate', op: 'eq', value: true},
  public: {fact: 'isPrivate', op: 'eq', value: false},
}

function isNone({text, quoted}: Value): boolean {
  return !quoted && text.toLowerCase() === noneWord
}

function nothingIn(fact: FactName): Condition {
  return {not: {fact, op: 'glob', value: '*'}}
}

function has(fact: FactName, op: 'contains' | 'matches' | 'startsWith', value: string): Leaf {
  return {fact, op, value}
}

function oneOf(fact: FactName, values: readonly string[]): Leaf {
  return {fact, op: 'in', value: [...new Set(values)]}
}

function turnedBy(isTurned: boolean, condition: Read): Read {
  return isTurned && condition !== null ? {not: condition} : condition
}

function allOf(parts: readonly Condition[]): Read {
  return parts.length > 1 ? {all: parts} : (parts[0] ?? null)
}

/** @param isChoice values of one choice are one list */
function anyOf(parts: readonly Condition[], isChoice = false): Read {
  const lists = isChoice ? parts.filter((it): it is Leaf => 'fact' in it && it.op === 'in') : []
  if (lists.length > 1 && lists.length === parts.length) {
    return oneOf(
      lists[0]!.fact,
      lists.flatMap(({value}) => value as readonly string[]),
    )
  }
  return parts.length > 1 ? {any: parts} : (parts[0] ?? null)
}
