/**
 * Which table of the older program is which. Its generations named them differently (`files`, `radarr_4k_files`,
 * `moviesfilesmodel`) and gave them ever more columns, so they are told by the columns that only they have.
 */
import {basename} from 'node:path'

/** What the ids in a table are ids of. Of series, artists and authors it knew what was searched as a whole. */
export type OldMediaKind = 'movie' | 'episode' | 'album' | 'book' | 'series' | 'artist' | 'author'

/** Columns as they are called there, by their name in small letters. */
type Columns = ReadonlyMap<string, string>

export type OldTable = {readonly name: string; readonly columns: Columns} & (
  | {readonly holds: 'torrents'}
  | {
      readonly holds: 'media'
      readonly kind: OldMediaKind
      /** Of all rows; `null` = each says it itself. */
      readonly arr: string | null
    }
)

const torrentStates = ['imported', 'allowedseeding', 'allowedstalled', 'freespacepaused']

/** By a column that no other has; the first that fits. */
const mediaByColumn: readonly [column: string, kind: OldMediaKind][] = [
  ['episodenumber', 'episode'],
  ['tmdbid', 'movie'],
  ['moviefileid', 'movie'],
  ['foreignalbumid', 'album'],
  ['albumfileid', 'album'],
  ['foreignbookid', 'book'],
  ['bookfileid', 'book'],
]

/** These have nothing but a title; their names tell. */
const mediaByName: readonly [word: RegExp, kind: OldMediaKind][] = [
  [/series/i, 'series'],
  [/artist/i, 'artist'],
  [/author/i, 'author'],
]

/** @param path of the database @returns `null` = it holds nothing that is worth having */
export function oldTable(name: string, names: readonly string[], path: string): OldTable | null {
  const columns: Columns = new Map(names.map((column) => [column.toLowerCase(), column]))
  if (columns.has('hash') && torrentStates.some((state) => columns.has(state)))
    return {name, columns, holds: 'torrents'}
  if (!columns.has('entryid') || !columns.has('searched')) return null
  const kind =
    mediaByColumn.find(([column]) => columns.has(column))?.[1] ??
    mediaByName.find(([word]) => word.test(name))?.[1]
  if (kind === undefined) return null
  const arr = columns.has('arrinstance') ? null : arrOfTable(name, path)
  return {name, columns, holds: 'media', kind, arr}
}

/** Of `radarr_4k_files` what stands before the last word, of `files` the name of the database. */
function arrOfTable(name: string, path: string): string {
  return /^(.+)_[a-z]+$/i.exec(name)?.[1] ?? basename(path, '.db')
}
