/** Servers that restart and list too little. What is too little is a share of what was there. */
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import type {WireList} from '../program/program.fixture.ts'
import {radarrSection} from '../program/radarr-films.fixture.ts'
import {A, B, hashAt, MINUTE, ScenarioHarness, type ScenarioServer} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const film = filmRelease('Some.Film.2020.1080p')
const [spent] = [hashAt(A, 0)]
const TORRENTS = isFull ? 1_000 : 300
/** And the download. */
const ALL = TORRENTS + 1
/** That a list of the API has at most. */
const LIMIT = 1_000

const each: ScenarioServer['each'] = (index) => (index === 0 ? {tags: ['spent']} : {})
const servers: readonly ScenarioServer[] = [
  {name: A, torrents: TORRENTS, each},
  {name: B, torrents: TORRENTS / 5, each},
]

/** Due 25 minutes after the scenario begins. */
const seeded = {
  name: 'Seeded enough',
  reason: 'seedingDone',
  when: {fact: 'tags', op: 'hasAny', value: ['spent']},
  hold: {for: '1h'},
  do: [{action: 'removeWithData'}],
}

const config = `
${radarrSection}
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = -1
MaximumETA = -1
`

let harness: ScenarioHarness
afterEach(() => harness.stop())

async function begin(): Promise<void> {
  harness = await ScenarioHarness.start({
    servers,
    config,
    releases: [film],
    settled: 0,
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        library: [{title: 'Some Film', year: 2020}],
        downloadClients: [{name: A, category: 'films'}],
      },
    ],
  })
  const {arr} = harness.acting.arr('radarr')
  const content = film.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  arr.releases.define({itemId: 1, title: film.name, hash: film.hash, content})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.acting.until(
    60,
    () => harness.holds(A, film.hash),
    (isThere) => isThere,
  )
  harness.update(A, film.hash, {state: 'downloading', done: 10_000, downSpeed: 5_000})
  await harness.rule(seeded)
  await harness.pass(35 * MINUTE)
}

const listOf = (server: string) =>
  harness.acting.api.get<WireList>(`/api/torrents?limit=${LIMIT}&server_id=${server}`)

/** Nothing of A is gone, nothing of it counts, and nothing is done about it. */
async function expectFrozen(lacking: number): Promise<void> {
  const {total, torrents, complete, servers} = await listOf(A)
  expect([total, torrents.length, complete]).toEqual([ALL, Math.min(ALL, LIMIT), false])
  const stale = torrents.filter((it) => it['stale'] === true).length
  expect(stale).toBeGreaterThanOrEqual(lacking - 1)
  // The page may show one row less than there are.
  const reported = servers.find((it) => it.server_id === A)
  expect([stale, stale + 1]).toContain(reported?.stale_rows)
  expect(await harness.ruleSays(A, spent, 'Seeded enough')).toMatch(
    /^Not removed with its data: tags is unknown since \S+, its server is not online\.$/,
  )
  expect(await harness.alerts()).toEqual([`freeze ${A} population_drop`])
  expect(harness.searches()).toBe(1)
  await harness.expectNothingDestructive()
}

/** The hold goes on where it was: due 25 minutes after everything is there, not sooner. */
async function expectToGoOn(): Promise<void> {
  const {total, torrents, complete} = await listOf(A)
  expect([total, complete, torrents.some((it) => it['stale'] === true)]).toEqual([ALL, true, false])
  expect(await harness.lines('verb=freeze')).toEqual(['freeze undone population_drop'])
  expect(await harness.ruleSays(A, spent, 'Seeded enough')).toMatch(
    /^Not removed with its data yet: .* held for 3[5-6]/,
  )
  await harness.pass(22 * MINUTE)
  expect(harness.holds(A, spent)).toBe(true)
  await harness.pass(5 * MINUTE)
  expect(harness.destroyed().toSorted()).toEqual([
    `${A} removeWithData ${spent}`,
    `${B} removeWithData ${hashAt(B, 0)}`,
  ])
  expect(await harness.lines(`info_hash=${spent}`)).toEqual(['removeWithData confirmed'])
  expect(harness.searches()).toBe(1)
  await harness.expectWell()
}

test('S01 a server that lists nothing for five minutes loses no torrent and no time, and is one line in the journal', async () => {
  await begin()
  await harness.restart(A, {from: 0, growTo: 0, shortListFor: 1})
  for (let minute = 0; minute < 5; minute++) {
    await harness.pass(MINUTE)
    await expectFrozen(TORRENTS)
  }
  const [freeze] = await harness.journal('verb=freeze')
  expect(freeze).toMatchObject({subject: 'server', server_id: A, args: {population_drop: 1}})
  await harness.restart(A)
  await harness.pass(MINUTE)
  await expectToGoOn()
})

test.runIf(isFull)('S02 what a server that loads its torrents does not list yet is not gone', async () => {
  await begin()
  await harness.restart(A, {from: 300, shortListFor: 3 * MINUTE})
  for (const [seconds, listed] of [
    [10, 300],
    [60, 550],
    [50, 750],
  ] as const) {
    await harness.pass(seconds)
    expect(harness.world(A).size).toBeGreaterThan(listed)
    await expectFrozen(TORRENTS - harness.world(A).size)
  }
  const [freeze] = await harness.journal('verb=freeze')
  expect(freeze!.args['population_drop']).toBeCloseTo(0.7, 1)
  await harness.pass(2 * MINUTE)
  await expectToGoOn()
})
