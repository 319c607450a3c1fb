import {beforeAll, expect, test} from 'vitest'
import type {ViewDefinition} from '../../../api/views.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {parted, viewLines} from './view-words.ts'

beforeAll(speakEnglish)

const names: Readonly<Record<string, string>> = {a: 'seedbox', b: 'attic'}
const told = (definition: ViewDefinition) =>
  viewLines(definition, (id) => names[id] ?? id).map(({label, value}) => `${label}: ${value}`)
const plain: ViewDefinition = {
  q: '',
  servers: null,
  sort: [],
  group: null,
  columns: null,
  density: null,
  layout: 'table',
}

test('a view of everything says so', () => {
  expect(told(plain)).toEqual([
    'Filters: all torrents',
    'Servers: all',
    'Columns: default',
    'Density: default',
  ])
})

test('filters, words, servers, order, groups, columns and density are distinguished', () => {
  expect(
    told({
      q: 'bunny state:stalled -/sample/ size>1GB',
      servers: ['a', 'b'],
      sort: ['-size', 'name'],
      group: 'category',
      columns: [{id: 'name'}, {id: 'size', hidden: true}, {id: 'ratio'}],
      density: 'compact',
      layout: 'cards',
    }),
  ).toEqual([
    'Filters: state:stalled size>1GB',
    'Search: bunny -/sample/',
    'Servers: seedbox, attic',
    'Sorted by: Size, descending, Name, ascending',
    'Grouped by: category',
    'Columns: Name, Ratio',
    'Density: compact',
    'Shown as: cards',
  ])
})

test('of many columns the first are named', () => {
  const ids = ['name', 'state', 'size', 'ratio', 'eta', 'server', 'tags', 'category']
  const lines = told({...plain, columns: ids.map((id) => ({id}))})
  expect(lines).toContain('Columns: Name, State, Size, Ratio, ETA, Server and 2 more')
})

test('a word that only looks like a field is a word', () => {
  expect(parted('bunny OR tag:keep')).toEqual({filters: 'bunny OR tag:keep', words: ''})
  expect(parted('x stalled_for>1h')).toEqual({filters: 'stalled_for>1h', words: 'x'})
  expect(parted('Re:Zero tag:keep')).toEqual({filters: 'tag:keep', words: 'Re:Zero'})
})
