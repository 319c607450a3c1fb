/** Downloads that stand still, or are slow, for a reason of their own. */
import {afterEach, expect, test} from 'vitest'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

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
  const {rules} = await house.why(A, hash)
  return names.map((name) => rules.find((rule) => rule.name === name)!.hold?.done ?? null)
}

const STALLED = `${A}: stalled`

test('S23 what is checked or moved at 99.8 % is neither stalled nor slow, and its removal waits', async () => {
  house = await ScenarioHarness.start({servers, config, settled: 0})
  const nearly = {done: 0.998 * GB, downloaded: 0.998 * GB, taskProgress: 0.998, completedAt: null}
  const put = (category: string, first: number) =>
    (['checking', 'moving'] as const).map(
      (state, at) => house.put(A, first + at, {...nearly, state, category}).hash,
    )
  const [films, books] = [put('films', FIRST), put('books', FIRST + 2)]
  const [flow, eta] = [
    {fact: 'avgDown', window: '30m', op: 'lt', value: '100 kB/s'},
    {fact: 'eta', op: 'gt', value: '24h'},
  ]
  await house.rule(crawls(flow, eta))
  await house.rule(unfinished)
  await house.pass(40 * MINUTE)
  await house.expectNothingDestructive()
  for (const hash of films) {
    expect(await heldOf(hash, STALLED, 'Slow')).toEqual([null, 0])
    expect(await house.journal(`info_hash=${hash}`)).toEqual([])
  }
  for (const hash of books) {
    const said = await house.journal(`info_hash=${hash}`)
    expect(said.at(-1)).toMatchObject({
      verb: 'removeWithData',
      phase: 'blocked',
      code: 'busy',
      message: 'It has to end what it does.',
    })
  }
  for (const hash of [...films, ...books]) {
    house.update(A, hash, {done: house.torrent(A, hash).size, taskProgress: 0})
    house.world(A).commands.settle(house.torrent(A, hash))
  }
  await house.pass(10 * MINUTE)
  await house.expectNothingDestructive()
  expect(await house.ruleSays(A, books[0]!, 'Unfinished')).toBe(
    'Not removed with its data: complete is yes, asked: no.',
  )
})

test('S24 time with alternative speed limits is no time of a stall, and strikes nobody', async () => {
  house = await ScenarioHarness.start({servers, config, settled: 0})
  const limit = (isOn: boolean) =>
    house.acting.api.send('PATCH', `/api/servers/${A}/limits`, {alt_speed: isOn})
  await limit(true)
  await house.pass(MINUTE)
  const begun = {category: 'films', state: 'downloading', done: GB / 10, downloaded: GB / 10} as const
  const still = house.put(A, FIRST, {...begun, completedAt: null}).hash
  const slow = house.put(A, FIRST + 1, {...begun, completedAt: null, downSpeed: 5_000}).hash
  await house.pass(MINUTE)
  await house.rule(
    crawls({fact: 'complete', op: 'eq', value: false}, {fact: 'downSpeed', op: 'lt', value: '100 kB/s'}),
  )
  await house.pass(2 * HOUR)
  await house.expectNothingDestructive()
  expect(await heldOf(still, STALLED, 'Slow')).toEqual([0, 0])
  expect(await heldOf(slow, 'Slow')).toEqual([0])
  expect(await house.ruleSays(A, still, STALLED)).toMatch(/; held for 0 s of 14 min \(14 min left\)\.$/)
  expect(await house.lines('origin=rule&origin=system')).toEqual([])
  await limit(false)
  await house.pass(13 * MINUTE)
  await house.expectNothingDestructive()
  await house.pass(15 * MINUTE)
  expect(house.destroyed()).toEqual([`${A} removeWithData ${still}`])
  expect(await heldOf(slow, 'Slow')).toEqual([3])
  const lines = await house.lines('origin=rule&origin=system')
  expect(lines).toEqual(['removeWithData confirmed', 'failDownload confirmed', 'note confirmed'])
  await house.expectWell()
})

const done = ['removeWithData confirmed', 'failDownload confirmed']

for (const [kind, name, version, decided] of [
  ['qbittorrent', A, '5.1.0', done],
  ['transmission', 'Transmission-A', '4.1.4', done],
  // It keeps no last activity, and cannot delete data by itself.
  ['rtorrent', 'rTorrent-A', '0.9.8', ['failDownload refused not_supported']],
] as const) {
  test(`S23 ${kind}: what moved while Commodarr did not run stands still since then, whatever was held before`, async () => {
    house = await ScenarioHarness.start({
      servers: [{name, kind, version, torrents: 20}],
      config: `
ManagedCategories = ["films"]
["${name}".CategorySeeding]
StalledDelay = 15
`,
      settled: 0,
    })
    const begun = {category: 'films', state: 'downloading', done: GB / 10, downloaded: GB / 10} as const
    const {hash} = house.put(name, FIRST, {...begun, completedAt: null})
    await house.pass(13 * MINUTE)
    await house.acting.crash()
    await house.pass(10 * MINUTE)
    const lastActivityAt = house.world(name).now()
    house.update(name, hash, {done: GB / 5, downloaded: GB / 5, lastActivityAt})
    await house.pass(2 * MINUTE)
    await house.acting.rise()
    await house.pass(12 * MINUTE)
    expect(await house.lines('class=destructive')).toEqual([])
    await house.expectNothingDestructive()
    await house.pass(6 * MINUTE)
    expect(await house.lines(`class=destructive&info_hash=${hash}`)).toEqual(decided)
  })
}
