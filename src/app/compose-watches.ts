/**
 * The last stage of what acts automatically: what only looks, and reports to people; then the order in which everything
 * starts and stops.
 */
import {hasWantedTooMuch} from '#automation/actions/common-causes.ts'
import {HealthMonitor} from '#automation/alerts/health-monitor.ts'
import {MissingFilesWatch} from '#automation/alerts/missing-files-watch.ts'
import {MountWatch} from '#automation/alerts/mount-watch.ts'
import {RejectedImports, rejectedSinceShape} from '#automation/alerts/rejected-imports.ts'
import {RestoredDatabase} from '#automation/alerts/restored-database.ts'
import {RestoredWork, TaggedServers} from '#automation/alerts/restored-work.ts'
import {CrowdAlerts, UnregisteredWatch} from '#automation/alerts/unregistered-watch.ts'
import {CompletionWatch} from '#automation/supervision/completion-watch.ts'
import type {ManagersWork} from '#automation/supervision/managers.ts'
import {Lifecycle} from '#lib/lifecycle.ts'
import {FoundEntries} from '#trash/found-entries.ts'
import type {Actions} from './compose-rule-actions.ts'
import type {Facts} from './compose-facts.ts'
import {openSearches} from './compose-searches.ts'
import type {ActingParts, Standing} from './compose-standing.ts'

/** @throws {StorageFault} */
export async function openWatches(parts: ActingParts, standing: Standing, known: Facts, doing: Actions) {
  const {board, fleet, clock, turns, servers, people, ownership} = parts
  const {memory, inForce, write, diskOf, lastAnswers} = standing
  const {managers, protecting, times, crowds, lookUps} = known
  const {actionQueue, sagas} = doing
  const {arrDirectory} = people
  const rejectedImports = new RejectedImports(
    managers,
    fleet,
    await lastAnswers('arr_rejected_since', rejectedSinceShape),
    clock,
  )
  const searches = openSearches(parts, standing, known, doing.loops)
  const mountWatch = new MountWatch(parts, parts.mounted, memory, fleet, () => ({
    servers: parts.definitions().filter(({enabled}) => enabled),
    spaceFolder: inForce.settings.FreeSpaceFolder,
  }))
  const crowdAlerts = new CrowdAlerts(board, crowds, () => hasWantedTooMuch(memory.suspensions))
  const unregistered = new UnregisteredWatch(clock, fleet, times, lookUps, crowdAlerts)
  const missingFiles = new MissingFilesWatch(board, clock, turns, fleet, servers, parts.disks)
  const doubts = new HealthMonitor(board, clock, servers, managers, ownership, protecting)
  const completions = new CompletionWatch(fleet, clock, async (id) => {
    // Without an Arr nobody waits for a completion.
    if (arrDirectory.active().length > 0) await servers.poll(id)
  })

  const foundEntries = new FoundEntries(memory.trash, diskOf, parts.mounted, memory.mounts, clock, write)
  const restored = new RestoredDatabase(
    parts,
    parts.lastSeen,
    parts.instances,
    new TaggedServers(servers, fleet, parts.compartmentOf),
    new RestoredWork(sagas, actionQueue, foundEntries),
  )
  restored.onNoted(() => void managers.follow())
  return {rejectedImports, searches, mountWatch, unregistered, missingFiles, doubts, completions, restored}
}

type Watches = Awaited<ReturnType<typeof openWatches>>

/** In which order all of it starts and stops, and why. */
export function lifeOf(
  parts: ActingParts,
  {probe}: Standing,
  {managers, library, internet, mappingChecks, lookUps, libraries}: Facts,
  {
    actionQueue,
    ofTrash,
    copies,
    programs,
    rechecks,
    addedLinks,
    wholes,
    sagas,
    orphans,
    noes,
    searches: asked,
    loops,
  }: Actions,
  watches: Watches,
): Lifecycle {
  const {rejectedImports, searches, mountWatch, unregistered, missingFiles, doubts, completions, restored} =
    watches
  const {trash} = ofTrash
  const work: ManagersWork = {
    decided: (decisions) => void actionQueue.take(decisions),
    isRefused: (rule, key, isDue) => noes.has(rule, key, isDue),
    waits: actionQueue.leftAlone,
    searches: asked,
    queueRead(id, reading) {
      rejectedImports.heard(id, reading)
      searches.schedule.queueRead(id, reading.queue)
    },
    gaveUp: (arrId, releases) => loops.hear(releases.map((release) => ({...release, arrId, reason: null}))),
    resume: (arrId, item) => loops.resume(arrId, item),
    arrAnswers: (id) => {
      parts.arrAnswers(id)
      void libraries.answers(id)
    },
  }
  const life = new Lifecycle(parts.log)
  life.put({name: 'trash', stop: () => trash.stop()})
  // Waits for what is being done: whoever decides has ended by then, and so has what may take hours.
  life.put({name: 'actions of rules', stop: () => actionQueue.stop()})
  life.put(copies.part)
  life.put({name: 'programs of rules', stop: () => programs.stop()})
  // Before any manager: what a check lost is known before a rule judges it.
  life.put({name: 'checks', start: () => rechecks.start(), stop: () => rechecks.stop()})
  life.put({name: 'added links', start: () => addedLinks.start(), stop: () => addedLinks.stop()})
  life.put({name: 'library', start: () => library.start(), stop: () => library.stop()})
  life.put({name: 'managers', start: () => managers.start(work), stop: () => managers.stop()})
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
  life.put({name: 'whole servers', start: () => wholes.start(work), stop: () => wholes.stop()})
  life.put({name: 'completions', start: () => completions.start(), stop: () => completions.stop()})
  life.put({name: 'look-ups', stop: () => lookUps.close()})
  life.put({name: 'ffprobe', stop: () => probe.stop()})
  // After the managers: they say whether the library of what is to be purged is there.
  life.put({name: 'what the trash left half done', start: () => trash.start()})
  // After the managers, who are asked, and the library, of which all is evaluated.
  life.put(searches.part)
  life.put({
    name: 'restored database',
    start: () => restored.start(parts.lastSeen.lost),
    stop: () => restored.stop(),
  })
  // What was under way in a database that is older has ended by now.
  life.put({name: 'waits of rules', start: () => actionQueue.start()})
  life.put({name: 'sagas', stop: () => sagas.stop()})
  // First to end: what a pass of its rules has begun goes on only while sagas do.
  life.put(orphans.part)
  return life
}
