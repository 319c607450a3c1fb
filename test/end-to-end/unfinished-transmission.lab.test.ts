/**
 * Transmission keeps what is not complete in a folder of its own, and tells the one where it will be saved: two torrents
 * that are saved to two folders may share their files until then.
 */
import {existsSync, mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {hostSuite} from '#lab/daemons/suites.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {CopyHarness} from './real-copies.fixture.ts'
import {bounds, eventually, isPassing} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 240_000, hookTimeout: 240_000})

const host = hostSuite() ?? 'bookworm'
const transmission = 'Transmission-3'

let harness: CopyHarness
beforeAll(async () => {
  harness = await CopyHarness.build([{id: transmission, kind: 'transmission', suite: host}])
  await harness.harness.begin()
})
afterAll(() => harness?.harness.stop())

const made = (name: string, more: {pieceSize?: number; seed?: string} = {}): MadeTorrent =>
  makeTorrent({
    name,
    content: {'film.mkv': 300_000, 'more.mkv': 200_000},
    isPrivate: true,
    trackers: [harness.harness.tracker.announceUrl],
    ...more,
  })

async function add(server: string, it: MadeTorrent, savePath: string, start = true): Promise<void> {
  await harness
    .client(server)
    .server.addTorrent(
      {source: {torrent: it.torrent, fileName: `${it.hash}.torrent`}, start, savePath},
      bounds,
    )
}

async function isShown(...all: readonly MadeTorrent[]): Promise<void> {
  await eventually(
    async () => (await harness.harness.api.list()).torrents.map(({info_hash: hash}) => hash),
    (shown) => all.every(({hash}) => shown.includes(hash)),
  )
}

/** @returns what the program said of it */
async function remove(server: string, it: MadeTorrent, how: string): Promise<string> {
  const {status, body} = await eventually(
    () => harness.harness.api.send('DELETE', `/api/torrents/${it.hash}?server_id=${server}${how}`),
    (answer) => !isPassing((answer.body as {code?: string} | null)?.code),
  )
  if (status === 200)
    await eventually(
      () => harness.seen(server, it),
      (seen) => seen === null,
      300,
    ).catch(() => null)
  // Daemons delete after their answer.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  return `${status} ${JSON.stringify(body)}`
}

const permanent = '&delete_data=true&free_at_once=true'

test('two torrents of one name in Transmission, unfinished in its one folder for that, saved to two', async () => {
  const {downloadDir, serverDownloadDir} = harness.daemon(transmission)
  const incomplete = `${serverDownloadDir}/incomplete`
  await harness
    .client(transmission)
    .server.setPreferences(
      {values: {incomplete_dir: incomplete, incomplete_dir_enabled: true, rename_partial_files: false}},
      bounds,
    )
  const [x, y] = [made('Unfinished', {seed: 's'}), made('Unfinished', {seed: 's', pieceSize: 32_768})]
  for (const folder of ['a', 'b', 'incomplete']) mkdirSync(join(downloadDir, folder), {recursive: true})
  x.writePayload(join(downloadDir, 'incomplete'))
  rmSync(join(downloadDir, 'incomplete/Unfinished/more.mkv'))
  await add(transmission, x, `${serverDownloadDir}/a`)
  await add(transmission, y, `${serverDownloadDir}/b`)
  for (const it of [x, y])
    await harness.eventually(
      transmission,
      it,
      (seen) => seen !== null && !seen.checking && seen.progress > 0.3,
    )
  await isShown(x, y)
  const reported = await remove(transmission, x, permanent)
  await harness.client(transmission).control.recheck([y.hash], {}, bounds)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const seen = await harness.seen(transmission, y)
  await harness.client(transmission).server.setPreferences({values: {incomplete_dir_enabled: false}}, bounds)
  expect.soft(existsSync(join(downloadDir, 'incomplete/Unfinished/film.mkv')), reported).toBe(true)
  expect(seen!.progress, reported).toBeGreaterThan(0.3)
})
