/** What each command does. Source: protocol notes §5.2. */
import {isAired, type Arr} from './arr.ts'
import type {Command} from './commands.ts'
import {rssSync, searchFor} from './grab.ts'
import {check} from './health.ts'
import {manualImport, processDownloads, scanPath} from './imports.ts'
import type {Unit} from './library.ts'
import {unitsOf} from './payloads.ts'
import {isBelowCutoff} from './quality.ts'
import {refresh} from './refresh.ts'

const known: Readonly<Record<string, readonly string[]>> = {
  RefreshMonitoredDownloads: [],
  CheckForFinishedDownload: [],
  ProcessMonitoredDownloads: [],
  RssSync: [],
  CheckHealth: [],
  MoviesSearch: ['movieIds'],
  MissingMoviesSearch: [],
  CutoffUnmetMoviesSearch: [],
  EpisodeSearch: ['episodeIds'],
  SeasonSearch: ['seriesId', 'seasonNumber'],
  SeriesSearch: ['seriesId'],
  MissingEpisodeSearch: [
    'seriesId',
    'monitored',
    'seriesIds',
    'qualityProfileIds',
    'seriesType',
    'seriesTags',
  ],
  CutoffUnmetEpisodeSearch: ['seriesId', 'monitored', 'quality'],
  AlbumSearch: ['albumIds'],
  ArtistSearch: ['artistId'],
  MissingAlbumSearch: ['artistId'],
  CutoffUnmetAlbumSearch: ['artistId'],
  BookSearch: ['bookIds'],
  AuthorSearch: ['authorId'],
  MissingBookSearch: ['authorId'],
  CutoffUnmetBookSearch: ['authorId'],
  DownloadedMoviesScan: ['path', 'downloadClientId', 'importMode', 'sendUpdates'],
  DownloadedEpisodesScan: ['path', 'downloadClientId', 'importMode'],
  DownloadedAlbumsScan: ['path', 'downloadClientId', 'importMode'],
  DownloadedBooksScan: ['path', 'downloadClientId', 'importMode'],
  ManualImport: ['files', 'importMode'],
  RescanMovie: ['movieId'],
  RescanSeries: ['seriesId'],
  RescanFolders: ['folders', 'filter', 'artistIds', 'addNewArtists'],
  RefreshMovie: ['movieIds', 'isNewMovie'],
  RefreshSeries: ['seriesId', 'seriesIds'],
  RefreshArtist: ['artistId'],
  RefreshAuthor: ['authorId'],
}

/** By families: what only they know. */
const onlyFor: readonly (readonly [RegExp, string])[] = [
  [/Movie/, 'movies'],
  [/Episode|Season|Series/, 'series'],
  [/Album|Artist/, 'music'],
  [/Book|Author/, 'books'],
]

/** The command's proper name and arguments, or null for one this app does not have. */
export function commandArgs(arr: Arr, name: string): {name: string; args: readonly string[]} | null {
  const proper = Object.keys(known).find((one) => one.toLowerCase() === name.toLowerCase())
  if (!proper) return null
  const rule = onlyFor.find(([pattern]) => pattern.test(proper))
  return rule && rule[1] !== arr.dialect.family ? null : {name: proper, args: known[proper]!}
}

/** @returns whether something came of it */
export async function execute(arr: Arr, command: Command): Promise<boolean> {
  const {name, args, trigger} = command
  if (name === 'RefreshMonitoredDownloads' || name === 'CheckForFinishedDownload') {
    await refresh(arr)
    return true
  }
  if (name === 'ProcessMonitoredDownloads') {
    await processDownloads(arr)
    return true
  }
  if (name === 'RssSync') {
    const before = arr.stats.grabs.length
    const found = await rssSync(arr)
    const grabbed = arr.stats.grabs.length - before
    command.message = `RSS Sync Completed. Reports found: ${found}, Reports grabbed: ${grabbed}`
    return true
  }
  if (name === 'CheckHealth') {
    await arr.time.sleep(CHECK_MS)
    await check(arr)
    return true
  }
  if (name === arr.dialect.scan) return scanPath(arr, args)
  if (name === 'ManualImport') {
    const isDone = await manualImport(arr, args)
    command.message = `Manually imported ${((args.files ?? []) as unknown[]).length} files`
    return isDone
  }
  if (name.endsWith('Search')) {
    const source = trigger === 'manual' ? 'UserInvokedSearch' : 'Search'
    const before = arr.stats.grabs.length
    const {searches, gone} = searchesOf(arr, name, args)
    for (const units of searches) await searchFor(arr, units, source)
    // What stands before it was searched.
    if (gone !== null) throw new Error(gone)
    const grabbed = arr.stats.grabs.length - before
    command.message =
      arr.dialect.family === 'movies'
        ? `Completed search for ${searches.length} movies. ${grabbed} reports downloaded.`
        : `${name.replace('Search', '')} search completed. ${grabbed} reports downloaded.`
  }
  return true
}

/** All checks together, ms. */
const CHECK_MS = 400

interface Searches {
  /** Each is one query at the indexers. */
  readonly searches: readonly Unit[][]
  /** What ends the command behind them: something that it was asked for is not there any more. */
  readonly gone: string | null
}

function searchesOf(arr: Arr, name: string, args: Readonly<Record<string, unknown>>): Searches {
  const ids = (key: string): number[] => ((args[key] ?? []) as number[]).map(Number)
  if (name === 'MoviesSearch') return moviesSearches(arr, ids('movieIds'))
  if (name === 'EpisodeSearch') return unitSearches(arr, ids('episodeIds'), 'episode')
  if (name === 'AlbumSearch') return unitSearches(arr, ids('albumIds'), 'album')
  if (name === 'BookSearch') return unitSearches(arr, ids('bookIds'), 'book')
  if (/^(Season|Series|Artist|Author)Search$/.test(name)) {
    const id = Number(args[arr.dialect.parentKey])
    const parent = arr.library.parent(id)
    if (!parent) return {searches: [], gone: notThere(arr.dialect.parentPath, id)}
    const units = arr.library.unitsOf(parent)
    return {searches: parentSearches(name, units, Number(args.seasonNumber)), gone: null}
  }
  return {searches: missing(arr, name.startsWith('Cutoff'), args), gone: null}
}

/** They are read together: one that is gone, and none is searched. */
function moviesSearches(arr: Arr, ids: readonly number[]): Searches {
  const found = ids.flatMap((id) => arr.library.parent(id) ?? [])
  if (found.length < ids.length) {
    const text = `Expected query to return ${ids.length} rows but returned ${found.length}`
    return {searches: [], gone: `System.ApplicationException: ${text}`}
  }
  return {searches: oldestFirst(found.flatMap(({unitIds}) => unitsOf(arr, unitIds))), gone: null}
}

/** They are read one by one, in the order in which they were asked for. */
function unitSearches(arr: Arr, ids: readonly number[], model: string): Searches {
  const end = ids.findIndex((id) => arr.library.unit(id) === undefined)
  const there = end < 0 ? ids : ids.slice(0, end)
  const gone = end < 0 ? null : notThere(model, ids[end]!)
  return {searches: unitsOf(arr, there).map((unit) => [unit]), gone}
}

function parentSearches(name: string, units: Unit[], season: number): Unit[][] {
  if (name === 'SeasonSearch') return [units.filter((unit) => unit.season === season)]
  if (name === 'SeriesSearch') return [...Map.groupBy(units, (unit) => unit.season).values()]
  return [units]
}

function notThere(model: string, id: number): string {
  const proper = model[0]!.toUpperCase() + model.slice(1)
  return `NzbDrone.Core.Datastore.ModelNotFoundException: ${proper} with ID ${id} does not exist`
}

/** Everything monitored that is out and without a file (or below the cut-off), and not on its way. */
function missing(arr: Arr, cutoff: boolean, args: Readonly<Record<string, unknown>>): Unit[][] {
  const {library} = arr
  const only = Number(args[arr.dialect.parentKey] ?? 0)
  const queued = new Set([...arr.queue.values()].flatMap((tracked) => tracked.unitIds))
  const units = library.units.filter((unit) => {
    const parent = library.parent(unit.parentId)!
    if (!parent.monitored || !unit.monitored || !isAired(arr, unit) || queued.has(unit.id)) return false
    if (only !== 0 && unit.parentId !== only) return false
    return cutoff
      ? library.filesOfUnit(unit).some((file) => isBelowCutoff(file.qualityId))
      : !library.has(unit)
  })
  if (arr.dialect.family !== 'series') return oldestFirst(units)
  return [...Map.groupBy(units, (unit) => `${unit.parentId}/${unit.season}`).values()]
}

function oldestFirst(units: readonly Unit[]): Unit[][] {
  return [...units]
    .sort((a, b) => (a.lastSearchAt ?? 0) - (b.lastSearchAt ?? 0) || a.id - b.id)
    .map((unit) => [unit])
}
