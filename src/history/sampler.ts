/**
 * Looks at every server every ten seconds, and keeps what it saw: as it is for an hour, rolled up for longer.
 *
 *     clock ─every 10 s─▶ look ─▶ ticks ─▶ meet: read back what is open ─▶ roll up ─▶ outbox ─▶ database
 *                                   └──────────── wait here while the database is away ────┘
 *
 * Time is that of the wall clock, because people ask by it. A step back of up to five minutes is waited out (what
 * flows meanwhile goes into the next sample); after a longer one the open minute, hour and day are read back for the
 * new time, and later samples replace what stands there. A step ahead is a gap. While the clock was not steady for ten
 * minutes nothing is removed by age.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Servers, ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {HealthChange} from '#store/repositories/health-changes.ts'
import {HealthWatch, isOnTheWay, newsIn, type NoticedChange} from './health-watch.ts'
import {Meter, type StateCounts} from './meter.ts'
import type {HistoryRetention} from './retention.ts'
import type {Ladder} from './roll-up.ts'
import {beginOf, FINEST, type Sample, type Span} from './sample.ts'
import type {Traffic} from './traffic.ts'
import type {HistoryStore} from './write.ts'

interface Surroundings {
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly log: {error(about: object, text: string): void; info(about: object, text: string): void}
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A look that is not rolled up yet. `isAfterReset`: the clock was set back before it. */
type Waiting = Tick & {readonly isAfterReset: boolean}

export class Sampler {
  readonly #look: ServerLook
  readonly #kept: HistoryStore
  readonly #traffic: Pick<Traffic, 'look' | 'write' | 'close'>
  readonly #retention: RetentionRounds
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #log: Surroundings['log']
  readonly #slots = new Slots()
  readonly #ladders = new Map<ServerId, Ladder>()
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null
  #looking: Promise<void> = Promise.resolve()
  #cancel: () => void = () => {}
  /** The database is away; so much was lost meanwhile. */
  #away: {lost: number} | null = null

  /** @param traffic what torrents and trackers moved: looked at and written along with servers */
  constructor(
    look: ServerLook,
    kept: HistoryStore,
    traffic: Pick<Traffic, 'look' | 'write' | 'close'>,
    retention: RetentionRounds,
    {clock, turns, log}: Surroundings,
  ) {
    this.#look = look
    this.#kept = kept
    this.#traffic = traffic
    this.#retention = retention
    this.#clock = clock
    this.#turns = turns
    this.#log = log
  }

  start(): void {
    this.#cancel = this.#clock.after(Slots.msToNext(this.#clock.now()), () => {
      this.start()
      this.#looking = this.tick()
    })
  }

  /** Resolves when what was seen is written, or could not be. */
  async stop(): Promise<void> {
    this.#cancel()
    await this.#looking
    await this.#working
    await this.#traffic.close()
  }

  /** Looks once, now, and writes. Never rejects: what the database does not take waits. */
  async tick(): Promise<void> {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()]
    const {slot, step} = this.#slots.at(now, monotonic)
    if (step !== 'waiting') {
      const tick = await this.#look.at(slot, now, monotonic)
      this.#waiting.push({...tick, isAfterReset: step === 'reset'})
      await this.#traffic.look(slot, now, new Set(tick.samples.map(({serverId}) => serverId)))
    }
    this.#working ??= this.#work().finally(() => {
      this.#working = null
    })
    await this.#working
  }

  /** What is not ended yet, as it is so far: of these servers, one span. */
  soFar(serverIds: readonly ServerId[], span: Span): Sample[] {
    const open = serverIds.flatMap((id) => this.#ladders.get(id)?.soFar() ?? [])
    return open.filter((sample) => sample.span === span)
  }

  async #work(): Promise<void> {
    try {
      do {
        for (let tick = this.#waiting[0]; tick; tick = this.#waiting[0]) {
          const changes = await this.#meet(tick)
          this.#waiting.shift()
          await this.#roll(tick, changes)
        }
        await this.#kept.write()
        await this.#traffic.write()
        this.#isBack()
        await this.#tidy()
        // A slow database: somebody looked meanwhile.
      } while (this.#waiting.length > 0)
    } catch (error) {
      this.#isAway(error)
    }
  }

  /** What must be known before a look can be rolled up. @throws {StorageFault} */
  async #meet(tick: Waiting): Promise<readonly HealthChange[]> {
    if (tick.isAfterReset) this.#closeAll()
    const turns = this.#turns
    const strangers = tick.samples.filter(({serverId}) => !this.#ladders.has(serverId))
    // What is to be read back must be there.
    if (strangers.length > 0) await this.#kept.write()
    for (const {serverId} of strangers) {
      this.#ladders.set(serverId, await this.#kept.resumed(serverId, tick.slot))
      if (turns.due()) await turns.next()
    }
    const news: HealthChange[] = []
    for (const change of tick.changes) {
      const written = change.isFirst ? await this.#kept.lastHealthChange(change.serverId) : null
      const isNews = newsIn(change, written, tick.at)
      if (isNews) news.push(isNews)
      if (turns.due()) await turns.next()
    }
    return news
  }

  async #roll({samples, gone}: Tick, changes: readonly HealthChange[]): Promise<void> {
    for (const id of gone) {
      this.#kept.outbox.put(this.#ladders.get(id)?.close() ?? [], [])
      this.#ladders.delete(id)
    }
    for (const sample of samples) {
      this.#kept.outbox.put([sample, ...this.#ladders.get(sample.serverId)!.add(sample)], [])
      if (this.#turns.due()) await this.#turns.next()
    }
    this.#kept.outbox.put([], changes)
  }

  #closeAll(): void {
    for (const ladder of this.#ladders.values()) this.#kept.outbox.put(ladder.close(), [])
    this.#ladders.clear()
  }

  async #tidy(): Promise<void> {
    const monotonic = this.#clock.monotonic()
    if (this.#slots.isSteady(monotonic)) await this.#retention.pass(this.#clock.now(), monotonic)
  }

  #isAway(error: unknown): void {
    if (this.#away === null) {
      this.#away = {lost: 0}
      this.#log.error({err: error}, 'the history cannot be written; an hour of it is kept in memory')
    }
    const lost = this.#shorten()
    if (lost > 0 && this.#away.lost === 0)
      this.#log.error({}, 'the history could not be written for too long; samples are lost')
    this.#away.lost += lost
  }

  #isBack(): void {
    if (this.#away === null) return
    this.#log.info({lost: this.#away.lost}, 'the history is written again')
    this.#away = null
  }

  /** @returns how many samples and changes that cost */
  #shorten(): number {
    const [clock, {limits}] = [this.#clock, this.#kept.outbox]
    const oldest = clock.now() - limits.ms
    let lost = this.#kept.outbox.shorten(clock.now())
    let samples = this.#waiting.reduce((sum, tick) => sum + tick.samples.length, 0)
    const isTooMuch = ({at}: Tick) => samples > limits.samples || at < oldest
    for (let tick = this.#waiting[0]; tick && isTooMuch(tick); tick = this.#waiting[0]) {
      this.#waiting.shift()
      samples -= tick.samples.length
      lost += tick.samples.length
    }
    return lost
  }
}

/** What is too old goes each minute, what is too much each hour, and what servers that went left behind each day. */
export class RetentionRounds {
  readonly #retention: Pick<HistoryRetention, 'prune' | 'pruneCrowded' | 'removeGone'>
  readonly #there: () => ReadonlySet<ServerId>
  /** Of the monotonic clock, ms. */
  #prunedAt = -Infinity
  #crowdedAt = -Infinity
  #tidiedAt = -Infinity

  /** @param there servers that there are, looked at or not: what was kept of others is removed */
  constructor(
    retention: Pick<HistoryRetention, 'prune' | 'pruneCrowded' | 'removeGone'>,
    there: () => ReadonlySet<ServerId>,
  ) {
    this.#retention = retention
    this.#there = there
  }

  /** @throws {StorageFault} then it is tried again */
  async pass(now: EpochMs, monotonic: number): Promise<void> {
    if (monotonic - this.#prunedAt >= MINUTE) {
      await this.#retention.prune(now)
      this.#prunedAt = monotonic
    }
    if (monotonic - this.#crowdedAt >= HOUR) {
      await this.#retention.pruneCrowded(this.#there(), now)
      this.#crowdedAt = monotonic
    }
    if (monotonic - this.#tidiedAt >= DAY) {
      await this.#retention.removeGone(this.#there(), now)
      this.#tidiedAt = monotonic
    }
  }
}

const SLOT_MS = FINEST * 1_000
/** A step back of the clock is waited out up to here. */
const WAITED_MS = 300_000
/** Two clocks that differ more than this between two looks: one of them was set. */
const STEP_MS = 60_000
const STEADY_MS = 600_000

/** next: look. waiting: this slot was filled before the clock was set back. again: it was set back too far to wait. */
type SlotStep = 'next' | 'waiting' | 'reset'

/** Which ten seconds it is, by a wall clock that somebody may set. Durations are those of the monotonic clock, ms. */
export class Slots {
  #newest: EpochMs | null = null
  #last: {readonly now: EpochMs; readonly monotonic: number} | null = null
  #steadySince = 0

  /** Until the middle of the next slot: there neither a late timer nor a clock that is nudged hits another one. */
  static msToNext(now: EpochMs): number {
    const middle = beginOf(now, FINEST) + SLOT_MS / 2
    return middle > now ? middle - now : middle + SLOT_MS - now
  }

  /** It is now. @returns the slot, and what to do about it */
  at(now: EpochMs, monotonic: number): {readonly slot: EpochMs; readonly step: SlotStep} {
    this.#watch(now, monotonic)
    const slot = beginOf(now, FINEST)
    const step = this.#stepTo(slot)
    if (step !== 'waiting') this.#newest = slot
    return {slot, step}
  }

  /** The clock was not set for a while, so that ages can be believed. */
  isSteady(monotonic: number): boolean {
    return monotonic - this.#steadySince >= STEADY_MS
  }

  #watch(now: EpochMs, monotonic: number): void {
    const last = this.#last
    const isSet = last === null || Math.abs(now - last.now - (monotonic - last.monotonic)) > STEP_MS
    if (isSet) this.#steadySince = monotonic
    this.#last = {now, monotonic}
  }

  #stepTo(slot: EpochMs): SlotStep {
    if (this.#newest === null || slot > this.#newest) return 'next'
    return this.#newest - slot <= WAITED_MS ? 'waiting' : 'reset'
  }
}

/** How many torrents of each server do what (`fleet/counts.ts`). */
interface FleetCounts {
  countsByServer(): ReadonlyMap<ServerId, StateCounts>
}

interface Tick {
  readonly slot: EpochMs
  readonly at: EpochMs
  readonly samples: readonly Sample[]
  readonly changes: readonly NoticedChange[]
  /** Not sampled for a minute: removed, or switched off. */
  readonly gone: readonly ServerId[]
}

/** While a server is changed it is not there for a moment. */
const GONE_MS = 60_000

const nothing: StateCounts = {torrents: 0, downloading: 0, seeding: 0, failing: 0}

/** One look at all servers: what each does now, who does otherwise than before, and who is not looked at any more. */
export class ServerLook {
  readonly #servers: Pick<Servers, 'list'>
  readonly #fleet: FleetCounts
  readonly #turns: TimeSlice
  readonly #watch = new HealthWatch()
  readonly #meters = new Map<ServerId, {readonly meter: Meter; at: number}>()
  readonly #listedAt = new Map<ServerId, number>()

  constructor(servers: Pick<Servers, 'list'>, fleet: FleetCounts, turns: TimeSlice) {
    this.#servers = servers
    this.#fleet = fleet
    this.#turns = turns
  }

  /** @param monotonic ms of the monotonic clock */
  async at(slot: EpochMs, now: EpochMs, monotonic: number): Promise<Tick> {
    const counts = this.#fleet.countsByServer()
    const samples: Sample[] = []
    const changes: NoticedChange[] = []
    for (const server of this.#servers.list()) {
      const change = this.#watch.look(server.id, server.health, now)
      if (change) changes.push(change)
      if (this.#isToBeRead(server)) {
        samples.push(this.#read(server, counts.get(server.id) ?? nothing, slot, monotonic))
      }
      this.#listedAt.set(server.id, monotonic)
      if (this.#turns.due()) await this.#turns.next()
    }
    return {slot, at: now, samples, changes, gone: this.#gone(monotonic)}
  }

  /** Not who is switched off on purpose; nor, after our own start, who was not tried yet: it may be well. */
  #isToBeRead({id, enabled, health}: ServerView): boolean {
    return enabled && (this.#meters.has(id) || !isOnTheWay(health.status))
  }

  #read(server: ServerView, counts: StateCounts, slot: EpochMs, monotonic: number): Sample {
    const known = this.#meters.get(server.id) ?? {meter: new Meter(), at: monotonic}
    known.at = monotonic
    this.#meters.set(server.id, known)
    return known.meter.read(server, counts, slot, monotonic)
  }

  #gone(monotonic: number): ServerId[] {
    for (const [id, at] of this.#listedAt) {
      if (monotonic - at <= GONE_MS) continue
      this.#listedAt.delete(id)
      this.#watch.forget(id)
    }
    const gone: ServerId[] = []
    for (const [id, {at}] of this.#meters) if (monotonic - at > GONE_MS) gone.push(id)
    for (const id of gone) this.#meters.delete(id)
    return gone
  }
}
