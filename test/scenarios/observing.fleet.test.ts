/** `--observe`: until somebody confirmed, the configuration commands nothing, neither a server nor an Arr. */
import {afterEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from '../program/acting-harness.fixture.ts'
import {offerFilms, radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'

const HOUR = 3_600
const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)
const config = `
${radarrSection.replace('films', 'kino')}
RssSyncTimer = 5
RefreshDownloadsTimer = 1
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
`

let harness: ActingHarness
afterEach(() => harness.stop())

/** What the Arr was told, beside questions. */
const reported = () => harness.asked.filter((it) => !it.includes(' GET '))
const there = () => harness.torrent('qBit', bad) !== undefined

test('while it observes nothing is sent to any Arr; once confirmed it is, and what stalled is given up', async () => {
  harness = await ActingHarness.start({
    config,
    torrents: [bad, good],
    observe: true,
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [
      {
        ...radarrOn('qBit'),
        downloadClients: [{name: 'qBit', category: 'kino'}],
        config: {rssSyncInterval: 0, checkForFinishedDownloadInterval: 60},
      },
    ],
  })
  const {arr} = harness.arr('radarr')
  const {world} = harness.server('qBit')
  await harness.pass(HOUR)
  expect([world.commands.received, world.categories.has('kino')]).toEqual([[], false])
  offerFilms(arr, [bad, good])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(60, there, (it) => it)
  // Nobody but the Arr told its server anything.
  const byArr = world.commands.received.length
  world.update(world.get(bad.hash)!, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  await harness.pass(3 * HOUR)
  expect(reported()).toEqual([])
  expect(world.commands.received).toHaveLength(byArr)
  expect([there(), arr.stats.blocklists]).toEqual([true, []])
  // It looked anyway, and tells what it would do.
  expect(harness.asked.some((it) => it.startsWith('radarr: GET'))).toBe(true)
  expect(await harness.ruleSays('qBit', bad.hash, 'Radarr-Films: stalled')).toMatch(
    /^Would be failed and removed/,
  )

  const {status} = await harness.api.send('POST', '/api/move-in/confirm')
  expect(status).toBe(200)
  await harness.until(2 * HOUR, there, (it) => !it)
  expect(there()).toBe(false)
  expect(reported()).toContain('radarr: POST /api/v3/command')
  expect(arr.stats.blocklists).toEqual([bad.hash.toUpperCase()])
})
