/**
 * Keys that are said to be as qBitrr has them (`every-key.test.ts`), one by one: what a value of the file is, in base
 * units, where rules take it, and that a rule follows from it. What the rules do with it is in `src/rules/presets`.
 */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {differencesOf} from '#qbitrr-migration/differences/differences.ts'
import {exactKeys, leaves} from '#qbitrr-migration/differences/every-key.fixture.ts'
import {inheritedObligation} from '#rules/presets/obligations.ts'
import {arrPresets, categoryPresets} from '#rules/presets/presets.ts'
import {inheritedOf} from './inherited-of.fixture.ts'
import type {Inherited} from './inherited-sections.ts'

const sectionsOf = async (text: string) => inheritedOf(await configOf(text))

const root = join(import.meta.dirname, '../../..')

/** A key with what stands in the file, and what comes of it: a value of the section or row that it belongs to. */
type Row = readonly [key: string, toml: string, field: string, value: unknown]

/** In tables of an Arr and of a server alike; `and` = a row that owes something. */
const trackerRows: readonly Row[] = [
  ['Priority', '5', 'priority', 5],
  ['Priority', '-5', 'priority', -5],
  ['SortTorrents', 'true', 'sorts', true],
  ['MaximumETA', '"2h"', 'maximumEta', 2 * HOUR],
  ['MaximumETA', '7200', 'maximumEta', 2 * HOUR],
  ['MaxUploadRatio', '1.5', 'maxRatio', 1.5],
  ['MaxSeedingTime', '"1w"', 'maxSeedingTime', 7 * DAY],
  ['MaxSeedingTime', '"1M"', 'maxSeedingTime', 30 * DAY],
  ['DownloadRateLimit', '5000', 'downRate', 5_000],
  ['UploadRateLimit', '5000', 'upRate', 5_000],
  ['SuperSeedMode', 'true', 'superSeed', true],
  ['AddTrackerIfMissing', 'true', 'addIfMissing', true],
  ['RemoveIfExists', 'true', 'removeIfExists', true],
  ['AddTags', '["a", "b"]', 'tags', ['a', 'b']],
  ['AddTags', '"a"', 'tags', ['a']],
  ['URI', '"udp://Other.Example:80/announce"', 'host', 'other.example'],
  ['URI', '"other.example/announce"', 'host', 'other.example'],
  ['HitAndRunMode', '"or"', 'hitAndRun.mode', 'or'],
  ['MinSeedRatio', '2.5', 'hitAndRun.ratio', 2.5],
  ['MinSeedingTimeDays', '3', 'hitAndRun.time', 3 * DAY],
  ['HitAndRunMinimumDownloadPercent', '25', 'hitAndRun.fromProgress', 0.25],
  ['HitAndRunPartialSeedRatio', '0.5', 'hitAndRun.partialRatio', 0.5],
  ['TrackerUpdateBuffer', '"1h"', 'hitAndRun.buffer', HOUR],
]

/** Of CategorySeeding and of the rows of its Categories. */
const seedingRows: readonly Row[] = [
  ['DownloadRateLimitPerTorrent', '100', 'downRate', 102_400],
  ['DownloadRateLimitPerTorrent', '0', 'downRate', 'leaveAlone'],
  ['UploadRateLimitPerTorrent', '100', 'upRate', 102_400],
  ['MaxUploadRatio', '2.5', 'maxRatio', 2.5],
  ['MaxUploadRatio', '-1', 'maxRatio', null],
  ['MaxSeedingTime', '"2d"', 'maxSeedingTime', 2 * DAY],
  ['RemoveTorrent', '1', 'removal', 1],
  ['RemoveTorrent', '4', 'removal', 4],
  ['HitAndRunMode', '"or"', 'hitAndRun.mode', 'or'],
  ['MinSeedRatio', '2.5', 'hitAndRun.ratio', 2.5],
  ['MinSeedingTimeDays', '3', 'hitAndRun.time', 3 * DAY],
  ['HitAndRunMinimumDownloadPercent', '25', 'hitAndRun.fromProgress', 0.25],
  ['HitAndRunPartialSeedRatio', '0.5', 'hitAndRun.partialRatio', 0.5],
  ['TrackerUpdateBuffer', '60', 'hitAndRun.buffer', 60],
  ['StalledDelay', '5', 'stalledDelay', 5 * MINUTE],
  ['StalledDelay', '"2h"', 'stalledDelay', 2 * HOUR],
  ['StalledDelay', '0', 'stalledDelay', null],
  ['StalledDelay', '-1', 'stalledDelay', null],
  ['IgnoreTorrentsYoungerThan', '"5m"', 'youngerThan', 5 * MINUTE],
]

const arrRows: readonly Row[] = [
  ['Category', '"other"', 'category', 'other'],
  ['ReSearch', 'true', 'searchesAgain', true],
  ['RefreshDownloadsTimer', '5', 'refreshEvery', 5 * MINUTE],
  ['RefreshDownloadsTimer', '"1M"', 'refreshEvery', 30 * DAY],
  ['MatchSubcategories', 'true', 'subcategories', true],
  ['EntrySearch.ForceMinimumCustomFormat', 'true', 'asksScore', true],
  ['EntrySearch.CustomFormatUnmetSearch', 'true', 'searchesUnmetScores', true],
  ['Torrent.FolderExclusionRegex', '["x"]', 'filtersFiles', true],
  ['Torrent.FileNameExclusionRegex', '["x"]', 'filtersFiles', true],
  ['Torrent.IgnoreTorrentsYoungerThan', '"5m"', 'youngerThan', 5 * MINUTE],
  ['Torrent.IgnoreTorrentsYoungerThan', '300', 'youngerThan', 5 * MINUTE],
  ['Torrent.MaximumDeletablePercentage', '0.5', 'deletableShare', 0.5],
  ['Torrent.DoNotRemoveSlow', 'true', 'keepsSlow', true],
  ['Torrent.ReSearchStalled', 'true', 'searchesStalled', true],
  ['Torrent.SeedingMode.DownloadRateLimitPerTorrent', '100', 'downRate', 102_400],
  ['Torrent.SeedingMode.UploadRateLimitPerTorrent', '100', 'upRate', 102_400],
  ['Torrent.SeedingMode.MaxUploadRatio', '2', 'maxRatio', 2],
  ['Torrent.SeedingMode.MaxSeedingTime', '"1d"', 'maxSeedingTime', DAY],
  ['Torrent.SeedingMode.RemoveTorrent', '3', 'removal', 3],
  ['Torrent.SeedingMode.RemoveDeadTrackers', 'true', 'deadMessages', ['unsupported']],
  ['Torrent.SeedingMode.RemoveTrackerWithMessage', '["gone"]', 'deadMessages', ['gone']],
]

const settingRows: readonly Row[] = [
  ['FailedCategory', '"broken"', 'failedCategory', 'broken'],
  ['RecheckCategory', '"look"', 'recheckCategory', 'look'],
  ['IgnoreTorrentsYoungerThan', '"10m"', 'youngerThan', 10 * MINUTE],
  ['Torrent.MaximumETA', '"1h"', 'maximumEta', HOUR],
  ['Torrent.MaximumDeletablePercentage', '0.25', 'deletableShare', 0.25],
]

/** What a row stands in, so that its key alone decides. */
interface Place {
  readonly rows: readonly Row[]
  readonly prefix: string
  /** The file without the line of the key, and with it. */
  readonly text: (line: string) => string
  /** The section or row that the value is of. */
  readonly find: (sections: Inherited) => object
}

const server =
  '[qBit]\nHost = "localhost"\nPort = 1\nUserName = "u"\nPassword = "p"\nManagedCategories = ["linux"]\n'
const arr = '[Radarr]\nManaged = true\nURI = "http://r"\nAPIKey = "k"\n'
/** Reached by ratio or time, of which rows of trackers say how much. */
const eitherLimit = '[Radarr.Torrent.SeedingMode]\nRemoveTorrent = 3\n'
const owes = 'HitAndRunMode = "and"\n'
const limits = {
  RemoveTorrent: 'MaxUploadRatio = 1\nMaxSeedingTime = 60\n',
  MaxUploadRatio: 'RemoveTorrent = 3\n',
  MaxSeedingTime: 'RemoveTorrent = 3\n',
}
const row = 'URI = "udp://t.example:80/a"\n'

/** A key that stands below tables, as a header and a line. */
function lineOf(section: string, key: string, toml: string): string {
  const names = key.split('.')
  const name = names.pop()!
  return names.length === 0 ? `${name} = ${toml}\n` : `[${section}.${names.join('.')}]\n${name} = ${toml}\n`
}

const places: readonly Place[] = [
  {
    rows: trackerRows,
    prefix: 'Arr.Torrent.Trackers.',
    text: (line) => `${arr}${eitherLimit}[[Radarr.Torrent.Trackers]]\n${line}`,
    find: ({arrs}) => arrs[0]!.trackers[0]!,
  },
  {
    rows: trackerRows,
    prefix: 'qBit.Trackers.',
    text: (line) => `${arr}${eitherLimit}${server}[[qBit.Trackers]]\n${line}`,
    find: ({arrs}) => arrs[0]!.sharedTrackers[0]!,
  },
  {
    rows: seedingRows,
    prefix: 'qBit.CategorySeeding.',
    text: (line) => `${server}[qBit.CategorySeeding]\n${line}`,
    find: ({categories}) => categories[0]!,
  },
  {
    rows: seedingRows,
    prefix: 'qBit.CategorySeeding.Categories.',
    text: (line) => `${server}[[qBit.CategorySeeding.Categories]]\nName = "linux"\n${line}`,
    find: ({categories}) => categories[0]!,
  },
  {rows: arrRows, prefix: 'Arr.', text: (line) => `${arr}${line}`, find: ({arrs}) => arrs[0]!},
  {
    rows: settingRows.slice(0, 3),
    prefix: 'Settings.',
    text: (line) => `[Settings]\n${line}${arr}`,
    find: ({arrs}) => arrs[0]!,
  },
  {
    rows: settingRows.filter(([key]) => key !== 'IgnoreTorrentsYoungerThan'),
    prefix: 'Settings.',
    // What a stalled download may lack is asked where one is removed for being stalled.
    text: (line) => `[Settings]\n${line}${server}[qBit.CategorySeeding]\nStalledDelay = 5\n`,
    find: ({categories}) => categories[0]!,
  },
]

/** Lines that a key of this place needs beside it, and those of the place without the key. */
function besideOf({prefix}: Place, key: string): string {
  if (prefix.endsWith('Trackers.')) {
    const first = key === 'URI' ? 'MaxUploadRatio = 2\n' : row
    return /^(MinSeed|HitAndRun(?!Mode)|TrackerUpdate)/.test(key) ? first + owes : first
  }
  if (prefix.includes('CategorySeeding')) {
    if (/^(MinSeed|HitAndRun(?!Mode)|TrackerUpdate)/.test(key)) return owes
    return limits[key as keyof typeof limits] ?? ''
  }
  if (prefix !== 'Arr.') return ''
  const at = '[Radarr.Torrent.SeedingMode]\n'
  const name = key.split('.').at(-1)!
  if (name === 'CustomFormatUnmetSearch') return '[Radarr.EntrySearch]\nForceMinimumCustomFormat = true\n'
  if (name === 'RemoveDeadTrackers') return `${at}RemoveTrackerWithMessage = ["unsupported"]\n`
  if (name === 'RemoveTrackerWithMessage') return `${at}RemoveDeadTrackers = true\n`
  const asked = limits[name as keyof typeof limits]
  return asked === undefined ? '' : at + asked
}

const cases = places.flatMap((place) =>
  place.rows.map(([key, toml, field, value]) => ({
    name: `${place.prefix}${key}`,
    place,
    key,
    toml,
    field,
    value,
  })),
)

function textOf(place: Place, key: string, toml: string | null): string {
  const beside = besideOf(place, key)
  const section = place.prefix === 'Arr.' ? 'Radarr' : 'Settings'
  const name = key.split('.').at(-1)!
  if (toml === null) return place.text(beside)
  // In the table that its neighbours opened.
  const line = beside.startsWith('[') ? `${name} = ${toml}\n` : lineOf(section, key, toml)
  return place.text(beside + line)
}

test.each(cases)('$name = $toml', async ({place, key, toml, field, value}) => {
  const found = place.find(await sectionsOf(textOf(place, key, toml)))
  const seen = field.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], found)
  expect(seen).toEqual(value)
})

/** All that the file makes the program do about torrents, and what it says that they owe. */
function rulesOf({arrs, categories}: Inherited): string {
  const owed = [...arrs, ...categories].map((it) =>
    inheritedObligation(it, {
      server: 'qBit',
      hosts: ['t.example'],
      before: [],
      mayHaveHadOthers: false,
      isPrivate: false,
    }),
  )
  return JSON.stringify([...arrs.flatMap(arrPresets), ...categories.flatMap(categoryPresets), owed])
}

/** Of rows together, or of a timer: no rule of one section follows from them. Priority decides between rows. */
const ofNoRule: ReadonlySet<string> = new Set(['SortTorrents', 'RefreshDownloadsTimer', 'Priority'])
const ruling = cases.filter(({key, value}) => !ofNoRule.has(key) && value !== null && value !== 'leaveAlone')

test.each(ruling)('$name = $toml changes what rules do, or what is owed', async ({place, key, toml}) => {
  const said = await sectionsOf(textOf(place, key, toml))
  const absent = await sectionsOf(textOf(place, key, null))
  expect(rulesOf(said)).not.toBe(rulesOf(absent))
})

test('of rows without a priority those with any other one come first, as there', async () => {
  const rows =
    '[[Radarr.Torrent.Trackers]]\nURI = "a.example"\n[[Radarr.Torrent.Trackers]]\nURI = "b.example"\nPriority = -5\n'
  const {arrs} = await sectionsOf(arr + rows)
  expect(arrs[0]!.trackers.map(({host, priority}) => [host, priority])).toEqual([
    ['a.example', -100],
    ['b.example', -5],
  ])
})

/** The file as qBitrr wrote it. */
const asQbitrrs = (text: string) => {
  const version = 'ConfigVersion = "5.14.4"\n'
  return text.startsWith('[Settings]\n')
    ? text.replace('\n', `\n${version}`)
    : `[Settings]\n${version}${text}`
}

test('what the move-in reports as different is not said to be exact', async () => {
  const reported = new Map<string, string>()
  for (const {name, place, key, toml} of cases) {
    const [said, absent] = await Promise.all(
      [toml, null].map(async (it) => {
        const differences = differencesOf(await configOf(asQbitrrs(textOf(place, key, it))))
        return new Set(differences.flatMap(({id, places: at}) => at.map((one) => `${id} ${one.key}`)))
      }),
    )
    for (const one of said!) if (!absent!.has(one)) reported.set(name, one)
  }
  expect([...reported].filter(([name]) => exactKeys.includes(name))).toEqual([])
  // Otherwise this would show nothing.
  expect(reported.size).toBeGreaterThan(5)
})

/** Where it is shown what else becomes of a key: the file names the key, or what it is called inside. */
const elsewhere: Readonly<Record<string, readonly [file: string, names: string]>> = {
  'Settings.ConfigVersion': ['src/config/migrations/migrate.test.ts', 'ConfigVersion'],
  'Settings.ConsoleLevel': ['src/app/log.test.ts', 'the level that the configuration says'],
  'Settings.Logging': ['src/app/log.test.ts', 'logs'],
  'Settings.CompletedDownloadFolder': [
    'src/automation/whole-server/category-planner.test.ts',
    'CompletedDownloadFolder',
  ],
  'Settings.FreeSpaceFolder': ['test/program/space-folder.fleet.test.ts', 'FreeSpaceFolder'],
  'Settings.NoInternetSleepTimer': ['src/connectivity/internet-watch.test.ts', 'NoInternetSleepTimer'],
  'Settings.PingURLS': ['src/connectivity/internet-watch.test.ts', 'hosts'],
  'Settings.Tagless': ['test/program/tagless.fleet.test.ts', 'Tagless'],
  'Settings.AutoRestartProcesses': ['src/app/configured.test.ts', 'AutoRestartProcesses'],
  'Settings.MaxProcessRestarts': ['src/app/configured.test.ts', 'MaxProcessRestarts'],
  'Settings.ProcessRestartWindow': ['src/app/configured.test.ts', 'ProcessRestartWindow'],
  'Settings.ProcessRestartDelay': ['src/app/configured.test.ts', 'ProcessRestartDelay'],
  'Settings.ProcessSpawnTimeoutSeconds': ['src/app/configured.test.ts', 'ProcessSpawnTimeoutSeconds'],
  'WebUI.Host': ['test/program/people-start.fleet.test.ts', 'Host = '],
  'WebUI.Port': ['src/app/start-text.test.ts', 'Port'],
  'WebUI.BehindHttpsProxy': ['src/http/security/security-headers.test.ts', 'BehindHttpsProxy'],
  'WebUI.UrlBase': ['test/program/people-start.fleet.test.ts', 'UrlBase'],
  'WebUI.LocalAuthEnabled': ['src/accounts/file-user.test.ts', 'LocalAuthEnabled'],
  'WebUI.OIDCEnabled': ['test/program/people-sign-in.fleet.test.ts', 'OIDCEnabled'],
  'WebUI.Username': ['src/accounts/file-user.test.ts', 'Username'],
  'WebUI.PasswordHash': ['src/accounts/file-user.test.ts', 'PasswordHash'],
  'WebUI.Theme': ['src/app/configured.test.ts', 'Theme'],
  'WebUI.ViewDensity': ['src/app/configured.test.ts', 'ViewDensity'],
  'WebUI.OIDC.Authority': ['src/accounts/oidc-settings.test.ts', 'Authority'],
  'WebUI.OIDC.ClientId': ['src/accounts/oidc-settings.test.ts', 'ClientId'],
  'WebUI.OIDC.ClientSecret': ['src/accounts/oidc-settings.test.ts', 'ClientSecret'],
  'WebUI.OIDC.Scopes': ['src/accounts/oidc-settings.test.ts', 'Scopes'],
  'WebUI.OIDC.CallbackPath': ['src/accounts/oidc-settings.test.ts', 'CallbackPath'],
  'WebUI.OIDC.RequireHttpsMetadata': ['src/accounts/oidc-settings.test.ts', 'RequireHttpsMetadata'],
  'qBit.MatchSubcategories': ['src/config/categories.test.ts', 'MatchSubcategories'],
  ...Object.fromEntries(
    ['AlsoSearchSpecials', 'SearchLimit', 'SearchInReverse', 'PrioritizeTodaysReleases'].map((key) => [
      `Arr.EntrySearch.${key}`,
      ['src/searching/search-choice.test.ts', key] as const,
    ]),
  ),
  ...Object.fromEntries(
    [
      'Ombi.OmbiURI',
      'Ombi.OmbiAPIKey',
      'Ombi.SkipTLSVerify',
      'Overseerr.OverseerrURI',
      'Overseerr.OverseerrAPIKey',
      'Overseerr.ApprovedOnly',
      'Overseerr.SkipTLSVerify',
    ].map((key) => [
      `Arr.EntrySearch.${key}`,
      ['src/automation/supervision/request-polls.test.ts', key.split('.')[1]!] as const,
    ]),
  ),
  'Arr.Torrent.CaseSensitiveMatches': ['src/media/file-patterns.test.ts', 'CaseSensitiveMatches'],
}

/** What a server or an Arr is: the row that reads it below. */
const connections: ReadonlySet<string> = new Set([
  ...[
    'Name',
    'Disabled',
    'Url',
    'URI',
    'Host',
    'Path',
    'UserName',
    'Password',
    'SkipTLSVerify',
    'TimeoutSeconds',
  ].map((it) => `qBit.${it}`),
  'qBit.Port',
  ...['Managed', 'URI', 'APIKey', 'SkipTLSVerify'].map((it) => `Arr.${it}`),
])

const at = (line: string) => `[qBit]\nHost = "localhost"\nPort = 8080\n${line}\n`

test.each([
  ['URI = "http://box:90/x"', {url: 'http://box:90/x'}, '[qBit]\nURI = "http://box:90/x"\n'],
  ['Url', {url: 'http://box:90'}, '[qBit]\nUrl = "http://box:90"\n'],
  [
    'Host with a scheme and a path',
    {url: 'https://box:8443/qb'},
    '[qBit]\nHost = "https://box/qb"\nPort = 8443\n',
  ],
  ['Host and Port', {url: 'http://localhost:8080'}, at('')],
  ['Path', {url: 'http://localhost:8080/qb'}, at('Path = "/qb"')],
  ['UserName and Password', {username: 'u'}, at('UserName = "u"\nPassword = "p"')],
  ['Disabled', {enabled: false}, at('Disabled = true')],
  ['SkipTLSVerify', {tls: {ca: null, skipVerify: true}}, at('SkipTLSVerify = true')],
  ['TimeoutSeconds', {pace: {pollSeconds: null, timeoutSeconds: 20}}, at('TimeoutSeconds = 20')],
  ['Name', {name: 'Attic'}, at('Name = "Attic"')],
])('a server is as its section says: %s', async (_key, expected, text) => {
  expect((await configOf(text)).config.servers).toMatchObject([{id: 'qBit', ...expected}])
})

test.each([
  ['Managed', 'Managed = false', []],
  ['URI and APIKey', 'Managed = true', ['http://r']],
  ['SkipTLSVerify', 'Managed = true\nSkipTLSVerify = true', ['http://r']],
])('an Arr is as its section says: %s', async (key, lines, urls) => {
  const {config} = await configOf(`[Radarr]\nURI = "http://r"\nAPIKey = "k"\n${lines}\n`)
  const on = config.arrs.filter(({Managed}) => Managed)
  expect(on.map(({URI}) => URI)).toEqual(urls)
  expect(on.map(({APIKey, SkipTLSVerify}) => [APIKey?.reveal(), SkipTLSVerify])).toEqual(
    urls.map(() => ['k', key === 'SkipTLSVerify']),
  )
})

test('every key that is said to be exact is shown to be so', () => {
  const shown = new Set([...cases.map(({name}) => name), ...Object.keys(elsewhere), ...connections])
  // Labels for people: they name a row, and nothing follows from them.
  const labels = exactKeys.filter((key) => /(Trackers|Categories)\.Name$/.test(key))
  expect(exactKeys.filter((key) => !shown.has(key)).toSorted()).toEqual(labels.toSorted())
  expect(
    [...shown].filter((key) => !exactKeys.includes(key) && !leaves.some((it) => it.key === key)),
  ).toEqual([])
})

test.each(Object.entries(elsewhere))('%s is shown in a test that names it', (_key, [file, names]) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(names)
})

test('a key in other letters is not taken for another one in silence', async () => {
  const silent: string[] = []
  for (const {key} of leaves) {
    const [section = '', ...names] = key.split('.')
    const name = names.pop()!
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase()
    const first = section === 'Arr' ? 'Radarr' : section
    const isRow = /(Trackers|Categories|Programs)$/.test(names.at(-1) ?? '')
    const path = [first, ...names].join('.')
    const header = isRow ? `[[${path}]]` : `[${path}]`
    const base =
      section === 'Arr' && names.length > 0 ? arr : section === 'qBit' && names.length > 0 ? server : ''
    const {findings} = await configOf(`${base}${header}\n${other} = 1\n`)
    if (!findings.some(({path: at, message}) => JSON.stringify([at, message]).includes(other)))
      silent.push(key)
  }
  expect(silent).toEqual([])
})
