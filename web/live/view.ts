/**
 * A view of the fleet as this page has it: the rows of the ranks that are shown, kept up to date by the socket. Rows
 * live outside of React: each can be listened to by itself, and a change touches nobody else.
 */
import type {
  LiveCell,
  LiveChange,
  LiveGroup,
  LiveMessage,
  LiveRequest,
  LiveRow,
  LiveTotals,
  QueryMistake,
  RankRange,
  RowRef,
  ViewNews,
  ViewWish,
} from '#model/live.ts'
import {Signal} from '../lib/signal.ts'
import type {LiveSocket, Subscriber} from './socket.ts'

/** Where days begin and end: "today" is the person's, not the server's. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** So long we wait for a program that was started again to hear of its servers, and so often we look. */
const PATIENCE_MS = 15_000
const ASK_AGAIN_MS = 500
/** By then searches that used up their time have some again: nobody owes more than 48 s. */
const REFUSED_PAUSE_MS = 50_000

let lastView = 0
let lastQuestion = 0

/** `serverId~infoHash`. A server id may hold a `~`, a hash never does. */
function keyOf(serverId: string, infoHash: string): string {
  return `${serverId}~${infoHash}`
}

/** `[server id, info hash]` of each. */
export type KeyList = readonly (readonly [string, string])[]

/** A torrent of the view: its name, and its cells in the order of the wish's columns. */
export class ViewRow {
  readonly changes = new Signal()
  readonly ref: RowRef
  readonly serverId: string
  readonly infoHash: string
  /** The torrent's name in addresses and sets. */
  readonly key: string
  cells: readonly Cell[]
  /** Rises with every change; for `useSyncExternalStore`. */
  version = 0

  constructor([ref, serverId, infoHash, cells]: LiveRow) {
    this.ref = ref
    this.serverId = serverId
    this.infoHash = infoHash
    this.key = keyOf(serverId, infoHash)
    this.cells = cells.map(cellOf)
  }

  change(changes: LiveChange[1]): void {
    const cells = [...this.cells]
    for (let at = 0; at < changes.length; at += 2) {
      cells[changes[at] as number] = cellOf(changes[at + 1] as LiveCell)
    }
    this.cells = cells
    this.version++
    this.changes.emit()
  }
}

export class LiveView implements Subscriber {
  /** Order, ranks, totals, groups, facets: everything but the cells of single rows. */
  readonly changes = new Signal()
  /** Rises with every change; the second one only when it is about more than who stands where. */
  version = 0
  figuresVersion = 0
  totals: LiveTotals | null = null
  scopeTotals: LiveTotals | null = null
  serversOnline = 0
  serversTotal = 0
  facets: NonNullable<ViewNews['facets']> = {}
  groups: readonly LiveGroup[] | null = null
  mistakes: readonly QueryMistake[] = []
  /** So many rows of the window would move if the order were not held. */
  moved = 0
  /** Torrents of the order while it is held and a newer one waits; `null` = as many as there are. */
  #heldCount: number | null = null
  /** An answer to the present wish has come; before that the rows are those of the wish before. */
  isCurrent = false
  /** Why the server does not serve this view; `null` = it does. */
  refusal: string | null = null
  readonly #socket: LiveSocket
  readonly #number = ++lastView
  readonly #rows = new Map<RowRef, ViewRow>()
  #byRank = new Map<number, RowRef>()
  /** Of the torrents that are followed, what is known; `null` = not in the view. */
  #followed: ReadonlyMap<string, number | null> = new Map()
  #follows: readonly string[] = []
  #wish: ViewWish
  #ranges: readonly RankRange[]
  #asked = 0
  /** The question asks only for what differs: until its answer news of the wish before still count. */
  #keeps = false
  #isStarted = false
  /** It was opened on the connection that there is: only then the server knows what is said of it. */
  #isOpened = false
  #isHeld = false
  /** Asks again for what took too long; once for each wish and connection, as it may take too long again. */
  #again: ReturnType<typeof setTimeout> | null = null
  #mayAskAgain = true
  #shown: ViewWish | null = null
  /** Until then an answer may come too early; by `performance.now()`. */
  #patientUntil = 0
  /** Of the program that served this view last; another one = it was started again. */
  #instance: string | null = null
  readonly #questions = new Map<number, (keys: KeyList | null) => void>()
  #leave: (() => void) | null = null

  constructor(socket: LiveSocket, wish: ViewWish, ranges: readonly RankRange[] = [[0, 60]]) {
    this.#socket = socket
    this.#wish = wish
    this.#ranges = ranges
  }

  get wish(): ViewWish {
    return this.#wish
  }

  /** The wish that the rows are those of: until the first answer to another one, the one before. */
  get shown(): ViewWish | null {
    return this.#shown
  }

  /** Begins to be served; the answer ends it. */
  start(): () => void {
    this.#isStarted = true
    this.#leave = this.#socket.add(this)
    document.addEventListener('visibilitychange', this.#onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', this.#onVisibility)
      this.#isStarted = false
      this.#leave?.()
      this.#close()
    }
  }

  /** Ranks of the order that is shown: while it is held there may be more or fewer torrents by now. */
  get count(): number {
    return this.#heldCount ?? this.totals?.count ?? 0
  }

  /** The row at a rank; `null` = it has not come yet, or there is none. */
  at(rank: number): ViewRow | null {
    const ref = this.#byRank.get(rank)
    return ref === undefined ? null : (this.#rows.get(ref) ?? null)
  }

  /** Has it been told who stands at a rank, if anybody does? */
  isKnown(rank: number): boolean {
    return this.#byRank.has(rank)
  }

  /**
   * The rank of a torrent in the shown ranges, or of one that is followed; `null` = it is not in the view, `undefined` =
   * not known: it is elsewhere.
   */
  rankOf(key: string): number | null | undefined {
    for (const [rank, ref] of this.#byRank) if (this.#rows.get(ref)?.key === key) return rank
    return this.#followed.get(key)
  }

  /** From now on the ranks of these are known wherever they stand. @param keys `liveLimits.followed` at most */
  follow(keys: readonly string[]): void {
    if (keys.join('\n') === this.#follows.join('\n')) return
    this.#follows = keys
    this.#followed = new Map([...this.#followed].filter(([key]) => keys.includes(key)))
    this.#askToFollow()
  }

  /** Another query, order or set of columns. What is shown stays until the answer. */
  change(wish: ViewWish, ranges: readonly RankRange[] = this.#ranges): void {
    this.#wish = wish
    this.#ranges = ranges
    this.#mayAskAgain = true
    this.#ask()
  }

  /**
   * The rows that are seen, with some around them. While there are none (before the first answer, in an empty list) those
   * that were asked for last stay asked for: the next answer brings them, and nobody has to ask twice.
   */
  show(ranges: readonly RankRange[]): void {
    if (ranges.length === 0 || JSON.stringify(ranges) === JSON.stringify(this.#ranges)) return
    this.#ranges = ranges
    this.#say({type: 'window', view: this.#number, re: ++lastQuestion, ranges})
  }

  /** Holds the order while somebody aims. */
  hold(on: boolean): void {
    if (on === this.#isHeld) return
    this.#isHeld = on
    this.#say({type: 'hold', view: this.#number, on})
  }

  /** Takes the new order now. */
  update(): void {
    this.#say({type: 'update', view: this.#number})
  }

  /**
   * The names of the torrents from one rank to before another; `null` = there is no answer: the connection broke, nobody
   * looks at the page any more, or the server does not serve this view.
   */
  keys(from: number, to: number): Promise<KeyList | null> {
    return new Promise((resolve) => {
      if (!this.#socket.isOpen || !this.#isOpened) return resolve(null)
      const re = ++lastQuestion
      this.#questions.set(re, resolve)
      this.#say({type: 'keys', view: this.#number, re, from, to})
    })
  }

  /** There is a connection, which knows nothing of what was open on another one. */
  open(): void {
    const instance = this.#socket.hello?.instance ?? null
    const isNew = this.#instance !== null && instance !== this.#instance
    if (isNew) this.#patientUntil = performance.now() + PATIENCE_MS
    this.#instance = instance
    this.#isOpened = false
    this.#mayAskAgain = true
    this.#forgetQuestions()
    this.#ask()
  }

  #close(): void {
    this.#stopWaiting()
    this.#forgetQuestions()
    this.#say({type: 'close', view: this.#number})
    this.#isOpened = false
  }

  /** What is said of a view that is not open is a mistake: `open` says all of it. */
  #say(request: LiveRequest): void {
    if (this.#isOpened) this.#socket.send(request)
  }

  #forgetQuestions(): void {
    for (const re of Array.from(this.#questions.keys())) this.#answer(re, null)
  }

  #ask(): void {
    this.#stopWaiting()
    // Of an answer that did not come it is not known what it said.
    const canKeep = this.isCurrent && String(this.#shown?.columns) === String(this.#wish.columns)
    this.isCurrent = false
    if (!this.#isStarted || !this.#socket.isOpen || document.visibilityState === 'hidden') return
    this.#keeps = canKeep && this.#isOpened
    this.#isOpened = true
    this.#asked = ++lastQuestion
    const view = this.#number
    const wish = {...this.#wish, time_zone: zone}
    const keeps = this.#keeps && {keeps: true}
    this.#socket.send({type: 'open', view, re: this.#asked, wish, ranges: this.#ranges, ...keeps})
    if (this.#isHeld) this.#say({type: 'hold', view, on: true})
    if (this.#follows.length > 0) this.#askToFollow()
  }

  #askToFollow(): void {
    const keys = this.#follows.map((key) => {
      const at = key.lastIndexOf('~')
      return {server_id: key.slice(0, at), info_hash: key.slice(at + 1)}
    })
    this.#say({type: 'follow', view: this.#number, re: ++lastQuestion, keys})
  }

  receive(message: LiveMessage): void {
    if (!('view' in message) || message.view !== this.#number) return
    if (message.type === 'keys') this.#answer(message.re, message.keys)
    else if (message.type === 'refused') this.#refused(message)
    else if (message.type === 'view') this.#news(message)
  }

  #news(news: ViewNews): void {
    const isAnswer = !this.isCurrent && news.re === this.#asked
    // What was sent before the server read the present wish may have other columns.
    if (!this.isCurrent && !isAnswer && !this.#keeps) return
    if (isAnswer && this.#isTooEarly(news)) return void setTimeout(() => this.#ask(), ASK_AGAIN_MS)
    if (isAnswer) this.#begin(news.kept === true)
    for (const row of news.rows ?? []) this.#rows.set(row[0], new ViewRow(row))
    if (news.order) this.#place(news.order)
    for (const [ref, changes] of news.cells ?? []) this.#rows.get(ref)?.change(changes)
    for (const ref of news.gone ?? []) this.#rows.delete(ref)
    if (news.followed) this.#takeFollowed(news.followed)
    if (this.#takeFigures(news)) this.figuresVersion++
    else if (!news.order && !news.followed) return
    this.#emit()
  }

  /** What comes may still be about those that were followed before. */
  #takeFollowed(followed: NonNullable<ViewNews['followed']>): void {
    const reported = followed.map(([serverId, infoHash, rank]) => [keyOf(serverId, infoHash), rank] as const)
    this.#followed = new Map(reported.filter(([key]) => this.#follows.includes(key)))
  }

  /**
   * A program that was just started again has not heard of all its servers yet: fewer rows are then no reason to take
   * away those that one sees. One that only was not reached for a moment knows.
   */
  #isTooEarly({totals, servers_online: online = 0, servers_total: total = 0}: ViewNews): boolean {
    const isSame = this.#shown === this.#wish && performance.now() < this.#patientUntil
    return isSame && online < total && (totals?.count ?? 0) < (this.totals?.count ?? 0)
  }

  /** The first answer to a wish: it has all rows, by refs of its own, or what differs from those there are. */
  #begin(isKept: boolean): void {
    this.isCurrent = true
    this.#shown = this.#wish
    this.refusal = null
    this.moved = 0
    this.#heldCount = null
    this.#followed = new Map()
    if (isKept) return
    this.mistakes = []
    this.#rows.clear()
    this.#byRank.clear()
  }

  #place(order: NonNullable<ViewNews['order']>): void {
    const byRank = new Map<number, RowRef>()
    for (const {from, refs} of order) refs.forEach((ref, at) => byRank.set(from + at, ref))
    this.#byRank = byRank
  }

  #takeFigures(news: ViewNews): boolean {
    if (news.totals) this.totals = news.totals
    if (news.scope_totals) this.scopeTotals = news.scope_totals
    if (news.facets) this.facets = {...this.facets, ...news.facets}
    if (news.groups !== undefined) this.groups = news.groups
    if (news.mistakes) this.mistakes = news.mistakes
    if (news.moved !== undefined) this.moved = news.moved
    if (news.held_count !== undefined) this.#heldCount = news.held_count
    this.serversOnline = news.servers_online ?? this.serversOnline
    this.serversTotal = news.servers_total ?? this.serversTotal
    const {totals, scope_totals: scope, facets, groups, mistakes, moved, servers_total: servers} = news
    const figures = [totals, scope, facets, groups, mistakes, moved, news.held_count, servers]
    return figures.some((it) => it !== undefined)
  }

  #answer(re: number, keys: KeyList | null): void {
    this.#questions.get(re)?.(keys)
    this.#questions.delete(re)
  }

  /** What is refused is not open on the server any more, whatever the question was. */
  #refused({detail, code, re}: Extract<LiveMessage, {readonly type: 'refused'}>): void {
    if (re !== undefined && this.#questions.has(re)) return this.#answer(re, null)
    // What was asked before that, or of the wish before, is refused for that reason alone.
    if (!this.#isOpened || (re !== undefined && re < this.#asked)) return
    this.#isOpened = false
    this.isCurrent = false
    this.#forgetQuestions()
    this.refusal = detail
    this.figuresVersion++
    if (code === 'too_expensive') this.#askAgainLater()
    this.#emit()
  }

  #askAgainLater(): void {
    if (!this.#mayAskAgain) return
    this.#mayAskAgain = false
    this.#again = setTimeout(() => this.#ask(), REFUSED_PAUSE_MS)
  }

  #stopWaiting(): void {
    if (this.#again !== null) clearTimeout(this.#again)
    this.#again = null
  }

  #emit(): void {
    this.version++
    this.changes.emit()
  }

  /** Nobody looks: the server need not reckon for us. On return everything comes in one answer. */
  readonly #onVisibility = (): void => {
    if (document.visibilityState === 'hidden') this.#close()
    else this.#ask()
  }
}

/* Cells as they travel, and as the pages hold them. */

/** `undefined` = unknown, `null` = none on purpose. */
export type Cell = string | number | boolean | null | readonly string[] | undefined

function cellOf(cell: LiveCell): Cell {
  const isUnknown = typeof cell === 'object' && cell !== null && !Array.isArray(cell)
  return isUnknown ? undefined : (cell as Cell)
}
