/**
 * Orders that people look at, kept up to date. Who asks the same is answered once. Everything is judged by how it is
 * now: a pass looks which answers are older than the fleet and which views have not been told, works on one after the
 * other, and sleeps until the next is due. Without open views there is no timer and nobody listens to the fleet.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import {
  factsIn,
  isAboutCopies,
  isAboutTime,
  type FacetName,
  type GroupName,
  type NamedTracker,
  type SortKey,
  type TorrentFilter,
} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {LiveAnswer} from './live-answer.ts'
import {OpenView, type LiveNews, type LiveView, type LiveViewDeps} from './live-view.ts'
import type {Views} from './query.ts'
import {inOneOrder} from './selected.ts'

/** From a change to the first look at it: what comes together is told together. */
const GATHER_MS = 50
/** Between two looks at what everybody may see, while nothing else happens. */
const SCOPE_MS = 2000
/** Answers that time alone changes. */
const AGES_MS = 30_000
/** Answers that hang on facts that are looked up meanwhile. */
const FACTS_MS = 2_000

export class LiveViews {
  readonly #fleet: Fleet
  readonly #ranks: Pick<Views, 'rank' | 'check' | 'payerOf'>
  readonly #clock: Clock
  /** The last view that was open is closed. */
  readonly #onIdle: (() => void) | undefined
  readonly #views = new Set<OpenView>()
  readonly #answers = new Map<string, LiveAnswer>()
  /** `null` while no view is open. */
  #listening: {readonly changes: LiveChanges; readonly end: () => void} | null = null
  #timer: {readonly at: number; readonly cancel: () => void} | null = null
  #scopesAskedAt = 0
  #passing = false
  #called = false

  constructor(
    fleet: Fleet,
    ranks: Pick<Views, 'rank' | 'check' | 'payerOf'>,
    clock: Clock,
    onIdle?: () => void,
  ) {
    this.#fleet = fleet
    this.#ranks = ranks
    this.#clock = clock
    this.#onIdle = onIdle
  }

  get isIdle(): boolean {
    return this.#views.size === 0
  }

  /** The first news comes as soon as the order is reckoned. @throws {BadArgument} as `Views.check` */
  open(parts: LiveViewDeps): LiveView {
    this.#ranks.check(parts.wish.filter)
    const sight = parts.scope()
    this.#listen()
    const view = new OpenView(parts, sight, this.#answerTo(parts.wish, sight), {
      rows: this.#fleet.rows,
      soon: () => this.#soon(),
      change: (changed, wish) => this.#change(changed, wish),
      close: (closed) => this.#close(closed),
    })
    this.#views.add(view)
    this.#soon()
    return view
  }

  /** Closes every view. */
  close(): void {
    for (const view of this.#views) view.close()
  }

  /* ── who asks what ── */

  #change(view: OpenView, wish: ViewSpec): void {
    this.#ranks.check(wish.filter)
    view.wish = wish
    this.#ask(view)
  }

  /** Its question is another one. What was shown stays until the answer. */
  #ask(view: OpenView): void {
    const before = view.answer
    view.answer = this.#answerTo(view.wish, view.sight)
    view.isAsked = true
    if (before !== view.answer) this.#forget(before)
    this.#soon()
  }

  #close(view: OpenView): void {
    view.isClosed = true
    this.#views.delete(view)
    this.#forget(view.answer)
    if (this.#views.size > 0) return
    this.#listening?.end()
    this.#listening = null
    this.#timer?.cancel()
    this.#timer = null
    this.#onIdle?.()
  }

  #answerTo(wish: ViewSpec, sight: readonly ServerId[]): LiveAnswer {
    const scope = liveScopeOf(wish, sight)
    const question = questionOf(wish, scope)
    const known = this.#answers.get(question)
    if (known) return known
    const answer = new LiveAnswer(question, wish, scope)
    this.#answers.set(question, answer)
    return answer
  }

  /** Unless somebody else has the same question. */
  #forget(answer: LiveAnswer): void {
    for (const view of this.#views) if (view.answer === answer) return
    if (this.#answers.get(answer.question) === answer) this.#answers.delete(answer.question)
  }

  /** @returns whether the servers in sight are still the same; otherwise the view waits for another answer now */
  #keepsScope(view: OpenView): boolean {
    const sight = view.parts.scope()
    if (isSameList(sight, view.sight)) return true
    const isSame = questionOf(view.wish, liveScopeOf(view.wish, sight)) === view.answer.question
    view.sight = sight
    if (!isSame) this.#ask(view)
    return isSame
  }

  /* ── when ── */

  #listen(): void {
    if (this.#listening) return
    const changes = new LiveChanges(this.#fleet)
    this.#listening = {
      changes,
      end: this.#fleet.onChange((delta) => {
        if (changes.note(delta)) this.#wakeAt(this.#clock.monotonic() + GATHER_MS)
      }),
    }
    this.#scopesAskedAt = this.#clock.monotonic()
  }

  /** Who takes little is told as often as if everybody took as much as he: nobody slows others down. */
  get #paces(): LivePaces {
    const own = new Map<string, {reckoning: number; sendingMs: number; readonly answers: Set<LiveAnswer>}>()
    let [reckoning, sendingMs] = [0, 0]
    for (const {worked} of this.#answers.values()) reckoning += worked
    for (const {parts, answer, sendingMs: ms} of this.#views) {
      const share = own.get(parts.by) ?? {reckoning: 0, sendingMs: 0, answers: new Set<LiveAnswer>()}
      own.set(parts.by, share)
      if (!share.answers.has(answer)) share.reckoning += answer.worked
      share.answers.add(answer)
      share.sendingMs += ms
      sendingMs += ms
    }
    const ofAll = livePace(reckoning, sendingMs)
    const ofPersons = new Map(
      Array.from(own, ([by, share]) => {
        const alike = livePace(share.reckoning * own.size, share.sendingMs * own.size)
        return [by, fasterOf(ofAll, alike)] as const
      }),
    )
    const ofAnswers = new Map<LiveAnswer, LivePace>()
    for (const {parts, answer} of this.#views)
      ofAnswers.set(answer, fasterOf(ofAnswers.get(answer) ?? ofAll, ofPersons.get(parts.by)!))
    return {
      ofView: ({parts}) => ofPersons.get(parts.by)!,
      ofAnswer: (answer) => ofAnswers.get(answer) ?? ofAll,
    }
  }

  /** At once, but not within the call that asks for it. */
  #soon(): void {
    if (this.#called) return
    this.#called = true
    queueMicrotask(() => {
      this.#called = false
      void this.#pass()
    })
  }

  #wakeAt(at: number): void {
    if (this.#timer && this.#timer.at <= at) return
    this.#timer?.cancel()
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.monotonic()), () => {
      this.#timer = null
      void this.#pass()
    })
    this.#timer = {at, cancel}
  }

  /** One at a time; what comes up during a pass is done within it. */
  async #pass(): Promise<void> {
    if (this.#passing) return
    this.#passing = true
    try {
      this.#askScopes()
      this.#sendDue()
      for (let answer = this.#nextDue(); answer; answer = this.#nextDue()) {
        await this.#reckon(answer)
        if (this.#fleet.turns.due()) await this.#fleet.turns.next()
        this.#sendDue()
      }
    } finally {
      this.#passing = false
    }
    if (this.#views.size > 0) this.#wakeAt(this.#nextAt())
  }

  #askScopes(): void {
    const now = this.#clock.monotonic()
    if (now < this.#scopesAskedAt + SCOPE_MS) return
    this.#scopesAskedAt = now
    for (const view of this.#views) this.#keepsScope(view)
  }

  /** When the next pass has something to do, should nothing happen until then. */
  #nextAt(): number {
    const paces = this.#paces
    let at = this.#scopesAskedAt + SCOPE_MS
    for (const answer of this.#answers.values())
      at = Math.min(at, this.#dueAt(answer, paces.ofAnswer(answer)))
    for (const view of this.#views) at = Math.min(at, this.#rowsDueAt(view, paces.ofView(view)))
    return at
  }

  /* ── answers ── */

  /** Never answered ones first, then the oldest. */
  #nextDue(): LiveAnswer | null {
    const now = this.#clock.monotonic()
    const paces = this.#paces
    let next: LiveAnswer | null = null
    for (const answer of this.#answers.values()) {
      if (next && next.reckonedAt <= answer.reckonedAt) continue
      if (this.#dueAt(answer, paces.ofAnswer(answer)) <= now) next = answer
    }
    return next
  }

  #dueAt(answer: LiveAnswer, pace: LivePace): number {
    if (!answer.reckoned) return Number.NEGATIVE_INFINITY
    if (this.#changes.changedSince(answer.generation, answer.sight)) return answer.reckonedAt + pace.answers
    const {filter} = answer.wish
    const moves = factsIn(filter).length > 0 ? FACTS_MS : AGES_MS
    const byTime = isAboutTime(filter) ? Math.max(moves, pace.answers) : Number.POSITIVE_INFINITY
    return answer.reckonedAt + byTime
  }

  async #reckon(answer: LiveAnswer): Promise<void> {
    const {wish, scope, sight} = answer
    answer.reckonedAt = this.#clock.monotonic()
    const viewers = [...this.#views].filter((view) => view.answer === answer)
    const by = this.#ranks.payerOf(viewers.map(({parts}) => parts.by))
    let ranked: Awaited<ReturnType<Views['rank']>>
    try {
      ranked = await this.#ranks.rank({...wish, scope, sight, by}, answer.reckoned)
    } catch (error) {
      if (!(error instanceof CommodarrError) || error.code !== 'too_expensive') throw error
      return this.#refuse(answer, error)
    }
    const {answer: reckoned, worked} = ranked
    answer.worked = worked
    const change = answer.take(reckoned, this.#fleet.rows)
    for (const view of this.#views) {
      if (view.answer === answer && this.#keepsScope(view)) view.answered(change)
    }
  }

  #refuse(answer: LiveAnswer, error: CommodarrError): void {
    for (const view of this.#views) {
      if (view.answer !== answer) continue
      view.close()
      view.parts.onRefused(error)
    }
  }

  /* ── telling ── */

  #sendDue(): void {
    const paces = this.#paces
    for (const view of this.#views) {
      // Somebody else's question was the same: his answer does for now.
      if (view.isAsked && view.answer.reckoned) view.answered({facets: true, totals: true})
      const rowsDue = !view.isAsked && this.#rowsDueAt(view, paces.ofView(view)) <= this.#clock.monotonic()
      if ((view.hasNews || rowsDue) && this.#keepsScope(view)) this.#send(view, rowsDue)
    }
  }

  #send(view: OpenView, rowsDue: boolean): void {
    const startedAt = this.#clock.monotonic()
    const pending = view.takeNews()
    const news: LiveNews = {...pending, rows: pending.rows || pending.ranking || rowsDue}
    if (news.rows) {
      view.rowsSent = this.#fleet.rows.generation
      view.rowsSentAt = startedAt
    }
    view.parts.onNews(news)
    view.sendingMs = this.#clock.monotonic() - startedAt
  }

  #rowsDueAt(view: OpenView, pace: LivePace): number {
    const changes = this.#changes
    const {scope} = view.answer
    if (view.isAsked || !changes.changedSince(view.rowsSent, scope)) return Number.POSITIVE_INFINITY
    const isUrgent = changes.urgentSince(view.rowsSent, scope)
    return view.rowsSentAt + (isUrgent ? pace.urgentRows : pace.rows)
  }

  /** There while a view is open. */
  get #changes(): LiveChanges {
    return this.#listening!.changes
  }
}

function isSameList(a: readonly ServerId[], b: readonly ServerId[]): boolean {
  return a === b || (a.length === b.length && a.every((id, i) => id === b[i]))
}

/** What a live view is of. */

export interface ViewSpec {
  /** Of the servers in sight only these are shown and counted; absent = all. */
  readonly servers?: readonly ServerId[] | undefined
  readonly filter: TorrentFilter
  readonly sort: readonly SortKey[]
  /** The sort applies within the groups. */
  readonly group: GroupName | null
  /** Names of trackers, where rows are grouped by them or their torrents are counted. */
  readonly trackers?: readonly NamedTracker[] | undefined
  readonly facets: readonly FacetName[]
}

/** The servers that the answer to a wish is about. */
export interface LiveScope {
  readonly scope: readonly ServerId[]
  /** Where copies of its torrents count; the scope itself when the wish asks for none. */
  readonly sight: readonly ServerId[]
}

/** @param sight the servers that who wishes may see */
export function liveScopeOf({servers, filter}: ViewSpec, sight: readonly ServerId[]): LiveScope {
  const scope = servers === undefined ? sight : sight.filter((id) => servers.includes(id))
  return {scope, sight: isAboutCopies(filter) ? sight : scope}
}

/** Equal for equal wishes over the same servers: who asks so is answered once. */
function questionOf(wish: ViewSpec, {scope, sight}: LiveScope): string {
  const {servers: _servers, ...asked} = wish
  // The order of the scope is seen in nothing but groups of servers.
  const shown = wish.group === 'server' ? scope : scope.toSorted()
  return JSON.stringify([shown, sight.toSorted(), asked], inOneOrder)
}

/**
 * How often live views are told, in ms. Together they take no more than a quarter of the thread: an eighth for reckoning
 * and an eighth for telling; twice that where one person takes most of it, as the others do not wait for that one. So
 * what takes long comes less often.
 */
interface LivePace {
  /** Between two reckonings of the same answer: order, facets and totals. */
  readonly answers: number
  /** Between two looks at the rows of a view. */
  readonly rows: number
  /** The same when a state changed, a torrent came or went, or a command was sent or ended. */
  readonly urgentRows: number
}

interface LivePaces {
  readonly ofView: (view: OpenView) => LivePace
  /** As whoever is told of it most often. */
  readonly ofAnswer: (answer: LiveAnswer) => LivePace
}

function fasterOf(one: LivePace, other: LivePace): LivePace {
  return {
    answers: Math.min(one.answers, other.answers),
    rows: Math.min(one.rows, other.rows),
    urgentRows: Math.min(one.urgentRows, other.urgentRows),
  }
}

const ROWS_MS = 1000
const URGENT_MS = 50
/** A share of an eighth. */
const EIGHTH = 8

/** @param reckoning ms that one reckoning of every answer takes together; `telling` the same for every view's news */
function livePace(reckoning: number, sendingMs: number): LivePace {
  const rows = Math.max(ROWS_MS, (EIGHTH / 2) * reckoning, EIGHTH * sendingMs)
  return {answers: 2 * rows, rows, urgentRows: Math.max(URGENT_MS, EIGHTH * sendingMs)}
}

interface Mark {
  changed: number
  urgent: number
}

/**
 * What happened to the fleet, as far as live views must know: by server, the generation of the last change, and of the
 * last one that people wait for. Level, not edge: nobody is told, whoever asks compares generations.
 */
class LiveChanges {
  readonly #fleet: Fleet
  readonly #marks = new Map<ServerId, Mark>()
  readonly #online: Map<ServerId, boolean>
  /** Rows that showed something expected when they last changed. */
  readonly #awaited = new Set<number>()
  /** The generation of the last change of all. */
  #latest = 0

  constructor(fleet: Fleet) {
    this.#fleet = fleet
    this.#online = new Map(fleet.serverIds.map((id) => [id, fleet.serverFigures(id).online]))
  }

  /** @returns whether rows of any server changed, came, went or went stale */
  note({generation, changed, added, previewed, removed, servers}: FleetDelta): boolean {
    const before = this.#latest
    for (const {row, key} of removed) {
      this.#awaited.delete(row)
      this.#mark(key.serverId, generation, true)
    }
    const {rows} = this.#fleet
    const stateChanged = rows.columns.state.generation === generation
    for (const row of changed) this.#markRow(row, generation, this.#isAwaited(row) || stateChanged)
    for (const row of added) this.#markRow(row, generation, true)
    for (const row of previewed) this.#markRow(row, generation, false)
    for (const id of servers) this.#noteServer(id, generation)
    return this.#latest > before
  }

  changedSince(generation: number, scope: readonly ServerId[]): boolean {
    if (this.#latest <= generation) return false
    return scope.some((id) => (this.#marks.get(id)?.changed ?? 0) > generation)
  }

  urgentSince(generation: number, scope: readonly ServerId[]): boolean {
    return scope.some((id) => (this.#marks.get(id)?.urgent ?? 0) > generation)
  }

  /** Is or was something expected of it? */
  #isAwaited(row: number): boolean {
    if (!this.#fleet.rows.isAwaited(row)) return this.#awaited.delete(row)
    this.#awaited.add(row)
    return true
  }

  #markRow(row: number, generation: number, urgent: boolean): void {
    this.#mark(this.#fleet.serverIdOf(this.#fleet.rows.servers[row]!), generation, urgent)
  }

  #mark(id: ServerId, generation: number, urgent: boolean): void {
    const mark = this.#marks.get(id) ?? {changed: 0, urgent: 0}
    mark.changed = generation
    if (urgent) mark.urgent = generation
    this.#marks.set(id, mark)
    this.#latest = generation
  }

  /** Its figures are of no concern here; that all its rows look stale, or no longer, or stand elsewhere is. */
  #noteServer(id: ServerId, generation: number): void {
    const {online} = this.#fleet.serverFigures(id)
    if ((this.#online.get(id) ?? false) !== online) this.#mark(id, generation, true)
    else if (this.#fleet.serversMoved === generation) this.#mark(id, generation, false)
    this.#online.set(id, online)
  }
}
