/**
 * Does what an Arr says it has lie in its library now? Its database says so whatever became of the disk: a library that
 * is away, another disk that is empty, and files that somebody else deleted are in it as before. So the Arr is asked to
 * look itself, right before something is removed because it has it:
 *
 *   root folders, read again ─▶ is that of the file there? ─▶ where the file lies by now ─▶ does its folder have it, as large?
 *
 * Source: Sonarr and Radarr (a root folder that is away; `hasFile` stays true).
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import {below} from '#arr-client/path-mapping.ts'
import type {Clock} from '#lib/clock.ts'
import {folded} from '#disk/places.ts'
import type {FolderFile, LibraryDoubt, LibraryFile, MediaRef, RootFolder} from '#model/arr.ts'

/** What the library is asked. */
export type LibraryPort = Pick<ArrPort, 'rootFolders' | 'files' | 'filesIn'>

interface LibrarySeen {
  /** `null` = all of it was seen. */
  readonly doubt: LibraryDoubt | null
  /** What the Arr told of the files that were looked for, by their number. */
  readonly files: ReadonlyMap<number, LibraryFile>
}

/** So long an answer serves all who ask. */
const FRESH_MS = 5_000

export class LibraryLook {
  readonly #port: LibraryPort
  readonly #clock: Clock
  #roots: {readonly readAt: number; readonly all: Promise<readonly RootFolder[]>} | null = null

  constructor(port: LibraryPort, clock: Clock) {
    this.#port = port
    this.#clock = clock
  }

  /**
   * @param fileIds of these items, as the database of the Arr has them
   * @throws {CommodarrError}
   */
  async look(
    media: readonly MediaRef[],
    fileIds: ReadonlySet<number>,
    signal: AbortSignal | undefined,
  ): Promise<LibrarySeen> {
    const roots = await this.#readRoots(signal)
    const files = new Map<number, LibraryFile>()
    for (const owner of ownersOf(media)) {
      for (const file of await this.#port.files(owner, signal))
        if (fileIds.has(file.id)) files.set(file.id, file)
    }
    return {doubt: await this.#doubtOf(fileIds, files, roots, signal), files}
  }

  async #doubtOf(
    fileIds: ReadonlySet<number>,
    libraryFiles: ReadonlyMap<number, LibraryFile>,
    roots: readonly RootFolder[],
    signal: AbortSignal | undefined,
  ): Promise<LibraryDoubt | null> {
    const folders = new Map<string, LibraryFile[]>()
    for (const file of libraryFiles.values()) {
      const root = rootOf(file.path, roots)
      if (root?.accessible === false) return {folder: root.path, file: null}
      const folder = folderOf(file.path)
      folders.set(folder, [...(folders.get(folder) ?? []), file])
    }
    // Another took its place just now, or nobody said whose it is.
    if ([...fileIds].some((id) => !libraryFiles.has(id))) return {folder: '', file: null}
    for (const [folder, files] of folders) {
      const root = rootOf(folder, roots)
      const found = await this.#port.filesIn(folder, signal)
      // Of a root folder that is there, too, nothing but its free space tells.
      if (found === null && root?.freeSpace === null) return {folder: root.path, file: null}
      const missing = found && files.find((file) => !liesIn(found, file))
      if (missing) return {folder: root?.path ?? folder, file: missing.path}
    }
    return null
  }

  /** The first root folder that is not there, for what no file is known of; `null` = all are. @throws {CommodarrError} */
  async away(signal: AbortSignal | undefined): Promise<LibraryDoubt | null> {
    const away = (await this.#readRoots(signal)).find(({accessible}) => !accessible)
    return away ? {folder: away.path, file: null} : null
  }

  /** Of a file that came in and of which the Arr knows nothing any more. @throws {CommodarrError} */
  async lost(file: string, signal: AbortSignal | undefined): Promise<LibraryDoubt> {
    const root = rootOf(file, await this.#readRoots(signal))
    return {folder: root?.path ?? folderOf(file), file, why: 'lost'}
  }

  #readRoots(signal: AbortSignal | undefined): Promise<readonly RootFolder[]> {
    const now = this.#clock.monotonic()
    if (this.#roots && now - this.#roots.readAt < FRESH_MS) return this.#roots.all
    const all = this.#port.rootFolders(signal)
    const roots = {readAt: now, all}
    this.#roots = roots
    // What failed is nobody else's answer.
    all.catch(() => {
      if (this.#roots === roots) this.#roots = null
    })
    return all
  }
}

/** Movies, series, artists or authors: who lists the files. */
export function ownersOf(media: readonly MediaRef[]): ReadonlySet<number> {
  return new Set(media.flatMap(({kind, id, parentId}) => (kind === 'movie' ? id : (parentId ?? []))))
}

function rootOf(path: string, roots: readonly RootFolder[]): RootFolder | null {
  const around = roots.filter((root) => below(root.path, path) !== null)
  return around.toSorted((one, other) => other.path.length - one.path.length)[0] ?? null
}

/** Spelled in another way it is the same; of a file without a known size its name is all. */
function liesIn(found: readonly FolderFile[], {path, size}: LibraryFile): boolean {
  const name = folded(path.slice(folderOf(path).length + 1))
  return found.some((it) => folded(it.name) === name && (size === 0 || it.size === size))
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\')))
}
