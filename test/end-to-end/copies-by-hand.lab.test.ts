/** A person moves a private torrent between real daemons: from qBittorrent to Transmission, and back. */
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {hostSuite} from '#lab/daemons/suites.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {CopyHarness, isSeeding, tag} from './real-copies.fixture.ts'
import {eventually} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000})

const host = hostSuite() ?? 'bookworm'
const [qbit, transmission] = ['qBit', 'Transmission-3'] as const

let harness: CopyHarness
beforeAll(async () => {
  harness = await CopyHarness.build([
    // Where the folders of all daemons of this machine's own release lie.
    {id: qbit, kind: 'qbittorrent', suite: host, shares: ['/tmp/commodarr-lab']},
    {id: transmission, kind: 'transmission', suite: host},
  ])
  await harness.harness.begin()
})
afterAll(() => harness?.harness.stop())

const made = makeTorrent({
  name: 'moved é by hand',
  isPrivate: true,
  content: {'film.mkv': 300_000, 'extras/scene.mkv': 70_000, 'extras/empty.nfo': 0},
})

/** Its action has ended, or waits for its copy to stand for a while. */
async function isMoved(from: string, to: string, path: string): Promise<void> {
  const keys = [{server_id: from, info_hash: made.hash}]
  const order = {keys, server_id: to, path, source: 'trash'}
  const {api} = harness.harness
  await eventually(
    async () => (await api.send('POST', '/api/torrents/copy-preview', order)).body as {refused: unknown[]},
    ({refused}) => refused.length === 0,
  )
  const {status, body} = await api.send('POST', '/api/torrents/copy', order)
  expect(status).toBe(202)
  await harness.eventually(to, made, isSeeding)
  // A tracker never sees both.
  expect((await harness.seen(from, made))?.running ?? false).toBe(false)
  harness.harness.leap()
  await harness.eventually(from, made, (seen) => seen === null)
  const {action_id: id} = body as {action_id: string}
  await eventually(
    async () => (await api.send('GET', `/api/actions/${id}`)).body as {state: string; counts: object},
    ({state}) => state !== 'running',
  )
  expect((await api.send('GET', `/api/actions/${id}`)).body).toMatchObject({state: 'done', counts: {done: 1}})
  expect(await harness.seen(to, made)).toMatchObject({running: true, progress: 1, tags: [tag]})
  for (const {at, isWhole} of harness.files(to, path, made)) expect([at, isWhole]).toEqual([at, true])
}

test('what a person moves is checked by the other server and runs there before it goes where it was, and moves back', async () => {
  await harness.put(qbit, made, {category: 'films', runs: true})
  await isMoved(qbit, transmission, `${harness.daemon(transmission).serverDownloadDir}/moved`)
  await isMoved(transmission, qbit, `${harness.daemon(qbit).serverDownloadDir}/back`)
})
