/** Where the data of torrents lies, and moving it: by ourselves through the path mapping, or by the daemon's `mv`. */
import {cp, lstat, mkdir, rename, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {ItemOutcome, TorrentVerbs} from '#model/command.ts'
import {CommandRefused, NotSupported} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {ourPath} from '../our-path.ts'
import type {CallBounds} from '../port.ts'
import {done, failed, tellAndNote, type Outcomes} from './batch.ts'
import {readContent, readPlaces, refuseShared, type Content} from './content.ts'
import {rootOf} from './deletion.ts'
import {isFileError} from './free-space.ts'
import {valueOf} from './rpc.ts'
import {checkedPath, type RtorrentSession} from './session.ts'

/**
 * stop and close, move the data, tell the new directory, save, start again. One torrent after the other: data is slow.
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

type Mover = (content: Content, path: string, bounds: CallBounds) => Promise<void>

function moverFor(session: RtorrentSession): Mover {
  const {paths, allowExecute} = session.definition
  if (paths.length > 0) return (content, path) => moveByOurselves(session, content, path)
  if (allowExecute && session.has('execute.throw')) {
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
): Promise<ItemOutcome> {
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
    await tellOne(session, hash, ['d.stop', 'd.close'], bounds)
    await moveAndStart(session, content, path, mover, bounds)
  } finally {
    session.moving.delete(hash)
    // What was told of it meanwhile is that it moves.
    session.book.markStale([hash])
  }
  return done
}

async function moveAndStart(
  session: RtorrentSession,
  content: Content,
  path: string,
  mover: Mover | null,
  bounds: CallBounds,
): Promise<void> {
  const {hash, isStarted} = content
  try {
    if (mover) await mover(content, path, bounds)
    await session.wire.tell(...directoryCall(content, path), bounds)
  } finally {
    // Also when the move failed: it then goes on where it was.
    await tellOne(session, hash, [...(isStarted ? ['d.start'] : []), 'd.save_full_session'], bounds)
  }
}

/** The folder of a multi-file torrent may be called other than the torrent: so its root is said exactly. */
function directoryCall(content: Content, path: string): [method: string, params: string[]] {
  return content.isMultiFile
    ? ['d.directory_base.set', [content.hash, `${path === '/' ? '' : path}/${content.name}`]]
    : ['d.directory.set', [content.hash, path]]
}

async function tellOne(
  session: RtorrentSession,
  hash: InfoHash,
  methods: readonly string[],
  bounds: CallBounds,
): Promise<void> {
  const calls = methods.map((method) => ({method, params: [hash]}))
  for (const result of await tellAndNote(session, [hash], calls, bounds)) valueOf(result, {hash})
}

/** The whole folder or the single file, never onto something that is there. */
async function moveByOurselves(session: RtorrentSession, content: Content, path: string): Promise<void> {
  const {paths} = session.definition
  const [from, folder] = [ourPath(paths, content.path), ourPath(paths, path)]
  if (from === null || folder === null) {
    throw new CommandRefused('The path mapping does not cover both the old and the new place.', {
      hash: content.hash,
    })
  }
  if (!(await isThere(from))) return
  const to = join(folder, content.name)
  if (await isThere(to))
    throw new CommandRefused('Something of that name is at the new place already.', {hash: content.hash})
  await mkdir(dirname(to), {recursive: true})
  try {
    await rename(from, to)
  } catch (error) {
    if (!isFileError(error, 'EXDEV')) throw asRefusal(error, content)
    // Another file system: copied whole before the old one goes.
    await cp(from, to, {recursive: true, errorOnExist: true, force: false, preserveTimestamps: true})
    await rm(from, {recursive: true})
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

/** Arguments go to `mv` as they are, without a shell. rTorrent does nothing else meanwhile. */
async function moveByDaemon(
  session: RtorrentSession,
  content: Content,
  path: string,
  bounds: CallBounds,
): Promise<void> {
  await session.wire.tell('execute.throw', ['', 'mkdir', '-p', '--', path], bounds)
  await session.wire.tell('execute.throw', ['', 'test', '!', '-e', `${path}/${content.name}`], bounds)
  await session.wire.tell('execute.throw', ['', 'mv', '-n', '--', content.path, `${path}/`], bounds)
}
