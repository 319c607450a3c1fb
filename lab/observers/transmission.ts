import type {FilePriority} from '#model/command.ts'
import type {Limit} from '#model/torrent.ts'
import type {LabDaemon} from '../daemons/daemon.ts'
import {textOf, type Observer, type SeenTorrent} from './observer.ts'

type Row = Readonly<Record<string, unknown>>

const fields = [
  'hashString',
  'name',
  'status',
  'percentDone',
  'downloadDir',
  'labels',
  'downloadLimit',
  'downloadLimited',
  'uploadLimit',
  'uploadLimited',
  'seedRatioLimit',
  'seedRatioMode',
  'seedIdleLimit',
  'seedIdleMode',
  'queuePosition',
  'bandwidthPriority',
  'sequential_download',
  'comment',
]

/** In the old dialect, which every version from 3.00 to 4.1 speaks. */
export function observeTransmission(daemon: LabDaemon): Observer {
  const call = caller(daemon)
  const rows = async (wanted: readonly string[], hash?: string) =>
    (await call('torrent-get', {fields: wanted, ...(hash !== undefined && {ids: [hash]})}))[
      'torrents'
    ] as Row[]
  const one = async (field: string, hash: string) =>
    ((await rows([field], hash))[0]?.[field] ?? []) as unknown[]
  return {
    hashes: async () => (await rows(['hashString'])).map((row) => String(row['hashString'])),
    torrent: async (hash) => {
      const row = (await rows(fields, hash))[0]
      return row ? seen(row) : null
    },
    files: async (hash) => {
      const row = (await rows(['files', 'fileStats'], hash))[0]
      const stats = (row?.['fileStats'] ?? []) as Row[]
      return ((row?.['files'] ?? []) as Row[]).map((file, index) => ({
        path: String(file['name']),
        size: Number(file['length']),
        priority: filePriority(stats[index]!),
      }))
    },
    trackers: async (hash) => ((await one('trackers', hash)) as Row[]).map((row) => String(row['announce'])),
    webSeeds: async (hash) => (await one('webseeds', hash)).map(String),
    peers: async (hash) =>
      ((await one('peers', hash)) as Row[]).map((row) => `${String(row['address'])}:${String(row['port'])}`),
    categories: () => Promise.resolve(undefined),
    tags: () => Promise.resolve(undefined),
    bannedPeers: () => Promise.resolve(undefined),
    limits: async () => {
      const all = await call('session-get', {})
      return {
        down: all['speed-limit-down-enabled'] === true ? Number(all['speed-limit-down']) * 1000 : null,
        up: all['speed-limit-up-enabled'] === true ? Number(all['speed-limit-up']) * 1000 : null,
        altDown: Number(all['alt-speed-down']) * 1000,
        altUp: Number(all['alt-speed-up']) * 1000,
        altSpeed: all['alt-speed-enabled'] === true,
      }
    },
    preference: async (name) => (await call('session-get', {}))[name],
  }
}

function caller(daemon: LabDaemon): (method: string, args: Row) => Promise<Row> {
  let session = ''
  const call = async (method: string, args: Row, again = true): Promise<Row> => {
    const answer = await fetch(daemon.url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${daemon.username}:${daemon.password}`)}`,
        'x-transmission-session-id': session,
      },
      body: JSON.stringify({method, arguments: args}),
    })
    if (answer.status === 409 && again) {
      session = answer.headers.get('x-transmission-session-id') ?? ''
      await answer.text()
      return call(method, args, false)
    }
    const body = (await answer.json()) as {result: string; arguments: Row}
    if (body.result !== 'success') throw new Error(`Transmission refused ${method}: ${body.result}`)
    return body.arguments
  }
  return call
}

function filePriority(stats: Row): FilePriority {
  if (!stats['wanted']) return 'skip'
  return (['low', 'normal', 'high'] as const)[Number(stats['priority']) + 1] ?? 'normal'
}

/** Labels stand for both: the first is the category, the others are tags. */
function seen(row: Row): SeenTorrent {
  const labels = (row['labels'] as string[] | undefined) ?? []
  const status = Number(row['status'])
  return {
    name: String(row['name']),
    running: status !== 0,
    checking: status === 1 || status === 2,
    progress: Number(row['percentDone']),
    savePath: String(row['downloadDir']),
    category: labels[0] ?? '',
    tags: labels.slice(1).sort(),
    downLimit: row['downloadLimited'] === true ? Number(row['downloadLimit']) * 1000 : null,
    upLimit: row['uploadLimited'] === true ? Number(row['uploadLimit']) * 1000 : null,
    ratioLimit: limitOf(row['seedRatioMode'], Number(row['seedRatioLimit'])),
    idleLimit: limitOf(row['seedIdleMode'], Number(row['seedIdleLimit']) * 60),
    queuePosition: Number(row['queuePosition']) + 1,
    priority: (['low', 'normal', 'high'] as const)[Number(row['bandwidthPriority']) + 1],
    sequential: row['sequential_download'] === true,
    comment: textOf(row['comment']),
  }
}

/** Mode 0 = the session's, 1 = its own, 2 = none. */
function limitOf(mode: unknown, value: number): Limit {
  return mode === 1 ? value : mode === 2 ? null : 'inherit'
}
