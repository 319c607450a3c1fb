import {assert, constantFrom, dictionary, jsonValue, oneof, property} from 'fast-check'
import {expect, test} from 'vitest'
import {liveLimits} from '#model/live.ts'
import {definitionFields, ViewDefinitionSchema} from '../schemas/saved-views.ts'
import {readDefinition} from './saved-view-rows.ts'

const standard = {q: '', servers: null, sort: [], group: null, columns: null, density: null, layout: 'table'}

test('what is known comes out as it was kept', () => {
  const kept = {
    q: 'state:stalled',
    servers: ['gone'],
    sort: ['-added_at', 'server'],
    group: 'tracker',
    columns: [{id: 'name', width: 320.5, pinned: true}, {id: 'peers', hidden: true}, {id: 'copies'}],
    density: 'roomy',
    layout: 'cards',
  }
  expect(readDefinition(kept)).toEqual(kept)
})

test.each([[null], ['text'], [3], [[]], [{}]])('%j is a view of everything', (kept) => {
  expect(readDefinition(kept)).toEqual(standard)
})

test('columns, orders and words of another version are left out', () => {
  const kept = {
    q: 'big',
    servers: null,
    sort: ['-mood', 'name', 7],
    group: 'planet',
    density: 'huge',
    layout: 'globe',
    columns: [
      {id: 'mood'},
      {id: 'ratio', width: -1, flavour: 'sweet'},
      'size',
      {id: 'name'},
      {id: 'name', width: 99},
    ],
    weather: 'fine',
  }
  expect(readDefinition(kept)).toEqual({
    ...standard,
    q: 'big',
    sort: ['name'],
    columns: [{id: 'ratio'}, {id: 'name'}],
  })
})

test('a search that is longer than one may be today is none for everything', () => {
  const q = `${'a '.repeat(liveLimits.queryLength / 2)}(b OR c)`
  const read = readDefinition({q})
  expect(read).toEqual({...standard, q})
  expect(ViewDefinitionSchema.parse(read)).toEqual(read)
})

test('where no column is known any more they are as without a view', () => {
  expect(readDefinition({columns: [{id: 'mood'}]})).toEqual(standard)
})

test('whatever is kept, what comes out is a view as it may come in', () => {
  const names = constantFrom(...Object.keys(definitionFields))
  const words = constantFrom('name', '-ratio', 'server', 'cards', 'compact', [
    {id: 'name'},
    {id: 'size', width: 20},
  ])
  assert(
    property(oneof(jsonValue(), dictionary(names, oneof(jsonValue(), words))), (kept) => {
      const read = readDefinition(kept)
      expect(ViewDefinitionSchema.parse(read)).toEqual(read)
      expect(readDefinition(read)).toEqual(read)
    }),
  )
})
