import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {fleetManagerId, type ManagerId} from '#model/manager.ts'
import {asInfoHash, asServerId, keyText} from '#model/torrent-key.ts'
import {Situations} from './situations.ts'

const nas = asServerId('nas')
const key = {serverId: nas, hash: asInfoHash('a'.repeat(40))!}
const subject = {kind: 'torrent' as const, key: keyText(key), serverId: nas}
const films = asArrId('films')
const everywhere = {source: 'indexers', holds: 'searches', about: null}
const ofOthers = {source: 'clients', holds: 'removals', about: {clients: true, others: ['our client']}}

function harness() {
  const world = {
    manager: films as string as ManagerId | null,
    saying: null as object | null,
    checks: [everywhere, ofOthers] as object[] | null,
    isOthers: false,
  }
  const situations = new Situations(
    {
      server: (id) => (id === nas ? ({fullLists: 3, onlineFor: 600} as never) : null),
      managerOf: () => world.manager,
      of: () => (world.checks === null ? null : {checks: world.checks as never}),
    },
    {get: () => null},
    {failingShare: () => 0.5, sinceFault: () => 120},
    {movesAround: () => 2},
    {torrent: (it) => (it.kind === 'torrent' ? key : null), saying: () => world.saying as never},
    {otherAt: (id) => (id === films && world.isOthers ? ({} as never) : null)},
  )
  return {world, situations}
}

test('of a server it is known what it listed, how its trackers fare, and what is moved there', () => {
  expect(harness().situations.of(nas)).toEqual({
    fullSyncs: 3,
    epochFor: 600,
    trackersFailing: 0.5,
    movesUnderWay: 2,
    hidesCategories: false,
    sinceInternetFault: 120,
  })
})

test('a server without a manager reported nothing yet, and where there is no server nothing is in the way', () => {
  const {situations} = harness()
  expect(situations.of(asServerId('new'))).toMatchObject({fullSyncs: undefined, epochFor: undefined})
  expect(situations.of(null)).toEqual({
    fullSyncs: undefined,
    epochFor: undefined,
    trackersFailing: undefined,
    movesUnderWay: 0,
    hidesCategories: false,
    sinceInternetFault: null,
  })
})

test.each([
  ['that no manager uses', null],
  ['that no Arr manages', fleetManagerId],
])('a torrent %s has no Arr', (_title, manager) => {
  const {situations, world} = harness()
  world.manager = manager
  expect(situations.ofArr(subject)).toBeNull()
})

test('an Arr that has said nothing yet is in doubt by all of its checks', () => {
  expect(harness().situations.ofArr(subject)).toEqual({
    checks: [everywhere, ofOthers],
    unseen: null,
    taken: null,
    fileWork: undefined,
    isOthers: false,
  })
})

test('checks that are about other clients than the one of the torrent do not count', () => {
  const {situations, world} = harness()
  world.saying = {client: 'our client', landed: undefined, unseen: {folder: '/films'}, fileWork: ['copy']}
  world.isOthers = true
  expect(situations.ofArr(subject)).toEqual({
    checks: [everywhere],
    unseen: {folder: '/films'},
    taken: null,
    fileWork: ['copy'],
    isOthers: true,
  })
})

test('the checks of an Arr that does not run are not known', () => {
  const {situations, world} = harness()
  world.checks = null
  expect(situations.ofArr(subject)?.checks).toBeUndefined()
})
