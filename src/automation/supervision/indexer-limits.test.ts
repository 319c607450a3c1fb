import type {Dispatcher} from 'undici'
import {describe, expect, onTestFinished, test} from 'vitest'
import {ArrHttpClient} from '#arr-client/api/http-client.ts'
import {ProwlarrClient} from '#arr-client/api/prowlarr.ts'
import type {ProwlarrConfig} from '#config/schema/schema-prowlarr.ts'
import {Prowlarr} from '#lab/around-arrs/prowlarr.ts'
import {virtualTimeLine} from '#lab/arrs/time-line.ts'
import {SocketlessDispatcher, type Answering} from '#lab/socketless.ts'
import {Secret} from '#model/secret.ts'
import {ActiveAlerts, AlertBoard} from '../alerts/active-alerts.ts'
import {IndexerLimits} from './indexer-limits.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const policy = {objectionTo: () => null, lookup: undefined}

function harness(options: Omit<ConstructorParameters<typeof Prowlarr>[0], 'time'>) {
  const time = virtualTimeLine()
  const prowlarr = new Prowlarr({time, ...options})
  const said: string[] = []
  const config: ProwlarrConfig = {
    id: 'Prowlarr',
    URI: `http://prowlarr:9696${prowlarr.urlBase}`,
    APIKey: new Secret(prowlarr.apiKey),
    SkipTLSVerify: false,
  }
  const silent = {error: () => undefined, warn: () => undefined}
  const board = new AlertBoard(time, silent, async () => undefined)
  const world = {configs: [config] as readonly ProwlarrConfig[]}
  const limits = new IndexerLimits({
    clock: time,
    log: {error: (about, text) => void said.push(`${text} ${JSON.stringify(about)}`)},
    alerts: new ActiveAlerts(board),
    prowlarrs: () => world.configs,
    open: ({URI: url, APIKey: apiKey, SkipTLSVerify: skipVerify}) =>
      new ProwlarrClient(
        new ArrHttpClient({url, apiKey, skipVerify}, policy, undefined, {
          dispatcher: prowlarr.dispatcher(),
          clock: time,
        }),
      ),
  })
  limits.start()
  onTestFinished(() => limits.stop())
  const at = (id: number, name = 'x') =>
    limits.of({name, url: `http://prowlarr:9696${prowlarr.urlBase}/${id}/`})
  return {time, prowlarr, board, said, config, world, limits, at}
}

const asked = (prowlarr: Prowlarr, path: string) =>
  prowlarr.asked.filter(
    (one) => one.startsWith(`GET /api/v1/${path}`) && !/\w/.test(one.charAt(`GET /api/v1/${path}`.length)),
  ).length

describe('limits of a Prowlarr', () => {
  test('Q20 are read with what was asked in their span, by feeds and others, too', async () => {
    const {time, prowlarr, at} = harness({
      indexers: [{name: 'A', queryLimit: 100}, {name: 'B', queryLimit: 10, limitsUnit: 'hour'}, {name: 'C'}],
    })
    for (let count = 0; count < 60; count++) prowlarr.ask(1, 'rss')
    prowlarr.ask(2, 'search')
    await time.advance(MINUTE)
    expect(at(1)).toMatchObject({
      limits: [{limit: {most: 100, windowMs: DAY}, counted: {questions: 60}}],
      blockedUntil: null,
    })
    expect(at(2)?.limits).toMatchObject([{limit: {most: 10, windowMs: HOUR}, counted: {questions: 1}}])
    expect(at(3)?.limits).toEqual([])
    expect(at(4)).toBeNull()
    await time.advance(2 * HOUR)
    expect(at(2)?.limits).toMatchObject([{counted: {questions: 0}}])
    expect(at(1)?.limits).toMatchObject([{counted: {questions: 60}}])
  })

  test('are read four times an hour at most, whatever follows', async () => {
    const {time, prowlarr, limits} = harness({
      indexers: [
        {name: 'A', queryLimit: 100},
        {name: 'B', queryLimit: 10, limitsUnit: 'hour'},
      ],
    })
    for (let minute = 0; minute < 5 * 60; minute++) {
      limits.follow()
      await time.advance(MINUTE)
    }
    for (const path of ['indexer', 'indexerstatus', 'indexerstats']) {
      expect(asked(prowlarr, path), path).toBeGreaterThanOrEqual(10)
      expect(asked(prowlarr, path), path).toBeLessThanOrEqual(22)
    }
  })

  test('Q19 say until when an indexer that fails is left alone', async () => {
    const {time, prowlarr, at} = harness({indexers: [{name: 'A'}, {name: 'B'}]})
    const until = time.now() + 5 * HOUR
    prowlarr.fail(1, 5 * HOUR)
    await time.advance(MINUTE)
    expect([at(1)?.blockedUntil, at(2)?.blockedUntil]).toEqual([until, null])
  })

  test('hold while it takes another key, of which an alert says so until it takes it', async () => {
    const {time, prowlarr, board, at, said} = harness({indexers: [{name: 'A', queryLimit: 7}]})
    await time.advance(MINUTE)
    const key = prowlarr.apiKey
    prowlarr.apiKey = 'another'.padEnd(32, '0')
    await time.advance(3 * HOUR)
    expect(board.list()).toMatchObject([{code: 'prowlarr_unread', name: 'Prowlarr', heals: false}])
    expect(JSON.stringify(board.list())).not.toContain(key)
    expect(at(1)?.limits).toMatchObject([{limit: {most: 7}}])
    prowlarr.apiKey = key
    await time.advance(HOUR)
    expect([board.list(), said]).toEqual([[], []])
  })

  test('hold while it is away, of which an alert says so after half an hour and while it has its section', async () => {
    const {time, prowlarr, board, at, world, limits} = harness({indexers: [{name: 'A', queryLimit: 7}]})
    await time.advance(MINUTE)
    await prowlarr.down()
    await time.advance(31 * MINUTE)
    expect(board.list()).toEqual([])
    await time.advance(30 * MINUTE)
    expect(board.list()).toMatchObject([{code: 'prowlarr_unread', heals: true}])
    expect(at(1)?.limits).toMatchObject([{limit: {most: 7}}])
    world.configs = []
    limits.follow()
    expect(board.list()).toEqual([])
  })

  test('are forgotten with their section, and read again where it is another one', async () => {
    const {time, prowlarr, at, world, limits, config} = harness({indexers: [{name: 'A', queryLimit: 7}]})
    await time.advance(MINUTE)
    world.configs = []
    limits.follow()
    expect(at(1)).toBeNull()
    world.configs = [{...config, SkipTLSVerify: true}]
    limits.follow()
    await time.advance(1)
    expect([at(1)?.limits.length, asked(prowlarr, 'indexer')]).toEqual([1, 2])
  })
})

describe('an indexer of an Arr belongs to a Prowlarr', () => {
  test.each<[string, string, string, boolean]>([
    ['by its address', 'Renamed', 'http://prowlarr:9696/base/1/', true],
    ['without the slash', 'x', 'http://PROWLARR:9696/base/1', true],
    ['by its name, where Arrs reach it elsewhere', 'a (Prowlarr)', 'http://10.0.0.7:9696/base/1/', true],
    ['not by its number alone', 'x', 'http://10.0.0.7:9696/base/1/', false],
    ['not by its name alone', 'A (Prowlarr)', 'https://indexer.invalid/', false],
    ['not below another URL base', 'x', 'http://prowlarr:9696/1/', false],
    ['not by a number that it has not', 'A (Prowlarr)', 'http://prowlarr:9696/base/9/', false],
    ['not without an address', 'A (Prowlarr)', '', false],
  ])('%s', async (_, name, url, isOfIt) => {
    const {time, limits} = harness({urlBase: '/base', indexers: [{name: 'A', queryLimit: 7}]})
    await time.advance(MINUTE)
    expect(limits.of({name, url}) !== null).toBe(isOfIt)
  })

  test('and to none where two of them might be meant', async () => {
    const {time, limits, world, config} = harness({indexers: [{name: 'A', queryLimit: 7}]})
    world.configs = [config, {...config, id: 'Prowlarr-2', URI: 'http://other:9696'}]
    limits.follow()
    await time.advance(MINUTE)
    expect(limits.of({name: 'A (Prowlarr)', url: 'http://10.0.0.7:9696/1/'})).toBeNull()
    expect(limits.of({name: 'A (Prowlarr)', url: 'http://other:9696/1/'})).not.toBeNull()
  })
})

/** Leads every question to another place. */
class Leading extends SocketlessDispatcher {
  readonly asked: string[] = []
  readonly #to: string

  constructor(to: string) {
    super()
    this.#to = to
  }

  protected override async answer(
    {origin, path, headers}: Dispatcher.DispatchOptions,
    answering: Answering,
  ): Promise<void> {
    this.asked.push(`${String(origin)}${path} ${JSON.stringify(headers)}`)
    answering.head(302, {location: this.#to})
    answering.end()
  }
}

test.each([
  'http://elsewhere:9696/api/v1/indexer',
  'https://prowlarr:9696/api/v1/indexer',
  'http://prowlarr/api/v1/indexer',
])('a redirect to %s is not followed, and nothing is sent there', async (to) => {
  const dispatcher = new Leading(to)
  const apiKey = new Secret('k'.repeat(32))
  const http = new ArrHttpClient(
    {url: 'http://prowlarr:9696', apiKey, skipVerify: false},
    policy,
    undefined,
    {dispatcher},
  )
  await expect(new ProwlarrClient(http).indexers()).rejects.toMatchObject({code: 'wrong_server'})
  expect(dispatcher.asked).toHaveLength(1)
  expect(dispatcher.asked[0]).toMatch(/^http:\/\/prowlarr:9696\/api\/v1\/indexer /)
})
