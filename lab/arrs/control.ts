/**
 * The simulation moved from another process: a loopback port of its own, without a key.
 *
 *   GET  /__sim/instances                        POST /__sim/advance {ms}
 *   GET  /__sim/{name}/state|requests|stats      POST /__sim/{name}/release|library|grab|torrent/{hash}|refresh
 *                                                POST /__sim/{name}/restart|replace|restore|down|up|faults|clear|config
 *                                                POST /__sim/{name}/delete {item|unit|file} · disk {state} · backup
 */
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {TorrentLife} from './backends/backend.ts'
import type {ArrSettings} from './config.ts'
import type {ArrSim, Backup, SimulatedArr} from './create.ts'
import {deleteItem, deleteUnit, removeFile} from './deletion.ts'
import type {Fault} from './faults.ts'
import {grab} from './grab.ts'
import type {ReleaseConfig} from './releases.ts'

interface Control {
  readonly url: string
  close(): Promise<void>
}

type Act = (one: SimulatedArr, body: Readonly<Record<string, unknown>>, rest: string) => unknown

export async function startControl(sim: ArrSim): Promise<Control> {
  const server = createServer((request, response) => {
    void obey(sim, request).then(
      (value) =>
        response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(value ?? {})),
      (error: unknown) =>
        response
          .writeHead(400, {'content-type': 'application/json'})
          .end(JSON.stringify({message: String(error)})),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/__sim`,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** @throws for what it does not know; whoever asks is told */
async function obey(sim: ArrSim, request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const body = (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>
  const path = new URL(request.url ?? '/', 'http://sim').pathname
  const [, what = '', verb = '', rest = ''] = path.split('/').slice(1).map(decodeURIComponent)
  if (what === 'instances')
    return sim.all.map(({name, url, apiKey, arr}) => ({name, url, apiKey, app: arr.dialect.app}))
  if (what === 'advance') return sim.time.advance(Number(body.ms))
  const act = (request.method === 'GET' ? questions : acts)[verb]
  if (!act) throw new Error(`nothing is known of ${request.method} ${path}`)
  return act(sim.arr(what), body, rest)
}

const questions: Readonly<Record<string, Act>> = {
  stats: ({arr}) => ({...arr.stats, requests: arr.stats.requests.length}),
  requests: ({arr}) => arr.stats.requests,
  state: ({arr}) => ({
    at: arr.time.now(),
    queue: [...arr.queue.values()].map(
      ({downloadId, name, status, state, messages, left, attempts, client}) => ({
        downloadId,
        name,
        status,
        state,
        messages,
        left,
        attempts,
        client: client.name,
      }),
    ),
    pending: [...arr.pending.values()].map(({release, reason}) => ({title: release.title, reason})),
    history: arr.history.happened,
    blocklist: arr.blocklist.rows,
    commands: arr.commands.list(),
    faults: arr.faults.active,
    notifications: [...arr.hooks.all.values()],
  }),
}

/** The last one of each. */
const backups = new WeakMap<SimulatedArr, Backup>()

const acts: Readonly<Record<string, Act>> = {
  release: ({arr}, body) => arr.releases.define(body as unknown as ReleaseConfig),
  library: ({arr}, body) => arr.library.add(body),
  async grab({arr}, body) {
    const release = arr.releases.byHash(String(body.hash))
    if (!release) throw new Error('there is no such release')
    return {grabbed: (await grab(arr, release, 'Search')) === 'grabbed'}
  },
  torrent({arr}, body, hash) {
    const isSet = arr.clients.map(({backend}) => backend.setLife?.(hash, body as TorrentLife) ?? false)
    if (!isSet.includes(true)) throw new Error('there is no such torrent in memory')
  },
  refresh: ({arr}) => arr.commands.post('RefreshMonitoredDownloads', {}, 'manual'),
  restart: (one) => one.restart(),
  delete({arr}, {item, unit, file}) {
    if (item !== undefined) deleteItem(arr, Number(item))
    if (unit !== undefined) deleteUnit(arr, Number(unit))
    const found = arr.library.file(Number(file ?? 0))
    if (found) removeFile(arr, found, 'Manual')
  },
  backup: (one) => void backups.set(one, one.backUp()),
  restore(one) {
    const backup = backups.get(one)
    if (!backup) throw new Error('there is no backup of it')
    one.restore(backup)
  },
  disk: ({arr}, {state}) => void Object.assign(arr, {libraryDisk: state}),
  replace: (one, body) => one.replaceDatabase(body),
  down: (one) => one.down(),
  up: (one) => one.up(),
  faults: ({arr}, body) => ({id: arr.faults.add(body as unknown as Fault)}),
  clear: ({arr}, body) => arr.faults.clear(body.id as string | undefined),
  config: ({arr}, body) => void Object.assign(arr.settings, body as Partial<ArrSettings>),
}
