/** From what the address of the titles says to what Commodarr is asked, and to the item that is open. Pure. */
import {libraryStates} from '#model/library.ts'
import {printedValue} from '#search-query/printing.ts'
import type {TitlesSearch} from './titles-search.ts'

/** Filters by how far something has got, in their order. */
export const shows = [...libraryStates, 'below_cutoff', 'below_minimum'] as const
export type Show = (typeof shows)[number]

export const kinds = ['movie', 'series', 'artist', 'author'] as const

export const sorts = [
  'title',
  '-added',
  '-released',
  '-year',
  '-missing',
  '-size',
  'score',
  'searched',
] as const

const showTerms: Readonly<Partial<Record<Show, string>>> = {
  below_cutoff: 'cutoff:unmet',
  below_minimum: 'minimum:unmet',
}

function oneOf<T extends string>(all: readonly T[], value: string | undefined): T | undefined {
  return all.find((it) => it === value)
}

export const showOf = ({show}: TitlesSearch) => oneOf(shows, show)
export const kindOf = ({kind}: TitlesSearch) => oneOf(kinds, kind)
export const sortOf = ({sort}: TitlesSearch) => oneOf(sorts, sort) ?? 'title'

/** @param isShown with the filter by how far it has got; without it all of them are counted */
export function queryOf(search: TitlesSearch, isShown: boolean): string {
  const {q = '', arr} = search
  const [kind, show] = [kindOf(search), isShown ? showOf(search) : undefined]
  const terms = [
    ...(arr === undefined ? [] : [`arr:${printedValue(arr)}`]),
    ...(kind === undefined ? [] : [`kind:${kind}`]),
    ...(show === undefined ? [] : [showTerms[show] ?? `state:${show}`]),
  ]
  if (terms.length === 0) return q
  return [...(q === '' ? [] : [`(${q})`]), ...terms].join(' ')
}

export interface ItemAddress {
  readonly arr: string
  readonly kind: string
  readonly id: string
}

export function itemAddress({arr_id: arr, kind, id}: {arr_id: string; kind: string; id: number}): string {
  return [kind, String(id), arr].join('/')
}

/** `null` = none is open. */
export function openItem({item = ''}: TitlesSearch): ItemAddress | null {
  const [kind = '', id = '', ...arr] = item.split('/')
  return arr.length === 0 || !/^\d+$/.test(id) ? null : {kind, id, arr: arr.join('/')}
}
