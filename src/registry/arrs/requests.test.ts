import {expect, test} from 'vitest'
import {asArrId, asDownloadId, type DownloadId, type QueueRow} from '#model/arr.ts'
import type {
  ArrAction,
  ArrAsker,
  ArrDownloadClient,
  ArrWay,
  ClientPlace,
  OurSide,
  RunningArr,
} from '#model/arr-service.ts'
import type {ItemOfArr} from '#model/item-chain.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId, keyText} from '#model/torrent-key.ts'
import {plainReach} from '#model/server.ts'
import {codeOf} from '../servers/servers-harness.fixture.ts'
import type {DiscoveredServer} from '../import/discover.ts'
import {arrHarness, draft, sectionNamed, type ArrHarness} from './arrs-harness.fixture.ts'
import {ArrRequests} from './requests.ts'

const hardLinks = {
  code: 'hard_links_off',
  severity: 'warning',
  sentence: 'Twice.',
  about: '',
  fixable: true,
} as const

const client: ArrDownloadClient = {
  name: 'box',
  implementation: 'QBittorrent',
  kind: 'qbittorrent',
  enabled: true,
  host: 'box',
  port: 8080,
  tls: false,
  urlBase: '',
  username: null,
  password: null,
  apiKey: null,
  masked: [],
  categories: ['films'],
}
const nowhere: ClientPlace = {url: null, server: 'unknown'}

class MadeUpArr implements ArrAsker {
  readonly asked: [string, ArrWay][] = []
  found = [hardLinks]
  downloads: ReadonlyMap<string, readonly DownloadId[]> = new Map()
  beside: OurSide | null = null

  async status(way: ArrWay) {
    this.asked.push(['status', way])
    const names = {kind: 'radarr', app: 'Radarr', name: '', version: '5', apiVersion: 'v3'} as const
    return {...names, inContainer: false, startedAt: null}
  }

  async discover(way: ArrWay) {
    const status = await this.status(way)
    const {app, name, version, inContainer} = status
    const clients = {arr: {app, name, version, inContainer, url: way.url}, clients: []}
    const lists = {mappings: [], rootFolders: [], profiles: [], requestManagers: []}
    return {status, clients, ...lists, findings: this.found, downloads: this.downloads}
  }

  async clients(way: ArrWay) {
    this.asked.push(['clients', way])
    if (way.url.includes('silent')) throw new ServerFault('server_unreachable', 'dns', 'Silence.')
    const arr = {app: 'Radarr', name: '', version: '5', inContainer: false, url: way.url}
    return {arr, clients: [client, {...client, enabled: false, categories: ['old']}]}
  }

  async diagnose(way: ArrWay, ours: OurSide) {
    this.asked.push(['diagnose', way])
    this.beside = ours
    return this.found
  }

  async item(way: ArrWay, id: number, queue: readonly QueueRow[] | null): Promise<ItemOfArr> {
    this.asked.push([`item, ${queue === null ? 'its queue, too' : 'its queue is known'}`, way])
    if (id === 404) throw new ServerFault('server_unreachable', 'dns', 'Silence.')
    return {item: {is: null}, parent: {is: null}, queue: {is: []}, history: {is: []}}
  }

  async fix(way: ArrWay, ours: OurSide, code: string) {
    this.beside = ours
    this.asked.push(['fix', way])
    return this.found.filter((it) => it.code === code)
  }

  async undoFix() {
    return true
  }
}

/** Complete, on one of the servers. */
const held = {
  key: {serverId: asServerId('box'), hash: asInfoHash('ab'.repeat(20))!},
  complete: true,
  stale: false,
  contentPath: '/data/A film',
} as unknown as TorrentRecord

test('where a server has a download is known from what is complete there, and is its list’s', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {requests, asker} = requestsOf(harness)
  await requests.diagnose(harness.as('ada'), asArrId('Radarr'))
  const {contentOf} = asker.beside!
  const id = asDownloadId('ab'.repeat(20))!
  expect([contentOf(held.key.serverId, id), contentOf(asServerId('other'), id)]).toEqual([
    '/data/A film',
    null,
  ])
  expect(contentOf(held.key.serverId, asDownloadId('no hash')!)).toBeNull()
})

function requestsOf(
  harness: ArrHarness,
  running: Partial<RunningArr> | null = null,
  found: readonly DiscoveredServer[] = [],
) {
  const asker = new MadeUpArr()
  const {directory, service, clock} = harness
  const managers = {of: () => running as RunningArr | null}
  const list = {format: 'commodarr-servers', version: 1, servers: []} as const
  const servers = {compared: () => ({servers: found, list}), placeOf: () => nowhere}
  return {
    asker,
    requests: new ArrRequests({
      directory,
      service,
      asker,
      managers,
      servers,
      fleet: {get: (key) => (keyText(key) === keyText(held.key) ? held : null)},
      clock,
      searches: async () => [],
      instances: {otherAt: () => null, takeOver: async () => undefined},
    }),
  }
}

test('who a server of an Arr is, its downloads say, and never its name or address', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const mayBe = ['other', 'box'].map((name) => ({id: asServerId(name), name}))
  const server = (name: string) => ({name, mayBe}) as unknown as DiscoveredServer
  const {requests, asker} = requestsOf(harness, null, [server('qbit'), server('fresh')])
  asker.downloads = new Map([
    ['qbit', ['ab'.repeat(20), 'cd'.repeat(20), 'SABnzbd_nzo_1'].map((it) => asDownloadId(it)!)],
  ])
  const {servers} = await requests.discover(harness.as('ada'), {id: asArrId('Radarr')})
  expect(servers[0]!.mayBe).toEqual([{id: 'box', name: 'box', same: 1, of: 1}])
  // Where it has no download yet nobody can say, so a person is asked.
  expect(servers[1]!.mayBe).toMatchObject([
    {name: 'other', same: 0, of: 0},
    {name: 'box', same: 0, of: 0},
  ])
})

test('an Arr is asked by its own key, and only as far as its owner’s requests may go', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const {requests, asker} = requestsOf(harness)
  await requests.test(harness.as('ann'), id)
  await requests.diagnose(harness.as('ada'), asArrId('Radarr'))
  expect(asker.asked.map(([, {url, reach}]) => [url, reach])).toEqual([
    ['http://films.example:7878', plainReach.guarded],
    // Of what else is here, also by somebody who may ask from anywhere.
    ['http://films.example:7878', plainReach.guarded],
    ['http://radarr:7878', plainReach.anywhere],
  ])
  expect(asker.asked[0]![1].apiKey.reveal()).toBe('canary-key')
  expect(await codeOf(requests.test(harness.as('bob'), id))).toBe('arr_unknown')
  expect(await codeOf(requests.test(harness.as('vic'), asArrId('Radarr')))).toBe('forbidden')
  expect(await codeOf(requests.diagnose(harness.as('bob'), asArrId('Radarr')))).toBe('forbidden')
})

test('one key discovers what is there, ten times a minute, and shows which Arrs of the user are it', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const {requests} = requestsOf(harness)
  const what = {url: 'http://films.example:7878', apiKey: new Secret('k'), skipVerify: false}
  expect((await requests.discover(harness.as('ann'), what)).known.map((it) => it.id)).toEqual([id])
  expect((await requests.discover(harness.as('bob'), what)).known).toEqual([])
  for (let more = 0; more < 9; more++) await requests.discover(harness.as('bob'), what)
  expect(await codeOf(requests.discover(harness.as('bob'), what))).toBe('too_many_attempts')
  expect(await codeOf(requests.discover(harness.as('bob'), {id}))).toBe('arr_unknown')
  expect(await codeOf(requests.discover(harness.as('vic'), what))).toBe('forbidden')
})

test('an Arr is checked beside its section and beside the other Arrs that are the user’s to ask', async () => {
  const off = sectionNamed('Off', {Managed: false})
  const harness = await arrHarness([sectionNamed('Radarr'), sectionNamed('Silent'), off])
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const {requests, asker} = requestsOf(harness)
  await requests.diagnose(harness.as('ann'), id)
  expect(asker.beside).toMatchObject({
    category: 'films',
    // Of the file: everyone may command them, none but administrators manages them.
    others: [
      {name: 'Radarr', category: 'radarr', clients: null},
      {name: 'Silent', category: 'silent', clients: null},
    ],
  })
  expect(asker.asked.map(([what]) => what)).toEqual(['diagnose'])
  await requests.fix(harness.as('ada'), asArrId('Radarr'), 'hard_links_off', null)
  expect(asker.beside).toMatchObject({
    category: 'radarr',
    others: [{name: 'Silent', clients: null}, {name: 'Films'}],
  })
  await requests.diagnose(harness.as('ada'), asArrId('Silent'))
  expect(asker.beside?.others[0]).toEqual({
    name: 'Radarr',
    category: 'radarr',
    clients: [{categories: ['films'], place: nowhere}],
  })
})

test('what is fixed in an Arr is written down before; what is not there any more is a refusal', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const {requests, asker} = requestsOf(harness)
  expect(await requests.fix(harness.as('ann'), id, 'hard_links_off', null)).toEqual([hardLinks])
  asker.found = []
  expect(await codeOf(requests.fix(harness.as('ann'), id, 'hard_links_off', null))).toBe('arr_finding_gone')
  const entries = (await harness.entries()).filter(({verb}) => verb === 'fix')
  expect(entries).toMatchObject([
    {name: 'Films', args: {id, code: 'hard_links_off'}},
    {name: 'Films', args: {id, code: 'hard_links_off'}},
  ])
})

test('actions go to the manager, as who asked, and are written down; without one there is nothing to ask', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const id = asArrId('Radarr')
  await harness.service.share(harness.as('ada'), id, {everyone: 'control', users: []})
  const done: [string, ArrAction][] = []
  const act: RunningArr['act'] = async (by, action) => {
    done.push([by.actor.name, action])
    if (action.what === 'refresh') throw new CommandRefused('It is busy.')
  }
  const downloadId = asDownloadId('ab')!
  const queue = [{downloadId, title: 'Some.Film.2020'} as QueueRow]
  const {requests} = requestsOf(harness, {act, queue})
  const ignore: ArrAction = {what: 'ignore', downloadId}
  await requests.act(harness.as('bob'), id, ignore)
  expect(await codeOf(requests.act(harness.as('ann'), id, {what: 'refresh'}))).toBe('command_refused')
  expect(await codeOf(requests.act(harness.as('vic'), id, ignore))).toBe('forbidden')
  expect(done).toEqual([
    ['bob', ignore],
    ['ann', {what: 'refresh'}],
  ])
  const entries = (await harness.entries()).filter(({verb}) => verb !== 'share')
  expect(entries).toMatchObject([
    {verb: 'ignore', code: null, args: {downloadId: 'AB', title: 'Some.Film.2020'}},
    {verb: 'refresh', code: null},
    {verb: 'refresh', code: 'command_refused'},
  ])
  // What was refused is one action, and was not done.
  expect([entries[1]!.id === entries[2]!.id, entries[0]!.id === entries[1]!.id]).toEqual([true, false])
  const idle = requestsOf(harness)
  expect(idle.requests.running(harness.as('vic'), id)).toBeNull()
  expect(await codeOf(idle.requests.act(harness.as('bob'), id, ignore))).toBe('arr_not_ready')
})

test('an error of an Arr stands in place of what it has about an item, which is asked for twenty times a minute at most', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {requests} = requestsOf(harness)
  const about = (id: number) => requests.item(harness.as('vic'), asArrId('Radarr'), id)
  expect(await about(17)).toMatchObject({arr: 'Radarr', known: {item: {is: null}}, searchedByUs: null})
  const unread = {unread: 'Silence.'}
  expect((await about(404)).known).toEqual({item: unread, parent: unread, queue: unread, history: unread})
  for (let n = 2; n < 20; n++) await about(17)
  expect(await codeOf(about(17))).toBe('too_many_attempts')
  // Whoever else asks is not held up by him.
  expect(await requests.item(harness.as('ada'), asArrId('Radarr'), 17)).toMatchObject({arr: 'Radarr'})
  const {id} = await harness.service.create(harness.as('ann'), draft())
  expect(await codeOf(requests.item(harness.as('bob'), id, 17))).toBe('arr_unknown')
})

test('the queue of an Arr is asked for with an item only while the one that is known counts for nothing', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const askedWith = async (running: Partial<RunningArr> | null) => {
    const {requests, asker} = requestsOf(harness, running)
    await requests.item(harness.as('ada'), asArrId('Radarr'), 17)
    return asker.asked.map(([what]) => what)
  }
  expect(await askedWith({queue: [], isBehind: false})).toEqual(['item, its queue is known'])
  expect(await askedWith({queue: [], isBehind: true})).toEqual(['item, its queue, too'])
  expect(await askedWith({queue: null, isBehind: false})).toEqual(['item, its queue, too'])
  expect(await askedWith(null)).toEqual(['item, its queue, too'])
})
