/**
 * Servers that see one folder, each by a path or an address of its own: whatever way a removal goes, no byte of another
 * one's torrent is lost, and who stands in the way is named with the way out.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {some} from '../proof.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, HOUR, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const FILM = {'Film/film.mkv': 9_000, 'Film/film.nfo': 40}
const ALONE = {'Alone/alone.mkv': 4_000}
const wanted = {category: 'films', uploaded: 90_000}

const rule = {
  name: 'Enough',
  reason: 'seedingDone',
  scope: {servers: [A], categories: ['films']},
  when: {fact: 'ratio', op: 'gte', value: 2},
  do: [{action: 'removeWithData'}],
}

const filmIsThere = () => Object.keys(FILM).every((path) => harness.has(path))

interface WireProblem {
  readonly code: string
  readonly detail: string
}

/** By every way that people have: into the trash, past it, and after some seconds. @returns what they are told past it */
async function refusal(hash: string): Promise<WireProblem> {
  expect(await harness.remove(A, hash)).toMatchObject({status: 409})
  const {status, body} = await harness.remove(A, hash, '&free_at_once=true')
  expect(status).toBe(409)
  await harness.hold(A, hash, 10)
  await harness.pass(MINUTE)
  expect([harness.scenario.holds(A, hash), filmIsThere()]).toEqual([true, true])
  return body as WireProblem
}

const previewOf = async (hash: string) => {
  const keys = [{server_id: A, info_hash: hash}]
  const {body} = await harness.api.send('POST', '/api/torrents/removal-preview', {keys})
  return JSON.stringify(body)
}

const mapped = ['both', 'one', 'none'] as const
const ways = serverKinds.flatMap((kind, at) =>
  (['other', 'same'] as const).map((hash) => ({who: mapped[at % mapped.length]!, hash, kind})),
)

test.each(some(2, ways))(
  'S31 $who of two servers mapped, the $hash hash, $kind: people and rules leave the bytes of the other, and are shown whose they are',
  async ({who, hash: which, kind}) => {
    const name = nameOf(kind, 'B')
    harness = await DiskHarness.start([
      {name: A, torrents: 20, folder: '/downloads', isMapped: who !== 'none'},
      {name, kind, torrents: 20, folder: '/data', isMapped: who === 'both'},
    ])
    const {hash} = harness.put(A, FIRST, FILM, wanted)
    const {hash: alone} = harness.put(A, FIRST + 1, ALONE, wanted)
    const twin = harness.put(name, FIRST, FILM, which === 'same' ? {hash: asInfoHash(hash)!} : {})
    await harness.pass(33 * MINUTE)
    expect(await previewOf(hash)).toContain(name)
    const {code, detail} = await refusal(hash)
    expect(code).toBe(who === 'both' ? 'content_shared' : 'content_unknown')
    expect(detail).toContain(name)
    if (who !== 'both') expect(detail).toContain('PathMappings')
    await harness.scenario.rule(rule)
    await harness.pass(HOUR)
    // The rule took at most the torrent, and what nobody else has with its data.
    expect([filmIsThere(), harness.scenario.holds(name, twin.hash)]).toEqual([true, true])
    expect([harness.scenario.holds(A, alone), harness.has('Alone/alone.mkv')]).toEqual([false, false])
    await harness.scenario.expectWell()
  },
)

/** One machine or one disk, by two addresses. */
const addresses = {
  'the name of its container and the address of its machine': [undefined, '192.168.1.10'],
  'two names behind one proxy': ['qbit.example.org', 'rt.example.org'],
  'two machines that mount one NAS': ['192.168.1.10', '192.168.1.11'],
} as const

test.each(some(1, Object.keys(addresses) as (keyof typeof addresses)[]))(
  'S31 %s: the bytes of the other stay, until a user says that they work on two disks',
  async (how) => {
    const [host, other] = addresses[how]
    harness = await DiskHarness.start([
      {name: A, torrents: 20, folder: '/downloads', isMapped: false, ...(host && {host})},
      {name: B, torrents: 20, folder: '/data', isMapped: false, host: other},
    ])
    const {hash} = harness.put(A, FIRST, FILM, wanted)
    const {hash: alone} = harness.put(A, FIRST + 1, ALONE, wanted)
    const {hash: again} = harness.put(A, FIRST + 2, {'Again/again.mkv': 5_000}, wanted)
    harness.put(B, FIRST, {'film.mkv': 9_000}, {savePath: '/data/Film'})
    harness.put(B, FIRST + 1, {'Renamed/again.mkv': 5_000}, {hash: asInfoHash(again)!})
    await harness.pass(33 * MINUTE)
    const {code, detail} = await refusal(hash)
    expect(code).toBe('content_unknown')
    for (const word of [`on ${B}`, '/data/Film', 'PathMappings', 'Storage']) expect(detail).toContain(word)
    const id = await harness.scenario.rule(rule)
    await harness.pass(HOUR)
    expect([filmIsThere(), harness.has('Again/again.mkv')]).toEqual([true, true])
    expect([harness.scenario.holds(A, alone), harness.has('Alone/alone.mkv')]).toEqual([false, false])
    expect(JSON.stringify((await harness.scenario.why(A, hash)).rules)).toContain('Storage')
    await harness.api.send('PATCH', `/api/rules/${id}`, {enabled: false})
    const called = (one: string, two: string) =>
      harness.scenario.acting.reconfigure('', {[A]: {storage: one}, [B]: {storage: two}})
    await called('nas', 'nas')
    await harness.pass(2 * MINUTE)
    expect(await refusal(hash)).toMatchObject({code: 'content_unknown'})
    await called('box one', 'box two')
    await harness.pass(2 * MINUTE)
    expect(await harness.remove(A, again, '&free_at_once=true')).toMatchObject({status: 200})
    await harness.pass(MINUTE)
    expect(harness.has('Again/again.mkv')).toBe(false)
    await harness.scenario.expectWell()
  },
)

test('S31 a server at another address that is away holds up only what it was known to have', async () => {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/downloads', isMapped: false},
    {name: B, torrents: 20, folder: '/downloads', isMapped: false, host: 'box.example.org'},
  ])
  const {hash} = harness.put(A, FIRST, FILM, wanted)
  const {hash: alone} = harness.put(A, FIRST + 1, ALONE, wanted)
  harness.put(B, FIRST, FILM)
  await harness.pass(33 * MINUTE)
  await harness.scenario.away(B)
  await harness.pass(3 * MINUTE)
  expect(await refusal(hash)).toMatchObject({code: 'content_unknown'})
  expect(await harness.remove(A, alone, '&free_at_once=true')).toMatchObject({status: 200})
  await harness.pass(MINUTE)
  expect(harness.has('Alone/alone.mkv')).toBe(false)
  await harness.scenario.expectWell()
})

test('S31 what was not begun, as its server says, and is not where its mapping leads, loses no bytes to the trash', async () => {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/downloads'},
    {name: B, torrents: 20, folder: '/data'},
  ])
  const wrong = `["${A}".PathMappings]\n"/downloads" = ${JSON.stringify(`${harness.folder}/elsewhere`)}\n`
  await harness.scenario.acting.reconfigure(wrong + harness.mapping(B))
  const {hash} = harness.put(A, FIRST, FILM, {
    ...wanted,
    done: 0,
    downloaded: 0,
    state: 'stopped',
    running: false,
  })
  const {hash: alone} = harness.put(A, FIRST + 1, ALONE, {
    done: 0,
    downloaded: 0,
    state: 'stopped',
    running: false,
  })
  harness.put(B, FIRST, FILM)
  await harness.pass(33 * MINUTE)
  expect(await refusal(hash)).toMatchObject({code: 'content_unknown'})
  await harness.remove(A, alone)
  await harness.pass(MINUTE)
  expect(harness.scenario.destroyed().filter((it) => it.includes('removeWithData'))).toEqual([])
  expect(harness.has('Alone/alone.mkv')).toBe(true)
  await harness.pass(HOUR)
  expect([filmIsThere(), harness.has('Alone/alone.mkv')]).toEqual([true, true])
  await harness.scenario.expectWell()
})
