import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {encryptWithPassphrase} from '#accounts/passphrase.ts'
import {objectionTo} from '#clients/outgoing.ts'
import type {Acting} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {asUserId} from '#model/access.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {listReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {draft} from '../servers/drafts.fixture.ts'
import {codeOf, harnessWith, section, type Harness} from '../servers/servers-harness.fixture.ts'
import {ServerExport} from './export.ts'
import {ServerImport, type ImportPreview, type ImportRequest} from './import.ts'

const harness = (sections: readonly ServerDefinition[] = []) => harnessWith(objectionTo, sections)
const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../lab/fixtures/imports', name), 'utf8')

/** As always, but with less stretching. */
const quickly = (text: string, passphrase: Secret) => encryptWithPassphrase(text, passphrase, 14)
const former = (it: Harness) => (id: ServerId) => it.directory.former(id)
const importer = (it: Harness) => new ServerImport(listReader(insideWork), it.service, former(it))
const exporter = (it: Harness) =>
  new ServerExport(it.service, former(it), (event) => it.service.writes.note(event), quickly, it.clock)

function request(text: string, change: Partial<ImportRequest> = {}): ImportRequest {
  return {
    input: {text},
    format: 'auto',
    passphrase: null,
    mode: 'merge',
    ofEveryone: false,
    choices: [],
    ...change,
  }
}

/** One line per item: what would be done to which. */
function lines({items}: ImportPreview): string[] {
  return items.map(({action, name, url, changes, refusal}) =>
    [
      `${action} ${name ?? '?'} ${url ?? ''}`.trim(),
      ...changes.map(({field, from, to}) => `${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`),
      ...(refusal ? [refusal.code] : []),
    ].join('; '),
  )
}

async function preview(it: Harness, who: string | Acting, text: string, change: Partial<ImportRequest> = {}) {
  return importer(it).preview(typeof who === 'string' ? it.as(who) : who, request(text, change))
}

/** Looks, and does what was shown. */
async function bring(it: Harness, who: string, text: string, change: Partial<ImportRequest> = {}) {
  const bringing = importer(it)
  const {fingerprint} = await bringing.preview(it.as(who), request(text, change))
  return bringing.apply(it.as(who), request(text, change), fingerprint)
}

const names = (it: Harness) => it.directory.definitions().map(({name}) => name)

test('a list of another program is shown first, and nothing is done by showing', async () => {
  const it = await harness()
  const shown = await preview(it, 'ann', fixture('qui-2026.json'))
  expect(shown.format).toBe('qui')
  expect(lines(shown)).toEqual([
    'add Home http://192.168.1.20:8080',
    'add Seedbox https://box.example/qbittorrent',
    'add Local http://127.0.0.1:8090',
  ])
  expect(shown.items.map(({missing}) => missing)).toEqual([
    ['password'],
    ['password', 'basic_auth.password'],
    [],
  ])
  expect(it.directory.cards()).toEqual([])
  expect(await it.entries()).toEqual([])
})

test('an API key that did not come along is named until it is given, and kept', async () => {
  const it = await harness()
  const list = JSON.stringify([
    {name: 'Keyed', host: 'http://10.0.0.9:8080', isActive: true, hasApiKey: true},
  ])
  const [shown] = (await preview(it, 'ann', list)).items
  expect([shown!.action, shown!.missing]).toEqual(['add', ['api_key']])
  const choices = [{item: 0, apiKey: new Secret('qbt_canary')}]
  const [again] = (await preview(it, 'ann', list, {choices})).items
  expect(again!.missing).toEqual([])
  await bring(it, 'ann', list, {choices})
  const [added] = it.directory.definitions()
  expect(added!.apiKey?.reveal()).toBe('qbt_canary')
})

test('what was shown is done, each server with its own action, and doing it again changes nothing', async () => {
  const it = await harness()
  const {results} = await bring(it, 'ann', fixture('qui-2026.json'))
  expect(results.map(({status}) => status)).toEqual(['done', 'done', 'done'])
  expect(results.map(({serverId}) => serverId)).toEqual(it.directory.cards().map(({id}) => id))
  expect(it.directory.cards().map(({ownerId}) => ownerId)).toEqual(['ann', 'ann', 'ann'])
  expect((await it.entries()).map(({verb, name}) => `${verb} ${name!}`)).toEqual([
    'create Home',
    'create Seedbox',
    'create Local',
  ])
  const again = await bring(it, 'ann', fixture('qui-2026.json'))
  expect(again.preview.items.map(({action}) => action)).toEqual(['same', 'same', 'same'])
  expect(again.results.map(({status}) => status)).toEqual(['skipped', 'skipped', 'skipped'])
})

test('an entry means the server with its id, else its address, and never one that is only called alike', async () => {
  const it = await harness()
  const one = await it.service.create(it.as('ann'), draft({name: 'One', address: {url: 'http://one:8001'}}))
  await it.service.create(it.as('ann'), draft({name: 'Two', address: {url: 'http://two:8001'}}))
  await it.service.create(it.as('ann'), draft({name: 'Three', address: {url: 'http://three:8001'}}))
  const text = JSON.stringify({
    format: 'commodarr-servers',
    version: 1,
    servers: [
      {id: 'x', name: 'three', kind: 'qbittorrent', url: 'http://elsewhere:8001'},
      {id: 'x', name: 'New name', kind: 'qbittorrent', url: 'http://two:8001', enabled: false},
      {id: one.id, name: 'One', kind: 'qbittorrent', url: 'https://one'},
      {id: one.id, name: 'Other', kind: 'transmission', url: 'http://one:9091'},
    ],
  })
  expect(lines(await preview(it, 'ann', text))).toEqual([
    'add three http://elsewhere:8001',
    'change New name http://two:8001; name: "Two" → "New name"; enabled: true → false',
    'change One https://one; url: "http://one:8001" → "https://one"',
    'add Other http://one:9091/transmission/rpc',
  ])
})

test('every field that a list names is compared, and what it does not name stays', async () => {
  const it = await harness()
  const {id} = await it.service.create(
    it.as('ada'),
    draft({
      kind: 'rtorrent',
      address: {url: 'http://box/RPC2'},
      username: 'me',
      password: new Secret('pw'),
      tags: ['a'],
      colour: '#000000',
      icon: 'box',
      paths: [{server: '/d', ours: '/m'}],
      position: 3,
    }),
  )
  const entry = {id, name: 'Attic', kind: 'rtorrent', url: 'http://box/RPC2'}
  const list = (more: object) =>
    JSON.stringify({format: 'commodarr-servers', version: 1, servers: [{...entry, ...more}]})
  expect(lines(await preview(it, 'ada', list({})))).toEqual(['same Attic http://box/RPC2'])
  // A list that lacks a secret does not say that there is none.
  expect(lines(await preview(it, 'ada', list({password: null})))).toEqual(['same Attic http://box/RPC2'])
  const more = {
    username: 'you',
    password: 'other',
    tags: ['b'],
    colour: null,
    icon: null,
    position: 4,
    path_mappings: [],
    category_source: 'path',
    allow_execute: true,
    download_roots: ['/d'],
    poll_seconds: 9,
    timeout_seconds: 20,
    enabled: false,
    default_for_adding: true,
    tls: {ca: null, skip_verify: true},
  }
  const shown = await preview(it, 'ada', list(more))
  expect(lines(shown)).toEqual([
    [
      'change Attic http://box/RPC2; username: "me" → "you"; tls.skip_verify: false → true',
      'path_mappings: [{"server":"/d","ours":"/m"}] → []; category_source: "label" → "path"',
      'allow_execute: false → true; download_roots: [] → ["/d"]; poll_seconds: null → 9',
      'timeout_seconds: null → 20; enabled: true → false; tags: ["a"] → ["b"]; colour: "#000000" → null',
      'icon: "box" → null; default_for_adding: false → true; password: "set" → "changed"',
    ].join('; '),
  ])
  expect(JSON.stringify(shown)).not.toMatch(/other|"pw"/)
  await bring(it, 'ada', list(more))
  expect(lines(await preview(it, 'ada', list(more)))).toEqual(['same Attic http://box/RPC2'])
  expect(it.directory.former(id)!.definition).toMatchObject({username: 'you', password: new Secret('other')})
})

test('new servers come behind those that are there, in the order of where they come from; the others stay', async () => {
  const it = await harness()
  await it.service.create(it.as('ann'), draft({name: 'Own', address: {url: 'http://own:8001'}}))
  const entry = (name: string, position?: number) => ({
    name,
    kind: 'qbittorrent',
    url: `http://${name.toLowerCase()}:8001`,
    ...(position !== undefined && {position}),
  })
  const servers = [entry('Last'), entry('Third', 9), entry('Own', 0), entry('Second', 1)]
  const list = JSON.stringify({format: 'commodarr-servers', version: 1, servers})
  await bring(it, 'ann', list)
  expect(names(it)).toEqual(['Own', 'Second', 'Third', 'Last'])
  expect(lines(await preview(it, 'ann', list)).map((line) => line.split(' ')[0])).toEqual(
    servers.map(() => 'same'),
  )
})

test('what is carried away shows places in the list that one sees, and so nothing of what one does not', async () => {
  const it = await harness([section('qBit')])
  for (const [of, name] of [
    ['bob', 'His'],
    ['ann', 'One'],
    ['bob', 'His too'],
    ['ann', 'Two'],
  ] as const) {
    await it.service.create(it.as(of), draft({name, address: {url: `http://${of}:${8001 + name.length}`}}))
  }
  const {servers} = exporter(it).document(it.as('ann'))
  expect(servers.map(({name, position}) => [name, position])).toEqual([
    ['One', 1],
    ['Two', 2],
  ])
})

test('a password of another user cannot be tried with a list: it always reads as changed', async () => {
  const it = await harness()
  await it.service.create(it.as('ann'), draft({username: 'me', password: new Secret('guess me')}))
  const list = 'http://me:guess%20me@10.0.0.2:8080 Attic'
  expect(lines(await preview(it, 'ada', list))[0]).toMatch(/password: "set" → "changed"/)
  expect(lines(await preview(it, 'ann', list))).toEqual(['same Attic http://10.0.0.2:8080'])
})

test('a user who leads a server elsewhere must know its password', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft({username: 'me', password: new Secret('hers')}))
  const list = (more: object) =>
    JSON.stringify({
      format: 'commodarr-servers',
      version: 1,
      servers: [{id, name: 'Attic', kind: 'qbittorrent', url: 'http://evil:8001', ...more}],
    })
  const shown = await preview(it, 'ada', list({}))
  expect(lines(shown)).toEqual([expect.stringMatching(/^refused Attic .*bad_request$/)])
  expect(shown.items[0]!.refusal!.faults).toMatchObject([{field: 'password'}])
  expect(lines(await preview(it, 'ada', list({password: 'known'})))[0]).toMatch(/^change/)
})

test('servers that the user may not see are not there, those they may not change are a warning', async () => {
  const it = await harness()
  const hers = await it.service.create(
    it.as('ann'),
    draft({name: 'Hers', address: {url: 'http://hers:8001'}}),
  )
  const shared = await it.service.create(
    it.as('ann'),
    draft({name: 'Shared', address: {url: 'http://shared:8001'}}),
  )
  await it.service.share(it.as('ann'), shared.id, {everyone: 'view', users: []})
  const list = JSON.stringify({
    format: 'commodarr-servers',
    version: 1,
    servers: [
      {id: hers.id, name: 'Hers', kind: 'qbittorrent', url: 'http://hers:8001', password: 'x'},
      {id: shared.id, name: 'Shared', kind: 'qbittorrent', url: 'http://shared:8001'},
    ],
  })
  const shown = await preview(it, 'bob', list)
  // Only that there is something of somebody else.
  expect(shown.items.map(({action, refusal}) => [action, refusal?.code])).toEqual([
    ['refused', 'address_forbidden'],
    ['refused', 'address_forbidden'],
  ])
  const allowed = ['hers', 'shared'].map((address) => ({userId: asUserId('bob'), address, port: 8001}))
  it.settings.memberAddresses = allowed
  const again = await preview(it, 'bob', list)
  expect(again.items.map(({action, serverId, warnings}) => [action, serverId, warnings])).toEqual([
    ['add', null, []],
    ['add', null, ['Shared leads there already; its torrents would be listed twice.']],
  ])
})

test('what may not be reached, asked or typed is refused entry by entry, the rest goes its way', async () => {
  const it = await harness()
  const text = [
    'http://169.254.169.254 Cloud',
    'http://good.lan:8080 Good',
    'scgi+unix:///run/rt.sock Socket',
    'nothing that is an address',
    'http://good.lan:8080 Again',
  ].join('\n')
  const {preview: shown, results} = await bring(it, 'ann', text)
  expect(shown.items.map(({action, refusal}) => refusal?.code ?? action)).toEqual([
    'address_forbidden',
    'add',
    'bad_request',
    'bad_request',
    'import_invalid',
  ])
  expect(shown.items[4]!.refusal!.message).toMatch(/line 2 of the list/)
  expect(results.map(({status}) => status)).toEqual(['failed', 'done', 'failed', 'failed', 'failed'])
  expect(names(it)).toEqual(['Good'])
})

test('a failure in the middle stops nothing else, and says which', async () => {
  const it = await harness()
  for (let n = 0; n < 199; n++) await it.service.create(it.as('ann'), draft({name: `N${n}`}))
  const {results} = await bring(it, 'ann', 'http://a:8001\nhttp://b:8001\nhttp://c:8001')
  expect(results.map(({status, refusal}) => refusal?.code ?? status)).toEqual([
    'done',
    'forbidden',
    'forbidden',
  ])
})

test('servers of the file are changed in the file by administrators, and never added to or taken from it', async () => {
  const it = await harness([section('qBit'), section('qBit-Box')])
  const list = '[qBit]\nHost = "qbit"\nPort = 8080\nUserName = "other"\nPassword = "new"\n'
  expect(lines(await preview(it, 'ann', list))[0]).toMatch(/^refused/)
  const {preview: shown} = await bring(it, 'ada', list, {mode: 'replace', ofEveryone: true})
  expect(lines(shown)).toEqual([
    'change qBit http://qbit:8080; username: "admin" → "other"; password: "set" → "changed"',
  ])
  expect(it.file.asked).toEqual([['change', 'qBit', {username: 'other', password: new Secret('new')}]])
})

test('replacing takes away what the user has and the list has not, and nothing of others or of the file', async () => {
  const it = await harness([section('qBit')])
  for (const [who, name] of [
    ['ann', 'Mine'],
    ['ann', 'Kept'],
    ['bob', 'His'],
    ['ada', 'Hers'],
  ] as const) {
    await it.service.create(it.as(who), draft({name, address: {url: `http://${name.toLowerCase()}:8001`}}))
  }
  const list = 'http://kept:8001 Kept\nhttp://new:8001 New'
  const shown = await preview(it, 'ann', list, {mode: 'replace'})
  expect(lines(shown)).toEqual([
    'same Kept http://kept:8001',
    'add New http://new:8001',
    'remove Mine http://mine:8001',
  ])
  await bring(it, 'ann', list, {mode: 'replace'})
  expect(names(it).sort()).toEqual(['Hers', 'His', 'Kept', 'New', 'qBit'])
  await bring(it, 'ada', 'http://new:8001 New', {mode: 'replace'})
  expect(names(it).sort()).toEqual(['His', 'Kept', 'New', 'qBit'])
  expect(await codeOf(preview(it, 'bob', list, {mode: 'replace', ofEveryone: true}))).toBe('forbidden')
  await bring(it, 'ada', 'http://new:8001 New', {mode: 'replace', ofEveryone: true})
  expect(names(it).sort()).toEqual(['New', 'qBit'])
})

test('replacing takes nothing away that a refused or unread entry may have meant', async () => {
  const it = await harness()
  await it.service.create(it.as('ann'), draft({name: 'Torn', address: {url: 'http://torn:8001'}}))
  await it.service.create(
    it.as('ann'),
    draft({name: 'Led', address: {url: 'http://led:8001'}, password: new Secret('x')}),
  )
  const list = JSON.stringify({
    format: 'commodarr-servers',
    version: 1,
    servers: [
      {name: 'Torn', kind: 'qbittorrent', url: 7},
      {name: 'Led', kind: 'qbittorrent', url: 'http://169.254.169.254'},
    ],
  })
  const shown = await preview(it, 'ann', list, {mode: 'replace'})
  expect(shown.items.map(({action}) => action)).toEqual(['refused', 'refused'])
})

test('replacing is done as it was shown, or not at all', async () => {
  const it = await harness()
  await it.service.create(it.as('ann'), draft({name: 'Mine'}))
  const bringing = importer(it)
  const wanted = request('http://new:8001 New', {mode: 'replace'})
  expect(await codeOf(bringing.apply(it.as('ann'), wanted, null))).toBe('changed_meanwhile')
  const {fingerprint} = await bringing.preview(it.as('ann'), wanted)
  await it.service.create(it.as('ann'), draft({name: 'Late', address: {url: 'http://late:8001'}}))
  expect(await codeOf(bringing.apply(it.as('ann'), wanted, fingerprint))).toBe('changed_meanwhile')
  expect(names(it)).toEqual(['Mine', 'Late'])
  const other = request('http://u:p@new:8001 New', {mode: 'replace'})
  const looked = await bringing.preview(it.as('ann'), other)
  const sneaked = request('http://u:q@new:8001 New', {mode: 'replace'})
  expect(await codeOf(bringing.apply(it.as('ann'), sneaked, looked.fingerprint))).toBe('changed_meanwhile')
  expect(await codeOf(importer(it).apply(it.as('ann'), other, looked.fingerprint))).toBe('changed_meanwhile')
  expect(await codeOf(bringing.apply(it.as('ann'), other, looked.fingerprint))).toBe('done')
  expect(names(it)).toEqual(['New'])
})

test('a person decides item by item: skip, add although it seems known, give the password that did not come along', async () => {
  const it = await harness()
  await it.service.create(it.as('ann'), draft({name: 'Home', address: {url: 'http://192.168.1.20:8080'}}))
  const choices = [
    {item: 0, do: 'add', password: new Secret('typed')},
    {item: 1, do: 'skip'},
  ] as const
  const {preview: shown} = await bring(it, 'ann', fixture('qui-2026.json'), {choices})
  expect(shown.items.map(({action, missing}) => [action, missing])).toEqual([
    ['add', []],
    ['skip', ['password', 'basic_auth.password']],
    ['add', []],
  ])
  expect(it.directory.definitions().map(({name, password}) => [name, password?.reveal() ?? null])).toEqual([
    ['Home', null],
    ['Home', 'typed'],
    ['Local', null],
  ])
})

test('a server can be kept from being taken away', async () => {
  const it = await harness()
  await it.service.create(it.as('ann'), draft({name: 'Mine'}))
  const options = {mode: 'replace', choices: [{item: 1, do: 'skip'}]} as const
  const {results} = await bring(it, 'ann', 'http://new:8001 New', options)
  expect(results.map(({status}) => status)).toEqual(['done', 'skipped'])
  expect(names(it)).toEqual(['Mine', 'New'])
})

test('who may not add servers brings none in', async () => {
  const it = await harness([section('qBit')])
  const list = 'http://a:8001'
  expect(await codeOf(preview(it, 'vic', list))).toBe('forbidden')
  expect(await codeOf(preview(it, it.as('ann', {scopes: ['read', 'control', 'add']}), list))).toBe(
    'forbidden',
  )
  expect(await codeOf(preview(it, it.as('ann', {servers: [asServerId('qBit')]}), list))).toBe('forbidden')
  expect(await codeOf(preview(it, 'ann', list))).toBe('done')
})

test('what is carried away comes back the same, secrets with their passphrase', async () => {
  const it = await harness()
  const own = draft({
    name: 'Own',
    address: {url: 'https://own/qb'},
    username: 'me',
    password: new Secret('own pw'),
    apiKey: new Secret('key'),
    basicAuth: {username: 'gate', password: new Secret('gate pw')},
    tls: {ca: null, skipVerify: true},
    httpProxy: new Secret('http://p:q@proxy:1'),
    paths: [{server: '/a', ours: '/b'}],
    pace: {pollSeconds: 4, timeoutSeconds: null},
    tags: ['t'],
    colour: '#aabbcc',
    icon: 'star',
    enabled: false,
    defaultForAdding: true,
  })
  await it.service.create(it.as('ada'), own)
  await it.service.create(
    it.as('ada'),
    draft({
      kind: 'rtorrent',
      name: 'RT',
      address: {url: 'http://rt/RPC2'},
      allowExecute: true,
      downloadRoots: ['/d'],
      categorySource: {from: 'labelPrefix', prefix: 'c-'},
    }),
  )
  const passphrase = new Secret('words of mine')
  const document = await exporter(it).encrypted(it.as('ada'), passphrase)
  expect(JSON.stringify(document)).not.toMatch(/own pw|gate pw|"key"|proxy:1/)
  expect(document.servers[0]!.secrets_set).toEqual([
    'password',
    'api_key',
    'basic_auth.password',
    'http_proxy',
  ])
  const text = JSON.stringify(document)
  expect((await preview(it, 'ada', text, {passphrase})).items.map(({action}) => action)).toEqual([
    'same',
    'same',
  ])
  const other = await harness()
  await bring(other, 'ada', text, {passphrase})
  const definitions = (one: Harness) => one.directory.definitions().map(({id: _id, ...rest}) => rest)
  expect(definitions(other)).toEqual(definitions(it))
  const cards = (one: Harness) => one.directory.cards().map(({id: _id, ...rest}) => rest)
  expect(cards(other)).toEqual(cards(it))
})

test('an export holds what the user manages, and only secrets that they entered', async () => {
  const it = await harness([section('qBit')])
  await it.service.create(
    it.as('ann'),
    draft({name: 'Hers', address: {url: 'http://hers'}, password: new Secret('of ann')}),
  )
  const own = await it.service.create(it.as('ada'), draft({name: 'Mine', password: new Secret('of ada')}))
  expect(exporter(it).document(it.as('bob')).servers).toEqual([])
  const served = (who: string) =>
    exporter(it)
      .document(it.as(who))
      .servers.map(({name}) => name)
  expect(served('ann')).toEqual(['Hers'])
  expect(served('ada')).toEqual(['qBit', 'Hers', 'Mine'])
  expect(served('')).toEqual(['qBit', 'Hers', 'Mine'])
  const limited = exporter(it).document(it.as('ada', {servers: [own.id]}))
  expect(limited.servers.map(({name}) => name)).toEqual(['Mine'])
  const passphrase = new Secret('words of mine')
  const document = await exporter(it).encrypted(it.as('ada'), passphrase)
  expect((await it.entries()).at(-1)).toMatchObject({verb: 'export', args: {servers: [own.id]}})
  const other = await harness()
  await bring(other, 'ada', JSON.stringify(document), {passphrase})
  expect(other.directory.definitions().map(({name, password}) => [name, password?.reveal() ?? null])).toEqual(
    [
      ['qBit', null],
      ['Hers', null],
      ['Mine', 'of ada'],
    ],
  )
})

test('no secrets leave without a entry in the journal, nor with a short passphrase', async () => {
  const it = await harness()
  await it.service.create(it.as('ada'), draft({password: new Secret('x')}))
  const broken = new ServerExport(
    it.service,
    former(it),
    async () => {
      throw new Error('no journal')
    },
    quickly,
    it.clock,
  )
  await expect(broken.encrypted(it.as('ada'), new Secret('words of mine'))).rejects.toThrow('no journal')
  expect(await codeOf(exporter(it).encrypted(it.as('ada'), new Secret('short')))).toBe('bad_argument')
})

test('whatever a list says, no one loses or gains what is not theirs', async () => {
  const it = await harness([section('qBit')])
  await it.service.create(it.as('bob'), draft({name: 'His', address: {url: 'http://his:8001'}}))
  const entry = fc.record(
    {
      id: fc.constantFrom('qBit', it.directory.cards()[1]!.id, 'none'),
      name: fc.constantFrom('qBit', 'His', 'Third'),
      kind: fc.constantFrom('qbittorrent', 'transmission'),
      url: fc.constantFrom('http://qbit:8080', 'http://his:8001', 'http://third:8001', 'http://u:p@his:8001'),
      password: fc.constantFrom('a', 'b'),
      enabled: fc.boolean(),
    },
    {requiredKeys: ['name', 'kind', 'url']},
  )
  const untouched = () =>
    it.directory.definitions().filter(({id}) => it.directory.card(id)!.ownerId !== 'ann')
  const before = untouched()
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, {minLength: 1, maxLength: 4}),
      fc.boolean(),
      async (servers, replaces) => {
        const text = JSON.stringify({format: 'commodarr-servers', version: 1, servers})
        await bring(it, 'ann', text, {mode: replaces ? 'replace' : 'merge'})
        expect(untouched()).toEqual(before)
      },
    ),
    {numRuns: 40},
  )
})
