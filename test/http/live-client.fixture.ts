/** A page at the other end of a live connection, for tests: it keeps what it is told as the pages do. */
import {WebSocket} from 'ws'
import type {
  LiveCell,
  LiveMessage,
  LiveRequest,
  LiveRow,
  QueryMistake,
  RankRange,
  RowRef,
  ViewNews,
  ViewWish,
} from '#model/live.ts'

/** A view as the page has it. */
export class PageView {
  readonly rows = new Map<RowRef, {serverId: string; infoHash: string; cells: LiveCell[]}>()
  byRank = new Map<number, RowRef>()
  figures: Partial<ViewNews> = {}
  mistakes: readonly QueryMistake[] = []
  moved = 0
  followed: NonNullable<ViewNews['followed']> = []
  #asked: number
  #isCurrent = false
  #keeps = false

  /** @param asked what its first answer answers; before that come news of an earlier wish */
  constructor(asked: number) {
    this.#asked = asked
  }

  take(news: ViewNews): void {
    const isAnswer = !this.#isCurrent && news.re === this.#asked
    if (!this.#isCurrent && !isAnswer && !this.#keeps) return
    if (isAnswer) this.#begin(news.kept === true)
    for (const row of news.rows ?? []) this.#add(row)
    if (news.order) this.#place(news.order)
    for (const [ref, changes] of news.cells ?? []) {
      const {cells} = this.rows.get(ref)!
      for (let at = 0; at < changes.length; at += 2)
        cells[changes[at] as number] = changes[at + 1] as LiveCell
    }
    for (const ref of news.gone ?? []) this.rows.delete(ref)
    const {rows: _r, order: _o, cells: _c, gone: _g, ...figures} = news
    this.figures = {...this.figures, ...figures, facets: {...this.figures.facets, ...news.facets}}
    this.mistakes = news.mistakes ?? this.mistakes
    this.moved = news.moved ?? this.moved
    this.followed = news.followed ?? this.followed
  }

  /** Another wish, of which only what differs is told. @returns whether it can be asked so */
  asksAgain(re: number): boolean {
    this.#keeps = this.#isCurrent
    this.#isCurrent = false
    this.#asked = re
    return this.#keeps
  }

  #begin(isKept: boolean): void {
    this.#isCurrent = true
    this.moved = 0
    this.followed = []
    if (isKept) return
    this.rows.clear()
    this.byRank.clear()
    this.figures = {}
    this.mistakes = []
  }

  /** `server hash` by rank, from one to before another; `null` = nobody stands there. */
  names([from, to]: RankRange): (string | null)[] {
    return this.#refs(from, to).map((ref) => {
      const row = this.rows.get(ref)
      return row ? `${row.serverId} ${row.infoHash}` : null
    })
  }

  cells([from, to]: RankRange): (readonly LiveCell[] | null)[] {
    return this.#refs(from, to).map((ref) => this.rows.get(ref)?.cells ?? null)
  }

  #refs(from: number, to: number): RowRef[] {
    const refs: RowRef[] = []
    for (let rank = from; rank < to && this.byRank.has(rank); rank++) refs.push(this.byRank.get(rank)!)
    return refs
  }

  #add([ref, serverId, infoHash, cells]: LiveRow): void {
    this.rows.set(ref, {serverId, infoHash, cells: [...cells]})
  }

  #place(order: NonNullable<ViewNews['order']>): void {
    this.byRank = new Map(order.flatMap(({from, refs}) => refs.map((ref, at) => [from + at, ref] as const)))
  }
}

export class LivePage {
  readonly socket: WebSocket
  readonly views = new Map<number, PageView>()
  readonly messages: LiveMessage[] = []
  /** Bytes of each message. */
  readonly sizes: number[] = []
  readonly closed: Promise<{code: number; reason: string}>
  #lastQuestion = 0
  readonly #waiting: {wants: (message: LiveMessage) => boolean; resolve: (message: LiveMessage) => void}[] =
    []

  private constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({code, reason: String(reason)}))
    })
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer) => this.#receive(data.toString('utf8')))
  }

  /** @param address of the house, as `listen` gives it */
  static async open(address: string, headers: Record<string, string> = {}): Promise<LivePage> {
    const page = new LivePage(new WebSocket(`${address.replace(/^http/, 'ws')}/api/live`, {headers}))
    await page.next('hello')
    return page
  }

  say(request: LiveRequest | string): void {
    this.socket.send(typeof request === 'string' ? request : JSON.stringify(request))
  }

  /** The next message of this kind, or of this kind the one that answers a question. */
  next<T extends LiveMessage['type']>(type: T, re?: number): Promise<Extract<LiveMessage, {type: T}>> {
    return new Promise((resolve) => {
      const wants = (message: LiveMessage) =>
        message.type === type && (re === undefined || ('re' in message && message.re === re))
      this.#waiting.push({wants, resolve: (message) => resolve(message as Extract<LiveMessage, {type: T}>)})
    })
  }

  /** Everything that was told before now is here. */
  async settled(): Promise<void> {
    const pong = this.next('pong')
    this.say({type: 'ping'})
    await pong
  }

  /** Opens a view; resolves with its first answer. */
  async openView(view: number, wish: Partial<ViewWish> = {}, ranges: readonly RankRange[] = [[0, 10]]) {
    const re = ++this.#lastQuestion
    const news = this.next('view', re)
    this.views.set(view, new PageView(re))
    const whole = {q: '', sort: [], group: null, columns: ['name'], facets: [], ...wish}
    this.say({type: 'open', view, re, wish: whole, ranges})
    return news
  }

  /** Another wish with the same columns, while the page keeps what it has. */
  async changeView(view: number, wish: Partial<ViewWish>, ranges: readonly RankRange[]) {
    const re = ++this.#lastQuestion
    const news = this.next('view', re)
    const keeps = this.view(view).asksAgain(re)
    const whole = {q: '', sort: [], group: null, columns: ['name'], facets: [], ...wish}
    this.say({type: 'open', view, re, wish: whole, ranges, ...(keeps && {keeps})})
    return news
  }

  async show(view: number, ranges: readonly RankRange[]): Promise<ViewNews> {
    const re = ++this.#lastQuestion
    const news = this.next('view', re)
    this.say({type: 'window', view, re, ranges})
    return news
  }

  async follow(
    view: number,
    keys: readonly {readonly server_id: string; readonly info_hash: string}[],
  ): Promise<ViewNews> {
    const re = ++this.#lastQuestion
    const news = this.next('view', re)
    this.say({type: 'follow', view, re, keys})
    return news
  }

  async keys(view: number, from: number, to: number) {
    const re = ++this.#lastQuestion
    const answer = this.next('keys', re)
    this.say({type: 'keys', view, re, from, to})
    return (await answer).keys
  }

  view(view: number): PageView {
    return this.views.get(view)!
  }

  /** Leaves, and waits until that is done. */
  async leave(): Promise<void> {
    this.socket.close()
    await this.closed
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as LiveMessage
    this.sizes.push(text.length)
    this.messages.push(message)
    if (message.type === 'view') this.views.get(message.view)?.take(message)
    const at = this.#waiting.findIndex(({wants}) => wants(message))
    if (at >= 0) this.#waiting.splice(at, 1)[0]!.resolve(message)
  }
}
