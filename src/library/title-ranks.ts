/** Where each row stands by its title, counted once for as long as no title changes: 60,000 take some 60 ms. */
import {fold} from '#lib/fold-text.ts'
import type {LibraryStore} from './library-store.ts'

interface Ranked {
  readonly generation: number
  readonly ranks: Uint32Array
}

const known = new WeakMap<LibraryStore, Ranked>()

/** By place; equal titles have the same rank. */
export function titleRanks(rows: LibraryStore): Uint32Array {
  const before = known.get(rows)
  if (before?.generation === rows.titleGeneration) return before.ranks
  const ranks = ranksOf(rows)
  known.set(rows, {generation: rows.titleGeneration, ranks})
  return ranks
}

function ranksOf(rows: LibraryStore): Uint32Array {
  const places: number[] = []
  const titles: string[] = []
  const beginnings = new Float64Array(rows.end)
  for (let place = 0; place < rows.end; place++) {
    if (rows.arrAt(place) === null) continue
    places.push(place)
    const title = sortTitle(rows.titleAt(place))
    titles[place] = title
    beginnings[place] = beginningOf(title)
  }
  const compare = (one: number, other: number) => {
    const [a, b] = [titles[one]!, titles[other]!]
    return beginnings[one]! - beginnings[other]! || (a < b ? -1 : a > b ? 1 : 0)
  }
  places.sort(compare)
  const ranks = new Uint32Array(rows.end)
  let rank = 0
  places.forEach((place, at) => {
    if (at > 0 && compare(places[at - 1]!, place) !== 0) rank = at
    ranks[place] = rank
  })
  return ranks
}

/** As the Arrs sort: without an article, whatever stands before the first letter, and case. */
function sortTitle(title: string): string {
  return fold(title)
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/^(?:the|a|an) (?=\S)/, '')
}

/** The first three letters as one number: most titles differ by then, and numbers are compared faster than texts. */
function beginningOf(title: string): number {
  let number = 0
  for (let at = 0; at < 3; at++) number = number * 2 ** 16 + (at < title.length ? title.charCodeAt(at) : 0)
  return number
}
