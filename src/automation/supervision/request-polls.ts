/**
 * Which request managers are asked, how often, and what their lists say of the libraries: follows the sections of Arrs.
 *
 *   sections ─▶ managers, each once for all Arrs that take its requests
 *      └─ each SearchRequestsEvery ─▶ list ─▶ kept (automation-state) ─▶ RequestedMedia ─▶ wanted in its Arr
 *                 ├─ away: later each time; its last list counts for a week; an alert after an hour
 *                 └─ key refused: once more, then an alert, and not again before its address or key is another one
 */
import {createHash} from 'node:crypto'
import {arrPlaceOf, type RequestList, type RequestManagerPort} from '#arr-client/request-managers.ts'
import {arrUrl} from '#arr-client/api/http-client.ts'
import type {Requests} from '#automation-state/requests.ts'
import {backoffStepMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ArrWay} from '#model/arr-service.ts'
import type {RequestManagerKind} from '#model/requests.ts'
import type {ActiveArr, ArrDirectory} from '#registry/arrs/directory.ts'
import type {RequestedMedia, RequestSource, RequestTaker} from '#searching/requests.ts'
import {ActiveAlerts, type AlertBoard} from '../alerts/active-alerts.ts'

/** A request manager as the sections of Arrs name it. */
export interface RequestManager {
  readonly kind: RequestManagerKind
  /** A mark of its address and key, and of whose Arrs take its requests. */
  readonly source: string
  readonly way: ArrWay
  readonly everyMs: number
  /** One of its Arrs takes requests that nobody approved. */
  readonly withPending: boolean
  readonly takers: readonly RequestTaker[]
}

export interface RequestPollsDeps {
  readonly arrs: Pick<ArrDirectory, 'active' | 'nameOf'>
  readonly requests: Pick<Requests, 'of' | 'take'>
  readonly media: Pick<RequestedMedia, 'follow'>
  /** @throws {CommodarrError} its address or key is none, or its address is forbidden */
  readonly open: (kind: RequestManagerKind, way: ArrWay) => RequestManagerPort
  readonly board: AlertBoard
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

/** What is known of one while its address and key stay. */
interface Poll {
  manager: RequestManager
  readonly stopping: AbortController
  cancel: () => void
  /** In a row. */
  failures: number
  refusals: number
  /** Since when it is away, by the duration clock; `null` = it is not. */
  awaySince: number | null
}

const LEAST_MS = 60_000
/** After a start, and a change of a section, which come in bursts. */
const FIRST_MS = 5_000
const MOST_WAIT_MS = 30 * 60_000
/** A key that is refused once may have been asked while the manager began. */
const MOST_REFUSALS = 2
const REPORTED_AFTER_MS = 3_600_000

export class RequestPolls {
  readonly #deps: RequestPollsDeps
  readonly #alerts: ActiveAlerts
  readonly #polls = new Map<string, Poll>()
  #isStarted = false
  /** What was found changed: one look after the other, the last one with all that came before it. */
  #looking: Promise<void> = Promise.resolve()
  #isLookDue = false

  constructor(deps: RequestPollsDeps) {
    this.#deps = deps
    this.#alerts = new ActiveAlerts(deps.board)
  }

  /** Libraries are loaded, and Arrs are searched. */
  start(): void {
    this.#isStarted = true
    this.follow()
  }

  /** Resolves when nothing is asked any more. */
  async stop(): Promise<void> {
    this.#isStarted = false
    for (const poll of this.#polls.values()) halt(poll)
    this.#polls.clear()
    await this.#looking
  }

  /** Arrs or their sections may have changed. */
  follow(): void {
    if (!this.#isStarted) return
    const managers = requestManagersOf(this.#deps.arrs.active())
    const there = new Map(managers.map((manager) => [manager.source, manager]))
    for (const [source, poll] of this.#polls) if (!there.has(source)) this.#end(source, poll)
    for (const [source, manager] of there) {
      const poll = this.#polls.get(source)
      if (poll) poll.manager = manager
      else this.#begin(manager)
    }
    this.look()
  }

  /** Lists, sections or libraries changed. */
  look(): void {
    if (this.#isLookDue || !this.#isStarted) return
    this.#isLookDue = true
    this.#looking = this.#looking
      .then(() => {
        this.#isLookDue = false
        const {arrs, media} = this.#deps
        return media.follow(
          this.#sources(),
          arrs.active().map(({id}) => id),
        )
      })
      .catch((error: unknown) => {
        this.#deps.log.error({err: error}, 'what was requested could not be found in the libraries')
      })
  }

  #sources(): readonly RequestSource[] {
    const {requests, clock} = this.#deps
    return Array.from(this.#polls.values(), ({manager: {kind, source, takers}}) => ({
      manager: kind,
      takers,
      requests: requests.of(source, clock.now()),
    }))
  }

  #begin(manager: RequestManager): void {
    const poll: Poll = {
      manager,
      stopping: new AbortController(),
      cancel: () => undefined,
      failures: 0,
      refusals: 0,
      awaySince: null,
    }
    this.#polls.set(manager.source, poll)
    this.#plan(poll, FIRST_MS)
  }

  #end(source: string, poll: Poll): void {
    this.#polls.delete(source)
    halt(poll)
    this.#alerts.end(source)
  }

  #plan(poll: Poll, ms: number): void {
    poll.cancel = this.#deps.clock.after(ms, () => void this.#ask(poll))
  }

  async #ask(poll: Poll): Promise<void> {
    const {requests, clock, log} = this.#deps
    const {manager, stopping} = poll
    try {
      const {requests: listed, isWhole} = await this.#read(manager, stopping.signal)
      if (stopping.signal.aborted) return
      requests.take(manager.source, listed, isWhole, clock.now())
      Object.assign(poll, {failures: 0, refusals: 0, awaySince: null})
      this.#alerts.end(manager.source)
      this.#plan(poll, poll.manager.everyMs)
    } catch (error) {
      if (stopping.signal.aborted) return
      if (!(error instanceof CommodarrError)) log.error({err: error}, 'requests could not be read')
      this.#failed(poll, error)
    }
    // Libraries may have changed meanwhile, too.
    this.look()
  }

  async #read({kind, way, withPending}: RequestManager, signal: AbortSignal): Promise<RequestList> {
    const port = this.#deps.open(kind, way)
    try {
      return await port.list(withPending, signal)
    } finally {
      await port.close()
    }
  }

  #failed(poll: Poll, error: unknown): void {
    const {clock} = this.#deps
    const code = error instanceof CommodarrError ? error.code : 'internal'
    const why = error instanceof CommodarrError ? error.message : 'It could not be read.'
    // What is no address, or is not allowed, stays so until somebody changes it.
    const isUseless = code === 'bad_argument' || code === 'address_forbidden'
    poll.failures++
    if (code === 'login_refused') poll.refusals++
    if (isUseless || poll.refusals >= MOST_REFUSALS)
      return this.#alert(
        poll,
        'requests_refused',
        false,
        `${why} Correct the address or the key in the settings of the Arr; until then it is not asked again.`,
      )
    poll.awaySince ??= clock.monotonic()
    if (clock.monotonic() - poll.awaySince >= REPORTED_AFTER_MS)
      this.#alert(poll, 'requests_away', true, `${why} What it listed last counts for a week.`)
    const {everyMs} = poll.manager
    this.#plan(
      poll,
      backoffStepMs(poll.failures, {firstMs: everyMs, mostMs: Math.max(everyMs, MOST_WAIT_MS)}),
    )
  }

  #alert({manager: {source, kind, takers, way}}: Poll, code: string, heals: boolean, why: string): void {
    const {arrs} = this.#deps
    // It may have been away before its key was refused.
    this.#alerts.end(source)
    this.#alerts.begin(source, {
      by: 'Requests',
      subject: 'arr',
      serverId: null,
      name: takers.map(({arrId}) => arrs.nameOf(arrId)).join(', '),
      code,
      heals,
      args: {id: takers[0]?.arrId ?? null},
      message: `Requests of ${kind === 'seerr' ? 'Overseerr' : 'Ombi'} at ${shown(way.url)} are not read: ${why}`,
    })
  }
}

function halt({cancel, stopping}: Poll): void {
  cancel()
  stopping.abort()
}

/** Without what people write into addresses to log in. */
function shown(url: string): string {
  if (!URL.canParse(url)) return 'an address that is none'
  const {protocol, host, pathname} = new URL(url)
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
}

/** Each manager once, however many Arrs take its requests. A member's are asked within that member's reach. */
export function requestManagersOf(arrs: readonly ActiveArr[]): readonly RequestManager[] {
  const managers = new Map<string, RequestManager>()
  for (const arr of arrs) {
    for (const found of sectionsOf(arr)) {
      const {source} = found
      const known = managers.get(source)
      managers.set(
        source,
        known === undefined
          ? found
          : {
              ...known,
              everyMs: Math.min(known.everyMs, found.everyMs),
              withPending: known.withPending || found.withPending,
              takers: [...known.takers, ...found.takers],
            },
      )
    }
  }
  return [...managers.values()]
}

function sectionsOf(arr: ActiveArr): readonly RequestManager[] {
  const {config, reach, ownerId, id} = arr
  const {Overseerr, Ombi, SearchRequestsEvery, RestStart} = config.EntrySearch
  const kind = config.app === 'radarr' ? 'movie' : config.app === 'sonarr' ? 'series' : null
  if (kind === null || config.URI === null) return []
  const place = arrPlaceOf(config.URI)
  const sections = [
    {
      kind: 'seerr',
      isOn: Overseerr.SearchOverseerrRequests,
      uri: Overseerr.OverseerrURI,
      apiKey: Overseerr.OverseerrAPIKey,
      about: Overseerr,
    },
    {kind: 'ombi', isOn: Ombi.SearchOmbiRequests, uri: Ombi.OmbiURI, apiKey: Ombi.OmbiAPIKey, about: Ombi},
  ] as const
  return sections.flatMap(({kind: manager, isOn, uri, apiKey, about}): readonly RequestManager[] => {
    if (!isOn || uri === null || apiKey === null) return []
    const url = addressOf(uri)
    const skipVerify = about.SkipTLSVerify
    const mark = createHash('sha256')
      .update(JSON.stringify([manager, url, apiKey.reveal(), skipVerify, ownerId]))
      .digest('hex')
      .slice(0, 8)
    const taker = {
      arrId: id,
      kind,
      place,
      approvedOnly: about.ApprovedOnly,
      is4k: about.Is4K,
      restMs: RestStart * 1_000,
    } as const
    return [
      {
        kind: manager,
        source: `${manager} ${mark}`,
        way: {url, apiKey, skipVerify, reach},
        everyMs: Math.max(LEAST_MS, SearchRequestsEvery * 1_000),
        withPending: !about.ApprovedOnly,
        takers: [taker],
      },
    ]
  })
}

/** As people write it, one manager in one spelling; what is no address is left for whoever asks there to refuse. */
function addressOf(uri: string): string {
  const written = uri.includes('://') ? uri : `http://${uri}`
  try {
    return arrUrl(written)
  } catch (error) {
    if (error instanceof CommodarrError) return written
    throw error
  }
}
