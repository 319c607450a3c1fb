/**
 * A house of people and servers for the access matrix: the real door, routes, grants, people, fleet, views and executor,
 * with the routes and ways to come in that the program itself has; only the torrent servers are made up. Whatever a
 * server tells of itself holds its canary, and whatever an address of a tracker hides holds its passkey, so that a leak
 * anywhere shows as a word in an answer.
 */
import {foldersIn, mayEndFiles, preferenceNeeds, setsLimits} from '#clients/kinds/registry.ts'
import {unseen} from '#disk/fs-errors.ts'
import {Patience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import {noneLeft} from '#ownership/departed.fixture.ts'
import {OwnershipService} from '#ownership/ownership.ts'
import {serverDisk} from '#ownership/server-disks.ts'
import {authenticationOf, nounsOf, pagesOf, surroundingsOf} from '#app/compose-http.ts'
import {addressesIn, objectionToAddress} from '#clients/typed-addresses.ts'
import {CommandExecutor} from '#executor/executor.ts'
import {DestinationSpace} from '#executor/destination-space.ts'
import {MoveSpace} from '#executor/move-space.ts'
import {AllowedFolders} from '#executor/guards/allowed-folders.ts'
import {orderedAs} from '#executor/guards/ordered-as.ts'
import {Fleet} from '#fleet/fleet.ts'
import type {HttpServer} from '#http/parts.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId} from '#model/arr.ts'
import {staysAtLimit} from '#model/limit-end.ts'
import {believedFree, plainReach} from '#model/server.ts'
import type {StorageState} from '#model/services.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {Views} from '#views/query.ts'
import {VirtualClock} from '../doubles/virtual-clock.ts'
import {fakeHarness, startOfTime} from '../http/http-fakes.ts'
import {MadeUpLinks, type LinksOptions} from './access-links.fixture.ts'
import {librariesOf, requestsOf, searchesOf, wantedOf} from './access-arr.fixture.ts'
import {openHousehold} from './access-people.fixture.ts'
import {canaryOf, idOf, serverNames, type ServerName} from './access-servers.fixture.ts'

export interface HarnessOptions extends LinksOptions {
  /** Servers that exist; in their usual order. */
  readonly present?: readonly ServerName[]
  /** How the database does; well when absent. */
  readonly storage?: StorageState
  /** May members have servers of their own where those of others are? `true` when absent, so that nothing is refused for it. */
  readonly mayShare?: boolean
}

export interface AccessHarness {
  readonly http: HttpServer
  readonly clock: VirtualClock
  readonly links: MadeUpLinks
  readonly journal: readonly JournalEntry[]
  /** Headers with which somebody of the table comes in. */
  headersOf(who: string): Readonly<Record<string, string>>
  close(): Promise<void>
}

export async function accessHarness(options: HarnessOptions = {}): Promise<AccessHarness> {
  const present = options.present ?? serverNames
  const storage = options.storage ?? {ok: true, since: startOfTime, code: null}
  const clock = new VirtualClock(startOfTime)
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  const links = new MadeUpLinks(fleet, present, options)
  const household = await openHousehold({
    present,
    clock,
    turns,
    fleet,
    servers: links,
    mayShare: options.mayShare ?? true,
  })
  const {people, webui} = household.transport
  const journal: JournalEntry[] = []
  const ownership = new OwnershipService({
    isSentToMove: () => false,
    mounted: {diskAway: async () => null},
    fleet,
    turns,
    servers: () => links.list(),
    departed: noneLeft,
    disk: (id) => ({
      ...serverDisk(id, undefined, (of) => links.neighbours(of)),
      owner: people.directory.card(id)?.ownerId ?? null,
    }),
    files: (key) => links.details.files(key).catch(() => null),
    readNow: async () => true,
    places: new Places(new Patience(clock), clock),
  })
  const executor = new CommandExecutor({
    refusals: everyRefusal,
    fleet,
    gate: links,
    clock,
    log: {error: () => {}},
    objection: (id) => links.objection(id),
    server: (id) => links.get(id),
    freshness: {standstills: () => ({count: 0, seconds: 0}), caughtUp: async () => {}},
    readNow: async () => true,
    additionDefaults: () => null,
    settingsNow: async () => ({}),
    limitEnds: {
      of: async () => new Map(),
      ofForced: async () => new Map(),
      ofStarted: async () => new Map(),
      ofAdded: async () => staysAtLimit,
      ofChange: async () => staysAtLimit,
    },
    strangeFiles: {of: async () => new Map()},
    ownership,
    space: new MoveSpace(
      {get: (key) => fleet.get(key), stateOf: (key) => fleet.get(key)},
      new DestinationSpace(
        () => [],
        async () => unseen('missing', 'No folder is mapped.'),
        {whyEmpty: async () => null},
        {freeSpace: async () => ({freeSpace: believedFree(Infinity)})},
        () => null,
      ),
      {neighbours: () => [], polls: () => 0},
      {reserve: () => 0, copies: () => []},
      clock,
    ),

    movesByCategory: () => false,
    folders: new AllowedFolders(
      links,
      fleet,
      () => [],
      () => ['/data'],
    ),
    addresses: {
      of: (source) => addressesIn(source, (bytes) => insideMetainfo.read(bytes)),
      objection: (address) => objectionToAddress(address, plainReach.public),
      fetch: async () => ({magnet: `magnet:?xt=urn:btih:${'a'.repeat(40)}`}),
    },
    filesIn: async () => null,
    identityOf: async () => ({hashes: [], name: null}),
    asOf: (key) => {
      const torrent = fleet.get(key)
      return torrent && orderedAs(torrent, false, () => [])
    },
    settingNeeds: preferenceNeeds,
    foldersIn,
    mayEndFiles,
    setsLimits,
    removals: {objection: () => null},
    write: async (entries) => void journal.push(...entries),
  })
  labelAll(fleet)
  const views = new Views(fleet, turns)
  const {http} = await fakeHarness({
    fleet,
    commands: executor,
    clock,
    turns,
    registry: people.directory,
    ownership,
    servers: links,
    reader: links.reader,
    details: links.details,
    views: {
      query: (query) => {
        links.calls.push(`query ${query.scope.join(' ')}`)
        return views.query(query)
      },
      matching: (selection) => {
        links.calls.push(`matching ${selection.scope.join(' ')}`)
        return views.matching(selection)
      },
      countsPerServer: (facet, scope) => views.countsPerServer(facet, scope),
      trackerSums: async (scope) => views.trackerSums(scope, () => false),
    },
    userName: (id) => people.users.get(id)?.name ?? null,
    arrsOf: (by) => people.arrService.seenBy(by),
    library: librariesOf(present),
    wanted: wantedOf(present),
    searches: searchesOf(present),
    requests: requestsOf(present),
    trackersOn: () => [],
    rulesOf: () => [],
    mayCommandArr: (by, id) => people.arrService.mayCommand(by, id),
    readiness: () => links.readiness(),
    storage: () => storage,
    listensAt: () => ({host: webui.Host, port: webui.Port}),
    observing: () => null,
    arrsAtWork: (by) => people.arrService.seenBy(by).map((card) => ({card, running: null})),
    authentication: authenticationOf(household.transport),
    nouns: nounsOf(household.transport),
    pages: pagesOf(household.transport),
    surroundings: surroundingsOf(webui),
  })
  return {
    http,
    clock,
    links,
    journal,
    headersOf: (who) => household.headersOf(who),
    async close() {
      await http.close()
      await household.close()
    },
  }
}

/** As if an Arr that few may see said of every torrent that it is its own. */
function labelAll(fleet: Fleet): void {
  const arrId = asArrId(idOf('secret'))
  for (const id of fleet.serverIds) {
    const arrItem = canaryOf('secret')
    fleet.label(fleet.rowsOf(id).map((row) => ({key: fleet.keyAt(row), arrId, arrItem})))
  }
}
