import {expect, test} from 'vitest'
import type {ArrDownloadClient, ArrIdentity, ArrToAsk} from '#model/arr-service.ts'
import {Secret} from '#model/secret.ts'
import type {Reach} from '#model/server.ts'
import {listReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {ServerImport} from './import.ts'
import {asksPerMinute, ServerDiscovery} from './discover.ts'
import {draft} from '../servers/drafts.fixture.ts'
import {codeOf, harness, type Harness} from '../servers/servers-harness.fixture.ts'

const arr: ArrIdentity = {
  app: 'Radarr',
  name: '',
  version: '5',
  url: 'http://arr.lan:7878',
  inContainer: false,
}
const ask: ArrToAsk = {url: arr.url, apiKey: new Secret('k'), skipVerify: false}

function client(change: Partial<ArrDownloadClient> = {}): ArrDownloadClient {
  return {
    name: 'qbit',
    implementation: 'QBittorrent',
    kind: 'qbittorrent',
    enabled: true,
    host: 'box.lan',
    port: 8080,
    tls: false,
    urlBase: '',
    username: 'admin',
    password: null,
    apiKey: null,
    masked: ['password'],
    categories: ['radarr'],
    ...change,
  }
}

function discovery(it: Harness, clients: readonly ArrDownloadClient[], identity = arr) {
  const reaches: Reach[] = []
  const service = new ServerDiscovery(
    async ({reach}) => {
      reaches.push(reach)
      return {arr: identity, clients}
    },
    (ownerId) => it.directory.reachForArr(ownerId),
    it.service,
    it.clock,
  )
  return {service, reaches}
}

test('the servers of an Arr become a list that is brought in like any other', async () => {
  const it = await harness()
  const {service} = discovery(it, [
    client({apiKey: new Secret('key')}),
    client({
      name: 'NAS',
      implementation: 'Transmission',
      kind: 'transmission',
      host: 'nas.lan',
      port: 9091,
      tls: true,
      urlBase: '/transmission/',
      username: null,
      masked: [],
    }),
    client({
      name: 'RT',
      implementation: 'RTorrent',
      kind: 'rtorrent',
      host: 'rt.lan',
      port: 80,
      urlBase: 'RPC2',
      password: new Secret('told'),
      masked: [],
    }),
  ])
  const {servers, list} = await service.discover(it.as('ann'), ask)
  expect(servers.map(({url, item, missing}) => [url, item, missing])).toEqual([
    ['http://box.lan:8080', 0, ['password']],
    ['https://nas.lan:9091/transmission/rpc', 1, []],
    ['http://rt.lan/RPC2', 2, []],
  ])
  expect(JSON.stringify(servers)).not.toMatch(/told|"key"/)
  const bringing = new ServerImport(listReader(insideWork), it.service, (id) => it.directory.former(id))
  const {results, preview} = await bringing.apply(
    it.as('ann'),
    {input: {json: list}, format: 'auto', passphrase: null, mode: 'merge', ofEveryone: false, choices: []},
    null,
  )
  expect(results.map(({status}) => status)).toEqual(['done', 'done', 'done'])
  expect(preview.items[0]!.missing).toEqual(['password'])
  expect(it.directory.definitions()).toMatchObject([
    {name: 'qbit', username: 'admin', password: null, apiKey: new Secret('key')},
    {name: 'NAS', kind: 'transmission', username: null},
    {name: 'RT', password: new Secret('told')},
  ])
})

test('what is here already is shown, but only to users who may see it; two clients of one server are one', async () => {
  const it = await harness()
  const {id} = await it.service.create(
    it.as('ann'),
    draft({name: 'Mine', address: {url: 'http://box.lan:8080'}}),
  )
  const {service} = discovery(it, [
    client({enabled: false}),
    client({name: 'again', categories: ['radarr', '4k']}),
  ])
  const found = async (who: string) => (await service.discover(it.as(who), ask)).servers
  expect(await found('ann')).toMatchObject([
    {name: 'qbit', known: {id, name: 'Mine'}, categories: ['radarr', '4k'], enabled: true},
  ])
  expect(await found('bob')).toMatchObject([{known: null}])
})

test('a server of the user’s own stays as it is, whatever the Arr calls it and as which user it comes in', async () => {
  const it = await harness()
  const own = draft({name: 'Mine', username: 'me', address: {url: 'http://box.lan:8080'}})
  const {id} = await it.service.create(it.as('ann'), own)
  await it.service.share(it.as('ann'), id, {everyone: 'view', users: []})
  const {service} = discovery(it, [client({username: 'radarr', apiKey: new Secret('its-key')})])
  const planned = async (who: string) => {
    const {list} = await service.discover(it.as(who), ask)
    const importer = new ServerImport(listReader(insideWork), it.service, (one) => it.directory.former(one))
    const request = {input: {json: list}, format: 'auto', passphrase: null, mode: 'merge'} as const
    const {items} = await importer.preview(it.as(who), {...request, ofEveryone: false, choices: []})
    return items
  }
  expect(await planned('ann')).toMatchObject([{action: 'same', name: 'Mine', missing: []}])
  expect(await planned('bob')).toMatchObject([
    {action: 'add', name: 'qbit', warnings: [expect.stringContaining('Mine leads there already')]},
  ])
})

test('what cannot be brought in is shown with the reason', async () => {
  const it = await harness()
  const {service} = discovery(it, [
    client({implementation: 'Vuze', kind: null, port: 9091}),
    client({implementation: 'TorrentBlackhole', kind: null, host: ''}),
    client({implementation: 'UTorrent', kind: null}),
    client({host: ''}),
    client({host: 'two words'}),
  ])
  const {servers, list} = await service.discover(it.as('ann'), ask)
  expect(servers.map(({item, obstacle}) => [item, obstacle])).toEqual([
    [null, 'Vuze is no server that is known here.'],
    [null, 'TorrentBlackhole is no server that is known here.'],
    [null, 'UTorrent is no server that is known here.'],
    [null, 'Its address cannot be read.'],
    [null, 'Its address cannot be read.'],
  ])
  expect(list.servers).toEqual([])
})

for (const [host, arrUrl, inContainer, url, warns] of [
  ['localhost', 'http://arr.lan:7878', false, 'http://arr.lan:8080', /another machine.*arr\.lan is taken/],
  ['127.0.0.1', 'http://10.0.0.5:7878', true, 'http://10.0.0.5:8080', /10\.0\.0\.5 is taken/],
  ['::1', 'http://[fd00::7]:7878', false, 'http://[fd00::7]:8080', /fd00::7 is taken/],
  ['localhost', 'http://localhost:7878', false, 'http://localhost:8080', null],
  ['localhost', 'http://127.0.0.1:7878', true, 'http://localhost:8080', /runs in a container/],
  ['qbittorrent', 'http://arr.lan:7878', true, 'http://qbittorrent:8080', /lead nowhere/],
  ['host.docker.internal', 'http://arr.lan:7878', true, 'http://host.docker.internal:8080', /lead nowhere/],
  ['172.18.0.4', 'http://arr.lan:7878', true, 'http://172.18.0.4:8080', /lead nowhere/],
  ['172.18.0.4', 'http://172.18.0.3:7878', true, 'http://172.18.0.4:8080', null],
  ['arr', 'http://arr:7878', true, 'http://arr:8080', null],
  ['box.example', 'http://arr.lan:7878', true, 'http://box.example:8080', null],
] as const) {
  test(`${host}, reported by an Arr at ${arrUrl}${inContainer ? ' in a container' : ''}, is ${url}`, async () => {
    const it = await harness()
    const {service} = discovery(it, [client({host})], {...arr, url: arrUrl, inContainer})
    const [found] = (await service.discover(it.as('ann'), ask)).servers
    expect(found!.url).toBe(url)
    if (warns === null) expect(found!.warnings).toEqual([])
    else expect(found!.warnings).toEqual([expect.stringMatching(warns)])
  })
}

test('who may add no servers asks no Arr, members go as far as their own servers may', async () => {
  const it = await harness()
  const {service, reaches} = discovery(it, [])
  expect(await codeOf(service.discover(it.as('vic'), ask))).toBe('forbidden')
  expect(await codeOf(service.discover(it.as('ann', {scopes: ['read']}), ask))).toBe('forbidden')
  expect(reaches).toEqual([])
  await service.discover(it.as('ann'), ask)
  it.settings.membersPublicOnly = true
  await service.discover(it.as('ann'), ask)
  expect(reaches.map(({range}) => range)).toEqual(['guarded', 'public'])
})

test('Arrs are asked some times a minute, so that no one tries keys through us', async () => {
  const it = await harness()
  const {service} = discovery(it, [])
  for (let n = 0; n < asksPerMinute; n++) await service.discover(it.as('ann'), ask)
  expect(await codeOf(service.discover(it.as('ann'), ask))).toBe('too_many_attempts')
  expect(await codeOf(service.discover(it.as('bob'), ask))).toBe('done')
  await it.clock.advance(60_000)
  expect(await codeOf(service.discover(it.as('ann'), ask))).toBe('done')
})

test('where a client leads is shown by what the user sees and manages', async () => {
  const it = await harness()
  const paths = [{server: '/data', ours: '/mnt'}]
  const own = draft({name: 'Mine', address: {url: 'http://192.168.1.5:8080'}, paths})
  const {id} = await it.service.create(it.as('ada'), own)
  await it.service.share(it.as('ada'), id, {everyone: 'view', users: []})
  const {service} = discovery(it, [])
  const serverOf = (who: string, change: Partial<ArrDownloadClient>) =>
    service.placeOf(it.as(who), client({host: '192.168.1.5', ...change}), arr).server
  expect(serverOf('ada', {})).toEqual({id, name: 'Mine', paths})
  expect(serverOf('bob', {})).toEqual({id, name: 'Mine', paths: []})
  expect(serverOf('ada', {port: 8081})).toBe('absent')
  expect(serverOf('ada', {host: 'qbit'})).toBe('unknown')
  expect(serverOf('ada', {host: ''})).toBe('unknown')
  expect(serverOf('ada', {kind: 'rtorrent', implementation: 'RTorrent', host: 'rt'})).toBe('absent')
  expect(serverOf('ada', {kind: null, implementation: 'UTorrent'})).toBe('absent')
})

test('by another address it may be a server that is here; by another port of the same machine it is not', async () => {
  const it = await harness()
  const {id} = await it.service.create(
    it.as('ada'),
    draft({name: 'box', address: {url: 'http://192.168.1.5:8080'}}),
  )
  const mayBe = async (change: Partial<ArrDownloadClient>) => {
    const {service} = discovery(it, [client(change)])
    const {servers} = await service.discover(it.as('ada'), ask)
    return servers[0]!.mayBe.map((one) => one.id)
  }
  expect(await mayBe({host: 'box.lan'})).toContain(id)
  expect(await mayBe({host: '192.168.1.5', port: 8081})).not.toContain(id)
  // It is known, so nothing is asked; and another kind is another daemon.
  expect(await mayBe({host: '192.168.1.5', port: 8080})).toEqual([])
  expect(await mayBe({host: 'box.lan', kind: 'transmission'})).not.toContain(id)
})
