/** What holds count, and what stays whose, by the whole program in virtual time: one server, one Arr. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import {radarrOn, radarrSection} from './radarr-films.fixture.ts'

const film = filmRelease('Some.Film.2020.1080p')
const MINUTE = 60
const HOUR = 3_600
const GIB = 1024 ** 3

const config = `
${radarrSection}
ReSearch = false
[Radarr-Films.Torrent]
StalledDelay = 15
IgnoreTorrentsYoungerThan = 180
`

let harness: ActingHarness
beforeEach(async () => {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [film],
    config,
  })
  const {arr} = harness.arr('radarr')
  const content = film.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  arr.releases.define({itemId: 1, title: film.name, hash: film.hash, content})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(MINUTE, there, (isThere) => isThere)
})
afterEach(() => harness.stop())

const there = () => harness.torrent('qBit', film) !== undefined
const world = () => harness.server('qBit').world

/** Nothing comes in any more. Rules have it stalled for so long, the quiet minute before included. */
async function stallFor(seconds: number): Promise<void> {
  world().update(world().get(film.hash)!, {
    state: 'downloading',
    downSpeed: 0,
    done: 10_000,
    downloaded: 10_000,
  })
  await harness.pass(seconds)
}

async function expectGoneAfter(least: number, most: number): Promise<void> {
  await harness.pass(least)
  expect(there()).toBe(true)
  await harness.until(most - least, there, (isThere) => !isThere)
  expect(there()).toBe(false)
}

test('B.4 time in which its rule was off is no stall, and what was seen before counts', async () => {
  await stallFor(10 * MINUTE)
  const rule = '/api/rules/radarr-films.stalled'
  await harness.api.send('PATCH', rule, {mode: 'off'})
  await harness.pass(2 * HOUR)
  expect(there()).toBe(true)
  await harness.api.send('PATCH', rule, {mode: 'live'})
  await expectGoneAfter(4 * MINUTE, 9 * MINUTE)
})

test('B.4 time in which the program was down is no stall, and what was seen before counts', async () => {
  await stallFor(10 * MINUTE)
  await harness.crash()
  await harness.pass(2 * HOUR)
  expect(there()).toBe(true)
  await harness.rise()
  // Nothing is removed in the first ten minutes either; by time that began again it would take longer.
  await expectGoneAfter(4 * MINUTE, 12 * MINUTE)
})

test('B.1 B.10 what had no room and a person started stays as they leave it', async () => {
  await harness.reconfigure(
    `[Settings]\nTagless = false\nFreeSpace = "1G"\nAutoPauseResume = true\n${config}`,
  )
  const {commands} = world()
  const torrent = world().get(film.hash)!
  const state = () => world().get(film.hash)?.state
  world().update(torrent, {done: 10_000, downloaded: 10_000})
  world().free = GIB
  expect(await harness.until(10 * MINUTE, state, (it) => it === 'stopped')).toBe('stopped')
  expect(world().get(film.hash)?.tags).toContain('qBitrr-free_space_paused')
  world().free = 100 * GIB
  commands.start([torrent])
  const tags = () => world().get(film.hash)?.tags ?? []
  await harness.until(10 * MINUTE, tags, (all) => !all.includes('qBitrr-free_space_paused'))
  expect(tags()).not.toContain('qBitrr-free_space_paused')
  commands.stop([torrent])
  await harness.pass(HOUR)
  expect(state()).toBe('stopped')
})
