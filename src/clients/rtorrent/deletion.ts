/**
 * Deletes exactly the files of one torrent, by ourselves or by the daemon, and the folders that are empty then. Two
 * halves: `plan` looks and may refuse, `carryOut` deletes what was planned and nothing else.
 */
import {lstat, realpath, rmdir, unlink} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {trimEnd} from '#lib/trim-end.ts'
import {CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import {ourPath} from '../our-path.ts'
import type {CallBounds} from '../port.ts'
import {isBelow, type Content} from './content.ts'
import {isFileError} from './free-space.ts'
import {RpcFault, textInHex, textOf, valueOf} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

export interface Deletion {
  /** Deletes. @returns paths that are still there */
  carryOut(bounds: CallBounds): Promise<string[]>
}

export type Planner = (content: Content, bounds: CallBounds) => Promise<Deletion>

/** @throws {NotSupported} when nothing lets us delete */
export function plannerFor(session: RtorrentSession): Planner {
  const {paths, allowExecute} = session.definition
  if (paths.length > 0) return (content) => planOurs(session, content)
  if (allowExecute && session.has('execute.throw') && session.has('execute.capture')) {
    return (content, bounds) => planTheirs(session, content, bounds)
  }
  throw new NotSupported(
    'rTorrent cannot delete data. A path mapping (its folder as we see it) or AllowExecute would let us do it.',
    {verb: 'removeWithData'},
  )
}

/* ───────────────────────────── what may be deleted at all ───────────────────────────── */

/**
 * The download root the content lies in.
 * @throws {CommandRefused} outside of all roots, a root itself, or not a plain absolute path
 */
export function rootOf(session: RtorrentSession, content: Content): string {
  const {path, hash} = content
  if (!isPlain(path) || !path.startsWith('/')) {
    throw new CommandRefused(`"${path}" is not a plain absolute path: nothing is touched there.`, {hash})
  }
  const root = session.downloadRoots().find((one) => isPlain(one) && one !== '' && isBelow(path, one))
  if (root === undefined) {
    throw new CommandRefused(`${path} is in none of the download roots: nothing is touched there.`, {hash})
  }
  const odd = content.files.find(
    (file) => !isPlain(file.path) || file.path === '' || file.path.startsWith('/'),
  )
  if (odd) throw new CommandRefused(`"${odd.path}" is no plain path inside a torrent.`, {hash})
  return root
}

function isPlain(path: string): boolean {
  return !/[\0-\x1f\x7f]/.test(path) && !path.split('/').some((part) => part === '..' || part === '.')
}

/** Whole paths of its files as the server writes them. */
function filePaths(content: Content): string[] {
  if (!content.isMultiFile) return [content.path]
  return content.files.map((file) => `${content.path}/${file.path}`)
}

/** Its own folders, the deepest first; none for a single file. */
function folders(content: Content): string[] {
  if (!content.isMultiFile) return []
  const found = new Set([content.path])
  for (const path of filePaths(content)) {
    for (let at = dirname(path); isBelow(at, content.path); at = dirname(at)) found.add(at)
  }
  return [...found].toSorted((a, b) => b.split('/').length - a.split('/').length)
}

/* ───────────────────────────── by ourselves ───────────────────────────── */

interface OurFile {
  /** Through the real path of its folder: a link put in its way later leads nowhere. */
  readonly path: string
  readonly size: number
}

async function planOurs(session: RtorrentSession, content: Content): Promise<Deletion> {
  const {paths} = session.definition
  const root = ourPath(paths, rootOf(session, content))
  const mapped = filePaths(content).map((path) => ourPath(paths, path))
  if (root === null || mapped.includes(null)) {
    throw new CommandRefused('The path mapping does not cover the data of this torrent.', {
      hash: content.hash,
    })
  }
  const realRoot = await realOrNull(root)
  if (realRoot === null) {
    throw new CommandRefused(`The download root is not to be seen at ${root}.`, {hash: content.hash})
  }
  const files: OurFile[] = []
  for (const [index, path] of (mapped as string[]).entries()) {
    const file = await inspect(path, {root, realRoot}, content)
    if (file) files.push(checkedSize(file, content, index))
  }
  if (files.length === 0 && content.held > 0) {
    throw new CommandRefused('None of its files is to be seen at the mapped path: is the mapping right?', {
      hash: content.hash,
    })
  }
  const ours = folders(content).map((folder) => ourPath(paths, folder)!)
  return {carryOut: () => deleteOurs(files, ours, realRoot)}
}

/** `null` = it is not there. @throws {CommandRefused} a link below the root leads elsewhere */
async function inspect(path: string, roots: Roots, content: Content): Promise<OurFile | null> {
  const folder = await realOrNull(dirname(path))
  if (folder === null) return null
  refuseLinked(dirname(path), folder, roots, content)
  const real = join(folder, basename(path))
  try {
    const {size, isFile} = await sizeOf(real)
    if (!isFile)
      throw new CommandRefused(`${path} is not a plain file: nothing is deleted.`, {hash: content.hash})
    return {path: real, size}
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return null
    throw error
  }
}

interface Roots {
  readonly root: string
  readonly realRoot: string
}

/**
 * Below the root no folder may be a link, not even to another place below it: those would be somebody else's files.
 * @throws {CommandRefused}
 */
function refuseLinked(folder: string, real: string, {root, realRoot}: Roots, content: Content): void {
  const inside = folder.slice(trimEnd(root, '/').length).replace(/\/+/g, '/').replace(/\/$/, '')
  if (real === realRoot.replace(/\/$/, '') + inside || (inside === '' && real === realRoot)) return
  throw new CommandRefused(`${folder} leads elsewhere (to ${real}): nothing is deleted.`, {
    hash: content.hash,
  })
}

async function sizeOf(path: string): Promise<{size: number; isFile: boolean}> {
  const found = await lstat(path)
  return {size: found.size, isFile: found.isFile()}
}

/**
 * A file of another size is another file: the mapping points at something else. What rTorrent writes to it brings to its
 * whole size first, also of what is not complete (`File::resize_file` of libtorrent 0.13).
 */
function checkedSize(file: OurFile, content: Content, index: number): OurFile {
  const listed = content.files[index]?.size ?? 0
  if (file.size === listed || (file.size === 0 && !content.isComplete)) return file
  throw new CommandRefused(
    `${file.path} has ${file.size} bytes and rTorrent lists ${listed}: this is another file, nothing is deleted.`,
    {hash: content.hash},
  )
}

async function deleteOurs(
  files: readonly OurFile[],
  ours: readonly string[],
  realRoot: string,
): Promise<string[]> {
  const left: string[] = []
  for (const {path} of files) {
    try {
      await unlink(path)
    } catch (error) {
      if (!isFileError(error)) throw error
      if (!isFileError(error, 'ENOENT')) left.push(path)
    }
  }
  for (const folder of ours) await removeIfEmpty(folder, realRoot)
  return left
}

async function removeIfEmpty(folder: string, realRoot: string): Promise<void> {
  const real = await realOrNull(folder)
  if (real === null || !isBelow(real, realRoot)) return
  try {
    await rmdir(real)
  } catch (error) {
    // Not empty (somebody keeps other files there), or gone already: it stays as it is.
    if (!isFileError(error)) throw error
  }
}

async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch (error) {
    if (isFileError(error, 'ENOENT') || isFileError(error, 'ENOTDIR')) return null
    throw error
  }
}

/* ───────────────────────────── by the daemon ───────────────────────────── */

/** Arguments of one `rm`: far below what a system takes. */
const PATHS_PER_CALL = 100

/** Programs run without a shell: a path is one argument, whatever is in it. */
async function planTheirs(session: RtorrentSession, content: Content, bounds: CallBounds): Promise<Deletion> {
  const root = rootOf(session, content)
  const realRoot = await theirRealPath(session, root, bounds)
  if (realRoot === null) {
    throw new CommandRefused(`The download root ${root} is not there on the server.`, {hash: content.hash})
  }
  const files = filePaths(content)
  for (const folder of new Set(files.map((path) => dirname(path)))) {
    const real = await theirRealPath(session, folder, bounds)
    if (real !== null) refuseLinked(folder, real, {root, realRoot}, content)
  }
  return {carryOut: (later) => deleteTheirs(session, files, folders(content), later)}
}

async function theirRealPath(
  session: RtorrentSession,
  path: string,
  bounds: CallBounds,
): Promise<string | null> {
  const isPlain = !/[^\0-\x7f]/.test(path)
  const program = isPlain ? ['realpath', '-e', '--', path] : ['sh', '-c', realPathInHex, 'sh', path]
  const [answer] = await session.wire.executeAll(
    [{method: 'execute.capture', params: ['', ...program]}],
    bounds,
  )
  // It fails when the path is not there, and says nothing where it fails quietly.
  if (answer === undefined || answer instanceof RpcFault) return null
  const said = textOf(answer)
  const text = isPlain ? said : textInHex(said)
  return text.replace(/\n$/, '') || null
}

/** Letters that an answer would bend (`bent-text.ts`) come as numbers. The path is an argument here too. */
const realPathInHex = 'realpath -e -- "$1" | od -An -v -tx1'

async function deleteTheirs(
  session: RtorrentSession,
  files: readonly string[],
  own: readonly string[],
  bounds: CallBounds,
): Promise<string[]> {
  const left: string[] = []
  for (let at = 0; at < files.length; at += PATHS_PER_CALL) {
    const some = files.slice(at, at + PATHS_PER_CALL)
    if (!(await runs(session, ['rm', '-f', '--', ...some], bounds)))
      left.push(...(await stillThere(session, some, bounds)))
  }
  for (const folder of own) await runs(session, ['rmdir', '--', folder], bounds)
  return left
}

/** By the daemon, which copied them elsewhere before. @returns paths that are still there */
export function deleteFilesOf(
  session: RtorrentSession,
  content: Content,
  bounds: CallBounds,
): Promise<string[]> {
  return deleteTheirs(session, filePaths(content), folders(content), bounds)
}

async function stillThere(
  session: RtorrentSession,
  files: readonly string[],
  bounds: CallBounds,
): Promise<string[]> {
  const left: string[] = []
  for (const file of files) if (await runs(session, ['test', '-e', file], bounds)) left.push(file)
  return left
}

/** Does the program end well? */
async function runs(
  session: RtorrentSession,
  command: readonly string[],
  bounds: CallBounds,
): Promise<boolean> {
  const [answer] = await session.wire.executeAll(
    [{method: 'execute.throw', params: ['', ...command]}],
    bounds,
  )
  if (answer instanceof RpcFault && answer.code === -507) valueOf(answer)
  return !(answer instanceof RpcFault)
}

export function leftBehind(content: Content, left: readonly string[]): CommodarrError {
  const shown = left.slice(0, 5).join(', ')
  return new CommandRefused(
    `The torrent is removed, but ${left.length} of its ${content.files.length} file(s) could not be deleted: ${shown}`,
    {hash: content.hash, left: left.slice(0, 100)},
  )
}
