/** What a selection amounts to now. Reads single columns, in turns: there may be 200,000 torrents. */
import type {z} from 'zod'
import type {FrozenKeys} from '#executor/frozen-keys.ts'
import type {Turns} from '#lib/time-slice.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {TorrentState} from '#model/torrent.ts'
import {abilitiesOn} from './abilities.ts'
import {MOST_SHARES, type SelectionSchema} from '../schemas/selections.ts'
import type {Scope} from '../scope/scope.ts'
import {isOnline} from './server-views.ts'
import type {FleetRows} from '../scope/sources.ts'

export type SelectionFigures = Omit<z.output<typeof SelectionSchema>, 'selection_id' | 'until'>

export async function figuresOf(
  keys: FrozenKeys,
  scope: Scope,
  turns: Pick<Turns, 'due' | 'next'>,
): Promise<SelectionFigures> {
  const sums = new Sums()
  for (const key of keys) {
    const row = scope.fleet.rowOf(key)
    if (row === null) sums.gone++
    else sums.add(key.serverId, scope.fleet, row)
    if (turns.due()) await turns.next()
  }
  const chosen = [...sums.servers].flatMap(([id, {count}]) => {
    const server = scope.servers.get(id)
    return server ? [{server, count}] : []
  })
  return {
    ...sums.wire(),
    servers: chosen.map(({server, count}) => ({
      ...{server_id: server.id, server_name: server.name, online: isOnline(server)},
      owner: scope.servers.card(server.id).owner?.name ?? null,
      ...{count, size: sums.servers.get(server.id)!.size},
    })),
    abilities: abilitiesOn(chosen, scope.access).map(({verb, possible, reasons}) => ({
      verb,
      possible,
      reasons: reasons.map((reason) => ({...reason, servers: [...reason.servers]})),
    })),
  }
}

class Sums {
  gone = 0
  readonly servers = new Map<ServerId, {count: number; size: number}>()
  readonly #states = new Map<TorrentState, number>()
  readonly #categories = new Map<string, number>()
  readonly #tags = new Map<string, number>()
  readonly #trackers = new Map<string, number>()
  readonly #savePaths = new Map<string, number>()
  #count = 0
  #complete = 0
  #stale = 0
  #size = 0
  #sizeUnknown = 0
  #downSpeed = 0
  #upSpeed = 0
  /** NaN once somebody does not tell. */
  #downloaded = 0
  #uploaded = 0

  add(serverId: ServerId, fleet: FleetRows, row: number): void {
    const state = fleet.valueAt(row, 'state')
    const size = fleet.valueAt(row, 'size')
    const on = this.servers.get(serverId) ?? {count: 0, size: 0}
    this.servers.set(serverId, on)
    on.count++
    on.size += size ?? 0
    addOne(this.#states, state)
    addOne(this.#categories, fleet.valueAt(row, 'category'))
    addKnown(this.#trackers, fleet.valueAt(row, 'trackerHost'))
    addKnown(this.#savePaths, fleet.valueAt(row, 'savePath'))
    const tags = fleet.valueAt(row, 'tags')
    for (const tag of tags) addOne(this.#tags, tag)
    if (tags.length === 0) addOne(this.#tags, '')
    this.#count++
    this.#size += size ?? 0
    if (size === undefined) this.#sizeUnknown++
    if (fleet.valueAt(row, 'complete')) this.#complete++
    if (fleet.isStale(row)) this.#stale++
    else {
      this.#downSpeed += fleet.valueAt(row, 'downSpeed')
      this.#upSpeed += fleet.valueAt(row, 'upSpeed')
    }
    this.#downloaded += fleet.valueAt(row, 'downloaded') ?? Number.NaN
    this.#uploaded += fleet.valueAt(row, 'uploaded') ?? Number.NaN
  }

  wire() {
    const ratio = this.#uploaded / this.#downloaded
    return {
      ...{count: this.#count, gone: this.gone, complete: this.#complete, stale: this.#stale},
      ...{size: this.#size, size_unknown: this.#sizeUnknown},
      ...{down_speed: this.#downSpeed, up_speed: this.#upSpeed},
      ...(Number.isFinite(this.#downloaded) && {downloaded: this.#downloaded}),
      ...(Number.isFinite(this.#uploaded) && {uploaded: this.#uploaded}),
      ...(Number.isFinite(ratio) && {ratio}),
      states: [...this.#states].map(([state, count]) => ({state, count})),
      categories: sharesOf(this.#categories),
      tags: sharesOf(this.#tags),
      trackers: sharesOf(this.#trackers),
      save_paths: sharesOf(this.#savePaths),
    }
  }
}

function addOne<V>(counts: Map<V, number>, value: V): void {
  counts.set(value, (counts.get(value) ?? 0) + 1)
}

function addKnown(counts: Map<string, number>, value: string | undefined): void {
  if (value !== undefined) addOne(counts, value)
}

/** Equal ones by name. */
function sharesOf(counts: ReadonlyMap<string, number>) {
  const most = [...counts]
    .map(([value, count]) => ({value, count}))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return {distinct: most.length, most: most.slice(0, MOST_SHARES)}
}
