/**
 * The judging half of a manager: it is told what is true, judges what changed or is due, and tells what the rules want.
 * Level, not edge: every pass judges the state as it is, so a message that was lost costs one interval, not the truth.
 *
 *   rows, servers, memory, looked-up facts, Arr ──▶ who changed ─┐
 *                                agenda: whose time has come ────┼─▶ pass ─▶ decisions, memory, facts to look up
 *                                every minute: everybody ────────┘
 */
import {takesAway} from '#executor/guards/rules/decision-guard.ts'
import {cpuMsOfThread, type Clock} from '#lib/clock.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import type {TorrentFactsRecord} from '#model/automation-state.ts'
import type {
  ComingAction,
  Decision,
  EarlyDecision,
  Explanation,
  NeedsLook,
  RuleOutcome,
  Verdict,
  WantedAction,
} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {ManagedRow, ManagedServer, RowsMessage} from '#model/manager.ts'
import type {Condition, Rule, RuleEvent, RuleId, RuleMode} from '#model/rule.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {Agenda} from '#rules/agenda.ts'
import type {CompiledRule} from '#rules/compiled-rule.ts'
import {compileCondition} from '#rules/condition.ts'
import {
  evaluate,
  type MemoryWrite,
  type Pass,
  type PassPart,
  type PassResult,
  type WantedFact,
} from '#rules/evaluate.ts'
import {explain, type Circumstances} from '#rules/explain.ts'
import {readOnce} from '#rules/fact-readers.ts'
import {decisionOf, evaluateRule, openActions, wantedActions} from '#rules/rule-evaluation.ts'
import {endEarly, type HoldMemory} from '#rules/hold.ts'
import {RuleCosts} from '#rules/rule-costs.ts'
import {RuleSet} from '#rules/rule-set.ts'
import {HoldTracker, type HeldByRule} from './hold-tracker.ts'
import {ImportStatuses, type ImportStatusChange} from './import-statuses.ts'
import type {ArrVerdicts, DecisionResult, RuleBounds, RunAsked} from './messages.ts'
import {OpenEvents, type OpenEvent} from './open-events.ts'
import {PendingDecisions} from './pending-decisions.ts'
import {RemovalDates, type RemovalDate} from './removal-dates.ts'
import {Returns} from './returns.ts'
import {isCutOff, torrentFacts, withoutArr, type FactSurroundings} from './torrent-facts.ts'
import type {ArrFacts, LookedUp, TorrentSubject} from './torrent-subject.ts'
import {TransferWindow} from './transfer-window.ts'
import {isUp, standingOf, WatchedServers} from './watched-servers.ts'

/** Everybody is judged again at least so often, whatever was said or missed. */
const WHOLE_PASS_MS = 60_000
/** What comes of more than so many is asked for by nobody, and would hold up the pass. */
const MOST_HELD = 5_000
/** What is first seen complete completed just now, when that is no longer ago. */
const YOUNG_MS = 600_000
/** So long what just completed is judged before all others: its files are looked at, and its Arr, meanwhile. */
const FIRST_MS = 60_000
/** So many torrents are judged for a search before others have their turn. */
const JUDGED_AT_ONCE = 200
const verdictCodes = {no: '0', yes: '1', unknown: '2'} as const satisfies Record<Verdict, string>
/** The longest window of `gained` and `avgDown`. */
const LONGEST_WINDOW: Seconds = 24 * 3600

/** What a person has a rule look at waits so long for facts that are looked up, and for what was put off. */
const RUN_MS = 120_000

/** A person has a rule look now. */
interface RunOfRule {
  readonly revision: number
  readonly mode: RuleMode
  /** What it is not over of. */
  readonly keys: Set<string>
  /** By the duration clock. */
  readonly until: number
}

interface RuleEvaluatorDeps {
  readonly clock: Clock
  /** Of this life of its manager: no other one counts by the same clocks. */
  readonly run: string
  readonly surroundings: Pick<FactSurroundings, 'timeZone' | 'obligation' | 'phrases'>
  /** What the Arr of this manager says of a torrent; `null` = it has none. */
  readonly arrSaying: (row: ManagedRow) => ArrFacts | null
  /** After each slice of a pass. */
  readonly pause: () => Promise<void>
  readonly decided: (decisions: readonly Decision[]) => void
  /** This rule took too much of the thread, and is not asked any more. @param ms lately */
  readonly costly: (id: RuleId, ms: number) => void
  readonly remember: (writes: readonly MemoryWrite[]) => void
  /** @param aged known, and worth another look; those first that are known for longest */
  readonly lookUp: (wanted: readonly WantedFact[], aged: readonly WantedFact[]) => void
  /** The list shows another time of these. */
  readonly removable: (dates: readonly RemovalDate[]) => void
  /** The list shows another status of their import. */
  readonly imports: (changes: readonly ImportStatusChange[]) => void
}

export class RuleEvaluator {
  readonly #parts: RuleEvaluatorDeps
  readonly #time: TrustedTime
  readonly #readers
  /** Of rules whose owners may not know the Arr of this manager. */
  readonly #deafReaders
  readonly #rows = new Map<string, ManagedRow>()
  /** Those of them that are not complete. */
  readonly #downloading = new Map<string, ManagedRow>()
  readonly #servers: WatchedServers
  readonly #remembered = new Map<string, TorrentFactsRecord>()
  readonly #lookedUp = new Map<string, Map<FactName, LookedUp>>()
  readonly #flows = new TransferWindow(LONGEST_WINDOW)
  readonly #holds: HoldTracker
  readonly #askedAt = new Map<RuleId, EpochMs>()
  readonly #agenda = new Agenda()
  readonly #changed = new Set<string>()
  readonly #happened = new Map<RuleEvent, Set<string>>()
  /** What completed within the last minute, and until when it comes first, by the duration clock. */
  readonly #first = new Map<string, number>()
  /** What was judged before the others of this pass: the next one looks at it among all that changed. */
  readonly #judgedFirst = new Set<string>()
  readonly #pending: PendingDecisions
  readonly #returns = new Returns()
  readonly #open: OpenEvents
  readonly #runs = new Map<RuleId, RunOfRule>()
  readonly #costs: RuleCosts
  readonly #dates: RemovalDates
  readonly #imports: ImportStatuses
  /** One for all: subjects are kept until a pass is over. */
  readonly #strikes = (key: TorrentKey) => this.#holds.strikesOf(keyText(key), this.#rules)
  #ruleSet: RuleSet<TorrentSubject>
  #rules: readonly Rule[] = []
  #wholeAt = Number.NEGATIVE_INFINITY
  #lastPassAt: EpochMs | null = null

  constructor(parts: RuleEvaluatorDeps) {
    this.#parts = parts
    this.#time = new TrustedTime(parts.clock)
    const isClockTrusted = () => this.#time.now() !== undefined
    this.#servers = new WatchedServers(parts.clock, parts.run, isClockTrusted)
    this.#holds = new HoldTracker(parts.clock, this.#rows)
    this.#open = new OpenEvents(parts.clock)
    this.#costs = new RuleCosts(parts.clock, cpuMsOfThread, (id, ms) => {
      this.#dates.again()
      parts.costly(id, ms)
    })
    this.#dates = new RemovalDates(
      (key) => this.#subject(key),
      (subject) => this.#circumstances(subject),
      async () => {
        await parts.pause()
        await this.#judgeFirst()
      },
      parts.removable,
    )
    this.#imports = new ImportStatuses(parts.imports)
    this.#pending = new PendingDecisions(parts.clock, {
      standingOf: (key) => this.#standingOf(key),
      returnsOf: (key) => this.#returnsOf(key),
    })
    const readers = torrentFacts({
      ...parts.surroundings,
      now: () => this.#time.now(),
      looksUp: true,
      sinceReported: ({server}) => this.#servers.sinceReported(server.id),
      cutOffWithin: ({server}, last) => this.#servers.cutOffWithin(server.id, last),
    })
    this.#readers = readOnce({
      ...readers,
      isAged: (fact: FactName, {lookedUp}: TorrentSubject) =>
        (lookedUp.get(fact)?.agedAt ?? Number.POSITIVE_INFINITY) <= parts.clock.monotonic(),
    })
    this.#deafReaders = withoutArr(this.#readers, () => true)
    this.#ruleSet = new RuleSet<TorrentSubject>([], this.#readers)
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
    const times = [this.#agenda.nextAt, this.#pending.nextAt, this.#open.nextAt].map(
      (at) => at ?? Number.POSITIVE_INFINITY,
    )
    return Math.max(0, Math.min(this.#wholeAt + WHOLE_PASS_MS, ...times) - now)
  }

  /**
   * @param holds how far each rule had come, as it was remembered; of rules that go on we know better ourselves
   * @param deaf rules that may not know what the Arr says
   * @param bounds whose account rules spend from, and those that are held for what they cost
   */
  takeRules(
    rules: readonly Rule[],
    holds: HeldByRule,
    deaf: ReadonlySet<RuleId> = new Set(),
    bounds: RuleBounds = {owners: [], held: []},
  ): void {
    // One that was not asked for a while was not watched either: it begins again.
    const before = new Map(
      this.#ruleSet.rules.flatMap(({rule}) => (this.#costs.isHeld(rule) ? [] : [[rule.id, rule] as const])),
    )
    this.#costs.take(new Map(bounds.owners), bounds.held)
    this.#ruleSet = new RuleSet(
      rules,
      this.#readers,
      ({id}) => (deaf.has(id) ? this.#deafReaders : this.#readers),
      this.#ruleSet,
    )
    this.#rules = rules
    this.#dates.takeRules(this.#ruleSet)
    this.#holds.takeRules(rules, before, holds)
    for (const rule of rules) {
      const known = before.get(rule.id)
      if (!known || known.mode === 'off') this.#begins(rule)
      before.delete(rule.id)
    }
    for (const id of before.keys()) this.#askedAt.delete(id)
    this.#pending.clear()
    this.#wholeAt = Number.NEGATIVE_INFINITY
  }

  /** A time of the calendar that passed while it was not there, or off, is over. */
  #begins({id, schedule}: Rule): void {
    if (schedule?.cron !== undefined) this.#askedAt.set(id, this.#parts.clock.now())
  }

  takeServers(servers: readonly ManagedServer[]): void {
    // What was low when everything began did not just happen.
    const fell = servers.filter(({id, isDiskLow}) => isDiskLow && this.#servers.of(id)?.isDiskLow === false)
    for (const id of this.#servers.take(servers)) this.#markServer(id)
    const full = new Set(fell.map(({id}) => id))
    for (const [key, row] of this.#rows) if (full.has(row.key.serverId)) this.#event('diskLow', key)
  }

  /** @returns whether any of them completed */
  takeRows({isWhole, rows, gone}: RowsMessage): boolean {
    let hasCompleted = false
    if (isWhole) for (const key of Array.from(this.#rows.keys())) this.#forget(key)
    for (const key of gone) this.#forget(keyText(key))
    for (const row of rows) {
      const key = keyText(row.key)
      const before = this.#rows.get(key)
      // What is told when everything begins did not just happen.
      if (!isWhole && !before) this.#event('added', key)
      // It may be added and complete from one look at its server to the next.
      const wasSeen = before ? !before.complete : !isWhole && this.#isYoung(row)
      if (wasSeen && row.complete) {
        this.#event('completed', key)
        this.#first.set(key, this.#parts.clock.monotonic() + FIRST_MS)
        hasCompleted = true
      }
      if (before && before.trackerStatus !== row.trackerStatus) this.#event('trackerChanged', key)
      this.#rows.set(key, row)
      if (row.complete) this.#downloading.delete(key)
      else this.#downloading.set(key, row)
      this.#holds.came(key, row)
      this.#changed.add(key)
    }
    return hasCompleted
  }

  /**
   * It completed minutes ago; not what came from elsewhere, or back. The clock of its server may be ahead by minutes, too:
   * what is dated further ahead tells nothing of when that was.
   */
  #isYoung({addedAt, completedAt}: ManagedRow): boolean {
    const now = this.#time.now()
    const at = completedAt ?? addedAt
    return now !== undefined && at !== undefined && Math.abs(now - at) <= YOUNG_MS
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
  answered(result: DecisionResult): void {
    if (!result.isUndone) this.#runs.get(result.ruleId)?.keys.delete(result.key)
    if (this.#pending.answered(result)) this.#changed.add(result.key)
  }

  /**
   * A person has a rule look at these torrents in the next pass, whatever its times are; what waits for its time waits on.
   * @returns of how many of them that is so; 0 = it is another rule by now, or does nothing
   */
  runNow({ruleId, revision, mode, keys}: RunAsked): number {
    const rule = this.#rules.find(({id}) => id === ruleId)
    if (!rule || rule.revision !== revision || rule.mode !== mode) return 0
    if (mode === 'off' || this.#costs.isHeld(rule)) return 0
    const known = new Set(keys.filter((key) => this.#rows.has(key)))
    if (known.size === 0) return 0
    this.#pending.lift(rule, known)
    this.#runs.set(ruleId, {revision, mode, keys: known, until: this.#parts.clock.monotonic() + RUN_MS})
    this.#wholeAt = Number.NEGATIVE_INFINITY
    return known.size
  }

  /** What every rule says of this torrent now; `null` = it is none of these. */
  explain(key: string): Explanation | null {
    this.#servers.step()
    const subject = this.#subject(key)
    return subject && explain(this.#ruleSet, subject, this.#circumstances(subject))
  }

  /**
   * What rules are about to do to each of these, as far as they wait for their time, those of one torrent in the order
   * in which they come.
   * @param keys `null` = all for which the time of a rule runs; of very many those that come to mind first
   */
  coming(keys: readonly TorrentKey[] | null): readonly ComingAction[] {
    this.#servers.step()
    return (keys?.map(keyText) ?? this.#heldKeys()).flatMap((word) => {
      const subject = this.#subject(word)
      const coming = subject ? comingActions(this.#ruleSet, subject, this.#circumstances(subject)) : []
      return coming.map((action) => ({key: subject!.row.key, ...action}))
    })
  }

  /** What a condition says of each torrent now, by server. Gives way as a pass does. */
  async verdicts(condition: Condition): Promise<readonly ArrVerdicts[]> {
    this.#servers.step()
    const compiled = compileCondition(condition, this.#readers, false)
    const found = new Map<ServerId, {hashes: string[]; verdicts: string[]}>()
    let judged = 0
    for (const key of this.#rows.keys()) {
      const subject = this.#subject(key)
      if (!subject) continue
      const {serverId, hash} = subject.row.key
      const its = found.get(serverId) ?? {hashes: [], verdicts: []}
      found.set(serverId, its)
      its.hashes.push(hash)
      its.verdicts.push(verdictCodes[compiled.evaluate(subject)])
      if (++judged % JUDGED_AT_ONCE === 0) await this.#parts.pause()
    }
    return Array.from(found, ([serverId, {hashes, verdicts}]) => ({
      serverId,
      hashes: hashes.join(''),
      verdicts: verdicts.join(''),
    }))
  }

  /** Which of these facts nobody looked up yet, of those of these torrents that are its own. */
  wantedOf(keys: readonly TorrentKey[], facts: readonly FactName[]): readonly WantedFact[] {
    return keys.flatMap((key) => {
      const subject = this.#subject(keyText(key))
      if (subject === null) return []
      const missing = facts.filter((fact) => this.#readers.reader(fact, null)(subject) === undefined)
      return missing.map((fact) => ({fact, window: null, subject: this.#readers.name(subject)}))
    })
  }

  /** What a rule whose time runs would decide of it now; `null` = its time does not run, or it would do nothing. */
  early(key: string, ruleId: RuleId): EarlyDecision | null {
    const early = this.#early(key, ruleId)
    return early && 'decision' in early ? early.decision : early
  }

  /**
   * A person has the rule act before its time is over: it does in the next pass, if it wants that then. Never where it
   * may take the torrent away.
   * @param revision of the rule that he saw
   * @returns what the rule says then; `null` = nothing is ended
   */
  endHold(key: string, ruleId: RuleId, revision: number): RuleOutcome | null {
    const early = this.#early(key, ruleId)
    if (early === null || 'needs' in early) return null
    const {compiled, decision, memory} = early
    const {rule, actions} = compiled
    if (rule.revision !== revision || mayTakeAway(actions) || decision.actions.some(takesAway)) return null
    const write = {ruleId, ruleRevision: revision, subject: decision.subject}
    const rules = new Map(this.#rules.map((it) => [it.id, it]))
    this.#parts.remember(this.#holds.write(rules, [{...write, memory: endEarly(rule.hold!, memory)}]))
    this.#changed.add(key)
    return this.explain(key)?.rules.find((it) => it.ruleId === ruleId)?.outcome ?? null
  }

  #early(key: string, ruleId: RuleId): Early | NeedsLook | null {
    this.#servers.step()
    const subject = this.#subject(key)
    const compiled = this.#ruleSet.rules.find(({rule: {id}}) => id === ruleId)
    if (!subject || !compiled || this.#costs.isHeld(compiled.rule)) return null
    const now = this.#circumstances(subject)
    const {verdict, hold, memory, isDue} = evaluateRule(compiled, subject, now.memoryOf(compiled.rule), now)
    if (verdict !== 'yes' || isDue || hold === null || memory === null) return null
    const ended = endEarly(compiled.rule.hold!, memory)
    const wanted = wantedActions(compiled, subject, ended)
    if (wanted === null) return {needs: 'a look'}
    const actions = openActions(compiled, subject, wanted)
    if (actions.length === 0) return null
    return {compiled, memory, decision: decisionOf(compiled, subject, actions, {at: now.at, hold})}
  }

  /** Torrents of which a rule remembers something: no other waits for its time. */
  #heldKeys(): readonly string[] {
    const held = new Set<string>()
    for (const {id, mode} of this.#rules) {
      if (mode !== 'live' && mode !== 'ask') continue
      for (const key of this.#holds.of(id).keys()) {
        held.add(key)
        if (held.size === MOST_HELD) return [...held]
      }
    }
    return [...held]
  }

  #circumstances({row, server}: TorrentSubject): Circumstances {
    const key = keyText(row.key)
    return {
      at: this.#time.now() ?? this.#parts.clock.now(),
      time: this.#servers.timeOf(server.id),
      memoryOf: ({id}) => this.#holds.of(id).get(key) ?? null,
      isHeld: (rule) => this.#costs.isHeld(rule),
    }
  }

  /** Judges who changed, whose time has come and, each minute, everybody. */
  async pass(): Promise<void> {
    const {clock} = this.#parts
    const now = clock.monotonic()
    this.#servers.step()
    this.#watchFlows()
    for (const key of this.#pending.takeRested(now)) this.#changed.add(key)
    const isWhole = now - this.#wholeAt >= WHOLE_PASS_MS
    const due = new Set([...this.#changed, ...this.#agenda.takeDue(now)])
    const happened = new Map(this.#happened)
    this.#changed.clear()
    this.#happened.clear()
    // Rules that come while it gives way are asked in the next one.
    if (isWhole) this.#wholeAt = now
    for (const [event, keys] of happened) await this.#report({event, keys, rules: new Set(), tries: 0})
    for (const again of this.#open.takeDue()) await this.#report({...again, tries: again.tries + 1})
    if (isWhole || due.size > 0) {
      const runs = this.#standingRuns(now)
      const {open} = await this.#run(isWhole ? this.#rows.keys() : due, {isWhole, now: keysOf(runs)})
      this.#noteRun(runs, open, (rule, key) => isWhole || (due.has(key) && rule.select === null))
    }
    this.#imports.publish()
    const touched = [...happened.values()].flatMap((keys) => [...keys])
    await this.#dates.look(new Set([...due, ...touched]), this.#rows.keys(), isWhole)
    if (isWhole) {
      this.#pending.forget(now)
      this.#holds.forgetGone(now)
    }
    for (const key of this.#judgedFirst) if (this.#rows.has(key)) this.#changed.add(key)
    this.#judgedFirst.clear()
    this.#lastPassAt = clock.now()
  }

  /** What people have rules look at, as far as those rules are as they saw them. */
  #standingRuns(now: number): ReadonlyMap<RuleId, RunOfRule> {
    const rules = new Map(this.#rules.map((rule) => [rule.id, rule]))
    for (const [id, {revision, mode, keys, until}] of this.#runs) {
      const rule = rules.get(id)
      const isSame = rule?.revision === revision && rule.mode === mode
      if (now >= until || keys.size === 0 || !isSame) this.#runs.delete(id)
    }
    return new Map(this.#runs)
  }

  /** What hangs on facts that are being looked up, and what is under way, is not over yet. */
  #noteRun(
    runs: ReadonlyMap<RuleId, RunOfRule>,
    open: PassResult['open'],
    isLookedAt: (rule: Rule, key: string) => boolean,
  ): void {
    const rules = new Map(this.#rules.map((rule) => [rule.id, rule]))
    for (const [id, {keys}] of runs) {
      const rule = rules.get(id)
      if (!rule) continue
      for (const key of keys) {
        const isOpen = open.get(id)?.has(key) === true || this.#pending.has(id, key)
        if (!isOpen && isLookedAt(rule, key)) keys.delete(key)
      }
    }
  }

  /** @param happened for the first time: to all rules */
  async #report(happened: OpenEvent, comesFirst = false): Promise<void> {
    const {event, keys, rules, tries} = happened
    const isNew = tries === 0
    const {open} = await this.#run(keys, {
      events: new Set([event]),
      comesFirst,
      ...(!isNew && {again: rules}),
    })
    if (open.size === 0) return
    const waiting = new Set([...open.values()].flatMap((some) => [...some]))
    // Who chooses among all of a server whose disk got low does not choose among those few that are left.
    const keysThen = event === 'diskLow' ? new Set(keys) : waiting
    this.#open.put({event, rules: new Set(open.keys()), keys: keysThen, tries})
  }

  async #run(
    keys: Iterable<string>,
    {
      isWhole = false,
      events = noEvents,
      again,
      now,
      comesFirst = false,
    }: Partial<Pick<Pass<TorrentSubject>, 'isWhole' | 'events' | 'again' | 'now'>> & {
      readonly comesFirst?: boolean
    },
  ): Promise<PassResult> {
    const at = this.#time.now()
    const evaluation = evaluate(this.#ruleSet, {
      subjects: this.#subjects(keys),
      isWhole,
      events,
      ...(again && {again}),
      ...(now && {now}),
      at: at ?? this.#parts.clock.now(),
      isClockTrusted: at !== undefined,
      timeOf: ({server}) => this.#servers.timeOf(server.id),
      memoryOf: ({id}) => this.#holds.of(id),
      askedAt: ({id}) => this.#askedAt.get(id) ?? 0,
      costs: this.#costs,
      rests: (rule, key) => this.#pending.rests(rule, key, this.#parts.clock.monotonic()),
    })
    let step = evaluation.next()
    const before = new Set<string>()
    for (; !step.done; step = evaluation.next()) {
      if (step.value) this.#tell(without(step.value, before))
      await this.#parts.pause()
      if (comesFirst) continue
      for (const key of await this.#judgeFirst()) before.add(key)
    }
    this.#conclude(step.value, before)
    return step.value
  }

  /**
   * Between two slices of a longer pass: what just completed waits for no look at 100,000 others, and neither does what is
   * learned of it next. @returns those that were judged
   */
  async #judgeFirst(): Promise<readonly string[]> {
    if (this.#first.size === 0) return []
    const now = this.#parts.clock.monotonic()
    for (const [key, until] of this.#first) if (now >= until) this.#first.delete(key)
    const happened = this.#happened.get('completed') ?? nobody
    const completed = new Set([...this.#first.keys()].filter((key) => happened.has(key)))
    const judged = [...this.#first.keys()].filter((key) => completed.has(key) || this.#changed.has(key))
    for (const key of completed) happened.delete(key)
    if (happened.size === 0) this.#happened.delete('completed')
    for (const key of judged) {
      this.#changed.delete(key)
      this.#judgedFirst.add(key)
    }
    if (completed.size > 0)
      await this.#report({event: 'completed', keys: completed, rules: new Set(), tries: 0}, true)
    if (judged.length > 0) await this.#run(judged, {comesFirst: true})
    return judged
  }

  /** @param before judged before the others of this pass: of those it may say how they were then */
  #conclude(result: PassResult, before: ReadonlySet<string>): void {
    const {wanted, aged, wakes, asked} = result
    const {clock, lookUp} = this.#parts
    const now = clock.monotonic()
    for (const id of asked) this.#askedAt.set(id, clock.now())
    for (const [key, seconds] of wakes)
      if (!before.has(key)) this.#agenda.put(key, now + Math.ceil(seconds * 1000))
    this.#tell(without(result, before))
    if (wanted.length + aged.length > 0) lookUp(wanted, this.#oldestFirst(aged))
  }

  #tell({decisions, memory}: PassPart): void {
    const {clock, decided, remember} = this.#parts
    const rules = new Map(this.#ruleSet.rules.map(({rule}) => [rule.id, rule]))
    const held = this.#holds.write(rules, memory)
    const fresh = this.#pending.takeFresh(decisions, clock.monotonic())
    if (held.length > 0) remember(held)
    if (fresh.length > 0) decided(fresh)
  }

  #oldestFirst(aged: readonly WantedFact[]): readonly WantedFact[] {
    const agedAt = ({subject, fact}: WantedFact) => this.#lookedUp.get(subject.key)?.get(fact)?.agedAt ?? 0
    return aged.toSorted((one, other) => agedAt(one) - agedAt(other))
  }

  /** How its server and its Arr stand: what may be done of it hangs on that, too. */
  #standingOf(key: string): readonly unknown[] {
    const row = this.#rows.get(key)
    const server = row && this.#servers.of(row.key.serverId)
    const arr = row && this.#parts.arrSaying(row)
    return [
      ...(server ? standingOf(server) : []),
      ...(arr
        ? [arr.isTrusted, arr.inQueue, arr.tracked, arr.anyImported, arr.taken, arr.unseen?.folder]
        : []),
    ]
  }

  /** How often its server and its Arr returned. */
  #returnsOf(key: string): string {
    const row = this.#rows.get(key)
    const arr = row && this.#parts.arrSaying(row)
    return row
      ? `${this.#returns.of(serverName(row.key.serverId))} ${arr ? this.#returns.of(arrName(arr)) : 0}`
      : ''
  }

  /** One at a time: what changes while a pass gives way is judged as it is then. */
  *#subjects(keys: Iterable<string>): Generator<TorrentSubject> {
    for (const key of keys) {
      const subject = this.#subject(key)
      if (!subject) continue
      const {server, arr} = subject
      const now = this.#parts.clock.monotonic()
      this.#returns.see(serverName(server.id), isUp(server) ? server.epoch : null, now)
      if (arr) this.#returns.see(arrName(arr), arr.isTrusted ? 'trusted' : null, now)
      this.#imports.see(subject)
      yield subject
    }
  }

  #subject(key: string): TorrentSubject | null {
    const row = this.#rows.get(key)
    const server = row && this.#servers.of(row.key.serverId)
    if (!row || !server) return null
    const at = this.#countedAt(server.id)
    return {
      row,
      server,
      remembered: this.#remembered.get(key) ?? null,
      arr: this.#parts.arrSaying(row),
      lookedUp: this.#lookedUp.get(key) ?? nothing,
      flow: this.#flows.of(key, row.downloaded, at),
      strikes: this.#strikes,
    }
  }

  /** Windows reach back over time in which something could have come in: by the clock that holds count by. */
  #countedAt(id: ServerId): Seconds {
    return this.#servers.timeOf(id).ms / 1_000
  }

  /** Only of what downloads, while its server is believed. */
  #watchFlows(): void {
    for (const [key, row] of this.#downloading) {
      const server = this.#servers.of(row.key.serverId)
      const at = this.#countedAt(row.key.serverId)
      const isBelieved = server !== undefined && isUp(server)
      const isFree = isBelieved && server.altSpeed !== true && !isCutOff(server) && fetches.has(row.state)
      const how = {isHeldBack: !isFree, speed: row.downSpeed ?? 0}
      this.#flows.see(key, isBelieved ? row.downloaded : undefined, at, how)
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
    if (this.#rows.delete(key)) this.#holds.pause(key)
    this.#downloading.delete(key)
    this.#remembered.delete(key)
    this.#lookedUp.delete(key)
    this.#flows.forget(key)
    this.#agenda.delete(key)
    this.#changed.delete(key)
    this.#first.delete(key)
    for (const keys of this.#happened.values()) keys.delete(key)
  }
}

interface Early {
  readonly compiled: CompiledRule<TorrentSubject>
  readonly memory: HoldMemory
  readonly decision: Decision
}

function keysOf(runs: ReadonlyMap<RuleId, RunOfRule>): ReadonlyMap<RuleId, ReadonlySet<string>> {
  return new Map(Array.from(runs, ([id, {keys}]) => [id, keys]))
}

function serverName(id: ServerId): string {
  return `server ${id}`
}

function arrName({arrId}: ArrFacts): string {
  return `arr ${arrId}`
}

/** It may take what its swarm gives. */
const fetches: ReadonlySet<ManagedRow['state']> = new Set(['downloading', 'stalledDown'])
/** What a pass says of these is left out. */
function without(part: PassPart, keys: ReadonlySet<string>): PassPart {
  if (keys.size === 0) return part
  const isLeft = ({subject}: {readonly subject: {readonly key: string}}) => !keys.has(subject.key)
  return {decisions: part.decisions.filter(isLeft), memory: part.memory.filter(isLeft)}
}

const nobody: Set<string> = new Set()
const nothing: ReadonlyMap<FactName, LookedUp> = new Map()
const noEvents: ReadonlySet<RuleEvent> = new Set()

/*
 * What rules are about to do to a torrent, and when. Only rules that wait for their time already are judged, so that a
 * whole queue can be asked about every few seconds.
 */

/** Of rules that act or ask and wait for their time; a rule that has no time to wait for acts in its next pass. */
function comingActions<S>(
  ruleSet: RuleSet<S>,
  subject: S,
  now: Circumstances,
): readonly Omit<ComingAction, 'key'>[] {
  const coming = ruleSet.rules.flatMap((compiled) =>
    now.isHeld(compiled.rule) ? [] : (comingOf(compiled, subject, now) ?? []),
  )
  // Of equal ones the first decides.
  return coming.toSorted((one, other) => one.left - other.left)
}

function comingOf<S>(
  compiled: CompiledRule<S>,
  subject: S,
  now: Circumstances,
): Omit<ComingAction, 'key'> | null {
  const {id, revision, name, mode} = compiled.rule
  const memory = now.memoryOf(compiled.rule)
  if (memory === null || (mode !== 'live' && mode !== 'ask')) return null
  const evaluation = evaluateRule(compiled, subject, memory, now)
  if (evaluation.verdict !== 'yes' || evaluation.isDue || evaluation.hold === null) return null
  const known = wantedActions(compiled, subject, evaluation.memory)
  // What hangs on facts that nobody looked up yet counts as what it may become.
  const open = openActions(compiled, subject, known ?? compiled.actions.map((action) => action.wanted))
  const [actions, left] = [open.map(({action}) => action), evaluation.hold.left]
  if (actions.length === 0) return null
  const mayEndEarly = mode === 'live' && known !== null && !mayTakeAway(compiled.actions)
  const rule = {ruleId: id, ruleRevision: revision, ruleName: name, mode}
  const isRemoval = open.some(takesAway)
  return {
    ...rule,
    actions,
    takesAway: isRemoval,
    replaces: isRemoval && open.some(searches),
    mayEndEarly,
    left,
  }
}

/** For another release: a failed download is searched for again unless its rule says otherwise. */
function searches({action, params}: WantedAction): boolean {
  return action === 'arr.search' || (action === 'failDownload' && params['search'] !== false)
}

/** Whatever its conditions say. */
function mayTakeAway<S>(actions: CompiledRule<S>['actions']): boolean {
  return actions.some(({wanted}) => takesAway(wanted))
}
