/** What each command does. Source: protocol notes §5.2. */
import {isAired, type Arr} from './arr.ts'
import {Aborted, type Command} from './commands.ts'
import type {Question} from './decisions.ts'
import {check} from './health.ts'
import {manualImport, processDownloads, scanPath} from './imports.ts'
import type {Parent, Unit} from './library.ts'
import {unitsOf} from './payloads.ts'
import {isBelowCutoff} from './profiles.ts'
import {refresh} from './refresh.ts'
import {
  episodeQuestions,
  itemQuestion,
  ownerQuestion,
  rssSync,
  search,
  seasonQuestions,
  seriesQuestions,
} from './search.ts'

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

type Say = (message: string) => void

/** @returns whether something came of it */
export async function execute(arr: Arr, command: Command, say: Say): Promise<boolean> {
  const {name, args} = command
  await stoppedShort(arr, name)
  if (name === 'RefreshMonitoredDownloads' || name === 'CheckForFinishedDownload') {
    await refresh(arr)
    return true
  }
  if (name === 'ProcessMonitoredDownloads') {
    await processDownloads(arr)
    return true
  }
  if (name === 'RssSync') {
    const {found, grabbed} = await rssSync(arr, say)
    say(`RSS Sync Completed. Reports found: ${found}, Reports grabbed: ${grabbed}`)
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
  if (name.endsWith('Search')) await searchAll(arr, command, say)
  return true
}

/** What a test wants to go wrong with it. */
async function stoppedShort({faults, time}: Arr, name: string): Promise<void> {
  const hang = faults.domain('commandHangs', name)
  if (hang) await time.sleep(hang.ms)
  if (faults.domain('commandAborts', name)) throw new Aborted()
  const failure = faults.domain('commandFails', name)
  if (failure) throw new Error(failure.exception)
}

async function searchAll(arr: Arr, {name, args, trigger}: Command, say: Say): Promise<void> {
  const source = trigger === 'manual' ? 'UserInvokedSearch' : 'Search'
  const {searches, gone} = searchesOf(arr, name, args)
  // Single items are done one by one, and each says how it ended.
  const isOneByOne = /^(Episode|Album|Book)Search$/.test(name)
  let grabbed = 0
  for (const {questions, monitoredOnly} of searches) {
    const taken = await search(arr, {questions, source, monitoredOnly}, say)
    grabbed += taken
    if (isOneByOne) say(endText(arr, name, searches, taken))
  }
  // What stands before it was searched.
  if (gone !== null) throw new Error(gone)
  if (!isOneByOne) say(endText(arr, name, searches, grabbed))
}

function endText({dialect}: Arr, name: string, searches: readonly Asking[], grabbed: number): string {
  const end = `${grabbed} reports downloaded.`
  const isMany = /^(Missing|CutoffUnmet)/.test(name)
  if (dialect.family !== 'movies' && !isMany) return `${name.replace('Search', '')} search completed. ${end}`
  const count = searches.reduce((sum, {items}) => sum + items, 0)
  const what = {movies: 'movies', series: 'episodes', music: 'albums', books: 'books'}[dialect.family]
  return `Completed search for ${count} ${what}. ${end}`
}

/** All checks together, ms. */
const CHECK_MS = 400

/** Asked, and what is best of it grabbed, before the next. */
interface Asking {
  readonly questions: readonly Question[]
  readonly monitoredOnly: boolean
  readonly items: number
}

interface Searches {
  readonly searches: readonly Asking[]
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
    return {searches: parentSearches(arr, name, parent, Number(args.seasonNumber)), gone: null}
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
  const units = oldestFirst(found.flatMap(({unitIds}) => unitsOf(arr, unitIds)))
  return {searches: units.map((unit) => singly(arr, unit)), gone: null}
}

/** They are read one by one, in the order in which they were asked for. */
function unitSearches(arr: Arr, ids: readonly number[], model: string): Searches {
  const end = ids.findIndex((id) => arr.library.unit(id) === undefined)
  const there = end < 0 ? ids : ids.slice(0, end)
  const gone = end < 0 ? null : notThere(model, ids[end]!)
  return {searches: unitsOf(arr, there).map((unit) => singly(arr, unit)), gone}
}

function singly(arr: Arr, unit: Unit): Asking {
  const isEpisode = arr.dialect.family === 'series'
  const questions = isEpisode ? episodeQuestions(arr, unit) : [itemQuestion(arr, unit)]
  return {questions, monitoredOnly: false, items: 1}
}

function parentSearches(arr: Arr, name: string, parent: Parent, season: number): readonly Asking[] {
  const units = arr.library.unitsOf(parent)
  if (name === 'SeasonSearch') {
    const own = units.filter((unit) => unit.season === season)
    return [{questions: seasonQuestions(arr, parent, own, true), monitoredOnly: true, items: own.length}]
  }
  if (name === 'SeriesSearch') {
    return seriesQuestions(arr, parent).map((questions) => ({questions, monitoredOnly: true, items: 1}))
  }
  return [{questions: [ownerQuestion(arr, parent, units)], monitoredOnly: true, items: units.length}]
}

function notThere(model: string, id: number): string {
  const proper = model[0]!.toUpperCase() + model.slice(1)
  return `NzbDrone.Core.Datastore.ModelNotFoundException: ${proper} with ID ${id} does not exist`
}

/** Everything monitored that is out and without a file (or below the cut-off), and not on its way. */
function missing(arr: Arr, cutoff: boolean, args: Readonly<Record<string, unknown>>): readonly Asking[] {
  const {library} = arr
  const only = Number(args[arr.dialect.parentKey] ?? 0)
  const queued = new Set([...arr.queue.values()].flatMap((tracked) => tracked.unitIds))
  const units = library.units.filter((unit) => {
    const parent = library.parent(unit.parentId)!
    if (!parent.monitored || !unit.monitored || !isAired(arr, unit) || queued.has(unit.id)) return false
    if (only !== 0 && unit.parentId !== only) return false
    return cutoff
      ? library.filesOfUnit(unit).some((file) => isBelowCutoff(arr, unit.parentId, file.qualityId))
      : !library.has(unit)
  })
  if (arr.dialect.family !== 'series') return oldestFirst(units).map((unit) => singly(arr, unit))
  const seasons = Map.groupBy(units, (unit) => `${unit.parentId}/${unit.season}`)
  return [...seasons.values()].map((own) => {
    const [first] = own
    if (own.length === 1) return singly(arr, first!)
    const questions = seasonQuestions(arr, library.parent(first!.parentId)!, own, true)
    return {questions, monitoredOnly: true, items: own.length}
  })
}

function oldestFirst(units: readonly Unit[]): readonly Unit[] {
  return [...units].sort((a, b) => (a.lastSearchAt ?? 0) - (b.lastSearchAt ?? 0) || a.id - b.id)
}
