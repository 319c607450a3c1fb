/** A torrent that never wrote a byte, and a file that somebody else put where it would write. */
import {writeFileSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {DiskHouse} from './disk-house.fixture.ts'
import {A, HOUR} from './scenario-harness.fixture.ts'

let house: DiskHouse
afterEach(() => house.stop())

test.each([true, false])(
  'a rule that removes a torrent which got nothing leaves the file that was there before (mapped: %s)',
  async (isMapped) => {
    house = await DiskHouse.start([{name: A, torrents: 60, folder: '/srv/downloads', isMapped}])
    mkdirSync(join(house.folder, 'Film'))
    writeFileSync(join(house.folder, 'Film/film.mkv'), Buffer.alloc(7_777))
    const stuck = house.put(
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
    house.scenario.world(A).restart()
    await house.scenario.rule({
      name: 'Got nothing',
      reason: 'stalled',
      scope: {categories: ['stuck']},
      when: {fact: 'progress', op: 'eq', value: 0},
      do: [{action: 'removeWithData'}],
    })
    await house.pass(2 * HOUR)
    expect.soft(house.scenario.destroyed()).toEqual([`${A} remove ${stuck.hash}`])
    expect(house.has('Film/film.mkv')).toBe(true)
  },
)
