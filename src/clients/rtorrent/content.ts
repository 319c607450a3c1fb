/** What a torrent has on disk, as the server writes it, and who else on this server uses it. */
import {trimEnd} from '#lib/trim-end.ts'
import {CommandRefused, CommodarrError} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {CallBounds} from '../port.ts'
import {bentForms} from './bent-text.ts'
import {RowShape, type Column, type NativeRow} from './codec.ts'
import {pathsOf, willRun} from './normalise.ts'
import {listOf, numberOf, textOf, valueOf, type RpcRow, type RpcValue} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import type {SentText} from './true-texts.ts'

interface ContentFile {
  /** Inside the torrent: below `path` of a multi-file torrent; the name of a single file. */
  readonly path: string
  readonly size: Bytes
}

export interface Content {
  readonly hash: InfoHash
  /** The folder of a multi-file torrent, the file of a single one; '' = unknown. */
  readonly path: string
  /** Last part of `path`. */
  readonly name: string
  readonly savePath: string
  readonly isMultiFile: boolean
  readonly isMeta: boolean
  /** It runs, or will after its check. */
  readonly isRunning: boolean
  readonly isComplete: boolean
  /** Bytes the server holds of it. */
  readonly held: Bytes
  readonly files: readonly ContentFile[]
}

const columns: readonly Column[] = [
  'hash',
  'name',
  'state',
  'isActive',
  'hashing',
  'isMeta',
  'isMultiFile',
  'isComplete',
  'completed',
  'directory',
  'basePath',
]

/** @throws {TorrentNotFound} */
export async function readContent(
  session: RtorrentSession,
  hash: InfoHash,
  bounds: CallBounds,
): Promise<Content> {
  const shape = new RowShape(columns, session.facts.methods)
  const getters = shape.getters().map(({method, args}) => ({method, params: [hash, ...args]}))
  const files = {method: 'f.multicall', params: [hash, '', 'f.path=', 'f.size_bytes=']}
  const results = await session.wire.askAll([...getters, files], bounds)
  const values = results.map((result) => valueOf(result, {hash}))
  const row = await session.truths.straightNow(hash, shape.read(values.slice(0, getters.length)), bounds)
  if (row.isPlaceUnknown) throw untold(hash)
  const {savePath = '', contentPath = ''} = pathsOf(row)
  const path = trimEnd(contentPath, '/')
  const isMultiFile = row.isMultiFile === 1
  return {
    hash,
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    savePath,
    isMultiFile,
    isMeta: row.isMeta === 1,
    isRunning: willRun(row),
    isComplete: row.isComplete === 1,
    held: row.completed ?? 0,
    files: await trueFiles(session, hash, listOf(values[getters.length]).map(fileFrom), bounds),
  }
}

/** @throws {CommandRefused} the name of one cannot be found out */
async function trueFiles(
  session: RtorrentSession,
  hash: InfoHash,
  files: readonly ContentFile[],
  bounds: CallBounds,
): Promise<ContentFile[]> {
  const paths = await session.truths.textsOf(sentPaths(hash, files), bounds)
  return files.map((file, index) => {
    const path = paths[index] ?? null
    if (path === null) throw untold(hash)
    return {...file, path}
  })
}

/** In their order. */
export function sentPaths(hash: InfoHash, files: readonly {readonly path: string}[]): SentText[] {
  return files.map(({path}, index) => ({target: `${hash}:f${index}`, command: 'f.path', sent: path}))
}

function untold(hash: InfoHash): CommandRefused {
  return new CommandRefused(
    'rTorrent cannot report where the data is: a name is not UTF-8, or has characters that rTorrent cannot send.',
    {hash},
  )
}

function fileFrom(row: RpcValue): ContentFile {
  const [path, size] = listOf(row)
  return {path: textOf(path), size: numberOf(size)}
}

/**
 * Where the data of every torrent of this server lies, asked of the server now and not of a list that may be a minute
 * old. A magnet without metadata has none.
 */
export async function readPlaces(
  session: RtorrentSession,
  bounds: CallBounds,
): Promise<Map<InfoHash, string>> {
  const shape = new RowShape(placeColumns, session.facts.methods)
  const rows = new Map<InfoHash, NativeRow>()
  const onRow = (raw: RpcRow): void => {
    const row = shape.read(raw)
    const hash = asInfoHash(row.hash)
    if (hash !== null) rows.set(hash, row)
  }
  const params = ['', 'main', ...shape.commands]
  const list = {method: session.listMethod, params}
  await session.wire.list({before: [], list, onStart: () => {}, onRow}, listBounds(session, bounds))
  const places = new Map<InfoHash, string>()
  for (const [hash, row] of await session.truths.allStraight(rows, bounds)) {
    // As it was told, where it cannot be found out: `sharersOf` knows how it may be bent.
    const {isPlaceUnknown: _, ...rest} = row
    const {contentPath} = pathsOf(rest)
    if (contentPath !== undefined) places.set(hash, contentPath)
  }
  return places
}

const placeColumns: readonly Column[] = ['hash', 'name', 'isMeta', 'isMultiFile', 'directory', 'basePath']

/** A command's bounds are meant for short answers; this one grows with the server. */
function listBounds(session: RtorrentSession, bounds: CallBounds): CallBounds {
  return {
    ...bounds,
    timeoutMs: Math.max(bounds.timeoutMs, 60_000),
    maxBytes: bounds.maxBytes + session.table.size * 4096,
  }
}

/** Other torrents whose data lies at, in or around this one's. */
function sharersOf(content: Content, places: ReadonlyMap<InfoHash, string>): InfoHash[] {
  const own = [content.path, ...bentForms(content.path)]
  return [...places]
    .filter(([hash, path]) => hash !== content.hash && own.some((form) => overlap(path, form)))
    .map(([hash]) => hash)
}

/** @throws {CommodarrError} `content_shared` */
export function refuseShared(content: Content, places: ReadonlyMap<InfoHash, string>): void {
  const others = sharersOf(content, places)
  if (others.length === 0) return
  throw new CommodarrError(
    'content_shared',
    `${others.length} other torrent(s) of this server use the same data.`,
    {hash: content.hash, others: others.slice(0, 20)},
  )
}

/** Equal, or one inside the other. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [normal(one), normal(other)]
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}

export function isBelow(path: string, root: string): boolean {
  return normal(path).startsWith(`${normal(root)}/`)
}

function normal(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/\/+$/, '')
}
