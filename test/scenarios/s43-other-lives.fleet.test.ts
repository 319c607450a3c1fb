/**
 * What an order is about while it waits: a torrent may leave and come again under its hash with other bytes, or its data
 * may be moved. Then the order is about nothing that is there.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {some} from '../proof.ts'
import {DiskHarness, type DiskServer} from './disk-harness.fixture.ts'
import {HOUR, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FOLDER = '/srv/downloads'
const FIRST = 900
const HELD = 60

/** How it is another one when its order is sent. */
const changes = {
  'came again with other files': (server: string, hash: string) => {
    const world = harness.scenario.world(server)
    world.drop(harness.scenario.torrent(server, hash))
    harness.put(server, FIRST, {'Film/other.mkv': 7_000}, {hash, category: 'films', addedAt: world.now()})
  },
  'came again elsewhere': (server: string, hash: string) => {
    const world = harness.scenario.world(server)
    world.drop(harness.scenario.torrent(server, hash))
    const savePath = `${FOLDER}/again`
    harness.put(
      server,
      FIRST,
      {'Film/film.mkv': 9_000},
      {hash, category: 'films', savePath, addedAt: world.now()},
    )
  },
  'was moved': (server: string, hash: string) => {
    harness.put(server, FIRST + 1, {'Film/film.mkv': 9_000}, {savePath: `${FOLDER}/moved`})
    harness.scenario.update(server, hash, {savePath: `${FOLDER}/moved`})
  },
} as const

async function begin(kind: ServerKind): Promise<{server: string; hash: string}> {
  const server = nameOf(kind)
  const own: DiskServer = {name: server, kind, torrents: 30, folder: FOLDER}
  harness = await DiskHarness.start([own])
  const {hash} = harness.put(server, FIRST, {'Film/film.mkv': 9_000}, {category: 'films'})
  await harness.pass(SEEN)
  return {server, hash}
}

const SEEN = 33 * MINUTE

/** What is there now stays, with its files, and is no part of what the trash holds. */
async function expectLeftAlone(server: string, hash: string): Promise<void> {
  const paths = harness.scenario.world(server).pathsOf(harness.scenario.torrent(server, hash))
  expect(paths.map((path) => harness.has(path.slice(FOLDER.length + 1)))).toEqual(paths.map(() => true))
  expect(harness.has('Film/film.mkv')).toBe(true)
  expect(harness.scenario.destroyed()).toEqual([])
  const {items} = await harness.api.get<{items: readonly object[]}>('/api/trash')
  expect(items).toEqual([])
  await harness.scenario.expectWell()
}

const ways = some(
  1,
  serverKinds.flatMap((kind) =>
    (Object.keys(changes) as (keyof typeof changes)[]).map((how) => ({kind, how})),
  ),
)

test.each(ways)('S43 $kind: what $how while its removal is held stays', async ({kind, how}) => {
  const {server, hash} = await begin(kind)
  expect(await harness.hold(server, hash, HELD)).toMatchObject({status: 202})
  await harness.pass(HELD / 2)
  changes[how](server, hash)
  await harness.pass(10 * MINUTE)
  await expectLeftAlone(server, hash)
  const {actions} = await harness.api.get<{actions: readonly {problems: readonly {code: string}[]}[]}>(
    '/api/actions',
  )
  expect(actions[0]!.problems.map(({code}) => code)).toEqual(['changed_meanwhile'])
})

test('S43 rtorrent: what never ran, has no date and is added again between two looks while its removal is held stays', async () => {
  const {server} = await begin('rtorrent')
  const undated = {
    custom: {addtime: ''},
    startedAt: null,
    completedAt: null,
    running: false,
    state: 'stopped',
  } as const
  const {hash} = harness.put(server, FIRST + 2, {'Other/other.mkv': 5_000}, undated)
  await harness.pass(10 * MINUTE)
  expect(await harness.hold(server, hash, HELD)).toMatchObject({status: 202})
  await harness.pass(HELD - 1)
  const world = harness.scenario.world(server)
  world.drop(harness.scenario.torrent(server, hash))
  harness.put(server, FIRST + 2, {'Other/other.mkv': 5_000}, {...undated, hash, addedAt: world.now()})
  await harness.pass(10 * MINUTE)
  await expectLeftAlone(server, hash)
  const {actions} = await harness.api.get<{actions: readonly {problems: readonly {code: string}[]}[]}>(
    '/api/actions',
  )
  expect(actions[0]!.problems.map(({code}) => code)).toEqual(['changed_meanwhile'])
})

/** What was chosen, and what is acted on: the same, or what is left of it on one server. */
const selected = ['as it is', 'narrowed since'] as const

test.each(some(1, ways).flatMap((way) => selected.map((since) => ({...way, since}))))(
  'S43 $kind: what $how is not in a selection of before ($since)',
  async ({kind, how, since}) => {
    const {server, hash} = await begin(kind)
    const only = [{server_id: server, info_hash: hash}]
    const select = async (wish: object) =>
      ((await harness.api.send('POST', '/api/torrents/selections', wish)).body as {selection_id: string})
        .selection_id
    const before = await select({only})
    changes[how](server, hash)
    await harness.pass(MINUTE)
    const selection = since === 'as it is' ? before : await select({selection_id: before, servers: [server]})
    const answer = await harness.api.send('POST', '/api/torrents/actions', {
      verb: 'removeWithData',
      selection_id: selection,
      args: {},
    })
    expect(JSON.stringify(answer.body)).toContain('changed_meanwhile')
    await harness.pass(MINUTE)
    await expectLeftAlone(server, hash)
  },
)

interface Waiting {
  readonly approvals: readonly {readonly id: string; readonly info_hash: string}[]
}

test.each(ways)('S43 $kind: what $how while a rule asks about it stays', async ({kind, how}) => {
  const {server, hash} = await begin(kind)
  await harness.scenario.rule({
    name: 'Enough',
    mode: 'ask',
    reason: 'seedingDone',
    scope: {categories: ['films']},
    when: {fact: 'size', op: 'eq', value: 9_000},
    do: [{action: 'removeWithData'}],
  })
  const asked = async () => (await harness.api.get<Waiting>('/api/approvals')).approvals
  const [question] = await harness.scenario.acting.until(HOUR, asked, (it) => it.length > 0)
  expect(question?.info_hash).toBe(hash)
  changes[how](server, hash)
  // His page was open all the time.
  await harness.scenario.acting.approve(question!.id)
  await harness.pass(20 * MINUTE)
  await expectLeftAlone(server, hash)
})

// A rule goes by what is true: what is moved is the same torrent to it.
const again = ways.filter(({how}) => how !== 'was moved')

test.each(some(1, again))(
  'S43 $kind: what $how while its server is away is not what a rule had waited for',
  async ({kind, how}) => {
    const {server, hash} = await begin(kind)
    await harness.scenario.rule({
      name: 'Enough',
      reason: 'seedingDone',
      scope: {categories: ['films']},
      when: {fact: 'ratio', op: 'lte', value: 1_000_000},
      hold: {for: '40m'},
      do: [{action: 'removeWithData'}],
    })
    await harness.pass(39 * MINUTE)
    await harness.scenario.away(server)
    await harness.pass(5 * MINUTE)
    changes[how](server, hash)
    await harness.scenario.back(server)
    await harness.pass(20 * MINUTE)
    await expectLeftAlone(server, hash)
    expect(await harness.scenario.lines(`info_hash=${hash}&outcome=done`)).toEqual([])
  },
)
