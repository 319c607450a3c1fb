/** Torrents as a large household has them, the same at every run: names of several kinds, few categories, many sizes. */
import {torrentStates, type TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, asServerId, type ServerId} from '#model/torrent-key.ts'

const STARTED_AT = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000

export function serverId(n: number): ServerId {
  return asServerId(`qBit-${n}`)
}

/** One of the four thousand million numbers that belong to these two; spreads well, needs no state. */
function mixed(a: number, b: number): number {
  let x = Math.imul(a + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

function hashOf(server: number, n: number): TorrentPatch['hash'] {
  let hex = ''
  for (let part = 0; part < 5; part++)
    hex += mixed(n * 5 + part, server)
      .toString(16)
      .padStart(8, '0')
  return asInfoHash(hex)!
}

const systems = [
  'Ubuntu',
  'Debian',
  'Fedora',
  'Linux Mint',
  'Arch',
  'openSUSE',
  'Système Épisode',
  'Книга',
  'Ångström',
]

function nameOf(seed: number): string {
  const system = systems[seed % systems.length]!
  const number = (seed >>> 8) % 40
  switch (seed % 3) {
    case 0:
      return `${system} ${number}.${seed % 12} amd64 desktop live installation image ${seed % 9973}.iso`
    case 1:
      return `${system}.Documentary.S0${number % 10}E${String(seed % 24).padStart(2, '0')}.1080p.WEB-DL.x265-${seed % 7919}`
    default:
      return `${system} archive, volume ${number} of 40 (${1990 + (seed % 37)}) [${seed % 5003}]`
  }
}

/** Everything a qBittorrent tells of one torrent. */
export function torrentOf(server: number, n: number): TorrentPatch {
  const seed = mixed(n, server)
  const hash = hashOf(server, n)
  const size = ((seed % 60_000) + 1) * 700_001
  const complete = seed % 10 !== 0
  const amountLeft = complete ? 0 : Math.floor(size / 2)
  const name = nameOf(seed)
  const category = `c${seed % 12}`
  const savePath = `/data/torrents/${category}`
  const addedAt = STARTED_AT - (seed % 900) * DAY_MS - (seed % 86_400) * 1000
  return {
    hash,
    name,
    infoHashV1: hash,
    infoHashV2: null,
    category,
    savePath,
    contentPath: `${savePath}/${name}`,
    state: torrentStates[seed % 9]!,
    nativeState: complete ? 'stalledUP' : 'downloading',
    complete,
    forceStart: false,
    queuedCheck: false,
    trackerProblem: seed % 50 === 0,
    hasMetadata: true,
    size,
    sizeTotal: size,
    completed: size - amountLeft,
    amountLeft,
    progress: complete ? 1 : 0.5,
    downSpeed: complete ? 0 : seed % 1e6,
    upSpeed: seed % 7 === 0 ? seed % 1e6 : 0,
    downloaded: size + (seed % 1000),
    uploaded: size * ((seed % 400) / 100),
    eta: complete ? null : seed % 90_000,
    sessionDownloaded: 0,
    sessionUploaded: seed % 1e9,
    nativeRatio: (seed % 400) / 100,
    trackerStatus: 'ok',
    trackerHost: `tracker${seed % 15}.example`,
    tags: seed % 3 === 0 ? [`t${seed % 8}`] : [],
    nextAnnounceAt: STARTED_AT + (seed % 1800) * 1000,
    message: '',
    trackerMessage: '',
    seedsConnected: seed % 30,
    peersConnected: seed % 20,
    seedsSwarm: seed % 900,
    peersSwarm: seed % 300,
    availability: complete ? undefined : 3.2,
    addedAt,
    completedAt: complete ? addedAt + 3_600_000 : null,
    lastActivityAt: STARTED_AT - (seed % 86_400) * 1000,
    seenCompleteAt: STARTED_AT,
    activeTime: seed % 9e6,
    seedingTime: seed % 8e6,
    isPrivate: seed % 2 === 0,
    queuePosition: null,
    downLimit: null,
    upLimit: null,
    ratioLimit: 'inherit',
    seedTimeLimit: 'inherit',
    idleLimit: 'inherit',
    sequential: false,
    firstLast: false,
    superSeeding: false,
    autoManaged: true,
  }
}

/** What a tick changes of some torrents: rates and counters. */
export function changesOf(server: number, torrents: number, tick: number, count: number): TorrentPatch[] {
  return Array.from({length: count}, (_, i) => {
    const n = mixed(tick * count + i, server) % torrents
    const seed = mixed(tick, n)
    return {
      hash: hashOf(server, n),
      upSpeed: seed % 2e6,
      uploaded: 1e9 + tick * 1e6 + (seed % 1e6),
      sessionUploaded: tick * 1e6,
      peersConnected: seed % 40,
      eta: seed % 90_000,
      lastActivityAt: STARTED_AT + tick * 1000,
    }
  })
}
