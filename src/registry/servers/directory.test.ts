import type {MemberAddress} from '#model/setting-values.ts'
import {placeAt} from '#clients/outgoing.ts'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {asUserId, type Role, type UserId} from '#model/access.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {ServerDirectory} from './directory.ts'
import {plainDraft} from './draft.ts'
import type {StoredDefinition, StoredServer} from './stored.ts'

const {username, tls, paths, storage, pace, categorySource} = plainDraft
const plain = {username, tls, paths, storage, pace, categorySource, allowExecute: false, downloadRoots: []}
const secrets = {password: null, apiKey: null, basicAuth: null, httpProxy: null}

function stored(
  id: string,
  more: Partial<StoredServer> & {position?: number; url?: string} = {},
): StoredServer {
  const {position = 0, url = 'http://nas.lan:1', ...rest} = more
  const own: StoredDefinition = {
    ...plain,
    kind: 'qbittorrent',
    name: id,
    url,
    enabled: true,
    basicAuthUser: null,
    givenBy: {},
  }
  return {
    id: asServerId(id),
    origin: 'user',
    ownerId: asUserId('ann'),
    own,
    secrets,
    encrypted: {},
    createdAt: 1,
    grants: [],
    look: {tags: [], colour: null, icon: null, position, defaultForAdding: false},
    ...rest,
  }
}

function section(id: string): ServerDefinition {
  const {own, ...rest} = stored(id)
  const free = {basicAuth: null, httpProxy: null, reach: plainReach.anywhere, obstacle: null} as const
  return {...own!, ...free, id: rest.id, password: null, apiKey: null}
}

function harness(roles: Map<UserId, Role> = new Map([[asUserId('ann'), 'member']])) {
  let asked = 0
  const roleOf = (id: UserId) => {
    asked++
    return roles.get(id) ?? null
  }
  const directory = new ServerDirectory(
    roleOf,
    {values: {membersPublicOnly: false, memberAddresses: []}},
    placeAt,
  )
  const asking = (work: () => void) => {
    const before = asked
    work()
    return asked - before
  }
  return {directory, asking}
}

test('a change of one server looks at no other, however many there are', () => {
  const {directory, asking} = harness()
  directory.setStored(Array.from({length: 1_000}, (_, n) => stored(`s${n}`, {position: n})))
  const more = stored('more', {position: 1_000})
  expect(asking(() => directory.put([more]))).toBe(1)
  expect(asking(() => directory.put([], [more.id]))).toBe(0)
  expect(directory.cards().length).toBe(1_000)
})

test('where no server is to be contacted each is off, also one that was added, and what its owner said is kept', () => {
  const directory = new ServerDirectory(
    () => 'member',
    {values: {membersPublicOnly: false, memberAddresses: []}},
    placeAt,
    true,
  )
  directory.setFile([section('qBit')])
  directory.setStored([stored('a')])
  const before = directory.definitions()
  expect(before.map(({enabled}) => enabled)).toEqual([false, false])
  expect(directory.former(before[1]!.id)!.definition.enabled).toBe(true)
  directory.put([stored('new')])
  expect(directory.definitions()[1]).toBe(before[1])
})

test('S44 a server whose definition cannot be read is distinguished from one that was removed', () => {
  const {directory} = harness()
  const of = (id: string) => [directory.hasLeft(asServerId(id)), directory.isUnread(asServerId(id))]
  directory.setStored([stored('a'), stored('b', {own: null}), stored('Sec', {own: null, origin: 'file'})])
  expect([of('a'), of('b'), of('Sec'), of('c')]).toEqual([
    [false, false],
    [true, true],
    [true, false],
    [true, false],
  ])
  directory.put([], [asServerId('b')])
  expect(of('b')).toEqual([true, false])
})

test('definitions are the same objects until something about their server changes', () => {
  const roles = new Map<UserId, Role>([[asUserId('ann'), 'member']])
  const {directory} = harness(roles)
  directory.setStored([stored('a'), stored('b', {ownerId: null}), stored('c', {url: 'scgi+unix:///s'})])
  const before = directory.definitions()
  directory.put([stored('new')])
  directory.reevaluate()
  expect(directory.definitions().slice(0, 3)).toEqual(before)
  expect(
    directory
      .definitions()
      .slice(0, 3)
      .every((it, at) => it === before[at]),
  ).toBe(true)
  roles.set(asUserId('ann'), 'administrator')
  directory.reevaluate()
  const after = directory.definitions()
  expect(after.map(({reach}) => reach.range)).toEqual(['guarded', 'guarded', 'anywhere', 'guarded'])
  // Servers of others are in the way of a member alone.
  expect(after.slice(0, 3).map((it, at) => it === before[at])).toEqual([false, true, false])
})

test('a server of the file stays what the file says, whatever else is called like it', () => {
  const {directory} = harness()
  directory.setFile([section('a')])
  directory.put([stored('a', {url: 'http://elsewhere.lan:1'})])
  expect(directory.definitions().map(({url}) => url)).toEqual(['http://nas.lan:1'])
  expect(directory.card(asServerId('a'))).toMatchObject({origin: 'file', ownerId: null})
  directory.setFile([])
  expect(directory.definitions().map(({url}) => url)).toEqual(['http://elsewhere.lan:1'])
})

/* ───────────────────────────── whatever happens, as if read again ───────────────────────────── */

const names = ['a', 'b', 'c', 'd', 'e']
const people = ['ann', 'bob', null]

const servers = fc
  .record({
    id: fc.constantFrom(...names),
    position: fc.integer({min: 0, max: 3}),
    owner: fc.constantFrom(...people),
    isOfFile: fc.boolean(),
    isReadable: fc.boolean(),
    grantee: fc.option(fc.constantFrom('everyone', 'bob', 'gone'), {nil: null}),
  })
  .map(({id, position, owner, isOfFile, isReadable, grantee}) =>
    stored(id, {
      position,
      ownerId: owner === null || isOfFile ? null : asUserId(owner),
      ...(isOfFile && {origin: 'file' as const, own: null}),
      ...(!isReadable && {own: null}),
      grants: grantee === null ? [] : [{grantee: grantee as UserId, level: 'view'}],
    }),
  )
const happenings = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({do: fc.constant('put' as const), servers: fc.array(servers, {maxLength: 3})}),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constant('remove' as const), id: fc.constantFrom(...names)})},
  {
    weight: 1,
    arbitrary: fc.record({do: fc.constant('file' as const), ids: fc.uniqueArray(fc.constantFrom(...names))}),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('role' as const),
      role: fc.constantFrom<Role>('member', 'administrator'),
    }),
  },
)

test('however it came about, it is as if everything were read again', () => {
  fc.assert(
    fc.property(fc.array(happenings, {maxLength: 15}), (story) => {
      const roles = new Map<UserId, Role>([[asUserId('ann'), 'member']])
      roles.set(asUserId('bob'), 'member')
      const {directory} = harness(roles)
      const database = new Map<string, StoredServer>()
      let file: readonly ServerDefinition[] = []
      for (const happening of story) {
        if (happening.do === 'put') {
          const put = [...new Map(happening.servers.map((server) => [server.id, server])).values()]
          for (const server of put) database.set(server.id, server)
          directory.put(put)
        } else if (happening.do === 'remove') {
          database.delete(happening.id)
          directory.put([], [asServerId(happening.id)])
        } else if (happening.do === 'file') {
          file = happening.ids.map((id) => section(id))
          directory.setFile(file)
        } else {
          roles.set(asUserId('ann'), happening.role)
          directory.reevaluate()
        }
      }
      const {directory: fresh} = harness(roles)
      fresh.setFile(file)
      fresh.setStored([...database.values()])
      const sorted = (cards: ServerDirectory) =>
        cards.cards().toSorted((one, other) => (one.id < other.id ? -1 : 1))
      expect(sorted(directory)).toEqual(sorted(fresh))
      expect(directory.definitions().map(({id}) => directory.card(id)!.position)).toEqual(
        fresh.definitions().map(({id}) => fresh.card(id)!.position),
      )
      for (const id of names.map(asServerId)) {
        expect(directory.former(id)).toEqual(fresh.former(id))
        expect(directory.stored(id)).toEqual(fresh.stored(id))
      }
      for (const owner of people.map((it) => (it === null ? null : asUserId(it)))) {
        const ids = (of: ServerDirectory) =>
          of
            .storedOf(owner)
            .map(({id}) => id)
            .toSorted()
        expect(ids(directory)).toEqual(ids(fresh))
      }
    }),
  )
})

/* ───────────────────────────── reaching ───────────────────────────── */

const roles = new Map<UserId, Role>([
  [asUserId('ann'), 'member'],
  [asUserId('bob'), 'member'],
  [asUserId('ada'), 'administrator'],
])
const way = (url: string) => ({url, httpProxy: null})

function reachOf(directory: ServerDirectory, name: string) {
  return directory.reachFor(asUserId(name), way('http://1.1.1.1'))
}

test('places of the file, of administrators and of members who came first are taken, and no others', () => {
  const {directory} = harness(roles)
  const file = section('file')
  directory.setFile([{...file, url: 'http://nas:8080'}])
  directory.setStored([
    stored('a', {ownerId: asUserId('ann'), url: 'http://5.5.5.5:1'}),
    stored('b', {ownerId: asUserId('bob'), url: 'http://5.5.5.5:1'}),
    stored('c', {ownerId: asUserId('bob'), url: 'https://6.6.6.6'}),
    stored('d', {ownerId: asUserId('ada'), url: 'scgi://7.7.7.7:5000'}),
    stored('e', {ownerId: asUserId('ann'), url: 'scgi://7.7.7.7:5000'}),
    stored('f', {ownerId: asUserId('ada'), url: 'scgi+unix:///run/rt.sock'}),
  ])
  const places = (name: string) => reachOf(directory, name).taken.map(({host, port}) => `${host}:${port}`)
  expect(places('ann')).toEqual(['nas:8080', '7.7.7.7:5000', '6.6.6.6:443'])
  expect(places('bob')).toEqual(['nas:8080', '7.7.7.7:5000', '5.5.5.5:1'])
  expect(places('ada')).toEqual([])
  expect(directory.reachForArr(asUserId('ann')).taken).toEqual([])
})

test('what is taken is as it is when it is asked, and no definition changes with the servers of others', () => {
  const {directory} = harness(roles)
  directory.setStored([stored('a', {ownerId: asUserId('ann')})])
  const before = directory.definitions()[0]!
  expect(before.reach.taken).toEqual([])
  directory.put([stored('b', {ownerId: asUserId('ada'), url: 'http://7.7.7.7:1'})])
  expect(directory.definitions()[0]).toBe(before)
  expect(before.reach.taken).toEqual([{host: '7.7.7.7', port: 1}])
  directory.put([], [asServerId('b')])
  expect(before.reach.taken).toEqual([])
})

test('members are allowed what administrators say of them and of everybody, from that moment on', () => {
  const said: MemberAddress[] = []
  const directory = new ServerDirectory(
    (id) => roles.get(id) ?? null,
    {values: {membersPublicOnly: true, memberAddresses: said}},
    placeAt,
  )
  directory.setStored([stored('a', {ownerId: asUserId('ann')})])
  const before = directory.definitions()[0]!
  expect(before.reach).toEqual({range: 'public', allowed: [], taken: []})
  said.push(
    {userId: asUserId('ann'), address: '10.0.0.1', port: 1},
    {userId: asUserId('bob'), address: '10.0.0.2', port: 2},
    {userId: null, address: 'nas', port: 3},
  )
  directory.reevaluate()
  const after = directory.definitions()[0]!
  expect(after).not.toBe(before)
  expect(after.reach.allowed).toEqual([
    {host: '10.0.0.1', port: 1},
    {host: 'nas', port: 3},
  ])
  expect(reachOf(directory, 'ada')).toEqual({range: 'guarded', allowed: [], taken: []})
})

test('what is typed leads to no server of any user, and where administrators let all, not one member alone', () => {
  const said: MemberAddress[] = [
    {userId: asUserId('ann'), address: '10.0.0.1', port: 1},
    {userId: null, address: '10.0.0.3', port: 3},
  ]
  const settings = {isPublicOnly: true}
  const directory = new ServerDirectory(
    (id) => roles.get(id) ?? null,
    {
      get values() {
        return {membersPublicOnly: settings.isPublicOnly, memberAddresses: said}
      },
    },
    placeAt,
  )
  directory.setFile([{...section('file'), url: 'http://nas:8080'}])
  directory.setStored([
    stored('a', {ownerId: asUserId('ann'), url: 'http://5.5.5.5:1'}),
    stored('d', {ownerId: asUserId('ada'), url: 'scgi://7.7.7.7:5000'}),
  ])
  const typed = directory.reachForTyped()
  expect(typed.range).toBe('public')
  expect(typed.allowed).toEqual([{host: '10.0.0.3', port: 3}])
  const places = () => typed.taken.map(({host, port}) => `${host}:${port}`).toSorted()
  expect(places()).toEqual(['5.5.5.5:1', '7.7.7.7:5000', 'nas:8080'])
  // Read again each time it is asked, by whoever holds it.
  directory.put([stored('b', {ownerId: asUserId('bob'), url: 'https://6.6.6.6'})], [asServerId('a')])
  expect(directory.reachForTyped()).toBe(typed)
  expect(places()).toEqual(['6.6.6.6:443', '7.7.7.7:5000', 'nas:8080'])
  settings.isPublicOnly = false
  said.splice(1)
  expect(directory.reachForTyped()).toMatchObject({range: 'guarded', allowed: []})
})

test('of two servers that are one daemon the one of the instance comes first, and of members the one that was there first', () => {
  const {directory} = harness(roles)
  directory.setFile([section('file')])
  directory.setStored([
    stored('a', {ownerId: asUserId('ann')}),
    stored('b', {ownerId: asUserId('bob')}),
    stored('d', {ownerId: asUserId('ada')}),
  ])
  const before = (other: string, id: string) =>
    directory.comesBefore(asServerId(other), directory.card(asServerId(id))!)
  expect([before('file', 'a'), before('d', 'a'), before('a', 'b')]).toEqual([true, true, true])
  expect([before('b', 'a'), before('a', 'a'), before('a', 'd'), before('a', 'file')]).toEqual(
    Array(4).fill(false),
  )
  expect(before('gone', 'a')).toBe(false)
  const isNew = {id: asServerId('test'), ownerId: asUserId('ann')}
  expect([
    directory.comesBefore(asServerId('b'), isNew),
    directory.comesBefore(asServerId('a'), isNew),
  ]).toEqual([true, false])
})
