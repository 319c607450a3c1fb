import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {encryptWithPassphrase} from '#accounts/passphrase.ts'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {isMasked, type Listed, type ListOptions, type ServerList} from './listed.ts'
import {readList} from './recognise.ts'

const folder = join(import.meta.dirname, '../../../lab/fixtures')
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8')

function read(text: string, options: Partial<ListOptions> = {}): Promise<ServerList> {
  return readList({text}, {format: 'auto', passphrase: null, ...options})
}

/** What is said of each, with its secrets in clear. */
function said({entries}: ServerList): unknown[] {
  return entries.map((entry) => ('said' in entry ? plain(entry.said) : entry))
}

function plain(value: unknown): unknown {
  if (value instanceof Secret) return `secret ${value.reveal()}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

test('the instances of qui: whole addresses, no passwords, a user of a proxy beside that of the server', async () => {
  const list = await read(fixture('imports/qui-2026.json'))
  expect(list.format).toBe('qui')
  expect(said(list)).toEqual([
    {
      kind: 'qbittorrent',
      name: 'Home',
      enabled: true,
      username: 'admin',
      position: 0,
      address: {url: 'http://192.168.1.20:8080'},
    },
    {
      kind: 'qbittorrent',
      name: 'Seedbox',
      enabled: false,
      username: 'sailor',
      position: 1,
      address: {url: 'https://box.example/qbittorrent/'},
      basicAuth: {username: 'gate', password: undefined},
      tls: {ca: null, skipVerify: true},
    },
    {
      kind: 'qbittorrent',
      name: 'Local',
      enabled: true,
      username: null,
      position: 2,
      address: {url: 'http://127.0.0.1:8090'},
    },
  ])
  expect(list.entries.map((entry) => (entry as Listed).missing)).toEqual([
    ['password'],
    ['password', 'basic_auth.password'],
    [],
  ])
})

test('a server that qui reaches by an API key misses that, and no password', async () => {
  const entry = {name: 'Keyed', host: 'http://10.0.0.9:8080', username: '', isActive: true, hasApiKey: true}
  const missing = async (more: object) => {
    const [listed] = (await read(JSON.stringify([{...entry, ...more}]))).entries
    return (listed as Listed).missing
  }
  expect(await missing({})).toEqual(['api_key'])
  expect(await missing({apiKey: '********'})).toEqual(['api_key'])
  expect(await missing({username: 'admin', basicUsername: 'gate'})).toEqual([
    'api_key',
    'basic_auth.password',
  ])
  expect(await missing({username: 'admin', hasApiKey: false})).toEqual(['password'])
  expect(await missing({apiKey: 'qbt_1'})).toEqual([])
})

test('older lists of qui: host and port apart, asterisks where a password was', async () => {
  const list = await read(`{"instances": ${fixture('imports/qui-2025.json')}}`)
  expect(said(list)).toEqual([
    {
      kind: 'qbittorrent',
      name: 'Old one',
      enabled: true,
      username: 'admin',
      address: {host: 'http://old.lan', port: 8081},
    },
    {
      kind: 'qbittorrent',
      name: 'Bare',
      enabled: false,
      username: 'admin',
      address: {host: '10.0.0.4', port: 8080},
    },
  ])
})

test('the servers of Torrent Vibe: its own address wins, a colour it alone knows is left behind', async () => {
  const list = await read(fixture('imports/torrent-vibe-servers.json'))
  expect(list.format).toBe('torrent-vibe')
  expect(said(list)).toEqual([
    {
      kind: 'qbittorrent',
      name: 'Desk',
      username: 'admin',
      tags: ['home', 'fast'],
      colour: '#12ab34',
      address: {scheme: 'http', host: '127.0.0.1', port: 8080},
      defaultForAdding: true,
    },
    {kind: 'qbittorrent', name: 'Box', username: 'sailor', address: {url: 'https://box.example/qb'}},
  ])
  expect(list.entries.map((entry) => (entry as Listed).warnings)).toEqual([
    [],
    ['Its colour is none we know.'],
  ])
})

test('the whole storage of Torrent Vibe: passwords beside it, but not those its desktop encrypted', async () => {
  const list = await read(fixture('imports/torrent-vibe-storage.json'))
  expect(said(list)).toEqual([
    {
      kind: 'qbittorrent',
      name: 'Desk',
      username: 'admin',
      password: 'secret desk-password',
      address: {scheme: 'http', host: 'desk.lan', port: 8080},
      defaultForAdding: true,
    },
    {
      kind: 'qbittorrent',
      name: 'Sealed',
      username: 'admin',
      address: {scheme: 'http', host: 'sealed.lan', port: null},
    },
  ])
  expect(list.warnings).toEqual([expect.stringMatching(/disk of another machine/)])
  const encrypted = list.entries[1] as Listed
  expect(encrypted.missing).toEqual(['password'])
  expect(encrypted.warnings).toHaveLength(2)
})

test('what Torrent Vibe kept before it knew several servers', async () => {
  const list = await read(
    JSON.stringify({
      'qb:connection-config': '{"host":"one.lan","port":"8080","username":"me","useHttps":true}',
      'qb:connection-password': 'pw',
    }),
  )
  expect(said(list)).toMatchObject([
    {
      name: 'Primary Server',
      username: 'me',
      password: 'secret pw',
      address: {scheme: 'https', host: 'one.lan', port: 8080},
    },
  ])
})

test('a pasted config.toml of any generation: the servers, what is off with its reason, nothing of our disk', async () => {
  const list = await read(fixture('config/mixed-fleet.toml'))
  expect(list.format).toBe('config')
  expect(said(list)).toMatchObject([
    {kind: 'qbittorrent', name: 'qBit', address: {url: 'http://127.0.0.1:8080'}, enabled: true},
    {
      name: 'qBit-Proxied',
      apiKey: 'secret qb-key',
      httpProxy: 'secret http://me:pw@proxy.lan:3128',
      basicAuth: {username: 'gate', password: 'secret keeper'},
      paths: [{server: '/srv/torrents', ours: '/mnt/box'}],
    },
    {
      kind: 'transmission',
      name: 'The NAS',
      password: 'secret 12345',
      categorySource: {from: 'labelPrefix', prefix: 'cat-'},
    },
    {
      kind: 'rtorrent',
      address: {url: 'scgi+unix:///run/rtorrent/rpc.sock'},
      allowExecute: true,
      downloadRoots: ['/data/rt', '/data/more'],
    },
    {kind: 'rtorrent', username: 'me', password: 'secret secret', categorySource: {from: 'path'}},
  ])
  expect(list.entries.map((entry) => (entry as Listed).id)[1]).toBe('qBit-Proxied')
  const old = await read(fixture('config/generation-1.toml'))
  expect(said(old)).toMatchObject([{name: 'qBit', username: 'admin', password: 'secret adminadmin'}])
  const faulty = await read(fixture('config/faults.toml'))
  const off = faulty.entries.filter((entry) => 'faults' in entry)
  expect(off.map(({place}) => place)).toEqual([
    '[qbit-lower]',
    '[qBit-Port]',
    '[qBit-Host]',
    '[qBit-Secret]',
    '[qBit-Template]',
    '[qBit-Proxy]',
    '[rTorrent-Roots]',
  ])
  expect(JSON.stringify(faulty)).not.toMatch(/hunter/)
})

test('a CA file of a pasted configuration is not looked for here', async () => {
  const list = await read('[qBit]\nUrl = "https://box"\nCAFile = "/etc/hostname"\nSkipTLSVerify = true\n')
  expect(list.entries).toMatchObject([{missing: ['tls.ca'], said: {tls: {ca: null, skipVerify: true}}}])
})

test('a variable of ours decides nothing in a pasted configuration', async () => {
  process.env['COMMODARR_QBIT_HOST'] = 'ours.lan'
  try {
    expect(said(await read('[qBit]\nHost = "theirs.lan"\nPort = 1\n'))).toMatchObject([
      {address: {url: 'http://theirs.lan:1'}},
    ])
  } finally {
    delete process.env['COMMODARR_QBIT_HOST']
  }
})

test('a broken configuration is reported by its line, not taken for a list of the addresses in it', async () => {
  const reading = read('[qBit]\nHost = "a"\nURI = http://u:hunter2@radarr:7878\n')
  await expect(reading).rejects.toMatchObject({
    code: 'import_invalid',
    message: expect.stringMatching(/^Line 3/) as string,
  })
  await expect(reading).rejects.not.toThrow(/hunter2/)
})

test('bare addresses: users, names, kinds by word and by their look; other lines are refused one by one', async () => {
  const list = await read(fixture('imports/addresses.txt'))
  expect(list.format).toBe('addresses')
  expect(said(list)).toEqual([
    {
      kind: 'qbittorrent',
      name: '192.168.1.20:8080',
      username: 'admin',
      password: 'secret p@ss',
      address: {url: 'http://192.168.1.20:8080'},
    },
    {kind: 'transmission', name: 'The NAS', address: {url: 'nas.lan:9091'}},
    {
      kind: 'rtorrent',
      name: 'Seedbox',
      username: 'me',
      password: 'secret pw',
      address: {url: 'https://box.example/RPC2'},
    },
    {kind: 'rtorrent', name: '10.0.0.9:5000', address: {url: 'scgi://10.0.0.9:5000'}},
    {kind: 'qbittorrent', name: 'Hidden', username: 'admin', address: {url: 'http://hidden.lan:8080'}},
    {place: 'line 8', name: null, faults: [expect.objectContaining({field: 'url'}) as object]},
  ])
  expect((list.entries[4] as Listed).missing).toEqual(['password'])
  expect(said(await read('["http://a:1", "transmission http://b:2"]'))).toMatchObject([
    {kind: 'qbittorrent'},
    {kind: 'transmission'},
  ])
})

const own = {
  format: 'commodarr-servers',
  version: 1,
  exported_at: 0,
  servers: [
    {
      id: 'a',
      name: 'A',
      kind: 'qbittorrent',
      url: 'https://a',
      username: 'me',
      enabled: false,
      basic_auth: {username: 'gate'},
      tls: {ca: null, skip_verify: true},
      colour: null,
      tags: ['x'],
      poll_seconds: 5,
      timeout_seconds: null,
      category_source: 'label',
      secrets_set: ['password'],
    },
    {id: 'b', name: 'B', kind: 'rtorrent', url: 'http://b/RPC2', username: null, password: 'by hand'},
    {id: 'c', name: 'C', kind: 'floppy', url: 7},
    'nonsense',
  ],
}

test('our own list says what stands in it, null says none, and a bad entry spoils only itself', async () => {
  const list = await read(JSON.stringify(own))
  expect(said(list)).toEqual([
    {
      kind: 'qbittorrent',
      name: 'A',
      address: {url: 'https://a'},
      username: 'me',
      enabled: false,
      basicAuth: {username: 'gate', password: undefined},
      tls: {ca: null, skipVerify: true},
      colour: null,
      tags: ['x'],
      pace: {pollSeconds: 5, timeoutSeconds: null},
      categorySource: {from: 'label'},
    },
    {
      kind: 'rtorrent',
      name: 'B',
      address: {url: 'http://b/RPC2'},
      username: null,
      password: 'secret by hand',
    },
    {
      place: 'servers.2',
      name: 'C',
      faults: [
        {field: 'kind', found: '"floppy"', accepted: serverKinds},
        {field: 'url', found: '7', accepted: 'text'},
        {field: 'url', accepted: 'an address'},
      ],
    },
    {
      place: 'servers.3',
      name: null,
      faults: expect.arrayContaining([{field: '', accepted: 'an object'}]) as unknown,
    },
  ])
  expect((list.entries[0] as Listed).missing).toEqual(['password'])
})

test('encrypted secrets come along with their passphrase, and stay behind with a word without it', async () => {
  const passphrase = new Secret('a long passphrase')
  const inside = JSON.stringify({
    a: {password: 'pw', 'basic_auth.password': 'gatepw'},
    b: {password: 'sealed'},
  })
  const text = JSON.stringify({...own, secrets: await encryptWithPassphrase(inside, passphrase, 14)})
  expect(said(await read(text, {passphrase}))).toMatchObject([
    {password: 'secret pw', basicAuth: {username: 'gate', password: 'secret gatepw'}},
    {password: 'secret sealed'},
    {},
    {},
  ])
  expect((await read(text)).warnings).toEqual([expect.stringMatching(/passphrase/)])
  await expect(read(text, {passphrase: new Secret('another passphrase')})).rejects.toMatchObject({
    code: 'import_invalid',
  })
  const odd = JSON.stringify({...own, secrets: await encryptWithPassphrase('[1]', passphrase, 14)})
  await expect(read(odd, {passphrase})).rejects.toMatchObject({code: 'import_invalid'})
})

for (const [what, text] of [
  ['nothing', ''],
  ['a sentence', 'these are my servers'],
  ['a number', '7'],
  ['an empty list', '[]'],
  ['JSON of something else', '{"torrents": []}'],
  ['a list of another kind', '[{"name": "x"}]'],
  ['a newer list of ours', '{"format": "commodarr-servers", "version": 2, "servers": []}'],
  [
    'a list of ours without servers',
    '{"format": "commodarr-servers", "version": 1, "servers": {"length": 3}}',
  ],
  ['a configuration without servers', '[Settings]\nLogging = true\n'],
  ['lists within lists', '['.repeat(100_000)],
  ['lists within lists that close', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ['more servers than anybody has', JSON.stringify(Array.from({length: 1_001}, (_, i) => `http://h${i}:1`))],
  [
    'sealed secrets that are none',
    '{"format": "commodarr-servers", "version": 1, "servers": [{}], "secrets": 7}',
  ],
] as const) {
  test(`${what} is no list of servers`, async () => {
    await expect(read(text, {passphrase: new Secret('a long passphrase')})).rejects.toMatchObject({
      code: 'import_invalid',
    })
  })
}

test('a hostile configuration costs no more than an honest one: only how servers are reached is read', async () => {
  const rows = '[[qBit.Trackers]]\nURI = "x"\n'.repeat(5_000)
  const keys = Array.from({length: 5_000}, (_, i) => `k${i} = 1`).join('\n')
  const arrs = Array.from({length: 2_000}, (_, i) => `[Radarr-${i}]\nURI = "r"`).join('\n')
  const list = await read(`[qBit]\nHost = "a"\nPort = 8080\n${keys}\n${rows}${arrs}\n`)
  expect(said(list)).toEqual([
    {kind: 'qbittorrent', name: 'qBit', address: {url: 'http://a:8080'}, enabled: true},
  ])
  expect((list.entries[0] as Listed).warnings).toEqual([])
})

test('who says which kind it is gets no other', async () => {
  await expect(read(fixture('imports/qui-2026.json'), {format: 'torrent-vibe'})).rejects.toThrow(/no list/)
  await expect(read('http://a:1', {format: 'qui'})).rejects.toThrow(/no JSON/)
  await expect(read('http://a:1', {format: 'config'})).rejects.toMatchObject({code: 'import_invalid'})
  expect((await read('http://a:1', {format: 'addresses'})).entries).toHaveLength(1)
})

test('names of the language’s own things are names like any other', async () => {
  const text = `{"format": "commodarr-servers", "version": 1, "__proto__": {"secrets": "x"}, "servers": [
    {"id": "__proto__", "name": "constructor", "kind": "toString", "url": "http://a", "__proto__": {"kind": "qbittorrent"}},
    {"id": "hasOwnProperty", "name": "N", "kind": "qbittorrent", "url": "http://b", "tls": {"__proto__": {"skip_verify": true}}}
  ]}`
  const list = await read(text)
  expect(list.entries[0]).toMatchObject({faults: [{field: 'kind'}]})
  expect(list.entries[1]).toMatchObject({said: {tls: {skipVerify: false}}})
  expect(Object.prototype).not.toHaveProperty('skip_verify')
})

for (const [text, masked] of [
  ['***', true],
  ['•••••', true],
  ['<redacted>', true],
  ['[REDACTED]', true],
  ['(hidden)', true],
  ['redacted', false],
  ['p*ss', false],
  ['', false],
] as const) {
  test(`“${text}” ${masked ? 'stands for a secret that is hidden' : 'may be a secret itself'}`, () => {
    expect(isMasked(text)).toBe(masked)
  })
}

const words = [
  'format',
  'commodarr-servers',
  'version',
  'servers',
  'secrets',
  'config',
  'host',
  'port',
  'name',
  'kind',
  'url',
  'qbittorrent',
  'qb:multi-server-config',
  'instances',
  'isActive',
  'tls',
  'basic_auth',
  '__proto__',
]
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    fc.constantFrom<unknown>(
      null,
      true,
      1,
      -1,
      1e300,
      '',
      'http://a:b@c:1',
      '***',
      '\ud800',
      'enc:x',
      ...words,
    ),
    fc.string(),
    fc.array(tie('value'), {maxLength: 4}),
    fc.dictionary(fc.oneof(fc.constantFrom(...words), fc.string()), tie('value'), {maxKeys: 6}),
  ),
})).value

test('whatever is brought is a list or no list, and never anything else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        hostile.map((it) => JSON.stringify(it)),
        fc.string(),
        fc.constantFrom(...words),
      ),
      async (text) => {
        try {
          const list = await read(text)
          expect(list.entries.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(CommodarrError)
          expect(error).toMatchObject({code: 'import_invalid'})
        }
      },
    ),
    {numRuns: 500},
  )
})

test('entries of every shape are read or refused one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, {minLength: 1, maxLength: 4}), async (servers) => {
      const good = {id: 'g', name: 'G', kind: 'qbittorrent', url: 'http://good:1'}
      const list = await readList(
        {json: {...own, servers: [...servers, good]}},
        {format: 'auto', passphrase: null},
      )
      expect(list.entries).toHaveLength(servers.length + 1)
      expect(list.entries.at(-1)).toMatchObject({said: {name: 'G'}})
    }),
    {numRuns: 200},
  )
})
