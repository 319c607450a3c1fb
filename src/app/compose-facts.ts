/**
 * The second stage of what acts automatically: who judges torrents, and everything that is found out for that; of
 * servers, disks, the internet and Arrs. Nothing of it runs before it is started.
 */
import {ImportedFilesCheck} from '#automation/facts/imported-files-check.ts'
import {LibraryClaims, libraryFoldersShape} from '#automation/facts/library-claims.ts'
import {LookUps} from '#automation/facts/look-ups.ts'
import {ProtectingArrs} from '#automation/facts/protecting-arrs.ts'
import {KnownTorrents, readersOnMain} from '#automation/facts/known-torrents.ts'
import {ArrsOfTorrents, FreshLists, RuleFacts} from '#automation/facts/rule-facts.ts'
import {ruleWorld} from '#automation/facts/rule-world.ts'
import {SearchedFacts} from '#automation/facts/searched-facts.ts'
import {Situations} from '#automation/facts/situations.ts'
import {strikesHeld} from '#automation/supervision/hold-records.ts'
import {ManagerBirths} from '#automation/supervision/manager-threads.ts'
import {Managers} from '#automation/supervision/managers.ts'
import {ServerFeed, type ServerKnowledge} from '#automation/supervision/server-feed.ts'
import {restartRules, SharedThreads} from '#automation/supervision/shared-threads.ts'
import {SpaceFolder, LowDisks} from '#automation/whole-server/space-folder.ts'
import {isReadOnlyDisk} from '#disk/mount-table.ts'
import {LibraryService} from '#library/library-service.ts'
import {isOnThisMachine} from '#links/machines.ts'
import {MappingChecks} from '#lookups/mapping-checks.ts'
import {TrackerCrowds} from '#lookups/tracker-crowds.ts'
import {UnregisteredTimes} from '#lookups/unregistered-times.ts'
import {mediaKey, type MediaKind, type QueueRow} from '#model/arr.ts'
import {managerOf} from '#model/manager.ts'
import {levelOn} from '#registry/arrs/rights.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {phrasesFor} from '#rules/tracker-phrases.ts'
import {TOO_COSTLY} from '#registry/rules/service.ts'
import {randomUUID} from 'node:crypto'
import {takenBack} from './compose-files.ts'
import {NetworkPlaces} from '#connectivity/network-places.ts'
import {internetOfApp} from './compose-internet.ts'
import type {ActingParts, Standing} from './compose-standing.ts'

const SECOND_MS = 1_000

/** @throws {StorageFault} */
export async function openFacts(parts: ActingParts, standing: Standing) {
  const asked = askedOf(parts, standing)
  const {managers, library} = managersOf(parts, standing, asked)
  const libraries = await openLibraries(parts, standing, managers)
  const facts = factsOf(parts, standing, {
    lookUps: asked.lookUps,
    managers,
    landedFiles: libraries.landedFiles,
  })
  const {fleet, clock, servers, people} = parts
  const {memory, rules, timeZone, owing} = standing
  const {arrDirectory} = people
  const situations = new Situations(
    managers,
    servers,
    asked.internet,
    parts.moveSpace,
    facts,
    parts.instances,
  )
  const world = ruleWorld({
    fleet,
    clock,
    timeZone,
    owing,
    memory,
    situation: (id) => situations.of(id),
    lostSettings: parts.lostSettings,
    libraries: libraries.libraries,
    server: (id) => managers.server(id),
    strikesOf: (key) => strikesHeld(memory.holds, rules.all(), key),
    arrOf: (key) => {
      const id = managers.managerOf(key)
      const arr = arrDirectory.active().find((it) => (it.id as string) === id)
      return arr ? {id: arr.id, kind: arr.config.app} : null
    },
    seesArr(by, id) {
      const card = arrDirectory.card(id)
      return card !== null && levelOn(by, card) !== null
    },
  })
  const searched = new SearchedFacts({fleet, clock, world, managers, lookUps: asked.lookUps, log: parts.log})
  return {...asked, ...libraries, managers, library, facts, situations, world, searched}
}

export type Facts = Awaited<ReturnType<typeof openFacts>>

/** What has to be asked for: look-ups at servers and disks, the internet, the room on disks. */
function askedOf(parts: ActingParts, standing: Standing) {
  const {fleet, clock, random, turns, log, servers, ownership, compartmentOf} = parts
  const {memory, probe, rights, diskOf, inForce, rules} = standing
  const mappingChecks = new MappingChecks({
    mounted: parts.mounted,
    clock,
    random,
    turns,
    fleet,
    log,
    definitions: () => parts.definitions(),
    server: (id) => servers.get(id),
    files: (key) => parts.details.files(key),
    deadlines: memory.deadlines,
  })
  const times = new UnregisteredTimes(memory.holds, clock)
  const phrases = (id: ServerId, hosts: readonly string[]) =>
    phrasesFor(standing.profilesInForce(), id, hosts)
  const crowds = new TrackerCrowds(fleet, servers, clock, times, compartmentOf, phrases)
  const lookUps = new LookUps({
    clock,
    isGoing: (key) => parts.removalsUnderWay.objection(key) !== null,
    turns,
    random,
    fleet,
    ffprobe: probe,
    details: parts.details,
    servers: () => servers.list(),
    server: (id) => servers.get(id),
    disk: diskOf,
    ownership,
    sees: (by, id) => rights.seesServer(by, id),
    counts: (by, of, id) => rights.counts(by, of, id),
    takenBack: (key) => takenBack(key, memory.trash),
    unregistered: times,
    crowds,
    phrases: (id, host) => phrases(id, [host]),
    mounted: parts.mounted,
    patience: parts.mounted.patience,
  })
  const places = new NetworkPlaces(fleet, servers, compartmentOf)
  const internet = internetOfApp(parts, servers, places, inForce, {
    reaches: parts.reachesHost,
    isNeeded: () => rules.all().some(({rule: {mode}}) => mode !== 'off'),
  })
  const spaceFolder = new SpaceFolder(
    inForce,
    parts.disks,
    parts.mounted,
    () => parts.definitions().filter(({enabled}) => enabled),
    isOnThisMachine,
    clock,
  )
  const lowDisks = new LowDisks(inForce, spaceFolder)
  return {mappingChecks, times, crowds, lookUps, internet, spaceFolder, lowDisks}
}

function managersOf(
  parts: ActingParts,
  {memory, inForce, rules, ruleService, rights, owing, memberOf, timeZone}: Standing,
  {lookUps, internet, lowDisks}: ReturnType<typeof askedOf>,
) {
  const {fleet, clock, turns, log, servers, people} = parts
  const threads = new SharedThreads({clock, log, rules: () => restartRules(inForce)})
  const entry = new URL('../automation/supervision/manager-thread.ts', import.meta.url)
  const run = randomUUID()
  const restMs = () => inForce.settings.LoopSleepTimer * SECOND_MS
  const ofServers: ServerKnowledge = {
    ownerOf: (id) => people.directory.card(id)?.ownerId ?? null,
    internetOf: (id) => ({internet: internet.stateOf(id), unprovenFor: internet.unprovenFor(id)}),
    isDiskLow: (id, free) => lowDisks.isLow(id, free),
    onlineBefore: parts.serversOnlineBefore,
  }
  const library = new LibraryService({
    store: parts.store,
    clock,
    random: parts.random,
    turns,
    log,
    exists: (id) => !people.arrDirectory.hasLeft(id),
    queued: (id) => queuedMedia(managers.of(id)?.queue ?? []),
  })
  const managers = new Managers({
    births: new ManagerBirths(run, timeZone, restMs, parts.observes),
    thread: parts.thread ?? ((plan) => threads.thread({...plan, entry})),
    fleet,
    clock,
    turns,
    log,
    memory,
    lookUps,
    owing,
    reaches: rights.reaches,
    servers,
    serverFeed: new ServerFeed(fleet, clock, servers, ofServers, run),
    arrs: () => people.arrDirectory.active(),
    rules: () => rules.all(),
    memberOfRule(id) {
      return memberOf(rules.card(id)?.owner ?? null)
    },
    isTooCostly: (id) => memory.suspensions.of(id)?.reason === TOO_COSTLY,
    costly: (id, ms) => void ruleService.suspendCostly(id, ms),
    seesArr: rights.mayOnArr('read'),
    passages: () => inForce.passages,
    library,
  })
  return {managers, library}
}

/** As `movie/17`; a series, artist or author is on its way when anything of it is. */
function queuedMedia(queue: readonly QueueRow[]): ReadonlySet<string> {
  const media = queue.flatMap((row) => row.media)
  const parents = media.flatMap(({kind, parentId}) => {
    const parent = parentOf[kind]
    return parent === null || parentId === null ? [] : [`${parent}/${parentId}`]
  })
  return new Set([...media.map(mediaKey), ...parents])
}

const parentOf: Readonly<Record<MediaKind, string | null>> = {
  movie: null,
  episode: 'series',
  album: 'artist',
  book: 'author',
}

/** Where Arrs have their libraries, and what of it we see. @throws {StorageFault} */
async function openLibraries(parts: ActingParts, standing: Standing, managers: Managers) {
  const {fleet, clock, people, servers, compartmentOf} = parts
  const {diskOf, rights, memberOf, lastAnswers} = standing
  const knownLibraries = await lastAnswers('arr_libraries', libraryFoldersShape)
  const landedFiles = new ImportedFilesCheck(
    fleet,
    parts.details,
    parts.disks,
    parts.mounted,
    (path) => isReadOnlyDisk(path),
    clock,
  )
  const protecting = new ProtectingArrs(people.arrDirectory, knownLibraries, managers, landedFiles, {
    reaches: ({authority}, server) => rights.reaches(authority, server),
    memberOf: ({authority}) => memberOf(authority.owner),
    compartmentOf,
  })
  const libraries = new LibraryClaims(
    fleet,
    parts.details,
    {
      on: (id) => protecting.on(id),
      isHeard: (id) => managers.of(id)?.fault === null,
      folders: (id) => managers.ask(managerOf(id), 'libraryFolders', {}),
      fileIn: (id, data) => managers.ask(managerOf(id), 'libraryFileIn', {data}),
    },
    {
      mappings: (id) => diskOf(id).mappings,
      allMappings: () => servers.list().flatMap(({id}) => diskOf(id).mappings),
      places: parts.places,
    },
    knownLibraries,
    clock,
  )
  return {landedFiles, protecting, libraries}
}

function factsOf(
  {fleet, clock, turns, servers, ownership}: ActingParts,
  {memory, timeZone, owing}: Standing,
  known: {readonly lookUps: LookUps; readonly managers: Managers; readonly landedFiles: ImportedFilesCheck},
) {
  const {lookUps, managers, landedFiles} = known
  return new RuleFacts(
    new KnownTorrents(fleet, managers, memory, readersOnMain(clock, timeZone, owing, true)),
    new ArrsOfTorrents(managers, landedFiles),
    new FreshLists(servers, ownership, turns),
    lookUps,
    clock,
  )
}
