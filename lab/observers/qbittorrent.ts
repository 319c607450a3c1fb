import type {FilePriority} from '#model/command.ts'
import type {Limit} from '#model/torrent.ts'
import type {LabDaemon} from '../daemons/daemon.ts'
import {textOf, type Observer, type SeenTorrent} from './observer.ts'

type Row = Readonly<Record<string, unknown>>

/** Its own session, so that our client's deltas stay its own. */
export function observeQbittorrent(daemon: LabDaemon): Observer {
  const get = reader(daemon)
  const rows = async (query: string) => (await get(`torrents/info${query}`)) as Row[]
  return {
    hashes: async () => (await rows('')).map((row) => String(row['hash'])),
    torrent: async (hash) => {
      const row = (await rows(`?hashes=${hash}`))[0]
      if (!row) return null
      try {
        return seen(row, (await get(`torrents/properties?hash=${hash}`)) as Row)
      } catch (error) {
        // It may have gone between both questions.
        if ((await rows(`?hashes=${hash}`)).length === 0) return null
        throw error
      }
    },
    files: async (hash) =>
      ((await get(`torrents/files?hash=${hash}`)) as Row[]).map((row) => ({
        path: String(row['name']),
        size: Number(row['size']),
        priority: filePriorities[Number(row['priority'])] ?? 'normal',
      })),
    trackers: async (hash) =>
      ((await get(`torrents/trackers?hash=${hash}`)) as Row[])
        .filter((row) => Number(row['tier']) >= 0 && !String(row['url']).startsWith('**'))
        .sort((a, b) => Number(a['tier']) - Number(b['tier']))
        .map((row) => String(row['url'])),
    webSeeds: async (hash) =>
      ((await get(`torrents/webseeds?hash=${hash}`)) as Row[]).map((row) => String(row['url'])),
    peers: async (hash) =>
      Object.keys(((await get(`sync/torrentPeers?hash=${hash}&rid=0`)) as {peers?: Row}).peers ?? {}),
    categories: async () => {
      const all = (await get('torrents/categories')) as Record<string, Row>
      return Object.fromEntries(Object.entries(all).map(([name, row]) => [name, textOf(row['savePath'])]))
    },
    tags: async () => (await get('torrents/tags')) as string[],
    bannedPeers: async () =>
      textOf(((await get('app/preferences')) as Row)['banned_IPs'])
        .split('\n')
        .filter((line) => line !== ''),
    limits: async () => {
      const all = (await get('app/preferences')) as Row
      const mode = String(await get('transfer/speedLimitsMode'))
      return {
        down: limitOf(all['dl_limit']),
        up: limitOf(all['up_limit']),
        altDown: limitOf(all['alt_dl_limit']),
        altUp: limitOf(all['alt_up_limit']),
        altSpeed: mode === '1',
      }
    },
    preference: async (name) => ((await get('app/preferences')) as Row)[name],
  }
}

/** GET below `/api/v2/`, JSON where it is JSON; logs in when it has to. */
function reader(daemon: LabDaemon): (path: string) => Promise<unknown> {
  let cookie = ''
  const login = async () => {
    const answer = await fetch(`${daemon.url}/api/v2/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({username: daemon.username, password: daemon.password}),
    })
    cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0]!
  }
  const get = async (path: string, again = true): Promise<unknown> => {
    const answer = await fetch(`${daemon.url}/api/v2/${path}`, {headers: {cookie}})
    const text = await answer.text()
    if (answer.status === 403 && again) {
      await login()
      return get(path, false)
    }
    if (!answer.ok) throw new Error(`qBittorrent answered ${answer.status} to ${path}: ${text}`)
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
  return get
}

const filePriorities: Readonly<Record<number, FilePriority>> = {
  0: 'skip',
  1: 'normal',
  6: 'high',
  7: 'maximum',
}

function seen(row: Row, more: Row): SeenTorrent {
  const state = String(row['state'])
  return {
    name: String(row['name']),
    running: !/^(paused|stopped)/.test(state),
    checking: state.startsWith('checking'),
    moving: state === 'moving',
    progress: Number(row['progress']),
    savePath: String(row['save_path']).replace(/(.)\/$/, '$1'),
    category: String(row['category']),
    tags: splitTags(String(row['tags'])),
    downLimit: limitOf(row['dl_limit']),
    upLimit: limitOf(row['up_limit']),
    ratioLimit: shareLimit(row['ratio_limit'], 1),
    seedingTimeLimit: shareLimit(row['seeding_time_limit'], 60),
    idleLimit: shareLimit(row['inactive_seeding_time_limit'], 60),
    queuePosition: Number(row['priority']),
    sequential: row['seq_dl'] === true,
    firstLast: row['f_l_piece_prio'] === true,
    superSeeding: row['super_seeding'] === true,
    autoManaged: row['auto_tmm'] === true,
    forceStart: row['force_start'] === true,
    comment: textOf(more['comment']),
  }
}

function splitTags(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
    .sort()
}

function limitOf(value: unknown): number | null {
  return Number(value) > 0 ? Number(value) : null
}

function shareLimit(value: unknown, unit: number): Limit | undefined {
  if (typeof value !== 'number') return undefined
  if (value === -2) return 'inherit'
  return value < 0 ? null : value * unit
}
