/**
 * An Overseerr, Jellyseerr or Seerr: what people asked for, in lists with filters, and what became of it. Source: the
 * routes `request`, `settings` and `status` of Overseerr and Seerr.
 */
import type {ArrRequest} from '../arrs/asked.ts'
import type {SimulatedArr} from '../arrs/create.ts'
import {handOver, partThere} from './hand-over.ts'
import {iso, SmallServer, type SmallReply, type SmallServerOptions} from './small-server.ts'

/** One of the Arrs in its settings. */
interface SeerrArr {
  readonly kind: 'radarr' | 'sonarr'
  readonly name: string
  readonly hostname: string
  readonly port: number
  readonly baseUrl?: string
  readonly useSsl?: boolean
  readonly is4k?: boolean
  readonly isDefault?: boolean
  /** It does not have the Arr search for what it adds. */
  readonly preventSearch?: boolean
  /** What is approved is added there, and searched. */
  readonly arr?: SimulatedArr
}

interface SeerrRequestConfig {
  readonly type: 'movie' | 'tv'
  readonly title: string
  readonly year?: number
  /** Absent = the manager knows it by an IMDb id alone. */
  readonly tmdbId?: number
  readonly tvdbId?: number
  readonly imdbId?: string
  readonly is4k?: boolean
  /** Of a series: those that were asked for. */
  readonly seasons?: readonly number[]
  readonly requestedBy?: string
  /** 1 pending (the default), 2 approved, 3 declined, 4 failed; in Seerr 5 completed. An unknown number is kept. */
  readonly status?: number
  /** Of the copy that was asked for: 1 unknown, 2 pending, 3 processing, 4 partially available, 5 available; in Seerr 6 blocklisted, 7 deleted. Default 2 for what waits, 3 for what is approved. */
  readonly mediaStatus?: number
}

interface Request {
  readonly id: number
  readonly config: SeerrRequestConfig
  status: number
  mediaStatus: number
  readonly createdAt: number
  updatedAt: number
  /** Place of its Arr in the settings, and its own id there. */
  serviceId: number | null
  externalServiceId: number | null
}

interface SeerrOptions extends SmallServerOptions {
  /** Default seerr. */
  readonly kind?: 'overseerr' | 'jellyseerr' | 'seerr'
  readonly arrs?: readonly SeerrArr[]
  /** Where it sends what happened. */
  readonly webhookUrl?: string
  /** Its template is edited by people; default the one that it comes with. */
  readonly template?: (payload: object) => object
}

const ALL: readonly number[] = [1, 2, 3, 4, 5, 6, 7]
const UNAVAILABLE: readonly number[] = [1, 2, 3, 4]

export class Seerr extends SmallServer {
  readonly requests: Request[] = []
  readonly #kind: 'overseerr' | 'jellyseerr' | 'seerr'
  readonly #arrs: readonly SeerrArr[]
  readonly #users: string[] = ['admin']
  webhookUrl: string | null
  readonly #template: (payload: object) => object
  /** In Seerr each list has its Arrs asked for their profiles. */
  profilesAsked = 0

  constructor({kind = 'seerr', arrs = [], webhookUrl, template = (it) => it, ...options}: SeerrOptions) {
    super(options)
    this.#kind = kind
    this.#arrs = arrs
    this.webhookUrl = webhookUrl ?? null
    this.#template = template
  }

  /** A person asks for it. @returns its number */
  request(config: SeerrRequestConfig): number {
    const {status = 1, requestedBy = 'admin'} = config
    if (!this.#users.includes(requestedBy)) this.#users.push(requestedBy)
    const now = this.time.now()
    const request: Request = {
      id: this.requests.length + 1,
      config,
      status,
      mediaStatus: config.mediaStatus ?? (status === 2 ? 3 : 2),
      createdAt: now,
      updatedAt: now,
      serviceId: null,
      externalServiceId: null,
    }
    this.requests.push(request)
    if (status !== 2) return request.id
    this.#hand(request)
    void this.#hook('MEDIA_AUTO_APPROVED', request)
    return request.id
  }

  /** It is approved: its Arr gets it, and mostly searches it at once. */
  approve(id: number): void {
    const request = this.#get(id)
    this.#change(request, 2, 3)
    this.#hand(request)
    void this.#hook('MEDIA_APPROVED', request)
  }

  decline(id: number): void {
    this.#change(this.#get(id), 3)
    void this.#hook('MEDIA_DECLINED', this.#get(id))
  }

  /** What its Arr has by now: all of it, or of a series some. */
  lookAtArrs(): void {
    for (const request of this.requests) {
      const arr = this.#arrOf(request)?.arr
      const {externalServiceId, mediaStatus, config} = request
      if (!arr || externalServiceId === null || mediaStatus === 5) continue
      const part = partThere(arr, externalServiceId, config.seasons)
      if (part === 'none') continue
      const isAll = part === 'all'
      // Overseerr leaves a request approved once all of it is there.
      const status = isAll && this.#kind !== 'overseerr' ? 5 : request.status
      this.#change(request, status, isAll ? 5 : 4)
      if (isAll) void this.#hook('MEDIA_AVAILABLE', request)
    }
  }

  /** @throws when there is none */
  #get(id: number): Request {
    const found = this.requests.find((one) => one.id === id)
    if (!found) throw new Error(`there is no request ${id}`)
    return found
  }

  #change(request: Request, status: number, mediaStatus = request.mediaStatus): void {
    request.status = status
    request.mediaStatus = mediaStatus
    request.updatedAt = this.time.now()
  }

  #arrOf({config}: Request): SeerrArr | undefined {
    const kind = config.type === 'movie' ? 'radarr' : 'sonarr'
    const fitting = this.#arrs.filter(
      (one) => one.kind === kind && (one.is4k ?? false) === (config.is4k ?? false),
    )
    return fitting.find(({isDefault}) => isDefault) ?? fitting[0]
  }

  #hand(request: Request): void {
    const to = this.#arrOf(request)
    if (to === undefined) return
    request.serviceId = this.#numberOf(to)
    if (!to.arr) return
    const {type, title, year, tmdbId, tvdbId, seasons} = request.config
    request.externalServiceId = handOver(to.arr, {
      title,
      year,
      externalId: type === 'movie' ? tmdbId : tvdbId,
      search: !to.preventSearch,
      ...(seasons && {seasons}),
    })
  }

  /** Of each kind they count from 0. */
  #numberOf(arr: SeerrArr): number {
    return this.#arrs.filter(({kind}) => kind === arr.kind).indexOf(arr)
  }

  async #hook(type: string, request: Request): Promise<void> {
    const {webhookUrl} = this
    if (webhookUrl === null) return
    const body = JSON.stringify(this.#template(payloadOf(type, request)))
    const headers = {'content-type': 'application/json'}
    // Who does not listen misses it.
    await this.time.outside(fetch(webhookUrl, {method: 'POST', headers, body}).catch(() => undefined))
  }

  protected override reply({method, path, query, headers}: ArrRequest): SmallReply {
    if (path === '/api/v1/status') {
      return {
        status: 200,
        value: {version: this.#kind === 'overseerr' ? '1.34.0' : '3.0.0', commitTag: 'local'},
      }
    }
    if (headers['x-api-key'] !== this.apiKey) return forbidden
    const as = headers['x-api-user'] === undefined ? 1 : Number(headers['x-api-user'])
    if (method !== 'GET') return {status: 404, value: {message: 'not found'}}
    if (path === '/api/v1/request') return this.#list(query, as)
    const one = /^\/api\/v1\/request\/(\d+)$/.exec(path)
    if (one) {
      const request = this.requests.find(({id}) => id === Number(one[1]))
      if (request) return {status: 200, value: this.#row(request)}
    }
    const settings = /^\/api\/v1\/settings\/(radarr|sonarr)$/.exec(path)
    if (!settings) return {status: 404, value: {message: 'not found'}}
    // Its keys are in there.
    return as === 1 ? {status: 200, value: this.#settings(settings[1]!)} : forbidden
  }

  #list(query: URLSearchParams, as: number): SmallReply {
    const filter = query.get('filter') ?? 'all'
    const [statuses, mediaStatuses] = this.#meaningOf(filter)
    const sort = query.get('sort') ?? 'added'
    const isAscending = this.#kind === 'seerr' && query.get('sortDirection') === 'asc'
    const type = this.#kind === 'seerr' ? (query.get('mediaType') ?? 'all') : 'all'
    const user = as === 1 ? null : this.#users[as - 1]
    const found = this.requests.filter(
      ({config, status, mediaStatus}) =>
        // What is newer than this page knows is in no list but the whole one.
        (filter === 'all' || (statuses.includes(status) && mediaStatuses.includes(mediaStatus))) &&
        (type === 'all' || type === config.type) &&
        (user === null || (config.requestedBy ?? 'admin') === user),
    )
    const key = (one: Request): number => (sort === 'modified' ? one.updatedAt : one.id)
    const sorted = found.toSorted((a, b) => (isAscending ? key(a) - key(b) : key(b) - key(a)))
    const [take, skip] = [Number(query.get('take') ?? 10), Number(query.get('skip') ?? 0)]
    if (this.#kind !== 'overseerr') this.profilesAsked += this.#arrs.length
    const pageInfo = {
      pages: Math.ceil(sorted.length / take),
      pageSize: take,
      results: sorted.length,
      page: Math.ceil(skip / take) + 1,
    }
    const results = sorted.slice(skip, skip + take).map((request) => this.#row(request))
    return {status: 200, value: {pageInfo, results}}
  }

  /** Statuses of the request, and of what was asked for. */
  #meaningOf(filter: string): readonly [readonly number[], readonly number[]] {
    switch (filter) {
      case 'approved':
        return [[2], ALL]
      case 'processing':
        return [[2], UNAVAILABLE]
      case 'pending':
        return [[1], ALL]
      case 'unavailable':
        return [[1, 2], UNAVAILABLE]
      case 'failed':
        return [[4], ALL]
      case 'available':
        return [ALL, [5]]
      case 'completed':
        return this.#kind === 'overseerr' ? [ALL, ALL] : [[5], ALL]
      case 'deleted':
        return this.#kind === 'overseerr' ? [ALL, ALL] : [ALL, [7]]
      default:
        return [ALL, ALL]
    }
  }

  #row(request: Request): object {
    const {id, config, status, createdAt, updatedAt, serviceId} = request
    const {type, is4k = false, seasons = [], requestedBy = 'admin'} = config
    const profile = serviceId === null ? null : 1
    return {
      id,
      status,
      createdAt: iso(createdAt),
      updatedAt: iso(updatedAt),
      type,
      is4k,
      serverId: serviceId,
      profileId: profile,
      rootFolder: null,
      languageProfileId: null,
      tags: [],
      isAutoRequest: false,
      media: mediaOf(request),
      seasons: seasons.map((seasonNumber, at) => ({
        id: id * 100 + at,
        seasonNumber,
        status,
        createdAt: iso(createdAt),
        updatedAt: iso(updatedAt),
      })),
      modifiedBy: null,
      requestedBy: {
        id: this.#users.indexOf(requestedBy) + 1,
        email: `${requestedBy}@invalid`,
        plexUsername: null,
        username: requestedBy,
        displayName: requestedBy,
      },
      seasonCount: seasons.length,
      ...(this.#kind !== 'overseerr' && {profileName: profile === null ? null : 'HD-1080p', canRemove: true}),
    }
  }

  #settings(kind: string): object[] {
    const own = this.#arrs.filter((one) => one.kind === kind)
    return own.map(({name, hostname, port, baseUrl = '', useSsl = false, is4k = false, ...more}, id) => ({
      id,
      name,
      hostname,
      port,
      apiKey: 'a-key-of-that-arr',
      useSsl,
      baseUrl,
      activeProfileId: 1,
      activeProfileName: 'HD-1080p',
      activeDirectory: '/media',
      is4k,
      minimumAvailability: 'released',
      tags: [],
      isDefault: more.isDefault ?? id === 0,
      syncEnabled: true,
      preventSearch: more.preventSearch ?? false,
      tagRequests: false,
    }))
  }
}

const forbidden: SmallReply = {
  status: 403,
  value: {status: 403, error: 'You do not have permission to access this endpoint'},
}

/** The copy in 4K has its own status, server and id. */
function mediaOf({
  id,
  config,
  mediaStatus,
  serviceId,
  externalServiceId,
  createdAt,
  updatedAt,
}: Request): object {
  const {type, tmdbId, tvdbId, imdbId, is4k = false} = config
  return {
    id,
    mediaType: type,
    tmdbId: tmdbId ?? null,
    tvdbId: tvdbId ?? null,
    imdbId: imdbId ?? null,
    status: is4k ? 1 : mediaStatus,
    status4k: is4k ? mediaStatus : 1,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    serviceId: is4k ? null : serviceId,
    serviceId4k: is4k ? serviceId : null,
    externalServiceId: is4k ? null : externalServiceId,
    externalServiceId4k: is4k ? externalServiceId : null,
    externalServiceSlug: null,
    externalServiceSlug4k: null,
  }
}

const words = ['', 'UNKNOWN', 'PENDING', 'PROCESSING', 'PARTIALLY_AVAILABLE', 'AVAILABLE'] as const

/** As its own template writes it: numbers are text. */
function payloadOf(type: string, {id, config, mediaStatus}: Request): object {
  const {title, year = 2020, tmdbId, tvdbId, is4k = false, requestedBy = 'admin', seasons = []} = config
  const status = words[mediaStatus] ?? 'UNKNOWN'
  return {
    notification_type: type,
    event: type,
    subject: `${title} (${year})`,
    message: '',
    image: '',
    media: {
      media_type: config.type,
      tmdbId: String(tmdbId ?? ''),
      tvdbId: String(tvdbId ?? ''),
      status: is4k ? 'UNKNOWN' : status,
      status4k: is4k ? status : 'UNKNOWN',
    },
    request: {
      request_id: String(id),
      requestedBy_email: `${requestedBy}@invalid`,
      requestedBy_username: requestedBy,
    },
    issue: null,
    comment: null,
    extra: seasons.length === 0 ? [] : [{name: 'Requested Seasons', value: seasons.join(', ')}],
  }
}
