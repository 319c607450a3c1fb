/**
 * What a command does with files without removing them: which of them leave the names they have, and where they arrive.
 * Pure. Of a command that touches no file nothing is said.
 */
import type {ClientKind} from '#clients/kinds/kind.ts'
import {clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {folderOfFiles, isCutAtEnd} from '#disk/path-mapping.ts'
import {foldedPath, placeByText, relate} from '#disk/places.ts'
import {withoutBlanksAround} from '#lib/trim-end.ts'
import type {AdditionDefaults, AddTorrent, Renamed, TorrentCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {BadArgument} from '#model/errors.ts'
import type {Category, DefaultFolders} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'

/**
 * How files come to a place. replacing: moved or renamed, over whatever has their names. takenOver: what lies there is
 * taken for them, and written to where it is not.
 */
export type Arrival = 'replacing' | 'takenOver'

/** Of a file: where it is in its torrent, and how large it is when it is whole. */
export type NamedFile = Pick<TorrentFile, 'path' | 'size'>

/** Files of a torrent that arrive somewhere. */
export interface Landing {
  /** The folder that the paths begin in, as the server writes it. */
  readonly folder: string
  readonly files: readonly NamedFile[]
  readonly arrives: Arrival
  /** The torrent has written nothing there yet: what lies there is not its own. */
  readonly isUnwritten?: boolean
}

export interface FileChange {
  /** Those that leave the names they have, by their paths in the torrent. */
  readonly takes: 'all' | 'none' | ReadonlySet<string>
  /** `null` = none arrive elsewhere, or it cannot be said where (`isUnread`, `isUnsaid`). */
  readonly lands: Landing | null
  /** Its server does not tell where its files come to lie. */
  readonly isUnsaid?: boolean
  /** Its files could not be read, so it cannot be said onto what they arrive. */
  readonly isUnread?: boolean
  /** Its server moves what lies at the old place, if anything does, and takes over the new place otherwise. */
  readonly movesIfThere: boolean
  /**
   * Other files of the same torrent whose names those that are renamed would get: servers write one over the other. unread
   * = its files could not be read, so any of them may be.
   */
  readonly overOwn?: readonly string[] | 'unread'
}

/** What of a server decides where files come to be. */
export interface ServerPlaces {
  readonly kind: ServerKind
  readonly categories: readonly Category[]
  readonly defaultSavePath: string | null
  /** The category of a torrent is the folder that it lies in, so another category moves it. */
  readonly movesByCategory: boolean
  /**
   * Where it brings a torrent of the category that a command sets once that is complete, by its default where the category
   * names none. `null` = it leaves it where it is; 'unsaid' = it does not say; absent = such a server goes by no category.
   */
  readonly completion?: {readonly folder: string | null} | 'unsaid'
}

/** Whether the files of the torrent have to be known to say what the command does with them. */
export function changesFiles(command: TorrentCommand, torrent: TorrentRecord, server: ServerPlaces): boolean {
  return kindOfChange(command, torrent, server) !== null
}

/** Verbs by which the data of torrents may move. */
export const movingVerbs = ['setLocation', 'setCategory', 'setAutoManaged'] as const

const fileVerbs: ReadonlySet<string> = new Set([
  ...movingVerbs,
  'rename',
  'renameFile',
  'renameFiles',
  'renameFolder',
])

/** Whether a verb may touch files without removing them. */
export function mayChangeFiles(verb: string): boolean {
  return fileVerbs.has(verb)
}

/**
 * Where the data of a torrent goes by a command: `folder` `null` = nobody can say, `mayStay` = its server may find nothing
 * that it has to move. `null` = it stays where it lies.
 */
export function dataGoesTo(
  command: TorrentCommand,
  torrent: TorrentRecord,
  server: ServerPlaces,
): {readonly folder: string | null; readonly mayStay: boolean} | null {
  const change = kindOfChange(command, torrent, server)
  if (change === null || !('folder' in change) || change.isLater) return null
  if (!change.moves && !change.movesIfThere) return null
  return {folder: change.folder, mayStay: !change.moves}
}

/** `null` = it touches no file. @param files `null` = they cannot be read */
export function fileChangeOf(
  command: TorrentCommand,
  torrent: TorrentRecord,
  files: readonly NamedFile[] | null,
  server: ServerPlaces,
): FileChange | null {
  const change = kindOfChange(command, torrent, server)
  if (change === null) return null
  if ('folder' in change) {
    const {folder, moves, movesIfThere} = change
    const arrives: Arrival = moves ? 'replacing' : 'takenOver'
    const lands = files === null || folder === null ? null : {folder, files, arrives}
    const takes = moves || movesIfThere ? 'all' : 'none'
    return {takes, lands, movesIfThere, isUnread: files === null, isUnsaid: folder === null}
  }
  if (files === null) {
    const unread = {takes: 'all', lands: null, movesIfThere: false, isUnread: true} as const
    // All that it has lies below its top folder, or is its one file: another name of that meets none of it.
    return command.verb === 'rename' ? unread : {...unread, overOwn: 'unread'}
  }
  const base = folderOfFiles(torrent.contentPath ?? '', files as readonly TorrentFile[])
  const exact = new Map(files.map((it) => [it.path, it]))
  const moves = change.names.flatMap(({from, to}) => {
    const depth = from.split('/').length
    const one = exact.get(from)
    const renamed = one ? [one] : filesCalled(from, files)
    return renamed.map(({path, size}) => ({
      before: path,
      after: [to, ...path.split('/').slice(depth)].join('/'),
      size,
    }))
  })
  const arriving = moves.map(({after, size}) => ({path: after, size}))
  const lands: Landing | null =
    base === null || moves.length === 0 ? null : {folder: base, files: arriving, arrives: 'replacing'}
  const takes = new Set(moves.map(({before}) => before))
  return {takes, lands, movesIfThere: false, overOwn: ownInTheWay(moves, files)}
}

/** Those of that name or below it; where none has exactly that one, those that a disk without capitals would find. */
function filesCalled(name: string, files: readonly NamedFile[]): readonly NamedFile[] {
  const depth = name.split('/').length
  const headOf = ({path}: NamedFile) => path.split('/').slice(0, depth).join('/')
  const exact = files.filter((it) => headOf(it) === name)
  return exact.length > 0 ? exact : files.filter((it) => foldedPath(headOf(it)) === foldedPath(name))
}

/**
 * Files of a torrent at which others of it arrive, or which lie where those need a folder, and the other way around. Who
 * renames a folder moves one file after the other, so one that has yet to leave is in the way, too. The file itself is
 * not: only the case of its letters may change. Names are compared as disks may compare them.
 */
function ownInTheWay(
  moves: readonly {readonly before: string; readonly after: string}[],
  files: readonly NamedFile[],
): readonly string[] {
  const moving = new Set(moves.map(({before}) => before))
  const byName = Map.groupBy(files, ({path}) => foldedPath(path))
  const byFolder = Map.groupBy(
    files.flatMap(({path}) => foldersAbove(foldedPath(path)).map((folder) => ({folder, path}))),
    ({folder}) => folder,
  )
  const found = new Set<string>()
  for (const {before, after} of moves) {
    const name = foldedPath(after)
    const isSameName = name === foldedPath(before)
    const there = [name, ...foldersAbove(name)].flatMap((it) => byName.get(it) ?? [])
    for (const {path} of [...there, ...(byFolder.get(name) ?? [])])
      if (path !== before && !(isSameName && moving.has(path))) found.add(path)
  }
  return [...found]
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'))
}

type KindOfChange =
  | {
      readonly folder: string | null
      readonly moves: boolean
      readonly movesIfThere: boolean
      /** Once the torrent is complete. */
      readonly isLater?: true
    }
  | {readonly names: readonly Renamed[]}

function kindOfChange(
  command: TorrentCommand,
  torrent: TorrentRecord,
  server: ServerPlaces,
): KindOfChange | null {
  // A magnet without metadata has no data yet.
  if (!torrent.contentPath && !torrent.hasMetadata) return null
  switch (command.verb) {
    case 'setLocation': {
      const {path, moveData} = command.args
      if (bare(path) === bare(torrent.savePath ?? '')) return null
      const {movesIfThere = false} = clientKinds[server.kind].files
      return {folder: path, moves: moveData, movesIfThere: !moveData && movesIfThere}
    }
    case 'setCategory':
      if (server.movesByCategory) return movedTo(folderOfCategory(command.args.category, server), torrent)
      if (server.completion !== undefined) return movedLater(server.completion, torrent)
      // Its server does nothing where it has that category already.
      return torrent.autoManaged === true && command.args.category !== torrent.category
        ? movedTo(categoryFolder(command.args.category, server), torrent)
        : null
    case 'setAutoManaged':
      return command.args.on && torrent.autoManaged !== true
        ? movedTo(categoryFolder(torrent.category ?? '', server), torrent)
        : null
    case 'rename': {
      // Elsewhere it changes what a list shows.
      const top = topName(torrent)
      return clientKinds[server.kind].files.followName && top !== null && top !== command.args.name
        ? {names: [{from: top, to: command.args.name}]}
        : null
    }
    case 'renameFile':
    case 'renameFolder':
      return namesOf([command.args], server)
    case 'renameFiles':
      return namesOf(command.args.files, server)
    default:
      return null
  }
}

function namesOf(files: readonly Renamed[], {kind}: ServerPlaces): KindOfChange | null {
  const {stripsNames = false} = filesOf(kind)
  const names = files
    .filter(({from, to}) => from !== to)
    .map(({from, to}) => ({from: bare(from), to: stripsNames ? stripped(to) : bare(to)}))
  return names.length === 0 ? null : {names}
}

function stripped(path: string): string {
  const parts = path.split(/[\\/]/).map(withoutBlanksAround)
  return parts.filter((part) => /[^.]/.test(part)).join('/')
}

function movedTo(folder: string | null, {savePath}: Pick<TorrentRecord, 'savePath'>): KindOfChange | null {
  if (folder !== null && savePath && bare(folder) === bare(savePath)) return null
  return {folder, moves: true, movesIfThere: false}
}

/** What is complete a new label of Deluge does not move. */
function movedLater(
  completion: NonNullable<ServerPlaces['completion']>,
  {complete, savePath, completedPath}: Pick<TorrentRecord, 'complete' | 'savePath' | 'completedPath'>,
): KindOfChange | null {
  if (complete) return null
  if (completion === 'unsaid') return {folder: null, moves: true, movesIfThere: false, isLater: true}
  const {folder} = completion
  if (folder === null) return null
  const isNews = [savePath, completedPath].every((it) => !it || bare(it) !== bare(folder))
  return isNews ? {folder, moves: true, movesIfThere: false, isLater: true} : null
}

/** Where qBittorrent saves what it manages by category; `null` = that cannot be said. */
function categoryFolder(
  category: string,
  {categories, defaultSavePath}: Pick<ServerPlaces, 'categories' | 'defaultSavePath'>,
): string | null {
  const own = categories.find(({name}) => name === category)?.savePath
  if (own && absolute(own) !== null) return own
  if (!defaultSavePath) return null
  if (category === '') return defaultSavePath
  if (!category.includes('/')) return `${bare(defaultSavePath)}/${own || category}`
  // Below another category it is kept in the folder of that one, where the server is set so. Without a folder of any of
  // them both are the same. Source: qBittorrent, `categorySavePath`.
  const above = (name: string) => category.startsWith(`${name}/`)
  const isPlain = !own && !categories.some(({name, savePath}) => above(name) && savePath)
  return isPlain ? `${bare(defaultSavePath)}/${category}` : null
}

function folderOfCategory(category: string, {defaultSavePath}: ServerPlaces): string | null {
  if (!defaultSavePath) return null
  return category === '' ? defaultSavePath : `${bare(defaultSavePath)}/${category}`
}

/** What changes where a server saves the torrents that it manages by category. */
export type FoldersChange =
  | {readonly category: string; readonly savePath: string}
  | {readonly removedCategory: string}
  | {readonly defaults: DefaultFolders}

type ManagedTorrent = Pick<
  TorrentRecord,
  'category' | 'autoManaged' | 'savePath' | 'incompletePath' | 'complete'
>

/** Where the server moves the torrent by it. `null` = that cannot be said; absent = it stays where it lies. */
export function folderAfter(
  change: FoldersChange,
  torrent: ManagedTorrent,
  server: ServerPlaces,
): string | null | undefined {
  if (torrent.autoManaged !== true) return undefined
  return 'defaults' in change
    ? folderByDefaults(change.defaults, torrent, server)
    : folderByCategory(change, torrent, server)
}

function folderByCategory(
  change: Exclude<FoldersChange, {readonly defaults: DefaultFolders}>,
  torrent: ManagedTorrent,
  server: ServerPlaces,
): string | null | undefined {
  const name = 'category' in change ? change.category : change.removedCategory
  if (!followsCategory(torrent, name, server)) return undefined
  const others = server.categories.filter((it) => it.name !== name)
  const categories = 'category' in change ? [...others, {name, savePath: change.savePath}] : others
  const its = 'category' in change ? (torrent.category ?? '') : ''
  return unlessThere(categoryFolder(its, {...server, categories}), torrent.savePath)
}

function folderByDefaults(
  {savePath, incompletePath, usesIncompletePath}: DefaultFolders,
  torrent: ManagedTorrent,
  server: ServerPlaces,
): string | null | undefined {
  const category = torrent.category ?? ''
  const saves = savePath === undefined ? server : {...server, defaultSavePath: absolute(savePath)}
  /** The folder of what is not complete, where it lies in there. */
  const apart = torrent.complete ? null : (torrent.incompletePath ?? null)
  const isApart = !torrent.complete && (usesIncompletePath ?? apart !== null)
  if (!isApart && apart !== null) return unlessThere(categoryFolder(category, saves), apart)
  if (isApart && (apart === null || incompletePath !== undefined)) {
    const folder = incompletePath === undefined ? null : absolute(incompletePath)
    const its = folder === null || category === '' ? folder : categoryIn(folder, category)
    const to = unlessThere(its, apart ?? undefined)
    if (to !== undefined) return to
  }
  return savePath === undefined ? undefined : unlessThere(categoryFolder(category, saves), torrent.savePath)
}

function unlessThere(folder: string | null, now: string | undefined): string | null | undefined {
  if (folder === null) return null
  const [a, b] = [placeByText(folder), placeByText(now ?? '')]
  return a !== null && b !== null && relate(a, b) === 'same' ? undefined : folder
}

/** `null` = it begins in a folder that the server does not tell. */
function absolute(folder: string): string | null {
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(folder) ? folder : null
}

/** Below another category it may be kept in the folder of that one. */
function categoryIn(folder: string, category: string): string | null {
  return category.includes('/') ? null : `${bare(folder)}/${category}`
}

/** Whether the server moves the torrent when the folder of the category changes, or the category goes. */
function followsCategory(
  {category}: ManagedTorrent,
  changed: string,
  {categories}: Pick<ServerPlaces, 'categories'>,
): boolean {
  if (category === undefined || category === null) return false
  if (category === changed) return true
  const hasOwnFolder = Boolean(categories.find(({name}) => name === category)?.savePath)
  return category.startsWith(`${changed}/`) && !hasOwnFolder
}

/** What a torrent file names, before any server has it. */
export interface TorrentFiles {
  readonly key: TorrentKey
  /** Of its folder, or its one file. */
  readonly name: string
  readonly files: readonly NamedFile[]
}

/**
 * An addition in which nothing is left open that its server would decide by its settings: what is compared is what is
 * sent, whatever these are by then. What comes with its data is laid out as the torrent says. What names its folder, or
 * lies there already, stays there once it is complete.
 * @throws {BadArgument} its server would save it in another folder than the one that is compared
 */
export function decidedAdd(
  add: Readonly<AddTorrent>,
  {savePath, isAutomatic, usesCategoryFolders, contentLayout, completedPath}: AdditionDefaults,
  server: Pick<ServerPlaces, 'kind' | 'categories' | 'defaultSavePath'>,
): AddTorrent {
  const isThere = add.data !== undefined || add.comesBack === true
  const stays = isThere || add.savePath !== undefined
  const laid = {
    ...add,
    contentLayout: add.contentLayout ?? (isThere ? 'original' : contentLayout),
    ...(completedPath !== undefined && {completedPath: stays ? null : completedPath}),
  }
  if (add.savePath !== undefined) {
    refuseCut(add.savePath, server.kind)
    return laid
  }
  if (isAutomatic) return {...laid, autoManaged: true}
  const defaultSavePath = savePath ?? server.defaultSavePath
  const folder =
    add.category && usesCategoryFolders
      ? categoryFolder(add.category, {...server, defaultSavePath})
      : defaultSavePath
  if (folder) refuseCut(folder, server.kind)
  return {...laid, autoManaged: false, ...(folder && {defaultPath: folder})}
}

function refuseCut(folder: string, kind: ServerKind): void {
  if (filesOf(kind).trimsFolders !== true || !isCutAtEnd(folder)) return
  const found = JSON.stringify(folder)
  throw new BadArgument(
    `It would be saved in ${found}, and this server cuts off the blank at its end when it adds a torrent. Give its default folder or category a folder without one, or name another folder.`,
    {field: 'save_path', found: folder, accepted: 'a folder without a blank at its end'},
  )
}

function filesOf(kind: ServerKind): ClientKind['files'] {
  return clientKinds[kind].files
}

/** Where files of an added torrent arrive, now and once it is complete; none = that cannot be said. */
export function landingsOfAdd(
  add: Pick<AddTorrent, 'savePath' | 'defaultPath' | 'completedPath' | 'category' | 'contentLayout'>,
  {name, files}: Pick<TorrentFiles, 'name' | 'files'>,
  server: ServerPlaces,
): readonly Landing[] {
  const {savePath = add.defaultPath, category, contentLayout} = add
  const {defaultSavePath, kind} = server
  const ofCategory = clientKinds[kind].categories.haveFolders === true || server.movesByCategory
  const folder = savePath ?? (category && ofCategory ? categoryFolder(category, server) : defaultSavePath)
  const folders = new Set([folder, add.completedPath].flatMap((it) => (it ? [it] : [])))
  const laid = laidOut(name, files, contentLayout)
  return [...folders].map((it) => ({folder: it, files: laid, arrives: 'takenOver'}))
}

function laidOut(
  name: string,
  files: readonly NamedFile[],
  layout: AddTorrent['contentLayout'],
): readonly NamedFile[] {
  const isInFolder = files.every(({path}) => path.startsWith(`${name}/`))
  if (layout === 'noSubfolder' && isInFolder)
    return files.map(({path, size}) => ({path: path.slice(name.length + 1), size}))
  if (layout !== 'subfolder' || isInFolder) return files
  const folder = name.replace(/\.[^./]+$/, '')
  return files.map(({path, size}) => ({path: `${folder}/${path}`, size}))
}

function topName({contentPath}: Pick<TorrentRecord, 'contentPath'>): string | null {
  const name = bare(contentPath ?? '')
    .split(/[\\/]/)
    .at(-1)
  return name ? name : null
}

function bare(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') : path
}
