/** What a page is told follows what its owner may see, from one moment to the next; and of servers what concerns him. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {person} from '#accounts/people.fixture.ts'
import {asUserId, type ShareLevel} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {ServerCard} from '#model/server.ts'
import type {ServerRegistry} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {health} from '#test/http/http-fakes.ts'
import type {LivePage} from '#test/http/live-client.fixture.ts'
import {hashNumber, liveHarness, numbered, type LiveHarness} from '#test/http/live-harness.fixture.ts'
import {principalOf} from '#test/http/rig.fixture.ts'
import type {SeenArr} from '../scope/sources.ts'

const mia = person('mia', 'member')
const [qBit, box, down] = ['qBit', 'box', 'down'].map(asServerId) as [never, never, never]

/** Servers of somebody else, shared with Mia as a test likes. */
class SharedRegistry implements ServerRegistry {
  revision = 1
  readonly #levels = new Map<string, ShareLevel>()

  share(id: string, level: ShareLevel | null): void {
    this.revision++
    if (level === null) this.#levels.delete(id)
    else this.#levels.set(id, level)
  }

  cards(): ServerCard[] {
    return [qBit, box, down].map((id, position) => ({
      id,
      position,
      origin: 'user',
      ownerId: asUserId('olga'),
      tags: ['far'],
      colour: '#aabbcc',
      icon: null,
      defaultForAdding: false,
      sharing: this.#levels.has(id) ? [{with: mia.id, level: this.#levels.get(id)!}] : [],
    }))
  }

  card(id: string): ServerCard | null {
    return this.cards().find((it) => it.id === id) ?? null
  }
}

let registry: SharedRegistry
let harness: LiveHarness
let page: LivePage
/** Arrs that Mia sees. */
let arrs: readonly SeenArr[]
beforeEach(async () => {
  registry = new SharedRegistry()
  registry.share('qBit', 'control')
  registry.share('box', 'view')
  const signIn = () => principalOf(mia, registry)
  const transport = {signIns: [signIn], hosts: [], stranger: () => new Error() as never}
  arrs = [{id: asArrId('films'), kind: 'radarr', name: 'Films'}]
  harness = await liveHarness(3, {registry, authentication: transport, arrsOf: () => arrs})
  const message = 'https://tracker.example/announce?passkey=secret said no'
  for (let row = 0; row < 3; row++) {
    harness.fleet.records.push({...numbered(row, 'box'), trackerMessage: message}, numbered(row, 'down'))
    harness.change(row, {trackerMessage: message})
  }
  page = await harness.page()
})
afterEach(() => harness.http.close())

const second = async () => {
  await harness.clock.advance(1_000)
  await page.settled()
}
const serversOf = (names: readonly (string | null)[]) => names.map((it) => it?.split(' ')[0] ?? null)

test('torrents of servers that the user may not see are not there', async () => {
  const {totals, scope_totals: scope, servers_total: servers} = await page.openView(1, {columns: ['copies']})
  expect([totals!.count, scope!.count, servers]).toEqual([6, 6, 2])
  expect(page.view(1).cells([0, 9])).toEqual(Array.from({length: 6}, () => [2]))
  expect(await page.keys(1, 0, 9)).toHaveLength(6)
  expect(JSON.stringify(page.messages)).not.toContain('"down"')
})

test('a wish for a server that the user may not see, or for a torrent of it, finds nothing', async () => {
  const ofServer = await page.openView(1, {servers: ['down']})
  expect([ofServer.totals!.count, ofServer.scope_totals!.count]).toEqual([0, 0])
  const {mistakes} = await page.openView(2, {q: 'server:down'})
  expect(mistakes![0]).toMatchObject({code: 'unknown_server', accepted: ['qBit', 'Seedbox']})
})

test('where the user may only look, addresses come without passkeys; and with them once they may command', async () => {
  await page.openView(1, {servers: ['box'], columns: ['tracker_message']}, [[0, 1]])
  expect(JSON.stringify(page.view(1).cells([0, 1]))).not.toContain('secret')
  await page.openView(2, {servers: ['qBit'], columns: ['tracker_message']}, [[0, 1]])
  expect(JSON.stringify(page.view(2).cells([0, 1]))).toContain('secret')
  registry.share('box', 'control')
  registry.share('qBit', 'view')
  await second()
  expect(JSON.stringify(page.view(1).cells([0, 1]))).toContain('secret')
  expect(JSON.stringify(page.view(2).cells([0, 1]))).not.toContain('secret')
})

test('what is no longer shared goes at once, while the order is held, too, and comes back as new', async () => {
  await page.openView(1)
  page.say({type: 'hold', view: 1, on: true})
  await page.settled()
  const before = page.view(1).names([0, 6])
  registry.share('box', null)
  await second()
  expect(serversOf(page.view(1).names([0, 6]))).toEqual(
    serversOf(before).map((it) => (it === 'box' ? null : it)),
  )
  expect([...page.view(1).rows.values()].map((it) => it.serverId)).toEqual(['qBit', 'qBit', 'qBit'])
  expect(await page.keys(1, 0, 9)).toHaveLength(3)
  page.say({type: 'hold', view: 1, on: false})
  harness.rankings.reckon()
  await page.settled()
  expect(page.view(1).figures.totals!.count).toBe(3)
  registry.share('box', 'view')
  await second()
  harness.rankings.reckon()
  await page.settled()
  expect(page.view(1).names([0, 6])).toEqual(before)
  expect(page.view(1).figures.servers_total).toBe(2)
})

test('a followed torrent that the user may not see any more stands nowhere, like one that is not there', async () => {
  const ofBox = {server_id: 'box', info_hash: hashNumber(1)}
  const ofDown = {server_id: 'down', info_hash: hashNumber(1)}
  await page.openView(1)
  const {followed} = await page.follow(1, [ofBox, ofDown, {server_id: 'ghost', info_hash: hashNumber(1)}])
  expect(followed!.map(([server, , rank]) => [server, rank])).toEqual([
    ['box', expect.any(Number)],
    ['down', null],
    ['ghost', null],
  ])
  registry.share('box', null)
  await second()
  expect(page.view(1).followed.map(([, , rank]) => rank)).toEqual([null, null, null])
})

test('a query about servers is read again when they are others', async () => {
  await page.openView(1, {q: 'server:down'})
  expect(page.view(1).mistakes).toHaveLength(1)
  registry.share('down', 'view')
  await second()
  expect(page.view(1).mistakes).toHaveLength(0)
})

test('servers in sight are sent whole, in their order, and then those that changed, once a second', async () => {
  page.say({type: 'watch', topics: ['servers']})
  const first = await page.next('servers')
  expect(first.order).toEqual(['qBit', 'box'])
  expect(first.servers[1]).toEqual({
    server_id: 'box',
    server_name: 'Seedbox',
    server_type: 'transmission',
    enabled: true,
    status: 'online',
    reason: 'none',
    detail: '',
    advice: '',
    since: health().since,
    last_ok_at: health().lastOkAt,
    next_try_at: null,
    latency_ms: 3,
    version: '5.1.0',
    torrents: 1,
    stale_rows: 0,
    synced_at: health().since,
    poll_ms: 2_000,
    down_speed: 100,
    up_speed: 10,
    down_limit: null,
    up_limit: 5000,
    alt_speed: false,
    access: 'view',
    colour: '#aabbcc',
    icon: null,
    server_tags: ['far'],
    default_for_adding: false,
  })
  await second()
  expect(page.messages.filter((it) => it.type === 'servers')).toHaveLength(1)
  harness.servers.all[0] = {...harness.servers.all[0]!, torrents: 77}
  harness.servers.all[2] = {...harness.servers.all[2]!, torrents: 88}
  await second()
  const reported = page.messages.filter((it) => it.type === 'servers')
  expect(reported).toHaveLength(2)
  expect([reported[1]!.servers.map((it) => [it.server_id, it.torrents]), reported[1]!.order]).toEqual([
    [['qBit', 77]],
    undefined,
  ])
})

test('of a server that went down pages are sent no figures of now, and they come back with it', async () => {
  page.say({type: 'watch', topics: ['servers']})
  await page.next('servers')
  const figures = ['down_speed', 'up_speed', 'down_limit', 'up_limit', 'alt_speed', 'free_space']
  const reported = () =>
    page.messages
      .findLast((it) => it.type === 'servers')!
      .servers.map((it) => figures.filter((name) => name in it))
  const box = harness.servers.all[1]!
  harness.servers.all[1] = {...box, health: health({status: 'unreachable', reason: 'timed_out'})}
  await second()
  expect(reported()).toEqual([[]])
  harness.servers.all[1] = box
  await second()
  expect(reported()).toEqual([['down_speed', 'up_speed', 'down_limit', 'up_limit', 'alt_speed']])
})

test('servers come into sight and go out of it', async () => {
  page.say({type: 'watch', topics: ['servers']})
  await page.next('servers')
  registry.share('box', null)
  await second()
  expect(page.messages.at(-2)).toEqual({type: 'servers', servers: [], order: ['qBit']})
  registry.share('box', 'control')
  await second()
  expect(page.messages.at(-2)).toMatchObject({
    servers: [{server_id: 'box', access: 'control'}],
    order: ['qBit', 'box'],
  })
  page.say({type: 'watch', topics: []})
  await page.settled()
  const count = page.messages.length
  harness.servers.all[0] = {...harness.servers.all[0]!, torrents: 77}
  await second()
  expect(page.messages.length).toBe(count + 1)
})

test('what a torrent is for is sent as it changes, and only of Arrs that the user may see, from one moment to the next', async () => {
  const item = (row: number, arr: string, arrItem: string) =>
    harness.change(row, {arrId: asArrId(arr), arrItem})
  const reckoned = () => {
    harness.rankings.reckon()
    return page.settled()
  }
  item(0, 'films', 'Harbour of Glass (2021)')
  item(1, 'hidden', 'canary')
  await page.openView(1, {columns: ['arr_name', 'arr_item']}, [[0, 6]])
  const known = () =>
    page
      .view(1)
      .cells([0, 6])
      .filter((row) => row !== null && row[0] !== null)
  expect(known()).toEqual([['Films', 'Harbour of Glass (2021)']])
  item(0, 'films', 'Harbour of Glass: The Return (2024)')
  await reckoned()
  expect(known()).toEqual([['Films', 'Harbour of Glass: The Return (2024)']])
  expect(JSON.stringify(page.messages)).not.toContain('canary')
  // The one that he saw is shared no more, the other one is.
  arrs = [{id: asArrId('hidden'), kind: 'sonarr', name: 'Series'}]
  await second()
  expect(known()).toEqual([['Series', 'canary']])
})

test('an Arr that the user may not see is unknown in a query, by its name and by its id', async () => {
  arrs = []
  const {mistakes} = await page.openView(1, {q: 'arr:hidden'})
  expect(mistakes![0]).toMatchObject({code: 'unknown_arr', accepted: []})
})
