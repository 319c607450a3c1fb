/** Downloads that heal themselves, by the whole program in virtual time: one server, one Arr. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {some} from '#test/proof.ts'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import {offerFilms, radarrOn, radarrSection} from './radarr-films.fixture.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)
const QUARTER = 15 * 60
const HOUR = 3_600

const config = `
${radarrSection}
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
IgnoreTorrentsYoungerThan = 180
`

let harness: ActingHarness
beforeEach(async () => {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [bad, good],
    config,
  })
  const {arr} = harness.arr('radarr')
  offerFilms(arr, [bad, good])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(60, there, (isThere) => isThere)
})
afterEach(() => harness.stop())

const there = () => harness.torrent('qBit', bad) !== undefined

/** Nothing comes in any more. */
function stall(): void {
  const {world} = harness.server('qBit')
  world.update(world.get(bad.hash)!, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
}

interface Entry {
  readonly verb: string
  readonly phase: string
  readonly code: string | null
}
/** What rules did, the first first. */
async function entries(): Promise<readonly string[]> {
  const journal = await harness.api.get<{entries: readonly Entry[]}>('/api/journal?limit=100')
  // Its mark in the Arr is nothing that a rule did.
  return journal.entries
    .filter(({verb}) => verb !== 'mark-arr')
    .map(({verb, phase, code}) => `${verb} ${phase}${code === null ? '' : ` ${code}`}`)
    .toReversed()
}

test('B.4 B.6 a stalled download is blocklisted, removed with its data and searched again, each once', async () => {
  const {arr} = harness.arr('radarr')
  stall()
  await harness.pass(QUARTER - 60)
  expect(there()).toBe(true)
  await harness.until(HOUR, there, (isThere) => !isThere)
  await harness.until(
    HOUR,
    () => harness.torrent('qBit', good),
    (it) => it !== undefined,
  )
  expect(await entries()).toEqual(['failDownload confirmed', 'removeWithData confirmed'])
  expect(arr.stats.blocklists).toHaveLength(1)
  expect(arr.stats.searches).toEqual({1: 2})
  expect(harness.torrent('qBit', good)?.category).toBe('films')
})

test('S07 what a user keeps is not removed, and why is said', async () => {
  const {world} = harness.server('qBit')
  stall()
  world.update(world.get(bad.hash)!, {tags: ['keep']})
  await harness.pass(2 * HOUR)
  expect(there()).toBe(true)
  expect(harness.arr('radarr').arr.stats.blocklists).toEqual([])
  expect(await harness.ruleSays('qBit', bad.hash, 'Radarr-Films: stalled')).toBe(
    'Not failed and removed with its data: protected by you.',
  )
})

test('B.13 a manager that crashes and begins again goes on where it was', async () => {
  stall()
  await harness.pass(QUARTER - 120)
  await harness.api.send('POST', '/api/processes/Radarr-Films/restart')
  const seconds = await passedUntilGone()
  expect(seconds).toBeLessThan(QUARTER)
  expect(harness.arr('radarr').arr.stats.blocklists).toHaveLength(1)
})

test('an Arr that is away while its download stalls: nothing is removed before it knew', async () => {
  await harness.arr('radarr').down()
  stall()
  await harness.pass(2 * HOUR)
  expect(there()).toBe(true)
  await harness.arr('radarr').up()
  await harness.until(2 * HOUR, there, (isThere) => !isThere)
  expect(harness.arr('radarr').arr.stats.blocklists).toHaveLength(1)
})

test('B.8 S26 what is imported seeds on', async () => {
  const {world} = harness.server('qBit')
  const torrent = world.get(bad.hash)!
  world.update(torrent, {done: torrent.size, state: 'seeding', downSpeed: 0})
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const events = () => harness.arr('radarr').arr.history.happened.map(({event}) => event)
  await harness.until(60, events, (all) => all.includes('downloadFolderImported'))
  expect(events()).toEqual(['grabbed', 'downloadFolderImported'])
  await harness.pass(2 * HOUR)
  expect(there()).toBe(true)
})

for (const offset of some(2, [0, 0.7, 1.3, 2.1, 2.9])) {
  test(`B.8 two seconds after a completion its Arr looked, ${offset} s after a whole second`, async () => {
    const {world} = harness.server('qBit')
    const torrent = world.get(bad.hash)!
    // Ordinary looks are three seconds apart while something moves.
    world.update(torrent, {state: 'downloading', downSpeed: 1_000, done: torrent.size - 15_000})
    await harness.pass(offset)
    for (let left = 15_000; left > 0; left -= 250) {
      world.update(torrent, {done: torrent.size - left})
      await harness.pass(0.25)
    }
    world.update(torrent, {done: torrent.size, state: 'seeding', downSpeed: 0})
    for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
    const before = harness.asked.length
    await harness.pass(2)
    expect(harness.asked.slice(before)).toContain('radarr: POST /api/v3/command')
  })
}

async function passedUntilGone(): Promise<number> {
  const before = harness.clock.monotonic()
  await harness.until(2 * HOUR, there, (isThere) => !isThere)
  return (harness.clock.monotonic() - before) / 1_000
}

/** Names of what the Arr was told to do, as far as it was not its own idea. */
function orders(): readonly string[] {
  const {commands} = harness.arr('radarr').arr
  const all: string[] = []
  for (let id = 1; ; id++) {
    const command = commands.get(id)
    if (command === undefined) return all
    if (command.trigger === 'manual') all.push(command.name)
  }
}

test('B.2 an Arr that looks at its downloads on its own gets no command to, and is asked within its budget', async () => {
  const {world} = harness.server('qBit')
  // Somebody keeps it: what is to be removed would have the Arr check itself.
  world.update(world.get(bad.hash)!, {tags: ['keep']})
  await harness.pass(QUARTER)
  const before = harness.asked.length
  const ordered = orders().length
  await harness.pass(HOUR)
  expect(there()).toBe(true)
  const reported = orders().slice(ordered)
  // The releases, four times an hour.
  expect(reported).toEqual(reported.map(() => 'RssSync'))
  expect([3, 4]).toContain(reported.length)
  const asked = harness.asked.slice(before)
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.length).toBeLessThanOrEqual(75)
})
