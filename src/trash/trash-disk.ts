/** What the trash is handed of our own disks: where a torrent's files lie, and who else needs what lies there. */
import {access, constants, lstat, realpath} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {unfinishedEndings} from '#clients/kinds/kinds.ts'
import type {OwnerOf} from '#disk/erase.ts'
import {lookAt, type FileLook} from '#disk/file-looks.ts'
import {codeOf, diskFault, isMissing} from '#disk/fs-errors.ts'
import {contradictionAt, toOurs, toServer} from '#disk/path-mapping.ts'
import {mountPoints} from '#disk/mount-table.ts'
import type {Patience} from '#disk/patience.ts'
import {
  recycleArea,
  type RecycleFile,
  type RecyclePlan,
  type RecycleRoot,
  type RecycleWish,
} from '#disk/recycle.ts'
import type {LookUpDeps} from '#lookups/fact-resolvers.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {
  anotherSizeWords,
  isAnotherSize,
  isOlderThanTorrent,
  nothingWritten,
  olderWords,
} from '#lookups/strange-files.ts'
import {ownFolderOf, pathsOfFiles} from '#lookups/torrent-paths.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import {neverHadAByte, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {doubtWords, isSameDoubt, type Doubt, type DoubtNames} from '#ownership/doubts.ts'
import {oursOf, type OwnershipService} from '#ownership/ownership.ts'

/** `why` = it cannot be told, or its server does not share its disk with us; for people. */
export type OurFiles = Placed | Unplaced

type Placed = Pick<RecycleWish, 'roots' | 'files' | 'folder' | 'common'>
type Unplaced = {
  readonly why: string
  /** None of its files is where they belong. */ readonly isNothing?: true
}

/**
 * doubts: why others may have them of whom nobody can say. left: our paths of what lies under their names and may be
 * another person's; absent = nothing does.
 */
export type FilesOfTorrent =
  | (Placed & {readonly doubts: readonly Doubt[]; readonly left?: readonly string[]})
  | Unplaced

/** Why files cannot be set aside; for people. */
export interface NoTrash {
  readonly why: string
  /** What is configured says so, and not only how things are at the moment. */
  readonly isSettled: boolean
}

export interface TrashDisk {
  /** As far as it can be said without asking its server; `null` = nothing stands in the way. */
  noTrash(key: TorrentKey): Promise<NoTrash | null>
  filesOf(key: TorrentKey): Promise<FilesOfTorrent>
  /**
   * File by file. It throws `content_unknown` while nobody can say; what is set aside already is nobody's by doubt alone.
   * Where its files lay is told by our own paths once its server left.
   * @param contentPath as its server wrote it
   * @param accepted doubts that whoever wants it gone was told of: one that came later counts
   */
  ownerOf(key: TorrentKey, contentPath: string, plan: RecyclePlan, accepted?: readonly Doubt[]): OwnerOf
}

export interface TrashDiskDeps extends Pick<LookUpDeps, 'fleet' | 'disk' | 'details' | 'patience' | 'clock'> {
  readonly ownership: Pick<OwnershipService, 'look' | 'at' | 'serverOf' | 'nameOf' | 'hasLeft'>
  /** It is not configured any more. */
  readonly hasLeft: (id: ServerId) => boolean
}

/** Where the files of a torrent lie on our own disks, and who else lies there, for the trash. */
export function trashDisk(parts: TrashDiskDeps): TrashDisk {
  const whyNotIn = folderLooks(parts)
  return {
    noTrash: (key) => noTrash(key, parts, whyNotIn),
    filesOf: (key) => filesOf(key, parts),
    ownerOf: (key, contentPath, plan, accepted = []) => ownerOf({key, contentPath, plan, accepted}, parts),
  }
}

/** While files are moved one after the other, others may come to them. */
const OWNERS_MS = 2_000

interface Moved {
  readonly key: TorrentKey
  readonly contentPath: string
  readonly plan: RecyclePlan
  readonly accepted: readonly Doubt[]
}

function ownerOf(
  {key, contentPath, plan, accepted}: Moved,
  {disk, ownership, hasLeft, patience, clock}: TrashDiskDeps,
): OwnerOf {
  const isAccepted = (doubt: Doubt) => accepted.some((known) => isSameDoubt(known, doubt))
  const seen = new Map<string, {readonly at: number; readonly owned: Promise<Owned>}>()
  return async (path) => {
    // Nobody says any more which of its folders were which of ours.
    const isOurs = hasLeft(key.serverId)
    const its = isOurs ? {...key, serverId: oursOf(key.serverId)} : key
    const {mappings} = disk(its.serverId)
    const doubt = isOurs ? null : contradictionAt(contentPath, mappings)
    if (doubt !== null) throw new CommodarrError('content_unknown', doubt, {path})
    const isAside = path.includes(`/${recycleArea}/`)
    const now = clock.monotonic()
    const question = `${its.serverId} ${isAside}`
    let last = seen.get(question)
    if (!last || now - last.at >= OWNERS_MS) {
      const there = () => (isOurs ? contentByPlan(plan) : contentOf(contentPath, plan, mappings))
      const content = isAside ? contentAside(plan, mappings) : there()
      // It is kept with the trash, for whoever sees its server; of one that left that is its owner once it is back.
      const sees = (id: ServerId) => id === key.serverId
      const counts = (doubt: Doubt) => !isAccepted(doubt) && (!isAside || countsAside(doubt))
      last = {at: now, owned: ownedIn(its, content, counts, {ownership, patience, sees})}
      seen.set(question, last)
    }
    return (await last.owned)(path)
  }
}

/** Nobody takes on what lies in the recycle area: who is away has nothing in there. */
function countsAside({code}: Doubt): boolean {
  return code !== 'away'
}

/** Why a file of ours stays; `null` = nobody else has it. @throws {CommodarrError} `content_unknown` */
type Owned = (path: string) => string | null

interface PlannedContent {
  /** As its server writes it. */
  readonly contentPath: string
  readonly files: readonly TorrentFile[]
  /** Our path of the folder that the paths of the files begin in. */
  readonly base: string
}

async function ownedIn(
  key: TorrentKey,
  content: PlannedContent | null,
  counts: (doubt: Doubt) => boolean,
  {ownership, patience, sees}: Pick<TrashDiskDeps, 'ownership' | 'patience'> & Pick<DoubtNames, 'sees'>,
): Promise<Owned> {
  if (content === null) return () => 'a server whose folders are not known here any more'
  const {base, contentPath} = content
  const files = await filesLeft(content, patience)
  const left = new Set(files.map(({path}) => path))
  const {owners, doubts} = (await ownership.at([{key, contentPath, files}], true)).get(keyText(key))!
  const doubt = doubts.find(counts)
  const names: DoubtNames = {
    server: (id) => ownership.serverOf(id),
    sees,
    unseen: {torrent: 'a torrent of another server', server: 'another server'},
    nameOf: (of) => ownership.nameOf(of),
    hasLeft: (id) => ownership.hasLeft(id),
  }
  return (path) => {
    if (doubt) {
      const message = `It is unknown at the moment which other torrents need ${path}. ${doubtWords(doubt, names)}`
      throw new CommodarrError('content_unknown', message, {path})
    }
    const its = relative(base, path)
    if (!left.has(its)) {
      const message = `${path} was not there when it was asked which other torrents need it.`
      throw new CommodarrError('content_unknown', message, {path})
    }
    // Its name may be nobody's business: who reads it sees other servers than this one.
    return owners.some(({files}) => files === 'all' || files.has(its)) ? 'another torrent' : null
  }
}

/**
 * Those that are there still. Files that went in an earlier try, or a moment ago, are where nobody could look for them: to
 * ask about them would make it unknown for ever whose the others are.
 * @throws {CommodarrError} `content_unknown`, `disk_failed`
 */
async function filesLeft({base, files}: PlannedContent, patience: Patience): Promise<readonly TorrentFile[]> {
  const looked = await seen(
    files.map(({path}) => join(base, path)),
    patience,
  )
  if (looked === null)
    throw new CommodarrError('content_unknown', `The disk of ${base} does not answer.`, {path: base})
  return files.filter((_, at) => looked[at] !== null)
}

/** `null` = it is mapped no more. */
function contentOf(
  contentPath: string,
  {root, files}: RecyclePlan,
  mappings: readonly PathMapping[],
): PlannedContent | null {
  const ours = toOurs(contentPath, mappings)
  if (ours === null) return null
  const base = dirname(ours)
  const below = files.filter(({from}) => join(root, from).startsWith(`${base}/`))
  return {
    contentPath,
    base,
    files: below.map((it, index) => fileAt(index, join(root, it.from), base, it.size)),
  }
}

/** Where its files lay, by our own paths alone. `null` = below no folder of their own. */
function contentByPlan({root, files}: RecyclePlan): PlannedContent | null {
  const base = dirname(root)
  if (base === root) return null
  return {
    contentPath: root,
    base,
    files: files.map((it, index) => fileAt(index, join(root, it.from), base, it.size)),
  }
}

/** What lies in the recycle area belongs to whoever lies in there, and to nobody of where it came from. */
function contentAside(
  {root, entry, files}: RecyclePlan,
  mappings: readonly PathMapping[],
): PlannedContent | null {
  const base = join(root, recycleArea)
  const contentPath = toServer(join(base, entry), mappings)
  if (contentPath === null) return null
  return {
    contentPath,
    base,
    files: files.map((it, index) => fileAt(index, join(base, entry, it.to), base, it.size)),
  }
}

function fileAt(index: number, path: string, base: string, size: Bytes): TorrentFile {
  return {index, path: relative(base, path), size, progress: 1, priority: 'normal'}
}

async function noTrash(
  key: TorrentKey,
  {fleet, disk}: TrashDiskDeps,
  whyNotIn: (folder: string) => Promise<string | null>,
): Promise<NoTrash | null> {
  const torrent = fleet.get(key)
  const {mappings} = disk(key.serverId)
  if (mappings.length === 0) return {why: unshared, isSettled: true}
  // Where nobody knows where its data lies the guards say what becomes of it.
  if (!torrent?.contentPath) return null
  const ours = toOurs(torrent.contentPath, mappings)
  if (ours === null)
    return {why: 'Its folder is none of those that its server shares with us.', isSettled: true}
  const doubt = contradictionAt(torrent.contentPath, mappings)
  if (doubt !== null) return {why: doubt, isSettled: false}
  const why = await whyNotIn(dirname(ours))
  if (why === '') return null
  return {why: why ?? 'The disk of its files does not answer.', isSettled: false}
}

const unshared = 'Its server does not share its disk with us: no folders are mapped.'

/** As long as one dialog looks at thousands of torrents, their folders are few. */
const FRESH_MS = 2_000
const MOST_FOLDERS = 1_000

/** '' = files may be taken out of it; `null` = its disk does not answer. */
function folderLooks({patience, clock}: TrashDiskDeps): (folder: string) => Promise<string | null> {
  const seen = new Map<string, {readonly at: number; readonly why: Promise<string | null>}>()
  return (folder) => {
    const last = seen.get(folder)
    if (last && clock.monotonic() - last.at < FRESH_MS) return last.why
    if (seen.size >= MOST_FOLDERS) seen.clear()
    const why = patience.ask(folder, 'trash', () => whyNotOutOf(folder))
    seen.set(folder, {at: clock.monotonic(), why})
    return why
  }
}

async function whyNotOutOf(folder: string): Promise<string> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return ''
  } catch (error) {
    return isMissing(codeOf(error))
      ? 'The folder of its files is not there on our own disks.'
      : `Commodarr may not write where its files are (${codeOf(error)}).`
  }
}

async function filesOf(
  key: TorrentKey,
  {fleet, disk, details, ownership, patience}: TrashDiskDeps,
): Promise<FilesOfTorrent> {
  const torrent = fleet.get(key)
  if (!torrent) return {why: 'Its server does not list it any more.'}
  const {mappings} = disk(key.serverId)
  if (mappings.length === 0) return {why: unshared}
  const listed = await asked(() => details.files(key))
  if ('why' in listed) return listed
  const {owners, doubts, spare} = (await ownership.look([key])).get(keyText(key))!
  // Those of others stay where they are.
  const spared = owners.length === 0 ? listed.files : listed.files.filter(({path}) => spare?.has(path))
  if (spared.length === 0) return {why: 'Other torrents have all of its files.'}
  const paths = pathsOfFiles(torrent, listed.files, spared, mappings)
  if (isUnknown(paths)) return {why: paths.detail}
  try {
    const isBehindLink = await linkedFolders(paths.value, spared)
    const own = spared.filter((_, at) => !isBehindLink[at])
    if (own.length === 0) return {why: 'All of its files are behind links to other folders.'}
    const left: string[] = []
    const isOwn = (look: SeenFile, at: number) => {
      const isOlder = isOlderThanTorrent(look, own[at]!, torrent) && !isAnotherSize(look, own[at]!)
      if (isOlder) left.push(look.path)
      return !isOlder
    }
    const looked = await seenAsNamed(
      paths.value.filter((_, at) => !isBehindLink[at]),
      patience,
      isOwn,
    )
    if (looked === null) return {why: 'The disk of its files does not answer.'}
    const odd = looked.findIndex((file, at) => file !== null && isAnotherSize(file, own[at]!))
    if (odd >= 0) return {why: anotherSizeWords(looked[odd]!, own[odd]!)}
    const files = looked.filter((file) => file !== null)
    const [first] = files
    if (!first && own.some(({path}) => unsaid.test(path))) return {why: unsaidWords}
    if (neverHadAByte(torrent) && (first ?? left[0])) return {why: nothingWritten}
    if (!first && left[0] !== undefined) return {why: olderWords({path: left[0]})}
    if (!first) return {why: 'None of its files is there.', isNothing: true}
    if (await liesOnSeveralMounts(files)) return {why: 'Its files are on more than one disk, or mount of it.'}
    const folder = ownFolderOf(torrent, listed.files, mappings)
    const common = folderAround(paths.value, spared)
    const beside = await piecesBeside(torrent, common, mappings, patience)
    if (beside === null) return {why: 'The disk of its files does not answer.'}
    const roots = await rootsOf(first, folder, mappings)
    const where = {files: [...files, ...beside], folder, ...(folder === null && {common}), roots}
    return {...where, doubts, ...(left.length > 0 && {left})}
  } catch (error) {
    return {why: `Its files cannot be read (${codeOf(error)}).`}
  }
}

/**
 * rTorrent before 0.16 writes a question mark for each byte of a sign beyond the first 65,536 (emoji): its XML library
 * knows no others (tried on 0.9.8).
 */
const unsaid = /\?{4}/
const unsaidWords =
  'Its server cannot report the names of its files: it writes ???? for characters that it cannot send, as an emoji.'

/** Which of these files lie in a folder that is another one by a link below the folder that their names begin in. */
async function linkedFolders(
  paths: readonly string[],
  files: readonly TorrentFile[],
): Promise<readonly boolean[]> {
  const base = folderAround(paths, files)
  const real = await realpath(base).catch(ifMissing)
  const folders = new Map<string, boolean>()
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const there = await realpath(folder).catch(ifMissing)
    folders.set(folder, there !== undefined && there !== join(real ?? base, relative(base, folder)))
  }
  return paths.map((path) => folders.get(dirname(path))!)
}

/** The folder that their names begin in. */
function folderAround([path]: readonly string[], [file]: readonly TorrentFile[]): string {
  return path!.slice(0, -file!.path.length - 1)
}

function ifMissing(error: unknown): undefined {
  if (!isMissing(codeOf(error))) throw error
}

/** What is mounted within its folder has the number of its disk where it is a part of the same one. */
async function liesOnSeveralMounts(files: readonly RecycleFile[]): Promise<boolean> {
  const mountOf = await mountPoints()
  const folders = new Set(files.map(({path}) => dirname(path)))
  const seenMounts = new Set<string>()
  for (const folder of folders) seenMounts.add(await mountOf(folder))
  return seenMounts.size > 1
}

/** @throws what is no fault of its server */
export async function asked(
  ask: () => Promise<readonly TorrentFile[]>,
): Promise<{readonly files: readonly TorrentFile[]} | {readonly why: string}> {
  try {
    return {files: await ask()}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {why: error.message}
  }
}

/** When it was changed, too. */
type SeenFile = RecycleFile & Pick<FileLook, 'changedAt'>

/**
 * Of each what is there by one of these names and is its own, or nothing: not every file was downloaded.
 *
 * @returns `null` = the disk does not answer
 * @throws the system's error
 */
async function seenAsNamed(
  paths: readonly string[],
  patience: Patience,
  isOwn: (look: SeenFile, at: number) => boolean,
): Promise<readonly (RecycleFile | null)[] | null> {
  const found: (RecycleFile | null)[] = paths.map(() => null)
  for (const ending of unfinishedEndings) {
    const missing = [...paths.keys()].filter((at) => found[at] === null)
    const looked = await seen(
      missing.map((at) => `${paths[at]}${ending}`),
      patience,
    )
    if (looked === null) return null
    for (const [n, at] of missing.entries()) {
      const look = looked[n]
      if (!look || !isOwn(look, at)) continue
      found[at] = withoutDate(look)
    }
  }
  return found
}

/**
 * Pieces that reach into files that are not wanted, where qBittorrent keeps them: beside the data.
 *
 * @returns `null` = the disk does not answer
 */
async function piecesBeside(
  {key, savePath}: Pick<TorrentRecord, 'key' | 'savePath'>,
  folder: string,
  mappings: readonly PathMapping[],
  patience: Patience,
): Promise<readonly RecycleFile[] | null> {
  if (!savePath || toOurs(savePath, mappings) !== folder) return []
  const looked = await seen([join(folder, `.${key.hash}.parts`)], patience)
  return looked && looked.flatMap((file) => (file ? [withoutDate(file)] : []))
}

function withoutDate({path, device, inode, size}: SeenFile): RecycleFile {
  return {path, device, inode, size}
}

/** Where there is no file, `null`. @returns `null` = the disk does not answer @throws the system's error */
async function seen(
  paths: readonly string[],
  patience: Patience,
): Promise<readonly (SeenFile | null)[] | null> {
  const looks = await lookAt(paths, patience, 'trash files')
  if (looks === null) return null
  return looks.map((it, at): SeenFile | null => {
    const path = paths[at]!
    if ('fault' in it) {
      if (it.fault === 'ENOENT') return null
      throw diskFault(it.fault, path)
    }
    const {kind, device, inode, size, changedAt} = it
    return kind === 'folder' ? null : {path, device, inode, size, changedAt}
  })
}

/**
 * The topmost folder of its disk within the mapped one, outside of what is its own: disks, and parts of the same disk,
 * may be mounted below it.
 */
export async function rootsOf(
  {path, device}: RecycleFile,
  folder: string | null,
  mappings: readonly PathMapping[],
): Promise<RecycleRoot[]> {
  const top = mappings
    .map(({ours}) => ours.replace(/\/+$/, ''))
    .filter((ours) => path.startsWith(`${ours}/`))
    .sort((a, b) => b.length - a.length)[0]
  if (top === undefined) return []
  const mountOf = await mountPoints()
  const mount = await mountOf(dirname(path))
  let root: string | null = null
  for (let at = dirname(folder ?? path); at.startsWith(top); at = dirname(at)) {
    const {dev} = await lstat(at, {bigint: true})
    if (String(dev) !== device || (await mountOf(at)) !== mount) break
    root = at
  }
  return root === null ? [] : [{path: root, device}]
}
