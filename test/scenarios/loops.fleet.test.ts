/** A release that comes back however often it is given up: after some rounds a person is asked, and nobody searches on. */
import {afterEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from '../program/acting-harness.fixture.ts'
import {radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'

const HOUR = 3_600
const ROUNDS = 3
const bad = filmRelease('Some.Film.2020.1080p.BAD')
const config = `
${radarrSection}
RssSyncTimer = 0
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
`

let harness: ActingHarness
afterEach(() => harness.stop())

const there = () => harness.torrent('qBit', bad) !== undefined
const removals = () =>
  harness.server('qBit').world.commands.received.filter(({verb}) => verb === 'removeWithData').length
const stats = () => harness.arr('radarr').arr.stats

/** It comes, and nothing of it ever comes in. */
async function stalls(): Promise<void> {
  expect(await harness.until(HOUR, there, (it) => it)).toBe(true)
  const {world} = harness.server('qBit')
  world.update(world.get(bad.hash)!, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
}

async function asked(): Promise<readonly {readonly id: string}[]> {
  return (await harness.api.get<{approvals: readonly {id: string}[]}>('/api/approvals')).approvals
}

interface Entries {
  readonly entries: readonly {readonly verb: string; readonly phase: string; readonly code: string | null}[]
}
async function lines(): Promise<readonly string[]> {
  const {entries} = await harness.api.get<Entries>('/api/journal?limit=200&verb=failDownload')
  return entries.map(({phase, code}) => (code === null ? phase : `${phase} ${code}`)).toReversed()
}

test(`what comes back ${ROUNDS} times is asked about, neither given up nor searched any more, and goes when a user says yes`, async () => {
  harness = await ActingHarness.start({
    config,
    torrents: [bad],
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [{...radarrOn('qBit'), config: {autoRedownloadFailed: false, rssSyncInterval: 0}}],
  })
  const {arr} = harness.arr('radarr')
  const content = bad.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  // The indexer tells no hash, and calls it otherwise each time.
  for (let at = 0; at < ROUNDS + 3; at++)
    arr.releases.define({itemId: 1, title: `${bad.name}.${at}`, hash: bad.hash, content, infoHash: false})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  for (let round = 0; round < ROUNDS; round++) {
    await stalls()
    expect(await harness.until(2 * HOUR, removals, (it) => it > round)).toBe(round + 1)
  }
  await stalls()
  await harness.pass(2 * HOUR)
  expect([there(), stats().blocklists.length, stats().searches]).toEqual([true, ROUNDS, {1: ROUNDS + 1}])
  expect((await lines()).slice(-2)).toEqual(['waiting', 'blocked comes_back'])
  expect(await harness.ruleSays('qBit', bad.hash, 'Radarr-Films: stalled')).toMatch(
    /blocked \(comes_back\): It was removed 3 times and came back/,
  )
  expect(await asked()).toHaveLength(1)

  // A fourth within a day would be more than a rule may in a house as small; the question waits for a day.
  await harness.pass(21.75 * HOUR)
  const [question] = await asked()
  // Whoever said yes is not asked again while the Arr cannot be told.
  arr.faults.add({kind: '500', path: '^DELETE /'})
  expect(await harness.approve(question!.id)).toBe(204)
  await harness.pass(HOUR)
  expect([await asked(), removals()]).toEqual([[], ROUNDS])
  expect((await lines()).slice(-1)).toEqual(['blocked server_failed'])
  arr.faults.clear()
  expect(await harness.until(HOUR, () => stats().searches, sameAs({1: ROUNDS + 2}))).toEqual({1: ROUNDS + 2})
  expect([removals(), stats().blocklists.length]).toEqual([ROUNDS + 1, ROUNDS + 1])
  expect((await lines()).slice(-1)).toEqual(['confirmed'])
})

const sameAs = (wanted: unknown) => (seen: unknown) => JSON.stringify(seen) === JSON.stringify(wanted)
