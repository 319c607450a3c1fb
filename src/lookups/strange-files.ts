/**
 * Files that lie where a torrent would have its own, and are not its own: somebody put them there before it was added.
 * A daemon that deletes a torrent with its files deletes whatever has their names, also what the torrent never wrote.
 */
import {unfinishedEndings} from '#clients/kinds/kinds.ts'
import {lookAt, type FileLook} from '#disk/file-looks.ts'
import type {Patience} from '#disk/patience.ts'
import type {TorrentFile} from '#model/details.ts'
import type {FleetReader, TorrentReader} from '#model/services.ts'
import {CommodarrError} from '#model/errors.ts'
import {neverHadAByte, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {isUnknown} from './fact-result.ts'
import type {LookUpDeps} from './fact-resolvers.ts'
import {pathsOfFiles} from './torrent-paths.ts'

/** For people, of what never had a byte. */
export const nothingWritten =
  'It never downloaded or found a byte, so what lies in its place is not known to be its own. Remove it without data.'

export class StrangeFiles {
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #disk: LookUpDeps['disk']
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #patience: Patience

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    disk: LookUpDeps['disk'],
    details: Pick<TorrentReader, 'files'>,
    patience: Patience,
  ) {
    this.#fleet = fleet
    this.#disk = disk
    this.#details = details
    this.#patience = patience
  }

  /**
   * Why a daemon must not delete their files itself, for people. Of a disk that we do not see nothing is said, but of
   * what never had a byte. @returns by the text of the key
   */
  async of(keys: readonly TorrentKey[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>()
    for (const key of keys) {
      const why = await this.#strangersOf(key)
      if (why !== null) found.set(keyText(key), why)
    }
    return found
  }

  async #strangersOf(key: TorrentKey): Promise<string | null> {
    const torrent = this.#fleet.get(key)
    if (!torrent?.hasMetadata) return null
    const isUnwritten = neverHadAByte(torrent)
    const {mappings} = this.#disk(key.serverId)
    // Where nobody knows where its data lies others say what becomes of it.
    if (mappings.length === 0 || !torrent.contentPath) return isUnwritten ? nothingWritten : null
    const listed = await this.#details.files(key).catch(ifUnavailable)
    if (listed === null) return 'Its server does not report which files it has. Remove it without data.'
    const paths = pathsOfFiles(torrent, listed, listed, mappings)
    if (isUnknown(paths)) return isUnwritten ? nothingWritten : null
    for (const ending of unfinishedEndings) {
      const named = paths.value.map((path) => `${path}${ending}`)
      const looks = await lookAt(named, this.#patience, 'strange files')
      if (looks === null) return 'The disk of its files does not answer. Remove it without data.'
      for (const [at, look] of looks.entries()) {
        if ('fault' in look || look.kind === 'folder') continue
        if (isUnwritten) return nothingWritten
        const why = whyNotOwn({path: named[at]!, ...look}, listed[at]!, torrent)
        if (why !== null) return `${why} Remove it without data.`
      }
    }
    return null
  }
}

function ifUnavailable(error: unknown): null {
  if (error instanceof CommodarrError) return null
  throw error
}

/** Clocks of servers and of file systems differ by so much. */
const CLOCKS_MS = 60_000

function whyNotOwn(
  look: Pick<FileLook, 'size' | 'changedAt'> & {readonly path: string},
  file: TorrentFile,
  torrent: Pick<TorrentRecord, 'addedAt'>,
): string | null {
  if (isAnotherSize(look, file)) return anotherSizeWords(look, file)
  return isOlderThanTorrent(look, file, torrent) ? olderWords(look) : null
}

/** Its torrent has not completed it, and did not write what is there: somebody else did before. */
export function isOlderThanTorrent(
  {changedAt}: Pick<FileLook, 'changedAt'>,
  {progress}: Pick<TorrentFile, 'progress'>,
  {addedAt}: Pick<TorrentRecord, 'addedAt'>,
): boolean {
  return progress < 1 && typeof addedAt === 'number' && changedAt < addedAt - CLOCKS_MS
}

export function olderWords({path}: {readonly path: string}): string {
  return `${path} is older than its torrent, which has not completed that file: it may be another person's.`
}

/** Of what is complete the size has to be that of the torrent, and nothing is larger. */
export function isAnotherSize(
  {size}: Pick<FileLook, 'size'>,
  {progress, size: wanted}: Pick<TorrentFile, 'progress' | 'size'>,
): boolean {
  return progress === 1 ? size !== wanted : size > wanted
}

export function anotherSizeWords(
  {path, size}: Pick<FileLook, 'size'> & {readonly path: string},
  {size: wanted}: Pick<TorrentFile, 'size'>,
): string {
  return `${path} has ${size} bytes, and on its server ${wanted}: it is another file, or the path mapping leads to another folder.`
}
