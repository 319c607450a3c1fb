/** Two filters as one: what the parameters of a request ask for, and what its `q` asks for. Both must be met. */
import {meeting} from '#search-query/ranges.ts'
import type {Choice, Range, TorrentFilter} from '#model/query.ts'
import type {TorrentField} from '#model/torrent.ts'
import {RequestInvalid} from '../field-errors.ts'

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
