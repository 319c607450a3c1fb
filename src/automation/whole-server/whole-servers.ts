/**
 * What hangs on all torrents of a server together: its queue, the room on its disk, its categories. Looked at a few times
 * a minute; what is decided goes the way of all decisions, categories are made by the executor.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Decision, RuleActionEnded} from '#model/decision.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {InheritedFreeSpace} from '#rules/presets/inherited.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import type {ConfigInForce} from '../supervision/config-in-force.ts'
import type {Managers, ManagersWork} from '../supervision/managers.ts'
import {spaceOf} from '../supervision/presets-in-force.ts'
import {managedRow} from '../supervision/row-feed.ts'
import type {CategoryMaker} from './category-planner.ts'
import type {QueuePlanner} from './queue-planner.ts'
import type {SpacePlanner} from './space-planner.ts'

const LOOK_MS = 15_000

/** Ids of the rules in `rules/presets/whole-server.ts`, of `[Settings]`. */
const ids = {
  queue: 'settings.queue-order' as RuleId,
  stop: 'settings.space-stop' as RuleId,
  start: 'settings.space-start' as RuleId,
  takenBack: 'settings.space-taken-back' as RuleId,
} as const

/** Servers with something that is looked after, and the rules that stand for all torrents of one together. */
export class ManagedServers {
  readonly #fleet: Fleet
  readonly #managers: Pick<Managers, 'servers'>
  readonly #inForce: Pick<ConfigInForce, 'sections' | 'withoutClashes'>
  readonly #rules: Pick<StandingRules, 'of'>

  constructor(
    fleet: Fleet,
    managers: Pick<Managers, 'servers'>,
    inForce: Pick<ConfigInForce, 'sections' | 'withoutClashes'>,
    rules: Pick<StandingRules, 'of'>,
  ) {
    this.#fleet = fleet
    this.#managers = managers
    this.#inForce = inForce
    this.#rules = rules
  }

  list(): readonly ManagedServer[] {
    return this.#inForce.sections.length === 0 ? [] : this.#managers.servers()
  }

  /** Torrents that have a place in its queue. */
  queued(id: ServerId): readonly ManagedRow[] {
    return this.#rows(id, (row) => typeof this.#fleet.valueAt(row, 'queuePosition') === 'number')
  }

  /** Torrents that are not complete. */
  open(id: ServerId): readonly ManagedRow[] {
    return this.#rows(id, (row) => !this.#fleet.valueAt(row, 'complete'))
  }

  /** `null` = there is none that acts or tells there. */
  rule(id: RuleId, server: ManagedServer): Rule | null {
    const rule = this.#rules.of(id)?.rule ?? null
    if (!rule || rule.mode === 'off') return null
    const {servers} = rule.scope
    return servers.length === 0 || servers.includes(server.id) ? rule : null
  }

  /** `null` = nothing is stopped there for want of room. */
  spaceRules(server: ManagedServer): Parameters<SpacePlanner['look']>[2] | null {
    const [stop, start] = [this.rule(ids.stop, server), this.rule(ids.start, server)]
    const space = spaceOf(this.#inForce.withoutClashes)
    if (!stop || !start || !space) return null
    return {space, stop, start, takenBack: this.rule(ids.takenBack, server)}
  }

  /** As far as its rule is there already: one that only looks stops nothing. */
  mayMakeRoom(server: ManagedServer): boolean {
    const rule = this.#rules.of(ids.stop)?.rule
    return !rule || (rule.mode === 'live' && this.rule(ids.stop, server) !== null)
  }

  #rows(id: ServerId, test: (row: number) => boolean): readonly ManagedRow[] {
    const fleet = this.#fleet
    return fleet.rowsOf(id).flatMap((row) => (test(row) ? (managedRow(fleet, row) ?? []) : []))
  }
}

interface WaitingDownload {
  readonly key: TorrentKey
  readonly name: string
  /** Still to come. */
  readonly left: Bytes
}

/** What downloads do for room. */
export interface RoomEffect {
  readonly stops: readonly WaitingDownload[]
  readonly starts: readonly WaitingDownload[]
  /** Servers that do not say how much is free now. */
  readonly unknown: readonly ServerId[]
}

export class WholeServers {
  readonly #clock: Clock
  readonly #servers: ManagedServers
  readonly #queues: QueuePlanner
  readonly #space: SpacePlanner
  readonly #categories: CategoryMaker
  #decided: ManagersWork['decided'] = () => {}
  #cancel: () => void = () => {}

  constructor(
    clock: Clock,
    servers: ManagedServers,
    queues: QueuePlanner,
    space: SpacePlanner,
    categories: CategoryMaker,
  ) {
    this.#clock = clock
    this.#servers = servers
    this.#queues = queues
    this.#space = space
    this.#categories = categories
  }

  /** @param decided takes what is decided from now on */
  start({decided}: Pick<ManagersWork, 'decided'>): void {
    this.#decided = decided
    this.#cancel = this.#clock.after(LOOK_MS, () => {
      this.#look()
      this.start({decided})
    })
  }

  stop(): void {
    this.#cancel()
  }

  /** What would be stopped and started on all servers if so much were to stay free; `null` = nobody watches over it. */
  roomWith(space: InheritedFreeSpace | null): RoomEffect {
    const [stops, starts]: [WaitingDownload[], WaitingDownload[]] = [[], []]
    const unknown: ServerId[] = []
    const before = {taken: 0}
    for (const server of space === null ? [] : this.#servers.list()) {
      if (!this.#servers.mayMakeRoom(server)) continue
      const would = this.#space.wouldDo(server, this.#servers.open(server.id), space!, before)
      if (would === null) {
        unknown.push(server.id)
        continue
      }
      const shown = ({key, name, amountLeft: left = 0}: ManagedRow) => ({key, name, left})
      stops.push(...would.stop.map(shown))
      starts.push(...would.start.map(shown))
    }
    return {stops, starts, unknown}
  }

  #look(): void {
    this.#space.beginRound()
    const servers = this.#servers.list()
    if (servers.length === 0) return
    this.#categories.look(servers)
    for (const server of servers) {
      this.#arrange(server)
      this.#makeRoom(server)
    }
  }

  /** What became of a decision. */
  ended(end: RuleActionEnded): void {
    const {ruleId, subject} = end
    if (ruleId === ids.queue) this.#queues.answered(ruleId, subject.key)
    else if (ruleId === ids.takenBack) this.#space.answered(ruleId, subject.key)
    else if (ruleId === ids.stop || ruleId === ids.start) this.#space.ended(end)
  }

  /** A person started or stopped it here. */
  changedManually(key: TorrentKey): void {
    this.#space.takeBack(key)
  }

  #arrange(server: ManagedServer): void {
    const rule = this.#servers.rule(ids.queue, server)
    if (rule) this.#report(this.#queues.look(server, this.#servers.queued(server.id), rule))
  }

  #makeRoom(server: ManagedServer): void {
    const rules = this.#servers.spaceRules(server)
    if (rules) this.#report(this.#space.look(server, this.#servers.open(server.id), rules))
  }

  #report(decisions: readonly Decision[]): void {
    if (decisions.length > 0) this.#decided(decisions)
  }
}
