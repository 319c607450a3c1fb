import {expect, test} from 'vitest'
import {inheritedOf} from '#automation/supervision/inherited-of.fixture.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {arrPresets} from '#rules/presets/presets.ts'
import {renderDifferences} from '../render.ts'
import {differencesOf, tellings} from './differences.ts'

const reported = async (...given: Parameters<typeof configOf>) => differencesOf(await configOf(...given))

const settings = '[Settings]\nConfigVersion = "5.14.4"\n'
const transport =
  '[WebUI]\nAuthDisabled = false\nAllowInsecureTokenQuery = false\nAllowInsecureExposure = false\n'
const server = '[qBit]\nHost = "localhost"\nPort = 8080\n'
const arr = (keys = '') =>
  `[Radarr-4K]\nManaged = true\nURI = "http://localhost:7878"\nAPIKey = "k"\nCategory = "4k"\n${keys}`
/** A file that nothing of any key is different for. */
const quiet = settings + transport + server

test('each difference has words for everything, says so once, and is called like no other', () => {
  for (const {id, before, now, why, change} of tellings) {
    for (const words of [before, now, why, change]) expect(words, id).toMatch(/^\S.*[.]$/)
    expect(new Set([before, now, why, change]).size, id).toBe(4)
  }
  expect(new Set(tellings.map(({id}) => id)).size).toBe(tellings.length)
})

test('a file without an Arr that is managed gets no message about Arrs', async () => {
  expect(await reported(quiet)).toEqual([])
  expect(await reported(quiet + arr().replace('Managed = true', 'Managed = false'))).toEqual([])
})

/** What each needs, and where it is then told: [id, text, places]. */
const cases: readonly [string, string, readonly string[]][] = [
  ['stopped-by-people', quiet + arr(), ['-: Settings.AutoPauseResume = true']],
  [
    'stalled-never',
    quiet + arr('[Radarr-4K.Torrent]\nStalledDelay = -1'),
    ['16: Radarr-4K.Torrent.StalledDelay = never'],
  ],
  ['stalled-never', quiet + arr('Torrent.StalledDelay = 0'), ['15: Radarr-4K.Torrent.StalledDelay = never']],
  ['arr-first', quiet + arr(), []],
  [
    'limits',
    quiet + arr('[Radarr-4K.Torrent]\nStalledDelay = 30\nMaximumETA = 600\nSeedingMode.RemoveTorrent = 3'),
    [
      '16: Radarr-4K.Torrent.StalledDelay = 30 min',
      '17: Radarr-4K.Torrent.MaximumETA = 600 s',
      '18: Radarr-4K.Torrent.SeedingMode.RemoveTorrent = 3',
    ],
  ],
  [
    'limits',
    `${quiet}ManagedCategories = ["own"]\nCategorySeeding.RemoveTorrent = 1`,
    ['11: qBit.CategorySeeding.RemoveTorrent = 1'],
  ],
  [
    'slow-asks',
    quiet +
      arr(
        '[Radarr-4K.Torrent]\nMaximumETA = 3600\n[[Radarr-4K.Torrent.Trackers]]\nURI = "a"\nMaximumETA = 60',
      ),
    ['16: Radarr-4K.Torrent.MaximumETA = 3600 s', '17: Radarr-4K.Torrent.Trackers = 1 with MaximumETA'],
  ],
  [
    'slow-asks',
    `${settings}Torrent.MaximumETA = 60\n${transport}${server}ManagedCategories = ["own"]`,
    ['3: Settings.Torrent.MaximumETA = 60 s'],
  ],
  [
    'section-rates',
    quiet + arr('Torrent.SeedingMode.UploadRateLimitPerTorrent = 1024000'),
    ['15: Radarr-4K.Torrent.SeedingMode.UploadRateLimitPerTorrent = 1024000 KiB/s'],
  ],
  ['dangerous', quiet + arr(), []],
  [
    'limits',
    `${quiet}ManagedCategories = ["own"]\nCategorySeeding.StalledDelay = 30`,
    ['11: qBit.CategorySeeding.StalledDelay = 30 min'],
  ],
  [
    'managed-per-server',
    `${quiet}ManagedCategories = ["own", "b"]\n[qBit-Box]\nHost = "box"\nPort = 1`,
    ['10: qBit.ManagedCategories = own, b'],
  ],
  [
    'managed-owe',
    `${quiet}ManagedCategories = ["own"]\nCategorySeeding.HitAndRunMode = "and"`,
    ['11: qBit.CategorySeeding.HitAndRunMode = and'],
  ],
  [
    'dead-trackers',
    quiet + arr('Torrent.SeedingMode.RemoveDeadTrackers = true'),
    ['15: Radarr-4K.Torrent.SeedingMode.RemoveDeadTrackers = true'],
  ],
  [
    'server-rows',
    `${quiet}[qBit-Box]\nHost = "box"\nPort = 1\nTrackers = [{URI = "t.test"}]`,
    ['13: qBit-Box.Trackers[0].URI = t.test'],
  ],
  ['arr-health', quiet + arr(), []],
  ['errored', quiet + arr(), []],
  ['rss-sync', quiet + arr('RssSyncTimer = 1'), ['15: Radarr-4K.RssSyncTimer = 60 s']],
  [
    'score-asks',
    quiet + arr('EntrySearch.ForceMinimumCustomFormat = true'),
    ['15: Radarr-4K.EntrySearch.ForceMinimumCustomFormat = true'],
  ],
  [
    'worse-than-file',
    quiet + arr('EntrySearch.CustomFormatUnmetSearch = true'),
    ['15: Radarr-4K.EntrySearch.CustomFormatUnmetSearch = true'],
  ],
  [
    'owed-everywhere',
    `${quiet}Trackers = [{URI = "one.test", HitAndRunMode = "and"}, {URI = "two.test"}]\n${arr()}`,
    ['10: qBit.Trackers[0].HitAndRunMode = and'],
  ],
  [
    'not-grabbed',
    quiet + arr('Torrent.SeedingMode.RemoveTorrent = 3'),
    ['15: Radarr-4K.Torrent.SeedingMode.RemoveTorrent = 3'],
  ],
  ['first-minutes', quiet + arr(), []],
  ['missing-files', quiet + arr(), []],
  ['auto-delete', quiet + arr('Torrent.AutoDelete = true'), ['15: Radarr-4K.Torrent.AutoDelete = true']],
  ['import-mode', quiet + arr('importMode = "Hardlink"'), ['15: Radarr-4K.importMode = "Hardlink"']],
  ['import-paths', quiet + arr(), []],
  [
    'error-messages',
    quiet + arr('ArrErrorCodesToBlocklist = ["Not an upgrade"]'),
    ['15: Radarr-4K.ArrErrorCodesToBlocklist = 1 message'],
  ],
  [
    'extensions',
    quiet + arr('Torrent.FileExtensionAllowlist = [".mp4", ".mkv"]'),
    ['15: Radarr-4K.Torrent.FileExtensionAllowlist = 2 extensions'],
  ],
  [
    'openings',
    quiet + arr(String.raw`Torrent.FileNameExclusionRegex = ["\\bncop\\\\d+?\\b"]`),
    [String.raw`15: Radarr-4K.Torrent.FileNameExclusionRegex = \bncop\\d+?\b`],
  ],
  ['ffprobe', quiet + arr(), ['-: Settings.FFprobeAutoUpdate = true']],
  ['passes', quiet + arr(), ['-: Settings.LoopSleepTimer = 5 s']],
  [
    'search',
    quiet + arr('[Radarr-4K.EntrySearch]\nSearchMissing = true\nQualityUnmetSearch = true'),
    ['16: Radarr-4K.EntrySearch.SearchMissing = true', '17: Radarr-4K.EntrySearch.QualityUnmetSearch = true'],
  ],
  [
    'requests',
    quiet + arr('[Radarr-4K.EntrySearch.Ombi]\nSearchOmbiRequests = true'),
    ['16: Radarr-4K.EntrySearch.Ombi.SearchOmbiRequests = true'],
  ],
  [
    'temporary-profiles',
    quiet + arr('EntrySearch.UseTempForMissing = true'),
    ['15: Radarr-4K.EntrySearch.UseTempForMissing = true'],
  ],
  [
    'safe-door',
    settings + server,
    ['AllowInsecureExposure', 'AllowInsecureTokenQuery', 'AuthDisabled'].map(
      (key) => `-: WebUI.${key} = false`,
    ),
  ],
  ['free-space', `${settings}FreeSpace = "150G"\n${transport}${server}`, ['3: Settings.FreeSpace = "150G"']],
  ['web-interface', quiet.replace('[WebUI]\n', '[WebUI]\nToken = "secret"\n'), ['4: WebUI.Token = ***']],
  [
    'self-update',
    `${settings}AutoUpdateEnabled = true\n${transport}${server}`,
    ['3: Settings.AutoUpdateEnabled = true'],
  ],
]

for (const [id, text, places] of cases) {
  test(`${id} is reported with ${places.length === 0 ? 'no key' : places[0]}`, async () => {
    const found = (await reported(text)).find((it) => it.id === id)
    const shown = found?.places.map(({line, key, value}) => `${line ?? '-'}: ${key} = ${value}`)
    expect(shown?.toSorted()).toEqual(places.toSorted())
  })
}

test('an Arr that is off because another one claims the same is compared, too', async () => {
  const twin = arr('Torrent.AutoDelete = true').replace('Radarr-4K', 'Radarr-Twin').replace('7878', '7879')
  const found = (await reported(quiet + arr() + twin)).find(({id}) => id === 'auto-delete')
  expect(found?.places).toMatchObject([{key: 'Radarr-Twin.Torrent.AutoDelete'}])
})

/** Presets of a file that sets everything that may remove or send more. */
async function modesOf(head: string): Promise<ReadonlyMap<string, string>> {
  const loaded = await configOf(
    head +
      server +
      arr(`ArrErrorCodesToBlocklist = ["Not an upgrade"]
EntrySearch.ForceMinimumCustomFormat = true
[Radarr-4K.Torrent]
MaximumETA = 60
FileExtensionAllowlist = [".mkv"]
SeedingMode.UploadRateLimitPerTorrent = 1000
SeedingMode.DownloadRateLimitPerTorrent = 1000
`),
  )
  const {arrs} = inheritedOf(loaded)
  const rules = arrs.flatMap((section) => arrPresets(section))
  return new Map(rules.map(({id, mode}) => [id.replace(/^radarr-4k\./, ''), mode]))
}

test('what removes or sends more than before asks first in a file of qBitrr, and is reported first', async () => {
  const more = tellings.filter(({weight}) => weight === 'more')
  const [inherited, ours] = [await modesOf(settings), await modesOf('')]
  const named = more.flatMap(({rules = []}) => rules)
  expect(named.map((rule) => [rule, inherited.get(rule)])).toEqual(named.map((rule) => [rule, 'ask']))
  const live = ['import-rejected', 'dangerous', 'nothing-wanted', 'up-limit', 'down-limit']
  expect(live.map((rule) => ours.get(rule))).toEqual(live.map(() => 'live'))
  expect(more.every(({rules = []}) => rules.length > 0)).toBe(true)
  const weights = (await reported(quiet + arr())).map(({weight}) => weight)
  expect(weights[0]).toBe('more')
})

for (const [id, keys] of [
  ['slow-asks', {text: quiet + arr('Torrent = {MaximumETA = 3600, DoNotRemoveSlow = true}')}],
  ['score-asks', {text: quiet + arr('EntrySearch.CustomFormatUnmetSearch = true')}],
  ['worse-than-file', {text: quiet + arr('EntrySearch.ForceMinimumCustomFormat = true')}],
  ['stopped-by-people', {text: `${settings}AutoPauseResume = false\n${transport}${server}${arr()}`}],
  ['stalled-never', {text: quiet + arr()}],
  ['not-grabbed', {text: quiet + arr()}],
  ['limits', {text: quiet + arr('[Radarr-4K.Torrent]\nStalledDelay = 0\nDoNotRemoveSlow = true')}],
  ['import-mode', {text: quiet + arr('importMode = "Copy"')}],
  ['openings', {text: quiet + arr(String.raw`Torrent.FileNameExclusionRegex = ["\\bncop\\d+\\b"]`)}],
  ['ffprobe', {text: `${settings}FFprobeAutoUpdate = false\n${transport}${server}${arr()}`}],
] as const) {
  test(`${id} is not reported where it makes no difference`, async () => {
    expect((await reported(keys.text)).map((it) => it.id)).not.toContain(id)
  })
}

test('variables that only we believe are reported by their names, and no password is', async () => {
  const env = {QBITRR_QBIT_PASSWORD: 'hunter2', QBITRR_QBIT_HOST: 'box', QBITRR_SETTINGS_TAGLESS: 'no'}
  const found = await reported(`${settings}Tagless = true\n${transport}${server}`, env)
  expect(
    found.map(({id, places}) => [id, places.map(({variable, value}) => `${variable} ${value}`)]),
  ).toEqual([
    ['variables-of-servers', ['QBITRR_QBIT_HOST as the variable says', 'QBITRR_QBIT_PASSWORD ***']],
    ['variables-that-say-no', ['QBITRR_SETTINGS_TAGLESS false']],
  ])
  expect(JSON.stringify(found)).not.toContain('hunter2')
})

test('a section that an older generation named otherwise is reported by the line it stands in', async () => {
  const anime = arr('Torrent.StalledDelay = -1').replace('Radarr-4K', 'Animarr-Shows')
  const found = (await reported(quiet + anime)).find(({id}) => id === 'stalled-never')
  expect(found?.places).toMatchObject([{key: 'Sonarr-Shows.Torrent.StalledDelay', line: 15}])
})

test('printed: the gravest first, each with line, key and reason; nothing for nothing', async () => {
  const text = `${settings}AutoUpdateEnabled = true\n${transport}${server}${arr('Torrent.StalledDelay = 0')}`
  const lines = renderDifferences(await reported(text), {color: false}).split('\n')
  const at = (line: string) => lines.indexOf(line)
  expect(at('Not there yet')).toBeLessThan(at('More careful than qBitrr'))
  expect(at('More careful than qBitrr')).toBeLessThan(at('Done differently'))
  const start = at('  • 0 and -1 both mean that nothing is removed for being stalled.')
  expect(lines.slice(start + 1, start + 3)).toEqual([
    '      line 16: Radarr-4K.Torrent.StalledDelay = never',
    expect.stringMatching(/^ {6}before: /),
  ])
  expect(lines).toContain('      line 3: Settings.AutoUpdateEnabled = true')
  expect(renderDifferences([], {color: true})).toBe('')
})
