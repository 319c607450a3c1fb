import {dirname} from 'node:path'
import type {RtorrentDaemon} from '../daemons/rtorrent.ts'
import {callRtorrent, type RtorrentValue} from '../daemons/scgi.ts'
import type {Observer, SeenTorrent} from './observer.ts'

const fields = [
  'd.hash=',
  'd.name=',
  'd.state=',
  'd.hashing=',
  'd.completed_bytes=',
  'd.size_bytes=',
  'd.is_multi_file=',
  'd.directory=',
  'd.base_path=',
  'd.custom1=',
  'd.priority=',
  'd.connection_current=',
  'd.throttle_name=',
]

export function observeRtorrent(daemon: RtorrentDaemon): Observer {
  const call = (method: string, ...params: (string | number)[]) => callRtorrent(daemon.scgi, method, params)
  const rows = async (method: string, ...params: string[]) =>
    (await call(method, ...params)) as RtorrentValue[][]
  const row = async (hash: string) =>
    (await rows('d.multicall2', '', 'main', ...fields)).find((one) => String(one[0]).toLowerCase() === hash)
  const throttle = async (way: 'up' | 'down', name: string): Promise<number | null> => {
    if (name === '') return null
    const rate = Number(await call(`throttle.${way}.max`, '', name))
    return rate > 0 ? rate : null
  }
  const firstLast = async (hash: string) =>
    (await rows('f.multicall', hash, '', 'f.prioritize_first=', 'f.prioritize_last='))
      .flat()
      .every((isFirst) => isFirst === 1)
  return {
    hashes: async () =>
      (await rows('d.multicall2', '', 'main', 'd.hash=')).map((one) => String(one[0]).toLowerCase()),
    torrent: async (hash) => {
      const one = await row(hash)
      if (!one) return null
      const name = String(one[12])
      const limits = {downLimit: await throttle('down', name), upLimit: await throttle('up', name)}
      // A magnet link's row goes when its metadata came, before the torrent's own row appears.
      const isFirstLast = await firstLast(hash).catch(goneMeanwhile)
      return isFirstLast === null ? null : {...seen(one), ...limits, firstLast: isFirstLast}
    },
    files: async (hash) => {
      const top =
        String(await call('d.is_multi_file', hash)) === '1' ? `${String(await call('d.name', hash))}/` : ''
      const files = await rows('f.multicall', hash, '', 'f.path=', 'f.size_bytes=', 'f.priority=')
      return files.map(([path, size, priority]) => ({
        path: top + String(path),
        size: Number(size),
        priority: (['skip', 'normal', 'high'] as const)[Number(priority)] ?? 'normal',
      }))
    },
    trackers: async (hash) =>
      (await rows('t.multicall', hash, '', 't.url=', 't.is_enabled=', 't.group='))
        .filter(([url, isEnabled]) => Number(isEnabled) === 1 && !String(url).startsWith('dht:'))
        .sort((a, b) => Number(a[2]) - Number(b[2]))
        .map(([url]) => String(url)),
    webSeeds: () => Promise.resolve([]),
    peers: async (hash) =>
      (await rows('p.multicall', hash, '', 'p.address=', 'p.port=')).map(
        ([ip, port]) => `${String(ip)}:${String(port)}`,
      ),
    categories: () => Promise.resolve(undefined),
    tags: () => Promise.resolve(undefined),
    bannedPeers: () => Promise.resolve(undefined),
    limits: async () => ({
      down: limitOf(await call('throttle.global_down.max_rate', '')),
      up: limitOf(await call('throttle.global_up.max_rate', '')),
    }),
    preference: (name) => call(name, ''),
  }
}

function goneMeanwhile(error: unknown): null {
  if (/info-hash/.test(String(error))) return null
  throw error
}

/** Per-torrent limits work only while a global one is on; from 300 MiB/s it is one that limits nothing. */
function limitOf(rate: RtorrentValue): number | null {
  return Number(rate) > 0 && Number(rate) < 300 * 1024 * 1024 ? Number(rate) : null
}

/** `custom1` as Flood and ruTorrent write it: URI-encoded, with commas between the category and the tags. */
function seen(row: RtorrentValue[]): SeenTorrent {
  const text = (at: number) => String(row[at])
  const [category, ...tags] = text(9).split(',').map(decodeURIComponent)
  const size = Number(row[5])
  return {
    name: text(1),
    running: text(2) === '1',
    checking: text(3) !== '0',
    progress: size > 0 ? Number(row[4]) / size : 0,
    savePath: text(6) === '1' ? dirname(text(7)) : text(7),
    category: category ?? '',
    tags: tags.sort(),
    priority: (['off', 'low', 'normal', 'high'] as const)[Number(row[10])],
    superSeeding: text(11) === 'initial_seed',
  }
}
