/**
 * What a text chooses of one field, and the text with another choice. The side bar of facets writes so into the search
 * box and reads from it; there is no other place where its choices are kept. Terms of other fields stay as they are.
 */
import {selectedBy, takesSeveral} from './choice-terms.ts'
import {fieldCalled, noneWord, yesOrNo, type Field} from './fields.ts'
import type {KnownServer} from './filter-of.ts'
import {plainTerms} from './groups.ts'
import {printedField, printedValue} from './printing.ts'
import {rewritten} from './rewriting.ts'
import {serversCalled, serverSpelling} from './servers.ts'
import {stateSpelling} from './states.ts'
import type {FieldTerm, Value} from './terms.ts'

/** Values in the spelling of the side bar: ids of servers, words for states, 'yes' and 'no', '' = none. */
export interface TextChoice {
  readonly any: readonly string[]
  readonly all: readonly string[]
  readonly none: readonly string[]
}

type ChoiceChange = 'include' | 'exclude' | 'clear'

/** Whether one of the values is enough, or every one is wanted. The latter only for tags and trackers. */
export type ChoiceMode = 'any' | 'all'

export const choiceFields = [
  'server',
  'kind',
  'state',
  'category',
  'tag',
  'tracker',
  'private',
  'is',
] as const
/** Fields that choose among values. */
type ChoiceField = (typeof choiceFields)[number]

/** What the text chooses of a field. @param servers by whose names servers are written */
export function choiceIn(text: string, field: ChoiceField, servers: readonly KnownServer[] = []): TextChoice {
  const known = fieldCalled(field)!
  const {any, all, none, further} = selectedBy(termsOfField(text, known), takesSeveral(known), (value) =>
    valuesRead(known, value, servers),
  )
  return {any: [...new Set([...any, ...further.flatMap((list) => list.any)])], all, none}
}

/** The mode in which the next value would be included: all of where several values are asked for one by one. */
export function modeOf(text: string, field: ChoiceField): ChoiceMode {
  return field === 'is' || choiceIn(text, field).all.length > 0 ? 'all' : 'any'
}

/**
 * The text with one value of a field included, excluded or left open. Every value is in one place at most.
 *
 * @param mode how it joins those that are included already; as they are joined when absent
 */
export function withChoice(
  text: string,
  field: ChoiceField,
  value: string,
  change: ChoiceChange,
  {servers = [], mode = modeOf(text, field)}: {servers?: readonly KnownServer[]; mode?: ChoiceMode} = {},
): string {
  const before = choiceIn(text, field, servers)
  const isThere = before.any.includes(value) || before.all.includes(value)
  if (change === 'include' && isThere && !before.none.includes(value)) return text
  const without = (values: readonly string[]) => values.filter((it) => it !== value)
  const after = {any: without(before.any), all: without(before.all), none: without(before.none)}
  if (change === 'exclude') after.none.push(value)
  if (change === 'include') after[joining(after, field, mode)].push(value)
  return withWholeChoice(text, field, after, servers)
}

/** One value alone stands in `any`; where it is to be joined by all-of with another one, both move. */
function joining(choice: {any: string[]; all: string[]}, field: ChoiceField, mode: ChoiceMode): ChoiceMode {
  const isSeveral = takesSeveral(fieldCalled(field)!)
  if (!isSeveral) return 'any'
  if (mode === 'all' && choice.all.length === 0 && choice.any.length === 1) choice.all.push(choice.any.pop()!)
  return mode
}

/** The text with the included values of a field joined the other way. */
export function withMode(
  text: string,
  field: ChoiceField,
  mode: ChoiceMode,
  servers: readonly KnownServer[] = [],
): string {
  if (!takesSeveral(fieldCalled(field)!)) return text
  const {any, all, none} = choiceIn(text, field, servers)
  const included = [...any, ...all]
  const after = mode === 'any' ? {any: included, all: [], none} : {any: [], all: included, none}
  return withWholeChoice(text, field, after, servers)
}

/** The text with exactly this choice of a field: at the place of its first term, or at the end. */
export function withWholeChoice(
  text: string,
  field: ChoiceField,
  choice: TextChoice,
  servers: readonly KnownServer[] = [],
): string {
  const known = fieldCalled(field)!
  const mine = new Set(termsOfField(text, known).map((term) => term.from))
  return rewritten(text, (term) => mine.has(term.from), printedChoice(known, choice, servers))
}

/** `-field:none` last; an any-of list of one is a term like any other. */
function printedChoice(field: Field, choice: TextChoice, servers: readonly KnownServer[]): readonly string[] {
  const print = (values: readonly string[], negated: boolean) =>
    printedField(field.name, ':', values.map(written), negated)
  const written = (value: string) => valueWritten(field, value, servers)
  const terms = choice.all.map((value) => print([value], false))
  if (choice.any.length > 0) terms.unshift(print(choice.any, false))
  if (choice.none.length > 0) terms.push(print(choice.none, true))
  return terms
}

/** Those within a group are not among them: the side bar has no place for one of several filters. */
function termsOfField(text: string, field: Field): readonly FieldTerm[] {
  return plainTerms(text).filter(
    (term): term is FieldTerm => term.kind === 'field' && fieldCalled(term.field) === field,
  )
}

/** In the spelling of the side bar; what is not understood stays as it is written. */
function valuesRead(field: Field, {text, quoted}: Value, servers: readonly KnownServer[]): readonly string[] {
  switch (field.takes) {
    case 'server': {
      const ids = serversCalled(text, servers)
      return ids.length > 0 ? ids : [text]
    }
    case 'state':
      return [stateSpelling(text)]
    case 'private': {
      const answer = yesOrNo(text)
      return [answer === null ? text : answer ? 'yes' : 'no']
    }
    case 'names':
      if (!quoted && text.toLowerCase() === noneWord) return ['']
      return [field.part === 'trackers' ? text.toLowerCase() : text]
    default:
      return [text.toLowerCase()]
  }
}

function valueWritten(field: Field, value: string, servers: readonly KnownServer[]): string {
  if (field.takes === 'names') return value === '' ? noneWord : printedValue(value, [noneWord])
  return printedValue(field.takes === 'server' ? serverSpelling(value, servers) : value)
}
