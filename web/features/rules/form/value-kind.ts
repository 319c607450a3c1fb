/** How a value of a rule is chosen or typed, by what may stand there; and between what is typed and what its text says. */
import type {RuleVocabulary} from '../../../api/rules.ts'
import type {Choice} from '../../../ui/ChoiceList.tsx'
import {examplesOf, type FactWord, type Takes} from './rule-document.ts'

export type ValueKind =
  /** With options some are offered, others can be typed. */
  | {readonly is: 'text'; readonly options?: readonly Choice[] | undefined}
  | {readonly is: 'texts'; readonly options?: readonly Choice[] | undefined}
  | {readonly is: 'quantity' | 'quantities'; readonly example: string}
  | {readonly is: 'choice' | 'choices'; readonly options: readonly Choice[]}
  | {readonly is: 'yesNo'}

/** Names that there are by now. */
export interface KnownNames {
  readonly servers: readonly Choice[]
  readonly arrs: readonly Choice[]
  readonly categories: readonly Choice[]
  readonly tags: readonly Choice[]
}

export function choicesOf(names: readonly string[]): readonly Choice[] {
  return names.map((value) => ({value, label: value}))
}

export function quantityKind(unit: string | null): ValueKind {
  return {is: 'quantity', example: String(examplesOf[unit ?? 'plain'] ?? '')}
}

/** Of a comparison. @returns `null` = it takes no value */
export function kindOfValue(fact: FactWord, takes: Takes, known: KnownNames): ValueKind | null {
  if (takes === 'nothing') return null
  const {type, unit, values, name} = fact
  if (type === 'boolean') return {is: 'yesNo'}
  if (type === 'number') {
    const one = quantityKind(unit)
    return takes === 'one' ? one : {...(one as {is: 'quantity'; example: string}), is: 'quantities'}
  }
  if (takes === 'text') return {is: 'text'}
  const several = takes === 'list'
  if (type === 'choice') return {is: several ? 'choices' : 'choice', options: choicesOf(values)}
  return {is: several ? 'texts' : 'text', options: knownOf[name]?.(known)}
}

const knownOf: Readonly<Record<string, (known: KnownNames) => readonly Choice[]>> = {
  'server.id': ({servers}) => servers,
  'arr.id': ({arrs}) => arrs,
  category: ({categories}) => categories,
  tags: ({tags}) => tags,
}

type ParamWord = RuleVocabulary['actions'][number]['params'][number]

/** Of a parameter of an action. */
export function kindOfParam(action: string, {name, takes}: ParamWord, known: KnownNames): ValueKind {
  const unit = takes.find((it) => it in examplesOf)
  if (unit !== undefined) return quantityKind(unit)
  if (takes.includes('yes or no')) return {is: 'yesNo'}
  if (takes.includes('texts')) {
    const isTag = action === 'tag' || action === 'untag'
    return {is: 'texts', options: isTag ? known.tags : undefined}
  }
  if (takes.includes('text')) return {is: 'text', options: optionsOfParam(action, name, known)}
  return {is: 'choice', options: choicesOf(takes)}
}

function optionsOfParam(action: string, name: string, known: KnownNames): readonly Choice[] | undefined {
  if (name === 'server') return known.servers
  return action === 'category' && name === 'name' ? known.categories : undefined
}

/** Something to begin with, so that what was added is whole where it can be. */
export function firstOf(kind: ValueKind): unknown {
  switch (kind.is) {
    case 'text':
      return ''
    case 'texts':
    case 'choices':
      return []
    case 'quantity':
      return kind.example === '1' ? 1 : kind.example
    case 'quantities':
      return []
    case 'choice':
      return kind.options[0]?.value ?? ''
    case 'yesNo':
      return true
  }
}

/** "14d", "500 GiB", "none": as it stands in a field. */
export function shownValue(value: unknown): string {
  if (value === null) return NONE
  if (Array.isArray(value)) return value.map(shownValue).join(', ')
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** No limit, never. */
const NONE = 'none'

/** A bare number is one, "none" is no value; everything else is read by the program itself. */
export function quantityFrom(typed: string): string | number | null {
  const text = typed.trim()
  if (text === NONE) return null
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** `1, 2h`. */
export function quantitiesFrom(typed: string): readonly (string | number | null)[] {
  return typed
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '')
    .map(quantityFrom)
}
