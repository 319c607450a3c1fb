import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import type {Access} from '#model/access.ts'
import {A, by, key} from '../executor-house.fixture.ts'
import {copyHouse, source} from './copy-house.fixture.ts'

type House = Awaited<ReturnType<typeof copyHouse>>
const sourceOf = ({world}: House) => world.torrents.get(`${A}/${source.hash}`)!
const readsOnly: Access = {...by.access, may: (it) => it === 'read'}

for (const [what, ails, code] of [
  ['where nobody sees the data', (it: House) => (it.world.plan = {why: 'No mapping.'}), 'not_supported'],
  [
    'of an owner without the right to the other server',
    (it: House) => (it.world.access = readsOnly),
    'forbidden',
  ],
  ['while the other server is away', (it: House) => (it.world.isOnline = false), 'server_not_online'],
  ['of what is not complete', (it: House) => Object.assign(sourceOf(it), {complete: false}), 'not_supported'],
  [
    'of what is not wanted as a whole',
    (it: House) => Object.assign(sourceOf(it), {size: 900}),
    'not_supported',
  ],
  ['of what went meanwhile', (it: House) => it.world.torrents.clear(), 'torrent_not_found'],
  [
    'while its server does not answer',
    (it: House) => (it.world.faults['plan'] = new CommodarrError('server_unreachable', 'No.')),
    'server_unreachable',
  ],
] as const) {
  test(`${what} nothing is begun or written down`, async () => {
    const house = await copyHouse()
    ails(house)
    expect(await house.begin()).toMatchObject({is: 'not', outcome: {outcome: 'refused', code}})
    expect([house.lines(), house.world.added]).toEqual([[], []])
  })
}

test('to the server that it is on it is not copied', async () => {
  const {begin} = await copyHouse()
  expect(await begin({server: A})).toMatchObject({is: 'not', outcome: {code: 'bad_argument'}})
})

test('it is begun once, and no more than two at a time', async () => {
  const {begin, lines, world} = await copyHouse()
  for (const n of [2, 3]) {
    const of = key(A, n)
    world.torrents.set(`${A}/${of.hash}`, {...sourceOf({world} as House), key: of})
  }
  await begin()
  expect(await begin()).toMatchObject({is: 'underWay'})
  await begin({}, key(A, 2))
  expect(await begin({}, key(A, 3))).toMatchObject({
    is: 'underWay',
    message: expect.stringContaining('waits'),
  })
  expect(lines()).toEqual(['copyTo sending', 'copyTo sending'])
})
