/**
 * What one Arr is asked to search, in the order in which it is: which unit is next, and which waits for what until when.
 * Nothing here looks at a clock or asks anything.
 *
 *   put ─▶ held (until then) ─ ended ─▶ evaluated again by who put it
 *      └─▶ ready: person ▶ failure, request, rule, today (four of five turns at most) ▶ the others by shares
 *
 * Of one reason all have their turn before one has it twice: units that were searched in this round come behind all that
 * were not. A round ends when nothing of it is left, a day after its beginning at the earliest; what is new joins it.
 */
import {OrderedList} from '#lib/ordered-list.ts'
import type {SearchHold, SearchReason, SearchUnit, Waiting} from '#model/searching.ts'
import {DAY, HOUR, type EpochMs} from '#model/units.ts'

export interface Candidate {
  readonly unit: SearchUnit
  /** The strongest. */
  readonly reason: SearchReason
  /** The strongest that is no wish of a rule; `null` = nothing else asks for it. */
  readonly ownReason: SearchReason | null
  /** `null` = it is ready. */
  readonly hold: Waiting<SearchHold> | null
  /** `null` = not known. */
  readonly year: number | null
  readonly availableAt: EpochMs | null
  /** By us or in its Arr; `null` = never. */
  readonly searchedAt: EpochMs | null
  /** The round of its reason in which it was searched; 0 = in none. */
  readonly round: number
  /** When it was wanted, of what is not wanted by the library alone. */
  readonly wantedAt: EpochMs | null
}

export interface OrderChoice {
  readonly byYear: boolean
  /** Oldest first. */
  readonly inReverse: boolean
}

/** Of so many turns of the backlog each has so many. */
const shares = {missing: 6, minimum: 2, cutoff: 2, score: 1, upgrade: 1} as const satisfies Partial<
  Record<SearchReason, number>
>
type Backlog = keyof typeof shares
const backlog = Object.keys(shares) as readonly Backlog[]
const urgent = ['failure', 'request', 'rule', 'today'] as const
type Urgent = (typeof urgent)[number] | 'person'
/** Of the searches of an hour, while others wait. */
const URGENT_SHARE = 0.8
const HOUR_MS = HOUR * 1_000
const ROUND_MS = DAY * 1_000

/** All of one reason that are ready. */
interface Round {
  number: number
  startedAt: EpochMs | null
  /** Those that have their turn in this round still before them, and those that had it. */
  waiting: OrderedList<Candidate>
  done: OrderedList<Candidate>
}

export class SearchQueue {
  readonly #choice: OrderChoice
  readonly #units = new Map<SearchUnit, Candidate>()
  readonly #urgent: Readonly<Record<Urgent, OrderedList<Candidate>>>
  readonly #rounds: Readonly<Record<Backlog, Round>>
  /** Those with an end, the nearest first. */
  readonly #held = new OrderedList<Candidate>(
    (a, b) => a.hold!.until! - b.hold!.until! || compareText(a.unit, b.unit),
  )
  /** How far each is behind its share. */
  readonly #credits = new Map<Backlog, number>()
  /** Turns of what is urgent in the last hour, by the clock of who asks. */
  #urgentTurns: readonly number[] = []

  constructor(choice: OrderChoice) {
    this.#choice = choice
    const listBy = (compare: (a: Candidate, b: Candidate) => number) =>
      new OrderedList<Candidate>((a, b) => compare(a, b) || compareText(a.unit, b.unit))
    const wantedFirst = () => listBy((a, b) => compare(a.wantedAt, b.wantedAt))
    this.#urgent = {
      person: wantedFirst(),
      failure: wantedFirst(),
      request: wantedFirst(),
      rule: wantedFirst(),
      today: listBy((a, b) => compare(b.availableAt, a.availableAt)),
    }
    const round = (): Round => {
      const list = () => listBy((a, b) => this.#compareBacklog(a, b))
      return {number: 1, startedAt: null, waiting: list(), done: list()}
    }
    this.#rounds = {missing: round(), minimum: round(), cutoff: round(), score: round(), upgrade: round()}
  }

  get size(): number {
    return this.#units.size
  }

  /** So many wait for nothing but their turn. */
  get ready(): number {
    const rounds = Object.values(this.#rounds).map(({waiting, done}) => waiting.size + done.size)
    const lists = Object.values(this.#urgent).map(({size}) => size)
    return [...rounds, ...lists].reduce((sum, size) => sum + size, 0)
  }

  /** So many that people want do. */
  get readyForPeople(): number {
    return this.#urgent.person.size
  }

  get(unit: SearchUnit): Candidate | undefined {
    return this.#units.get(unit)
  }

  /** All in no order. */
  all(): IterableIterator<Candidate> {
    return this.#units.values()
  }

  /**
   * All that is ready as its turns come, reason after reason; then what is held, as the holds end, and what is held until
   * something changes.
   */
  *inOrder(): Generator<Candidate> {
    for (const list of Object.values(this.#urgent)) yield* list
    for (const {waiting, done} of Object.values(this.#rounds)) {
      yield* waiting
      yield* done
    }
    yield* this.#held
    for (const one of this.#units.values()) if (one.hold !== null && one.hold.until === null) yield one
  }

  /** All of one reason that are ready, as their turns come. */
  *readyFor(reason: SearchReason): Generator<Candidate> {
    if (!isBacklog(reason)) return yield* this.#urgent[reason]
    const {waiting, done} = this.#rounds[reason]
    yield* waiting
    yield* done
  }

  /** Instead of what is there of that unit. */
  put(candidate: Candidate): void {
    const before = this.#units.get(candidate.unit)
    if (before && isSame(before, candidate)) return
    this.drop(candidate.unit)
    this.#units.set(candidate.unit, candidate)
    this.#noteRound(candidate)
    this.#listOf(candidate)?.add(candidate)
  }

  drop(unit: SearchUnit): void {
    const before = this.#units.get(unit)
    if (before === undefined) return
    this.#units.delete(unit)
    this.#listOf(before)?.remove(before)
  }

  /** Those whose hold has ended: they are to be evaluated again, and are not searched before that. */
  ended(now: EpochMs): readonly SearchUnit[] {
    const units: SearchUnit[] = []
    for (const {hold, unit} of this.#held) {
      if (hold!.until! > now) break
      units.push(unit)
    }
    return units
  }

  /** When the next hold ends; `null` = none does. */
  get nextEnd(): EpochMs | null {
    return this.#held.first?.hold?.until ?? null
  }

  /**
   * @param perHour so many searches an hour there are
   * @param steady by a clock that does not jump, ms
   * @param may whether this may be searched now
   * @returns `null` = nothing that may be searched is ready
   */
  next(perHour: number, steady: number, may: (reason: SearchReason) => boolean): Candidate | null {
    const first = (reason: SearchReason) => (may(reason) ? this.firstOf(reason) : undefined)
    const person = first('person')
    if (person) return person
    const hurry = urgent.map(first).find((one) => one !== undefined)
    const open = backlog.filter((reason) => first(reason) !== undefined)
    if (open.length === 0) return hurry ?? null
    const lately = this.#urgentTurns.filter((at) => at > steady - HOUR_MS).length
    if (hurry && lately < URGENT_SHARE * perHour) return hurry
    return this.firstOf(this.#turnOf(open))!
  }

  /**
   * It is searched now. It stays as it is until it is put again.
   * @param steady by the same clock as of `next`
   * @returns the round in which it is; 0 = its reason has none
   */
  taken({reason}: Candidate, steady: number, now: EpochMs): number {
    if (!isBacklog(reason)) {
      if (reason !== 'person')
        this.#urgentTurns = [...this.#urgentTurns.filter((at) => at > steady - HOUR_MS), steady]
      return 0
    }
    this.#spend(reason)
    return this.#roundNow(reason, now).number
  }

  /** From 1, among those of its reason that are ready; `null` = it is not. */
  placeOf(unit: SearchUnit): {readonly place: number; readonly of: number} | null {
    const one = this.#units.get(unit)
    const list = one?.hold === null ? this.#listOf(one) : null
    if (!one || !list) return null
    const place = list.placeOf(one)! + 1
    if (!isBacklog(one.reason)) return {place, of: list.size}
    const {waiting, done} = this.#rounds[one.reason]
    return {place: list === done ? waiting.size + place : place, of: waiting.size + done.size}
  }

  /** Whose turn it is next, of that reason. */
  firstOf(reason: SearchReason): Candidate | undefined {
    if (!isBacklog(reason)) return this.#urgent[reason].first
    const {waiting, done} = this.#rounds[reason]
    return waiting.first ?? done.first
  }

  #listOf({hold, reason, round}: Candidate): OrderedList<Candidate> | null {
    if (hold !== null) return hold.until === null ? null : this.#held
    if (!isBacklog(reason)) return this.#urgent[reason]
    const {number, waiting, done} = this.#rounds[reason]
    return round >= number ? done : waiting
  }

  /** Whose turn it is by its share: which has waited for most turns, for its share. Nothing is spent yet. */
  #turnOf(open: readonly Backlog[]): Backlog {
    const credit = (one: Backlog) => (this.#credits.get(one) ?? 0) + shares[one]
    return open.reduce((best, one) => (credit(one) > credit(best) ? one : best))
  }

  #spend(taken: Backlog): void {
    const open = backlog.filter((one) => this.firstOf(one) !== undefined || one === taken)
    const whole = open.reduce((sum, one) => sum + shares[one], 0)
    for (const one of backlog) {
      // What has nothing to search saves no turns.
      if (!open.includes(one)) this.#credits.delete(one)
      else this.#credits.set(one, (this.#credits.get(one) ?? 0) + shares[one] - (one === taken ? whole : 0))
    }
  }

  /** A round of before a restart began with the first that was searched in it. */
  #noteRound({reason, round, searchedAt}: Candidate): void {
    if (!isBacklog(reason) || round === 0) return
    const known = this.#rounds[reason]
    if (known.number > round) return
    if (known.number < round) this.#begin(known, round, searchedAt)
    else if (searchedAt !== null && searchedAt < (known.startedAt ?? Infinity)) known.startedAt = searchedAt
  }

  #roundNow(reason: Backlog, now: EpochMs): Round {
    const round = this.#rounds[reason]
    // A time that lies ahead is a wrong clock.
    if (round.startedAt === null || round.startedAt > now) round.startedAt = now
    const isOver = round.waiting.size === 0 && round.done.size > 0 && now - round.startedAt >= ROUND_MS
    if (isOver) this.#begin(round, round.number + 1, now)
    return round
  }

  /** All have their turn before them again. */
  #begin(round: Round, number: number, startedAt: EpochMs | null): void {
    const {waiting, done} = round
    Object.assign(round, {number, startedAt})
    if (waiting.size === 0) Object.assign(round, {waiting: done, done: waiting})
    else if (done.size > 0) {
      waiting.fill([...waiting, ...done])
      done.fill([])
    }
  }

  #compareBacklog(a: Candidate, b: Candidate): number {
    const {byYear, inReverse} = this.#choice
    const turned = inReverse ? -1 : 1
    return (
      Number(a.searchedAt !== null) - Number(b.searchedAt !== null) ||
      (byYear ? turned * compare(b.year, a.year) : compare(a.searchedAt, b.searchedAt)) ||
      turned * compare(b.availableAt, a.availableAt)
    )
  }
}

function isSame(a: Candidate, b: Candidate): boolean {
  return (
    a.reason === b.reason &&
    a.ownReason === b.ownReason &&
    a.hold?.code === b.hold?.code &&
    a.hold?.until === b.hold?.until &&
    a.year === b.year &&
    a.availableAt === b.availableAt &&
    a.searchedAt === b.searchedAt &&
    a.round === b.round &&
    a.wantedAt === b.wantedAt
  )
}

function isBacklog(reason: SearchReason): reason is Backlog {
  return reason in shares
}

/** What is not known comes first, or last where the order is turned. */
function compare(a: number | null, b: number | null): number {
  return (a ?? -Infinity) === (b ?? -Infinity) ? 0 : (a ?? -Infinity) < (b ?? -Infinity) ? -1 : 1
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
