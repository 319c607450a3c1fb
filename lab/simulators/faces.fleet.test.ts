/**
 * Each face over real sockets, thousands of torrents each, in the process that the demo and the bench use. The requests are
 * written by hand, so that nothing here leans on our own clients.
 */
import {connect} from 'node:net'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {startFleetProcess, type FleetProcess, type ReadyServer} from './fleet-process.ts'

const count = isFull ? 10_000 : 2_000
const all = [
  {name: 'qb45', kind: 'qbittorrent', version: '4.5.2'},
  {name: 'qb51', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'qb53', kind: 'qbittorrent', version: '5.3.0'},
  {name: 'tr30', kind: 'transmission', version: '3.00'},
  {name: 'tr41', kind: 'transmission', version: '4.1.4'},
  {name: 'rt09', kind: 'rtorrent', version: '0.9.8'},
  {name: 'rt16', kind: 'rtorrent', version: '0.16.17'},
  {name: 'de20', kind: 'deluge', version: '2.0.3'},
] as const
/** In the quick proof the newest of each kind. */
const servers = isFull ? all : [all[2], all[4], all[6], all[7]]

let fleet: FleetProcess

beforeAll(async () => {
  const specs = servers.map((server, index) => ({...server, count, seed: index, hostileEvery: 100}))
  fleet = await startFleetProcess({servers: specs})
})

afterAll(() => fleet.stop())

function serverOf(name: string): ReadyServer {
  return fleet.servers.find((server) => server.name === name)!
}

/** Hashes of the whole list, lower case, as the protocol gives them. */
const listers = {
  async qbittorrent({url, username, password}: ReadyServer) {
    const body = new URLSearchParams({username: username!, password: password!})
    const login = await fetch(`${url}/api/v2/auth/login`, {method: 'POST', body})
    const cookie = login.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const answer = await fetch(`${url}/api/v2/sync/maindata?rid=0`, {headers: {cookie}})
    const {torrents} = (await answer.json()) as {torrents: Record<string, unknown>}
    return Object.keys(torrents)
  },
  async transmission({url, username, password}: ReadyServer) {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const body = JSON.stringify({method: 'torrent-get', arguments: {fields: ['hashString'], format: 'table'}})
    const ask = (session: string): Promise<Response> =>
      fetch(url, {method: 'POST', body, headers: {authorization, 'x-transmission-session-id': session}})
    const session = (await ask('')).headers.get('x-transmission-session-id')!
    const answer = (await (await ask(session)).json()) as {arguments: {torrents: string[][]}}
    return answer.arguments.torrents.slice(1).map(([hash]) => hash!)
  },
  async rtorrent({url}: ReadyServer) {
    const params = ['', 'main', 'd.hash='].map(
      (text) => `<param><value><string>${text}</string></value></param>`,
    )
    const call = `<methodCall><methodName>d.multicall2</methodName><params>${params.join('')}</params></methodCall>`
    const answer = await scgi(new URL(url), call)
    return [...answer.matchAll(/<string>([0-9A-F]{40})<\/string>/g)].map(([, hash]) => hash!.toLowerCase())
  },
  async deluge({url, password}: ReadyServer) {
    const login = await delugeCall(url, '', 'auth.login', [password])
    const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!
    const ask = async (method: string, params: unknown[]) =>
      ((await (await delugeCall(url, cookie, method, params)).json()) as {result: unknown}).result
    const [[host]] = (await ask('web.get_hosts', [])) as [[string]]
    await ask('web.connect', [host])
    return Object.keys((await ask('core.get_torrents_status', [{}, ['name']])) as object)
  },
}

async function delugeCall(url: string, cookie: string, method: string, params: unknown[]) {
  const headers = {'content-type': 'application/json', cookie}
  return fetch(`${url}/json`, {method: 'POST', headers, body: JSON.stringify({method, params, id: 1})})
}

function scgi({hostname, port}: URL, body: string): Promise<string> {
  const head = `CONTENT_LENGTH\0${Buffer.byteLength(body)}\0SCGI\x001\0CONTENT_TYPE\0text/xml\0`
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(`${head.length}:${head},${body}`))
    socket.on('data', (chunk) => chunks.push(chunk as Buffer))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}

describe.each(servers)('$kind $version', ({name, kind}) => {
  test('lists all torrents it has, each once', async () => {
    const rows = await fleet.send(name, {do: 'rows'})
    const listed = await listers[kind](serverOf(name))
    expect(listed.sort()).toEqual(rows.map(({hash}) => hash).sort())
  })

  test('after a restart with a short list it lists just those', async () => {
    await fleet.send(name, {do: 'restart', short: {from: 40, growTo: 40, shortListFor: 1}})
    expect(await listers[kind](serverOf(name))).toHaveLength(40)
    await fleet.send(name, {do: 'restart'})
    expect(await listers[kind](serverOf(name))).toHaveLength(count)
  })

  test('a list that is cut breaks off at the client, and the next one is whole', async () => {
    const path = exactly(await largestRequest(name))
    await fleet.send(name, {do: 'fault', fault: {kind: 'cut', afterBytes: 20_000, path}})
    const cut = await listers[kind](serverOf(name)).catch((error: unknown) => error as Error)
    expect(cut instanceof Error || cut.length < count).toBe(true)
    await fleet.send(name, {do: 'clearFaults'})
    expect(await listers[kind](serverOf(name))).toHaveLength(count)
  })

  test('torrents that come and go there show in the next list', async () => {
    const added = await fleet.send(name, {do: 'add', count: 3, seed: 5})
    const removed = await fleet.send(name, {do: 'remove', count: 2})
    const listed = new Set(await listers[kind](serverOf(name)))
    expect([added.every((hash) => listed.has(hash)), removed.some((hash) => listed.has(hash))]).toEqual([
      true,
      false,
    ])
    await fleet.send(name, {do: 'remove', hashes: added.slice(0, 1)})
    expect(await listers[kind](serverOf(name))).toHaveLength(count)
  })

  test('while it does not listen connections are refused, then it is back on the same port', async () => {
    await fleet.send(name, {do: 'listen', on: false})
    await expect(listers[kind](serverOf(name))).rejects.toMatchObject(
      kind === 'rtorrent' ? {code: 'ECONNREFUSED'} : {cause: {code: 'ECONNREFUSED'}},
    )
    await fleet.send(name, {do: 'listen', on: true})
    expect(await listers[kind](serverOf(name))).toHaveLength(count)
  })
})

/** The request whose answer was the largest: the list. */
async function largestRequest(name: string): Promise<string> {
  const {largestAnswers} = await fleet.send(name, {do: 'counters'})
  return Object.entries(largestAnswers).sort(([, a], [, b]) => b - a)[0]![0]
}

function exactly(name: string): string {
  return `^${RegExp.escape(name)}$`
}
