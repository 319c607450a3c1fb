import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import * as fc from 'fast-check'
import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {encryptWithPassphrase} from '#accounts/passphrase.ts'
import {objectionTo} from '#clients/outgoing.ts'
import {asUserId, type Principal} from '#model/access.ts'
import type {ArrDownloadClient, ArrToAsk} from '#model/arr-service.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {ServerExport} from '#registry/import/export.ts'
import {ServerImport} from '#registry/import/import.ts'
import {ServerDiscovery} from '#registry/import/discover.ts'
import {draft} from '#registry/servers/drafts.fixture.ts'
import {harnessWith, people, section, type Harness} from '#registry/servers/servers-harness.fixture.ts'
import {byHeader, routeRig} from '#test/http/rig.fixture.ts'
import {isFull} from '#test/proof.ts'
import {listReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {serverImportRoutes} from './server-import.ts'

const qui = readFileSync(join(import.meta.dirname, '../../../lab/fixtures/imports/qui-2026.json'), 'utf8')

let it: Harness
let app: FastifyInstance
let asked: ArrToAsk[]
let clients: ArrDownloadClient[]

beforeEach(async () => {
  it = await harnessWith(objectionTo, [section('qBit')])
  asked = []
  clients = []
  const {service: editor, clock, directory} = it
  const former = directory.former.bind(directory)
  const parts = {
    imports: new ServerImport(listReader(insideWork), editor, former),
    exports: new ServerExport(
      editor,
      former,
      (entry) => editor.writes.note(entry),
      (text, passphrase) => encryptWithPassphrase(text, passphrase, 14),
      clock,
    ),
    localPorts: async () => [{kind: 'deluge' as const, url: 'http://127.0.0.1:8112'}],
    discovery: new ServerDiscovery(
      async (arr) => {
        asked.push(arr)
        const identity = {app: 'Radarr', name: 'Films', version: '5', url: arr.url, inContainer: false}
        return {arr: identity, clients}
      },
      directory.reachForArr.bind(directory),
      editor,
      clock,
    ),
  }
  app = await routeRig({
    clock,
    signIns: [
      byHeader({
        ...Object.fromEntries(Object.keys(people).map((name) => [name, principal(name)])),
        key: limited(),
      }),
    ],
    routes: [serverImportRoutes(parts.imports, parts.exports, parts.discovery, parts.localPorts)],
  })
})
afterEach(async () => {
  await app.close()
  await it.store.close()
})

function principal(name: string): Principal {
  const role = people[name]!
  return {...it.as(name), userId: asUserId(name), name, role, via: 'session', credentialId: 'one'}
}

/** A key of ann's for one server of the file. */
function limited(): Principal {
  return {...principal('ann'), ...it.as('ann', {servers: [asServerId('qBit')]}), via: 'api_key'}
}

async function ask(who: string, method: 'GET' | 'POST', url: string, body?: object | string) {
  const payload = body === undefined ? {} : {payload: body, headers: {'content-type': 'application/json'}}
  const answer = await app.inject({url, method, ...payload, headers: {...payload.headers, 'x-who': who}})
  return {status: answer.statusCode, json: answer.json(), text: answer.body, headers: answer.headers}
}

const bring = (who: string, body: object) => ask(who, 'POST', '/api/servers/import', body)

test('a list is previewed, then done by its fingerprint, and each item has its own result', async () => {
  const looked = await bring('ann', {text: qui, preview: true})
  expect(looked.status).toBe(200)
  expect(looked.json).toMatchObject({
    format: 'qui',
    items: [
      {
        item: 0,
        action: 'add',
        status: 'planned',
        place: '0',
        server_id: null,
        name: 'Home',
        server_type: 'qbittorrent',
        url: 'http://192.168.1.20:8080',
        missing: ['password'],
        code: null,
      },
      {name: 'Seedbox'},
      {name: 'Local'},
    ],
  })
  expect(it.directory.cards()).toHaveLength(1)
  const choices = [
    {item: 0, password: 'typed in'},
    {item: 1, do: 'skip'},
  ]
  const wrong = await bring('ann', {text: qui, preview: false, choices, fingerprint: looked.json.fingerprint})
  expect([wrong.status, wrong.json.code]).toEqual([409, 'changed_meanwhile'])
  const selected = await bring('ann', {text: qui, preview: true, choices})
  const done = await bring('ann', {
    text: qui,
    preview: false,
    choices,
    fingerprint: selected.json.fingerprint,
  })
  expect(done.status).toBe(207)
  expect(done.json.items.map((one: {action: string; status: string}) => [one.action, one.status])).toEqual([
    ['add', 'done'],
    ['skip', 'skipped'],
    ['add', 'done'],
  ])
  expect(done.json.items[0].server_id).toBe(it.directory.cards()[1]!.id)
  expect(done.text + selected.text).not.toContain('typed in')
  expect(it.directory.definitions()[1]!.password?.reveal()).toBe('typed in')
})

test('what would change is shown field by field, never a secret', async () => {
  const {id} = await it.service.create(it.as('ann'), draft({password: new Secret('before'), tags: ['a']}))
  const entry = {
    id,
    name: 'Attic',
    kind: 'qbittorrent',
    url: 'http://10.0.0.2:8080',
    password: 'after',
    tags: [],
  }
  const json = {format: 'commodarr-servers', version: 1, servers: [entry, {...entry, url: 5}]}
  const {json: answer, text} = await bring('ann', {json, preview: true})
  expect(answer.items).toMatchObject([
    {
      action: 'change',
      server_id: id,
      changes: [
        {field: 'tags', from: ['a'], to: []},
        {field: 'password', from: 'set', to: 'changed'},
      ],
    },
    {
      action: 'refused',
      code: 'bad_request',
      errors: [{field: 'url', found: '5', accepted: 'text'}, {field: 'url'}],
    },
  ])
  expect(text).not.toMatch(/before|after/)
})

test('the list goes out as a file without secrets, and with them only encrypted and noted', async () => {
  await it.service.create(it.as('ann'), draft({username: 'me', password: new Secret('hunter2')}))
  const plain = await ask('ann', 'GET', '/api/servers/export')
  expect(plain.status).toBe(200)
  expect(plain.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-disposition': 'attachment; filename="commodarr-servers.json"',
  })
  expect(plain.json).toMatchObject({
    format: 'commodarr-servers',
    version: 1,
    exported_at: it.clock.now(),
    servers: [{name: 'Attic', username: 'me', secrets_set: ['password']}],
  })
  expect(plain.json).not.toHaveProperty('secrets')
  const passphrase = 'words of mine'
  const encrypted = await ask('ann', 'POST', '/api/servers/export', {passphrase})
  expect(encrypted.headers['cache-control']).toBe('no-store')
  expect(encrypted.text).not.toMatch(/hunter2|words of mine/)
  expect((await it.entries()).at(-1)).toMatchObject({verb: 'export'})
  it.settings.memberAddresses = [{userId: null, address: '10.0.0.2', port: 8080}]
  const back = await bring('bob', {text: encrypted.text, passphrase, preview: false})
  expect(back.json.items).toMatchObject([{action: 'add', status: 'done'}])
  expect(it.directory.definitions().map(({password}) => password?.reveal())).toEqual([
    'of the file',
    'hunter2',
    'hunter2',
  ])
  const short = await ask('ann', 'POST', '/api/servers/export', {passphrase: 'short'})
  expect([short.status, short.json.code]).toEqual([400, 'bad_argument'])
})

test('the servers of an Arr become a list, and its key is shown to no one', async () => {
  clients = [
    {
      name: 'qbit',
      implementation: 'QBittorrent',
      kind: 'qbittorrent',
      enabled: true,
      host: 'qbit',
      port: 8080,
      tls: false,
      urlBase: '',
      username: 'admin',
      password: null,
      apiKey: null,
      masked: ['password'],
      categories: ['radarr'],
    },
  ]
  const found = await ask('ada', 'POST', '/api/servers/discover', {
    url: 'http://arr:7878',
    api_key: 'arr-key',
  })
  expect(found.json).toEqual({
    arr: {app: 'Radarr', name: 'Films', version: '5'},
    servers: [
      {
        name: 'qbit',
        implementation: 'QBittorrent',
        server_type: 'qbittorrent',
        enabled: true,
        item: 0,
        url: 'http://qbit:8080',
        known: {server_id: 'qBit', server_name: 'qBit'},
        categories: ['radarr'],
        obstacle: null,
        missing: ['password'],
        warnings: [expect.stringMatching(/lead nowhere/)],
      },
    ],
    list: {
      format: 'commodarr-servers',
      version: 1,
      servers: [
        // As it is here: hers already.
        {name: 'qBit', kind: 'qbittorrent', url: 'http://qbit:8080', username: 'admin', secrets_set: []},
      ],
    },
  })
  expect(found.headers['cache-control']).toBe('no-store')
  expect(found.text).not.toContain('arr-key')
  expect(asked[0]!.apiKey.reveal()).toBe('arr-key')
  const {json: kept} = await bring('ada', {json: found.json.list, preview: true})
  expect(kept.items).toMatchObject([{action: 'same', name: 'qBit'}])
  // Who may only use it would have another one, where an administrator allows that.
  const other = await ask('ann', 'POST', '/api/servers/discover', {url: 'http://arr:7878', api_key: 'k'})
  const refused = await bring('ann', {json: other.json.list, preview: true})
  expect(refused.json.items).toMatchObject([{action: 'refused', name: 'qbit'}])
  it.settings.memberAddresses = [{userId: null, address: 'qbit', port: 8080}]
  const {json} = await bring('ann', {json: other.json.list, preview: true})
  expect(json.items).toMatchObject([{action: 'add', name: 'qbit', missing: ['password']}])
})

test('only who may add servers anywhere brings them in; who manages none carries none away', async () => {
  for (const [who, import_, export_, discover] of [
    ['vic', 403, 403, 403],
    ['key', 403, 200, 403],
    ['ann', 200, 200, 200],
    ['nobody', 401, 401, 401],
  ] as const) {
    const statuses = [
      (await bring(who, {text: 'http://a:8080', preview: true})).status,
      (await ask(who, 'GET', '/api/servers/export')).status,
      (await ask(who, 'POST', '/api/servers/discover', {url: 'http://arr:7878', api_key: 'k'})).status,
    ]
    expect([who, ...statuses]).toEqual([who, import_, export_, discover])
  }
  expect((await ask('key', 'GET', '/api/servers/export')).json.servers).toEqual([])
  const everyone = await bring('ann', {
    text: 'http://a:8080',
    mode: 'replace',
    of_everyone: true,
    preview: true,
  })
  expect([everyone.status, everyone.json.code]).toEqual([403, 'forbidden'])
})

test('what cannot be read is refused with its fields, and without what was sent', async () => {
  const cases: [object, string, string][] = [
    [{text: 'my secret words', preview: true}, 'import_invalid', 'text'],
    [{json: {a: 1}, preview: true}, 'import_invalid', 'json'],
    [{preview: true}, 'bad_request', 'text'],
    [{text: 'a', json: 1, preview: true}, 'bad_request', 'text'],
    [{text: 'http://a:8080'}, 'bad_request', 'preview'],
    [{text: 'http://a:8080', preview: true, passphrase: ['my secret words']}, 'bad_request', 'passphrase'],
  ]
  for (const [body, code, field] of cases) {
    const {json, text} = await bring('ann', body)
    expect([json.code, json.errors[0].field]).toEqual([code, field])
    expect(text).not.toContain('secret words')
  }
})

test('open ports of this machine are shown to administrators alone', async () => {
  const answers = await Promise.all(
    Object.keys(people).map(async (name) => [
      people[name],
      await ask(name, 'POST', '/api/servers/discover-local'),
    ]),
  )
  for (const [role, answer] of answers as [string, Awaited<ReturnType<typeof ask>>][]) {
    if (role === 'administrator') {
      expect(answer.json).toEqual({ports: [{server_type: 'deluge', url: 'http://127.0.0.1:8112'}]})
    } else expect(answer.status).toBe(403)
  }
  expect(Object.values(people)).toContain('administrator')
})

test('what is too large or too deep is refused before it is walked over', async () => {
  const long = await bring('ann', {text: `http://a:8080\n${'#'.repeat(1024 * 1024)}`, preview: true})
  expectProblem(long, 'payload_too_large')
  const wide = await bring('ann', {json: ['x'.repeat(1024 * 1024)], preview: true})
  expect([wide.status, wide.json.code]).toEqual([413, 'payload_too_large'])
  const huge = await bring('ann', {text: 'x'.repeat(3 * 1024 * 1024), preview: true})
  expect([huge.status, huge.json.code]).toEqual([413, 'payload_too_large'])
  const deep = `{"preview": true, "json": ${'['.repeat(400_000)}${']'.repeat(400_000)}}`
  const answer = await ask('ann', 'POST', '/api/servers/import', deep)
  expectProblem(answer, 'import_invalid')
})

test('no body makes it stumble', async () => {
  const body = fc.record(
    {
      format: fc.oneof(fc.constantFrom('auto', 'qui', 'config'), fc.string()),
      text: fc.oneof(fc.constantFrom(qui, '[qBit]\nHost = 1', 'http://a:8080'), fc.string(), fc.jsonValue()),
      json: fc.jsonValue(),
      mode: fc.oneof(fc.constantFrom('merge', 'replace'), fc.string()),
      choices: fc.oneof(
        fc.array(fc.record({item: fc.nat(5), do: fc.constantFrom('skip', 'add')})),
        fc.jsonValue(),
      ),
      fingerprint: fc.oneof(fc.constant(null), fc.string()),
      preview: fc.oneof(fc.boolean(), fc.jsonValue()),
    },
    {requiredKeys: []},
  )
  await fc.assert(
    fc.asyncProperty(body, async (it_) => {
      const {status} = await bring('bob', it_)
      expect(status).toBeLessThan(500)
    }),
    {numRuns: isFull ? 150 : 30},
  )
})
