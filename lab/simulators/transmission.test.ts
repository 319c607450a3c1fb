import {beforeEach, describe, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Counters} from './counters.ts'
import type {Face, FaceAnswer} from './face.ts'
import {populate} from './population.ts'
import {makeTransmissionFace} from './transmission.ts'
import {World} from './world.ts'

const authorization = `Basic ${btoa('admin:secret')}`

class Client {
  readonly clock = new VirtualClock()
  readonly world = new World({clock: this.clock, seed: 1, queueHolds: 'all'})
  readonly counters = new Counters()
  readonly face: Face
  session = ''

  constructor(version: string, options: Readonly<Record<string, unknown>> = {}) {
    populate(this.world, {count: 50, seed: 1})
    const {world, counters} = this
    this.face = makeTransmissionFace({
      world,
      counters,
      version,
      username: 'admin',
      password: 'secret',
      options,
    })
  }

  ask(body: unknown, headers: Record<string, string> = {authorization}): FaceAnswer | Promise<FaceAnswer> {
    return this.face.handle({
      method: 'POST',
      path: '/transmission/rpc',
      query: new URLSearchParams(),
      headers: {'x-transmission-session-id': this.session, ...headers},
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      via: 'http',
    })
  }

  /** With the session id, as every client does after its first 409. */
  async call(body: unknown): Promise<Record<string, unknown>> {
    let answer = await this.ask(body)
    if (answer.status === 409) {
      this.session = answer.headers!['x-transmission-session-id'] as string
      answer = await this.ask(body)
    }
    return JSON.parse([...(answer.body as Iterable<string>)].join('')) as Record<string, unknown>
  }
}

describe.each(['3.00', '4.0.6', '4.1.0-beta.2', '4.1.4'])('Transmission %s', (version) => {
  let client: Client

  beforeEach(() => {
    client = new Client(version)
  })

  test('asks for credentials first, then for a session id', async () => {
    expect((await client.ask({}, {})).status).toBe(401)
    const conflict = await client.ask({})
    expect(conflict.status).toBe(409)
    const said = conflict.headers!['x-transmission-rpc-version']
    expect(said).toBe(version === '4.1.4' ? '6.0.1' : undefined)
    expect(client.counters.figures().loginsRefused).toBe(1)
  })

  test('a session id holds for an hour and not through a restart', async () => {
    await client.call({method: 'session-get'})
    await client.clock.advance(3_599_000)
    expect((await client.ask({method: 'session-get'})).status).toBe(200)
    await client.clock.advance(2000)
    expect((await client.ask({method: 'session-get'})).status).toBe(409)
    await client.call({method: 'session-get'})
    client.world.restart()
    expect((await client.ask({method: 'session-get'})).status).toBe(409)
  })

  test('tables have the names asked for in their first row', async () => {
    const fields = ['id', 'hashString', 'labels']
    const answer = await client.call({method: 'torrent-get', arguments: {fields, format: 'table'}, tag: 7})
    const {torrents} = answer['arguments'] as {torrents: unknown[][]}
    expect([torrents.length, torrents[0], answer['result'], answer['tag']]).toEqual([
      51,
      fields,
      'success',
      7,
    ])
  })

  test('fields it does not know are 0 in 3.00 and missing since', async () => {
    const fields = ['id', 'nope', 'hash_string']
    const answer = await client.call({method: 'torrent-get', arguments: {ids: [1], fields}})
    const {torrents} = answer['arguments'] as {torrents: unknown[]}
    expect(torrents).toEqual([version === '3.00' ? {id: 1, nope: 0, hash_string: 0} : {id: 1}])
  })

  test('labels and limits that change are activity by version', async () => {
    await client.clock.advance(120_000)
    const [a, b] = [...client.world.list()]
    client.world.commands.addTags([a!], {tags: ['x']})
    client.world.commands.setSpeedLimits([b!], {down: 1})
    const ask = {method: 'torrent-get', arguments: {ids: 'recently-active', fields: ['id']}}
    const {torrents} = (await client.call(ask))['arguments'] as {torrents: {id: number}[]}
    expect(torrents).toEqual(version.startsWith('4.1') ? [{id: a!.id}] : [])
  })

  test('removed ids are reported for a minute', async () => {
    const [torrent] = [...client.world.list()]
    client.world.commands.remove([torrent!])
    const ask = {method: 'torrent-get', arguments: {ids: 'recently-active', fields: ['id']}}
    const removed = async () => ((await client.call(ask))['arguments'] as {removed: number[]}).removed
    expect(await removed()).toEqual([torrent!.id])
    await client.clock.advance(61_000)
    expect(await removed()).toEqual([])
  })

  test('what was added is there, twice is a duplicate, and garbage is refused', async () => {
    const add = (filename: string) =>
      client.call({method: 'torrent-add', arguments: {filename, paused: true}})
    const magnet = `magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=new`
    expect((await add(magnet))['arguments']).toHaveProperty('torrent-added')
    expect((await add(magnet))['arguments']).toHaveProperty('torrent-duplicate')
    const words = version === '3.00' ? 'invalid or corrupt torrent file' : 'unrecognized info'
    expect((await add('magnet:?dn=x'))['result']).toBe(words)
  })

  test('unknown methods are refused in the words of their release', async () => {
    const words = version === '3.00' ? 'method name not recognized' : 'no method name'
    expect((await client.call({method: 'nope'}))['result']).toBe(words)
  })
})

test('JSON-RPC answers batches and codes since 6.0.0', async () => {
  const client = new Client('4.1.4')
  const call = (method: string, id: number) => ({jsonrpc: '2.0', method, id})
  const batch = (await client.call([call('session_stats', 1), call('nope', 2)])) as unknown as unknown[]
  expect(batch[0]).toMatchObject({id: 1, result: {torrent_count: 50}})
  expect(batch[1]).toEqual({id: 2, jsonrpc: '2.0', error: {code: -32601, message: 'Method not found'}})
  expect(await client.call('{bad')).toMatchObject({error: {code: -32700}})
})

test('the guard shuts everybody out after too many guesses, the right password too, until a restart', async () => {
  const client = new Client('4.1.4', {maxLoginFailures: 2})
  const wrong = {authorization: 'Basic nope'}
  const statuses = [
    await client.ask({}, wrong),
    await client.ask({}, wrong),
    await client.ask({}),
    await client.ask({}),
  ]
  expect(statuses.map(({status}) => status)).toEqual([401, 401, 403, 403])
  client.world.restart()
  expect((await client.ask({})).status).toBe(409)
})

test('a ban from outside ends on its own', async () => {
  const client = new Client('3.00')
  client.face.ban(60)
  expect((await client.ask({})).status).toBe(403)
  await client.clock.advance(61_000)
  expect((await client.ask({})).status).toBe(409)
})

test('requests are named by their methods, alike in both dialects', () => {
  const client = new Client('4.1.4')
  const nameOf = (body: unknown) =>
    client.face.nameOf({
      method: 'POST',
      path: '/transmission/rpc',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(JSON.stringify(body)),
      via: 'http',
    })
  expect(nameOf({method: 'torrent-get'})).toBe('/transmission/rpc#torrent-get')
  expect(nameOf([{method: 'torrent_get'}, {method: 'session_stats'}])).toBe(
    '/transmission/rpc#torrent-get+session-stats',
  )
})
