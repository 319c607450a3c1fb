import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Counters} from './counters.ts'
import type {Face, FaceRequest} from './face.ts'
import {populate} from './population.ts'
import {makeRtorrentFace} from './rtorrent.ts'
import {parseCommand} from './rtorrent-language.ts'
import {World} from './world.ts'

const unknownHash = 'F'.repeat(40)

class Client {
  readonly world = new World({clock: new VirtualClock(), seed: 1, queueHolds: 'none'})
  readonly counters = new Counters()
  readonly face: Face

  constructor(version: string, username: string | null = null) {
    populate(this.world, {count: 20, seed: 1})
    const {world, counters} = this
    this.face = makeRtorrentFace({world, counters, version, username, password: 'secret', options: {}})
  }

  async send(body: string, more: Partial<FaceRequest> = {}): Promise<{status: number; body: string}> {
    const answer = await this.face.handle({
      method: 'POST',
      path: '/RPC2',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body),
      via: 'scgi',
      ...more,
    })
    let text = ''
    for await (const piece of answer.body as AsyncIterable<string>) text += piece
    return {status: answer.status, body: text}
  }

  async xml(method: string, ...params: string[]): Promise<string> {
    return (await this.send(xmlCall(method, params))).body
  }

  async json(method: string, ...params: unknown[]): Promise<unknown> {
    const {body} = await this.send(JSON.stringify({jsonrpc: '2.0', id: 1, method, params}))
    return body.startsWith('{') ? (JSON.parse(body) as unknown) : body
  }
}

function xmlCall(method: string, params: readonly string[]): string {
  const written = params.map((text) => `<param><value><string>${text}</string></value></param>`)
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${written.join('')}</params></methodCall>`
}

/** Code and words of a fault, however it is laid out. */
function faultOf(xml: string): [number, string] {
  const text = xml.replaceAll(/\r?\n/g, '')
  return [
    Number(/<i4>(-?\d+)<\/i4>/.exec(text)?.[1]),
    /faultString<\/name><value><string>(.*?)<\/string>/.exec(text)?.[1] ?? '',
  ]
}

interface Exchange {
  readonly name: string
  readonly request: {readonly body?: string}
  readonly response: {readonly body: string}
}

for (const version of ['0.9.8', '0.16.17']) {
  const url = new URL(`../recordings/rtorrent-${version}/api.json`, import.meta.url)
  const exchanges = JSON.parse(readFileSync(url, 'utf8')) as Exchange[]

  describe(`the face of rTorrent ${version}`, () => {
    test.each([
      'd.multicall2 unknown view',
      'd.multicall2 unknown field',
      'd.name unknown hash',
      'd.start unknown hash',
      'system.methodExist-like: method.has_key? unknown method',
    ])('answers as recorded: %s', async (name) => {
      const {request, response} = exchanges.find((exchange) => exchange.name === name)!
      const {body} = await new Client(version).send(request.body!)
      expect(faultOf(body)).toEqual(faultOf(response.body))
    })

    test('knows only commands that the real one has', async () => {
      const recorded = exchanges.find(({name}) => name === 'system.listMethods')!.response.body
      const real = new Set([...recorded.matchAll(/<string>([^<]*)<\/string>/g)].map(([, name]) => name!))
      const ours = [
        ...(await new Client(version).xml('system.listMethods')).matchAll(/<string>([^<]*)<\/string>/g),
      ]
      expect(ours.length).toBeGreaterThan(80)
      expect(ours.map(([, name]) => name!).filter((name) => !real.has(name))).toEqual([])
    })

    test('loads answer 0 whatever comes of them', async () => {
      const client = new Client(version)
      for (const source of [
        'magnet:?xt=urn:btih:' + 'a'.repeat(40),
        'magnet:?xt=nothing',
        'http://nowhere/',
      ]) {
        expect(await client.xml('load.normal', '', source.replaceAll('&', '&amp;'))).toContain('<i8>0</i8>')
      }
      expect(client.world.size).toBe(21)
      expect(client.world.get('a'.repeat(40))).toMatchObject({hasMetadata: false, running: false})
    })

    test('a value in quotes that begins with $ is carried out, as by the real one', async () => {
      const client = new Client(version)
      const magnet = `magnet:?xt=urn:btih:${'b'.repeat(40)}`
      await client.xml('load.normal', '', magnet, 'd.custom1.set="$cat=owned"')
      expect(client.world.get('b'.repeat(40))).toMatchObject({category: 'owned'})
    })

    test('broken XML is a fault', async () => {
      const {body} = await new Client(version).send('<not xml')
      expect(faultOf(body)[0]).toBe(-503)
    })
  })
}

test('JSON-RPC: own codes, batches, and an XML fault where it is not spoken', async () => {
  const client = new Client('0.16.17')
  expect(await client.json('d.name', unknownHash)).toMatchObject({error: {code: -32602}})
  expect(await client.json('nope', '')).toMatchObject({error: {code: -32601}})
  expect(await client.json('view.size', '', 'main')).toEqual({id: 1, jsonrpc: '2.0', result: 20})
  expect(await new Client('0.9.8').json('view.size', '', 'main')).toContain('<i4>-503</i4>')
})

test('behind a web server it asks for the password and answers at its path alone', async () => {
  const client = new Client('0.9.8', 'admin')
  const http = {via: 'http'} as const
  const known = {headers: {authorization: `Basic ${btoa('admin:secret')}`}}
  const call = xmlCall('system.pid', [])
  expect((await client.send(call, http)).status).toBe(401)
  expect((await client.send(call, {...http, ...known})).status).toBe(200)
  expect((await client.send(call, {...http, ...known, path: '/other'})).status).toBe(404)
  expect(client.counters.figures()).toMatchObject({loginsAccepted: 2, loginsRefused: 1})
})

test('what it runs on its host ends well where the files are there, and removes them', async () => {
  const client = new Client('0.16.17')
  const run = (...command: string[]) => client.xml('execute.throw', '', ...command)
  const real = () => client.xml('execute.capture', '', 'realpath', '-e', '--', '/srv/film.mkv')
  expect(await real()).toContain('/srv/film.mkv')
  expect(await run('test', '-e', '/srv/film.mkv')).not.toContain('fault')
  expect(await run('rm', '-f', '--', '/srv/film.mkv')).not.toContain('fault')
  expect(faultOf(await run('test', '-e', '/srv/film.mkv'))).toEqual([-503, 'Bad return code.'])
  expect(await real()).toContain('Bad return code.')
  expect(await run('reboot')).toContain('Bad return code.')
})

test('a request is named by its path and the command it is about', () => {
  const {face} = new Client('0.16.17')
  const named = (body: string) =>
    face.nameOf({
      method: 'POST',
      path: '',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body),
      via: 'scgi',
    })
  expect(named(xmlCall('d.start', []))).toBe('/RPC2#d.start')
  expect(named('[{"method":"system.pid"},{"method":"d.multicall2","params":["d.name="]}]')).toBe(
    '/RPC2#d.multicall2',
  )
})

test.each([
  ['d.name=', {name: 'd.name', args: []}],
  ['d.custom=addtime', {name: 'd.custom', args: [{kind: 'text', text: 'addtime'}]}],
  [
    'x="a,\\"b",c',
    {
      name: 'x',
      args: [
        {kind: 'text', text: 'a,"b'},
        {kind: 'text', text: 'c'},
      ],
    },
  ],
  [
    'x={a,b}',
    {
      name: 'x',
      args: [
        {
          kind: 'list',
          items: [
            {kind: 'text', text: 'a'},
            {kind: 'text', text: 'b'},
          ],
        },
      ],
    },
  ],
  ['x=$y=z', {name: 'x', args: [{kind: 'call', command: {name: 'y', args: [{kind: 'text', text: 'z'}]}}]}],
  ['x=(y,z)', {name: 'x', args: [{kind: 'call', command: {name: 'y', args: [{kind: 'text', text: 'z'}]}}]}],
])('the command %j is read', (source, command) => {
  expect(parseCommand(source)).toEqual(command)
})

test('open quotes and brackets are errors', () => {
  for (const source of ['x="a', 'x={a', 'x=(a']) expect(() => parseCommand(source)).toThrow('Missing closing')
})
