import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {LoadedConfig} from '../config.ts'
import {configOf} from '../config-text.fixture.ts'
import {loadConfig} from '../load.ts'
import {asGeneration, isBefore} from './generation.ts'

const fixtures = join(import.meta.dirname, '../../../lab/fixtures/config')

function load(name: string): Promise<LoadedConfig> {
  return loadConfig({path: join(fixtures, name), env: {}, cwd: fixtures, root: fixtures})
}

function migrated(loaded: LoadedConfig): string[] {
  return loaded.findings.filter(({code}) => code === 'migrated').map(({line, path}) => `${line} ${path}`)
}

test('the first generation reads like today: web interface, Animarr and profile pairs', async () => {
  const loaded = await load('generation-1.toml')
  const {settings, webui, servers, arrs} = loaded.config
  expect(settings).toMatchObject({ConfigVersion: '0.0.1', ConsoleLevel: 'INFO', LoopSleepTimer: 10})
  expect(webui).toMatchObject({Host: '0.0.0.0', Port: 7070, BehindHttpsProxy: true, AuthDisabled: false})
  expect(webui.Token!.reveal()).toBe('first-generation-token')
  expect(servers).toMatchObject([{url: 'http://192.168.1.5:8105', username: 'admin'}])
  expect(arrs.map(({id, app, Category}) => [id, app, Category])).toEqual([
    ['Radarr-Films', 'radarr', 'films'],
    ['Sonarr-Shows', 'sonarr', 'anime'],
  ])
  const profiles = Object.fromEntries(
    arrs.map(({id, EntrySearch}) => [id, EntrySearch.QualityProfileMappings]),
  )
  expect(profiles).toEqual({'Radarr-Films': {HD: 'Any'}, 'Sonarr-Shows': {HD: 'Any', UHD: 'HD'}})
  expect(migrated(loaded)).toEqual([
    '8 Settings.Host',
    '9 Settings.Port',
    '10 Settings.Token',
    '13 WebUI.SecureCookies',
    '14 WebUI.GroupSonarr',
    '15 WebUI.GroupLidarr',
    '22 Animarr-Shows',
    '30 Sonarr-Shows.EntrySearch.MainQualityProfile',
    '40 Radarr-Films.EntrySearch.MainQualityProfile',
  ])
})

test('the web interface of 5.0 and 5.1 stands in [Settings], with WebUI before its keys', async () => {
  const {config, findings} = await configOf(
    '[Settings]\nWebUIHost = "0.0.0.0"\nWebUIPort = 7000\nWebUIToken = "tok"\nPort = 7001\n',
  )
  expect(config.webui).toMatchObject({Host: '0.0.0.0', Port: 7001})
  expect(config.webui.Token!.reveal()).toBe('tok')
  expect(findings.filter(({code}) => code === 'unknown_key')).toEqual([])
})

test('before 5.8.8: trackers of the Arrs become those of a server without any, and no torrent owes less than before', async () => {
  const loaded = await load('generation-5.8.0.toml')
  const [first, other] = loaded.config.servers.map(({id}) => loaded.config.serverRules.get(id)!.Trackers)
  const url = (name: string) => `https://${name}.example/announce`
  const one = {Name: 'One', URI: url('one'), Priority: 5, HitAndRunMode: 'or', MinSeedingTimeDays: 7}
  // This one said no itself, so only the rest came from SeedingMode.
  const two = {Name: 'Two', URI: url('two'), HitAndRunMode: 'disabled', MinSeedingTimeDays: 7}
  // It cannot be read there, so it is never met.
  const three = {Name: 'Three', URI: url('three'), MaxUploadRatio: 10_000}
  expect(first).toEqual([one, two, three])
  expect(other).toEqual([])
  const own = Object.fromEntries(loaded.config.arrs.map(({id, Torrent}) => [id, Torrent.Trackers]))
  expect(own).toEqual({
    // Still their own: their torrents may be on a server that took over none.
    'Radarr-Films': [one, two],
    'Sonarr-Shows': [{Name: 'One', URI: url('one'), Priority: 99}, three],
  })
  expect(loaded.config.arrs[0]!.Torrent.SeedingMode.MaxUploadRatio).toBe(2)
})

test('a value that moved between sections is still reported where it stands', async () => {
  const loaded = await load('generation-5.8.0.toml')
  const faults = loaded.findings.filter(({severity}) => severity === 'error')
  expect(faults.map(({path, line}) => [path, line])).toEqual([
    ['qBit.Trackers[2].MaxUploadRatio', 55],
    ['Sonarr-Shows.Torrent.Trackers[1].MaxUploadRatio', 55],
  ])
})

test('before 5.9.2: hit and run as yes or no becomes a word', async () => {
  const loaded = await load('generation-5.9.1.toml')
  const rules = loaded.config.serverRules.get(loaded.config.servers[0]!.id)!
  expect(rules.CategorySeeding.HitAndRunMode).toBe('or')
  expect(rules.Trackers.map(({HitAndRunMode}) => HitAndRunMode)).toEqual(['and', 'disabled'])
  expect(loaded.findings.filter(({code}) => code === 'unknown_key')).toEqual([])
})

test('the untouched book list of 5.14.0 lets audiobooks in; a list that a user wrote stays', async () => {
  const {config} = await load('generation-5.14.0.toml')
  const [books, mine] = config.arrs.map(({Torrent}) => Torrent.FileExtensionAllowlist)
  expect(books).toContain('.m4b')
  expect(books).toHaveLength(26)
  expect(mine).toEqual(['.epub'])
})

test('a file of a newer program is read as far as it is known, with a warning', async () => {
  const loaded = await load('generation-99.toml')
  expect(loaded.findings[0]).toMatchObject({severity: 'warning', code: 'version_newer', line: 2})
  expect(loaded.config.servers).toHaveLength(1)
})

for (const [written, generation] of [
  [3, [0, 0, 3]],
  ['4', [0, 0, 4]],
  ['5.14.4', [5, 14, 4]],
  ['v5.8', [5, 8, 0]],
  ['latest', null],
  [0, null],
  [1.5, null],
  [true, null],
] as const) {
  test(`version ${JSON.stringify(written)} is ${generation ? generation.join('.') : 'none'}`, () => {
    expect(asGeneration(written)).toEqual(generation)
  })
}

test('generations compare by their numbers', () => {
  expect(isBefore([5, 8, 8], [5, 14, 0])).toBe(true)
  expect(isBefore([5, 14, 0], [5, 8, 8])).toBe(false)
  expect(isBefore([5, 8, 8], [5, 8, 8])).toBe(false)
})
