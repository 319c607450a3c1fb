import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {NAMESPACE_ADDRESS, peerAddress, waitUntil} from '#lab/daemons/process.ts'
import {readySuites} from '#lab/daemons/suites.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {startTracker, type Tracker} from '#lab/tracker.ts'
import type {AddSource} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {TorrentNotFound} from '#model/errors.ts'
import {bounds, fileOf, type Subject} from './conformance/stage.conformance.ts'
import {qbittorrentSubject, rtorrentSubject, transmissionSubject} from './conformance/subjects.conformance.ts'

const kinds = ['qbittorrent', 'transmission', 'rtorrent'] as const
type Kind = (typeof kinds)[number]

const pairs = kinds.flatMap((seed) =>
  kinds.filter((leech) => leech !== seed).map((leech) => [seed, leech] as const),
)

/** Transmission takes no peers on 127.0.0.1. */
const canReach = (leech: Kind) => leech !== 'transmission' || peerAddress() === NAMESPACE_ADDRESS

for (const suite of readySuites()) {
  describe.concurrent(`real transfers between servers of ${suite}`, () => {
    let servers: Record<Kind, Subject>
    let tracker: Tracker

    beforeAll(async () => {
      tracker = await startTracker({interval: 5})
      servers = {
        qbittorrent: await qbittorrentSubject(suite),
        transmission: await transmissionSubject(suite),
        rtorrent: await rtorrentSubject(suite, 'unix'),
      }
      for (const {client} of Object.values(servers)) await client.connect(bounds)
    })

    afterAll(async () => {
      for (const {client, daemon} of Object.values(servers)) {
        await client.close()
        await daemon.dispose()
      }
      await tracker.stop()
    })

    for (const [seed, leech] of pairs) {
      test.skipIf(!canReach(leech))(`${seed} seeds, ${leech} downloads`, async () => {
        const made = makeTorrent({
          name: `${suite} from ${seed} to ${leech}`,
          content: {'large.bin': 3_000_000, 'inner/small.bin': 1_000_000},
          pieceSize: 65_536,
          trackers: [tracker.announceUrl],
        })
        await seeds(servers[seed], made, tracker)
        await completes(servers[leech], made, fileOf(made))
      })
    }

    test('a magnet link alone is enough: metadata comes from the seed', async () => {
      const made = makeTorrent({
        name: `${suite} by magnet`,
        content: 1_000_000,
        trackers: [tracker.announceUrl],
      })
      await seeds(servers.qbittorrent, made, tracker)
      await completes(servers.rtorrent, made, {magnet: made.magnet})
    })
  })
}

/** Until it has announced a server may turn peers away, and some of them ask again only after a minute. */
async function seeds({client, daemon}: Subject, made: MadeTorrent, tracker: Tracker): Promise<void> {
  made.writePayload(daemon.downloadDir)
  await client.server.addTorrent({source: fileOf(made), start: true}, bounds)
  await waitUntil('the seed to announce', () =>
    tracker.log.some(({hash, left}) => hash === made.hash && left === 0),
  )
}

async function completes({client, observe}: Subject, made: MadeTorrent, source: AddSource): Promise<void> {
  const outcome = await client.server.addTorrent({source, start: true}, bounds)
  expect(outcome.hash).toBe(made.hash)
  // rTorrent 0.16 as the only seed keeps qBittorrent 5.3 waiting for a minute (seen every time).
  await waitUntil('the whole payload', async () => (await observe.torrent(made.hash))?.progress === 1)
  await waitUntil('our client to say so', async () => {
    const files = await client.details.files(made.hash, bounds).catch(noneForNow)
    return files.length === made.files.length && files.every(({progress}) => progress === 1)
  })
}

/** rTorrent takes a magnet link away when its metadata has come, and then adds the torrent: it has neither in between. */
function noneForNow(error: unknown): readonly TorrentFile[] {
  if (error instanceof TorrentNotFound) return []
  throw error
}
