/**
 * The third stage of what acts automatically: whoever carries out what rules decide; the queue of their actions, what
 * these do to servers, disks and Arrs, and those of several steps.
 */
import type {Memory} from '#automation-state/memory.ts'
import {actionDetails} from '#automation/actions/action-commands.ts'
import {ActionEnds} from '#automation/actions/action-ends.ts'
import {ArrActions, failingArr} from '#automation/actions/arr-actions-gate.ts'
import {ArrSearches} from '#automation/actions/arr-searches.ts'
import {OwnLabels} from '#automation/actions/own-labels.ts'
import {RuleActionQueue} from '#automation/actions/rule-action-queue.ts'
import {LinkWatch} from '#automation/alerts/link-watch.ts'
import {ReleaseLoops} from '#automation/alerts/release-loops.ts'
import {RecheckWatch} from '#automation/alerts/recheck-watch.ts'
import {factsWithPaths} from '#orphans/orphan-rules.ts'
import {ProgramEnvironment, Programs} from '#automation/programs/programs.ts'
import {runProgram} from '#automation/programs/run-program.ts'
import {failDownload} from '#automation/sagas/fail-download.ts'
import {isOfDecision} from '#automation/sagas/saga-subjects.ts'
import {searchAgain} from '#automation/sagas/search-again.ts'
import type {Managers} from '#automation/supervision/managers.ts'
import {RecentRefusals} from '#automation/supervision/recent-refusals.ts'
import {
  categoriesOn,
  CategoryMaker,
  CategoryPlanner,
  WantedCategories,
} from '#automation/whole-server/category-planner.ts'
import {ManagedSections} from '#automation/whole-server/managed-sections.ts'
import {QueuePlanner} from '#automation/whole-server/queue-planner.ts'
import {SpacePlanner} from '#automation/whole-server/space-planner.ts'
import {ManagedServers, WholeServers} from '#automation/whole-server/whole-servers.ts'
import {writesOwnTags} from '#config/config.ts'
import {contradictionAt, toOurs} from '#disk/path-mapping.ts'
import {OwnOrders} from '#executor/order-terms.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import {patternSet, unwantedFiles} from '#media/pattern-sets.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {fleetManagerId} from '#model/manager.ts'
import {UNWANTED, type RuleId} from '#model/rule.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {RemovalDeps, RemovalState} from '#trash/removal-steps.ts'
import {randomUUID} from 'node:crypto'
import type {Facts} from './compose-facts.ts'
import {openFiles} from './compose-files.ts'
import type {ActingParts, Standing} from './compose-standing.ts'

/** @throws {StorageFault} */
export async function openActions(parts: ActingParts, standing: Standing, known: Facts) {
  const {fleet, clock, random, executor, log, servers} = parts
  const {memory, inForce} = standing
  const {facts, managers} = known
  const orders = new OwnOrders(executor, standing.ourselves)
  const watched = watchedOf(parts, memory, orders)
  const noes = new RecentRefusals(memory.suspensions, managers)
  const wholes = wholesOf(parts, standing, known, orders)
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
  const files = await openFiles(parts, standing, known, {sagas, orders, rechecks: watched.rechecks})
  const environment = new ProgramEnvironment(facts, (serverId, path) => {
    const {mappings} = standing.diskOf(serverId)
    return contradictionAt(path, mappings) === null ? toOurs(path, mappings) : null
  })
  const programs = new Programs(inForce, environment, memory.deadlines, runProgram, parts)
  const {board, people} = parts
  const loops = new ReleaseLoops({givenUp: memory.givenUp, arrs: people.arrDirectory, board, clock})
  const searches = new ArrSearches(managers, memory.searched, sagas, people.arrDirectory, clock, loops)
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
  const doing = {...watched, ...files, sagas, programs, searches, noes, ends, ownLabels, loops}
  const actionQueue = queueOf(parts, standing, known, doing)
  registerSagas(parts, standing, known, {...doing, actionQueue})
  files.orphans.rules.onDecided((decisions) => actionQueue.take(decisions))
  return {...doing, actionQueue, wholes}
}

export type Actions = Awaited<ReturnType<typeof openActions>>

function wholesOf(parts: ActingParts, standing: Standing, known: Facts, orders: OwnOrders) {
  const {fleet, clock, random, log, servers, people} = parts
  const {memory, inForce, rules, rights} = standing
  const {managers, spaceFolder} = known
  const sections = new ManagedSections(inForce, managers)
  const writesLabels = () => writesOwnTags(inForce.withoutClashes)
  const wanted = new WantedCategories(inForce, people.arrDirectory, rights.reaches)
  const categories = new CategoryPlanner(
    clock,
    random,
    (id) => categoriesOn(servers.get(id)),
    (id) => wanted.on(id),
  )
  return new WholeServers(
    clock,
    new ManagedServers(fleet, managers, inForce, rules),
    new QueuePlanner(clock, (row) => sections.trackersOf(row)),
    new SpacePlanner(clock, memory.torrents, sections, spaceFolder, writesLabels),
    new CategoryMaker(categories, orders, log),
  )
}

/** What the executor tells before it sends something. */
function watchedOf(parts: ActingParts, {deadlines}: Memory, orders: OwnOrders) {
  const {fleet, ownership, details} = parts
  return {
    rechecks: new RecheckWatch(parts, fleet, deadlines, orders, details),
    addedLinks: new LinkWatch(parts, fleet, ownership, deadlines, orders),
  }
}

type Doing = ReturnType<typeof watchedOf> &
  Awaited<ReturnType<typeof openFiles>> & {
    readonly sagas: SagaRunner
    readonly programs: Programs
    readonly searches: ArrSearches
    readonly noes: RecentRefusals
    readonly ends: ActionEnds
    readonly ownLabels: OwnLabels
    readonly loops: ReleaseLoops
  }

function queueOf(parts: ActingParts, standing: Standing, known: Facts, doing: Doing) {
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
  {details, turns, servers, moveSpace}: ActingParts,
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
  {fleet, servers}: ActingParts,
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
    authorityOf(id) {
      const card = rules.card(id)
      return card && {owner: card.owner, ceilings: card.ceilings}
    },
    searchesOnce: (id) => rules.card(id)?.origin === 'preset',
    cannotErase(id) {
      const feature = servers.get(id)?.features?.removeWithData
      return feature?.support === 'none' ? feature.reason : null
    },
  })
}

/** How actions of several steps are carried out. */
function registerSagas(
  {clock, instances, hasLeftPermanently, people}: ActingParts,
  {memory, write, presence, rules, rights}: Standing,
  {facts, managers}: Facts,
  doing: Doing & {readonly actionQueue: RuleActionQueue},
): void {
  const {sagas, actionQueue, ends, ofTrash, copies, orphans, extraFiles, loops} = doing
  const removal: RemovalDeps = {
    remove: (decision, action, causeId) => actionQueue.remove(decision, action, causeId),
    announcing: (decision) => actionQueue.announcing(decision),
    untilLook: (decision, ownMs) => managers.untilLook(decision, ownMs),
    presence: ({subject}) => presence(facts.torrent(subject)),
  }
  const mayCommand = (id: ArrId, by: Authority | RuleId) => {
    // One that is not there now is waited for, and asked for once it is back.
    if (people.arrDirectory.card(id) === null) return true
    const behind = typeof by === 'string' ? rules.card(by) : by
    return behind !== null && rights.goesOnAtArr(behind, id)
  }
  const failing = failingArr(managers, instances, hasLeftPermanently.arr, mayCommand, loops)
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
      gaveUp: (releases) => loops.hear(releases),
    }),
    searchAgain(failing, memory.searched, clock, write),
    ...ofTrash.sagaKinds(removal),
    copies.saga,
    orphans.saga,
    extraFiles.saga(),
  )
}
