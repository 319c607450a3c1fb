/**
 * Names that a .torrent gives to its files. Refused is what leads out of the folder of the download on any system a
 * server may run on, and what is so long that no system has it. Everything else (colons, device names like `aux.c`,
 * bidirectional marks) is the server's to write down as its file system can: it gets the original bytes, and nothing
 * here ever opens one of these paths.
 */
import {CommodarrError} from '#model/errors.ts'

export interface PathBounds {
  readonly maxPathLength: number
  /** Of all paths together. */
  readonly maxPathsLength: number
}

/** @throws {CommodarrError} `torrent_invalid` when this name would not stay where it is put */
export function safePart(part: string): string {
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
export class PathJoiner {
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
export function checkSymlink(parts: readonly string[]): void {
  for (const part of parts) if (part !== '') safePart(part)
}

function invalid(message: string): CommodarrError {
  return new CommodarrError('torrent_invalid', message)
}
