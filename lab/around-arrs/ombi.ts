/** An Ombi: requests of films and series, with their approvals and copies in 4K. Source: Ombi's RequestController and its repositories. */
import type {ArrRequest} from '../arrs/asked.ts'
import type {SimulatedArr} from '../arrs/create.ts'
import {handOver, partThere} from './hand-over.ts'
import {iso, SmallServer, type SmallReply, type SmallServerOptions} from './small-server.ts'

interface Asked {
  /** Default admin. */
  readonly requestedBy?: string
  /** Epoch ms; default the first day of 2026. */
  readonly requestedAt?: number
  readonly approved?: boolean
  readonly denied?: boolean
  readonly available?: boolean
}

interface OmbiMovie extends Asked {
  readonly title: string
  readonly theMovieDbId: number
  readonly imdbId?: string
  /** Its copy in 4K, which is asked for and approved on its own. */
  readonly has4KRequest?: boolean
  /** Nothing but the copy in 4K was asked for. */
  readonly is4kRequest?: boolean
  readonly approved4K?: boolean
  readonly denied4K?: boolean
  readonly available4K?: boolean
}

interface OmbiChild extends Asked {
  readonly seasons: readonly {readonly season: number; readonly episodes: readonly number[]}[]
}

interface OmbiSeries {
  readonly title: string
  readonly tvDbId: number
  readonly tmdbId?: number
  readonly imdbId?: string
  /** One for each who asked. */
  readonly children: readonly OmbiChild[]
}

/** Numbers that stand for a filter in its paged lists. */
const FILTERS = {none: 0, available: 1, notAvailable: 2, approved: 3, processing: 4, pending: 5} as const

interface OmbiOptions extends SmallServerOptions {
  /** What is approved is added there, and searched. */
  readonly radarr?: SimulatedArr
  readonly sonarr?: SimulatedArr
}

export class Ombi extends SmallServer {
  readonly movies: OmbiMovie[] = []
  readonly series: OmbiSeries[] = []
  readonly #radarr: SimulatedArr | null
  readonly #sonarr: SimulatedArr | null

  constructor({radarr, sonarr, ...options}: OmbiOptions) {
    super(options)
    this.#radarr = radarr ?? null
    this.#sonarr = sonarr ?? null
  }

  /** @throws when it was not asked for */
  approveMovie(theMovieDbId: number): void {
    const at = placeOf(this.movies, (movie) => movie.theMovieDbId === theMovieDbId)
    const movie = this.movies[at]!
    this.movies[at] = {...movie, approved: true}
    if (this.#radarr) handOver(this.#radarr, {title: movie.title, externalId: theMovieDbId, search: true})
  }

  /** What one person asked for of a series. @throws when it was not asked for */
  approveSeries(tvDbId: number, child: number): void {
    const at = placeOf(this.series, (one) => one.tvDbId === tvDbId)
    const {children, ...one} = this.series[at]!
    const asked = children.map((own, place) => (place === child ? {...own, approved: true} : own))
    this.series[at] = {...one, children: asked}
    const seasons = children[child]!.seasons.map(({season}) => season)
    if (this.#sonarr) handOver(this.#sonarr, {title: one.title, externalId: tvDbId, seasons, search: true})
  }

  /** What came in is available. */
  lookAtArrs(): void {
    const arr = this.#radarr
    if (arr === null) return
    for (const [at, movie] of this.movies.entries()) {
      const {parents} = arr.arr.library
      const parent = parents.find(({externalId}) => externalId === movie.theMovieDbId)
      if (parent && partThere(arr, parent.id) === 'all') this.movies[at] = {...movie, available: true}
    }
  }

  protected override reply({method, path, query, headers}: ArrRequest): SmallReply {
    if (path === '/api/v1/Status') return {status: 200, value: 200}
    const given = query.get('apikey') ?? headers.apikey ?? ''
    if (given.toLowerCase() !== this.apiKey.toLowerCase()) return {status: 401, text: 'Invalid API Key'}
    // Its paths are compared without their letters' case.
    const asked = path.toLowerCase()
    if (method !== 'GET' || !asked.startsWith('/api/v1/request/')) return {status: 404}
    const [what = '', ...numbers] = asked.slice('/api/v1/request/'.length).split('/')
    return this.#answer(what, numbers) ?? {status: 404}
  }

  #answer(what: string, rest: readonly string[]): SmallReply | null {
    const movies = this.movies.map((movie, at) => movieRow(movie, at + 1))
    const full = this.series.map((one, at) => seriesRow(one, at + 1, true))
    // Without their seasons.
    const lite = this.series.map((one, at) => seriesRow(one, at + 1, false))
    const all = {movie: movies, tv: full, tvlite: lite}[what]
    if (all === undefined) return null
    if (rest.length === 0) return {status: 200, value: all}
    if (rest[0] === 'total') return {status: 200, value: all.length}
    const [count = 10, position = 0, , status = 0, availability = 0] = rest.map(Number)
    const found =
      what === 'movie' ? movies.filter((_, at) => fits(this.movies[at]!, status, availability)) : all
    return {status: 200, value: {collection: found.slice(position, position + count), total: found.length}}
  }
}

function placeOf<T>(all: readonly T[], isIt: (one: T) => boolean): number {
  const at = all.findIndex(isIt)
  if (at < 0) throw new Error('it was not asked for')
  return at
}

/** Of series the filters are ignored. */
function fits(movie: OmbiMovie, status: number, availability: number): boolean {
  const {approved = false, available = false, denied = false} = movie
  if (status === FILTERS.approved && !approved) return false
  if (status === FILTERS.pending && (approved || denied)) return false
  if (status === FILTERS.processing && (!approved || available)) return false
  if (availability === FILTERS.available) return available
  return availability !== FILTERS.notAvailable || !available
}

function userRow(name: string): object {
  return {id: `user-${name}`, userName: name, alias: null, userAlias: name, emailAddress: `${name}@invalid`}
}

const BEGIN = Date.UTC(2026, 0, 1)
const DAY = 86_400_000

function movieRow(movie: OmbiMovie, id: number): object {
  const {requestedBy = 'admin', requestedAt = BEGIN, is4kRequest = false, ...said} = movie
  const {approved = false, denied = false, available = false} = said
  const {has4KRequest = is4kRequest, approved4K = false, denied4K = false, available4K = false} = said
  return {
    id,
    title: movie.title,
    theMovieDbId: movie.theMovieDbId,
    imdbId: movie.imdbId ?? null,
    approved,
    denied,
    available,
    is4kRequest,
    has4KRequest,
    approved4K,
    denied4K,
    available4K,
    requestedDate: iso(requestedAt),
    requestedDate4k: has4KRequest ? iso(requestedAt) : '0001-01-01T00:00:00',
    releaseDate: iso(BEGIN - 100 * DAY),
    digitalReleaseDate: null,
    requestedUserId: `user-${requestedBy}`,
    requestedUser: userRow(requestedBy),
    requestedByAlias: null,
    qualityOverride: 0,
    rootPathOverride: 0,
    status: 'Released',
    requestStatus: available
      ? 'Common.Available'
      : approved
        ? 'Common.ProcessingRequest'
        : denied
          ? 'Common.RequestDenied'
          : 'Common.PendingApproval',
  }
}

function seriesRow(series: OmbiSeries, id: number, withSeasons: boolean): object {
  return {
    id,
    tvDbId: series.tvDbId,
    externalProviderId: series.tmdbId ?? 0,
    imdbId: series.imdbId ?? null,
    title: series.title,
    releaseDate: iso(BEGIN - 400 * DAY),
    status: 'Continuing',
    totalSeasons: 5,
    childRequests: series.children.map((child, at) => childRow(child, id * 100 + at, id, withSeasons)),
  }
}

function childRow(child: OmbiChild, id: number, parentRequestId: number, withSeasons: boolean): object {
  const {approved = false, denied = false, available = false, seasons} = child
  const {requestedBy = 'admin', requestedAt = BEGIN} = child
  return {
    id,
    parentRequestId,
    approved,
    denied,
    available,
    requestedDate: iso(requestedAt),
    requestedUserId: `user-${requestedBy}`,
    requestedUser: userRow(requestedBy),
    seriesType: 0,
    seasonRequests: withSeasons
      ? seasons.map(({season, episodes}, at) => ({
          id: id * 100 + at,
          seasonNumber: season,
          childRequestId: id,
          episodes: episodes.map((episodeNumber) => ({
            id: (id * 100 + at) * 100 + episodeNumber,
            episodeNumber,
            title: `Part ${episodeNumber}`,
            airDate: iso(BEGIN - 200 * DAY),
            available,
            approved,
            requested: true,
          })),
        }))
      : [],
  }
}
