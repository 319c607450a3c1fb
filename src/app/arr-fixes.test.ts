import {expect, test} from 'vitest'
import type {ArrSetup} from '#arr-client/discover.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrFixes, isInPlace} from './arr-fixes.ts'

const url = 'http://radarr:7878'
const one = {
  url,
  code: 'hard_links_off',
  about: '',
  sentence: 'It costs twice.',
  fix: {what: 'media', change: {hardLinks: true}},
  inverse: {what: 'media', change: {hardLinks: false}},
} as const
const setupWith = (hardLinks: boolean) =>
  ({
    handling: {importsCompleted: true, searchesAfterFailure: true, searchesAfterInteractiveFailure: true},
    media: {hardLinks, recycleBin: '', minimumFreeMiB: 100},
    clients: [{id: 3, name: 'box', category: 'films'}],
    indexers: [],
  }) as unknown as ArrSetup

test('how a setting of an Arr was is known after a restart, until it is put back', async () => {
  const store = await Store.sqlite(':memory:')
  const clock = new VirtualClock()
  await (await ArrFixes.open(store, clock)).keep(one)
  const again = await ArrFixes.open(store, clock)
  expect(again.of(url, 'hard_links_off', '')).toMatchObject({inverse: one.inverse})
  expect(again.inPlace(url, setupWith(true))).toEqual([
    {code: 'hard_links_off', about: '', sentence: 'It costs twice.', at: clock.now()},
  ])
  expect(again.inPlace('http://sonarr:8989', setupWith(true))).toEqual([])
  await again.forget(one)
  expect((await ArrFixes.open(store, clock)).of(url, 'hard_links_off', '')).toBeNull()
  await store.close()
})

test('what was changed since it was fixed is not put back, another name of its client aside', () => {
  expect(isInPlace(one, setupWith(true))).toBe(true)
  expect(isInPlace(one, setupWith(false))).toBe(false)
  const client = {what: 'client', id: 3, name: 'old name'} as const
  const kept = {
    fix: {...client, change: {category: 'films'}},
    inverse: {...client, change: {category: 'movies'}},
  }
  expect(isInPlace(kept, setupWith(true))).toBe(true)
  expect(isInPlace({...kept, fix: {...client, change: {category: 'other'}}}, setupWith(true))).toBe(false)
})

test('a fix whose record cannot be read costs itself alone', async () => {
  const store = await Store.sqlite(':memory:')
  const clock = new VirtualClock()
  const fixes = await ArrFixes.open(store, clock)
  await fixes.keep(one)
  await fixes.keep({...one, code: 'other', fix: {what: 'nonsense'} as never})
  const again = await ArrFixes.open(store, clock)
  expect([again.of(url, 'hard_links_off', '') !== null, again.of(url, 'other', '')]).toEqual([true, null])
  await store.close()
})
