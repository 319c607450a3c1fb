import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {asServerId} from '#model/torrent-key.ts'
import {ProtectingArrs} from './protecting-arrs.ts'

const films = asArrId('films')
const nas = asServerId('nas')
const ann = asUserId('ann')
const seen = {folder: '/films'}
const arr = (more: object) => ({
  id: films,
  ownerId: null,
  authority: {owner: 'file', ceilings: []},
  category: 'films',
  obstacle: null,
  isSetUp: true,
  ...more,
})

function harness(more: object = {}) {
  const world = {
    all: [arr(more)],
    known: null as object | null,
    running: {checks: [], fault: null, queue: []} as object | null,
    doubts: {unseen: [{folder: '/series'}], replacedAt: 5} as object | null,
    reached: true,
    compartment: null as typeof ann | null,
  }
  const arrs = new ProtectingArrs(
    {active: () => [], protecting: () => world.all as never, nameOf: () => 'Films'},
    {of: () => world.known as never},
    {of: () => world.running as never, doubts: () => world.doubts as never},
    {doubts: (id: ArrId) => (id === films ? [seen as never] : [])},
    {
      reaches: () => world.reached,
      memberOf: ({authority: {owner}}) => (owner === 'file' ? null : owner),
      compartmentOf: () => world.compartment,
    },
  )
  return {world, arrs}
}

test('an Arr that is on keeps torrents of the servers that it may use', () => {
  const {arrs, world} = harness()
  expect(arrs.on(nas)).toEqual([{id: films, isOpen: true}])
  world.reached = false
  expect(arrs.on(nas)).toEqual([])
})

test('an Arr of a member keeps nothing on servers of the instance', () => {
  const {arrs, world} = harness({authority: {owner: ann, ceilings: []}})
  expect(arrs.on(nas)).toEqual([])
  world.compartment = ann
  expect(arrs.on(nas)).toEqual([{id: films, isOpen: true}])
})

test('one with an obstacle counts once it was set up, or ever said where its library is', () => {
  const {arrs, world} = harness({obstacle: 'It has no address.', isSetUp: false})
  expect(arrs.on(nas)).toEqual([])
  expect(arrs.of(films)).toBeNull()
  world.known = {roots: ['/films'], mappings: []}
  expect(arrs.on(nas)).toHaveLength(1)
  world.known = null
  world.all = [arr({obstacle: 'It has no address.', isSetUp: true})]
  expect(arrs.on(nas)).toHaveLength(1)
})

test('what its manager and we ourselves did not see speaks against it', () => {
  expect(harness().arrs.doubtsOf(films)).toEqual({
    id: films,
    name: 'Films',
    checks: [],
    unseen: [{folder: '/series'}, seen],
    replacedAt: 5,
    fault: null,
  })
})

test('of one that does not run nothing is known but what we ourselves did not see', () => {
  const {arrs, world} = harness()
  world.running = null
  world.doubts = null
  expect(arrs.doubtsOf(films)).toMatchObject({checks: null, unseen: [seen], replacedAt: null, fault: null})
  expect(arrs.of(films)).toMatchObject({isHeard: false})
})

test('one is heard once its queue was read, and what keeps it from being asked is its fault', () => {
  const {arrs, world} = harness({obstacle: 'Its key is missing.', category: null})
  expect(arrs.of(films)).toMatchObject({isHeard: true, fault: 'Its key is missing.', category: ''})
  world.running = {checks: null, fault: 'It does not answer.', queue: null}
  expect(arrs.of(films)).toMatchObject({isHeard: false, fault: 'It does not answer.'})
})
