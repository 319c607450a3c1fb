import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {oursOf} from './ownership.ts'
import {ServerDisks} from './server-disks.ts'

const id = asServerId
const paths = [{server: '/data', ours: '/mnt/nas'}]
const nas = {id: id('nas'), url: 'http://nas.lan:8080', storage: 'big', paths}
const box = {id: id('box'), url: 'http://nas.lan:9091', storage: null, paths: []}

function harness() {
  const world = {
    revision: 1,
    definitions: [nas, box] as readonly (typeof nas | typeof box)[],
    left: [] as object[],
    made: 0,
    former: null as {storage: string | null} | null,
  }
  const disks = new ServerDisks(
    {
      get revision() {
        return world.revision
      },
      definitions: () => world.definitions as never,
    },
    {list: () => world.left as never, former: () => world.former as never},
    (all) => {
      world.made++
      const hostOf = (one: ServerId) => new URL(all.find((it) => it.id === one)!.url).hostname
      return {
        neighbours: (one) => all.map((it) => it.id).filter((it) => it !== one && hostOf(it) === hostOf(one)),
      }
    },
    (one) => (one === 'box' ? asUserId('ann') : null),
  )
  disks.checkBy((one, mappings) => mappings.map((it) => ({...it, contradicted: `by what ${one} lists`})))
  return {world, disks}
}

test('servers of one machine have one name for it, with their owner, and their mappings with what speaks against them', () => {
  const {disks} = harness()
  expect(disks.of(id('nas'))).toEqual({
    machine: 'box',
    storage: 'big',
    mappings: [{...paths[0], contradicted: 'by what nas lists'}],
    owner: null,
  })
  expect(disks.of(id('box'))).toMatchObject({machine: 'box', storage: null, mappings: [], owner: 'ann'})
})

test('one that is unknown is a machine of its own', () => {
  const {disks} = harness()
  expect(disks.of(id('new'))).toEqual({machine: 'new', storage: null, mappings: [], owner: null})
})

test('one that left keeps its disk, under the name that it has since, and is asked by the name that it had', () => {
  const {disks, world} = harness()
  world.definitions = [box]
  world.left = [{...nas, departedId: id('nas left 5')}]
  expect(disks.of(id('nas left 5'))).toEqual({
    machine: 'box',
    storage: 'big',
    mappings: [{...paths[0], contradicted: 'by what nas lists'}],
    owner: null,
  })
})

test('what we hold of one that left lies on our own disks', () => {
  const {disks, world} = harness()
  world.former = {storage: 'big'}
  expect(disks.of(oursOf(id('nas')))).toMatchObject({storage: 'big', mappings: [{server: '/', ours: '/'}]})
})

test('they are put together again only when a server comes, changes or goes', () => {
  const {disks, world} = harness()
  disks.of(id('nas'))
  disks.of(id('box'))
  expect(world.made).toBe(1)
  world.revision = 2
  disks.of(id('nas'))
  expect(world.made).toBe(2)
  world.left = [{...nas, departedId: id('nas left 5')}]
  disks.of(id('nas'))
  expect(world.made).toBe(3)
})
