/**
 * A disk under simulated servers: what they hold lies there as real files, as large as they should be and with nothing in
 * them, so that the program under test sees them, moves them and loses them. Each server calls the folder by a path of
 * its own.
 */
import {existsSync, mkdirSync, rmdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

/** As one server sees it, by its own paths. */
export interface SimDisk {
  has: (path: string) => boolean
  /** So many bytes, unless something lies there. */
  write: (path: string, bytes: number) => void
  /** One file, and its folders where they are empty then. */
  remove: (path: string) => void
  removeFolder: (path: string) => void
}

/** What is asked for while no server reaches it is not there, and what is written or removed then is not done. */
export class SharedDisk {
  /** A server reaches it, whether or not we do. */
  isReached = true
  readonly #folder: string
  readonly #heard: (path: string) => void

  /** @param heard each path on the disk whose removal a server is told, before it is done */
  constructor(folder: string, heard: (path: string) => void = () => undefined) {
    this.#folder = folder
    this.#heard = heard
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
        return place === null || (this.isReached && existsSync(join(this.#folder, place)))
      },
      write: (path, bytes) => {
        const place = below(path)
        if (place === null || !this.isReached) return
        const file = join(this.#folder, place)
        if (existsSync(file)) return
        mkdirSync(dirname(file), {recursive: true})
        writeFileSync(file, '')
        truncateSync(file, bytes)
      },
      remove: (path) => {
        const place = below(path)
        if (place === null) return
        this.#heard(place)
        if (!this.isReached) return
        rmSync(join(this.#folder, place), {force: true})
        this.#removeEmpty(dirname(place))
      },
      removeFolder: (path) => {
        const place = below(path)
        if (place !== null && this.isReached) this.#removeEmpty(place)
      },
    }
  }

  #removeEmpty(place: string): void {
    for (let folder = place; folder !== '.' && folder !== ''; folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#folder, folder))
      } catch {
        // Not empty, or gone.
        return
      }
    }
  }
}
