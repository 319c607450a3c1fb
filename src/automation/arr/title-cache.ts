/**
 * What the downloads of an Arr are for, in words. Only of those that are in its queue or on a server; asked for in its
 * own time, behind everything that rules want to know, and kept while the Arr is connected.
 *
 *   queue, history, what is remembered ─▶ media ─▶ owner known? ─▶ told
 *                                           └─ no ─▶ throttled queue: one owner, or the whole library when many are wanted
 *
 * Source: Sonarr and Radarr.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import {mediaKey, type DownloadId, type LibraryItem, type MediaRef} from '#model/arr.ts'
import type {ThrottledQueue} from './throttled-queue.ts'

/** One list of all costs less than so many questions. */
const MANY = 20

/** `null` = it is not known any more. */
export type TitleMessage = readonly [DownloadId, string | null]

interface Page {
  /** `null` = it is not in the library. */
  readonly owner: TitledOwner | null
  /** By id; `null` = they were not asked for yet. */
  readonly items: ReadonlyMap<number, TitledItem> | null
}

export class TitleCache {
  readonly #port: Pick<ArrPort, 'media' | 'library' | 'item' | 'itemsOf'>
  readonly #asker: Pick<ThrottledQueue, 'put'>
  /** It is in the queue, or on a server. */
  readonly #isHere: (downloadId: DownloadId) => boolean
  /** Only what is another one than before. */
  readonly #report: (titles: readonly TitleMessage[]) => void
  readonly #media = new Map<DownloadId, readonly MediaRef[]>()
  readonly #reported = new Map<DownloadId, string>()
  /** By the id of a movie, series, artist or author. */
  readonly #pages = new Map<number, Page>()
  readonly #wanted = new Set<number>()

  constructor(
    port: Pick<ArrPort, 'media' | 'library' | 'item' | 'itemsOf'>,
    asker: Pick<ThrottledQueue, 'put'>,
    isHere: (downloadId: DownloadId) => boolean,
    report: (titles: readonly TitleMessage[]) => void,
  ) {
    this.#port = port
    this.#asker = asker
    this.#isHere = isHere
    this.#report = report
  }

  /** What a download is for, as the queue or the history has it, beside what was known before. */
  hear(downloadId: DownloadId, media: readonly MediaRef[]): void {
    const before = this.#media.get(downloadId) ?? []
    const all = new Map([...before, ...media].map((one) => [mediaKey(one), one]))
    if (all.size > before.length) this.#media.set(downloadId, [...all.values()])
  }

  /** Tells what can be told by now, and asks for the rest. */
  look(): void {
    const news: TitleMessage[] = []
    for (const [downloadId, media] of this.#media) {
      if (!this.#isHere(downloadId)) continue
      const title = this.#titleOf(media)
      if (title === null || this.#reported.get(downloadId) === title) continue
      this.#reported.set(downloadId, title)
      news.push([downloadId, title])
    }
    if (news.length > 0) this.#report(news)
    if (this.#wanted.size > 0) this.#asker.put('titles', (signal) => this.#ask(signal))
  }

  forget(downloadId: DownloadId): void {
    this.#media.delete(downloadId)
    if (this.#reported.delete(downloadId)) this.#report([[downloadId, null]])
  }

  /** `null` = not known yet. */
  #titleOf(media: readonly MediaRef[]): string | null {
    const byOwner = Map.groupBy(media, ownerOf)
    const titles = [...byOwner].flatMap(([owner, some]) => {
      if (owner === null) return []
      const page = this.#pages.get(owner)
      if (page?.owner === null) return []
      const isWhole = page !== undefined && (page.items !== null || this.#port.media === 'movie')
      if (!isWhole) this.#wanted.add(owner)
      if (page === undefined) return []
      return [
        mediaTitle(
          page.owner,
          some.flatMap(({id}) => page.items?.get(id) ?? []),
        ),
      ]
    })
    return titles.length === 0 ? null : titles.join(', ')
  }

  /** The titles of all that are wanted, or all of one of them. */
  async #ask(signal: AbortSignal): Promise<void> {
    const untitled = [...this.#wanted].filter((owner) => !this.#pages.has(owner))
    if (untitled.length >= MANY) await this.#askLibrary(new Set(untitled), signal)
    else {
      const [owner] = this.#wanted
      if (owner !== undefined) await this.#askOne(owner, signal)
    }
    this.#wanted.clear()
    this.look()
  }

  async #askLibrary(wanted: ReadonlySet<number>, signal: AbortSignal): Promise<void> {
    const found = new Map<number, {owner: TitledOwner; items: Map<number, TitledItem>}>()
    await this.#port.library((item) => {
      if (item.parentId === null) {
        if (wanted.has(item.id)) found.set(item.id, {owner: ownerIn(item), items: new Map()})
      } else found.get(item.parentId)?.items.set(item.id, itemIn(item))
    }, signal)
    for (const id of wanted) {
      const {owner = null, items = null} = found.get(id) ?? {}
      // Lists of series come without their episodes.
      this.#pages.set(id, {owner, items: items?.size === 0 ? null : items})
    }
  }

  async #askOne(id: number, signal: AbortSignal): Promise<void> {
    const whole = await this.#port.item(id, signal)
    const items = whole === null || this.#port.media === 'movie' ? [] : await this.#port.itemsOf(id, signal)
    this.#pages.set(id, {
      owner: whole && ownerIn(whole),
      items: new Map(items.map((item) => [item.id, itemIn(item)])),
    })
  }
}

function ownerOf({kind, id, parentId}: MediaRef): number | null {
  if (kind !== 'movie') return parentId
  return id === 0 ? null : id
}

/** Without everything else that a library knows. */
function ownerIn({kind, title, year}: LibraryItem): TitledOwner {
  return {kind, title, year}
}

function itemIn({title, seasonNumber, number}: LibraryItem): TitledItem {
  return {title, seasonNumber, number}
}

/* What a download is for, in few words: "Harbour of Glass (2021)", "The Long Ferry S03E01–E04", "Ada Moss: Tides". */

/** A movie, series, artist or author. */
type TitledOwner = Pick<LibraryItem, 'title' | 'year' | 'kind'>
/** An episode, album or book of it. */
type TitledItem = Pick<LibraryItem, 'title' | 'seasonNumber' | 'number'>

/** Albums and books that are named; the rest is counted. */
const MOST_NAMED = 2

/** @param items none = which of them is not known */
export function mediaTitle(owner: TitledOwner, items: readonly TitledItem[]): string {
  if (owner.kind === 'movie') return owner.year === null ? owner.title : `${owner.title} (${owner.year})`
  if (items.length === 0) return owner.title
  const seasons = seasonsOf(items)
  if (seasons !== '') return `${owner.title} ${seasons}`
  const named = items.flatMap(({title}) => (title.trim() === '' ? [] : [title])).slice(0, MOST_NAMED)
  if (named.length === 0) return owner.title
  const more = items.length > named.length ? ` +${items.length - named.length}` : ''
  return `${owner.title}: ${named.join(', ')}${more}`
}

/** "S03E01–E04 S04E01"; gaps within a season are not told. '' = they have no numbers. */
function seasonsOf(episodes: readonly TitledItem[]): string {
  const known = episodes.filter((it) => it.seasonNumber !== null && it.number !== null)
  const seasons = [...Map.groupBy(known, ({seasonNumber}) => seasonNumber!)].sort(([a], [b]) => a - b)
  return seasons
    .map(([season, some]) => {
      const numbers = some.map(({number}) => number!)
      const [first, last] = [Math.min(...numbers), Math.max(...numbers)]
      return `S${twoDigits(season)}E${twoDigits(first)}${first === last ? '' : `–E${twoDigits(last)}`}`
    })
    .join(' ')
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
