/**
 * Contents that are links: a tool for cross-seeds creates a folder of links to the files of another torrent, and removing
 * those takes the bytes of both. Nothing in a row says so, so each content is looked at, and what was found is kept. It is
 * looked at again where the look could not tell (the disk was away, links led nowhere), where a removal is about content of
 * the same size, and now and then, as people replace files by links.
 */
import {dirname} from 'node:path'
import {noAnswer} from '#disk/fs-errors.ts'
import type {Place, Places} from '#disk/places.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

/** A content, on our disk. */
export interface ContentOnDisk {
  readonly key: TorrentKey
  readonly path: string
  /** Of all its files; `null` = not known. */
  readonly size: Bytes | null
}

interface Seen {
  readonly path: string
  /** `null` = that could not be seen. */
  readonly leadsTo: readonly Place[] | null
  /** The content was there, and every link of it led somewhere. */
  readonly isWhole: boolean
}

interface LinkLook {
  /** Right before something is done. */
  readonly isFresh: boolean
  /** Sizes of the contents that the look is about. */
  readonly sizes: ReadonlySet<Bytes | null>
}

export interface LinkedContentDeps {
  readonly places: Pick<Places, 'linksIn'>
  /** Why the disk of a path is not the one that was there before; `null` = nothing speaks against it. */
  readonly diskAway: (path: string) => Promise<string | null>
}

/** Few have any. */
const nowhere: readonly Place[] = []
/** A disk that hangs keeps a thread for each; others read files, too. */
const AT_ONCE = 2
/** Of those that were seen, the ones whose look is the oldest: 20,000 have had their turn after a few hundred looks. */
const AGAIN = 64
/** Of those that were not seen whole, as long as nothing is about to be done. */
const MOST_UNCERTAIN = 256

export class LinkedContent {
  readonly #parts: LinkedContentDeps
  /** By hash, the oldest look first. */
  readonly #seen = new Map<ServerId, Map<string, Seen>>()
  /** Whoever did not answer the last time is asked last. */
  readonly #slow = new Set<string>()

  constructor(parts: LinkedContentDeps) {
    this.#parts = parts
  }

  /** Where the links lead that lie in it; `null` = that was not seen. */
  of(content: ContentOnDisk): readonly Place[] | null {
    return this.#seenOf(content)?.leadsTo ?? null
  }

  #seenOf({key: {serverId, hash}, path}: ContentOnDisk): Seen | undefined {
    const seen = this.#seen.get(serverId)?.get(hash)
    return seen?.path === path ? seen : undefined
  }

  /**
   * Looks at those whose links are not known for certain, and at some that were seen long ago. After the first that does
   * not answer no other is asked: on a dead share each of thousands would take its ten seconds.
   * @param contents of one server
   */
  async look(contents: readonly ContentOnDisk[], about: LinkLook): Promise<void> {
    const due = this.#due(contents, about)
    const waiting = [
      ...due.filter(({path}) => this.#slow.has(path)),
      ...due.filter(({path}) => !this.#slow.has(path)),
    ]
    const away = new Map<string, Promise<boolean>>()
    const isAway = (path: string) => {
      const folder = dirname(path)
      const known = away.get(folder) ?? this.#parts.diskAway(folder).then((why) => why !== null)
      away.set(folder, known)
      return known
    }
    const lookOn = async () => {
      for (let it = waiting.pop(); it !== undefined; it = waiting.pop()) {
        if (!(await this.#lookAt(it, about.isFresh, isAway))) waiting.length = 0
      }
    }
    await Promise.all(Array.from({length: AT_ONCE}, lookOn))
  }

  #due(contents: readonly ContentOnDisk[], {isFresh, sizes}: LinkLook): readonly ContentOnDisk[] {
    const due = new Set<ContentOnDisk>()
    let uncertain = 0
    for (const it of contents) {
      const seen = this.#seenOf(it)
      if (!seen) due.add(it)
      else if (!seen.isWhole && (isFresh || uncertain++ < MOST_UNCERTAIN)) due.add(it)
      else if (isFresh && sizes.has(it.size)) due.add(it)
    }
    const [first] = contents
    if (!first) return []
    const byHash = new Map(contents.map((it) => [it.key.hash as string, it]))
    let again = 0
    for (const hash of this.#seen.get(first.key.serverId)?.keys() ?? []) {
      if (again++ >= AGAIN) break
      const it = byHash.get(hash)
      if (it) due.add(it)
    }
    return [...due]
  }

  /** @returns false = its disk does not answer */
  async #lookAt(
    content: ContentOnDisk,
    isFresh: boolean,
    isAway: (path: string) => Promise<boolean>,
  ): Promise<boolean> {
    const {path} = content
    const found = await this.#parts.places.linksIn(path, isFresh)
    if (found === noAnswer) {
      this.#slow.add(path)
      return false
    }
    this.#slow.delete(path)
    if (!('unknown' in found)) {
      const leadsTo = found.leadsTo.length === 0 ? nowhere : found.leadsTo
      // Links that lead nowhere now may have led somewhere before.
      const known = found.dangling > 0 ? (this.#seenOf(content)?.leadsTo ?? nowhere) : nowhere
      const all = known.length === 0 ? leadsTo : [...byPath([...known, ...leadsTo]).values()]
      this.#keep(content, {path, leadsTo: all, isWhole: found.dangling === 0})
    } else if (found.unknown === 'missing') {
      // What was there once may come back as it was.
      const known = this.#seenOf(content)?.leadsTo ?? null
      const leadsTo = known?.length ? known : (await isAway(path)) ? null : nowhere
      this.#keep(content, {path, leadsTo, isWhole: false})
    }
    return true
  }

  #keep({key: {serverId, hash}}: ContentOnDisk, seen: Seen): void {
    const ofServer = this.#seen.get(serverId) ?? new Map<string, Seen>()
    this.#seen.set(serverId, ofServer)
    ofServer.delete(hash)
    ofServer.set(hash, seen)
  }

  /** Whoever went is forgotten. @param has whether a server still lists it */
  forget(serverId: ServerId, has: (hash: string) => boolean): void {
    const ofServer = this.#seen.get(serverId)
    for (const hash of ofServer?.keys() ?? []) if (!has(hash)) ofServer!.delete(hash)
  }
}

function byPath(places: readonly Place[]): ReadonlyMap<string, Place> {
  return new Map(places.map((place) => [place.path.join('/'), place]))
}
