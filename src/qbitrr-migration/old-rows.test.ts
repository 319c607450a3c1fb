import fc from 'fast-check'
import {expect, test} from 'vitest'
import {oldRecord, type OldRow} from './old-rows.ts'
import {oldTable} from './old-tables.ts'

const hash = 'a'.repeat(40)
const path = '/config/qBitManager/Radarr-4K.db'

function read(name: string, row: OldRow) {
  const table = oldTable(name, Object.keys(row), path)
  return table === null ? null : oldRecord(table, row)
}

for (const [name, row, item] of [
  ['files', {EntryId: 3n, Searched: 1n, TmdbId: 9n}, 'Radarr-4K movie/3'],
  ['files', {entryid: 3, searched: 'True', moviefileid: 0}, 'Radarr-4K movie/3'],
  ['sonarr_tv_files', {EntryId: 3n, Searched: '1', EpisodeNumber: 1n}, 'sonarr_tv episode/3'],
  ['albumfilesmodel', {EntryId: 3n, Searched: 1n, ForeignAlbumId: 'x', ArrInstance: 'L'}, 'L album/3'],
  ['bookfilesmodel', {EntryId: 3n, Searched: 1n, ForeignBookId: 'x', ArrInstance: 'R'}, 'R book/3'],
  ['authorfilesmodel', {EntryId: 3n, Searched: 1n, ArrInstance: 'R'}, 'R author/3'],
  ['files', {EntryId: 3n, Searched: 0n, Ombi: 1n, TmdbId: 9n}, 'Radarr-4K movie/3'],
] as const) {
  test(`${JSON.stringify(row, asText)} of ${name} is ${item}`, () => {
    const record = read(name, row)
    expect(record?.holds === 'media' && `${record.arr} ${record.item}`).toBe(item)
  })
}

for (const [name, row, title, holder] of [
  [
    'files',
    {EntryId: 3n, TmdbId: 9n, Title: 'Paper Ferry', Year: 2021n},
    'Paper Ferry (2021)',
    'Paper Ferry (2021)',
  ],
  ['files', {EntryId: 3n, TmdbId: 9n, title: ' Paper '}, 'Paper', 'Paper'],
  ['files', {EntryId: 3n, TmdbId: 9n}, null, null],
  [
    'files',
    {EntryId: 3n, SeriesId: 7n, EpisodeNumber: 1n, SeriesTitle: 'Show', Title: 'Pilot'},
    'Show · Pilot',
    'Show',
  ],
  ['files', {EntryId: 3n, ArtistId: 7n, ForeignAlbumId: 'x', Title: 'Songs'}, 'Songs', null],
] as const) {
  test(`what ${JSON.stringify(row, asText)} is about is called ${title}`, () => {
    const whole = {...row, Searched: 1n, OriginalProfileId: 4n, CurrentProfileId: 6n}
    expect(read(name, whole)).toMatchObject({title, profile: {title: holder}})
  })
}

for (const [name, row] of [
  ['files', {EntryId: 3n, Searched: 0n, TmdbId: 9n}],
  ['files', {EntryId: 2n ** 60n, Searched: 1n, TmdbId: 9n}],
  ['files', {EntryId: -1n, Searched: 1n, TmdbId: 9n}],
  ['moviesfilesmodel', {EntryId: 3n, Searched: 1n, TmdbId: 9n, ArrInstance: ' '}],
  ['search_activity', {category: 'films', summary: 'all'}],
  ['queue', {EntryId: 3n, Completed: 1n}],
  ['torrents', {Hash: hash, Imported: 0n}],
  ['torrents', {Hash: null, Imported: 1n}],
] as const) {
  test(`${JSON.stringify(row, asText)} of ${name} says nothing`, () => {
    expect(read(name, row)).toBeNull()
  })
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

const columns = [
  'EntryId',
  'Searched',
  'IsRequest',
  'TmdbId',
  'EpisodeNumber',
  'SeriesId',
  'ArrInstance',
  'Hash',
  'OriginalProfileId',
  'CurrentProfileId',
  'LastProfileSwitchTime',
  'QbitInstance',
  'Imported',
  'odd "c"',
]
const value = fc.oneof(
  fc.constantFrom(0n, 1n, 7n, null, '', 'true', 'Radarr-4K', 'default', hash, '2026-01-02 03:04:05.6'),
  fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
  fc.string(),
  fc.double(),
  fc.uint8Array({maxLength: 4}),
)
const row = fc
  .uniqueArray(fc.constantFrom(...columns))
  .chain((of) => fc.record(Object.fromEntries(of.map((column) => [column, value]))))

test('whatever stands in whatever columns is read, or says nothing', () => {
  const names = fc.constantFrom(
    'files',
    'radarr_4k_files',
    'seriesfilesmodel',
    'torrentlibrary',
    'odd "name"',
  )
  fc.assert(
    fc.property(names, row, (name, it) => {
      const record = read(name, it)
      if (record === null) return
      if (record.holds === 'torrents') expect(record.hash).toMatch(/^[0-9a-f]{40}/)
      else expect(record.item).toMatch(/^[a-z]+\/[1-9]\d*$/)
    }),
  )
})
