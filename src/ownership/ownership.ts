/**
 * Whose bytes are these? The one answer for guards, previews, dialogs, trash, orphans, moves and rules: which other
 * torrents use files of a torrent, by the disk's own word where we see it; and where that cannot be told, why, and how
 * the doubt ends. Source: docs/decisions/025, 028, 035.
 *
 *   rows of servers that are not known to be apart ─▶ `candidates.ts` ─▶ content at, in or around its own, or perhaps there
 *        └─▶ `shared-files.ts` ─▶ file by file ─▶ owners, and the files they have · doubts
 *   servers that are away ─▶ their last known rows, and a doubt where they may have taken on more
 */
import {
  folded,
  foldedPath,
  isThere,
  placeByText,
  relate,
  wayBetween,
  type Place,
  type Places,
} from '#disk/places.ts'
import {mayShowSame} from '#disk/mount-table.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {
  contradictionAt,
  diskRelation,
  folderOfFiles,
  hasSay,
  toOurs,
  toServer,
  type DiskRelation,
  type ServerDisk,
} from '#disk/path-mapping.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentCommand} from '#model/command.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asServerId, keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {
  Candidates,
  contentsByHash,
  hashesOf,
  isOnItsWay,
  unfinishedPlace,
  type Candidate,
} from './candidates.ts'
import type {DepartedServers} from './departed.ts'
import type {Doubt, DoubtCode} from './doubts.ts'
import {
  changesFiles,
  fileChangeOf,
  folderAfter,
  type Arrival,
  type FileChange,
  type FoldersChange,
  type Landing,
  type NamedFile,
  type ServerPlaces,
} from './file-changes.ts'
import {LinkedContent} from './linked-content.ts'
import {SharedFiles} from './shared-files.ts'

export interface OwnershipDeps {
  readonly fleet: Pick<Fleet, 'get' | 'rowsOf' | 'rows' | 'keyAt' | 'valueAt' | 'serverAt'>
  /** Switched off or not. */
  readonly servers: () => readonly ServerView[]
  /** Those that left the configuration keep what they had. */
  readonly departed: Pick<DepartedServers, 'fleet' | 'views' | 'of'>
  /** Of those that left, too. */
  readonly disk: (id: ServerId) => ServerDisk
  /** @param isFresh asked of its server now. `null` = it cannot be told */
  readonly files: (key: TorrentKey, isFresh: boolean) => Promise<readonly TorrentFile[] | null>
  readonly places: Pick<
    Places,
    'of' | 'linksOut' | 'linksIn' | 'hasLinks' | 'missingPart' | 'namesIn' | 'changedAt'
  >
  /** Why the disk of a path is not the one that was there before, for people; `null` = nothing speaks against it. */
  readonly mounted: Pick<MountedDisks, 'diskAway'>
  /** Reads the list of a server, and all that it tells of these torrents. @returns false = it did not tell it */
  readonly readNow: (id: ServerId, hashes: readonly InfoHash[]) => Promise<boolean>
  /** It was told to move it, and no list shows that yet: it counts as one that is moved. */
  readonly isSentToMove: (key: TorrentKey) => boolean
  readonly turns: TimeSlice
}

/** Another torrent, and which of the files it has: paths as in the torrent that was asked about. `all` = perhaps all. */
export interface Owner {
  readonly key: TorrentKey
  readonly files: ReadonlySet<string> | 'all'
  /** How large it has them, by the same paths; absent = that was not asked. */
  readonly sizes?: ReadonlyMap<string, Bytes>
}

/** Nobody else's, if both are empty. */
export interface Ownership {
  readonly owners: readonly Owner[]
  /** Each is a reason to keep the bytes. */
  readonly doubts: readonly Doubt[]
  /** Of its files those that no owner has; `null` = that was not looked at file by file. */
  readonly spare: ReadonlySet<string> | null
}

const OURS = ' ours of '

/**
 * Stands for a server that left where the question is what it had on our own disks: it writes paths as we do. What
 * people called its disk goes on to tell which others cannot have that.
 */
export function oursOf(id: ServerId): ServerId {
  return asServerId(`${OURS}${id}`)
}

/** Whom it stands for; `null` = it is a server itself. */
export function standsFor(id: ServerId): ServerId | null {
  return id.startsWith(OURS) ? asServerId(id.slice(OURS.length)) : null
}

/** @param owner of the server that left: his other servers keep from it what they use */
export function ourDisk(storage: ServerDisk['storage'], owner: ServerDisk['owner'] = null): ServerDisk {
  return {machine: OURS, storage, mappings: [{server: '/', ours: '/'}], owner}
}

/** What is asked about: content that a torrent has, or had. */
interface Content {
  /** Of itself nothing is said. */
  readonly key: TorrentKey
  /** As its server writes it. */
  readonly contentPath: string
  /** Where its server need not tell them any more: paths as of a torrent, below the folder around it. */
  readonly files?: readonly TorrentFile[]
}

/** What a command does with files beside removing them, and of which torrent. */
interface ChangedFiles {
  readonly key: TorrentKey
  readonly change: FileChange
}

/** A torrent that its server moves by its own settings. */
interface MovedTorrent {
  readonly key: TorrentKey
  /** As its server writes it; `null` = nobody can say. */
  readonly folder: string | null
}

interface Move extends MovedTorrent {
  readonly torrent: TorrentRecord
}

/** Whose files a command takes away or arrives on. */
export interface TouchedFiles {
  /** Others that lose files. */
  readonly taken: readonly Owner[]
  /** Others whose files are where its files arrive. */
  readonly landedOn: readonly Owner[]
  /** Files that lie where its files arrive and would be replaced or changed, as its server writes their paths. */
  readonly occupied: readonly string[]
  readonly doubts: readonly Doubt[]
  /** Other files of the torrent itself that would be replaced; unread = any may be. Nobody can confirm that. */
  readonly overOwn?: readonly string[] | 'unread'
  /** Its files are not known, and these have the name under which they would come. */
  readonly byName?: Pick<TouchedFiles, 'landedOn' | 'occupied'>
}

/** A path that is compared: of the content, or where that is a folder of many torrents, of what it has in there. */
export interface Extent {
  /** As its server writes it. */
  readonly path: string
  /** On our disk; `null` = not mapped, or it does not tell. */
  readonly ours: Place | null
  /** It is there: what is not proves nothing, as its mapping may lead elsewhere. */
  readonly isProven: boolean
  /** Its mapping is contradicted: what we see there makes owners, and excludes nobody. */
  readonly isContradicted: boolean
  readonly byText: Place
}

export interface OwnContent extends Omit<Content, 'files'> {
  readonly disk: ServerDisk
  readonly torrent: TorrentRecord | null
  readonly extents: readonly Extent[]
  /** As far as they were needed already. */
  readonly files: readonly TorrentFile[] | null
  /** They are to come to where they are compared; `null` = they lie there. */
  readonly arrives: Arrival | null
  /** Where it may lie as well, as its server writes it: it is not complete. `null` = nowhere. */
  readonly unfinished: string | null
}

/** One look at many contents: what it asks a server of one torrent, it asks once. */
export interface Look {
  readonly isFresh: boolean
  /** Servers that did not tell their list for it. */
  readonly silent: ReadonlySet<ServerId>
  readonly files: FileReader
}

export type FileReader = (key: TorrentKey) => Promise<readonly TorrentFile[] | null>

/** Lists of files that one server is asked for at a time: one after the other, each would wait for the way of all before it. */
const READ_AT_ONCE = 4
/** Names and torrents that are looked at together, as `disk/file-looks.ts` does. */
const PORTION = 64
/** Files that a look keeps; torrents beyond that are read again. */
const MOST_KEPT = 500_000

/** Files that one look arrives at twice are those of the same moment. */
function fileReader(read: OwnershipDeps['files'], isFresh: boolean): FileReader {
  const asked = new Map<string, Promise<readonly TorrentFile[] | null>>()
  const gates = new Map<ServerId, Semaphore>()
  let kept = 0
  return (key) => {
    const name = keyText(key)
    const known = asked.get(name)
    if (known) return known
    const gate = gates.get(key.serverId) ?? new Semaphore(READ_AT_ONCE)
    gates.set(key.serverId, gate)
    const reading = gate.run(async () => {
      const files = await read(key, isFresh)
      kept += files?.length ?? 0
      if (kept > MOST_KEPT) asked.delete(name)
      return files
    })
    asked.set(name, reading)
    return reading
  }
}

/** Files of one torrent that are looked for where they arrive; of more nobody says what lies there. */
const MOST_LANDING = 5_000

/** Torrents whose files are read for one content: each costs its server a request. */
const MOST_READ = 200

export class OwnershipService {
  readonly #parts: OwnershipDeps
  readonly #linked: LinkedContent
  /** By whoever waits for the next look. */
  readonly #asked = new Map<string, TorrentKey>()
  /** Servers that are away, for whose sake nobody could say who else uses the data of a torrent of another one. */
  readonly #holding = new Set<ServerId>()
  #next: Promise<ReadonlyMap<string, Ownership>> | null = null

  constructor(parts: OwnershipDeps) {
    this.#parts = parts
    this.#linked = new LinkedContent(parts.places, parts.mounted, parts.turns)
  }

  /** It is away, and may have what a torrent of another server has, as whoever looked last found. */
  holdsOthers(id: ServerId): boolean {
    return this.#holding.has(id)
  }

  /**
   * Whoever asks in the same moment is answered with one look through all rows.
   * @param isFresh disks and servers are asked now: right before something is done. @returns by the text of the key
   */
  async look(keys: readonly TorrentKey[], isFresh = false): Promise<ReadonlyMap<string, Ownership>> {
    if (isFresh) return this.#lookAt(keys, true)
    for (const key of keys) this.#asked.set(keyText(key), key)
    this.#next ??= this.#parts.turns.next().then(() => {
      const all = [...this.#asked.values()]
      this.#asked.clear()
      this.#next = null
      return this.#lookAt(all, false)
    })
    return this.#next
  }

  async #lookAt(
    keys: readonly TorrentKey[],
    isFresh: boolean,
    files = fileReader(this.#parts.files, isFresh),
  ): Promise<ReadonlyMap<string, Ownership>> {
    const silent = isFresh ? await this.#readLists(keys) : noneSilent
    const found = new Map<string, Ownership>()
    const contents: Content[] = []
    for (const key of keys) {
      const torrent = this.#parts.fleet.get(key)
      if (torrent && hasContent(torrent)) contents.push({key, contentPath: torrent.contentPath ?? ''})
      else found.set(keyText(key), unowned)
    }
    for (const [key, it] of await this.#at(contents, {isFresh, silent, files})) found.set(key, it)
    for (const {key} of contents) {
      const it = found.get(keyText(key))!
      // Whoever has it where it was may have it where it goes.
      if (isOnItsWay(this.#parts.fleet.get(key)?.state, key, this.#parts))
        found.set(keyText(key), {...it, doubts: [placeUnknown('Its data is being moved.'), ...it.doubts]})
    }
    return found
  }

  /**
   * Why a daemon must not delete the data itself, for people: where we see that it would walk through a link to another
   * folder. Of what we do not see nothing is said. @returns by the text of the key
   */
  async linksOut(keys: readonly TorrentKey[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>()
    for (const key of keys) {
      const why = await this.#linkOutOf(key)
      if (why !== null) found.set(keyText(key), why)
    }
    return found
  }

  async #linkOutOf(key: TorrentKey): Promise<string | null> {
    const {fleet, disk, places, files} = this.#parts
    const torrent = fleet.get(key)
    const {mappings} = disk(key.serverId)
    if (!torrent?.contentPath || mappings.length === 0) return null
    const listed = isCommonFolder(torrent) ? await files(key, true) : null
    const links: string[] = []
    for (const path of listed ? topsOf(torrent.contentPath, listed) : [topOf(torrent)]) {
      const ours = toOurs(path, mappings)
      const found = ours === null ? [] : await places.linksOut(ours)
      if ('unknown' in found) return `Whether links lead out of ${path} is unknown: ${found.detail}`
      links.push(...found)
    }
    if (links.length === 0) return null
    // What it does not name is not deleted with it.
    const own = listed ?? (await files(key, true))
    const folder = own && folderOfFiles(torrent.contentPath, own)
    const isBehind = (link: string) =>
      own?.some(({path}) => toOurs(`${folder}/${path}`, mappings)?.startsWith(`${link}/`)) ?? true
    const link = links.find(isBehind)
    if (link === undefined) return null
    return `${toServer(link, mappings) ?? link} is a link to another folder, and its server would delete what is there.`
  }

  /** Itself, and others that see the same disk and have a say there, switched off or not. */
  serversAround(serverId: ServerId): readonly ServerView[] {
    return this.#parts.servers().filter(({id}) => this.#isAround(serverId, id))
  }

  #isAround(serverId: ServerId, id: ServerId): boolean {
    return this.#relation(serverId, id) === 'shared'
  }

  /** Not known to work on another disk: it may have what it lists, and of nothing more it is asked. */
  #mayHave(serverId: ServerId, id: ServerId): boolean {
    return this.#relation(serverId, id) !== 'apart'
  }

  /** Whoever has no say is as if it worked elsewhere. @param id who may keep something from what the other removes */
  #relation(serverId: ServerId, id: ServerId): DiskRelation {
    if (id === serverId) return 'shared'
    const {disk} = this.#parts
    const [own, other] = [disk(serverId), disk(id)]
    return hasSay(other, own) ? diskRelation(own, other) : 'apart'
  }

  /** Itself, and all that have a say in what it removes: who could object has to have told its list. */
  couldObject(serverId: ServerId): readonly ServerId[] {
    const {servers, disk} = this.#parts
    const own = disk(serverId)
    return servers().flatMap(({id}) => (id === serverId || hasSay(disk(id), own) ? [id] : []))
  }

  /** It is not configured any more. */
  hasLeft(id: ServerId): boolean {
    return this.#parts.departed.of(id) !== null
  }

  /** As people see it, also one that left. */
  serverOf(id: ServerId): ServerView | null {
    const {servers, departed} = this.#parts
    return [...servers(), ...departed.views()].find((it) => it.id === id) ?? null
  }

  nameOf(key: TorrentKey): string | undefined {
    const {fleet, departed} = this.#parts
    return (fleet.get(key) ?? departed.fleet.get(key))?.name
  }

  /** Who may have taken something on since he was asked last says so now. @returns those that did not */
  async #readLists(keys: readonly TorrentKey[]): Promise<ReadonlySet<ServerId>> {
    const closely = new Map<ServerId, InfoHash[]>()
    for (const [serverId, own] of Map.groupBy(keys, (key) => key.serverId)) {
      for (const server of this.#parts.servers()) {
        if (!this.#mayHave(serverId, server.id)) continue
        if (server.enabled && !isUncertain(server)) closely.set(server.id, closely.get(server.id) ?? [])
      }
      closely.get(serverId)?.push(...own.map(({hash}) => hash))
    }
    const silent = new Set<ServerId>()
    await Promise.all(
      [...closely].map(async ([id, hashes]) => {
        if (!(await this.#parts.readNow(id, hashes))) silent.add(id)
      }),
    )
    return silent
  }

  /** The same for content whose torrents their servers need not have any more. */
  async at(contents: readonly Content[], isFresh = false): Promise<ReadonlyMap<string, Ownership>> {
    const silent = isFresh ? await this.#readLists(contents.map(({key}) => key)) : noneSilent
    return this.#at(contents, {isFresh, silent, files: fileReader(this.#parts.files, isFresh)})
  }

  async #at(contents: readonly Content[], look: Look): Promise<ReadonlyMap<string, Ownership>> {
    const found = new Map<string, Ownership>()
    for (const [serverId, some] of Map.groupBy(contents, ({key}) => key.serverId)) {
      const own: OwnContent[] = []
      const nowhere: Content[] = []
      const places = await this.#inPortions(some, (content) => this.#ownContent(content, look))
      for (const [at, it] of places.entries()) {
        if (it === null) nowhere.push(some[at]!)
        else own.push(it)
      }
      const alike = nowhere.length === 0 ? [] : await this.#alikeOn(serverId, nowhere)
      for (const [{key, contentPath}, owners] of alike)
        found.set(keyText(key), {owners, doubts: [placeUnknown(nowhereWords(contentPath))], spare: null})
      for (const [key, it] of await this.#onServer(serverId, own, look)) found.set(key, it)
    }
    return found
  }

  async #onServer(
    serverId: ServerId,
    own: readonly OwnContent[],
    look: Look,
  ): Promise<ReadonlyMap<string, Ownership>> {
    const found = new Map(own.map((it) => [it, {owners: [] as Owner[], doubts: [] as Doubt[]}]))
    const {servers, departed} = this.#parts
    const here = servers().map((server) => ({server, fleet: this.#parts.fleet}))
    const gone = departed.views().map((server) => ({server, fleet: departed.fleet}))
    this.#linked.forgetOthers(new Set([...here, ...gone].map(({server}) => server.id)))
    const fileSizes = look.isFresh ? await this.#fileSizes(own, look) : new Set<Bytes>()
    for (const {server, fleet} of [...here, ...gone]) {
      if (!this.#mayHave(serverId, server.id)) continue
      const candidates = await new Candidates(this.#parts, fleet, this.#linked, look, fileSizes).on(
        server.id,
        own,
      )
      await this.#inPortions([...candidates], ([it, some]) => this.#evaluate(it, some, found.get(it)!, look))
      if (!look.silent.has(server.id) && !isUncertain(server)) this.#holding.delete(server.id)
      for (const it of this.#isAround(serverId, server.id) ? own : []) {
        // Of what it may have taken on since, nothing lies where nothing lies; what lies there is seen.
        if (it.arrives !== null) continue
        const isSilent = look.silent.has(server.id) || isUncertain(server)
        const doubt = isSilent ? await this.#doubtOf(server, it, look.isFresh) : null
        if (!doubt) continue
        found.get(it)!.doubts.push(doubt)
        if (server.id !== serverId) this.#holding.add(server.id)
      }
    }
    const ended = new Map<string, Ownership>()
    for (const [it, verdict] of found) {
      const spare = await this.#spareOf(it, verdict.owners, look)
      ended.set(keyText(it.key), {...verdict, spare})
    }
    return ended
  }

  /** Whoever has a link to one of their files has a file of that size. Of what only arrives links lead to nothing yet. */
  async #fileSizes(own: readonly OwnContent[], look: Look): Promise<ReadonlySet<Bytes>> {
    const there = own.filter(({arrives}) => arrives === null)
    // What is not complete is not as large on the disk as the files that links to it were made from.
    const listed = await this.#inPortions(there, async ({key, files, torrent}) =>
      files === null && torrent !== null && !torrent.complete ? look.files(key) : files,
    )
    const sizes = listed.flatMap((files) => (files ?? []).map(({size}) => size))
    const unread = there.filter((_, at) => listed[at] === null)
    const paths = unread.flatMap(({contentPath, disk}) => toOurs(contentPath, disk.mappings) ?? [])
    const seen = await this.#linked.sizesIn(paths)
    return new Set([...sizes.filter((size) => size > 0), ...seen])
  }

  async #evaluate(
    own: OwnContent,
    candidates: readonly Candidate[],
    found: {readonly owners: Owner[]; readonly doubts: Doubt[]},
    look: Look,
  ): Promise<void> {
    // Of a crowd a part is not read at all, and keeps the bytes whatever the others say: those without a place tell
    // theirs in the next lists of their server.
    const isCrowd = candidates.length > MOST_READ
    const asked = isCrowd ? candidates.filter(({somewhereIn}) => somewhereIn === null) : candidates
    const shared = new SharedFiles(this.#parts.disk, this.#parts.places, look.files, look.isFresh)
    for (const candidate of asked.slice(0, MOST_READ)) {
      const it = await shared.of(own, candidate)
      if (it === null) continue
      if (!('code' in it)) found.owners.push(it)
      else if (!found.doubts.some((doubt) => isSameDoubt(doubt, it))) found.doubts.push(it)
    }
    if (!isCrowd) return
    const next = asked[MOST_READ] ?? candidates.find(({somewhereIn}) => somewhereIn !== null)!
    const {key, contentPath: detail} = next
    found.doubts.push({code: 'unread', serverId: key.serverId, torrent: key, detail})
  }

  async #spareOf(
    {key, files}: OwnContent,
    owners: readonly Owner[],
    look: Look,
  ): Promise<ReadonlySet<string> | null> {
    if (owners.length === 0 || owners.some((it) => it.files === 'all')) return null
    const listed = files ?? (await look.files(key)) ?? []
    const theirs = new Set(owners.flatMap((it) => [...(it.files as ReadonlySet<string>)]))
    return new Set(listed.map(({path}) => path).filter((path) => !theirs.has(path)))
  }

  /** Of a server that is away nobody knows what it has by now: it keeps what lies where it may have taken something on. */
  async #doubtOf(server: ServerView, own: OwnContent, isFresh: boolean): Promise<Doubt | null> {
    if (!(await this.#mayHold(server, own, isFresh))) return null
    return {code: 'away', serverId: server.id, torrent: null, detail: ''}
  }

  async #mayHold(server: ServerView, own: OwnContent, isFresh: boolean): Promise<boolean> {
    if (server.id === own.key.serverId || coming.has(server.health.status)) return true
    const {disk, places, fleet, departed} = this.#parts
    const theirs = disk(server.id)
    if (isDoubted(own, theirs)) return true
    for (const {ours} of theirs.mappings) {
      const place = await places.of(ours, isFresh)
      const isApart =
        !('unknown' in place) &&
        own.extents.every(
          ({ours}) =>
            ours !== null &&
            relate(place, ours) === 'apart' &&
            !mayShowSame(place.view ?? null, ours.view ?? null),
        )
      if (!isApart) return true
    }
    if (theirs.mappings.length > 0) return false
    // How it writes its folders never says that they are others; only a download of ours that was never whole is
    // nobody's to seed.
    if (!isOwnDownload(own.torrent)) return true
    const folders = new Set<string>()
    for (const rows of [fleet, departed.fleet])
      for (const row of rows.rowsOf(server.id)) folders.add(rows.valueAt(row, 'savePath') ?? '')
    return [...folders].some((folder) => {
      const place = placeByText(folder)
      return place !== null && own.extents.some(({byText}) => wayBetween(place, byText) !== null)
    })
  }

  /** Of contents whose place nobody knows: the same torrent elsewhere, and those of the same name and size. */
  async #alikeOn(
    serverId: ServerId,
    contents: readonly Content[],
  ): Promise<ReadonlyMap<Content, readonly Owner[]>> {
    const {fleet, servers, departed, turns} = this.#parts
    const found = new Map(contents.map((it) => [it, [] as Owner[]]))
    const byHash = contentsByHash(
      contents.map((content) => ({content, key: content.key, torrent: fleet.get(content.key)})),
    )
    const byName = Map.groupBy(contents, ({key}) => folded(fleet.get(key)?.name ?? ''))
    const here = servers().map(({id}) => [id, fleet] as const)
    const gone = departed.views().map(({id}) => [id, departed.fleet] as const)
    for (const [id, rows] of [...here, ...gone]) {
      if (!this.#mayHave(serverId, id)) continue
      for (const row of rows.rowsOf(id)) {
        if (turns.due()) await turns.next()
        // It went meanwhile.
        if (rows.serverAt(row) !== id) continue
        const key = rows.keyAt(row)
        const named = byName.get(folded(rows.valueAt(row, 'name') ?? '')) ?? []
        const size = rows.valueAt(row, 'sizeTotal')
        const alike = named.filter((it) => mayBeOfSize(fleet.get(it.key)?.sizeTotal, size))
        const hashes = hashesOf({key, infoHashV1: rows.valueAt(row, 'infoHashV1')})
        const same = hashes.flatMap((hash) => byHash.get(hash) ?? [])
        for (const it of new Set([...same.map(({content}) => content), ...alike]))
          if (keyText(key) !== keyText(it.key)) found.get(it)!.push({key, files: 'all'})
      }
    }
    return found
  }

  /** @returns `null` = nobody knows where it lies */
  async #ownContent(content: Content, look: Look): Promise<OwnContent | null> {
    const {fleet, disk} = this.#parts
    const {key, contentPath} = content
    const torrent = fleet.get(key)
    const byText = placeByText(contentPath)
    if (byText === null) return null
    const own = disk(key.serverId)
    const isCommon = torrent !== null && isCommonFolder(torrent)
    const known = content.files ?? (isCommon ? await look.files(key) : null)
    const paths = content.files
      ? partsIn(contentPath, content.files)
      : known === null
        ? [contentPath]
        : topsOf(contentPath, known)
    const extents = await this.#inPortions(paths, (path) => this.#extent(path, own, look.isFresh))
    return {
      ...content,
      disk: own,
      torrent,
      files: known,
      extents,
      arrives: null,
      unfinished: torrent && unfinishedPlace(torrent),
    }
  }

  /**
   * Whose files a command takes away from others or arrives on.
   * @param isFresh disks and servers are asked now: right before something is done
   * @returns by the text of the key; what touches no file of others and no file of its own is not in it
   */
  async touchedBy(
    command: TorrentCommand,
    keys: readonly TorrentKey[],
    server: ServerPlaces,
    isFresh = false,
  ): Promise<ReadonlyMap<string, TouchedFiles>> {
    const {fleet, files} = this.#parts
    const changes: ChangedFiles[] = []
    for (const key of keys) {
      const torrent = fleet.get(key)
      if (!torrent || !changesFiles(command, torrent, server)) continue
      const change = fileChangeOf(command, torrent, await files(key, isFresh), server)
      if (change) changes.push({key, change})
    }
    return changes.length === 0 ? new Map() : this.#touched(changes, isFresh)
  }

  /** All torrents that a server moves by itself when its folders change so. */
  async movedBy(
    serverId: ServerId,
    change: FoldersChange,
    server: ServerPlaces,
  ): Promise<readonly MovedTorrent[]> {
    const {fleet, turns} = this.#parts
    const moved: MovedTorrent[] = []
    for (const row of fleet.rowsOf(serverId)) {
      if (turns.due()) await turns.next()
      if (fleet.serverAt(row) !== serverId || fleet.valueAt(row, 'autoManaged') !== true) continue
      const key = fleet.keyAt(row)
      const torrent = fleet.get(key)
      const folder = torrent ? folderAfter(change, torrent, server) : undefined
      if (folder !== undefined) moved.push({key, folder})
    }
    return moved
  }

  /**
   * Whose files that takes away or arrives on. Files are read only of those at whose new place something may lie.
   * @param moved of one server
   */
  async touchedByMoves(serverId: ServerId, moved: readonly MovedTorrent[]): Promise<readonly TouchedFiles[]> {
    const moves = moved.flatMap(({key, folder}): readonly Move[] => {
      const torrent = this.#parts.fleet.get(key)
      return torrent ? [{key, torrent, folder}] : []
    })
    if (moves.length === 0) return []
    const read = fileReader(this.#parts.files, true)
    const free = await this.#freeOf(serverId, moves, read)
    const changes = await this.#inPortions(moves, async (move): Promise<ChangedFiles> => {
      const {key, folder} = move
      const isRead = folder !== null && !free.has(move)
      const files = isRead ? await read(key) : null
      const lands = folder === null || files === null ? null : {folder, files, arrives: 'replacing' as const}
      const isUnread = isRead && files === null
      return {key, change: {takes: 'all', lands, movesIfThere: false, isUnread}}
    })
    const touched = await this.#touched(changes, true, read)
    const unsaid = moves.flatMap(({folder}) => (folder === null ? [placeUnsaid] : []))
    return [...touched.values(), ...unsaid]
  }

  /** Torrents of which some files are not whole, and may not be wanted. */
  async unfinishedOn(serverId: ServerId): Promise<readonly TorrentKey[]> {
    const {fleet, turns} = this.#parts
    const found: TorrentKey[] = []
    for (const row of fleet.rowsOf(serverId)) {
      if (turns.due()) await turns.next()
      if (fleet.serverAt(row) !== serverId) continue
      const torrent = fleet.get(fleet.keyAt(row))
      if (!torrent?.contentPath) continue
      const isWhole = torrent.complete && torrent.size === torrent.sizeTotal
      if (!isWhole) found.push(torrent.key)
    }
    return found
  }

  /** Whose files these lose when their server gives them other names. */
  async touchedByRenames(keys: readonly TorrentKey[]): Promise<readonly TouchedFiles[]> {
    const change = {takes: 'all', lands: null, movesIfThere: false} as const
    const touched = await this.#touched(
      keys.map((key) => ({key, change})),
      true,
    )
    return [...touched.values()]
  }

  /** Those at whose new place nothing lies, nobody else has anything, and no other of them arrives. */
  async #freeOf(serverId: ServerId, moves: readonly Move[], files: FileReader): Promise<ReadonlySet<Move>> {
    const {servers, departed, fleet, mounted} = this.#parts
    const own = this.#parts.disk(serverId)
    const away = new Map<string, Promise<string | null>>()
    const isAway = async (folder: string) => {
      const ours = toOurs(folder, own.mappings)
      if (ours === null) return false
      const known = away.get(ours) ?? mounted.diskAway(ours)
      away.set(ours, known)
      return (await known) !== null
    }
    const asked = await this.#inPortions(arrivingAlone(moves), async ([move, path]) => {
      const extent = await this.#extent(path, own, true)
      const isMapped = toOurs(path, own.mappings) !== null
      const isSeenFree = extent.ours !== null && !extent.isContradicted && !isThere(extent.ours)
      if (isMapped && (!isSeenFree || (await isAway(move.folder!)))) return null
      const {key, torrent} = move
      const extents = [{...extent, isProven: isMapped}]
      const content: OwnContent = {
        key,
        contentPath: path,
        disk: own,
        torrent,
        files: null,
        extents,
        arrives: 'replacing',
        unfinished: null,
      }
      return [content, move] as const
    })
    const wanted = new Map(asked.filter((it) => it !== null))
    const look = {isFresh: true, files}
    for (const [views, rows] of [
      [servers(), fleet],
      [departed.views(), departed.fleet],
    ] as const)
      for (const {id} of views) {
        if (wanted.size === 0 || !this.#mayHave(serverId, id)) continue
        const left = [...wanted.keys()]
        const met = await new Candidates(this.#parts, rows, this.#linked, look).on(id, left)
        for (const [it, some] of met) if (some.length > 0) wanted.delete(it)
      }
    return new Set(wanted.values())
  }

  async #touched(
    changes: readonly ChangedFiles[],
    isFresh: boolean,
    files = fileReader(this.#parts.files, isFresh),
  ): Promise<ReadonlyMap<string, TouchedFiles>> {
    const real = await this.#inPortions(changes, (it) => this.#asItLies(it, isFresh))
    const taking = real.filter(({change}) => change.takes !== 'none').map(({key}) => key)
    const taken = await (taking.length === 0
      ? noneTaken
      : isFresh
        ? this.#lookAt(taking, true, files)
        : this.look(taking))
    const landing = real.flatMap(({key, change: {lands}}) => (lands ? [{key, lands}] : []))
    // Lists that were just read for what leaves are those for what arrives.
    const landed = await this.#landed(landing, {isFresh, files}, isFresh && taking.length === 0)
    return new Map(
      real.map(
        ({
          key,
          change: {takes, isUnread = false, isUnsaid = false, overOwn = []},
        }): [string, TouchedFiles] => {
          const [its, there] = [taken.get(keyText(key)), landed.get(keyText(key))]
          return [
            keyText(key),
            {
              taken: its?.owners.filter(({files}) => haveCommon(files, takes)) ?? [],
              landedOn: there?.landedOn ?? [],
              occupied: there?.occupied ?? [],
              doubts: [
                ...(its?.doubts ?? []),
                ...(there?.doubts ?? []),
                ...(isUnread ? [unreadOwn(key)] : []),
                ...(isUnsaid ? placeUnsaid.doubts : []),
              ],
              ...(overOwn.length > 0 && {overOwn}),
            },
          ]
        },
      ),
    )
  }

  /**
   * What lies where a torrent comes to lie of which the name alone is known: its files may be other ones.
   * @param folder as its server writes it
   */
  async liesAt(
    key: TorrentKey,
    folder: string,
    name: string,
    isFresh: boolean,
  ): Promise<Omit<TouchedFiles, 'taken' | 'doubts'>> {
    const {servers, departed, fleet} = this.#parts
    const disk = this.#parts.disk(key.serverId)
    const path = `${folder.replace(/[\\/]+$/, '')}/${name}`
    if (placeByText(path) === null) return {landedOn: [], occupied: []}
    const extent = await this.#extent(path, disk, isFresh)
    const files = [{path: name, size: 0, index: 0, progress: 0, priority: 'normal' as const}]
    const extents = [{...extent, isProven: extent.ours !== null && !extent.isContradicted}]
    const own: OwnContent = {
      key,
      contentPath: path,
      disk,
      torrent: null,
      files,
      extents,
      arrives: 'takenOver',
      unfinished: null,
    }
    const look = {isFresh, files: fileReader(this.#parts.files, isFresh)}
    const landedOn: Owner[] = []
    for (const [views, rows] of [
      [servers(), fleet],
      [departed.views(), departed.fleet],
    ] as const)
      for (const {id} of views) {
        if (!this.#mayHave(key.serverId, id)) continue
        const met = await new Candidates(this.#parts, rows, this.#linked, look).on(id, [own])
        for (const candidate of met.get(own) ?? []) {
          const {key: other, somewhereIn, contentPath, isSameTorrent} = candidate
          // The same torrent has the same files; and who waits for his metadata has none there yet.
          if (isSameTorrent || rows.get(other)?.hasMetadata !== true) continue
          const listed = somewhereIn === null ? [] : await look.files(other)
          const tops = somewhereIn === null ? [contentPath] : listed && topsOf(somewhereIn, listed)
          const mayLie = tops
            ? tops.some((top) => mayLieAt(path, top, candidate))
            : candidate.how !== 'unseen'
          if (mayLie) landedOn.push({key: other, files: 'all'})
        }
      }
    const isOccupied = landedOn.length === 0 && extent.ours !== null && isThere(extent.ours)
    return {landedOn, occupied: isOccupied ? [path] : []}
  }

  /**
   * Whose files a torrent meets that its server has just learned the files of, where it keeps what is not complete and
   * where it saves it. @param isUnwritten it has written nothing yet @returns `null` = its server does not tell them
   */
  async arrived(key: TorrentKey, isUnwritten: boolean): Promise<Omit<TouchedFiles, 'taken'> | null> {
    const {fleet, files} = this.#parts
    const listed = await files(key, true)
    const torrent = fleet.get(key)
    if (!torrent?.contentPath || !listed || listed.length === 0) return null
    const here = folderOfFiles(torrent.contentPath, listed)
    if (here === null)
      return {landedOn: [], occupied: [], doubts: [placeUnknown(nowhereWords(torrent.contentPath))]}
    const {complete, completedPath, incompletePath, savePath} = torrent
    const later = [incompletePath && savePath, complete ? null : completedPath].flatMap((it) => it || [])
    const found = {landedOn: [] as Owner[], occupied: [] as string[], doubts: [] as Doubt[]}
    for (const folder of new Set([here, ...later])) {
      const lands = {folder, files: listed, arrives: 'takenOver', isUnwritten} as const
      const its = (await this.landed([{key, lands}], true)).get(keyText(key))!
      found.landedOn.push(...its.landedOn)
      found.occupied.push(...its.occupied)
      found.doubts.push(...its.doubts)
    }
    return found
  }

  /** The same for files that only arrive somewhere: of torrents that their server need not have yet. */
  async landed(
    landings: readonly {readonly key: TorrentKey; readonly lands: Landing}[],
    isFresh = false,
  ): Promise<ReadonlyMap<string, Omit<TouchedFiles, 'taken'>>> {
    return this.#landed(landings, {isFresh, files: fileReader(this.#parts.files, isFresh)}, isFresh)
  }

  /** @param readsLists what another program or person added a moment ago is in no list that was read before */
  async #landed(
    landings: readonly {readonly key: TorrentKey; readonly lands: Landing}[],
    {isFresh, files}: Pick<Look, 'isFresh' | 'files'>,
    readsLists: boolean,
  ): Promise<ReadonlyMap<string, Omit<TouchedFiles, 'taken'>>> {
    const found = new Map<string, Omit<TouchedFiles, 'taken'>>()
    const silent =
      readsLists && landings.length > 0 ? await this.#readLists(landings.map(({key}) => key)) : noneSilent
    const look: Look = {isFresh, silent, files}
    for (const [serverId, some] of Map.groupBy(landings, ({key}) => key.serverId)) {
      const own = new Map<OwnContent, Landing>()
      for (const {key, lands} of some) {
        const it = await this.#landing(key, lands, isFresh)
        if ('doubts' in it) found.set(keyText(key), {landedOn: [], occupied: [], doubts: it.doubts})
        else own.set(it, lands)
      }
      const owners = await this.#onServer(serverId, [...own.keys()], look)
      const together = landingTogether(own)
      for (const [it, lands] of own) {
        const {owners: landedOn, doubts} = owners.get(keyText(it.key))!
        const disk = await this.#inTheWay(it, lands, look)
        found.set(keyText(it.key), {
          landedOn: [
            ...landedOn.filter((owner) => isHarmed(owner, lands, disk.missing)),
            ...(together.get(it) ?? []),
          ],
          occupied: disk.occupied,
          doubts: [...doubts, ...disk.doubts],
        })
      }
    }
    return found
  }

  /** Where its server moves only what lies there, nothing is taken from where we see nothing. */
  async #asItLies({key, change}: ChangedFiles, isFresh: boolean): Promise<ChangedFiles> {
    const {fleet, disk, places} = this.#parts
    const {contentPath = ''} = fleet.get(key) ?? {}
    const {mappings} = disk(key.serverId)
    if (!change.movesIfThere || contradictionAt(contentPath, mappings) !== null) return {key, change}
    const ours = toOurs(contentPath, mappings)
    const place = ours === null ? null : await places.of(ours, isFresh)
    if (place === null || 'unknown' in place) return {key, change}
    if (!isThere(place)) return {key, change: {...change, takes: 'none'}}
    const lands = change.lands && ({...change.lands, arrives: 'replacing'} as const)
    return {key, change: {...change, lands}}
  }

  async #landing(key: TorrentKey, {folder, files, arrives}: Landing, isFresh: boolean) {
    const own = this.#parts.disk(key.serverId)
    if (placeByText(folder) === null) return {doubts: [placeUnknown(`${folder} is not an absolute path.`)]}
    const found = await this.#inPortions(topsOf(folder, files), (path) => this.#extent(path, own, isFresh))
    // Where files arrive nothing need be yet: that its place is empty says nothing against the mapping.
    const extents = found.map((it): Extent => ({...it, isProven: it.ours !== null && !it.isContradicted}))
    const content: OwnContent = {
      key,
      contentPath: contentPathIn(folder, files),
      disk: own,
      torrent: this.#parts.fleet.get(key),
      files: files.map(({path, size}, index) => ({path, size, index, progress: 0, priority: 'normal'})),
      extents,
      arrives,
      unfinished: null,
    }
    return content
  }

  /** What our disk shows where files arrive: those that would be changed, and those of whose names nothing is there. */
  async #inTheWay(
    {key, extents, disk}: OwnContent,
    {folder, files, arrives, isUnwritten = false}: Landing,
    look: Look,
  ): Promise<{readonly occupied: string[]; readonly missing: ReadonlySet<string>; readonly doubts: Doubt[]}> {
    const nothing = {occupied: [], missing: new Set<string>(), doubts: []}
    const ours = toOurs(folder, disk.mappings)
    if (ours === null) return nothing
    const doubt = (code: DoubtCode, detail: string): Doubt => ({code, serverId: null, torrent: null, detail})
    const why = await this.#parts.mounted.diskAway(ours)
    if (why !== null) return {...nothing, doubts: [doubt('mount', `${folder}: ${why}`)]}
    if (extents.some((it) => it.ours === null)) return {...nothing, doubts: [doubt('disk', folder)]}
    const isSeen = extents.every((it) => !it.isContradicted)
    const missing = new Set(isSeen ? files.map(({path}) => path) : [])
    if (extents.every((it) => !isThere(it.ours!))) return {...nothing, missing}
    if (files.length > MOST_LANDING) return {...nothing, doubts: [doubt('disk', folder)]}
    const occupied: string[] = []
    let own: ReadonlySet<string> | null = null
    for (const {path, size} of files) {
      const place = await this.#parts.places.of(`${ours}/${path}`, look.isFresh)
      if ('unknown' in place) return {...nothing, doubts: [doubt('disk', `${folder}/${path}`)]}
      if (!isThere(place)) continue
      missing.delete(path)
      if (arrives === 'takenOver' && place.size === size) continue
      own ??= isUnwritten ? new Set() : await this.#ownFiles(key, look)
      if (place.file === null || !own.has(place.file))
        occupied.push(`${folder.replace(/[\\/]+$/, '')}/${path}`)
    }
    return {occupied, missing, doubts: []}
  }

  /** `device:inode` of the files that a torrent has now, where we see them. */
  async #ownFiles(key: TorrentKey, {files, isFresh}: Look): Promise<ReadonlySet<string>> {
    const {fleet, disk, places} = this.#parts
    const contentPath = fleet.get(key)?.contentPath
    const listed = contentPath ? await files(key) : null
    const folder = listed && folderOfFiles(contentPath!, listed)
    const found = new Set<string>()
    for (const {path} of folder === null ? [] : listed!) {
      const ours = toOurs(`${folder}/${path}`, disk(key.serverId).mappings)
      const place = ours === null ? null : await places.of(ours, isFresh)
      if (place !== null && !('unknown' in place) && place.file !== null) found.add(place.file)
    }
    return found
  }

  /**
   * So many at a time ask disks and servers, in their order. A torrent may have 60,000 names, and what is known of them
   * is answered at once: others get their turn in between anyway.
   */
  async #inPortions<T, R>(all: readonly T[], look: (one: T) => Promise<R>): Promise<R[]> {
    const {turns} = this.#parts
    const seen: R[] = []
    for (let at = 0; at < all.length; at += PORTION) {
      if (at > 0 && turns.due()) await turns.next()
      for (const one of await Promise.all(all.slice(at, at + PORTION).map(look))) seen.push(one)
    }
    return seen
  }

  async #extent(path: string, {mappings}: ServerDisk, isFresh: boolean): Promise<Extent> {
    const byText = placeByText(path)!
    const ours = toOurs(path, mappings)
    const place = ours === null ? null : await this.#parts.places.of(ours, isFresh)
    const isContradicted = contradictionAt(path, mappings) !== null
    if (place === null || 'unknown' in place)
      return {path, ours: null, isProven: false, isContradicted, byText}
    return {path, ours: place, isProven: isThere(place) && !isContradicted, isContradicted, byText}
  }
}

const noneSilent: ReadonlySet<ServerId> = new Set()
const noneTaken: ReadonlyMap<string, Ownership> = new Map()

/** @param top what a torrent has, as its server writes it */
function mayLieAt(path: string, top: string, {how, isMoving, somewhereIn}: Candidate): boolean {
  const isThereAlso = how === 'same' || how === 'inside' || how === 'around'
  if (isThereAlso && somewhereIn === null) return true
  // The folder is around it, and its name tells whether it is at it.
  return endsAlike(top, path, isThereAlso || isMoving ? 1 : 2)
}

/**
 * Where places cannot be compared: whoever has one name in a folder of one name may have it there.
 * @param names last ones of each path that count
 */
function endsAlike(one: string, other: string, names: number): boolean {
  const ends = [one, other].map((path) => foldedPath(path).split('/').filter(Boolean).slice(-names).join('/'))
  return ends[0] === ends[1]
}

const placeUnsaid: TouchedFiles = {
  taken: [],
  landedOn: [],
  occupied: [],
  doubts: [placeUnknown('Where its server would save it cannot be said.')],
}

function unreadOwn(key: TorrentKey): Doubt {
  return {code: 'unread', serverId: key.serverId, torrent: key, detail: ''}
}

/** Those with a place of their own, at which no other of them arrives, and it. */
function arrivingAlone(moves: readonly Move[]): readonly (readonly [Move, string])[] {
  const byPlace = Map.groupBy(moves, (move) => {
    const path = placeAfter(move)
    return path === null ? null : foldedPath(path)
  })
  const common = new Set((byPlace.get(null) ?? []).map(({folder}) => foldedPath(folder ?? '')))
  return [...byPlace].flatMap(([place, some]) => {
    const [move] = some
    if (place === null || some.length > 1 || common.has(foldedPath(move!.folder!))) return []
    return [[move!, placeAfter(move!)!] as const]
  })
}

/** Where the content of a torrent comes to lie; `null` = it has no folder of its own, or that cannot be said. */
function placeAfter({torrent, folder}: Move): string | null {
  if (folder === null || !torrent.contentPath || isCommonFolder(torrent)) return null
  const top = topOf(torrent).split(/[\\/]/).at(-1)
  return top ? `${folder.replace(/[\\/]+$/, '')}/${top}` : null
}

function haveCommon(files: Owner['files'], takes: FileChange['takes']): boolean {
  if (takes === 'none') return false
  if (takes === 'all' || files === 'all') return true
  return [...takes].some((path) => files.has(path))
}

/** Others of the same order whose files arrive at the same paths. */
function landingTogether(
  landings: ReadonlyMap<OwnContent, Landing>,
): ReadonlyMap<OwnContent, readonly Owner[]> {
  const byPath = new Map<string, OwnContent[]>()
  for (const [it, {folder, files}] of landings)
    for (const {path} of files) {
      const at = foldedPath(`${folder}/${path}`)
      byPath.set(at, [...(byPath.get(at) ?? []), it])
    }
  const found = new Map<OwnContent, Map<string, Owner>>()
  for (const some of byPath.values())
    for (const one of some)
      for (const {key} of some) {
        if (keyText(key) === keyText(one.key)) continue
        const others = found.get(one) ?? new Map<string, Owner>()
        found.set(one, others.set(keyText(key), {key, files: 'all'}))
      }
  return new Map([...found].map(([it, others]) => [it, [...others.values()]]))
}

/** What has its size there and is not there now, nobody loses. */
function isHarmed({files, sizes}: Owner, lands: Landing, missing: ReadonlySet<string>): boolean {
  if (files === 'all' || sizes === undefined) return true
  return lands.files.some(
    ({path, size}) => files.has(path) && !(missing.has(path) && sizes.get(path) === size),
  )
}

/** As a server tells the content of a torrent that has these files in this folder. */
function contentPathIn(folder: string, files: readonly NamedFile[]): string {
  const base = folder.replace(/[\\/]+$/, '')
  const [first, ...others] = files
  if (first === undefined) return base
  if (others.length === 0) return `${base}/${first.path}`
  const top = first.path.split('/', 1)[0]!
  return files.every(({path}) => path.startsWith(`${top}/`)) ? `${base}/${top}` : base
}
const unowned: Ownership = {owners: [], doubts: [], spare: null}

function placeUnknown(detail: string): Doubt {
  return {code: 'path', serverId: null, torrent: null, detail}
}

function isSameDoubt(one: Doubt, other: Doubt): boolean {
  const isOfOne =
    one.torrent !== null && other.torrent !== null && keyText(one.torrent) === keyText(other.torrent)
  return isOfOne && one.code === other.code
}

function nowhereWords(contentPath: string): string {
  return contentPath === ''
    ? 'Its server does not report where its data is.'
    : `Its server reports no whole path of its data (${contentPath}).`
}

/** A magnet without metadata has no data yet. */
function hasContent({contentPath, hasMetadata}: TorrentRecord): boolean {
  return Boolean(contentPath) || hasMetadata
}

/** What is not told may be the same. */
function mayBeOfSize(one: Bytes | undefined, other: Bytes | undefined): boolean {
  return one === undefined || other === undefined || one === other
}

/** Its files lie among those of others: added without a folder of its own. */
function isCommonFolder({contentPath, savePath}: TorrentRecord): boolean {
  const [content, save] = [placeByText(contentPath ?? ''), placeByText(savePath ?? '')]
  return (
    content !== null &&
    save !== null &&
    relate(content, save) !== 'apart' &&
    relate(content, save) !== 'inside'
  )
}

function topsOf(folder: string, files: readonly Pick<TorrentFile, 'path'>[]): readonly string[] {
  const tops = new Set(files.map(({path}) => path.split('/', 1)[0]!))
  return [...tops].map((top) => `${folder.replace(/[\\/]+$/, '')}/${top}`)
}

/** What of it lies directly in its folder of downloads: a torrent of one file may tell that file, deep in it. */
function topOf({contentPath = '', savePath, incompletePath}: TorrentRecord): string {
  const around = [savePath, incompletePath]
    .map((it) => (it ?? '').replace(/[\\/]+$/, ''))
    .find((it) => it !== '' && contentPath.startsWith(`${it}/`))
  if (around === undefined) return contentPath
  const [top] = contentPath.slice(around.length + 1).split('/')
  return `${around}/${top}`
}

/** What of the content these files lie in: it itself, or what lies directly in it. */
function partsIn(contentPath: string, files: readonly TorrentFile[]): readonly string[] {
  const content = contentPath.replace(/[\\/]+$/, '')
  const parts = new Set(files.map(({path}) => path.split('/', 2)[1]))
  return [...parts].map((part) => (part === undefined ? content : `${content}/${part}`))
}

/** What is there is what it fetched itself: nobody else had it before, and nobody can seed it yet. */
function isOwnDownload(torrent: TorrentRecord | null): boolean {
  if (!torrent || torrent.complete) return false
  const {downloaded, completed} = torrent
  return downloaded !== undefined && completed !== undefined && downloaded >= completed
}

/**
 * Never listed, or only a part of its list came yet, or away. One that is switched off protects with its last known rows;
 * where there are none because it never sent its list, its daemon may have anything.
 */
export function isUncertain({enabled, isNeverListed, health: {status}}: ServerView): boolean {
  if (isNeverListed || !enabled) return isNeverListed
  return status !== 'online' && status !== 'degraded'
}

/** Nobody can say by our disk that what it took on lies elsewhere. */
function isDoubted({extents}: OwnContent, {mappings}: ServerDisk): boolean {
  return extents.some((it) => it.isContradicted) || mappings.some((it) => it.contradicted !== undefined)
}

/** It will tell in a moment what it has. */
const coming: ReadonlySet<HealthStatus> = new Set<HealthStatus>(['unknown', 'connecting', 'warming'])
