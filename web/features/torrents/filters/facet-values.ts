/** The values of a facet, and what a click on one does to the query. */
import type {FacetCount, FacetName} from '#model/query.ts'
import {
  choiceIn,
  modeOf,
  withChoice,
  withMode,
  withWholeChoice,
  type ChoiceMode,
  type TextChoice,
} from '#search-query/choices.ts'
import type {KnownServer} from '#search-query/filter-of.ts'
import {stateWords, type StateWord} from '#search-query/states.ts'
import type {TextKey} from '../../../i18n/text.ts'

/** What a section of the side bar lists: values with their counts and whether they are chosen, in a calm order. */
type Standing = 'included' | 'excluded' | 'open'

export interface FacetValue extends FacetCount {
  readonly standing: Standing
}

/** As on screen, from work to trouble; idle is a part of seeding. */
export const stateOrder = [
  'downloading',
  'metadata',
  'stalled',
  'queued',
  'seeding',
  'idle',
  'checking',
  'moving',
  'stopped',
  'error',
  'missing',
  'unknown',
] as const satisfies readonly StateWord[]

/** Counts by the server's states as counts by the words on screen. */
export function foldedStates(counts: readonly FacetCount[]): readonly FacetCount[] {
  return stateOrder.map((word) => {
    const states: readonly string[] = stateWords[word]
    return summed(
      word,
      counts.filter(({value}) => states.includes(value)),
    )
  })
}

/** Whether a torrent is private, as the query language says it. Those that do not tell cannot be asked for. */
function foldedPrivacy(counts: readonly FacetCount[]): readonly FacetCount[] {
  const spelt = [
    ['yes', 'true'],
    ['no', 'false'],
  ] as const
  return spelt.map(([written, value]) =>
    summed(
      written,
      counts.filter((it) => it.value === value),
    ),
  )
}

function summed(value: string, counts: readonly FacetCount[]): FacetCount {
  return counts.reduce((sum, {count, size}) => ({value, count: sum.count + count, size: sum.size + size}), {
    value,
    count: 0,
    size: 0,
  })
}

interface Listing {
  readonly isByCount: boolean
  readonly hideEmpty: boolean
}

/** All that a section has: what is chosen is there, also when nothing has it. */
export function facetValues(
  counts: readonly FacetCount[],
  choice: TextChoice,
  {isByCount, hideEmpty}: Listing,
): readonly FacetValue[] {
  const known = new Set(counts.map(({value}) => value))
  const selected = [...choice.any, ...choice.all, ...choice.none].filter((value) => !known.has(value))
  const all = [...counts, ...[...new Set(selected)].map((value) => ({value, count: 0, size: 0}))]
  const shown = all
    .map((it): FacetValue => ({...it, standing: standingOf(it.value, choice)}))
    .filter(({count, standing}) => !hideEmpty || count > 0 || standing !== 'open')
  return isByCount ? shown.toSorted(byCount) : shown
}

function standingOf(value: string, {any, all, none}: TextChoice): Standing {
  if (none.includes(value)) return 'excluded'
  return any.includes(value) || all.includes(value) ? 'included' : 'open'
}

/** Those without one are no value among others: they stand last. */
function byCount(one: FacetValue, other: FacetValue): number {
  if (one.value === '' || other.value === '') return one.value === '' ? 1 : -1
  return other.count - one.count || one.value.localeCompare(other.value)
}

/** In the order they had; what is new stands at the end. Nothing moves under a pointer. */
export function inKeptOrder(values: readonly FacetValue[], before: readonly string[]): readonly FacetValue[] {
  const rank = new Map(before.map((value, at) => [value, at]))
  const rankOf = ({value}: FacetValue) => rank.get(value) ?? before.length
  return values.toSorted((one, other) => rankOf(one) - rankOf(other))
}

/** So many are shown before "more". */
const fewValues = 8

/** The first few; chosen ones are always among them. */
export function fewOf(values: readonly FacetValue[], most = fewValues): readonly FacetValue[] {
  // One more line would take as much room as "1 more".
  if (values.length <= most + 1) return values
  return values.filter(({standing}, at) => at < most || standing !== 'open')
}

/** Those whose label has these letters. */
export function foundValues(
  values: readonly FacetValue[],
  typed: string,
  labelOf: (value: string) => string,
): readonly FacetValue[] {
  const wanted = typed.trim().toLowerCase()
  return wanted === '' ? values : values.filter(({value}) => labelOf(value).toLowerCase().includes(wanted))
}

/** The counts of a facet as its section tells them. */
export function foldedCounts(
  facet: FacetName,
  counts: readonly FacetCount[],
  servers: readonly string[],
): readonly FacetCount[] {
  if (facet === 'state') return foldedStates(counts)
  if (facet === 'private') return foldedPrivacy(counts)
  if (facet !== 'server') return counts
  return servers.map((id) =>
    summed(
      id,
      counts.filter(({value}) => value === id),
    ),
  )
}

/** What a click on a value of the side bar does to the query. */
export interface FacetClick {
  readonly value: string
  readonly standing: Standing
  /** Shift, the minus, a long press. */
  readonly isExcluding: boolean
}

/** The query afterwards: a click includes or clears, an excluding one excludes or clears. */
export function clicked(
  q: string,
  {name, isOneOnly}: FacetKind,
  {value, standing, isExcluding}: FacetClick,
  {servers, mode}: {servers: readonly KnownServer[]; mode: ChoiceMode},
): string {
  const wanted = isExcluding ? 'excluded' : 'included'
  if (standing === wanted || (standing === 'excluded' && !isExcluding))
    return withChoice(q, name, value, 'clear', {servers, mode})
  if (isOneOnly) {
    const only = isExcluding ? {any: [], all: [], none: [value]} : {any: [value], all: [], none: []}
    return withWholeChoice(q, name, only, servers)
  }
  return withChoice(q, name, value, isExcluding ? 'exclude' : 'include', {servers, mode})
}

/** How included values are joined; while one alone is included, as was wished last. */
export function shownMode(q: string, {name, isSeveral}: FacetKind, wished: ChoiceMode): ChoiceMode {
  if (!isSeveral) return 'any'
  const {any, all} = choiceIn(q, name)
  return any.length + all.length > 1 ? modeOf(q, name) : wished
}

export function turned(
  q: string,
  {name}: FacetKind,
  mode: ChoiceMode,
  servers: readonly KnownServer[],
): string {
  return withMode(q, name, mode, servers)
}

/* The sections of the side bar. */

/** What a section counts by, and how it is chosen. */
export interface FacetKind {
  readonly name: FacetName
  readonly title: TextKey
  /** What stands for "has none": '' as a value. */
  readonly none: TextKey | null
  /** A torrent may have several: any or all of the chosen ones may be wanted. */
  readonly isSeveral: boolean
  /** Of two answers only one can be wanted. */
  readonly isOneOnly: boolean
  /** Most used first; otherwise as they are given. */
  readonly isByCount: boolean
}

const plain = {none: null, isSeveral: false, isOneOnly: false, isByCount: false} as const

/** From top to bottom. */
export const facetKinds: readonly FacetKind[] = [
  {...plain, name: 'state', title: 'facet.state'},
  {...plain, name: 'server', title: 'facet.server'},
  {...plain, name: 'category', title: 'facet.category', none: 'facet.none.category', isByCount: true},
  {...plain, name: 'tag', title: 'facet.tag', none: 'facet.none.tag', isSeveral: true, isByCount: true},
  {
    ...plain,
    name: 'tracker',
    title: 'facet.tracker',
    none: 'facet.none.tracker',
    isSeveral: true,
    isByCount: true,
  },
  {...plain, name: 'private', title: 'facet.private', isOneOnly: true},
]
