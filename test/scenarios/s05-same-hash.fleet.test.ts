/** One torrent on two servers of one machine. What happens hangs on these two, not on how many stand beside them. */
import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeEach, expect, test} from 'vitest'
import type {NewTorrent, SimFields} from '#lab/simulators/sim-torrent.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {newFolder} from '../program/program.fixture.ts'
import {radarrSection} from '../program/radarr-films.fixture.ts'
import {
  A,
  B,
  elsewhere,
  HOUR,
  MINUTE,
  ScenarioHarness,
  type ScenarioServer,
} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const film = filmRelease('Some.Film.2020.1080p')
const servers: readonly ScenarioServer[] = [
  {name: A, torrents: 50, each: elsewhere},
  {name: B, torrents: 10, each: elsewhere},
]
/** Both see one disk, and which folder of it is which of theirs is known. */
const folder = newFolder()
const paths = [A, B].map((name) => `[${name}.PathMappings]\n"/srv/downloads" = "${folder}"\n`).join('')
const section = `
${radarrSection}
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
`

let harness: ScenarioHarness
beforeEach(() => film.writePayload(folder))
afterEach(() => harness.stop())
afterAll(() => rmSync(folder, {recursive: true}))

/** The copy of B keeps its data and goes on as if nothing had been. */
async function expectOnlyTheTorrentOfA(): Promise<void> {
  expect(harness.destroyed().filter((it) => !it.startsWith('radarr'))).toEqual([`${A} remove ${film.hash}`])
  expect(harness.torrent(B, film.hash)).toMatchObject({state: 'seeding', done: film.size})
  expect(harness.verbs(B)).toEqual([])
  expect(film.files.every(({path}) => existsSync(join(folder, path)))).toBe(true)
  const [removal] = await harness.journal(`info_hash=${film.hash}&server_id=${A}&verb=remove`)
  expect(removal).toMatchObject({phase: 'confirmed', outcome: 'done'})
  expect(removal!.decided!.guards).toContainEqual(
    expect.objectContaining({guard: 'content', verdict: 'degrade', code: 'other_owners'}),
  )
  expect(await harness.journal(`info_hash=${film.hash}&server_id=${B}`)).toEqual([])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
}

test('S05 of a torrent that stalls on A and is complete on B only the copy of A goes, without the data', async () => {
  const stalled = {
    name: 'Stalled',
    reason: 'stalled',
    hold: {for: '15m'},
    when: {
      all: [
        {fact: 'state', op: 'eq', value: 'stalledDown'},
        {fact: 'content.owners', op: 'exists'},
      ],
    },
    do: [{action: 'removeWithData'}],
  }
  harness = await ScenarioHarness.start({servers, rules: [stalled], config: paths})
  const {name, hash, size} = film
  const both = {hash, name, rootName: name, size, sizeTotal: size, done: size, downloaded: size}
  harness.put(B, 10, both)
  harness.put(A, 50, {...both, done: size * 0.4, completedAt: null, state: 'downloading', downSpeed: 0})
  await harness.pass(10 * MINUTE)
  const [reported] = (await harness.why(A, hash)).rules
  const [, owners] = (reported as unknown as {evidence: {parts: {actual: {value: string[]}}[]}}).evidence
    .parts
  expect(owners!.actual.value).toEqual([`${A}/${hash}`, `${B}/${hash}`])
  expect(reported!.sentence).toMatch(/^Not removed with its data yet: it is stalled .*held for \d/)
  expect(harness.destroyed()).toEqual([])
  await harness.acting.until(
    HOUR,
    () => harness.holds(A, hash),
    (it) => !it,
  )
  await harness.pass(MINUTE)
  await expectOnlyTheTorrentOfA()
})

/** Its Arr has A fetch it, and somebody put it on B. */
async function grabbedBeside(onA: Partial<SimFields>, onB: Partial<NewTorrent>) {
  harness = await ScenarioHarness.start({
    servers,
    config: paths + section,
    releases: [film],
    settled: MINUTE,
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
    MINUTE,
    () => harness.holds(A, film.hash),
    (it) => it,
  )
  harness.update(A, film.hash, onA)
  const {name, rootName, size, savePath} = harness.torrent(A, film.hash)
  harness.put(B, 10, {hash: film.hash, name, rootName, size, sizeTotal: size, done: size, savePath, ...onB})
  return arr
}

const has = film.size * 0.4
const stalls = {state: 'downloading', downSpeed: 0, done: has, downloaded: has} as const

test.runIf(isFull)('S05 so it is with what an Arr gives up', async () => {
  const {stats} = await grabbedBeside(stalls, {})
  await harness.acting.until(
    HOUR,
    () => harness.holds(A, film.hash),
    (it) => !it,
  )
  await harness.pass(2 * MINUTE)
  await expectOnlyTheTorrentOfA()
  expect(stats.blocklists).toHaveLength(1)
})

test.runIf(isFull).each([
  ['without a category', ''],
  ['in the category of its Arr as well, so that it is unknown which it means', 'films'],
])('S05 what stalls on B, %s, is no word against what its Arr has on A', async (_, category) => {
  const stopped = {state: 'stopped', running: false, done: film.size * 0.5} as const
  await grabbedBeside(stopped, {...stalls, category, completedAt: null})
  await harness.pass(3 * HOUR)
  expect([harness.holds(A, film.hash), harness.holds(B, film.hash)]).toEqual([true, true])
  if (category === '') expect(harness.verbs(B)).toEqual([])
  await harness.expectNothingDestructive()
})
