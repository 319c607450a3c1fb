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
import type {ServerId} from '#model/torrent-key.ts'
import {lastHealthChange, type HealthChange} from '#store/repositories/health-changes.ts'
import type {Store} from '#store/store.ts'
import {newsIn} from './health-watch.ts'
import {Look, type LookParts, type Tick} from './look.ts'
import {Outbox, usualLimits, type OutboxLimits} from './outbox.ts'
import {resumed} from './resume.ts'
import type {HistoryRetention} from './retention.ts'
import type {Ladder} from './roll-up.ts'
import type {Sample, Span} from './sample.ts'
import {Slots} from './slots.ts'
import {HistoryWriter} from './write.ts'

export interface SamplerParts extends LookParts {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly retention: Pick<HistoryRetention, 'prune' | 'removeGone'>
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void; info(about: object, text: string): void}
  readonly limits?: OutboxLimits
}

const MINUTE = 60_000
const DAY = 86_400_000

/** A look that is not rolled up yet. `anew`: the clock was set back before it. */
type Waiting = Tick & {readonly anew: boolean}

export class Sampler {
  readonly #parts: SamplerParts
  readonly #look: Look
  readonly #slots = new Slots()
  readonly #outbox: Outbox
  readonly #writer: HistoryWriter
  readonly #ladders = new Map<ServerId, Ladder>()
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null
  #looking: Promise<void> = Promise.resolve()
  #cancel: () => void = () => {}
  /** The database is away; so much was lost meanwhile. */
  #away: {lost: number} | null = null
  /** Of the monotonic clock, ms. */
  #prunedAt = -Infinity
  #tidiedAt = -Infinity

  constructor(parts: SamplerParts) {
    this.#parts = parts
    this.#look = new Look(parts)
    this.#outbox = new Outbox(parts.limits)
    this.#writer = new HistoryWriter(parts.store, this.#outbox)
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(Slots.msToNext(this.#parts.clock.now()), () => {
      this.start()
      this.#looking = this.tick()
    })
  }

  /** Resolves when what was seen is written, or could not be. */
  async stop(): Promise<void> {
    this.#cancel()
    await this.#looking
    await this.#working
  }

  /** Looks once, now, and writes. Never rejects: what the database does not take waits. */
  async tick(): Promise<void> {
    const {clock} = this.#parts
    const [now, monotonic] = [clock.now(), clock.monotonic()]
    const {slot, step} = this.#slots.at(now, monotonic)
    if (step !== 'waiting') {
      const tick = await this.#look.at(slot, now, monotonic)
      this.#waiting.push({...tick, anew: step === 'anew'})
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
        await this.#writer.write()
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
    if (tick.anew) this.#closeAll()
    const {store, turns} = this.#parts
    const strangers = tick.samples.filter(({serverId}) => !this.#ladders.has(serverId))
    // What is to be read back must be there.
    if (strangers.length > 0) await this.#writer.write()
    for (const {serverId} of strangers) {
      this.#ladders.set(serverId, await store.read((db) => resumed(db, serverId, tick.slot)))
      if (turns.due()) await turns.next()
    }
    const news: HealthChange[] = []
    for (const change of tick.changes) {
      const written = change.isFirst ? await store.read((db) => lastHealthChange(db, change.serverId)) : null
      const isNews = newsIn(change, written, tick.at)
      if (isNews) news.push(isNews)
      if (turns.due()) await turns.next()
    }
    return news
  }

  async #roll({samples, gone}: Tick, changes: readonly HealthChange[]): Promise<void> {
    const {turns} = this.#parts
    for (const id of gone) {
      this.#outbox.put(this.#ladders.get(id)?.close() ?? [], [])
      this.#ladders.delete(id)
    }
    for (const sample of samples) {
      this.#outbox.put([sample, ...this.#ladders.get(sample.serverId)!.add(sample)], [])
      if (turns.due()) await turns.next()
    }
    this.#outbox.put([], changes)
  }

  #closeAll(): void {
    for (const ladder of this.#ladders.values()) this.#outbox.put(ladder.close(), [])
    this.#ladders.clear()
  }

  async #tidy(): Promise<void> {
    const {clock, retention, servers} = this.#parts
    const monotonic = clock.monotonic()
    if (!this.#slots.isSteady(monotonic)) return
    if (monotonic - this.#prunedAt >= MINUTE) {
      await retention.prune(clock.now())
      this.#prunedAt = monotonic
    }
    if (monotonic - this.#tidiedAt >= DAY) {
      await retention.removeGone(new Set(servers.list().map(({id}) => id)), clock.now())
      this.#tidiedAt = monotonic
    }
  }

  #isAway(error: unknown): void {
    const {log} = this.#parts
    if (this.#away === null) {
      this.#away = {lost: 0}
      log.error({err: error}, 'the history can not be written; an hour of it is kept in memory')
    }
    const lost = this.#shorten()
    if (lost > 0 && this.#away.lost === 0)
      log.error({}, 'the history could not be written for too long; samples are lost')
    this.#away.lost += lost
  }

  #isBack(): void {
    if (this.#away === null) return
    this.#parts.log.info({lost: this.#away.lost}, 'the history is written again')
    this.#away = null
  }

  /** @returns how many samples and changes that cost */
  #shorten(): number {
    const {clock, limits = usualLimits} = this.#parts
    const oldest = clock.now() - limits.ms
    let lost = this.#outbox.shorten(clock.now())
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
