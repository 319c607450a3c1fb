import {expect, test} from 'vitest'
import {configOf} from './config-text.fixture.ts'
import {lostKeys, namedPathText, namedPathWords, withKeys, withoutKeys} from './named-keys.ts'

const named = async (text: string, env = {}) => (await configOf(text, env)).config.named
const lost = async (before: string, after: string, env = {}) =>
  lostKeys(await named(before), await named(after, env)).map(namedPathText)

const whole = `
[Settings]
ConsoleLevel = "INFO"
IgnoreTorrentsYoungerThan = 600
[WebUI]
Port = 6969
[qBit]
Host = "h"
ManagedCategories = ["films", "tv"]
[[qBit.Trackers]]
URI = "https://tracker.one/secret-passkey/announce"
HitAndRunMode = "and"
[[qBit.Trackers]]
URI = "tracker.two"
MinSeedRatio = 2
[qBit.CategorySeeding]
MaxUploadRatio = 2
[[qBit.CategorySeeding.Categories]]
Name = "tv [4K]"
StalledDelay = 60
[Transmission-NAS]
Host = "nas"
[Transmission-NAS.PathMappings]
"/downloads" = "/mnt/downloads"
"/other" = "/mnt/other"
[Radarr-4K]
Managed = true
URI = "http://radarr:7878"
APIKey = "k"
Category = "films"
[Radarr-4K.EntrySearch]
SearchMissing = true
[Radarr-4K.Torrent]
StalledDelay = -1
AutoDelete = true
`

test.each([
  ['nothing', '', []],
  ['what does not protect', 'ConsoleLevel = "INFO"\n', []],
  ['a whole section of what does not', '[WebUI]\nPort = 6969\n', []],
  ['a table of what does not', '[Radarr-4K.EntrySearch]\nSearchMissing = true\n', []],
  ['a key', 'IgnoreTorrentsYoungerThan = 600\n', ['Settings.IgnoreTorrentsYoungerThan']],
  ['the only key of a table that stays', 'StalledDelay = -1\n', ['Radarr-4K.Torrent.StalledDelay']],
  ['a table', '[Radarr-4K.Torrent]\nStalledDelay = -1\nAutoDelete = true\n', ['Radarr-4K.Torrent']],
  [
    'a row in the middle',
    '[[qBit.Trackers]]\nURI = "https://tracker.one/secret-passkey/announce"\nHitAndRunMode = "and"\n',
    ['qBit.Trackers[tracker.one]'],
  ],
  [
    'a category',
    '[[qBit.CategorySeeding.Categories]]\nName = "tv [4K]"\nStalledDelay = 60\n',
    ['qBit.CategorySeeding.Categories'],
  ],
  ['a key of a row', 'MinSeedRatio = 2\n', ['qBit.Trackers[tracker.two].MinSeedRatio']],
  ['one path of several', '"/other" = "/mnt/other"\n', ['Transmission-NAS.PathMappings."/other"']],
  [
    'a server with its paths',
    whole.slice(whole.indexOf('[Transmission-NAS]'), whole.indexOf('[Radarr-4K]')),
    ['Transmission-NAS'],
  ],
  ['an Arr with all of it', whole.slice(whole.indexOf('[Radarr-4K]')), ['Radarr-4K']],
] as const)('lost: %s', async (_name, cut, expected) => {
  expect(whole).toContain(cut)
  expect(await lost(whole, whole.replace(cut, ''))).toEqual(expected)
})

test('an empty file lacks all of it, section by section', async () => {
  expect(await lost(whole, '')).toEqual(['Settings', 'qBit', 'Transmission-NAS', 'Radarr-4K'])
})

test('a value that is another one, and a file in another order, lack nothing', async () => {
  const other = whole
    .replace('= -1', '= 15')
    .replace('["films", "tv"]', '[]')
    .replace('MinSeedRatio = 2', 'MinSeedRatio = 0')
  expect(await lost(whole, other)).toEqual([])
  const at = whole.indexOf('[Radarr-4K]')
  expect(await lost(whole, whole.slice(at) + whole.slice(0, at))).toEqual([])
})

test('what is read under another name, or from a variable, is named still', async () => {
  const old = '[QBit]\nhost = "h"\n[[Animarr.Torrent.Trackers]]\nURI = "t.example"\n'
  const now = '[qBit]\nHost = "h"\n[[Sonarr.Torrent.Trackers]]\nURI = "https://T.example:443/announce"\n'
  expect(
    await lost(old + '[Settings]\nConfigVersion = "5.9.0"\n', now + '[Settings]\nConfigVersion = "5.14.4"\n'),
  ).toEqual([])
  const list = '[qBit]\nPathMappings = [{Server = "/a", Ours = "/b"}]\n'
  expect(await lost(list, '[qBit.PathMappings]\n"/a" = "/b"\n')).toEqual([])
  expect(await lost('[qBit.PathMappings]\n"/a" = "/b"\n', list)).toEqual([])
  expect(await lost('[qBit.PathMappings]\n"/a" = "/b"\n', '[qBit]\nPathMappings = []\n')).toEqual([
    'qBit.PathMappings."/a"',
  ])
  const ignore = '[Settings]\nIgnoreTorrentsYoungerThan = 600\n'
  const env = {COMMODARR_IGNORE_TORRENTS_YOUNGER_THAN: '600'}
  const {variables} = await configOf(ignore, env)
  const by = variables.length > 0 ? env : {QBITRR_SETTINGS_IGNORE_TORRENTS_YOUNGER_THAN: '600'}
  expect(await lost(ignore, '', by)).toEqual([])
})

test('a section that keeps its header lacks what reaches its server or its Arr', async () => {
  const arr = '[Radarr-films]\nManaged = true\nURI = "http://radarr:7878"\nAPIKey = "k"\n'
  const cut = '[Radarr-films]\nManaged = true\n'
  expect(await lost(arr, cut)).toEqual(['Radarr-films.URI', 'Radarr-films.APIKey'])
  const server = '[qBit-2]\nStorage = "tank"\nHost = "h"\nPort = 8080\nUserName = "u"\nPassword = "p"\n'
  expect(await lost(server, '[qBit-2]\nStorage = "tank"\nHost = "h"\n')).toEqual([
    'qBit-2.Port',
    'qBit-2.UserName',
    'qBit-2.Password',
  ])
  expect(await lost('[Deluge]\nUrl = "http://d:8112"\n', '[Deluge]\n')).toEqual(['Deluge.Url'])
})

test('another name of the same key lacks nothing', async () => {
  const url = '[Deluge]\nUrl = "http://d:8112"\nPassword = "p"\n'
  expect(await lost(url, '[Deluge]\nuri = "http://d:8112"\npass = "p"\n')).toEqual([])
  expect(await lost('[Deluge]\nURI = "http://d:8112"\nPassword = "p"\n', url)).toEqual([])
  const arr = '[Sonarr-tv]\nURI = "http://s:8989"\nAPIKey = "k"\n'
  expect(await lost(arr, '[Sonarr-tv]\nurl = "http://s:8989"\napi_key = "k"\n')).toEqual([])
})

test('nothing secret is in a name', async () => {
  expect(JSON.stringify(await named(whole))).not.toMatch(/secret|passkey/)
  const odd = '[qBit]\nUserName = "secret"\nPassword = {secret = "passkey"}\nApiKey = [{Server = "secret"}]\n'
  const {qBit} = await named(`${odd}HttpProxy = "http://u:secret@proxy:1"\n[Radarr-a]\nAPIKey = "secret"\n`)
  expect(qBit).toEqual({'': true, UserName: true, Password: true, ApiKey: true, HttpProxy: true})
})

test('a name such as __proto__ is a name like any other', async () => {
  const odd = '[qBit]\n[[qBit.Trackers]]\nURI = "__proto__"\n[qBit.PathMappings]\n"/__proto__" = "/a"\n'
  expect(await lost(odd, '[qBit]\n')).toEqual(['qBit.Trackers', 'qBit.PathMappings'])
  expect(lostKeys(await named(whole), await named('[__proto__]\na = 1\n'))).toHaveLength(4)
})

test('rows of one list are one for people', async () => {
  const cut = whole.replaceAll(
    /\[\[qBit\.Trackers\]\]\nURI = .*\n.*\n/g,
    '[[qBit.Trackers]]\nURI = "three.example"\n',
  )
  const paths = lostKeys(await named(whole), await named(cut))
  expect(namedPathWords(paths)).toEqual(['qBit.Trackers (2 rows)'])
  expect(paths.map(namedPathText)).toEqual(['qBit.Trackers[tracker.one]', 'qBit.Trackers[tracker.two]'])
})

test('what is asked about stays named beside what is there, and is let go alone', async () => {
  const [before, now] = [await named(whole), await named('[qBit]\nStorage = "tank"\n')]
  const both = withKeys(before, now)
  expect(lostKeys(before, both)).toEqual([])
  expect(lostKeys(now, both)).toEqual([])
  const gone = lostKeys(both, now)
  expect(lostKeys(withoutKeys(both, gone), now)).toEqual([])
  expect(lostKeys(withoutKeys(both, gone.slice(1)), now)).toEqual([gone[0]])
})
