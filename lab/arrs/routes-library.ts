/** What an Arr wants and has: lists, items, files, what is missing, and changes of them. */
import {isAired, type Arr} from './arr.ts'
import {
  accepted,
  bodyOf,
  each,
  isTrue,
  noItem,
  numbers,
  ok,
  page,
  said,
  thrown,
  type Asked,
  type Reply,
  type Routes,
} from './asked.ts'
import type {Family} from './dialects.ts'
import {reportParent} from './frames.ts'
import type {Availability, MediaFile, Parent, Unit} from './library.ts'
import {unitsOf} from './payloads.ts'
import {isBelowCutoff} from './profiles.ts'
import {fileResource, parentResource, unitResource} from './rows-library.ts'

/** By the id that other services have for it. */
function listParents(asked: Asked): Reply {
  const {library, dialect} = asked.arr
  const name = {movies: 'tmdbId', series: 'tvdbId', music: 'mbId', books: ''}[dialect.family]
  const outside = asked.query.get(name)
  const found =
    outside === null ? library.parents : library.parents.filter((one) => String(one.externalId) === outside)
  return ok(each(found, (parent) => parentResource(asked, parent)))
}

function oneParent(asked: Asked): Reply {
  const parent = asked.arr.library.parent(asked.ids[0]!)
  return parent ? ok(parentResource(asked, parent)) : noItem(asked)
}

function changeParent(asked: Asked): Reply {
  const parent = asked.arr.library.parent(asked.ids[0]!)
  if (!parent) return noItem(asked)
  const body = bodyOf(asked)
  apply(parent, body)
  if (Array.isArray(body.tags)) parent.tags = idsIn(body.tags)
  applySeasons(asked.arr, parent, body.seasons)
  reportParent(asked.arr, parent)
  return accepted(parentResource(asked, parent))
}

function editParents(asked: Asked): Reply {
  const body = bodyOf(asked)
  const ids = idsIn(body[`${asked.arr.dialect.parentKey}s`])
  const found = ids.flatMap((id) => asked.arr.library.parent(id) ?? [])
  if (found.length < ids.length) return tooFew(ids.length, found.length)
  for (const parent of found) {
    apply(parent, body)
    if (Array.isArray(body.tags)) parent.tags = tagsAfter(parent.tags, idsIn(body.tags), body.applyTags)
    reportParent(asked.arr, parent)
  }
  return accepted(found.map((parent) => parentResource(asked, parent)))
}

function apply(parent: Parent, body: Readonly<Record<string, unknown>>): void {
  parent.monitored = said(body, 'monitored', 'boolean') ?? parent.monitored
  parent.qualityProfileId = said(body, 'qualityProfileId', 'number') ?? parent.qualityProfileId
  const availability = said(body, 'minimumAvailability', 'string') as Availability | undefined
  parent.minimumAvailability = availability ?? parent.minimumAvailability
}

/** Of many at once they are added, where nothing else is said. */
function tagsAfter(before: readonly number[], tags: readonly number[], how: unknown): number[] {
  if (how === 'replace' || how === 2) return [...tags]
  if (how === 'remove' || how === 1) return before.filter((tag) => !tags.includes(tag))
  return [...new Set([...before, ...tags])]
}

/** What a season is switched to, all its episodes are, too. */
function applySeasons(arr: Arr, parent: Parent, seasons: unknown): void {
  if (arr.dialect.family !== 'series' || !Array.isArray(seasons)) return
  for (const {seasonNumber, monitored} of seasons as {seasonNumber: number; monitored: boolean}[]) {
    const before = !parent.unmonitoredSeasons.includes(seasonNumber)
    if (monitored === before) continue
    parent.unmonitoredSeasons = monitored
      ? parent.unmonitoredSeasons.filter((season) => season !== seasonNumber)
      : [...parent.unmonitoredSeasons, seasonNumber]
    for (const unit of arr.library.unitsOf(parent))
      if (unit.season === seasonNumber) unit.monitored = monitored
  }
}

function monitorUnits(asked: Asked): Reply {
  const body = bodyOf(asked)
  const ids = idsIn(body[`${asked.arr.dialect.unitKey}s`])
  const units = unitsOf(asked.arr, ids)
  for (const unit of units) unit.monitored = said(body, 'monitored', 'boolean') ?? unit.monitored
  // No message says it. It is done, and then it cannot show those that are gone.
  if (units.length < ids.length) return tooFew(ids.length, units.length)
  return accepted(units.map((unit) => unitResource(asked, unit)))
}

function idsIn(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

/** Episodes, albums or books of one. A series, an id or a file has to be named; albums and books may all be asked for. */
function listUnits(asked: Asked): Reply {
  const {library, dialect} = asked.arr
  const {query} = asked
  const withFile =
    isTrue(query, 'includeEpisodeFile') || query.getAll('includeSubresources').includes('episodeFile')
  const give = (units: readonly Unit[]) => ok(each(units, (unit) => unitResource(asked, unit, withFile)))
  const byId = numbers(query, `${dialect.unitKey}s`)
  if (byId.length > 0) return givenUnits(asked, byId, give)
  const parent = library.parent(Number(query.get(dialect.parentKey) ?? 0))
  if (parent) {
    const season = query.get('seasonNumber')
    return give(library.unitsOf(parent).filter((unit) => season === null || unit.season === Number(season)))
  }
  const fileId = Number(query.get('episodeFileId') ?? 0)
  if (fileId !== 0) return give(unitsOf(asked.arr, library.file(fileId)?.unitIds ?? []))
  if (query.has(dialect.parentKey)) return give([])
  const content = 'seriesId or episodeIds must be provided'
  return dialect.family === 'series' ? thrown(400, `BadRequest: ${content}`, {content}) : give(library.units)
}

/** One id that is gone, and nothing is told of the others. */
function givenUnits({arr}: Asked, ids: readonly number[], give: (units: readonly Unit[]) => Reply): Reply {
  const wanted = new Set(ids)
  const found = unitsOf(arr, [...wanted])
  return found.length === wanted.size ? give(found) : tooFew(wanted.size, found.length)
}

function tooFew(wanted: number, found: number): Reply {
  const message = `Expected query to return ${wanted} rows but returned ${found}`
  return thrown(500, message, {description: `System.ApplicationException: ${message}`})
}

function oneUnit(asked: Asked): Reply {
  const {library, dialect} = asked.arr
  const unit = library.unit(asked.ids[0]!)
  if (unit) return ok(unitResource(asked, unit, true))
  // Of an episode Sonarr 5 says as little in its older API.
  return dialect.app === 'sonarr5' ? {status: 404} : noItem(asked)
}

function listFiles(asked: Asked): Reply {
  const {library, dialect} = asked.arr
  const {query} = asked
  const give = (files: readonly MediaFile[]) => ok(each(files, (file) => fileResource(asked, file)))
  const byId = numbers(query, `${dialect.filePath.replace('file', 'File')}Ids`)
  if (byId.length > 0) return give(byId.flatMap((id) => library.file(id) ?? []))
  const units = dialect.unitKey === null ? [] : numbers(query, dialect.unitKey)
  const parents = numbers(query, dialect.parentKey)
  if (parents.length > 0 && units.length === 0) return filesOfParents(asked, parents, give)
  const selectors = {
    movies: 'movieId or movieFileIds',
    series: 'seriesId or episodeFileIds',
    music: 'artistId, albumId, trackFileIds or unmapped',
    books: 'authorId, bookId, bookFileIds or unmapped',
  }
  const content = `${selectors[dialect.family]} must be provided`
  if (units.length === 0) return thrown(400, `BadRequest: ${content}`, {content})
  const gone = units.find((id) => library.unit(id) === undefined)
  if (gone !== undefined) return modelGone(dialect.family === 'music' ? 'Album' : 'Book', gone)
  return give(unitsOf(asked.arr, units).flatMap((unit) => library.filesOfUnit(unit)))
}

/** Of films that are gone there is nothing; one of the others has to be there. */
function filesOfParents(
  {arr}: Asked,
  ids: readonly number[],
  give: (files: readonly MediaFile[]) => Reply,
): Reply {
  const {library, dialect, faults} = arr
  const isOld = faults.domain('firstMovieIdOnly') !== null
  const wanted = isOld ? ids.slice(0, 1) : ids
  const found = wanted.flatMap((id) => library.parent(id) ?? [])
  const gone = wanted.find((id) => library.parent(id) === undefined)
  if (gone !== undefined && (isOld || dialect.family === 'music')) {
    return modelGone(dialect.family === 'movies' ? 'Movie' : 'Artist', gone)
  }
  const files = found.flatMap((parent) => library.filesOf(parent))
  return give(isOld ? files.slice(0, 1) : files)
}

function modelGone(model: string, id: number): Reply {
  return thrown(404, `${model} with ID ${id} does not exist`)
}

function oneFile(asked: Asked): Reply {
  const file = asked.arr.library.file(asked.ids[0]!)
  return file ? ok(fileResource(asked, file)) : noItem(asked)
}

/** Missing: films of any availability; else what is out, specials included unless they are declined. */
function wanted(asked: Asked, isWanted: (unit: Unit) => boolean): Reply {
  const {arr, query} = asked
  const {library, dialect} = arr
  if (!dialect.hasWanted) return {status: 404}
  const monitored = isTrue(query, 'monitored', true)
  const specials = isTrue(query, 'includeSpecials', true)
  const [parents, profiles] = [numbers(query, `${dialect.parentKey}s`), numbers(query, 'qualityProfileIds')]
  const found = library.units.filter((unit) => {
    const parent = library.parent(unit.parentId)!
    if (parents.length > 0 && !parents.includes(parent.id)) return false
    if (profiles.length > 0 && !profiles.includes(parent.qualityProfileId)) return false
    // A film without a year is not wanted yet.
    if (dialect.family === 'movies' ? library.yearOf(parent) === 0 : !isAired(arr, unit)) return false
    if (!specials && unit.season === 0) return false
    return isWanted(unit) && (parent.monitored && unit.monitored) === monitored
  })
  const ordered = sortedBy(found, (unit) => wantedKey(arr, unit))
  const withFile = isTrue(query, 'includeEpisodeFile')
  const sortKey = {
    movies: 'movieMetadata.sortTitle',
    series: 'episodes.airDateUtc',
    music: 'albums.title',
    books: 'books.title',
  }
  return page(asked, ordered, {
    sortKey: sortKey[dialect.family],
    rowsAre: 'ascending',
    // What is wanted names no root folder.
    row: (unit) => ({...unitResource(asked, unit, withFile), rootFolderPath: undefined}),
  })
}

/** Films, albums and books by their titles, episodes by when they were on air. */
function wantedKey({library}: Arr, unit: Unit): string | number {
  if (library.family === 'series') return unit.airAt ?? 0
  if (library.family === 'movies') return library.titleOf(library.parent(unit.parentId)!).toLowerCase()
  return library.unitTitle(unit).toLowerCase()
}

/** Ascending; each key is made once. */
function sortedBy<T>(all: readonly T[], key: (one: T) => string | number): T[] {
  const keyed = all.map((one) => ({one, key: key(one)}))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({one}) => one)
}

const missing = (asked: Asked): Reply => wanted(asked, (unit) => !asked.arr.library.has(unit))
const cutoff = (asked: Asked): Reply => wanted(asked, (unit) => isUnmet(asked.arr, unit))

function isUnmet(arr: Arr, unit: Unit): boolean {
  const files = arr.library.filesOfUnit(unit)
  return files.some((file) => isBelowCutoff(arr, unit.parentId, file.qualityId))
}

/** What is on air, released or out within that time; without it, today and tomorrow. */
function calendar(asked: Asked): Reply {
  const {arr, query} = asked
  const {library, time} = arr
  const [from, to] = ['start', 'end'].map((name, at) => {
    const said = Date.parse(query.get(name) ?? '')
    return Number.isNaN(said) ? startOfDay(time.now()) + at * 2 * DAY : said
  })
  const unmonitored = isTrue(query, asked.api === 'v5' ? 'includeUnmonitored' : 'unmonitored')
  const specials = isTrue(query, 'includeSpecials', true)
  const found = library.units.filter((unit) => {
    const parent = library.parent(unit.parentId)!
    if (!unmonitored && !(parent.monitored && unit.monitored)) return false
    if (!specials && unit.season === 0) return false
    return datesOf(parent, unit).some((at) => at >= from! && at <= to!)
  })
  const withFile = isTrue(query, 'includeEpisodeFile')
  return ok(found.map((unit) => unitResource(asked, unit, withFile)))
}

const DAY = 86_400_000

function startOfDay(at: number): number {
  return at - (at % DAY)
}

function datesOf({releases}: Parent, {airAt}: Unit): number[] {
  if (releases === null) return airAt === null ? [] : [airAt]
  return [releases.inCinemas, releases.digital, releases.physical].filter((at) => at !== undefined)
}

export function libraryRoutes(family: Family): Routes {
  const [parent, unit, file] = {
    movies: ['movie', null, 'moviefile'],
    series: ['series', 'episode', 'episodefile'],
    music: ['artist', 'album', 'trackfile'],
    books: ['author', 'book', 'bookfile'],
  }[family] as [string, string | null, string]
  return {
    [`GET ${parent}`]: listParents,
    [`GET ${parent}/{id}`]: oneParent,
    [`PUT ${parent}/{id}`]: changeParent,
    [`PUT ${parent}/editor`]: editParents,
    ...(unit !== null && {
      [`GET ${unit}`]: listUnits,
      [`GET ${unit}/{id}`]: oneUnit,
      [`PUT ${unit}/monitor`]: monitorUnits,
    }),
    [`GET ${file}`]: listFiles,
    [`GET ${file}/{id}`]: oneFile,
    'GET calendar': calendar,
    'GET wanted/missing': missing,
    'GET wanted/cutoff': cutoff,
  }
}
