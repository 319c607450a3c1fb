/** A filter while it is put together. Parts that are not asked for are not there. */
import {asArrId, type ArrId} from '#model/arr.ts'
import type {
  Choice,
  NamePattern,
  PiecesAcross,
  Range,
  SearchableField,
  TimeField,
  TorrentFilter,
  TrackersAmong,
} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import type {ImportStatus, TorrentField, TorrentState} from '#model/torrent.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {SelectedValues} from './choice-terms.ts'
import {meeting} from './ranges.ts'

export type Flag = 'private' | 'complete' | 'active' | 'trackerProblem' | 'duplicate' | 'stale' | 'attention'
type Writable<T> = {-readonly [K in keyof T]: T[K]}

export class FilterDraft {
  readonly #filter: Writable<TorrentFilter> = {}
  readonly #ranges: {[F in TorrentField]?: Range} = {}
  readonly #ages: {[F in TimeField]?: Range} = {}
  readonly #contains: {[F in SearchableField]?: Choice<string>} = {}
  readonly #across: PiecesAcross[] = []
  readonly #groups: (readonly TorrentFilter[])[] = []

  search(words: readonly string[], patterns: readonly NamePattern[]): void {
    if (words.length > 0) this.#filter.text = words.join(' ')
    if (patterns.length > 0) this.#filter.patterns = patterns
  }

  /** Asked for a second time, by name and by kind, it is what both allow. */
  servers({any, none}: {any: readonly string[] | null; none: readonly string[]}): void {
    const before = this.#filter.servers
    const ids = any?.map(asServerId)
    const both = before?.any && ids ? before.any.filter((id) => ids.includes(id)) : (before?.any ?? ids)
    const excluded: ServerId[] = [...new Set([...(before?.none ?? []), ...none.map(asServerId)])]
    this.#filter.servers = {...(both && {any: both}), ...(excluded.length > 0 && {none: excluded})}
  }

  states(choice: Choice<TorrentState>): void {
    this.#filter.states = choice
  }

  names(part: 'categories' | 'tags' | 'trackers', choice: Choice<string>): void {
    this.#filter[part] = choice
  }

  onlyTrackers(among: readonly TrackersAmong[]): void {
    if (among.length > 0) this.#filter.onlyTrackers = among
  }

  arrs(choice: Choice<ArrId | ''>): void {
    this.#filter.arrs = choice
  }

  arrItems(choice: Choice<string>): void {
    this.#filter.arrItems = choice
  }

  arrImports(choice: Choice<ImportStatus>): void {
    this.#filter.arrImports = choice
  }

  hashes(beginnings: readonly string[]): void {
    this.#filter.hashes = beginnings
  }

  contains(columns: readonly SearchableField[], choice: Choice<string>): void {
    const [only, ...others] = columns
    if (others.length === 0 && this.#contains[only!] === undefined) this.#contains[only!] = choice
    else this.#across.push({fields: columns, choice})
  }

  flag(name: Flag, wanted: boolean): void {
    if (this.#filter[name] === !wanted) this.nothing()
    else this.#filter[name] = wanted
  }

  /** Each must be met. */
  facts(conditions: readonly Condition[]): void {
    if (conditions.length > 0) this.#filter.facts = conditions
  }

  /** One of them is enough. Without any, none was understood. */
  group(alternatives: readonly TorrentFilter[]): void {
    if (alternatives.length > 0) this.#groups.push(alternatives)
  }

  /** What is asked for cannot be: no torrent is both. */
  nothing(): void {
    this.#filter.keys = []
  }

  /** @param ranges in one of which it must lie; none = in no range at all */
  range(column: TorrentField, ranges: readonly Range[]): void {
    const [only, ...others] = ranges.length > 0 ? ranges : [nowhere]
    if (others.length > 0) this.group(ranges.map((range) => ({ranges: {[column]: range}})))
    else this.#ranges[column] = meeting(this.#ranges[column], only!)
  }

  /** @param ranges as for `range` */
  age(column: TimeField, ranges: readonly Range[]): void {
    const [only, ...others] = ranges.length > 0 ? ranges : [nowhere]
    if (others.length > 0) this.group(ranges.map((range) => ({ages: {[column]: range}})))
    else this.#ages[column] = meeting(this.#ages[column], only!)
  }

  /**
   * @param arrs those that who asks may see
   * @param disksOf servers of whose disks he may know
   */
  filter({
    arrs,
    disksOf = [],
  }: {
    readonly arrs: readonly {readonly id: string}[]
    readonly disksOf?: readonly string[]
  }): TorrentFilter {
    const {arrs: of, arrItems, arrImports, facts} = this.#filter
    const asksArrs = [of, arrItems, arrImports, facts].some((part) => part !== undefined)
    return {
      ...this.#filter,
      ...(asksArrs && {arrsInSight: arrs.map(({id}) => asArrId(id))}),
      ...(facts && {disksInSight: disksOf.map(asServerId)}),
      ...(hasAny(this.#contains) && {contains: this.#contains}),
      ...(this.#across.length > 0 && {containsAcross: this.#across}),
      ...(hasAny(this.#ranges) && {ranges: this.#ranges}),
      ...(hasAny(this.#ages) && {ages: this.#ages}),
      ...(this.#groups.length > 0 && {groups: this.#groups}),
    }
  }
}

/** No number is beyond all numbers. */
const nowhere: Range = {min: Number.POSITIVE_INFINITY}

/** Without the lists that are empty; `null` = nothing is chosen. */
export function choiceFrom<T extends string>({
  any,
  all,
  none,
}: Omit<SelectedValues, 'further'>): Choice<T> | null {
  if (any.length + all.length + none.length === 0) return null
  return {
    ...(any.length > 0 && {any: any as readonly T[]}),
    ...(all.length > 0 && {all: all as readonly T[]}),
    ...(none.length > 0 && {none: none as readonly T[]}),
  }
}

function hasAny(record: object): boolean {
  return Object.keys(record).length > 0
}
