import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {onTestFinished, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {fromTorrent} from './additions.ts'
import {liveIn} from './lived-in.ts'
import {Motion} from './motion.ts'
import {Neighbours} from './neighbours.ts'
import {seededRandom} from './random.ts'
import {SharedDisk} from './sim-disk.ts'
import type {SimTorrent} from './sim-torrent.ts'
import {torrentFileOf, TorrentFolder} from './torrent-folder.ts'
import {World} from './world.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-neighbours-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  return folder
}

/** One seeds a torrent that the other one just added, each over a folder of its own. */
function twoServers(more: object = {}) {
  const clock = new VirtualClock()
  const neighbours = new Neighbours()
  const [from, to] = ['/srv/downloads', '/srv/downloads'].map((defaultSavePath, at) => {
    const world = new World({clock, seed: at + 1, defaultSavePath})
    neighbours.join(world)
    world.disk = new SharedDisk(newFolder(), {isBlank: true}).seenAt(defaultSavePath)
    return world
  }) as [World, World]
  const lived = liveIn(from, seededRandom(5))
  const source = from.put({...lived, state: 'seeding', running: true, done: lived.size!})
  from.layFiles(source)
  const copy = () => {
    const {torrent} = to.commands.add(
      fromTorrent(to, source.metainfo!, {savePath: source.savePath, running: true, ...more}),
    )
    return torrent
  }
  const motion = new Motion(to, {seed: 1, changePerSecond: 1, isSteady: true})
  const pass = async (seconds: number) => {
    await clock.advance(seconds * 1_000)
    motion.tick(seconds)
  }
  const received = async (torrent: SimTorrent, seconds: number) => {
    const before = torrent.done
    for (let at = 0; at < seconds; at++) await pass(1)
    return torrent.done - before
  }
  return {from, to, source, copy, pass, received}
}

test('what a neighbour seeds is downloaded from it, uploaded there, and whole after a check of the disk', async () => {
  const {from, to, source, copy, received} = twoServers()
  const before = source.uploaded
  const torrent = copy()
  to.commands.addPeers([torrent], {peers: [`127.0.0.1:${from.peerPort}`]})
  for (let turn = 0; torrent.done < torrent.size && turn < 1_000; turn++) await received(torrent, 5)
  expect([torrent.state, torrent.done]).toEqual(['seeding', source.size])
  expect(source.uploaded - before).toBe(torrent.size)
  to.commands.recheck([torrent])
  to.commands.settle(torrent)
  expect(torrent.done).toBe(source.size)
})

test.each([
  ['is stopped', ({from, source}: ReturnType<typeof twoServers>) => from.commands.stop([source])],
  ['is removed', ({from, source}: ReturnType<typeof twoServers>) => from.commands.remove([source])],
  [
    'is banned',
    ({from, to}: ReturnType<typeof twoServers>) => void to.bannedPeers.add(`10.0.0.1:${from.peerPort}`),
  ],
])('from a source that %s nothing comes any more', async (what, happens) => {
  const servers = twoServers()
  const {from, to, copy, received} = servers
  const torrent = copy()
  if (what === 'is banned') happens(servers)
  to.commands.addPeers([torrent], {peers: [`10.0.0.1:${from.peerPort}`]})
  const fast = await received(torrent, 4)
  if (what !== 'is banned') {
    expect(fast).toBeGreaterThan(50_000_000)
    happens(servers)
    // What was asked for by then still comes.
    await received(torrent, 1)
  }
  expect(await received(torrent, 4)).toBeLessThan(20_000_000)
})

test('a daemon that restarts has forgotten its peers, and one whose disk is full stops with an error', async () => {
  const {from, to, copy, received} = twoServers()
  const torrent = copy()
  const peers = [`10.0.0.1:${from.peerPort}`]
  to.commands.addPeers([torrent], {peers})
  expect(to.giverOf(torrent)?.world).toBe(from)
  to.restart()
  expect(to.giverOf(torrent)).toBeNull()
  to.commands.addPeers([torrent], {peers})
  to.free = 200_000_000
  await received(torrent, 10)
  expect([torrent.state, torrent.errorText]).toEqual(['error', 'No space left on device'])
})

test('a check takes the files of another torrent for none of its own', () => {
  const {to, copy} = twoServers({running: false})
  const folder = newFolder()
  to.disk = new SharedDisk(folder, {isBlank: true}).seenAt('/srv/downloads')
  const torrent = copy()
  to.layFiles(torrent)
  to.commands.recheck([torrent])
  to.commands.settle(torrent)
  expect(torrent.done).toBe(torrent.size)
  const [path] = to.pathsOf(torrent) as [string]
  writeFileSync(join(folder, path.slice('/srv/downloads/'.length)), 'something else', {flag: 'r+'})
  to.commands.recheck([torrent])
  to.commands.settle(torrent)
  expect(torrent.done).toBeLessThan(torrent.size)
})

test('a daemon keeps the .torrent file of each torrent, where it says, until the torrent is removed', () => {
  const {from, source} = twoServers()
  const folder = newFolder()
  from.torrentFolder = new TorrentFolder(folder, 'transmission')
  const place = join(folder, torrentFileOf('transmission', source).slice('/srv/config/'.length))
  from.torrentFolder.keep(source)
  expect(readFileSync(place)).toEqual(Buffer.from(source.metainfo!))
  from.commands.remove([source])
  expect(existsSync(place)).toBe(false)
})
