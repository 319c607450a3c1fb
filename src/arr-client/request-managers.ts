/**
 * What people asked for in Overseerr, Jellyseerr, Seerr or Ombi, and what is not there yet. Nothing is written there.
 *
 *   seerr   pages of 100, newest first; the settings say which Arr each was handed to
 *   ombi    films and series in one list each; the paged ones ignore their filters, the small one has no seasons
 *
 * The key goes in a header to the address that was given, and is never led to another one (`http-client.ts`). Source: the
 * routes `request` and `settings` of Overseerr and Seerr; Ombi, RequestController and its repositories.
 */
import {z} from 'zod'
import type {TimeSlice} from '#lib/time-slice.ts'
import {urlBaseIn} from '#model/arr.ts'
import {ServerFault} from '#model/errors.ts'
import type {ListedRequest, RequestManagerKind} from '#model/requests.ts'
import {flag, id, instant, listOf, text} from './api/fields.ts'
import {
  ArrHttpClient,
  longAnswer,
  type ArrAddress,
  type ArrLimits,
  type ArrSurroundings,
  type OutgoingPolicy,
} from './api/http-client.ts'

export interface RequestList {
  readonly requests: readonly ListedRequest[]
  /** What is absent is not asked for any more; `false` = it changed while it was read, or is longer than is read. */
  readonly isWhole: boolean
}

export interface RequestManagerPort {
  /**
   * @param withPending those that nobody approved, too
   * @throws {ServerFault} {CommodarrError} why it cannot be read; then nothing is known
   */
  list(withPending: boolean, signal?: AbortSignal): Promise<RequestList>
  close(): Promise<void>
}

/** So many are read of one manager, with so many seasons and episodes: it is somebody's, and what it lists is kept. */
export const MOST_REQUESTS = 10_000
const MOST_PARTS = 100_000
const LONGEST_TEXT = 300
const PAGE = 100
/** A page of 100 are 300 KB; Seerr asks all its Arrs before it answers. */
const pageLimits: ArrLimits = {bytes: 4 * 1024 * 1024, requestMs: longAnswer.requestMs}
/** A list that changes while it is read is read again so often. */
const MOST_READS = 3

/** @throws {BadArgument} for what is no address or key; {CommodarrError} address_forbidden */
export function openRequestManager(
  kind: RequestManagerKind,
  address: Omit<ArrAddress, 'keyHeader'>,
  policy: OutgoingPolicy,
  about: Pick<ArrSurroundings, 'dispatcher' | 'clock'> & {
    readonly turns?: Pick<TimeSlice, 'due' | 'next'>
  } = {},
): RequestManagerPort {
  const keyHeader = kind === 'seerr' ? 'x-api-key' : 'apikey'
  const http = new ArrHttpClient({...address, keyHeader}, policy, undefined, about)
  const read = kind === 'seerr' ? readSeerr : readOmbi
  return {
    async list(withPending, signal) {
      try {
        return bounded(await read(http, withPending, signal))
      } catch (error) {
        throw inOwnWords(error)
      }
    },
    close: () => http.close(),
  }
}

function bounded({requests, isWhole}: RequestList): RequestList {
  let parts = 0
  const kept = requests.filter(({seasons}) => {
    for (const {episodes} of seasons) parts += 1 + (episodes?.length ?? 0)
    return parts <= MOST_PARTS
  })
  return {requests: kept, isWhole: isWhole && kept.length === requests.length}
}

/** Where an Arr is, as its address and the settings of a manager say it alike. */
export function arrPlaceOf(url: string): string {
  const {hostname, port, protocol, pathname} = new URL(url)
  return placeAt(hostname, Number(port) || (protocol === 'https:' ? 443 : 80), pathname)
}

function placeAt(host: string, port: number, path: string): string {
  return `${host.toLowerCase()}:${port}${urlBaseIn(path)}`
}

type Http = Pick<ArrHttpClient, 'read' | 'stream'>

/* ── Overseerr, Jellyseerr, Seerr ── */

const number = z.number().int().nullable().catch(null)
const name = text.transform((written) => written.slice(0, LONGEST_TEXT))
const imdbId = z
  .string()
  .regex(/^tt\d{1,9}$/)
  .nullable()
  .catch(null)

const seerrUser = z
  .object({displayName: name, username: name, plexUsername: name, jellyfinUsername: name})
  .nullable()
  .catch(null)

const seerrMedia = z.object({
  tmdbId: number,
  tvdbId: number,
  imdbId,
  status: number,
  status4k: number,
  serviceId: number,
  serviceId4k: number,
  externalServiceId: number,
  externalServiceId4k: number,
})

const seerrRequest = z.object({
  id,
  status: number,
  type: text,
  is4k: flag,
  createdAt: instant,
  media: seerrMedia.nullable().catch(null),
  seasons: listOf(z.object({seasonNumber: id})),
  requestedBy: seerrUser,
})
type SeerrRequest = z.output<typeof seerrRequest>

const seerrPage = z.object({pageInfo: z.object({results: id}), results: z.array(seerrRequest)})

/** Its Arrs; their keys stand there, too, and are not taken. */
const seerrArrs = z.array(z.object({id, hostname: text, port: number, baseUrl: text}))

const APPROVED = 2
const PENDING = 1
const AVAILABLE = 5

async function readSeerr(http: Http, withPending: boolean, signal?: AbortSignal): Promise<RequestList> {
  const found = await readPages(http, withPending, signal)
  const isOfArrs = found.rows.some(({media}) => media?.serviceId != null || media?.serviceId4k != null)
  const places = isOfArrs
    ? {movie: await placesOf(http, 'radarr', signal), series: await placesOf(http, 'sonarr', signal)}
    : {movie: new Map<number, string>(), series: new Map<number, string>()}
  return {requests: found.rows.flatMap((row) => listedOfSeerr(row, places) ?? []), isWhole: found.isWhole}
}

/** One that is fulfilled meanwhile leaves its page, and the first of the next page is in none: then all is read again. */
async function readPages(
  http: Http,
  withPending: boolean,
  signal?: AbortSignal,
): Promise<{readonly rows: readonly SeerrRequest[]; readonly isWhole: boolean}> {
  let rows = new Map<number, SeerrRequest>()
  for (let read = 0; read < MOST_READS; read++) {
    rows = new Map()
    let [total, isSteady] = [0, true]
    for (let skip = 0; skip < MOST_REQUESTS; skip += PAGE) {
      const filter = withPending ? 'unavailable' : 'processing'
      const query = {take: PAGE, skip, sort: 'added', filter}
      const page = await http.read({path: '/api/v1/request', query, limits: pageLimits, signal}, seerrPage)
      if (page === null) throw notAManager()
      const {results} = page.pageInfo
      if (skip > 0 && results < total) isSteady = false
      total = results
      for (const row of page.results) rows.set(row.id, row)
      if (page.results.length < PAGE) break
    }
    if (isSteady) return {rows: [...rows.values()], isWhole: total <= MOST_REQUESTS}
  }
  return {rows: [...rows.values()], isWhole: false}
}

/** By the number that a manager gives each. */
async function placesOf(
  http: Http,
  app: 'radarr' | 'sonarr',
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const arrs = await http.read({path: `/api/v1/settings/${app}`, limits: pageLimits, signal}, seerrArrs)
  return new Map(
    (arrs ?? []).flatMap(({id: own, hostname, port, baseUrl}) =>
      hostname === '' || port === null ? [] : [[own, placeAt(hostname, port, baseUrl)] as const],
    ),
  )
}

/** @returns `null` = it is there, was declined, or is about nothing */
function listedOfSeerr(
  {id: own, status, type, is4k, createdAt, media, seasons, requestedBy}: SeerrRequest,
  places: {readonly movie: ReadonlyMap<number, string>; readonly series: ReadonlyMap<number, string>},
): ListedRequest | null {
  if (media === null || (type !== 'movie' && type !== 'tv')) return null
  // A status of a later version says neither that it is there nor that somebody approved it.
  if (status !== APPROVED && status !== PENDING) return null
  if ((is4k ? media.status4k : media.status) === AVAILABLE) return null
  const kind = type === 'movie' ? 'movie' : 'series'
  const serviceId = is4k ? media.serviceId4k : media.serviceId
  return {
    id: String(own),
    kind,
    title: null,
    tmdbId: media.tmdbId,
    tvdbId: media.tvdbId,
    imdbId: media.imdbId,
    arrPlace: serviceId === null ? null : (places[kind].get(serviceId) ?? null),
    itemId: is4k ? media.externalServiceId4k : media.externalServiceId,
    requester: requestedBy && nameOf(requestedBy),
    is4k,
    status: status === APPROVED ? 'approved' : 'pending',
    seasons: seasons.map(({seasonNumber}) => ({season: seasonNumber, episodes: null})),
    requestedAt: createdAt ?? 0,
  }
}

function nameOf(user: Readonly<Record<string, string>>): string | null {
  return Object.values(user).find((name) => name !== '') ?? null
}

/* ── Ombi ── */

const ombiUser = z.object({userAlias: name, alias: name, userName: name}).nullable().catch(null)

const ombiMovie = z.object({
  id,
  title: name,
  theMovieDbId: number,
  imdbId,
  approved: flag,
  denied: z.boolean().nullable().catch(null),
  available: flag,
  is4kRequest: flag,
  has4KRequest: flag,
  approved4K: flag,
  denied4K: z.boolean().nullable().catch(null),
  available4K: flag,
  requestedDate: instant,
  requestedDate4k: instant,
  requestedUser: ombiUser,
})

const ombiSeries = z.object({
  title: name,
  tvDbId: number,
  externalProviderId: number,
  imdbId,
  childRequests: listOf(
    z.object({
      id,
      approved: flag,
      denied: z.boolean().nullable().catch(null),
      available: flag,
      requestedDate: instant,
      requestedUser: ombiUser,
      seasonRequests: listOf(
        z.object({seasonNumber: id, episodes: listOf(z.object({episodeNumber: id, available: flag}))}),
      ),
    }),
  ),
})

async function readOmbi(http: Http, withPending: boolean, signal?: AbortSignal): Promise<RequestList> {
  const requests: ListedRequest[] = []
  const take = (listed: readonly ListedRequest[]) => {
    const wanted = withPending ? listed : listed.filter(({status}) => status === 'approved')
    requests.push(...wanted.slice(0, MOST_REQUESTS + 1 - requests.length))
  }
  const about = {limits: longAnswer, member: null, signal} as const
  await http.stream({path: '/api/v1/Request/movie', ...about}, ombiMovie, (movie) =>
    take(moviesOfOmbi(movie)),
  )
  await http.stream({path: '/api/v1/Request/tv', ...about}, ombiSeries, (one) => take(seriesOfOmbi(one)))
  return {requests: requests.slice(0, MOST_REQUESTS), isWhole: requests.length <= MOST_REQUESTS}
}

const nowhere = {arrPlace: null, itemId: null} as const

/** A film and its copy in 4K are approved, denied and available each for itself. */
function moviesOfOmbi(movie: z.output<typeof ombiMovie>): readonly ListedRequest[] {
  const copy = (is4k: boolean): ListedRequest => ({
    ...nowhere,
    id: is4k ? `movie ${movie.id} 4k` : `movie ${movie.id}`,
    kind: 'movie',
    title: movie.title === '' ? null : movie.title,
    tmdbId: numberOf(movie.theMovieDbId),
    tvdbId: null,
    imdbId: movie.imdbId,
    requester: movie.requestedUser && nameOf(movie.requestedUser),
    is4k,
    status: (is4k ? movie.approved4K : movie.approved) ? 'approved' : 'pending',
    seasons: [],
    requestedAt: (is4k ? (movie.requestedDate4k ?? movie.requestedDate) : movie.requestedDate) ?? 0,
  })
  const isPlain = !movie.is4kRequest && movie.denied !== true && !movie.available
  const isLarge = (movie.has4KRequest || movie.is4kRequest) && movie.denied4K !== true && !movie.available4K
  return [...(isPlain ? [copy(false)] : []), ...(isLarge ? [copy(true)] : [])]
}

/** Each who asked has a request of their own. */
function seriesOfOmbi(series: z.output<typeof ombiSeries>): readonly ListedRequest[] {
  return series.childRequests.flatMap((child): readonly ListedRequest[] => {
    const seasons = child.seasonRequests
      .map(({seasonNumber, episodes}) => ({
        season: seasonNumber,
        episodes: episodes.flatMap(({episodeNumber, available}) => (available ? [] : [episodeNumber])),
      }))
      .filter(({episodes}) => episodes.length > 0)
    if (child.denied === true || child.available || seasons.length === 0) return []
    return [
      {
        ...nowhere,
        id: `series ${child.id}`,
        kind: 'series',
        title: series.title === '' ? null : series.title,
        tmdbId: numberOf(series.externalProviderId),
        tvdbId: numberOf(series.tvDbId),
        imdbId: series.imdbId,
        requester: child.requestedUser && nameOf(child.requestedUser),
        is4k: false,
        status: child.approved ? 'approved' : 'pending',
        seasons,
        requestedAt: child.requestedDate ?? 0,
      },
    ]
  })
}

/** 0 = none. */
function numberOf(value: number | null): number | null {
  return value === 0 ? null : value
}

/* ── what goes wrong ── */

function notAManager(): ServerFault {
  return new ServerFault('wrong_server', 'not_a_torrent_server', 'What answers there is no request manager.')
}

/** The client of Arrs speaks of Arrs. */
function inOwnWords(error: unknown): unknown {
  if (!(error instanceof ServerFault)) return error
  const {code, reason, about, cause} = error
  const said = words[reason]
  return said === undefined ? error : new ServerFault(code, reason, said, {about, cause})
}

const words: Partial<Record<ServerFault['reason'], string>> = {
  wrong_credentials: 'It does not accept this key.',
  login_page: 'It leads to another address, or to a login page. The key was not sent there.',
  not_a_torrent_server: 'What answers there is no request manager.',
  server_error: 'It fails to answer.',
  rate_limited: 'It was asked too often.',
  garbled_answer: 'Its answer is not what a request manager says there, or was cut.',
}
