/**
 * The third stage of what acts automatically: whoever carries out what rules decide; the queue of their actions, what
 * these do to servers, disks and Arrs, and those of several steps.
 */
import {actionDetails} from '#automation/actions/action-commands.ts'
import {ActionEnds} from '#automation/actions/action-ends.ts'
import {ArrActions, failingArr} from '#automation/actions/arr-actions-gate.ts'
import {ArrSearches} from '#automation/actions/arr-searches.ts'
import {OwnLabels} from '#automation/actions/own-labels.ts'
import {RuleActionQueue} from '#automation/actions/rule-action-queue.ts'
import {CopiedFiles, CopyPlacing, CopyPlans} from '#automation/copies/copy-disk.ts'
import {LinkWatch} from '#automation/alerts/link-watch.ts'
import {PurgeWaits} from '#automation/alerts/purge-waits.ts'
import {RecheckWatch} from '#automation/alerts/recheck-watch.ts'
import {LibrariesAway} from '#automation/facts/libraries-away.ts'
import {factsWithPaths} from '#orphans/orphan-rules.ts'
import {Programs} from '#automation/programs/programs.ts'
import {runProgram} from '#automation/programs/run-program.ts'
import {failDownload} from '#automation/sagas/fail-download.ts'
import {isOfDecision} from '#automation/sagas/saga-subjects.ts'
import {searchAgain} from '#automation/sagas/search-again.ts'
import type {Managers} from '#automation/supervision/managers.ts'
import {RecentRefusals} from '#automation/supervision/recent-refusals.ts'
import {WholeServers} from '#automation/whole-server/whole-servers.ts'
import {writesOwnTags} from '#config/config.ts'
import {contradictionAt, toOurs} from '#disk/path-mapping.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import {patternSet, unwantedFiles} from '#media/pattern-sets.ts'
import {asArrId} from '#model/arr.ts'
import {fleetManagerId} from '#model/manager.ts'
import {UNWANTED} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {keptFoldersShape} from '#orphans/arr-libraries.ts'
import {PathQuarantines} from '#orphans/path-quarantines.ts'
import {FileOwners} from '#trash/file-owners.ts'
import type {RemovalDeps, RemovalState} from '#trash/removal-steps.ts'
import {TrashDisk} from '#trash/trash-disk.ts'
import {randomUUID} from 'node:crypto'
import type {Facts} from './compose-facts.ts'
import {copiesOfApp, extraFilesOfApp, orphansOfApp, trashOfApp} from './compose-files.ts'
import type {ActingDeps, Standing} from './compose-standing.ts'

/** @throws {StorageFault} */
export async function openActions(parts: ActingDeps, standing: Standing, known: Facts) {
  const {fleet, clock, random, executor, log, servers} = parts
  const {memory, inForce} = standing
  const {facts, managers} = known
  const watched = watchedOf(parts, standing)
  const noes = new RecentRefusals(memory.suspensions, managers)
  const wholes = new WholeServers({
    fleet,
    clock,
    random,
    log,
    managers,
    inForce,
    observes: () => parts.observes(),
    spaceFolder: known.spaceFolder,
    rules: standing.rules,
    torrents: memory.torrents,
    arrs: parts.people.arrDirectory,
    reaches: standing.rights.reaches,
    servers,
    executor,
    ourselves: standing.ourselves,
  })
  const ends = new ActionEnds({
    clock,
    torrents: memory.torrents,
    managers,
    refusals: noes,
    wholes,
    facts,
    log,
  })
  const sagas = new SagaRunner({
    repository: memory.sagas,
    clock,
    random,
    newId: () => randomUUID(),
    log,
    ends,
    shows({id, state}, why) {
      const key = facts.torrent((state as RemovalState).decision.subject)
      if (why === null) fleet.endRemovalWait(id)
      else if (key) fleet.waitForRemoval(id, [key], why)
    },
  })
  const files = await openFiles(parts, standing, known, {sagas, rechecks: watched.rechecks})
  const programs = new Programs({
    facts,
    clock,
    write: standing.write,
    log,
    deadlines: memory.deadlines,
    run: runProgram,
    pathOf: (name) => inForce.programPath(name),
    isObserving: () => parts.observes(),
    ourPath({serverId}, path) {
      const {mappings} = standing.diskOf(serverId)
      return contradictionAt(path, mappings) === null ? toOurs(path, mappings) : null
    },
  })
  const searches = new ArrSearches(managers, memory.searched, sagas, parts.people.arrDirectory, clock)
  const ownLabels = new OwnLabels({
    executor,
    ends,
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
  const doing = {...watched, ...files, sagas, programs, searches, noes, ends, ownLabels}
  const actionQueue = queueOf(parts, standing, known, doing)
  registerSagas(parts, standing, known, {...doing, actionQueue})
  files.orphans.rules.onDecided((decisions) => actionQueue.take(decisions))
  return {...doing, actionQueue, wholes}
}

export type Actions = Awaited<ReturnType<typeof openActions>>

/** What the executor tells before it sends something. */
function watchedOf(parts: ActingDeps, {memory, ourselves, write}: Standing) {
  const {board, fleet, clock, log, executor, ownership} = parts
  const rechecks = new RecheckWatch({
    board,
    fleet,
    clock,
    log,
    executor,
    ourselves,
    files: (key) => parts.details.files(key),
    deadlines: memory.deadlines,
    write,
  })
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
  })
  return {rechecks, addedLinks}
}

interface FilesFrom {
  readonly sagas: SagaRunner
  readonly rechecks: RecheckWatch
}

/** What moves and removes files. @throws {StorageFault} */
async function openFiles(parts: ActingDeps, standing: Standing, known: Facts, {sagas, rechecks}: FilesFrom) {
  const {board, fleet, clock, turns, log, executor, servers, ownership, people} = parts
  const {lostSettings, hasLeftPermanently, details, mounted} = parts
  const {memory, inForce, rules, rights, ourselves, diskOf, write, memberOf, lastAnswers, timeZone} = standing
  const {managers, libraries, protecting} = known
  const {arrDirectory} = people
  const hasLeft = (id: ServerId) => people.directory.hasLeft(id)
  const librariesAway = new LibrariesAway(protecting, arrDirectory, managers)
  const purgeWaits = new PurgeWaits(board, protecting)
  const owners = new FileOwners(diskOf, ownership, hasLeft, mounted.patience)
  const ofTrash = trashOfApp({
    repository: memory.trash,
    metainfo: parts.metainfo,
    executor,
    removals: parts.removalsUnderWay,
    fleet,
    clock,
    write,
    log,
    ourselves,
    accessOf: rights.accessOf,
    hasLeft,
    hasLeftPermanently,
    foundLess: (key, before) => rechecks.foundLess(key, before),
    lostSettings,
    details,
    libraryOf: (key) => libraries.look(key, 'data'),
    libraryAway: (of) => librariesAway.of(of),
    libraryAwayNow: (of) => librariesAway.now(of),
    waitsFor: (away) => purgeWaits.heard(away),
    limitEnds: parts.limitEnds,
    owners,
    disk: new TrashDisk(fleet, diskOf, details, ownership, mounted.patience),
    sagas,
    begun: memory.sagas,
    servers,
  })
  const extraFiles = extraFilesOfApp({
    repository: memory.trash,
    fleet,
    clock,
    write,
    lostSettings,
    details,
    patience: mounted.patience,
    fileRules: (set) => inForce.fileRules(set),
    disk: diskOf,
    ownership,
    owners,
    sagas,
  })
  const pathQuarantines = new PathQuarantines(memory.deadlines, clock)
  const orphans = orphansOfApp({
    mounted,
    ...parts.orphanPace,
    lostSettings,
    fleet,
    clock,
    turns,
    log,
    write,
    foldersOfServer: parts.foldersOfServer,
    disk: diskOf,
    owners,
    sagas,
    servers: () => servers.list(),
    poll: (id) => servers.poll(id),
    repository: memory.trash,
    spent: memory.spent,
    arrs: arrDirectory,
    memberOf: (owner) => memberOf(owner ?? 'file'),
    asker: parts.libraryAsker,
    known: await lastAnswers('arr_kept_folders', keptFoldersShape),
    timeZone,
    rules: () => rules.all(),
    quarantines: pathQuarantines,
    awaited(id) {
      const queue = managers.of(id)?.queue ?? null
      return queue && queue.flatMap(({outputPath}) => outputPath || [])
    },
  })
  const mappings = (id: ServerId) => diskOf(id).mappings
  const copied = new CopiedFiles(fleet, details, mappings, mounted)
  const reserve = () => inForce.settings.FreeSpace ?? 0
  const copies = copiesOfApp({
    plans: new CopyPlans(fleet, mappings, parts.space, reserve, parts.moveSpace),
    files: copied,
    placing: new CopyPlacing(copied, mappings, parts.space, clock),
    board,
    log,
    ourselves,
    hasLeftPermanently,
    fleet,
    clock,
    write,
    details,
    limitEnds: parts.limitEnds,
    executor,
    begun: memory.sagas,
    sagas,
    server: (id) => servers.get(id),
    freshSince: (id) => servers.freshSince(id),
    deadlines: memory.deadlines,
    rules: (id) => rules.of(id),
  })
  return {ofTrash, extraFiles, pathQuarantines, orphans, copies}
}

type Doing = ReturnType<typeof watchedOf> &
  Awaited<ReturnType<typeof openFiles>> & {
    readonly sagas: SagaRunner
    readonly programs: Programs
    readonly searches: ArrSearches
    readonly noes: RecentRefusals
    readonly ends: ActionEnds
    readonly ownLabels: OwnLabels
  }

function queueOf(parts: ActingDeps, standing: Standing, known: Facts, doing: Doing) {
  const {board, clock, log, executor, fleet, lostSettings, compartmentOf} = parts
  const {memory, rules, rights, ourselves, write, presence} = standing
  const {facts, managers, libraries, situations} = known
  const {orphans, ofTrash, extraFiles, pathQuarantines, programs, copies, ends, ownLabels, rechecks} = doing
  return new RuleActionQueue({
    board,
    notices: parts.notices,
    executor: ownLabels,
    naming: executor,
    removals: parts.removalsUnderWay,
    facts: factsWithPaths(facts, orphans.rules),
    torrents: memory.torrents,
    situations,
    libraries,
    rechecks,
    lostSettings,
    clock,
    write,
    log,
    presence: (subject) => presence(facts.torrent(subject)),
    limitEnds: parts.limitEnds,
    addedAt: (subject) => {
      const key = facts.torrent(subject)
      return (key && fleet.get(key)?.addedAt) ?? null
    },
    explain: (key, isRefresh) => managers.explain(key, isRefresh),
    managers,
    explainPath: (subject) => orphans.rules.explain(subject),
    isBegun: (decision) => memory.sagas.unfinished().some((saga) => isOfDecision(saga, decision)),
    orphans: orphans.forRules,
    pathQuarantines,
    ourselves,
    trash: ofTrash.trash,
    recycling: ofTrash.recycling,
    extraFiles,
    programs,
    copying: copies.copying,
    details: detailsOf(parts, standing, managers),
    arr: arrActionsOf(parts, standing, known, doing),
    accessOf: rights.accessOf,
    compartmentOf,
    commandsArrOf(by, subject) {
      const key = facts.torrent(subject)
      const id = key && managers.managerOf(key)
      return !id || id === fleetManagerId || rights.commandsArr(by, asArrId(id))
    },
    rules,
    spent: memory.spent,
    suspensions: memory.suspensions,
    holds: memory.holds,
    deadlines: memory.deadlines,
    verdicts: memory.verdicts,
    ends,
  })
}

function detailsOf(
  {details, turns, servers, moveSpace}: ActingDeps,
  {inForce}: Standing,
  managers: Managers,
) {
  return actionDetails(
    details,
    servers,
    moveSpace,
    (set, key) =>
      set === UNWANTED
        ? unwantedFiles(managers.fileRules(managers.managerOf(key)))
        : (patternSet(set) ?? inForce.fileRules(set)),
    turns,
  )
}

function arrActionsOf(
  {fleet, servers}: ActingDeps,
  {rules, rights}: Standing,
  {managers, facts}: Facts,
  {searches, sagas}: Pick<Doing, 'searches' | 'sagas'>,
) {
  return new ArrActions({
    managers,
    searches,
    facts,
    fleet,
    sagas,
    commandsArr: rights.mayOnArr('control'),
    ruleName: (id) => rules.card(id)?.name ?? id,
    searchesOnce: (id) => rules.card(id)?.origin === 'preset',
    cannotErase(id) {
      const feature = servers.get(id)?.features?.removeWithData
      return feature?.support === 'none' ? feature.reason : null
    },
  })
}

/** How actions of several steps are carried out. */
function registerSagas(
  {clock, instances, hasLeftPermanently}: ActingDeps,
  {memory, write, presence}: Standing,
  {facts, managers}: Facts,
  doing: Doing & {readonly actionQueue: RuleActionQueue},
): void {
  const {sagas, actionQueue, ends, ofTrash, copies, orphans, extraFiles} = doing
  const removal: RemovalDeps = {
    remove: (decision, action, causeId) => actionQueue.remove(decision, action, causeId),
    announcing: (decision) => actionQueue.announcing(decision),
    untilLook: (decision, ownMs) => managers.untilLook(decision, ownMs),
    presence: ({subject}) => presence(facts.torrent(subject)),
  }
  const failing = failingArr(managers, instances, hasLeftPermanently.arr)
  sagas.register(
    failDownload({
      clock,
      write,
      searched: memory.searched,
      wasGrabbed: (arrId, downloadId) =>
        memory.downloads
          .ofDownload(downloadId)
          .some((it) => it.arrId === arrId && it.ownership === 'owned' && it.grabbedAt !== null),
      ...removal,
      arr: failing,
      torrent: (subject) => facts.torrent(subject),
      queue: actionQueue,
      ends,
    }),
    searchAgain(failing, memory.searched, clock, write),
    ...ofTrash.sagaKinds(removal),
    copies.saga,
    orphans.saga,
    extraFiles.saga(),
  )
}
