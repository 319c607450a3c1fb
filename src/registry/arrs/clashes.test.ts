import {expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {clashesAmong, type Claim} from './directory.ts'

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
    sees: (it) => sees.includes(it),
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

test('a person switches off nothing of the house, and is told of it only as far as he sees it', () => {
  expect(off(claim('mine', ann, ['file']), claim('file', 'house', ['mine']))).toEqual({mine: ['file']})
  expect(off(claim('mine', ann), claim('file', 'house', ['mine']))).toEqual({})
})

test('of two people the second yields, when he sees the first', () => {
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
