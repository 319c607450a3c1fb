/** A condition of rules as the text that asks the same: the other way of `rule-condition.ts`. */
import {wholeSize} from '#lib/units.ts'
import {factNames, factOf, type FactName} from '#model/fact.ts'
import {fields, type Field} from './fields.ts'
import type {KnownArr, KnownServer} from './filter-of.ts'
import {printedValue, quoted} from './printing.ts'
import {quantityOf} from './quantities.ts'
import {noTags} from './fact-terms.ts'
import {conditionIn} from './rule-condition.ts'
import {familyOfUnit, fieldOfFact, pieceFactsOf, quantityFactOf, timeFactsOf} from './rule-fields.ts'
import {serverSpelling} from './servers.ts'
import {momentOf} from './times.ts'

interface Names {
  readonly servers: readonly KnownServer[]
  readonly arrs: readonly KnownArr[]
}

const noNames: Names = {servers: [], arrs: []}

/**
 * @param condition as a rule has it, with quantities as people write them, too
 * @param known by whose names servers and Arrs are written
 * @returns `null` = no text asks the same
 */
export function textOfCondition(condition: unknown, known: Names | null = null): string | null {
  const text = new Printing(known ?? noNames).whole(condition)
  if (text === null) return null
  // Only what is read as the same is the same.
  const {condition: again} = conditionIn(text, known)
  return again !== null && normalised(again) === normalised(condition) ? text : null
}

type Part = Readonly<Record<string, unknown>>

class Printing {
  readonly #known: Names

  constructor(known: Names) {
    this.#known = known
  }

  whole(condition: unknown): string | null {
    const part = asPart(condition)
    if (part === null) return null
    if (Array.isArray(part['all'])) return this.#all(part['all'])
    if (Array.isArray(part['any'])) {
      return this.#pieces(part['any']) ?? this.#active(part['any']) ?? this.#joined(part['any'], ' OR ')
    }
    if ('not' in part) return this.#not(part['not'])
    return this.#leaf(part)
  }

  #all(parts: readonly unknown[]): string | null {
    return this.#joined(parts, ' ')
  }

  #joined(parts: readonly unknown[], by: ' ' | ' OR '): string | null {
    const texts = parts.map((it) => {
      const text = this.whole(it)
      if (text === null) return null
      // What stands in a group of its own is one choice with nothing outside of it.
      return by === ' ' && isGroup(it) && text.includes(' ') ? `(${text})` : text
    })
    return texts.includes(null) ? null : texts.join(by)
  }

  #not(condition: unknown): string | null {
    const part = asPart(condition)
    if (part === null) return null
    if (part['op'] === 'glob' && part['value'] === '*' && typeof part['fact'] === 'string') {
      const field = fieldsOfSets[part['fact']] ?? this.#ruleField(part['fact'])
      return field === null ? null : `${field}:none`
    }
    const text = this.whole(condition)
    if (text === null) return null
    const isOneTerm = 'fact' in part && part['op'] !== 'hasAll' && !text.startsWith('-')
    return isOneTerm ? `-${text}` : `NOT (${text})`
  }

  /** The same pieces in each text of a field. */
  #pieces(parts: readonly unknown[]): string | null {
    const leaves = parts.map(asPart)
    const values = [...new Set(leaves.map((it) => it?.['value']))]
    const isOfPieces = leaves.every((it) => it?.['op'] === 'contains' && typeof it['value'] === 'string')
    if (!isOfPieces) return null
    const facts = [...new Set(leaves.map((it) => it?.['fact']))]
    const field = fields.find((it) => pieceFactsOf(it)?.join() === facts.join())
    if (field === undefined || leaves.length !== values.length * facts.length) return null
    return `${field.name}:${values.map((it) => printedValue(it as string)).join(',')}`
  }

  #active(parts: readonly unknown[]): string | null {
    const isActive = normalised({any: parts}) === normalised(activeCondition)
    return isActive ? 'is:active' : null
  }

  #leaf({fact, op, value, window, cs}: Part): string | null {
    if (!isFact(fact) || window !== undefined || cs === true) return null
    const {type} = factOf(fact)
    if (type === 'number') return this.#figure(fact, op, value)
    if (type === 'boolean') return this.#yesNo(fact, op, value)
    const values = [value].flat()
    if (fact === 'arr.id' && value === null)
      return op === 'eq' ? 'arr:none' : op === 'ne' ? '-arr:none' : null
    if (!values.every((it) => typeof it === 'string')) return null
    return this.#texts(fact, op, values)
  }

  #texts(fact: FactName, op: unknown, values: readonly string[]): string | null {
    const [first] = values
    if (fact === 'name') {
      if (op === 'contains') return wordOf(first!)
      return op === 'matches' && !/\/(\s|\)|$)/.test(first!) ? `/${first!}/` : null
    }
    if (op === 'contains') {
      const field = fields.find((it) => pieceFactsOf(it)?.join() === fact)?.name ?? this.#ofText(fact)
      return field === null ? null : `${field}:${printedValue(first!)}`
    }
    if (fact === 'infoHash') return op === 'startsWith' ? `hash:${first!}` : null
    if (fact === 'tracker.hosts' && op === 'in') {
      return `only_tracker:${values.map((it) => this.#value(fact, it)).join(',')}`
    }
    const field = fieldsOfChoices[fact] ?? fieldsOfSets[fact] ?? this.#ofChoice(fact)
    if (field === null) return null
    const sign = signs[String(op)]
    if (op === 'hasAll') return values.map((it) => `${field}:${this.#value(fact, it)}`).join(' ')
    return sign === undefined
      ? null
      : `${sign}${field}:${values.map((it) => this.#value(fact, it)).join(',')}`
  }

  #value(fact: FactName, value: string): string {
    if (fact === 'category' && value === '') return 'none'
    if (fact === 'server.id') return printedValue(serverSpelling(value, this.#known.servers))
    if (fact === 'arr.id') {
      const name = this.#known.arrs.find(({id}) => id === value)?.name
      return printedValue(name ?? value, ['none'])
    }
    return printedValue(value, ['none'])
  }

  #yesNo(fact: FactName, op: unknown, value: unknown): string | null {
    if (typeof value !== 'boolean' || (op !== 'eq' && op !== 'ne')) return null
    const isYes = value === (op === 'eq')
    if (fact === 'complete') return isYes ? 'is:complete' : 'is:incomplete'
    if (fact === 'isPrivate') return `private:${isYes ? 'yes' : 'no'}`
    const field = this.#ruleField(fact)
    return field === null ? null : `${field}:${isYes ? 'yes' : 'no'}`
  }

  #figure(fact: FactName, op: unknown, value: unknown): string | null {
    if (fact === noTags.fact && op === noTags.op && value === noTags.value) return 'tag:none'
    const field = figureFieldOf(fact)
    if (field === null) return null
    const print = (it: unknown) => figureText(fact, it)
    if (op === 'between' && Array.isArray(value)) {
      const [least, most] = value.map(print)
      return least && most ? `${field.name}:${least}..${most}` : null
    }
    const text = print(value)
    if (text === null) return null
    const sign = {eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>='}[String(op)]
    if (op === 'ne') return `-${field.name}=${text}`
    // Of an age "=" is "within".
    return sign === undefined || (field.isAge && sign === '=') ? null : `${field.name}${sign}${text}`
  }

  #ofText(fact: FactName): string | null {
    return factOf(fact).type === 'text' ? this.#ruleField(fact) : null
  }

  #ofChoice(fact: FactName): string | null {
    return factOf(fact).type === 'text' ? null : this.#ruleField(fact)
  }

  #ruleField(fact: string): string | null {
    return isFact(fact) ? fieldOfFact(fact) : null
  }
}

const fieldsOfChoices: Readonly<Record<string, string>> = {
  state: 'state',
  category: 'category',
  'server.id': 'server',
  'arr.id': 'arr',
}
const fieldsOfSets: Readonly<Record<string, string>> = {tags: 'tag', 'tracker.hosts': 'tracker'}
const signs: Readonly<Record<string, string>> = {
  eq: '',
  in: '',
  hasAny: '',
  ne: '-',
  notIn: '-',
  hasNone: '-',
}

const activeCondition = {
  any: [
    {fact: 'downSpeed', op: 'gt', value: 0},
    {fact: 'upSpeed', op: 'gt', value: 0},
  ],
}

/** Bare where it is one word that means nothing else. */
function wordOf(value: string): string {
  const isBare = /^[^\s()":<>=!|/\-,.][^\s()":<>=!|]*$/.test(value) && !/^(OR|AND|NOT)$/.test(value)
  return isBare ? value : quoted(value)
}

function figureFieldOf(fact: FactName): {readonly name: string; readonly isAge: boolean} | null {
  const ofSearch = fields.find((it) => quantityFactOf(it) === fact)
  if (ofSearch) return {name: ofSearch.name, isAge: false}
  const ofTime = fields.find((it: Field) => {
    const facts = timeFactsOf(it)
    return facts?.at === fact || facts?.since === fact
  })
  if (ofTime) return {name: ofTime.name, isAge: timeFactsOf(ofTime)!.since === fact}
  const own = fieldOfFact(fact)
  return own === null ? null : {name: own, isAge: false}
}

/** `null` = it is no figure. */
function figureText(fact: FactName, value: unknown): string | null {
  const amount = figureOf(fact, value)
  if (amount === null) return null
  const {unit} = factOf(fact)
  switch (unit) {
    case 'epochMs':
      return new Date(amount).toISOString()
    case 'seconds':
      return typeof value === 'string' ? value.replaceAll(/\s/g, '') : durationText(amount)
    case 'share':
      return Number.isInteger(amount * 100) ? `${amount * 100}%` : String(amount)
    case 'bytes':
    case 'bytesPerSecond':
      return typeof value === 'string' ? value.replaceAll(/\s/g, '') : wholeSize(amount).join('')
    default:
      return String(amount)
  }
}

/** In base units, however it is written; `null` = it is no figure. */
function figureOf(fact: FactName, value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return null
  const {unit} = factOf(fact)
  if (unit === null) return null
  const text = value.replaceAll(/\s/g, '')
  if (unit === 'epochMs') {
    const moment = momentOf(value, {now: 0})
    return 'span' in moment ? moment.span[0] : null
  }
  const quantity = quantityOf(text, familyOfUnit[unit])
  return 'amount' in quantity ? quantity.amount : null
}

function durationText(seconds: number): string {
  for (const [unit, factor] of durations)
    if (seconds > 0 && seconds % factor === 0) return `${seconds / factor}${unit}`
  return `${seconds}s`
}

const durations = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const

/* ── what is the same ── */

/** One spelling for conditions that decide alike. */
export function normalised(condition: unknown): string {
  return JSON.stringify(normalForm(condition, false))
}

function normalForm(condition: unknown, isTurned: boolean): unknown {
  const part = asPart(condition)
  if (part === null) return condition
  if ('not' in part) return normalForm(part['not'], !isTurned)
  for (const name of ['all', 'any'] as const) {
    const parts = part[name]
    if (!Array.isArray(parts)) continue
    // What is turned round is handed down: an unknown value stays unknown.
    const joint = isTurned ? (name === 'all' ? 'any' : 'all') : name
    return joinedForm(
      joint,
      parts.map((it) => normalForm(it, isTurned)),
    )
  }
  return leafForm(part, isTurned)
}

function joinedForm(joint: 'all' | 'any', parts: readonly unknown[]): unknown {
  const flat = parts.flatMap((it) => {
    const inner = asPart(it)?.[joint]
    return Array.isArray(inner) ? (inner as readonly unknown[]) : [it]
  })
  const texts = [...new Set(flat.map((it) => JSON.stringify(it)))].sort()
  const all = texts.map((it) => JSON.parse(it) as unknown)
  return all.length === 1 ? all[0] : {[joint]: all}
}

function leafForm({fact, op, value, window, cs}: Part, isTurned: boolean): unknown {
  const rest = {...(window !== undefined && {window}), ...(cs === true && {cs})}
  const leaf = (its: string, of: unknown, isNot = false): unknown => {
    const form = {fact, op: its, ...(of !== undefined && {value: of}), ...rest}
    return isNot === isTurned ? form : {not: form}
  }
  if (!isFact(fact)) return leaf(String(op), value)
  const {type} = factOf(fact)
  if (type === 'number') {
    const read = (it: unknown) => figureOf(fact, it) ?? it
    if (op === 'between' && Array.isArray(value)) {
      const ends = value.map(read)
      const both = [
        leafForm({fact, op: 'gte', value: ends[0], ...rest}, isTurned),
        leafForm({fact, op: 'lte', value: ends[1], ...rest}, isTurned),
      ]
      return joinedForm(isTurned ? 'any' : 'all', both)
    }
    if (op === 'ne') return leaf('eq', read(value), true)
    // Turned round, a comparison is the opposite one: of what is unknown neither is true.
    const opposite = isTurned ? opposites[String(op)] : undefined
    if (opposite !== undefined) return {fact, op: opposite, value: read(value), ...rest}
    return leaf(String(op), Array.isArray(value) ? value.map(read) : read(value))
  }
  if (type === 'boolean' && typeof value === 'boolean' && (op === 'eq' || op === 'ne')) {
    return {fact, op: 'eq', value: (value === (op === 'eq')) !== isTurned, ...rest}
  }
  const list = sortedTexts(value)
  switch (op) {
    case 'eq':
    case 'ne':
      return value === null ? leaf('eq', null, op === 'ne') : leaf('in', list, op === 'ne')
    case 'in':
      return leaf('in', list)
    case 'notIn':
      return leaf('in', list, true)
    case 'hasNone':
      return leaf('hasAny', list, true)
    case 'hasAll':
      return joinedForm(
        isTurned ? 'any' : 'all',
        list.map((it) => leaf('hasAny', [it])),
      )
    case 'hasAny':
      return leaf('hasAny', list)
    default:
      return leaf(String(op), value)
  }
}

const opposites: Readonly<Record<string, string>> = {lt: 'gte', lte: 'gt', gt: 'lte', gte: 'lt'}

function sortedTexts(value: unknown): readonly unknown[] {
  return [...new Set([value].flat().map((it) => (typeof it === 'string' ? it.toLowerCase() : it)))].toSorted(
    (one, other) => (String(one) < String(other) ? -1 : 1),
  )
}

function isGroup(condition: unknown): boolean {
  const part = asPart(condition)
  return Array.isArray(part?.['any']) || Array.isArray(part?.['all'])
}

function isFact(name: unknown): name is FactName {
  return factNames.some((it) => it === name)
}

function asPart(value: unknown): Part | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : null
}
