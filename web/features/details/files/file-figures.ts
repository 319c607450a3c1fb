/** What a tree of files holds, summed up over its folders: once for all of it, then only along the path of what changed. */
import {filePriorities, type FilePriority} from '#model/command.ts'
import type {TorrentFile} from '../../../api/details.ts'
import {atOnce, type Sliced} from '../../../lib/slices.ts'
import {NODES_AT_ONCE, type FileTree} from './file-tree.ts'

/** Per node, by its number. Whole bytes, so that what was added and taken away again leaves nothing behind. */
export interface TreeFigures {
  readonly size: Float64Array
  readonly held: Float64Array
  /** Files below it, itself for a file: of each of `filePriorities` one figure, one node after the other. */
  readonly counts: Uint32Array
  /** Bytes of all files together that are wanted. */
  wanted: number
}

/** Without progress nothing is held. */
type Sized = Pick<TorrentFile, 'size'> & Partial<Pick<TorrentFile, 'progress'>>
/** By place in the list of files. */
type PriorityOf = (place: number) => FilePriority

const KINDS = filePriorities.length

export function* figuresOf(
  {nodes}: FileTree,
  files: readonly Sized[],
  priorityOf: PriorityOf,
): Sliced<TreeFigures> {
  const figures = empty(nodes.length)
  const {size, held, counts} = figures
  // What is below a folder comes after it: from the end, each sum is whole when it is added to the one above.
  for (let at = nodes.length - 1; at >= 0; at--) {
    const {file, parent} = nodes[at]!
    if (file !== -1) {
      const priority = priorityOf(file)
      size[at] = files[file]!.size
      held[at] = heldOf(files[file]!)
      counts[at * KINDS + filePriorities.indexOf(priority)] = 1
      if (priority !== 'skip') figures.wanted += size[at]!
    }
    if (parent !== -1) {
      size[parent]! += size[at]!
      held[parent]! += held[at]!
      for (let kind = 0; kind < KINDS; kind++) counts[parent * KINDS + kind]! += counts[at * KINDS + kind]!
    }
    if (at % NODES_AT_ONCE === 0) yield
  }
  return figures
}

/** Of a list that is not long. */
export function sumUp(tree: FileTree, files: readonly Sized[], priorityOf: PriorityOf): TreeFigures {
  return atOnce(figuresOf(tree, files, priorityOf))
}

/** A file is so now: it changes, and the folders that it is in. Nothing is touched when it was so before. */
export function setFile(
  figures: TreeFigures,
  {nodes, ofFiles}: FileTree,
  place: number,
  file: Sized,
  priority: FilePriority,
): void {
  const {size, held, counts} = figures
  const at = ofFiles[place]!
  const [before, after] = [kindAt(counts, at), filePriorities.indexOf(priority)]
  const [grown, gained] = [file.size - size[at]!, heldOf(file) - held[at]!]
  if (before === after && grown === 0 && gained === 0) return
  if (before !== 0) figures.wanted -= size[at]!
  if (after !== 0) figures.wanted += file.size
  for (let node = at; node !== -1; node = nodes[node]!.parent) {
    size[node]! += grown
    held[node]! += gained
    counts[node * KINDS + before]!--
    counts[node * KINDS + after]!++
  }
}

/** To be changed beside it. */
export function copyOf({size, held, counts, wanted}: TreeFigures): TreeFigures {
  return {size: size.slice(), held: held.slice(), counts: counts.slice(), wanted}
}

/** Which priorities there are at and below a node, a bit for each in the order of `filePriorities`. */
export function prioritiesAt({counts}: TreeFigures, at: number): number {
  let bits = 0
  for (let kind = 0; kind < KINDS; kind++) if (counts[at * KINDS + kind]! > 0) bits |= 1 << kind
  return bits
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

function empty(nodes: number): TreeFigures {
  return {
    size: new Float64Array(nodes),
    held: new Float64Array(nodes),
    counts: new Uint32Array(nodes * KINDS),
    wanted: 0,
  }
}

function kindAt(counts: Uint32Array, at: number): number {
  for (let kind = 0; kind < KINDS; kind++) if (counts[at * KINDS + kind]! > 0) return kind
  return 0
}

function heldOf({size, progress = 0}: Sized): number {
  return Math.round(size * progress)
}
