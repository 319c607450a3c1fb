/**
 * The files of a torrent as folders show them. The shape follows from the paths alone and is built once, in slices; what
 * changes with each reading is summed up over it (`file-figures.ts`). Nodes stand in reading order, a folder before what
 * is in it, so that everything below a node is the run from it to `end`: 100,000 files take few objects.
 */
import type {Bytes} from '#model/units.ts'
import {quantityOf} from '#search-query/quantities.ts'
import type {TorrentFile} from '../../../api/details.ts'
import {atOnce, type Sliced} from '../../../lib/slices.ts'

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
  /** In the order of the list that it was built of. */
  readonly paths: readonly string[]
  /** Numbers of the nodes. */
  readonly byPath: ReadonlyMap<string, number>
  /** The same of the files, by their place in the list. */
  readonly ofFiles: Uint32Array
  /** Bytes of the files, by their place in the list. */
  readonly sizes: Float64Array
}

type Listed = Pick<TorrentFile, 'path' | 'size'>

interface Folder {
  readonly path: string
  readonly name: string
  readonly folders: Folder[]
  readonly files: {readonly name: string; readonly file: number}[]
}

/** Files or nodes between two pauses. */
export const NODES_AT_ONCE = 256

const collator = new Intl.Collator(undefined, {numeric: true, sensitivity: 'base'})

/** Folders first, then files, by name as people count. */
export function* treeOf(files: readonly Listed[]): Sliced<FileTree> {
  const top = yield* foldersOf(files)
  const nodes: TreeNode[] = []
  const byPath = new Map<string, number>()
  const ofFiles = new Uint32Array(files.length)

  function* place(folder: Folder, depth: number, parent: number): Sliced<void> {
    for (const inner of yield* sorted(folder.folders, byName)) {
      const at = nodes.length
      const {path, name} = inner
      const node: TreeNode = {path, name, depth, parent, file: -1, end: 0}
      nodes.push(node)
      byPath.set(path, at)
      yield* place(inner, depth + 1, at)
      node.end = nodes.length
      if (at % NODES_AT_ONCE === 0) yield
    }
    for (const {name, file} of yield* sorted(folder.files, byName)) {
      const at = nodes.length
      const {path} = files[file]!
      nodes.push({path, name, depth, parent, file, end: at + 1})
      byPath.set(path, at)
      ofFiles[file] = at
      if (at % NODES_AT_ONCE === 0) yield
    }
  }

  yield* place(top, 0, -1)
  const sizes = Float64Array.from(files, ({size}) => size)
  return {nodes, paths: files.map(({path}) => path), byPath, ofFiles, sizes}
}

/** Of a list that is not long. */
export function buildTree(files: readonly Listed[]): FileTree {
  return atOnce(treeOf(files))
}

/** Is it the tree of these files, too? */
export function* isTreeOf({paths}: FileTree, files: readonly Pick<TorrentFile, 'path'>[]): Sliced<boolean> {
  if (paths.length !== files.length) return false
  for (const [at, {path}] of files.entries()) {
    if (paths[at] !== path) return false
    if (at % NODES_AT_ONCE === 0) yield
  }
  return true
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

/** Numbers of the nodes that are in no folder. */
export function* topsOf({nodes}: FileTree): Generator<number> {
  for (let at = 0; at < nodes.length; at = nodes[at]!.end) yield at
}

/** Places in the list of files of everything at and below these nodes; of a filtered folder only what matches. */
export function filesBelow(
  {nodes, ofFiles}: FileTree,
  at: Iterable<number>,
  matches: Uint8Array | null,
): readonly number[] {
  const isTaken = new Uint8Array(ofFiles.length)
  const places: number[] = []
  for (const from of at) {
    for (let node = from; node < nodes[from]!.end; node++) {
      const {file} = nodes[node]!
      if (file === -1 || isTaken[file] === 1 || matches?.[node] === 0) continue
      isTaken[file] = 1
      places.push(file)
    }
  }
  return places
}

/** All folders but those at the top: where there are many files, one sees what there is before one opens it. */
export function foldedAtFirst({nodes}: FileTree): ReadonlySet<string> {
  const folded = new Set<string>()
  if (nodes.length <= 500) return folded
  for (const {file, depth, path} of nodes) if (file === -1 && depth > 0) folded.add(path)
  return folded
}

function* foldersOf(files: readonly Listed[]): Sliced<Folder> {
  const top: Folder = {path: '', name: '', folders: [], files: []}
  const known = new Map([['', top]])
  const folderAt = (path: string): Folder => {
    const found = known.get(path)
    if (found) return found
    const cut = path.lastIndexOf('/')
    const made: Folder = {path, name: path.slice(cut + 1), folders: [], files: []}
    known.set(path, made)
    folderAt(path.slice(0, Math.max(0, cut))).folders.push(made)
    return made
  }
  for (const [file, {path}] of files.entries()) {
    const cut = path.lastIndexOf('/')
    folderAt(path.slice(0, Math.max(0, cut))).files.push({name: path.slice(cut + 1), file})
    if (file % NODES_AT_ONCE === 0) yield
  }
  return top
}

function byName(one: {readonly name: string}, other: {readonly name: string}): number {
  return collator.compare(one.name, other.name)
}

/** Comparisons between two pauses: of names, half a millisecond. */
export const COMPARED_AT_ONCE = 512

/**
 * Sorts a list of any length in slices. What is in order already is found and merged (natural merge sort): names that
 * come sorted, as they mostly do, cost one look each. Equal ones keep their order.
 */
export function* sorted<T>(list: readonly T[], compare: (a: T, b: T) => number): Sliced<readonly T[]> {
  let compared = 0
  const isDue = () => ++compared % COMPARED_AT_ONCE === 0

  function* merged(left: readonly T[], right: readonly T[]): Sliced<readonly T[]> {
    const both: T[] = []
    let [atLeft, atRight] = [0, 0]
    while (atLeft < left.length && atRight < right.length) {
      if (isDue()) yield
      both.push(compare(left[atLeft]!, right[atRight]!) <= 0 ? left[atLeft++]! : right[atRight++]!)
    }
    for (; atLeft < left.length; atLeft++) both.push(left[atLeft]!)
    for (; atRight < right.length; atRight++) both.push(right[atRight]!)
    return both
  }

  let runs: (readonly T[])[] = []
  for (let from = 0, at = 1; at <= list.length; at++) {
    if (isDue()) yield
    if (at < list.length && compare(list[at - 1]!, list[at]!) <= 0) continue
    runs.push(list.slice(from, at))
    from = at
  }
  while (runs.length > 1) {
    const next: (readonly T[])[] = []
    for (let at = 0; at < runs.length; at += 2) {
      const right = runs[at + 1]
      next.push(right ? yield* merged(runs[at]!, right) : runs[at]!)
    }
    runs = next
  }
  return runs[0] ?? []
}

// Which files a pattern finds: `*.mkv`, `s01*`, or plain words, all of them somewhere in the path; `>100MB`, `<1GB`
// beside them.

/** A 1 for each node that matches or holds a match. `null` = nothing was typed: no filter. */
export function* matchesIn({nodes, sizes}: FileTree, typed: string): Sliced<Uint8Array | null> {
  const {finds, fits} = filterOf(typed)
  if (finds === null && fits.length === 0) return null
  const matches = new Uint8Array(nodes.length)
  for (let at = nodes.length - 1; at >= 0; at--) {
    const {path, name, file, parent} = nodes[at]!
    if (file !== -1 && fits.every((test) => test(sizes[file]!)) && (finds === null || finds(path, name)))
      matches[at] = 1
    if (matches[at] === 1 && parent !== -1) matches[parent] = 1
    if (at % NODES_AT_ONCE === 0) yield
  }
  return matches
}

/** Of a list that is not long. */
export function matchesOf(tree: FileTree, typed: string): Uint8Array | null {
  return atOnce(matchesIn(tree, typed))
}

type SizeTest = (size: Bytes) => boolean

function filterOf(typed: string): {finds: ReturnType<typeof patternOf>; fits: readonly SizeTest[]} {
  const words: string[] = []
  const fits: SizeTest[] = []
  for (const word of typed.split(/\s+/)) {
    const test = sizeTest(word)
    if (test) fits.push(test)
    else words.push(word)
  }
  return {finds: patternOf(words.join(' ')), fits}
}

function sizeTest(word: string): SizeTest | null {
  const [, sign, figure] = /^([<>])=?(.+)$/.exec(word) ?? []
  if (figure === undefined) return null
  const quantity = quantityOf(figure, 'size')
  if ('wrong' in quantity) return null
  const {amount} = quantity
  return sign === '<' ? (size) => size <= amount : (size) => size >= amount
}

/** A pattern with a slash is about the path, one without about the name. */
function patternOf(typed: string): ((path: string, name: string) => boolean) | null {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return null
  if (/[*?]/.test(wanted)) {
    const isOfPath = wanted.includes('/')
    return (path, name) => isLike((isOfPath ? path : name).toLowerCase(), wanted)
  }
  const words = wanted.split(/\s+/)
  return (path) => {
    const lower = path.toLowerCase()
    return words.every((word) => lower.includes(word))
  }
}

/** `*` any characters, `?` one; linear, as patterns are typed over 100,000 names. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next++
      resume = at
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      at++
      next++
    } else if (star !== -1) {
      next = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[next] === '*') next++
  return next === pattern.length
}
