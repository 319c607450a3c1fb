/**
 * What a command names: folders of its server, names of files and categories, addresses that the server will ask. One
 * table over all verbs, so a new verb does not compile until somebody says what it names. Pure.
 */
import {hasControl, isCutAtEnd, isPlainPath} from '#disk/path-mapping.ts'
import {foldedPath} from '#disk/places.ts'
import {withoutBlanksAround} from '#lib/trim-end.ts'
import type {AddSource, AnyTorrentCommand, Renamed, ServerCommand, TypedAddress} from '#model/command.ts'
import {BadArgument} from '#model/errors.ts'

export type AnyCommand = AnyTorrentCommand | ServerCommand

interface Named {
  /** Folders of the server as it writes them; below its default folder where `isRelative` allows that. */
  readonly folders?: readonly NamedFolder[]
  /** Folders in which a server saves by its settings; what it calls them counts. */
  readonly settings?: readonly NamedFolder[]
  /** Paths inside a torrent: of one that is there, and the new one. */
  readonly inside?: readonly Renamed[]
  /** Of a torrent, and of its top folder where its kind of server has one name for both. */
  readonly name?: string | undefined
  /** Where categories are folders, these are parts of a path. `field` = how the request calls it. */
  readonly category?: {readonly field: 'category' | 'name'; readonly name: string | undefined}
  readonly addresses?: readonly TypedAddress[]
  readonly source?: AddSource
  readonly cookies?: string | undefined
}

interface NamedFolder {
  readonly field: string
  readonly path: string
  /** qBittorrent reads it from its default folder on when it is not absolute. */
  readonly isRelative: boolean
}

/** Settings of servers by which they save: of qBittorrent, Deluge and Transmission. */
const folderSettings = [
  'save_path',
  'temp_path',
  'download_location',
  'move_completed_path',
  'download-dir',
  'incomplete-dir',
]

type Naming = {
  readonly [V in AnyCommand['verb']]:
    | 'nothing'
    | ((args: Extract<AnyCommand, {readonly verb: V}>['args']) => Named)
}

const naming: Naming = {
  start: 'nothing',
  forceStart: 'nothing',
  stop: 'nothing',
  recheck: 'nothing',
  reannounce: 'nothing',
  setLocation: ({path}) => ({folders: [{field: 'path', path, isRelative: false}]}),
  rename: ({name}) => ({name}),
  renameFile: (one) => ({inside: [one]}),
  renameFiles: ({files}) => ({inside: files}),
  renameFolder: (one) => ({inside: [one]}),
  setCategory: ({category}) => ({category: {field: 'category', name: category}}),
  addTags: 'nothing',
  removeTags: 'nothing',
  setTags: 'nothing',
  setFilePriority: 'nothing',
  addTrackers: ({tiers}) => ({addresses: addressesOf('tracker', tiers.flat())}),
  editTracker: ({to}) => ({addresses: addressesOf('tracker', [to])}),
  removeTrackers: 'nothing',
  addPeers: ({peers}) => ({addresses: addressesOf('peer', peers)}),
  addWebSeeds: ({urls}) => ({addresses: addressesOf('web seed', urls)}),
  removeWebSeeds: 'nothing',
  setSpeedLimits: 'nothing',
  setShareLimits: 'nothing',
  moveInQueue: 'nothing',
  setPriority: 'nothing',
  setSuperSeeding: 'nothing',
  setSequential: 'nothing',
  setFirstLast: 'nothing',
  // The folder of its category, which somebody named before.
  setAutoManaged: 'nothing',
  setComment: 'nothing',
  remove: 'nothing',
  removeWithData: 'nothing',
  addTorrent: ({savePath, rename, category, source, cookies, comesBack}) =>
    // Nobody names anything again: it comes back as it was, whatever that is called.
    comesBack === true
      ? {source}
      : {
          folders: savePath ? [{field: 'save_path', path: savePath, isRelative: false}] : [],
          name: rename,
          category: {field: 'category', name: category},
          source,
          cookies,
        },
  createCategory: ofCategory,
  editCategory: ofCategory,
  // Also one of an odd name can be removed.
  removeCategories: 'nothing',
  createTags: 'nothing',
  deleteTags: 'nothing',
  banPeers: 'nothing',
  setGlobalLimits: 'nothing',
  setAltSpeed: 'nothing',
  // For who manages the server, who may name any folder.
  setPreferences: ({values}) => ({
    settings: folderSettings.flatMap((field) => {
      const path = values[field]
      return typeof path === 'string' ? [{field, path, isRelative: true}] : []
    }),
  }),
}

export function namedBy(command: AnyCommand): Named {
  const names = naming[command.verb]
  return names === 'nothing' ? {} : (names as (args: object) => Named)(command.args)
}

/**
 * Why a name or path cannot be what it is, whoever gives it, on whatever kind of server; `null` = it can.
 * @param isOnWindows the server saves to disks that cut dots off names, and takes "\\" for "/"
 */
export function objectionToNames(
  {folders = [], settings = [], inside = [], name, category, cookies}: Named,
  isOnWindows = false,
): BadArgument | null {
  return (
    firstOf(folders, objectionToPath) ??
    firstOf([...folders, ...settings], objectionToBlanks) ??
    firstOf(inside, (one) => objectionToInside(one, isOnWindows)) ??
    objectionToDoubles(inside) ??
    (name === undefined ? null : objectionToName(name)) ??
    (category?.name === undefined ? null : objectionToCategory(category.field, category.name, isOnWindows)) ??
    (cookies !== undefined && hasControl(cookies)
      ? new BadArgument('Cookies hold no control characters.', {field: 'cookies'})
      : null)
  )
}

function objectionToPath({field, path, isRelative}: NamedFolder): BadArgument | null {
  if (isPlainPath(path)) return null
  if (isRelative && isPlainPath(`/${path}`) && !/^[A-Za-z]:|\\/.test(path)) return null
  const accepted = 'an absolute path without ".." and control characters'
  return new BadArgument(`${field} has to be ${accepted}, not ${shown(path)}.`, {
    field,
    found: path,
    accepted,
  })
}

/**
 * qBittorrent cuts blanks off the end, and Windows blanks and dots off each part: the files would come to another folder
 * than the one that is compared. Within a path of another system they are kept, and may be part of what is there.
 */
function objectionToBlanks({field, path, isRelative}: NamedFolder): BadArgument | null {
  const isCut = isCutAtEnd(path) || (isRelative && withoutBlanksAround(path) !== path)
  if (path === '' || !isCut) return null
  const accepted =
    'a path without blanks around it, and on Windows without blanks and dots at the end of a part'
  return new BadArgument(`${field} has to be ${accepted}, not ${shown(path)}.`, {
    field,
    found: path,
    accepted,
  })
}

/** Of several files each gets one new name, and no two of them the same, as disks may compare them. */
function objectionToDoubles(inside: readonly Renamed[]): BadArgument | null {
  return (
    objectionToDouble(
      'from',
      inside.map(({from}) => from),
      (path) => path,
    ) ??
    objectionToDouble(
      'to',
      inside.map(({to}) => to),
      foldedPath,
    )
  )
}

function objectionToDouble(
  field: keyof Renamed,
  paths: readonly string[],
  keyOf: (path: string) => string,
): BadArgument | null {
  const seen = new Set<string>()
  const found = paths.find((path) => seen.size === seen.add(keyOf(path)).size)
  if (found === undefined) return null
  const accepted = 'another path for each file'
  return new BadArgument(`${field} has to be ${accepted}, and ${shown(found)} is there twice.`, {
    field,
    found,
    accepted,
  })
}

/** Below the folder that the torrent has, and nowhere else. What was there already keeps odd names. */
function objectionToInside({from, to}: Renamed, isOnWindows: boolean): BadArgument | null {
  const before = from.split('/')
  const isWrong = (part: string) => part === '..' || /^[A-Za-z]:$/.test(part)
  // A client that leaves these out, or takes "\\" for "/", would rename another file than the one that is looked for in its list.
  const isLeftOut = (part: string, at: number) => part === '.' || (part === '' && at < before.length - 1)
  const isOther = before.some(isLeftOut) || (isOnWindows && from.includes('\\'))
  if (before.some(isWrong) || isOther) return wrongInside('from', from)
  const after = to.split('/')
  const isNew = (part: string) => !before.includes(part)
  const isBad = after.some(
    (part) => part === '' || part === '.' || isWrong(part) || (isNew(part) && /\\/.test(part)),
  )
  if (isBad || hasControl(to)) return wrongInside('to', to)
  // Deluge cuts them off, so it would be another file than the one that is compared.
  const isCut = after.some((part, at) => part !== before[at] && isCutPart(part))
  return isCut ? wrongInside('to', to) : null
}

function isCutPart(part: string): boolean {
  return withoutBlanksAround(part) !== part || /^\.+$/.test(part)
}

function wrongInside(field: string, found: string): BadArgument {
  const accepted =
    'a path inside the torrent without "..", "\\", control characters, blanks around a name and names of dots alone'
  return new BadArgument(`${field} has to be ${accepted}, not ${shown(found)}.`, {field, found, accepted})
}

function objectionToName(name: string): BadArgument | null {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\]/.test(name) && !hasControl(name)) return null
  const accepted = 'one name without "/", "\\" and control characters, and neither "." nor ".."'
  return new BadArgument(`name has to be ${accepted}, not ${shown(name)}.`, {
    field: 'name',
    found: name,
    accepted,
  })
}

/**
 * Deluge and Transmission cut blanks off, and where a category is a folder, too, its server or its disk does: torrents
 * would get another category or folder than the one that is compared. What has such a name can lose it.
 */
function objectionToCategory(field: string, category: string, isOnWindows: boolean): BadArgument | null {
  if (category === '') return null
  const parts = category.split('/')
  const isBad = parts.some((part) => part === '' || part === '.' || part === '..')
  const isCut = parts.some(
    (part) => withoutBlanksAround(part) !== part || (isOnWindows && part.endsWith('.')),
  )
  if (!isBad && !isCut && !category.includes('\\') && !hasControl(category)) return null
  const dots = isOnWindows ? ' and dots at their end' : ''
  const accepted = `names with "/" between them, without blanks around them${dots}, "..", "\\" and control characters`
  return new BadArgument(`${field} has to be ${accepted}, not ${shown(category)}.`, {
    field,
    found: category,
    accepted,
  })
}

function ofCategory({
  name,
  savePath,
}: {
  readonly name: string
  readonly savePath?: string | undefined
}): Named {
  return {
    category: {field: 'name', name},
    folders: savePath ? [{field: 'save_path', path: savePath, isRelative: true}] : [],
  }
}

function addressesOf(kind: TypedAddress['kind'], texts: readonly string[]): readonly TypedAddress[] {
  return texts.map((text) => ({kind, text}))
}

function firstOf<T>(items: readonly T[], objection: (item: T) => BadArgument | null): BadArgument | null {
  for (const item of items) {
    const no = objection(item)
    if (no) return no
  }
  return null
}

function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}
