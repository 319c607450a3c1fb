/**
 * What people, or a refresh of the metadata, take out of the library. History goes with it, or is not shown any more, and
 * what is on its way loses what it was for. Source: protocol notes §12; Radarr and Sonarr, as recorded.
 */
import type {Arr} from './arr.ts'
import {reportFileGone, reportParentGone} from './frames.ts'
import type {MediaFile} from './library.ts'
import {fileDeletePayload, itemDeletePayload, unitsOf} from './payloads.ts'
import {reportQueue} from './refresh.ts'

/** A film, series, artist or author, by a person who leaves its files. */
export function deleteItem(arr: Arr, id: number): void {
  const parent = arr.library.parent(id)
  if (!parent) throw new Error(`there is no item ${id} in the library`)
  const payload = itemDeletePayload(arr, parent)
  arr.library.remove(parent)
  arr.history.forget(id)
  arr.blocklist.forget(id)
  for (const [row, {release}] of arr.pending) if (release.parentId === id) arr.pending.delete(row)
  for (const tracked of arr.queue.values()) {
    if (tracked.parentId === id) Object.assign(tracked, {parentId: null, unitIds: []})
  }
  reportParentGone(arr, parent)
  arr.hooks.send([arr.dialect.family === 'movies' ? 'onMovieDelete' : 'onSeriesDelete'], payload)
  reportQueue(arr)
}

/** An episode, album or book that is not there any more when the metadata is read again. */
export function deleteUnit(arr: Arr, id: number): void {
  const unit = arr.library.unit(id)
  if (!unit) throw new Error(`there is no episode, album or book ${id} in the library`)
  arr.library.removeUnit(unit)
  for (const tracked of arr.queue.values()) {
    tracked.unitIds = tracked.unitIds.filter((it) => it !== id)
  }
  reportQueue(arr)
}

/** For a better one, by a person, or because a scan of the disk did not find it. */
export function removeFile(
  arr: Arr,
  file: MediaFile,
  reason: 'Upgrade' | 'Manual' | 'MissingFromDisk',
): void {
  const {dialect, history, hooks, library} = arr
  const units = unitsOf(arr, file.unitIds)
  library.removeFile(file)
  for (const [at, unit] of units.entries()) {
    history.add({
      at: arr.time.now(),
      event: dialect.fileDeleted,
      sourceTitle: file.path,
      parentId: file.parentId,
      unitId: unit.id,
      slot: dialect.family === 'music' ? at : undefined,
      qualityId: file.qualityId,
      score: file.score,
      data: {reason, releaseGroup: 'SIM', size: String(file.size), indexerFlags: '0'},
    })
  }
  reportFileGone(arr, file, units)
  const switches = {
    movies: ['onMovieFileDelete', 'onMovieFileDeleteForUpgrade'],
    series: ['onEpisodeFileDelete', 'onEpisodeFileDeleteForUpgrade'],
    music: null,
    books: null,
  } as const
  const wants = switches[dialect.family]
  if (wants === null) return
  hooks.send(reason === 'Upgrade' ? wants : [wants[0]], fileDeletePayload(arr, file, units, reason))
}
