/**
 * What people ask an Arr for through us: try it, discover what it knows, judge how it is set up, put something right in
 * it, and act on what it has in its queue. Rights first, then the action, then the Arr.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import {RateLimiter} from '#lib/rate-limiter.ts'
import type {Principal, ServerPermission} from '#model/access.ts'
import type {ArrId, ArrStatus, DownloadId} from '#model/arr.ts'
import type {
  ArrAction,
  ArrAsker,
  ArrInstances,
  ArrCard,
  ArrFinding,
  ArrManagers,
  ArrWay,
  FoundArr,
  OtherArr,
  OurSide,
  RunningArr,
} from '#model/arr-service.ts'
import type {SearchRun} from '#model/automation-state.ts'
import type {ItemOfArr} from '#model/item-chain.ts'
import {CommandRefused, CommodarrError, NotSupported, TooManyAttempts} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import type {FleetReader} from '#model/services.ts'
import {asInfoHash, type ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {ComparedClients, DiscoveredServer, PossibleServer, ServerDiscovery} from '../import/discover.ts'
import type {ArrDirectory} from './directory.ts'
import type {ChainWorld} from './item-chain.ts'
import {demandAdding, demandOn} from './rights.ts'
import {eventOf, type ArrService} from './service.ts'
import {wayTo} from './way.ts'

export interface ArrRequestsDeps {
  readonly directory: ArrDirectory
  readonly service: ArrService
  readonly asker: ArrAsker
  readonly managers: ArrManagers
  readonly instances: ArrInstances
  /** Which of the servers that an Arr uses are here. */
  readonly servers: Pick<ServerDiscovery, 'compared' | 'placeOf'>
  readonly fleet: Pick<FleetReader, 'get'>
  /** What an Arr searched, newest first. */
  readonly searches: (id: ArrId, page: SearchPage) => Promise<readonly SearchRun[]>
  readonly clock: Clock
}

/** @property before asked before this moment; `null` = now */
interface SearchPage {
  readonly before: EpochMs | null
  readonly limit: number
}

/** An Arr by its address and key, or one that is here by its id. */
type Discoverable =
  | {readonly url: string; readonly apiKey: Secret; readonly skipVerify: boolean}
  | {readonly id: ArrId}

/** A server that an Arr uses, with how much of what it got lately is on those that it may be. */
export interface IdentifiedServer extends Omit<DiscoveredServer, 'mayBe'> {
  readonly mayBe: readonly (PossibleServer & {
    /** Downloads of the Arr that are there. */
    readonly same: number
    /** Downloads of it that are on any of these; 0 = nobody can say. */
    readonly of: number
  })[]
}

interface Discovered extends Omit<FoundArr, 'clients' | 'downloads'>, Omit<ComparedClients, 'servers'> {
  readonly servers: readonly IdentifiedServer[]
  /** Arrs in his sight that lead there already. */
  readonly known: readonly ArrCard[]
}

/** Of Arrs that are not here: who guesses addresses must not get far. */
const asksPerMinute = 10
/** Each is five questions to an Arr, which answers others, too. */
const itemsPerMinute = 20
const MINUTE_MS = 60_000
/** Of its searches the newest are looked through for one item. */
const SEARCHES = 500

export class ArrRequests {
  readonly #parts: ArrRequestsDeps
  readonly #allowance: RateLimiter
  readonly #items: RateLimiter

  constructor(parts: ArrRequestsDeps) {
    this.#parts = parts
    const {clock} = parts
    this.#allowance = new RateLimiter({clock, times: asksPerMinute, spanMs: MINUTE_MS})
    this.#items = new RateLimiter({clock, times: itemsPerMinute, spanMs: MINUTE_MS})
  }

  /** @throws {CommodarrError} arr_unknown, forbidden, arr_not_ready, and whatever ails the Arr */
  async test(by: Principal, id: ArrId): Promise<ArrStatus> {
    const way = this.#wayTo(by, id, 'control')
    this.#parts.managers.of(id)?.tryNow()
    return this.#parts.asker.status(way)
  }

  /** @throws {CommodarrError} the same, too_many_attempts, address_forbidden */
  async discover(by: Principal, what: Discoverable): Promise<Discovered> {
    const {asker, servers, service} = this.#parts
    demandAdding(by)
    const way = 'id' in what ? this.#wayTo(by, what.id, 'manage') : this.#newWay(by, what)
    const ours = 'id' in what ? await this.#oursOf(by, what.id) : null
    const {clients, downloads, ...found} = await asker.discover(way, ours)
    const known = service.seenBy(by).filter(({url}) => url === clients.arr.url || url === way.url)
    const compared = servers.compared(by, clients)
    const identified = compared.servers.map((one) => this.#identified(one, downloads.get(one.name) ?? []))
    return {...found, ...compared, servers: identified, known}
  }

  /**
   * Who a server is, its torrents say: of what the Arr handed to it lately, how much is on each that it may be. One that has
   * none of it, while another one has some, is not it.
   */
  #identified(one: DiscoveredServer, downloads: readonly DownloadId[]): IdentifiedServer {
    const {fleet} = this.#parts
    const hashes = downloads.flatMap((id) => asInfoHash(id) ?? [])
    const on = (serverId: ServerId) => hashes.filter((hash) => fleet.get({serverId, hash}) !== null)
    const seen = one.mayBe.map((it) => ({...it, its: on(it.id)}))
    const of = new Set(seen.flatMap(({its}) => its)).size
    const mayBe = seen
      .filter(({its}) => of === 0 || its.length > 0)
      .map(({id, name, its}) => ({id, name, same: its.length, of}))
    return {...one, mayBe: mayBe.toSorted((a, b) => b.same - a.same)}
  }

  /** @throws {CommodarrError} the same */
  async diagnose(by: Principal, id: ArrId): Promise<readonly ArrFinding[]> {
    return this.#parts.asker.diagnose(this.#wayTo(by, id, 'manage'), await this.#oursOf(by, id))
  }

  /**
   * @param about which of the findings with this code; `null` = each
   * @throws {CommodarrError} the same, arr_finding_gone, arr_busy
   */
  async fix(by: Principal, id: ArrId, code: string, about: string | null): Promise<readonly ArrFinding[]> {
    const way = this.#wayTo(by, id, 'manage')
    const fixed = await this.#noted(by, id, 'fix', {code, about}, async () =>
      this.#parts.asker.fix(way, await this.#oursOf(by, id), code, about),
    )
    if (fixed.length > 0) return fixed
    throw new CommodarrError(
      'arr_finding_gone',
      'There is nothing of this kind that could be fixed from here.',
    )
  }

  /**
   * Puts a setting of the Arr back as it was before it was fixed here.
   * @throws {CommodarrError} the same
   */
  async undoFix(by: Principal, id: ArrId, code: string, about: string): Promise<void> {
    const way = this.#wayTo(by, id, 'manage')
    const isUndone = await this.#noted(by, id, 'undo-fix', {code, about}, () =>
      this.#parts.asker.undoFix(way, code, about),
    )
    if (isUndone) return
    throw new CommodarrError(
      'arr_finding_gone',
      'Nothing of this kind was fixed from here, or it was changed since.',
    )
  }

  /**
   * The other Commodarr that looks after it is gone: from now on this one does.
   * @throws {CommodarrError} arr_unknown, forbidden, and whatever ails the Arr
   */
  async takeOver(by: Principal, id: ArrId): Promise<void> {
    this.#demand(by, id, 'manage')
    await this.#parts.instances.takeOver(by, id)
  }

  /** What its manager has; `null` = it has not started. @throws {CommodarrError} arr_unknown, forbidden */
  running(by: Principal, id: ArrId, permission: ServerPermission = 'read'): RunningArr | null {
    this.#demand(by, id, permission)
    return this.#parts.managers.of(id)
  }

  /** What it searched that is known here, newest first. @throws {CommodarrError} arr_unknown, and what ails the database */
  async searched(by: Principal, id: ArrId, page: SearchPage): Promise<readonly SearchRun[]> {
    this.#demand(by, id, 'read')
    return this.#parts.searches(id, page)
  }

  /**
   * What it has now about a movie, episode, album or book, and when it was asked through us to search for that last. What
   * ails the Arr stands in place of what it has.
   * @throws {CommodarrError} arr_unknown, too_many_attempts, and what ails the database
   */
  async item(
    by: Principal,
    id: ArrId,
    item: number,
  ): Promise<Pick<ChainWorld, 'arr' | 'known' | 'searchedByUs' | 'now'>> {
    const {name} = this.#demand(by, id, 'read')
    this.#take(by, this.#items, 'An Arr is asked about 20 of its items a minute at most.')
    const [known, runs] = await Promise.all([
      this.#askedFor(by, id, item),
      this.#parts.searches(id, {before: null, limit: SEARCHES}),
    ])
    const named = (it: string) => it.endsWith(`/${item}`)
    const search = runs.find(({items, cause}) => cause !== 'arr' && items.some(named))
    return {arr: name, known, searchedByUs: search?.askedAt ?? null, now: this.#parts.clock.now()}
  }

  async #askedFor(by: Principal, id: ArrId, item: number): Promise<ItemOfArr> {
    const {queue = null, isBehind = true} = this.#parts.managers.of(id) ?? {}
    try {
      return await this.#parts.asker.item(this.#wayTo(by, id, 'read'), item, isBehind ? null : queue)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      const unread = {unread: error.message}
      return {item: unread, parent: unread, queue: unread, history: unread}
    }
  }

  /** @throws {CommodarrError} arr_unknown, forbidden, arr_not_ready, and whatever the Arr says */
  async act(by: Principal, id: ArrId, action: ArrAction): Promise<void> {
    this.#demand(by, id, 'control')
    const running = this.#runningOf(id)
    const {what, ...args} = action
    await this.#noted(by, id, what, {...args, ...releaseOf(action, running)}, () => running.act(by, action))
  }

  /**
   * What an action on a download would do, as far as its Arr can say so now. Nothing is changed.
   * @throws {CommodarrError} the same; why it cannot be done
   */
  async preview(by: Principal, id: ArrId, action: ArrAction): Promise<string> {
    this.#demand(by, id, 'control')
    const running = this.#runningOf(id)
    if (action.what === 'importAnyway') {
      const {files, doubt} = await running.importProof(action.downloadId)
      if (doubt !== null) throw new CommandRefused(`It would not be imported: ${doubt}`)
      return `The Arr would import ${files === 1 ? 'its file' : `its ${files} files`}, which ${files === 1 ? 'is' : 'are'} proven to be of what it was grabbed for. The torrent goes on seeding.`
    }
    if (action.what !== 'blocklist')
      throw new NotSupported('Only an import and a blocklist can be looked at before.')
    const searcher = await running.searcherAfter(action.downloadId)
    if (!action.searchAgain)
      return 'The Arr would blocklist the release, and nothing would be searched. The torrent stays on its server.'
    const who = searcher === 'us' ? 'Commodarr' : 'the Arr'
    return `The Arr would blocklist the release, and ${who} would search for another one. The torrent stays on its server.`
  }

  #runningOf(id: ArrId): RunningArr {
    const running = this.#parts.managers.of(id)
    if (running !== null) return running
    throw new CommodarrError('arr_not_ready', 'The manager of this Arr has not started, or the Arr is off.')
  }

  /** The action comes first; that it was refused is written behind it. */
  async #noted<T>(by: Principal, id: ArrId, verb: string, args: object, work: () => Promise<T>): Promise<T> {
    const {service, directory} = this.#parts
    const event = {...eventOf(by, verb, directory.card(id)?.name ?? '', {id, ...args}), id: randomUUIDv7()}
    return service.writes.announced(event, work)
  }

  #demand(by: Principal, id: ArrId, permission: ServerPermission): ArrCard {
    const card = this.#parts.directory.card(id)
    demandOn(by, card, id, permission)
    return card
  }

  #wayTo(by: Principal, id: ArrId, permission: ServerPermission): ArrWay {
    return wayTo(this.#parts.directory, this.#demand(by, id, permission))
  }

  /**
   * What is configured here around an Arr, as far as the person who asks sees it: for judging the settings of that Arr. Asks
   * the other Arrs that this person manages for their clients; one that does not answer is not known.
   */
  async #oursOf(by: Principal, id: ArrId): Promise<OurSide> {
    const {servers, service, directory, fleet} = this.#parts
    const card = this.#demand(by, id, 'manage')
    // The same Arr twice is told on its card.
    const others = service.seenBy(by).filter((it) => it.id !== id && it.enabled && it.url !== card.url)
    return {
      category: card.category,
      others: await Promise.all(others.map((other) => this.#otherArr(by, other))),
      passages: directory.passages(),
      placeOf: (client, arr) => servers.placeOf(by, client, arr),
      contentOf: (serverId, download) => contentOf(serverId, download, fleet),
    }
  }

  async #otherArr(by: Principal, {id, name, category}: ArrCard): Promise<OtherArr> {
    const {asker, servers} = this.#parts
    try {
      const {arr, clients} = await asker.clients(this.#wayTo(by, id, 'manage'))
      const enabled = clients.filter((client) => client.enabled)
      return {
        name,
        category,
        clients: enabled.map((client) => ({
          categories: client.categories,
          place: servers.placeOf(by, client, arr),
        })),
      }
    } catch (error) {
      // It ails this other one, which has a page of its own for that.
      if (error instanceof CommodarrError) return {name, category, clients: null}
      throw error
    }
  }

  #newWay(by: Principal, {url, apiKey, skipVerify}: Extract<Discoverable, {url: string}>): ArrWay {
    this.#take(by, this.#allowance, 'Arrs that are not here are asked ten times a minute at most.')
    const reach = this.#parts.directory.reachOf({origin: 'user', ownerId: by.actor.userId})
    return {url, apiKey, skipVerify, reach}
  }

  /** @throws {TooManyAttempts} */
  #take({actor}: Principal, allowance: RateLimiter, why: string): void {
    const again = allowance.take(actor.userId ?? `${actor.name} ${actor.address ?? ''}`)
    if (again !== null) throw new TooManyAttempts(again, why)
  }
}

/** Its name, for who reads later what was done: by then the Arr may not have it any more. */
function releaseOf(action: ArrAction, {queue}: RunningArr): {readonly title?: string} {
  if (!('downloadId' in action)) return {}
  const row = queue?.find(({downloadId}) => downloadId === action.downloadId)
  return row ? {title: row.title} : {}
}

function contentOf(serverId: ServerId, download: DownloadId, fleet: Pick<FleetReader, 'get'>): string | null {
  const hash = asInfoHash(download.toLowerCase())
  const torrent = hash && fleet.get({serverId, hash})
  return torrent?.complete && !torrent.stale ? (torrent.contentPath ?? null) : null
}
