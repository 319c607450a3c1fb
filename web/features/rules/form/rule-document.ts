/**
 * The text of a rule as its form reads and changes it. The text stays the one truth: a change touches only its place,
 * so that comments, order and whatever the form does not know stay as they are.
 */
import {isCollection, isMap, isNode, parseDocument, type Document, type Node} from 'yaml'
import type {RuleVocabulary} from '../../../api/rules.ts'

/** Where something stands: `['when', 'all', 0]`. */
export type Place = readonly (string | number)[]
export type Part = Readonly<Record<string, unknown>>

/** @returns `null` = no YAML, or not a single rule: only its text can show that */
export function readDocument(yaml: string): Part | null {
  const document = parseDocument(yaml)
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  return document.toJS() as Part
}

/** What stands where a value does, and right beside it, as one text: what it is a value of. */
export function partAround(rule: Part | null | undefined, place: Place): string {
  let at: unknown = rule
  for (const key of place.slice(0, Math.max(1, place.length - 1))) at = (at as Part | null | undefined)?.[key]
  return JSON.stringify(at) ?? ''
}

/** What is above its place and is not there yet is made. */
export function withValue(yaml: string, place: Place, value: unknown): string {
  return changed(yaml, (document) => document.setIn(place, nodeOf(document, value)))
}

/** @param place of a list, which is made if it is not there */
export function withItem(yaml: string, place: Place, value: unknown): string {
  return changed(yaml, (document) => {
    if (isCollection(document.getIn(place))) document.addIn(place, nodeOf(document, value))
    else document.setIn(place, document.createNode([nodeOf(document, value)]))
  })
}

/** A part that has nothing left goes too. */
export function without(yaml: string, place: Place): string {
  return changed(yaml, (document) => {
    document.deleteIn(place)
    const above = place.slice(0, -1)
    const left = above.length > 0 ? document.getIn(above) : null
    if (isMap(left) && left.items.length === 0) document.deleteIn(above)
  })
}

function changed(yaml: string, change: (document: Document) => void): string {
  const document: Document = parseDocument(yaml)
  change(document)
  return document.toString({lineWidth: 0, flowCollectionPadding: false})
}

/** Conditions and actions in one line each, groups of them with a line for each. */
function nodeOf(document: Document, value: unknown): unknown {
  if (isNode(value) || typeof value !== 'object' || value === null) return value
  const group = Object.entries(value).find(
    ([key, its]) => (key === 'all' || key === 'any') && Array.isArray(its),
  )
  if (!group) return document.createNode(value, {flow: true})
  const [key, parts] = group as [string, readonly unknown[]]
  return document.createNode({[key]: parts.map((it) => nodeOf(document, it) as Node)})
}

/** What a form may do to the text of a rule. */
export interface Edits {
  readonly set: (place: Place, value: unknown) => void
  /** At the end of a list. */
  readonly add: (place: Place, value: unknown) => void
  readonly remove: (place: Place) => void
}

/** Conditions as the form shows them, and what becomes of one when a part of it is chosen again. */
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

const removing: ReadonlySet<unknown> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'quarantine',
  'failDownload',
  'arr.blocklist',
  'arr.queueRemove',
  'extraFiles.recycle',
  'orphan.recycle',
  'orphan.delete',
  'purge',
  'move',
])

/** Something goes by it: of such rules nobody lets more go without having seen what. */
export function isRemoving(rules: readonly {readonly actions: readonly unknown[]}[]): boolean {
  return rules.some(({actions}) => actions.some((it) => removing.has(it)))
}
