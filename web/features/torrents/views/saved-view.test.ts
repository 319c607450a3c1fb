import {expect, test} from 'vitest'
import type {ViewDefinition} from '../../../api/views.ts'
import {searchOf} from './saved-view.ts'
import {definitionOf, differences, filledIn} from './view-differences.ts'
import {queryOf} from './view-query.ts'

const own = {columns: null, density: 'normal', layout: 'table'} as const
const stalled: ViewDefinition = {
  q: 'state:stalled size>1GB',
  servers: ['a', 'b'],
  sort: ['-size', 'name'],
  group: 'server',
  columns: [{id: 'name'}, {id: 'size', width: 90}],
  density: 'compact',
  layout: 'table',
}

test('a view opens as an address that says everything, and is read back from it', () => {
  const search = searchOf({id: 'v1', definition: stalled})
  expect(search).toEqual({
    view: 'v1',
    q: 'state:stalled size>1GB',
    servers: 'a,b',
    sort: '-size,name',
    group: 'server',
  })
  expect(definitionOf(search, stalled as never)).toEqual(stalled)
})

test('a view of everything leaves an address with its name alone', () => {
  const definition = definitionOf({}, own)
  expect(searchOf({id: 'v1', definition})).toEqual({view: 'v1'})
})

test('the same query in another spelling is no difference', () => {
  const respelt = {...stalled, q: ' size>1GB  status:Stalled '.replace('Stalled', 'stalled')}
  expect(differences(stalled, respelt)).toEqual([])
})

test('each part that differs is named', () => {
  const other: ViewDefinition = {
    q: 'state:stalled',
    servers: null,
    sort: ['name'],
    group: null,
    columns: [{id: 'size', width: 90}, {id: 'name'}],
    density: 'roomy',
    layout: 'cards',
  }
  expect(differences(stalled, other)).toEqual([
    'q',
    'servers',
    'sort',
    'group',
    'columns',
    'density',
    'layout',
  ])
})

test('servers in another order are the same servers, another order of sorting is another one', () => {
  expect(differences(stalled, {...stalled, servers: ['b', 'a']})).toEqual([])
  expect(differences(stalled, {...stalled, sort: ['name', '-size']})).toEqual(['sort'])
})

test('the usual order needs no saying', () => {
  expect(differences({...stalled, sort: []}, {...stalled, sort: ['-added_at']})).toEqual([])
})

test('a view without columns and density looks as the list usually does', () => {
  const loose = {...stalled, columns: null, density: null}
  expect(differences(filledIn(loose, own), {...loose, columns: null, density: 'normal'})).toEqual([])
  expect(differences(filledIn(loose, own), {...loose, density: 'roomy'})).toEqual(['density'])
})

test.each([
  ['tag:a', null, 'tag:a'],
  ['', ['nas'], 'server:nas'],
  ['tag:a', ['nas', 'my box'], 'tag:a server:nas,"my box"'],
  ['tag:a OR tag:b', ['nas'], '(tag:a OR tag:b) server:nas'],
] as const)('all that a view of “%s” on %j finds is the search %s', (q, servers, query) => {
  expect(queryOf({q, servers})).toBe(query)
})
