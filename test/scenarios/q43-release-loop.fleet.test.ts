/** Releases of one film that are given up one after the other: it is held, a user is asked, and it is searched on then. */
import {afterEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from '../program/acting-harness.fixture.ts'
import {radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'

const HOUR = 3_600
const bad = filmRelease('Some.Film.2020.1080p.BAD')
const config = `
${radarrSection}
RssSyncTimer = 0
ReSearch = true
[Radarr-Films.EntrySearch]
FailuresPerDay = 1
[Radarr-Films.Torrent]
StalledDelay = 15
`

let harness: ActingHarness
afterEach(() => harness.stop())

const there = () => harness.torrent('qBit', bad) !== undefined
const removals = () =>
  harness.server('qBit').world.commands.received.filter(({verb}) => verb === 'removeWithData').length
const searches = () => harness.arr('radarr').arr.stats.searches[1] ?? 0

/** It comes, and nothing of it ever comes in. */
async function stalls(): Promise<void> {
  expect(await harness.until(HOUR, there, (it) => it)).toBe(true)
  const {world} = harness.server('qBit')
  world.update(world.get(bad.hash)!, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
}

for (const autoRedownloadFailed of [false, true]) {
  test(`Q43 what is given up twice in a day is searched no third time before a user resumes it, also by an Arr that ${autoRedownloadFailed ? 'searches itself' : 'does not search itself'}`, async () => {
    harness = await ActingHarness.start({
      config,
      torrents: [bad],
      servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
      arrs: [{...radarrOn('qBit'), config: {autoRedownloadFailed, rssSyncInterval: 0}}],
    })
    const {arr} = harness.arr('radarr')
    const content = bad.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
    for (let at = 0; at < 4; at++)
      arr.releases.define({itemId: 1, title: `${bad.name}.${at}`, hash: bad.hash, content, infoHash: false})
    arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
    for (let round = 0; round < 2; round++) {
      await stalls()
      expect(await harness.until(2 * HOUR, removals, (it) => it > round)).toBe(round + 1)
    }
    await harness.pass(3 * HOUR)
    // The first by the user, the second after the first failure.
    expect([there(), searches()]).toEqual([false, 2])
    const {entries} = await harness.api.get<{
      entries: readonly {readonly code: string | null; readonly args: unknown}[]
    }>('/api/journal?limit=200')
    expect(entries.filter(({code}) => code === 'release_loop').map(({args}) => args)).toContainEqual(
      expect.objectContaining({items: ['movie/1']}),
    )
    const resume = {action: 'resume_searches', item: 'movie/1'}
    const arrs = await harness.api.get<{arrs: readonly {readonly id: string}[]}>('/api/arrs')
    const answer = harness.api.send('POST', `/api/arrs/${arrs.arrs[0]!.id}/actions`, resume)
    await harness.pass(5)
    expect((await answer).status).toBe(204)
    expect(await harness.until(HOUR, searches, (it) => it === 3)).toBe(3)
  })
}
