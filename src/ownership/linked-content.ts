/**
 * Contents that are links: a tool for cross-seeds lays a folder of links to the files of another torrent, and removing
 * those takes the bytes of both. Nothing in a row tells that, so what lies in each content is looked at once, for as long
 * as its torrent stays where it is.
 */
import type {Place, Places} from '#disk/places.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

interface Looked {
  readonly contentPath: string
  readonly leadsTo: readonly Place[]
}

/** Few have any. */
const nowhere: readonly Place[] = []

export class LinkedContent {
  readonly #places: Pick<Places, 'linksIn'>
  readonly #looked = new Map<ServerId, Map<string, Looked>>()

  constructor(places: Pick<Places, 'linksIn'>) {
    this.#places = places
  }

  /**
   * Where the links lead that lie in the content of a torrent. What can not be seen is looked at again the next time.
   * @param contentPath on our disk
   */
  of({serverId, hash}: TorrentKey, contentPath: string): readonly Place[] | Promise<readonly Place[]> {
    const known = this.#looked.get(serverId)?.get(hash)
    return known?.contentPath === contentPath ? known.leadsTo : this.#look(serverId, hash, contentPath)
  }

  async #look(serverId: ServerId, hash: string, contentPath: string): Promise<readonly Place[]> {
    const found = await this.#places.linksIn(contentPath)
    if ('unknown' in found) return nowhere
    const ofServer = this.#looked.get(serverId) ?? new Map<string, Looked>()
    this.#looked.set(serverId, ofServer)
    ofServer.set(hash, {contentPath, leadsTo: found.length === 0 ? nowhere : found})
    return found
  }

  /** Whoever went is forgotten. @param has whether a server still lists it */
  forget(serverId: ServerId, has: (hash: string) => boolean): void {
    const ofServer = this.#looked.get(serverId)
    for (const hash of ofServer?.keys() ?? []) if (!has(hash)) ofServer!.delete(hash)
  }
}
