/**
 * Rules of people bring torrents from one real daemon to another: every kind to every other, in old and new versions.
 * Everything is asserted at the daemons, on the disk, and in the journal.
 */
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {hostSuite, readySuites} from '#lab/daemons/suites.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {otherDiskThan} from '#test/disks.ts'
import {CopyHarness, isSeeding, tag, upLimit, type Brought, type CopyOrder} from './real-copies.fixture.ts'
import {eventually} from './real-harness.fixture.ts'

// As many as are copied at once.
vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000, maxConcurrency: 2})

const host = hostSuite() ?? 'bookworm'
const other = readySuites().find((suite) => suite !== host) ?? host
const newest = readySuites().at(-1) ?? host
const [qbit, qbit5] = ['qBit', 'qBit-5'] as const
const [transmission, transmission4] = ['Transmission-3', 'Transmission-4'] as const
const [rtorrent, rtorrent16] = ['rTorrent-9', 'rTorrent-16'] as const

/** On another disk than the daemons of this machine's own release, which lie in `/tmp` wherever temporary folders do. */
const otherDisk = otherDiskThan('/tmp')
const away = mkdtempSync(join(otherDisk ?? tmpdir(), 'commodarr-copies-'))

let harness: CopyHarness
beforeAll(async () => {
  writeFileSync(join(away, 'something'), '')
  harness = await CopyHarness.build([
    // Where the folders of all daemons of this machine's own release lie.
    {id: qbit, kind: 'qbittorrent', suite: host, shares: ['/tmp/commodarr-lab']},
    {id: qbit5, kind: 'qbittorrent', suite: other},
    {id: transmission, kind: 'transmission', suite: host, shares: [away]},
    {id: transmission4, kind: 'transmission', suite: newest},
    {id: rtorrent, kind: 'rtorrent', suite: host},
    {id: rtorrent16, kind: 'rtorrent', suite: newest},
  ])
  await harness.harness.begin()
})
afterAll(async () => {
  await harness?.harness.stop()
  rmSync(away, {recursive: true, force: true})
})

/** Those that come from a Transmission at the end: each leap looks like a restart of it, whose time is its own. */
describe.concurrent('whole', () => {
  test.each<[string, string]>([
    [qbit, rtorrent],
    [qbit, transmission],
    [qbit5, rtorrent16],
    [rtorrent, qbit],
    [rtorrent, transmission4],
    [rtorrent16, qbit5],
  ])('from %s to %s: copied, checked there and started, with all that it is', isCopied)

  test('what is stopped where it is stays so', async () => {
    const it = await harness.send({from: rtorrent16, to: rtorrent, action: 'copyTo', runs: false})
    await isConfirmed(it)
    expect(await harness.seen(rtorrent, it.made)).toMatchObject({running: false, progress: 1})
  })

  test.each<[string, string]>([
    [transmission, qbit5],
    [transmission4, qbit],
    [transmission4, transmission],
  ])('from %s to %s: copied, checked there and started, with all that it is', isCopied)
})

describe.concurrent('moved, half an hour after it was seen first', () => {
  let [shared, disks, toTransmission, toRtorrent]: Brought[] = []
  beforeAll(async () => {
    const path = harness.daemon(rtorrent).serverDownloadDir
    const all = await Promise.all([
      harness.send({from: rtorrent, to: qbit, action: 'move', path}),
      harness.send({from: qbit, to: transmission, action: 'move', path: away}),
      harness.send({from: qbit5, to: transmission4, action: 'move'}),
      harness.send({from: transmission, to: rtorrent16, action: 'move'}),
    ])
    ;[shared, disks, toTransmission, toRtorrent] = all
    await harness.areShown(all)
    harness.harness.leap()
  })

  test('S05 within the very folder that both use: only the torrent leaves', async () => {
    const {made, path} = shared!
    const before = harness.files(rtorrent, path, made)
    await isMoved(shared!)
    expect(harness.files(rtorrent, path, made)).toEqual(before)
    expect(await harness.lines(shared!)).toContain('remove confirmed')
  })

  test.runIf(otherDisk !== null)(
    'to another disk: copied byte by byte, and then gone where it was',
    async () => {
      await isMoved(disks!)
      const files = harness.files(transmission, away, disks!.made)
      expect(files.map(({nlink}) => nlink)).toEqual(files.map(() => 1))
      expect(files[0]!.dev).not.toBe(statSync(harness.daemon(qbit).downloadDir).dev)
    },
  )

  test('from a qBittorrent to a Transmission: gone where it was', () => isMoved(toTransmission!))

  test('from a Transmission to an rTorrent: gone where it was', () => isMoved(toRtorrent!))
})

describe.each<[CopyOrder, CopyOrder]>([
  [
    {from: rtorrent, to: qbit5, action: 'copyTo'},
    {from: qbit5, to: transmission4, action: 'copyTo'},
  ],
  [
    {from: qbit, to: rtorrent16, action: 'copyTo'},
    {from: qbit5, to: transmission, action: 'copyTo'},
  ],
])('damaged', (...orders) => {
  test(`from ${orders.map(({from, to}) => `${from} to ${to}`).join(', ')}: never started, and its source stays`, async () => {
    const all = await Promise.all(orders.map((order) => harness.send(order, damage)))
    const before = all.map(({from, made}) =>
      harness.files(from, harness.daemon(from).serverDownloadDir, made),
    )
    for (const {to, made} of all)
      await harness.eventually(to, made, (seen) => seen !== null && !seen.checking && seen.progress > 0)
    for (const it of all) await eventually(() => isChecked(it), Boolean)
    harness.harness.leap()
    for (const [nth, it] of all.entries()) {
      const {from, to, made} = it
      await eventually(
        () => harness.lines(it),
        (lines) => lines.includes('copyTo failed not_whole'),
      )
      const there = await harness.seen(to, made)
      expect(there!.progress).toBeLessThan(1)
      expect(there!.running).toBe(false)
      expect(await harness.seen(from, made)).toMatchObject({running: true, progress: 1})
      // Linked, and left as it was.
      const after = harness.files(from, harness.daemon(from).serverDownloadDir, made)
      expect(after.map(({ino, isWhole}) => [ino, isWhole])).toEqual(
        before[nth]!.map(({ino, isWhole}) => [ino, isWhole]),
      )
      expect((await harness.lines(it)).filter((line) => line.startsWith('remove'))).toEqual([])
    }
  })
})

async function isCopied(from: string, to: string): Promise<void> {
  const it = await harness.send({from, to, action: 'copyTo'})
  const {made, path} = it
  const there = await harness.eventually(to, made, isSeeding)
  expect(there).toMatchObject({savePath: path, tags: [tag], upLimit, category: made.name})
  const trackers = (server: string) => harness.harness.observers.get(server)!.trackers(made.hash)
  expect(await trackers(to)).toEqual(await trackers(from))
  await isConfirmed(it)
  expect(await harness.seen(from, made)).toMatchObject({running: true, progress: 1, tags: [tag]})
  const sources = harness.files(from, harness.daemon(from).serverDownloadDir, made)
  for (const [nth, {isWhole, ino, at}] of harness.files(to, path, made).entries()) {
    expect([at, isWhole]).toEqual([at, true])
    // A server makes empty files by itself.
    if (statSync(at).size > 0) expect([at, ino]).toEqual([at, sources[nth]!.ino])
  }
}

/** It runs there, and is gone where it was. */
async function isMoved(it: Brought): Promise<void> {
  await harness.eventually(it.to, it.made, isSeeding)
  await harness.eventually(it.from, it.made, (seen) => seen === null)
  await eventually(
    () => harness.lines(it),
    (lines) => lines.some((line) => /^remove.* confirmed$/.test(line)),
  )
  expect(await harness.lines(it)).toContain('copyTo confirmed')
  expect(await harness.seen(it.to, it.made)).toMatchObject({running: true, progress: 1})
  for (const {at, isWhole} of harness.files(it.to, it.path, it.made))
    expect([at, isWhole]).toEqual([at, true])
}

async function isConfirmed(it: Brought): Promise<void> {
  await eventually(
    () => harness.lines(it),
    (lines) => lines.includes('copyTo confirmed'),
  )
}

/** The other server was told to look at all of it. */
async function isChecked({made}: Brought): Promise<boolean> {
  const entries = await harness.harness.journal(`&info_hash=${made.hash}`)
  return entries.some(({verb, phase}) => verb === 'recheck' && /^(sent|confirmed|unconfirmed)$/.test(phase))
}

/** A piece of it is another, though its size is the same. */
function damage(folder: string, {files}: MadeTorrent): void {
  const [{path, bytes}] = files as [MadeTorrent['files'][number]]
  const spoiled = Buffer.from(bytes)
  spoiled.fill(0, 0, 20_000)
  writeFileSync(join(folder, path), spoiled)
}
