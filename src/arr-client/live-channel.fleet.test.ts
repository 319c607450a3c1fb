import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {WebSocketServer, type WebSocket} from 'ws'
import {systemClock, type Clock} from '#lib/clock.ts'
import {Secret} from '#model/secret.ts'
import {plainReach, type ReachRange} from '#model/server.ts'
import {policyFor} from './ask-arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {OutgoingPolicy} from './api/http-client.ts'
import {LiveChannel, type LiveMessage} from './live-channel.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const END = '\u001E'
const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const policy = (url: string, range: ReachRange): OutgoingPolicy => policyFor(url, plainReach[range])

/** The hub as ASP.NET speaks it: handshake, then invocations, each ended by 0x1E. */
async function hub() {
  const requests: IncomingMessage[] = []
  const sockets = new Set<WebSocket>()
  const http = createServer((_, response) => void response.writeHead(404).end())
  const server = new WebSocketServer({server: http})
  server.on('connection', (socket, request) => {
    requests.push(request)
    if (request.headers['x-api-key'] !== KEY) return socket.close()
    socket.once('message', () => {
      socket.send(`{}${END}`)
      sockets.add(socket)
    })
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.close()
    for (const socket of server.clients) socket.terminate()
    http.closeAllConnections()
    http.close()
  })
  const say = (message: object) => {
    const text = JSON.stringify({type: 1, target: 'receiveMessage', arguments: [message]})
    for (const socket of sockets) socket.send(text + END)
  }
  const drop = () => {
    for (const socket of sockets) socket.terminate()
    sockets.clear()
  }
  return {port: (http.address() as AddressInfo).port, requests, say, drop}
}

interface Listening {
  readonly range?: ReachRange
  readonly api?: string
  readonly clock?: Clock
}

function listen(url: string, {range = 'anywhere', api = 'v3', clock = systemClock}: Listening = {}) {
  const heard: LiveMessage[] = []
  const turns: string[] = []
  const address = {url: () => url, apiKey: new Secret(KEY), skipVerify: false}
  const channel = new LiveChannel(address, policy(url, range), api, {clock, random: () => 0})
  closing.push(() => channel.stop())
  channel.start({
    up: () => void turns.push('up'),
    down: () => void turns.push('down'),
    message: (message) => void heard.push(message),
  })
  return {heard, turns, channel}
}

test('the key is in a header, and messages arrive', async () => {
  const it = await hub()
  const {heard, turns} = listen(`http://127.0.0.1:${it.port}/radarr`)
  await expect.poll(() => turns).toEqual(['up'])
  expect(it.requests[0]?.url).toBe('/radarr/signalr/messages')
  expect(it.requests[0]?.headers['x-api-key']).toBe(KEY)
  it.say({name: 'version', body: {version: '5.1'}})
  it.say({name: 'queue', body: {action: 'sync'}})
  it.say({odd: true})
  it.say({name: 'movie', body: {action: 'updated', resource: {id: 17}}})
  await expect.poll(() => heard).toHaveLength(3)
  expect(heard.map(({name}) => name)).toEqual(['version', 'queue', 'movie'])
  expect(heard[0]?.version).toBe('5.1')
  expect(heard[2]?.resource).toEqual({id: 17})
})

test('of what Sonarr 5 sends for both of its APIs, ours is heard', async () => {
  const it = await hub()
  const {heard, turns} = listen(`http://127.0.0.1:${it.port}`, {api: 'v5'})
  await expect.poll(() => turns).toEqual(['up'])
  for (const version of [3, 5]) it.say({name: 'queue', version, body: {action: 'sync'}})
  it.say({name: 'health', body: {action: 'sync'}})
  await expect.poll(() => heard.map(({name}) => name)).toEqual(['queue', 'health'])
})

test('a lost connection is reported, and comes back on its own', async () => {
  const it = await hub()
  const {turns} = listen(`http://127.0.0.1:${it.port}`)
  await expect.poll(() => turns).toEqual(['up'])
  it.drop()
  await expect.poll(() => turns).toEqual(['up', 'down', 'up'])
})

test('nothing is opened where the policy forbids it', async () => {
  const it = await hub()
  const clock = new VirtualClock()
  const url = `http://127.0.0.1:${it.port}`
  const forbidden = ['127.0.0.1', 'localhost'].map((host) =>
    listen(`http://${host}:${it.port}`, {range: 'public', clock}),
  )
  for (let tries = 0; tries < 20; tries++) await clock.advance(60_000)
  await allowed(url)
  expect(it.requests).toHaveLength(1)
  expect(forbidden.flatMap(({turns}) => turns)).not.toContain('up')
})

test('after the end it does not come back', async () => {
  const it = await hub()
  const clock = new VirtualClock()
  const url = `http://127.0.0.1:${it.port}`
  const {turns, channel} = listen(url, {clock})
  await expect.poll(() => turns).toEqual(['up'])
  await channel.stop()
  await clock.advance(24 * 60 * 60_000)
  await allowed(url)
  expect(turns).toEqual(['up'])
  expect(it.requests).toHaveLength(2)
})

/** Somebody else, who comes after all that others have asked for, gets through. */
async function allowed(url: string): Promise<void> {
  const {turns} = listen(url)
  await expect.poll(() => turns).toEqual(['up'])
}
