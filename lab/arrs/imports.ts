/**
 * Finished downloads become files of the library, or do not: the release's plan says which. Source: protocol notes
 * §3.4, §3.5, §6, §12.
 */
import {existsSync} from 'node:fs'
import {copyFile, link, mkdir, readdir, rename, rm, stat} from 'node:fs/promises'
import {basename, dirname, extname, join, relative} from 'node:path'
import type {Arr, StatusMessage, Tracked} from './arr.ts'
import {removeFile} from './deletion.ts'
import {reportImported} from './frames.ts'
import {scheduleRefresh} from './grab.ts'
import {checkAfterImport, diskOf} from './health.ts'
import type {MediaFile, Unit} from './library.ts'
import {
  clientType,
  importCompletePayload,
  importPayload,
  releaseName,
  unitsOf,
  withoutExtension,
} from './payloads.ts'
import type {HistoryRow} from './records.ts'
import {aboutAll, block, obstacleTo, reportQueue} from './refresh.ts'
import {alreadyImportedText, isFailure, partialText, rejectionText, type RejectClass} from './rejections.ts'
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
  reportQueue(arr)
}

/**
 * One attempt at the import of a tracked download. It waits, then it is `importing`, with what was said of it before.
 * @returns whether everything came in. @throws when its plan says so: the command fails
 */
async function importDownload(arr: Arr, tracked: Tracked, mode: TransferMode): Promise<boolean> {
  tracked.attempts++
  const isStill = (): boolean => arr.queue.get(tracked.downloadId) === tracked
  await lookAt(arr)
  if (!isStill()) return false
  tracked.state = 'importing'
  if (arr.faults.domain('importNeverFinishes')) return false
  await lookAt(arr)
  // A restart, or somebody who took it away.
  if (!isStill()) return false
  const plan = planOf(arr, tracked)
  if (plan === 'crash') {
    tracked.state = 'importPending'
    throw new Error(NO_OBJECT)
  }
  const isThere = isVisible(arr, tracked.outputPath)
  if (!isThere) checkAfterImport(arr, true)
  if (!isThere || plan === 'noFiles') {
    refuseAll(arr, tracked, `No files found are eligible for import in ${tracked.outputPath}`, false)
    return false
  }
  const reject = rejectOf(plan, tracked) ?? failureOf(arr)
  if (reject) {
    await refuse(arr, tracked, reject)
    return false
  }
  return takeIn(arr, tracked, plan, mode)
}

const NO_OBJECT = 'System.NullReferenceException: Object reference not set to an instance of an object.'

/** Half of the time that one takes. */
async function lookAt({time, settings}: Arr): Promise<void> {
  if (settings.importDuration > 0) await time.sleep(settings.importDuration / 2)
}

/** What its plan lets in, and what there is to say of the rest. */
async function takeIn(arr: Arr, tracked: Tracked, plan: ImportPlan, mode: TransferMode): Promise<boolean> {
  const part = typeof plan === 'object' && 'partial' in plan ? plan : null
  const slots = slotsOf(unitsOf(arr, tracked.unitIds))
  const wanted = slots.slice(0, part?.partial)
  const before = wanted.map((slot) => importOf(arr, tracked, slot))
  const fresh = wanted.filter((_, at) => before[at] === null)
  if (fresh.length > 0) await bring(arr, tracked, fresh, {mode})
  if (wanted.length === slots.length) {
    await finish(arr, tracked)
    return true
  }
  const {family} = arr.dialect
  const files = await filesOf(arr, tracked)
  const messages = files.flatMap((file, at) => {
    const row = before[at]
    if (row) return about(file, alreadyImportedText(row.at, family))
    return at >= wanted.length && part?.reject ? about(file, rejectionText(part.reject, family)) : []
  })
  refusePart(arr, tracked, messages)
  return false
}

function planOf(arr: Arr, tracked: Tracked): ImportPlan {
  const fault = arr.faults.domain('importReject')
  if (fault) return {reject: fault.class as RejectClass}
  const plan = tracked.release?.import ?? 'ok'
  return plan === 'byExtension' ? planBy(tracked.release!.content.map(({path}) => path)) : plan
}

const videos = new Set(['.avi', '.m4v', '.mkv', '.mp4', '.ts', '.wmv'])
/** In the order in which they are looked for where no video is. Source: FileExtensions.cs and DownloadedMovieImportService.cs of Radarr. */
const foundInstead: readonly (readonly [RejectClass, ReadonlySet<string>])[] = [
  ['dangerous', new Set(['.arj', '.lnk', '.lzh', '.ps1', '.scr', '.vbs', '.zipx'])],
  ['executable', new Set(['.bat', '.cmd', '.exe', '.sh'])],
  ['archive', new Set(['.7z', '.bz2', '.gz', '.r00', '.rar', '.tar', '.tgz', '.zip'])],
]

/** By how its files are called, in any case and any folder. */
function planBy(paths: readonly string[]): ImportPlan {
  const extensions = paths.map((path) => extname(path).toLowerCase())
  if (extensions.some((it) => videos.has(it))) return 'ok'
  const found = foundInstead.find(([, set]) => extensions.some((it) => set.has(it)))
  return found ? {reject: found[0]} : 'noFiles'
}

/** Why all of it is refused; `null` = it is not. */
function rejectOf(plan: ImportPlan, {attempts}: Tracked): RejectClass | null {
  if (plan === 'sampleOnly') return 'sample'
  if (plan === 'freeSpace') return 'free_space'
  if (typeof plan !== 'object') return null
  if ('locked' in plan) return attempts <= plan.locked ? 'locked' : null
  return 'partial' in plan ? null : plan.reject
}

/** What happens when it is put into the library. */
function failureOf(arr: Arr): RejectClass | null {
  const disk = diskOf(arr)
  if (disk === 'away') return 'root_missing'
  return disk === 'readOnly' ? 'not_writable' : null
}

function isVisible(arr: Arr, path: string): boolean {
  if (arr.faults.domain('pathMappingMissing') || arr.faults.domain('wrongMapping')) return false
  return arr.config.files === 'real' ? existsSync(path) : path !== ''
}

/** What speaks against the import of a file, in its own words: what it said already, or would say. */
export function objectionsTo(arr: Arr, tracked: Tracked, file: string): readonly string[] {
  const said = tracked.messages.filter(({title}) => title === file || title === tracked.name)
  // What went wrong on the disk speaks against nothing.
  if (said.length > 0)
    return said.flatMap(({messages}) => messages).filter((text) => !text.startsWith('Failed to'))
  const reject = rejectOf(planOf(arr, tracked), tracked)
  return reject && !isFailure(reject) ? [rejectionText(reject, arr.dialect.family)] : []
}

/** Names of the files that are looked at. */
async function filesOf(arr: Arr, {release, client, downloadId, name}: Tracked): Promise<string[]> {
  const content = release?.content.filter(({kind}) => kind !== 'nfo' && kind !== 'sub')
  const files = content ?? (await arr.time.outside(client.backend.files(downloadId)))
  return files.length === 0 ? [name] : files.map(({path}) => basename(path))
}

/**
 * The same refusal ends differently in each application. A single file that was grabbed and looked at is told under the
 * name of its download; where there are several, where nobody grabbed it and where the import itself failed, each file is
 * told under its own name, behind a title without lines.
 */
async function refuse(arr: Arr, tracked: Tracked, reject: RejectClass): Promise<void> {
  const text = rejectionText(reject, arr.dialect.family)
  if (arr.dialect.hasImportFailed) return failImport(arr, tracked, text)
  const files = await filesOf(arr, tracked)
  const isAlone = files.length === 1 && tracked.addedAt !== null && !isFailure(reject)
  if (isAlone) return refuseAll(arr, tracked, text, arr.dialect.blocksSingleRejects)
  if (isFailure(reject)) checkAfterImport(arr, true)
  refusePart(
    arr,
    tracked,
    files.map((file) => about(file, text)),
  )
}

function refuseAll(arr: Arr, tracked: Tracked, text: string, blocks: boolean): void {
  tracked.messages = aboutAll(tracked, text)
  if (blocks) block(arr, tracked)
  else tracked.state = 'importPending'
}

function refusePart(arr: Arr, tracked: Tracked, files: readonly StatusMessage[]): void {
  const title = partialText(arr.dialect.family)
  if (arr.dialect.hasImportFailed) return failImport(arr, tracked, title)
  tracked.messages = [{title, messages: []}, ...files]
  block(arr, tracked)
}

function about(file: string, text: string): StatusMessage {
  return {title: file, messages: [text]}
}

/** It is not tried again. */
function failImport(arr: Arr, tracked: Tracked, text: string): void {
  tracked.messages = aboutAll(tracked, text)
  tracked.state = 'importFailed'
  const event = arr.dialect.family === 'music' ? 'albumImportIncomplete' : 'bookImportIncomplete'
  for (const unit of unitsOf(arr, tracked.unitIds)) {
    const data = {statusMessages: JSON.stringify(tracked.messages.flatMap(({messages}) => messages))}
    writeDown(arr, tracked, unit, {event, data})
  }
}

interface Slot {
  readonly unit: Unit
  readonly slot: number
}

function slotsOf(units: readonly Unit[]): Slot[] {
  return units.flatMap((unit) => unit.slots.map((_, slot) => ({unit, slot})))
}

/** What came in since the download was grabbed does not come in again. Source: protocol notes §3.5 (AlreadyImported). */
function importOf(arr: Arr, {downloadId}: Tracked, {unit, slot}: Slot): HistoryRow | null {
  const past = arr.history.of(downloadId)
  const grabbedAt = past.findLastIndex(({event}) => event === 'grabbed')
  const isIt = (row: HistoryRow): boolean =>
    row.event === arr.dialect.imported && row.unitId === unit.id && row.slot === slot
  return past.slice(grabbedAt + 1).find(isIt) ?? null
}

interface BringOptions {
  readonly mode: TransferMode
  /** By hand: history knows it by the name of its file. */
  readonly manual?: boolean
}

/** The files into the library: on the disk, in the database, in history, and told to everybody. */
async function bring(
  arr: Arr,
  tracked: Tracked,
  slots: readonly Slot[],
  {mode, manual = false}: BringOptions,
): Promise<void> {
  const sources = await sourcesOf(arr, tracked)
  const brought: (MediaFile & {source: string})[] = []
  const gone: MediaFile[] = []
  const isPack = slots.length > 1 || tracked.unitIds.length > 1
  for (const [at, {unit, slot}] of slots.entries()) {
    const parent = arr.library.parent(unit.parentId)!
    const relativePath = arr.library.fileName(parent, unit, slot)
    const path = `${arr.library.folderOf(parent)}/${relativePath}`
    const source = sources[Math.min(at, sources.length - 1)] ?? {path: tracked.outputPath, size: tracked.size}
    if (arr.config.files === 'real') await arr.time.outside(transfer(arr, source.path, path, mode))
    const replaced = arr.library.filesIn(unit, slot)
    for (const old of replaced) removeFile(arr, old, 'Upgrade')
    const file = arr.library.place(
      {
        parentId: parent.id,
        path,
        relativePath,
        size: source.size,
        addedAt: arr.time.now(),
        qualityId: tracked.release?.qualityId ?? 3,
        score: tracked.release?.score ?? 0,
        sceneName: releaseName(tracked),
      },
      [{unit, slot}],
    )
    gone.push(...replaced)
    const isVideo = arr.dialect.family === 'movies' || arr.dialect.family === 'series'
    const sourceTitle = isVideo && (manual || isPack) ? withoutExtension(basename(source.path)) : undefined
    const data = importData(arr, tracked, file, source.path)
    writeDown(arr, tracked, unit, {event: arr.dialect.imported, slot, data, sourceTitle})
    brought.push({...file, source: source.path})
    reportImported(arr, file, unit)
    if (isVideo) {
      const wants = replaced.length > 0 ? (['onDownload', 'onUpgrade'] as const) : (['onDownload'] as const)
      arr.hooks.send(wants, importPayload(arr, tracked, [unit], [{...file, source: source.path}], replaced))
    }
  }
  arr.stats.imports.push(tracked.downloadId)
  checkAfterImport(arr, false)
  if (mode === 'move' && arr.config.files === 'real') await arr.time.outside(clearSource(tracked.outputPath))
  if (arr.dialect.family === 'music' || arr.dialect.family === 'books') {
    const units = [...new Set(slots.map(({unit}) => unit))]
    for (const unit of units)
      writeDown(arr, tracked, unit, {event: 'downloadImported', data: {statusMessages: '[]'}})
    if (units.length > 0)
      arr.hooks.send(['onReleaseImport'], importPayload(arr, tracked, units, brought, gone))
  }
}

function importData(arr: Arr, tracked: Tracked, file: MediaFile, source: string): HistoryRow['data'] {
  return {
    fileId: String(file.id),
    droppedPath: source,
    importedPath: file.path,
    downloadClient: clientType(tracked.client),
    downloadClientName: tracked.client.name,
    releaseGroup: 'SIM',
    size: String(file.size),
    customFormatScore: String(file.score),
    indexerFlags: '0',
    ...(arr.dialect.family === 'series' && {releaseType: 'SingleEpisode'}),
  }
}

interface Entry {
  readonly event: string
  readonly slot?: number
  readonly data: HistoryRow['data']
  /** Default: its release. */
  readonly sourceTitle?: string | undefined
}

function writeDown(arr: Arr, tracked: Tracked, unit: Unit, {event, slot, data, sourceTitle}: Entry): void {
  const lostId = arr.faults.domain('emptyDownloadIdInHistory') !== null && event === arr.dialect.imported
  arr.history.add({
    at: arr.time.now(),
    event,
    sourceTitle: sourceTitle ?? releaseName(tracked),
    parentId: unit.parentId,
    unitId: unit.id,
    slot,
    data,
    downloadId: lostId ? undefined : tracked.downloadId,
    qualityId: tracked.release?.qualityId ?? 3,
    score: tracked.release?.score ?? 0,
  })
}

async function finish(arr: Arr, tracked: Tracked): Promise<void> {
  const units = unitsOf(arr, tracked.unitIds)
  arr.queue.delete(tracked.downloadId)
  arr.imported.add(tracked.downloadId)
  if (arr.dialect.family === 'series' && units.length > 0) {
    const files = units.flatMap((unit) => arr.library.filesOfUnit(unit))
    arr.hooks.send(['onImportComplete'], importCompletePayload(arr, tracked, units, files))
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
    if (tracked.parentId === null) throw new Error(NO_OBJECT)
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
    for (const old of arr.library.filesIn(unit, slot)) arr.library.removeFile(old)
    const file = arr.library.place(
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

/**
 * `ManualImport`: what a person (or we) matched by hand, whatever the Arr thought of it. That nothing came in is no
 * failure of the command.
 * @throws for a file without its media or its quality: the command fails. Source: Sonarr 5, as recorded
 */
export async function manualImport(arr: Arr, args: Readonly<Record<string, unknown>>): Promise<boolean> {
  const files = (args.files ?? []) as Record<string, unknown>[]
  await lookAt(arr)
  for (const file of files) objectTo(arr, file)
  if (failureOf(arr)) return true
  const mode = args.importMode === 'move' ? 'move' : 'copy'
  const byDownload = Map.groupBy(files, (file) => textOf(file.downloadId))
  for (const [downloadId, group] of byDownload) {
    const tracked = arr.queue.get(downloadId)
    if (!tracked) continue
    const units = unitsOf(arr, [...new Set(group.flatMap((file) => unitIdsOf(arr, file)))])
    if (units.length === 0) continue
    await bring(arr, tracked, slotsOf(units), {mode, manual: true})
    const left = slotsOf(unitsOf(arr, tracked.unitIds)).filter(
      (slot) => importOf(arr, tracked, slot) === null,
    )
    if (left.length === 0 || units.length >= tracked.unitIds.length) await finish(arr, tracked)
  }
  return true
}

function objectTo(arr: Arr, file: Record<string, unknown>): void {
  const {family} = arr.dialect
  if (family === 'movies' && arr.library.parent(Number(file.movieId)) === undefined) {
    const id = Number(file.movieId ?? 0)
    throw new Error(`NzbDrone.Core.Datastore.ModelNotFoundException: Movie with ID ${id} does not exist`)
  }
  if (family === 'series') {
    const ids = unitIdsOf(arr, file)
    const known = unitsOf(arr, ids).length
    if (ids.length === 0) {
      throw new Error(
        'NzbDrone.Core.Parser.InvalidSeasonException: Expected one season, but found none\n   at NzbDrone.Core.Parser.Model.LocalEpisode.get_SeasonNumber()',
      )
    }
    if (known < ids.length) {
      throw new Error(
        `System.ApplicationException: Expected query to return ${ids.length} rows but returned ${known}`,
      )
    }
  }
  if ((family === 'movies' || family === 'series') && typeof file.quality !== 'object')
    throw new Error(NO_OBJECT)
}

function unitIdsOf(arr: Arr, file: Record<string, unknown>): number[] {
  if (arr.dialect.family === 'movies') return arr.library.parent(Number(file.movieId))?.unitIds.slice() ?? []
  if (arr.dialect.family === 'series') return (file.episodeIds ?? []) as number[]
  return [Number(file[arr.dialect.unitKey!])]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
