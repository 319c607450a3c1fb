/** What a selection amounts to now. Reads single columns, in turns: there may be 200,000 torrents. */
import type {z} from 'zod'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {FrozenKeys} from '#executor/frozen-keys.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Access} from '#model/access.ts'
import type {TorrentVerb} from '#model/command.ts'
import type {ErrorCode} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentState} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {commonColumns, MOST_SHARES, type SelectionSchema} from '../schemas/actions.ts'
import {fieldOf} from '../schemas/torrent.ts'
import {plainVerbs} from '../schemas/verbs.ts'
import type {Scope} from '../scope/scope.ts'
import type {FleetRows} from '../scope/sources.ts'
import {isOnline} from './server-views.ts'

type SelectionFigures = Omit<z.output<typeof SelectionSchema>, 'selection_id' | 'until'>

export async function figuresOf(
  keys: FrozenKeys,
  scope: Scope,
  turns: Pick<TimeSlice, 'due' | 'next'>,
): Promise<SelectionFigures> {
  const sums = new Sums()
  for (const key of keys) {
    const row = scope.fleet.rowOf(key)
    if (row === null) sums.gone++
    else sums.add(key.serverId, scope.fleet, row)
    if (turns.due()) await turns.next()
  }
  const selected = [...sums.servers].flatMap(([id, {count}]) => {
    const server = scope.servers.get(id)
    return server ? [{server, count}] : []
  })
  return {
    ...sums.wire(),
    servers: selected.map(({server, count}) => ({
      server_id: server.id,
      server_name: server.name,
      online: isOnline(server),
      owner: scope.servers.card(server.id).owner?.name ?? null,
      count,
      size: sums.servers.get(server.id)!.size,
    })),
    abilities: abilitiesOn(selected, scope.access).map(({verb, possible, reasons}) => ({
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
  readonly #common = new CommonValues()
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
    this.#common.add(fleet, row)
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
      count: this.#count,
      gone: this.gone,
      complete: this.#complete,
      stale: this.#stale,
      size: this.#size,
      size_unknown: this.#sizeUnknown,
      down_speed: this.#downSpeed,
      up_speed: this.#upSpeed,
      ...(Number.isFinite(this.#downloaded) && {downloaded: this.#downloaded}),
      ...(Number.isFinite(this.#uploaded) && {uploaded: this.#uploaded}),
      ...(Number.isFinite(ratio) && {ratio}),
      states: [...this.#states].map(([state, count]) => ({state, count})),
      categories: sharesOf(this.#categories),
      tags: sharesOf(this.#tags),
      trackers: sharesOf(this.#trackers),
      save_paths: sharesOf(this.#savePaths),
      common: this.#common.values(),
    }
  }
}

type CommonValue = string | number | boolean | null
const switches: ReadonlySet<string> = new Set(['sequential', 'first_last', 'super_seeding', 'auto_managed'])
const commonFields = commonColumns.map((column) => ({
  column,
  field: fieldOf(column),
  isSwitch: switches.has(column),
}))

/** Which values all torrents have. A column in which one differs is not read again. */
class CommonValues {
  #left: readonly (typeof commonFields)[number][] = commonFields
  readonly #values = new Map<string, CommonValue>()

  add(fleet: FleetRows, row: number): void {
    const others = this.#left.filter((it) => !this.#takes(it.column, valueOf(it, fleet, row)))
    if (others.length > 0) this.#left = this.#left.filter((it) => !others.includes(it))
  }

  /** @returns whether all have it so far */
  #takes(column: string, value: CommonValue | undefined): boolean {
    if (value !== undefined && !this.#values.has(column)) this.#values.set(column, value)
    return value !== undefined && this.#values.get(column) === value
  }

  values(): Partial<Record<(typeof commonColumns)[number], CommonValue>> {
    // Of no torrents nothing is the same.
    return Object.fromEntries(
      this.#left.flatMap(({column}) => {
        const value = this.#values.get(column)
        return value === undefined ? [] : [[column, value]]
      }),
    )
  }
}

/** `undefined` = it is not known. What a server does not have is off. */
function valueOf(
  {field, isSwitch}: (typeof commonFields)[number],
  fleet: FleetRows,
  row: number,
): CommonValue | undefined {
  const value = fleet.valueAt(row, field) as CommonValue | undefined
  if (isSwitch) return value === true
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value
}

function addOne<V>(counts: Map<V, number>, value: V): void {
  counts.set(value, (counts.get(value) ?? 0) + 1)
}

function addKnown(counts: Map<string, number>, value: string | undefined): void {
  if (value !== undefined) addOne(counts, value)
}

interface Share {
  readonly value: string
  readonly count: number
}

/** Equal ones by name. Of 100,000 different ones a few are told, so the others are not sorted. */
function sharesOf(counts: ReadonlyMap<string, number>) {
  const most: Share[] = []
  for (const [value, count] of counts) {
    const share = {value, count}
    if (most.length === MOST_SHARES && !isBefore(share, most.at(-1)!)) continue
    const at = most.findIndex((other) => isBefore(share, other))
    most.splice(at === -1 ? most.length : at, 0, share)
    most.length = Math.min(most.length, MOST_SHARES)
  }
  return {distinct: counts.size, most}
}

function isBefore(one: Share, other: Share): boolean {
  return one.count > other.count || (one.count === other.count && one.value < other.value)
}

interface SelectedServer {
  readonly server: ServerView
  /** Chosen torrents on it. */
  readonly count: number
}

interface Obstacle {
  readonly code: ErrorCode
  readonly message: string
}

interface Ability {
  readonly verb: TorrentVerb
  /** Torrents that can take it. */
  readonly possible: number
  /** Why the others cannot; the same reason once. */
  readonly reasons: readonly (Obstacle & {readonly count: number; readonly servers: readonly string[]})[]
}

const torrentVerbs: readonly TorrentVerb[] = [...plainVerbs, 'remove', 'removeWithData']

/** Which verbs chosen torrents can take now. Worked out per server: what a torrent itself allows is judged when it is done. */
function abilitiesOn(selected: readonly SelectedServer[], access: Access): Ability[] {
  return torrentVerbs.map((verb) => abilityOf(verb, selected, access))
}

/** What the executor would refuse every torrent of the server with; `null` = nothing. */
export function obstacleTo(verb: TorrentVerb, server: ServerView, access: Access): Obstacle | null {
  const no = objectionTo(access, torrentVerbsNeed, server.id)
  if (no) return {code: no.code, message: no.message}
  const {status, advice} = server.health
  if (!isOnline(server) && status !== 'warming') {
    const words = `${server.name} is ${status.replace('_', ' ')}.`
    return {code: 'server_not_online', message: advice === '' ? words : `${words} ${advice}`}
  }
  if (status === 'warming' && verb === 'removeWithData') {
    const message = `The list of ${server.name} is not certain yet, so it is unknown which other torrents need the data.`
    return {code: 'server_not_online', message}
  }
  const feature = server.features?.[verb]
  return feature?.support === 'none' ? {code: 'not_supported', message: feature.reason} : null
}

function abilityOf(verb: TorrentVerb, selected: readonly SelectedServer[], access: Access): Ability {
  let possible = 0
  const reasons = new Map<string, Obstacle & {count: number; servers: string[]}>()
  for (const {server, count} of selected) {
    const no = obstacleTo(verb, server, access)
    if (no === null) {
      possible += count
      continue
    }
    const known = reasons.get(no.message) ?? {...no, count: 0, servers: []}
    reasons.set(no.message, known)
    known.count += count
    known.servers.push(server.id)
  }
  return {verb, possible, reasons: [...reasons.values()]}
}
