/**
 * How long everybody else waits while the main thread does what one request asks for: rules that are expensive to read
 * or to judge, nested text, large .torrent files and lists, in a fleet of 20,000 torrents. `loop_stood` is the most that
 * its thread worked between two turns of its loop, `cpu` all that it worked until the answer; both in time of the
 * processor.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import bencode from 'bencode'
import type {App} from '#app/compose.ts'
import {definitionOf, startFleetProcess} from '#lab/simulators/fleet-process.ts'
import {composeBenchApp} from './compose.ts'
import type {Report} from './report.ts'

const COUNT = 20_000
const server = {name: 'one', kind: 'qbittorrent', version: '5.1.0', count: COUNT, seed: 7} as const

export async function run(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  const fleet = await startFleetProcess({servers: [server]})
  const app = await composeBenchApp(fleet.servers.map(definitionOf), folder)
  try {
    while ((app.links.list()[0]?.torrents ?? 0) < COUNT) await delay(50)
    // Whatever is loaded and compiled with the first request of its kind.
    for (const {ask} of requests) await send(app, ask)
    for (const {name, ask} of requests) await measure(report, name, app, ask)
    await measureClients(report, app)
  } finally {
    await app.stop()
    await fleet.stop()
    rmSync(folder, {recursive: true, force: true})
  }
}

interface Asked {
  readonly url: string
  /** Absent = it is only read. */
  readonly payload?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const preview = (rule: object): Asked => ({url: '/api/rules/preview', payload: JSON.stringify({rule})})
const previewText = (yaml: string): Asked => ({url: '/api/rules/preview', payload: JSON.stringify({yaml})})

const sound = {name: 'Bench', do: [{action: 'stop'}]}
const anyOf = (count: number, value: string) => ({
  ...sound,
  when: {any: Array.from({length: count}, () => ({fact: 'name', op: 'matches', value}))},
})

/** 2,300 files in 20 folders each, all with long names: 9 MB. */
function largeTorrent(): Buffer {
  const part = (at: number, depth: number) => `${at} ${depth} ${'x'.repeat(180)}`
  const files = Array.from({length: 2_300}, (_, at) => ({
    length: 1,
    path: Array.from({length: 20}, (_, depth) => part(at, depth)),
  }))
  return Buffer.from(bencode.encode({info: {name: 'n', 'piece length': 1, pieces: Buffer.alloc(20), files}}))
}

/** Nearly as many files as there are values in a file that is taken. */
function manyFiles(): Buffer {
  const files = Array.from({length: 120_000}, (_, at) => ({length: 1, path: [`${at}.mkv`]}))
  return Buffer.from(
    bencode.encode({info: {name: 'many', 'piece length': 1, pieces: Buffer.alloc(20), files}}),
  )
}

function form(url: string, file: Buffer, fields: Readonly<Record<string, string>> = {}): Asked {
  const edge = 'bench-edge'
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${edge}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="a.torrent"\r\ncontent-type: application/x-bittorrent\r\n\r\n`
  return {
    url,
    payload: Buffer.concat([Buffer.from(texts.join('') + head), file, Buffer.from(`\r\n--${edge}--\r\n`)]),
    headers: {'content-type': `multipart/form-data; boundary=${edge}`},
  }
}

const sections = Array.from({length: 400}, (_, at) => `[qBit-${at}]\nHost = "host-${at}"\nPort = 8080\n`)

const requests: readonly {readonly name: string; readonly ask: Asked}[] = [
  {name: 'trackers', ask: {url: '/api/trackers'}},
  {name: 'usual_rule', ask: preview(anyOf(3, String.raw`\bS\d{1,2}E\d{1,3}\b.*(1080|2160)p`))},
  {name: 'hostile_rule', ask: preview(anyOf(100, String.raw`(\pL{1,100}){1,10}`))},
  {name: 'largest_rule', ask: preview(anyOf(4, String.raw`(?:a?){60}(?:.*[ab].{50}){3}zz`))},
  {name: 'brackets', ask: previewText('['.repeat(60_000))},
  {name: 'list_items', ask: previewText('- '.repeat(45_000))},
  {name: 'large_torrent', ask: form('/api/torrents/inspect', largeTorrent())},
  {name: 'many_files', ask: form('/api/torrents/inspect', manyFiles())},
  {name: 'upload', ask: form('/api/torrents/upload', largeTorrent(), {server_id: server.name})},
  {
    name: 'list',
    ask: {url: '/api/servers/import', payload: JSON.stringify({preview: true, text: sections.join('\n')})},
  },
]

async function send(app: App, {url, payload, headers}: Asked): Promise<void> {
  const {statusCode, body} = await app.http.app.inject({
    url,
    ...(payload !== undefined && {
      method: 'POST' as const,
      payload,
      headers: {'content-type': 'application/json', ...headers},
    }),
  })
  if (statusCode >= 500 || statusCode === 403) throw new Error(`${url}: ${statusCode} ${body.slice(0, 500)}`)
}

/** The best of three: whatever is compiled and collected meanwhile makes it worse. */
async function measure(report: Report, name: string, app: App, ask: Asked): Promise<void> {
  const runs = [await measured(app, ask), await measured(app, ask), await measured(app, ask)]
  report.figure(`requests.${name}.loop_stood`, Math.min(...runs.map(({stood}) => stood)), 'ms')
  report.figure(`requests.${name}.cpu`, Math.min(...runs.map(({worked}) => worked)), 'ms')
}

const CLIENTS = 200

/** Scripts and dashboards that all ask for the same list, each again as soon as it was answered. */
async function measureClients(report: Report, app: App): Promise<void> {
  const cpuOf = async (clients: number): Promise<number> => {
    const ROUNDS = 5
    const client = async (): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) {
        const {statusCode} = await app.http.app.inject({url: '/api/torrents?limit=1000'})
        if (statusCode !== 200) throw new Error(`The list was answered with ${statusCode}.`)
      }
    }
    const begunAt = cpuMs()
    await Promise.all(Array.from({length: clients}, client))
    return (cpuMs() - begunAt) / (clients * ROUNDS)
  }
  report.figure('requests.torrents.cpu_alone', await cpuOf(1), 'ms')
  report.figure(`requests.torrents.cpu_of_${CLIENTS}`, await cpuOf(CLIENTS), 'ms')
}

async function measured(app: App, ask: Asked): Promise<{readonly stood: number; readonly worked: number}> {
  const loop = {stood: 0, turnedAt: cpuMs(), isOver: false}
  const turn = (): void => {
    const now = cpuMs()
    loop.stood = Math.max(loop.stood, now - loop.turnedAt)
    loop.turnedAt = now
    if (!loop.isOver) setTimeout(turn, 1)
  }
  setTimeout(turn, 1)
  await delay(100)
  loop.stood = 0
  const begunAt = cpuMs()
  await send(app, ask)
  const worked = cpuMs() - begunAt
  await delay(20)
  loop.isOver = true
  return {stood: loop.stood, worked}
}

/** Of the main thread: a busy machine makes nothing longer by it. */
function cpuMs(): number {
  const {user, system} = process.threadCpuUsage()
  return (user + system) / 1_000
}
