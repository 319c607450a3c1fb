/**
 * The first stage of what acts automatically: what is remembered, which configuration and which rules are in force, and
 * how far each may reach.
 */
import type * as z from 'zod'
import {accessOf, compartmentOfOwner} from '#accounts/grants.ts'
import {LastAnswers} from '#automation-state/last-answers.ts'
import {lostTimes} from '#automation/facts/lost-times.ts'
import {presenceOf} from '#automation/facts/presence.ts'
import {ConfigInForce} from '#automation/supervision/config-in-force.ts'
import {owingProfiles, type RuleConfig} from '#automation/supervision/inherited-sections.ts'
import type {ManagersWork} from '#automation/supervision/managers.ts'
import type {InstanceMarks} from '#automation/webhooks/instance-marks.ts'
import {isProcessingOnly, isSearchOnly} from '#config/environment.ts'
import {usualSettings} from '#config/load.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import type {Journal} from '#journal/journal.ts'
import {ProbeProgram} from '#media/probe-program.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {RuleOwner} from '#registry/rules/reach.ts'
import {ruleReader} from '#request-work/readers.ts'
import {ignoredTags, type IgnoredTags} from '#rules/ignored-tags.ts'
import type {OwingProfile} from '#rules/presets/inherited.ts'
import {owingNames} from '#rules/presets/obligations.ts'
import {libraryAsker, requestsOverNetwork} from './arr-asker.ts'
import type {AppDeps, Base} from './compose-base.ts'
import {openRulesOfApp, rightsOfApp} from './compose-rules.ts'
import type {Servers} from './compose-servers.ts'

/** A file that says nothing of torrents. */
const nothingSaid: RuleConfig = {
  settings: usualSettings,
  serverRules: new Map(),
  otherTrackers: new Map(),
  prowlarrs: [],
  said: new Set(),
  isInherited: false,
  isWrittenByQbitrr: false,
}

/** What that which acts automatically has to know of the program around it. */
export function standingPartsOf(parts: AppDeps, base: Base, servers: Servers) {
  const {board, notices, lastSeen, people, fleet, clock, turns, random, requestWork, metainfo, journal} = base
  const {memory, lostSettings, hasLeftPermanently, mounted, observes, confirmed} = base
  const {disks, details, moveSpace, space, links, ownership, places, compartmentOf} = servers
  const {directory} = people
  return {
    board,
    notices,
    lastSeen,
    people,
    store: parts.store,
    memory,
    fleet,
    clock,
    turns,
    log: parts.log,
    requestWork,
    metainfo,
    journal,
    disks,
    random,
    details: details.torrents,
    limitEnds: details.limitEnds,
    settingsNow: details.settingsNow,
    peerPortNow: details.peerPortNow,
    foldersOfServer: details.ownFolders,
    moveSpace,
    space,
    servers: links,
    ownership,
    places,
    compartmentOf,
    mounted,
    definitions: () => directory.definitions(),
    config: parts.rules ?? nothingSaid,
    observes,
    isSearchOnly: isSearchOnly(parts.env),
    isProcessingOnly: isProcessingOnly(parts.env),
    confirmed,
    lostSettings: () => lostSettings.count,
    hasLeftPermanently,
    thread: parts.managerThread,
    runFfprobe: parts.runFfprobe,
    reachesHost: parts.reachesHost,
    libraryAsker: libraryAsker(base.askArr),
    openRequests: parts.openRequests ?? requestsOverNetwork(base),
    orphanPace: parts.orphanPace,
    serversOnlineBefore: parts.serversOnlineBefore,
  }
}

/** What there is before anything can be sent. */
type StandingParts = ReturnType<typeof standingPartsOf>

export type ActingParts = StandingParts & {
  readonly executor: CommandExecutor
  readonly removalsUnderWay: UnconfirmedRemovals
  /** This Arr answers, for the first time or again. */
  readonly arrAnswers: ManagersWork['arrAnswers']
  /** Who looks after Arrs, and what they tell of the age of our database. */
  readonly instances: InstanceMarks
}

/** @throws {StorageFault} */
export async function openStanding(parts: StandingParts) {
  const {people, store, memory, clock, log, servers, compartmentOf, fleet} = parts
  const {arrDirectory} = people
  const probe = new ProbeProgram(
    clock,
    (command) => log.warn({command}, 'there is no ffprobe: media files are not probed'),
    parts.runFfprobe,
  )
  const inForce = new ConfigInForce(
    parts.config,
    arrDirectory,
    people.trackerProfiles,
    probe,
    parts.observes,
    parts.confirmed,
  )
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
    // At once: what is not to act any more waits for no program.
    if (isFollowing) apply()
    isFollowing = true
    // Nobody needs it before there is an Arr.
    if (arrDirectory.active().length > 0) await probe.follow(inForce.settings.FFprobePath)
    apply()
  }
  let isFollowing = false
  function apply(): void {
    const presets = inForce.follow()
    rules.watch(inForce.modesThen())
    rules.follow(presets.rules, presets)
  }
  probe.onFound(() => void follow())
  let asked = {from: people.trackerProfiles.inForce(), profiles: [] as readonly OwingProfile[]}
  /** Asked for with each torrent. */
  const profilesInForce = () => {
    const from = people.trackerProfiles.inForce()
    if (from !== asked.from || asked.profiles.length !== from.length)
      asked = {from, profiles: owingProfiles(from)}
    return asked.profiles
  }
  rules.knowProfiles(() => {
    const {sections, unmanaged} = inForce
    return owingNames({sections, unmanaged, profiles: profilesInForce()})
  })
  let ignored = ignoredTags(rules.all())
  rules.onChange(() => void (ignored = ignoredTags(rules.all())))
  return {
    timeZone: Temporal.Now.timeZoneId(),
    memory,
    probe,
    inForce,
    rules,
    ruleService,
    profilesInForce,
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
      profiles: profilesInForce(),
      lostTimes: lostTimes(parts.lastSeen.runs, servers, compartmentOf),
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
