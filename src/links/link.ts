/**
 * One live connection: connects, polls at the right pace, keeps the health, and never gives up or storms.
 * Two loops of thought, one loop of code: `#life` waits until something is due and does exactly one of
 * connect, sync, probe, knock. Everything it learns goes out as frames and health; nothing is returned.
 */
import type {PortState, SyncReport, TorrentClient} from '#clients/port.ts'
import {CancellableSleep, type Clock} from '#lib/clock.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {HealthReason, ServerDefinition, ServerInfo} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {boundsOf, FullListBudget, patienceWith, type Patience} from './budget.ts'
import {AnswerTimes, bearableMs, pollIntervalMs, type ConnectPace} from './cadence.ts'
import type {OthersList} from './others-list.ts'
import {isLoginFault, LostSessions, type DaemonLogins, type LoginBy} from './daemon-logins.ts'
import {FrameWriter} from './frame-writer.ts'
import {isOnline, isSyncing, step, type HealthEvent, type HealthPolicy, type HealthState} from './health.ts'
import {Latency} from './latency.ts'
import {ListStability, type KnownTorrents} from './list-stability.ts'
import {overQuota, type Quota, type QuotaMeter, type Quotas} from './quotas.ts'
import {ServerIdentity} from './server-identity.ts'

/** A full list although nothing asks for it: drift is found within half an hour. */
const DRIFT_CHECK_MS = 30 * 60_000
/** The same while many torrents are missing: only whole lists can prove that they are gone, or there. */
const DOUBT_CHECK_MS = 9_000
/** The same while another daemon seems to answer, ms: until that is sure, and then, as ours may come back. */
const STRANGE_CHECK_MS = {doubted: 10_000, another: 60_000}
/** Behind that, so that a list which has not changed is old enough to be sure, ms. */
const DOUBTED_WAIT_MS = 11_000
const KNOCK_MS = 30_000
const PROBE_MS = 30_000
const PROBES_TO_FAIL = 3
/** A list that began to be read so long ago is as of now for whom it must be: orders that come in one go, ms. */
const NOW_MS = 1_000
/** An answer may break its chain; the next one is whole. */
const READS = 2
const MOST_READ_CLOSELY = 20_000
/** Without an answer for so many intervals it is not online; but no sooner than this, nor later, ms. */
const INTERVALS_TO_FAIL = 3
const LEAST_OVERDUE_MS = 30_000
const MOST_OVERDUE_MS = 90_000

export class Link {
  readonly #parts: LinkDeps
  /** How long its answers are waited for. */
  readonly patience: Patience
  readonly #writer: FrameWriter
  readonly #latency = new Latency()
  #polls: ServerView['polls'] = {count: 0, ms: 0}
  readonly #budget: FullListBudget
  readonly #quota: QuotaMeter | null
  readonly #belief: ListStability
  readonly #identity: ServerIdentity
  readonly #lostSessions: LostSessions
  readonly #stop = new AbortController()
  readonly #nap: CancellableSleep
  #health: HealthState
  #info: ServerInfo | null = null
  #connected = false
  #needsFull = true
  #lastFullAt = 0
  #lastWholeListAt: EpochMs | null = null
  #lastReport: SyncReport | null = null
  readonly #answers = new AnswerTimes()
  /** What it tells of changes is old when it arrives. */
  #isSlow = false
  #syncedAt: EpochMs | null = null
  #freshSince: EpochMs | null = null
  /** ms of the monotonic clock; what was asked before does not count. */
  #stoodStillAt = -Infinity
  #active = false
  #hurries = 0
  /** Of these the next answer has to tell everything. */
  readonly #closely = new Set<InfoHash>()
  /** The next answer has to tell who is there. */
  #wantsMembers = false
  /** When the last answer that told who is there began, and those that told all of these; ms of the monotonic clock. */
  #listedAt = -Infinity
  readonly #reportedAt = new Map<InfoHash, number>()
  #nextPollAt = 0
  /** `nextTryAt` of the health on the monotonic clock: a wall clock that is set neither hastens nor holds back. */
  #tryAt: number | null = null
  /** Its moment among all the links that want to call; `null` = it has none, or called already. */
  #turnAt: number | null = null
  /** When it last told something, when it was first asked since then, and last; ms of the monotonic clock. */
  #heardAt: number
  #askedAt: number
  #attemptedAt: number
  /** Of its port as last known, while we may or cannot ask it. */
  #port: PortState = 'open'
  #nextKnockAt = 0
  #failedProbes = 0
  #nextProbeAt = 0
  #attempts: (() => void)[] = []
  /** Something new speaks for the next log-in: the link itself, or somebody who asked for it. */
  #isNewLogin = true
  #ended: Promise<void> = Promise.resolve()

  constructor(parts: LinkDeps) {
    this.#parts = parts
    this.patience = patienceWith(parts.definition.pace.timeoutSeconds, parts.patience)
    this.#quota = parts.quotas?.meter(parts.definition.id) ?? null
    this.#budget = new FullListBudget(this.patience)
    this.#health = parts.health
    this.#heardAt = this.#askedAt = this.#attemptedAt = parts.clock.monotonic()
    this.#setTry()
    this.#belief = new ListStability(parts.clock, parts.known)
    this.#identity = new ServerIdentity({
      clock: parts.clock,
      known: parts.known,
      removedByUs: () => this.#belief.removedByUs,
      keepsAddedAt: parts.client.keepsAddedAt,
      traits: parts.health.traits,
      others: parts.others,
    })
    this.#lostSessions = new LostSessions(parts.clock)
    this.#nap = new CancellableSleep(parts.clock)
    this.#writer = new FrameWriter({
      serverId: parts.definition.id,
      clock: parts.clock,
      lastEpoch: parts.lastEpoch ?? -1,
      apply: (frame) => this.#apply(frame),
      mayBelieveAbsence: (listed) => this.#belief.mayBelieveAbsence(listed),
      mayBelieveRemovals: (hashes) => this.#belief.mayBelieveRemovals(hashes),
      departed: () => this.#belief.departed,
      identity: this.#identity,
      quota: this.#quota,
      onNewEpoch: () => this.#belief.newEpoch(),
    })
  }

  get definition(): ServerDefinition {
    return this.#parts.definition
  }

  get client(): TorrentClient {
    return this.#parts.client
  }

  get health(): HealthState {
    return this.#health
  }

  /** How much it may have here; `null` = as much as it has. */
  get quota(): Quota | null {
    return this.#parts.quotas?.of(this.#parts.definition.id) ?? null
  }

  get info(): ServerInfo | null {
    return this.#info
  }

  get latency(): Latency {
    return this.#latency
  }

  /** Answers about its torrents, since the link began. */
  get polls(): ServerView['polls'] {
    return this.#polls
  }

  get epoch(): number {
    return this.#writer.epoch
  }

  get wholeLists(): number {
    return this.#belief.lists
  }

  get lastWholeListAt(): EpochMs | null {
    return this.#lastWholeListAt
  }

  get syncedAt(): EpochMs | null {
    return this.#syncedAt
  }

  /**
   * Since when what it tells is as of now; `null` = it is not: it is not online, or the program stood still and it has
   * not told its list since.
   */
  get freshSince(): EpochMs | null {
    return isOnline(this.#health.status) ? this.#freshSince : null
  }

  /** By the last whole list it is the server that it was, and may be commanded. */
  get isOwn(): boolean {
    return this.#identity.isOwn
  }

  /** The last whole list was that of another daemon. */
  get isStrange(): boolean {
    return this.#identity.isStrange
  }

  /** The program stood still, and it has not told its list since. */
  get isBehind(): boolean {
    return this.#stoodStillAt > -Infinity
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Between two polls now, ms; `null` while not polling. */
  get pollMs(): number | null {
    return isSyncing(this.#health.status) ? this.#interval() : null
  }

  start(): void {
    const {enabled, obstacle} = this.#parts.definition
    if (enabled && obstacle === null) this.#note({type: 'enabled'})
    else this.#note({type: 'disabled', reason: (enabled && obstacle) || 'disabled'})
    this.#ended = this.#life()
  }

  async stop(): Promise<void> {
    const text = 'The connection to the server was ended before an answer came.'
    this.#stop.abort(new ServerFault('unconfirmed', 'none', text, {outcomeUnknown: true}))
    this.#nap.end()
    await this.#ended
    try {
      sayLeftSession(this.#parts.log, this.#parts.definition, await this.#parts.client.close())
    } catch (error) {
      // It must not keep the other servers from ending, and new ones from coming.
      this.#parts.log.error({server: this.#parts.definition.id, err: error}, 'the client did not end well')
    }
  }

  /** A removal goes out now, see `ListStability.ordered`. */
  ordersRemoval(hashes: readonly InfoHash[]): (kept: readonly InfoHash[]) => void {
    return this.#belief.ordered(hashes)
  }

  /** After a command: look soon, three times, whether it took effect. */
  hurry(): void {
    this.#hurries = 3
    this.#nextPollAt = Math.min(this.#nextPollAt, this.#parts.clock.monotonic() + this.#interval())
    this.#nap.wake()
  }

  /** Somebody began to look: an idle pace is not good enough any more. */
  quicken(): void {
    const soon = this.#parts.clock.monotonic() + this.#interval()
    if (soon >= this.#nextPollAt) return
    this.#nextPollAt = soon
    this.#nap.wake()
  }

  /** The program stood still: what it told before is old, and it is asked for its list now. */
  stoodStill(): void {
    const mono = this.#parts.clock.monotonic()
    this.#freshSince = null
    this.#stoodStillAt = mono
    this.#nextPollAt = Math.min(this.#nextPollAt, this.#parts.pace.take(mono))
    this.#nap.wake()
  }

  /** Another server has told its list: if this one may turn out to be it, nothing is sent to it before its own shows. */
  compareAgain(other: ServerId): void {
    if (this.#parts.others?.isRival(other) !== true) return
    this.#identity.compareAgain()
    this.#nextPollAt = 0
    this.#nap.wake()
  }

  /** A person says that it is the server that it was: its list as it is now holds. */
  accept(): void {
    this.#identity.accept()
    this.#belief.accept()
    this.#writer.reopen()
    this.#needsFull = true
    this.#nextPollAt = 0
    this.#nap.wake()
  }

  /**
   * Tries at once, unless switched off; resolves after the attempt.
   * @param closely of these torrents everything is read that the list tells
   */
  async retryNow(closely: readonly InfoHash[] = []): Promise<void> {
    if (this.#stop.signal.aborted || this.#health.status === 'paused') return
    for (const hash of closely) this.#closely.add(hash)
    const attempted = new Promise<void>((resolve) => this.#attempts.push(resolve))
    this.#nap.wake()
    await attempted
  }

  /**
   * Its list as of now: an answer to what was asked before proves nothing, neither does its word that torrents are gone.
   * @param closely of these torrents everything that the list tells
   * @returns false = it did not tell it
   */
  async readNow(closely: readonly InfoHash[]): Promise<boolean> {
    const since = this.#parts.clock.monotonic() - NOW_MS
    for (let read = 0; read < READS && !this.#wasRead(closely, since); read++) {
      this.#wantsMembers = true
      await this.retryNow(closely)
    }
    return this.#wasRead(closely, since)
  }

  #wasRead(closely: readonly InfoHash[], since: number): boolean {
    if (this.#belief.isOnItsWord) return false
    return (
      this.#listedAt >= since && closely.every((hash) => (this.#reportedAt.get(hash) ?? -Infinity) >= since)
    )
  }

  async #life(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#attempts.length > 0) this.#arm()
      const due = this.#due()
      if (due.inMs > 0) {
        await this.#nap.take(due.inMs)
        continue
      }
      // Who asks during an attempt gets another one: this one may have begun before things changed.
      const asked = this.#attempts.splice(0)
      this.#turnAt = null
      if (asked.length > 0) this.#isNewLogin = true
      await this.#attempt(due.what)
      for (const resolve of asked) resolve()
    }
    for (const resolve of this.#attempts.splice(0)) resolve()
  }

  /** Somebody waits for an attempt: it is due now, or nobody shall wait where none may be made. */
  #arm(): void {
    if (this.#health.status === 'paused') {
      for (const resolve of this.#attempts.splice(0)) resolve()
      return
    }
    this.#note({type: 'retryNow'})
    this.#nextPollAt = 0
    this.#turnAt = this.#parts.clock.monotonic()
    // Of a ban only its end is known: one try before does no harm, and may show that it is over.
    if (this.#tryAt !== null) this.#tryAt = this.#turnAt
  }

  #due(): {what: 'connect' | 'sync' | 'probe' | 'knock'; inMs: number} {
    const {status} = this.#health
    const mono = this.#parts.clock.monotonic()
    const untilTry = this.#tryAt === null ? Infinity : this.#tryAt - mono
    if (status === 'paused') return {what: 'connect', inMs: Infinity}
    if (isSyncing(status) && this.#connected) {
      const inMs = Math.max(this.#nextPollAt - mono, this.#tryAt === null ? 0 : untilTry)
      const probeInMs = this.#nextProbeAt - mono
      return probeInMs < inMs ? {what: 'probe', inMs: probeInMs} : {what: 'sync', inMs}
    }
    // Nobody may ask it yet: all we can do is to look at its port.
    const untilKnock = this.#nextKnockAt - mono
    const isKnock = untilTry > 0 && untilKnock < untilTry
    const inMs = isKnock ? untilKnock : untilTry
    return {what: isKnock ? 'knock' : 'connect', inMs: inMs > 0 ? inMs : this.#untilTurn(mono)}
  }

  #untilTurn(mono: number): number {
    this.#turnAt ??= this.#parts.pace.take(mono)
    return this.#turnAt - mono
  }

  async #attempt(what: 'connect' | 'sync' | 'probe' | 'knock'): Promise<void> {
    this.#attemptedAt = this.#parts.clock.monotonic()
    if (this.#heardAt >= this.#askedAt) this.#askedAt = this.#attemptedAt
    try {
      if (what === 'knock') await this.#knock()
      else if (what === 'probe') await this.#probe()
      else {
        if (!this.#connected) await this.#connect()
        await this.#sync()
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failed(error)
    }
  }

  /** Who is asked and does not answer is not online, however long we wait for the answer. @returns how to end it */
  #watch(): () => void {
    let cancel = () => {}
    const look = () => {
      const inMs = this.#untilOverdue()
      if (inMs > 0) cancel = this.#parts.clock.after(inMs, look)
      else this.#note({type: 'silent', detail: `No answer for ${this.#silentSeconds} s.`})
    }
    look()
    return () => cancel()
  }

  get #silentSeconds(): number {
    return Math.round((this.#parts.clock.monotonic() - Math.min(this.#heardAt, this.#attemptedAt)) / 1000)
  }

  async #connect(): Promise<void> {
    this.#note({type: 'connecting'})
    const startedAt = this.#parts.clock.monotonic()
    this.#info = await this.#logIn()
    this.#latency.add(this.#parts.clock.monotonic() - startedAt)
    this.#connected = true
    this.#needsFull = true
    this.#identity.mayHaveChanged(this.#info.version)
    this.#heardAt = this.#parts.clock.monotonic()
    this.#note({type: 'connected', version: this.#info.version, limitation: this.#info.limitation})
  }

  #logIn(): Promise<ServerInfo> {
    const {client, definition, isOfInstance, logins} = this.#parts
    const forPeople: LoginBy = isOfInstance() ? 'administrator' : 'person'
    const by = this.#isNewLogin ? forPeople : 'link'
    this.#isNewLogin = false
    const connect = () => client.connect(boundsOf('connect', this.signal, this.patience))
    return logins.run(definition, by, connect, this.signal)
  }

  async #sync(): Promise<void> {
    const {clock} = this.#parts
    const shown = this.#parts.known.count()
    const {standing} = this.#identity
    const doubtMs = this.#belief.stage === 'dropped' ? DOUBT_CHECK_MS : DRIFT_CHECK_MS
    const checkMs = standing === 'doubted' || standing === 'another' ? STRANGE_CHECK_MS[standing] : doubtMs
    const isDoubted = this.#wantsMembers && this.#belief.isOnItsWord
    const isCheckDue = clock.monotonic() - this.#lastFullAt > Math.max(checkMs, this.#wholeListMs)
    const full = this.#needsFull || this.#identity.mustCompare || isDoubted || isCheckDue
    const want = {
      list: full ? this.#budget.style : ('delta' as const),
      attentive: this.#parts.watched() || this.#active || this.#hurries > 0,
      closely: [...this.#closely],
      members: this.#wantsMembers,
    }
    this.#closely.clear()
    this.#wantsMembers = false
    const known = Math.max(shown, this.#lastReport?.known ?? 0)
    const bounds = this.#budget.bounds(known, this.#stop.signal, this.quota?.listBytes)
    const endWatch = this.#watch()
    try {
      const before = this.#belief.stage
      const wasStrange = this.#identity.isStrange
      const report = await this.#parts.client.sync.step(want, this.#writer, bounds)
      this.#writer.finish()
      this.#synced(report, full, {stage: before, wasStrange})
      this.#wereReported(want.closely, report)
    } catch (error) {
      if (this.#writer.breakOff()) this.#belief.brokenList()
      this.#needsFull = true
      if (full && !this.#stop.signal.aborted) this.#budget.failed(asFault(error))
      throw this.#asOverQuota(error)
    } finally {
      endWatch()
    }
  }

  /** An answer that is too large is so for the sake of its owner: it is not asked for again and again. */
  #asOverQuota(error: unknown): unknown {
    const isTooLarge = error instanceof ServerFault && error.reason === 'answer_too_large'
    return isTooLarge && this.quota !== null ? overQuota('a list that is too large', error) : error
  }

  #synced(
    report: SyncReport,
    full: boolean,
    before: {readonly stage: ListStability['stage']; readonly wasStrange: boolean},
  ): void {
    const {clock} = this.#parts
    this.#lastReport = report
    this.#answers.add(full ? 'whole' : 'changes', report.answerMs)
    // A long list takes its time, however quick its server is.
    if (!full) this.#isSlow = report.answerMs > this.patience.slow
    this.#latency.add(report.answerMs)
    this.#polls = {count: this.#polls.count + 1, ms: this.#polls.ms + report.answerMs}
    this.#heardAt = clock.monotonic()
    this.#failedProbes = 0
    this.#nextProbeAt = clock.monotonic() + PROBE_MS
    if (full) {
      this.#lastFullAt = clock.monotonic()
      this.#lastWholeListAt = clock.now()
      this.#budget.succeeded()
    }
    if (this.#identity.isStrange || before.wasStrange) return this.#syncedUntaken()
    this.#identity.wentOn()
    const belief = this.#belief.wholeList(report, full)
    if (belief === 'believe' || belief === 'proved') this.#writer.settle(belief === 'proved')
    else if (belief === 'drop') this.#writer.recall()
    // Whoever names a crowd as gone is asked for all that there is.
    const isNewDoubt = this.#belief.stage === 'dropped' && before.stage !== 'dropped'
    this.#needsFull = this.#writer.broken || (isNewDoubt && !full)
    this.#syncedAt = clock.now()
    const isOld = this.#attemptedAt < this.#stoodStillAt
    if (!isOld && report.membership === 'whole') this.#refreshed()
    if (this.#hurries > 0) this.#hurries--
    // A whole list that was no answer, as it began before or came in pages that changed, is not asked for without a pause.
    const isAtOnce = this.#needsFull || (this.#identity.mustCompare && !full) || isOld
    this.#nextPollAt = clock.monotonic() + (isAtOnce ? 0 : this.#interval())
    this.#note({
      type: 'synced',
      stable: this.#belief.stage === 'stable',
      why: this.#belief.stage === 'dropped' ? 'list_dropped' : 'list_growing',
      slow: this.#isSlow,
      traits: this.#identity.traits,
    })
  }

  /** Of what it told nothing was taken: it is looked at until it is itself again, and then tells all of it once more. */
  #syncedUntaken(): void {
    const {clock} = this.#parts
    const {standing, isStrange} = this.#identity
    // It is the server of somebody else: it is asked for nothing more, until it is another one or is allowed.
    if (standing === 'taken') return this.#note({type: 'disabled', reason: 'address_forbidden'})
    const isSure = standing === 'another'
    const waitMs = isStrange ? Math.max(this.#interval(), this.#wholeListMs, isSure ? 0 : DOUBTED_WAIT_MS) : 0
    this.#needsFull = !isStrange
    this.#nextPollAt = clock.monotonic() + waitMs
    this.#note({
      type: 'synced',
      stable: false,
      why: isSure ? 'another_server' : 'list_growing',
      slow: this.#isSlow,
      traits: this.#identity.traits,
    })
  }

  #wereReported(closely: readonly InfoHash[], {membership}: SyncReport): void {
    if (membership === 'whole') this.#listedAt = this.#attemptedAt
    if (this.#reportedAt.size > MOST_READ_CLOSELY) this.#reportedAt.clear()
    for (const hash of closely) this.#reportedAt.set(hash, this.#attemptedAt)
  }

  /** Only what was asked after the program stood still is as of now: an answer may have been under way meanwhile. */
  #refreshed(): void {
    this.#stoodStillAt = -Infinity
    this.#freshSince ??= this.#parts.clock.now()
  }

  async #probe(): Promise<void> {
    const startedAt = this.#parts.clock.monotonic()
    this.#nextProbeAt = startedAt + PROBE_MS
    try {
      await this.#parts.client.probe(boundsOf('probe', this.signal, this.patience))
      this.#heardAt = this.#parts.clock.monotonic()
      this.#latency.add(this.#heardAt - startedAt)
      this.#failedProbes = 0
    } catch (error) {
      // The sync that follows tells whether it is serious; a probe alone fails a server only at its third time. But
      // refused credentials are counted over there.
      if (isLoginFault(error) || ++this.#failedProbes >= PROBES_TO_FAIL) throw error
    }
  }

  async #knock(): Promise<void> {
    const before = this.#port
    this.#nextKnockAt = this.#parts.clock.monotonic() + KNOCK_MS
    this.#port = await this.#look()
    if (this.#port !== 'open' || before === 'open') return
    if (before === 'shut') await this.#parts.logins.restarted(this.#parts.definition, this.signal)
    this.#note({type: before === 'shut' ? 'restartProved' : 'reachable'})
  }

  async #look(): Promise<PortState> {
    const port = await this.#parts.knock(this.#parts.definition)
    if (port !== 'open') return port
    return (await this.#parts.client.look?.(boundsOf('probe', this.signal, this.patience))) ?? port
  }

  #failed(error: unknown): void {
    const fault = asFault(error)
    // Without a fault of the server it is one of ours: said loudly, with its stack.
    if (!(error instanceof CommodarrError))
      this.#parts.log.error({server: this.#parts.definition.id, err: error}, 'sync failed')
    this.#needsFull = true
    this.#identity.mayHaveChanged()
    // It was in, and is not any more.
    if (fault.code === 'login_refused' && this.#connected)
      void this.#parts.logins.refused(this.#parts.definition, this.signal)
    if (fault.reason === 'session_lost' || isLoginFault(fault)) this.#connected = false
    // That it is held back now changes nothing about what was refused.
    const isRefused = fault.reason === 'logins_held' && this.#health.status === 'auth_failed'
    this.#note({
      type: 'failed',
      reason: isRefused ? 'wrong_credentials' : fault.reason,
      detail: fault.message,
      retryAt: fault.reason === 'session_lost' ? this.#lostSessions.another() : fault.retryAt,
      isOverdue: this.#untilOverdue() <= 0,
      random: this.#parts.random(),
    })
    // Of a ban the end may stay what it was, although somebody tried before.
    this.#setTry()
    // Whatever comes after an open circuit is a new connection: the server may come back as another version.
    if (!isSyncing(this.#health.status)) this.#connected = false
    this.#port = portAfter(fault.reason)
    this.#nextKnockAt = this.#parts.clock.monotonic() + KNOCK_MS
    this.#nextPollAt = 0
  }

  /** Until it has not answered for too long, ms. What it was not asked for, because we stood still, does not count. */
  #untilOverdue(): number {
    const interval = this.#interval()
    const intervals = Math.max(LEAST_OVERDUE_MS, INTERVALS_TO_FAIL * interval)
    const most = Math.max(this.patience.delta, Math.min(MOST_OVERDUE_MS, intervals))
    const silent = Math.max(this.#heardAt + most, this.#askedAt + most - interval)
    // A list that comes in pieces tells something all the time, but it has to end.
    const endless = this.#attemptedAt + this.#budget.usualMs(this.#parts.known.count())
    const isReporting = this.#heardAt > this.#attemptedAt
    return (isReporting ? Math.min(silent, endless) : silent) - this.#parts.clock.monotonic()
  }

  #note(event: HealthEvent): void {
    const before = this.#health
    this.#health = step(before, event, this.#parts.clock.now(), this.#parts.policy)
    if (!isSyncing(this.#health.status)) this.#freshSince = null
    if (before.nextTryAt !== this.#health.nextTryAt) this.#setTry()
    if (before.status !== this.#health.status || before.reason !== this.#health.reason)
      sayHealth(this.#parts.log, this.#parts.definition, before, this.#health)
    this.#parts.onHealth(this.#health)
  }

  #setTry(): void {
    const {clock} = this.#parts
    const {nextTryAt} = this.#health
    this.#tryAt = nextTryAt === null ? null : clock.monotonic() + nextTryAt - clock.now()
  }

  #apply(frame: ServerFrame): 'applied' | 'gap' {
    this.#heardAt = this.#parts.clock.monotonic()
    if (frame.type === 'server' && frame.stats) this.#active = frame.stats.downSpeed + frame.stats.upSpeed > 0
    return this.#parts.apply(frame)
  }

  /** Between two whole lists, at least, ms. */
  get #wholeListMs(): number {
    return bearableMs(this.#answers.typicalMs('whole'))
  }

  #interval(): number {
    const {pollSeconds} = this.#parts.definition.pace
    return pollIntervalMs({
      watched: this.#parts.watched(),
      active: this.#active,
      answerMs: this.#answers.typicalMs('changes'),
      leastIntervalMs: this.#lastReport?.leastIntervalMs ?? null,
      wishedMs: pollSeconds === null ? null : pollSeconds * 1000,
      hurry: this.#hurries > 0 || this.#belief.stage === 'growing',
    })
  }
}

interface LinkDeps {
  readonly known: KnownTorrents
  readonly definition: ServerDefinition
  readonly client: TorrentClient
  readonly clock: Clock
  readonly random: () => number
  readonly log: LinkLog
  readonly apply: (frame: ServerFrame) => 'applied' | 'gap'
  readonly watched: () => boolean
  /** Servers whose list it must not have; `null` = it may have any. */
  readonly others: OthersList | null
  /** Counts log-ins per daemon. */
  readonly logins: DaemonLogins
  /** It is of an administrator, or of the file. */
  readonly isOfInstance: () => boolean
  /** Plain look whether anything accepts connections there, without logging in. */
  readonly knock: (definition: ServerDefinition) => Promise<PortState>
  /** Of all links together. */
  readonly pace: ConnectPace
  /** Of a link before this one, as the fleet has it; absent = none. */
  readonly lastEpoch?: number | undefined
  /** From `recalled()`. */
  readonly health: HealthState
  readonly policy?: HealthPolicy | undefined
  readonly patience?: Patience | undefined
  /** Absent = nobody is held to any. */
  readonly quotas?: Pick<Quotas, 'of' | 'meter'> | undefined
  readonly onHealth: (health: HealthState) => void
}

/** What a failure says of the port, so that only news are worth a try. */
function portAfter(reason: HealthReason): PortState {
  if (reason === 'refused') return 'shut'
  return mayBeAway.has(reason) ? 'unknown' : 'open'
}

const mayBeAway: ReadonlySet<HealthReason> = new Set([
  'timed_out',
  'dns',
  'unreachable_host',
  'connection_reset',
  'proxy',
  'server_error',
])

export interface LinkLog {
  debug(about: object, text: string): void
  info(about: object, text: string): void
  warn(about: object, text: string): void
  error(about: object, text: string): void
}

/** @param failed what `close` of its client gave back */
export function sayLeftSession(
  log: Pick<LinkLog, 'info'>,
  {id}: ServerDefinition,
  failed: Error | void,
): void {
  if (failed)
    log.info({server: id, err: failed}, 'the session on the server was not ended: it ends by its age')
}

/** Tells people what became of a server. */
export function sayHealth(
  log: LinkLog,
  {id, name}: Pick<ServerDefinition, 'id' | 'name'>,
  before: HealthState,
  now: HealthState,
): void {
  const {status, reason, detail} = now
  const about = {server: id, name, was: before.status, status, reason, detail}
  const words = [reason === 'none' ? '' : reason.replaceAll('_', ' '), detail].filter((word) => word !== '')
  const text = `${status.replace('_', ' ')}${words.length > 0 ? ` (${words.join(': ')})` : ''}`
  // On the way to where people want it, nothing is worth a line of theirs.
  if (status === 'connecting' || reason === 'list_growing') log.debug(about, text)
  else if (isOnline(status) || reason === 'disabled') log.info(about, text)
  else log.warn(about, text)
}

/** Whatever went wrong, as a fault of the server. */
function asFault(error: unknown): ServerFault {
  if (error instanceof ServerFault) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ServerFault('answer_invalid', 'garbled_answer', message, {cause: error})
}
