/**
 * A server leaves the configuration while its daemon runs on: its section is cut, renamed, or not yet there when the
 * program starts. What its torrents use stays theirs, and what belonged to it is there when it is back.
 */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '../proof.ts'
import {filmRelease, type DeclaredServers} from '../program/acting-harness.fixture.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, hashAt, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const SHARED = 'Film/film.mkv'
const ALONE = 'Alone/alone.mkv'
const made = filmRelease('Other.Film.2020.1080p')
const OTHER = made.files[0]!.path
const C = 'qBit-C'

/** One film on both, one torrent of A alone, and one of B that lies in the trash. */
async function begin(isMapped: boolean) {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/srv/downloads'},
    {name: B, torrents: 20, folder: '/data', isMapped},
  ])
  const shared = harness.put(A, FIRST, {[SHARED]: 9_000}, {category: 'films', uploaded: 20_000})
  const theirs = harness.put(B, FIRST, {[SHARED]: 9_000}, {tags: ['mine']})
  const alone = harness.put(A, FIRST + 1, {[ALONE]: 4_000}, {category: 'films', uploaded: 0})
  const other = harness.put(B, FIRST + 1, {[OTHER]: made.size}, {hash: made.hash, metainfo: made.torrent})
  await harness.pass(33 * MINUTE)
  return {shared: shared.hash, alone: alone.hash, theirs: theirs.hash, other: other.hash}
}

const mappings = () => harness.mapping(A) + harness.mapping(B)

/** With it goes all that its section says. */
const declare = (servers: DeclaredServers) =>
  harness.scenario.acting.reconfigure(servers[B] === null ? harness.mapping(A) : mappings(), servers)

/** How it leaves. */
const leavings = {
  'whose section is cut': () => declare({[B]: null}),
  'whose section is cut while the program does not run': async () => {
    await harness.scenario.acting.crash()
    await harness.pass(MINUTE)
    await declare({[B]: null})
    await harness.scenario.acting.rise()
  },
} as const

const ways = [false, true].flatMap((isMapped) =>
  (Object.keys(leavings) as (keyof typeof leavings)[]).map((how) => ({isMapped, how})),
)

test.each(some(1, ways.toReversed()))(
  'S44 a server $how keeps what its torrents use, also past the trash, and for rules (mapped: $isMapped)',
  async ({isMapped, how}) => {
    const {shared, alone, theirs} = await begin(isMapped)
    await leavings[how]()
    await harness.scenario.rule({
      name: 'Enough',
      reason: 'seedingDone',
      scope: {categories: ['films']},
      when: {fact: 'ratio', op: 'gte', value: 2},
      do: [{action: 'removeWithData'}],
    })
    // Nobody knows yet why it left.
    await harness.pass(MINUTE)
    for (const hash of [shared, alone]) {
      for (const more of ['', '&free_at_once=true'])
        expect(await harness.remove(A, hash, more)).toMatchObject({status: 409})
    }
    await harness.pass(15 * MINUTE)
    for (const more of ['', '&free_at_once=true']) {
      const {status, body} = await harness.remove(A, shared, more)
      expect(status).toBe(409)
      expect((body as {detail: string}).detail).toContain(`${B} (it left the configuration)`)
    }
    await harness.pass(HOUR)
    expect([harness.has(SHARED), harness.scenario.holds(B, theirs)]).toEqual([true, true])
    expect(harness.scenario.destroyed().filter((it) => it.includes('removeWithData'))).toEqual([])
    // What it cannot have goes.
    if (isMapped) {
      expect(await harness.remove(A, alone)).toMatchObject({status: 200})
      await harness.pass(MINUTE)
      expect(harness.has(ALONE)).toBe(false)
    }
    await harness.scenario.expectWell()
  },
)

interface WireTrash {
  readonly items: readonly {readonly id: string; readonly name: string; readonly state: string}[]
}

test('S44 a server that is back has its trash, its tags and its claims, and nothing twice', async () => {
  const {shared, theirs, other} = await begin(true)
  expect(await harness.remove(B, other)).toMatchObject({status: 200})
  await harness.pass(MINUTE)
  expect(harness.has(OTHER)).toBe(false)
  await declare({[B]: null})
  await harness.pass(HOUR)
  await declare({})
  await harness.pass(2 * MINUTE)
  expect([...harness.scenario.torrent(B, theirs).tags]).toEqual(['mine'])
  const [item] = (await harness.api.get<WireTrash>('/api/trash')).items
  expect(await harness.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject({status: 204})
  await harness.pass(MINUTE)
  expect([harness.has(OTHER), harness.scenario.holds(B, other)]).toEqual([true, true])
  expect(await harness.remove(A, shared)).toMatchObject({status: 409})
  // It says itself what it has: once its torrent is gone, the film is that of A alone.
  expect(await harness.api.send('DELETE', `/api/torrents/${theirs}?server_id=${B}`)).toMatchObject({
    status: 200,
  })
  await harness.pass(MINUTE)
  expect(await harness.remove(A, shared)).toMatchObject({status: 200})
  await harness.pass(MINUTE)
  expect(harness.has(SHARED)).toBe(false)
  await harness.scenario.expectWell()
})

// A week of days takes a minute; `trash-service.test.ts` has the same for each run.
test.runIf(isFull)(
  'S44 what lies in the trash of a server that left is deleted by no time, and its files come back',
  async () => {
    const {other} = await begin(true)
    expect(await harness.remove(B, other)).toMatchObject({status: 200})
    await harness.pass(MINUTE)
    expect(harness.has(OTHER)).toBe(false)
    await declare({[B]: null})
    for (let day = 0; day < 8; day++) await harness.pass(24 * HOUR)
    const [item] = (await harness.api.get<WireTrash>('/api/trash')).items
    expect(item).toMatchObject({state: 'kept', server_left: true, failed: null})
    expect(await harness.api.send('POST', `/api/trash/${item!.id}/restore`)).toMatchObject({status: 204})
    expect(harness.has(OTHER)).toBe(true)
    expect(harness.scenario.holds(B, other)).toBe(false)
    const [back] = (await harness.api.get<WireTrash>('/api/trash')).items
    expect(back).toMatchObject({state: 'restored'})
    await harness.scenario.expectWell()
  },
)

test('S44 a server whose section has another name is the one that it was, and owns nothing twice', async () => {
  const {shared, theirs} = await begin(true)
  await harness.scenario.acting.reconfigure(mappings().replace(`"${B}"`, `"${C}"`), {
    [B]: {id: asServerId(C)},
  })
  await harness.pass(15 * MINUTE)
  const {body} = await harness.remove(A, shared)
  expect((body as {detail: string}).detail).toContain(`on ${C}.`)
  const removed = await harness.api.send('DELETE', `/api/torrents/${theirs}?server_id=${C}`)
  expect(removed).toMatchObject({status: 200})
  await harness.pass(MINUTE)
  expect(await harness.remove(A, shared)).toMatchObject({status: 200})
  await harness.pass(MINUTE)
  expect(harness.has(SHARED)).toBe(false)
  await harness.scenario.expectWell()
})

test.runIf(isFull).each(['while the program runs', 'while it does not run'] as const)(
  'S44 a server that never sent its list and whose section is cut %s may have anything, until a user says that it is gone',
  async (when) => {
    harness = await DiskHarness.start([
      {name: A, torrents: 20, folder: '/srv/downloads', isMapped: false},
      {name: B, folder: '/data', isMapped: false},
    ])
    // A server that told that it has nothing leaves nothing.
    await harness.pass(MINUTE)
    await declare({[B]: null})
    await harness.pass(MINUTE)
    expect((await harness.api.get<WireDeparted>('/api/departed-servers')).servers).toEqual([])
    harness.put(B, FIRST, {[ALONE]: 4_000})
    const {hash} = harness.put(A, FIRST, {[ALONE]: 4_000})
    await harness.scenario.away(B)
    await declare({})
    await harness.pass(33 * MINUTE)
    const refused = async () => {
      const {status, body} = await harness.remove(A, hash, '&free_at_once=true')
      expect([status, (body as {detail: string}).detail]).toEqual([409, expect.stringContaining(B)])
    }
    await refused()
    if (when === 'while the program runs') await declare({[B]: null})
    else {
      await harness.scenario.acting.crash()
      await declare({[B]: null})
      await harness.scenario.acting.rise()
    }
    for (const seconds of [MINUTE, 15 * MINUTE, 24 * HOUR]) {
      await harness.pass(seconds)
      await refused()
    }
    expect(harness.has(ALONE)).toBe(true)
    const [left] = (await harness.api.get<WireDeparted>('/api/departed-servers')).servers
    expect(left).toMatchObject({name: B, torrents: 0})
    await harness.api.send('POST', '/api/departed-servers/forget', {id: left!.id})
    expect(await harness.remove(A, hash, '&free_at_once=true')).toMatchObject({status: 200})
    await harness.scenario.expectWell()
  },
)

/** Of B, which is switched off, nobody knows what its daemon has. */
test('S44 a server that never sent its list and is switched off may have anything, until it is on or on another disk', async () => {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/srv/downloads'},
    {name: B, folder: '/data', isMapped: false, isDeclared: false},
  ])
  harness.put(B, FIRST, {[ALONE]: 4_000})
  const {hash} = harness.put(A, FIRST, {[ALONE]: 4_000})
  await harness.pass(MINUTE)
  await harness.scenario.acting.reconfigure(harness.mapping(A), {[B]: {enabled: false}})
  await harness.pass(33 * MINUTE)
  const keys = [{server_id: A, info_hash: hash}]
  const {body: preview} = await harness.api.send('POST', '/api/torrents/removal-preview', {keys})
  expect(preview).toMatchObject({
    servers: [
      {freed: 0, kept: {count: 1, message: expect.stringContaining(`${B} may have something there`)}},
    ],
  })
  for (const more of ['', '&free_at_once=true']) {
    const {status, body} = await harness.remove(A, hash, more)
    expect([status, body]).toMatchObject([409, {detail: expect.stringContaining('Switch it on until')}])
  }
  expect([harness.has(ALONE), harness.scenario.destroyed()]).toEqual([true, []])
  // Once it has said what it has, it keeps that and nothing else, also switched off.
  await harness.scenario.acting.reconfigure(harness.mapping(A), {})
  await harness.pass(MINUTE)
  await harness.scenario.acting.reconfigure(harness.mapping(A), {[B]: {enabled: false}})
  await harness.pass(15 * MINUTE)
  const removed = (index: number) => harness.remove(A, hashAt(A, index), '&free_at_once=true')
  expect(await harness.remove(A, hash, '&free_at_once=true')).toMatchObject({status: 409})
  expect(await removed(3)).toMatchObject({status: 200})
  await harness.scenario.acting.crash()
  await harness.scenario.acting.rise()
  await harness.pass(33 * MINUTE)
  expect(await harness.remove(A, hash, '&free_at_once=true')).toMatchObject({status: 409})
  expect(await removed(4)).toMatchObject({status: 200})
  await harness.scenario.expectWell()
})

test.each(Object.keys(leavings) as (keyof typeof leavings)[])(
  'S44 a server %s right after it was ordered to move a torrent may have it anywhere',
  async (how) => {
    harness = await DiskHarness.start([
      {name: A, torrents: 20, folder: '/srv/downloads'},
      {name: B, torrents: 20, folder: '/data'},
    ])
    const put = (n: number, name: string, bytes: number) => [
      harness.put(A, FIRST + n, {[`${name}/${name}.mkv`]: bytes}).hash,
      harness.put(B, FIRST + n + 1, {[`${name}/${name}.mkv`]: bytes}, {savePath: '/data/old'}).hash,
    ]
    const [still] = put(0, 'Still', 4_000)
    const [beside, moved] = put(2, 'Moved', 5_000)
    await harness.pass(33 * MINUTE)
    // It takes the order, and no list shows it yet.
    harness.scenario.world(B).commands.setLocation = () => {}
    const keys = [{server_id: B, info_hash: moved}]
    const args = {path: '/data/new', move_data: true}
    const reported = await harness.api.send('POST', '/api/torrents/actions', {
      verb: 'setLocation',
      keys,
      args,
    })
    expect(reported.body).toMatchObject({counts: {done: 1}})
    await leavings[how]()
    await harness.pass(15 * MINUTE)
    expect(await harness.remove(A, beside!, '&free_at_once=true')).toMatchObject({status: 409})
    expect(await harness.remove(A, still!, '&free_at_once=true')).toMatchObject({status: 200})
    await harness.scenario.expectWell()
  },
)

interface WireDeparted {
  readonly servers: readonly {readonly id: string; readonly name: string; readonly torrents: number}[]
}

test('S44 what a server keeps that left goes when a user says that it is gone permanently', async () => {
  const {shared} = await begin(true)
  await declare({[B]: null})
  await harness.pass(15 * MINUTE)
  expect(await harness.remove(A, shared)).toMatchObject({status: 409})
  const [left] = (await harness.api.get<WireDeparted>('/api/departed-servers')).servers
  expect(left).toMatchObject({name: B, torrents: 22})
  const forget = () => harness.api.send('POST', '/api/departed-servers/forget', {id: left!.id})
  expect(await forget()).toMatchObject({status: 204})
  expect(await forget()).toMatchObject({status: 404})
  expect(await harness.remove(A, shared)).toMatchObject({status: 200})
  await harness.pass(MINUTE)
  expect(harness.has(SHARED)).toBe(false)
  await harness.scenario.expectWell()
})
