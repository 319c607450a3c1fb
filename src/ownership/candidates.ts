/**
 * Which torrents of a server may use the contents in question: its rows alone, in one go for many contents. A hundred
 * thousand are looked through in slices; folders are few, and of most rows only the last part of the path is read.
 *
 * Two servers use one file only by one entry of one folder, so its name is the same on both, however they call the
 * folders around it; or by a link, through which it has the same size. That finds those whose places cannot be compared.
 */
import {contradictionAt, toOurs} from '#disk/path-mapping.ts'
import {
  areDistinguishable,
  folded,
  isThere,
  placeByText,
  relate,
  wayBetween,
  type Place,
} from '#disk/places.ts'
import {laterPlace, neverHadAByte, type TorrentRecord, type TorrentState} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {ContentOnDisk, LinkedContent} from './linked-content.ts'
import type {Extent, Look, OwnContent, OwnershipDeps} from './ownership.ts'

/**
 * same, inside, around: it lies so to the content, as the disk or its own server says. spelled: so it does, if the disk
 * does not tell both spellings apart. perhaps: it has the name, and where it lies, or comes to lie, cannot be compared. linked: it lies
 * elsewhere, and links in it lead there. unseen: it has the name, lies elsewhere, and may be a link.
 */
export interface Candidate {
  readonly key: TorrentKey
  /** Its files are those of the content, whatever its server calls them. */
  readonly isSameTorrent: boolean
  /** As its server writes it; '' = it does not tell. */
  readonly contentPath: string
  /**
   * Its server does not tell its place (yet): the folder that the names of its files begin in, as its server writes it, ''
   * = that is not told either. What lies there may be its own until those names are read. `null` = its place is known.
   */
  readonly somewhereIn: string | null
  /** On our disk, of the folder where its place is not known; `null` = not mapped, or it does not tell. */
  readonly ours: Place | null
  readonly how: 'same' | 'inside' | 'around' | 'spelled' | 'perhaps' | 'linked' | 'unseen'
  /** Bytes of all its files; `null` = not known. */
  readonly size: Bytes | null
  /** Where links in it lead, those into the content. */
  readonly leadsTo: readonly Place[]
  /** The mapping of either is contradicted: what else they may share cannot be seen. */
  readonly isContradicted: boolean
  /** Its server moves it: each of its files is where it was, or at a place that no list tells before it is there. */
  readonly isMoving: boolean
  /** Either is not complete, and may lie in a folder for such torrents: there they are not known to be apart. */
  readonly isUnfinished: boolean
  /** They are seen through two mounts, and one of them shows files of others. */
  readonly isView: boolean
  /** Both are mapped, and nothing lies where the mapping of one of them leads. */
  readonly isMissing: boolean
}

/** A content, with what lies in a common folder with it and where. */
interface Wanted {
  readonly own: OwnContent
  readonly extent: Extent
}

/** What rows of one folder may use: by the folded last part of their path, or whatever that is. */
interface Plan {
  readonly all: ReadonlySet<OwnContent>
  readonly byLeaf: ReadonlyMap<string, readonly OwnContent[]>
  /** The same where their places cannot be compared. */
  readonly byName: ReadonlyMap<string, readonly OwnContent[]>
  /** Of all of it, or of one file, where their places cannot be compared. */
  readonly bySize: ReadonlyMap<Bytes, readonly OwnContent[]>
}

/** What tells a content where places cannot be compared. */
interface Marks {
  /** Folded. */
  readonly names: ReadonlySet<string>
  readonly sizes: ReadonlySet<Bytes>
}

/** Contents by their marks, for rows of which only their name and size tell. */
interface ByMarks {
  /** Their files could not be read: any row may use them. */
  readonly unread: readonly OwnContent[]
  readonly byName: ReadonlyMap<string, readonly OwnContent[]>
  readonly bySize: ReadonlyMap<Bytes, readonly OwnContent[]>
}

/** A row that is compared, and where links in its content lead; `null` = that cannot be seen. */
interface Hit {
  readonly key: TorrentKey
  readonly leadsTo: readonly Place[] | null
}

/** Contents whose files are asked for together. */
const PORTION = 64

/** What one look finds among the rows of a fleet. */
export class Candidates {
  readonly #parts: Pick<OwnershipDeps, 'disk' | 'places' | 'turns' | 'isSentToMove'>
  readonly #fleet: OwnershipDeps['fleet']
  readonly #linked: LinkedContent
  readonly #look: Pick<Look, 'isFresh' | 'files'>
  readonly #fileSizes: ReadonlySet<Bytes>

  /** @param fileSizes of files of the contents, as our disk tells them, where that was looked at */
  constructor(
    parts: Pick<OwnershipDeps, 'disk' | 'places' | 'turns' | 'isSentToMove'>,
    fleet: OwnershipDeps['fleet'],
    linked: LinkedContent,
    look: Pick<Look, 'isFresh' | 'files'>,
    fileSizes: ReadonlySet<Bytes> = new Set(),
  ) {
    this.#parts = parts
    this.#fleet = fleet
    this.#linked = linked
    this.#look = look
    this.#fileSizes = fileSizes
  }

  /** @param own of one server */
  async on(id: ServerId, own: readonly OwnContent[]): Promise<ReadonlyMap<OwnContent, readonly Candidate[]>> {
    const hits = await this.#rowsThatMay(id, own)
    const found = new Map<OwnContent, Candidate[]>()
    for (const [it, some] of hits) {
      const candidates: Candidate[] = []
      for (const hit of some) {
        const candidate = await this.#compared(it, hit)
        if (candidate) candidates.push(candidate)
      }
      found.set(it, candidates)
    }
    return found
  }

  async #rowsThatMay(
    id: ServerId,
    own: readonly OwnContent[],
  ): Promise<ReadonlyMap<OwnContent, readonly Hit[]>> {
    const {turns} = this.#parts
    const [fleet, linked] = [this.#fleet, this.#linked]
    const {contentPath: paths} = fleet.rows.columns
    const isElsewhere = own.every(({key}) => key.serverId !== id)
    const byHash = contentsByHash(isElsewhere ? own : [])
    const wanted = own.flatMap((it) => it.extents.map((extent): Wanted => ({own: it, extent})))
    const plans = new Map<number, Plan>()
    const marks = new Map<OwnContent, Promise<Marks | null>>()
    const marksOf = (it: OwnContent) => {
      const known = marks.get(it) ?? this.#marksIn(it)
      marks.set(it, known)
      return known
    }
    const contents = await this.#contentsOn(id)
    const sizes = new Set([...own.map((it) => sizeOf(it)), ...this.#fileSizes])
    await linked.look(contents, {isFresh: this.#look.isFresh, sizes})
    linked.forget(id, (hash) => contents.has(hash))
    const hits = new Map<OwnContent, Map<string, Hit>>()
    let byMarks: ByMarks | null = null
    for (const row of fleet.rowsOf(id)) {
      if (turns.due()) await turns.next()
      // It went meanwhile.
      if (fleet.serverAt(row) !== id) continue
      const key = fleet.keyAt(row)
      if (isUnplaced(fleet, row)) {
        // Neither a name nor a place of it can be told before its files are read, nor where links among them lead.
        for (const it of own) if (keyText(it.key) !== keyText(key)) addHit(hits, it, {key, leadsTo: null})
        continue
      }
      const content = contents.get(key.hash)
      const leadsTo = content ? linked.of(content) : nowhere
      const isMoving = isOnItsWay(fleet.valueAt(row, 'state'), key, this.#parts)
      const isUnfinished =
        fleet.valueAt(row, 'incompletePath') || fleet.valueAt(row, 'completedPath')
          ? hasTwoPlaces(fleet, row)
          : false
      const isByMarks = leadsTo === null || isMoving || isUnfinished
      if (isByMarks) byMarks ??= await indexByMarks(own, marksOf, turns)
      const code = paths.folder.code(row)
      let plan = plans.get(code)
      if (!plan) {
        plan = await this.#planFor(id, paths.folder.read(row) ?? '', wanted, marksOf)
        plans.set(code, plan)
      }
      if (fleet.serverAt(row) !== id || fleet.keyAt(row).hash !== key.hash) continue
      const hashes = hashesOf({key, infoHashV1: fleet.valueAt(row, 'infoHashV1')})
      const found = new Set([...plan.all, ...hashes.flatMap((hash) => byHash.get(hash) ?? [])])
      const size = fleet.valueAt(row, 'sizeTotal') ?? fleet.valueAt(row, 'size')
      if (plan.byLeaf.size > 0 || plan.byName.size > 0 || isByMarks) {
        const leaf = foldedLeaf(paths.leaf.read(row))
        if (isByMarks) for (const it of alike(byMarks!, leaf)) found.add(it)
        // Its files have the names of its folder's: where they come to lie among others its name says nothing.
        const isLoose = (isMoving || isUnfinished) && isInCommonFolder(fleet, row)
        for (const it of isLoose ? own : isMoving ? sized(byMarks!, size) : []) found.add(it)
        for (const it of plan.byLeaf.get(leaf) ?? []) found.add(it)
        for (const it of plan.byName.get(leaf) ?? []) found.add(it)
      }
      for (const it of (size !== undefined && plan.bySize.get(size)) || []) found.add(it)
      for (const it of leadsTo?.length ? own : []) if (leadInto(it, leadsTo!).length > 0) found.add(it)
      for (const it of found) {
        if (turns.due()) await turns.next()
        if (keyText(it.key) === keyText(key)) continue
        addHit(hits, it, {key, leadsTo: leadsTo && leadInto(it, leadsTo)})
      }
    }
    return new Map([...hits].map(([it, some]) => [it, [...some.values()]]))
  }

  /** Contents of a server that we can look into, by hash. Links in a folder of many torrents may be of any of them. */
  async #contentsOn(id: ServerId): Promise<ReadonlyMap<string, ContentOnDisk>> {
    const {disk, turns} = this.#parts
    const fleet = this.#fleet
    const {mappings} = disk(id)
    const found = new Map<string, ContentOnDisk>()
    if (mappings.length === 0) return found
    for (const row of fleet.rowsOf(id)) {
      if (turns.due()) await turns.next()
      if (fleet.serverAt(row) !== id) continue
      const content = fleet.valueAt(row, 'contentPath') ?? ''
      const path = isInCommonFolder(fleet, row) ? null : toOurs(content, mappings)
      const key = fleet.keyAt(row)
      const size = fleet.valueAt(row, 'sizeTotal') ?? fleet.valueAt(row, 'size') ?? null
      const isComplete = fleet.valueAt(row, 'complete') ?? false
      if (path !== null) found.set(key.hash, {key, path, size, isComplete})
    }
    return found
  }

  /**
   * Names of what is in it, its own, and those of the folders around it, which may be of another torrent; its size, and those
   * of its files. `null` = its files could not be read: any name may be one of them.
   */
  async #marksIn(own: OwnContent): Promise<Marks | null> {
    const {turns} = this.#parts
    const listed = own.files ?? (await this.#look.files(own.key))
    if (listed === null) return null
    // Files of one folder have its names in common: each name is folded once.
    const all = new Set(own.extents.flatMap(({byText}) => byText.path))
    const sizes = new Set<Bytes>([listed.reduce((sum, {size}) => sum + size, 0)])
    for (const {path, size} of listed) {
      for (const part of path.split('/')) all.add(part)
      sizes.add(size)
      if (turns.due()) await turns.next()
    }
    const names = new Set<string>()
    for (const name of all) {
      names.add(folded(name))
      if (turns.due()) await turns.next()
    }
    return {names, sizes}
  }

  /** Names alone, which costs nothing: what they find is compared as it is. */
  async #planFor(
    id: ServerId,
    folder: string,
    wanted: readonly Wanted[],
    marksOf: (own: OwnContent) => Promise<Marks | null>,
  ): Promise<Plan> {
    const {disk, places, turns} = this.#parts
    const {mappings} = disk(id)
    const ours = toOurs(folder, mappings)
    const isContradicted = contradictionAt(folder, mappings) !== null
    const seen = ours === null ? null : await places.of(ours, this.#look.isFresh)
    const place = seen === null || 'unknown' in seen ? null : seen
    const byText = placeByText(folder)
    const all = new Set<OwnContent>()
    const byLeaf = new Map<string, OwnContent[]>()
    const byName = new Map<string, OwnContent[]>()
    const bySize = new Map<Bytes, OwnContent[]>()
    // A folder of torrents that is not there is not where its mapping says. How a server writes its own folders tells
    // that they are one, and never that they are two: one may be a link to the other.
    const isComparable = ({own, extent}: Wanted) => {
      if (place === null || isContradicted || extent.isContradicted || own.unfinished !== null) return false
      if (extent.ours !== null && !areDistinguishable(place, extent.ours)) return false
      return id === own.key.serverId ? extent.ours !== null : isThere(place) && extent.isProven
    }
    // Together: each waits for the answer of a server.
    await Promise.all(wanted.filter((it) => !isComparable(it)).map(({own}) => marksOf(own)))
    for (const it of wanted) {
      if (turns.due()) await turns.next()
      const {own, extent} = it
      const isOwnServer = id === own.key.serverId
      if (isComparable(it)) {
        if (!isOwnServer) add(byName, leafOf(extent), own)
      } else {
        const marks = await marksOf(own)
        if (marks === null) all.add(own)
        for (const name of marks?.names ?? []) add(byName, name, own)
        for (const size of marks?.sizes ?? []) add(bySize, size, own)
      }
      const ways = []
      if (place && extent.ours) ways.push(wayBetween(extent.ours, place))
      if (byText && id === own.key.serverId) ways.push(wayBetween(extent.byText, byText))
      for (const way of ways) {
        if (way === null) continue
        const [next] = way.below
        // The folder is the extent, or lies in it: whatever is in there.
        if (next === undefined) all.add(own)
        else add(byLeaf, folded(next), own)
      }
    }
    return {all, byLeaf, byName, bySize}
  }

  /** `null` = it lies elsewhere. */
  async #compared(own: OwnContent, {key, leadsTo}: Hit): Promise<Candidate | null> {
    const {disk, places} = this.#parts
    const torrent = this.#fleet.get(key)
    if (!torrent) return null
    const {contentPath = '', savePath = '', hasMetadata, sizeTotal, size} = torrent
    const ownHashes = hashesOf({key: own.key, infoHashV1: own.torrent?.infoHashV1})
    const isSameTorrent = hashesOf(torrent).some((hash) => ownHashes.includes(hash))
    // A magnet without metadata has no data yet; the same torrent may find its own in what is there.
    if (contentPath === '' && !hasMetadata && !isSameTorrent) return null
    const isPlaced = placeByText(contentPath) !== null
    const folder = placeByText(savePath) === null ? '' : savePath
    const at = isPlaced ? contentPath : folder
    const {mappings} = disk(key.serverId)
    const path = toOurs(at, mappings)
    const seen = path === null ? null : await places.of(path, this.#look.isFresh)
    const ours = seen === null || 'unknown' in seen ? null : seen
    const isContradicted =
      contradictionAt(at, mappings) !== null || own.extents.some((extent) => extent.isContradicted)
    // What is not where its mapping says may lie elsewhere, and nobody knows where. Of two that were never written neither
    // has anything that the other could lose.
    const isProven = ours !== null && isThere(ours)
    const areSeen = ours !== null && own.extents.every((extent) => extent.ours !== null)
    const areThere = isProven && own.extents.every((extent) => extent.isProven)
    const isNothingThere =
      areSeen && !isProven && own.extents.every((extent) => !extent.isProven) && own.arrives === null
    const areUnwritten = isNothingThere && isUnwritten(own.torrent) && isUnwritten(torrent)
    const about = {
      key,
      isSameTorrent,
      contentPath,
      somewhereIn: isPlaced ? null : folder,
      ours,
      size: sizeTotal ?? size ?? null,
      leadsTo: leadsTo ?? nowhere,
      isContradicted,
      isMoving: isOnItsWay(torrent.state, key, this.#parts),
      isUnfinished: false,
      isView: own.extents.some((extent) => ours && extent.ours && !areDistinguishable(ours, extent.ours)),
      isMissing: areSeen && !areThere,
    }
    const byText = placeByText(at)
    const isOwnServer = key.serverId === own.key.serverId
    let isApart = own.extents.length > 0 && !about.isView
    for (const extent of own.extents) {
      const seenAs = ours && extent.ours ? relate(ours, extent.ours) : null
      const isNamed = isOwnServer && (seenAs === null || (isContradicted && seenAs === 'apart'))
      const relation = isNamed && byText ? relate(byText, extent.byText) : seenAs
      if (relation === 'unknown') return {...about, how: 'spelled'}
      if (relation !== null && relation !== 'apart') return {...about, how: relation}
      const isSeen = ours !== null && extent.ours !== null
      const isKnown = isOwnServer ? isSeen : areUnwritten || (isProven && extent.isProven)
      isApart &&= relation === 'apart' && isKnown && !isContradicted
    }
    if (leadsTo?.length) return {...about, how: 'linked'}
    if (!isApart || about.isMoving) return {...about, how: 'perhaps'}
    if (await this.#mayMeetUnfinished(own, key, torrent))
      return {...about, how: 'perhaps', isUnfinished: true}
    return leadsTo === null ? {...about, how: 'unseen'} : null
  }

  /** One of them may lie in a folder for incomplete torrents, and there it is not known to be apart from the other. */
  async #mayMeetUnfinished(own: OwnContent, key: TorrentKey, torrent: TorrentRecord): Promise<boolean> {
    const {disk, places} = this.#parts
    const its = unfinishedPlace(torrent)
    const isOwnServer = key.serverId === own.key.serverId
    const seen = async (path: string, id: ServerId): Promise<Spot> => {
      const ours = toOurs(path, disk(id).mappings)
      const place = ours === null ? null : await places.of(ours, this.#look.isFresh)
      return {ours: place === null || 'unknown' in place ? null : place, byText: placeByText(path)}
    }
    const theirs = await Promise.all(
      [torrent.contentPath, its].flatMap((path) => (path ? [seen(path, key.serverId)] : [])),
    )
    const unfinished = own.unfinished === null ? [] : [await seen(own.unfinished, own.key.serverId)]
    // What is there, or arrives there now, its server would meet later: replace it, or take it for its own.
    const later = laterPlace(torrent)
    const there = later === null ? null : await seen(later, key.serverId)
    const pairs = [
      ...unfinished.flatMap((one) => theirs.map((other) => [one, other] as const)),
      ...(its === null ? [] : own.extents.map((one) => [one, theirs.at(-1)!] as const)),
      ...(there === null ? [] : own.extents.map((one) => [one, there] as const)),
    ]
    return pairs.some(([one, other]) => !areApart(one, other, isOwnServer))
  }
}

/**
 * By which servers call it: a hybrid goes by its v1 hash on some, and by its v2 hash cut short on others, which may tell the
 * v1 hash as well.
 */
export function hashesOf({key, infoHashV1}: Pick<TorrentRecord, 'key' | 'infoHashV1'>): readonly string[] {
  return infoHashV1 && infoHashV1 !== key.hash ? [key.hash, infoHashV1] : [key.hash]
}

/** Those that are the same torrent as one that is called so. */
export function contentsByHash<T extends Pick<OwnContent, 'key' | 'torrent'>>(
  contents: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>()
  for (const it of contents)
    for (const hash of hashesOf({key: it.key, infoHashV1: it.torrent?.infoHashV1})) add(found, hash, it)
  return found
}

const nowhere: readonly Place[] = []

function addHit(hits: Map<OwnContent, Map<string, Hit>>, own: OwnContent, hit: Hit): void {
  const its = hits.get(own) ?? new Map<string, Hit>()
  hits.set(own, its.set(keyText(hit.key), hit))
}

/**
 * It has data, and its server does not say where in its folder: Deluge before the names of its files were read, or of
 * very many files; others while they check, or when an answer was cut.
 */
function isUnplaced(fleet: OwnershipDeps['fleet'], row: number): boolean {
  const hasData = fleet.valueAt(row, 'hasMetadata') ?? false
  return hasData && placeByText(fleet.valueAt(row, 'contentPath') ?? '') === null
}

function hasTwoPlaces(fleet: OwnershipDeps['fleet'], row: number): boolean {
  const its = {
    complete: fleet.valueAt(row, 'complete') ?? false,
    contentPath: fleet.valueAt(row, 'contentPath'),
    savePath: fleet.valueAt(row, 'savePath'),
    incompletePath: fleet.valueAt(row, 'incompletePath'),
    completedPath: fleet.valueAt(row, 'completedPath'),
  }
  return unfinishedPlace(its) !== null || laterPlace(its) !== null
}

/** Its server moves it, as its list says, or as it was just told to: it may be where it was, or where it goes. */
export function isOnItsWay(
  state: TorrentState | undefined,
  key: TorrentKey,
  {isSentToMove}: Pick<OwnershipDeps, 'isSentToMove'>,
): boolean {
  return state === 'moving' || isSentToMove(key)
}

/**
 * Where a torrent that is not complete may lie beside where its server says; `null` = nowhere. Transmission tells the folder
 * it is saved to, also while its files are in the one for incomplete torrents.
 */
export function unfinishedPlace({
  complete,
  contentPath,
  savePath,
  incompletePath,
}: Pick<TorrentRecord, 'complete' | 'contentPath' | 'savePath' | 'incompletePath'>): string | null {
  if (complete || !contentPath || !incompletePath) return null
  const [apart, saved] = [incompletePath, savePath ?? ''].map((it) => it.replace(/[\\/]+$/, ''))
  // It says so itself.
  if (contentPath === apart || contentPath.startsWith(`${apart}/`)) return null
  if (saved === contentPath.replace(/[\\/]+$/, '')) return apart!
  const rest = contentPath.startsWith(`${saved}/`) ? contentPath.slice(saved!.length + 1) : undefined
  return `${apart}/${rest ?? contentPath.split(/[\\/]/).findLast((part) => part !== '')}`
}

/** Bytes of all its files; `null` = not known. */
function sizeOf({torrent, files}: OwnContent): Bytes | null {
  if (torrent) return torrent.sizeTotal ?? torrent.size ?? null
  return files && files.reduce((sum, {size}) => sum + size, 0)
}

/** It has no folder or file of its own name: its files lie among those of others. */
function isInCommonFolder(fleet: OwnershipDeps['fleet'], row: number): boolean {
  return (fleet.valueAt(row, 'contentPath') ?? '') === fleet.valueAt(row, 'savePath')
}

/** Those of the places that lie in a content, or around it. */
function leadInto({extents}: OwnContent, places: readonly Place[]): readonly Place[] {
  return places.filter((place) => extents.some(({ours}) => ours !== null && relate(place, ours) !== 'apart'))
}

/** Servers are asked for many of them at a time, and of each once, however many rows are compared. */
async function indexByMarks(
  own: readonly OwnContent[],
  marksOf: (own: OwnContent) => Promise<Marks | null>,
  turns: OwnershipDeps['turns'],
): Promise<ByMarks> {
  const unread: OwnContent[] = []
  const byName = new Map<string, OwnContent[]>()
  const bySize = new Map<Bytes, OwnContent[]>()
  for (let at = 0; at < own.length; at += PORTION) {
    const some = own.slice(at, at + PORTION)
    const marks = await Promise.all(some.map(marksOf))
    for (const [nth, it] of some.entries()) {
      if (turns.due()) await turns.next()
      const known = marks[nth]!
      if (known === null) unread.push(it)
      for (const name of known?.names ?? []) add(byName, name, it)
      for (const size of known?.sizes ?? []) add(bySize, size, it)
    }
  }
  return {unread, byName, bySize}
}

/** Those of which something has this name, or may have it. */
function alike({unread, byName}: ByMarks, leaf: string): readonly OwnContent[] {
  return [...unread, ...(byName.get(leaf) ?? [])]
}

/** Those of this size, or with a file of it. */
function sized({bySize}: ByMarks, size: Bytes | undefined): readonly OwnContent[] {
  return (size !== undefined && bySize.get(size)) || []
}

function leafOf({byText}: Extent): string {
  return folded(byText.path.at(-1) ?? '')
}

function add<K, V>(to: Map<K, V[]>, key: K, value: V): void {
  const known = to.get(key)
  if (known) known.push(value)
  else to.set(key, [value])
}

function foldedLeaf(leaf: string): string {
  return folded(leaf.replace(/[\\/]+$/, ''))
}

/** Its server looked for its files, and has not one byte of it. What waits in a queue may wait for that look (Deluge). */
function isUnwritten(torrent: TorrentRecord | null): boolean {
  if (torrent === null || torrent.stale) return false
  const runs = torrent.state === 'downloading' || torrent.state === 'stalledDown'
  return runs && neverHadAByte(torrent)
}

/** On our disk, where it is seen, and as its server writes it. */
interface Spot {
  readonly ours: Place | null
  readonly byText: Place | null
}

function areApart(one: Spot, other: Spot, isOwnServer: boolean): boolean {
  if (one.ours && other.ours)
    return areDistinguishable(one.ours, other.ours) && relate(one.ours, other.ours) === 'apart'
  return isOwnServer && one.byText !== null && other.byText !== null
    ? relate(one.byText, other.byText) === 'apart'
    : false
}
