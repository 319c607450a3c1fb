/** The simulated Web API beside what real daemons answered, asked by hand. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import type {Clock} from '#lib/clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Counters} from './counters.ts'
import type {Face, FaceAnswer} from './face.ts'
import {populate} from './population.ts'
import {makeQbittorrentFace} from './qbittorrent.ts'
import {World} from './world.ts'

const clock = new VirtualClock()

interface Answered {
  readonly status: number
  readonly body: string
  readonly cookie: string
}

class Browser {
  readonly world: World
  readonly counters = new Counters()
  readonly face: Face
  cookie = ''

  constructor(version: string, options: Readonly<Record<string, unknown>> = {}, time: Clock = clock) {
    this.world = new World({clock: time, seed: 1})
    populate(this.world, {count: 12, seed: 1})
    const {world, counters} = this
    this.face = makeQbittorrentFace({
      world,
      counters,
      version,
      username: 'admin',
      password: 'secret',
      options,
    })
  }

  async post(call: string, form: Record<string, string> = {}): Promise<Answered> {
    return this.#ask('POST', call, '', new URLSearchParams(form).toString())
  }

  async get(call: string, query: Record<string, string> = {}): Promise<Answered> {
    return this.#ask('GET', call, new URLSearchParams(query).toString(), '')
  }

  async login(password = 'secret'): Promise<Answered> {
    this.cookie = ''
    const answer = await this.post('auth/login', {username: 'admin', password})
    this.cookie = answer.cookie
    return answer
  }

  async maindata(rid: number): Promise<Record<string, Record<string, Record<string, unknown>>>> {
    return JSON.parse((await this.get('sync/maindata', {rid: String(rid)})).body) as never
  }

  async #ask(method: string, call: string, query: string, body: string): Promise<Answered> {
    const answer = await this.face.handle({
      method,
      path: `/api/v2/${call}`,
      query: new URLSearchParams(query),
      headers: {host: 'sim', cookie: this.cookie},
      body: Buffer.from(body),
      via: 'http',
    })
    const header = answer.headers?.['set-cookie']
    const cookie = typeof header === 'string' ? header.split(';')[0]! : ''
    return {status: answer.status, body: await textOf(answer), cookie}
  }
}

async function textOf({body = ''}: FaceAnswer): Promise<string> {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8')
  let text = ''
  for await (const piece of body) text += String(piece)
  return text
}

const recorded = ['4.5.2', '5.1.0', '5.3.0'] as const

describe.each(recorded)('%s', (version) => {
  const file = new URL(`../recordings/qbittorrent-${version}/api.json`, import.meta.url)
  const entries = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string
    response: {status: number; body: unknown}
  }[]
  const real = (name: string): {status: number; body: unknown} =>
    entries.find((one) => one.name === name)!.response

  test('logs in, refuses and forbids as the real one did', async () => {
    const browser = new Browser(version)
    expect(await browser.get('app/version')).toMatchObject({status: real('version without login').status})
    expect(await browser.login('wrong')).toMatchObject({status: real('login bad password #1').status})
    const good = await browser.login()
    expect([good.status, good.body]).toEqual([real('login ok').status, real('login ok').body ?? ''])
    expect((await browser.get('app/version')).body).toBe(real('app/version').body)
    expect((await browser.get('app/webapiVersion')).body).toBe(real('app/webapiVersion').body)
    expect((await browser.get('torrents/delete')).status).toBe(real('GET on a POST-only method').status)
    expect((await browser.get('torrents/nope')).status).toBe(real('unknown method').status)
    expect(browser.counters.figures()).toMatchObject({loginsAccepted: 1, loginsRefused: 1})
  })

  test('lists the very fields the real one lists', async () => {
    const browser = new Browser(version)
    await browser.login()
    const [own] = Object.values((await browser.maindata(0))['torrents']!)
    const full = real('sync/maindata rid=0, full').body as {torrents: Record<string, object>}
    expect(Object.keys(own!).sort()).toEqual(Object.keys(Object.values(full.torrents)[0]!).sort())
    const listed = JSON.parse((await browser.get('torrents/info', {limit: '1'})).body) as object[]
    const theirs = (real('torrents/info').body as object[])[0]!
    expect(Object.keys(listed[0]!).sort()).toEqual(Object.keys(theirs).sort())
  })

  test('wants the parameters of share limits that the real one wants', async () => {
    const browser = new Browser(version)
    await browser.login()
    const two = {hashes: 'all', ratioLimit: '2', seedingTimeLimit: '60'}
    const ask = async (more: Record<string, string>): Promise<number> =>
      (await browser.post('torrents/setShareLimits', {...two, ...more})).status
    expect([
      await ask({}),
      await ask({inactiveSeedingTimeLimit: '-2'}),
      await ask({inactiveSeedingTimeLimit: '-2', shareLimitAction: 'Stop', shareLimitsMode: 'Default'}),
    ]).toEqual([
      real('torrents/setShareLimits (no new args)').status,
      real('torrents/setShareLimits (with inactive)').status,
      real('torrents/setShareLimits (with action, 5.2+)').status,
    ])
  })
})

test('the failures up to the limit get the ordinary answer, the next attempt is banned, a session goes on', async () => {
  const browser = new Browser('5.3.0', {maxLoginFailures: 3, banSeconds: 10})
  await browser.login()
  const session = browser.cookie
  const tries = [
    await browser.login('x'),
    await browser.login('x'),
    await browser.login('x'),
    await browser.login(),
  ]
  expect(tries.map(({status}) => status)).toEqual([401, 401, 401, 403])
  browser.cookie = session
  expect((await browser.get('app/version')).status).toBe(200)
  await clock.advance(11_000)
  expect((await browser.login()).status).toBe(204)
})

for (const [version, keepsIt] of [
  ['4.4.5', true],
  ['4.5.2', true],
  ['4.6.7', false],
  ['5.1.0', false],
  ['5.3.0', false],
] as const) {
  test(`${version}: who asks again for a lost answer ${keepsIt ? 'gets all' : 'gets a hole'}`, async () => {
    const browser = new Browser(version)
    await browser.login()
    const {rid} = (await browser.maindata(0)) as unknown as {rid: number}
    const {rid: next} = (await browser.maindata(rid)) as unknown as {rid: number}
    const torrents = [...browser.world.list()].slice(0, 2)
    await clock.advance(10)
    browser.world.commands.addTags(torrents, {tags: ['told once']})
    await browser.maindata(next)
    await clock.advance(10)
    browser.world.commands.setSpeedLimits(torrents.slice(0, 1), {down: 77})
    const again = (await browser.maindata(next))['torrents']!
    expect(again[torrents[0]!.hash]).toMatchObject({dl_limit: 77})
    expect('tags' in again[torrents[0]!.hash]!).toBe(keepsIt)
    expect(again[torrents[1]!.hash]?.['tags']).toContain('told once')
  })
}

test.each([3, 7, 11, 19, 31])(
  'what a growing list shows while an answer is put together is reported, then or the next time: %d ms',
  async (step) => {
    // Each look at the clock takes a while, as on a machine with much to do.
    let ms = 0
    const slow = {now: () => clock.now(), monotonic: () => (ms += step), after: () => () => {}}
    const browser = new Browser('5.1.0', {}, slow)
    browser.world.restart({from: 2, shortListFor: 1})
    await browser.login()
    const reported = new Set<string>()
    for (let rid = 0; slow.monotonic() < 4_000;) {
      const answer = await browser.maindata(rid)
      for (const hash of Object.keys(answer['torrents'] ?? {})) reported.add(hash)
      rid = Number(answer['rid'])
    }
    expect(reported.size).toBe(browser.world.size)
  },
)

test('an unknown number is answered with everything', async () => {
  const browser = new Browser('5.1.0')
  await browser.login()
  await browser.maindata(0)
  expect(await browser.maindata(4711)).toMatchObject({full_update: true})
})

test('what cannot be added is reported as the version reports it', async () => {
  const ask = async (version: string): Promise<unknown[]> => {
    const browser = new Browser(version)
    await browser.login()
    const nothing = await browser.post('torrents/add')
    const garbage = await browser.post('torrents/add', {urls: 'hello'})
    return [nothing.status, garbage.status, garbage.body]
  }
  expect(await ask('5.1.0')).toEqual([400, 200, 'Fails.'])
  expect(await ask('5.3.0')).toEqual([400, 409, 'Conflict'])
})
