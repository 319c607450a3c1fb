/** Downloads that stand still, or are slow, for a reason of their own. */
import {afterEach, expect, test} from 'vitest'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Behind the crowd of the servers. */
const FIRST = 5_000
const GB = 1e9

/** The first lines belong to the server before them. */
const config = `
ManagedCategories = ["films"]
["${A}".CategorySeeding]
StalledDelay = 15
`
const servers = [
  {name: B, torrents: 20},
  {name: A, torrents: 100},
]

const crawls = (...when: readonly object[]) => ({
  name: 'Slow',
  reason: 'slow',
  concern: 'slow',
  scope: {categories: ['films']},
  when: {all: when},
  hold: {strikes: 3, gap: '10m', expireAfter: '1d'},
  do: [{action: 'note', template: 'It is slow'}],
})
const unfinished = {
  name: 'Unfinished',
  reason: 'stalled',
  scope: {categories: ['books']},
  when: {fact: 'complete', op: 'eq', value: false},
  do: [{action: 'removeWithData'}],
}

/** How far the rules named so have come with it. */
async function heldOf(hash: string, ...names: readonly string[]): Promise<readonly (number | null)[]> {
  const {rules} = await harness.why(A, hash)
  return names.map((name) => rules.find((rule) => rule.name === name)!.hold?.done ?? null)
}

const STALLED = `${A}: stalled`

test('S23 what is checked or moved at 99.8 % is neither stalled nor slow, and its removal waits', async () => {
  harness = await ScenarioHarness.start({servers, config, settled: 0})
  const nearly = {done: 0.998 * GB, downloaded: 0.998 * GB, taskProgress: 0.998, completedAt: null}
  const put = (category: string, first: number) =>
    (['checking', 'moving'] as const).map(
      (state, at) => harness.put(A, first + at, {...nearly, state, category}).hash,
    )
  const [films, books] = [put('films', FIRST), put('books', FIRST + 2)]
  const [flow, eta] = [
    {fact: 'avgDown', window: '30m', op: 'lt', value: '100 kB/s'},
    {fact: 'eta', op: 'gt', value: '24h'},
  ]
  await harness.rule(crawls(flow, eta))
  await harness.rule(unfinished)
  await harness.pass(40 * MINUTE)
  await harness.expectNothingDestructive()
  for (const hash of films) {
    expect(await heldOf(hash, STALLED, 'Slow')).toEqual([null, 0])
    expect(await harness.journal(`info_hash=${hash}`)).toEqual([])
  }
  for (const hash of books) {
    const said = await harness.journal(`info_hash=${hash}`)
    expect(said.at(-1)).toMatchObject({
      verb: 'removeWithData',
      phase: 'blocked',
      code: 'busy',
      message: 'It has to end what it does.',
    })
  }
  for (const hash of [...films, ...books]) {
    harness.update(A, hash, {done: harness.torrent(A, hash).size, taskProgress: 0})
    harness.world(A).commands.settle(harness.torrent(A, hash))
  }
  await harness.pass(10 * MINUTE)
  await harness.expectNothingDestructive()
  expect(await harness.ruleSays(A, books[0]!, 'Unfinished')).toBe(
    'Not removed with its data: complete is yes, asked: no.',
  )
})

test('S24 time with alternative speed limits is no time of a stall, and gives no strikes', async () => {
  harness = await ScenarioHarness.start({servers, config, settled: 0})
  const limit = (isOn: boolean) =>
    harness.acting.api.send('PATCH', `/api/servers/${A}/limits`, {alt_speed: isOn})
  await limit(true)
  await harness.pass(MINUTE)
  const begun = {category: 'films', state: 'downloading', done: GB / 10, downloaded: GB / 10} as const
  const still = harness.put(A, FIRST, {...begun, completedAt: null}).hash
  const slow = harness.put(A, FIRST + 1, {...begun, completedAt: null, downSpeed: 5_000}).hash
  await harness.pass(MINUTE)
  await harness.rule(
    crawls({fact: 'complete', op: 'eq', value: false}, {fact: 'downSpeed', op: 'lt', value: '100 kB/s'}),
  )
  await harness.pass(2 * HOUR)
  await harness.expectNothingDestructive()
  expect(await heldOf(still, STALLED, 'Slow')).toEqual([0, 0])
  expect(await heldOf(slow, 'Slow')).toEqual([0])
  expect(await harness.ruleSays(A, still, STALLED)).toMatch(/; held for 0 s of 14 min \(14 min left\)\.$/)
  expect(await harness.lines('origin=rule&origin=system')).toEqual([])
  await limit(false)
  await harness.pass(13 * MINUTE)
  await harness.expectNothingDestructive()
  await harness.pass(15 * MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${still}`])
  expect(await heldOf(slow, 'Slow')).toEqual([3])
  const lines = await harness.lines('origin=rule&origin=system')
  expect(lines).toEqual(['removeWithData confirmed', 'failDownload confirmed', 'note confirmed'])
  await harness.expectWell()
})

const done = ['removeWithData confirmed', 'failDownload confirmed']

for (const [kind, name, version, decided] of [
  ['qbittorrent', A, '5.1.0', done],
  ['transmission', 'Transmission-A', '4.1.4', done],
  // It keeps no last activity, and cannot delete data by itself.
  ['rtorrent', 'rTorrent-A', '0.9.8', ['failDownload refused not_supported']],
] as const) {
  test(`S23 ${kind}: what moved while Commodarr did not run stands still since then, whatever was held before`, async () => {
    harness = await ScenarioHarness.start({
      servers: [{name, kind, version, torrents: 20}],
      config: `
ManagedCategories = ["films"]
["${name}".CategorySeeding]
StalledDelay = 15
`,
      settled: 0,
    })
    const begun = {category: 'films', state: 'downloading', done: GB / 10, downloaded: GB / 10} as const
    const {hash} = harness.put(name, FIRST, {...begun, completedAt: null})
    await harness.pass(13 * MINUTE)
    await harness.acting.crash()
    await harness.pass(10 * MINUTE)
    const lastActivityAt = harness.world(name).now()
    harness.update(name, hash, {done: GB / 5, downloaded: GB / 5, lastActivityAt})
    await harness.pass(2 * MINUTE)
    await harness.acting.rise()
    await harness.pass(12 * MINUTE)
    expect(await harness.lines('class=destructive')).toEqual([])
    await harness.expectNothingDestructive()
    await harness.pass(6 * MINUTE)
    expect(await harness.lines(`class=destructive&info_hash=${hash}`)).toEqual(decided)
  })
}
