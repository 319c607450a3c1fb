/**
 * A move is told as done when its server shows the place, an addition when its server lists it: on servers of every kind,
 * and over a restart of the program.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {some} from '#test/proof.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

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
  harness = await DiskHarness.start([{name: server, kind, folder: '/srv/downloads', torrents: 5}])
  const mine = harness.put(server, 900, {'Film/film.mkv': 3_000})
  const other = harness.put(server, 901, {'Other/other.mkv': 3_000})
  await harness.pass(5 * MINUTE)
  return {server, mine, other}
}

async function move(server: string, {hash}: SimTorrent): Promise<void> {
  const keys = [{server_id: server, info_hash: hash}]
  const args = {path: AIM, move_data: true}
  const {body} = await harness.api.send('POST', '/api/torrents/actions', {verb: 'setLocation', keys, args})
  expect(body).toMatchObject({results: [{outcome: 'done'}]})
}

const ends = () => harness.scenario.lines('verb=setLocation&verb=addTorrent')

async function crashFor(seconds: number): Promise<void> {
  await harness.scenario.acting.crash()
  await harness.pass(seconds)
  await harness.scenario.acting.rise()
}

test.each(some(2, serverKinds))(
  '%s: what its list shows is the end of a move and of an addition, not that it was taken',
  async (kind) => {
    const {server, mine, other} = await begin(kind)
    const from = mine.savePath
    await move(server, other)
    expect(await ends()).toEqual(['setLocation sent'])
    harness.scenario.update(server, other.hash, {state: 'seeding'})
    await harness.pass(MINUTE)
    expect(await ends()).toEqual(['setLocation confirmed'])
    await move(server, mine)
    harness.scenario.update(server, mine.hash, {savePath: from, state: 'seeding'})
    await harness.pass(3 * MINUTE)
    expect(await ends()).toEqual(['setLocation confirmed', 'setLocation failed not_moved'])
    const entry = (await harness.scenario.journal('verb=setLocation')).at(-1)
    expect(entry).toMatchObject({message: `It is still at ${from}.`, name: mine.name})
    const magnet = `magnet:?xt=urn:btih:${HASH}&dn=Other`
    const {status} = await harness.api.send('POST', '/api/torrents', {server_id: server, magnet})
    expect(status).toBe(201)
    await harness.pass(MINUTE)
    expect((await ends()).at(-1)).toBe('addTorrent sent')
    await crashFor(MINUTE)
    await harness.pass(2 * MINUTE)
    expect((await ends()).at(-1)).toBe('addTorrent unconfirmed unconfirmed')
    const known = {hasMetadata: true, size: 3_000, sizeTotal: 3_000}
    harness.scenario.update(server, HASH, {...known, state: 'downloading'})
    await harness.pass(MINUTE)
    expect((await ends()).at(-1)).toBe('addTorrent confirmed')
  },
)

test('a move is not done while its server still moves, and its end is read from the list by the next start', async () => {
  const {server, mine} = await begin('qbittorrent')
  await move(server, mine)
  await harness.pass(3 * MINUTE)
  expect([mine.state, mine.savePath, await ends()]).toEqual(['moving', AIM, ['setLocation sent']])
  await crashFor(MINUTE)
  await harness.pass(2 * MINUTE)
  expect(await ends()).toEqual(['setLocation unconfirmed unconfirmed'])
  harness.scenario.update(server, mine.hash, {state: 'seeding'})
  await harness.pass(MINUTE)
  expect(await ends()).toEqual(['setLocation confirmed'])
})
