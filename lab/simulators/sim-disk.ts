/**
 * A disk under simulated servers: what they hold lies there as real files, as large as they should be and with nothing in
 * them, so that the program under test sees them, moves them and loses them. Each server calls the folder by a path of
 * its own.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join, relative} from 'node:path'

/** As one server sees it, by its own paths. */
export interface SimDisk {
  has: (path: string) => boolean
  /** bytes; `null` = nothing lies there, or it lies elsewhere. */
  size: (path: string) => number | null
  /** What lies there is that of a torrent, as far as it can be told from its first and last bytes. */
  isOwn: (path: string) => boolean
  /** Paths of all files below a folder. */
  filesIn: (folder: string) => readonly string[]
  /** One file; nothing where nothing is, as daemons do. */
  rename: (from: string, to: string) => void
  /** So many bytes, unless something lies there. */
  write: (path: string, bytes: number) => void
  /** One that is there was written to just now; nothing where nothing is. @param at seconds since 1970 */
  touch: (path: string, at: number) => void
  /** What is there becomes so long, and loses what is behind that; nothing where nothing is. */
  truncate: (path: string, bytes: number) => void
  /** One file, and its folders where they are empty then. */
  remove: (path: string) => void
  removeFolder: (path: string) => void
}

interface SharedDiskOptions {
  /** Told each path on the disk whose removal a server is told, before it is done. */
  readonly heard?: (path: string) => void
  /** Names that differ in their case alone are the same. */
  readonly folds?: boolean
  /** Of torrents there are zeros alone on it: what begins or ends with something else is another file. */
  readonly isBlank?: boolean
}

/** What is asked for while no server reaches it is not there, and what is written or removed then is not done. */
export class SharedDisk {
  /** A server reaches it, whether or not we do. */
  isReached = true
  /** What is written or removed is not done. */
  isReadOnly = false
  readonly #folder: string
  readonly #heard: (path: string) => void
  readonly #folds: boolean
  readonly #isBlank: boolean

  constructor(
    folder: string,
    {heard = () => undefined, folds = false, isBlank = false}: SharedDiskOptions = {},
  ) {
    this.#folder = folder
    this.#heard = heard
    this.#folds = folds
    this.#isBlank = isBlank
  }

  /** The file that a place on it names: by whatever case it was written, where the disk folds. */
  pathOf(place: string): string {
    const path = join(this.#folder, place)
    return this.#folds ? foldedPath(path, this.#folder) : path
  }

  /** Our path of what a server has below the folder that it calls so; `null` = it lies elsewhere. */
  placeOf(path: string, serverFolder: string): string | null {
    return path.startsWith(`${serverFolder}/`) ? path.slice(serverFolder.length + 1) : null
  }

  /** For a server that calls the folder so. What it has elsewhere is always there, and never on this disk. */
  seenAt(serverFolder: string): SimDisk {
    const below = (path: string) => this.placeOf(path, serverFolder)
    return {
      has: (path) => {
        const place = below(path)
        return place === null || (this.isReached && existsSync(this.pathOf(place)))
      },
      size: (path) => {
        const place = below(path)
        if (place === null || !this.isReached) return null
        return statSync(this.pathOf(place), {throwIfNoEntry: false})?.size ?? null
      },
      isOwn: (path) => {
        const place = below(path)
        return place === null || !this.#isBlank || !this.isReached || isBlankAt(this.pathOf(place))
      },
      filesIn: (folder) => {
        const place = below(folder)
        if (place === null || !this.isReached || !existsSync(this.pathOf(place))) return []
        return readdirSync(this.pathOf(place), {recursive: true, withFileTypes: true})
          .filter((it) => !it.isDirectory())
          .map((it) => join(folder, relative(this.pathOf(place), join(it.parentPath, it.name))))
      },
      rename: (from, to) => {
        const [place, target] = [below(from), below(to)]
        if (place === null || target === null || !this.isReached || this.isReadOnly) return
        if (!existsSync(this.pathOf(place))) return
        mkdirSync(dirname(this.pathOf(target)), {recursive: true})
        renameSync(this.pathOf(place), this.pathOf(target))
        this.#removeEmpty(dirname(place))
      },
      write: (path, bytes) => {
        const place = below(path)
        if (place === null || !this.isReached || this.isReadOnly) return
        const file = this.pathOf(place)
        if (existsSync(file)) return
        mkdirSync(dirname(file), {recursive: true})
        writeFileSync(file, '')
        truncateSync(file, bytes)
      },
      touch: (path, at) => {
        const place = below(path)
        if (place === null || !this.isReached || this.isReadOnly) return
        if (existsSync(this.pathOf(place))) utimesSync(this.pathOf(place), at, at)
      },
      truncate: (path, bytes) => {
        const place = below(path)
        if (place === null || !this.isReached || this.isReadOnly) return
        if (existsSync(this.pathOf(place))) truncateSync(this.pathOf(place), bytes)
      },
      remove: (path) => {
        const place = below(path)
        if (place === null) return
        this.#heard(place)
        if (!this.isReached || this.isReadOnly) return
        rmSync(this.pathOf(place), {force: true})
        this.#removeEmpty(dirname(place))
      },
      removeFolder: (path) => {
        const place = below(path)
        if (place !== null && this.isReached && !this.isReadOnly) this.#removeEmpty(place)
      },
    }
  }

  #removeEmpty(place: string): void {
    for (let folder = place; folder !== '.' && folder !== ''; folder = dirname(folder)) {
      try {
        rmdirSync(this.pathOf(folder))
      } catch {
        // Not empty, or gone.
        return
      }
    }
  }
}

/** bytes, at each end of a file. */
const LOOKED_AT = 4_096

function isBlankAt(path: string): boolean {
  const seen = statSync(path, {throwIfNoEntry: false})
  if (!seen?.isFile()) return true
  const {size} = seen
  const file = openSync(path, 'r')
  try {
    return [0, Math.max(0, size - LOOKED_AT)].every((at) => {
      const bytes = Buffer.alloc(LOOKED_AT)
      readSync(file, bytes, 0, LOOKED_AT, at)
      return bytes.every((it) => it === 0)
    })
  } finally {
    closeSync(file)
  }
}

/** A path below a folder as what lies there is spelled; names that lie nowhere stay as they are. */
export function foldedPath(path: string, folder: string): string {
  if (!path.startsWith(`${folder}/`)) return path
  let at = folder
  for (const name of path.slice(folder.length + 1).split('/')) {
    const named = join(at, name)
    at = existsSync(named) ? named : join(at, spelledIn(at, name))
  }
  return at
}

function spelledIn(folder: string, name: string): string {
  const folded = name.normalize('NFC').toLowerCase()
  try {
    return readdirSync(folder).find((it) => it.normalize('NFC').toLowerCase() === folded) ?? name
  } catch {
    // Nothing lies there, or no folder.
    return name
  }
}
