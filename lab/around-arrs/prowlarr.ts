/**
 * A Prowlarr: it brings its indexers to Arrs, counts what they ask, and answers 429 at a limit. Source: Prowlarr's
 * IndexerLimitService, NewznabController, IndexerStatsController and its own description.
 */
import type {ArrRequest} from '../arrs/asked.ts'
import type {IndexerConfig, IndexerSource} from '../arrs/config.ts'
import {Description} from '../arrs/description.ts'
import {Stats} from '../arrs/stats.ts'
import {Validation} from '../arrs/validation.ts'
import {SmallServer, type SmallReply, type SmallServerOptions} from './small-server.ts'

interface ProwlarrIndexer {
  readonly name: string
  /** How often it may be asked, feeds included, and what may be fetched; absent = as often as wanted. */
  readonly queryLimit?: number
  readonly grabLimit?: number
  /** Of the last 24 hours, or of the last one. Default day. */
  readonly limitsUnit?: 'day' | 'hour'
}

interface Event {
  readonly at: number
  readonly indexerId: number
  readonly what: 'rss' | 'search' | 'grab'
  readonly isSuccess: boolean
}

interface Known {
  readonly id: number
  readonly config: ProwlarrIndexer
  disabledTill: number
  failingSince: number
}

const HOUR = 3_600_000
const dialect = {openapi: {v1: 'prowlarr.json'}}
const description = new Description(dialect.openapi.v1)

export class Prowlarr extends SmallServer {
  readonly stats = new Stats()
  readonly #indexers: readonly Known[]
  readonly #events: Event[] = []
  readonly #validation = new Validation(true)

  constructor(options: SmallServerOptions & {readonly indexers: readonly ProwlarrIndexer[]}) {
    super(options)
    this.#indexers = options.indexers.map((config, at) => ({
      id: at + 1,
      config,
      disabledTill: 0,
      failingSince: 0,
    }))
  }

  /** As it brings them to an Arr. @param url at which the Arr finds it */
  arrIndexers(url = 'http://prowlarr:9696'): IndexerConfig[] {
    return this.#indexers.map(({id, config}) => ({
      name: `${config.name} (Prowlarr)`,
      baseUrl: `${url}${this.urlBase}/${id}/`,
      source: this.source(id),
    }))
  }

  /** What is behind that indexer of an Arr. */
  source(indexerId: number): IndexerSource {
    return {ask: (what) => this.ask(indexerId, what), grab: () => this.#grab(indexerId)}
  }

  /** Also for other programs, and for a person that searches in Prowlarr itself. */
  ask(indexerId: number, what: 'rss' | 'search'): {status: number; retryAfter?: number} {
    const indexer = this.#indexer(indexerId)
    const now = this.time.now()
    const until = Math.max(indexer.disabledTill, this.#limitedUntil(indexer, ['rss', 'search']))
    if (until > now) return {status: 429, retryAfter: Math.ceil((until - now) / 1_000)}
    this.#events.push({at: now, indexerId, what, isSuccess: true})
    return {status: 200}
  }

  /** The indexer itself fails: Prowlarr leaves it alone for a while. */
  fail(indexerId: number, ms: number): void {
    const indexer = this.#indexer(indexerId)
    const now = this.time.now()
    this.#events.push({at: now, indexerId, what: 'search', isSuccess: false})
    if (indexer.disabledTill <= now) indexer.failingSince = now
    indexer.disabledTill = now + ms
  }

  #grab(indexerId: number): {status: number} {
    const now = this.time.now()
    if (this.#limitedUntil(this.#indexer(indexerId), ['grab']) > now) return {status: 429}
    this.#events.push({at: now, indexerId, what: 'grab', isSuccess: true})
    return {status: 200}
  }

  /** When it may be asked again: once the first of so many is old enough. 0 = now. */
  #limitedUntil({id, config}: Known, kinds: readonly Event['what'][]): number {
    const limit = kinds.includes('grab') ? config.grabLimit : config.queryLimit
    if (limit === undefined) return 0
    const window = config.limitsUnit === 'hour' ? HOUR : 24 * HOUR
    const since = this.time.now() - window
    const own = this.#events.filter(
      ({at, indexerId, what}) => at > since && indexerId === id && kinds.includes(what),
    )
    const first = own.at(-limit)
    return own.length >= limit ? (first?.at ?? this.time.now()) + window : 0
  }

  /** @throws when there is none */
  #indexer(id: number): Known {
    const found = this.#indexers.find((one) => one.id === id)
    if (!found) throw new Error(`there is no indexer ${id}`)
    return found
  }

  protected override reply(request: ArrRequest): SmallReply {
    const {method, path, query} = request
    if (path === '/ping') return {status: 200, value: {status: 'OK'}}
    const newznab = /^\/(\d+)\/api$/.exec(path) ?? /^\/api\/v1\/indexer\/(\d+)\/newznab$/.exec(path)
    if ((query.get('apikey') ?? request.headers['x-api-key']) !== this.apiKey) return {status: 401}
    if (newznab) return this.#newznab(Number(newznab[1]), query)
    if (path === '/api') return {status: 200, value: {current: 'v1', deprecated: []}}
    const give = method === 'GET' ? this.#answers[path] : undefined
    const operation = description.operation(method, path)
    if (give === undefined || operation === null) return {status: 404}
    const name = `${method} ${path}`
    const described = {dialect, described: () => description, stats: this.stats}
    const objection = this.#validation.objectionTo(described, 'v1', name, operation, request)
    if (objection) return {status: 400, value: {message: objection.text}}
    const reply = {status: 200, value: give(query)}
    const {status, value} = this.#validation.checked(described, 'v1', name, operation, reply)
    return {status, value}
  }

  /** As an Arr asks it over HTTP: without a term it reads the feed. */
  #newznab(id: number, query: URLSearchParams): SmallReply {
    if (!this.#indexers.some((one) => one.id === id)) return {status: 404}
    const isFeed = !['q', 'imdbid', 'tmdbid', 'tvdbid', 'season', 'ep'].some((name) => query.has(name))
    const {status, retryAfter} = this.ask(id, isFeed ? 'rss' : 'search')
    const headers = {'content-type': 'application/rss+xml; charset=utf-8'}
    if (status === 200) return {status, text: '<rss version="2.0"><channel/></rss>', headers}
    const text = `<error code="429" description="User configurable Indexer Query Limit reached."/>`
    return {status, text, headers: {...headers, 'retry-after': String(retryAfter)}}
  }

  readonly #answers: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    '/api/v1/system/status': () => ({appName: 'Prowlarr', instanceName: 'Prowlarr', version: '1.37.0.5076'}),
    '/api/v1/health': () => [],
    '/api/v1/tag': () => [],
    '/api/v1/indexer': () => this.#indexers.map((one) => indexerRow(one)),
    '/api/v1/indexerstatus': () => this.#statuses(),
    '/api/v1/indexerstats': (query) => this.#statistics(query),
  }

  #statuses(): object[] {
    const blocked = this.#indexers.filter(({disabledTill}) => disabledTill > this.time.now())
    return blocked.map(({id, disabledTill, failingSince}) => ({
      id,
      indexerId: id,
      disabledTill: new Date(disabledTill).toISOString(),
      mostRecentFailure: new Date(failingSince).toISOString(),
      initialFailure: new Date(failingSince).toISOString(),
    }))
  }

  #statistics(query: URLSearchParams): object {
    const from = Date.parse(query.get('startDate') ?? '')
    const to = Date.parse(query.get('endDate') ?? '')
    const wanted = query.get('indexers')?.split(',').map(Number) ?? []
    const shown = this.#events.filter(
      ({at}) => (Number.isNaN(from) || at >= from) && (Number.isNaN(to) || at <= to),
    )
    const indexers = this.#indexers
      .filter(({id}) => wanted.length === 0 || wanted.includes(id))
      .map(({id, config}) => statisticsOf(id, config.name, shown))
    return {id: 0, indexers, userAgents: [], hosts: []}
  }
}

function statisticsOf(indexerId: number, indexerName: string, events: readonly Event[]): object {
  const own = events.filter((event) => event.indexerId === indexerId)
  const count = (what: Event['what'], isFailed = false): number =>
    own.filter((event) => event.what === what && (!isFailed || !event.isSuccess)).length
  return {
    indexerId,
    indexerName,
    averageResponseTime: 200,
    averageGrabResponseTime: 0,
    numberOfQueries: count('search'),
    numberOfGrabs: count('grab'),
    numberOfRssQueries: count('rss'),
    numberOfAuthQueries: 0,
    numberOfFailedQueries: count('search', true),
    numberOfFailedGrabs: 0,
    numberOfFailedRssQueries: 0,
    numberOfFailedAuthQueries: 0,
  }
}

/** A limit that is not set has no value. */
function indexerRow({id, config}: Known): object {
  const {name, queryLimit, grabLimit, limitsUnit = 'day'} = config
  const fields = {
    definitionFile: 'invented',
    baseUrl: 'https://indexer.invalid/',
    'baseSettings.queryLimit': queryLimit,
    'baseSettings.grabLimit': grabLimit,
    'baseSettings.limitsUnit': limitsUnit === 'day' ? 0 : 1,
  }
  return {
    id,
    name,
    sortName: name.toLowerCase(),
    enable: true,
    supportsRss: true,
    supportsSearch: true,
    protocol: 'torrent',
    privacy: 'private',
    priority: 25,
    appProfileId: 1,
    tags: [],
    implementation: 'Cardigann',
    implementationName: 'Cardigann',
    configContract: 'CardigannSettings',
    fields: Object.entries(fields).map(([field, value], order) => ({
      order,
      name: field,
      ...(value !== undefined && {value}),
    })),
  }
}
