import {expect, test} from 'vitest'
import type {Shape} from '#config/schema/fields.ts'
import {arrShape} from '#config/schema/schema-arrs.ts'
import {trackerShape} from '#config/schema/schema-servers.ts'
import {asArrId} from '#model/arr.ts'
import {withKey} from './keys.ts'
import {configOf} from './section.ts'
import {settingKeys} from './setting-keys.ts'
import {noSecrets} from './stored.ts'

const keys = settingKeys()
const plain = {url: 'http://radarr:7878', category: 'films', skipVerify: false, enabled: true}

/** The section with one key as somebody may write it. */
function findingsWith(path: string, value: unknown) {
  const settings = withKey({}, path.split('.'), value)
  return configOf(asArrId('Radarr'), 'radarr', {...plain, settings}, noSecrets).findings.filter(
    ({key}) => key === path,
  )
}

const written: Readonly<Record<(typeof keys)[number]['input'], unknown>> = {
  flag: true,
  list: ['one'],
  text: 'words',
  figure: -1,
  word: 'Copy',
  pairs: {HD: 'SD'},
  secret: 'a key',
  rows: [{URI: 'tracker.example', MaxUploadRatio: 2}],
}
/** A share, numbers that cannot be switched off, and words of their own. */
const others: Readonly<Record<string, unknown>> = {
  'Torrent.MaximumDeletablePercentage': 0.5,
  RssSyncTimer: '15m',
  RefreshDownloadsTimer: 1,
  'Torrent.SeedingMode.RemoveTorrent': 3,
  'EntrySearch.SearchBySeries': 'smart',
  'EntrySearch.SearchLimit': 4,
  'EntrySearch.SearchRequestsEvery': 60,
  'EntrySearch.TempProfileResetTimeoutMinutes': 5,
  'EntrySearch.ProfileSwitchRetryAttempts': 2,
  'EntrySearch.SearchesPerHour': 12,
  'EntrySearch.SearchesPerDay': 0,
  'EntrySearch.FailuresPerDay': 0,
  'EntrySearch.GraceHours': 0.5,
  'EntrySearch.RestStart': '12h',
  'EntrySearch.RestMax': 1_440,
  'EntrySearch.ActiveDownloadLimit': 0,
  'EntrySearch.QuietHours': '22:00-6:30',
  'EntrySearch.CustomFormatUntil': 'cutoff',
  'EntrySearch.IndexerLimits': {'Some Tracker': '100/day'},
}

test('every key is one that a section has, and takes what its field on the pages gives', () => {
  expect(keys.length).toBeGreaterThan(50)
  for (const {path, input} of keys)
    expect(findingsWith(path, others[path] ?? written[input]), path).toEqual([])
})

test('every word that is offered is one that its key takes', () => {
  const all = keys.flatMap((key) => key.words.map((word) => [key.path, word] as const))
  expect(all.length).toBeGreaterThan(8)
  for (const [path, word] of all) expect(findingsWith(path, word), `${path} ${word}`).toEqual([])
})

test('every key of a section is offered, but those that are fields of their own', () => {
  const leaves = (shape: Shape, above = ''): string[] =>
    Object.entries(shape).flatMap(([key, node]) =>
      node.node === 'table' ? leaves(node.shape, `${above}${key}.`) : [`${above}${key}`],
    )
  const own = new Set(['Managed', 'URI', 'APIKey', 'SkipTLSVerify', 'Category'])
  const paths = keys.map(({path}) => path)
  expect(paths.toSorted()).toEqual(
    leaves(arrShape)
      .filter((path) => !own.has(path))
      .toSorted(),
  )
})

test('a word is one of those that are listed, and what restarts or does nothing yet is said', () => {
  const of = (path: string) => keys.find((key) => key.path === path)!
  expect(of('importMode')).toMatchObject({input: 'word', words: ['Auto', 'Move', 'Copy', 'Hardlink']})
  expect(of('Torrent.StalledDelay')).toMatchObject({
    group: 'downloads',
    input: 'figure',
    unit: 'minutes',
    standard: '15',
    restarts: false,
    acts: true,
  })
  expect(of('RssSyncTimer').restarts).toBe(true)
  expect(of('EntrySearch.SearchMissing')).toMatchObject({group: 'search', acts: true})
  expect(of('EntrySearch.UseTempForMissing')).toMatchObject({group: 'search', acts: true})
  expect(of('EntrySearch.Ombi.OmbiAPIKey')).toMatchObject({input: 'secret', acts: true})
  expect(of('EntrySearch.QualityProfileMappings').input).toBe('pairs')
})

test('rows of trackers have the columns of the file, each by its own name', () => {
  const {input, columns} = keys.find(({path}) => path === 'Torrent.Trackers')!
  expect(input).toBe('rows')
  expect(columns.map(({path}) => path)).toEqual(Object.keys(trackerShape))
  expect(columns.find(({path}) => path === 'HitAndRunMode')).toMatchObject({
    input: 'word',
    words: ['and', 'or', 'disabled'],
    standard: '"disabled"',
  })
})
