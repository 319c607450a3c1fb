import {expect, test} from 'vitest'
import {libraryConditionIn} from '#search-query/library-filter.ts'
import {readTitlesSearch} from './titles-search.ts'
import {itemAddress, openItem, queryOf, shows} from './titles-wish.ts'

const reader = {arrs: [{id: 'films 4k', name: 'Films 4K', kind: 'radarr'}], now: 0} as const

test.each(shows)('%s is asked together with all words of the search', (show) => {
  const asked = queryOf({q: 'brazil OR alien', arr: 'films 4k', kind: 'movie', show}, true)
  expect(asked).toContain('(brazil OR alien)')
  expect(libraryConditionIn(asked, reader)).toMatchObject({mistakes: [], namesKind: true})
})

test('counts of states leave out the state that is shown', () => {
  expect(queryOf({q: 'alien', show: 'missing'}, false)).toBe('alien')
  expect(queryOf({show: 'missing'}, true)).toBe('state:missing')
})

test('an address that means nothing leads to the whole list', () => {
  const search = readTitlesSearch({q: 1984, show: 'nothing', kind: {}, item: 'movie'})
  expect(queryOf(search, true)).toBe('1984')
  expect(openItem(search)).toBeNull()
})

test('the item that is open is found again by its address', () => {
  const item = itemAddress({arr_id: 'films/4k', kind: 'movie', id: 17})
  expect(openItem({item})).toEqual({arr: 'films/4k', kind: 'movie', id: '17'})
})
