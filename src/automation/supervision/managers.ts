/**
 * The managers, as the main thread sees them: one for each Arr that is on, and one for the torrents that no Arr owns, as
 * soon as a rule may be about them. Each is told what is true, and what it says goes where it belongs: decisions to the
 * rule action queue, what it remembers into `automation-state`, what costs a request to the look-ups.
 *
 *   Arrs, rules ─▶ who must run ─▶ supervised threads
 *   fleet ─▶ row feed ─┐             │  ▲
 *   servers ───────────┼─ tell ──────┘  │
 *   books, look-ups ───┘                └─ say: decided · remember · wanted · arr · answer
 */
import type {Memory} from '#automation-state/memory.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {LibraryService} from '#library/library-service.ts'
import type {InstanceClock} from '#lib/instance-clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import {asDownloadId, type ArrId, type RefusedGrab} from '#model/arr.ts'
import type {ArrManagers, Processes, RunningArr} from '#model/arr-service.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import {
  NotReady,
  type ComingAction,
  type ComingOfRules,
  type Decision,
  type EarlyDecision,
  type Explainer,
  type Explanation,
  type RuleOutcome,
  type StandingRule,
} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import {
  fleetManagerId,
  managerOf,
  type FileRulesReport,
  type ManagedServer,
  type ManagerId,
  type RowsMessage,
} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {ServerView} from '#model/services.ts'
import {keyIn, asInfoHash, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {ActiveArr} from '#registry/arrs/directory.ts'
import {ofTheFile, type Authority} from '#registry/rules/reach.ts'
import type {WantedFact} from '#rules/evaluate.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import type {ArrSearches} from '../actions/arr-searches.ts'
import type {UserOverrides} from '../actions/user-overrides.ts'
import type {LookUps} from '../facts/look-ups.ts'
import type {ArrReport, FromManager, GivenUpRelease, QuestionName, Questions} from '../manager/messages.ts'
import {ArrLabels} from './arr-labels.ts'
import {DecisionBackoff} from './decision-backoff.ts'
import {holdMessages, rememberHolds} from './hold-records.ts'
import {ManagerThreads, type ManagerBirths, type NewThread, type RunningManager} from './manager-threads.ts'
import {OwnershipIndex} from './ownership-index.ts'
import {RowFeed} from './row-feed.ts'
import type {ServerFeed} from './server-feed.ts'
import {TorrentWatch} from './torrent-watch.ts'

interface ManagersDeps {
  readonly births: ManagerBirths
  readonly thread: NewThread
  readonly clock: InstanceClock
  readonly fleet: Fleet
  readonly turns: TimeSlice
  readonly log: {error(about: object, text: string): void}
  readonly servers: {get(id: ServerId): ServerView | null}
  readonly serverFeed: ServerFeed
  readonly arrs: () => readonly ActiveArr[]
  /** What is managed in this name may have torrents on that server. */
  readonly reaches: (by: Authority, id: ServerId) => boolean
  readonly rules: () => readonly StandingRule[]
  /** The member whose rule it is; `null` = of the house, which is never held for what it costs. */
  readonly memberOfRule: (rule: RuleId) => UserId | null
  /** It took too much, and waits for a person. */
  readonly isTooCostly: (rule: RuleId) => boolean
  /** A rule of a member took too much of a manager's thread, ms lately. */
  readonly costly: (rule: RuleId, ms: number) => void
  /** The owner of a rule may see that Arr. */
  readonly seesArr: (rule: RuleId, arr: ArrId) => boolean
  readonly owing: () => Owing
  /** Categories for failures and checks. */
  readonly passages: () => readonly string[]
  readonly memory: Memory
  readonly lookUps: Pick<LookUps, 'ask' | 'drop'>
  readonly library: Pick<LibraryService, 'known' | 'take'>
}

/** Whoever goes on with what managers say, and what they have to know of that. */
export interface ManagersWork {
  readonly decided: (decisions: readonly Decision[]) => void
  /** What this rule wants of a torrent was refused, or put off. @param isDue else it wants that later */
  readonly isRefused: (rule: RuleId, key: string, isDue: boolean) => boolean
  /** What people had wait. */
  readonly waits: Pick<UserOverrides, 'removalWait' | 'holdsBack'>
  readonly searches: Pick<ArrSearches, 'oweTo' | 'searchManually'>
  /** What this Arr has in its queue was read; `null` = it could not be. */
  readonly queueRead: (id: ArrId, reading: Pick<ArrReport, 'queue' | 'readAt'>) => void
  /** Releases were given up there, by whoever it was. @throws {StorageFault} */
  readonly gaveUp: (id: ArrId, releases: readonly GivenUpRelease[]) => Promise<void>
  /** A person has an item searched on, of which releases were given up again and again. @throws {CommodarrError} */
  readonly resume: (id: ArrId, item: string) => Promise<void>
  /** This Arr answers, for the first time or again. */
  readonly arrAnswers: (id: ArrId) => void
}

export class Managers implements ArrManagers, Processes, Explainer {
  readonly #parts: ManagersDeps
  readonly #threads: ManagerThreads
  readonly #pace: DecisionBackoff
  readonly #rows: RowFeed
  readonly #servers: ServerFeed
  readonly #watch: TorrentWatch
  readonly #labels: ArrLabels
  #stopServers: (() => void) | null = null
  /** Feeds that stand while at least one manager runs. */
  #stopFeeds: (() => Promise<void>) | null = null
  readonly #owners: OwnershipIndex
  #authorities: ReadonlyMap<ArrId, Authority> = new Map()
  /** `null` = it was not started: no manager runs. */
  #work: ManagersWork | null = null
  #changing: Promise<void> = Promise.resolve()

  constructor(parts: ManagersDeps) {
    this.#parts = parts
    const {fleet, clock, turns, log, servers, memory} = parts
    this.#pace = new DecisionBackoff(clock)
    this.#threads = new ManagerThreads(parts.thread, memory, clock, {
      hear: (id, said) => this.#hear(id, said),
      ready: (id) => this.#ready(id),
    })
    this.#rows = new RowFeed(fleet, clock, turns, log, {
      ownerOf: (key, v1, category) => this.#ownerOf(key, v1, category),
      send: (id, rows) => this.#sendRows(id, rows),
      looked: (key) => this.#labels.look(key),
    })
    this.#labels = new ArrLabels(
      fleet,
      clock,
      turns,
      (key, v1, category) => this.#ownerOf(key, v1, category),
      () => this.#work,
    )
    this.#servers = parts.serverFeed
    this.#owners = new OwnershipIndex(
      (key) => memory.torrents.of(key)?.categoryBefore ?? null,
      (id, server) => parts.reaches(this.#authorities.get(id) ?? ofTheFile, server),
    )
    this.#watch = new TorrentWatch({
      fleet,
      clock,
      turns,
      server: (id) => servers.get(id),
      torrents: memory.torrents,
      passages: parts.passages,
      lostTimes: () => parts.owing().lostTimes,
    })
  }

  /** From now on managers run. Resolves when all that must do. */
  start(work: ManagersWork): Promise<void> {
    this.#work = work
    return this.follow()
  }

  /** Arrs, rules or the configuration changed: who must run runs, and knows it. Resolves when it is so. */
  follow(): Promise<void> {
    if (this.#work === null) return this.#changing
    this.#labels.again()
    this.#changing = this.#changing.then(() => this.#follow())
    return this.#changing
  }

  async stop(): Promise<void> {
    await this.#changing
    this.#stopServers?.()
    await this.#stopFeeds?.()
    await this.#labels.stop()
    await this.#threads.stop()
  }

  /** Who judges it; `null` = nobody. */
  managerOf(key: TorrentKey): ManagerId | null {
    const {fleet} = this.#parts
    const row = fleet.rowOf(key)
    if (row === null || fleet.serverAt(row) === null) return null
    return this.#ownerOf(key, fleet.valueAt(row, 'infoHashV1') ?? null, fleet.valueAt(row, 'category'))
  }

  /** Which files the section of its Arr leaves out; `null` = there is none. */
  fileRules(id: ManagerId | null): FileRulesReport | null {
    return this.#parts.arrs().find((arr) => (arr.id as string) === id)?.config.Torrent ?? null
  }

  /** As they are judged by. They are followed from the first question on. */
  servers(): readonly ManagedServer[] {
    this.#startServers()
    return this.#servers.now()
  }

  server(id: ServerId): ManagedServer | null {
    this.#startServers()
    return this.#servers.of(id)
  }

  /** @throws {CommodarrError} what ailed it; `not_ready` = it does not run now */
  async ask<N extends QuestionName>(
    id: ManagerId,
    name: N,
    asked: Questions[N]['asked'],
  ): Promise<Questions[N]['answer']> {
    const running = this.#threads.get(id)
    if (!running) throw new NotReady()
    return running.questions.ask(name, asked)
  }

  /** What all that run say to it; of one that cannot answer, nothing. */
  async askAll<N extends QuestionName>(
    name: N,
    asked: Questions[N]['asked'],
  ): Promise<readonly Questions[N]['answer'][]> {
    const answers = await Promise.allSettled(
      this.#threads.all.map(({questions}) => questions.ask(name, asked)),
    )
    return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  async explain(key: TorrentKey, isRefresh = false): Promise<Explanation> {
    const id = this.managerOf(key)
    const explained = id === null ? null : await this.ask(id, 'explain', {key, isRefresh})
    if (explained) return explained
    if (id !== null) throw new NotReady({...key})
    const subject = {kind: 'torrent' as const, key: keyText(key), serverId: key.serverId}
    return {at: this.#parts.clock.now(), subject, rules: [], facts: {}}
  }

  /** What a rule whose time runs would decide of it now; `null` = nothing. @throws {CommodarrError} not_ready */
  async early(key: TorrentKey, ruleId: RuleId): Promise<EarlyDecision | null> {
    const id = this.managerOf(key)
    return id === null ? null : this.ask(id, 'early', {key, ruleId})
  }

  /** A person has it act before its time is over. @returns what it says then; `null` = nothing is ended. @throws {CommodarrError} not_ready */
  async endHold(key: TorrentKey, ruleId: RuleId, revision: number): Promise<RuleOutcome | null> {
    const id = this.managerOf(key)
    return id === null ? null : this.ask(id, 'endHold', {key, ruleId, revision})
  }

  /** A person has the rule, as he saw it, look at these now. @returns of how many it does. @throws {CommodarrError} not_ready */
  async runNow(
    {id: ruleId, revision, mode}: Pick<Rule, 'id' | 'revision' | 'mode'>,
    keys: readonly TorrentKey[],
  ): Promise<number> {
    const byManager = Map.groupBy(keys, (key) => this.managerOf(key))
    const counts = await Promise.all(
      Array.from(byManager, async ([id, its]) =>
        id === null ? 0 : this.ask(id, 'runNow', {ruleId, revision, mode, keys: its.map(keyText)}),
      ),
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** What rules are about to do to any torrent. `isAll` = no manager is missing that is not ready. */
  async coming(): ReturnType<ComingOfRules> {
    const asked = await Promise.allSettled(
      this.#threads.all.map(({questions}) => questions.ask('coming', {keys: null})),
    )
    const isReady = (one: PromiseSettledResult<readonly ComingAction[]>) => one.status === 'fulfilled'
    return {
      actions: asked.flatMap((one) => (one.status === 'fulfilled' ? this.#inTheirTime(one.value) : [])),
      isAll: asked.every(isReady),
    }
  }

  /** Without what a person had wait, and what is wanted by a rule that does nothing until a person reviewed it. */
  #inTheirTime(coming: readonly ComingAction[]): readonly ComingAction[] {
    const work = this.#work
    if (work === null) return coming
    return coming.filter(
      (action) => !work.waits.holdsBack(action) && !work.isRefused(action.ruleId, keyText(action.key), false),
    )
  }

  of(id: ArrId): RunningArr | null {
    const running = this.#threads.get(managerOf(id))
    if (!running?.arr) return null
    const {queue, readAt, isBehind, isLive, fault, isKeyRefused, nextTryAt, version, checks, searching} =
      running.arr
    return {
      queue,
      lastQueue: running.lastQueue,
      readAt,
      isBehind,
      isLive,
      fault,
      faultSince: running.faultSince,
      isKeyRefused,
      nextTryAt,
      version,
      checks,
      searching,
      titleOf: (downloadId) => this.#labels.titleOf(id, downloadId),
      coming: async (keys) => this.#inTheirTime(await running.questions.ask('coming', {keys})),
      act: async (by, action) => {
        const {searches, resume} = this.#work!
        if (action.what === 'resumeSearches') return resume(id, action.item)
        const ask = () => running.questions.ask('act', {action})
        if (action.what === 'search') return searches.searchManually(id, action.items, ask)
        if (action.what === 'blocklist') {
          const owed = await running.questions.ask('owes', action)
          if (owed) await searches.oweTo(by, id, owed)
        }
        await ask()
      },
      importProof: (downloadId) => running.questions.ask('importProof', {downloadId}),
      searcherAfter: async (downloadId) =>
        (await running.questions.ask('owes', {downloadId, searchAgain: true})) ? 'us' : 'arr',
      tryNow: () => running.thread.send({kind: 'tryNow'}),
    }
  }

  /** Why what it says that it has is not believed; `null` = it was not reached yet. */
  doubts(id: ArrId): Pick<ArrReport, 'unseen' | 'replacedAt'> | null {
    const report = this.#threads.get(managerOf(id))?.arr
    return report ? {unseen: report.unseen, replacedAt: report.replacedAt} : null
  }

  /** Somebody says that something happened in this Arr. */
  hint(id: ArrId): void {
    this.#threads.get(managerOf(id))?.thread.send({kind: 'hint'})
  }

  /** What is remembered of it is another, and nothing else tells its manager. */
  remembered(key: TorrentKey): void {
    const id = this.managerOf(key)
    const record = this.#parts.memory.torrents.of(key)
    if (id && record) this.#threads.get(id)?.thread.send({kind: 'remembered', records: [record]})
  }

  /** What was said of what a rule wants of it is another. */
  refusalChanged(key: string): void {
    const torrent = keyIn(key)
    if (torrent) this.#labels.look(torrent)
  }

  list(): ReturnType<Processes['list']> {
    return this.#threads.all.map(({thread}) => thread.view)
  }

  restart(id: string): boolean {
    const running = this.#threads.get(id as ManagerId)
    running?.thread.restart()
    return running !== undefined
  }

  /** What was looked up is another by what was done; resolves when its manager knows it. */
  async lookAgain(key: TorrentKey, names: readonly FactName[]): Promise<void> {
    const id = this.managerOf(key)
    if (id) await this.#lookUpOne(id, key, names, true)
  }

  /** What became of a decision. */
  ended(end: Parameters<DecisionBackoff['after']>[0]): void {
    const {ruleId, subject} = end
    const key = subject.kind === 'torrent' ? keyIn(subject.key) : null
    const rest = this.#pace.after(end, key && this.#arrOf(key))
    if (!rest) return
    const isUndone = end.outcome === 'postponed' || end.outcome === 'cancelled'
    const result = {ruleId, key: subject.key, ...rest, isUndone}
    this.#threads.broadcast({kind: 'results', results: [result]})
  }

  /**
   * An order under way was put off after a look that cost its Arr something.
   * @param ownMs what it would rest if its Arr had nothing else
   * @returns ms until the next one
   */
  untilLook(decision: Pick<Decision, 'ruleId' | 'subject'>, ownMs: number): number {
    const key = decision.subject.kind === 'torrent' ? keyIn(decision.subject.key) : null
    return this.#pace.untilLook(decision, key && this.#arrOf(key), ownMs)
  }

  /** `null` = it is judged without one. */
  #arrOf(key: TorrentKey): ArrId | null {
    const id = this.managerOf(key)
    return id === fleetManagerId ? null : (id as ArrId | null)
  }

  #startServers(): void {
    this.#stopServers ??= this.#servers.start((servers) =>
      this.#threads.broadcast({kind: 'servers', servers}),
    )
  }

  async #follow(): Promise<void> {
    const arrs = this.#parts.arrs()
    const births = this.#parts.births.of(
      arrs,
      this.#rulesFor(null).some(({mode}) => mode !== 'off'),
    )
    await this.#threads.endOthers(births)
    this.#authorities = new Map(arrs.map(({id, authority}) => [id, authority]))
    this.#owners.takeArrs(
      arrs.map((arr) => this.#owning(arr)),
      this.#parts.passages(),
    )
    this.#threads.beginMissing(births)
    for (const id of this.#threads.ids) this.#sendRules(id)
    if (this.#threads.ids.length > 0) this.#startFeeds()
    await this.#rows.reconsider()
  }

  #startFeeds(): void {
    if (this.#stopFeeds) return
    this.#startServers()
    const [watch, rows] = [this.#watch.start(), this.#rows.start()]
    this.#stopFeeds = async () => void (await Promise.all([watch(), rows()]))
  }

  /** It knows nothing: it is told everything. */
  #ready(id: ManagerId): void {
    const running = this.#threads.get(id)
    if (!running) return
    running.rules = ''
    const records = this.#parts.memory.downloads.ofArr(id)
    if (records.length > 0) running.thread.send({kind: 'downloads', records})
    this.#sendRules(id)
    running.thread.send({kind: 'servers', servers: this.servers()})
    this.#rows.begin(id)
    if (id !== fleetManagerId) void this.#sendLibrary(id)
  }

  /** From then on it reads what its Arr has. */
  async #sendLibrary(id: ManagerId): Promise<void> {
    const {thread} = this.#threads.get(id)!
    const known = await this.#parts.library.known(id as string as ArrId)
    thread.send({kind: 'library', known})
  }

  #sendRules(id: ManagerId): void {
    const running = this.#threads.get(id)!
    const rules = this.#rulesFor(id === fleetManagerId ? null : id)
    const {memory, owing, seesArr, memberOfRule, isTooCostly} = this.#parts
    const arr = id === fleetManagerId ? null : (id as string as ArrId)
    const deaf = rules.flatMap((rule) => (arr === null || seesArr(rule.id, arr) ? [] : [rule.id]))
    const owners = rules.flatMap(({id: rule}) => {
      const member = memberOfRule(rule)
      return member === null ? [] : [[rule, member] as const]
    })
    const held = rules.flatMap((rule) => (isTooCostly(rule.id) ? [rule.id] : []))
    const message = {rules, deaf, bounds: {owners, held}, owing: owing()}
    const text = JSON.stringify(message)
    if (running.rules === text) return
    const isHeard = running.thread.send({kind: 'rules', ...message, holds: holdMessages(memory.holds, rules)})
    running.rules = isHeard ? text : ''
  }

  /** Those that may be about its torrents. */
  #rulesFor(arr: string | null): readonly Rule[] {
    const all = this.#parts.rules().flatMap(({rule}) => (ofOthers.has(rule.subject) ? [] : [rule]))
    return all.filter(({scope: {arrs}}) => arrs.length === 0 || (arr !== null && arrs.includes(arr)))
  }

  #hear(id: ManagerId, said: FromManager): void {
    const running = this.#threads.get(id)
    if (!running) return
    const {memory, clock} = this.#parts
    switch (said.said) {
      case 'decided':
        return this.#work?.decided(said.decisions)
      case 'costly':
        return this.#parts.costly(said.ruleId, said.ms)
      case 'remember':
        return rememberHolds(memory.holds, said.writes, clock.now())
      case 'wanted':
        return void this.#lookUp(id, said.wanted)
      case 'download':
        return void this.#remember(said.record)
      case 'titles':
        return this.#labels.take(id as string as ArrId, said.titles)
      case 'library':
        return this.#parts.library.take(id as string as ArrId, said.part)
      case 'removable':
        return this.#labels.takeDates(said.dates)
      case 'imports':
        return this.#labels.takeImports(id as string as ArrId, said.changes)
      case 'refused':
        return void this.#takeRefused(id, said.releases)
      case 'gaveUp':
        return void this.#takeGivenUp(id, said.releases)
      case 'arr':
        return this.#takeArr(id, running, said.arr)
      case 'answer':
        return running.questions.answer(said.id, said.answer)
      case 'fault':
        return running.questions.fault(said.id, said.fault)
    }
  }

  /** It tells again what it could not know to be written. */
  async #remember(record: DownloadRecord): Promise<void> {
    const {memory, log} = this.#parts
    try {
      await memory.downloads.put([record])
    } catch (error) {
      log.error({err: error, arr: record.arrId}, 'how far a download got could not be written')
    }
  }

  /** Told once: a line that is lost is of a release that is refused again as long as a feed has it. */
  async #takeRefused(id: ManagerId, releases: readonly RefusedGrab[]): Promise<void> {
    const {memory, log} = this.#parts
    try {
      await memory.searchRuns.addRefused(id, releases)
    } catch (error) {
      log.error({err: error, arr: id}, 'what a download client refused could not be written')
    }
  }

  /** Reported once, and again after a restart, as far as that is read again. */
  async #takeGivenUp(id: ManagerId, releases: readonly GivenUpRelease[]): Promise<void> {
    try {
      await this.#work?.gaveUp(id as string as ArrId, releases)
    } catch (error) {
      this.#parts.log.error({err: error, arr: id}, 'what was given up could not be written')
    }
  }

  #takeArr(id: ManagerId, running: RunningManager, arr: ArrReport): void {
    const before = running.arr
    const wasAway = before === null || before.fault !== null
    running.arr = arr
    running.lastQueue = arr.queue ?? running.lastQueue
    running.faultSince = arr.fault === null ? null : (running.faultSince ?? this.#parts.clock.now())
    this.#work?.queueRead(id as string as ArrId, arr)
    if (arr.replacedAt !== null && arr.replacedAt !== before?.replacedAt) void this.#forgetSearches(id)
    if (wasAway && arr.fault === null) this.#work?.arrAnswers(id as string as ArrId)
    const queue = arr.queue && arr.queue.flatMap(({downloadId}) => downloadId ?? [])
    const changed = this.#owners.takeClaims(id as string as ArrId, {queue, history: arr.inHistory})
    this.#rows.reconsiderHashes(changed)
  }

  /** What was searched went by numbers that mean other items now. */
  async #forgetSearches(id: ManagerId): Promise<void> {
    const {memory, log} = this.#parts
    try {
      await memory.searched.forgetArr(id)
      await memory.givenUp.forgetArr(id)
    } catch (error) {
      log.error({err: error, arr: id}, 'what was searched in another database could not be forgotten')
    }
  }

  async #lookUp(id: ManagerId, wanted: readonly WantedFact[]): Promise<void> {
    const facts = new Map<string, {key: TorrentKey; names: Set<FactName>}>()
    for (const {subject, fact} of wanted) {
      const hash = asInfoHash(subject.key.slice(subject.key.lastIndexOf('/') + 1))
      if (subject.kind !== 'torrent' || hash === null || subject.serverId === null) continue
      const one = facts.get(subject.key) ?? {key: {serverId: subject.serverId, hash}, names: new Set()}
      one.names.add(fact)
      facts.set(subject.key, one)
    }
    await Promise.all([...facts.values()].map(({key, names}) => this.#lookUpOne(id, key, [...names])))
  }

  async #lookUpOne(id: ManagerId, key: TorrentKey, names: readonly FactName[], fresh = false): Promise<void> {
    const {lookUps, log} = this.#parts
    try {
      const rules = this.fileRules(id)
      const answers = await lookUps.ask(id, key, names, {fresh, ...(rules !== null && {rules})})
      this.#threads.get(id)?.thread.send({kind: 'lookedUp', answers})
    } catch (error) {
      log.error({err: error, manager: id}, 'what a rule wanted to know could not be looked up')
    }
  }

  #sendRows(id: ManagerId, rows: RowsMessage): void {
    const running = this.#threads.get(id)
    if (!running) return
    const {memory, lookUps} = this.#parts
    for (const key of rows.gone) lookUps.drop(id, key)
    const records = rows.rows.flatMap(({key}) => memory.torrents.of(key) ?? [])
    running.thread.send({kind: 'rows', rows})
    if (records.length > 0) running.thread.send({kind: 'remembered', records})
  }

  #owning({id, config}: ActiveArr) {
    const {memory, owing} = this.#parts
    const grabbed = memory.downloads.ofArr(id).filter(({ownership}) => ownership === 'owned')
    const section = owing().sections.find(({arrId}) => arrId === id)
    return {
      arrId: id,
      category: config.Category,
      matchSubcategories: section?.subcategories ?? false,
      remembered: grabbed.flatMap(({downloadId}) => asDownloadId(downloadId) ?? []),
    }
  }

  #ownerOf(key: TorrentKey, v1: string | null, category: string): ManagerId | null {
    const fleetManager = this.#threads.get(fleetManagerId) ? fleetManagerId : null
    return this.#owners.ownerOf(key, v1, category) ?? fleetManager
  }
}

/** Judged by who lists them, and by no manager. */
const ofOthers: ReadonlySet<Rule['subject']> = new Set<Rule['subject']>(['path', 'wanted'])
