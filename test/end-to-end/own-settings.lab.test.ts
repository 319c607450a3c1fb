/** What real clients do by settings of their own: what reaches a limit goes, and what is erased goes with its files. */
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {hostSuite} from '#lab/daemons/suites.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {CopyHarness} from './real-copies.fixture.ts'
import {bounds, eventually} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 240_000, hookTimeout: 240_000})

const host = hostSuite() ?? 'bookworm'
const [qbit, transmission] = ['qBit', 'Transmission-3'] as const

let house: CopyHarness
beforeAll(async () => {
  house = await CopyHarness.build([
    {id: qbit, kind: 'qbittorrent', suite: host, shares: ['/tmp/commodarr-lab']},
    {id: transmission, kind: 'transmission', suite: host},
  ])
  await house.house.begin()
})
afterAll(() => house?.house.stop())

const made = (name: string): MadeTorrent =>
  makeTorrent({
    name,
    content: {'film.mkv': 300_000, 'more.mkv': 200_000},
    isPrivate: true,
    trackers: [house.house.tracker.announceUrl],
  })

async function isShown(...all: readonly MadeTorrent[]): Promise<void> {
  await eventually(
    async () => (await house.house.api.list()).torrents.map(({info_hash: hash}) => hash),
    (shown) => all.every(({hash}) => shown.includes(hash)),
  )
}

test('nothing is copied over the same files to a qBittorrent that removes with its files what reached its ratio', async () => {
  await house.client(qbit).server.setPreferences({values: {max_ratio_act: 3}}, bounds)
  const {downloadDir, serverDownloadDir} = house.daemon(transmission)
  const it = made('Limited')
  await house.put(transmission, it, {category: 'limited', runs: true})
  await house.client(transmission).control.setShareLimits([it.hash], {ratio: 0}, bounds)
  await house.rule({
    name: 'Limited',
    scope: {servers: [transmission], categories: ['limited']},
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'copyTo', server: qbit, path: serverDownloadDir}],
  })
  await isShown(it)
  const told = await eventually(
    async () =>
      JSON.stringify([
        await house.house.explanation({server: transmission, hash: it.hash}),
        await house.house.journal(`&info_hash=${it.hash}`),
      ]),
    (all) => all.includes('reaches a share limit') || all.includes('"confirmed"'),
    1_200,
  ).catch(() => '')
  expect.soft(told).toContain('Stop torrent')
  expect.soft(await house.seen(qbit, it)).toBeNull()
  expect(existsSync(join(downloadDir, 'Limited/film.mkv'))).toBe(true)
})
