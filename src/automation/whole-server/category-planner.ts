/**
 * Sees to it that the categories of Arrs and of managed torrents are there on every server, parents first: at start,
 * when a server comes back, when one is added. Categories that are there stay as they are.
 * Source: qBitrr.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {ensuredCategories, type EnsuredCategory} from '#rules/presets/categories.ts'
import {silenceOf} from '../manager/torrent-facts.ts'

export interface CategoriesWanted {
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
