import {expect, test} from 'vitest'
import {absentPresets} from './absent.ts'
import {anArr} from './inherited.fixture.ts'

test('what the settings of an Arr leave out is there with the settings that bring it, and what it would say then', () => {
  const none = anArr({stalledDelay: null, keepsSlow: true, maximumEta: null, asksScore: false, removal: -1})
  expect(absentPresets(none).map(({behaviour, settings}) => [behaviour, settings])).toEqual([
    ['stalled', [{path: 'Torrent.StalledDelay', value: '15m'}]],
    [
      'slow',
      [
        {path: 'Torrent.DoNotRemoveSlow', value: false},
        {path: 'Torrent.MaximumETA', value: '24h'},
      ],
    ],
    ['worse-than-file', [{path: 'EntrySearch.CustomFormatUnmetSearch', value: true}]],
    ['score', [{path: 'EntrySearch.ForceMinimumCustomFormat', value: true}]],
    [
      'seeded',
      [
        {path: 'Torrent.SeedingMode.RemoveTorrent', value: 3},
        {path: 'Torrent.SeedingMode.MaxUploadRatio', value: 2},
        {path: 'Torrent.SeedingMode.MaxSeedingTime', value: '14d'},
      ],
    ],
  ])
  expect(absentPresets(none).every(({rules}) => rules.length > 0)).toBe(true)
})

test('limits that are set are kept, what is on is not absent, and extra files need a list of what stays', () => {
  const some = anArr({
    stalledDelay: 900,
    keepsSlow: true,
    maximumEta: 3_600,
    asksScore: true,
    searchesUnmetScores: true,
    maxRatio: 3,
    removal: -1,
  })
  expect(
    absentPresets({...some, hasAllowlist: true}).map(({behaviour, settings}) => [behaviour, settings]),
  ).toEqual([
    ['slow', [{path: 'Torrent.DoNotRemoveSlow', value: false}]],
    [
      'seeded',
      [
        {path: 'Torrent.SeedingMode.RemoveTorrent', value: 3},
        {path: 'Torrent.SeedingMode.MaxSeedingTime', value: '14d'},
      ],
    ],
    ['extra-files', [{path: 'Torrent.AutoDelete', value: true}]],
  ])
})
