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
import {pauseHold, type HoldMemory} from '#rules/hold.ts'
import {RuleBook} from '#rules/rule-book.ts'
import {newSteadyClock, stepSteadyClock, type SteadyClock, type SteadyTime} from '#rules/steady-clock.ts'
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
import type {FateTold} from './messages.ts'
import {isCutOff, torrentFacts, withoutArr, type FactSurroundings} from './torrent-facts.ts'
import type {ArrSaying, LookedUp, TorrentSubject} from './torrent-subject.ts'

/** Everybody is judged again at least so often, whatever was said or missed. */
const WHOLE_PASS_MS = 60_000
/** A decision that nobody answered is made again after this long. */
const UNANSWERED_MS = 600_000
/** What was put off is decided before its time at most so often, however often it stands otherwise. */
const BETWEEN_LIFTS_MS = 60_000
/** A torrent that comes back within it goes on where its holds were; of others nothing is kept. */
const RETURN_MS = 86_400_000
/** The longest window of `gained` and `avgDown`. */
const LONGEST_WINDOW: Seconds = 24 * 3600

export interface JudgementParts {
  readonly clock: Clock
  /** Of this life of its manager: no other one counts by the same clocks. */
  readonly run: string
  readonly surroundings: Pick<FactSurroundings, 'timeZone' | 'obligation' | 'phrases'>
  /** What the Arr of this manager says of a torrent; `null` = it has none. */
  readonly arrSaying: (row: ManagedRow) => ArrSaying | null
  /** After each slice of a pass. */
  readonly pause: () => Promise<void>
  readonly decided: (decisions: readonly Decision[]) => void
  readonly remember: (writes: readonly MemoryWrite[]) => void
  /** @param aged known, and worth another look; those first that are known for longest */
  readonly lookUp: (wanted: readonly WantedFact[], aged: readonly WantedFact[]) => void
}

/** Times by the duration clock. */
interface Waiting {
  readonly key: string
  readonly until: number
  /** On what it was decided. */
  readonly grounds: string
  /** It rests, and what stands otherwise ends that; `false` = it is under way, or was done a moment ago. */
  readonly isPutOff: boolean
  /** When a rest of it ended before its time last. */
  readonly liftedAt: number
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
  /** Of rules whose owners may not know the Arr of this manager. */
  readonly #deafReaders
  readonly #rows = new Map<string, ManagedRow>()
  readonly #servers = new Map<ServerId, KnownServer>()
  readonly #remembered = new Map<string, TorrentFactsRecord>()
  readonly #lookedUp = new Map<string, Map<FactName, LookedUp>>()
  readonly #flows = new FlowBook(LONGEST_WINDOW)
  readonly #holds = new Map<RuleId, Map<string, HoldMemory>>()
  /** Torrents that went, since when by the duration clock; the longest gone first. */
  readonly #gone = new Map<string, number>()
  readonly #askedAt = new Map<RuleId, EpochMs>()
  readonly #agenda = new Agenda()
  readonly #changed = new Set<string>()
  readonly #happened = new Map<RuleEvent, Set<string>>()
  /** Decisions that are under way, and those that rest, by rule and subject. */
  readonly #waiting = new Map<string, Waiting>()
  /** When their rest is over; of those under way nobody knows. */
  readonly #rests = new Agenda()
  #book: RuleBook<TorrentSubject>
  #clocks = 0
  #wholeAt = Number.NEGATIVE_INFINITY
  #lastPassAt: EpochMs | null = null

  constructor(parts: JudgementParts) {
    this.#parts = parts
    this.#time = new TrustedTime(parts.clock)
    const readers = torrentFacts({
      ...parts.surroundings,
      now: () => this.#time.now(),
      sinceTold: ({server}) => {
        const known = this.#servers.get(server.id)
        return known ? (parts.clock.monotonic() - known.toldAt) / 1000 : 0
      },
    })
    this.#readers = {
      ...readers,
      isAged: (fact: FactName, {lookedUp}: TorrentSubject) =>
        (lookedUp.get(fact)?.agedAt ?? Number.POSITIVE_INFINITY) <= parts.clock.monotonic(),
    }
    this.#deafReaders = withoutArr(this.#readers, () => true)
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
    const times = [this.#agenda.nextAt, this.#rests.nextAt].map((at) => at ?? Number.POSITIVE_INFINITY)
    return Math.max(0, Math.min(this.#wholeAt + WHOLE_PASS_MS, ...times) - now)
  }

  /**
   * @param holds how far each rule had come, as it was remembered; of rules that go on we know better ourselves
   * @param deaf rules that may not know what the Arr says
   */
  takeRules(
    rules: readonly Rule[],
    holds: ReadonlyMap<RuleId, ReadonlyMap<string, HoldMemory>>,
    deaf: ReadonlySet<RuleId> = new Set(),
  ): void {
    const before = new Map(this.#book.rules.map(({rule}) => [rule.id, rule]))
    const held = new Map(this.#holds)
    this.#book = new RuleBook(rules, this.#readers, ({id}) =>
      deaf.has(id) ? this.#deafReaders : this.#readers,
    )
    this.#holds.clear()
    for (const rule of rules) {
      const known = before.get(rule.id)
      const isSame = known?.revision === rule.revision
      const ofRule = new Map((isSame ? held : holds).get(rule.id))
      // Nobody looked at what is only told of, and nobody looks for a rule that is off.
      if (!isSame || rule.mode === 'off') pauseAll(ofRule)
      for (const [key, memory] of ofRule) this.#expect(key, memory, ofRule)
      this.#holds.set(rule.id, ofRule)
      if (!known || known.mode === 'off') this.#begins(rule)
    }
    for (const id of before.keys()) if (!this.#holds.has(id)) this.#askedAt.delete(id)
    this.#waiting.clear()
    this.#wholeAt = Number.NEGATIVE_INFINITY
  }

  /** What is held is of a torrent that is there, or may come within a day: others are other managers'. */
  #expect(key: string, memory: HoldMemory, ofRule: Map<string, HoldMemory>): void {
    const row = this.#rows.get(key)
    if (isOfAnother(memory, row)) ofRule.delete(key)
    if (!row && !this.#gone.has(key)) this.#gone.set(key, this.#parts.clock.monotonic())
  }

  /** A time of the calendar that passed while it was not there, or off, is over. */
  #begins({id, schedule}: Rule): void {
    if (schedule?.cron !== undefined) this.#askedAt.set(id, this.#parts.clock.now())
  }

  takeServers(servers: readonly ManagedServer[]): void {
    const toldAt = this.#parts.clock.monotonic()
    // Up to now they were as they were told before.
    this.#stepClocks(toldAt)
    const gone = new Set(this.#servers.keys())
    for (const server of servers) {
      gone.delete(server.id)
      const before = this.#servers.get(server.id)
      this.#servers.set(server.id, {server, toldAt, clock: before?.clock ?? this.#newClock()})
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
      this.#gone.delete(key)
      for (const ofRule of this.#holds.values()) if (isOfAnother(ofRule.get(key), row)) ofRule.delete(key)
      this.#changed.add(key)
    }
  }

  /** Told after their rows. */
  takeRemembered(records: readonly TorrentFactsRecord[]): void {
    for (const record of records) {
      const key = keyText(record)
      if (!this.#rows.has(key)) continue
      this.#remembered.set(key, record)
      this.#changed.add(key)
    }
  }

  takeLookedUp(key: string, facts: ReadonlyMap<FactName, LookedUp>): void {
    if (!this.#rows.has(key)) return
    const known = this.#lookedUp.get(key) ?? new Map<FactName, LookedUp>()
    for (const [fact, value] of facts) {
      // Nobody had the time to look: what it was still counts.
      if (value.whyUnknown === 'notRead' && known.has(fact)) continue
      known.set(fact, value)
    }
    this.#lookedUp.set(key, known)
    this.#changed.add(key)
  }

  /** What was looked up of it may be another thing by now. */
  forgetLooks(key: string): void {
    if (this.#lookedUp.delete(key)) this.#changed.add(key)
  }

  /** Its Arr says something else of these now; `null` = of all. */
  arrChanged(keys: Iterable<string> | null): void {
    for (const key of keys ?? this.#rows.keys()) {
      if (!this.#rows.has(key)) continue
      this.#event('queueChanged', key)
      this.#changed.add(key)
    }
  }

  /** What became of a decision is known: after a rest the rule may want it again. */
  answered({ruleId, key, restMs, isPutOff}: FateTold): void {
    const name = nameOf(ruleId, key)
    const waiting = this.#waiting.get(name)
    if (!waiting) return
    const until = this.#parts.clock.monotonic() + restMs
    this.#waiting.set(name, {...waiting, until, isPutOff})
    this.#rests.put(name, until)
    // Something may have changed while it was looked at.
    if (isPutOff) this.#changed.add(key)
  }

  #endRests(now: number): void {
    for (const name of this.#rests.takeDue(now)) {
      const waiting = this.#waiting.get(name)
      if (!waiting || now < waiting.until) continue
      this.#waiting.delete(name)
      this.#changed.add(waiting.key)
    }
  }

  /** What every rule says of this torrent now; `null` = it is none of these. */
  explain(key: string): Explanation | null {
    const {clock} = this.#parts
    this.#stepClocks(clock.monotonic())
    const subject = this.#subject(key)
    if (!subject) return null
    return explain(this.#book, subject, {
      at: this.#time.now() ?? clock.now(),
      time: this.#timeOf(subject),
      memoryOf: ({id}) => this.#holds.get(id)?.get(key) ?? null,
    })
  }

  /** Judges who changed, whose time has come and, each minute, everybody. */
  async pass(): Promise<void> {
    const {clock} = this.#parts
    const now = clock.monotonic()
    this.#stepClocks(now)
    this.#watchFlows(now / 1000)
    this.#endRests(now)
    const isWhole = now - this.#wholeAt >= WHOLE_PASS_MS
    const due = new Set([...this.#changed, ...this.#agenda.takeDue(now)])
    const happened = new Map(this.#happened)
    this.#changed.clear()
    this.#happened.clear()
    // Rules that come while it gives way are asked in the next one.
    if (isWhole) this.#wholeAt = now
    for (const [event, keys] of happened) await this.#run(keys, new Set([event]), false)
    if (isWhole || due.size > 0) await this.#run(isWhole ? this.#rows.keys() : due, new Set(), isWhole)
    if (isWhole) {
      for (const [name, {until}] of this.#waiting) if (until <= now) this.#waiting.delete(name)
      this.#forgetGone(now)
    }
    this.#lastPassAt = clock.now()
  }

  async #run(keys: Iterable<string>, events: ReadonlySet<RuleEvent>, isWhole: boolean): Promise<void> {
    const at = this.#time.now()
    const judging = evaluate(this.#book, {
      ...{subjects: this.#subjects(keys), isWhole, events},
      at: at ?? this.#parts.clock.now(),
      isClockTrusted: at !== undefined,
      timeOf: (subject) => this.#timeOf(subject),
      memoryOf: ({id}) => this.#holds.get(id) ?? new Map<string, HoldMemory>(),
      askedAt: ({id}) => this.#askedAt.get(id) ?? 0,
    })
    let step = judging.next()
    for (; !step.done; step = judging.next()) await this.#parts.pause()
    this.#conclude(step.value)
  }

  #conclude({decisions, memory, wanted, aged, wakes, asked}: PassResult): void {
    const {clock, decided, remember, lookUp} = this.#parts
    const now = clock.monotonic()
    const rules = new Map(this.#book.rules.map(({rule}) => [rule.id, rule]))
    const held = memory
      .filter((write) => isWatched(rules.get(write.ruleId), write))
      .map((write) => ofLife(write, this.#rows.get(write.subject.key)))
    for (const write of held) this.#hold(write)
    for (const id of asked) this.#askedAt.set(id, clock.now())
    for (const [key, seconds] of wakes) this.#agenda.put(key, now + Math.ceil(seconds * 1000))
    const fresh = decisions.filter((decision) => !this.#isWaiting(decision, now))
    if (held.length > 0) remember(held)
    if (fresh.length > 0) decided(fresh)
    if (wanted.length + aged.length > 0) lookUp(wanted, this.#oldestFirst(aged))
  }

  #oldestFirst(aged: readonly WantedFact[]): readonly WantedFact[] {
    const agedAt = ({subject, fact}: WantedFact) => this.#lookedUp.get(subject.key)?.get(fact)?.agedAt ?? 0
    return aged.toSorted((one, other) => agedAt(one) - agedAt(other))
  }

  #hold({ruleId, subject: {key}, memory}: MemoryWrite): void {
    const ofRule = this.#holds.get(ruleId)!
    if (memory) ofRule.set(key, memory)
    else ofRule.delete(key)
    // It went meanwhile.
    if (memory && !this.#rows.has(key)) this.#pause(key)
  }

  /** It was told already, and nobody said yet what became of it; or it has to rest on what it was decided on. */
  #isWaiting({ruleId, subject: {key}, preconditions}: Decision, now: number): boolean {
    const name = nameOf(ruleId, key)
    const waiting = this.#waiting.get(name)
    let liftedAt = waiting?.liftedAt ?? Number.NEGATIVE_INFINITY
    const isResting = waiting !== undefined && now < waiting.until
    if (isResting && (!waiting.isPutOff || now - liftedAt < BETWEEN_LIFTS_MS)) return true
    const grounds = JSON.stringify([preconditions, ...this.#standingOf(key)])
    if (isResting) {
      if (waiting.grounds === grounds) return true
      liftedAt = now
    }
    this.#waiting.set(name, {key, until: now + UNANSWERED_MS, grounds, isPutOff: false, liftedAt})
    return false
  }

  /** How its server and its Arr stand: what may be done of it hangs on that, too. */
  #standingOf(key: string): readonly unknown[] {
    const row = this.#rows.get(key)
    const server = row && this.#servers.get(row.key.serverId)?.server
    const arr = row && this.#parts.arrSaying(row)
    return [
      ...(server ? standingOf(server) : []),
      ...(arr ? [arr.isTrusted, arr.inQueue, arr.tracked, arr.anyImported] : []),
    ]
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

  #timeOf({server}: TorrentSubject): SteadyTime {
    return this.#servers.get(server.id)?.clock ?? this.#newClock()
  }

  /** Another one each time: of a server that comes back, too, nobody knows what was meanwhile. */
  #newClock(): SteadyClock {
    return newSteadyClock(`${this.#parts.run}/${++this.#clocks}`)
  }

  #stepClocks(monotonic: number): void {
    const isClockTrusted = this.#time.now() !== undefined
    for (const [id, known] of this.#servers) {
      const {server, clock} = known
      const isUp = server.status === 'online' || server.status === 'degraded'
      const isUsual = server.altSpeed !== true && !isCutOff(server)
      const steady = isUp && isClockTrusted && server.fullLists > 0 && isUsual
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
    if (this.#rows.delete(key)) this.#pause(key)
    this.#remembered.delete(key)
    this.#lookedUp.delete(key)
    this.#flows.forget(key)
    this.#agenda.delete(key)
    this.#changed.delete(key)
    for (const keys of this.#happened.values()) keys.delete(key)
  }

  /** It may come back; nobody looks at it until then. */
  #pause(key: string): void {
    let isHeld = false
    for (const ofRule of this.#holds.values()) {
      const memory = ofRule.get(key)
      if (memory) ofRule.set(key, pauseHold(memory))
      isHeld ||= memory !== undefined
    }
    if (isHeld) this.#gone.set(key, this.#parts.clock.monotonic())
  }

  /** Only here: who keeps what is remembered knows by himself who went, and who is only judged by another manager. */
  #forgetGone(now: number): void {
    for (const [key, since] of this.#gone) {
      if (now - since < RETURN_MS) return
      this.#gone.delete(key)
      for (const ofRule of this.#holds.values()) ofRule.delete(key)
    }
  }
}

/** It may have changed, or been turned off, while the pass gave way. */
function isWatched(rule: Rule | undefined, {ruleRevision}: MemoryWrite): boolean {
  return rule?.revision === ruleRevision && rule.mode !== 'off'
}

function ofLife(write: MemoryWrite, row: ManagedRow | undefined): MemoryWrite {
  return write.memory && row ? {...write, memory: {...write.memory, life: lifeOf(row)}} : write
}

/** What was removed and added again has not stood still while it was not there. */
function isOfAnother(memory: HoldMemory | undefined, row: ManagedRow | undefined): boolean {
  return row !== undefined && memory?.life !== undefined && memory.life !== lifeOf(row)
}

/** `null` = its server does not tell. */
function lifeOf({addedAt}: ManagedRow): EpochMs | null {
  return addedAt ?? null
}

function pauseAll(ofRule: Map<string, HoldMemory>): void {
  for (const [key, memory] of ofRule) ofRule.set(key, pauseHold(memory))
}

const nothing: ReadonlyMap<FactName, LookedUp> = new Map()

/** Its torrents are to be judged anew: what it says is believed now, or no longer, or its time counts otherwise. */
function standsOtherwise(one: ManagedServer, other: ManagedServer): boolean {
  const before = standingOf(one)
  return standingOf(other).some((it, at) => it !== before[at])
}

function standingOf({status, populationDrop, altSpeed, internet, epoch}: ManagedServer): readonly unknown[] {
  return [status, populationDrop, altSpeed, internet, epoch]
}

function nameOf(ruleId: RuleId, key: string): string {
  return `${ruleId} ${key}`
}
