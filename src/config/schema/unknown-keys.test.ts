import {expect, test} from 'vitest'
import {configOf} from '../config-text.fixture.ts'

const server = '[qBit]\nHost = "host"\nPort = 1\n'
const arr = '[Radarr-1080p]\nManaged = true\nURI = "http://r:1"\nAPIKey = "k"\n'

test.each([
  ['[Settings.Qbittorrent]\nHost = "x"\n', 'warning', 'Settings.Qbittorrent', '[qBit]'],
  [
    `${arr}[Radarr-1080p.Overseerr]\nOverseerrURI = "x"\n`,
    'notice',
    'Radarr-1080p.Overseerr',
    '[Radarr-1080p.EntrySearch.Overseerr]',
  ],
  [
    `${arr}[Radarr-1080p.Ombi]\nOmbiAPIKey = "x"\n`,
    'warning',
    'Radarr-1080p.Ombi',
    '[Radarr-1080p.EntrySearch.Ombi]',
  ],
  [
    `${arr}[Radarr-1080p.SeedingMode]\nRemoveTorrent = 1\n`,
    'warning',
    'Radarr-1080p.SeedingMode',
    '[Radarr-1080p.Torrent.SeedingMode]',
  ],
  [
    `${arr}[[Radarr-1080p.Trackers]]\nURI = "t"\n`,
    'warning',
    'Radarr-1080p.Trackers',
    '[[Radarr-1080p.Torrent.Trackers]]',
  ],
  [`${arr}StalledDelay = 3\n`, 'warning', 'Radarr-1080p.StalledDelay', '[Radarr-1080p.Torrent]'],
  [
    `${arr}[Radarr-1080p.Torrent.EntrySearch]\nSearchMissing = true\n`,
    'notice',
    'Radarr-1080p.Torrent.EntrySearch',
    '[Radarr-1080p.EntrySearch]',
  ],
  [
    `${server}[qBit.CategorySeeding.Trackers.x]\nHitAndRunMode = "and"\n`,
    'warning',
    'qBit.CategorySeeding.Trackers',
    '[[qBit.Trackers]]',
  ],
  [
    `${server}[[qBit.CategorySeeding.Trackers]]\nURI = "x"\n`,
    'warning',
    'qBit.CategorySeeding.Trackers',
    '[[qBit.Trackers]]',
  ],
  [`${server}[qBit.Torrent]\nMinSeedRatio = 2\n`, 'warning', 'qBit.Torrent', '[qBit-Torrent]'],
  [
    `${server}[qBit.CategorySeeding]\nManagedCategories = ["a"]\n`,
    'warning',
    'qBit.CategorySeeding.ManagedCategories',
    '[qBit] itself',
  ],
  [
    `${server}[qBit.CategorySeeding]\nHitAndRunMod = "and"\n`,
    'warning',
    'qBit.CategorySeeding.HitAndRunMod',
    'HitAndRunMode',
  ],
  [`${server}Pasword = "x"\n`, 'warning', 'qBit.Pasword', 'Password'],
  ['[Settings]\nTagles = true\n', 'notice', 'Settings.Tagles', 'Tagless'],
  ['[Settings]\nAuthDisabled = true\n', 'notice', 'Settings.AuthDisabled', ''],
])('what is meant by a key that is not known: %j', async (text, severity, path, hint) => {
  const {findings} = await configOf(text)
  const found = findings.filter(({code}) => code === 'unknown_key')
  expect(found).toMatchObject([{severity, path}])
  expect(found[0]!.message).toContain(hint)
})

test('a server that is written as a table of another section is an error', async () => {
  const {findings} = await configOf(`${server}[qBit.Seedbox]\nHost = "y"\nPort = 2\n`)
  const found = findings.filter(({code}) => code === 'unknown_key')
  expect(found).toMatchObject([{severity: 'error', line: 4}])
  expect(found[0]!.message).toContain('[qBit-Seedbox]')
})

test.each([
  ['Username = "me"\n', {username: 'me'}],
  ['user_name = "me"\n', {username: 'me'}],
  ['user = "me"\n', {username: 'me'}],
  ['username = "old"\nUserName = "me"\n', {username: 'me'}],
])('a server takes other names for how it is reached: %j', async (keys, expected) => {
  const loaded = await configOf(server + keys)
  expect(loaded.config.servers).toMatchObject([expected])
  expect(loaded.findings).toMatchObject([{code: keys.includes('UserName') ? 'ignored' : 'migrated', line: 4}])
})

test('other names of addresses, paths, keys and levels', async () => {
  const {config, findings} = await configOf(
    '[Settings]\nLogLevel = "DEBUG"\n[qBit]\nurl = "http://a:1"\napi_key = "k"\n' +
      '[Transmission]\nhostname = "t"\nrpc_path = "/x/rpc"\n' +
      '[Radarr]\nManaged = true\nUrl = "http://r:1"\nApiKey = "key"\n',
  )
  expect(config.settings.ConsoleLevel).toBe('DEBUG')
  expect(config.servers.map(({url}) => url)).toEqual(['http://a:1', 'http://t:9091/x/rpc'])
  expect(config.servers[0]!.apiKey!.reveal()).toBe('k')
  expect(config.arrs).toMatchObject([{URI: 'http://r:1'}])
  expect(config.arrs[0]!.APIKey!.reveal()).toBe('key')
  expect(findings.filter(({severity}) => severity === 'error')).toEqual([])
})

test('a key that was never read under another name does not begin to act', async () => {
  const {config} = await configOf(
    `${server}[qBit.CategorySeeding]\nremove_torrent = 1\n[Radarr]\nmanaged = true\nURI = "r"\nAPIKey = "k"\n`,
  )
  expect([...config.serverRules.values()][0]!.CategorySeeding.RemoveTorrent).toBe(-1)
  expect(config.arrs).toMatchObject([{Managed: false}])
})
