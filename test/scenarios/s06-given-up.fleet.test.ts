/**
 * What its Arr blocklisted for not coming in, and what is another by the time it is removed: it moves on, and goes; or
 * all of it is there, and stays, until somebody says what shall become of it.
 */
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {SimFields} from '#lab/simulators/sim-torrent.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {offerFilms, radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'
import {A, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)

const config = `
${radarrSection}
RssSyncTimer = 0
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
`

let harness: ScenarioHarness
beforeEach(async () => {
  harness = await ScenarioHarness.start({
    config,
    releases: [bad, good],
    settled: MINUTE,
    servers: [{name: A, torrents: 50}],
    arrs: [
      {
        ...radarrOn(A),
        // We search, when it is gone, and nothing comes by itself.
        config: {autoRedownloadFailed: false, rssSyncInterval: 0},
      },
    ],
  })
  const {arr} = harness.acting.arr('radarr')
  offerFilms(arr, [bad, good])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.acting.until(MINUTE, isThere, (it) => it)
  harness.update(A, bad.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  await blocklisted()
})
afterEach(() => harness.stop())

const isThere = () => harness.holds(A, bad.hash)
const stats = () => harness.acting.arr('radarr').arr.stats
const lines = () => harness.lines('verb=failDownload')

/**
 * And removed by nobody yet: it is checked from the moment in which its Arr is told, and has to wait. What is another
 * before that its Arr never hears of.
 */
async function blocklisted(): Promise<void> {
  stats().onBlocklisted = () => harness.update(A, bad.hash, {state: 'checking'})
  const blocklists = () => stats().blocklists
  expect(await harness.acting.until(2 * HOUR, blocklists, (it) => it.length > 0)).toHaveLength(1)
  await harness.pass(5 * MINUTE)
  expect([isThere(), harness.destroyed().filter((it) => it.startsWith(A))]).toEqual([true, []])
}

const becomes = (changes: Partial<SimFields>) => harness.update(A, bad.hash, changes)

test('S06 what moved on since its Arr blocklisted it is removed nonetheless, and searched once', async () => {
  becomes({state: 'downloading', downSpeed: 900, done: 30_000, downloaded: 30_000})
  expect(await harness.acting.until(HOUR, isThere, (it) => !it)).toBe(false)
  const searches = () => stats().searches
  expect(await harness.acting.until(HOUR, searches, (it) => it[1] === 2)).toEqual({1: 2})
  expect(
    await harness.acting.until(HOUR, lines, (it) => it.at(-1) === 'failDownload confirmed'),
  ).toHaveLength(1)
  expect([stats().blocklists.length, harness.verbs(A).filter((it) => it === 'removeWithData')]).toEqual([
    1,
    ['removeWithData'],
  ])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

test('S06 what came in since its Arr blocklisted it stays and is asked about once; it goes when a user says yes', async () => {
  const {size} = harness.torrent(A, bad.hash)
  becomes({state: 'seeding', downSpeed: 0, done: size, completedAt: harness.world(A).now()})
  interface Asked {
    readonly approvals: readonly {
      readonly id: string
      readonly name: string
      readonly message: string
      readonly evidence: object
    }[]
  }
  const asked = async () => (await harness.acting.api.get<Asked>('/api/approvals')).approvals
  const [question] = await harness.acting.until(HOUR, asked, (it) => it.length > 0)
  expect(question).toMatchObject({
    name: bad.name,
    message: expect.stringContaining('Yes removes it'),
    evidence: {fact: 'complete'},
  })
  await harness.pass(2 * HOUR)
  expect([isThere(), (await asked()).length, stats().blocklists.length, stats().searches]).toEqual([
    true,
    1,
    1,
    {1: 1},
  ])
  expect(await harness.acting.approve(question!.id)).toBe(204)
  expect(await harness.acting.until(DAY, isThere, (it) => !it)).toBe(false)
  const searches = () => stats().searches
  expect(await harness.acting.until(HOUR, searches, (it) => it[1] === 2)).toEqual({1: 2})
  expect([stats().blocklists.length, await asked()]).toEqual([1, []])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})
