/**
 * Where the history of downloads, and the files of their items, are read: of one download by itself, or of many by going
 * through the whole history once. Source: protocols/arr.md §4, §6.4.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import type {DownloadId, HistoryRow, MediaRef} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'
import {isImport} from './import-evidence.ts'

export interface ImportSource {
  /** All that is told of it. */
  historyOf(downloadId: DownloadId): Promise<readonly HistoryRow[]>
  /** Imports since then, of whatever download; not further back than was asked for when many are read. */
  importsSince(at: EpochMs): Promise<readonly HistoryRow[]>
  /** The files that items have now, by their id. */
  filesOf(ids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>
}

export type HistoryPort = Pick<ArrPort, 'history' | 'historyOf' | 'historySince' | 'filesOf'>

/** Asks when it is asked. */
export function oneByOne(port: HistoryPort, signal: AbortSignal | undefined): ImportSource {
  return {
    historyOf: (downloadId) => port.historyOf(downloadId, signal),
    importsSince: async (at) => (await port.historySince(at, signal)).filter(isImport),
    filesOf: (ids) => port.filesOf(ids, signal),
  }
}

/**
 * Reads all of it now: one question for the history, and one for two hundred items.
 * @param from further back imports of other downloads are not kept
 * @throws {CommodarrError}
 */
export async function allTogether(
  port: HistoryPort,
  {ids, from, signal}: {ids: ReadonlySet<DownloadId>; from: EpochMs; signal: AbortSignal},
): Promise<ImportSource> {
  const own = new Map<DownloadId, HistoryRow[]>()
  const imports: HistoryRow[] = []
  await port.history((row) => {
    const {downloadId} = row
    if (isImport(row) && row.at >= from) imports.push(row)
    if (downloadId === null || !ids.has(downloadId)) return
    const rows = own.get(downloadId) ?? []
    own.set(downloadId, rows)
    rows.push(row)
  }, signal)
  const media = [...own.values()].flatMap((rows) => [...grabbedMedia(rows)])
  const files = await port.filesOf([...new Set(media.flatMap(({id}) => (id > 0 ? [id] : [])))], signal)
  return {
    historyOf: async (downloadId) => own.get(downloadId) ?? [],
    importsSince: async (at) => imports.filter((row) => row.at >= at),
    filesOf: async () => files,
  }
}

/** The items of all grabs, some maybe more than once. */
export function* grabbedMedia(history: readonly HistoryRow[]): Iterable<MediaRef> {
  for (const {event, media} of history) if (event === 'grabbed' && media) yield media
}
