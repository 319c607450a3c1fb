/** Labels of ours that are written nowhere: the whole program in virtual time, one server, one Arr. */
import {afterEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import {radarrOn, radarrSection} from './radarr-films.fixture.ts'

const film = filmRelease('Some.Film.2020.1080p')
const MINUTE = 60
const HOUR = 3_600

let harness: ActingHarness
afterEach(() => harness.stop())

const configOf = (settings: string) => `
[Settings]
${settings}
${radarrSection}
[Radarr-Films.Torrent]
StalledDelay = 600
ReSearchStalled = true
IgnoreTorrentsYoungerThan = 180
`

async function begin(settings: string): Promise<void> {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [film],
    config: configOf(settings),
  })
  const {arr} = harness.arr('radarr')
  const content = film.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  arr.releases.define({itemId: 1, title: film.name, hash: film.hash, content})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(
    MINUTE,
    () => harness.torrent('qBit', film),
    (it) => it !== undefined,
  )
  const {world} = harness.server('qBit')
  world.update(world.get(film.hash)!, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  // Somebody is connected, so that the stall is nobody's but its own.
  world.put({
    hash: 'a'.repeat(40),
    name: 'seeds',
    rootName: 'seeds',
    size: 1e6,
    sizeTotal: 1e6,
    done: 1e6,
    state: 'seeding',
    running: true,
    fileCount: 1,
    peersConnected: 2,
    savePath: world.defaultSavePath,
  })
}

const labelled = () =>
  harness
    .server('qBit')
    .world.commands.received.filter(({verb}) => verb === 'addTags' || verb === 'removeTags')
const searches = () => harness.arr('radarr').arr.stats.searches
const move = (downSpeed: number) => {
  const {world} = harness.server('qBit')
  world.update(world.get(film.hash)!, {downSpeed, availability: 3, lastActivityAt: world.now()})
}

for (const [whose, settings, isWritten] of [
  ['Tagless', 'Tagless = true', false],
  ['with labels', 'Tagless = false', true],
  ['a file of qBitrr that says nothing of it', 'ConfigVersion = "5.14.4"', true],
  ['a file that was never of qBitrr', '', false],
] as const) {
  test(`B.4 B.12 ${whose}: one search for each stall, and ${isWritten ? 'its label comes and goes' : 'no label is written'}`, async () => {
    await begin(settings)
    await harness.pass(HOUR)
    expect(searches()).toEqual({1: 2})
    expect(harness.torrent('qBit', film)?.tags).toEqual(isWritten ? ['qBitrr-allowed_stalled'] : [])
    move(1_000)
    await harness.pass(3 * MINUTE)
    expect(harness.torrent('qBit', film)?.tags).toEqual([])
    move(0)
    await harness.pass(HOUR)
    expect(searches()).toEqual({1: 3})
    expect(labelled()).toHaveLength(isWritten ? 3 : 0)
  })
}

const tags = () => harness.torrent('qBit', film)?.tags ?? []

/** The program starts again on what it has, with another file. */
async function riseWith(settings: string): Promise<void> {
  await harness.crash()
  await harness.reconfigure(configOf(settings))
  await harness.rise()
}

test('B.12 a label from a time when they were written comes off its server', async () => {
  await begin('Tagless = false')
  await harness.pass(HOUR)
  expect(tags()).toEqual(['qBitrr-allowed_stalled'])
  await riseWith('')
  await harness.pass(10 * MINUTE)
  expect(tags()).toEqual(['qBitrr-allowed_stalled'])
  move(1_000)
  await harness.pass(10 * MINUTE)
  expect(tags()).toEqual([])
  move(0)
  await harness.pass(HOUR)
  expect(tags()).toEqual([])
})

const paused = 'qBitrr-free_space_paused'
const GIB = 1024 ** 3
const space = 'FreeSpace = "1G"\nAutoPauseResume = true'

/** Stopped for want of room, and labelled; then the program starts again and writes no labels. */
async function stoppedBefore(): Promise<void> {
  await begin(`Tagless = false\n${space}`)
  harness.server('qBit').world.free = GIB
  await harness.until(10 * MINUTE, tags, (all) => all.includes(paused))
  await harness.until(MINUTE, state, (it) => it === 'stopped')
  expect([state(), tags().includes(paused)]).toEqual(['stopped', true])
  await harness.pass(MINUTE)
  await riseWith(space)
}

const state = () => harness.torrent('qBit', film)?.state

test('B.10 B.12 what was stopped and labelled before is started when there is room, and its label comes off', async () => {
  await stoppedBefore()
  harness.server('qBit').world.free = 100 * GIB
  await harness.until(HOUR, tags, (all) => !all.includes(paused))
  expect(state()).not.toBe('stopped')
  expect(tags()).not.toContain(paused)
})

test('B.1 B.10 B.12 what was labelled before and a person took back stays as they leave it, after every restart', async () => {
  await stoppedBefore()
  const {world} = harness.server('qBit')
  const torrent = world.get(film.hash)!
  world.free = GIB + 100 * film.size
  world.commands.start([torrent])
  await harness.until(10 * MINUTE, tags, (all) => !all.includes(paused))
  expect(tags()).not.toContain(paused)
  world.commands.stop([torrent])
  // As if it had never come off.
  world.update(world.get(film.hash)!, {tags: [paused]})
  world.free = 100 * GIB
  await harness.pass(HOUR)
  for (let restarts = 0; restarts < 2; restarts += 1) {
    await harness.crash()
    await harness.rise()
    await harness.pass(HOUR)
    expect(state()).toBe('stopped')
  }
})
