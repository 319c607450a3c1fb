/**
 * The files of a torrent as folders show them. The shape follows from the paths alone and is built once; what changes
 * with each reading (held, priorities) is summed up over it. Nodes stand in reading order, a folder before what is in
 * it, so that everything below a node is the run from it to `end`: 100,000 files take no recursion and few objects.
 */
import {filePriorities, type FilePriority} from '#model/command.ts'
import type {TorrentFile} from '../../api/details.ts'

export interface TreeNode {
  /** Path inside the torrent. */
  readonly path: string
  /** Last part of it. */
  readonly name: string
  /** 0 at the top. */
  readonly depth: number
  /** Number of the folder it is in; -1 = none. */
  readonly parent: number
  /** Place in the list of files; -1 = a folder. */
  readonly file: number
  /** Number of the first node that is not below it. */
  end: number
}

export interface FileTree {
  readonly nodes: readonly TreeNode[]
  /** Paths in the order of the list it was built of. */
  readonly paths: readonly string[]
  readonly isDeep: boolean
}

/** Per node, by its number. */
export interface TreeFigures {
  /** Bytes. */
  readonly size: Float64Array
  readonly held: Float64Array
  /** Files below it, itself for a file. */
  readonly files: Uint32Array
  /** Which priorities there are below it, a bit for each in the order of `filePriorities`. */
  readonly priorities: Uint8Array
}

interface Folder {
  readonly folders: Map<string, Folder>
  readonly files: {readonly name: string; readonly file: number}[]
}

/** Folders of more files keep the order of the torrent: sorting them would be felt. */
const MOST_SORTED = 5_000
const collator = new Intl.Collator(undefined, {numeric: true, sensitivity: 'base'})

/** Folders first, then files, by name as people count. */
export function buildTree(files: readonly Pick<TorrentFile, 'path'>[]): FileTree {
  const top = emptyFolder()
  for (const [at, {path}] of files.entries()) {
    const parts = path.split('/')
    let folder = top
    for (const part of parts.slice(0, -1)) {
      let next = folder.folders.get(part)
      if (!next) folder.folders.set(part, (next = emptyFolder()))
      folder = next
    }
    folder.files.push({name: parts.at(-1)!, file: at})
  }
  const nodes: TreeNode[] = []
  place(top, '', 0, -1, nodes)
  return {nodes, paths: files.map(({path}) => path), isDeep: nodes.some(({file}) => file === -1)}
}

/** Is it the tree of these files, too? */
export function isTreeOf({paths}: FileTree, files: readonly Pick<TorrentFile, 'path'>[]): boolean {
  return paths.length === files.length && files.every(({path}, at) => path === paths[at])
}

/** @param priorityOf what somebody wished and the server has not shown yet goes before what it showed */
export function figuresOf(
  {nodes}: FileTree,
  files: readonly TorrentFile[],
  priorityOf: (file: TorrentFile) => FilePriority = ({priority}) => priority,
): TreeFigures {
  const size = new Float64Array(nodes.length)
  const held = new Float64Array(nodes.length)
  const count = new Uint32Array(nodes.length)
  const priorities = new Uint8Array(nodes.length)
  // What is below a folder comes after it: from the end, each sum is whole when it is added to the one above.
  for (let at = nodes.length - 1; at >= 0; at--) {
    const {file: place, parent} = nodes[at]!
    const file = files[place]
    if (file) {
      size[at] = file.size
      held[at] = file.size * file.progress
      count[at] = 1
      priorities[at] = 1 << filePriorities.indexOf(priorityOf(file))
    }
    if (parent === -1) continue
    size[parent]! += size[at]!
    held[parent]! += held[at]!
    count[parent]! += count[at]!
    priorities[parent]! |= priorities[at]!
  }
  return {size, held, files: count, priorities}
}

/** `null` = several. */
export function onePriority(bits: number): FilePriority | null {
  return filePriorities.find((_, at) => bits === 1 << at) ?? null
}

/** Is it wanted: all of it, nothing, or some. */
export function wanted(bits: number): boolean | 'mixed' {
  const skipped = (bits & 1) !== 0
  if (!skipped) return true
  return bits === 1 ? false : 'mixed'
}

/** Numbers of the nodes in sight. @param matches `null` = no filter; with one, folders are open that hold a match */
export function shownNodes(
  {nodes}: FileTree,
  folded: ReadonlySet<string>,
  matches: Uint8Array | null,
): readonly number[] {
  const shown: number[] = []
  for (let at = 0; at < nodes.length;) {
    const {path, file, end} = nodes[at]!
    if (matches !== null && matches[at] === 0) {
      at = end
      continue
    }
    shown.push(at)
    at = file === -1 && matches === null && folded.has(path) ? end : at + 1
  }
  return shown
}

/** Places in the list of files of everything at and below these nodes; of a filtered folder only what matches. */
export function filesBelow(
  {nodes}: FileTree,
  at: Iterable<number>,
  matches: Uint8Array | null,
): readonly number[] {
  const places = new Set<number>()
  for (const from of at) {
    for (let node = from; node < nodes[from]!.end; node++) {
      const {file} = nodes[node]!
      if (file !== -1 && (matches === null || matches[node] === 1)) places.add(file)
    }
  }
  return [...places]
}

/** All folders but those at the top: where there are many files, one sees what there is before one opens it. */
export function foldedAtFirst({nodes}: FileTree): ReadonlySet<string> {
  const isLarge = nodes.length > 500
  return new Set(nodes.filter(({file, depth}) => isLarge && file === -1 && depth > 0).map(({path}) => path))
}

function emptyFolder(): Folder {
  return {folders: new Map(), files: []}
}

function place(folder: Folder, above: string, depth: number, parent: number, into: TreeNode[]): void {
  const folders = [...folder.folders]
  if (folders.length <= MOST_SORTED) folders.sort(([a], [b]) => collator.compare(a, b))
  for (const [name, inner] of folders) {
    const at = into.length
    const node: TreeNode = {path: above + name, name, depth, parent, file: -1, end: 0}
    into.push(node)
    place(inner, `${above}${name}/`, depth + 1, at, into)
    node.end = into.length
  }
  const {files} = folder
  if (files.length <= MOST_SORTED) files.sort((a, b) => collator.compare(a.name, b.name))
  for (const {name, file} of files) {
    into.push({path: above + name, name, depth, parent, file, end: into.length + 1})
  }
}
