/**
 * What the library of an Arr knows of the items of a download. Asked only when a rule wants to know, all items of a
 * series, artist or author together, many of them by one list of all, and kept until the Arr tells of a change; unknown
 * until then, and again after it.
 *
 *   want ─▶ throttled queue ─▶ page of a movie, series, artist or author ─▶ facts
 *                             ▲ dropped: live channel, an hour, ten minutes without the channel
 *
 * Of a page only the items of downloads are kept. Source: Sonarr and Radarr.
 */
import * as z from 'zod'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {LiveMessage} from '#arr-client/live-channel.ts'
import type {Clock} from '#lib/clock.ts'
import type {
  DownloadId,
  LibraryFile,
  LibraryItem,
  MediaRef,
  QualityModel,
  QueueRow,
  RankedProfile,
} from '#model/arr.ts'
import type {LibrarySaying} from './arr-facts.ts'
import type {ThrottledQueue} from './throttled-queue.ts'

/** Told of each change, a page may stand for long. */
const KEPT_MS = 3_600_000
/** Changes may have been missed. Profiles are never told of. */
const KEPT_UNTOLD_MS = 600_000
/** Some 2 KB each, with all of their items. */
const MOST_PAGES = 5_000
/** One list of all costs less than so many questions. */
const MANY = 20

interface ItemKnown extends Pick<LibraryItem, 'monitored' | 'hasFile' | 'belowCutoff' | 'score'> {
  readonly profileId: number | null
  /** Of each of its files; `null` = not known. */
  readonly qualities: readonly (QualityModel | null)[]
}

interface Page {
  /** By the duration clock, ms. */
  readonly readAt: number
  /** `null` = it is not in the library. */
  readonly items: ReadonlyMap<number, ItemKnown | null>
  readonly hasScores: boolean
  /** Who is told when it changes. */
  readonly downloads: Set<DownloadId>
}

/** All that is wanted of one page by the time it is read. */
interface PageWish {
  readonly ids: Set<number>
  readonly downloads: Set<DownloadId>
  withScores: boolean
}

interface Wish {
  readonly downloadId: DownloadId
  readonly media: readonly MediaRef[]
  /** Scores of the files of films, albums and books cost a request more. */
  readonly withScores: boolean
  /** For the least score. */
  readonly withProfiles: boolean
}

/** Its id is that of a movie, series, artist or author, whatever is told of. */
const storedShape = z.object({
  id: z.int().optional(),
  movieId: z.int().optional(),
  seriesId: z.int().optional(),
  artistId: z.int().optional(),
  authorId: z.int().optional(),
})
const owners: ReadonlySet<string> = new Set(['movie', 'series', 'artist', 'author'])

export class LibraryCache {
  readonly #port: Pick<ArrPort, 'media' | 'library' | 'item' | 'itemsOf' | 'files' | 'qualityProfiles'>
  readonly #asker: ThrottledQueue
  readonly #clock: Clock
  /** What it says of these downloads is another thing now. */
  readonly #changed: (downloads: ReadonlySet<DownloadId>) => void
  /** By the id of their owner; read last at the end. */
  readonly #pages = new Map<number, Page>()
  readonly #wishes = new Map<number, PageWish>()
  /** For each reading that goes on, owners of which a change was told meanwhile. `all`: of any. */
  readonly #readings = new Set<Set<number | 'all'>>()
  #profiles: {readonly readAt: number; readonly all: readonly RankedProfile[]} | null = null
  /** Since when every change is told; `null` = it is not. */
  #liveSince: number | null = null

  constructor(
    port: Pick<ArrPort, 'media' | 'library' | 'item' | 'itemsOf' | 'files' | 'qualityProfiles'>,
    asker: ThrottledQueue,
    clock: Clock,
    changed: (downloads: ReadonlySet<DownloadId>) => void,
  ) {
    this.#port = port
    this.#asker = asker
    this.#clock = clock
    this.#changed = changed
  }

  /**
   * Of all of them together; `null` = one of them is not known (yet). Asks nobody.
   * @param rows of the queue, of the download that is for them; none = it is not in the queue
   */
  saying(media: readonly MediaRef[], rows: readonly QueueRow[] = []): LibrarySaying | null {
    const all: (ItemKnown | null)[] = []
    for (const one of media) {
      const known = this.#pageOf(one)?.items.get(one.id)
      if (known === undefined) return null
      all.push(known)
    }
    const there = all.filter((it) => it !== null)
    const isAllThere = there.length === all.length
    return {
      inLibrary: there.length > 0,
      monitored: there.some(({monitored}) => monitored),
      hasFile: isAllThere && there.every(({hasFile}) => hasFile === true),
      cutoffMet:
        isAllThere && there.every(({hasFile, belowCutoff}) => hasFile === true && belowCutoff !== true),
      score: ofAll(there.map(({score}) => score)),
      fileScore: isAllThere ? ofAll(there.map(({hasFile, score}) => (hasFile ? score : null))) : undefined,
      minScore: this.#minScore(there),
      worseThanFile: this.#isWorse(rows),
      requested: undefined,
    }
  }

  /**
   * Would all that the download is for be worse by it: lower scores, and no better quality? What one item lacks, or is
   * better by, makes it none; what is not known of one of them is not known of all.
   */
  #isWorse(rows: readonly QueueRow[]): boolean | undefined {
    const each = rows.flatMap((row) => row.media.map((one) => this.#isWorseFor(one, row)))
    if (each.includes(false)) return false
    return each.length === 0 || each.includes(undefined) || rows.some((row) => row.media.length === 0)
      ? undefined
      : true
  }

  #isWorseFor(one: MediaRef, {score, qualityModel}: QueueRow): boolean | undefined {
    const item = this.#pageOf(one)?.items.get(one.id)
    if (item === undefined) return undefined
    if (item?.hasFile !== true) return false
    if (score === null || item.score === null || qualityModel === null) return undefined
    if (score >= item.score) return false
    const order = this.#profiles?.all.find(({id}) => id === item.profileId)?.order ?? []
    const isBetter = item.qualities.map((quality) => isBetterQuality(order, qualityModel, quality))
    if (isBetter.includes(true)) return false
    return isBetter.length === 0 || isBetter.includes(undefined) ? undefined : true
  }

  /** A rule wants to know: it is asked when its turn comes, unless it is known. */
  want({downloadId, media, withScores, withProfiles}: Wish): void {
    for (const one of media) {
      const owner = ownerOf(one)
      if (owner === null) continue
      const page = this.#page(owner)
      page?.downloads.add(downloadId)
      const isKnown = page?.items.has(one.id) === true && (page.hasScores || !withScores)
      if (!isKnown) this.#put(owner, one.id, downloadId, withScores)
    }
    if (withProfiles && (this.#isOld(this.#profiles) || media.some((one) => this.#hasNewProfile(one)))) {
      this.#asker.put('profiles', (signal) => this.#readProfiles(downloadId, signal))
    }
  }

  /** Something hangs on these: they are read now. @throws {CommodarrError} */
  async renew(downloadId: DownloadId, media: readonly MediaRef[], signal: AbortSignal): Promise<void> {
    for (const [owner, some] of Map.groupBy(media, ownerOf)) {
      const ids = new Set(some.map(({id}) => id))
      if (owner === null) continue
      const before = JSON.stringify(this.saying(some))
      const downloads = await this.#readOne(
        owner,
        {ids, downloads: new Set([downloadId]), withScores: false},
        signal,
      )
      // What is as it was has nobody think again.
      if (JSON.stringify(this.saying(some)) !== before) this.#changed(downloads)
    }
  }

  /** One that was made since the list of them was read. */
  #hasNewProfile(one: MediaRef): boolean {
    const page = this.#pageOf(one)
    const id = page?.items.get(one.id)?.profileId ?? null
    if (!page || !this.#profiles || id === null) return false
    return page.readAt >= this.#profiles.readAt && !this.#profiles.all.some((it) => it.id === id)
  }

  /** The live channel stands, or fell: while it does not, changes are missed. */
  channelIs(live: boolean): void {
    if (live) this.#liveSince ??= this.#clock.monotonic()
    else this.#liveSince = null
  }

  /** Something in the library changed. */
  hear({name, resource}: LiveMessage): void {
    const {data} = storedShape.safeParse(resource)
    const id =
      data && (owners.has(name) ? data.id : (data.movieId ?? data.seriesId ?? data.artistId ?? data.authorId))
    // Of what it is, was not told.
    for (const changed of this.#readings) changed.add(id ?? 'all')
    this.#drop(id === undefined ? [...this.#pages.keys()] : [id])
  }

  #drop(owners: readonly number[]): void {
    const downloads = new Set<DownloadId>()
    for (const owner of owners) {
      for (const it of this.#pages.get(owner)?.downloads ?? []) downloads.add(it)
      this.#pages.delete(owner)
    }
    if (downloads.size > 0) this.#changed(downloads)
  }

  #put(owner: number, id: number, downloadId: DownloadId, withScores: boolean): void {
    const wish = this.#wishes.get(owner) ?? {ids: new Set(), downloads: new Set(), withScores: false}
    wish.ids.add(id)
    wish.downloads.add(downloadId)
    wish.withScores ||= withScores
    this.#wishes.set(owner, wish)
    this.#asker.put('library', (signal) => this.#readWishes(signal))
  }

  /** All of many, or one of a few. A list of series comes without their episodes, and no list has scores of films. */
  async #readWishes(signal: AbortSignal): Promise<void> {
    const listed = [...this.#wishes].filter(
      ([owner, {withScores}]) =>
        this.#port.media !== 'episode' && !withScores && this.#page(owner)?.hasScores !== true,
    )
    if (listed.length >= MANY) await this.#readTogether(new Map(listed), signal)
    else {
      const [first] = this.#wishes
      if (!first) return
      this.#changed(await this.#readOne(first[0], first[1], signal))
    }
    if (this.#wishes.size > 0) this.#asker.put('library', (some) => this.#readWishes(some))
  }

  async #readTogether(wishes: ReadonlyMap<number, PageWish>, signal: AbortSignal): Promise<void> {
    for (const owner of wishes.keys()) this.#wishes.delete(owner)
    const readAt = this.#clock.monotonic()
    const owners = new Map<number, Pick<LibraryItem, 'monitored' | 'profileId'>>()
    const found = new Map<number, LibraryItem>()
    const downloads = await this.#whileReading(async () => {
      await this.#port.library((item) => {
        const owner = item.parentId ?? item.id
        if (!wishes.has(owner)) return
        if (item.parentId === null) owners.set(owner, item)
        if (item.kind === this.#port.media) found.set(item.id, item)
      }, signal)
      return [...wishes].map(([owner, wish]): [number, Page] => {
        const ids = [...this.#idsOf(owner, wish)]
        const items = new Map(ids.map((id) => [id, knownOf(found.get(id), owners.get(owner), null)]))
        const downloads = wish.downloads.union(this.#page(owner)?.downloads ?? new Set<DownloadId>())
        return [owner, {readAt, items, hasScores: false, downloads}]
      })
    })
    this.#changed(downloads)
  }

  /** @returns of whom something was read */
  async #readOne(owner: number, wish: PageWish, signal: AbortSignal): Promise<ReadonlySet<DownloadId>> {
    this.#wishes.delete(owner)
    const before = this.#page(owner)
    const hasScores = wish.withScores || before?.hasScores === true
    const readAt = this.#clock.monotonic()
    return this.#whileReading(async () => {
      const items = await this.#itemsOf(owner, this.#idsOf(owner, wish), hasScores, signal)
      const downloads = wish.downloads.union(before?.downloads ?? new Set<DownloadId>())
      return [[owner, {readAt, items, hasScores, downloads}]]
    })
  }

  /** What was told of while it was read is wanted again, by whoever still wants to know. */
  async #whileReading(
    read: () => Promise<readonly (readonly [number, Page])[]>,
  ): Promise<ReadonlySet<DownloadId>> {
    const changed = new Set<number | 'all'>()
    this.#readings.add(changed)
    const pages = await read().finally(() => this.#readings.delete(changed))
    for (const [owner, page] of pages) {
      if (!changed.has('all') && !changed.has(owner)) this.#keep(owner, page)
    }
    return new Set(pages.flatMap(([, {downloads}]) => [...downloads]))
  }

  #idsOf(owner: number, {ids}: PageWish): ReadonlySet<number> {
    return new Set([...(this.#page(owner)?.items.keys() ?? []), ...ids])
  }

  #keep(owner: number, page: Page): void {
    this.#pages.delete(owner)
    this.#pages.set(owner, page)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) break
      this.#pages.delete(oldest)
    }
  }

  async #readProfiles(downloadId: DownloadId, signal: AbortSignal): Promise<void> {
    this.#profiles = {readAt: this.#clock.monotonic(), all: await this.#port.qualityProfiles(signal)}
    const downloads = [...this.#pages.values()].flatMap((page) => [...page.downloads])
    this.#changed(new Set([downloadId, ...downloads]))
  }

  async #itemsOf(
    owner: number,
    ids: ReadonlySet<number>,
    withScores: boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, ItemKnown | null>> {
    const whole = await this.#port.item(owner, signal)
    const known = new Map<number, ItemKnown | null>([...ids].map((id) => [id, null]))
    if (whole === null) return known
    const items = this.#port.media === 'movie' ? [whole] : await this.#port.itemsOf(owner, signal)
    const files = withScores && this.#port.media !== 'episode' ? await this.#port.files(owner, signal) : []
    for (const item of items) {
      if (!ids.has(item.id)) continue
      const own = files.filter(({mediaId}) => mediaId === item.id)
      known.set(item.id, knownOf(item, whole, own.length > 0 ? own : null))
    }
    return known
  }

  #pageOf(one: MediaRef): Page | undefined {
    const owner = ownerOf(one)
    return owner === null ? undefined : this.#page(owner)
  }

  #page(owner: number): Page | undefined {
    const page = this.#pages.get(owner)
    if (!page || !this.#isOld(page)) return page
    const since = this.#clock.monotonic() - page.readAt
    const wasAnswered = this.#liveSince !== null && page.readAt >= this.#liveSince
    return wasAnswered && since < KEPT_MS ? page : undefined
  }

  #isOld(read: {readonly readAt: number} | null): boolean {
    return read === null || this.#clock.monotonic() - read.readAt >= KEPT_UNTOLD_MS
  }

  #minScore(items: readonly ItemKnown[]): number | undefined {
    const asked = items.map((it) => this.#profiles?.all.find(({id}) => id === it.profileId)?.minScore)
    return asked.length === 0 || asked.includes(undefined) ? undefined : Math.max(...(asked as number[]))
  }
}

/** `null` = it is not in the library. */
function knownOf(
  item: LibraryItem | undefined,
  whole: Pick<LibraryItem, 'monitored' | 'profileId'> | undefined,
  /** `null` = they were not asked for. */
  files: readonly Pick<LibraryFile, 'score' | 'quality'>[] | null,
): ItemKnown | null {
  if (item === undefined || whole === undefined) return null
  return {
    hasFile: item.hasFile,
    belowCutoff: item.belowCutoff,
    profileId: whole.profileId,
    // What belongs to nobody who is watched is not watched.
    monitored: item.monitored && whole.monitored,
    score: item.score ?? ofAll(files?.map(({score}) => score) ?? []) ?? null,
    qualities: files?.map(({quality}) => quality) ?? [item.fileQuality],
  }
}

/** By the order of a profile, and the revision where that says equal; `undefined` = one of them is not known. */
function isBetterQuality(
  order: RankedProfile['order'],
  release: QualityModel,
  file: QualityModel | null,
): boolean | undefined {
  const rankOf = (id: number) => order.findIndex((group) => group.includes(id))
  if (file === null || rankOf(release.id) === -1 || rankOf(file.id) === -1) return undefined
  const difference = rankOf(release.id) - rankOf(file.id)
  return difference > 0 || (difference === 0 && release.revision > file.revision)
}

/** `null` = which series it is of, or which of its episodes, the Arr did not say. */
function ownerOf({kind, id, parentId}: MediaRef): number | null {
  if (id === 0) return null
  return kind === 'movie' ? id : parentId
}

/** The lowest; `undefined` = one of them is not known, or there is none. */
function ofAll(scores: readonly (number | null)[]): number | undefined {
  return scores.length === 0 || scores.includes(null) ? undefined : Math.min(...(scores as number[]))
}
