/** The `info` dictionary of a .torrent: what the torrent is called and which files it holds. BEP 3, 27, 47, 52. */
import {CommodarrError} from '#model/errors.ts'
import type {Bytes} from '#model/units.ts'
import type {BencodeReader} from './bencode-walk.ts'
import type {MetainfoFile} from './port.ts'

interface Info {
  readonly isV1: boolean
  readonly isV2: boolean
  readonly name: string
  readonly size: Bytes
  readonly files: readonly MetainfoFile[]
  readonly isPrivate: boolean
  readonly pieceSize: Bytes
}

interface InfoBounds extends PathBounds {
  readonly maxFiles: number
}

/** What the dictionary says, before it is judged. `null` = it does not say, or says something of another kind. */
interface Said {
  name: string | null
  nameUtf8: string | null
  length: number | null
  /** Paths below the top folder. */
  files: MetainfoFile[] | null
  tree: MetainfoFile[] | null
  piecesLength: number | null
  pieceSize: number | null
  metaVersion: number | null
  private: number | null
}

/** @throws {CommodarrError} `torrent_invalid` */
export function readInfo(reader: BencodeReader, bounds: InfoBounds): Info {
  const paths = new PathJoiner(bounds)
  const said = readSaid(reader, paths, bounds.maxFiles)
  const isV1 = said.piecesLength !== null
  const isV2 = said.metaVersion === 2
  if (!isV1 && !isV2) throw invalid('The info dictionary has no pieces: it is neither a v1 nor a v2 torrent.')
  if (isV1 && said.piecesLength! % 20 !== 0) throw invalid('"pieces" is not a row of SHA-1 hashes.')
  const name = nameOf(said, paths)
  const files = isV1 ? filesV1(said, name, paths) : filesV2(said, name, paths)
  return {
    isV1,
    isV2,
    name,
    size: asSize(
      files.reduce((sum, file) => sum + file.size, 0),
      'all lengths together',
    ),
    files,
    isPrivate: said.private === 1,
    pieceSize: asSize(said.pieceSize, 'piece length'),
  }
}

function readSaid(reader: BencodeReader, paths: PathJoiner, maxFiles: number): Said {
  const said: Said = {
    name: null,
    nameUtf8: null,
    length: null,
    files: null,
    tree: null,
    piecesLength: null,
    pieceSize: null,
    metaVersion: null,
    private: null,
  }
  if (reader.kind !== 'dictionary') throw invalid('info is not a dictionary.')
  reader.dictionary((key) => {
    if (key === 'name') said.name = textIn(reader)
    else if (key === 'name.utf-8') said.nameUtf8 = textIn(reader)
    else if (key === 'length') said.length = numberIn(reader)
    else if (key === 'files') said.files = readFiles(reader, paths, maxFiles)
    else if (key === 'file tree') said.tree = readTree(reader, paths, maxFiles)
    else if (key === 'pieces')
      said.piecesLength = reader.kind === 'string' ? reader.length() : passOver(reader)
    else if (key === 'piece length') said.pieceSize = numberIn(reader)
    else if (key === 'meta version') said.metaVersion = numberIn(reader)
    else if (key === 'private') said.private = numberIn(reader)
    else return false
  })
  return said
}

function nameOf({name, nameUtf8}: Said, paths: PathJoiner): string {
  // Servers differ in which of the two they take.
  for (const it of [name, nameUtf8]) if (it !== null) safePart(it)
  const taken = nameUtf8 ?? name
  if (taken === null || taken === '') throw invalid('The torrent has no name.')
  return paths.join('', taken)
}

/** Length, or a list of files each with a list of path parts. */
function filesV1({files, length}: Said, name: string, paths: PathJoiner): readonly MetainfoFile[] {
  if (files === null) return [{path: name, size: asSize(length, 'length')}]
  if (files.length === 0) throw invalid('"files" is not a list of files.')
  return below(name, files, paths)
}

function filesV2({tree}: Said, name: string, paths: PathJoiner): readonly MetainfoFile[] {
  if (tree === null) throw invalid('"file tree" is not a dictionary.')
  if (tree.length === 0) throw invalid('The file tree has no files.')
  const isSingle = tree.length === 1 && tree[0]!.path === name
  return isSingle ? tree : below(name, tree, paths)
}

function below(name: string, files: readonly MetainfoFile[], paths: PathJoiner): MetainfoFile[] {
  return files.map(({path, size}) => ({path: paths.keep(paths.join(name, path)), size}))
}

function readFiles(reader: BencodeReader, paths: PathJoiner, maxFiles: number): MetainfoFile[] {
  if (reader.kind !== 'list') throw invalid('"files" is not a list of files.')
  const files: MetainfoFile[] = []
  reader.list(() => {
    if (files.length >= maxFiles) throw tooManyFiles(maxFiles)
    files.push(readFile(reader, paths))
  })
  return files
}

function readFile(reader: BencodeReader, paths: PathJoiner): MetainfoFile {
  if (reader.kind !== 'dictionary') throw invalid('A file is not a dictionary.')
  let path: string | null = null
  let pathUtf8: string | null = null
  const properties = newProperties()
  reader.dictionary((key) => {
    if (key === 'path') path = readPath(reader, paths)
    else if (key === 'path.utf-8') pathUtf8 = readPath(reader, paths)
    else return readProperty(reader, key, properties)
  })
  const taken = pathUtf8 ?? path
  if (taken === null) throw invalid('A file has no path.')
  return {path: taken, size: sizeOf(properties)}
}

function readPath(reader: BencodeReader, paths: PathJoiner): string {
  let path = ''
  for (const part of readParts(reader)) path = paths.join(path, safePart(part))
  if (path === '') throw invalid('A file has an empty path.')
  return path
}

/** Empty parts are seen in the wild and mean nothing. */
function readParts(reader: BencodeReader): string[] {
  if (reader.kind !== 'list') throw invalid('A file has no path.')
  const parts: string[] = []
  reader.list(() => {
    const part = textIn(reader) ?? ''
    if (part !== '') parts.push(part)
  })
  return parts
}

/** What v1 and v2 say of a file besides its path. */
interface Properties {
  length: number | null
  attributes: string
}

function newProperties(): Properties {
  return {length: null, attributes: ''}
}

function readProperty(reader: BencodeReader, key: string, properties: Properties): void | false {
  if (key === 'length') properties.length = numberIn(reader)
  else if (key === 'attr') properties.attributes = textIn(reader) ?? ''
  else if (key === 'symlink path') checkSymlink(readParts(reader))
  else return false
}

/** A symbolic link has no bytes of its own, and usually no length. */
function sizeOf({length, attributes}: Properties): Bytes {
  return attributes.includes('l') && length === null ? 0 : asSize(length, 'length')
}

/** BEP 52: a tree of dictionaries; a file is the key '' with its properties. The depth bound of the reader holds here. */
function readTree(reader: BencodeReader, paths: PathJoiner, maxFiles: number): MetainfoFile[] {
  const files: MetainfoFile[] = []
  const readFolder = (path: string): void => {
    if (reader.kind !== 'dictionary') throw invalid('An entry of the file tree is not a dictionary.')
    let isFile = false
    let isFolder = false
    reader.dictionary((part) => {
      if (part === '') {
        isFile = true
        if (files.length >= maxFiles) throw tooManyFiles(maxFiles)
        files.push({path: paths.keep(path), size: readLeaf(reader)})
      } else {
        isFolder = true
        readFolder(paths.join(path, safePart(part)))
      }
      if (isFile && (isFolder || path === '')) throw invalid('A file in the file tree is a folder, too.')
    })
  }
  readFolder('')
  return files
}

function readLeaf(reader: BencodeReader): Bytes {
  if (reader.kind !== 'dictionary') throw invalid('An entry of the file tree is not a dictionary.')
  const properties = newProperties()
  reader.dictionary((key) => readProperty(reader, key, properties))
  return sizeOf(properties)
}

function textIn(reader: BencodeReader): string | null {
  return reader.kind === 'string' ? reader.text() : passOver(reader)
}

function numberIn(reader: BencodeReader): number | null {
  return reader.kind === 'integer' ? reader.integer() : passOver(reader)
}

function passOver(reader: BencodeReader): null {
  reader.skip()
  return null
}

function asSize(value: number | null, what: string): Bytes {
  if (value === null || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(`"${what}" is not a number of bytes.`)
  }
  return value
}

function tooManyFiles(maxFiles: number): CommodarrError {
  return invalid(`The torrent has more than ${maxFiles} files.`)
}

function invalid(message: string): CommodarrError {
  return new CommodarrError('torrent_invalid', message)
}

/**
 * Names that a .torrent gives to its files. Refused is what leads out of the folder of the download on any system a
 * server may run on, and what is so long that no system has it. Everything else (colons, device names like `aux.c`,
 * bidirectional marks) is the server's to write down as its file system can: it gets the original bytes, and nothing
 * here ever opens one of these paths.
 */

interface PathBounds {
  readonly maxPathLength: number
  /** Of all paths together. */
  readonly maxPathsLength: number
}

/** @throws {CommodarrError} `torrent_invalid` when this name would not stay where it is put */
function safePart(part: string): string {
  const leadsOut =
    part === '.' ||
    part.includes('\0') ||
    part.includes('/') ||
    part.startsWith('\\') ||
    /^[a-z]:($|\\)/i.test(part) ||
    part.split('\\').includes('..')
  if (leadsOut) throw invalid('A file name in the torrent leads out of its folder.')
  return part
}

/** Joins the parts of paths, and keeps count of how much text the paths make. */
class PathJoiner {
  readonly #bounds: PathBounds
  #length = 0

  constructor(bounds: PathBounds) {
    this.#bounds = bounds
  }

  /** @throws {CommodarrError} `torrent_invalid` */
  join(above: string, part: string): string {
    const {maxPathLength} = this.#bounds
    const path = above === '' ? part : `${above}/${part}`
    if (path.length <= maxPathLength) return path
    throw invalid(`A path in the torrent has more than ${maxPathLength} characters.`)
  }

  /** A whole path that is kept. @throws {CommodarrError} `torrent_invalid` */
  keep(path: string): string {
    this.#length += path.length
    if (this.#length <= this.#bounds.maxPathsLength) return path
    throw invalid('The paths in the torrent are too long together.')
  }
}

/**
 * BEP 47: where a file of the attribute `l` leads, in parts from the top of the torrent.
 * @throws {CommodarrError} `torrent_invalid` when it leads out
 */
function checkSymlink(parts: readonly string[]): void {
  for (const part of parts) if (part !== '') safePart(part)
}
