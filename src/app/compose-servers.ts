/**
 * The second stage of the program: its servers. Links to them, what is known of those that left, their disks, whose bytes
 * are whose, and what is being moved. Nothing is asked before the links are configured.
 */
import {copiesToCome} from '#automation/copies/copy-state.ts'
import {presenceOf} from '#automation/facts/presence.ts'
import {addressesOf} from '#clients/outgoing.ts'
import {createClient, foldersIn} from '#clients/kinds/registry.ts'
import type {Settings} from '#config/schema/schema.ts'
import type {CheckedMapping} from '#disk/path-mapping.ts'
import {Places} from '#disk/places.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {AllowedFolders} from '#executor/guards/allowed-folders.ts'
import {DestinationSpace} from '#executor/destination-space.ts'
import {MoveSpace} from '#executor/move-space.ts'
import {movesSentBefore} from '#executor/moves-sent.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {detailReaders} from '#links/details.ts'
import {Links, type FleetFeed, type LeftServer} from '#links/links.ts'
import {Machines} from '#links/machines.ts'
import {HealthRepository} from '#links/persistence/health-memory.ts'
import {memberQuota, Quotas} from '#links/quotas.ts'
import {ServerRooms} from '#lookups/server-rooms.ts'
import type {Compartment, UserId} from '#model/access.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {DepartedServers, KnownServers, type ServerSummary} from '#ownership/departed.ts'
import {OwnershipService, standsFor} from '#ownership/ownership.ts'
import {ServerDisks} from '#ownership/server-disks.ts'
import {isElsewhere} from '#registry/servers/same-place.ts'
import {join} from 'node:path'
import type {AppDeps, Base} from './compose-base.ts'

/** @param settings of the file that is in force @throws {StorageFault} */
export async function openServers(parts: AppDeps, base: Base, settings: () => Settings) {
  const {log, dataFolder, store} = parts
  const {clock, turns, people, memberOf, fleet, mounted, diskPatience, hasLeftPermanently} = base
  const {directory} = people
  const departed = await DepartedServers.load({
    mostOf: (owner) => (memberOf(owner) === null ? Infinity : memberQuota.rows),
    folder: join(dataFolder, 'departed'),
    isInDoubt: (id) => directory.hasLeft(id) && !hasLeftPermanently.server(id),
    clock,
    turns,
    log,
  })
  const ownedBy = (id: ServerId) => directory.card(id)?.ownerId ?? null
  const summaries = () => directory.definitions().map((it) => ({...it, owner: ownedBy(it.id)}))
  // Those of the last run that left since are let in once more, for what they had.
  const left = (await departed.lastKnown()).filter(({id}) => directory.hasLeft(id))
  const allServers = [...directory.definitions(), ...left].map((server) => server.id)
  await base.snapshots.load(allServers)
  const sentBefore = await earlierMoves(base, departed, left, allServers)
  const health = await HealthRepository.load(store, people.sealer, clock, log, base.random)
  await health.adoptFile(join(dataFolder, 'health.json'), directory.definitions())
  const compartmentOf = (id: ServerId): Compartment => {
    const leftId = standsFor(id)
    const left = leftId === null ? departed.of(id) : departed.former(leftId)
    return memberOf(left?.owner ?? ownedBy(id))
  }
  const disks = new ServerDisks(directory, departed, (all) => new Machines(all), compartmentOf)
  const diskOf = (id: ServerId) => disks.of(id)
  const mappings = (id: ServerId) => diskOf(id).mappings
  const rooms = new ServerRooms(clock, mounted, mappings)
  const removed: ((id: ServerId) => void)[] = []
  const known = new KnownServers(summaries, departed)
  const links = linksOf(parts, base, {departed, known, health, rooms, ownedBy, removed})
  const sentNames = new Set(sentBefore.map(keyText))
  departed.ask({
    listedAt: (id) => links.get(id)?.syncedAt ?? null,
    isSentToMove: (key) => sentNames.has(keyText(key)),
  })
  for (const server of left) {
    await departed.leave(server, {rows: rowsOf(fleet, server.id)})
    fleet.removeServer(server.id)
  }
  await departed.know(summaries())
  directory.onChange(() => known.follow(() => links.configure(directory.definitions())))
  // What it has by its whole list counts alone.
  links.onStatus((id) => {
    const server = known.of(id)
    if (!server || links.get(id)?.health.status !== 'online') return
    const lists = (hash: InfoHash) => fleet.hasKey({serverId: id, hash})
    void departed.back(server, (it) => isElsewhere(it, server), lists)
  })
  // After the links: whoever went has no torrents any more that would have to be ordered.
  directory.onChange(base.orderServers)
  const usable = links.usable.bind(links)
  const details = detailReaders(rooms, clock, usable)
  const places = new Places(diskPatience, clock)
  const space = (path: string) => {
    const mapped = directory.definitions().flatMap(({paths}) => paths.map(({ours}) => ours))
    return mounted.believedRoom(path, mapped)
  }
  const moveSpace = moveSpaceOf(base, {links, details, compartmentOf, mappings, space, settings})
  moveSpace.restore(sentBefore)
  departed.ask({isSentToMove: (key) => moveSpace.isUnshown(key)})
  const ownership = new OwnershipService({
    fleet,
    turns,
    servers: () => links.list(),
    readNow: (id, hashes) => links.readNow(id, hashes),
    departed,
    disk: diskOf,
    // Who does not tell them is in doubt.
    files: (key) => details.torrents.files(key).catch(() => null),
    places,
    mounted,
    isSentToMove: (key) => moveSpace.isUnshown(key),
  })
  const folders = new AllowedFolders(
    links,
    fleet,
    (id) => directory.former(id)?.definition.paths ?? [],
    (id) =>
      people.settings.values.allowedFolders.flatMap(({serverId, folder}) => (serverId === id ? folder : [])),
  )
  links.onTurnover((id) => folders.forget(id))
  return {
    departed,
    health,
    compartmentOf,
    disks,
    diskOf,
    links,
    /** @param listener told of ids that mean another server from now on, or none */
    onRemoved: (listener: (id: ServerId) => void) => void removed.push(listener),
    usable,
    details,
    places,
    space,
    moveSpace,
    ownership,
    folders,
    presence: (key: TorrentKey) =>
      presenceOf(key, {fleet, servers: links, hasLeft: hasLeftPermanently.server}),
  }
}

export type Servers = Awaited<ReturnType<typeof openServers>>

/** Moves that the last run sent, of which the end is not known. */
function earlierMoves(
  {journal, fleet, people, clock}: Base,
  departed: DepartedServers,
  left: readonly Pick<ServerSummary, 'id' | 'kind'>[],
  allServers: readonly ServerId[],
): Promise<readonly TorrentKey[]> {
  const kindOf = (id: ServerId) =>
    people.directory.former(id)?.definition.kind ?? left.find((it) => it.id === id)?.kind ?? null
  return movesSentBefore(
    journal,
    new Map(allServers.map((id) => [id, departed.lastListedAt(id)])),
    (id, categories) =>
      rowsOf(fleet, id).flatMap(({key, category}) =>
        categories === null || categories.includes(category) ? [key] : [],
      ),
    (id, values) => {
      const kind = kindOf(id)
      return kind === null || foldersIn(kind, values) !== null
    },
    clock.now(),
  )
}

/** Whether what is moved has room where it goes. */
function moveSpaceOf(
  {clock, fleet, memory, mounted}: Base,
  of: {
    readonly links: Links
    readonly details: ReturnType<typeof detailReaders>
    readonly compartmentOf: (id: ServerId) => Compartment
    readonly mappings: (id: ServerId) => readonly CheckedMapping[]
    readonly space: (path: string) => ReturnType<MountedDisks['believedRoom']>
    readonly settings: () => Settings
  },
): MoveSpace {
  const {links, details, compartmentOf, mappings, space, settings} = of
  const folders = new DestinationSpace(
    mappings,
    space,
    mounted,
    details.servers,
    (id) => links.get(id)?.stats?.defaultSavePath ?? null,
  )
  return new MoveSpace(
    {
      get: (key) => fleet.get(key),
      stateOf(key) {
        const row = fleet.rowOf(key)
        return row === null ? null : {state: fleet.valueAt(row, 'state'), stale: fleet.isStale(row)}
      },
    },
    folders,
    {
      // How much room a member's moves take is for his servers to say.
      neighbours: (id) => links.neighbours(id).filter((it) => compartmentOf(it) === compartmentOf(id)),
      polls: (id) => links.polls(id),
    },
    {reserve: () => settings().FreeSpace ?? 0, copies: () => copiesToCome(memory.sagas.unfinished())},
    clock,
  )
}

interface LinksFrom {
  readonly departed: DepartedServers
  readonly known: KnownServers
  readonly health: HealthRepository
  readonly rooms: ServerRooms
  readonly ownedBy: (id: ServerId) => UserId | null
  readonly removed: readonly ((id: ServerId) => void)[]
}

function linksOf(parts: AppDeps, base: Base, from: LinksFrom): Links {
  const {log, ways} = parts
  const {clock, turns, random, people, memberOf, metainfo, fleet} = base
  const {departed, known, health, rooms, ownedBy, removed} = from
  return new Links({
    quotas: new Quotas((id) => memberOf(ownedBy(id)), fleet),
    rooms,
    clock,
    turns,
    random,
    log,
    fleet: feedOf(fleet, {
      leaving: (id, left) => void departed.leave(known.of(id)!, {rows: rowsOf(fleet, id), ...left}),
      removed: (id) => removed.forEach((listener) => listener(id)),
    }),
    memory: health,
    createClient: (wanted) => (parts.createClient ?? createClient)({...wanted, metainfo, ways}),
    knock: parts.knock,
    // A simulated network has names of its own.
    addressesOf: parts.knock ? undefined : addressesOf,
    owners: people.directory,
    isKnown: (id, now) => departed.isKnown(id, now),
    policy: parts.healthPolicy,
    patience: parts.patience,
  })
}

/** The fleet as links feed it. @param onRemoved told of ids that mean another server from now on, or none */
export function feedOf(
  fleet: Fleet,
  listeners: {
    readonly leaving: (id: ServerId, left: LeftServer) => void
    readonly removed: (id: ServerId) => void
  },
): FleetFeed {
  return {
    addServer: (id) => fleet.addServer(id),
    removeServer(id, left) {
      // Its configuration may change once more while its link still ends.
      if (fleet.serverNumber(id) === null) return
      listeners.leaving(id, left)
      fleet.removeServer(id)
      listeners.removed(id)
    },
    markServer: (id, online) => fleet.markServer(id, online),
    apply: (frame) => fleet.apply(frame),
    count: (id) => fleet.count(id),
    holders: (hash) => fleet.holders(hash).map(({serverId}) => serverId),
    has: (key) => fleet.hasKey(key),
    addedAt: (key) => fleet.addedAt(key),
    absent: (id, isCounted) => fleet.absent(id, isCounted),
    departed: (id) => fleet.departed(id),
    unseen: (id) => fleet.unseen(id),
    figures: (id) => fleet.serverFigures(id),
  }
}

function rowsOf(fleet: Fleet, id: ServerId): readonly TorrentRecord[] {
  return fleet.rowsOf(id).flatMap((row) => fleet.record(row) ?? [])
}
