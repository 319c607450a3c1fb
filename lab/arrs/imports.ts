/**
 * Finished downloads become files of the library, or do not: the release's plan says which. Source: protocol notes
 * §3.4, §3.5, §6.
 */
import {copyFile, link, mkdir, readdir, rename, rm, stat} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'
import type {Arr, Tracked} from './arr.ts'
import {scheduleRefresh} from './grab.ts'
import type {MediaFile, Unit} from './library.ts'
import {importCompletePayload, importPayload, unitsOf} from './payloads.ts'
import {block, obstacleTo, tellQueue} from './refresh.ts'
import {partialText, rejectionText, type RejectClass} from './rejections.ts'
import type {ImportPlan} from './releases.ts'

type TransferMode = 'copy' | 'move'

/** `ProcessMonitoredDownloads`: everything that waits for its import, one after the other. */
export async function processDownloads(arr: Arr): Promise<void> {
  if (arr.faults.domain('stuckQueue')) return
  for (const tracked of Array.from(arr.queue.values())) {
    // Where no state says "blocked", a blocked row waits among the others and is passed over.
    if (tracked.state === 'importPending' && !obstacleTo(arr, tracked))
      await importDownload(arr, tracked, 'copy')
  }
  tellQueue(arr)
}

/**
 * One attempt at the import of a tracked download.
 * @returns whether everything came in. @throws when its plan says so: the command fails
 */
async function importDownload(arr: Arr, tracked: Tracked, mode: TransferMode): Promise<boolean> {
  tracked.attempts++
  tracked.state = 'importing'
  if (arr.faults.domain('importNeverFinishes')) return false
  const plan = planOf(arr, tracked)
  if (plan === 'crash') {
    tracked.state = 'importPending'
    throw new Error('System.NullReferenceException: Object reference not set to an instance of an object.')
  }
  const trouble = troubleOf(arr, tracked, plan)
  if (trouble) {
    refuse(arr, tracked, trouble, isSingle(tracked))
    return false
  }
  const units = unitsOf(arr, tracked.unitIds)
  const wanted =
    typeof plan === 'object' && 'partial' in plan ? takeFirst(units, plan.partial) : slotsOf(units)
  const fresh = notYetIn(arr, tracked, wanted)
  if (fresh.length > 0) await bring(arr, tracked, fresh, mode)
  if (wanted.length < slotsOf(units).length) {
    refuse(arr, tracked, [partialText(arr.dialect.parentKey)], false)
    return false
  }
  await finish(arr, tracked, units)
  return true
}

function planOf(arr: Arr, tracked: Tracked): ImportPlan {
  const fault = arr.faults.domain('importReject')
  if (fault) return {reject: fault.class as RejectClass}
  return tracked.release?.import ?? 'ok'
}

function troubleOf(arr: Arr, tracked: Tracked, plan: ImportPlan): string[] | null {
  if (plan === 'noFiles') return [`No files found are eligible for import in ${tracked.outputPath}`]
  if (plan === 'sampleOnly') return ['Sample']
  if (plan === 'freeSpace') return [rejectionText('free_space', arr.dialect.parentKey)]
  if (typeof plan !== 'object') return null
  if ('reject' in plan) return [rejectionText(plan.reject, arr.dialect.parentKey)]
  if ('locked' in plan && tracked.attempts <= plan.locked)
    return [rejectionText('locked', arr.dialect.parentKey)]
  return null
}

/** What speaks against the import, in its own words: what it said already, or would say. */
export function objectionsTo(arr: Arr, tracked: Tracked): readonly string[] {
  if (tracked.warning.length > 0) return tracked.warning
  return troubleOf(arr, tracked, planOf(arr, tracked)) ?? []
}

/** One file was looked at. */
function isSingle(tracked: Tracked): boolean {
  return (
    (tracked.release?.content.filter((file) => file.kind !== 'nfo' && file.kind !== 'sub').length ?? 1) <= 1
  )
}

/** The same refusal ends differently in each application. */
function refuse(arr: Arr, tracked: Tracked, messages: string[], single: boolean): void {
  tracked.warning = messages
  const empty = messages[0]!.startsWith('No files found')
  if (arr.dialect.hasImportFailed) {
    if (empty) tracked.state = 'importPending'
    else failImport(arr, tracked)
    return
  }
  if (empty || (single && arr.dialect.family === 'movies')) tracked.state = 'importPending'
  else block(arr, tracked)
}

function failImport(arr: Arr, tracked: Tracked): void {
  tracked.state = 'importFailed'
  const event = arr.dialect.family === 'music' ? 'albumImportIncomplete' : 'bookImportIncomplete'
  for (const unit of unitsOf(arr, tracked.unitIds)) {
    writeDown(arr, tracked, unit, event, undefined, {statusMessages: JSON.stringify(tracked.warning)})
  }
}

interface Slot {
  readonly unit: Unit
  readonly slot: number
}

function slotsOf(units: readonly Unit[]): Slot[] {
  return units.flatMap((unit) => unit.slots.map((_, slot) => ({unit, slot})))
}

function takeFirst(units: readonly Unit[], count: number): Slot[] {
  return slotsOf(units).slice(0, count)
}

/** What came in since the download was grabbed does not come in again. Source: protocol notes §3.5 (AlreadyImported). */
function notYetIn(arr: Arr, {downloadId}: Tracked, slots: readonly Slot[]): readonly Slot[] {
  const past = arr.history.of(downloadId)
  const grabbedAt = past.findLastIndex(({event}) => event === 'grabbed')
  const isIn = ({unit, slot}: Slot): boolean =>
    past
      .slice(grabbedAt + 1)
      .some((row) => row.event === arr.dialect.imported && row.unitId === unit.id && row.slot === slot)
  return slots.filter((one) => !isIn(one))
}

/** The files into the library: on the disk, in the database, in history, and told to everybody. */
async function bring(arr: Arr, tracked: Tracked, slots: readonly Slot[], mode: TransferMode): Promise<void> {
  const sources = await sourcesOf(arr, tracked)
  const brought: (MediaFile & {source: string})[] = []
  const gone: MediaFile[] = []
  for (const [at, {unit, slot}] of slots.entries()) {
    const parent = arr.library.parent(unit.parentId)!
    const relativePath = arr.library.fileName(parent, unit, slot)
    const path = `${arr.library.folderOf(parent)}/${relativePath}`
    const source = sources[Math.min(at, sources.length - 1)] ?? {path: tracked.outputPath, size: tracked.size}
    if (arr.config.files === 'real') await arr.time.outside(transfer(arr, source.path, path, mode))
    const {file, replaced} = arr.library.place(
      {
        parentId: parent.id,
        path,
        relativePath,
        size: source.size,
        addedAt: arr.time.now(),
        qualityId: tracked.release?.qualityId ?? 3,
        score: tracked.release?.score ?? 0,
        sceneName: tracked.title,
      },
      [{unit, slot}],
    )
    for (const old of replaced) {
      gone.push(old)
      writeDown(arr, tracked, unit, arr.dialect.fileDeleted, slot, {reason: 'Upgrade'})
    }
    const data = importData(tracked, file, source.path)
    writeDown(arr, tracked, unit, arr.dialect.imported, slot, data)
    brought.push({...file, source: source.path})
    tellFile(arr, file, unit)
    if (arr.dialect.unitKey === null || arr.dialect.family === 'series') {
      arr.hooks.tell(
        ['onDownload'],
        importPayload(arr, tracked, [unit], [{...file, source: source.path}], replaced),
      )
    }
  }
  arr.stats.imports.push(tracked.downloadId)
  if (mode === 'move' && arr.config.files === 'real') await arr.time.outside(clearSource(tracked.outputPath))
  if (arr.dialect.family === 'music' || arr.dialect.family === 'books') {
    const units = [...new Set(slots.map(({unit}) => unit))]
    for (const unit of units)
      writeDown(arr, tracked, unit, 'downloadImported', undefined, {statusMessages: '[]'})
    if (units.length > 0)
      arr.hooks.tell(['onReleaseImport'], importPayload(arr, tracked, units, brought, gone))
  }
}

function importData(tracked: Tracked, file: MediaFile, source: string): Record<string, string | undefined> {
  return {
    fileId: String(file.id),
    droppedPath: source,
    importedPath: file.path,
    downloadClient: tracked.client.implementation,
    downloadClientName: tracked.client.name,
    releaseGroup: 'SIM',
    size: String(file.size),
    customFormatScore: String(file.score),
  }
}

function tellFile(arr: Arr, file: MediaFile, unit: Unit): void {
  arr.live.tell(arr.dialect.filePath, 'updated', () => ({
    id: file.id,
    [arr.dialect.parentKey]: file.parentId,
  }))
  const name = {movies: 'movie', series: 'episode', music: 'album', books: 'book'}[arr.dialect.family]
  arr.live.tell(name, 'updated', () => ({id: unit.id, hasFile: true}))
}

function writeDown(
  arr: Arr,
  tracked: Tracked,
  unit: Unit,
  event: string,
  slot: number | undefined,
  data: Record<string, string | undefined>,
): void {
  const lostId = arr.faults.domain('emptyDownloadIdInHistory') !== null && event === arr.dialect.imported
  arr.history.add({
    at: arr.time.now(),
    event,
    sourceTitle: tracked.title,
    parentId: unit.parentId,
    unitId: unit.id,
    slot,
    data,
    downloadId: lostId ? undefined : tracked.downloadId,
    qualityId: tracked.release?.qualityId ?? 3,
    score: tracked.release?.score ?? 0,
  })
}

async function finish(arr: Arr, tracked: Tracked, units: readonly Unit[]): Promise<void> {
  arr.queue.delete(tracked.downloadId)
  arr.imported.add(tracked.downloadId)
  if (arr.dialect.family === 'series' && units.length > 0) {
    const files = units.flatMap((unit) => arr.library.filesOfUnit(unit))
    arr.hooks.tell(['onImportComplete'], importCompletePayload(arr, tracked, units, files))
  }
  const {client} = tracked
  if (client.postImportCategory !== '') {
    await arr.time.outside(client.backend.setCategory(tracked.downloadId, client.postImportCategory))
  }
  scheduleRefresh(arr)
}

/** The media files of a download as the Arr sees them. */
async function sourcesOf(arr: Arr, tracked: Tracked): Promise<{path: string; size: number}[]> {
  const files = await arr.time.outside(tracked.client.backend.files(tracked.downloadId))
  const media = files.filter(
    ({path}) => /\.(mkv|mp4|avi|flac|mp3|m4a|epub|mobi|bin|dat)$/i.test(path) && !/sample/i.test(path),
  )
  const {outputPath} = tracked
  const top = dirname(outputPath)
  // Of a folder with one file qBittorrent tells the file.
  const at = (path: string) => (outputPath.endsWith(`/${path}`) ? outputPath : join(top, path))
  return media.map(({path, size}) => ({path: at(path), size}))
}

async function transfer(arr: Arr, from: string, to: string, mode: TransferMode): Promise<void> {
  await mkdir(dirname(to), {recursive: true})
  await rm(to, {force: true})
  if (mode === 'move') return rename(from, to)
  if (!arr.settings.copyUsingHardlinks) return copyFile(from, to)
  // Another device: a copy, as the Arrs do it.
  return link(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EXDEV') return copyFile(from, to)
    throw error
  })
}

/** After a move: the folder goes, unless something of worth is left in it. */
async function clearSource(path: string): Promise<void> {
  const left = await readdir(path, {recursive: true, withFileTypes: true}).catch(() => null)
  if (
    left === null ||
    left.some(
      (entry) => entry.isFile() && /\.(mkv|mp4|flac|epub)$/i.test(entry.name) && !/sample/i.test(entry.name),
    )
  )
    return
  await rm(path, {recursive: true, force: true})
}

/**
 * `Downloaded…Scan`: a path the Arr is told of. With an id it does not track it imports without client context, and
 * then `auto` means move. @returns whether something was imported
 */
export async function scanPath(arr: Arr, args: Readonly<Record<string, unknown>>): Promise<boolean> {
  const path = textOf(args.path)
  const tracked = arr.queue.get(textOf(args.downloadClientId))
  if (tracked) {
    if (tracked.parentId === null)
      throw new Error('System.NullReferenceException: Object reference not set to an instance of an object.')
    return importDownload(arr, tracked, args.importMode === 'move' ? 'move' : 'copy')
  }
  if (arr.config.files !== 'real') return false
  const found = await arr.time.outside(stat(path).catch(() => null))
  const match = found && arr.library.match(basename(path))
  if (!match) return false
  return adopt(arr, path, match.units, args.importMode === 'copy' ? 'copy' : 'move')
}

/** An import without a download behind it. */
async function adopt(arr: Arr, path: string, units: readonly Unit[], mode: TransferMode): Promise<boolean> {
  const entries = await arr.time.outside(
    readdir(path, {recursive: true, withFileTypes: true}).catch(() => []),
  )
  const media = entries
    .filter(
      (entry) => entry.isFile() && /\.(mkv|mp4|flac|epub)$/i.test(entry.name) && !/sample/i.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const slots = slotsOf(units).slice(0, media.length)
  for (const [at, {unit, slot}] of slots.entries()) {
    const parent = arr.library.parent(unit.parentId)!
    const relativePath = arr.library.fileName(parent, unit, slot)
    const to = `${arr.library.folderOf(parent)}/${relativePath}`
    await arr.time.outside(transfer(arr, media[at]!, to, mode))
    const {file} = arr.library.place(
      {
        parentId: parent.id,
        path: to,
        relativePath: relative(arr.library.folderOf(parent), to),
        size: 0,
        qualityId: 3,
        score: 0,
        sceneName: basename(path),
        addedAt: arr.time.now(),
      },
      [{unit, slot}],
    )
    arr.history.add({
      at: arr.time.now(),
      event: arr.dialect.imported,
      sourceTitle: basename(path),
      parentId: parent.id,
      unitId: unit.id,
      slot,
      qualityId: 3,
      score: 0,
      data: {fileId: String(file.id), droppedPath: media[at]!, importedPath: to},
    })
  }
  if (mode === 'move' && slots.length > 0) await arr.time.outside(clearSource(path))
  return slots.length > 0
}

/** `ManualImport`: what a person (or we) matched by hand, whatever the Arr thought of it. */
export async function manualImport(arr: Arr, args: Readonly<Record<string, unknown>>): Promise<boolean> {
  const files = (args.files ?? []) as Record<string, unknown>[]
  const byDownload = Map.groupBy(files, (file) => textOf(file.downloadId))
  let any = false
  for (const [downloadId, group] of byDownload) {
    const tracked = arr.queue.get(downloadId)
    if (!tracked) continue
    const ids = group.flatMap((file) => unitIdsOf(arr, file))
    const units = unitsOf(arr, [...new Set(ids)])
    if (units.length === 0) continue
    await bring(arr, tracked, slotsOf(units), args.importMode === 'move' ? 'move' : 'copy')
    await finish(arr, tracked, units)
    any = true
  }
  return any
}

function unitIdsOf(arr: Arr, file: Record<string, unknown>): number[] {
  if (arr.dialect.family === 'movies') return arr.library.parent(Number(file.movieId))?.unitIds.slice() ?? []
  if (arr.dialect.family === 'series') return (file.episodeIds ?? []) as number[]
  return [Number(file[arr.dialect.unitKey!])]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
