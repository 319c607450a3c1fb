/**
 * What people asked for in request managers, found in the libraries of the Arrs that take it, and wanted there as a
 * `request` for as long as it is not there.
 *
 *   lists of managers ─▶ which Arr, which item (by the Arr's own number, else by its ids) ─▶ units that lack a file
 *                                                                         │ wanted, first in line
 *   gone from its list, or there ─▶ not wanted any more  ◀────────────────┘
 *
 * A manager mostly has the Arr search what it adds: what was added within ten minutes waits, and what was searched since
 * it was asked for rests as after any search. Nothing here is sent: an Arr that is not searched on a schedule is not
 * searched for requests.
 */
import type {SearchStates} from '#automation-state/search-states.ts'
import type {LibraryStore} from '#library/library-store.ts'
import {imdbNumber} from '#library/row-columns.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {mediaIdIn, type ArrId} from '#model/arr.ts'
import {seasonId, type KeptRow} from '#model/library.ts'
import type {
  MediaRequest,
  RequestedKind,
  RequestManagerKind,
  RequestStage,
  RequestView,
} from '#model/requests.ts'
import {seasonUnit, type ItemUnit, type SearchUnit} from '#model/searching.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'
import type {SearchService} from './search-service.ts'

/** An Arr that takes requests of a manager, as its section says. */
export interface RequestTaker {
  readonly arrId: ArrId
  readonly kind: RequestedKind
  /** `host:port` and URL base. */
  readonly place: string
  readonly approvedOnly: boolean
  /** It takes requests for 4K alone; else all others. */
  readonly is4k: boolean
  /** So long what its Arr searched itself rests, ms. */
  readonly restMs: number
}

/** A manager with what it listed last. */
export interface RequestSource {
  readonly manager: RequestManagerKind
  readonly takers: readonly RequestTaker[]
  readonly requests: readonly MediaRequest[]
}

export interface RequestedMediaDeps {
  readonly service: Pick<SearchService, 'want' | 'endRest' | 'isSearching'>
  readonly states: Pick<SearchStates, 'get' | 'wished'>
  readonly rows: Pick<LibraryStore, 'end' | 'arrAt' | 'kindAt' | 'numberAt' | 'titleAt' | 'rowAt' | 'placeOf'>
  /** Its library was read whole, and there is no doubt about it. */
  readonly isSure: (arrId: ArrId) => boolean
  /** Media that its queue has now, as `movie/17`. */
  readonly queued: (arrId: ArrId) => ReadonlySet<string>
  readonly clock: Pick<Clock, 'now'>
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}

/** A manager adds something and has it searched in one go. */
const ADDED_MS = 10 * MINUTE * 1_000
/** What a person or a rule wants lasts a day; then a request counts again. */
const OTHER_WISH_MS = DAY * 1_000

interface Found {
  readonly source: RequestSource
  readonly request: MediaRequest
  /** `null` = no Arr that takes it has it. */
  readonly taker: RequestTaker | null
  readonly itemId: number | null
  /** The section of its Arr takes approved ones alone, and nobody approved it. */
  readonly isPending: boolean
}

export class RequestedMedia {
  readonly #deps: RequestedMediaDeps
  #found: readonly Found[] = []
  /** By Arr and unit, as far as they are known. */
  #requesters: ReadonlyMap<string, string> = new Map()
  /** Of series that were asked for, by Arr and season: the episodes that its library keeps. */
  #episodes: ReadonlyMap<string, readonly number[]> = new Map()

  constructor(deps: RequestedMediaDeps) {
    this.#deps = deps
  }

  /**
   * Lists, sections or libraries may have changed: what is asked for is wanted, and what is not any more is not.
   * @param arrs all that there are, also those that take no requests (any more)
   */
  async follow(sources: readonly RequestSource[], arrs: readonly ArrId[]): Promise<void> {
    const {turns, isSure} = this.#deps
    const ids = await this.#itemsByIds(sources)
    const found: Found[] = []
    for (const source of sources) {
      for (const request of source.requests) {
        found.push(...this.#foundOf(source, request, ids))
        if (turns.due()) await turns.next()
      }
    }
    this.#episodes = await this.#episodesOf(found)
    this.#found = found
    const wanted = new Map<ArrId, Map<SearchUnit, Found>>()
    for (const one of found) {
      if (one.taker !== null && !one.isPending) this.#note(one, wanted)
      if (turns.due()) await turns.next()
    }
    this.#requesters = this.#requestersOf(wanted)
    for (const arrId of arrs) {
      // In a library that is in doubt, what is absent says nothing.
      if (isSure(arrId)) await this.#want(arrId, wanted.get(arrId) ?? new Map())
    }
  }

  /** All requests, each with how far it has got, the newest first. */
  async views(): Promise<readonly RequestView[]> {
    const {turns} = this.#deps
    const views: RequestView[] = []
    for (const one of this.#found) {
      views.push(this.#viewOf(one))
      if (turns.due()) await turns.next()
    }
    return views.sort((a, b) => b.request.requestedAt - a.request.requestedAt)
  }

  /** Of what is searched for it; `null` = that is not known. */
  requesterOf(arrId: string, unit: SearchUnit): string | null {
    return this.#requesters.get(`${arrId} ${unit}`) ?? null
  }

  /** @returns one for each Arr that has it; one without where none has */
  #foundOf(source: RequestSource, request: MediaRequest, ids: ReadonlyMap<string, number>): readonly Found[] {
    const {kind, is4k, arrPlace, status} = request
    const isPointed = ({place}: RequestTaker) => place === arrPlace
    const isOfOne = source.takers.some(isPointed)
    const takers = source.takers.filter(
      (taker) => taker.kind === kind && taker.is4k === is4k && (!isOfOne || isPointed(taker)),
    )
    const found = takers.flatMap((taker): readonly Found[] => {
      const itemId = this.#itemOf(taker, request, ids)
      const isPending = taker.approvedOnly && status !== 'approved'
      return itemId === null ? [] : [{source, request, taker, itemId, isPending}]
    })
    if (found.length > 0) return found
    return [{source, request, taker: isOfOne ? (takers[0] ?? null) : null, itemId: null, isPending: false}]
  }

  /** By its number in the Arr that its manager names, unless that is another thing by now; else by its ids. */
  #itemOf(
    {arrId, place, kind}: RequestTaker,
    {arrPlace, itemId, tmdbId, tvdbId, imdbId}: MediaRequest,
    ids: ReadonlyMap<string, number>,
  ): number | null {
    const row = itemId === null || place !== arrPlace ? null : this.#rowOf(arrId, kind, itemId)
    const own = kind === 'movie' ? tmdbId : tvdbId
    const isOther = (foreign: number | null | undefined) => foreign != null && own !== null && foreign !== own
    if (row !== null && !isOther(kind === 'movie' ? row.tmdbId : row.tvdbId)) return row.id
    return (
      ids.get(`${arrId} ${kind} ${own}`) ?? ids.get(`${arrId} ${kind} imdb ${imdbNumber(imdbId)}`) ?? null
    )
  }

  /** What Arrs have of what was asked for: by Arr, kind and id in the world. */
  async #itemsByIds(sources: readonly RequestSource[]): Promise<ReadonlyMap<string, number>> {
    const {rows, turns} = this.#deps
    const arrs = new Set(sources.flatMap(({takers}) => takers.map(({arrId}) => arrId)))
    const asked = new Set<string>()
    for (const {requests} of sources)
      for (const {kind, tmdbId, tvdbId, imdbId} of requests) {
        asked.add(`${kind} ${kind === 'movie' ? tmdbId : tvdbId}`)
        asked.add(`${kind} imdb ${imdbNumber(imdbId)}`)
      }
    const ids = new Map<string, number>()
    for (let place = 0; asked.size > 0 && place < rows.end; place++) {
      const arrId = rows.arrAt(place)
      if (arrId === null || !arrs.has(arrId)) continue
      const kind = rows.kindAt(place)
      if (kind !== 'movie' && kind !== 'series') continue
      const own = rows.numberAt(place, kind === 'movie' ? 'tmdbId' : 'tvdbId')
      for (const name of [`${kind} ${own}`, `${kind} imdb ${rows.numberAt(place, 'imdbId')}`])
        if (asked.has(name)) ids.set(`${arrId} ${name}`, rows.numberAt(place, 'id'))
      if (turns.due()) await turns.next()
    }
    return ids
  }

  async #episodesOf(found: readonly Found[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const {rows, turns} = this.#deps
    const series = new Set(
      found.flatMap(({taker, itemId}) => (taker?.kind === 'series' ? [`${taker.arrId} ${itemId}`] : [])),
    )
    const episodes = new Map<string, number[]>()
    for (let place = 0; series.size > 0 && place < rows.end; place++) {
      const arrId = rows.arrAt(place)
      if (arrId === null || rows.kindAt(place) !== 'episode') continue
      const seriesId = rows.numberAt(place, 'parentId')
      if (series.has(`${arrId} ${seriesId}`)) {
        const name = `${arrId} ${seasonUnit(seriesId, rows.numberAt(place, 'seasonNumber'))}`
        const ids = episodes.get(name) ?? []
        episodes.set(name, ids)
        ids.push(rows.numberAt(place, 'id'))
      }
      if (turns.due()) await turns.next()
    }
    return episodes
  }

  /** Of a season those that lack a file; of an episode itself. */
  #episodesIn(arrId: ArrId, unit: SearchUnit): readonly KeptRow[] {
    const ids = unit.startsWith('episode/')
      ? [mediaIdIn(unit)!]
      : (this.#episodes.get(`${arrId} ${unit}`) ?? [])
    return ids.flatMap((id) => {
      const row = this.#rowOf(arrId, 'episode', id)
      return row === null || isThere(row) ? [] : [row]
    })
  }

  /** Of two requests of one unit the older one counts. */
  #note(one: Found, wanted: Map<ArrId, Map<SearchUnit, Found>>): void {
    const {arrId} = one.taker!
    const units = wanted.get(arrId) ?? new Map<SearchUnit, Found>()
    wanted.set(arrId, units)
    for (const unit of this.#unitsOf(one)) {
      const other = units.get(unit)
      if (!other || one.request.requestedAt < other.request.requestedAt) units.set(unit, one)
    }
  }

  /** Also of each episode of a season: where it is cheaper they are searched one by one. */
  #requestersOf(wanted: ReadonlyMap<ArrId, ReadonlyMap<SearchUnit, Found>>): ReadonlyMap<string, string> {
    const names = new Map<string, string>()
    for (const [arrId, units] of wanted)
      for (const [unit, {request}] of units) {
        if (request.requester === null) continue
        for (const {id} of this.#episodesIn(arrId, unit))
          names.set(`${arrId} episode/${id}`, request.requester)
        names.set(`${arrId} ${unit}`, request.requester)
      }
    return names
  }

  async #want(arrId: ArrId, wanted: ReadonlyMap<SearchUnit, Found>): Promise<void> {
    const {service, states, clock, turns} = this.#deps
    for (const {unit} of states.wished(arrId, 'request'))
      if (!wanted.has(unit)) service.want(arrId, unit, null)
    const now = clock.now()
    for (const [unit, one] of wanted) {
      if (turns.due()) await turns.next()
      const {requestedAt: at} = one.request
      const state = states.get(arrId, unit)
      const wish = state?.wish ?? null
      if (wish?.reason === 'request' ? wish.at === at : wish !== null && now - wish.at < OTHER_WISH_MS)
        continue
      if (wish?.reason !== 'request' && !this.#isDue(one, unit, now)) continue
      const wasSearched = (state?.searchedAt ?? -Infinity) >= at
      if (!service.want(arrId, unit, {reason: 'request', at})) continue
      if (!wasSearched && wish?.reason !== 'request') service.endRest(arrId, unit)
    }
  }

  /** What is new in its Arr is mostly being searched there; what was searched there since it was asked for rests. */
  #isDue({request, taker, itemId}: Found, unit: SearchUnit, now: EpochMs): boolean {
    const {arrId, restMs, kind} = taker!
    const item = this.#rowOf(arrId, kind, itemId!)
    if (item === null || (item.addedAt !== null && now - item.addedAt < ADDED_MS)) return false
    const searchedAt = kind === 'movie' ? item.searchedAt : this.#searchedAt(arrId, unit)
    return searchedAt === null || searchedAt < request.requestedAt || now - searchedAt >= restMs
  }

  /** When its Arr searched all of it last; `null` = there is something that it did not. */
  #searchedAt(arrId: ArrId, unit: SearchUnit): EpochMs | null {
    const times = this.#episodesIn(arrId, unit).map(({searchedAt}) => searchedAt)
    const isAll = times.length > 0 && times.every((at) => at !== null)
    return isAll ? Math.min(...(times as readonly EpochMs[])) : null
  }

  /** Those that lack a file: of a series the seasons that were asked for, as a whole where all of them were. */
  #unitsOf({request, taker, itemId}: Found): readonly SearchUnit[] {
    if (taker === null || itemId === null) return []
    const {arrId, kind} = taker
    if (kind === 'movie') {
      const movie = this.#rowOf(arrId, kind, itemId)
      return movie === null || isThere(movie) ? [] : [`movie/${itemId}`]
    }
    return request.seasons.flatMap(({season, episodes}): readonly SearchUnit[] => {
      const unit = seasonUnit(itemId, season)
      const missing = this.#episodesIn(arrId, unit)
      if (missing.length === 0) return []
      const asked = missing.filter(({number}) => episodes === null || episodes.includes(number ?? 0))
      if (asked.length === missing.length) return [unit]
      return asked.map(({id}): ItemUnit => `episode/${id}`)
    })
  }

  #viewOf(one: Found): RequestView {
    const {source, request, taker, itemId} = one
    const item = taker && itemId !== null ? this.#rowOf(taker.arrId, taker.kind, itemId) : null
    const units = this.#unitsOf(one)
    return {
      request,
      manager: source.manager,
      arrId: taker?.arrId ?? null,
      arrs: source.takers.map(({arrId}) => arrId),
      title: item?.title ?? request.title,
      units,
      stage: this.#stageOf(one, item, units),
    }
  }

  #stageOf(
    {request, taker, isPending}: Found,
    item: KeptRow | null,
    units: readonly SearchUnit[],
  ): RequestStage {
    if (taker === null || item === null) return 'not_in_arr'
    const {arrId} = taker
    if (units.length === 0) return this.#isAllThere(arrId, item, request) ? 'available' : 'waiting'
    const {service, queued} = this.#deps
    const inQueue = queued(arrId)
    const parts = units.flatMap((unit) => [
      unit,
      ...this.#episodesIn(arrId, unit).map(({id}) => `episode/${id}` as const),
    ])
    if (parts.some((unit) => inQueue.has(unit))) return 'downloading'
    if (parts.some((unit) => service.isSearching(arrId, unit))) return 'searching'
    if (isPending) return 'pending'
    return this.#isMonitored(arrId, item, request) ? 'waiting' : 'unmonitored'
  }

  #isMonitored(arrId: ArrId, item: KeptRow, {seasons}: MediaRequest): boolean {
    if (!item.monitored || item.kind === 'movie') return item.monitored
    return seasons.some(({season}) => this.#seasonOf(arrId, item.id, season)?.monitored ?? true)
  }

  #isAllThere(arrId: ArrId, item: KeptRow, {seasons}: MediaRequest): boolean {
    if (item.kind === 'movie') return isThere(item)
    return (
      seasons.length > 0 &&
      seasons.every(({season}) => {
        const row = this.#seasonOf(arrId, item.id, season)
        return row !== null && isThere(row)
      })
    )
  }

  #seasonOf(arrId: ArrId, seriesId: number, season: number): KeptRow | null {
    return this.#rowOf(arrId, 'season', seasonId(seriesId, season))
  }

  #rowOf(arrId: ArrId, kind: KeptRow['kind'], id: number): KeptRow | null {
    const {rows} = this.#deps
    const place = rows.placeOf(arrId, {kind, id})
    return place === null ? null : rows.rowAt(place)
  }
}

function isThere({have, due}: Pick<KeptRow, 'have' | 'due'>): boolean {
  return have > 0 && have >= due
}
