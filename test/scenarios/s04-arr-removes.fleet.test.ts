/** An Arr that removes from its client by itself what it is told has failed (`removeFailedDownloads`). */
import {expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {offerFilms, radarrSection} from '../program/radarr-films.fixture.ts'
import {A, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)

const config = `
${radarrSection}
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
`

for (const autoRedownloadFailed of [true, false]) {
  const whose = autoRedownloadFailed ? 'of the Arr' : 'of ours'
  test.runIf(isFull)(
    `S04 the Arr removes what is blocklisted before we do: nothing is done twice, with one search ${whose}`,
    async () => {
      const harness = await ScenarioHarness.start({
        config,
        releases: [bad, good],
        settled: MINUTE,
        servers: [{name: A, torrents: 50}],
        arrs: [
          {
            name: 'radarr',
            app: 'radarr',
            library: [{title: 'Some Film', year: 2020}],
            downloadClients: [{name: A, category: 'films'}],
            config: {autoRedownloadFailed},
          },
        ],
      })
      try {
        const {arr} = harness.acting.arr('radarr')
        offerFilms(arr, [bad, good])
        arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
        const has = (hash: string) => () => harness.holds(A, hash)
        await harness.acting.until(MINUTE, has(bad.hash), (it) => it)
        harness.update(A, bad.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
        arr.faults.add({kind: 'secondManagerDeletes'})
        await harness.acting.until(2 * HOUR, has(good.hash), (it) => it)
        expect([harness.holds(A, bad.hash), harness.holds(A, good.hash)]).toEqual([false, true])
        const ended = () => harness.lines('verb=failDownload')
        expect(await harness.acting.until(HOUR, ended, (lines) => lines.length > 0)).toEqual([
          'failDownload confirmed',
        ])
        await harness.pass(10 * MINUTE)
        const {blocklists, deletes, searches} = arr.stats
        expect([blocklists.length, deletes.length, searches]).toEqual([1, 1, {1: 2}])
        // It was the Arr that removed it, once; we sent no removal.
        expect(harness.destroyed().filter((it) => it.startsWith(A))).toHaveLength(1)
        expect(
          await harness.lines('verb=removeWithData&outcome=sent&outcome=done&outcome=unconfirmed'),
        ).toEqual([])
        expect(await harness.alerts()).toEqual([])
        await harness.expectWell()
      } finally {
        await harness.stop()
      }
    },
  )
}
