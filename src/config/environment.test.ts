import {expect, test} from 'vitest'
import {configOf} from './config-text.fixture.ts'
import type {LoadedConfig} from './config.ts'
import {isProcessingOnly, isSearchOnly, variableOf} from './environment.ts'

function problems(loaded: LoadedConfig): string[] {
  return loaded.findings
    .filter(({code}) => code !== 'safe_default' && code !== 'no_servers')
    .map(({severity, code, variable, path}) => [severity, code, variable ?? '', path ?? ''].join(' ').trim())
}

const qbit = '[qBit]\nHost = "file"\nPort = 8080\n'

test('the environment wins over the file, also where it says no', async () => {
  const {config} = await configOf('[Settings]\nLogging = true\nTagless = true\nLoopSleepTimer = 5\n', {
    QBITRR_SETTINGS_LOGGING: 'false',
    QBITRR_SETTINGS_TAGLESS: '0',
    QBITRR_SETTINGS_LOOP_SLEEP_TIMER: '2m',
    QBITRR_SETTINGS_PING_URLS: 'a.example, b.example,',
    QBITRR_SETTINGS_FREE_SPACE: '10G',
    QBITRR_SETTINGS_FFPROBE_AUTO_UPDATE: 'No',
  })
  expect(config.settings).toMatchObject({
    Logging: false,
    Tagless: false,
    LoopSleepTimer: 120,
    PingURLS: ['a.example', 'b.example'],
    FreeSpace: 10 * 1024 ** 3,
    FFprobeAutoUpdate: false,
  })
})

for (const word of ['y', 'yes', 't', 'true', 'on', '1', 'TRUE']) {
  test(`${word} means yes`, async () => {
    const {config} = await configOf('', {QBITRR_SETTINGS_TAGLESS: word})
    expect(config.settings.Tagless).toBe(true)
  })
}

test('an empty variable, or one with the placeholder, is not set', async () => {
  const loaded = await configOf(qbit, {QBITRR_QBIT_HOST: '', QBITRR_QBIT_PORT: 'CHANGE_ME'})
  expect(loaded.config.servers).toMatchObject([{url: 'http://file:8080'}])
  expect(problems(loaded)).toEqual([])
})

test('variables of the predecessor override its section, and say so', async () => {
  const loaded = await configOf(`${qbit}UserName = "a"\n`, {
    QBITRR_QBIT_HOST: 'env',
    QBITRR_QBIT_PORT: '9000',
    QBITRR_QBIT_USERNAME: 'b',
    QBITRR_QBIT_PASSWORD: 'hunter2',
  })
  expect(loaded.config.servers).toMatchObject([{url: 'http://env:9000', username: 'b'}])
  expect(loaded.config.servers[0]!.password!.reveal()).toBe('hunter2')
  expect(problems(loaded)).toEqual([
    'notice overridden  qBit.Host',
    'notice overridden  qBit.Port',
    'notice overridden  qBit.UserName',
  ])
  expect(JSON.stringify(loaded)).not.toContain('hunter2')
})

test('ours win over those of the predecessor, the general form wins over both', async () => {
  const {config} = await configOf(qbit, {
    QBITRR_QBIT_HOST: 'first',
    COMMODARR_QBIT_HOST: 'second',
    COMMODARR__qBit__Host: 'third',
    COMMODARR_WEBUI_PORT: '1000',
    COMMODARR_PORT: '2000',
    COMMODARR_WEBUI_TOKEN: 'token',
    COMMODARR_WEBUI_OIDC_AUTHORITY: 'https://id.example',
  })
  expect(config.servers).toMatchObject([{url: 'http://third:8080'}])
  expect(config.webui).toMatchObject({Port: 2000, OIDC: {Authority: 'https://id.example'}})
  expect(config.webui.Token!.reveal()).toBe('token')
})

test('the general form reaches every key of every section, in the spelling a shell allows', async () => {
  const loaded = await configOf(
    `${qbit}[Radarr-4K]\nManaged = true\nURI = "r"\nAPIKey = "k"\n[qBit-Box]\nHost = "box"\nPort = 1\n`,
    {
      COMMODARR__RADARR_4K__ENTRYSEARCH__SEARCH_LIMIT: '9',
      COMMODARR__RADARR_4K__ENTRYSEARCH__OMBI__SEARCH_OMBI_REQUESTS: 'yes',
      COMMODARR__QBIT_BOX__PORT: '2',
      COMMODARR__qBit__Trackers: '[{URI = "t.example", Priority = 3}]',
      COMMODARR__qBit__PathMappings: '{"/a" = "/b"}',
    },
  )
  expect(problems(loaded)).toEqual(['notice overridden  qBit-Box.Port'])
  expect(loaded.config.arrs[0]!.EntrySearch.SearchLimit).toBe(9)
  expect(loaded.config.servers[1]!.url).toBe('http://box:2')
  expect(loaded.config.servers[0]!.paths).toEqual([{server: '/a', ours: '/b'}])
  expect(loaded.config.serverRules.get(loaded.config.servers[0]!.id)!.Trackers).toEqual([
    {URI: 't.example', Priority: 3},
  ])
})

test('variables alone declare servers, when they say where these are', async () => {
  const loaded = await configOf('', {
    COMMODARR__TRANSMISSION_NAS__HOST: 'nas',
    COMMODARR__rTorrent__Url: 'scgi://127.0.0.1:5001',
    QBITRR_QBIT_HOST: 'q',
    QBITRR_QBIT_PORT: '1',
    COMMODARR__rTorrent_Cellar__Port: '5',
  })
  expect(Object.fromEntries(loaded.config.servers.map(({id, url}) => [id, url]))).toEqual({
    'Transmission-NAS': 'http://nas:9091/transmission/rpc',
    qBit: 'http://q:1',
    rTorrent: 'scgi://127.0.0.1:5001',
  })
  expect(problems(loaded)).toEqual([
    'notice file_empty',
    'notice ignored COMMODARR__rTorrent_Cellar__Port rTorrent-Cellar.Port',
  ])
})

test('a value that cannot be read is reported by its variable, and the file stays in force', async () => {
  const loaded = await configOf(`[WebUI]\nPort = 7000\n${qbit}`, {
    COMMODARR_PORT: 'http',
    QBITRR_SETTINGS_TAGLESS: 'perhaps',
    QBITRR_QBIT_PORT: '99999',
    COMMODARR__qBit__Trackers: 'none',
    COMMODARR__qBit__PathMappings: '{broken',
  })
  expect(loaded.config.webui.Port).toBe(7000)
  expect(loaded.config.servers).toMatchObject([{url: 'http://file:8080', paths: []}])
  expect(problems(loaded)).toEqual([
    'error bad_value QBITRR_SETTINGS_TAGLESS Settings.Tagless',
    'error bad_value QBITRR_QBIT_PORT qBit.Port',
    'error bad_value COMMODARR_PORT WebUI.Port',
    'error bad_value COMMODARR__qBit__PathMappings qBit.PathMappings',
    'error bad_value COMMODARR__qBit__Trackers qBit.Trackers',
  ])
})

test('a fault that only shows in the section is reported with the variable it came from', async () => {
  const loaded = await configOf(qbit, {COMMODARR__qBit__Host: 'two words'})
  expect(loaded.findings.find(({severity}) => severity === 'error')).toMatchObject({
    path: 'qBit.Host',
    variable: 'COMMODARR__qBit__Host',
    line: null,
  })
  expect(loaded.config.off).toMatchObject([{section: 'qBit'}])
})

test('variables we do not know are reported once each, with what was probably meant', async () => {
  const loaded = await configOf(qbit, {
    QBITRR_SETTINGS_TAGLES: 'true',
    COMMODARR__Nothing__Key: '1',
    QBITRR_SETTINGS_GITHUB_TOKEN: 'x',
    QBITRR_OVERRIDES_DATA_PATH: '/nowhere',
    COMMODARR_DATA: '/data',
    COMMODARR_SECRET_KEY: 'correct horse battery staple',
    PATH: '/bin',
  })
  expect(problems(loaded)).toEqual([
    'notice unknown_variable QBITRR_SETTINGS_TAGLES',
    'notice unknown_variable COMMODARR__Nothing__Key',
  ])
  expect(loaded.findings[0]!.message).toContain('QBITRR_SETTINGS_TAGLESS')
  expect(loaded.dataPath).toBe('/data')
})

test('SEARCH_ONLY leaves the servers alone, PROCESSING_ONLY searches nothing', async () => {
  const text = `${qbit}[Radarr]\nManaged = true\nURI = "r"\nAPIKey = "k"\n[Radarr.EntrySearch]\nSearchMissing = true\n`
  const searching = await configOf(text, {QBITRR_OVERRIDES_SEARCH_ONLY: 'yes'})
  expect(searching.config.servers).toMatchObject([{enabled: false}])
  expect(searching.config.arrs[0]!.EntrySearch.SearchMissing).toBe(true)
  const processing = await configOf(text, {
    QBITRR_OVERRIDES_PROCESSING_ONLY: 'yes',
    QBITRR_OVERRIDES_SEARCH_ONLY: 'no',
  })
  expect(processing.config.servers).toMatchObject([{enabled: true}])
  expect(processing.config.arrs[0]!.EntrySearch.SearchMissing).toBe(false)
  // Notices are for `check-config` alone: what is switched off altogether is said at the start and on the pages.
  for (const name of ['QBITRR_OVERRIDES_SEARCH_ONLY', 'COMMODARR_OVERRIDES_PROCESSING_ONLY'])
    expect(problems(await configOf(text, {[name]: 'on'}))).toContain(`warning overridden ${name}`)
  expect(problems(await configOf(text, {QBITRR_OVERRIDES_SEARCH_ONLY: 'perhaps'}))).toEqual([
    'error bad_value QBITRR_OVERRIDES_SEARCH_ONLY',
  ])
  const both = await configOf(text, {
    QBITRR_OVERRIDES_SEARCH_ONLY: 'yes',
    COMMODARR_OVERRIDES_PROCESSING_ONLY: 'yes',
  })
  expect(problems(both)).toContain('error bad_value COMMODARR_OVERRIDES_PROCESSING_ONLY')
})

test.each([
  [{QBITRR_OVERRIDES_SEARCH_ONLY: 'on'}, true],
  [{QBITRR_OVERRIDES_SEARCH_ONLY: 'on', COMMODARR_OVERRIDES_SEARCH_ONLY: 'no'}, false],
  [{QBITRR_OVERRIDES_SEARCH_ONLY: 'perhaps'}, false],
  [{}, false],
])(
  '%j leaves also servers alone that were added on the pages, and as PROCESSING_ONLY Arrs that were: %s',
  (env, expected) => {
    expect(isSearchOnly(env)).toBe(expected)
    const other = Object.entries(env).map(([name, is]) => [name.replace('SEARCH', 'PROCESSING'), is])
    expect(isProcessingOnly(Object.fromEntries(other))).toBe(expected)
  },
)

test('the variables that decide something are listed with their keys, without values', async () => {
  const loaded = await configOf('[Radarr-4K]\nManaged = true\nURI = "r"\nAPIKey = "k"\n', {
    COMMODARR__RADARR_4K__URI: 'http://hunter2',
    COMMODARR_PORT: '7000',
    COMMODARR_WEBUI_PORT: '6000',
    COMMODARR_SETTINGS_TAGLESS: 'perhaps',
  })
  expect(loaded.variables).toEqual([
    {key: 'WebUI.Port', variable: 'COMMODARR_PORT'},
    {key: 'Radarr-4K.URI', variable: 'COMMODARR__RADARR_4K__URI'},
  ])
})

test('capitals alone declare an Arr', async () => {
  const loaded = await configOf('', {
    COMMODARR__RADARR_4K__MANAGED: 'true',
    COMMODARR__RADARR_4K__URI: 'radarr',
    COMMODARR__RADARR_4K__APIKEY: 'k',
  })
  expect(loaded.config.arrs).toMatchObject([{id: 'Radarr-4K', URI: 'http://radarr:7878', Managed: true}])
})

test('variables of images of Transmission are reported to be none of ours, where no Transmission is declared', async () => {
  const env = {TRANSMISSION_HOST: 'nas', TRANSMISSION_PORT: '9091', TRANSMISSION_WEB_HOME: '/x'}
  expect(problems(await configOf(qbit, env))).toEqual(['notice unknown_variable TRANSMISSION_HOST'])
  expect(problems(await configOf(`${qbit}[Transmission]\nHost = "nas"\n`, env))).toEqual([])
})

for (const [path, variable] of [
  [['Settings', 'FFprobeAutoUpdate'], 'COMMODARR_SETTINGS_FFPROBE_AUTO_UPDATE'],
  [['Settings', 'PingURLS'], 'COMMODARR_SETTINGS_PING_URLS'],
  [['Settings', 'Torrent', 'MaximumETA'], 'COMMODARR_SETTINGS_TORRENT_MAXIMUM_ETA'],
  [['WebUI', 'OIDCEnabled'], 'COMMODARR_WEBUI_OIDC_ENABLED'],
  [['WebUI', 'OIDC', 'ClientId'], 'COMMODARR_WEBUI_OIDC_CLIENT_ID'],
  [['qBit', 'SkipTLSVerify'], 'COMMODARR_QBIT_SKIP_TLS_VERIFY'],
] as const) {
  test(`${path.join('.')} is set by ${variable}`, () => {
    expect(variableOf(path)).toBe(variable)
  })
}

test('a change of a variable changes the hash', async () => {
  const before = await configOf(qbit, {COMMODARR_PORT: '1'})
  const after = await configOf(qbit, {COMMODARR_PORT: '2'})
  expect(before.hash).not.toBe(after.hash)
})
