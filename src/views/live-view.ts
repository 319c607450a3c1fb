/**
 * One live view: which order it shows, and what it has been told.
 *
 *   asked ──answer──▶ shown ──another order──▶ shown         not held: it is taken
 *     ▲                 │  └──────────────────▶ waiting       held: `update`, or the end of the hold, takes it
 *     └─change, or other servers in scope─────┘
 */
import type {Rows} from '#fleet/rows.ts'
import type {CommodarrError} from '#model/errors.ts'
import type {TorrentTotals} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Facets} from './facets.ts'
import {isSameOrder, renewed, type AnswerChange, type LiveAnswer} from './live-answer.ts'
import type {ViewSpec} from './live-views.ts'
import type {Ranking, Reckoned} from './ranking.ts'

/** What is new; whoever listens reads the rest from the view. */
export interface LiveNews {
  /** Another order is shown. */
  readonly ranking: boolean
  /** Something about rows in the scope may have changed: look at those that are shown. */
  readonly rows: boolean
  readonly facets: boolean
  /** Totals, totals of the scope, or the sums of groups. */
  readonly totals: boolean
  /** Another order waits, or none any more. */
  readonly waiting: boolean
}

export interface LiveView {
  /** The order that is shown; `null` until it was reckoned once. Of another wish it stays until the first answer. */
  readonly ranking: Ranking | null
  /** The order that is shown is of the present wish. */
  readonly isAnswered: boolean
  readonly facets: Facets
  /** Everything in the scope, before the filter. */
  readonly scopeTotals: TorrentTotals | null
  /** Of all that match now, also while the order is held. */
  readonly totals: TorrentTotals | null
  /** A newer order that waits because the shown one is held. */
  readonly waiting: Ranking | null
  /** Does the torrent that the ranking meant still stand in this row? Rows are given out again. */
  stands(row: number): boolean
  /**
   * The rank of a row in the order that is shown; `null` = the torrent is not in it. Looks through the whole order, 0.03 ms
   * at 100,000 torrents: whoever asks again and again asks when `ranking.rows` is another array.
   */
  rankOf(row: number): number | null
  /** While held, the order stays as it is. Only servers that leave the scope end that: their rows go at once. */
  hold(on: boolean): void
  /** Takes what waits. */
  update(): void
  /** The answer comes at once, and is shown also while held. @throws {BadArgument} as `Views.check` */
  change(wish: ViewSpec): void
  /** Nothing is told any more, not even what was on its way. */
  close(): void
}

export interface LiveViewDeps {
  readonly wish: ViewSpec
  /** Who looks at it (`personOf`). */
  readonly by: string
  /** The servers in sight; asked again before anything is told. */
  readonly scope: () => readonly ServerId[]
  /** Never called from within `open`, or from a method of the view. */
  readonly onNews: (news: LiveNews) => void
  /** Its question takes too long: it is closed. Called like `onNews`. */
  readonly onRefused: (error: CommodarrError) => void
}

/** What an open view needs of those who run it. */
interface LiveViewHost {
  readonly rows: Rows
  /** There is something to tell that nobody but the view knows of. */
  soon(): void
  change(view: OpenView, wish: ViewSpec): void
  close(view: OpenView): void
}

const noNews: LiveNews = {ranking: false, rows: false, facets: false, totals: false, waiting: false}

export class OpenView implements LiveView {
  readonly parts: LiveViewDeps
  wish: ViewSpec
  answer: LiveAnswer
  /** Its question was not answered yet: whatever comes is shown. */
  isAsked = true
  isClosed = false
  /** The servers in sight, as they were last asked for. */
  sight: readonly ServerId[]
  /** Up to which generation its rows were told, when (monotonic ms), and how long the listener took for it (ms). */
  rowsSent = 0
  rowsSentAt = Number.NEGATIVE_INFINITY
  sendingMs = 0
  readonly #service: LiveViewHost
  #reckoned: Reckoned | null = null
  #ranking: Ranking | null = null
  #waiting: Ranking | null = null
  #held = false
  #pending = noNews

  constructor(parts: LiveViewDeps, sight: readonly ServerId[], answer: LiveAnswer, service: LiveViewHost) {
    this.parts = parts
    this.wish = parts.wish
    this.sight = sight
    this.answer = answer
    this.#service = service
  }

  get ranking(): Ranking | null {
    return this.#ranking
  }

  get isAnswered(): boolean {
    return !this.isAsked
  }

  get waiting(): Ranking | null {
    return this.#waiting
  }

  get facets(): Facets {
    return this.#reckoned?.facets ?? {}
  }

  get scopeTotals(): TorrentTotals | null {
    return this.#reckoned?.scopeTotals ?? null
  }

  get totals(): TorrentTotals | null {
    return this.#reckoned?.ranking.totals ?? null
  }

  stands(row: number): boolean {
    const {rows} = this.#service
    return this.#ranking !== null && rows.isShown(row) && rows.births[row]! <= this.#ranking.generation
  }

  rankOf(row: number): number | null {
    const rank = this.stands(row) ? this.#ranking!.rows.indexOf(row) : -1
    return rank === -1 ? null : rank
  }

  hold(on: boolean): void {
    this.#held = on
    if (!on) this.update()
  }

  update(): void {
    if (!this.#waiting || this.isClosed) return
    this.#ranking = this.#waiting
    this.#waiting = null
    this.#pending = {...this.#pending, ranking: true, waiting: true}
    this.#service.soon()
  }

  change(wish: ViewSpec): void {
    if (!this.isClosed) this.#service.change(this, wish)
  }

  close(): void {
    if (!this.isClosed) this.#service.close(this)
  }

  /** Its answer was reckoned: takes over what is new. Told by `takeNews`. */
  answered({facets, totals}: AnswerChange): void {
    const {reckoned} = this.answer
    if (!reckoned) return
    const isFirst = this.isAsked
    this.isAsked = false
    this.#reckoned = reckoned
    const had = this.#waiting?.rows
    const ranking = this.#show(reckoned.ranking, isFirst)
    const waiting = this.#waiting?.rows !== had
    const seen = this.#pending
    this.#pending = {
      ranking: seen.ranking || ranking,
      rows: seen.rows || isFirst,
      facets: seen.facets || facets || isFirst,
      totals: seen.totals || totals || isFirst,
      waiting: seen.waiting || waiting,
    }
  }

  /** What it has not been told yet; it counts as told then. */
  takeNews(): LiveNews {
    const news = this.#pending
    this.#pending = noNews
    return news
  }

  get hasNews(): boolean {
    return Object.values(this.#pending).includes(true)
  }

  /** @returns whether another order is shown now */
  #show(latest: Ranking, isFirst: boolean): boolean {
    const shown = this.#ranking
    if (!isFirst && shown && isSameOrder(shown, latest, this.#service.rows)) {
      this.#ranking = renewed(shown, latest)
      this.#waiting = null
      return false
    }
    if (this.#held && !isFirst) {
      this.#waiting = latest
      return false
    }
    this.#ranking = latest
    this.#waiting = null
    return true
  }
}
