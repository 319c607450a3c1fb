import {expect, test} from 'vitest'
import type {SearchState, SearchUnit} from '#model/searching.ts'
import {readSearchStates} from '#store/repositories/search-states.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

function state(unit: SearchUnit, more: Partial<SearchState> = {}): SearchState {
  return {
    arrId: 'radarr',
    unit,
    foreignId: `tmdb ${unit}`,
    searchId: null,
    searchedAt: 5,
    reason: 'missing',
    round: 1,
    result: 'empty',
    restsUntil: 9,
    empties: 1,
    failures: 0,
    world: 'a 1 ',
    heldAt: null,
    wish: null,
    ...more,
  }
}

test('a state is known at once, written within a second, and there after a restart', async () => {
  const {clock, store, open} = await memoryHarness()
  const {searchStates} = await open()
  searchStates.put(state('movie/1'))
  searchStates.put(state('movie/1', {empties: 2}))
  expect(searchStates.get('radarr', 'movie/1')?.empties).toBe(2)
  expect(await store.read(readSearchStates)).toEqual([])
  await clock.advance(1_000)
  expect((await open()).searchStates.get('radarr', 'movie/1')).toEqual(state('movie/1', {empties: 2}))
})

test('what is claimed is written together with its search, or neither is', async () => {
  const {store, open, setFault} = await memoryHarness()
  const {searchStates, searched} = await open()
  const claim = (unit: SearchUnit, searchId: string) => {
    const search = {
      arrId: 'radarr',
      items: [unit],
      failure: '',
      reason: 'missing',
      cause: 'schedule',
      at: 6,
    } as const
    const written = searchStates.commit(state(unit, {searchId, result: null}))
    return Promise.allSettled([searched.claim({...search, unit, searchId}), written])
  }
  searchStates.put(state('movie/1'))

  await claim('movie/2', 's2')
  setFault(away)
  const refused = await claim('movie/1', 's1')
  const unknown = await claim('movie/3', 's3')
  setFault(null)

  expect([...refused, ...unknown].map(({status}) => status)).toEqual(Array(4).fill('rejected'))
  expect(searchStates.get('radarr', 'movie/1')).toEqual(state('movie/1'))
  expect(searchStates.get('radarr', 'movie/3')).toBeUndefined()
  expect(await store.read(readSearchStates)).toEqual([state('movie/2', {searchId: 's2', result: null})])
  expect(searched.intended('radarr').map(({searchId}) => searchId)).toEqual(['s2'])
})

test('an older state that waits to be written is not written over what was claimed', async () => {
  const {clock, store, open} = await memoryHarness()
  const {searchStates} = await open()
  searchStates.put(state('movie/1'))
  await searchStates.commit(state('movie/1', {searchId: 's1'}))
  await clock.advance(2_000)
  expect(await store.read(readSearchStates)).toEqual([state('movie/1', {searchId: 's1'})])
})

test('in a restored Arr states go with what they are about, and those of what is gone go', async () => {
  const {clock, store, open} = await memoryHarness()
  const {searchStates} = await open()
  for (const unit of ['movie/1', 'movie/2', 'movie/3'] as const) searchStates.put(state(unit))
  searchStates.put(state('movie/1', {arrId: 'radarr-4k'}))
  await clock.advance(1_000)
  const now = new Map<string, SearchUnit>([
    ['tmdb movie/1', 'movie/2'],
    ['tmdb movie/2', 'movie/1'],
  ])

  searchStates.renumber('radarr', (foreignId) => now.get(foreignId) ?? null)
  await clock.advance(1_000)

  const expected = [
    state('movie/2', {foreignId: 'tmdb movie/1'}),
    state('movie/1', {foreignId: 'tmdb movie/2'}),
    state('movie/1', {arrId: 'radarr-4k'}),
  ]
  const written = await store.read(readSearchStates)
  expect(written).toHaveLength(3)
  expect(written).toEqual(expect.arrayContaining(expected))
  searchStates.forgetArr('radarr')
  await clock.advance(1_000)
  expect(await store.read(readSearchStates)).toEqual(expected.slice(2))
})

test('what was searched long ago is forgotten, unless a person holds it back or it is wanted', async () => {
  const {clock, store, open} = await memoryHarness()
  const {searchStates} = await open()
  searchStates.put(state('movie/1', {searchedAt: 10}))
  searchStates.put(state('movie/2', {searchedAt: 10, heldAt: 1}))
  searchStates.put(state('movie/3', {searchedAt: null, wish: {reason: 'request', at: 1}}))
  searchStates.put(state('movie/4', {searchedAt: 20}))
  searchStates.expire(20)
  await clock.advance(1_000)
  const left = await store.read(readSearchStates)
  expect(left.map(({unit}) => unit).toSorted()).toEqual(['movie/2', 'movie/3', 'movie/4'])
})
