/** A file that somebody puts beside the data of a torrent of rTorrent while we bring it to another disk stays. */
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {hostSuite} from '#lab/daemons/suites.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {CopyHarness} from './real-copies.fixture.ts'
import {bounds, eventually} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 240_000, hookTimeout: 240_000})

const rtorrent = 'rTorrent-9'
const away = mkdtempSync('/dev/shm/commodarr-move-')
let harness: CopyHarness
beforeAll(async () => {
  writeFileSync(join(away, 'something'), '')
  harness = await CopyHarness.build([
    {id: rtorrent, kind: 'rtorrent', suite: hostSuite() ?? 'bookworm', shares: [away]},
  ])
  await harness.harness.begin()
})
afterAll(async () => {
  await harness?.harness.stop()
  rmSync(away, {recursive: true, force: true})
})

test.runIf(existsSync('/dev/shm'))(
  'what is written into its folder during the move is somewhere afterwards',
  async () => {
    const {downloadDir, serverDownloadDir} = harness.daemon(rtorrent)
    const content = Object.fromEntries(
      Array.from({length: 3_000}, (_, at) => [`d${Math.floor(at / 500)}/${at}.bin`, 4_000]),
    )
    const it = makeTorrent({
      name: 'Big',
      content,
      pieceSize: 262_144,
      isPrivate: true,
      trackers: [harness.harness.tracker.announceUrl],
    })
    it.writePayload(downloadDir)
    await harness
      .client(rtorrent)
      .server.addTorrent(
        {
          source: {torrent: it.torrent, fileName: `${it.hash}.torrent`},
          start: true,
          savePath: serverDownloadDir,
        },
        bounds,
      )
    await harness.eventually(rtorrent, it, (seen) => seen?.progress === 1 && !seen.checking)
    await eventually(
      async () => (await harness.harness.api.list()).torrents.map(({info_hash: hash}) => hash),
      (shown) => shown.includes(it.hash),
    )
    await pause(3_000)
    const order = harness.harness.api.send('POST', '/api/torrents/actions', {
      verb: 'setLocation',
      keys: [{server_id: rtorrent, info_hash: it.hash}],
      args: {path: away, move_data: true},
    })
    const target = join(away, 'Big')
    let own: string | null = null
    for (let look = 0; look < 15_000 && own === null; look++) {
      const folders = existsSync(target) ? readdirSync(target) : []
      const done = folders.find((folder) => readdirSync(join(target, folder)).length === 500)
      if (done !== undefined && folders.length < 6) own = `${done}/film.en.srt`
      await pause(1)
    }
    if (own === null)
      throw new Error(
        `nobody saw it half way: ${JSON.stringify(await order)} ${existsSync(target)} ${JSON.stringify(await harness.seen(rtorrent, it))}`,
      )
    writeFileSync(join(downloadDir, 'Big', own), 'mine')
    const {status, body} = await order
    const seen = await eventually(
      () => harness.seen(rtorrent, it),
      (at) => at?.savePath === away,
      300,
    ).catch(() => harness.seen(rtorrent, it))
    await pause(2_000)
    const reported = `${status} ${JSON.stringify(body)} ${JSON.stringify(seen)}`
    expect(
      [join(downloadDir, 'Big', own), join(target, own)].some((path) => existsSync(path)),
      reported,
    ).toBe(true)
  },
)
