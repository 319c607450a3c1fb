import {afterAll, beforeAll, describe, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {readySuites} from '#lab/daemons/suites.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {startTracker, type Tracker} from '#lab/tracker.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {isFull} from '#test/proof.ts'
import {conformance} from './conformance.ts'
import {asksUntil, bounds, fileOf, type Subject} from './conformance/stage.conformance.ts'
import {
  delugeSubject,
  qbittorrentSubject,
  rtorrentSubject,
  transmissionSubject,
} from './conformance/subjects.conformance.ts'

const suites = readySuites()
let companion: Subject

beforeAll(async () => {
  companion = await qbittorrentSubject(suites[0]!, 'companion')
  await companion.client.connect(bounds)
})

afterAll(async () => {
  await companion?.client.close()
  await companion?.daemon.dispose()
})

/**
 * Transmission to 4.1.0-beta.2 announces on demand only when a torrent has run for two minutes: begun first, asked last.
 * Only the full proof has so much time.
 */
const patient: Subject[] = []
let tracker: Tracker
let hash: InfoHash

beforeAll(async () => {
  if (!isFull) return
  tracker = await startTracker({interval: 1_800, minInterval: 1})
  const made = makeTorrent({name: 'patient', content: 10_000, trackers: [tracker.announceUrl]})
  hash = made.hash
  for (const suite of suites) {
    const subject = await transmissionSubject(suite, 'patient')
    patient.push(subject)
    await subject.client.connect(bounds)
    await subject.client.server.addTorrent({source: fileOf(made), start: true}, bounds)
  }
})

afterAll(async () => {
  for (const {client, daemon} of patient) {
    await client.close()
    await daemon.dispose()
  }
  await tracker?.stop()
})

/** Each is waited for most of the time: those of one suite are asked beside each other. */
for (const suite of suites) {
  describe(`the daemons of ${suite}:`, () => {
    conformance(
      `qBittorrent of ${suite}`,
      () => qbittorrentSubject(suite),
      () => companion,
    )
    conformance(
      `Transmission of ${suite}`,
      () => transmissionSubject(suite),
      () => companion,
    )
    conformance(
      `Deluge of ${suite}`,
      () => delugeSubject(suite),
      () => companion,
    )
    // Two ways to be set up: we see its disk, or may run commands on its host.
    conformance(
      `rTorrent of ${suite} on a unix socket`,
      () => rtorrentSubject(suite, 'unix'),
      () => companion,
    )
    conformance(
      `rTorrent of ${suite} over TCP`,
      () => rtorrentSubject(suite, 'tcp', {paths: [], allowExecute: true}),
      () => companion,
    )
  })
}

test.runIf(isFull)(
  'a torrent that has run for two minutes announces on demand on every Transmission',
  async () => {
    for (const {client, daemon} of patient) {
      const announces = () => tracker.log.filter(({port}) => port === daemon.peerPort).length
      await waitUntil('its own first announce', () => announces() > 0)
      const before = announces()
      const ask = () => client.control.reannounce([hash], {}, bounds)
      await asksUntil(`an announce of ${daemon.suite}`, ask, () => announces() > before)
    }
  },
  900_000,
)
