import {expect, test} from 'vitest'
import {clicked, shownMode, turned, facetKinds} from './facet-values.ts'

const kind = (name: string) => facetKinds.find((it) => it.name === name)!
const servers = [{id: 's1', name: 'seedbox', kind: 'qbittorrent'}] as const
const any = {servers, mode: 'any'} as const
const open = {standing: 'open', isExcluding: false} as const

test('a click includes, a second one clears', () => {
  const q = clicked('bunny', kind('category'), {value: 'films', ...open}, any)
  expect(q).toBe('bunny category:films')
  expect(clicked(q, kind('category'), {value: 'films', standing: 'included', isExcluding: false}, any)).toBe(
    'bunny',
  )
})

test('an excluding click excludes, and a second one of either kind clears', () => {
  const q = clicked('', kind('category'), {value: 'books', standing: 'open', isExcluding: true}, any)
  expect(q).toBe('-category:books')
  for (const isExcluding of [true, false]) {
    expect(clicked(q, kind('category'), {value: 'books', standing: 'excluded', isExcluding}, any)).toBe('')
  }
})

test('an excluding click on what is included turns it round', () => {
  const click = {value: 'a', standing: 'included', isExcluding: true} as const
  expect(clicked('category:a,b', kind('category'), click, any)).toBe('category:b -category:a')
})

test('servers are written by name, and what has no value as none', () => {
  expect(clicked('', kind('server'), {value: 's1', ...open}, any)).toBe('server:seedbox')
  expect(clicked('', kind('category'), {value: '', ...open}, any)).toBe('category:none')
})

test('of private and public only one is wanted', () => {
  expect(clicked('private:yes', kind('private'), {value: 'no', ...open}, any)).toBe('private:no')
})

test('a second tag joins the first as was wished, and the wish is kept while there is one', () => {
  const tags = kind('tag')
  expect(shownMode('tag:a', tags, 'all')).toBe('all')
  expect(clicked('tag:a', tags, {value: 'b', ...open}, {servers, mode: 'all'})).toBe('tag:a tag:b')
  expect(clicked('tag:a', tags, {value: 'b', ...open}, any)).toBe('tag:a,b')
})

test('the word in the head shows what the query says, and turns it', () => {
  const tags = kind('tag')
  expect(shownMode('tag:a tag:b', tags, 'any')).toBe('all')
  expect(turned('tag:a tag:b', tags, 'any', [])).toBe('tag:a,b')
  expect(shownMode('category:a,b', kind('category'), 'all')).toBe('any')
})
