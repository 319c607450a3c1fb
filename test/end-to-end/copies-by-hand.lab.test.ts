/**
 * A person copies and moves private torrents between real daemons of every kind, with their data laid beside and, where
 * no disk of ours shows both folders, fetched from the very source: no tracker answers these daemons.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {ownFolder} from '#lab/daemons/process.ts'
import {hostSuite} from '#lab/daemons/suites.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {CopyHarness, isSeeding, tag} from './real-copies.fixture.ts'
import {eventually} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000})

const host = hostSuite() ?? 'bookworm'
const [qbit, transmission, rtorrent, deluge] = ['qBit', 'Transmission-3', 'rTorrent-9', 'Deluge-2'] as const

let harness: CopyHarness
beforeAll(async () => {
  harness = await CopyHarness.build([
    // Where the folders of all daemons of this machine's own release lie.
    {id: qbit, kind: 'qbittorrent', suite: host, shares: ['/tmp/commodarr-lab']},
    {id: transmission, kind: 'transmission', suite: host},
    {id: rtorrent, kind: 'rtorrent', suite: host},
    {id: deluge, kind: 'deluge', suite: host},
  ])
  await harness.harness.begin()
})
/** Folders that daemons write to and no mapping of ours covers. */
const unseen: string[] = []
afterAll(async () => {
  await harness?.harness.stop()
  for (const folder of unseen) rmSync(folder, {recursive: true, force: true})
})

function made(name: string): MadeTorrent {
  return makeTorrent({
    name,
    isPrivate: true,
    // Nobody answers there; rTorrent takes no torrent without a tracker.
    trackers: ['http://127.0.0.1:9/announce'],
    content: {'film.mkv': 300_000, 'extras/scene.mkv': 70_000, 'extras/empty.nfo': 0},
  })
}

function unseenFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-unseen-'))
  ownFolder(folder)
  unseen.push(folder)
  return folder
}

/** @returns the id of its action, once nothing of it is refused any more */
async function ordered(order: {readonly download?: boolean} & Record<string, unknown>): Promise<string> {
  const {api} = harness.harness
  await eventually(
    async () => (await api.send('POST', '/api/torrents/copy-preview', order)).body as {refused: unknown[]},
    ({refused}) => refused.length === 0,
  )
  const {status, body} = await api.send('POST', '/api/torrents/copy', order)
  expect(status).toBe(202)
  return (body as {action_id: string}).action_id
}

async function isDone(id: string): Promise<void> {
  const {api} = harness.harness
  const action = await eventually(
    async () => (await api.send('GET', `/api/actions/${id}`)).body as {state: string; counts: object},
    ({state}) => state !== 'running',
  )
  expect(action).toMatchObject({state: 'done', counts: {done: 1}})
}

/** The source goes once the copy has stood for a while. */
async function isMoved(
  it: MadeTorrent,
  [from, to]: readonly [string, string],
  path: string,
  tags: readonly string[] = [tag],
): Promise<void> {
  const keys = [{server_id: from, info_hash: it.hash}]
  const id = await ordered({keys, server_id: to, path, source: 'trash'})
  await harness.eventually(to, it, isSeeding)
  // A tracker never sees both.
  expect((await harness.seen(from, it))?.running ?? false).toBe(false)
  harness.harness.leap()
  await harness.eventually(from, it, (seen) => seen === null)
  await isDone(id)
  expect(await harness.seen(to, it)).toMatchObject({running: true, progress: 1, tags})
  for (const {at, isWhole} of harness.files(to, path, it)) expect([at, isWhole]).toEqual([at, true])
}

test('what a person moves is checked by the other server and runs there before it goes where it was, and moves back', async () => {
  const it = made('moved é by hand')
  const downloads = (id: string) => harness.daemon(id).serverDownloadDir
  await harness.put(qbit, it, {category: 'films', runs: true})
  await isMoved(it, [qbit, transmission], `${downloads(transmission)}/moved`)
  await isMoved(it, [transmission, qbit], `${downloads(qbit)}/back`)
})

test('it moves on through Deluge, which has no tags, and rTorrent', async () => {
  const it = made('moved é on')
  const downloads = (id: string) => harness.daemon(id).serverDownloadDir
  await harness.put(qbit, it, {category: 'films', runs: true})
  await isMoved(it, [qbit, deluge], `${downloads(deluge)}/moved`, [])
  await isMoved(it, [deluge, rtorrent], `${downloads(rtorrent)}/moved`, [])
  await isMoved(it, [rtorrent, qbit], `${downloads(qbit)}/moved`, [])
})

test.each([
  [qbit, deluge],
  [deluge, qbit],
  [transmission, qbit],
  [qbit, transmission],
  [qbit, rtorrent],
  [rtorrent, deluge],
])('where no tracker answers, what %s has is fetched from there: to %s', async (from, to) => {
  const it = made(`fetched from ${from} to ${to}`)
  const path = unseenFolder()
  await harness.put(from, it, {category: 'films', runs: true})
  const keys = [{server_id: from, info_hash: it.hash}]
  const id = await ordered({keys, server_id: to, path, source: 'stays', start: true, download: true})
  await harness.eventually(to, it, isSeeding)
  await isDone(id)
  for (const {path: file, bytes} of it.files)
    expect([file, readFileSync(join(path, file)).equals(bytes)]).toEqual([file, true])
})

test('a Deluge that draws its port is met at the one where it listens', async () => {
  const {api} = harness.harness
  const set = async (values: object) => {
    const {status} = await api.send('PATCH', `/api/servers/${deluge}/preferences`, values)
    expect(status).toBe(204)
  }
  await set({random_port: true})
  const it = made('fetched from a drawn port')
  const path = unseenFolder()
  await harness.put(deluge, it, {category: 'films', runs: true})
  const keys = [{server_id: deluge, info_hash: it.hash}]
  const order = {keys, server_id: qbit, path, source: 'stays', start: true, download: true}
  const id = await ordered(order)
  await harness.eventually(qbit, it, isSeeding)
  await isDone(id)
  await set({random_port: false})
})

test('a download that is stopped there says so, goes on once it is started, and is begun only once', async () => {
  const {api} = harness.harness
  const it = made('stopped in between')
  const path = unseenFolder()
  // Nothing comes before the source runs.
  await harness.put(qbit, it, {category: 'films', runs: false})
  const keys = [{server_id: qbit, info_hash: it.hash}]
  const order = {keys, server_id: deluge, path, source: 'stays', start: true, download: true}
  const id = await ordered(order)
  await harness.eventually(deluge, it, (seen) => seen !== null)
  const again = await api.send('POST', '/api/torrents/copy-preview', order)
  expect(again.body).toMatchObject({refused: [{code: 'changed_meanwhile', count: 1}]})
  const waits = async (why: RegExp) =>
    eventually(
      async () => JSON.stringify((await api.send('GET', '/api/activity/next')).body),
      (next) => why.test(next),
    )
  await waits(/torrent that it comes from is stopped/)
  await api.act('stop', [{server_id: deluge, info_hash: it.hash}])
  await waits(/stopped on the other server/)
  await api.act('start', [{server_id: deluge, info_hash: it.hash}])
  await api.act('start', keys)
  await harness.eventually(deluge, it, isSeeding)
  await isDone(id)
})
