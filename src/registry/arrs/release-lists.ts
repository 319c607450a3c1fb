/**
 * Interactive searches: what the indexers of an Arr have of one movie, season, episode, album or book, with what the Arr says
 * against each release, and grabbing one of them. An Arr takes a release back for half an hour after it listed it, so a list
 * is kept as long, in memory alone.
 *
 *   begin ──▶ searching ──▶ done ──30 min──▶ forgotten
 *                  └──────▶ failed ──30 min──▶ forgotten
 *
 * A list is known to the user who asked for it, and a release by its place in it: what an Arr is sent to take it (`guid`) may
 * hold the secret of an indexer, so it is in no answer, journal entry or log.
 */
import {randomUUID, randomUUIDv7} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import {personOf} from '#lib/fair-turns.ts'
import {RateLimiter} from '#lib/rate-limiter.ts'
import type {Principal} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrCard, ArrManagers, OfferedRelease, ReleaseAsker} from '#model/arr-service.ts'
import {CommodarrError, TooManyAttempts} from '#model/errors.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import type {ArrDirectory} from './directory.ts'
import {demandOn} from './rights.ts'
import {eventOf, type ArrService} from './service.ts'
import {wayTo} from './way.ts'

/** Source: Radarr and Sonarr, ReleaseController. */
export const KEPT_MS = 30 * MINUTE * 1_000
/** Of one user; the oldest goes first. */
const MOST_LISTS = 20
/** In all lists of one user, some 1 KB each. */
const MOST_RELEASES = 5_000
/** Each asks every indexer of an Arr. */
const searchesPerMinute = 20
/** An Arr is believed no longer texts than people read. */
const longest = {guid: 4_000, title: 500, name: 100, rejection: 500} as const
const MOST_NAMES = 50

export interface ReleaseListsDeps {
  readonly directory: Pick<ArrDirectory, 'card' | 'former' | 'reachOf'>
  readonly service: {readonly writes: Pick<ArrService['writes'], 'announced'>}
  /** An Arr that is off is asked for nothing. */
  readonly managers: Pick<ArrManagers, 'of'>
  readonly asker: ReleaseAsker
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

/** As people see it. */
export interface ReleaseList {
  readonly id: string
  /** `movie/17`, `season/5/3`. */
  readonly unit: string
  readonly state: ReleaseListState
  /** Why it failed, in words for people; `null` = it did not. */
  readonly fault: string | null
  readonly askedAt: EpochMs
  /** When the Arr answered; `null` = it has not. */
  readonly readAt: EpochMs | null
  /** Until when its releases can be grabbed; `null` = there are none yet. */
  readonly expiresAt: EpochMs | null
  /** In the order of the Arr; the place of each is where it stands here. */
  readonly releases: readonly ListedRelease[]
}

export interface ListedRelease extends ShownRelease {
  /** It was grabbed from this list. */
  readonly grabbed: boolean
}

/** Without what its Arr is sent to take it. */
type ShownRelease = Omit<OfferedRelease, 'guid' | 'indexerId' | 'weight'>

interface KeptRelease {
  /** For its Arr alone. */
  readonly sent: Pick<OfferedRelease, 'guid' | 'indexerId'>
  readonly shown: ShownRelease
}

export const releaseListStates = ['searching', 'done', 'failed'] as const
type ReleaseListState = (typeof releaseListStates)[number]

interface Kept {
  readonly id: string
  readonly owner: string
  readonly arrId: ArrId
  /** Another address has another Arr, which is sent nothing of it. */
  readonly url: string
  readonly unit: string
  readonly askedAt: EpochMs
  readonly stop: AbortController
  state: ReleaseListState
  fault: string | null
  readAt: EpochMs | null
  /** From where its time counts, by the duration clock. */
  since: number
  releases: readonly KeptRelease[]
  /** By place; what failed may be tried again. */
  readonly grabs: Map<number, Promise<void>>
  readonly grabbed: Set<number>
}

export class ReleaseLists {
  readonly #deps: ReleaseListsDeps
  readonly #allowance: RateLimiter
  /** By id, the oldest first. */
  readonly #lists = new Map<string, Kept>()

  constructor(deps: ReleaseListsDeps) {
    this.#deps = deps
    const {clock} = deps
    this.#allowance = new RateLimiter({clock, times: searchesPerMinute, spanMs: MINUTE * 1_000})
  }

  /**
   * Has the Arr ask its indexers, which may take minutes: the list says when it is done. One that is under way is not begun
   * twice.
   * @param unit `movie/17`, `season/5/3` (series, season), `episode/99`, `album/3`, `book/8`
   * @throws {CommodarrError} arr_unknown, forbidden, arr_not_ready, too_many_attempts
   */
  async begin(by: Principal, id: ArrId, unit: string): Promise<ReleaseList> {
    const {directory, service, clock} = this.#deps
    const card = this.#demand(by, id)
    const way = wayTo(directory, card)
    this.#forgetOld()
    const owner = ownerOf(by)
    const isSame = (it: Kept) =>
      it.owner === owner && it.arrId === id && it.unit === unit && it.url === way.url
    const running = this.#lists.values().find((it) => it.state === 'searching' && isSame(it))
    if (running) return shown(running)
    const again = this.#allowance.take(owner)
    if (again !== null) throw new TooManyAttempts(again, 'Indexers are asked 20 times a minute at most.')
    const list: Kept = {
      id: randomUUID(),
      owner,
      arrId: id,
      url: way.url,
      unit,
      askedAt: clock.now(),
      stop: new AbortController(),
      state: 'searching',
      fault: null,
      readAt: null,
      since: clock.monotonic(),
      releases: [],
      grabs: new Map(),
      grabbed: new Set(),
    }
    this.#lists.set(list.id, list)
    this.#keepFew(owner)
    const event = {...eventOf(by, 'releases', card.name, {id, unit}), id: randomUUIDv7()}
    try {
      await service.writes.announced(event, async () => void this.#read(list, card))
    } catch (error) {
      this.#drop(list)
      throw error
    }
    return shown(list)
  }

  /** @throws {CommodarrError} arr_unknown, forbidden, releases_unknown */
  of(by: Principal, id: ArrId, listId: string): ReleaseList {
    this.#demand(by, id)
    return shown(this.#listOf(by, id, listId))
  }

  /**
   * Has the Arr grab one. Who asks for one that is being grabbed, or was, gets the same answer.
   * @param place in the list, from 0
   * @param override also what the Arr rejects
   * @throws {CommodarrError} as `of`, arr_not_ready, release_rejected, and whatever the Arr says
   */
  async grab(
    by: Principal,
    id: ArrId,
    {list: listId, place}: {readonly list: string; readonly place: number},
    override: boolean,
  ): Promise<void> {
    const card = this.#demand(by, id)
    const list = this.#listOf(by, id, listId)
    const release = list.releases[place]
    if (release === undefined) throw unknownList()
    if (!release.shown.approved && !override) throw rejected(card, release.shown)
    const before = list.grabs.get(place)
    if (before) return before
    const grab = this.#grab(by, card, list, release, override)
    list.grabs.set(place, grab)
    try {
      await grab
      list.grabbed.add(place)
    } catch (error) {
      list.grabs.delete(place)
      throw error
    }
  }

  /** Nothing is asked any more. */
  stop(): void {
    for (const list of this.#lists.values().toArray()) this.#drop(list)
  }

  async #read(list: Kept, card: ArrCard): Promise<void> {
    const {asker, directory, clock, log} = this.#deps
    try {
      const found = await asker.releases(wayTo(directory, card), list.unit, list.stop.signal)
      list.releases = found.toSorted((a, b) => a.weight - b.weight).flatMap(kept)
      list.state = 'done'
      list.readAt = clock.now()
    } catch (error) {
      // Nobody waits for it any more.
      if (list.stop.signal.aborted) return
      list.state = 'failed'
      list.fault = error instanceof CommodarrError ? error.message : 'Something broke inside Commodarr.'
      if (!(error instanceof CommodarrError))
        log.error({err: error, arr: list.arrId}, 'a list of releases could not be read')
    }
    list.since = clock.monotonic()
    this.#keepFew(list.owner)
  }

  async #grab(
    by: Principal,
    card: ArrCard,
    {url, unit}: Kept,
    {sent, shown: {title, indexer, approved}}: KeptRelease,
    override: boolean,
  ): Promise<void> {
    const {directory, service, asker} = this.#deps
    const way = wayTo(directory, card)
    if (way.url !== url) throw unknownList()
    const args = {id: card.id, unit, title, indexer, ...(!approved && {override})}
    const event = {...eventOf(by, 'grab', card.name, args), id: randomUUIDv7()}
    await service.writes.announced(event, async () => {
      if (await asker.grab(way, sent)) return
      throw new CommodarrError(
        'releases_unknown',
        `${card.name} does not have this release any more, or cannot match it. Search again.`,
      )
    })
  }

  /** @throws {CommodarrError} arr_unknown, forbidden, arr_not_ready */
  #demand(by: Principal, id: ArrId): ArrCard {
    const card = this.#deps.directory.card(id)
    demandOn(by, card, id, 'control')
    if (this.#deps.managers.of(id) === null)
      throw new CommodarrError('arr_not_ready', 'The manager of this Arr has not started, or the Arr is off.')
    return card
  }

  /** One answer for what is over, was never there or is another user's. @throws {CommodarrError} releases_unknown */
  #listOf(by: Principal, arrId: ArrId, id: string): Kept {
    this.#forgetOld()
    const list = this.#lists.get(id)
    if (list === undefined || list.arrId !== arrId || list.owner !== ownerOf(by)) throw unknownList()
    return list
  }

  #forgetOld(): void {
    const now = this.#deps.clock.monotonic()
    for (const list of this.#lists.values().toArray())
      if (list.state !== 'searching' && now - list.since >= KEPT_MS) this.#drop(list)
  }

  #keepFew(owner: string): void {
    const its = this.#lists
      .values()
      .filter((it) => it.owner === owner)
      .toArray()
    let [count, releases] = [its.length, its.reduce((sum, it) => sum + it.releases.length, 0)]
    for (const list of its) {
      // The newest stays, however long it is.
      if (count <= 1 || (count <= MOST_LISTS && releases <= MOST_RELEASES)) return
      this.#drop(list)
      count--
      releases -= list.releases.length
    }
  }

  #drop(list: Kept): void {
    this.#lists.delete(list.id)
    list.stop.abort()
  }
}

/** Also by an API key or on this device: the same as whose requests take turns. */
function ownerOf({actor}: Principal): string {
  return personOf(actor)
}

function shown({id, unit, state, fault, askedAt, readAt, releases, grabbed}: Kept): ReleaseList {
  return {
    id,
    unit,
    state,
    fault,
    askedAt,
    readAt,
    expiresAt: readAt === null ? null : readAt + KEPT_MS,
    releases: releases.map((release, place) => ({...release.shown, grabbed: grabbed.has(place)})),
  }
}

/** None whose address is too long to be sent back: it could not be grabbed. */
function kept({guid, indexerId, rejections, ...it}: OfferedRelease): readonly KeptRelease[] {
  if (guid === '' || guid.length > longest.guid) return []
  const names = (list: readonly string[]) =>
    list.slice(0, MOST_NAMES).map((name) => name.slice(0, longest.name))
  return [
    {
      sent: {guid, indexerId},
      shown: {
        title: it.title.slice(0, longest.title),
        indexer: it.indexer.slice(0, longest.name),
        size: it.size,
        age: it.age,
        seeders: it.seeders,
        leechers: it.leechers,
        quality: it.quality.slice(0, longest.name),
        languages: names(it.languages),
        score: it.score,
        formats: names(it.formats),
        protocol: it.protocol,
        approved: it.approved,
        rejections: rejections
          .slice(0, MOST_NAMES)
          .map((one) => ({class: one.class, text: one.text.slice(0, longest.rejection)})),
      },
    },
  ]
}

function unknownList(): CommodarrError {
  return new CommodarrError('releases_unknown', 'The list has expired. Search again.')
}

function rejected({name}: ArrCard, {rejections}: ShownRelease): CommodarrError {
  const why = rejections.map(({text}) => text).join('; ')
  return new CommodarrError(
    'release_rejected',
    `${name} rejects this release${why === '' ? '' : `: ${why}`}. Send override to grab it anyway.`,
  )
}
