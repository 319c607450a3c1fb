/**
 * Everything that acts by itself, put together: what is remembered, which rules stand, who judges, who looks things up,
 * and who carries out. Its parts know each other only through what they are handed here.
 */
import {randomUUID} from 'node:crypto'
import {accessOf, compartmentOfOwner} from '#accounts/grants.ts'
import {LastAnswers} from '#automation-state/last-answers.ts'
import {Memory} from '#automation-state/memory.ts'
import type {SearchRuns} from '#automation-state/search-runs.ts'
import type {AlertBoard} from '#automation/alerts/active-alerts.ts'
import {actionDetails} from '#automation/actions/action-commands.ts'
import {ActionEnds} from '#automation/actions/action-ends.ts'
import {ArrActions, failingArr} from '#automation/actions/arr-actions-gate.ts'
import {ArrSearches} from '#automation/actions/arr-searches.ts'
import {hasWantedTooMuch} from '#automation/actions/common-causes.ts'
import {noteManualChanges} from '#automation/actions/manual-changes.ts'
import {OwnLabels} from '#automation/actions/own-labels.ts'
import {RuleActionQueue} from '#automation/actions/rule-action-queue.ts'
import {SearchEnds} from '#automation/actions/search-ends.ts'
import {HealthMonitor} from '#automation/alerts/health-monitor.ts'
import {MissingFilesWatch} from '#automation/alerts/missing-files-watch.ts'
import {MountWatch} from '#automation/alerts/mount-watch.ts'
import {LinkWatch} from '#automation/alerts/link-watch.ts'
import type {PersonNotices} from '#automation/alerts/person-notices.ts'
import {RejectedImports, rejectedSinceShape} from '#automation/alerts/rejected-imports.ts'
import {RecheckWatch} from '#automation/alerts/recheck-watch.ts'
import {PurgeWaits} from '#automation/alerts/purge-waits.ts'
import {RestoredDatabase} from '#automation/alerts/restored-database.ts'
import {UnregisteredWatch} from '#automation/alerts/unregistered-watch.ts'
import {ImportedFilesCheck} from '#automation/facts/imported-files-check.ts'
import {LibrariesAway} from '#automation/facts/libraries-away.ts'
import {LibraryClaims, libraryFoldersShape} from '#automation/facts/library-claims.ts'
import {libraryFilesIn} from '#automation/facts/libraries-for-people.ts'
import {contentLinks} from '#automation/facts/links-for-people.ts'
import {lostTimes} from '#automation/facts/lost-times.ts'
import {LookUps} from '#automation/facts/look-ups.ts'
import {factsWithPaths} from '#automation/facts/path-decisions.ts'
import {presenceOf} from '#automation/facts/presence.ts'
import {ProtectingArrs} from '#automation/facts/protecting-arrs.ts'
import {RuleFacts} from '#automation/facts/rule-facts.ts'
import {pathWorld, ruleWorld, type RuleWorld} from '#automation/facts/rule-world.ts'
import {Situations} from '#automation/facts/situations.ts'
import type {TorrentSubject} from '#automation/manager/torrent-subject.ts'
import {Programs} from '#automation/programs/programs.ts'
import {runProgram} from '#automation/programs/run-program.ts'
import {failDownload, type FailDeps} from '#automation/sagas/fail-download.ts'
import {searchAgain} from '#automation/sagas/search-again.ts'
import {endSagasOfServer, isOfDecision} from '#automation/sagas/saga-subjects.ts'
import {unfinishedActions} from '#automation/sagas/unfinished.ts'
import {automationFigures} from '#automation/supervision/automation-figures.ts'
import {CompletionWatch} from '#automation/supervision/completion-watch.ts'
import {arrivalsOf, milestonesOf} from '#automation/supervision/download-records.ts'
import {holdMessages, strikesHeld} from '#automation/supervision/hold-records.ts'
import {ConfigInForce} from '#automation/supervision/config-in-force.ts'
import type {RuleConfig} from '#automation/supervision/inherited-sections.ts'
import {managerOf} from '#automation/supervision/manager-threads.ts'
import {restartRules, SharedThreads} from '#automation/supervision/shared-threads.ts'
import {Managers, type ManagersDeps} from '#automation/supervision/managers.ts'
import {RecentRefusals} from '#automation/supervision/recent-refusals.ts'
import {simulatedBy} from '#automation/supervision/simulated-by.ts'
import type {MetainfoReader} from '#clients/port.ts'
import {ruleReader} from '#request-work/readers.ts'
import type {RequestReader} from '#request-work/request-work.ts'
import type {BlockingArrs} from '#automation/undo/blocklist-undo.ts'
import {LowDisks} from '#automation/whole-server/low-disks.ts'
import {SpaceFolder} from '#automation/whole-server/space-folder.ts'
import {writesOwnTags} from '#config/config.ts'
import {isReadOnlyDisk} from '#disk/mount-table.ts'
import {contradictionAt, toOurs, type ServerDisk} from '#disk/path-mapping.ts'
import type {Patience} from '#disk/patience.ts'
import type {Places} from '#disk/places.ts'
import type {CopyDiskDeps} from '#automation/copies/copying.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import {usualLimits} from '#executor/guards/rules/decision-limits.ts'
import {FoundEntries} from '#trash/found-entries.ts'
import type {RemovalState} from '#trash/removal-steps.ts'
import type {MoveSpace} from '#executor/move-space.ts'
import {ignoredTags, type IgnoredTags} from '#rules/ignored-tags.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Journal} from '#journal/journal.ts'
import type {InstanceClock} from '#lib/instance-clock.ts'
import {Lifecycle} from '#lib/lifecycle.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {isOnThisMachine} from '#links/machines.ts'
import {MappingChecks} from '#lookups/mapping-checks.ts'
import {TrackerCrowds} from '#lookups/tracker-crowds.ts'
import {UnregisteredTimes} from '#lookups/unregistered-times.ts'
import type {RunProgram} from '#media/ffprobe.ts'
import {patternSet, unwantedFiles} from '#media/pattern-sets.ts'
import {ProbeProgram} from '#media/probe-program.ts'
import type {Compartment, UserId} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {MediaProbeView} from '#model/arr-service.ts'
import type {UnfinishedAction} from '#model/unfinished.ts'
import type {Arrival, Explainer, Milestone, SubjectName} from '#model/decision.ts'
import {fleetManagerId} from '#model/manager.ts'
import {UNWANTED, type RuleId} from '#model/rule.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {
  AutomationFigures,
  ContentLinks,
  LibraryOnServer,
  ListFreshness,
  ServerView,
  LimitEndReader,
  TorrentReader,
} from '#model/services.ts'
import type {EpochMs} from '#model/units.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {keptFoldersShape} from '#orphans/arr-libraries.ts'
import type {PathSubject} from '#orphans/path-facts.ts'
import {PathQuarantines} from '#orphans/path-quarantines.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import {demandOn, levelOn} from '#registry/arrs/rights.ts'
import {RulePreviews} from '#registry/rules/previews.ts'
import type {RuleOwner} from '#registry/rules/reach.ts'
import {TOO_COSTLY} from '#registry/rules/service.ts'
import type {InstanceMarks} from '#automation/webhooks/instance-marks.ts'
import type {LostTime} from '#store/known-runs.ts'
import type {LastSeen} from '#store/last-seen.ts'
import type {Store} from '#store/store.ts'
import {
  copiesOfApp,
  extraFilesOfApp,
  orphansOfApp,
  takenBack,
  trashOfApp,
  type OrphansOfApp,
  type OrphansOfAppDeps,
  type TrashOfApp,
  type HasLeftPermanently,
} from './compose-files.ts'
import {internetOfApp} from './compose-internet.ts'
import type {PeopleOfApp} from './compose-people.ts'
import {openRulesOfApp, rightsOfApp, wholeServersOfApp, type RulesOfApp} from './compose-rules.ts'

interface ActingDeps {
  /** What holds rules back now. */
  readonly board: AlertBoard
  readonly notices: PersonNotices
  readonly people: PeopleOfApp
  readonly store: Store
  readonly fleet: Fleet
  readonly clock: InstanceClock
  /** The database does not know of it, as the data folder says. */
  readonly lost: LostTime | null
  /** What it knows of the run before; `null` = there was none. */
  readonly known: LastSeen['known']
  readonly runs: LastSeen['runs']
  readonly turns: TimeSlice
  readonly random: () => number
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly requestWork: RequestReader
  readonly metainfo: MetainfoReader
  readonly journal: Pick<Journal, 'write'>
  readonly executor: Pick<
    CommandExecutor,
    'run' | 'refusals' | 'runOnServer' | 'add' | 'objectionToFolder' | 'objectionToNamed'
  >
  readonly removalsUnderWay: UnconfirmedRemovals
  readonly details: TorrentReader
  readonly limitEnds: LimitEndReader
  /** Folders that it writes to or watches itself, as it writes them. @throws {CommodarrError} it is away */
  readonly foldersOfServer: (id: ServerId) => Promise<readonly string[]>
  readonly moveSpace: MoveSpace
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly space: CopyDiskDeps['space']
  readonly servers: {
    list(): readonly ServerView[]
    get(id: ServerId): ServerView | null
    /** Asks it for its list now. @throws {CommodarrError} */
    poll(id: ServerId, closely?: readonly InfoHash[]): Promise<void>
    neighbours(id: ServerId): readonly ServerId[]
    /** Tells when the status of one is another. @returns how to stop */
    onStatus(listener: (id: ServerId) => void): () => void
  } & ListFreshness
  readonly ownership: OwnershipService
  /** Where our paths lie on disks. */
  readonly places: Places
  readonly diskOf: (id: ServerId) => ServerDisk
  readonly compartmentOf: (id: ServerId) => Compartment
  readonly diskPatience: Patience
  readonly definitions: () => readonly ServerDefinition[]
  readonly config: RuleConfig
  /** So many settings that protect the configuration lacks: meanwhile rules remove and move nothing. */
  readonly lostSettings: () => number
  readonly hasLeftPermanently: HasLeftPermanently
  /** `--observe`: what follows from the configuration is judged and told, not done. */
  readonly observes: () => boolean
  /** For tests: a manager without a thread of its own. */
  readonly thread?: ManagersDeps['thread']
  /** For simulations: who runs ffprobe. */
  readonly runFfprobe?: RunProgram
  /** Does this host on the internet answer? */
  readonly reachesHost: (host: string) => Promise<boolean>
  /** This Arr answers, for the first time or again. */
  readonly arrAnswers: ManagersDeps['arrAnswers']
  /** For the executor: told before anything is sent. */
  readonly watchesChecks: (watch: RecheckWatch) => void
  /** For the executor: told of what was added by a link. */
  readonly watchesLinks: (watch: LinkWatch) => void
  /** For disks of servers: told before anybody asks whose files are where. */
  readonly checksMappings: (checks: MappingChecks) => void
  /** Who looks after Arrs, and what they tell of the age of our database. */
  readonly instances: Pick<InstanceMarks, 'otherAt' | 'evidence' | 'isKnown' | 'onLost'>
  /** Where an Arr keeps its library. */
  readonly libraryAsker: OrphansOfAppDeps['asker']
  readonly orphanPace: Pick<OrphansOfAppDeps, 'firstLookMs' | 'settledMs'> | undefined
}

interface ActingOfApp {
  readonly memory: Memory
  /** They keep rules that remove away. */
  readonly ignoredTags: () => IgnoredTags
  readonly ruleService: RulesOfApp['ruleService']
  readonly previews: RulePreviews<TorrentSubject, PathSubject>
  readonly managers: Managers
  /** With what the executor said no to. */
  readonly explainer: Explainer
  readonly actionQueue: RuleActionQueue
  readonly trash: TrashOfApp['trash']
  /** For what people remove. */
  readonly removals: TrashOfApp['removals']
  readonly noTrash: TrashOfApp['noTrash']
  /** It still owes its tracker seeding. */
  readonly owes: RuleWorld['owes']
  /** Who holds its bytes beside torrents; `null` = not known. */
  readonly links: (key: TorrentKey) => Promise<ContentLinks | null>
  /** Arrs that may have torrents on that server. */
  readonly librariesOn: (id: ServerId) => readonly LibraryOnServer[]
  /** How many files of the library of an Arr go with the data of a torrent; `null` = it cannot be known now. */
  readonly libraryFiles: (key: TorrentKey, arr: ArrId) => Promise<number | null>
  readonly orphans: OrphansOfApp['orphans']
  /** What Arrs searched, and what came of it. */
  readonly searchRuns: SearchRuns
  readonly rejectedImports: Pick<RejectedImports, 'of'>
  readonly milestones: (key: TorrentKey) => readonly Milestone[]
  /** What an Arr imported at `from` or later. */
  readonly arrivals: (arr: ArrId, from: EpochMs) => readonly Arrival[]
  /** Actions of several steps, oldest first. */
  readonly unfinished: () => readonly UnfinishedAction[]
  /** For the undo of what rules blocklisted. */
  readonly blockingArrs: BlockingArrs
  /** `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
  /** Whose it is; `null` = no person's. */
  readonly ruleOwner: (id: RuleId) => UserId | null
  figures(): AutomationFigures
  /** Written of commands: what people change, rules leave alone for a while. */
  manualActions(entries: readonly JournalEntry[]): void
  /** Another daemon answers at its address: what waits for it ends. */
  forgetServer(id: ServerId): Promise<void>
  /** The configuration changed, or whether it is only observed. */
  configure(config?: RuleConfig): Promise<void>
  /** `null` = nobody needed it yet. */
  mediaProbe(): MediaProbeView | null
  /** From here on it decides and acts. @throws {StorageFault} then nothing of it runs */
  start(): Promise<void>
  /** Nothing new is decided or begun. What is under way goes on after the next start. */
  stop(): Promise<void>
  /** After everything that writes. */
  close(): Promise<void>
}

const SECOND_MS = 1_000
/** @throws {StorageFault} */
export async function openActing(parts: ActingDeps): Promise<ActingOfApp> {
  const {people, store, fleet, clock, turns, random, log, journal, executor, servers, board} = parts
  const {lostSettings} = parts
  const run = randomUUID()
  const timeZone = Temporal.Now.timeZoneId()
  const memory = await Memory.open({
    store,
    clock,
    random,
    onFault: (error, lost) => log.error({err: error, lost}, 'what is remembered could not be written'),
  })
  const {rules, ruleService} = await openRulesOfApp({
    people,
    store,
    memory,
    clock,
    log,
    readRule: ruleReader(parts.requestWork),
    programs: () => inForce.programs,
    sections: () => arrDirectory.active().map(({id}) => id),
  })
  const {diskOf, ownership, compartmentOf} = parts
  const {arrDirectory} = people
  const probe = new ProbeProgram({
    clock,
    onMissing: (command) => log.warn({command}, 'there is no ffprobe: media files are not probed'),
    ...(parts.runFfprobe && {run: parts.runFfprobe}),
    onFound: () => void followConfig(),
  })
  const inForce = new ConfigInForce(parts.config, {
    directory: arrDirectory,
    observes: () => parts.observes(),
    hasFfprobe: () => (probe.view?.version ?? null) !== null,
  })
  const disks = {patience: parts.diskPatience, mounts: memory.mounts}
  const mappingChecks = new MappingChecks({
    ...disks,
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
  parts.checksMappings(mappingChecks)
  const times = new UnregisteredTimes({holds: memory.holds, clock})
  const seen = {fleet, clock, turns, servers: () => servers.list(), phrases: () => undefined}
  const crowds = new TrackerCrowds({...seen, times, compartmentOf})
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
    sees: (by, id) => seesServer(by, id),
    counts: (by, of, id) => counts(by, of, id),
    phrases: () => undefined,
    takenBack: (key) => takenBack(key, memory.trash),
    unregistered: times,
    crowds,
    ...disks,
  })
  const ourselves = accessOf(
    {userId: null, role: 'administrator', scopes: null, servers: null},
    people.directory,
  )
  const rechecks = new RecheckWatch({
    board,
    fleet,
    clock,
    log,
    executor,
    ourselves,
    files: (key) => parts.details.files(key),
    deadlines: memory.deadlines,
    write: (entries) => journal.write(entries),
  })
  parts.watchesChecks(rechecks)
  const addedLinks = new LinkWatch({
    board,
    fleet,
    clock,
    log,
    executor,
    ownership,
    ourselves,
    words: {
      server: (id) => ownership.serverOf(id),
      hasLeft: (id) => ownership.hasLeft(id),
      nameOf: (key) => ownership.nameOf(key),
    },
    deadlines: memory.deadlines,
    write: (entries) => journal.write(entries),
  })
  parts.watchesLinks(addedLinks)
  const {
    reaches,
    accessOf: accessOfYes,
    commandsArr,
    seesServer,
    counts,
    mayOnArr,
  } = rightsOfApp(people, rules, compartmentOf)
  const owing = () => ({
    sections: inForce.sections,
    unmanaged: inForce.unmanaged,
    lostTimes: lostTimes({runs: parts.runs, servers: () => servers.list(), compartmentOf}),
  })
  /** The member whose own it is; `null` = the house's. */
  const memberOf = (owner: RuleOwner) =>
    owner === 'file' ? null : compartmentOfOwner(owner, (user) => people.users.get(user)?.role ?? null)
  const internet = internetOfApp({
    board,
    fleet,
    turns,
    clock,
    log,
    servers,
    neighbours: (id) => servers.neighbours(id),
    compartmentOf,
    onStatus: (listener) => servers.onStatus(listener),
    config: () => inForce.config,
    isNeeded: () => rules.all().some(({rule: {mode}}) => mode !== 'off'),
    write: (entries) => journal.write(entries),
    reaches: parts.reachesHost,
  })
  const spaceFolder = new SpaceFolder({
    ...disks,
    clock,
    isHere: isOnThisMachine,
    folder: () => inForce.settings.FreeSpaceFolder,
    definitions: () => parts.definitions().filter(({enabled}) => enabled),
    mappings: (id) => diskOf(id).mappings,
  })
  const lowDisks = new LowDisks({
    keep: () => inForce.settings.FreeSpace,
    measured: (id) => spaceFolder.of(id),
  })
  const threads = new SharedThreads({clock, log, rules: () => restartRules(inForce)})
  const managers: Managers = new Managers({
    fleet,
    clock,
    turns,
    log,
    run,
    timeZone,
    memory,
    lookUps,
    owing,
    reaches,
    servers,
    onServerStatus: (listener) => servers.onStatus(listener),
    serverOwner: (id) => people.directory.card(id)?.ownerId ?? null,
    internetOf: (id) => ({internet: internet.stateOf(id), unprovenFor: internet.unprovenFor(id)}),
    isDiskLow: (id, free) => lowDisks.isLow(id, free),
    arrs: () => arrDirectory.active(),
    rules: () => rules.all(),
    memberOfRule(id) {
      return memberOf(rules.card(id)?.owner ?? null)
    },
    isTooCostly: (id) => memory.suspensions.of(id)?.reason === TOO_COSTLY,
    costly: (id, ms) => void ruleService.suspendCostly(id, ms),
    seesArr: mayOnArr('read'),
    passages: () => inForce.passages,
    decided: (decisions) => void actionQueue.take(decisions),
    isRefused: (rule, key) => noes.has(rule, key),
    waits: {
      removalWait: (key) => actionQueue.leftAlone.removalWait(key),
      holdsBack: (action) => actionQueue.leftAlone.holdsBack(action),
    },
    searches: {
      oweTo: (...it) => searches.oweTo(...it),
      searchManually: (...it) => searches.searchManually(...it),
    },
    queueRead: (id, reading) => rejectedImports.heard(id, reading),
    arrAnswers: (id) => {
      parts.arrAnswers(id)
      void libraries.answers(id)
    },
    restMs: () => inForce.settings.LoopSleepTimer * SECOND_MS,
    observes: () => parts.observes(),
    thread: parts.thread ?? ((plan) => threads.thread(plan)),
    entry: new URL('../automation/supervision/manager-thread.ts', import.meta.url),
  })
  const remembered = {store, clock, log, hasLeft: parts.hasLeftPermanently.arr}
  const rejectedImports = new RejectedImports({
    clock,
    managers,
    holders: (hash) => fleet.holders(hash),
    known: await LastAnswers.open({...remembered, name: 'arr_rejected_since', shape: rejectedSinceShape}),
  })
  const searches = new ArrSearches({
    managers,
    searched: memory.searched,
    clock,
    sagas: () => sagas,
    nameOf: (id) => arrDirectory.card(id)?.name ?? id,
  })
  const searchEnds = new SearchEnds({
    runs: memory.searchRuns,
    endOf: (id, asked) => managers.ask(managerOf(asArrId(id)), 'searchEnd', asked),
    clock,
    log,
  })
  const knownLibraries = await LastAnswers.open({
    ...remembered,
    name: 'arr_libraries',
    shape: libraryFoldersShape,
  })
  const landedFiles = new ImportedFilesCheck({
    ...disks,
    clock,
    fleet,
    mappings: (id) => diskOf(id).mappings,
    isReadOnly: (path) => isReadOnlyDisk(path),
    files: (key) => parts.details.files(key),
  })
  const protecting = new ProtectingArrs({
    directory: arrDirectory,
    known: knownLibraries,
    managers,
    unseenFolders: (id) => landedFiles.doubts(id),
    reaches,
    memberOf,
    compartmentOf,
  })
  const libraries = new LibraryClaims({
    clock,
    fleet,
    arrs: {
      on: (id) => protecting.on(id),
      isHeard: (id) => managers.of(id)?.fault === null,
      folders: (id) => managers.ask(managerOf(id), 'libraryFolders', {}),
      fileIn: (id, data) => managers.ask(managerOf(id), 'libraryFileIn', {data}),
    },
    known: knownLibraries,
    files: (key) => parts.details.files(key),
    disks: {
      mappings: (id) => diskOf(id).mappings,
      allMappings: () => servers.list().flatMap(({id}) => diskOf(id).mappings),
      places: parts.places,
    },
  })
  const facts = new RuleFacts({
    fleet,
    turns,
    clock,
    timeZone,
    owing,
    memory,
    lookUps,
    fileRules: (key) => managers.fileRules(managers.managerOf(key)),
    server: (id) => managers.server(id),
    freshness: servers,
    couldObject: (id) => ownership.couldObject(id),
    poll: ({serverId, hash}) => servers.poll(serverId, [hash]),
    saying: async (key, isFresh) => {
      const id = managers.managerOf(key)
      return id === null ? null : managers.ask(id, 'saying', {key, isFresh})
    },
    arrChecked: async (key) => {
      const id = managers.managerOf(key)
      if (id !== null) await managers.ask(id, 'checked', {})
    },
    imported: (key, saying) => landedFiles.checked(key, saying),
  })
  const situations = new Situations({
    managers,
    internet,
    moves: parts.moveSpace,
    features: (id) => servers.get(id)?.features ?? null,
    facts,
    isOthers: (id) => parts.instances.otherAt(id) !== null,
  })
  const mountWatch = new MountWatch({
    board,
    ...disks,
    deadlines: memory.deadlines,
    clock,
    log,
    write: (entries) => journal.write(entries),
    definitions: () => parts.definitions().filter(({enabled}) => enabled),
    savePaths: (id) => fleet.savePaths(id),
    spaceFolder: () => inForce.settings.FreeSpaceFolder,
  })
  const unregistered = new UnregisteredWatch({
    board,
    fleet,
    clock,
    log,
    times,
    crowds,
    lookUps,
    isSuspended: () => hasWantedTooMuch(memory.suspensions),
    write: (entries) => journal.write(entries),
  })
  const missingFiles = new MissingFilesWatch({
    board,
    fleet,
    turns,
    clock,
    log,
    write: (entries) => journal.write(entries),
    servers: () => servers.list(),
    mappings: (id) => diskOf(id).mappings,
  })
  const doubts = new HealthMonitor({
    board,
    clock,
    log,
    write: (entries) => journal.write(entries),
    servers: () => servers.list(),
    managed: (id) => managers.server(id),
    freshness: servers,
    holdsOthers: (id) => ownership.holdsOthers(id),
    arrs: () => arrDirectory.active().map(({id}) => protecting.doubtsOf(id)),
  })
  const world = ruleWorld({
    fleet,
    clock,
    timeZone,
    owing,
    memory,
    situation: (id) => situations.of(id),
    lostSettings,
    libraries,
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
  const write = (...given: Parameters<Journal['write']>) => journal.write(...given)
  const hasLeft = (id: ServerId) => people.directory.hasLeft(id)
  const {hasLeftPermanently} = parts
  const presence = (subject: SubjectName) =>
    presenceOf(facts.torrent(subject), {fleet, servers, hasLeft: hasLeftPermanently.server})
  const librariesAway = new LibrariesAway({
    on: (id) => protecting.on(id),
    arr: (id) => protecting.of(id),
    isOff: (id) => arrDirectory.isOff(id),
    async check(id) {
      await managers.ask(managerOf(id), 'checked', {})
    },
  })
  const purgeWaits = new PurgeWaits({board, clock, log, write, nameOf: (id) => protecting.doubtsOf(id).name})
  const {trash, recycling, removals, noTrash, sagaKinds} = trashOfApp({
    repository: memory.trash,
    metainfo: parts.metainfo,
    executor,
    removals: parts.removalsUnderWay,
    fleet,
    clock,
    write,
    log,
    ourselves,
    accessOf: accessOfYes,
    hasLeft,
    hasLeftPermanently,
    foundLess: (key, before) => rechecks.foundLess(key, before),
    lostSettings,
    details: parts.details,
    libraryOf: (key) => libraries.look(key, 'data'),
    libraryAway: (of) => librariesAway.of(of),
    libraryAwayNow: (of) => librariesAway.now(of),
    waitsFor: (away) => purgeWaits.heard(away),
    limitEnds: parts.limitEnds,
    disk: diskOf,
    ownership,
    sagas: () => sagas,
    begun: memory.sagas,
    servers,
    patience: disks.patience,
  })
  const {extraFiles, saga: extraFilesSaga} = extraFilesOfApp({
    repository: memory.trash,
    fleet,
    clock,
    write,
    lostSettings,
    details: parts.details,
    patience: disks.patience,
    fileRules: (set) => inForce.fileRules(set),
    disk: diskOf,
    ownership,
    hasLeft,
    sagas: () => sagas,
  })
  const pathQuarantines = new PathQuarantines({deadlines: memory.deadlines, clock})
  const orphans: OrphansOfApp = orphansOfApp({
    ...disks,
    ...parts.orphanPace,
    lostSettings,
    fleet,
    clock,
    turns,
    log,
    write,
    details: parts.details,
    foldersOfServer: parts.foldersOfServer,
    disk: diskOf,
    ownership,
    hasLeft,
    sagas: () => sagas,
    servers: () => servers.list(),
    poll: (id) => servers.poll(id),
    repository: memory.trash,
    spent: memory.spent,
    arrs: arrDirectory,
    memberOf: (owner) => memberOf(owner ?? 'file'),
    asker: parts.libraryAsker,
    known: await LastAnswers.open({...remembered, name: 'arr_kept_folders', shape: keptFoldersShape}),
    timeZone,
    rules: () => rules.all(),
    quarantines: pathQuarantines,
    decided: (decisions) => actionQueue.take(decisions),
    awaited(id) {
      const queue = managers.of(id)?.queue ?? null
      return queue && queue.flatMap(({outputPath}) => outputPath || [])
    },
  })
  const previews = new RulePreviews({
    clock,
    turns,
    readRule: ruleReader(parts.requestWork),
    programs: () => inForce.programs,
    world,
    sections: () => arrDirectory.active().map(({id}) => id),
    rules: ruleService,
    accessOf: accessOfYes,
    heldBy: (rule) => holdMessages(memory.holds, [rule])[0]?.holds ?? new Map(),
    wantedBy: (rule, since) => simulatedBy(memory.verdicts, rule, since),
    paths: pathWorld({listed: orphans.rules, state: () => orphans.orphans.state(), clock, lostSettings}),
  })
  const ownLabels = new OwnLabels({
    executor,
    clock,
    torrents: memory.torrents,
    areWritten: () => writesOwnTags(inForce.config),
    hasLabels: (id) => servers.get(id)?.features?.addTags.support !== 'none',
    tagsOnServer(key) {
      const row = fleet.rowOf(key)
      return row === null ? [] : fleet.valueAt(row, 'tags')
    },
    changed: (key) => managers.remembered(key),
  })
  const copies = copiesOfApp({
    ...disks,
    board,
    log,
    ourselves,
    hasLeftPermanently,
    fleet,
    clock,
    write,
    details: parts.details,
    limitEnds: parts.limitEnds,
    executor,
    begun: memory.sagas,
    sagas: () => sagas,
    server: (id) => servers.get(id),
    freshSince: (id) => servers.freshSince(id),
    deadlines: memory.deadlines,
    mappings: (id) => diskOf(id).mappings,
    space: parts.space,
    reserve: () => inForce.settings.FreeSpace ?? 0,
    taken: (...disk) => parts.moveSpace.taken(...disk),
    rules: (id) => rules.of(id),
  })
  const programs = new Programs({
    facts,
    clock,
    write,
    log,
    deadlines: memory.deadlines,
    run: runProgram,
    pathOf: (name) => inForce.programPath(name),
    isObserving: () => parts.observes(),
    ourPath({serverId}, path) {
      const {mappings} = diskOf(serverId)
      return contradictionAt(path, mappings) === null ? toOurs(path, mappings) : null
    },
  })
  const noes = new RecentRefusals(memory.suspensions, (key) => managers.refusalChanged(key))
  const ends = new ActionEnds({
    clock,
    torrents: memory.torrents,
    refusals: noes,
    managers,
    torrent: (subject) => facts.torrent(subject),
  })
  const ended: FailDeps['ended'] = (...end) => ends.ended(...end)
  const actionQueue: RuleActionQueue = new RuleActionQueue({
    board,
    notices: parts.notices,
    executor: ownLabels,
    objectionToFolder: (...asked) => executor.objectionToFolder(...asked),
    objectionToNamed: (...asked) => executor.objectionToNamed(...asked),
    removals: parts.removalsUnderWay,
    facts: factsWithPaths(facts, orphans.rules),
    otherNames: (key) => memory.torrents.otherNames(key),
    situation: (id) => situations.of(id),
    arrSituation: (subject) => situations.ofArr(subject),
    libraries,
    rechecks,
    lostSettings,
    clock,
    write,
    log,
    presence,
    limitEnds: parts.limitEnds,
    addedAt: (subject) => {
      const key = facts.torrent(subject)
      return (key && fleet.get(key)?.addedAt) ?? null
    },
    explain: (key, isRefresh) => managers.explain(key, isRefresh),
    early: (key, ruleId) => managers.early(key, ruleId),
    endHold: (key, ruleId, revision) => managers.endHold(key, ruleId, revision),
    explainPath: (subject) => orphans.rules.explain(subject),
    isBegun: (decision) => memory.sagas.unfinished().some((saga) => isOfDecision(saga, decision)),
    orphans: orphans.forRules,
    pathQuarantines,
    ourselves,
    trash,
    recycling,
    extraFiles,
    programs,
    copying: copies.copying,
    details: actionDetails({
      details: parts.details,
      turns,
      server: (id) => servers.get(id),
      fileRules: (set, key) =>
        set === UNWANTED
          ? unwantedFiles(managers.fileRules(managers.managerOf(key)))
          : (patternSet(set) ?? inForce.fileRules(set)),
      objectionToMove: async (key, path) => (await parts.moveSpace.objection(key, path))?.message ?? null,
    }),
    arr: new ArrActions({
      managers,
      searches,
      facts,
      fleet,
      sagas: () => sagas,
      commandsArr: mayOnArr('control'),
      ruleName: (id) => rules.card(id)?.name ?? id,
      searchesOnce: (id) => rules.card(id)?.origin === 'preset',
      cannotErase(id) {
        const feature = servers.get(id)?.features?.removeWithData
        return feature?.support === 'none' ? feature.reason : null
      },
    }),
    accessOf: accessOfYes,
    compartmentOf,
    commandsArrOf(by, subject) {
      const key = facts.torrent(subject)
      const id = key && managers.managerOf(key)
      return !id || id === fleetManagerId || commandsArr(by, asArrId(id))
    },
    rules: (id) => rules.of(id),
    limits: usualLimits,
    spent: memory.spent,
    suspensions: memory.suspensions,
    holds: memory.holds,
    deadlines: memory.deadlines,
    verdicts: memory.verdicts,
    waitsChanged: (key) => managers.refusalChanged(keyText(key)),
    held: (decision, action, why) => ends.held(decision, action, why),
    report: (end) => ends.report(end),
  })
  const removal: Pick<FailDeps, 'remove' | 'announcing' | 'untilLook' | 'presence' | 'ended'> = {
    remove: (decision, action, causeId) => actionQueue.remove(decision, action, causeId),
    announcing: (decision) => actionQueue.announcing(decision),
    untilLook: (decision, ownMs) => managers.untilLook(decision, ownMs),
    presence: ({subject}) => presence(subject),
    ended,
  }
  const sagas: SagaRunner = new SagaRunner(
    {
      repository: memory.sagas,
      clock,
      random,
      newId: () => randomUUID(),
      log,
      shows({id, state}, why) {
        const key = facts.torrent((state as RemovalState).decision.subject)
        if (why === null) fleet.endRemovalWait(id)
        else if (key) fleet.waitForRemoval(id, [key], why)
      },
    },
    [
      failDownload({
        clock,
        write,
        searched: memory.searched,
        wasGrabbed: (arrId, downloadId) =>
          memory.downloads
            .ofDownload(downloadId)
            .some((it) => it.arrId === arrId && it.ownership === 'owned' && it.grabbedAt !== null),
        ...removal,
        arr: failingArr(managers, parts.instances, hasLeftPermanently.arr),
        torrent: (subject) => facts.torrent(subject),
        lastLook: (decision, action) => actionQueue.lastLook(decision, action),
        changed: (decision, action, causeId) => actionQueue.askOfCameIn(decision, action, causeId),
        held: (decision, action, why) => ends.held(decision, action, why),
      }),
      searchAgain({
        arr: failingArr(managers, parts.instances, hasLeftPermanently.arr),
        searched: memory.searched,
        clock,
        write,
      }),
      ...sagaKinds(removal),
      copies.saga(ended),
      orphans.saga,
      extraFilesSaga({
        ended: (decision, action, outcome) => {
          const key = facts.torrent(decision.subject)
          const looked = key ? managers.lookAgain(key, ['extraFiles.count']) : Promise.resolve()
          void looked.then(() => ended(decision, action, outcome))
        },
      }),
    ],
  )

  const wholes = wholeServersOfApp({
    fleet,
    clock,
    random,
    log,
    sections: () => inForce.sections,
    reaches,
    executor,
    spaceFolder,
    torrents: memory.torrents,
    config: () => inForce.withoutClashes,
    observes: () => parts.observes(),
    arrs: arrDirectory,
    access: ourselves,
    servers: () => managers.servers(),
    server: (id) => servers.get(id),
    managerOf: (key) => managers.managerOf(key),
    rule: (id) => rules.of(id),
    decided: (decisions) => void actionQueue.take(decisions),
  })
  ends.onEnd((end) => wholes.ended(end))

  async function followConfig(): Promise<void> {
    // Nobody needs it before there is an Arr.
    if (arrDirectory.active().length > 0) await probe.follow(inForce.settings.FFprobePath)
    const presets = inForce.follow()
    rules.follow(presets.rules, presets.authorities)
  }

  const completions = new CompletionWatch({
    fleet,
    clock,
    // Without an Arr nobody waits for a completion.
    poll: async (id) => {
      if (arrDirectory.active().length > 0) await servers.poll(id)
    },
  })

  await followConfig()
  let ignored = ignoredTags(rules.all())
  rules.onChange(() => {
    ignored = ignoredTags(rules.all())
    void managers.follow()
  })
  memory.suspensions.onChange(() => void managers.follow())
  arrDirectory.onChange(async () => {
    await followConfig()
    await managers.follow()
  })
  const foundEntries = new FoundEntries({...disks, repository: memory.trash, disk: diskOf, clock, write})
  const restored = new RestoredDatabase({
    ...parts,
    actionQueue,
    sagas,
    foundEntries,
    write,
    ended: () => void managers.follow(),
  })
  const life = new Lifecycle(log)
  life.put({name: 'trash', stop: () => trash.stop()})
  // Waits for what is being done: whoever decides has ended by then, and so has what may take hours.
  life.put({name: 'actions of rules', stop: () => actionQueue.stop()})
  life.put(copies.part)
  life.put({name: 'programs of rules', stop: () => programs.stop()})
  // Before any manager: what a check lost is known before a rule judges it.
  life.put({name: 'checks', start: () => rechecks.start(), stop: () => rechecks.stop()})
  life.put({name: 'added links', start: () => addedLinks.start(), stop: () => addedLinks.stop()})
  life.put({name: 'managers', start: () => managers.follow(), stop: () => managers.stop()})
  life.put(internet.part)
  life.put({name: 'mounts', start: () => mountWatch.start(), stop: () => mountWatch.stop()})
  life.put({name: 'path mappings', start: () => mappingChecks.start(), stop: () => mappingChecks.stop()})
  life.put({name: 'health', start: () => doubts.start(), stop: () => doubts.stop()})
  life.put({
    name: 'unregistered torrents',
    start: () => unregistered.start(),
    stop: () => unregistered.stop(),
  })
  life.put({name: 'missing files', start: () => missingFiles.start(), stop: () => missingFiles.stop()})
  life.put({name: 'whole servers', start: () => wholes.start(), stop: () => wholes.stop()})
  life.put({name: 'completions', start: () => completions.start(), stop: () => completions.stop()})
  life.put({name: 'look-ups', stop: () => lookUps.close()})
  life.put({name: 'ffprobe', stop: () => probe.stop()})
  // After the managers: they say whether the library of what is to be purged is there.
  life.put({name: 'what the trash left half done', start: () => trash.start()})
  life.put({name: 'ends of searches', start: () => searchEnds.start(), stop: () => searchEnds.stop()})
  life.put({name: 'restored database', start: () => restored.start(parts.lost), stop: () => restored.stop()})
  // What was under way in a database that is older has ended by now.
  life.put({name: 'waits of rules', start: () => actionQueue.start()})
  life.put({name: 'sagas', stop: () => sagas.stop()})
  // First to end: what a pass of its rules has begun goes on only while sagas do.
  life.put(orphans.part)
  return {
    explainer: {
      explain: async (key, isRefresh) =>
        actionQueue.leftAlone.annotate(noes.annotate(await managers.explain(key, isRefresh))),
    },
    memory,
    ignoredTags: () => ignored,
    ruleService,
    previews,
    managers,
    actionQueue,
    trash,
    removals,
    noTrash,
    orphans: orphans.orphans,
    searchRuns: memory.searchRuns,
    owes: (key) => world.owes(key),
    links: (key) => contentLinks(lookUps, key),
    librariesOn: (id) =>
      arrDirectory
        .active()
        .flatMap(({id: arr, authority}) =>
          reaches(authority, id)
            ? [{id: arr, isOfSameOwner: memberOf(authority.owner) === compartmentOf(id)}]
            : [],
        ),
    libraryFiles: (key, arr) =>
      libraryFilesIn(
        {
          fleet,
          files: (of) => parts.details.files(of),
          ask: (id, asked) => managers.ask(managerOf(id), 'libraryFiles', asked),
          counts: (of, id) => [null, compartmentOf(of)].includes(compartmentOf(id)),
          check: landedFiles,
        },
        key,
        arr,
      ),
    rejectedImports,
    milestones: (key) => milestonesOf({fleet, memory}, key),
    arrivals: (arr, from) => arrivalsOf({memory}, arr, from),
    unfinished: () =>
      unfinishedActions(sagas.standing(), {
        torrent: (subject) => facts.torrent(subject),
        nameOf: (key) => fleet.get(key)?.name ?? null,
        ruleName: (id) => rules.card(id)?.name ?? null,
      }),
    blockingArrs: {
      demand: (by, id) => demandOn(by, arrDirectory.card(id), id, 'control'),
      unblock: (id, release) => managers.ask(managerOf(id), 'unblock', {release}),
    },
    ruleName: (id) => rules.card(id)?.name ?? null,
    ruleOwner(id) {
      const owner = rules.card(id)?.owner ?? null
      return owner === 'file' ? null : owner
    },
    figures: () => automationFigures(ends.counted, memory),
    manualActions(entries) {
      rechecks.manualActions(entries)
      addedLinks.manualActions(entries)
      noteManualChanges(entries, {
        torrents: memory.torrents,
        startedOrStopped: (key) => wholes.changedManually(key),
      })
    },
    async forgetServer(id) {
      // Neither goes on while the other one is ended.
      await Promise.all([endSagasOfServer(sagas, id), actionQueue.forgetServer(id)])
    },
    mediaProbe: () => probe.view,
    async configure(changed) {
      if (changed) inForce.change(changed)
      await followConfig()
      await managers.follow()
    },
    start: () => life.start(),
    stop: () => life.stop(),
    close: () => memory.close(),
  }
}
