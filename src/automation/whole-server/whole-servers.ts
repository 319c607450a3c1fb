/**
 * What hangs on all torrents of a server together: its queue, the room on its disk, its categories. Looked at a few times
 * a minute; what is decided goes the way of all decisions, categories are made by the executor.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Decision, RuleActionEnded, StandingRule} from '#model/decision.ts'
import type {ManagedRow, ManagedServer, ManagerId} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {keyIn, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {InheritedFreeSpace, InheritedSection, InheritedTracker} from '#rules/presets/inherited.ts'
import {rowsOn} from '#rules/presets/tracker-cases.ts'
import {sectionOf} from '../manager/owed.ts'
import type {ManagersWork} from '../supervision/managers.ts'
import {managedRow} from '../supervision/row-feed.ts'
import {CategoryPlanner, type CategoriesWanted} from './category-planner.ts'
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

export interface WholeServersDeps {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly random: () => number
  readonly log: {error(about: object, text: string): void}
  readonly servers: () => readonly ManagedServer[]
  readonly managerOf: (key: TorrentKey) => ManagerId | null
  readonly sections: () => readonly InheritedSection[]
  readonly space: () => InheritedFreeSpace | null
  /** Labels of ours, on servers. */
  readonly writesLabels: () => boolean
  readonly spaceFolder: Pick<SpaceFolder, 'of' | 'look'>
  readonly rule: (id: RuleId) => StandingRule | null
  readonly torrents: Pick<TorrentFacts, 'of' | 'change'>
  /** On a server; `undefined` = it has none. */
  readonly categories: (id: ServerId) => Iterable<string> | undefined
  readonly wanted: (id: ServerId) => CategoriesWanted
  /** @throws {CommodarrError} */
  readonly makeCategory: (id: ServerId, name: string, savePath: string | null) => Promise<void>
}

export class WholeServers {
  readonly #parts: WholeServersDeps
  readonly #queues: QueuePlanner
  readonly #space: SpacePlanner
  readonly #categories: CategoryPlanner
  /** In this look, those whose downloads come to the volume of the folder. */
  #ofFolder: ServerId[] = []
  #decided: ManagersWork['decided'] = () => {}
  #cancel: () => void = () => undefined

  constructor(parts: WholeServersDeps) {
    this.#parts = parts
    const {clock, random, categories: existing, wanted} = parts
    this.#queues = new QueuePlanner({clock, trackersOf: (row) => this.#trackersOf(row)})
    this.#space = new SpacePlanner({
      clock,
      free: (server) => this.#freeOf(server),
      isManaged: (row) => this.#sectionOf(row) !== null,
      remembered: (key) => parts.torrents.of(key),
      writesLabels: parts.writesLabels,
      forget: (key) => this.#changeMemory(key, {action: 'start', outcome: 'confirmed'}),
    })
    this.#categories = new CategoryPlanner({clock, random, existing, wanted})
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
    if (this.#parts.sections().length === 0) return
    const servers = this.#parts.servers()
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
    const space = this.#parts.space()
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
    const {makeCategory, log} = this.#parts
    try {
      for (const {name, savePath} of make) await makeCategory(serverId, name, savePath)
    } catch (error) {
      log.error({err: error, serverId}, 'a category could not be made; it is tried again')
    }
  }

  /** `null` = there is none that acts or tells there. */
  #ruleFor(id: RuleId, server: ManagedServer): Rule | null {
    const rule = this.#parts.rule(id)?.rule ?? null
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
    const sections = this.#parts.sections()
    const id = this.#parts.managerOf(row.key)
    const isArr = sections.some(({arrId}) => arrId === id)
    return sectionOf(sections, row, isArr ? id : null)
  }
}

type CategoryList = ReturnType<CategoryPlanner['look']>[number]['make']
