/** Whose library lies in the data of a torrent, for a person who is about to remove both. */
import type {Fleet} from '#fleet/fleet.ts'
import type {Compartment} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {TorrentFile} from '#model/details.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {CommodarrError} from '#model/errors.ts'
import {managerOf, type ManagerId} from '#model/manager.ts'
import type {ContentLinks, ContentUse, LibraryUse, TorrentReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {downloadIdsOf} from '../arr/arr-facts.ts'
import type {LibraryFiles, TorrentData} from '../arr/library-places.ts'
import type {Managers} from '../supervision/managers.ts'
import type {ImportedFilesCheck} from './imported-files-check.ts'
import type {LookUps} from './look-ups.ts'

/** Files of a library that are named; more are counted. */
const MOST_NAMED = 20
/** Of a torrent without a folder of its own each file is a place of its own. */
const MOST_PLACES = 200

export class LibraryInData {
  readonly #fleet: Pick<Fleet, 'get' | 'holders'>
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #managers: Pick<Managers, 'ask'>
  readonly #check: Pick<ImportedFilesCheck, 'ownAmong' | 'stateOfEach'>
  readonly #compartmentOf: (id: ServerId) => Compartment

  constructor(
    fleet: Pick<Fleet, 'get' | 'holders'>,
    details: Pick<TorrentReader, 'files'>,
    managers: Pick<Managers, 'ask'>,
    check: Pick<ImportedFilesCheck, 'ownAmong' | 'stateOfEach'>,
    compartmentOf: (id: ServerId) => Compartment,
  ) {
    this.#fleet = fleet
    this.#details = details
    this.#managers = managers
    this.#check = check
    this.#compartmentOf = compartmentOf
  }

  /**
   * @returns how many files of the library of that Arr go with the data of the torrent; `null` = it cannot be known now:
   * the Arr, its server or a disk cannot be asked
   */
  count(key: TorrentKey, arr: ArrId): Promise<number | null> {
    return this.#answered(async () => {
      const found = await this.#found(key, arr)
      if (found === null) return null
      const linked = await this.#check.ownAmong(key, found.elsewhere)
      if (found.inside > 0) return found.inside + (linked ?? 0)
      return linked === 0 && !found.isWhole ? null : linked
    })
  }

  /** Which files of that library came in from the torrent, and how they lie there now; `null` as above. */
  uses(key: TorrentKey, arr: ArrId): Promise<LibraryUse | null> {
    return this.#answered(async () => {
      const found = await this.#found(key, arr)
      if (found === null) return null
      const {inside, elsewhere, isWhole} = found
      // Nothing was found where not all of it was looked at.
      if (inside + elsewhere.length === 0 && !isWhole) return null
      const first = elsewhere.slice(0, MOST_NAMED)
      const states = await this.#check.stateOfEach(key, first)
      return {
        inside,
        files: first.map(({to: path}, at) => ({path, is: states[at]!})),
        count: elsewhere.length,
      }
    })
  }

  /** `null` = it cannot be known now. */
  async #answered<T>(ask: () => Promise<T | null>): Promise<T | null> {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof CommodarrError) return null
      throw error
    }
  }

  /** What the Arr tells; `null` = it cannot tell. @throws {CommodarrError} */
  async #found(key: TorrentKey, arr: ArrId): Promise<LibraryFiles | null> {
    const record = this.#fleet.get(key)
    const path = record?.contentPath
    if (!record || !path) return null
    const own = await ownFiles(record, () => this.#details.files(key))
    if (own !== null && own.length > MOST_PLACES) return null
    const places = own ?? [path]
    const downloadIds = downloadIdsOf({key, infoHashV1: record.infoHashV1 ?? null})
    const others = this.#othersOf(key)
    const elsewhere = others.flatMap(({contentPath}) =>
      contentPath && contentPath !== path ? [contentPath] : [],
    )
    const data: TorrentData = {downloadIds, places, savePath: record.savePath ?? path, copies: elsewhere}
    const copies = others.flatMap(({contentPath, category}) => (contentPath === path ? [category] : []))
    const asked = {data, category: record.category, copies}
    return this.#managers.ask(managerOf(arr), 'libraryFiles', asked)
  }

  /** The same torrent on other servers whose word counts for this one. */
  #othersOf(key: TorrentKey): readonly TorrentRecord[] {
    const its = this.#compartmentOf(key.serverId)
    return this.#fleet
      .holders(key.hash)
      .filter((other) => keyText(other) !== keyText(key))
      .filter(({serverId}) => [null, its].includes(this.#compartmentOf(serverId)))
      .flatMap((other) => this.#fleet.get(other) ?? [])
  }
}

/**
 * One without a folder of its own has nothing but its files in the folder that others use, too.
 * @param listed its files, from the server
 * @returns paths as its server writes them; `null` = all that lies in its content path is its own
 * @throws {CommodarrError} nobody can say which files it has
 */
export async function ownFiles(
  {contentPath, savePath}: Pick<TorrentRecord, 'contentPath' | 'savePath'>,
  listed: () => Promise<readonly TorrentFile[]>,
): Promise<readonly string[] | null> {
  if (contentPath === undefined || contentPath !== savePath) return null
  const separator = contentPath.includes('\\') && !contentPath.startsWith('/') ? '\\' : '/'
  const folder = contentPath.replace(/[\\/]+$/, '')
  return (await listed()).map(({path}) => `${folder}${separator}${path}`)
}

/* Who holds the bytes of a torrent beside torrents, for a person who is about to remove it. */

/** Whose turn it is among those who look things up. */
const PEOPLE = 'people' as ManagerId

/** @returns `null` = the disk is not seen, or its files cannot be told */
export async function contentLinks(
  lookUps: Pick<LookUps, 'ask'>,
  key: TorrentKey,
): Promise<ContentLinks | null> {
  const [outside, exclusive] = await lookUps.ask(PEOPLE, key, [
    'content.linksOutside',
    'content.exclusiveBytes',
  ])
  if (typeof outside?.value !== 'number') return null
  return {outside: outside.value, ...(typeof exclusive?.value === 'number' && {exclusive: exclusive.value})}
}

/** @returns why it is not known, where it is not */
export async function contentUse(
  lookUps: Pick<LookUps, 'contentUse'>,
  key: TorrentKey,
): Promise<ContentUse | {readonly detail: string}> {
  const read = await lookUps.contentUse(PEOPLE, key)
  return isUnknown(read) ? {detail: read.detail} : read.value
}
