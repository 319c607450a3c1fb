import fc from 'fast-check'
import {expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {plainReach} from '#model/server.ts'
import {definitionOf, draftOf, patched, type Drafted, type Drafting, type Former} from './definition-of.ts'
import type {ServerDraft, ServerPatch} from './draft.ts'
import type {DraftFault} from '../owned/draft.ts'
import {draft} from './drafts.fixture.ts'

const [ann, bob] = [asUserId('ann'), asUserId('bob')]

function drafting(change: Partial<Drafting> = {}): Drafting {
  return {
    id: asServerId('s_1'),
    former: null,
    by: ann,
    // Whoever drafts himself acts by what he knows.
    knower: change.by === undefined ? ann : change.by,
    administrator: false,
    reach: () => plainReach.guarded,
    ...change,
  }
}

function made(change: Partial<ServerDraft> = {}, how: Partial<Drafting> = {}): Drafted {
  const drafted = definitionOf(draft(change), drafting(how))
  if ('length' in drafted) throw new Error(JSON.stringify(drafted))
  return drafted
}

function faultsOf(change: Partial<ServerDraft>, how: Partial<Drafting> = {}): readonly DraftFault[] {
  const drafted = definitionOf(draft(change), drafting(how))
  return 'length' in drafted ? drafted : []
}

const fieldsOf = (faults: readonly DraftFault[]) => faults.map(({field}) => field)

/** A change of what is there. */
function changed(former: Former, patch: ServerPatch, by: UserId | null = ann, administrator = false) {
  return definitionOf(patched(draftOf(former), patch), drafting({former, by, administrator}))
}

test('a draft becomes what links are made of', () => {
  const {definition, given} = made({
    name: '  Attic ',
    username: 'me',
    password: new Secret('p'),
    basicAuth: {username: 'proxy', password: new Secret('b')},
    pace: {pollSeconds: 5, timeoutSeconds: 60},
  })
  expect(definition).toEqual({
    id: 's_1',
    name: 'Attic',
    kind: 'qbittorrent',
    url: 'http://10.0.0.2:8080',
    username: 'me',
    password: new Secret('p'),
    apiKey: null,
    basicAuth: {username: 'proxy', password: new Secret('b')},
    tls: {ca: null, skipVerify: false},
    httpProxy: null,
    paths: [],
    storage: null,
    categorySource: {from: 'label'},
    allowExecute: false,
    downloadRoots: [],
    pace: {pollSeconds: 5, timeoutSeconds: 60},
    reach: plainReach.guarded,
    enabled: true,
    obstacle: null,
  })
  expect(given).toEqual(['password', 'basicAuth'])
})

test.each<[Partial<ServerDraft>, string]>([
  [{name: ''}, 'name'],
  [{name: '   '}, 'name'],
  [{name: 'a\nb'}, 'name'],
  [{name: 'x'.repeat(101)}, 'name'],
  [{username: 'a\r\nb'}, 'username'],
  [{password: new Secret('x'.repeat(1001))}, 'password'],
  [{apiKey: new Secret('x'.repeat(1001))}, 'api_key'],
  [{apiKey: new Secret('xxxx\r\nHost: elsewhere')}, 'api_key'],
  [{apiKey: new Secret('xxxxключ')}, 'api_key'],
  [{apiKey: new Secret('')}, 'api_key'],
  [{basicAuth: {username: '', password: null}}, 'basic_auth.username'],
  [{basicAuth: {username: 'a', password: new Secret('x'.repeat(1001))}}, 'basic_auth.password'],
  [{tls: {ca: 'no certificate', skipVerify: false}}, 'tls.ca'],
  [{tls: {ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', skipVerify: false}}, 'tls.ca'],
  [{httpProxy: new Secret('socks5://x')}, 'http_proxy'],
  [{pace: {pollSeconds: 0, timeoutSeconds: null}}, 'poll_seconds'],
  [{pace: {pollSeconds: 301, timeoutSeconds: null}}, 'poll_seconds'],
  [{pace: {pollSeconds: 1.5, timeoutSeconds: null}}, 'poll_seconds'],
  [{pace: {pollSeconds: null, timeoutSeconds: 1}}, 'timeout_seconds'],
  [{pace: {pollSeconds: null, timeoutSeconds: 601}}, 'timeout_seconds'],
  [{paths: [{server: 'relative', ours: '/a'}]}, 'path_mappings'],
  [{paths: [{server: '/a', ours: 'relative'}]}, 'path_mappings'],
  [{storage: 'a'.repeat(101)}, 'storage'],
  [{storage: ''}, 'storage'],
  [{paths: [{server: '/a', ours: `/${'a'.repeat(4_096)}`}]}, 'path_mappings'],
  [{kind: 'rtorrent', downloadRoots: ['/']}, 'download_roots'],
  [{kind: 'rtorrent', downloadRoots: ['/a/../b']}, 'download_roots'],
  [{kind: 'rtorrent', downloadRoots: [`/${'a'.repeat(4_096)}`]}, 'download_roots'],
  [{kind: 'transmission', categorySource: {from: 'labelPrefix', prefix: ''}}, 'category_source'],
  [{kind: 'transmission', apiKey: new Secret('k')}, 'api_key'],
  [{kind: 'rtorrent', basicAuth: {username: 'a', password: null}}, 'basic_auth'],
  [{categorySource: {from: 'path'}}, 'category_source'],
  [{allowExecute: true}, 'allow_execute'],
  [{downloadRoots: ['/data']}, 'download_roots'],
  [{address: {socket: '/a'}}, 'socket'],
  [{tags: ['a', '']}, 'tags.1'],
  [{tags: Array<string>(21).fill('a')}, 'tags'],
  [{colour: 'red'}, 'colour'],
  [{icon: '../x'}, 'icon'],
  [{position: -1}, 'position'],
  [{position: 1_000_001}, 'position'],
  [{address: {url: 'nonsense://'}}, 'url'],
])('%j is refused, naming %s and what is accepted, and no secret', (change, field) => {
  const faults = faultsOf(change, {administrator: true})
  expect(fieldsOf(faults)).toContain(field)
  expect(faults.every(({accepted}) => accepted.length > 0)).toBe(true)
  expect(JSON.stringify(faults)).not.toContain('xxxx')
})

test('SCGI knows no user and no password', () => {
  const login = {username: 'me', password: new Secret('p')}
  expect(fieldsOf(faultsOf({kind: 'rtorrent', address: {url: 'scgi://10.0.0.2:5000'}, ...login}))).toEqual([
    'username',
    'password',
  ])
})

/* ───────────────────────────── who may ask what ───────────────────────────── */

test.each<[string, Partial<ServerDraft>]>([
  ['socket', {kind: 'rtorrent', address: {socket: '/run/rt.sock'}}],
  ['url', {kind: 'rtorrent', address: {url: 'scgi:///run/rt.sock'}}],
  ['http_proxy', {httpProxy: new Secret('http://10.0.0.1:3128')}],
  ['path_mappings', {paths: [{server: '/data', ours: '/etc'}]}],
  // Who says that his disk is another one ends what others keep there.
  ['storage', {storage: 'mine'}],
  ['allow_execute', {kind: 'rtorrent', address: {url: 'scgi://10.0.0.2:5000'}, allowExecute: true}],
])('%s is for administrators alone', (field, change) => {
  expect(fieldsOf(faultsOf(change))).toEqual([field])
  expect(faultsOf(change, {administrator: true})).toEqual([])
})

test('what an administrator allowed stays allowed for its owner, until they move the server', () => {
  const change = {kind: 'rtorrent', address: {url: 'scgi://10.0.0.2:5000'}, allowExecute: true} as const
  const paths = [{server: '/data', ours: '/mnt/data'}]
  const former = made({...change, paths}, {administrator: true})
  expect(changed(former, {name: 'Cellar'})).toMatchObject({
    definition: {allowExecute: true, name: 'Cellar', paths},
  })
  const moved = changed(former, {address: {url: 'scgi://10.0.0.3:5000'}})
  expect(fieldsOf(moved as DraftFault[])).toEqual(['path_mappings', 'allow_execute'])
  const others = changed(former, {paths: [{server: '/', ours: '/'}]})
  expect(fieldsOf(others as DraftFault[])).toEqual(['path_mappings'])
})

/* ───────────────────────────── secrets ───────────────────────────── */

const secretly = {
  username: 'me',
  password: new Secret('p'),
  basicAuth: {username: 'b', password: new Secret('q')},
}

test('secrets that are left out are kept, and null erases them', () => {
  const former = made(secretly)
  expect(changed(former, {name: 'Cellar'})).toMatchObject({
    definition: {password: new Secret('p'), basicAuth: {username: 'b', password: new Secret('q')}},
    given: [],
  })
  expect(changed(former, {password: null, basicAuth: null})).toMatchObject({
    definition: {password: null, basicAuth: null},
    secrets: {password: null, basicAuth: null},
  })
  expect(changed(former, {basicAuth: {username: 'c', password: undefined}})).toMatchObject({
    definition: {basicAuth: {username: 'c', password: new Secret('q')}},
  })
})

const ways: readonly [string, ServerPatch][] = [
  ['another host', {address: {url: 'http://10.6.6.6:8080'}}],
  ['another port', {address: {url: 'http://10.0.0.2:8081'}}],
  ['another scheme', {address: {url: 'https://10.0.0.2:8080'}}],
  ['another path on a shared host', {address: {url: 'http://10.0.0.2:8080/~bob'}}],
  ['any certificate', {tls: {ca: null, skipVerify: true}}],
  ['a proxy', {httpProxy: new Secret('http://10.6.6.6:3128')}],
]

test.each(ways)('%s: who did not enter the secrets has to give them again, or take them out', (_, patch) => {
  const former = made(secretly)
  const faults = changed(former, patch, bob, true) as DraftFault[]
  expect(fieldsOf(faults)).toEqual(['password', 'basic_auth.password'])
  const secrets = {password: new Secret('new'), basicAuth: null}
  expect(changed(former, {...patch, ...secrets}, bob, true)).toMatchObject({
    definition: {password: new Secret('new')},
  })
  expect(changed(former, {...patch, password: null, basicAuth: null}, bob, true)).toMatchObject({
    definition: {password: null},
  })
})

test.each(ways)('%s: who entered them may', (_, patch) => {
  const drafted = changed(made(secretly, {by: ann}), patch, ann, true)
  expect(drafted).toMatchObject({definition: {password: new Secret('p')}})
})

test('a user without an account did not enter the secrets of another user, nor of the file', () => {
  const moved = {address: {url: 'http://10.6.6.6:8080'}}
  expect('length' in changed(made(secretly, {by: ann}), moved, null, true)).toBe(true)
  const ofFile: Former = {...made(secretly, {by: null}), givenBy: {}}
  expect('length' in changed(ofFile, moved, null, true)).toBe(true)
})

test('who enters one secret again does not know the others by that', () => {
  const former = made(secretly, {by: ann})
  const own = changed(former, {password: new Secret('his')}, bob, true) as Drafted
  const moved = changed(own, {address: {url: 'http://10.6.6.6:8080'}}, bob, true) as DraftFault[]
  expect(fieldsOf(moved)).toEqual(['basic_auth.password'])
})

test('a new name of the same address asks for no secret', () => {
  expect(changed(made(secretly), {name: 'Cellar', username: 'him'}, bob, true)).toMatchObject({given: []})
})

test('user and password in an address: of Transmission its login, of qBittorrent that of a proxy in front', () => {
  const address = {url: 'http://me:p%40ss@10.0.0.2:9091'}
  expect(made({kind: 'transmission', address}).definition).toMatchObject({
    url: 'http://10.0.0.2:9091/transmission/rpc',
    username: 'me',
    password: new Secret('p@ss'),
  })
  expect(made({address}).definition).toMatchObject({
    url: 'http://10.0.0.2:9091',
    username: null,
    password: null,
    basicAuth: {username: 'me', password: new Secret('p@ss')},
  })
})

test('a secret that cannot be read stays as it is, and stands in the way until it is given again or taken out', () => {
  const former = made(secretly)
  const lost: Former = {
    ...former,
    definition: {...former.definition, password: null, obstacle: 'secret_unreadable'},
    secrets: {...former.secrets, password: 'unreadable'},
  }
  expect(changed(lost, {name: 'Cellar'})).toMatchObject({
    definition: {obstacle: 'secret_unreadable', password: null},
    secrets: {password: 'unreadable'},
  })
  expect(changed(lost, {password: new Secret('again')})).toMatchObject({
    definition: {obstacle: null, password: new Secret('again')},
  })
  expect(changed(lost, {password: null})).toMatchObject({definition: {obstacle: null}})
})

/* ───────────────────────────── whatever is typed ───────────────────────────── */

const typed = fc.oneof(
  fc.string({maxLength: 40}),
  fc.webUrl({withQueryParameters: true, withFragments: true}),
  fc.webUrl(),
  fc.domain(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.constantFrom(
    '',
    ' ',
    '//',
    'http://',
    'http://:80',
    'http://[',
    '%',
    'a%00b',
    '../..',
    'http://me:p@h',
    '\u202e',
  ),
)
const anyAddress = fc.oneof(
  fc.record({url: typed}),
  fc.record({socket: typed}),
  fc.record({host: typed, scheme: fc.option(typed), port: fc.option(fc.integer()), path: fc.option(typed)}),
)
const kind = fc.constantFrom('qbittorrent' as const, 'transmission' as const, 'rtorrent' as const)
const moved = fc.record({kind, address: anyAddress})
const anyChange = fc.record(
  {
    kind,
    name: fc.string(),
    username: fc.option(fc.string()),
    address: anyAddress,
    paths: fc.array(fc.record({server: fc.string(), ours: fc.string()}), {maxLength: 3}),
    downloadRoots: fc.array(fc.string(), {maxLength: 3}),
    categorySource: fc.oneof(
      fc.constant({from: 'path' as const}),
      fc.record({from: fc.constant('labelPrefix' as const), prefix: fc.string()}),
    ),
  },
  {requiredKeys: []},
)

test('whatever is typed, it is a server with a plain address, or its faults are named', () => {
  let [total, made] = [0, 0]
  fc.assert(
    fc.property(fc.oneof(anyChange, moved, moved), fc.boolean(), (change, administrator) => {
      total++
      const drafted = definitionOf(draft(change), drafting({administrator}))
      if ('length' in drafted) {
        expect(drafted.length).toBeGreaterThan(0)
        return
      }
      made++
      const url = new URL(drafted.definition.url)
      expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
      expect(administrator || url.protocol !== 'scgi+unix:').toBe(true)
      // It is the same server when something else of it is changed.
      const again = definitionOf(draftOf(drafted), drafting({administrator, former: drafted}))
      expect(again).toMatchObject({definition: {url: drafted.definition.url}})
    }),
    {numRuns: 2_000},
  )
  // Not only refusals were looked at.
  expect(made / total).toBeGreaterThan(0.05)
})

test('a key of a person has their rights, not what they know: it cannot lead their server elsewhere', () => {
  const former: Former = made({password: new Secret('mine')})
  const elsewhere = patched(draftOf(former), {address: {url: 'http://10.9.9.9:8080'}})
  const faults = definitionOf(elsewhere, drafting({former, knower: 'nobody'}))
  expect('length' in faults && fieldsOf(faults)).toEqual(['password'])
  expect('length' in definitionOf(elsewhere, drafting({former}))).toBe(false)
})
