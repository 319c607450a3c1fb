/** What a saved view has in it, in words: for who saves one and who wonders what one does. */
import {fieldCalled} from '#search-query/fields.ts'
import {factCalled} from '#search-query/rule-fields.ts'
import {termsOf} from '#search-query/terms.ts'
import type {ViewDefinition} from '../../../api/views.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {columnOf, standardColumns} from '../table/columns.ts'
import {readSort} from '../table/sort-keys.ts'

interface ViewLine {
  readonly label: string
  readonly value: string
  /** Part of a query: written as such. */
  readonly isQuery?: true
}

/** @param nameOf name of a server by its id */
export function viewLines(definition: ViewDefinition, nameOf: (id: string) => string): readonly ViewLine[] {
  const {q, servers, sort, group, columns, density, layout} = definition
  const {filters, words} = parted(q)
  return [
    ...(filters === '' ? [] : [line('view.part.filters', filters, true)]),
    ...(words === '' ? [] : [line('view.part.search', words, true)]),
    ...(q.trim() === '' ? [line('view.part.filters', text('view.everything'))] : []),
    line('view.part.servers', servers === null ? text('view.servers.all') : servers.map(nameOf).join(', ')),
    ...(sort.length === 0 ? [] : [line('view.part.sort', sort.map(sortWords).join(', '))]),
    ...(group === null ? [] : [line('view.part.group', text(`group.by.${group}`))]),
    line('view.part.columns', columnWords(columns)),
    line('view.part.density', density === null ? text('view.as-usual') : text(`density.${density}`)),
    ...(layout === 'table' ? [] : [line('view.part.layout', text(`layout.${layout}`))]),
  ]
}

function line(label: TextKey, value: string, isQuery = false): ViewLine {
  return {label: text(label), value, ...(isQuery && {isQuery})}
}

/** Terms of fields, and words and patterns of names. */
export function parted(q: string): {readonly filters: string; readonly words: string} {
  const terms = termsOf(q)
  // What belongs together stays together.
  if (terms.some(({kind}) => kind === 'joint')) return {filters: q.trim(), words: ''}
  const [filters, words]: [string[], string[]] = [[], []]
  for (const term of terms) {
    const isField = term.kind === 'field' && (fieldCalled(term.field) ?? factCalled(term.field)) !== null
    ;(isField ? filters : words).push(q.slice(term.from, term.to))
  }
  return {filters: filters.join(' '), words: words.join(' ')}
}

function sortWords(written: string): string {
  const [key] = readSort(written)
  const name = columnName(key?.by ?? written)
  return text(key?.isDown ? 'view.sort.down' : 'view.sort.up', {name})
}

function columnName(id: string): string {
  const column = columnOf(id)
  return column ? text(column.title) : id
}

const MOST_NAMED = 6

function columnWords(columns: ViewDefinition['columns']): string {
  if (columns === null) return text('view.as-usual')
  const shown = columns.filter(({hidden, id}) => !hidden && columnOf(id) !== null).map(({id}) => id)
  if (shown.join() === standardColumns.join()) return text('view.columns.usual')
  const named = shown.slice(0, MOST_NAMED).map(columnName).join(', ')
  const more = shown.length - MOST_NAMED
  return more > 0 ? text('view.columns.more', {named, more}) : named
}
