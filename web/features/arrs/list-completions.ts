/** What could stand at the cursor in a search box of a list that is not that of torrents. Pure. */
import type {Completion} from '#search-query/complete.ts'
import {printedValue} from '#search-query/printing.ts'
import {operators, termsOf, type Term} from '#search-query/terms.ts'

const MOST = 20

/** The fields that a list takes. */
export interface ListFields<Name extends string> {
  /** In the order in which they are offered. */
  readonly names: readonly Name[]
  /** The field that is meant by this word. */
  readonly called: (word: string) => Name | null
  /** It is compared: what stands behind it first; `null` = it is one of several words. */
  readonly comparison: (name: Name) => '<' | '>' | null
  /** One line of what it asks. */
  readonly hint: (name: Name) => string
  /** Of one of its values, or ''. */
  readonly valueHint: (name: Name, value: string) => string
}

/**
 * @param values that are offered, by field
 * @param isAsked also where nothing is written yet
 */
export function listCompletions<Name extends string>(
  written: string,
  cursor: number,
  fields: ListFields<Name>,
  values: Readonly<Partial<Record<Name, readonly string[]>>>,
  isAsked: boolean,
): readonly Completion[] {
  const term = termsOf(written).find(({from, to}) => from < cursor && cursor <= to)
  if (term?.kind === 'field') return inField(term, written, cursor, fields, values)
  if (term !== undefined && (term.kind !== 'word' || term.quoted)) return []
  const from = term === undefined ? cursor : term.from + (term.negated ? 1 : 0)
  const to = term?.to ?? cursor
  const typed = written.slice(from, cursor).toLowerCase()
  if (typed === '' && !isAsked) return []
  return ranked(fields.names, typed).map((name) => ({
    kind: 'field',
    text: `${name}${fields.comparison(name) ?? ':'}`,
    hint: fields.hint(name),
    from,
    to,
  }))
}

function inField<Name extends string>(
  term: Extract<Term, {kind: 'field'}>,
  written: string,
  cursor: number,
  fields: ListFields<Name>,
  values: Readonly<Partial<Record<Name, readonly string[]>>>,
): readonly Completion[] {
  const field = fields.called(term.field)
  if (field === null) return []
  const name = term.fieldPart.from + term.field.length
  if (cursor <= name) return []
  if (cursor < term.fieldPart.to)
    return (
      fields.comparison(field) === null ? ([':', '!='] as const) : operators.filter((it) => it !== '=')
    ).map((it) => ({kind: 'operator', text: it, hint: '', from: name, to: term.fieldPart.to}))
  const value = term.values.find(({from, to}) => from <= cursor && cursor <= to)
  const [from, to] = [value?.from ?? cursor, value?.to ?? cursor]
  const typed = written.slice(from, cursor).replace(/^"/, '').toLowerCase()
  const others = new Set(term.values.filter((it) => it !== value).map((it) => it.text.toLowerCase()))
  return ranked(values[field] ?? [], typed)
    .filter((it) => !others.has(it.toLowerCase()))
    .map((it): Completion => ({
      kind: 'value',
      text: printedValue(it),
      hint: fields.valueHint(field, it),
      from,
      to,
    }))
    .filter((it) => written.slice(it.from, it.to) !== it.text)
}

/** Those that begin so first, then those in which it stands. */
function ranked<T extends string>(all: readonly T[], typed: string): readonly T[] {
  const found = all.filter((it) => it.toLowerCase().includes(typed))
  const begins = (it: string) => Number(it.toLowerCase().startsWith(typed))
  return found.toSorted((one, other) => begins(other) - begins(one)).slice(0, MOST)
}
