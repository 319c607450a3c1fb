/** What a removal would touch, as it is now. In turns: there may be many thousands, each with whoever shares its data. */
import type {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ContentLinks} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {REMOVED_DAYS} from '#trash/removals.ts'
import type {RemovalPreviewSchema} from '../schemas/actions.ts'
import type {AskedLibrary, ContentOwners, Scope} from '../scope/scope.ts'
import {obstacleTo} from './selection-figures.ts'
import {figuresNow, isOnline} from './server-views.ts'

type RemovalFigures = z.output<typeof RemovalPreviewSchema>

const FIRST = 5
/** Of more nobody looks who else holds their bytes, or whose library they are: each takes looks at disks and Arrs. */
const LOOKED_AT_MOST = 20
/** A disk that takes longer keeps nobody from his dialog. */
const LINKS_MS = 1_500
/** Likewise an Arr: each torrent takes several requests, and its history may be long. */
const LIBRARIES_MS = 3_000
const FIRST_OTHERS = 20
const MOST_OWED = 20
/** That are looked for together among all torrents. */
const PORTION = 500

const noOwners: ContentOwners = {seen: [], hidden: false, hasOwnFiles: true, doubt: null}

interface OnServer {
  count: number
  size: number
  freed: number
  freedUnknown: number
  shared: number
  kept: number
  /** That the trash cannot take, and what is freed with them; the first reason. */
  noTrash: {count: number; freed: number; readonly message: string} | null
  /** Why nobody can say who needs the first of those; `null` = it can be said. */
  doubt: string | null
}

export async function removalFigures(
  keys: Iterable<TorrentKey>,
  scope: Scope,
  {turns, clock}: {readonly turns: Pick<TimeSlice, 'due' | 'next'>; readonly clock: Pick<Clock, 'after'>},
): Promise<RemovalFigures> {
  const removal = new Removal(scope)
  for (const key of keys) {
    removal.select(key)
    if (turns.due()) await turns.next()
  }
  const selected = [...removal.selected.values()]
  const [links, libraries] = await Promise.all([
    inTime(linksOf(selected, scope), LINKS_MS, clock),
    inTime(librariesOf(selected, removal, scope), LIBRARIES_MS, clock),
  ])
  for (let at = 0; at < selected.length; at += PORTION) {
    const portion = selected.slice(at, at + PORTION)
    const owners = await scope.contentOwners(portion)
    for (const key of portion) {
      const noTrash = await scope.noTrash(key)
      const name = keyText(key)
      removal.look(key, noTrash?.why ?? null, links.get(name) ?? null, owners.get(name) ?? noOwners)
      removal.lookForLibraries(key, libraries)
      if (turns.due()) await turns.next()
    }
  }
  return removal.wire()
}

type Looks<T> = ReadonlyMap<string, () => Promise<T>>

/** By the text of the key. */
function linksOf(keys: readonly TorrentKey[], {links}: Pick<Scope, 'links'>): Looks<ContentLinks | null> {
  if (keys.length > LOOKED_AT_MOST) return new Map()
  return new Map(keys.map((key) => [keyText(key), () => links(key)]))
}

/** By torrent and Arr. */
function librariesOf(
  keys: readonly TorrentKey[],
  removal: Pick<Removal, 'librariesOn'>,
  {libraryFiles}: Pick<Scope, 'libraryFiles'>,
): Looks<number | null> {
  if (keys.length > LOOKED_AT_MOST) return new Map()
  return new Map(
    keys.flatMap((key) =>
      removal
        .librariesOn(key.serverId)
        .map(({id}) => [libraryName(key, id), () => libraryFiles(key, id)] as const),
    ),
  )
}

function libraryName(key: TorrentKey, arr: ArrId): string {
  return `${keyText(key)} ${arr}`
}

/** What was found out in time. */
export async function inTime<T>(
  looks: Looks<T>,
  ms: number,
  clock: Pick<Clock, 'after'>,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>()
  if (looks.size === 0) return found
  const late = Promise.withResolvers<void>()
  const cancel = clock.after(ms, late.resolve)
  const asked = [...looks].map(async ([name, look]) => void found.set(name, await look()))
  await Promise.race([Promise.all(asked), late.promise])
  cancel()
  return new Map(found)
}

class Removal {
  /** Those that are there, by the text of their key. */
  readonly selected = new Map<string, TorrentKey>()
  readonly #scope: Scope
  readonly #gone = new Set<string>()
  readonly #servers = new Map<ServerId, OnServer>()
  readonly #others = new Map<string, TorrentKey>()
  readonly #copies = new Map<ServerId, number>()
  #sharing = 0
  #hidden = false
  #withCopies = 0
  #downloading = 0
  #owing = 0
  /** By server and host. */
  readonly #owingAt = new Map<string, {tracker: string; server_id: string; count: number}>()
  #linked = 0
  #linksUnknown = 0
  #stale = 0
  readonly #arrsOn = new Map<ServerId, readonly AskedLibrary[]>()
  readonly #libraries = new Map<ArrId, {readonly name: string; torrents: number; files: number}>()
  #inLibraries = 0
  #libraryUnknown = 0
  /** Why, of the first. */
  #libraryDoubt = ''

  constructor(scope: Scope) {
    this.#scope = scope
  }

  select(key: TorrentKey): void {
    const isThere = this.#scope.fleet.rowOf(key) !== null
    if (isThere) this.selected.set(keyText(key), key)
    else this.#gone.add(keyText(key))
  }

  /**
   * @param why the trash cannot take its files; `null` = it can
   * @param links `null` = not known
   */
  look(key: TorrentKey, why: string | null, links: ContentLinks | null, owners: ContentOwners): void {
    const {fleet} = this.#scope
    const row = fleet.rowOf(key)
    // It went while others had their turn.
    if (row === null) return void this.#gone.add(keyText(key))
    const isShared = this.#noteOwners(owners)
    this.#measure(key.serverId, row, isShared ? 'shared' : freeOf(links), why, owners.doubt)
    this.#lookForCopies(key)
    if (!fleet.valueAt(row, 'complete')) this.#downloading++
    if (this.#scope.owes(key)) this.#noteOwing(key, row)
    if (links === null) this.#linksUnknown++
    else if (links.outside > 0) this.#linked++
    if (fleet.isStale(row)) this.#stale++
  }

  #noteOwing({serverId}: TorrentKey, row: number): void {
    this.#owing++
    const {fleet} = this.#scope
    const main = fleet.valueAt(row, 'trackerHost') ?? ''
    for (const tracker of new Set(fleet.valueAt(row, 'trackerHosts') ?? [main])) {
      const known = this.#owingAt.get(`${serverId} ${tracker}`)
      if (known) known.count++
      else this.#owingAt.set(`${serverId} ${tracker}`, {tracker, server_id: serverId, count: 1})
    }
  }

  /** Arrs whose libraries may be what lies on that server. */
  librariesOn(id: ServerId): readonly AskedLibrary[] {
    const known = this.#arrsOn.get(id) ?? this.#scope.librariesOn(id)
    this.#arrsOn.set(id, known)
    return known
  }

  /** @param found files by torrent and Arr, as far as they were found out in time */
  lookForLibraries(key: TorrentKey, found: ReadonlyMap<string, number | null>): void {
    const {fleet} = this.#scope
    if (fleet.rowOf(key) === null) return
    let isIn = false
    let silent: AskedLibrary | null = null
    for (const arr of this.librariesOn(key.serverId)) {
      const files = found.get(libraryName(key, arr.id)) ?? null
      if (files === null) silent ??= arr
      else if (files > 0) {
        isIn = true
        this.#noteLibrary(arr, files)
      }
    }
    if (isIn) this.#inLibraries++
    if (silent === null) return
    this.#libraryUnknown++
    this.#libraryDoubt ||= this.selected.size > LOOKED_AT_MOST ? TOO_MANY : notSeenBy(silent)
  }

  #noteLibrary({id, name}: AskedLibrary, files: number): void {
    if (name === null) return
    const library = this.#libraries.get(id) ?? {name, torrents: 0, files: 0}
    library.torrents++
    library.files += files
    this.#libraries.set(id, library)
  }

  #noteOwners({seen, hidden}: ContentOwners): boolean {
    for (const other of seen) this.#others.set(keyText(other), other)
    if (hidden) this.#hidden = true
    const isShared = hidden || seen.length > 0
    if (isShared) this.#sharing++
    return isShared
  }

  /** @param free `shared` = nothing, as others need its data */
  #measure(
    serverId: ServerId,
    row: number,
    free: Free | 'shared',
    why: string | null,
    doubt: string | null,
  ): void {
    const {fleet} = this.#scope
    const on = this.#servers.get(serverId) ?? {
      count: 0,
      size: 0,
      freed: 0,
      freedUnknown: 0,
      shared: 0,
      kept: 0,
      noTrash: null,
      doubt: null,
    }
    this.#servers.set(serverId, on)
    const held = free === 'asHeld' ? fleet.valueAt(row, 'completed') : free
    on.count++
    on.size += fleet.valueAt(row, 'size') ?? 0
    if (held === 'shared') return void on.shared++
    if (doubt !== null) {
      on.doubt ??= doubt
      return void on.kept++
    }
    if (held === undefined) on.freedUnknown++
    else on.freed += held
    if (why !== null) on.noTrash = moreOf(on.noTrash, held ?? 0, why)
  }

  #lookForCopies(key: TorrentKey): void {
    const copies = this.#scope.fleet.holders(key.hash).filter((other) => !this.selected.has(keyText(other)))
    if (copies.length > 0) this.#withCopies++
    for (const {serverId} of copies) this.#copies.set(serverId, (this.#copies.get(serverId) ?? 0) + 1)
  }

  wire(): RemovalFigures {
    const servers = [...this.#servers.values()]
    return {
      count: servers.reduce((sum, {count}) => sum + count, 0),
      gone: this.#gone.size,
      trash_days: REMOVED_DAYS,
      first: this.#named(this.selected.values(), FIRST).map(({row, ...torrent}) => ({
        ...torrent,
        ...sizeOf(this.#scope.fleet.valueAt(row, 'size')),
      })),
      size: servers.reduce((sum, {size}) => sum + size, 0),
      downloading: this.#downloading,
      owing: this.#owing,
      owing_at: [...this.#owingAt.values()].toSorted((a, b) => b.count - a.count).slice(0, MOST_OWED),
      lost_settings: this.#scope.lostSettings(),
      linked: this.#linked,
      links_unknown: this.#linksUnknown,
      library: {
        torrents: this.#inLibraries,
        arrs: [...this.#libraries].map(([id, {name, torrents, files}]) => ({
          arr_id: id,
          arr_name: name,
          torrents,
          files,
        })),
        unknown:
          this.#libraryUnknown === 0 ? null : {count: this.#libraryUnknown, message: this.#libraryDoubt},
      },
      stale: this.#stale,
      servers: this.#wireServers(),
      sharing: {
        torrents: this.#sharing,
        others: this.#named(this.#others.values(), FIRST_OTHERS).map(({row: _row, ...other}) => ({
          ...other,
          selected: this.selected.has(`${other.server_id}/${other.info_hash}`),
        })),
        count: this.#others.size,
        hidden: this.#hidden,
      },
      copies: {torrents: this.#withCopies, servers: this.#wireCopies()},
    }
  }

  /** Those that are still there. */
  #named(keys: Iterable<TorrentKey>, most: number) {
    const {fleet} = this.#scope
    const named: {server_id: string; info_hash: string; name: string; row: number}[] = []
    for (const key of keys) {
      if (named.length === most) break
      const row = fleet.rowOf(key)
      if (row === null) continue
      named.push({server_id: key.serverId, info_hash: key.hash, name: fleet.valueAt(row, 'name'), row})
    }
    return named
  }

  #wireServers(): RemovalFigures['servers'] {
    return [...this.#servers].flatMap(([id, on]) => {
      const {count, size, freed, freedUnknown, shared, kept, noTrash, doubt} = on
      const server = this.#scope.servers.get(id)
      if (!server) return []
      const space = figuresNow(server)?.freeSpace
      const spaceUnknown = figuresNow(server)?.freeSpaceUnknown
      return {
        server_id: id,
        server_name: server.name,
        online: isOnline(server),
        count,
        size,
        freed,
        freed_unknown: freedUnknown,
        shared,
        kept: doubt === null || kept === 0 ? null : {count: kept, message: doubt},
        no_trash: noTrash,
        ...(space !== undefined && {free_space: space}),
        ...(spaceUnknown !== undefined && {free_space_unknown: spaceUnknown}),
        obstacle: obstacleTo('remove', server, this.#scope.access),
      }
    })
  }

  #wireCopies(): RemovalFigures['copies']['servers'] {
    return [...this.#copies].flatMap(([id, count]) => {
      const server = this.#scope.servers.get(id)
      return server ? [{server_id: id, server_name: server.name, count}] : []
    })
  }
}

const TOO_MANY = `More than ${LOOKED_AT_MOST} torrents are selected. Select fewer to check them.`

function notSeenBy({name}: AskedLibrary): string {
  return `${name ?? 'An Arr'} did not answer, or the files cannot be seen now. Try again in a moment.`
}

/** Bytes that are free when a torrent goes with its data; `undefined` = not known. */
type Free = number | 'asHeld' | undefined

function freeOf(links: ContentLinks | null): Free {
  if (links === null) return 'asHeld'
  return links.exclusive ?? (links.outside > 0 ? undefined : 'asHeld')
}

function moreOf(noTrash: OnServer['noTrash'], bytes: number, message: string): OnServer['noTrash'] {
  const {count, freed, ...first} = noTrash ?? {count: 0, freed: 0, message}
  return {...first, count: count + 1, freed: freed + bytes}
}

function sizeOf(size: number | undefined) {
  return size !== undefined && {size}
}
