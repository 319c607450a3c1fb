/** Folders that a client itself writes to or watches, below the folder of downloads: its own, and no orphans. */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {OrphanHarness} from './orphan-harness.fixture.ts'
import {A, DAY, HOUR} from './scenario-harness.fixture.ts'

let disk: OrphanHarness
afterEach(() => disk.stop())

const own = ['exported/Film 00.torrent', 'finished/notes.txt', 'watched/Rare.torrent', 'watched/old/x.bak']
/** Of a client that does not report what it watches. */
const torrentFiles = ['elsewhere/Rare.torrent', 'elsewhere/Other.torrent.added']

async function begin(): Promise<void> {
  disk = await OrphanHarness.start()
  const world = disk.harness.world(A)
  world.preferences.set('export_dir', '/data/films/exported')
  world.preferences.set('export_dir_fin', '/data/films/finished')
  world.preferences.set('scan_dirs', {'/data/films/watched': 0})
  for (const path of [...own, ...torrentFiles, 'Lost/film.mkv']) disk.write(`films/${path}`, 12)
}

test('copies of .torrent files that qBittorrent exports, and its watched folder, are no orphans', async () => {
  await begin()
  expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])
})

test.runIf(isFull)('no rule deletes what a client exports or watches', async () => {
  await begin()
  await disk.harness.rule({
    name: 'Set orphans aside',
    subject: 'path',
    reason: 'orphaned',
    when: {
      all: [
        {fact: 'path.fileAge', op: 'gte', value: '10d'},
        {fact: 'path.fileClaimed', op: 'eq', value: false},
      ],
    },
    do: [{action: 'orphan.delete'}],
  })
  await disk.harness.pass(2 * DAY + 6 * HOUR)
  expect(disk.isThere('films/Lost/film.mkv')).toBe(false)
  for (const path of [...own, ...torrentFiles])
    expect([path, disk.isThere(`films/${path}`)]).toEqual([path, true])
})
