/**
 * Which rows of the libraries are asked for, in what order, and what they are together. What somebody may not see is left
 * out before anything else is asked: it is in no count.
 */
import {fold} from '#lib/fold-text.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ArrId, QualityProfile} from '#model/arr.ts'
import {
  libraryStates,
  seasonId,
  type KeptRow,
  type LibraryCondition,
  type LibraryKey,
  type LibraryKind,
  type LibraryLeaf,
  type LibraryNumber,
  type LibrarySort,
  type LibraryState,
  type LibraryStateWord,
} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'
import {availableAt, firstRelease} from './availability.ts'
import type {LibraryStore} from './library-store.ts'

export interface LibraryQuery {
  /** Only of these. */
  readonly arrs: ReadonlySet<ArrId>
  /** `null` = all. */
  readonly condition: LibraryCondition | null
  readonly sort: readonly LibrarySort[]
  readonly offset: number
  readonly limit: number
}

export interface LibraryItemView extends KeptRow {
  readonly state: LibraryStateWord
  /** It, its season, and its series, artist or author. */
  readonly isWatched: boolean
  /** From when on it can be had; `null` = not known, or it is more than one thing. */
  readonly availableAt: EpochMs | null
  /** Of it, or of what it belongs to; `null` = not known. */
  readonly profile: QualityProfile | null
  readonly tagLabels: readonly string[]
}

export interface LibraryWindow {
  readonly items: readonly LibraryItemView[]
  /** Of all that match, as the next ones are. */
  readonly total: number
  readonly states: Readonly<Record<LibraryStateWord, number>>
  readonly belowCutoff: number
  /** Their score is below the least of their profile. */
  readonly belowMinimum: number
}

export interface LibrarySources {
  readonly rows: LibraryStore
  readonly stateOf: (id: ArrId) => LibraryState
  readonly queued: (id: ArrId) => ReadonlySet<string>
  readonly now: EpochMs
}

/** Fifty terms over 60,000 rows take a while: others have their turns. */
const ROWS_OF_A_LOOK = 64

export async function queryLibrary(
  query: LibraryQuery,
  sources: LibrarySources,
  turns: Pick<TimeSlice, 'due' | 'next'>,
): Promise<LibraryWindow> {
  const {rows} = sources
  const words = new RowWords(sources)
  const isIn = query.condition === null ? () => true : testOf(query.condition, words)
  const places: number[] = []
  const states = Object.fromEntries(libraryStates.map((it) => [it, 0])) as Record<LibraryStateWord, number>
  let [belowCutoff, belowMinimum] = [0, 0]
  for (const [at, place] of rows.inTitleOrder.entries()) {
    if (at % ROWS_OF_A_LOOK === 0 && turns.due()) await turns.next()
    // It may have left in one of these turns.
    const arrId = rows.arrAt(place)
    if (arrId === null || !query.arrs.has(arrId) || isIn(place) !== true) continue
    places.push(place)
    states[words.state(place)]++
    if (rows.numberAt(place, 'belowCutoff') === 1) belowCutoff++
    if (words.reachesMinimum(place) === false) belowMinimum++
  }
  const {offset, limit} = query
  const there = places.filter((place) => rows.arrAt(place) !== null)
  const window = firstOf(there, query.sort, words, offset + limit).slice(offset)
  return {
    items: window.map((place) => words.view(place)),
    total: places.length,
    states,
    belowCutoff,
    belowMinimum,
  }
}

export interface LibraryItemDetails {
  readonly item: LibraryItemView
  /** Seasons and episodes of a series, episodes of a season, albums, books: as far as they are kept, in their order. */
  readonly below: readonly LibraryItemView[]
}

/** `null` = it is not known. */
export function itemDetails(
  arrId: ArrId,
  key: LibraryKey,
  sources: LibrarySources,
): LibraryItemDetails | null {
  const {rows} = sources
  const own = rows.placeOf(arrId, key)
  if (own === null) return null
  const words = new RowWords(sources)
  const item = words.view(own)
  const below: LibraryItemView[] = []
  for (let place = 0; place < rows.end; place++) {
    if (rows.arrAt(place) !== arrId) continue
    const isBelow =
      item.kind === 'season'
        ? rows.kindAt(place) === 'episode' &&
          rows.numberAt(place, 'parentId') === item.parentId &&
          rows.numberAt(place, 'seasonNumber') === item.seasonNumber
        : rows.parentAt(place) === own
    if (isBelow) below.push(words.view(place))
  }
  const place = (it: LibraryItemView) => [it.seasonNumber ?? 0, it.number ?? 0, it.releasedAt ?? 0] as const
  const compare = (one: LibraryItemView, other: LibraryItemView) => {
    const [a, b] = [place(one), place(other)]
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || one.id - other.id
  }
  return {item, below: below.sort(compare)}
}

/* ── what is known of a row, with all that it hangs on ── */

class RowWords {
  readonly #sources: LibrarySources
  readonly #byArr = new Map<ArrId, ArrWords>()
  #folded = {place: -1, title: ''}

  constructor(sources: LibrarySources) {
    this.#sources = sources
  }

  get rows(): LibraryStore {
    return this.#sources.rows
  }

  /** Folded; asked for by each term in turn. */
  title(place: number): string {
    if (this.#folded.place !== place) this.#folded = {place, title: fold(this.rows.titleAt(place))}
    return this.#folded.title
  }

  state(place: number): LibraryStateWord {
    const {rows, now} = this.#sources
    const [have, due] = [rows.numberAt(place, 'have'), rows.numberAt(place, 'due')]
    if (have > 0 && have >= due) return 'have'
    if (this.#isQueued(place)) return 'queued'
    if (have > 0) return 'partial'
    if (isContainer(rows.kindAt(place))) return due > 0 ? 'missing' : 'unreleased'
    const at = this.availableAt(place)
    return at !== null && at <= now ? 'missing' : 'unreleased'
  }

  availableAt(place: number): EpochMs | null {
    return availableAt(place, this.rows, this.#of(place).availabilityDelay)
  }

  isWatched(place: number): boolean {
    const {rows} = this
    if (rows.numberAt(place, 'monitored') !== 1) return false
    const parent = rows.parentAt(place)
    if (parent !== null && rows.numberAt(parent, 'monitored') !== 1) return false
    if (rows.kindAt(place) !== 'episode') return true
    const id = seasonId(rows.numberAt(place, 'parentId'), rows.numberAt(place, 'seasonNumber'))
    const season = rows.placeOf(rows.arrAt(place)!, {kind: 'season', id})
    return season === null || rows.numberAt(season, 'monitored') === 1
  }

  profile(place: number): QualityProfile | null {
    const id = this.rows.numberAt(this.#owner(place), 'profileId')
    return this.#of(place).profiles.get(id) ?? null
  }

  tagLabels(place: number): readonly string[] {
    const {labels} = this.#of(place)
    return this.rows.tagsAt(this.#owner(place)).flatMap((id) => labels.get(id) ?? [])
  }

  /** `null` = not known. */
  reachesMinimum(place: number): boolean | null {
    const score = this.rows.numberAt(place, 'score')
    if (Number.isNaN(score)) return null
    const profile = this.profile(place)
    return profile && score >= profile.minScore
  }

  /** NaN = it has none, or it is not known. */
  number(place: number, of: LibraryNumber): number {
    const {rows} = this
    switch (of) {
      case 'missing':
        return Math.max(0, rows.numberAt(place, 'due') - rows.numberAt(place, 'have'))
      case 'released': {
        const released = rows.numberAt(place, 'releasedAt')
        return rows.kindAt(place) === 'movie' ? filmOutAt(rows, place) : released
      }
      default:
        return rows.numberAt(place, columnOf[of])
    }
  }

  view(place: number): LibraryItemView {
    return {
      ...this.rows.rowAt(place),
      state: this.state(place),
      isWatched: this.isWatched(place),
      availableAt: this.availableAt(place),
      profile: this.profile(place),
      tagLabels: this.tagLabels(place),
    }
  }

  /** Whose profile and tags it has. */
  #owner(place: number): number {
    return this.rows.parentAt(place) ?? place
  }

  #isQueued(place: number): boolean {
    const {queued} = this.#of(place)
    if (queued.size === 0) return false
    return queued.has(`${this.rows.kindAt(place)}/${this.rows.numberAt(place, 'id')}`)
  }

  #of(place: number): ArrWords {
    const arrId = this.rows.arrAt(place)!
    const known = this.#byArr.get(arrId)
    if (known) return known
    const settings = this.#sources.stateOf(arrId).settings
    const words = {
      profiles: new Map((settings?.profiles ?? []).map((it) => [it.id, it])),
      labels: new Map((settings?.tags ?? []).map(({id, label}) => [id, label])),
      availabilityDelay: settings?.availabilityDelay ?? 0,
      queued: this.#sources.queued(arrId),
    }
    this.#byArr.set(arrId, words)
    return words
  }
}

interface ArrWords {
  readonly profiles: ReadonlyMap<number, QualityProfile>
  readonly labels: ReadonlyMap<number, string>
  readonly availabilityDelay: number
  readonly queued: ReadonlySet<string>
}

const columnOf = {
  year: 'year',
  season: 'seasonNumber',
  size: 'size',
  score: 'score',
  tmdb: 'tmdbId',
  tvdb: 'tvdbId',
  added: 'addedAt',
  searched: 'searchedAt',
} as const

function isContainer(kind: LibraryKind): boolean {
  return kind === 'series' || kind === 'season' || kind === 'artist' || kind === 'author'
}

/** A film comes out when it can be had at home first, else when cinemas show it. */
function filmOutAt(rows: LibraryStore, place: number): number {
  const released = firstRelease(place, rows)
  return Number.isNaN(released) ? rows.numberAt(place, 'inCinemasAt') : released
}

/* ── conditions ── */

/** `null` = it cannot be said. */
type Test = (place: number) => boolean | null

function testOf(condition: LibraryCondition, words: RowWords): Test {
  if ('not' in condition) {
    const test = testOf(condition.not, words)
    return (place) => {
      const is = test(place)
      return is === null ? null : !is
    }
  }
  if ('all' in condition) return joined(condition.all, words, false)
  if ('any' in condition) return joined(condition.any, words, true)
  return leafTest(condition, words)
}

/** @param ending what one of them says decides for all */
function joined(conditions: readonly LibraryCondition[], words: RowWords, ending: boolean): Test {
  const tests = conditions.map((condition) => testOf(condition, words))
  return (place) => {
    let isUnknown = false
    for (const test of tests) {
      const is = test(place)
      if (is === ending) return ending
      if (is === null) isUnknown = true
    }
    return isUnknown ? null : !ending
  }
}

function leafTest(leaf: LibraryLeaf, words: RowWords): Test {
  const {rows} = words
  switch (leaf.asks) {
    case 'title':
      return (place) => words.title(place).includes(leaf.piece)
    case 'quality':
      return (place) => {
        const quality = rows.qualityAt(place)
        return quality === '' ? null : fold(quality).includes(leaf.piece)
      }
    case 'profile':
      return (place) => {
        const profile = words.profile(place)
        return profile && fold(profile.name).includes(leaf.piece)
      }
    case 'arr':
      return (place) => leaf.ids.includes(rows.arrAt(place)!)
    case 'kind':
      return (place) => leaf.kinds.includes(rows.kindAt(place))
    case 'state':
      return (place) => leaf.states.includes(words.state(place))
    case 'tag':
      return (place) => {
        const labels = words.tagLabels(place)
        return leaf.label === null ? labels.length === 0 : labels.some((it) => fold(it) === leaf.label)
      }
    case 'imdb':
      return (place) => {
        const {imdbId} = rows.rowAt(place)
        return imdbId === null ? null : imdbId === leaf.id
      }
    case 'monitored':
      return (place) => words.isWatched(place) === leaf.is
    case 'cutoff':
      return (place) => {
        const below = rows.numberAt(place, 'belowCutoff')
        return Number.isNaN(below) ? null : (below === 0) === leaf.is
      }
    case 'minimum':
      return (place) => {
        const reaches = words.reachesMinimum(place)
        return reaches === null ? null : reaches === leaf.is
      }
    case 'number': {
      const {min = -Infinity, max = Infinity} = leaf.range
      return (place) => {
        const value = words.number(place, leaf.of)
        return Number.isNaN(value) ? null : value >= min && value <= max
      }
    }
  }
}

/* ── order ── */

/**
 * The first ones in this order. What is not known comes last, whichever way it is sorted; what is equal by its title.
 * @param places in the order of their titles
 * @param most so many
 */
function firstOf(
  places: readonly number[],
  sort: readonly LibrarySort[],
  words: RowWords,
  most: number,
): readonly number[] {
  const [first, ...others] = sort
  if (first === undefined) return places.slice(0, most)
  if (first.by === 'title') {
    // Nothing is equal by then but what has the same title.
    return first.isDescending
      ? places.slice(Math.max(0, places.length - most)).toReversed()
      : places.slice(0, most)
  }
  const keys = keysOf(places, first.by, first.isDescending, words)
  const last = keys.toSorted()[most - 1] ?? Number.POSITIVE_INFINITY
  // Only of these it has to be known how they stand to each other.
  const near = places.flatMap((place, at) => (keys[at]! <= last ? [{place, at}] : []))
  const further = others.map(({by, isDescending}) =>
    by === 'title' ? placesByTitle(places, isDescending) : keysOf(places, by, isDescending, words),
  )
  near.sort((one, other) => {
    for (const some of [keys, ...further]) {
      const [a, b] = [some[one.at]!, some[other.at]!]
      if (a !== b) return a < b ? -1 : 1
    }
    return one.at - other.at
  })
  return near.slice(0, most).map(({place}) => place)
}

/** Ascending, whichever way it is sorted: what is not known is the greatest. */
function keysOf(
  places: readonly number[],
  by: LibraryNumber,
  isDescending: boolean,
  words: RowWords,
): Float64Array {
  const keys = new Float64Array(places.length)
  places.forEach((place, at) => {
    const value = words.number(place, by)
    keys[at] = Number.isNaN(value) ? Number.POSITIVE_INFINITY : isDescending ? -value : value
  })
  return keys
}

function placesByTitle({length}: readonly number[], isDescending: boolean): Float64Array {
  return Float64Array.from({length}, (_, at) => (isDescending ? -at : at))
}
