/**
 * Contents that are links: a tool for cross-seeds creates a folder of links to the files of another torrent, and removing
 * those takes the bytes of both. Nothing in a row says so, so each content is looked at, and what was found is kept.
 *
 *   seen whole ──▶ looked at again before content goes that has its size or a file of a size of its files, once it is
 *                  complete, and now and then, as people replace files by links: whether there are any by now, and only
 *                  then where they lead. Small files of a size that hundreds have (notes of release groups) count not,
 *                  or each removal would read the folders of thousands
 *   not whole ───▶ (it is missing, or links in it lead nowhere) looked at again once something is at a path that was
 *                  missing: for thousands of them that takes one list of each folder around; or its links are others
 *   not seen ────▶ (its disk did not answer, or it may not be read) looked at again
 */
import {basename, dirname} from 'node:path'
import {noAnswer} from '#disk/fs-errors.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {folded, type LinksFound, type Place, type Places} from '#disk/places.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

/** A content, on our disk. */
export interface ContentOnDisk {
  readonly key: TorrentKey
  readonly path: string
  /** Of all its files; `null` = not known. */
  readonly size: Bytes | null
  /** Its server has all of it that is wanted. */
  readonly isComplete: boolean
}

interface Seen {
  readonly path: string
  /** `null` = that could not be seen. */
  readonly leadsTo: readonly Place[] | null
  /**
   * Nothing changes before something is at one of these paths. Empty = it was seen whole: it was there, and every link of
   * it led somewhere. `null` = nobody can say what it waits for.
   */
  readonly awaits: readonly string[] | null
  /** No link of it is another one while its folder is as it was then; `null` = nobody can say, or it is missing. */
  readonly changedAt: number | null
  readonly isMissing: boolean
  /** How large its files were, each size once; `null` = that is not known of all of them. */
  readonly sizes: readonly Bytes[] | null
  readonly isComplete: boolean
}

interface LinkLook {
  /** Right before something is done. */
  readonly isFresh: boolean
  /** Sizes of the contents that the look is about, and of their files. */
  readonly sizes: ReadonlySet<Bytes | null>
}

/** What one look finds out of folders, once for all that lies in them. */
interface FolderLook {
  readonly isAway: (folder: string) => Promise<boolean>
  readonly missingPart: (folder: string) => ReturnType<Places['missingPart']>
}

/** Few have any. */
const nowhere: readonly Place[] = []
/** A disk that hangs keeps a thread for each; others read files, too. */
const AT_ONCE = 2
/** Of those that were seen, the ones whose look is the oldest: 20,000 have had their turn after a few hundred looks. */
const AGAIN = 64
/** Of those that were not seen, as long as nothing is about to be done. */
const MOST_UNCERTAIN = 256
/** Folders around what is not whole, as long as nothing is about to be done; the others have their turn with the next look. */
const MOST_FOLDERS = 64
/** Of a content with more sizes than this each is looked for. */
const MOST_SIZES = 1_000
/** Files of one of those sizes up to here are not looked for where more contents of their server have one. */
const SMALL: Bytes = 64 * 1_024
const COMMON = 256
/** Of what did not answer; after each round there are a few more of them. */
const MOST_SLOW = 1_000

export class LinkedContent {
  readonly #places: Pick<Places, 'linksIn' | 'hasLinks' | 'missingPart' | 'namesIn' | 'changedAt'>
  /** Why the disk of a path is not the one that was there before; `null` = nothing speaks against it. */
  readonly #mounted: Pick<MountedDisks, 'diskAway'>
  readonly #turns: Pick<TimeSlice, 'due' | 'next'>
  /** By hash, the oldest look first. */
  readonly #seen = new Map<ServerId, Map<string, Seen>>()
  /** How many contents have small files of each size. */
  readonly #small = new Map<ServerId, Map<Bytes, number>>()
  /** Contents and folders that did not answer the last time are asked last; the one that did not for longest first. */
  readonly #slow = new Set<string>()
  /** By hash, the paths of contents that were looked at, and could not be seen. */
  readonly #unseen = new Map<ServerId, Map<string, string>>()
  /** The folder with which the next look that is not fresh begins, counted on. */
  #nextFolder = 0

  constructor(
    places: Pick<Places, 'linksIn' | 'hasLinks' | 'missingPart' | 'namesIn' | 'changedAt'>,
    mounted: Pick<MountedDisks, 'diskAway'>,
    turns: Pick<TimeSlice, 'due' | 'next'>,
  ) {
    this.#places = places
    this.#mounted = mounted
    this.#turns = turns
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
   * How large the files of contents are now, as our disk says.
   * @param paths ours, absolute @returns of those that are there
   */
  async sizesIn(paths: readonly string[]): Promise<ReadonlySet<Bytes>> {
    const sizes = new Set<Bytes>()
    await this.#inTurn(paths, String, async (path) => {
      const found = await this.#places.linksIn(path, true)
      if (!('unknown' in found)) for (const size of knownSizes(found)) sizes.add(size)
      return found !== noAnswer
    })
    return sizes
  }

  /**
   * Looks at those whose links may be others than were seen. After the first that does not answer no other is asked: on a
   * dead share each of thousands would take its ten seconds.
   * @param contents of one server, by hash
   */
  async look(contents: ReadonlyMap<string, ContentOnDisk>, about: LinkLook): Promise<void> {
    const folders: FolderLook = {
      isAway: once((folder) => this.#mounted.diskAway(folder).then((why) => why !== null)),
      missingPart: once((folder) => this.#places.missingPart(folder)),
    }
    const {due, alike} = await this.#due(contents, about, folders)
    await this.#inTurn(
      [...alike].filter((it) => !due.has(it)),
      ({path}) => path,
      async (it) => {
        const hasLinks = await this.#places.hasLinks(it.path)
        if (hasLinks !== false) due.add(it)
        return hasLinks !== noAnswer
      },
    )
    await this.#inTurn(
      [...due],
      ({path}) => path,
      (it) => this.#lookAt(it, about.isFresh, folders),
    )
  }

  /** @returns those to be looked at, and those with a size in question, which matter only if they have links by now */
  async #due(
    contents: ReadonlyMap<string, ContentOnDisk>,
    {isFresh, sizes}: LinkLook,
    folders: FolderLook,
  ): Promise<{readonly due: Set<ContentOnDisk>; readonly alike: ReadonlySet<ContentOnDisk>}> {
    const due = new Set<ContentOnDisk>()
    const alike = new Set<ContentOnDisk>()
    const [first] = contents.values()
    const rare = this.#rareOf(sizes, first?.key.serverId)
    const waiting: ContentOnDisk[] = []
    let uncertain = 0
    for (const it of contents.values()) {
      if (this.#turns.due()) await this.#turns.next()
      const seen = this.#seenOf(it)
      if (!seen && this.#unseen.get(it.key.serverId)?.get(it.key.hash) !== it.path) due.add(it)
      else if (!seen || seen.awaits === null) {
        if (isFresh || uncertain++ < MOST_UNCERTAIN) due.add(it)
      } else if (it.isComplete && !seen.isComplete) due.add(it)
      else if (isFresh && mayShare(it, seen, {sizes, rare})) {
        if (seen.awaits.length === 0 && seen.leadsTo?.length === 0) alike.add(it)
        else due.add(it)
      } else if (seen.awaits.length > 0) waiting.push(it)
    }
    for (const it of await this.#returned(waiting, isFresh, folders)) due.add(it)
    if (isFresh) for (const it of await this.#relinked(waiting.filter((one) => !due.has(one)))) due.add(it)
    let again = 0
    for (const hash of (first && this.#seen.get(first.key.serverId)?.keys()) ?? []) {
      if (again++ >= AGAIN) break
      const it = contents.get(hash)
      if (it) due.add(it)
    }
    return {due, alike}
  }

  /** Those of the sizes that are looked for in contents of a server. */
  #rareOf(sizes: LinkLook['sizes'], id: ServerId | undefined): LinkLook['sizes'] {
    const small = id === undefined ? undefined : this.#small.get(id)
    if (!small) return sizes
    return new Set([...sizes].filter((size) => size === null || (small.get(size) ?? 0) <= COMMON))
  }

  /** Of contents that are not whole those of which something is there by now, and those of which nobody can say. */
  async #returned(
    waiting: readonly ContentOnDisk[],
    isFresh: boolean,
    {isAway}: FolderLook,
  ): Promise<readonly ContentOnDisk[]> {
    const byFolder = new Map<string, {readonly it: ContentOnDisk; readonly name: string}[]>()
    for (const it of waiting)
      for (const path of this.#seenOf(it)?.awaits ?? []) {
        const some = byFolder.get(dirname(path)) ?? []
        byFolder.set(dirname(path), some)
        some.push({it, name: folded(basename(path))})
      }
    let around = [...byFolder]
    if (!isFresh && around.length > MOST_FOLDERS) {
      const from = this.#nextFolder % around.length
      this.#nextFolder = from + MOST_FOLDERS
      around = [...around.slice(from), ...around.slice(0, from)].slice(0, MOST_FOLDERS)
    }
    const returned: ContentOnDisk[] = []
    await this.#inTurn(
      around,
      ([folder]) => folder,
      async ([folder, some]) => {
        const names = await this.#places.namesIn(folder)
        if (names === noAnswer) return false
        const isUnreadable = 'unknown' in names && names.unknown !== 'missing'
        for (const {it, name} of some) {
          if (isUnreadable || (!('unknown' in names) && names.has(name))) returned.push(it)
          else await this.#stillMissing(it, isAway)
        }
        return true
      },
    )
    return returned
  }

  /** Of contents with links that led nowhere those in which somebody made others. */
  async #relinked(waiting: readonly ContentOnDisk[]): Promise<readonly ContentOnDisk[]> {
    const relinked: ContentOnDisk[] = []
    const dead = waiting.filter((it) => this.#seenOf(it)?.isMissing === false)
    await this.#inTurn(
      dead,
      ({path}) => path,
      async (it) => {
        const known = this.#seenOf(it)?.changedAt ?? null
        const now = known === null ? null : await this.#places.changedAt(it.path)
        if (now === null || now !== known) relinked.push(it)
        return now !== noAnswer
      },
    )
    return relinked
  }

  /** What is missing on a disk that is there leads nowhere; on one that is away nobody can say. */
  async #stillMissing(content: ContentOnDisk, isAway: FolderLook['isAway']): Promise<void> {
    const seen = this.#seenOf(content)
    if (!seen?.isMissing || seen.leadsTo?.length) return
    const leadsTo = (await isAway(dirname(content.path))) ? null : nowhere
    const {serverId, hash} = content.key
    if (seen.leadsTo !== leadsTo) this.#seen.get(serverId)!.set(hash, {...seen, leadsTo})
  }

  /** A few at a time; after the first that does not answer (`false`) no other. */
  async #inTurn<T>(
    all: readonly T[],
    nameOf: (one: T) => string,
    ask: (one: T) => Promise<boolean>,
  ): Promise<void> {
    const isSlow = (one: T) => this.#slow.has(nameOf(one))
    const waiting = [...all.filter(isSlow), ...all.filter((one) => !isSlow(one))]
    const askOn = async () => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        if (await ask(one)) this.#slow.delete(nameOf(one))
        else {
          this.#slow.delete(nameOf(one))
          this.#slow.add(nameOf(one))
          if (this.#slow.size > MOST_SLOW) this.#slow.delete(this.#slow.values().next().value!)
          waiting.length = 0
        }
      }
    }
    await Promise.all(Array.from({length: AT_ONCE}, askOn))
  }

  /** @returns false = its disk does not answer */
  async #lookAt(content: ContentOnDisk, isFresh: boolean, folders: FolderLook): Promise<boolean> {
    const {path, isComplete} = content
    const found = await this.#places.linksIn(path, isFresh)
    if (!('unknown' in found)) {
      const leadsTo = found.leadsTo.length === 0 ? nowhere : found.leadsTo
      // Links that lead nowhere now may have led somewhere before.
      const isWhole = found.awaited?.length === 0
      const known = isWhole ? nowhere : (this.#seenOf(content)?.leadsTo ?? nowhere)
      const all = known.length === 0 ? leadsTo : [...byPath([...known, ...leadsTo]).values()]
      const {awaited: awaits, changedAt} = found
      const sizes = sizesOf(found)
      this.#keep(content, {path, leadsTo: all, awaits, changedAt, isMissing: false, sizes, isComplete})
      return true
    }
    if (found.unknown !== 'missing') {
      if (!this.#seenOf(content)) ofServer(this.#unseen, content.key.serverId).set(content.key.hash, path)
      return found !== noAnswer
    }
    // What was there once may come back as it was.
    const known = this.#seenOf(content)?.leadsTo ?? null
    const leadsTo = known?.length ? known : (await folders.isAway(dirname(path))) ? null : nowhere
    const above = await folders.missingPart(dirname(path))
    const awaits = above === null ? [path] : typeof above === 'string' ? [above] : null
    this.#keep(content, {path, leadsTo, awaits, changedAt: null, isMissing: true, sizes: [], isComplete})
    return true
  }

  #keep({key: {serverId, hash}}: ContentOnDisk, seen: Seen): void {
    const others = ofServer(this.#seen, serverId)
    this.#unseen.get(serverId)?.delete(hash)
    this.#count(serverId, others.get(hash), -1)
    others.delete(hash)
    others.set(hash, seen)
    this.#count(serverId, seen, 1)
  }

  #count(id: ServerId, seen: Seen | undefined, by: 1 | -1): void {
    const small = ofServer(this.#small, id)
    for (const size of seen?.sizes ?? []) {
      if (size > SMALL) continue
      const left = (small.get(size) ?? 0) + by
      if (left > 0) small.set(size, left)
      else small.delete(size)
    }
  }

  /** Whoever went is forgotten. @param has whether a server still lists it */
  forget(serverId: ServerId, has: (hash: string) => boolean): void {
    const [seen, unseen] = [this.#seen.get(serverId), this.#unseen.get(serverId)]
    for (const [hash, it] of seen ?? []) {
      if (has(hash)) continue
      this.#count(serverId, it, -1)
      this.#slow.delete(it.path)
      seen!.delete(hash)
    }
    for (const [hash, path] of unseen ?? []) {
      if (has(hash)) continue
      this.#slow.delete(path)
      unseen!.delete(hash)
    }
  }

  /** Servers that are neither configured nor remembered any more are forgotten. */
  forgetOthers(ids: ReadonlySet<ServerId>): void {
    for (const id of new Set([...this.#seen.keys(), ...this.#unseen.keys()]).difference(ids)) {
      this.forget(id, () => false)
      for (const all of [this.#seen, this.#unseen, this.#small]) all.delete(id)
    }
  }
}

function ofServer<K, V>(all: Map<ServerId, Map<K, V>>, id: ServerId): Map<K, V> {
  const known = all.get(id) ?? new Map<K, V>()
  all.set(id, known)
  return known
}

/**
 * A file in it may have become a link to one that goes: both are of one size.
 * @param about the sizes of what goes, and those of them that are looked for in contents of other sizes
 */
function mayShare(
  {size}: ContentOnDisk,
  seen: Seen,
  {sizes, rare}: {readonly sizes: LinkLook['sizes']; readonly rare: LinkLook['sizes']},
): boolean {
  if (sizes.has(size)) return true
  // What it had by then says nothing of the file that a link replaces later. Of what was missing the folder around tells.
  if (!seen.isComplete) return !seen.isMissing
  return seen.sizes === null || seen.sizes.some((it) => rare.has(it))
}

/** Its links may be made to lead elsewhere, too: to a file of any size where one leads to a folder. */
function sizesOf(found: LinksFound): readonly Bytes[] | null {
  const sizes = new Set(knownSizes(found))
  for (const {size} of found.leadsTo) {
    if (size === undefined) return null
    sizes.add(size)
  }
  return sizes.size > MOST_SIZES ? null : [...sizes]
}

/** Of empty files nobody loses anything. */
function knownSizes({sizes}: Pick<LinksFound, 'sizes'>): readonly Bytes[] {
  return sizes.filter((size) => size > 0)
}

function once<T>(ask: (folder: string) => Promise<T>): (folder: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>()
  return (folder) => {
    const known = asked.get(folder) ?? ask(folder)
    asked.set(folder, known)
    return known
  }
}

function byPath(places: readonly Place[]): ReadonlyMap<string, Place> {
  return new Map(places.map((place) => [place.path.join('/'), place]))
}
