/** What a click on a value of the side bar does to the query. */
import {
  choiceIn,
  modeOf,
  withChoice,
  withMode,
  withWholeChoice,
  type ChoiceMode,
} from '#search-query/choices.ts'
import type {KnownServer} from '#search-query/filter-of.ts'
import type {FacetKind} from './facet-kinds.ts'
import type {Standing} from './facet-values.ts'

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
