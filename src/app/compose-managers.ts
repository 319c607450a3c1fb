/**
 * Everything that acts by itself, put together: what is remembered, which rules stand, who judges, who looks things up,
 * and who carries out. Its parts know each other only through what they are handed here.
 */
import {randomUUID} from 'node:crypto'
import {accessOf} from '#accounts/grants.ts'
import type {RememberedMount} from '#disk/mounts.ts'
import {Patience} from '#disk/patience.ts'
import {DecisionDesk} from '#executor/decisions/decision-desk.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {ServerSituation} from '#executor/guards/decision/decision-guard.ts'
import {ruleActor} from '#executor/decisions/verdict-entry.ts'
import {usualLimits} from '#executor/guards/decision/decision-limits.ts'
import {failDownload, type FailParts} from '#executor/sagas/fail-download.ts'
import {SagaRunner} from '#executor/sagas/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Journal} from '#journal/journal.ts'
import type {Clock} from '#kit/clock.ts'
import type {Turns} from '#kit/turns.ts'
import type {TorrentSubject} from '#managers/torrent-subject.ts'
import {Ffprobe} from '#media/ffprobe.ts'
import {Memory} from '#memory/memory.ts'
import {asArrId} from '#model/arr.ts'
import type {SubjectName} from '#model/decision.ts'
import type {ManagerId} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerView, TorrentReader} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {isDestructive} from '#rules/compiled-rule.ts'
import type {InheritedFreeSpace, InheritedSection} from '#rules/presets/inherited.ts'
import {arrPresets, categoryPresets} from '#rules/presets/presets.ts'
import {freeSpaceRules, queueOrderRule} from '#rules/presets/whole-server.ts'
import {accessOfOwners} from '#standing-rules/owners.ts'
import {RulePreviews} from '#standing-rules/previews.ts'
import type {RuleOwner} from '#standing-rules/reach.ts'
import type {Store} from '#store/store.ts'
import {actionDetails} from './action-details.ts'
import type {PeopleOfApp} from './compose-people.ts'
import {openRulesOfApp, type RulesOfApp} from './compose-rules.ts'
import {trashOfApp, type TrashOfApp} from './compose-trash.ts'
import {LookUps} from './lookups/look-ups.ts'
import {serverDisk} from './lookups/server-disks.ts'
import {failingArr, ManagedArrs} from './managers/arr-gate.ts'
import {inheritedSections, type Inherited, type RuleConfig} from './managers/inherited-sections.ts'
import {Managers, type ManagersParts, type ManagerThread} from './managers/managers.ts'
import {RuleFacts} from './managers/rule-facts.ts'
import {WholeServers} from './managers/whole-servers.ts'
import {failingShare, presenceOf} from './managers/situation.ts'
import {ruleWorld} from './rule-world.ts'
import {SupervisedThread} from './threads/supervised-thread.ts'
import type {RestartRules} from './threads/thread-life.ts'

export interface ActingParts {
  readonly people: PeopleOfApp
  readonly store: Store
  readonly fleet: Fleet
  readonly clock: Clock
  readonly turns: Turns
  readonly random: () => number
  readonly log: {
    error(about: object, text: string): void
    warn(about: object, text: string): void
  }
  readonly journal: Pick<Journal, 'write'>
  readonly executor: Pick<CommandExecutor, 'run' | 'runOnServer' | 'add'>
  readonly details: TorrentReader
  readonly servers: {
    list(): readonly ServerView[]
    get(id: ServerId): ServerView | null
    /** Asks it for its list now. @throws {CommodarrError} */
    poll(id: ServerId): Promise<void>
    neighbours(id: ServerId): readonly ServerId[]
  }
  readonly definitions: () => readonly ServerDefinition[]
  readonly config: RuleConfig
  /** `--observe`: what follows from the configuration is judged and told, not done. */
  readonly observes: () => boolean
  /** For tests: a manager without a thread of its own. */
  readonly thread?: ManagersParts['thread']
}

export interface ActingOfApp {
  readonly memory: Memory
  readonly keeper: RulesOfApp['keeper']
  readonly previews: RulePreviews<TorrentSubject>
  readonly managers: Managers
  readonly desk: DecisionDesk
  readonly trash: TrashOfApp['trash']
  /** `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
  /** Written of commands: what people change, rules leave alone for a while. */
  byHand(entries: readonly JournalEntry[]): void
  /** The configuration changed, or whether it is only observed. */
  configure(config?: RuleConfig): Promise<void>
  /** Nothing new is decided or begun. What is under way goes on after the next start. */
  stop(): Promise<void>
  /** After everything that writes. */
  close(): Promise<void>
}

const SECOND_MS = 1_000
/** A thread that says nothing for so long does not turn any more. */
const SILENCE_MS = 30_000

/** @throws {StorageFault} */
export async function openActing(parts: ActingParts): Promise<ActingOfApp> {
  const {people, store, fleet, clock, turns, random, log, journal, executor, servers} = parts
  const run = randomUUID()
  const timeZone = Temporal.Now.timeZoneId()
  const memory = await Memory.open({
    ...{store, clock, random},
    onFault: (error, lost) => log.error({err: error, lost}, 'what is remembered could not be written'),
  })
  const {rules, keeper} = await openRulesOfApp({people, store, memory, clock, log})
  const {arrDirectory} = people
  const ffprobe = new Ffprobe({
    clock,
    onMissing: (command) => log.warn({command}, 'there is no ffprobe: media files are not probed'),
  })
  let hasFfprobe: boolean | null = null
  let {config} = parts
  let inherited: Inherited = {arrs: [], categories: []}
  const diskOf = (id: ServerId) =>
    serverDisk(
      id,
      parts.definitions().find((it) => it.id === id),
      (of) => servers.neighbours(of),
    )
  const lookUps = new LookUps({
    ...{clock, turns, random, fleet, ffprobe, details: parts.details},
    ...{servers: () => servers.list(), server: (id) => servers.get(id)},
    disk: (id) => diskOf(id),
    sees: (by, id) => seesServer(by, id),
    phrases: () => undefined,
    patience: new Patience(clock),
    mounts: new Map<string, RememberedMount>(),
  })
  const ourselves = accessOf(
    {userId: null, role: 'administrator', scopes: null, servers: null},
    people.directory,
  )
  const accessOwner = accessOfOwners({users: people.users, servers: people.directory})
  const reaches: ManagersParts['reaches'] = (owner, id) => {
    return accessOwner(owner ?? 'file')?.may('control', id) ?? false
  }
  const seesServer = (by: ManagerId, id: ServerId) => {
    const arr = arrDirectory.active().find((it) => (it.id as string) === by)
    return arr === undefined || reaches(arr.ownerId, id)
  }
  const sections = () => [...inherited.arrs, ...inherited.categories]
  const managers: Managers = new Managers({
    ...{fleet, clock, turns, log, run, timeZone, memory, lookUps, sections, reaches},
    servers: () => servers.list(),
    serverOwner: (id) => people.directory.card(id)?.ownerId ?? null,
    arrs: () => arrDirectory.active(),
    rules: () => rules.all(),
    passages: () =>
      [config.settings.FailedCategory, config.settings.RecheckCategory].filter((name) => name !== ''),
    decided: (decisions) => void desk.take(decisions),
    restMs: () => config.settings.LoopSleepTimer * SECOND_MS,
    thread: parts.thread ?? ((plan) => supervised(plan)),
    entry: new URL('./managers/manager-thread.ts', import.meta.url),
  })
  const supervised = (plan: Parameters<ManagersParts['thread']>[0]): ManagerThread =>
    new SupervisedThread(plan, {clock, log, rules: () => restartRules(config)})
  const facts = new RuleFacts({
    ...{fleet, clock, timeZone, sections, memory, lookUps},
    server: (id) => managers.server(id),
    poll: (id) => servers.poll(id),
    saying: async (key, isFresh) => {
      const id = managers.managerOf(key)
      return id === null ? null : managers.ask(id, 'saying', {key, isFresh})
    },
  })
  const trackersFailing = failingShare(fleet, clock)
  const situation = (id: ServerId | null): Omit<ServerSituation, 'failures'> => {
    const server = id === null ? null : managers.server(id)
    return {
      ...{fullSyncs: server?.fullLists, epochFor: server?.onlineFor},
      ...{trackersFailing: trackersFailing(), sinceInternetFault: null},
    }
  }
  const previews = new RulePreviews({
    ...{clock, turns},
    world: ruleWorld({
      ...{fleet, clock, timeZone, sections, memory, situation, server: (id) => managers.server(id)},
      arrOf: (key) => {
        const id = managers.managerOf(key)
        const arr = arrDirectory.active().find((it) => (it.id as string) === id)
        return arr ? {id: arr.id, kind: arr.config.app} : null
      },
    }),
  })
  const write = (entries: Parameters<Journal['write']>[0]) => journal.write(entries)
  const presence = (subject: SubjectName) => presenceOf(facts.torrent(subject), fleet, servers)
  const ended: FailParts['ended'] = ({ruleId, subject}, _action, outcome) =>
    managers.ended({ruleId, subject, outcome: outcome.startsWith('done') ? 'confirmed' : 'failed'})
  const {
    trash,
    recycling,
    saga: recycleSaga,
  } = trashOfApp({
    ...{book: memory.trash, executor, fleet, clock, write, log, ourselves, details: parts.details},
    ...{servers: () => servers.list(), server: (id) => servers.get(id), disk: diskOf, sagas: () => sagas},
  })
  const desk: DecisionDesk = new DecisionDesk({
    ...{executor, facts, situation, clock, write, log, presence},
    explain: (key) => managers.explain(key),
    ...{ourselves, trash, recycling},
    details: actionDetails({
      ...{details: parts.details, turns, server: (id) => servers.get(id)},
      fileRules: (set) =>
        arrDirectory.active().find(({id}) => (id as string) === set)?.config.Torrent ?? null,
    }),
    arr: new ManagedArrs({managers, facts, fleet, sagas: () => sagas}),
    rules: (id) => rules.of(id),
    limits: usualLimits,
    ...{spent: memory.spent, suspensions: memory.suspensions, deadlines: memory.deadlines},
    verdicts: memory.verdicts,
    tell: (end) => {
      managers.ended(end)
      wholes.ended(end)
      // Once for each torrent: who wants a file of it all the same is not asked again.
      const filtered = end.action === 'filePriority' && ['sent', 'confirmed'].includes(end.outcome)
      const key = filtered ? facts.torrent(end.subject) : null
      if (key) memory.torrents.change(key, {filteredAt: end.at}, end.at)
    },
  })
  const removal: Pick<FailParts, 'remove' | 'presence' | 'ended'> = {
    remove: (decision, action, causeId) => desk.remove(decision, action, causeId),
    presence: ({subject}) => presence(subject),
    ended,
  }
  const sagas: SagaRunner = new SagaRunner(
    {book: memory.sagas, clock, random, newId: () => randomUUID(), log},
    [
      failDownload({
        ...{clock, write, searched: memory.searched, ...removal},
        arr: failingArr(managers),
        torrent: (subject) => facts.torrent(subject),
      }),
      recycleSaga(removal),
    ],
  )

  const wholes: WholeServers = new WholeServers({
    ...{fleet, clock, random, log, sections, torrents: memory.torrents},
    servers: () => managers.servers(),
    managerOf: (key) => managers.managerOf(key),
    space: () => spaceOf(config),
    rule: (id) => rules.of(id),
    categories: (id) => {
      const view = servers.get(id)
      const canMake = view?.features && view.features.createCategory.support !== 'none'
      return view && canMake ? view.categories.map(({name}) => name) : undefined
    },
    wanted: (id) => ({
      names: categoriesOn(id),
      root: config.settings.CompletedDownloadFolder,
    }),
    makeCategory: (id, name, savePath) =>
      executor.runOnServer({actor: ruleActor('Categories'), access: ourselves}, id, {
        verb: 'createCategory',
        args: {name, ...(savePath !== null && {savePath})},
      }),
    decided: (decisions) => void desk.take(decisions),
  })
  /** Those of Arrs that may have torrents there, and those that are managed there. */
  const categoriesOn = (id: ServerId): readonly string[] => [
    ...arrDirectory
      .active()
      .filter(({ownerId}) => reaches(ownerId, id))
      .map(({config: {Category}}) => Category),
    ...(config.serverRules.get(id)?.ManagedCategories ?? []),
  ]

  async function followConfig(): Promise<void> {
    // Nobody needs it before there is an Arr.
    if (arrDirectory.active().length > 0) hasFfprobe ??= (await ffprobe.version()) !== null
    inherited = inheritedSections({
      ...{...config, arrs: arrDirectory.active()},
      ...{observes: parts.observes(), hasFfprobe: hasFfprobe === true},
    })
    const owners = new Map<RuleId, RuleOwner>()
    const presets: Rule[] = [
      ...inherited.categories.flatMap((section) => [...categoryPresets(section)]),
      ...wholeServerRules(config, sections(), parts.observes()),
    ]
    for (const arr of inherited.arrs) {
      const isOfFile = arrDirectory.card(asArrId(arr.arrId))?.origin === 'file'
      const ofArr = isOfFile ? arrPresets(arr) : arrPresets(arr).map(askingFirst)
      presets.push(...ofArr)
      const ownerId = arrDirectory.active().find((it) => it.id === asArrId(arr.arrId))?.ownerId ?? null
      if (ownerId !== null) for (const {id} of ofArr) owners.set(id, ownerId)
    }
    rules.follow(presets, owners)
  }

  await followConfig()
  rules.onChange(() => void managers.follow())
  arrDirectory.onChange(async () => {
    await followConfig()
    await managers.follow()
  })
  await managers.follow()
  desk.start()
  wholes.start()
  trash.start()
  sagas.resume()
  return {
    ...{memory, keeper, previews, managers, desk, trash, ruleName: (id) => rules.card(id)?.name ?? null},
    byHand(entries) {
      for (const {actor, phase, serverId, hash, at} of entries) {
        const isByHand = actor.origin === 'user' || actor.origin === 'api'
        if (!isByHand || phase !== 'sending' || serverId === null || hash === null) continue
        memory.torrents.change({serverId, hash}, {lastManualChangeAt: at}, at)
      }
    },
    async configure(changed = config) {
      config = changed
      await followConfig()
      await managers.follow()
    },
    async stop() {
      sagas.stop()
      lookUps.close()
      wholes.stop()
      await managers.stop()
      await desk.stop()
      await trash.stop()
    },
    close: () => memory.close(),
  }
}

/** Only where something is looked after at all: of other people's downloads none is stopped. */
function wholeServerRules(
  config: RuleConfig,
  sections: readonly InheritedSection[],
  observes: boolean,
): readonly Rule[] {
  const of = {section: 'Settings', servers: [], observes}
  const rows = sections.flatMap(({trackers, serverTrackers}) => [
    ...trackers,
    ...serverTrackers.flatMap((it) => it.trackers),
  ])
  const space = sections.length === 0 ? null : spaceOf(config)
  return [
    ...(rows.some(({sorts}) => sorts) ? [queueOrderRule(of)] : []),
    ...(space ? freeSpaceRules(of, space, !config.settings.Tagless) : []),
  ]
}

/** Who writes a file has run these rules for years; who adds an Arr by its key has not seen one of them. */
function askingFirst(rule: Rule): Rule {
  return rule.mode === 'live' && isDestructive(rule) ? {...rule, mode: 'ask'} : rule
}

function spaceOf({
  settings: {FreeSpace: keep, FreeSpaceFolder: folder, AutoPauseResume: mayStop},
}: RuleConfig): InheritedFreeSpace | null {
  // Whose room is meant then nobody measures yet: better nothing is stopped than everything.
  return keep === null || folder !== null ? null : {keep, mayStop}
}

/** Silence and slow starts are counted on our own clock, ends by the configuration. */
function restartRules({settings}: RuleConfig): RestartRules {
  return {
    isAutomatic: settings.AutoRestartProcesses,
    most: settings.MaxProcessRestarts,
    windowMs: settings.ProcessRestartWindow * SECOND_MS,
    delayMs: settings.ProcessRestartDelay * SECOND_MS,
    startMs: settings.ProcessSpawnTimeoutSeconds * SECOND_MS,
    silenceMs: SILENCE_MS,
  }
}
