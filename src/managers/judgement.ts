/**
 * The judging half of a manager: it is told what is true, judges what changed or is due, and tells what the rules want.
 * Level, not edge: every pass judges the state as it is, so a message that was lost costs one interval, not the truth.
 *
 *   rows, servers, memory, looked-up facts, Arr ──▶ who changed ─┐
 *                                agenda: whose time has come ────┼─▶ pass ─▶ decisions, memory, facts to look up
 *                                every minute: everybody ────────┘
 */
import {Agenda} from '#rules/agenda.ts'
import {explain} from '#rules/explain.ts'
import {evaluate, type MemoryWrite, type PassResult, type WantedFact} from '#rules/evaluate.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {RuleBook} from '#rules/rule-book.ts'
import {newSteadyClock, stepSteadyClock, type SteadyClock} from '#rules/steady-clock.ts'
import type {Clock} from '#kit/clock.ts'
import {TrustedTime} from '#kit/trusted-time.ts'
import type {Decision, Explanation} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {ManagedRow, ManagedServer, RowsTold} from '#model/manager.ts'
import type {TorrentFactsRecord} from '#model/memory.ts'
import type {Rule, RuleEvent, RuleId} from '#model/rule.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {FlowBook} from './flow-book.ts'
import {torrentFacts, type FactSurroundings} from './torrent-facts.ts'
import type {ArrSaying, LookedUp, TorrentSubject} from './torrent-subject.ts'

/** Everybody is judged again at least so often, whatever was said or missed. */
const WHOLE_PASS_MS = 60_000
/** A decision that nobody answered is made again after this long. */
const UNANSWERED_MS = 600_000
/** The longest window of `gained` and `avgDown`. */
const LONGEST_WINDOW: Seconds = 24 * 3600

export interface JudgementParts {
  readonly clock: Clock
  /** Of our life span. */
  readonly run: string
  readonly surroundings: Pick<FactSurroundings, 'timeZone' | 'obligation' | 'phrases'>
  /** What the Arr of this manager says of a torrent; `null` = it has none. */
  readonly arrSaying: (row: ManagedRow) => ArrSaying | null
  /** After each slice of a pass. */
  readonly pause: () => Promise<void>
  readonly decided: (decisions: readonly Decision[]) => void
  readonly remember: (writes: readonly MemoryWrite[]) => void
  readonly lookUp: (wanted: readonly WantedFact[]) => void
}

interface KnownServer {
  readonly server: ManagedServer
  /** By the duration clock, ms. */
  readonly toldAt: number
  readonly clock: SteadyClock
}

export class Judgement {
  readonly #parts: JudgementParts
  readonly #time: TrustedTime
  readonly #readers
  readonly #rows = new Map<string, ManagedRow>()
  readonly #servers = new Map<ServerId, KnownServer>()
  readonly #remembered = new Map<string, TorrentFactsRecord>()
  readonly #lookedUp = new Map<string, Map<FactName, LookedUp>>()
  readonly #flows = new FlowBook(LONGEST_WINDOW)
  readonly #holds = new Map<RuleId, Map<string, HoldMemory>>()
  readonly #askedAt = new Map<RuleId, EpochMs>()
  readonly #agenda = new Agenda()
  readonly #changed = new Set<string>()
  readonly #happened = new Map<RuleEvent, Set<string>>()
  /** Decisions that wait for what became of them, by rule and subject; since when, by the duration clock. */
  readonly #waiting = new Map<string, number>()
  #book: RuleBook<TorrentSubject>
  #wholeAt = Number.NEGATIVE_INFINITY
  #lastPassAt: EpochMs | null = null

  constructor(parts: JudgementParts) {
    this.#parts = parts
    this.#time = new TrustedTime(parts.clock)
    this.#readers = torrentFacts({
      ...parts.surroundings,
      now: () => this.#time.now(),
      sinceTold: ({server}) => {
        const known = this.#servers.get(server.id)
        return known ? (parts.clock.monotonic() - known.toldAt) / 1000 : 0
      },
    })
    this.#book = new RuleBook<TorrentSubject>([], this.#readers)
  }

  /** `null` = never yet. */
  get lastPassAt(): EpochMs | null {
    return this.#lastPassAt
  }

  get torrents(): number {
    return this.#rows.size
  }

  /** When the next pass is due, ms from now; 0 = now. */
  get dueIn(): number {
    if (this.#changed.size > 0 || this.#happened.size > 0) return 0
    const now = this.#parts.clock.monotonic()
    const next = Math.min(this.#wholeAt + WHOLE_PASS_MS, this.#agenda.nextAt ?? Number.POSITIVE_INFINITY)
    return Math.max(0, next - now)
  }

  /** @param holds how far each rule had come, as it was remembered */
  takeRules(rules: readonly Rule[], holds: ReadonlyMap<RuleId, ReadonlyMap<string, HoldMemory>>): void {
    this.#book = new RuleBook(rules, this.#readers)
    this.#holds.clear()
    for (const [id, ofRule] of holds) this.#holds.set(id, new Map(ofRule))
    this.#waiting.clear()
    this.#wholeAt = Number.NEGATIVE_INFINITY
  }

  takeServers(servers: readonly ManagedServer[]): void {
    const {clock, run} = this.#parts
    const toldAt = clock.monotonic()
    // Up to now they were as they were told before.
    this.#stepClocks(toldAt)
    const gone = new Set(this.#servers.keys())
    for (const server of servers) {
      gone.delete(server.id)
      const before = this.#servers.get(server.id)
      this.#servers.set(server.id, {server, toldAt, clock: before?.clock ?? newSteadyClock(run)})
      if (!before || standsOtherwise(before.server, server)) this.#markServer(server.id)
    }
    for (const id of gone) this.#servers.delete(id)
    this.#stepClocks(toldAt)
  }

  takeRows({isWhole, rows, gone}: RowsTold): void {
    if (isWhole) for (const key of [...this.#rows.keys()]) this.#forget(key)
    for (const key of gone) this.#forget(keyText(key))
    for (const row of rows) {
      const key = keyText(row.key)
      const before = this.#rows.get(key)
      // What is told when everything begins did not just happen.
      if (!isWhole && !before) this.#event('added', key)
      if (before && !before.complete && row.complete) this.#event('completed', key)
      if (before && before.trackerStatus !== row.trackerStatus) this.#event('trackerChanged', key)
      this.#rows.set(key, row)
      this.#changed.add(key)
    }
  }

  takeRemembered(records: readonly TorrentFactsRecord[]): void {
    for (const record of records) {
      const key = keyText(record)
      this.#remembered.set(key, record)
      this.#changed.add(key)
    }
  }

  takeLookedUp(key: string, facts: ReadonlyMap<FactName, LookedUp>): void {
    if (!this.#rows.has(key)) return
    const known = this.#lookedUp.get(key) ?? new Map<FactName, LookedUp>()
    for (const [fact, value] of facts) known.set(fact, value)
    this.#lookedUp.set(key, known)
    this.#changed.add(key)
  }

  /** Its Arr says something else of these now; `null` = of all. */
  arrChanged(keys: Iterable<string> | null): void {
    for (const key of keys ?? this.#rows.keys()) {
      if (!this.#rows.has(key)) continue
      this.#event('queueChanged', key)
      this.#changed.add(key)
    }
  }

  /** What became of a decision is known: the rule may want it again. */
  answered(ruleId: RuleId, key: string): void {
    if (this.#waiting.delete(`${ruleId} ${key}`)) this.#changed.add(key)
  }

  /** What every rule says of this torrent now; `null` = it is none of these. */
  explain(key: string): Explanation | null {
    const {clock, run} = this.#parts
    this.#stepClocks(clock.monotonic())
    const subject = this.#subject(key)
    if (!subject) return null
    return explain(this.#book, subject, {
      at: this.#time.now() ?? clock.now(),
      time: this.#servers.get(subject.server.id)?.clock ?? newSteadyClock(run),
      memoryOf: ({id}) => this.#holds.get(id)?.get(key) ?? null,
    })
  }

  /** Judges who changed, whose time has come and, each minute, everybody. */
  async pass(): Promise<void> {
    const {clock} = this.#parts
    const now = clock.monotonic()
    this.#stepClocks(now)
    this.#watchFlows(now / 1000)
    const isWhole = now - this.#wholeAt >= WHOLE_PASS_MS
    const due = new Set([...this.#changed, ...this.#agenda.takeDue(now)])
    const happened = new Map(this.#happened)
    this.#changed.clear()
    this.#happened.clear()
    for (const [event, keys] of happened) await this.#run(keys, new Set([event]), false)
    if (isWhole || due.size > 0) await this.#run(isWhole ? this.#rows.keys() : due, new Set(), isWhole)
    if (isWhole) {
      this.#wholeAt = now
      for (const [name, since] of this.#waiting) if (now - since >= UNANSWERED_MS) this.#waiting.delete(name)
    }
    this.#lastPassAt = clock.now()
  }

  async #run(keys: Iterable<string>, events: ReadonlySet<RuleEvent>, isWhole: boolean): Promise<void> {
    const at = this.#time.now()
    const judging = evaluate(this.#book, {
      ...{subjects: this.#subjects(keys), isWhole, events},
      at: at ?? this.#parts.clock.now(),
      isClockTrusted: at !== undefined,
      timeOf: ({server}) => this.#servers.get(server.id)?.clock ?? newSteadyClock(this.#parts.run),
      memoryOf: ({id}) => this.#holds.get(id) ?? new Map<string, HoldMemory>(),
      askedAt: ({id}) => this.#askedAt.get(id) ?? 0,
    })
    let step = judging.next()
    for (; !step.done; step = judging.next()) await this.#parts.pause()
    this.#conclude(step.value)
  }

  #conclude({decisions, memory, wanted, wakes, asked}: PassResult): void {
    const {clock, decided, remember, lookUp} = this.#parts
    const now = clock.monotonic()
    for (const {ruleId, subject, memory: held} of memory) {
      const ofRule = this.#holds.get(ruleId) ?? new Map<string, HoldMemory>()
      this.#holds.set(ruleId, ofRule)
      if (held) ofRule.set(subject.key, held)
      else ofRule.delete(subject.key)
    }
    for (const id of asked) this.#askedAt.set(id, clock.now())
    for (const [key, seconds] of wakes) this.#agenda.put(key, now + Math.ceil(seconds * 1000))
    const fresh = decisions.filter(({ruleId, subject}) => !this.#isWaiting(`${ruleId} ${subject.key}`, now))
    if (memory.length > 0) remember(memory)
    if (fresh.length > 0) decided(fresh)
    if (wanted.length > 0) lookUp(wanted)
  }

  /** It was told already, and nobody said yet what became of it. */
  #isWaiting(name: string, now: number): boolean {
    const since = this.#waiting.get(name)
    if (since !== undefined && now - since < UNANSWERED_MS) return true
    this.#waiting.set(name, now)
    return false
  }

  /** One at a time: what changes while a pass gives way is judged as it is then. */
  *#subjects(keys: Iterable<string>): Generator<TorrentSubject> {
    for (const key of keys) {
      const subject = this.#subject(key)
      if (subject) yield subject
    }
  }

  #subject(key: string): TorrentSubject | null {
    const row = this.#rows.get(key)
    const server = row && this.#servers.get(row.key.serverId)?.server
    if (!row || !server) return null
    const at = this.#parts.clock.monotonic() / 1000
    return {
      ...{row, server},
      remembered: this.#remembered.get(key) ?? null,
      arr: this.#parts.arrSaying(row),
      lookedUp: this.#lookedUp.get(key) ?? nothing,
      flow: this.#flows.of(key, row.downloaded, at),
    }
  }

  #stepClocks(monotonic: number): void {
    const isClockTrusted = this.#time.now() !== undefined
    for (const [id, known] of this.#servers) {
      const {server, clock} = known
      const isUp = server.status === 'online' || server.status === 'degraded'
      const steady = isUp && isClockTrusted && server.fullLists > 0 && server.altSpeed !== true
      const syncIntervalMs = Math.max(server.pollMs ?? 0, WHOLE_PASS_MS)
      this.#servers.set(id, {...known, clock: stepSteadyClock(clock, {monotonic, steady, syncIntervalMs})})
    }
  }

  /** Only of what downloads, while its server is believed. */
  #watchFlows(at: Seconds): void {
    for (const [key, row] of this.#rows) {
      if (row.complete) continue
      const status = this.#servers.get(row.key.serverId)?.server.status
      const isBelieved = status === 'online' || status === 'degraded'
      this.#flows.see(key, isBelieved ? row.downloaded : undefined, at)
    }
  }

  #markServer(id: ServerId): void {
    for (const [key, row] of this.#rows) if (row.key.serverId === id) this.#changed.add(key)
  }

  #event(event: RuleEvent, key: string): void {
    const keys = this.#happened.get(event) ?? new Set<string>()
    this.#happened.set(event, keys.add(key))
  }

  #forget(key: string): void {
    this.#rows.delete(key)
    this.#lookedUp.delete(key)
    this.#flows.forget(key)
    this.#agenda.delete(key)
    this.#changed.delete(key)
    for (const keys of this.#happened.values()) keys.delete(key)
  }
}

const nothing: ReadonlyMap<FactName, LookedUp> = new Map()

/** Its torrents are to be judged anew: what it says is believed now, or no longer, or its time counts otherwise. */
function standsOtherwise(one: ManagedServer, other: ManagedServer): boolean {
  return (
    one.status !== other.status ||
    one.populationDrop !== other.populationDrop ||
    one.altSpeed !== other.altSpeed ||
    one.epoch !== other.epoch
  )
}
