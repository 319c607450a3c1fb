/** Rows of the queue, of history and of the blocklist, for the richest of the apps. Source: protocol notes §3.3, §4. */
import type {Arr, PendingGrab, Tracked} from './arr.ts'
import {iso, span, type Asked, type Speaking} from './asked.ts'
import {rowId} from './hash.ts'
import type {Unit} from './library.ts'
import {delayedUntil} from './delays.ts'
import {unitsOf, withoutExtension} from './payloads.ts'
import {isBelowCutoff, scoreOf} from './profiles.ts'
import {qualityModel} from './quality.ts'
import type {BlocklistRow, HistoryRow} from './records.ts'
import {formatsIn, languages} from './rows-format.ts'

export interface QueueEntry {
  readonly id: number
  readonly downloadId: string | null
  readonly isKnown: boolean
  readonly parentId: number | null
  readonly unitIds: readonly number[]
  readonly row: object
}

/** One row for each episode, album or book; with Sonarr's v5 API and for films one for each download. */
export function queueEntries({arr, api, description}: Speaking): QueueEntry[] {
  const show = (row: object): object => description.shown('QueueResource', row)
  const perDownload = api === 'v5' || arr.dialect.unitKey === null
  const entries: QueueEntry[] = []
  for (const tracked of arr.queue.values()) {
    const units = unitsOf(arr, tracked.unitIds)
    for (const unit of perDownload ? [units[0]] : units.length === 0 ? [undefined] : units) {
      const own = unit === undefined || perDownload ? '' : `-${arr.dialect.unitKey}${unit.id}`
      // Two installations give the same id to the same download; without its episode it is another row.
      const id = rowId(`trackedDownload-${tracked.client.id}-${tracked.downloadId}${own}`)
      const ofMedia = {...mediaPart(arr, tracked.parentId, unit, units), ...packPart(tracked, units)}
      const row = show({...trackedRow({arr, description}, tracked), ...ofMedia, id})
      const {downloadId, parentId, unitIds} = tracked
      entries.push({id, downloadId, isKnown: parentId !== null, parentId, unitIds, row})
    }
  }
  for (const [id, pending] of arr.pending) {
    const {parentId, unitIds} = pending.release
    const units = unitsOf(arr, unitIds)
    const row = show({
      id,
      ...pendingRow({arr, description}, pending),
      ...mediaPart(arr, parentId, units[0], units),
    })
    entries.push({id, downloadId: null, isKnown: true, parentId, unitIds, row})
  }
  return entries
}

/**
 * Counters as `queue/status` gives them, and as they are told on the live channel: at each refresh, so that nothing is
 * written out for them. No row of ours is an error.
 */
export function queueCounters({arr, api, description}: Speaking): object {
  const perDownload = api === 'v5' || arr.dialect.unitKey === null
  const rows = [...arr.queue.values()].map(({parentId, unitIds, messages}) => ({
    isKnown: parentId !== null,
    isWarning: messages.length > 0,
    count: perDownload ? 1 : Math.max(1, unitsOf(arr, unitIds).length),
  }))
  const total = rows.reduce((sum, {count}) => sum + count, arr.pending.size)
  const unknown = rows.reduce((sum, {isKnown, count}) => sum + (isKnown ? 0 : count), 0)
  const warns = (known: boolean) => rows.some(({isKnown, isWarning}) => isKnown === known && isWarning)
  return description.shown('QueueStatusResource', {
    totalCount: total,
    count: total - unknown,
    unknownCount: unknown,
    errors: false,
    warnings: warns(true),
    unknownErrors: false,
    unknownWarnings: warns(false),
  })
}

function mediaPart(
  arr: Arr,
  parentId: number | null,
  unit: Unit | undefined,
  units: readonly Unit[],
): object {
  const {parentKey, unitKey} = arr.dialect
  const withFiles = units.filter((one) => arr.library.has(one))
  const season = unit && arr.library.unitsOf(arr.library.parent(unit.parentId)!)
  return {
    ...(parentId !== null && {[parentKey]: parentId}),
    ...(unit && unitKey !== null && {[unitKey]: unit.id}),
    seasonNumber: unit?.season,
    episodeHasFile: unit !== undefined && arr.library.has(unit),
    episodeIds: units.map(({id}) => id),
    seasonNumbers: [...new Set(units.map((one) => one.season))],
    episodesWithFilesCount: withFiles.length,
    isFullSeason:
      units.length > 1 && season?.filter((one) => one.season === unit?.season).length === units.length,
    trackFileCount: unit?.slots.length ?? 0,
    trackHasFileCount: unit?.slots.filter((file) => file !== 0).length ?? 0,
    downloadForced: false,
  }
}

/** What its name says, also of episodes that are gone; how many had a file is not looked at again. */
function packPart({seasons, withFiles}: Tracked, units: readonly Unit[]): object {
  return {
    seasonNumbers: units.length > 0 ? [...new Set(units.map(({season}) => season))] : seasons,
    episodesWithFilesCount: withFiles,
  }
}

type Showing = Pick<Speaking, 'arr' | 'description'>

function trackedRow({arr, description}: Showing, tracked: Tracked): object {
  const {left, speed, client, messages} = tracked
  // Of what it did not grab it knows no release.
  const release = tracked.addedAt === null ? undefined : tracked.release
  const remaining = left === 0 ? 0 : speed > 0 ? (left / speed) * 1_000 : null
  return {
    languages,
    quality: qualityModel(arr.dialect, tracked.release?.qualityId ?? 3),
    customFormats: release ? formatsIn({arr, description}, release.title) : [],
    customFormatScore: release ? scoreOf(arr, release.parentId, release) : 0,
    size: tracked.size,
    title: withoutExtension(tracked.name),
    added: iso(tracked.addedAt),
    status: tracked.status,
    errorMessage: tracked.errorMessage,
    estimatedCompletionTime: remaining === null ? null : iso(arr.time.now() + Math.round(remaining)),
    trackedDownloadStatus: messages.length > 0 ? 'warning' : 'ok',
    trackedDownloadState: tracked.state,
    statusMessages: messages,
    downloadId: tracked.downloadId,
    protocol: client.protocol,
    downloadClient: client.name,
    downloadClientHasPostImportCategory: client.postImportCategory !== '',
    indexer: release?.indexer,
    outputPath: tracked.outputPath === '' ? null : tracked.outputPath,
    ...leftPart(left, remaining),
  }
}

function pendingRow({arr, description}: Showing, {release, reason, since}: PendingGrab): object {
  const left = reason === 'delay' ? Math.max(0, delayedUntil(arr, release) - arr.time.now()) : 60_000
  return {
    languages,
    quality: qualityModel(arr.dialect, release.qualityId),
    customFormats: formatsIn({arr, description}, release.title),
    customFormatScore: scoreOf(arr, release.parentId, release),
    size: release.size,
    title: release.title,
    added: iso(since),
    status: reason,
    protocol: 'torrent',
    indexer: release.indexer,
    statusMessages: [],
    downloadClientHasPostImportCategory: false,
    estimatedCompletionTime: iso(arr.time.now() + left),
    ...leftPart(release.size, left),
  }
}

/** The v5 API writes them in other letters. */
function leftPart(left: number, remaining: number | null): object {
  const timeLeft = remaining === null ? null : span(remaining)
  return {sizeleft: left, sizeLeft: left, timeleft: timeLeft, timeLeft}
}

export function historyResource(
  {arr, description}: Pick<Speaking, 'arr' | 'description'>,
  row: HistoryRow,
): object {
  const {parentKey, unitKey} = arr.dialect
  const {parentId, sourceTitle: title, score} = row
  const known = Object.entries(row.data).filter(([, value]) => value !== undefined)
  return description.shown('HistoryResource', {
    id: row.id,
    [parentKey]: row.parentId,
    ...(unitKey !== null && {[unitKey]: row.unitId}),
    trackId: row.slot === undefined ? 0 : (row.unitId - 1) * 100 + row.slot + 1,
    sourceTitle: row.sourceTitle,
    languages,
    quality: qualityModel(arr.dialect, row.qualityId),
    customFormats: formatsIn({arr, description}, title),
    customFormatScore: scoreOf(arr, parentId, {title, score}),
    qualityCutoffNotMet: isBelowCutoff(arr, parentId, row.qualityId),
    date: iso(row.at),
    downloadId: row.downloadId,
    eventType: row.event,
    data: Object.fromEntries(known),
  })
}

/** @param of the film, series, artist or author that it is of; absent = it is not in the library any more */
export function blocklistResource({arr, description}: Asked, row: BlocklistRow, of?: object): object {
  const {parentKey} = arr.dialect
  return description.shown('BlocklistResource', {
    id: row.id,
    [parentKey]: row.parentId,
    episodeIds: row.unitIds,
    albumIds: row.unitIds,
    bookIds: row.unitIds,
    sourceTitle: row.sourceTitle,
    languages,
    customFormats: [],
    quality: qualityModel(arr.dialect, row.qualityId),
    date: iso(row.at),
    protocol: 'torrent',
    indexer: row.indexer,
    message: row.message,
    source: 'manual',
    movie: of,
    series: of,
    artist: of,
    author: of,
  })
}
