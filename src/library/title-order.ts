/**
 * Rows in the order of their titles. Found out when somebody asks; of few that changed since only those are put elsewhere,
 * as sorting 60,000 takes some 60 ms.
 */
import {fold} from '#lib/fold-text.ts'
import type {TimeSlice} from '#lib/time-slice.ts'

/** So many of the rows may have changed for the others to stay in their order. */
const FEW = 1 / 16
/** Sorted in one go: some 0.5 ms. */
const RUN = 500

export class TitleOrder {
  /** `null` = nothing stands there. */
  readonly #titleAt: (place: number) => string | null
  #places = new Uint32Array(0)
  readonly #changed = new Set<number>()

  constructor(titleAt: (place: number) => string | null) {
    this.#titleAt = titleAt
  }

  /** A row came to this place or left it, or has another title. */
  changed(place: number): void {
    this.#changed.add(place)
  }

  /** For when nobody asks yet and all rows are new: a sort that lets others have their turns. */
  async prepare(turns: Pick<TimeSlice, 'due' | 'next'>): Promise<void> {
    const changed = [...this.#changed]
    this.#changed.clear()
    let runs: Key[][] = []
    for (let from = 0; from < changed.length; from += RUN) {
      const titled = changed.slice(from, from + RUN).flatMap((place) => {
        const title = this.#titleAt(place)
        return title === null ? [] : [keyOf(place, title)]
      })
      runs.push(titled.sort(compare))
      if (turns.due()) await turns.next()
    }
    while (runs.length > 1) {
      const merged: Key[][] = []
      for (let at = 0; at < runs.length; at += 2) {
        merged.push(await mergedRuns(runs[at]!, runs[at + 1] ?? [], turns))
      }
      runs = merged
    }
    // What changed meanwhile is put where it belongs when somebody asks.
    this.#places = Uint32Array.from(runs[0] ?? [], ({place}) => place)
  }

  /** Of all rows. What was handed out stays as it is. */
  get places(): Uint32Array {
    if (this.#changed.size > 0) {
      const same = this.#places.filter((place) => !this.#changed.has(place))
      const others = this.#sorted([...this.#changed].filter((place) => this.#titleAt(place) !== null))
      const isFew = others.length <= same.length * FEW
      this.#places = isFew ? this.#merged(same, others) : this.#sorted([...same, ...others])
      this.#changed.clear()
    }
    return this.#places
  }

  #sorted(places: readonly number[]): Uint32Array<ArrayBuffer> {
    const keyed = places.map((place) => keyOf(place, this.#titleAt(place)!))
    return Uint32Array.from(keyed.sort(compare), ({place}) => place)
  }

  #merged(same: Uint32Array, others: Uint32Array): Uint32Array<ArrayBuffer> {
    const merged = new Uint32Array(same.length + others.length)
    let [from, to] = [0, 0]
    for (const place of others) {
      const end = this.#endBefore(same, from, keyOf(place, this.#titleAt(place)!))
      merged.set(same.subarray(from, end), to)
      to += end - from
      merged[to++] = place
      from = end
    }
    merged.set(same.subarray(from), to)
    return merged
  }

  /** Where what comes before it ends. */
  #endBefore(same: Uint32Array, from: number, key: Key): number {
    let [low, high] = [from, same.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const place = same[middle]!
      if (compare(keyOf(place, this.#titleAt(place)!), key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

async function mergedRuns(
  one: readonly Key[],
  other: readonly Key[],
  turns: Pick<TimeSlice, 'due' | 'next'>,
): Promise<Key[]> {
  const merged: Key[] = []
  for (let [a, b] = [0, 0]; a < one.length || b < other.length;) {
    const isFirst = b === other.length || (a < one.length && compare(one[a]!, other[b]!) < 0)
    merged.push(isFirst ? one[a++]! : other[b++]!)
    if (merged.length % RUN === 0 && turns.due()) await turns.next()
  }
  return merged
}

interface Key {
  readonly place: number
  readonly title: string
  readonly beginning: number
}

function keyOf(place: number, written: string): Key {
  const title = sortTitle(written)
  return {place, title, beginning: beginningOf(title)}
}

function compare(one: Key, other: Key): number {
  const difference = one.beginning - other.beginning
  if (difference !== 0) return difference
  return one.title < other.title ? -1 : one.title > other.title ? 1 : one.place - other.place
}

/** As the Arrs sort: without an article, whatever stands before the first letter, and case. */
function sortTitle(title: string): string {
  const folded = fold(title)
  // Most begin with another letter, and need no look.
  if (/^[b-su-z\d]/.test(folded)) return folded
  return folded.replace(/^[^\p{L}\p{N}]+/u, '').replace(/^(?:the|a|an) (?=\S)/, '')
}

/** The first three letters as one number: most titles differ by then, and numbers are compared faster than texts. */
function beginningOf(title: string): number {
  let number = 0
  for (let at = 0; at < 3; at++) number = number * 2 ** 16 + (at < title.length ? title.charCodeAt(at) : 0)
  return number
}
