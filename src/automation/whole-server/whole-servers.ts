/**
 * What hangs on all torrents of a server together: its queue, the room on its disk, its categories. Looked at a few times
 * a minute; what is decided goes the way of all decisions, categories are made by the executor.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import {writesOwnTags} from '#config/config.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access} from '#model/access.ts'
import {systemActor} from '#model/command.ts'
import type {Decision, RuleActionEnded} from '#model/decision.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {ServerView} from '#model/services.ts'
import {keyIn, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import type {InheritedSection, InheritedTracker} from '#rules/presets/inherited.ts'
import {rowsOn} from '#rules/presets/tracker-cases.ts'
import {sectionOf} from '../manager/owed.ts'
import type {ConfigInForce} from '../supervision/config-in-force.ts'
import type {Managers, ManagersDeps, ManagersWork} from '../supervision/managers.ts'
import {spaceOf} from '../supervision/presets-in-force.ts'
import {managedRow} from '../supervision/row-feed.ts'
import {CategoryPlanner} from './category-planner.ts'
import {QueuePlanner} from './queue-planner.ts'
import type {SpaceFolder} from './space-folder.ts'
import {spaceMemory, SpacePlanner} from './space-planner.ts'

const LOOK_MS = 15_000

/** Ids of the rules in `rules/presets/whole-server.ts`, of `[Settings]`. */
const ids = {
  queue: 'settings.queue-order' as RuleId,
  stop: 'settings.space-stop' as RuleId,
  start: 'settings.space-start' as RuleId,
  takenBack: 'settings.space-taken-back' as RuleId,
} as const

interface WholeServersDeps {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly random: () => number
  readonly log: {error(about: object, text: string): void}
  readonly managers: Pick<Managers, 'servers' | 'managerOf'>
  readonly inForce: Pick<ConfigInForce, 'sections' | 'withoutClashes'>
  /** Nothing is made that follows from the configuration. */
  readonly observes: () => boolean
  readonly spaceFolder: Pick<SpaceFolder, 'of' | 'look'>
  readonly rules: Pick<StandingRules, 'of'>
  readonly torrents: Pick<TorrentFacts, 'of' | 'change'>
  readonly arrs: Pick<ArrDirectory, 'active'>
  readonly reaches: ManagersDeps['reaches']
  readonly servers: {get(id: ServerId): ServerView | null}
  readonly executor: Pick<CommandExecutor, 'runOnServer'>
  readonly ourselves: Access
}

export class WholeServers {
  readonly #parts: WholeServersDeps
  readonly #queues: QueuePlanner
  readonly #space: SpacePlanner
  readonly #categories: CategoryPlanner
  /** In this look, those whose downloads come to the volume of the folder. */
  #ofFolder: ServerId[] = []
  #decided: ManagersWork['decided'] = () => {}
  #cancel: () => void = () => {}

  constructor(parts: WholeServersDeps) {
    this.#parts = parts
    const {clock, random, inForce} = parts
    this.#queues = new QueuePlanner(clock, (row) => this.#trackersOf(row))
    this.#space = new SpacePlanner({
      clock,
      free: (server) => this.#freeOf(server),
      isManaged: (row) => this.#sectionOf(row) !== null,
      remembered: (key) => parts.torrents.of(key),
      writesLabels: () => writesOwnTags(inForce.withoutClashes),
      forget: (key) => this.#changeMemory(key, {action: 'start', outcome: 'confirmed'}),
    })
    this.#categories = new CategoryPlanner(
      clock,
      random,
      (id) => this.#categoriesOn(id),
      (id) => ({
        names: parts.observes() ? [] : this.#wantedOn(id),
        root: inForce.withoutClashes.settings.CompletedDownloadFolder,
      }),
    )
  }

  /** @param decided takes what is decided from now on */
  start({decided}: Pick<ManagersWork, 'decided'>): void {
    this.#decided = decided
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.look()
      this.start({decided})
    })
  }

  stop(): void {
    this.#cancel()
  }

  look(): void {
    void this.#parts.spaceFolder.look()
    // Nothing is looked after.
    if (this.#parts.inForce.sections.length === 0) return
    const servers = this.#parts.managers.servers()
    for (const plan of this.#categories.look(servers)) void this.#make(plan)
    this.#ofFolder = []
    for (const server of servers) {
      this.#arrange(server)
      this.#makeRoom(server)
    }
  }

  /** What became of a decision. */
  ended(end: RuleActionEnded): void {
    const {ruleId, subject, action, outcome} = end
    if (ruleId === ids.queue) return this.#queues.answered(ruleId, subject.key)
    if (ruleId === ids.takenBack) return this.#space.answered(ruleId, subject.key)
    if (ruleId !== ids.stop && ruleId !== ids.start) return
    const key = keyIn(subject.key)
    if (key) this.#changeMemory(key, {action, outcome})
    this.#space.answered(ruleId, subject.key)
  }

  /** A person started or stopped it here. */
  changedManually(key: TorrentKey): void {
    this.#space.takeBack(key)
  }

  #changeMemory(key: TorrentKey, end: Pick<RuleActionEnded, 'action' | 'outcome'>): void {
    const {torrents, clock} = this.#parts
    const changes = spaceMemory(end, {marks: torrents.of(key)?.marks ?? []})
    if (changes) torrents.change(key, changes, clock.now())
  }

  #arrange(server: ManagedServer): void {
    const rule = this.#ruleFor(ids.queue, server)
    if (!rule) return
    const queued = this.#rows(server.id, (row) => typeof this.#at(row, 'queuePosition') === 'number')
    this.#report(this.#queues.look(server, queued, rule))
  }

  #makeRoom(server: ManagedServer): void {
    const [stop, start] = [this.#ruleFor(ids.stop, server), this.#ruleFor(ids.start, server)]
    const space = spaceOf(this.#parts.inForce.withoutClashes)
    if (!stop || !start || !space) return
    const takenBack = this.#ruleFor(ids.takenBack, server)
    const open = this.#rows(server.id, (row) => this.#at(row, 'complete') !== true)
    this.#report(this.#space.look(server, open, {space, stop, start, takenBack}))
  }

  /** Who shares the volume of the folder has what those before it leave. */
  #freeOf({id, freeBytes}: ManagedServer): Bytes | undefined {
    const says = this.#parts.spaceFolder.of(id)
    if (says === 'own') return freeBytes
    if (says === 'unknown') return undefined
    const taken = this.#ofFolder.reduce((sum, other) => sum + this.#space.takenOf(other), 0)
    this.#ofFolder.push(id)
    return says.free - taken
  }

  #report(decisions: readonly Decision[]): void {
    if (decisions.length > 0) this.#decided(decisions)
  }

  /** Parents first; what one server refuses is no reason against another. */
  async #make({serverId, make}: {readonly serverId: ServerId; readonly make: CategoryList}): Promise<void> {
    const {executor, ourselves, log} = this.#parts
    const by = {actor: systemActor('Categories'), access: ourselves}
    try {
      for (const {name, savePath} of make) {
        const args = {name, ...(savePath !== null && {savePath})}
        await executor.runOnServer(by, serverId, {verb: 'createCategory', args})
      }
    } catch (error) {
      log.error({err: error, serverId}, 'a category could not be made; it is tried again')
    }
  }

  /** `undefined` = it has none. */
  #categoriesOn(id: ServerId): readonly string[] | undefined {
    const view = this.#parts.servers.get(id)
    const canMake = view?.features && view.features.createCategory.support !== 'none'
    return view && canMake ? view.categories.map(({name}) => name) : undefined
  }

  /** Those of Arrs that may have torrents there, and those that are managed there. */
  #wantedOn(id: ServerId): readonly string[] {
    const {arrs, reaches, inForce} = this.#parts
    const mayBeThere = arrs.active().filter(({authority}) => reaches(authority, id))
    return [
      ...mayBeThere.map(({config: {Category}}) => Category),
      ...(inForce.withoutClashes.serverRules.get(id)?.ManagedCategories ?? []),
    ]
  }

  /** `null` = there is none that acts or tells there. */
  #ruleFor(id: RuleId, server: ManagedServer): Rule | null {
    const rule = this.#parts.rules.of(id)?.rule ?? null
    if (!rule || rule.mode === 'off') return null
    const {servers} = rule.scope
    return servers.length === 0 || servers.includes(server.id) ? rule : null
  }

  #rows(id: ServerId, test: (row: number) => boolean): readonly ManagedRow[] {
    const {fleet} = this.#parts
    return fleet.rowsOf(id).flatMap((row) => (test(row) ? (managedRow(fleet, row) ?? []) : []))
  }

  #at(row: number, column: 'queuePosition' | 'complete'): unknown {
    return this.#parts.fleet.valueAt(row, column)
  }

  #trackersOf(row: Pick<ManagedRow, 'key' | 'category'>): readonly InheritedTracker[] {
    const section = this.#sectionOf(row)
    if (!section) return []
    const rows = rowsOn(section, row.key.serverId)
    return rows.filter(({host}, at) => rows.findIndex((one) => one.host === host) === at)
  }

  #sectionOf(row: Pick<ManagedRow, 'key' | 'category'>): InheritedSection | null {
    const {inForce, managers} = this.#parts
    const {sections} = inForce
    const id = managers.managerOf(row.key)
    const isArr = sections.some(({arrId}) => arrId === id)
    return sectionOf(sections, row, isArr ? id : null)
  }
}

type CategoryList = ReturnType<CategoryPlanner['look']>[number]['make']
