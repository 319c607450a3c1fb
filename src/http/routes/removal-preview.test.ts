import {afterEach, beforeEach, expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {asUserId, type Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {believedFree} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {asInfoHash, asServerId, keyText, type InfoHash} from '#model/torrent-key.ts'
import {fakeHarness, FakeServers, hashOf, server, torrent, type FakeHarness} from '#test/http/http-fakes.ts'
import type {HttpDeps} from '../parts.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

const [a, b, c] = [hashOf('a'), hashOf('b'), hashOf('c')]
const key = (serverId: string, hash: InfoHash) => ({serverId: asServerId(serverId), hash})
const wire = (server_id: string, info_hash: string) => ({server_id, info_hash})

async function preview(payload: object) {
  const answer = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents/removal-preview',
    payload,
  })
  return {status: answer.statusCode, body: answer.json()}
}

function set(at: number, change: Parameters<typeof torrent>[2]): void {
  harness.fleet.records[at] = {...harness.fleet.records[at]!, ...change}
}

test('S08 of a disk that is away it is not shown how much is free there, but why not', async () => {
  const stats = {downSpeed: 0, upSpeed: 0, freeSpaceUnknown: 'Another disk is there.'}
  harness.servers.all[0] = server('qBit', {stats})
  const {body} = await preview({keys: [wire('qBit', a)]})
  expect(body.servers[0]).toMatchObject({server_id: 'qBit', free_space_unknown: 'Another disk is there.'})
  expect(body.servers[0]).not.toHaveProperty('free_space')
})

test('it says what would go: how many, which, how much, from where, and where copies stay', async () => {
  harness.servers.all[0] = server('qBit', {stats: {downSpeed: 0, upSpeed: 0, freeSpace: believedFree(7)}})
  set(0, {completed: 400, isPrivate: true, ratio: 0.5})
  set(1, {completed: 1000, complete: true, isPrivate: true, ratio: 1})
  const {status, body} = await preview({keys: [wire('qBit', a), wire('qBit', b), wire('qBit', c)]})
  expect(status).toBe(200)
  expect(body).toEqual({
    count: 2,
    gone: 1,
    trash_days: 7,
    size: 2000,
    downloading: 1,
    owing: 0,
    owing_at: [],
    lost_settings: 0,
    stale: 0,
    linked: 0,
    links_unknown: 2,
    library: {torrents: 0, arrs: [], unknown: null},
    first: [
      {...wire('qBit', a), name: 'torrent aaaa', size: 1000},
      {...wire('qBit', b), name: 'torrent bbbb', size: 1000},
    ],
    servers: [
      {
        server_id: 'qBit',
        server_name: 'qBit',
        online: true,
        count: 2,
        size: 2000,
        freed: 1400,
        freed_unknown: 0,
        shared: 0,
        kept: null,
        no_trash: null,
        free_space: 7,
        obstacle: null,
      },
    ],
    sharing: {torrents: 0, others: [], count: 0, hidden: false},
    copies: {torrents: 1, servers: [{server_id: 'box', server_name: 'Seedbox', count: 1}]},
  })
})

test('who still owes is counted; what is linked elsewhere as well, and frees only what nothing else holds', async () => {
  await harness.http.close()
  harness = await fakeHarness({
    owes: ({hash}) => hash === b,
    links: async ({hash}) => (hash === a ? {outside: 2, exclusive: 100} : {outside: 0}),
  })
  set(0, {completed: 400})
  set(1, {completed: 1000})
  const {body} = await preview({keys: [wire('qBit', a), wire('qBit', b)]})
  expect(body).toMatchObject({owing: 1, linked: 1, links_unknown: 0})
  expect(body.servers[0]).toMatchObject({freed: 1_100, freed_unknown: 0})
})

test('how much is freed is not known where others hold some of it and it is unknown how much', async () => {
  await harness.http.close()
  harness = await fakeHarness({links: async () => ({outside: 1})})
  set(0, {completed: 400})
  const {body} = await preview({keys: [wire('qBit', a)]})
  expect(body.servers[0]).toMatchObject({freed: 0, freed_unknown: 1})
})

test('a disk that does not answer in time does not delay the answer: then it is not known', async () => {
  await harness.http.close()
  harness = await fakeHarness({links: () => new Promise(() => {})})
  const asked = preview({keys: [wire('qBit', a)]})
  await harness.clock.advance(2_000)
  expect((await asked).body).toMatchObject({linked: 0, links_unknown: 1})
})

const [films, series, theirs] = [asArrId('films'), asArrId('series'), asArrId('theirs')]

/** Libraries of these Arrs on qBit, of which he sees the first two, all of the house. */
async function withLibraries(libraryFiles: HttpDeps['libraryFiles'], ids = [films, series, theirs]) {
  await harness.http.close()
  harness = await fakeHarness({
    arrsOf: () => [
      {id: films, kind: 'radarr', name: 'Films'},
      {id: series, kind: 'sonarr', name: 'Series'},
    ],
    librariesOn: (id) => (id === 'qBit' ? ids.map((arr) => ({id: arr, isOfSameOwner: true})) : []),
    libraryFiles,
  })
}

test('a library that is the download is named by Arr, of an Arr that the user may not see without its name', async () => {
  await withLibraries(async ({hash}, arr) => {
    if (arr === films) return hash === a ? 1 : 0
    return arr === theirs && hash === b ? 2 : 0
  })
  const {body} = await preview({keys: [wire('qBit', a), wire('qBit', b), wire('box', a)]})
  expect(body.library).toEqual({
    torrents: 2,
    arrs: [{arr_id: 'films', arr_name: 'Films', torrents: 1, files: 1}],
    unknown: null,
  })
  expect(JSON.stringify(body)).not.toContain('theirs')
})

test('a pack of which some episodes lie in the library counts once, with these', async () => {
  await withLibraries(async ({hash}, arr) => (arr === series ? (hash === a ? 2 : 3) : 0))
  const {body} = await preview({keys: [wire('qBit', a), wire('qBit', b)]})
  expect(body.library).toEqual({
    torrents: 2,
    arrs: [{arr_id: 'series', arr_name: 'Series', torrents: 2, files: 5}],
    unknown: null,
  })
})

test('an Arr that does not answer in time does not delay the answer: what others say stands, and that it is not known', async () => {
  await withLibraries((_, arr) => (arr === films ? Promise.resolve(1) : new Promise(() => {})))
  const asked = preview({keys: [wire('qBit', a)]})
  await harness.clock.advance(3_000)
  expect((await asked).body.library).toEqual({
    torrents: 1,
    arrs: [{arr_id: 'films', arr_name: 'Films', torrents: 1, files: 1}],
    unknown: {
      count: 1,
      message: 'Series did not answer, or the files cannot be seen now. Try again in a moment.',
    },
  })
})

test('an Arr that the user may not see is not named where it could not be asked', async () => {
  await withLibraries(async () => null, [theirs])
  const {body} = await preview({keys: [wire('qBit', a), wire('box', a)]})
  expect(body.library).toEqual({
    torrents: 0,
    arrs: [],
    unknown: {
      count: 1,
      message: 'An Arr did not answer, or the files cannot be seen now. Try again in a moment.',
    },
  })
})

test('of more than 20 no Arr is asked, and it is said for those where one may have its library', async () => {
  let asked = 0
  await withLibraries(async () => ++asked)
  const many = Array.from({length: 21}, (_, at) => asInfoHash(at.toString(16).padStart(40, '0'))!)
  harness.fleet.records.push(...many.map((hash) => torrent('qBit', hash)))
  const {body} = await preview({keys: many.map((hash) => wire('qBit', hash))})
  expect(body.count).toBe(21)
  expect(asked).toBe(0)
  expect(body.library).toEqual({
    torrents: 0,
    arrs: [],
    unknown: {count: 21, message: 'More than 20 torrents are selected. Select fewer to check them.'},
  })
})

test('without an Arr none is asked, and nothing waits', async () => {
  await withLibraries(async () => Promise.reject(new Error('it was asked')), [])
  const {body} = await preview({keys: [wire('qBit', a)]})
  expect(body.library).toEqual({torrents: 0, arrs: [], unknown: null})
})

test('what the trash cannot take is counted by server, with its bytes and why; what stays anyway is not', async () => {
  const why = 'Its server does not share its disk with us: no folders are mapped.'
  await harness.http.close()
  harness = await fakeHarness({
    noTrash: async ({serverId}) => (serverId === 'qBit' ? {why, isSettled: true} : null),
  })
  set(0, {completed: 400})
  set(1, {completed: 1000})
  const keys = [wire('qBit', a), wire('qBit', b), wire('box', a)]
  const noTrashOf = async () => {
    const {body} = await preview({keys})
    return body.servers.map(({no_trash: it}: {no_trash: unknown}) => it)
  }
  expect(await noTrashOf()).toEqual([{count: 2, freed: 1400, message: why}, null])
  harness.fleet.shared.set(keyText(key('qBit', b)), [key('qBit', a)])
  expect(await noTrashOf()).toEqual([{count: 1, freed: 400, message: why}, null])
})

test('S05: a copy on another server that is selected, too, is no copy that stays', async () => {
  const {body} = await preview({keys: [wire('qBit', a), wire('box', a)]})
  expect(body.copies).toEqual({torrents: 0, servers: []})
  expect(body.count).toBe(2)
})

test('S20: what shares its data with another torrent frees nothing, also when both are selected', async () => {
  set(0, {completed: 400})
  set(1, {completed: 1000})
  harness.fleet.shared.set(keyText(key('qBit', a)), [key('qBit', b), key('box', a)])
  harness.fleet.shared.set(keyText(key('qBit', b)), [key('qBit', a)])
  const {body} = await preview({keys: [wire('qBit', a), wire('qBit', b)]})
  expect(body.servers[0]).toMatchObject({freed: 0, shared: 2})
  expect(body.sharing).toEqual({
    torrents: 2,
    count: 3,
    hidden: false,
    others: [
      {...wire('qBit', b), name: 'torrent bbbb', selected: true},
      {...wire('box', a), name: 'torrent aaaa', selected: false},
      {...wire('qBit', a), name: 'torrent aaaa', selected: true},
    ],
  })
})

test('S29: torrents that the user may not see keep their data and are not named, counted or shown', async () => {
  const http = await fakeHarness({
    fleet: harness.fleet,
    servers: harness.servers,
    authentication: {...harness.parts.authentication, signIns: [() => ofQBitAlone]},
  })
  harness.fleet.shared.set(keyText(key('qBit', a)), [key('box', a)])
  const answer = await http.http.app.inject({
    method: 'POST',
    url: '/api/torrents/removal-preview',
    payload: {keys: [wire('qBit', a), wire('box', a)]},
  })
  expect(answer.json()).toMatchObject({
    count: 1,
    gone: 1,
    sharing: {torrents: 1, others: [], count: 0, hidden: true},
    copies: {torrents: 0, servers: []},
  })
  expect(answer.body).not.toContain('box')
  await http.http.close()
})

/** A house in which qBit and box are on one machine. */
const ofOneMachine = (box: Partial<ServerView>, more: Partial<HttpDeps> = {}) =>
  fakeHarness({
    fleet: harness.fleet,
    servers: new FakeServers([server('qBit'), server('box', box)]),
    ownership: {
      serverOf: (id) => server(id, box),
      nameOf: () => undefined,
      hasLeft: () => false,
      look: async (keys) =>
        harness.fleet.ownershipOf(keys, [
          {code: 'away', serverId: asServerId('box'), torrent: null, detail: ''},
        ]),
    },
    ...more,
  })

async function previewIn({http}: FakeHarness) {
  const payload = {keys: [wire('qBit', a), wire('qBit', b)]}
  const answer = await http.app.inject({method: 'POST', url: '/api/torrents/removal-preview', payload})
  await http.close()
  return answer.json()
}

test('S20: beside a server that never sent its list data stays, and it is said why; a magnet has none', async () => {
  set(0, {completed: 400})
  set(1, {hasMetadata: false, completed: 0})
  const unlisted = {name: 'Shed', isNeverListed: true}
  const doubt =
    /^Shed may have something there and has never sent its list. Wait for it, or correct its address/
  const body = await previewIn(await ofOneMachine(unlisted))
  expect(body.servers[0]).toMatchObject({count: 2, freed: 0, freed_unknown: 0, shared: 0})
  expect(body.servers[0].kept).toEqual({count: 1, message: expect.stringMatching(doubt)})

  // What it has is told by the other torrent.
  harness.fleet.shared.set(keyText(key('qBit', a)), [key('qBit', b)])
  expect((await previewIn(await ofOneMachine(unlisted))).servers[0]).toMatchObject({shared: 1, kept: null})
})

test('S29: a neighbour in doubt that the user may not see keeps the data and is not named', async () => {
  const transport = {...harness.parts.authentication, signIns: [() => ofQBitAlone]}
  const body = await previewIn(
    await ofOneMachine({name: 'Shed', isNeverListed: true}, {authentication: transport}),
  )
  expect(body.servers[0].kept.message).toContain(
    'A server that you cannot see may have something there and has never sent its list',
  )
  expect(JSON.stringify(body)).not.toContain('Shed')
})

test('S01: a server that is not online says why its torrents would stay, and its rows are called old', async () => {
  const {body} = await preview({keys: [wire('down', c)]})
  expect(body.stale).toBe(1)
  expect(body.servers[0]).toMatchObject({
    server_id: 'down',
    online: false,
    freed: 0,
    freed_unknown: 1,
    obstacle: {code: 'server_not_online', message: 'down is unreachable. Is it running?'},
  })
})

test('10,000 torrents are looked at in turns, and five are named', async () => {
  let turns = 0
  await harness.http.close()
  const real = new TimeSlice()
  harness = await fakeHarness({turns: {due: () => true, next: () => (turns++, real.next())}})
  const hash = (n: number) => asInfoHash(n.toString(16).padStart(40, '0'))!
  harness.fleet.records.splice(0, Infinity, ...Array.from({length: 50}, (_, n) => torrent('qBit', hash(n))))
  const keys = Array.from({length: 10_000}, (_, n) => wire('qBit', hash(n)))
  const {body} = await preview({keys})
  expect(body).toMatchObject({count: 50, gone: 9_950})
  expect(body.first).toHaveLength(5)
  expect(turns).toBe(10_050)
})

const ofQBitAlone: Principal = {
  actor: {name: 'me', origin: 'api', userId: asUserId('me'), address: null},
  access: {
    everywhere: true,
    permits: () => true,
    may: (_permission, id) => id === 'qBit',
    servers: [asServerId('qBit')],
  },
  userId: asUserId('me'),
  name: 'me',
  role: 'member',
  via: 'api_key',
  credentialId: 'k',
}
