/**
 * Plans how files are set aside: all of them on the disk they lie on, below one root, each under a name of its own.
 * Pure; `erase.ts` carries it out and trusts nothing of it.
 */
import {isAbsolute, relative, sep} from 'node:path'
import type {Bytes, EpochMs} from '#model/units.ts'

/** Folder of a root that holds what was set aside. */
export const recycleArea = '.commodarr-recycle'

export interface RecycleRoot {
  /** Absolute, of ours. */
  readonly path: string
  readonly device: string
}

/** A file as it was seen when it was decided. */
export interface RecycleFile {
  readonly path: string
  readonly device: string
  readonly inode: string
  readonly size: Bytes
}

export interface RecycleWish {
  readonly roots: readonly RecycleRoot[]
  readonly files: readonly RecycleFile[]
  /** The folder that is theirs alone: it goes when nothing is left in it. `null` = the files lie in a common one. */
  readonly folder: string | null
  /** Where it is `null`: the common one, below which folders go that are empty without them. */
  readonly common?: string
  readonly at: EpochMs
  /** Hex digits that nobody else has. */
  readonly id: string
}

export interface RecycleMove {
  /** Parts below the root, `/` between them. */
  readonly from: string
  /** Name in the entry. */
  readonly to: string
  readonly inode: string
  readonly size: Bytes
}

export interface RecyclePlan {
  readonly root: string
  readonly device: string
  /** Name of the folder in the recycle area. */
  readonly entry: string
  readonly at: EpochMs
  /** Parts below the root; `null` = it is not theirs alone. */
  readonly folder: string | null
  /** Parts below the root, '' = the root: of folders below this one the emptied ones go; absent = none does. */
  readonly common?: string | undefined
  readonly files: readonly RecycleMove[]
}

export interface RecycleRefusal {
  readonly refused: 'nothing' | 'tooMany' | 'outsideRoots' | 'otherDevice' | 'rootItself' | 'inRecycleArea'
  readonly path: string
}

const MOST_FILES = 200_000
/** File systems take 255 bytes a name; some, encrypted ones, 143. */
const NAME_BYTES = 140

export function planRecycling({
  roots,
  files,
  folder,
  common,
  at,
  id,
}: RecycleWish): RecyclePlan | RecycleRefusal {
  const [first] = files
  if (!first) return {refused: 'nothing', path: ''}
  if (files.length > MOST_FILES) return {refused: 'tooMany', path: first.path}
  const own = roots.find(({path}) => files.some((file) => partsBelow(path, file.path)?.length === 0))
  if (own) return {refused: 'rootItself', path: own.path}
  const root = innermost(roots, first.path)
  if (!root) return {refused: 'outsideRoots', path: first.path}
  const moves: RecycleMove[] = []
  for (const {path, device, inode, size} of files) {
    const parts = partsBelow(root.path, path)
    if (!parts) return {refused: 'outsideRoots', path}
    if (parts.includes(recycleArea)) return {refused: 'inRecycleArea', path}
    if (device !== root.device) return {refused: 'otherDevice', path}
    moves.push({from: parts.join('/'), to: nameInEntry(moves.length + 1, parts.at(-1)!), inode, size})
  }
  const kept = folder === null ? null : (partsBelow(root.path, folder) ?? [])
  const around = common === undefined ? null : partsBelow(root.path, common)
  return {
    root: root.path,
    device: root.device,
    entry: `${new Date(at).toISOString().replaceAll(/[^0-9TZ]/g, '')}-${id}`,
    at,
    folder: kept && kept.length > 0 ? kept.join('/') : null,
    ...(around && {common: around.join('/')}),
    files: moves,
  }
}

function innermost(roots: readonly RecycleRoot[], path: string): RecycleRoot | null {
  const around = roots.filter((root) => partsBelow(root.path, path) !== null)
  return around.sort((a, b) => b.path.length - a.path.length)[0] ?? null
}

/** `null` = not below it. Nothing is concluded from paths that climb. */
function partsBelow(root: string, path: string): string[] | null {
  if (!isAbsolute(path) || path.split(/[\\/]/).includes('..') || path.includes('\0')) return null
  const way = relative(root, path)
  if (way === '') return []
  const parts = way.split(sep)
  return parts[0] === '..' || isAbsolute(way) ? null : parts
}

/** The number keeps names apart, also where capitals are no difference; the rest is for people who look there. */
function nameInEntry(number: number, name: string): string {
  let kept = name
  while (Buffer.byteLength(kept) > NAME_BYTES - 8) kept = [...kept].slice(0, -1).join('')
  return `${number} ${kept}`
}
