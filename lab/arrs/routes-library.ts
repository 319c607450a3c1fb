/** What an Arr wants and has: lists, items, files, what is missing, and changes of them. */
import {isAired} from './arr.ts'
import {
  accepted,
  bodyOf,
  each,
  invalid,
  isTrue,
  notFound,
  numbers,
  ok,
  page,
  said,
  type Asked,
  type Reply,
  type Routes,
} from './asked.ts'
import type {Family} from './dialects.ts'
import type {MediaFile, Parent, Unit} from './library.ts'
import {unitsOf} from './payloads.ts'
import {isBelowCutoff} from './quality.ts'
import {familyRows} from './rows-library.ts'

const rows = ({arr}: Asked) => familyRows[arr.dialect.family]

function parentRow(asked: Asked, parent: Parent): object {
  const {parentIs} = rows(asked)
  const row = asked.description.shown(parentIs, rows(asked).parent(asked.arr, parent))
  if (asked.arr.dialect.family !== 'movies' || !('movieFile' in row)) return row
  return {...row, movieFile: asked.description.shown('MovieFileResource', row.movieFile as object)}
}

function unitRow(asked: Asked, unit: Unit, withFile = false): object {
  const {unitIs} = rows(asked)
  if (asked.arr.dialect.family === 'movies') return parentRow(asked, asked.arr.library.parent(unit.parentId)!)
  const row = asked.description.shown(unitIs, rows(asked).unit(asked.arr, unit))
  const [file] = withFile ? asked.arr.library.filesOfUnit(unit) : []
  return file ? {...row, episodeFile: fileRow(asked, file)} : row
}

function fileRow(asked: Asked, file: MediaFile): object {
  return asked.description.shown(rows(asked).fileIs, rows(asked).file(asked.arr, file))
}

/** By the id that other services have for it. */
function listParents(asked: Asked): Reply {
  const {library, dialect} = asked.arr
  const name = {movies: 'tmdbId', series: 'tvdbId', music: 'mbId', books: ''}[dialect.family]
  const outside = asked.query.get(name)
  const found =
    outside === null ? library.parents : library.parents.filter((one) => String(one.externalId) === outside)
  return ok(each(found, (parent) => parentRow(asked, parent)))
}

function oneParent(asked: Asked): Reply {
  const parent = asked.arr.library.parent(asked.ids[0]!)
  return parent ? ok(parentRow(asked, parent)) : notFound
}

function changeParent(asked: Asked): Reply {
  const parent = asked.arr.library.parent(asked.ids[0]!)
  if (!parent) return notFound
  apply(parent, bodyOf(asked))
  tellParent(asked, parent)
  return accepted(parentRow(asked, parent))
}

function editParents(asked: Asked): Reply {
  const body = bodyOf(asked)
  const ids = body[`${asked.arr.dialect.parentKey}s`]
  const found = idsIn(ids).flatMap((id) => asked.arr.library.parent(id) ?? [])
  for (const parent of found) {
    apply(parent, body)
    tellParent(asked, parent)
  }
  return accepted(found.map((parent) => parentRow(asked, parent)))
}

function apply(parent: Parent, body: Readonly<Record<string, unknown>>): void {
  parent.monitored = said(body, 'monitored', 'boolean') ?? parent.monitored
  parent.qualityProfileId = said(body, 'qualityProfileId', 'number') ?? parent.qualityProfileId
  if (Array.isArray(body.tags)) parent.tags = idsIn(body.tags)
}

function tellParent(asked: Asked, parent: Parent): void {
  asked.arr.live.tell(asked.arr.dialect.parentPath, 'updated', () => parentRow(asked, parent))
}

function monitorUnits(asked: Asked): Reply {
  const body = bodyOf(asked)
  const units = unitsOf(asked.arr, idsIn(body[`${asked.arr.dialect.unitKey}s`]))
  for (const unit of units) unit.monitored = said(body, 'monitored', 'boolean') ?? unit.monitored
  return accepted(units.map((unit) => unitRow(asked, unit)))
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
  const give = (units: readonly Unit[]) => ok(each(units, (unit) => unitRow(asked, unit, withFile)))
  const byId = numbers(query, `${dialect.unitKey}s`)
  if (byId.length > 0) return give(unitsOf(asked.arr, byId))
  const parent = library.parent(Number(query.get(dialect.parentKey) ?? 0))
  if (parent) {
    const season = query.get('seasonNumber')
    return give(library.unitsOf(parent).filter((unit) => season === null || unit.season === Number(season)))
  }
  const fileId = Number(query.get('episodeFileId') ?? 0)
  if (fileId !== 0) return give(unitsOf(asked.arr, library.file(fileId)?.unitIds ?? []))
  if (query.has(dialect.parentKey)) return give([])
  return dialect.family === 'series'
    ? {status: 400, value: {message: 'seriesId or episodeIds must be provided'}}
    : give(library.units)
}

function oneUnit(asked: Asked): Reply {
  const unit = asked.arr.library.unit(asked.ids[0]!)
  return unit ? ok(unitRow(asked, unit, true)) : notFound
}

function listFiles(asked: Asked): Reply {
  const {library, dialect} = asked.arr
  const {query} = asked
  const give = (files: readonly MediaFile[]) => ok(each(files, (file) => fileRow(asked, file)))
  const byId = numbers(query, `${dialect.filePath.replace('file', 'File')}Ids`)
  if (byId.length > 0) return give(byId.flatMap((id) => library.file(id) ?? []))
  const parents = numbers(query, dialect.parentKey)
  if (parents.length > 0) {
    return give(
      parents.flatMap((id) => library.parent(id) ?? []).flatMap((parent) => library.filesOf(parent)),
    )
  }
  const units = dialect.unitKey === null ? [] : numbers(query, dialect.unitKey)
  if (units.length === 0) return invalid(dialect.parentKey, `${dialect.parentKey} must be provided`)
  return give(unitsOf(asked.arr, units).flatMap((unit) => library.filesOfUnit(unit)))
}

function oneFile(asked: Asked): Reply {
  const file = asked.arr.library.file(asked.ids[0]!)
  return file ? ok(fileRow(asked, file)) : notFound
}

/** Missing: films of any availability; else what is out, specials included unless they are declined. */
function wanted(asked: Asked, isWanted: (unit: Unit) => boolean): Reply {
  const {arr, query} = asked
  const {library, dialect} = arr
  if (!dialect.hasWanted) return notFound
  const monitored = isTrue(query, 'monitored', true)
  const specials = isTrue(query, 'includeSpecials', true)
  const found = library.units.filter((unit) => {
    const parent = library.parent(unit.parentId)!
    if (dialect.family !== 'movies' && !isAired(arr, unit)) return false
    if (!specials && unit.season === 0) return false
    return isWanted(unit) && (parent.monitored && unit.monitored) === monitored
  })
  const withFile = isTrue(query, 'includeEpisodeFile')
  return page(asked, found, {sortKey: 'title', row: (unit) => unitRow(asked, unit, withFile)})
}

const missing = (asked: Asked): Reply => wanted(asked, (unit) => !asked.arr.library.has(unit))
const cutoff = (asked: Asked): Reply =>
  wanted(asked, (unit) => asked.arr.library.filesOfUnit(unit).some((file) => isBelowCutoff(file.qualityId)))

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
    'GET wanted/missing': missing,
    'GET wanted/cutoff': cutoff,
  }
}
