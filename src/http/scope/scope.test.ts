import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {asUserId, type Principal, type ShareLevel} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {MediaRequest, RequestView} from '#model/requests.ts'
import type {WantedUnit} from '#model/searching.ts'
import {believedFree} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {fakeHarness, hashOf, torrent, type FakeHarness} from '#test/http/http-fakes.ts'
import {reasonsFor} from '../routes/health.ts'
import {languageFilter, readerIn} from '../rows/torrent-query.ts'
import {scopeOf, type Scope} from './scope.ts'
import {withoutSources} from './sources.ts'

const me = asUserId('me')
const [qBit, box, down] = [asServerId('qBit'), asServerId('box'), asServerId('down')]
const nowhere = asServerId('nowhere')

let harness: FakeHarness
let by: Principal
let scope: Scope

/** `qBit` is mine; `box` I may see; `down` is somebody else's. */
/** @param more of the house, other than it is */
function scopeWith(more: Partial<typeof harness.parts> = {}): Scope {
  return scopeOf(by, {...harness.parts, ...more}, harness.parts.turns)
}

beforeEach(async () => {
  harness = await fakeHarness()
  harness.registry.changes.set('qBit', {ownerId: me, sharing: []})
  shareBox('view')
  harness.registry.changes.set('down', {ownerId: asUserId('u1'), sharing: []})
  by = {
    actor: {name: 'me', origin: 'user', userId: me, address: '192.0.2.1'},
    access: accessOf({userId: me, role: 'member', scopes: null, servers: null}, harness.registry),
    userId: me,
    name: 'me',
    role: 'member',
    via: 'session',
    credentialId: 's',
  }
  scope = scopeWith()
})
afterEach(() => harness.http.close())

function shareBox(level: ShareLevel): void {
  harness.registry.changes.set('box', {ownerId: asUserId('u1'), sharing: [{with: me, level}]})
}

test('servers that the user may not see are in no list, and are not even looked at', () => {
  const looked: string[] = []
  const {servers} = harness
  servers.list = () => {
    throw new Error('all servers were listed')
  }
  const get = servers.get.bind(servers)
  servers.get = (id) => {
    looked.push(id)
    return get(id)
  }
  expect(scope.servers.list().map(({id}) => id)).toEqual([qBit, box])
  expect(scope.servers.get(down)).toBeNull()
  expect(looked).toEqual([qBit, box])
})

test('servers stand in the order of their cards', () => {
  const cards = harness.registry.cards.bind(harness.registry)
  harness.registry.cards = () => cards().toReversed()
  expect(scope.servers.list().map(({id}) => id)).toEqual([box, qBit])
})

test('a place is reported as one in the list that the user sees', () => {
  harness.registry.changes.set('qBit', {ownerId: asUserId('u1'), sharing: []})
  expect(scope.servers.list().map(({id}) => [id, scope.servers.card(id).position])).toEqual([[box, 0]])
})

test('a card says how far the server is open to the user and whose it is, and not with whom else it is shared', () => {
  expect(scope.servers.card(qBit)).toMatchObject({access: 'own', owner: null})
  expect(scope.servers.card(box)).toMatchObject({access: 'view', owner: {id: 'u1', name: 'Olga'}})
  expect(Object.keys(scope.servers.card(box))).not.toContain('sharing')
  shareBox('control')
  expect(scopeWith().servers.card(box)).toMatchObject({access: 'control'})
})

for (const id of [down, nowhere]) {
  const unknown = {code: 'server_unknown', message: 'There is no server with this id.'}
  const key = {serverId: id, hash: hashOf('c')}

  test(`whatever is asked of ${id}, the answer is that there is no such server, and nothing is sent`, async () => {
    const sent: string[] = []
    const reporting = (name: string) => () => {
      sent.push(name)
      return Promise.reject(new Error('it was asked'))
    }
    const {reader, details} = harness.parts
    scope = scopeWith({
      reader: Object.fromEntries(
        Object.keys(reader).map((it) => [it, reporting(it)]),
      ) as unknown as typeof reader,
      details: Object.fromEntries(
        Object.keys(details).map((it) => [it, reporting(it)]),
      ) as unknown as typeof details,
    })
    expect(() => scope.servers.card(id)).toThrow(expect.objectContaining(unknown))
    await expect(scope.servers.test(id)).rejects.toMatchObject(unknown)
    for (const read of Object.values(scope.reader))
      await expect(read(id, null)).rejects.toMatchObject(unknown)
    for (const read of Object.values(scope.details)) await expect(read(key)).rejects.toMatchObject(unknown)
    expect(sent).toEqual([])
  })

  test(`no torrent of ${id} is there`, () => {
    expect(scope.fleet.get(key)).toBeNull()
    expect(scope.fleet.holders(key.hash)).toEqual([])
  })
}

test('why it does not serve yet is said of what the user may see, and of what concerns all', () => {
  const reasons = [
    {text: 'A', serverId: qBit},
    {text: 'B', serverId: down},
    {text: 'C', serverId: null},
  ]
  expect(reasonsFor({ready: false, reasons}, by.access)).toEqual(['A', 'C'])
})

test('of a hash on several servers the user sees the holders that they may see', () => {
  harness.fleet.records.push(torrent('down', hashOf('a')))
  expect(scope.fleet.holders(hashOf('a')).map(({serverId}) => serverId)).toEqual([qBit, box])
})

test('a row of another user cannot be read, by whatever number', () => {
  const row = harness.fleet.records.findIndex(({key}) => key.serverId === down)
  expect(scope.fleet.serverAt(row)).toBeNull()
  expect(scope.fleet.record(row)).toBeNull()
  expect(() => scope.fleet.valueAt(row, 'name')).toThrow('not in sight')
})

test('a question ranges over what the user may see, whatever scope is put into it', async () => {
  const question = {filter: {}, sort: [], offset: 0, limit: 10, facets: []}
  await scope.views.query({...question, scope: [down]} as typeof question)
  expect(harness.fleet.lastQuery?.scope).toEqual([qBit, box])
  expect([...scope.views.countsPerServer('category').keys()]).toEqual([qBit, box])
})

const passkey = 'c0ffee00c0ffee00'
const announce = `https://t.example:8443/${passkey}/announce`

async function addressesOn(id: ServerId): Promise<string> {
  const key = {serverId: id, hash: hashOf('d')}
  const texts = {trackerMessage: `${announce} says no`, message: announce, comment: `see ${announce}`}
  harness.fleet.records.push(torrent(id, hashOf('d'), texts))
  const row = harness.fleet.records.length - 1
  const columns = ['trackerMessage', 'message', 'comment'] as const
  const {details} = harness.parts
  const addressed = scopeWith({
    details: {
      ...details,
      trackers: async () => [{url: announce, tier: 0, status: 'error', message: `no: ${announce}`}],
      webSeeds: async () => [{url: announce}],
      more: async ({hash}) => ({hash, ...texts}),
    },
  })
  return JSON.stringify([
    addressed.fleet.get(key),
    addressed.fleet.record(row),
    columns.map((field) => addressed.fleet.valueAt(row, field)),
    await addressed.details.trackers(key),
    await addressed.details.webSeeds(key),
    await addressed.details.more(key),
  ])
}

test('where the user may only look, of every address scheme and host are left', async () => {
  const shown = await addressesOn(box)
  expect(shown).not.toContain(passkey)
  expect(shown.split('https://t.example:8443').length - 1).toBe(15)
})

test('where the user commands, addresses are whole', async () => {
  expect((await addressesOn(qBit)).split(announce).length - 1).toBe(15)
})

test('the .torrent file takes the right to control, the settings of a server the right to manage it', async () => {
  const key = {serverId: box, hash: hashOf('a')}
  await expect(scope.details.exportTorrent(key)).rejects.toMatchObject({code: 'forbidden'})
  await expect(scope.servers.test(box)).rejects.toMatchObject({code: 'forbidden'})
  await expect(scope.reader.preferences(box)).rejects.toMatchObject({code: 'forbidden'})
  shareBox('control')
  scope = scopeWith()
  expect((await scope.details.exportTorrent(key)).length).toBeGreaterThan(0)
  expect(await scope.servers.test(box)).toMatchObject({reason: 'refused'})
  await expect(scope.reader.preferences(box)).rejects.toMatchObject({code: 'forbidden'})
  expect(await scope.reader.preferences(qBit)).toHaveProperty('save_path')
})

test('who may only look learns how much is free where the server saves, and tries no paths', async () => {
  const asked: unknown[] = []
  const {reader} = harness.parts
  const asking = () =>
    scopeWith({
      reader: {...reader, freeSpace: async (...about) => (asked.push(about), {freeSpace: believedFree(123)})},
    }).reader
  expect(await asking().freeSpace(box, null)).toEqual({freeSpace: 123})
  await expect(asking().freeSpace(box, '/root')).rejects.toMatchObject({code: 'forbidden'})
  shareBox('control')
  expect(await asking().freeSpace(box, '/data')).toEqual({freeSpace: 123})
  harness.executor.forbiddenFolders.add('/root')
  await expect(asking().freeSpace(box, '/root')).rejects.toMatchObject({code: 'folder_forbidden'})
  expect(asked).toEqual([
    [box, null],
    [box, '/data'],
  ])
})

test('orders are given in the user’s name, whatever name is put into them', async () => {
  const keys = [{serverId: qBit, hash: hashOf('a')}]
  const order = {keys, command: {verb: 'stop', args: {}}} as const
  await scope.actions.run({
    ...order,
    by: {...by, actor: {...by.actor, name: 'somebody else'}},
  } as typeof order)
  await scope.executor.runOnServer(qBit, {verb: 'createTags', args: {tags: ['x']}})
  expect([harness.executor.orders[0]!.by, harness.executor.serverOrders[0]!.by]).toEqual([by, by])
})

test('nothing of the whole instance is left for routes', () => {
  const {parts} = harness
  const left = Object.values(withoutSources(parts)) as unknown[]
  const {fleet, views, servers, reader, details, executor, registry, userName} = parts
  const whole = new Set<unknown>([fleet, views, servers, reader, details, executor, registry, userName])
  expect(left.filter((it) => whole.has(it))).toEqual([])
  expect(left).toContain(parts.clock)
})

test('what an Arr says of a torrent is unknown to who may not see the Arr', () => {
  const [mine, theirs] = [asArrId('mine'), asArrId('theirs')]
  const {fleet} = harness
  const places = fleet.records.flatMap((record, row) => (record.key.serverId === 'qBit' ? [row] : []))
  const label = (row: number, arrId: ArrId) => {
    fleet.records[row] = {...fleet.records[row]!, arrId, arrItem: 'Harbour of Glass', importStatus: 'waiting'}
  }
  const [row] = places as [number]
  const arrsOf = () => [{id: mine, kind: 'radarr', name: 'Films'}] as const
  const seen = scopeWith({arrsOf}).fleet
  const reported = () => {
    const {arrId, arrItem} = seen.record(row)!
    return {
      arrId,
      arrItem,
      cells: [seen.valueAt(row, 'arrId'), seen.valueAt(row, 'arrItem'), seen.arrNameAt(row)],
    }
  }
  label(row, mine)
  expect(reported()).toEqual({
    arrId: mine,
    arrItem: 'Harbour of Glass',
    cells: [mine, 'Harbour of Glass', 'Films'],
  })
  label(row, theirs)
  expect(reported()).toEqual({arrId: undefined, arrItem: undefined, cells: [undefined, undefined, null]})
  const hidden = {arrId: undefined, arrItem: undefined, importStatus: undefined}
  expect(seen.get(seen.keyAt(row))).toMatchObject(hidden)
  expect(seen.valueAt(row, 'importStatus')).toBeUndefined()
})

test('libraries are asked where the user may remove: those that they see, and unnamed those of the owner of the server', async () => {
  const [mine, ofInstance, ofOther] = [asArrId('mine'), asArrId('house'), asArrId('other')]
  const asked: string[] = []
  const on = scopeWith({
    trackersOn: () => [],
    rulesOf: () => [],
    arrsOf: () => [{id: mine, kind: 'radarr', name: 'Films'}],
    librariesOn: () => [
      {id: mine, isOfSameOwner: false},
      {id: ofInstance, isOfSameOwner: true},
      {id: ofOther, isOfSameOwner: false},
    ],
    async libraryFiles({serverId}, arr) {
      asked.push(`${serverId} ${arr}`)
      return 1
    },
  })
  expect(on.librariesOn(qBit)).toEqual([
    {id: mine, name: 'Films'},
    {id: ofInstance, name: null},
  ])
  for (const id of [box, down, nowhere]) {
    expect(on.librariesOn(id)).toEqual([])
    expect(await on.libraryFiles({serverId: id, hash: hashOf('a')}, mine)).toBeNull()
  }
  expect(await on.libraryFiles({serverId: qBit, hash: hashOf('a')}, mine)).toBe(1)
  expect(asked).toEqual(['qBit mine'])
})

test('why a removal waits, why there is no trash and what came of a command name no path of our machine to who may not change its server', async () => {
  shareBox('control')
  const why = '/mnt/nas/a is not mounted.'
  const row = harness.fleet.records.findIndex(({key}) => key.serverId === box)
  const {key} = harness.fleet.records[row]!
  harness.fleet.records[row] = {...harness.fleet.records[row]!, removalWaits: why}
  const own = scopeWith({
    mappingsOf: () => [{server: '/downloads', ours: '/mnt/nas'}],
    noTrash: async () => ({why, isSettled: false}),
  })
  const said = '/downloads/a is not mounted.'
  expect(own.fleet.removalWaits(row)).toBe(said)
  expect(own.fleet.get(key)?.removalWaits).toBe(said)
  expect(own.fleet.record(row)?.removalWaits).toBe(said)
  expect((await own.noTrash(key))?.why).toBe(said)
  harness.executor.outcomes.set('box', {outcome: 'refused', code: 'disk_failed', message: why})
  const {id} = await own.actions.run({keys: [key], command: {verb: 'stop', args: {}}})
  expect(own.actions.get(id).tally.problems.map(({result}) => result)).toMatchObject([{message: said}])
})

test('a search may know of disks where the user may control the server, and of Arrs that the user sees', () => {
  const filterOf = () =>
    languageFilter('content_links_outside=0 arr_has_file:no', readerIn(scope, {now: harness.clock.now()}))
  expect(filterOf()).toMatchObject({disksInSight: [qBit], arrsInSight: scope.arrs.map(({id}) => id)})
  shareBox('control')
  scope = scopeWith()
  expect(new Set(filterOf().disksInSight)).toEqual(new Set([qBit, box]))
})

test('Q53 who requested what is named to administrators and to who may command its Arr, and to no other', async () => {
  const request = {source: 'seerr 1', id: '17', requester: 'Ann'} as MediaRequest
  const view: RequestView = {
    request,
    manager: 'seerr',
    arrId: 'films',
    arrs: ['films', 'shows'],
    title: 'Brazil',
    units: [],
    stage: 'waiting',
  }
  const unmatched: RequestView = {...view, arrId: null, stage: 'not_in_arr'}
  const unit = {arrId: 'films', unit: 'movie/17', requester: 'Ann'} as unknown as WantedUnit
  const counts = {ready: 1, resting: 0, coming: 0, unreleased: 0, held: 0}
  const named = async (commands: readonly string[]) => {
    const it = scopeWith({
      arrsOf: () => ['films', 'shows'].map((id) => ({id: asArrId(id), kind: 'radarr' as const, name: id})),
      mayCommandArr: (_, id) => commands.includes(id),
      requests: async () => [view, unmatched],
      wanted: async () => ({items: [unit], total: 1, counts, arrs: []}),
    })
    const wanted = await it.wanted({group: null, offset: 0, limit: 10})
    const requests = await it.requests()
    return [...requests.map((one) => one.request.requester), ...wanted.items.map((one) => one.requester)]
  }
  expect(await named([])).toEqual([null, null, null])
  expect(await named(['films'])).toEqual(['Ann', null, 'Ann'])
  expect(await named(['films', 'shows'])).toEqual(['Ann', 'Ann', 'Ann'])
  by = {
    ...by,
    access: accessOf({userId: me, role: 'administrator', scopes: null, servers: null}, harness.registry),
  }
  expect(await named([])).toEqual(['Ann', 'Ann', 'Ann'])
})
