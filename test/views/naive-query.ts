/** The same question answered over plain records, slow and obvious: what the views are compared with in tests. */
import {
  timeFields,
  type Choice,
  type FacetName,
  type GroupName,
  type SortKey,
  type TimeField,
  type TorrentFilter,
  type TorrentQuery,
  type TrackersAmong,
} from '#model/query.ts'
import {
  priorities,
  torrentStates,
  trackerStatuses,
  type TorrentField,
  type TorrentRecord,
} from '#model/torrent.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {fold} from '#lib/fold-text.ts'

export interface NaiveWindow {
  readonly torrents: readonly TorrentRecord[]
  readonly totals: {count: number; size: number; downSpeed: number; upSpeed: number}
  readonly facets: {readonly [F in FacetName]?: ReadonlyMap<string, {count: number; size: number}>}
}

/** Copies count in the scope alone unless `sight` is wider. */
export type NaiveQuery = TorrentQuery & {readonly sight?: readonly ServerId[]}

/** When it is asked. */
export interface NaiveMoment {
  readonly now: EpochMs
  /** All servers, as people see them. */
  readonly servers: readonly ServerId[]
}

export function naiveWindow(
  all: readonly TorrentRecord[],
  query: NaiveQuery,
  {now, servers}: NaiveMoment,
): NaiveWindow {
  const {scope, sight = scope} = query
  const inScope = all.filter((torrent) => scope.includes(torrent.key.serverId))
  const around = {inScope, inSight: all.filter((torrent) => sight.includes(torrent.key.serverId)), now}
  const found = inScope.filter((torrent) => passes(torrent, query.filter, around))
  const sum = (read: (torrent: TorrentRecord) => number | undefined) =>
    found.reduce((total, torrent) => total + (read(torrent) ?? 0), 0)
  return {
    torrents: found.sort(comparator(query.sort, servers)).slice(query.offset, query.offset + query.limit),
    totals: {
      count: found.length,
      size: sum((torrent) => torrent.size),
      downSpeed: sum((torrent) => (torrent.stale ? 0 : torrent.downSpeed)),
      upSpeed: sum((torrent) => (torrent.stale ? 0 : torrent.upSpeed)),
    },
    facets: Object.fromEntries(query.facets.map((name) => [name, facetOf(name, around, query.filter)])),
  }
}

/** All that match at their ranks, and the groups they stand in. */
export function naiveRanking(
  all: readonly TorrentRecord[],
  query: Pick<NaiveQuery, 'scope' | 'sight' | 'filter' | 'sort'>,
  group: GroupName | null,
  moment: NaiveMoment,
): {readonly torrents: readonly TorrentRecord[]; readonly groups: readonly [string, number][] | null} {
  const {torrents} = naiveWindow(all, {...query, offset: 0, limit: Infinity, facets: []}, moment)
  if (group === null) return {torrents, groups: null}
  const groups = Map.groupBy(torrents, (torrent) => groupOf[group](torrent))
  const values = [...groups.keys()].sort(groupOrders[group](query.scope))
  return {
    torrents: values.flatMap((value) => groups.get(value)!),
    groups: values.map((value) => [value, groups.get(value)!.length]),
  }
}

const groupOf: {readonly [G in GroupName]: (torrent: TorrentRecord) => string} = {
  server: ({key}) => key.serverId,
  state: ({state}) => state,
  category: ({category}) => category,
  tag: ({tags}) => tags.toSorted(noneLast).join(', '),
  tracker: ({trackerHost}) => trackerHost ?? '',
  private: ({isPrivate}) => (isPrivate === undefined ? 'unknown' : String(isPrivate)),
}

type Order = (a: string, b: string) => number

const groupOrders: {readonly [G in GroupName]: (scope: readonly string[]) => Order} = {
  server: (scope) => (a, b) => scope.indexOf(a) - scope.indexOf(b),
  state: () => (a, b) => torrentStates.indexOf(a as 'error') - torrentStates.indexOf(b as 'error'),
  category: () => noneLast,
  tag: () => noneLast,
  tracker: () => noneLast,
  private: () => (a, b) => ['true', 'false', 'unknown'].indexOf(a) - ['true', 'false', 'unknown'].indexOf(b),
}

function noneLast(a: string, b: string): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '')
  return compareTexts(a, b) || plainly(a, b)
}

const partOf: {readonly [F in FacetName]: keyof TorrentFilter} = {
  server: 'servers',
  state: 'states',
  category: 'categories',
  tag: 'tags',
  tracker: 'trackers',
  private: 'private',
}

/** What a torrent is judged by besides itself. */
interface Around {
  readonly inScope: readonly TorrentRecord[]
  readonly inSight: readonly TorrentRecord[]
  readonly now: EpochMs
}

function facetOf(name: FacetName, around: Around, filter: TorrentFilter) {
  const counts = new Map<string, {count: number; size: number}>()
  for (const torrent of around.inScope) {
    if (!passes(torrent, {...filter, [partOf[name]]: undefined}, around)) continue
    for (const value of new Set(valuesOf[name](torrent))) {
      const sum = counts.get(value) ?? {count: 0, size: 0}
      counts.set(value, {count: sum.count + 1, size: sum.size + (torrent.size ?? 0)})
    }
  }
  return counts
}

const valuesOf: {readonly [F in FacetName]: (torrent: TorrentRecord) => readonly string[]} = {
  server: ({key}) => [key.serverId],
  state: ({state}) => [state],
  category: ({category}) => [category],
  tag: ({tags}) => (tags.length === 0 ? [''] : tags),
  tracker: ({trackerHosts, trackerHost}) => {
    if (trackerHosts) return trackerHosts.length === 0 ? [''] : trackerHosts
    return trackerHost === undefined ? [] : [trackerHost]
  },
  private: ({isPrivate}) => [isPrivate === undefined ? 'unknown' : String(isPrivate)],
}

function passes(torrent: TorrentRecord, filter: TorrentFilter, around: Around): boolean {
  const active = torrent.downSpeed > 0 || torrent.upSpeed > 0
  return (
    selected(valuesOf.server(torrent), filter.servers) &&
    selected(valuesOf.state(torrent), filter.states) &&
    selected(valuesOf.category(torrent), filter.categories) &&
    selected(valuesOf.tag(torrent), filter.tags) &&
    selected(valuesOf.tracker(torrent), filter.trackers) &&
    (filter.onlyTrackers ?? []).every((among) => isAmong(torrent, among)) &&
    is(torrent.isPrivate, filter.private) &&
    is(torrent.complete, filter.complete) &&
    is(torrent.trackerProblem, filter.trackerProblem) &&
    is(active, filter.active) &&
    inRanges(torrent, filter.ranges) &&
    holds(torrent.name, filter.text ?? '') &&
    passesNewer(torrent, filter, around) &&
    (filter.groups ?? []).every((group) => group.some((it) => passes(torrent, it, around)))
  )
}

function isAmong({trackerHosts}: TorrentRecord, {hosts, negated}: TrackersAmong): boolean {
  if (trackerHosts === undefined) return false
  const isOnly = trackerHosts.length > 0 && trackerHosts.every((host) => hosts.includes(host))
  return isOnly !== negated
}

function passesNewer(torrent: TorrentRecord, filter: TorrentFilter, {inSight, now}: Around): boolean {
  const {hash, serverId} = torrent.key
  const {keys, hashes, patterns = [], contains = {}, ages = {}, containsAcross: across = []} = filter
  const isCopied = inSight.some((other) => other.key.hash === hash && other.key.serverId !== serverId)
  return (
    (keys?.some((key) => keyText(key) === keyText(torrent.key)) ?? true) &&
    (hashes?.some((beginning) => hash.startsWith(beginning)) ?? true) &&
    is(isCopied, filter.duplicate) &&
    is(wantsAttention(torrent, now), filter.attention) &&
    is(torrent.stale, filter.stale) &&
    patterns.every(({pattern, negated}) => new RegExp(pattern, 'iu').test(torrent.name) !== negated) &&
    Object.entries(contains).every(([field, choice]) => holdsPieces([torrent[field as 'comment']], choice)) &&
    across.every(({fields, choice}) =>
      holdsPieces(
        fields.map((field) => torrent[field]),
        choice,
      ),
    ) &&
    inRanges(agesOf(torrent, now), ages)
  )
}

function holdsPieces(texts: readonly (string | undefined)[], choice: Choice<string> | undefined): boolean {
  const holdsPiece = (piece: string) =>
    texts.some((text) => text !== undefined && fold(text).includes(fold(piece)))
  const {any, all = [], none = []} = choice ?? {}
  if (none.length > 0 && texts.every((text) => text === undefined)) return false
  return (any?.some(holdsPiece) ?? true) && all.every(holdsPiece) && !none.some(holdsPiece)
}

function wantsAttention({state, addedAt}: TorrentRecord, now: EpochMs): boolean {
  if (['error', 'missingFiles'].includes(state)) return true
  const isNew = addedAt !== undefined && addedAt <= now && addedAt > now - 60_000
  return state === 'stalledDown' && !isNew
}

function agesOf(torrent: TorrentRecord, now: EpochMs): {readonly [F in TimeField]?: number} {
  const known = timeFields.filter((field) => typeof torrent[field] === 'number')
  return Object.fromEntries(known.map((field) => [field, (now - torrent[field]!) / 1000]))
}

function is(value: boolean | undefined, wanted: boolean | undefined): boolean {
  return wanted === undefined || value === wanted
}

/** @param values none = it is unknown */
function selected(values: readonly string[], choice: Choice<string> | undefined): boolean {
  if (values.length === 0 && hasChoice(choice)) return false
  if (choice?.any && !values.some((value) => choice.any!.includes(value))) return false
  if (!(choice?.all ?? []).every((value) => values.includes(value))) return false
  return !choice?.none?.some((value) => values.includes(value))
}

function hasChoice({any, all, none}: Choice<string> = {}): boolean {
  return any !== undefined || all !== undefined || none !== undefined
}

function inRanges(
  torrent: {readonly [F in TorrentField]?: unknown},
  ranges: TorrentFilter['ranges'],
): boolean {
  return Object.entries(ranges ?? {}).every(([field, {min, max}]) => {
    const value = torrent[field as TorrentField]
    return typeof value === 'number' && value >= (min ?? -Infinity) && value <= (max ?? Infinity)
  })
}

/** Words without quotes and minus only, and one leading minus: what the test asks. */
function holds(name: string, text: string): boolean {
  const words = text.split(' ').filter((word) => word !== '')
  return words.every((word) =>
    word.startsWith('-') ? !fold(name).includes(fold(word.slice(1))) : fold(name).includes(fold(word)),
  )
}

function comparator(
  sort: readonly SortKey[],
  servers: readonly ServerId[],
): (a: TorrentRecord, b: TorrentRecord) => number {
  const placeOf = ({key}: TorrentRecord) => servers.indexOf(key.serverId)
  const keyFor = (torrent: TorrentRecord, by: SortKey['by']) =>
    by === 'server' ? placeOf(torrent) : keyOf(torrent, by)
  return (a, b) => {
    for (const {by, descending} of sort) {
      const order = compare(keyFor(a, by), keyFor(b, by), descending)
      if (order !== 0) return order
    }
    const name = compareTexts(a.name, b.name)
    return name || placeOf(a) - placeOf(b) || plainly(a.key.hash, b.key.hash)
  }
}

function keyOf(torrent: TorrentRecord, by: TorrentField): number | string | null {
  if (by === 'state') return torrentStates.indexOf(torrent.state)
  if (by === 'trackerStatus') return trackerStatuses.indexOf(torrent.trackerStatus)
  if (by === 'priority') return torrent.priority === undefined ? null : priorities.indexOf(torrent.priority)
  const value = torrent[by]
  if (value === undefined || value === null || value === 'inherit') return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'object' ? value.join('\n') : value
}

function compare(a: number | string | null, b: number | string | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = typeof a === 'number' ? a - (b as number) : compareTexts(a, b as string)
  return descending ? -order : order
}

/** Runs of digits by value, everything else by code point. */
function compareTexts(a: string, b: string): number {
  const left = piecesOf(a)
  const right = piecesOf(b)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x === y) continue
    const order =
      isNumber(x) && isNumber(y)
        ? Number(BigInt(x) - BigInt(y))
        : Buffer.compare(Buffer.from(x), Buffer.from(y))
    if (order !== 0) return order
  }
  return left.length - right.length
}

function piecesOf(text: string): readonly string[] {
  return fold(text).match(/[0-9]+|[^0-9]/gu) ?? []
}

function isNumber(piece: string): boolean {
  return /^[0-9]/.test(piece)
}

function plainly(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
