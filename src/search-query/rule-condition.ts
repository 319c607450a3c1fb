/**
 * What a text asks, as a condition of rules, so that a rule is written in the language of the search box. It is judged by
 * the rules alone: here is only read which facts are asked.
 *
 *   text ─ groupsOf ─┬─ terms ── by field ─▶ {fact, op, value}
 *                    └─ groups, sides of OR ─▶ {all}, {any}
 *
 * What an unknown value is to a search it is to a condition, too: on neither side.
 */
import {looksLikeHost} from '#lib/looks-like-host.ts'
import type {FactName} from '#model/fact.ts'
import type {QueryMistake} from '#model/live.ts'
import type {Condition} from '#model/rule.ts'
import {excludes, takesSeveral} from './choice-terms.ts'
import {fieldCalled, isWords, noneWord, yesOrNo, type Field, type IsWord} from './fields.ts'
import {asWord, filterOf, type KnownArr, type KnownServer} from './filter-of.ts'
import {
  allOf,
  anyOf,
  comparedTerm,
  factCondition,
  has,
  isNone,
  noTags,
  nothingIn,
  oneOf,
  turnedBy,
  type Read,
} from './fact-terms.ts'
import {alternativesIn, groupsOf, isNothing, type Item} from './groups.ts'
import {Mistakes, type MistakeCode} from './mistakes.ts'
import {quantityOf, type UnitFamily} from './quantities.ts'
import {factCalled, pieceFactsOf, quantityFactOf, timeFactsOf} from './rule-fields.ts'
import {isRuleTerm} from './rule-terms.ts'
import {arrsCalled, hostsCalled, serversCalled} from './servers.ts'
import {statesCalled} from './states.ts'
import {termsOf, type AskingTerm, type FieldTerm} from './terms.ts'
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
  const asking = termsOf(text).filter((term) => term.kind !== 'joint')
  for (const term of asking.filter(isNothing)) {
    mistakes.add({code: 'value_missing', term, at: term, says: 'there is nothing in it to look for'})
  }
  const condition = new Reading(text, mistakes, known).ofItems(groupsOf(text).items)
  const own = factTerms(text)
  // Dates by name are complained of here, so that it does not matter which day it is.
  const read = filterOf(text, {servers: known?.servers ?? [], arrs: known?.arrs ?? [], now: 0})
  const ofSearch = read.mistakes.filter(
    ({code, from}) =>
      !(code === 'unknown_field' && own.has(from)) &&
      (known !== null || (code !== 'unknown_server' && code !== 'unknown_arr')),
  )
  const found = [...ofSearch, ...mistakes.all]
  const [first] = asking
  if (found.length === 0 && condition === null && first !== undefined) {
    mistakes.add({code: 'not_in_rules', term: first, at: {from: 0, to: text.length}, says: cannotAsk})
    found.push(...mistakes.all)
  }
  const all = found.toSorted((one, other) => one.from - other.from)
  return {condition: all.length === 0 ? condition : null, mistakes: all}
}

const cannotAsk = 'rules cannot ask this'

/** Where fields begin that are judged here alone. */
function factTerms(text: string): ReadonlySet<number> {
  const begins = termsOf(text).flatMap((term) =>
    term.kind === 'field' &&
    fieldCalled(term.field) === null &&
    (factCalled(term.field) !== null || isRuleTerm(term))
      ? [term.fieldPart.from]
      : [],
  )
  return new Set(begins)
}

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
  readonly #text: string
  readonly #mistakes: Mistakes
  readonly #known: KnownNames | null

  constructor(text: string, mistakes: Mistakes, known: KnownNames | null) {
    this.#text = text
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
        parts.push({at: beginOf(item), read: anyOf(sides)})
      }
    }
    const inOrder = [...this.#ofTerms(plain), ...parts].toSorted((one, other) => one.at - other.at)
    return allOf(inOrder.map(({read}) => read))
  }

  #ofTerms(terms: readonly AskingTerm[]): readonly Placed[] {
    const byField = new Map<Field, FieldTerm[]>()
    const parts: Placed[] = []
    for (const term of terms) {
      const {from: at, negated} = term
      if (term.kind === 'word') parts.push({at, read: turnedBy(negated, has('name', 'contains', term.text))})
      else if (term.kind === 'pattern') {
        parts.push({at, read: turnedBy(negated, has('name', 'matches', term.pattern))})
      } else {
        const [field, fact] = [fieldCalled(term.field), factCalled(term.field)]
        if (isRuleTerm(term)) parts.push({at, read: this.#refused(term)})
        else if (field !== null) byField.set(field, [...(byField.get(field) ?? []), term])
        else if (fact !== null) parts.push({at, read: factCondition(fact, term, this.#mistakes)})
        else parts.push({at, read: this.#ofNoField(term)})
      }
    }
    return [...parts, ...[...byField].flatMap(([field, its]) => this.#ofField(field, its))]
  }

  /** `Title:` is a word of the name, as in the search; with a value it is a field that there is not. */
  #ofNoField(term: FieldTerm): Read {
    if (term.values.length > 0) return null
    return turnedBy(term.negated, has('name', 'contains', asWord(term, this.#text).text))
  }

  #ofField(field: Field, terms: readonly FieldTerm[]): readonly Placed[] {
    const unread = terms
      .filter(({values}) => values.length === 0)
      .map(({from}): Placed => ({at: from, read: null}))
    return [
      ...unread,
      ...this.#ofWhole(
        field,
        terms.filter(({values}) => values.length > 0),
      ),
    ]
  }

  #ofWhole(field: Field, whole: readonly FieldTerm[]): readonly Placed[] {
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
    const choice = wanted.map((term) => this.#ofValues(field, term))
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
        return this.#withIds('server.id', texts, 'servers')
      case 'arr':
        return anyOf(
          values.map((value) =>
            isNone(value)
              ? {fact: 'arr.id', op: 'eq', value: null}
              : this.#withIds('arr.id', [value.text], 'arrs'),
          ),
        )
      case 'state': {
        const states = texts.map(statesCalled)
        if (states.includes(null)) return null
        const meant = states.flatMap((it) => it ?? [])
        return meant.includes('unknown') ? this.#refused(term) : oneOf('state', meant)
      }
      case 'private':
        return anyOf(
          texts.map((it) => {
            const value = yesOrNo(it)
            return value === null ? null : {fact: 'isPrivate', op: 'eq', value}
          }),
          true,
        )
      case 'hash':
        return anyOf(texts.map((it) => has('infoHash', 'startsWith', it.toLowerCase().slice(0, HASH_DIGITS))))
      case 'is':
        return anyOf(texts.map((it) => this.#flag(it, term)))
      case 'names':
        return this.#ofNames(field.part, term)
      case 'only':
        return this.#onlyAmong(term)
      case 'piece': {
        const facts = pieceFactsOf(field)
        if (facts === null) return this.#refused(term)
        return anyOf(texts.flatMap((it) => facts.map((fact) => has(fact, 'contains', it))))
      }
      default:
        return this.#refused(term)
    }
  }

  /** One that is not known is a mistake of the search already. */
  #withIds(fact: 'server.id' | 'arr.id', called: readonly string[], what: 'servers' | 'arrs'): Read {
    const ids = called.map((it) => this.#idsOf(it, what))
    return ids.some((its) => its.length === 0) ? null : oneOf(fact, ids.flat())
  }

  #idsOf(called: string, what: 'servers' | 'arrs'): readonly string[] {
    if (this.#known === null) return [called]
    return what === 'servers'
      ? serversCalled(called, this.#known.servers)
      : arrsCalled(called, this.#known.arrs)
  }

  #ofNames(part: 'categories' | 'tags' | 'trackers', term: FieldTerm): Read {
    const {values} = term
    if (part === 'trackers' && this.#namesTracker(term)) return null
    const called = values.filter((it) => !isNone(it)).map(({text}) => text)
    const names = part === 'trackers' ? called.flatMap((it) => hostsCalled(it, [])) : called
    if (part === 'categories')
      return oneOf(
        'category',
        values.map((it) => (isNone(it) ? '' : it.text)),
      )
    const fact = part === 'tags' ? 'tags' : 'tracker.hosts'
    // What only our database knows is no tag that is seen.
    const none = part === 'tags' ? noTags : nothingIn(fact)
    return anyOf([
      ...(names.length > 0 ? [{fact, op: 'hasAny', value: names} as const] : []),
      ...(names.length < values.length ? [none] : []),
    ])
  }

  /** Without a tracker no torrent is among them, which the search complains of. */
  #onlyAmong(term: FieldTerm): Read {
    if (term.values.some(isNone) || this.#namesTracker(term)) return null
    return oneOf(
      'tracker.hosts',
      term.values.flatMap(({text}) => hostsCalled(text, [])),
    )
  }

  /** Read as a host, a name or a pattern is of no torrent, so that what it was to exclude would be acted on. */
  #namesTracker(term: FieldTerm): boolean {
    const unnamed = term.values.find((it) => !isNone(it) && !looksLikeHost(it.text))
    if (unnamed === undefined) return false
    const says = 'a rule takes no name of a tracker; write its hosts'
    this.#complain('not_in_rules', term, unnamed, says, ['hosts like tracker.example.org', noneWord])
    return true
  }

  #flag(word: string, term: FieldTerm): Read {
    const lower = isWords.find((it) => it === word.toLowerCase())
    const flag = lower && flags[lower]
    return flag ?? (lower === undefined ? null : this.#refused(term))
  }

  #ofQuantity(fact: FactName, family: UnitFamily, term: FieldTerm): Read {
    return comparedTerm(term, this.#mistakes, (value) => {
      const quantity = quantityOf(value.text, family)
      return 'amount' in quantity ? {fact, low: quantity.amount, high: quantity.amount, isAge: false} : null
    })
  }

  /** Ages move on, dates stand; what has a name moves on by days, months and years. */
  #ofTime(field: Field, term: FieldTerm): Read {
    const facts = timeFactsOf(field)
    if (facts === null) return this.#refused(term)
    return comparedTerm(term, this.#mistakes, (value) => {
      const moment = momentOf(value.text, {now: 0})
      if ('age' in moment) return {fact: facts.since, low: moment.age, high: moment.age, isAge: true}
      if (!('span' in moment)) return null
      if (/^\d{4}/.test(value.text)) {
        const [low, high] = moment.span
        return {fact: facts.at, low, high, isAge: false}
      }
      return this.#complain('not_in_rules', term, value, 'rules take an age or a date', [
        '7d',
        '2026-01-31',
        '2026-01',
      ])
    })
  }

  #refused(term: FieldTerm): null {
    const word = term.values.map(({text}) => text.toLowerCase()).find((it) => `${term.field}:${it}` in whyNot)
    const name = fieldCalled(term.field)?.name ?? term.field
    const why = whyNot[word === undefined ? name : `${name}:${word}`]
    return this.#complain('not_in_rules', term, term, why === undefined ? cannotAsk : `${cannotAsk}: ${why}`)
  }

  #complain(
    code: MistakeCode,
    term: FieldTerm,
    {from, to}: {readonly from: number; readonly to: number},
    says: string,
    accepted: readonly string[] = [],
  ): null {
    this.#mistakes.add({code, term, at: {from, to}, says, accepted})
    return null
  }
}

/** Why, and what does instead; by the field, or by one of its words. */
const whyNot: Readonly<Record<string, string>> = {
  kind: 'name the servers with server:',
  item: 'what an Arr calls it may change',
  import: 'ask arr_tracked or arr_any_imported',
  removable: 'it follows from what rules decide',
  rule: 'rules that ask each other would go in circles; write what that rule asks',
  'is:duplicate': 'ask content_on_other_server',
  'is:problem': 'ask tracker_status or tracker_class',
  'is:attention': 'ask state:error,missing or stalled_for',
  'is:stale': 'a rule goes by nothing that its server does not say now',
  'state:unknown': 'a rule goes by nothing that is unknown',
}

const HASH_DIGITS = 40

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
