/** What is inside a torrent and who is connected: invented from its hash when somebody asks, the same each time. */
import {seededRandom, seedOf} from './random.ts'
import type {SimFile, SimPeer, SimTorrent} from './sim-torrent.ts'

const clients = [
  'Deluge 2.1.1',
  'libtorrent 2.0.10',
  'qBittorrent 5.1.2',
  'rTorrent 0.9.8',
  'Transmission 4.0.6',
]
const countries = ['de', 'fr', 'jp', 'nl', 'se', 'us']

/** As many files as `fileCount` says, together `sizeTotal`, nothing held yet. */
export function inventFiles(torrent: SimTorrent): SimFile[] {
  const {fileCount, sizeTotal, rootName} = torrent
  if (fileCount <= 1) return [{path: rootName, size: sizeTotal, done: 0, priority: 'normal'}]
  const each = Math.floor(sizeTotal / fileCount)
  return Array.from({length: fileCount}, (_, index) => ({
    path: `${rootName}/${filePath(index)}`,
    size: index === fileCount - 1 ? sizeTotal - each * index : each,
    done: 0,
    priority: 'normal',
  }))
}

/** What the torrent holds of its wanted bytes lies in its wanted files, the first ones first. */
export function fillFiles(files: readonly SimFile[], held: number): void {
  let left = held
  for (const file of files) {
    file.done = file.priority === 'skip' ? 0 : Math.min(file.size, left)
    left -= file.done
  }
}

function filePath(index: number): string {
  const number = String(index + 1).padStart(3, '0')
  return index % 7 === 6 ? `extras/part-${number}.txt` : `part-${number}.bin`
}

/** One row per connected peer; together they carry the torrent's rates. Addresses are from the documentation nets. */
export function inventPeers(torrent: SimTorrent): SimPeer[] {
  const random = seededRandom(seedOf(torrent.hash))
  const seeds = torrent.seedsConnected
  const count = seeds + torrent.peersConnected
  return Array.from({length: count}, (_, index) => ({
    address: `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${1 + random.below(254)}:${20_000 + random.below(30_000)}`,
    id: random.hex(40),
    client: random.pick(clients),
    progress: index < seeds ? 1 : random.next(),
    downSpeed: index < seeds ? Math.floor(torrent.downSpeed / seeds) : 0,
    upSpeed: index < seeds ? 0 : Math.floor(torrent.upSpeed / torrent.peersConnected),
    downloaded: Math.floor(torrent.downloaded / count),
    uploaded: Math.floor(torrent.uploaded / count),
    flags: index < seeds ? 'D E' : 'U I',
    encrypted: random.chance(0.6),
    incoming: index >= seeds,
    country: random.pick(countries),
  }))
}
