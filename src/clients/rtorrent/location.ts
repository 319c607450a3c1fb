/** Where the data of torrents lies, and moving it: by ourselves through the path mapping, or by the daemon's `mv`. */
import {lstat, rename} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {makeFolder} from '#lib/make-folder.ts'
import type {CommandResult, TorrentVerbs} from '#model/command.ts'
import {CommandRefused, NotSupported} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {ourPath} from '../our-path.ts'
import type {CallBounds} from '../port.ts'
import {done, failed, executeAndNote, type Outcomes} from './batch.ts'
import {bringFiles, copyTree, filesIn, removeCopied, type Copied} from './copied-files.ts'
import {readContent, readPlaces, refuseShared, type Content} from './content.ts'
import {deleteFilesOf, rootOf} from './deletion.ts'
import {isFileError} from './free-space.ts'
import {RpcFault, textInHex, textOf, valueOf} from './rpc.ts'
import {checkedPath, type RtorrentSession} from './session.ts'

/**
 * stop and close, move the data, tell the new directory, save, start again what ran. One torrent after the other: data is slow.
 * @throws {NotSupported} when data should move and nothing lets us
 */
export async function setLocation(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  args: Readonly<TorrentVerbs['setLocation']>,
  bounds: CallBounds,
): Promise<Outcomes> {
  const path = checkedPath(args.path, 'path')
  const mover = args.moveData ? moverFor(session) : null
  const outcomes: Outcomes = new Map()
  for (const hash of hashes) {
    try {
      outcomes.set(hash, await relocate(session, hash, path, mover, bounds))
    } catch (error) {
      outcomes.set(hash, failed(error))
    }
  }
  return outcomes
}

/** @returns paths at the old place that were not brought along: changed, or put there, while it was moved */
type Mover = (content: Content, path: string, bounds: CallBounds) => Promise<readonly string[]>

function moverFor(session: RtorrentSession): Mover {
  const {paths, allowExecute} = session.definition
  if (paths.length > 0) return (content, path) => moveByOurselves(session, content, path)
  if (allowExecute && session.has('execute.throw') && session.has('execute.capture')) {
    return (content, path, bounds) => moveByDaemon(session, content, path, bounds)
  }
  throw new NotSupported(
    'rTorrent cannot move data. A path mapping (its folder as we see it) or AllowExecute would let us do it.',
    {verb: 'setLocation'},
  )
}

async function relocate(
  session: RtorrentSession,
  hash: InfoHash,
  path: string,
  mover: Mover | null,
  bounds: CallBounds,
): Promise<CommandResult> {
  const content = await readContent(session, hash, bounds)
  if (content.savePath === path) return done
  if (content.isMeta) throw new CommandRefused('A magnet link has no place before its metadata came.', {hash})
  if (mover) {
    // A torrent whose folder is a root itself would take the whole library along.
    rootOf(session, content)
    refuseShared(content, await readPlaces(session, bounds))
  }
  if (mover) session.moving.add(hash)
  try {
    await executeOne(session, hash, ['d.stop', 'd.close'], bounds)
    const left = await moveAndStart(session, content, path, mover, bounds)
    return left.length === 0 ? done : failed(stayed(content, left))
  } finally {
    session.moving.delete(hash)
    // What was told of it meanwhile is that it moves.
    session.table.markStale([hash])
  }
}

function stayed({hash}: Content, left: readonly string[]): CommandRefused {
  const shown = left.slice(0, 5).join(', ')
  return new CommandRefused(
    `The torrent is moved, but ${left.length} path(s) stay at the old place, as they changed meanwhile: ${shown}`,
    {hash, left: left.slice(0, 100)},
  )
}

async function moveAndStart(
  session: RtorrentSession,
  content: Content,
  path: string,
  mover: Mover | null,
  bounds: CallBounds,
): Promise<readonly string[]> {
  const {hash, isRunning} = content
  try {
    const left = mover ? await mover(content, path, bounds) : []
    await session.wire.execute(...directoryCall(content, path), bounds)
    return left
  } finally {
    // Also when the move failed: it then goes on where it was.
    await executeOne(session, hash, [...(isRunning ? ['d.start'] : []), 'd.save_full_session'], bounds)
  }
}

/** The folder of a multi-file torrent may be called other than the torrent: so its root is said exactly. */
function directoryCall(content: Content, path: string): [method: string, params: string[]] {
  return content.isMultiFile
    ? ['d.directory_base.set', [content.hash, `${path === '/' ? '' : path}/${content.name}`]]
    : ['d.directory.set', [content.hash, path]]
}

async function executeOne(
  session: RtorrentSession,
  hash: InfoHash,
  methods: readonly string[],
  bounds: CallBounds,
): Promise<void> {
  const calls = methods.map((method) => ({method, params: [hash]}))
  for (const result of await executeAndNote(session, [hash], calls, bounds)) valueOf(result, {hash})
}

/** The whole folder or the single file, never onto something that is there. */
async function moveByOurselves(
  session: RtorrentSession,
  content: Content,
  path: string,
): Promise<readonly string[]> {
  const {paths} = session.definition
  const [from, folder] = [ourPath(paths, content.path), ourPath(paths, path)]
  if (from === null || folder === null) {
    throw new CommandRefused('The path mapping does not cover both the old and the new place.', {
      hash: content.hash,
    })
  }
  const to = join(folder, content.name)
  if (!(await isThere(from))) {
    // Its data may have been moved, and rTorrent not have heard of that.
    if (content.held === 0 || (await isThere(to))) return []
    // Its disk is away, or its name is another one there: it would be left behind.
    throw new CommandRefused('Nothing of it is to be seen where it is, so nothing is moved.', {
      hash: content.hash,
    })
  }
  if (await isThere(to))
    throw new CommandRefused('Something of that name is at the new place already.', {hash: content.hash})
  await makeFolder(dirname(to))
  const there = content.isMultiFile ? await filesIn(from) : []
  if (hasOthers(content, there)) return moveAmongOthers(from, to, content, new Set(there))
  try {
    await rename(from, to)
  } catch (error) {
    if (!isFileError(error, 'EXDEV')) throw asRefusal(error, content)
    // Another file system: copied whole before what was copied goes.
    return removeCopied(await copyOver(from, to, content))
  }
  return []
}

/** Signs that rTorrent cannot report, as an emoji, are not those of the name on the disk. */
const unsaid = /\?{4}|\uFFFD/

/** @param there what lies in its folder. What it may call otherwise than the disk is its own. */
export function hasOthers({files}: Pick<Content, 'files'>, there: readonly string[]): boolean {
  const [own, found] = [new Set(files.map(({path}) => path)), new Set(there)]
  const others = there.filter((path) => !own.has(path))
  const bent = files.flatMap(({path}) => (found.has(path) || !unsaid.test(path) ? [] : [likeOnDisk(path)]))
  return others.length > bent.length || others.some((path) => !bent.some((like) => like.test(path)))
}

/** Names on the disk that rTorrent may report as this one. */
function likeOnDisk(path: string): RegExp {
  return new RegExp(
    `^${path
      .split(unsaid)
      .map((part) => RegExp.escape(part))
      .join('[^/]+')}$`,
    'u',
  )
}

/** Things of others lie in its folder, which may be data of another torrent: they stay, and only its own files go. */
async function moveAmongOthers(
  from: string,
  to: string,
  content: Content,
  there: ReadonlySet<string>,
): Promise<readonly string[]> {
  const own = content.files.flatMap(({path}) => (there.has(path) ? [path] : []))
  if (own.length < content.files.length && content.isComplete)
    throw new CommandRefused(
      `Other files lie in ${from}, and not all of its own are found there by their names: nothing is moved.`,
      {hash: content.hash},
    )
  try {
    return await bringFiles(from, to, own)
  } catch (error) {
    throw asRefusal(error, content)
  }
}

async function copyOver(from: string, to: string, content: Content): Promise<Copied> {
  try {
    return await copyTree(from, to)
  } catch (error) {
    throw asRefusal(error, content)
  }
}

function asRefusal(error: unknown, content: Content): CommandRefused {
  const words = error instanceof Error ? error.message : 'unknown reason'
  return new CommandRefused(`The data could not be moved: ${words}`, {hash: content.hash}, error)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return false
    throw error
  }
}

/**
 * Arguments go to programs as they are, without a shell. rTorrent does nothing else meanwhile. Between two file systems
 * `mv` would copy a folder and then delete all that is in it by then; so it is copied, and the torrent's own files go.
 */
async function moveByDaemon(
  session: RtorrentSession,
  content: Content,
  path: string,
  bounds: CallBounds,
): Promise<readonly string[]> {
  await session.wire.execute('execute.throw', ['', 'mkdir', '-p', '--', path], bounds)
  await session.wire.execute('execute.throw', ['', 'test', '!', '-e', `${path}/${content.name}`], bounds)
  if (content.isMultiFile) await refuseOthersBeside(session, content, bounds)
  if (await areOnOneDisk(session, [content.path, path], bounds)) {
    await session.wire.execute('execute.throw', ['', 'mv', '-n', '--', content.path, `${path}/`], bounds)
    return []
  }
  await session.wire.execute('execute.throw', ['', 'cp', '-Rp', '--', content.path, `${path}/`], bounds)
  return deleteFilesOf(session, content, bounds)
}

/** Its folder goes as a whole here: what lies in it beside its own files may be data of another torrent. @throws {CommandRefused} */
async function refuseOthersBeside(
  session: RtorrentSession,
  content: Content,
  bounds: CallBounds,
): Promise<void> {
  const call = {method: 'execute.capture', params: ['', 'sh', '-c', filesInHex, 'sh', content.path]}
  const [answer] = await session.wire.executeAll([call], bounds)
  const said = answer instanceof RpcFault ? '' : textOf(answer)
  const paths = said
    .split(/\s00\b/)
    .slice(0, -1)
    .map(textInHex)
  if (paths.pop() !== ALL)
    throw new CommandRefused(`What lies in ${content.path} could not be listed: nothing is moved.`, {
      hash: content.hash,
    })
  const there = paths.map((path) => path.slice(content.path.length + 1))
  if (hasOthers(content, there))
    throw new CommandRefused(
      `Other files lie in ${content.path}, which rTorrent can only move as a whole: nothing is moved. With a path mapping the files of the torrent alone are moved.`,
      {hash: content.hash},
    )
}

/** Behind the paths of all files: the list is whole. */
const ALL = '.'
/** Answers of rTorrent bend some characters, so the names come as numbers. The path is an argument. */
const filesInHex = `{ find "$1" ! -type d -print0 && printf '${ALL}\\0'; } | od -An -v -tx1`

/** By the number of their file system; no, where that cannot be told. */
async function areOnOneDisk(
  session: RtorrentSession,
  paths: readonly string[],
  bounds: CallBounds,
): Promise<boolean> {
  const calls = paths.map((path) => ({
    method: 'execute.capture',
    params: ['', 'stat', '-c', '%d', '--', path],
  }))
  const [one, other] = (await session.wire.executeAll(calls, bounds)).map((answer) =>
    answer instanceof RpcFault ? '' : textOf(answer).trim(),
  )
  return one !== undefined && /^\d+$/.test(one) && one === other
}
