/**
 * Sees to it that the categories of Arrs and of managed torrents are there on every server, parents first: at start,
 * when a server comes back, when one is added. Categories that are there stay as they are.
 * Source: qBitrr.
 */
import type {OwnOrders} from '#executor/order-terms.ts'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import {ensuredCategories, type EnsuredCategory} from '#rules/presets/categories.ts'
import {silenceOf} from '../manager/torrent-facts.ts'
import type {ConfigInForce} from '../supervision/config-in-force.ts'

interface CategoriesWanted {
  readonly names: readonly string[]
  /** `CompletedDownloadFolder` where the server shares that path, else `null`. */
  readonly root: string | null
}

interface CategoryPlan {
  readonly serverId: ServerId
  readonly make: readonly EnsuredCategory[]
  /** For people. */
  readonly because: string
}

/** What was asked for is in the next answers of its server. */
const ANSWER_MS = 60_000

interface Tried {
  readonly names: string
  readonly times: number
  /** By the duration clock. */
  readonly againAt: number
}

export class CategoryPlanner {
  readonly #clock: Clock
  readonly #random: () => number
  /** On it; `undefined` = it does not tell, or has none: nothing is made there. */
  readonly #existing: (id: ServerId) => Iterable<string> | undefined
  readonly #wanted: (id: ServerId) => CategoriesWanted
  readonly #tried = new Map<ServerId, Tried>()

  constructor(
    clock: Clock,
    random: () => number,
    existing: (id: ServerId) => Iterable<string> | undefined,
    wanted: (id: ServerId) => CategoriesWanted,
  ) {
    this.#clock = clock
    this.#random = random
    this.#existing = existing
    this.#wanted = wanted
  }

  /** What is to be made now; each once, and later each time while it does not appear. */
  look(servers: readonly ManagedServer[]): readonly CategoryPlan[] {
    for (const id of this.#tried.keys()) if (!servers.some((it) => it.id === id)) this.#tried.delete(id)
    return servers.flatMap((server) => this.#plan(server) ?? [])
  }

  #plan(server: ManagedServer): CategoryPlan | null {
    const make = silenceOf(server) === null ? this.#missing(server.id) : null
    if (make === null) return null
    if (make.length === 0) {
      this.#tried.delete(server.id)
      return null
    }
    const names = JSON.stringify(make)
    const before = this.#tried.get(server.id)
    const isSame = before?.names === names
    if (isSame && this.#clock.monotonic() < before.againAt) return null
    const times = isSame ? before.times + 1 : 1
    const wait = backoffMs(times, this.#random(), {firstMs: 2 * ANSWER_MS, mostMs: 3_600_000})
    this.#tried.set(server.id, {names, times, againAt: this.#clock.monotonic() + wait})
    const listed = make.map(({name}) => name).join(', ')
    return {
      serverId: server.id,
      make,
      because: `${listed}: what is put there belongs to an Arr, or is managed here.`,
    }
  }

  /** `null` = nobody knows what it has. */
  #missing(id: ServerId): readonly EnsuredCategory[] | null {
    const existing = this.#existing(id)
    if (existing === undefined) return null
    const there = new Set(existing)
    const {names, root} = this.#wanted(id)
    return ensuredCategories(names, root).filter(({name}) => !there.has(name))
  }
}

/** What categories there are to be on a server, by the configuration that is in force. */
export class WantedCategories {
  readonly #inForce: Pick<ConfigInForce, 'withoutClashes' | 'observes'>
  readonly #arrs: Pick<ArrDirectory, 'active'>
  readonly #reaches: (by: Authority, id: ServerId) => boolean

  constructor(
    inForce: Pick<ConfigInForce, 'withoutClashes' | 'observes'>,
    arrs: Pick<ArrDirectory, 'active'>,
    reaches: (by: Authority, id: ServerId) => boolean,
  ) {
    this.#inForce = inForce
    this.#arrs = arrs
    this.#reaches = reaches
  }

  /** Those of Arrs that may have torrents there, and those that are managed there. */
  on(id: ServerId): CategoriesWanted {
    const {settings, serverRules} = this.#inForce.withoutClashes
    const mayBeThere = this.#arrs.active().filter(({authority}) => this.#reaches(authority, id))
    const names = [
      ...mayBeThere.map(({config: {Category}}) => Category),
      ...(serverRules.get(id)?.ManagedCategories ?? []),
    ]
    return {names: this.#inForce.observes ? [] : names, root: settings.CompletedDownloadFolder}
  }
}

/** Has categories made that are missing. */
export class CategoryMaker {
  readonly #planner: CategoryPlanner
  readonly #orders: Pick<OwnOrders, 'runOnServer'>
  readonly #log: {error(about: object, text: string): void}

  constructor(
    planner: CategoryPlanner,
    orders: Pick<OwnOrders, 'runOnServer'>,
    log: {error(about: object, text: string): void},
  ) {
    this.#planner = planner
    this.#orders = orders
    this.#log = log
  }

  look(servers: readonly ManagedServer[]): void {
    for (const plan of this.#planner.look(servers)) void this.#make(plan)
  }

  /** Parents first; what one server refuses is no reason against another. */
  async #make({serverId, make}: CategoryPlan): Promise<void> {
    try {
      for (const {name, savePath} of make) {
        const args = {name, ...(savePath !== null && {savePath})}
        await this.#orders.runOnServer('Categories', serverId, {verb: 'createCategory', args})
      }
    } catch (error) {
      this.#log.error({err: error, serverId}, 'a category could not be made; it is tried again')
    }
  }
}

/** Of a server that can make some; `undefined` = it has none. */
export function categoriesOn(view: ServerView | null): readonly string[] | undefined {
  const canMake = view?.features && view.features.createCategory.support !== 'none'
  return view && canMake ? view.categories.map(({name}) => name) : undefined
}
