/** From the parameters of `GET /api/torrents` to a question to the fleet. Pure. */
import type {QueryMistake} from '#model/live.ts'
import {
  facetNames,
  type Choice,
  type NamedTracker,
  type Range,
  type SortKey,
  type TorrentFilter,
} from '#model/query.ts'
import {torrentStates, type TorrentField} from '#model/torrent.ts'
import {asServerId} from '#model/torrent-key.ts'
import {factWords} from '#search-query/fact-words.ts'
import {filterOf, type Reader} from '#search-query/filter-of.ts'
import type {Calendar} from '#search-query/times.ts'
import {meeting} from '#search-query/ranges.ts'
import {hostsCalled} from '#search-query/servers.ts'
import {mostFieldErrors, RequestInvalid, shortened, unknownName} from '../answers/field-errors.ts'
import type {FieldError} from '../schemas/answers.ts'
import {fieldOf, sortable, type TorrentColumn} from '../schemas/torrent.ts'
import {rangeColumns, timeColumns, type TorrentParameters} from '../schemas/torrent-query.ts'
import type {OwnQuery, Scope} from '../scope/scope.ts'

/**
 * @param reader the servers that may be asked about, any other is unknown; and now, for ages and days in `q`
 * @throws {RequestInvalid} for names that are not known: server, state, sort, facet; for what `q` cannot mean.
 */
export function torrentQuery(asked: TorrentParameters, reader: Reader): OwnQuery {
  const facets = (asked.facets ?? []).map((name) => known('facets', name, facetNames))
  return {
    filter: joinedFilters(parameterFilter(asked, reader), languageFilter(asked.q ?? '', reader)),
    sort: (asked.sort ?? []).map(sortKey),
    offset: asked.offset,
    limit: asked.limit,
    facets,
    ...(facets.includes('tracker') && {trackers: reader.trackers}),
  }
}

function parameterFilter(asked: TorrentParameters, {servers, trackers = []}: Reader): TorrentFilter {
  const ids = servers.map(({id}) => asServerId(id))
  return {
    servers: choiceOf(asked.server_id, (id) => known('server_id', asServerId(id), ids)),
    states: choiceOf(asked.state, (state) => known('state', state, torrentStates)),
    categories: choiceOf(asked.category, String),
    tags: choiceOf(asked.tag, String),
    trackers: hostsOf(choiceOf(asked.tracker, String), trackers),
    private: asked.private,
    complete: asked.complete,
    active: asked.active,
    trackerProblem: asked.tracker_problem,
    ranges: rangesOf(asked),
  }
}

/**
 * By what somebody's search is read: what he may see.
 * @param disksOf what else uses the bytes of a torrent is shown to people who may remove it
 */
export function readerIn(
  scope: Pick<Scope, 'servers' | 'arrs' | 'trackers' | 'access' | 'rules'>,
  calendar: Calendar,
): Reader {
  const {servers, arrs, trackers, access} = scope
  const list = servers.list()
  const disksOf = list.flatMap(({id}) => (access.may('control', id) ? [id] : []))
  return {
    ...calendar,
    servers: list,
    arrs,
    trackers,
    facts: factWords,
    disksOf,
    // Of most searches nothing of rules is asked.
    get rules() {
      return scope.rules
    },
  }
}

/** A person at a search box sees what was understood and what was not; a program must not take the one for the other. */
export function languageFilter(q: string, reader: Reader): TorrentFilter {
  const {filter, mistakes} = filterOf(q, reader)
  refuseMistakes(q, mistakes, 'q')
  return filter
}

/** What depends on which servers, Arrs and rules there are, and who asks. */
const passing: ReadonlySet<string> = new Set(['unknown_server', 'unknown_arr', 'unknown_rule'])

/**
 * For a query that is kept for later, when there may be other servers.
 *
 * @param field where it stood in the request
 * @throws {RequestInvalid} for what nobody's search would understand
 */
export function demandReadable(q: string, field: string): void {
  const {mistakes} = filterOf(q, {servers: [], arrs: [], now: 0, facts: factWords})
  const lasting = mistakes.filter(({code}) => !passing.has(code))
  refuseMistakes(q, lasting, field)
}

/** @throws {RequestInvalid} where there are any */
export function refuseMistakes(q: string, mistakes: readonly QueryMistake[], field: string): void {
  const [first] = mistakes
  if (!first) return
  const errors = mistakes.slice(0, mostFieldErrors).map((mistake) => asFieldError(q, mistake, field))
  throw new RequestInvalid(first.message, errors)
}

function asFieldError(
  q: string,
  {from, found, accepted, suggestion, message: says}: QueryMistake,
  field: string,
): FieldError {
  const wouldDo = accepted.length > 0 ? [...accepted] : suggestion || says
  const lines = q.slice(0, from).split('\n')
  const place = {line: lines.length, column: lines.at(-1)!.length + 1}
  return {field, found: shortened(found), accepted: wouldDo, says, ...place}
}

/** `name` is wanted, `-name` is not, `\-name` is a name that begins with a dash. */
function choiceOf<T>(
  values: readonly string[] | undefined,
  read: (value: string) => T,
): Choice<T> | undefined {
  if (values === undefined) return undefined
  const any: T[] = []
  const none: T[] = []
  for (const value of values) {
    if (value.startsWith('-')) none.push(read(unescaped(value.slice(1))))
    else any.push(read(unescaped(value)))
  }
  return {...(any.length > 0 && {any}), ...(none.length > 0 && {none})}
}

/** Facets count trackers by their names, so that those are taken here. */
function hostsOf(
  choice: Choice<string> | undefined,
  trackers: readonly NamedTracker[],
): Choice<string> | undefined {
  const hosts = (names: readonly string[]) => names.flatMap((name) => hostsCalled(name, trackers))
  return (
    choice && {...(choice.any && {any: hosts(choice.any)}), ...(choice.none && {none: hosts(choice.none)})}
  )
}

function unescaped(value: string): string {
  return value.startsWith('\\') ? value.slice(1) : value
}

function rangesOf(asked: TorrentParameters): {[F in TorrentField]?: Range} | undefined {
  const figures = asked as unknown as Readonly<Record<string, number | undefined>>
  const ranges: {[F in TorrentField]?: Range} = {}
  const add = (column: TorrentColumn, min: number | undefined, max: number | undefined) => {
    if (min !== undefined || max !== undefined) ranges[fieldOf(column)] = {min, max}
  }
  for (const column of rangeColumns) add(column, figures[`${column}_min`], figures[`${column}_max`])
  for (const column of timeColumns) {
    const event = column.slice(0, -'_at'.length)
    add(column, figures[`${event}_after`], figures[`${event}_before`])
  }
  return Object.keys(ranges).length > 0 ? ranges : undefined
}

/** A column, `-` before it turns it round. @throws {RequestInvalid} for a column that does not exist */
export function sortKey(text: string): SortKey {
  const descending = text.startsWith('-')
  const name = known('sort', descending ? text.slice(1) : text, sortable)
  return {by: name === 'server' ? 'server' : fieldOf(name), descending}
}

/** `found` as one of the accepted names. @throws {RequestInvalid} */
export function known<T extends string>(field: string, found: string, accepted: readonly T[]): T {
  if ((accepted as readonly string[]).includes(found)) return found as T
  throw unknownName(field, found, accepted)
}

/* Two filters as one: what the parameters of a request ask for, and what its `q` asks for. Both must be met. */

/**
 * @param parameters without what only a `q` can ask for: patterns, pieces, hashes, ages
 * @throws {RequestInvalid} where both list tags, or trackers, of which one is enough: a filter has one such list
 */
export function joinedFilters(parameters: TorrentFilter, q: TorrentFilter): TorrentFilter {
  const joined: TorrentFilter = {
    ...parameters,
    ...q,
    servers: joinedChoice(parameters.servers, q.servers),
    states: joinedChoice(parameters.states, q.states),
    categories: joinedChoice(parameters.categories, q.categories),
    tags: joinedLists('tag', parameters.tags, q.tags),
    trackers: joinedLists('tracker', parameters.trackers, q.trackers),
    ranges: joinedRanges(parameters.ranges, q.ranges),
  }
  return contradict(parameters, q) ? {...joined, keys: []} : joined
}

/** Of what a torrent has one of. */
function joinedChoice<T>(one: Choice<T> | undefined, other: Choice<T> | undefined): Choice<T> | undefined {
  if (!one || !other) return one ?? other
  const any = one.any && other.any ? one.any.filter((it) => other.any!.includes(it)) : (one.any ?? other.any)
  return {...(any && {any}), none: [...(one.none ?? []), ...(other.none ?? [])]}
}

/** Of what a torrent has many of: a list of one is wanted with all others. */
function joinedLists(
  name: string,
  one: Choice<string> | undefined,
  other: Choice<string> | undefined,
): Choice<string> | undefined {
  if (!one || !other) return one ?? other
  const lists = [one.any, other.any].filter((it) => it !== undefined)
  const [any, ...further] = lists.filter((list) => list.length !== 1)
  if (further.length > 0) throw twoLists(name)
  const singles = lists.filter((list) => list.length === 1).flat()
  const all = [...singles, ...(one.all ?? []), ...(other.all ?? [])]
  return {...(any && {any}), all, none: [...(one.none ?? []), ...(other.none ?? [])]}
}

function twoLists(name: string): RequestInvalid {
  return new RequestInvalid(`${name} and q both list ${name}s of which one is enough.`, [
    {field: 'q', found: `a list of ${name}s`, accepted: `one list, in ${name} or in q`},
  ])
}

type Ranges = TorrentFilter['ranges']

function joinedRanges(one: Ranges, other: Ranges): Ranges {
  if (!one || !other) return one ?? other
  const joined: {[F in TorrentField]?: Range} = {...one, ...other}
  for (const field of Object.keys(joined) as TorrentField[]) {
    if (one[field] && other[field]) joined[field] = meeting(one[field], other[field])
  }
  return joined
}

const flags = ['private', 'complete', 'active', 'trackerProblem'] as const

/** No torrent is both. */
function contradict(one: TorrentFilter, other: TorrentFilter): boolean {
  return flags.some(
    (flag) => one[flag] !== undefined && other[flag] !== undefined && one[flag] !== other[flag],
  )
}
