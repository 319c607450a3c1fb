/** What could stand at the cursor in the search box of the queue. Pure. */
import type {Completion} from '#search-query/complete.ts'
import {printedValue} from '#search-query/printing.ts'
import {operators, termsOf, type Term} from '#search-query/terms.ts'
import {text} from '../../../i18n/text.ts'
import type {QueueLine} from './queue-lines.ts'
import {
  isFigure,
  isWords,
  queueFieldCalled,
  queueFields,
  stateNames,
  type QueueFieldName,
} from './queue-query.ts'

const MOST = 20

/** Values that are offered, by field, as they are in the queue now. */
export type QueueValues = Readonly<Partial<Record<QueueFieldName, readonly string[]>>>

export function queueValues(lines: readonly QueueLine[]): QueueValues {
  const each = (of: (line: QueueLine) => readonly string[]) =>
    [...new Set(lines.flatMap(of))]
      .filter((it) => it !== '')
      .toSorted((one, other) => one.localeCompare(other))
  return {
    arr: each(({arrs}) => arrs.map(({name}) => name)),
    server: each(({torrents}) => torrents.map((it) => it.server_name)),
    state: stateNames,
    is: Object.keys(isWords),
    quality: each(({row}) => [row.quality]),
    indexer: each(({row}) => [row.indexer]),
    client: each(({row}) => [row.client]),
    category: each(({torrents}) => torrents.flatMap(({category}) => category ?? [])),
    protocol: ['torrent', 'usenet'],
    size: ['1GB', '5GB', '10GB', '50GB'],
    when: ['10m', '1h', '6h', '1d'],
    eta: ['10m', '1h', '6h', '1d'],
    progress: ['50%', '90%', '99%'],
    down: ['1MB/s', '10MB/s'],
    added: ['1h', '1d', '7d'],
    ratio: ['1', '2'],
  }
}

/** @param isAsked also where nothing is written yet */
export function queueCompletions(
  written: string,
  cursor: number,
  values: QueueValues,
  isAsked: boolean,
): readonly Completion[] {
  const term = termsOf(written).find(({from, to}) => from < cursor && cursor <= to)
  if (term?.kind === 'field') return inField(term, written, cursor, values)
  if (term !== undefined && (term.kind !== 'word' || term.quoted)) return []
  const from = term === undefined ? cursor : term.from + (term.negated ? 1 : 0)
  const to = term?.to ?? cursor
  const typed = written.slice(from, cursor).toLowerCase()
  if (typed === '' && !isAsked) return []
  return ranked(queueFields, typed).map((name) => ({
    kind: 'field',
    text: `${name}${isFigure(name) ? (name === 'when' || name === 'added' ? '<' : '>') : ':'}`,
    hint: text(`queue.field.${name}`),
    from,
    to,
  }))
}

function inField(
  term: Extract<Term, {kind: 'field'}>,
  written: string,
  cursor: number,
  values: QueueValues,
): readonly Completion[] {
  const field = queueFieldCalled(term.field)
  if (field === null) return []
  const name = term.fieldPart.from + term.field.length
  if (cursor <= name) return []
  if (cursor < term.fieldPart.to)
    return (isFigure(field) ? operators.filter((it) => it !== '=') : ([':', '!='] as const)).map((it) => ({
      kind: 'operator',
      text: it,
      hint: '',
      from: name,
      to: term.fieldPart.to,
    }))
  const value = term.values.find(({from, to}) => from <= cursor && cursor <= to)
  const [from, to] = [value?.from ?? cursor, value?.to ?? cursor]
  const typed = written.slice(from, cursor).replace(/^"/, '').toLowerCase()
  const others = new Set(term.values.filter((it) => it !== value).map((it) => it.text.toLowerCase()))
  return ranked(values[field] ?? [], typed)
    .filter((it) => !others.has(it.toLowerCase()))
    .map((it): Completion => ({kind: 'value', text: printedValue(it), hint: hintOf(field, it), from, to}))
    .filter((it) => written.slice(it.from, it.to) !== it.text)
}

function hintOf(field: QueueFieldName, value: string): string {
  return field === 'is' ? text(`queue.is.${value as keyof typeof isWords}`) : ''
}

/** Those that begin so first, then those in which it stands. */
function ranked<T extends string>(all: readonly T[], typed: string): readonly T[] {
  const found = all.filter((it) => it.toLowerCase().includes(typed))
  const begins = (it: string) => Number(it.toLowerCase().startsWith(typed))
  return found.toSorted((one, other) => begins(other) - begins(one)).slice(0, MOST)
}
