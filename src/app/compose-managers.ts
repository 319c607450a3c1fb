/**
 * Everything that acts automatically, put together in four stages, each of which knows those before it: what stands
 * (`compose-standing.ts`), what is found out (`compose-facts.ts`), what is done (`compose-rule-actions.ts`), what looks on
 * (`compose-watches.ts`).
 */
import type {SearchRuns} from '#automation-state/search-runs.ts'
import {noteManualChanges} from '#automation/actions/manual-changes.ts'
import type {RuleActionQueue} from '#automation/actions/rule-action-queue.ts'
import {simulatedBy} from '#automation/actions/simulated-words.ts'
import type {LibraryService} from '#library/library-service.ts'
import type {RejectedImports} from '#automation/alerts/rejected-imports.ts'
import {LibraryInData, contentLinks, contentUse} from '#automation/facts/libraries-for-people.ts'
import {fileContent, fileToRead} from '#automation/facts/files-for-people.ts'
import {owingChange} from '#automation/facts/owing-change.ts'
import {OwingRows} from '#automation/facts/owing-rows.ts'
import {recordedDecisions} from '#automation/facts/recorded-decisions.ts'
import type {SearchedFacts} from '#automation/facts/searched-facts.ts'
import {pathWorld, type RuleWorld} from '#automation/facts/rule-world.ts'
import type {TorrentSubject} from '#automation/manager/torrent-subject.ts'
import {endSagasOfServer} from '#automation/sagas/saga-subjects.ts'
import {unfinishedActions} from '#automation/sagas/unfinished.ts'
import {automationFigures} from '#automation/supervision/automation-figures.ts'
import {arrivalsOf, milestonesOf} from '#automation/supervision/download-records.ts'
import {holdMessages} from '#automation/supervision/hold-records.ts'
import type {ConfigInForce} from '#automation/supervision/config-in-force.ts'
import type {RuleConfig} from '#automation/supervision/inherited-sections.ts'
import type {Managers} from '#automation/supervision/managers.ts'
import type {BlockingArrs} from '#automation/undo/undo-steps.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {UserId} from '#model/access.ts'
import type {MediaProbeView} from '#model/arr-service.ts'
import type {ArrId} from '#model/arr.ts'
import type {CopyService} from '#model/copies.ts'
import type {Arrival, Explainer, Milestone} from '#model/decision.ts'
import {managerOf} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import type {
  AutomationFigures,
  ContentLinks,
  ContentUse,
  FileContent,
  FileToRead,
  LibraryOnServer,
  LibraryUse,
} from '#model/services.ts'
import type {MappingCheck} from '#model/server.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {UnfinishedAction} from '#model/unfinished.ts'
import type {EpochMs} from '#model/units.ts'
import type {PathSubject} from '#orphans/path-facts.ts'
import {demandOn} from '#registry/arrs/rights.ts'
import type {RoomWith} from '#http/routes/settings.ts'
import {RulePreviews} from '#registry/rules/previews.ts'
import type {WantedSubject} from '#searching/wanted-facts.ts'
import type {AbsentPreset} from '#rules/presets/absent.ts'
import {TrackerProfileService} from '#registry/trackers/service.ts'
import {ruleReader} from '#request-work/readers.ts'
import {openActions} from './compose-rule-actions.ts'
import {openFacts, type Facts} from './compose-facts.ts'
import type {OrphansOfApp, TrashOfApp} from './compose-files.ts'
import type {RulesOfApp} from './compose-rules.ts'
import type {SearchesOfApp} from './compose-searches.ts'
import type {ActingParts, Standing} from './compose-standing.ts'
import {openWatches, lifeOf} from './compose-watches.ts'

export interface ActingOfApp {
  readonly ruleService: RulesOfApp['ruleService']
  readonly previews: RulePreviews<TorrentSubject, PathSubject, WantedSubject>
  readonly searched: SearchedFacts
  /** What the settings of an Arr leave out. */
  readonly absentRules: (id: ArrId) => readonly AbsentPreset[]
  readonly rulesWith: ConfigInForce['rulesWith']
  readonly trackerService: TrackerProfileService
  readonly managers: Managers
  /** What Arrs have. */
  readonly library: LibraryService
  /** What downloads do once so much of disks is to stay free. */
  readonly roomWith: RoomWith
  /** With what the executor said no to. */
  readonly explainer: Explainer
  readonly actionQueue: RuleActionQueue
  readonly trash: TrashOfApp['trash']
  /** For what people remove. */
  readonly removals: TrashOfApp['removals']
  readonly noTrash: TrashOfApp['noTrash']
  /** What people copy and move to other servers. */
  readonly copies: CopyService
  /** What is known of the mappings of a server. */
  readonly mappingsOf: (id: ServerId) => readonly MappingCheck[]
  /** It still owes its tracker seeding. */
  readonly owes: RuleWorld['owes']
  /** The same of all of them, as of at most a quarter of an hour ago. */
  readonly owingRows: OwingRows['look']
  /** Who holds its bytes beside torrents; `null` = not known. */
  readonly links: (key: TorrentKey) => Promise<ContentLinks | null>
  /** Arrs that may have torrents on that server. */
  readonly librariesOn: (id: ServerId) => readonly LibraryOnServer[]
  /** How many files of the library of an Arr go with the data of a torrent; `null` = it cannot be known now. */
  readonly libraryFiles: (key: TorrentKey, arr: ArrId) => Promise<number | null>
  /** Which names its bytes have on their disk; else why that is not known. */
  readonly contentUse: (key: TorrentKey) => Promise<ContentUse | {readonly detail: string}>
  /** Which files of the library of an Arr came in from a torrent; `null` = it cannot be known now. */
  readonly libraryUse: (key: TorrentKey, arr: ArrId) => Promise<LibraryUse | null>
  /** @throws {CommodarrError} it cannot be read, and why */
  readonly openFile: (key: TorrentKey, index: number) => Promise<FileToRead>
  /** What ffprobe finds in it. @throws {CommodarrError} it cannot be looked at, and why */
  readonly fileContent: (key: TorrentKey, index: number) => Promise<FileContent>
  readonly orphans: OrphansOfApp['orphans']
  /** What is to be searched, and why not yet. */
  readonly wanted: SearchesOfApp['wanted']
  readonly searches: SearchesOfApp['searches']
  readonly searchOrders: SearchesOfApp['orders']
  /** What people asked for in request managers. */
  readonly requests: SearchesOfApp['requests']
  /** What has a temporary quality profile. */
  readonly profileSwitches: SearchesOfApp['profiles']
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
}

/** @throws {StorageFault} */
export async function openActing(parts: ActingParts, standing: Standing): Promise<ActingOfApp> {
  const {people, fleet, compartmentOf} = parts
  const {arrDirectory} = people
  const {memory, probe, inForce, rules, ruleService, rights, memberOf} = standing
  const known = await openFacts(parts, standing)
  const {managers, library, facts, lookUps, landedFiles, world} = known
  parts.disks.checkBy((id, mappings) => known.mappingChecks.checked(id, mappings))
  const doing = await openActions(parts, standing, known)
  const {rechecks, addedLinks, sagas, noes, ends, actionQueue, ofTrash, orphans, copies, wholes} = doing
  parts.executor.watch({rechecks, links: addedLinks, ends})
  const libraryInData = new LibraryInData(fleet, parts.details, managers, landedFiles, compartmentOf)
  const files = {fleet, details: parts.details, disk: standing.diskOf, patience: parts.mounted.patience}
  const watches = await openWatches(parts, standing, known, doing)
  const previews = previewsOf(parts, standing, known, {orphans, wanted: watches.searches.world})
  const {clock, turns} = parts
  const owingRows = new OwingRows({fleet, clock, turns, world, owing: standing.owing})
  await standing.follow()
  const followRules = () => {
    void managers.follow()
    watches.searches.rules.follow()
  }
  rules.onChange(followRules)
  memory.suspensions.onChange(followRules)
  const followOwners = async () => {
    library.follow()
    await standing.follow()
    await managers.follow()
    watches.searches.follow()
  }
  arrDirectory.onChange(followOwners)
  people.trackerProfiles.onChange(followOwners)
  const life = lifeOf(parts, standing, known, doing, watches)
  return {
    roomWith: ({keep, mayStop}) => wholes.roomWith(keep === null ? null : {keep, mayStop}),
    explainer: {
      async explain(key, isRefresh) {
        const {countedBefore = []} = memory.torrents.of(key) ?? {}
        const said = actionQueue.leftAlone.annotate(noes.annotate(await managers.explain(key, isRefresh)))
        const explained = {...said, facts: {...world.obligationFacts(key), ...said.facts}}
        return countedBefore.length === 0 ? explained : {...explained, countedBefore}
      },
    },
    ruleService,
    previews,
    searched: known.searched,
    absentRules: (id) => inForce.absent(id),
    rulesWith: (id, config) => inForce.rulesWith(id, config),
    trackerService: trackersOf(parts, standing, known),
    managers,
    library,
    actionQueue,
    trash: ofTrash.trash,
    removals: ofTrash.removals,
    noTrash: ofTrash.noTrash,
    copies: copies.orders,
    orphans: orphans.orphans,
    searchRuns: memory.searchRuns,
    wanted: watches.searches.wanted,
    searches: watches.searches.searches,
    searchOrders: watches.searches.orders,
    requests: watches.searches.requests,
    profileSwitches: watches.searches.profiles,
    mappingsOf: (id) => known.mappingChecks.of(id),
    owes: (key) => world.owes(key),
    owingRows: () => owingRows.look(),
    links: (key) => contentLinks(lookUps, key),
    librariesOn: (id) =>
      arrDirectory
        .active()
        .flatMap(({id: arr, authority}) =>
          rights.reaches(authority, id)
            ? [{id: arr, isOfSameOwner: memberOf(authority.owner) === compartmentOf(id)}]
            : [],
        ),
    libraryFiles: (key, arr) => libraryInData.count(key, arr),
    contentUse: (key) => contentUse(lookUps, key),
    libraryUse: (key, arr) => libraryInData.uses(key, arr),
    openFile: (key, index) => fileToRead(key, index, files),
    fileContent: async (key, index) => {
      await probe.follow(inForce.settings.FFprobePath)
      return fileContent(key, index, {...files, lookUps, clock: parts.clock})
    },
    rejectedImports: watches.rejectedImports,
    milestones: (key) => milestonesOf({fleet, memory}, key),
    arrivals: (arr, from) => arrivalsOf({memory}, arr, from),
    unfinished: () => unfinishedActions(sagas.standing(), facts, fleet, rules, copies),
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
      noteManualChanges(entries, memory.torrents, wholes)
    },
    async forgetServer(id) {
      // Neither goes on while the other one is ended.
      await Promise.all([endSagasOfServer(sagas, id), actionQueue.forgetServer(id)])
    },
    mediaProbe: () => probe.view,
    async configure(changed) {
      if (changed) inForce.change(changed)
      await standing.follow()
      await managers.follow()
      watches.searches.follow()
    },
    start: () => life.start(),
    stop: () => life.stop(),
  }
}

/** For people who say what trackers ask for. */
function trackersOf({people, fleet, turns}: ActingParts, {memory, owing, inForce}: Standing, {world}: Facts) {
  const {trackerProfiles: directory, trackerWrites} = people
  return new TrackerProfileService(trackerWrites, directory, (before, after) =>
    owingChange(
      {
        fleet,
        turns,
        world,
        trackersSeen: (key) => memory.torrents.of(key)?.trackersSeen ?? [],
        inForce: (profiles) => directory.wouldBeInForce(profiles),
        owingWith: (profiles) => ({...owing(), ...inForce.owingWith(profiles)}),
      },
      before,
      after,
    ),
  )
}

/** For people who try a rule before it acts. */
function previewsOf(
  parts: ActingParts,
  standing: Standing,
  {world}: Facts,
  {orphans, wanted}: {readonly orphans: OrphansOfApp; readonly wanted: SearchesOfApp['world']},
) {
  const {clock, turns, people, lostSettings, store} = parts
  const {memory, inForce, ruleService, rights} = standing
  return new RulePreviews({
    clock,
    turns,
    readRule: ruleReader(parts.requestWork),
    programs: () => inForce.programs,
    world,
    sections: () => people.arrDirectory.active().map(({id}) => id),
    rules: ruleService,
    accessOf: rights.accessOf,
    heldBy: (rule) => holdMessages(memory.holds, [rule])[0]?.holds ?? new Map(),
    wantedBy: (rule, since) => simulatedBy(memory.verdicts, rule, since),
    decidedBy: (id, since) => recordedDecisions(store, id, since),
    paths: pathWorld(orphans.rules, orphans.orphans, clock, lostSettings),
    wanted,
  })
}
