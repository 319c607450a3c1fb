/** A torrent that never wrote a byte, and a file that somebody else put where it would write. */
import {writeFileSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, HOUR} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

test.each([true, false])(
  'a rule that removes a torrent which got nothing leaves the file that was there before (mapped: %s)',
  async (isMapped) => {
    harness = await DiskHarness.start([{name: A, torrents: 60, folder: '/srv/downloads', isMapped}])
    mkdirSync(join(harness.folder, 'Film'))
    writeFileSync(join(harness.folder, 'Film/film.mkv'), Buffer.alloc(7_777))
    const stuck = harness.put(
      A,
      5_000,
      {'Film/film.mkv': 5_000, 'Film/film.nfo': 10},
      {
        state: 'stalled' as never,
        done: 0,
        downloaded: 0,
        uploaded: 0,
        running: true,
        completedAt: null as never,
        seedsSwarm: 0,
        availability: 0,
        category: 'stuck',
        files: [
          {path: 'Film/film.mkv', size: 5_000, done: 0, priority: 'normal'},
          {path: 'Film/film.nfo', size: 10, done: 0, priority: 'normal'},
        ],
      },
    )
    harness.scenario.world(A).restart()
    await harness.scenario.rule({
      name: 'Got nothing',
      reason: 'stalled',
      scope: {categories: ['stuck']},
      when: {fact: 'progress', op: 'eq', value: 0},
      do: [{action: 'removeWithData'}],
    })
    await harness.pass(2 * HOUR)
    expect.soft(harness.scenario.destroyed()).toEqual([`${A} remove ${stuck.hash}`])
    expect(harness.has('Film/film.mkv')).toBe(true)
  },
)
