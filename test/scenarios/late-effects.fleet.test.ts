/**
 * A move is told as done when its server shows the place, an addition when its server lists it: on servers of every kind,
 * and over a restart of the program.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {some} from '#test/proof.ts'
import {DiskHouse} from './disk-house.fixture.ts'
import {MINUTE, nameOf} from './scenario-harness.fixture.ts'

let house: DiskHouse
afterEach(() => house.stop())

const AIM = '/srv/downloads/new'
const HASH = 'ab'.repeat(20)

interface Begun {
  readonly server: string
  readonly mine: SimTorrent
  readonly other: SimTorrent
}

/** One server, and two torrents of it that lie elsewhere. */
async function begin(kind: ServerKind): Promise<Begun> {
  const server = nameOf(kind)
  house = await DiskHouse.start([{name: server, kind, folder: '/srv/downloads', torrents: 5}])
  const mine = house.put(server, 900, {'Film/film.mkv': 3_000})
  const other = house.put(server, 901, {'Other/other.mkv': 3_000})
  await house.pass(5 * MINUTE)
  return {server, mine, other}
}

async function move(server: string, {hash}: SimTorrent): Promise<void> {
  const keys = [{server_id: server, info_hash: hash}]
  const args = {path: AIM, move_data: true}
  const {body} = await house.api.send('POST', '/api/torrents/actions', {verb: 'setLocation', keys, args})
  expect(body).toMatchObject({results: [{outcome: 'done'}]})
}

const ends = () => house.scenario.lines('verb=setLocation&verb=addTorrent')

async function crashFor(seconds: number): Promise<void> {
  await house.scenario.acting.crash()
  await house.pass(seconds)
  await house.scenario.acting.rise()
}

test.each(some(2, serverKinds))(
  '%s: what its list shows is the end of a move and of an addition, not that it was taken',
  async (kind) => {
    const {server, mine, other} = await begin(kind)
    const from = mine.savePath
    await move(server, other)
    expect(await ends()).toEqual(['setLocation sent'])
    house.scenario.update(server, other.hash, {state: 'seeding'})
    await house.pass(MINUTE)
    expect(await ends()).toEqual(['setLocation confirmed'])
    await move(server, mine)
    house.scenario.update(server, mine.hash, {savePath: from, state: 'seeding'})
    await house.pass(3 * MINUTE)
    expect(await ends()).toEqual(['setLocation confirmed', 'setLocation failed not_moved'])
    const entry = (await house.scenario.journal('verb=setLocation')).at(-1)
    expect(entry).toMatchObject({message: `It is still at ${from}.`, name: mine.name})
    const magnet = `magnet:?xt=urn:btih:${HASH}&dn=Other`
    const {status} = await house.api.send('POST', '/api/torrents', {server_id: server, magnet})
    expect(status).toBe(201)
    await house.pass(MINUTE)
    expect((await ends()).at(-1)).toBe('addTorrent sent')
    await crashFor(MINUTE)
    await house.pass(2 * MINUTE)
    expect((await ends()).at(-1)).toBe('addTorrent unconfirmed unconfirmed')
    const known = {hasMetadata: true, size: 3_000, sizeTotal: 3_000}
    house.scenario.update(server, HASH, {...known, state: 'downloading'})
    await house.pass(MINUTE)
    expect((await ends()).at(-1)).toBe('addTorrent confirmed')
  },
)

test('a move is not done while its server still moves, and its end is read from the list by the next start', async () => {
  const {server, mine} = await begin('qbittorrent')
  await move(server, mine)
  await house.pass(3 * MINUTE)
  expect([mine.state, mine.savePath, await ends()]).toEqual(['moving', AIM, ['setLocation sent']])
  await crashFor(MINUTE)
  await house.pass(2 * MINUTE)
  expect(await ends()).toEqual(['setLocation unconfirmed unconfirmed'])
  house.scenario.update(server, mine.hash, {state: 'seeding'})
  await house.pass(MINUTE)
  expect(await ends()).toEqual(['setLocation confirmed'])
})
