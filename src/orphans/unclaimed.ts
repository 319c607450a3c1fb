/**
 * Which files no torrent of any server claims: pure. What is looked at is what lies directly in a folder that servers
 * save torrents to, a file or a whole folder; it is an orphan only when all of it is, and whatever is in doubt is none.
 *
 *   claimed ─ around (a claim lies below it) ─ named (some torrent is called so) ─▶ nobody asks further
 *   else: all its files ─▶ kept, young, unfinished, linked, named ─▶ spared, with the reason
 *                      └──▶ an orphan
 *
 * Source: scenario S09.
 */
import {basename, dirname} from 'node:path'
import type {FoundFile} from '#disk/folder-files.ts'
import {foldedPath} from '#disk/places.ts'
import {recycleArea} from '#disk/recycle.ts'
import type {SparedReason} from '#model/orphans.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'

/** A folder with a file of this name is nobody's business, with all that lies in it. */
export const KEEP_FILE = '.commodarr-keep'

/** What all torrents of all servers say of our paths. Disks differ in whether capitals and accents are the same. */
export class Claims {
  readonly #paths = new Set<string>()
  readonly #around = new Set<string>()
  readonly #names = new Set<string>()
  readonly #hashes = new Set<string>()
  readonly #libraries = new Set<string>()

  /** A file or folder of a torrent, with all that lies in it: nobody lists the files of every torrent. @param path ours */
  addContent(path: string): void {
    const place = foldedPath(path)
    this.#paths.add(place)
    this.addFolder(path, place)
  }

  /** Torrents are saved to it, or a server is mapped to it: it and what it lies in is nobody's to set aside. */
  addFolder(path: string, place = foldedPath(path)): void {
    for (let at = place; at !== '' && !this.#around.has(at); at = above(at)) this.#around.add(at)
  }

  /** Of an Arr. */
  addLibrary(path: string): void {
    // What is no path leads nowhere; the root is one.
    if (path === '') return
    this.#libraries.add(foldedPath(path))
    this.addFolder(path)
  }

  /** What is called so may be on its way to or from its torrent, or lie there under another path. */
  addTorrent(name: string, hash: InfoHash): void {
    if (name !== '') this.#names.add(foldedPath(name))
    this.#hashes.add(hash)
  }

  /** `null` = nobody says anything of it. */
  of(path: string): 'claimed' | 'library' | 'around' | 'named' | null {
    const place = foldedPath(path)
    if (place.split('/').includes(recycleArea) || this.#isPieces(place)) return 'claimed'
    if (this.#paths.has(place.replace(unfinished, ''))) return 'claimed'
    for (let at = place; at !== ''; at = above(at)) {
      if (this.#paths.has(at)) return 'claimed'
      if (this.#libraries.has(at)) return 'library'
    }
    if (this.#paths.has('')) return 'claimed'
    if (this.#libraries.has('')) return 'library'
    if (this.#around.has(place)) return 'around'
    return this.isNamed(place) ? 'named' : null
  }

  /** Is its own name, not one of the folders around it, that of a torrent? @param path of any form */
  isNamed(path: string): boolean {
    const name = basename(foldedPath(path))
    const hash = /[0-9a-f]{40}/.exec(name)?.[0]
    return (
      this.#names.has(name) ||
      this.#names.has(name.replace(unfinished, '')) ||
      (hash !== undefined && this.#hashes.has(hash))
    )
  }

  /** Where qBittorrent keeps the edges of unwanted files: beside the content. */
  #isPieces(place: string): boolean {
    const hash = pieces.exec(place)?.[1]
    return hash !== undefined && this.#hashes.has(hash)
  }
}

export type OrphanVerdict =
  | {readonly orphan: true; readonly files: number; readonly bytes: Bytes; readonly changedAt: EpochMs}
  | {
      readonly orphan: false
      readonly why: SparedReason
      /** The first of its files that it is for. */
      readonly path: string
    }

/**
 * @param top lies directly in a folder of torrents
 * @param files all that lie at or below it, at least one
 */
export function evaluateOrphan(
  top: string,
  files: readonly FoundFile[],
  claims: Pick<Claims, 'of'>,
  now: EpochMs,
): OrphanVerdict {
  const own = new Map<string, number>()
  for (const {inode} of files) own.set(inode, (own.get(inode) ?? 0) + 1)
  const folders = new Map<string, SparedReason | null>()
  for (const file of files) {
    const why = whyNotIn(file.path, top, claims, folders) ?? whyNot(file, own.get(file.inode)!, now)
    if (why !== null) return {orphan: false, why, path: file.path}
  }
  return {
    orphan: true,
    files: files.length,
    bytes: files.reduce((sum, {size}) => sum + size, 0),
    changedAt: files.reduce((last, {changedAt}) => Math.max(last, changedAt), 0),
  }
}

/** Somebody says something of it, or of a folder on the way to it. @param known of folders, written here */
function whyNotIn(
  path: string,
  top: string,
  claims: Pick<Claims, 'of'>,
  known: Map<string, SparedReason | null>,
): SparedReason | null {
  const seen = known.get(path)
  if (seen !== undefined) return seen
  const claim = claims.of(path)
  const own = claim === null ? null : claim === 'library' ? 'library' : 'named'
  const why = own ?? (path.length > top.length ? whyNotIn(dirname(path), top, claims, known) : null)
  known.set(path, why)
  return why
}

function whyNot({path, links, changedAt}: FoundFile, ownLinks: number, now: EpochMs): SparedReason | null {
  const name = basename(path)
  // Some clients do not report which folders they export to or watch (AutoAdd of Deluge, schedules of rTorrent).
  if (torrentFile.test(name)) return 'torrent_files'
  if (name === KEEP_FILE) return 'kept'
  // What a torrent that is gone left of its edges is nobody's; all else that is unfinished somebody may go on with.
  if (inProgress.test(name) && !pieces.test(foldedPath(path))) return 'unfinished'
  // Also of a time that is still to come: a clock that jumped makes nobody old.
  if (!(now - changedAt >= waits.orphanWritten.ms)) return 'young'
  // Fewer than we saw: this file system does not count.
  if (links !== ownLinks) return links > ownLinks ? 'linked' : 'unreadable'
  return null
}

/** Also what a client has taken in, or could not: people choose the ending. */
const torrentFile = /\.(?:torrent|magnet)(?:\.[^./]{1,40})?$/i
const pieces = /\/\.([0-9a-f]{40})\.parts$/
/** What servers append to names of files that are still being written. */
const unfinished = /\.(?:!qb|part|meta)$/
/** What others do, too. */
const inProgress = /\.(?:!qb|part|parts|meta|tmp|temp|partial|crdownload|aria2|unpack)$/i

function above(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf('/')))
}

/** A path and the folders around it, as claims compare them; the root, and what is no absolute path, is ''. */
export function withFoldersAround(path: string): readonly string[] {
  const all: string[] = []
  for (let at = foldedPath(path); at !== ''; at = above(at)) all.push(at)
  return [...all, '']
}
