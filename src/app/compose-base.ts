/**
 * The first stage of the program: what it keeps and knows before it asks any server: its clock, people, journal, the list
 * of torrents, and what automation remembers.
 */
import type {PreferenceMap} from '#accounts/preferences.ts'
import {askingOverNetwork, type AskArr} from '#arr-client/ask-arr.ts'
import {Memory} from '#automation-state/memory.ts'
import {AlertBoard} from '#automation/alerts/active-alerts.ts'
import {LostSettings} from '#automation/alerts/lost-settings.ts'
import {PersonNotices} from '#automation/alerts/person-notices.ts'
import type {RuleConfig} from '#automation/supervision/inherited-sections.ts'
import type {NewThread} from '#automation/supervision/manager-threads.ts'
import type {RequestPollsDeps} from '#automation/supervision/request-polls.ts'
import type {ServerKnowledge} from '#automation/supervision/server-feed.ts'
import type {createClient} from '#clients/kinds/registry.ts'
import type {Transport} from '#clients/transport.ts'
import type {Config, Environment, LoadedConfig} from '#config/config.ts'
import type {FileArrs, FileSections, FileServers} from '#config/edit/config-file.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience as DiskPatience} from '#disk/patience.ts'
import {awaitsEffect} from '#executor/expected.ts'
import {Fleet} from '#fleet/fleet.ts'
import {SnapshotService} from '#fleet/snapshot.ts'
import type {Listener} from '#http/listener.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {Journal, JournalLeftovers} from '#journal/journal.ts'
import {LineQuota} from '#journal/line-quota.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import {InstanceClock} from '#lib/instance-clock.ts'
import {makeFolderSync} from '#lib/make-folder.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Patience} from '#links/budget.ts'
import type {HealthPolicy} from '#links/health.ts'
import type {LinksDeps} from '#links/links.ts'
import type {RunProgram} from '#media/ffprobe.ts'
import type {UserId} from '#model/access.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {ArrFixes} from './arr-fixes.ts'
import type {ArrSections} from '#registry/arrs/directory.ts'
import type {FirstArr} from '#registry/arrs/table.ts'
import {TorrentFileReader} from '#request-work/readers.ts'
import {RequestWork, type RequestReader} from '#request-work/request-work.ts'
import {LastSeen} from '#store/repositories/last-seen.ts'
import type {Store} from '#store/store.ts'
import {join} from 'node:path'
import type {Logger} from 'pino'
import type {HasLeftPermanently, OrphanPace} from './compose-files.ts'
import type {MoveInOfApp} from './compose-move-in.ts'
import {openPeopleOfApp} from './compose-people.ts'
import {owed} from './owed.ts'

export interface AppDeps {
  /** Of the file. */
  readonly servers: readonly ServerDefinition[]
  /** Of the file, too; none when absent. */
  readonly arrs?: ArrSections
  /** For the demo: Arrs that were added before its database began. */
  readonly firstArrs?: readonly FirstArr[]
  /** Of the file, too: what decides about torrents. Absent = a file that says nothing of it. */
  readonly rules?: FileRules
  /** For who comes from the older program. */
  readonly moveIn?: MoveInOfApp
  /** The file that is in force; none when absent. */
  readonly configuration?: () => LoadedConfig
  /** Made when missing. */
  readonly dataFolder: string
  /** Closed with the program. */
  readonly store: Store
  /** How it is served and who is let in; of the file. */
  readonly webui: WebUi
  /** Listens already, and answers that we start (`listenerFor`); one of its own when absent. */
  readonly listener?: Listener
  /** Nobody needs an account (`AuthDisabled`, `--demo`): see `src/accounts/local-access.ts`. */
  readonly isOpen: boolean
  /** Writes the configuration file; `null` = there is none. */
  readonly file: FileServers | null
  /** The same for its Arrs. */
  readonly arrFile?: FileArrs | null
  readonly sectionFile?: FileSections | null
  /** For the key that seals secrets, and for pages that were built elsewhere. */
  readonly env: Environment
  readonly demo: boolean
  readonly log: Logger
  readonly clock?: Clock
  readonly healthPolicy?: HealthPolicy
  readonly patience?: Patience
  /** For simulations: servers without a network. */
  readonly ways?: Transport
  readonly knock?: LinksDeps['knock']
  /** For simulations: clients of their own. Default: those of the kinds, by `ways`. */
  readonly createClient?: typeof createClient
  /** For simulations: nobody will look at figures of the past. Default: they are kept. */
  readonly keepsSamples?: boolean
  /** For simulations: the list is written to the disk so seldom. Default: as `src/fleet/snapshot.ts` says. */
  readonly snapshotEveryMs?: number | undefined
  /** For simulations: chance, and turns that do not go by the real time of this machine. */
  readonly random?: () => number
  readonly turns?: TimeSlice
  /** For tests: managers without threads of their own. */
  readonly managerThread?: NewThread
  /** The same for what requests have read. */
  readonly requestWork?: RequestReader
  /** For simulations: who runs ffprobe. Default: this machine. */
  readonly runFfprobe?: RunProgram
  /** For tests: Arrs without a network. */
  readonly askArr?: AskArr
  /** The same for request managers. */
  readonly openRequests?: RequestPollsDeps['open']
  /** For the demo, in which nobody waits for ten minutes. Default: as `src/orphans/orphan-watch.ts` says. */
  readonly orphanPace?: OrphanPace
  /** For the demo, whose servers have been online for long. Default: each is as young as this start. */
  readonly serversOnlineBefore?: ServerKnowledge['onlineBefore']
  /** Does this host on the internet answer? Nobody asks one that was not handed in. */
  readonly reachesHost: (host: string) => Promise<boolean>
}

/** What the file says of torrents, which of its keys protect them, and whether there was a text at all. */
export type FileRules = RuleConfig & Pick<Config, 'named' | 'isRead'>

/** @throws {StorageFault}, or config_invalid for a sealing key that is none */
export async function openBase(parts: AppDeps) {
  const {log, dataFolder, store, webui, demo} = parts
  const {random = Math.random, turns = new TimeSlice()} = parts
  const {askArr = askingOverNetwork(turns, parts.clock ?? systemClock)} = parts
  // Names of torrents and servers are nobody else's business.
  makeFolderSync(dataFolder, 0o700)
  const lastSeen = await LastSeen.open(store, dataFolder, log)
  const clock = new InstanceClock(parts.clock ?? systemClock, lastSeen.before)
  const people = await openPeopleOfApp({...parts, clock, dataFolder: demo ? null : dataFolder})
  const {directory, users} = people
  people.preferences.follow(looksOf(webui, parts.rules?.said))
  // Whoever manages the house owns nothing apart from it.
  const memberOf = (id: UserId | null) => (id === null || users.get(id)?.role === 'administrator' ? null : id)
  const requestThread = new RequestWork(log)
  const requestWork = parts.requestWork ?? requestThread
  const metainfo = new TorrentFileReader(requestWork, turns)
  const quota = await LineQuota.open(store, clock, memberOf)
  const journal = new Journal(store, awaitsEffect, quota)
  const leftovers = new JournalLeftovers(journal, clock)
  const stopSettling = await owed({clock, log}, 'what was left open in the journal', () => leftovers.settle())
  const fleet = new Fleet(clock, turns)
  const orderServers = () => fleet.orderServers(directory.cards().map(({id}) => id))
  orderServers()
  const snapshots = new SnapshotService(
    fleet,
    join(dataFolder, 'fleet.snapshot'),
    clock,
    log,
    parts.snapshotEveryMs,
  )
  const memory = await Memory.open(store, clock, random, (error, lost) =>
    log.error({err: error, lost}, 'what is remembered could not be written'),
  )
  const write = (entries: readonly JournalEntry[]) => journal.write(entries)
  const nameOf = (id: ServerId) => directory.definitions().find((it) => it.id === id)?.name ?? id
  const board = new AlertBoard(clock, log, write, nameOf)
  const notices = await PersonNotices.open(store, clock, log)
  const lostSettings = await LostSettings.open(store, board, clock, log)
  // While the configuration is in doubt nobody has left for whoever waits for them.
  const isSettled = () => lostSettings.isSettled && !people.arrDirectory.hasFaults
  const hasLeftPermanently: HasLeftPermanently = {
    server: (id) => isSettled() && directory.hasLeft(id) && !directory.isUnread(id),
    arr: (id) => isSettled() && people.arrDirectory.hasLeft(id),
  }
  const diskPatience = new DiskPatience(clock)
  const arrFixes = await ArrFixes.open(store, clock)
  return {
    arrFixes,
    random,
    turns,
    askArr,
    lastSeen,
    clock,
    people,
    memberOf,
    requestThread,
    requestWork,
    metainfo,
    quota,
    journal,
    leftovers,
    stopSettling,
    fleet,
    orderServers,
    snapshots,
    memory,
    board,
    notices,
    write,
    lostSettings,
    hasLeftPermanently,
    diskPatience,
    /** How our disks are looked at. */
    mounted: new MountedDisks(diskPatience, memory.mounts),
    observes: () => (parts.moveIn?.observing ?? null) !== null,
    /** How careful somebody chose to be when they set the program up. */
    confirmed: () => parts.moveIn?.confirmed ?? null,
  }
}

export type Base = Awaited<ReturnType<typeof openBase>>

/** How the pages look for users who selected nothing, where the file says so. */
export function looksOf(
  {Theme, ViewDensity}: Pick<WebUi, 'Theme' | 'ViewDensity'>,
  said: ReadonlySet<string> = new Set(),
): PreferenceMap {
  const looks = new Map<string, string>()
  if (said.has('WebUI.Theme')) looks.set('theme', Theme === 'Dark' ? 'dark' : 'light')
  if (said.has('WebUI.ViewDensity')) looks.set('density', ViewDensity === 'Compact' ? 'compact' : 'normal')
  return looks
}
