/**
 * Contents that are links: a tool for cross-seeds lays a folder of links to the files of another torrent, and removing
 * those takes the bytes of both. Nothing in a row tells that, so what lies in each content is looked at once, for as long
 * as its torrent stays where it is.
 */
import type {Place, Places} from '#disk/places.ts'
import {noAnswer} from '#disk/fs-errors.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

/** A content, on our disk. */
export interface ContentOnDisk {
  readonly key: TorrentKey
  readonly path: string
}

interface Seen {
  readonly path: string
  readonly leadsTo: readonly Place[]
}

/** Few have any. */
const nowhere: readonly Place[] = []
/** A disk that hangs keeps a thread for each; others read files, too. */
const AT_ONCE = 2

export class LinkedContent {
  readonly #places: Pick<Places, 'linksIn'>
  readonly #seen = new Map<ServerId, Map<string, Seen>>()
  /** Whoever did not answer the last time is asked last. */
  readonly #slow = new Set<string>()

  constructor(places: Pick<Places, 'linksIn'>) {
    this.#places = places
  }

  /** Where the links lead that lie in it; `null` = that was not seen. */
  of({key: {serverId, hash}, path}: ContentOnDisk): readonly Place[] | null {
    const seen = this.#seen.get(serverId)?.get(hash)
    return seen?.path === path ? seen.leadsTo : null
  }

  /**
   * Looks at those that were not seen yet. After the first that does not answer no other is asked: on a dead share each
   * of thousands would take its ten seconds.
   */
  async look(contents: readonly ContentOnDisk[]): Promise<void> {
    const unseen = contents.filter((it) => this.of(it) === null)
    const waiting = [
      ...unseen.filter(({path}) => this.#slow.has(path)),
      ...unseen.filter(({path}) => !this.#slow.has(path)),
    ]
    const lookOn = async () => {
      for (let it = waiting.pop(); it !== undefined; it = waiting.pop()) {
        if (!(await this.#lookAt(it))) waiting.length = 0
      }
    }
    await Promise.all(Array.from({length: AT_ONCE}, lookOn))
  }

  /** @returns false = its disk does not answer */
  async #lookAt({key: {serverId, hash}, path}: ContentOnDisk): Promise<boolean> {
    const leadsTo = await this.#places.linksIn(path)
    if (leadsTo === noAnswer) {
      this.#slow.add(path)
      return false
    }
    this.#slow.delete(path)
    if ('unknown' in leadsTo) return true
    const ofServer = this.#seen.get(serverId) ?? new Map<string, Seen>()
    this.#seen.set(serverId, ofServer)
    ofServer.set(hash, {path, leadsTo: leadsTo.length === 0 ? nowhere : leadsTo})
    return true
  }

  /** Whoever went is forgotten. @param has whether a server still lists it */
  forget(serverId: ServerId, has: (hash: string) => boolean): void {
    const ofServer = this.#seen.get(serverId)
    for (const hash of ofServer?.keys() ?? []) if (!has(hash)) ofServer!.delete(hash)
  }
}
