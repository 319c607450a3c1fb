/** What the trash is handed of our own disks: where a torrent's files lie, and whether they can be set aside. */
import {access, constants, lstat, realpath} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {unfinishedEndings} from '#clients/kinds/kinds.ts'
import {lookAt, type FileLook} from '#disk/file-looks.ts'
import {codeOf, diskFault, isMissing} from '#disk/fs-errors.ts'
import {contradictionAt, toOurs, type ServerDisk} from '#disk/path-mapping.ts'
import {mountPoints} from '#disk/mount-table.ts'
import type {Patience} from '#disk/patience.ts'
import type {RecycleFile, RecycleRoot, RecycleWish} from '#disk/recycle.ts'
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
import type {FleetReader, TorrentReader} from '#model/services.ts'
import {neverHadAByte, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Doubt} from '#ownership/doubts.ts'
import type {OwnershipService} from '#ownership/ownership.ts'

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
type FilesOfTorrent =
  | (Placed & {readonly doubts: readonly Doubt[]; readonly left?: readonly string[]})
  | Unplaced

/** Why files cannot be set aside; for people. */
export interface NoTrash {
  readonly why: string
  /** What is configured says so, and not only how things are at the moment. */
  readonly isSettled: boolean
}

const unshared = 'Its server does not share its disk with us: no folders are mapped.'

/** As long as one dialog looks at thousands of torrents, their folders are few. */
const FRESH_MS = 2_000
const MOST_FOLDERS = 1_000

/** Where the files of a torrent lie on our own disks, for the trash. */
export class TrashDisk {
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #ownership: Pick<OwnershipService, 'look'>
  readonly #patience: Patience
  /** '' = files may be taken out of it; `null` = its disk does not answer. */
  readonly #folders = new Map<string, {readonly at: number; readonly why: Promise<string | null>}>()

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>,
    details: Pick<TorrentReader, 'files'>,
    ownership: Pick<OwnershipService, 'look'>,
    patience: Patience,
  ) {
    this.#fleet = fleet
    this.#disk = disk
    this.#details = details
    this.#ownership = ownership
    this.#patience = patience
  }

  /** As far as it can be said without asking its server; `null` = nothing stands in the way. */
  async noTrash(key: TorrentKey): Promise<NoTrash | null> {
    const torrent = this.#fleet.get(key)
    const {mappings} = this.#disk(key.serverId)
    if (mappings.length === 0) return {why: unshared, isSettled: true}
    // Where nobody knows where its data lies the guards say what becomes of it.
    if (!torrent?.contentPath) return null
    const ours = toOurs(torrent.contentPath, mappings)
    if (ours === null)
      return {why: 'Its folder is none of those that its server shares with us.', isSettled: true}
    const doubt = contradictionAt(torrent.contentPath, mappings)
    if (doubt !== null) return {why: doubt, isSettled: false}
    const why = await this.#whyNotIn(dirname(ours))
    if (why === '') return null
    return {why: why ?? 'The disk of its files does not answer.', isSettled: false}
  }

  /** '' = files may be taken out of it; `null` = its disk does not answer. */
  #whyNotIn(folder: string): Promise<string | null> {
    const now = this.#patience.now()
    const last = this.#folders.get(folder)
    if (last && now - last.at < FRESH_MS) return last.why
    if (this.#folders.size >= MOST_FOLDERS) this.#folders.clear()
    const why = this.#patience.ask(folder, 'trash', () => whyNotOutOf(folder))
    this.#folders.set(folder, {at: now, why})
    return why
  }

  async filesOf(key: TorrentKey): Promise<FilesOfTorrent> {
    const patience = this.#patience
    const torrent = this.#fleet.get(key)
    if (!torrent) return {why: 'Its server does not list it any more.'}
    const {mappings} = this.#disk(key.serverId)
    if (mappings.length === 0) return {why: unshared}
    const listed = await asked(() => this.#details.files(key))
    if ('why' in listed) return listed
    const {owners, doubts, spare} = (await this.#ownership.look([key])).get(keyText(key))!
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
      if (await liesOnSeveralMounts(files))
        return {why: 'Its files are on more than one disk, or mount of it.'}
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
export async function seen(
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
