/** In which order rows stand by their titles, found out once for as long as no title changes: 60,000 take some 60 ms. */
import {fold} from '#lib/fold-text.ts'
import type {LibraryStore} from './library-store.ts'

interface Ordered {
  readonly generation: number
  readonly places: Uint32Array
}

const known = new WeakMap<LibraryStore, Ordered>()

/** Places of all rows. */
export function titleOrder(rows: LibraryStore): Uint32Array {
  const before = known.get(rows)
  if (before?.generation === rows.titleGeneration) return before.places
  const places = inOrder(rows)
  known.set(rows, {generation: rows.titleGeneration, places})
  return places
}

function inOrder(rows: LibraryStore): Uint32Array {
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
  places.sort((one, other) => {
    const difference = beginnings[one]! - beginnings[other]!
    if (difference !== 0) return difference
    const [a, b] = [titles[one]!, titles[other]!]
    return a < b ? -1 : a > b ? 1 : 0
  })
  return Uint32Array.from(places)
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
