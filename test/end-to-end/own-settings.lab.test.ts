/** What real clients do by settings of their own: what reaches a limit goes, and what is erased goes with its files. */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import type {RtorrentDaemon} from '#lab/daemons/rtorrent.ts'
import {callRtorrent} from '#lab/daemons/scgi.ts'
import {hostSuite} from '#lab/daemons/suites.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {CopyHarness} from './real-copies.fixture.ts'
import {bounds, eventually, isPassing} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 240_000, hookTimeout: 240_000})

const host = hostSuite() ?? 'bookworm'
const [qbit, transmission, rtorrent] = ['qBit', 'Transmission-3', 'rTorrent-9'] as const

let harness: CopyHarness
beforeAll(async () => {
  harness = await CopyHarness.build([
    {id: qbit, kind: 'qbittorrent', suite: host, shares: ['/tmp/commodarr-lab']},
    {id: transmission, kind: 'transmission', suite: host},
    {id: rtorrent, kind: 'rtorrent', suite: host},
  ])
  await harness.harness.begin()
})
afterAll(() => harness?.harness.stop())

const made = (name: string): MadeTorrent =>
  makeTorrent({
    name,
    content: {'film.mkv': 300_000, 'more.mkv': 200_000},
    isPrivate: true,
    trackers: [harness.harness.tracker.announceUrl],
  })

/** With its place, which a server may not report in its first list. */
async function isShown(...all: readonly MadeTorrent[]): Promise<void> {
  const placed = async () => {
    const {torrents} = await harness.harness.api.list()
    return torrents
      .filter(({content_path: path}) => typeof path === 'string' && path.startsWith('/'))
      .map(({info_hash: hash}) => hash)
  }
  await eventually(placed, (shown) => all.every(({hash}) => shown.includes(hash)))
}

async function add(server: string, it: MadeTorrent, savePath: string): Promise<void> {
  const source = {torrent: it.torrent, fileName: `${it.hash}.torrent`}
  await harness.client(server).server.addTorrent({source, start: true, savePath}, bounds)
}

/** @returns what the program said of it, once its server had time to do whatever it does */
async function remove(server: string, it: MadeTorrent, how: string): Promise<string> {
  const {status, body} = await eventually(
    () => harness.harness.api.send('DELETE', `/api/torrents/${it.hash}?server_id=${server}${how}`),
    (answer) => !isPassing((answer.body as {code?: string} | null)?.code),
  )
  // Daemons delete after their answer.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  return `${status} ${JSON.stringify(body)}`
}

test.each([qbit, transmission])(
  '%s: a file of another size that was there before its torrent stays',
  async (server) => {
    const {downloadDir, serverDownloadDir} = harness.daemon(server)
    const it = made(`Foreign ${server}`)
    const own = join(downloadDir, it.name, 'film.mkv')
    mkdirSync(dirname(own), {recursive: true})
    writeFileSync(own, Buffer.alloc(777_777, 1))
    await add(server, it, serverDownloadDir)
    await harness.eventually(server, it, (seen) => seen !== null && !seen.checking)
    await isShown(it)
    const reported = await remove(server, it, '&delete_data=true&free_at_once=true')
    expect.soft(reported).toContain('Remove it without data.')
    expect(existsSync(own), reported).toBe(true)
    expect(await remove(server, it, '&delete_data=false')).toMatch(/^200/)
    await harness.eventually(server, it, (seen) => seen === null)
    expect(existsSync(own)).toBe(true)
  },
)

test('an rTorrent that deletes what is erased keeps its torrents, until that is taken out', async () => {
  const {downloadDir, serverDownloadDir} = harness.daemon(rtorrent)
  const {scgi} = harness.daemon(rtorrent) as RtorrentDaemon
  const handler = ['', 'event.download.erased', 'delete_data'] as const
  await callRtorrent(scgi, 'method.set_key', [...handler, 'execute.nothrow=rm,-rf,--,$d.base_path='])
  const it = made('Erased')
  it.writePayload(downloadDir)
  await add(rtorrent, it, serverDownloadDir)
  await harness.eventually(rtorrent, it, (seen) => seen?.progress === 1 && !seen.checking)
  await isShown(it)
  for (const how of ['&delete_data=false', '&delete_data=true&free_at_once=true'])
    expect.soft(await remove(rtorrent, it, how)).toContain('delete_data')
  expect(await harness.seen(rtorrent, it)).not.toBeNull()
  expect(existsSync(join(downloadDir, 'Erased/film.mkv'))).toBe(true)
  await callRtorrent(scgi, 'method.set_key', handler)
  await remove(rtorrent, it, '&delete_data=false')
  await harness.eventually(rtorrent, it, (seen) => seen === null)
  expect(existsSync(join(downloadDir, 'Erased/film.mkv'))).toBe(true)
})

test('nothing is copied over the same files to a qBittorrent that removes with its files what reached its ratio', async () => {
  await harness.client(qbit).server.setPreferences({values: {max_ratio_act: 3}}, bounds)
  const {downloadDir, serverDownloadDir} = harness.daemon(transmission)
  const it = made('Limited')
  await harness.put(transmission, it, {category: 'limited', runs: true})
  await harness.client(transmission).control.setShareLimits([it.hash], {ratio: 0}, bounds)
  await harness.rule({
    name: 'Limited',
    scope: {servers: [transmission], categories: ['limited']},
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'copyTo', server: qbit, path: serverDownloadDir}],
  })
  await isShown(it)
  const reported = await eventually(
    async () =>
      JSON.stringify([
        await harness.harness.explanation({server: transmission, hash: it.hash}),
        await harness.harness.journal(`&info_hash=${it.hash}`),
      ]),
    (all) => all.includes('reaches a share limit') || all.includes('"confirmed"'),
    1_200,
  ).catch(() => '')
  expect.soft(reported).toContain('Stop torrent')
  expect.soft(await harness.seen(qbit, it)).toBeNull()
  expect(existsSync(join(downloadDir, 'Limited/film.mkv'))).toBe(true)
})
