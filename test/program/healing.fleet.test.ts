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

let house: ActingHarness
beforeEach(async () => {
  house = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [bad, good],
    config,
  })
  const {arr} = house.arr('radarr')
  offerFilms(arr, [bad, good])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await house.until(60, there, (isThere) => isThere)
})
afterEach(() => house.stop())

const there = () => house.torrent('qBit', bad) !== undefined

/** Nothing comes in any more. */
function stall(): void {
  const {world} = house.server('qBit')
  world.update(world.get(bad.hash)!, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
}

interface Entry {
  readonly verb: string
  readonly phase: string
  readonly code: string | null
}
/** What rules did, the first first. */
async function entries(): Promise<readonly string[]> {
  const journal = await house.api.get<{deeds: readonly Entry[]}>('/api/journal?limit=100')
  // Its mark in the Arr is nothing that a rule did.
  return journal.deeds
    .filter(({verb}) => verb !== 'mark-arr')
    .map(({verb, phase, code}) => `${verb} ${phase}${code === null ? '' : ` ${code}`}`)
    .toReversed()
}

test('B.4 B.6 a stalled download is blocklisted, removed with its data and searched again, each once', async () => {
  const {arr} = house.arr('radarr')
  stall()
  await house.pass(QUARTER - 60)
  expect(there()).toBe(true)
  await house.until(HOUR, there, (isThere) => !isThere)
  await house.until(
    HOUR,
    () => house.torrent('qBit', good),
    (it) => it !== undefined,
  )
  expect(await entries()).toEqual(['failDownload confirmed', 'removeWithData confirmed'])
  expect(arr.stats.blocklists).toHaveLength(1)
  expect(arr.stats.searches).toEqual({1: 2})
  expect(house.torrent('qBit', good)?.category).toBe('films')
})

test('S07 what somebody keeps is not removed, and why is said', async () => {
  const {world} = house.server('qBit')
  stall()
  world.update(world.get(bad.hash)!, {tags: ['keep']})
  await house.pass(2 * HOUR)
  expect(there()).toBe(true)
  expect(house.arr('radarr').arr.stats.blocklists).toEqual([])
  expect(await house.ruleSays('qBit', bad.hash, 'Radarr-Films: stalled')).toBe(
    'Not failed and removed with its data: protected by you.',
  )
})

test('B.13 a manager that crashes and begins again goes on where it was', async () => {
  stall()
  await house.pass(QUARTER - 120)
  await house.api.send('POST', '/api/processes/Radarr-Films/restart')
  const seconds = await passedUntilGone()
  expect(seconds).toBeLessThan(QUARTER)
  expect(house.arr('radarr').arr.stats.blocklists).toHaveLength(1)
})

test('an Arr that is away while its download stalls: nothing is removed before it was told', async () => {
  await house.arr('radarr').down()
  stall()
  await house.pass(2 * HOUR)
  expect(there()).toBe(true)
  await house.arr('radarr').up()
  await house.until(2 * HOUR, there, (isThere) => !isThere)
  expect(house.arr('radarr').arr.stats.blocklists).toHaveLength(1)
})

test('B.8 S26 what is imported seeds on', async () => {
  const {world} = house.server('qBit')
  const torrent = world.get(bad.hash)!
  world.update(torrent, {done: torrent.size, state: 'seeding', downSpeed: 0})
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const events = () => house.arr('radarr').arr.history.happened.map(({event}) => event)
  await house.until(60, events, (all) => all.includes('downloadFolderImported'))
  expect(events()).toEqual(['grabbed', 'downloadFolderImported'])
  await house.pass(2 * HOUR)
  expect(there()).toBe(true)
})

for (const offset of some(2, [0, 0.7, 1.3, 2.1, 2.9])) {
  test(`B.8 two seconds after a completion its Arr looked, ${offset} s after a whole second`, async () => {
    const {world} = house.server('qBit')
    const torrent = world.get(bad.hash)!
    // Ordinary looks are three seconds apart while something moves.
    world.update(torrent, {state: 'downloading', downSpeed: 1_000, done: torrent.size - 15_000})
    await house.pass(offset)
    for (let left = 15_000; left > 0; left -= 250) {
      world.update(torrent, {done: torrent.size - left})
      await house.pass(0.25)
    }
    world.update(torrent, {done: torrent.size, state: 'seeding', downSpeed: 0})
    for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
    const before = house.asked.length
    await house.pass(2)
    expect(house.asked.slice(before)).toContain('radarr: POST /api/v3/command')
  })
}

async function passedUntilGone(): Promise<number> {
  const before = house.clock.monotonic()
  await house.until(2 * HOUR, there, (isThere) => !isThere)
  return (house.clock.monotonic() - before) / 1_000
}

/** Names of what the Arr was told to do, as far as it was not its own idea. */
function orders(): readonly string[] {
  const {commands} = house.arr('radarr').arr
  const all: string[] = []
  for (let id = 1; ; id++) {
    const command = commands.get(id)
    if (command === undefined) return all
    if (command.trigger === 'manual') all.push(command.name)
  }
}

test('B.2 an Arr that looks at its downloads by itself is not told to, and is asked within its budget', async () => {
  const {world} = house.server('qBit')
  // Somebody keeps it: what is to be removed would have the Arr check itself.
  world.update(world.get(bad.hash)!, {tags: ['keep']})
  await house.pass(QUARTER)
  const before = house.asked.length
  const ordered = orders().length
  await house.pass(HOUR)
  expect(there()).toBe(true)
  const reported = orders().slice(ordered)
  // The releases, four times an hour.
  expect(reported).toEqual(reported.map(() => 'RssSync'))
  expect([3, 4]).toContain(reported.length)
  const asked = house.asked.slice(before)
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.length).toBeLessThanOrEqual(75)
})
