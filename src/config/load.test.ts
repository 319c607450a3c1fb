import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inspect} from 'node:util'
import * as fc from 'fast-check'
import {afterAll, expect, test} from 'vitest'
import type {LoadedConfig, LoadOptions} from './config.ts'
import {configOf} from './config-text.fixture.ts'
import {renderFindings} from './edit/render.ts'
import {loadConfig} from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-load-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const fixtures = join(import.meta.dirname, '../../lab/fixtures/config')

function load(path: string, more: Partial<LoadOptions> = {}): Promise<LoadedConfig> {
  return loadConfig({path, env: {}, cwd: folder, root: folder, ...more})
}

function said(loaded: LoadedConfig, code: string): string[] {
  return loaded.findings
    .filter((finding) => finding.code === code)
    .map(({line, path, variable}) => [line, path, variable].filter((part) => part !== null).join(' '))
}

test('a whole file of the predecessor is read with a word about its syncs, about what stalls and about what has no effect', async () => {
  const {config, findings} = await load(join(fixtures, 'complete-5.14.4.toml'))
  expect(findings.map(({severity, path, line}) => [severity, path, line])).toEqual([
    ['warning', 'WebUI.LiveArr', 50],
    ['warning', 'Radarr-1080.RssSyncTimer', 116],
    ['notice', 'Sonarr-Anime.Torrent.StalledDelay', 192],
  ])
  expect(config.settings).toMatchObject({
    ConsoleLevel: 'DEBUG',
    FreeSpace: 150 * 1024 ** 3,
    SearchLoopDelay: 30,
    ProcessRestartWindow: 300,
  })
  expect(config.webui).toMatchObject({
    Host: '0.0.0.0',
    BehindHttpsProxy: true,
    LiveArr: false,
    Theme: 'Light',
    ViewDensity: 'Compact',
  })
  expect(config.servers).toMatchObject([
    {
      id: 'qBit',
      kind: 'qbittorrent',
      url: 'http://localhost:8080',
      username: null,
      password: null,
      enabled: true,
    },
    {id: 'qBit-Seedbox', url: 'https://box.example/qbittorrent', username: 'sailor', enabled: false},
  ])
  expect(config.servers[1]!.password!.reveal()).toBe('windlass')
  const rules = config.serverRules.get(config.servers[0]!.id)!
  expect(rules.ManagedCategories).toEqual(['linux', 'archive'])
  expect(rules.CategorySeeding).toMatchObject({
    UploadRateLimitPerTorrent: 512,
    MaxSeedingTime: 1_209_600,
    RemoveTorrent: 3,
    HitAndRunMode: 'and',
    StalledDelay: null,
    Categories: [{Name: 'archive', MaxUploadRatio: null, RemoveTorrent: -1}],
  })
  expect(rules.Trackers[0]).toMatchObject({
    Priority: 10,
    MaximumETA: 3600,
    AddTags: ['example'],
    HitAndRunMode: 'or',
  })
  expect(rules.Trackers[0]).not.toHaveProperty('MinSeedRatio')
  expect(config.arrs.map(({id, app, Managed, URI, Category}) => [id, app, Managed, URI, Category])).toEqual([
    ['Radarr-1080', 'radarr', true, 'http://radarr:7878', 'radarr-1080'],
    ['Sonarr-Anime', 'sonarr', true, 'http://sonarr:8989', 'sonarr-anime'],
    ['Lidarr-Music', 'lidarr', false, null, 'lidarr-music'],
    ['Readarr-Books', 'readarr', true, 'https://books.example/readarr', 'readarr-books'],
  ])
  expect(config.arrs[0]!.EntrySearch).toMatchObject({
    SearchBySeries: false,
    QualityProfileMappings: {'HD-1080p': 'Any', 'Ultra-HD': 'HD-1080p'},
    Overseerr: {SearchOverseerrRequests: true, Is4K: false},
    Ombi: {OmbiURI: null, OmbiAPIKey: null},
  })
  expect(config.arrs[0]!.Torrent).toMatchObject({MaximumETA: null, StalledDelay: 900})
  expect(config.arrs[1]!.EntrySearch.SearchBySeries).toBe('smart')
})

for (const [written, everySeconds, isReported] of [
  ['1', 60, true],
  ['"90s"', 90, true],
  ['9', 540, true],
  ['10', 600, false],
  ['0', 0, false],
  ['"1M"', 30 * 86_400, false],
  ['43200', 30 * 86_400, false],
] as const) {
  test(`B.2 an RssSyncTimer of ${written} is in force, ${isReported ? 'and warned of' : 'without a word'}`, async () => {
    const arr = `[Radarr]\nManaged = true\nURI = "radarr"\nAPIKey = "k"\nRssSyncTimer = ${written}\n`
    const loaded = await configOf(arr)
    expect(loaded.config.arrs[0]!.RssSyncTimer).toBe(everySeconds)
    expect(said(loaded, 'too_often')).toEqual(isReported ? ['5 Radarr.RssSyncTimer'] : [])
  })
}

test.each<[string, string, string[], string[]]>([
  ['RestStart = "12h"', 'RestMax = "7d"', [], []],
  ['RestStart = "7d"', 'RestMax = "7d"', [], []],
  ['RestStart = "9d"', 'RestMax = "7d"', ['7 Radarr.EntrySearch.RestMax'], []],
  ['RestStart = "40d"', '', ['6 Radarr.EntrySearch.RestStart'], []],
  ['', 'RestMax = 60', ['7 Radarr.EntrySearch.RestMax'], []],
  ['RestStart = 0', '', [], ['6 Radarr.EntrySearch.RestStart']],
])('rests of %s and %s are warned of where they cannot be', async (start, most, idle, often) => {
  const arr = `[Radarr]\nManaged = true\nURI = "radarr"\nAPIKey = "k"\n[Radarr.EntrySearch]\n${start}\n${most}\n`
  const loaded = await configOf(arr)
  expect(said(loaded, 'without_effect')).toEqual(idle)
  expect(said(loaded, 'too_often')).toEqual(often)
  const found = loaded.findings.filter(({key}) => key?.startsWith('EntrySearch.Rest') === true)
  for (const {severity, found: shown, accepted} of found) {
    expect(severity).toBe('warning')
    expect([shown, accepted].every((text) => (text ?? '') !== '')).toBe(true)
  }
  expect(found).toHaveLength(idle.length + often.length)
})

for (const [written, url] of [
  ['radarr', 'http://radarr:7878'],
  ['http://radarr:7878/api/v3', 'http://radarr:7878'],
  ['https://box.lan/radarr/api/', 'https://box.lan/radarr'],
  ['http://box.lan/radarr/api/v3/system/status', 'http://box.lan/radarr'],
  ['http://box.lan/apiary', 'http://box.lan/apiary'],
] as const) {
  test(`an Arr at ${written} is found at its URL base`, async () => {
    const {config} = await configOf(`[Radarr]\nManaged = true\nURI = "${written}"\nAPIKey = "k"\n`)
    expect(config.arrs[0]!.URI).toBe(url)
  })
}

test('a fleet of every kind is read from the new sections', async () => {
  const {config, findings} = await load(join(fixtures, 'mixed-fleet.toml'))
  expect(findings).toEqual([])
  const [qbit, proxied, nas, local, web] = config.servers
  expect(qbit).toMatchObject({id: 'qBit', url: 'http://127.0.0.1:8080', basicAuth: null})
  expect(proxied).toMatchObject({
    url: 'https://box.example/qbt',
    basicAuth: {username: 'gate'},
    paths: [{server: '/srv/torrents', ours: '/mnt/box'}],
  })
  expect(proxied!.apiKey!.reveal()).toBe('qb-key')
  expect(proxied!.httpProxy!.reveal()).toBe('http://me:pw@proxy.lan:3128')
  expect(nas).toMatchObject({
    name: 'The NAS',
    url: 'http://[fd00::21]:9091/transmission/rpc',
    categorySource: {from: 'labelPrefix', prefix: 'cat-'},
  })
  expect(nas!.password!.reveal()).toBe('12345')
  expect(local).toMatchObject({
    url: 'scgi+unix:///run/rtorrent/rpc.sock',
    allowExecute: true,
    downloadRoots: ['/data/rt', '/data/more'],
  })
  expect(web).toMatchObject({
    url: 'https://web.example/RPC2',
    categorySource: {from: 'path'},
    paths: [{server: 'C:\\Torrents', ours: '/mnt/windows'}],
  })
})

test('a section with a fault stays off and takes no other with it', async () => {
  const loaded = await load(join(fixtures, 'faults.toml'))
  expect(loaded.config.servers.map(({id}) => id)).toEqual([
    'qBit',
    'rTorrent-Far',
    'Transmission-Same',
    'Transmission-Again',
  ])
  expect(loaded.config.off.map(({section}) => section)).toEqual([
    'Deluge-Twice',
    'qbit-lower',
    'Radar-4K',
    'qBit-Port',
    'qBit-Host',
    'qBit-Secret',
    'qBit-Template',
    'qBit-Proxy',
    'qBit-CA',
    'rTorrent-Roots',
    'Radarr-A',
    'Radarr-B',
    'Sonarr-C',
    'Sonarr-D',
    'Lidarr-E',
    'Lidarr-F',
  ])
  expect(said(loaded, 'bad_value')).toEqual([
    '5 Settings.LoopSleepTimer',
    '6 Settings.FreeSpace',
    '7 Settings.ConsoleLevel',
    '11 WebUI.Port',
    '12 WebUI.Token',
    '13 WebUI.AuthDisabled',
    '21 qBit-Port.Port',
    '24 qBit-Host.Host',
    '30 qBit-Secret.Password',
    '39 qBit-Proxy.HttpProxy',
    '44 qBit-CA.CAFile',
    '48 rTorrent-Roots.DownloadRoots',
    '60 Deluge-Twice',
    '99 Lidarr-F.URI',
  ])
  expect(said(loaded, 'same_category')).toEqual([
    '73 Radarr-A.Category',
    '79 Radarr-B.Category',
    '85 Sonarr-C.Category',
    '91 Sonarr-D.Category',
  ])
  expect(said(loaded, 'same_uri')).toEqual(['71 Radarr-A.URI', '77 Radarr-B.URI'])
  expect(said(loaded, 'same_address')).toEqual(['57 Transmission-Again'])
  expect(said(loaded, 'unknown_key')).toEqual([
    '2 stray',
    '8 Settings.Tagles',
    '55 Transmission-Same.Pasword',
  ])
  expect(said(loaded, 'section_unread')).toEqual(['63 qbit-lower', '66 Radar-4K'])
  expect(loaded.config.settings.LoopSleepTimer).toBe(5)
  expect(loaded.config.webui.AuthDisabled).toBe(false)
})

test('no secret of the file is in a finding, in the printed check, or in a dump of the configuration', async () => {
  const loaded = await load(join(fixtures, 'faults.toml'))
  const shown = [
    JSON.stringify(loaded),
    inspect(loaded, {depth: 20}),
    renderFindings(loaded, {color: true}),
  ].join('\n')
  expect(shown).not.toMatch(/hunter/)
})

test('a syntax error is reported with line and column, without the text around it', async () => {
  const loaded = await configOf('[qBit]\nHost = "x"\nPassword = "hunter2\n')
  expect(loaded.readable).toBe(false)
  expect(loaded.config.servers).toEqual([])
  expect(loaded.findings).toMatchObject([{severity: 'error', code: 'syntax', line: 3}])
  expect(loaded.findings[0]!.column).toBeGreaterThan(1)
  expect(JSON.stringify(loaded)).not.toContain('hunter2')
})

test('a key that is given twice is a syntax error where it is given again', async () => {
  const loaded = await configOf('[qBit]\nHost = "x"\nHost = "y"\n')
  expect(loaded.findings).toMatchObject([{code: 'syntax', line: 3}])
})

test('a file that is not UTF-8 is reported with the line', async () => {
  const loaded = await configOf(Buffer.from('[qBit]\nHost = "x"\nName = "K\xfcche"\n', 'latin1'))
  expect(loaded.findings).toMatchObject([{severity: 'error', code: 'not_utf8', line: 3}])
})

test('a byte order mark and the line ends of Windows do not disturb', async () => {
  const loaded = await configOf('\ufeff[qBit]\r\nHost = "x"\r\nPort = "1x"\r\n')
  expect(said(loaded, 'bad_value')).toEqual(['3 qBit.Port'])
})

test('a folder in place of a file, and a file that was asked for and is missing, are errors', async () => {
  mkdirSync(join(folder, 'empty'))
  expect((await load(join(folder, 'empty'))).findings).toMatchObject([
    {code: 'file_missing', severity: 'error'},
  ])
  const missing = await loadConfig({env: {COMMODARR_CONFIG: 'no.toml'}, cwd: folder, root: folder})
  expect(missing).toMatchObject({path: null, expectedPath: join(folder, 'no.toml'), readable: false})
  expect(missing.findings[0]!.message).toContain('COMMODARR_CONFIG')
})

test('without any file it says where one would be read, and that is no fault', async () => {
  const cwd = join(folder, 'empty-cwd')
  mkdirSync(cwd)
  const loaded = await loadConfig({env: {}, cwd, root: cwd})
  expect(loaded).toMatchObject({
    path: null,
    readable: true,
    expectedPath: join(cwd, '.config/config.toml'),
    dataPath: join(cwd, '.config/commodarr'),
  })
  expect(loaded.findings).toMatchObject([{severity: 'notice', code: 'file_missing'}])
})

test('keys that JavaScript has plans for are keys like any other', async () => {
  const loaded = await configOf(
    '[__proto__]\nHost = "x"\n[constructor]\n[qBit]\nHost = "x"\nPort = 1\n__proto__ = 1\nconstructor = 2\nhasOwnProperty = 3\n',
  )
  expect(said(loaded, 'unknown_section')).toEqual(['1 __proto__', '3 constructor'])
  expect(said(loaded, 'unknown_key')).toEqual([
    '7 qBit.__proto__',
    '8 qBit.constructor',
    '9 qBit.hasOwnProperty',
  ])
  expect(loaded.config.servers).toMatchObject([{url: 'http://x:1'}])
  expect(Object.prototype).not.toHaveProperty('Host')
})

test('numbers beyond all bounds spoil their key alone', async () => {
  const loaded = await configOf(
    '[Settings]\nLoopSleepTimer = 9223372036854775807\nFreeSpace = inf\nMaxProcessRestarts = nan\nPingURLS = 2020-01-01\n',
  )
  expect(said(loaded, 'bad_value')).toEqual([
    '2 Settings.LoopSleepTimer',
    '3 Settings.FreeSpace',
    '4 Settings.MaxProcessRestarts',
    '5 Settings.PingURLS',
  ])
})

test.each([
  ['qBit.ApiKey', '3', '[qBit]\nHost = "x"\nApiKey = '],
  ['Radarr.APIKey', '4', '[Radarr]\nManaged = true\nURI = "r"\nAPIKey = '],
])('%s: a key that no header holds is reported, and its section stays off', async (key, line, start) => {
  for (const written of [String.raw`"x\r\nHost: elsewhere"`, '"ключ12"', '" a"', `"${'a'.repeat(201)}"`]) {
    const loaded = await configOf(`${start}${written}\n`)
    expect(said(loaded, 'bad_value')).toEqual([`${line} ${key}`])
    expect(loaded.findings.find(({code}) => code === 'bad_value')).toMatchObject({
      found: '***',
      accepted: 'letters, digits and signs of ASCII, in quotes',
    })
    const [section, name] = key.split('.')
    expect(loaded.config.off).toMatchObject([{section, reason: `${name} cannot be read`}])
  }
})

test('a nest deeper than any configuration is refused, not followed', async () => {
  const loaded = await configOf(`x = ${'['.repeat(5000)}${']'.repeat(5000)}`)
  expect(loaded.findings).toMatchObject([{code: 'syntax'}])
})

test('names with control characters cannot steer a terminal', async () => {
  const loaded = await configOf(
    '["evil\\u001b[2J\\u202e"]\nx = 1\n["qBit-\\u001b]0;x\\u0007"]\nHost = "a\\u001b[0m b"\n',
  )
  const printed = renderFindings(loaded, {color: false})
  expect(printed).not.toMatch(/[\u001b\u0007\u202e]/)
  expect(printed).toContain('\\u001b')
})

test('a section name with a dot is read when it is quoted', async () => {
  const loaded = await configOf(
    '["qBit-v5.1"]\nHost = "x"\nPort = 1\n["Radarr-4.0"]\nManaged = true\nURI = "r"\nAPIKey = "k"\n',
  )
  expect(loaded.config.servers.map(({id}) => id)).toEqual(['qBit-v5.1'])
  expect(loaded.config.arrs.map(({id}) => id)).toEqual(['Radarr-4.0'])
  expect(loaded.findings).toEqual([])
})

test('what cannot be read never means: delete more, log in without a user, or wake a server that was put to sleep', async () => {
  const loaded = await configOf(`
[Settings]
AutoPauseResume = "?"
[qBit]
Host = "x"
Port = 1
Disabled = "?"
Trackers = [{URI = "t", HitAndRunMode = "?", MinSeedingTimeDays = "?", MinSeedRatio = []}]
[qBit-Digits]
Host = "y"
Port = 1
UserName = 4711
[Radarr]
Torrent = {MaximumETA = "?", DoNotRemoveSlow = "?", StalledDelay = "?", MaximumDeletablePercentage = 95}
`)
  expect(loaded.config.settings.AutoPauseResume).toBe(false)
  expect(loaded.config.servers).toMatchObject([{id: 'qBit', enabled: false}])
  expect(loaded.config.serverRules.get(loaded.config.servers[0]!.id)!.Trackers[0]).toMatchObject({
    HitAndRunMode: 'and',
    MinSeedingTimeDays: 100_000,
    MinSeedRatio: 10_000,
  })
  expect(loaded.config.arrs[0]!.Torrent).toMatchObject({
    MaximumETA: null,
    DoNotRemoveSlow: true,
    StalledDelay: null,
    MaximumDeletablePercentage: 0,
  })
})

test('a size in GB is read as of 1024, and that is reported', async () => {
  const loaded = await configOf('[Settings]\nFreeSpace = "10GB"\n')
  expect(loaded.config.settings.FreeSpace).toBe(10 * 1024 ** 3)
  expect(loaded.findings.find(({code}) => code === 'assumed')).toMatchObject({line: 2, accepted: '"10GiB"'})
  expect(said(await configOf('[Settings]\nFreeSpace = "10G"\n'), 'assumed')).toEqual([])
})

test('the password of a named user that is still the placeholder is reported', async () => {
  const server = '[qBit]\nHost = "h"\nPort = 1\nPassword = "CHANGE_ME"\n'
  expect(said(await configOf(`${server}UserName = "me"\n`), 'not_filled_in')).toEqual(['4 qBit.Password'])
  expect(said(await configOf(`${server}UserName = "CHANGE_ME"\n`), 'not_filled_in')).toEqual([])
})

test('a section written as a table of another one is reported with how to write it', async () => {
  const loaded = await configOf('[qBit]\nHost = "x"\nPort = 1\n[qBit.Seedbox]\nHost = "y"\n')
  expect(loaded.findings).toMatchObject([{code: 'unknown_key', line: 4}])
  expect(loaded.findings[0]!.message).toContain('[qBit-Seedbox]')
})

test('certificates come from the file named, relative to the configuration, and count for the hash', async () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  writeFileSync(join(folder, 'ca.pem'), pem)
  const path = join(folder, 'config.toml')
  writeFileSync(path, '[qBit]\nUrl = "https://x"\nCAFile = "ca.pem"\n')
  const first = await load(path)
  expect(first.config.servers[0]!.tls).toEqual({ca: pem, skipVerify: false})
  expect(first.files).toContain(join(folder, 'ca.pem'))
  writeFileSync(join(folder, 'ca.pem'), `${pem}${pem}`)
  const second = await load(path)
  expect(second.hash).not.toBe(first.hash)
  expect((await load(path)).hash).toBe(second.hash)
})

test('a container listens on all its addresses unless set otherwise', async () => {
  const env = {QBITRR_DOCKER_RUNNING: '69420'}
  expect((await configOf('', env)).config.webui.Host).toBe('0.0.0.0')
  expect((await configOf('[WebUI]\nHost = "127.0.0.1"\n', env)).config.webui.Host).toBe('127.0.0.1')
  expect((await configOf('')).config.webui.Host).toBe('127.0.0.1')
})

const value = fc.oneof(
  fc.integer({min: -5, max: 70_000}).map(String),
  fc.boolean().map(String),
  fc.constantFrom(
    '"CHANGE_ME"',
    '""',
    '"x"',
    '"10m"',
    '"http://a:1"',
    '[]',
    '[1]',
    '["a"]',
    '{}',
    '{a = 1}',
    '1.5',
  ),
  fc.constantFrom(
    '2020-01-01',
    'inf',
    '"\\u0000"',
    '"::1"',
    '[[]]',
    '[{URI = 1}]',
    '"label:"',
    '99999999999999999999',
  ),
)
const keys = [
  'Host',
  'Port',
  'Url',
  'URI',
  'Path',
  'Password',
  'HttpProxy',
  'CAFile',
  'Trackers',
  'CategorySeeding',
]
const others = [
  'PathMappings',
  'CategorySource',
  'Disabled',
  'Managed',
  'APIKey',
  'Category',
  'Torrent',
  'EntrySearch',
]
const names = [
  'qBit',
  'qBit-a',
  'Transmission-a',
  'rTorrent-a',
  'Deluge-a',
  'Radarr-a',
  'Sonarr-a',
  'Settings',
  'WebUI',
]
const section = fc
  .tuple(
    fc.constantFrom(...names),
    fc.uniqueArray(fc.tuple(fc.constantFrom(...keys, ...others, 'Token', 'FreeSpace'), value), {
      selector: ([key]) => key,
    }),
  )
  .map(([name, pairs]) => ({
    name,
    text: [`[${name}]`, ...pairs.map(([key, written]) => `${key} = ${written}`)].join('\n'),
  }))

test('whatever stands in a file, reading it yields a configuration whose servers have addresses', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(section, {selector: ({name}) => name, maxLength: 5}),
      async (sections) => {
        const loaded = await configOf(sections.map(({text}) => text).join('\n'))
        expect(loaded.findings.some(({code}) => code === 'syntax')).toBe(!loaded.readable)
        for (const server of loaded.config.servers) {
          expect(URL.canParse(server.url)).toBe(true)
          expect(new URL(server.url).username).toBe('')
        }
        renderFindings(loaded, {color: false})
      },
    ),
    {numRuns: 200},
  )
})

test('programs for rules have a name and an absolute path, all of them, or there are none', async () => {
  const read = async (programs: string) => {
    const loaded = await configOf(`[Settings]\nPrograms = ${programs}\n`)
    return [loaded.config.settings.Programs, said(loaded, 'bad_value')]
  }
  expect(await read('{tell = "/usr/bin/tell", "a.b-c" = "/x"}')).toEqual([
    [
      {name: 'tell', path: '/usr/bin/tell'},
      {name: 'a.b-c', path: '/x'},
    ],
    [],
  ])
  for (const bad of ['{tell = "tell"}', '{"a b" = "/x"}', '{tell = 1}', '["/x"]', '"/x"'])
    expect(await read(bad)).toEqual([[], ['2 Settings.Programs']])
})
