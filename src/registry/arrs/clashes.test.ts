import {expect, test} from 'vitest'
import type {CategoryRole} from '#config/categories.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {clashesAmong, rolesAmong, type Claim} from './directory.ts'

const [ann, bob] = [asUserId('ann'), asUserId('bob')]

function claim(
  id: string,
  owner: UserId | 'house',
  sees: readonly string[] = [],
  change: Partial<Claim> = {},
): Claim {
  return {
    id: asArrId(id),
    owner,
    url: `http://${id}`,
    category: 'films',
    subcategories: false,
    sees: (it) => sees.includes(it),
    uses: () => true,
    ...change,
  }
}

function off(...claims: Claim[]) {
  return Object.fromEntries([...clashesAmong(claims)].map(([id, clash]) => [id, clash.with]))
}

test('B.1 two of one person with one category both stay off, each with the other named', () => {
  expect(off(claim('one', ann), claim('two', ann))).toEqual({one: ['two'], two: ['one']})
  expect(off(claim('file', 'house'), claim('ours', 'house'))).toEqual({file: ['ours'], ours: ['file']})
})

test('a person switches off nothing of the instance, and is shown it only as far as they see it', () => {
  expect(off(claim('mine', ann, ['file']), claim('file', 'house', ['mine']))).toEqual({mine: ['file']})
  expect(off(claim('mine', ann), claim('file', 'house', ['mine']))).toEqual({})
})

test('of two people the second yields, when they see the first', () => {
  expect(off(claim('first', ann, ['second']), claim('second', bob, ['first']))).toEqual({second: ['first']})
  expect(off(claim('first', ann, ['second']), claim('second', bob))).toEqual({})
})

test('B.1 the same address is a clash of its own', () => {
  const clashes = clashesAmong([
    claim('one', ann, [], {category: 'a', url: 'http://x'}),
    claim('two', ann, [], {category: 'b', url: 'http://x'}),
    claim('three', ann, [], {category: 'c'}),
  ])
  expect([...clashes.values()].map(({code}) => code)).toEqual(['same_address', 'same_address'])
})

const failed: CategoryRole = {
  key: 'FailedCategory',
  section: 'Settings',
  category: 'Films',
  subcategories: false,
}
const managed: CategoryRole = {...failed, key: 'ManagedCategories', section: 'qBit', category: 'films'}

function beside(claims: readonly Claim[], roles: readonly CategoryRole[]) {
  const {arrs, off} = rolesAmong(claims, roles)
  const details = Object.fromEntries([...arrs].map(([id, {code, detail}]) => [id, `${code} ${detail}`]))
  return {arrs: details, off: [...off].map(({key}) => key)}
}

test('B.1 what the file has a category for, and an Arr of the instance: both stay off', () => {
  expect(beside([claim('mine', 'house'), claim('other', 'house', [], {category: 'tv'})], [failed])).toEqual({
    arrs: {mine: 'category_in_use FailedCategory'},
    off: ['FailedCategory'],
  })
  expect(beside([claim('mine', 'house')], [failed, managed])).toEqual({
    arrs: {mine: 'category_in_use FailedCategory, ManagedCategories of [qBit]'},
    off: ['FailedCategory', 'ManagedCategories'],
  })
})

test('an Arr of a person stays off, and switches off nothing of the instance', () => {
  expect(beside([claim('mine', ann)], [failed, managed])).toEqual({
    arrs: {mine: 'category_in_use FailedCategory, ManagedCategories of [qBit]'},
    off: [],
  })
})

test('categories of a server on which it has no torrents are no business of an Arr', () => {
  const away = claim('mine', ann, [], {uses: () => false})
  expect(beside([away], [managed])).toEqual({arrs: {}, off: []})
  expect(beside([away], [failed, managed]).arrs).toEqual({mine: 'category_in_use FailedCategory'})
})

test('B.1 below a category, with subcategories', () => {
  const below = claim('mine', 'house', [], {category: 'films/4k'})
  expect(beside([below], [failed, managed])).toEqual({arrs: {}, off: []})
  expect(beside([{...below, subcategories: true}], [failed])).toMatchObject({off: ['FailedCategory']})
  expect(beside([below], [{...managed, subcategories: true}])).toMatchObject({off: ['ManagedCategories']})
})
