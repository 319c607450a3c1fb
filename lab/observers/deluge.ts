import type {FilePriority} from '#model/command.ts'
import type {LabDaemon} from '../daemons/daemon.ts'
import {textOf, type Observer, type SeenTorrent} from './observer.ts'

type Row = Readonly<Record<string, unknown>>

const fields = [
  'name',
  'state',
  'total_wanted',
  'total_remaining',
  'total_size',
  'download_location',
  'label',
  'max_download_speed',
  'max_upload_speed',
  'stop_at_ratio',
  'stop_ratio',
  'queue',
  'sequential_download',
  'prioritize_first_last_pieces',
  'super_seeding',
  'auto_managed',
  'comment',
]

/** By deluge-web, as its own pages ask. */
export function observeDeluge(daemon: LabDaemon): Observer {
  const call = caller(daemon)
  const one = async (hash: string, keys: readonly string[]) =>
    (await call('core.get_torrent_status', [hash, keys])) as Row
  const list = async (hash: string, key: string) => ((await one(hash, [key]))[key] ?? []) as Row[]
  const isThere = async (hash: string) =>
    ((await call('core.get_session_state', [])) as string[]).includes(hash)
  return {
    hashes: async () => (await call('core.get_session_state', [])) as string[],
    torrent: async (hash) => ((await isThere(hash)) ? seen(await one(hash, fields)) : null),
    files: async (hash) => {
      const row = await one(hash, ['files', 'file_priorities'])
      const priorities = row['file_priorities'] as number[]
      return (row['files'] as Row[]).map((file, index) => ({
        path: String(file['path']),
        size: Number(file['size']),
        priority: filePriority(priorities[index]!),
      }))
    },
    trackers: async (hash) => (await list(hash, 'trackers')).map((row) => String(row['url'])),
    webSeeds: () => Promise.resolve([]),
    peers: async (hash) => (await list(hash, 'peers')).map((row) => String(row['ip'])),
    categories: async () =>
      Object.fromEntries(((await call('label.get_labels', [])) as string[]).map((name) => [name, ''])),
    tags: () => Promise.resolve(undefined),
    bannedPeers: () => Promise.resolve(undefined),
    limits: async () => {
      const config = (await call('core.get_config', [])) as Row
      return {down: limit(config['max_download_speed']), up: limit(config['max_upload_speed'])}
    },
    preference: (name) => call('core.get_config_value', [name]),
  }
}

function caller(daemon: LabDaemon): (method: string, params: readonly unknown[]) => Promise<unknown> {
  let cookie = ''
  const post = async (method: string, params: readonly unknown[]) => {
    const answer = await fetch(`${daemon.url}/json`, {
      method: 'POST',
      headers: {'content-type': 'application/json', cookie},
      body: JSON.stringify({method, params, id: 1}),
    })
    cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie
    return (await answer.json()) as {result: unknown; error: {code: number; message: string} | null}
  }
  const enter = async () => {
    await post('auth.login', [daemon.password])
    if ((await post('web.connected', [])).result === true) return
    const [host] = (await post('web.get_hosts', [])).result as unknown[][]
    await post('web.connect', [host![0]])
  }
  return async (method, params) => {
    let answer = await post(method, params)
    // 1 = not logged in, 2 = nothing known of the daemon.
    if (answer.error !== null && answer.error.code <= 2) {
      await enter()
      answer = await post(method, params)
    }
    if (answer.error !== null) throw new Error(`Deluge refused ${method}: ${answer.error.message}`)
    return answer.result
  }
}

function filePriority(level: number): FilePriority {
  return level === 0 ? 'skip' : level < 4 ? 'low' : level === 4 ? 'normal' : 'high'
}

function limit(kibs: unknown): number | null {
  return Number(kibs) > 0 ? Number(kibs) * 1024 : null
}

function seen(row: Row): SeenTorrent {
  const state = String(row['state'])
  const wanted = Number(row['total_wanted'])
  const hasMetadata = Number(row['total_size']) > 0
  return {
    name: String(row['name']),
    running: state !== 'Paused' && state !== 'Error',
    checking: state === 'Checking' || state === 'Allocating',
    moving: state === 'Moving',
    progress: hasMetadata && wanted > 0 ? 1 - Number(row['total_remaining']) / wanted : 0,
    savePath: String(row['download_location']),
    category: textOf(row['label']),
    tags: [],
    downLimit: limit(row['max_download_speed']),
    upLimit: limit(row['max_upload_speed']),
    ratioLimit: row['stop_at_ratio'] === true ? Number(row['stop_ratio']) : null,
    queuePosition: Number(row['queue']) + 1,
    sequential: row['sequential_download'] === true,
    firstLast: row['prioritize_first_last_pieces'] === true,
    superSeeding: row['super_seeding'] === true,
    forceStart: row['auto_managed'] === false,
    comment: textOf(row['comment']),
  }
}
