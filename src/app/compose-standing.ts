/**
 * The first stage of what acts automatically: what is remembered, which configuration and which rules are in force, and
 * how far each may reach.
 */
import type * as z from 'zod'
import {accessOf, compartmentOfOwner} from '#accounts/grants.ts'
import {LastAnswers} from '#automation-state/last-answers.ts'
import type {Memory} from '#automation-state/memory.ts'
import type {AlertBoard} from '#automation/alerts/active-alerts.ts'
import type {PersonNotices} from '#automation/alerts/person-notices.ts'
import {lostTimes} from '#automation/facts/lost-times.ts'
import {presenceOf} from '#automation/facts/presence.ts'
import {ConfigInForce} from '#automation/supervision/config-in-force.ts'
import type {RuleConfig} from '#automation/supervision/inherited-sections.ts'
import type {ManagersDeps, ManagersWork} from '#automation/supervision/managers.ts'
import type {InstanceMarks} from '#automation/webhooks/instance-marks.ts'
import type {MetainfoReader} from '#clients/port.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Places} from '#disk/places.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {MoveSpace} from '#executor/move-space.ts'
import type {UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Journal} from '#journal/journal.ts'
import type {InstanceClock} from '#lib/instance-clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {RunProgram} from '#media/ffprobe.ts'
import {ProbeProgram} from '#media/probe-program.ts'
import type {Compartment} from '#model/access.ts'
import type {ConfirmedCaution} from '#model/qbitrr-migration.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ListFreshness, ServerView, LimitEndReader, TorrentReader} from '#model/services.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {ServerDisks} from '#ownership/server-disks.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import type {RuleOwner} from '#registry/rules/reach.ts'
import {ruleReader} from '#request-work/readers.ts'
import type {RequestReader} from '#request-work/request-work.ts'
import {ignoredTags, type IgnoredTags} from '#rules/ignored-tags.ts'
import type {LostTime} from '#store/repositories/known-runs.ts'
import type {LastSeen} from '#store/repositories/last-seen.ts'
import type {Store} from '#store/store.ts'
import type {OrphansOfAppDeps, HasLeftPermanently} from './compose-files.ts'
import type {PeopleOfApp} from './compose-people.ts'
import {openRulesOfApp, rightsOfApp} from './compose-rules.ts'

/** What there is before anything can be sent. */
export type StandingDeps = Omit<ActingDeps, 'executor' | 'removalsUnderWay' | 'instances' | 'arrAnswers'>

export interface ActingDeps {
  /** What holds rules back now. */
  readonly board: AlertBoard
  readonly notices: PersonNotices
  readonly people: PeopleOfApp
  readonly store: Store
  readonly memory: Memory
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
    'run' | 'refusals' | 'runOnServer' | 'add' | 'objectionToFolder' | 'objectionToNamed' | 'watch'
  >
  readonly removalsUnderWay: UnconfirmedRemovals
  readonly details: TorrentReader
  readonly limitEnds: LimitEndReader
  /** Folders that it writes to or watches itself, as it writes them. @throws {CommodarrError} it is away */
  readonly foldersOfServer: (id: ServerId) => Promise<readonly string[]>
  readonly moveSpace: MoveSpace
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly space: (path: string) => ReturnType<MountedDisks['believedRoom']>
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
  readonly disks: Pick<ServerDisks, 'of' | 'checkBy'>
  readonly compartmentOf: (id: ServerId) => Compartment
  readonly mounted: MountedDisks
  readonly definitions: () => readonly ServerDefinition[]
  readonly config: RuleConfig
  /** So many settings that protect the configuration lacks: meanwhile rules remove and move nothing. */
  readonly lostSettings: () => number
  readonly hasLeftPermanently: HasLeftPermanently
  /** `--observe`: what follows from the configuration is judged and told, not done. */
  readonly observes: () => boolean
  /** How careful somebody chose to be; `null` = nobody did. */
  readonly confirmed: () => ConfirmedCaution | null
  /** For tests: a manager without a thread of its own. */
  readonly thread?: ManagersDeps['thread']
  /** For simulations: who runs ffprobe. */
  readonly runFfprobe?: RunProgram
  /** Does this host on the internet answer? */
  readonly reachesHost: (host: string) => Promise<boolean>
  /** This Arr answers, for the first time or again. */
  readonly arrAnswers: ManagersWork['arrAnswers']
  /** Who looks after Arrs, and what they tell of the age of our database. */
  readonly instances: Pick<InstanceMarks, 'otherAt' | 'evidence' | 'isKnown' | 'onLost'>
  /** Where an Arr keeps its library. */
  readonly libraryAsker: OrphansOfAppDeps['asker']
  readonly orphanPace: Pick<OrphansOfAppDeps, 'firstLookMs' | 'settledMs'> | undefined
  readonly serversOnlineBefore: ManagersDeps['serversOnlineBefore']
}

/** @throws {StorageFault} */
export async function openStanding(parts: StandingDeps) {
  const {people, store, memory, clock, log, servers, compartmentOf, fleet} = parts
  const {arrDirectory} = people
  const probe = new ProbeProgram(
    clock,
    (command) => log.warn({command}, 'there is no ffprobe: media files are not probed'),
    parts.runFfprobe,
  )
  const inForce = new ConfigInForce(parts.config, arrDirectory, probe, parts.observes, parts.confirmed)
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
  /** The configuration, Arrs or programs changed: rules that follow from them are those of now. */
  async function follow(): Promise<void> {
    // Nobody needs it before there is an Arr.
    if (arrDirectory.active().length > 0) await probe.follow(inForce.settings.FFprobePath)
    const presets = inForce.follow()
    rules.follow(presets.rules, presets.authorities)
  }
  probe.onFound(() => void follow())
  let ignored = ignoredTags(rules.all())
  rules.onChange(() => void (ignored = ignoredTags(rules.all())))
  return {
    timeZone: Temporal.Now.timeZoneId(),
    memory,
    probe,
    inForce,
    rules,
    ruleService,
    /** They keep rules that remove away. */
    ignoredTags: (): IgnoredTags => ignored,
    follow,
    rights: rightsOfApp(people, rules, compartmentOf),
    /** The member whose own it is; `null` = the house's. */
    memberOf: (owner: RuleOwner) =>
      owner === 'file' ? null : compartmentOfOwner(owner, (user) => people.users.get(user)?.role ?? null),
    owing: () => ({
      sections: inForce.sections,
      unmanaged: inForce.unmanaged,
      lostTimes: lostTimes(parts.runs, servers, compartmentOf),
    }),
    /** Whoever acts in the name of the house. */
    ourselves: accessOf({userId: null, role: 'administrator', scopes: null, servers: null}, people.directory),
    diskOf: (id: ServerId) => parts.disks.of(id),
    write: (...given: Parameters<Journal['write']>) => parts.journal.write(...given),
    presence: (key: TorrentKey | null) =>
      presenceOf(key, {fleet, servers, hasLeft: parts.hasLeftPermanently.server}),
    /** What Arrs answered last to a question of this name. @throws {StorageFault} */
    lastAnswers: <T>(name: string, shape: z.ZodType<T>) =>
      LastAnswers.open({name, shape}, store, clock, log, parts.hasLeftPermanently.arr),
  }
}

export type Standing = Awaited<ReturnType<typeof openStanding>>
