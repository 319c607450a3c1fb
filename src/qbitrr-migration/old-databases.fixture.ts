/**
 * Databases as the older program made them, of each generation that differs: one for each Arr and one for torrents (2022
 * to 2024), a table for each Arr in one database (2025), and one table for all Arrs (since 5.8).
 */
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'

type Value = string | number | bigint | null

/** `table` with these columns and rows; made when it is not there. */
export function oldTable(
  path: string,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): void {
  mkdirSync(join(path, '..'), {recursive: true})
  const database = new DatabaseSync(path)
  database.exec('pragma journal_mode = wal')
  const list = columns.map(quoted).join(', ')
  database.exec(`create table if not exists ${quoted(table)} (${list})`)
  const insert = database.prepare(
    `insert into ${quoted(table)} values (${columns.map(() => '?').join(', ')})`,
  )
  database.exec('begin')
  for (const row of rows) insert.run(...row)
  database.exec('commit')
  database.close()
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export const oldHash = (n: number) => n.toString(16).padStart(40, 'a')

/** One for each Arr, one for torrents. The first of them wrote its names small. */
export function firstGeneration(folder: string): void {
  const film = ['id', 'title', 'monitored', 'TmdbId', 'year', 'EntryId', 'searched', 'MovieFileId']
  oldTable(join(folder, 'Radarr-4K.db'), 'files', film, [
    [1, 'One', 1, 101, 2020, 11, 1, 0],
    [2, 'Two', 1, 102, 2021, 12, 0, 0],
  ])
  oldTable(join(folder, 'Radarr-4K.db'), 'queue', ['id', 'EntryId', 'Completed'], [[1, 11, 0]])
  const episode = [
    'EntryId',
    'SeriesTitle',
    'SeriesId',
    'EpisodeNumber',
    'SeasonNumber',
    'Searched',
    'IsRequest',
  ]
  oldTable(join(folder, 'Animarr-Shows.db'), 'files', episode, [[21, 'Show', 3, 1, 1, 1, 1]])
  oldTable(
    join(folder, 'Animarr-Shows.db'),
    'series',
    ['EntryId', 'Title', 'Monitored', 'Searched'],
    [[3, 'Show', 1, 1]],
  )
  oldTable(join(folder, 'Torrents.db'), 'torrents', torrentColumns(false), [
    [1, oldHash(1).toUpperCase(), 'films', 0, 1, 0, 0],
    [2, oldHash(2), 'films', 1, 0, 0, 1],
    [3, oldHash(3), 'films', 0, 0, 0, 0],
  ])
}

/** A table for each Arr. */
export function secondGeneration(folder: string): void {
  const path = join(folder, 'qbitrr.db')
  const film = ['id', 'Title', 'TmdbId', 'EntryId', 'Searched', 'MovieFileId', 'IsRequest', 'QualityMet']
  oldTable(path, 'radarr_4k_files', film, [[1, 'One', 101, 11, 1, 0, 1, 0]])
  oldTable(path, 'search_activity', ['category', 'summary', 'timestamp'], [['films', 'all', 'now']])
  oldTable(path, 'torrent_library', torrentColumns(false), [[1, oldHash(1), 'films', 0, 1, 0, 0]])
}

/** One table for all Arrs, with profiles and several servers. */
export function thirdGeneration(folder: string): void {
  const path = join(folder, 'qbitrr.db')
  const profile = ['LastProfileSwitchTime', 'CurrentProfileId', 'OriginalProfileId']
  const film = [
    'Title',
    'TmdbId',
    'ArrInstance',
    'EntryId',
    'Searched',
    'MovieFileId',
    'IsRequest',
    ...profile,
  ]
  oldTable(path, 'moviesfilesmodel', film, [
    ['One', 101, 'Radarr-4K', 11, 1, 0, 0, '2026-01-02 03:04:05.678901', 6, 4],
    ['Two', 102, 'Radarr-4K', 12, 0, 0, 0, null, 4, 4],
    ['Gone', 103, 'Radarr-Old', 13, 1, 0, 0, null, null, null],
  ])
  const episode = ['EntryId', 'SeriesId', 'ArrInstance', 'EpisodeNumber', 'Searched', 'IsRequest', ...profile]
  oldTable(path, 'episodefilesmodel', episode, [
    [21, 3, 'Sonarr-Shows', 1, 0, 1, null, 6, 5],
    [22, 3, 'Sonarr-Shows', 2, 1, 0, null, 6, 5],
    ['no id', 3, 'Sonarr-Shows', 2, 1, 0, null, 6, 5],
    [2n ** 60n, 3, 'Sonarr-Shows', 2, 1, 0, null, null, null],
  ])
  oldTable(path, 'artistfilesmodel', ['EntryId', 'Title', 'ArrInstance', 'Searched'], [[8, 'A', 'Lidarr', 1]])
  oldTable(path, 'torrentlibrary', torrentColumns(true), [
    [1, oldHash(1), 'films', 'qBit', 1, 1, 0, 0],
    [2, oldHash(1), 'recheck', 'qBit', 0, 0, 1, 0],
    [3, oldHash(1), 'films', 'qBit-Box', 0, 0, 0, 1],
    [4, oldHash(2), 'films', 'default', 0, 1, 0, 0],
    [5, oldHash(3), 'films', 'qBit-Sold', 0, 1, 0, 0],
    [6, 'no hash', 'films', 'qBit', 0, 1, 0, 0],
  ])
}

function torrentColumns(hasInstance: boolean): string[] {
  const states = ['AllowedSeeding', 'Imported', 'AllowedStalled', 'FreeSpacePaused']
  return ['id', 'Hash', 'Category', ...(hasInstance ? ['QbitInstance'] : []), ...states]
}
