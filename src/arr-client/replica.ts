/**
 * What one Arr has in its queue and what lately happened to it, kept in step with few questions.
 *
 *   live channel ──"queue changed"──▶ one slot per minute ─▶ queue, or history when a download left the queue
 *   our own action, a torrent that finished ──▶ queue at once
 *   a webhook, "grabbed" on the channel ──▶ a hint: what is due now, in place of slots to come
 *   every quarter of an hour ──▶ queue and history, whatever was said or missed
 *   channel down ──▶ the queue each minute, each five minutes while it is empty
 *
 * At most 60 slots, 4 × 2 questions of the reconciliation and the 3 that hints may be ahead by: 71 an hour while busy, 8
 * while the queue is empty and nothing happens. Source: protocols/arr.md §9.1, §9.2, decision 016.
 */
import * as z from 'zod'
import type {Clock} from '#lib/clock.ts'
import {
  mediaKey,
  type DownloadId,
  type HistoryRow,
  type QueueCounters,
  type QueueDownload,
  type QueueRow,
} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrPort} from './api/port.ts'
import {queueCounters} from './api/shapes.ts'
import {AwaitedGrabs} from './awaited-grabs.ts'
import {advance, askFrom, type HistoryCursor} from './history-cursor.ts'
import type {LiveMessage, LiveSource} from './live-channel.ts'
import {Slots} from './slots.ts'

export interface ReplicaChange {
  /** The queue was read anew, or can not be read any more. */
  readonly queue: boolean
  /** Rows that were not known, oldest first. */
  readonly history: readonly HistoryRow[]
  /** Something in the library changed: `movie`, `episode`, `moviefile`, …, with its id where it was told. */
  readonly library: LiveMessage | null
  /** Its health checks may say another thing. */
  readonly health: boolean
  /** The app was updated: what it can do has to be asked again. */
  readonly version: string | null
}

interface ReplicaOptions {
  readonly port: Pick<ArrPort, 'queue' | 'historySince' | 'status'>
  readonly channel: LiveSource
  readonly clock: Clock
  /** Kept from before a restart, or from where to begin. */
  readonly cursor: HistoryCursor
  readonly changed: (change: ReplicaChange) => void
}

const SLOT_MS = 60_000
const EMPTY_POLL_MS = 300_000
/** Of 15 requests an hour to an idle Arr it takes eight: its health and four orders to read its feeds come beside it. */
const RECONCILE_MS = 900_000
/** Own actions come in bursts; the Arr tells of each only once it looked itself. */
const PROMPT_MS = 1_000
/** From the first hint on: several calls tell of one thing. */
const HINT_MS = 250
/** An Arr that grabs ten releases says so ten times, and lists them five seconds after the last. */
const BETWEEN_HINTS_MS = 5_000
/** Rows of the history that are at hand; older ones are asked for one download at a time. */
const MOST_HISTORY = 5_000

const nothing: ReplicaChange = {queue: false, history: [], library: null, health: false, version: null}
const queueNames = new Set(['queue', 'queue/details'])
const libraryNames = /^(movie|series|episode|artist|album|track|author|book)(file)?$/

type TimerName = 'slot' | 'prompt' | 'hint' | 'reconcile' | 'poll'
/** Both whether or not they are due; a hint: what is due of both. */
type Prompt = 'queue' | 'both' | 'hint'

export class ArrReplica {
  readonly #options: ReplicaOptions
  readonly #stopping = new AbortController()
  #rows: readonly QueueRow[] = []
  #downloads: ReadonlyMap<DownloadId, QueueDownload> = new Map()
  #history: HistoryRow[] = []
  #cursor: HistoryCursor
  #counters: QueueCounters | null = null
  #isCurrent = false
  #isLive = false
  #connections = 0
  #refreshedAt = Number.NEGATIVE_INFINITY
  #readAt: EpochMs | null = null
  #fault: unknown = null
  readonly #slots: Slots
  #historyIsDue = false
  #queueIsDue = false
  #isAsking = false
  #asked: Promise<void> = Promise.resolve()
  /** At once, as soon as the question under way is answered. */
  #wanted: Prompt | null = null
  #hintedAt = Number.NEGATIVE_INFINITY
  /** What was read last; when both are due in slots they take turns. */
  #lastRead: 'queue' | 'history' = 'queue'
  readonly #awaited: AwaitedGrabs
  readonly #timers = new Map<TimerName, () => void>()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#cursor = options.cursor
    this.#slots = new Slots(options.clock)
    this.#awaited = new AwaitedGrabs(options.clock)
  }

  /** `null` = the last reading failed, or there was none yet: nothing may be concluded from what is absent. */
  get queue(): readonly QueueRow[] | null {
    return this.#isCurrent ? this.#rows : null
  }

  /** As last read, however long ago. */
  get downloads(): ReadonlyMap<DownloadId, QueueDownload> {
    return this.#downloads
  }

  get counters(): QueueCounters | null {
    return this.#counters
  }

  get cursor(): HistoryCursor {
    return this.#cursor
  }

  get isLive(): boolean {
    return this.#isLive
  }

  /** How often its live channel came up: each time but the first it was not heard before, and may have begun anew. */
  get connections(): number {
    return this.#connections
  }

  /** Since it last said that it looked at its downloads, ms; it says so each time, and only on the live channel. */
  get sinceRefresh(): number {
    return this.#isLive ? this.#options.clock.monotonic() - this.#refreshedAt : Number.POSITIVE_INFINITY
  }

  get readAt(): EpochMs | null {
    return this.#readAt
  }

  /** Why the last question failed; `null` = it did not. */
  get fault(): unknown {
    return this.#fault
  }

  /** Downloads that rows at hand tell of. */
  get historyIds(): ReadonlySet<DownloadId> {
    return new Set(this.#history.flatMap(({downloadId}) => downloadId ?? []))
  }

  /** Rows at hand, oldest first. */
  historyOf(downloadId: DownloadId): HistoryRow[] {
    return this.#history.filter((row) => row.downloadId === downloadId)
  }

  start(): void {
    this.#options.channel.start({
      up: () => this.#turn(true),
      down: () => this.#turn(false),
      message: (message) => this.#hear(message),
    })
    this.#reconcile()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const cancel of this.#timers.values()) cancel()
    await this.#options.channel.stop()
  }

  /**
   * Somebody says that something happened. Nothing is believed of it but that it is worth a look: at the history first,
   * which has it before the queue does. Many hints are few looks.
   */
  hint(): void {
    this.#historyIsDue = true
    this.#lookSoon()
  }

  /** We did something, or a torrent finished: look now. */
  look(what: 'queue' | 'both' = 'queue'): void {
    if (what === 'both') this.#historyIsDue = true
    this.#queueIsDue = true
    this.#later('prompt', PROMPT_MS, () => void this.#ask(what))
  }

  /** Reads the queue, for somebody who waits for it. @throws {CommodarrError} what ails the Arr */
  async readNow(): Promise<void> {
    while (this.#isAsking) await this.#asked
    this.#queueIsDue = true
    await this.#ask('queue')
    if (this.#fault !== null) throw this.#fault
  }

  #turn(isLive: boolean): void {
    this.#isLive = isLive
    if (isLive) this.#connections++
    if (!isLive) return this.#poll()
    this.#tell({health: true})
    this.#reconcile()
  }

  #hear({name, resource, action, version}: LiveMessage): void {
    if (queueNames.has(name)) return this.#queueSpoke()
    if (name === 'queue/status') return this.#count(resource)
    if (name === 'health') return this.#tell({health: true})
    if (name === 'version') {
      if (version !== this.#options.port.status.version) this.#tell({version})
    } else if (libraryNames.test(name)) {
      this.#tell({library: {name, resource, action, version}})
      if (isGrab(resource)) this.hint()
    }
  }

  /** Said at every refresh of the Arr, also when nothing changed. An empty queue says more in `queue/status`. */
  #queueSpoke(): void {
    this.#refreshedAt = this.#options.clock.monotonic()
    const isAwaited = this.#awaited.any
    const isEmpty = this.#isCurrent && this.#rows.length === 0 && (this.#counters?.total ?? 0) === 0
    if (isEmpty && !isAwaited) return
    this.#queueIsDue = true
    if (isAwaited) this.#lookSoon()
    else this.#takeSlot()
  }

  /** As a hint asks for it: soon, and seldom enough. */
  #lookSoon(): void {
    if (this.#timers.has('hint')) return
    const {clock} = this.#options
    const wait = Math.max(HINT_MS, this.#hintedAt + BETWEEN_HINTS_MS - clock.monotonic())
    this.#later('hint', wait, () => this.#askAhead())
  }

  #askAhead(): void {
    const questions = this.#questions('hint').filter(Boolean).length
    if (questions === 0) return
    // After a failure the slot is soon enough.
    if (this.#fault !== null || !this.#slots.allowAhead(questions)) return this.#takeSlot()
    this.#hintedAt = this.#options.clock.monotonic()
    // Asked already.
    this.#timers.get('slot')?.()
    this.#timers.delete('slot')
    this.#slots.takeAhead(questions)
    void this.#ask('hint')
  }

  #count(resource: unknown): void {
    const {data} = queueCounters.safeParse(resource)
    if (data === undefined) return
    this.#counters = data
    if (data.total !== this.#rows.length) {
      this.#queueIsDue = true
      this.#takeSlot()
    }
  }

  #takeSlot(): void {
    if (this.#timers.has('slot')) return
    this.#later('slot', this.#slots.wait, () => void this.#ask('slot'))
  }

  /** Whatever was said or missed. */
  #reconcile(): void {
    this.#queueIsDue = true
    this.#historyIsDue = true
    this.#later('reconcile', RECONCILE_MS, () => this.#reconcile())
    if (!this.#isLive) this.#poll()
    void this.#ask('both')
  }

  /** Only while nobody tells us. */
  #poll(): void {
    this.#later('poll', this.#rows.length > 0 ? SLOT_MS : EMPTY_POLL_MS, () => {
      if (this.#isLive) return
      this.#queueIsDue = true
      this.#poll()
      this.#takeSlot()
    })
  }

  /**
   * One question at a time.
   * @param what in a slot, the one of queue and history whose turn it is; of a hint what is due; else what is wanted
   */
  async #ask(what: 'slot' | Prompt): Promise<void> {
    if (this.#isAsking) {
      if (what !== 'slot') this.#wanted = strongest(this.#wanted, what)
      return
    }
    this.#isAsking = true
    const {promise, resolve} = Promise.withResolvers<void>()
    this.#asked = promise
    const [history, queue] = this.#questions(what)
    if (what !== 'hint') this.#slots.take()
    try {
      if (history) await this.#readHistory()
      if (queue) await this.#readQueue()
      this.#fault = null
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(error)
    } finally {
      this.#isAsking = false
      resolve()
    }
    this.#goOn()
  }

  /** What left the queue is explained by the history; the next slot is the queue's again. */
  #questions(what: 'slot' | Prompt): readonly [history: boolean, queue: boolean] {
    const [history, queue] = [this.#historyIsDue, this.#queueIsDue]
    if (what === 'queue') return [false, queue]
    if (what !== 'slot' || !history || !queue) return [history, queue]
    return this.#lastRead === 'queue' ? [true, false] : [false, true]
  }

  #goOn(): void {
    const wanted = this.#wanted
    this.#wanted = null
    if (this.#stopping.signal.aborted) return
    // After a failure the slot is soon enough.
    if (wanted === 'hint') this.#askAhead()
    else if (wanted !== null && this.#fault === null) void this.#ask(wanted)
    else if (this.#queueIsDue || this.#historyIsDue) this.#takeSlot()
  }

  async #readQueue(): Promise<void> {
    this.#queueIsDue = false
    const rows = await this.#options.port.queue(this.#stopping.signal)
    const before = this.#downloads
    this.#rows = rows
    this.#downloads = groupByDownload(rows)
    this.#isCurrent = true
    this.#readAt = this.#options.clock.now()
    this.#lastRead = 'queue'
    this.#awaited.found(this.#downloads)
    if ([...before.keys()].some((id) => !this.#downloads.has(id))) this.#historyIsDue = true
    this.#tell({queue: true})
  }

  async #readHistory(): Promise<void> {
    this.#historyIsDue = false
    const rows = await this.#options.port.historySince(askFrom(this.#cursor), this.#stopping.signal)
    const {fresh, cursor} = advance(this.#cursor, rows)
    this.#cursor = cursor
    this.#history = [...this.#history, ...fresh].slice(-MOST_HISTORY)
    this.#lastRead = 'history'
    this.#awaited.hear(fresh, this.#downloads)
    // An Arr says when it lists what it grabbed; where nobody hears it, the next slot looks.
    if (this.#awaited.any && !this.#isLive) this.#queueIsDue = true
    if (fresh.length > 0) this.#tell({history: fresh})
  }

  /** Both are asked for again: in the next slot, then at the next reconciliation. */
  #failed(error: unknown): void {
    this.#fault = error
    this.#isCurrent = false
    this.#queueIsDue = true
    this.#historyIsDue = true
    this.#tell({queue: true})
  }

  #tell(change: Partial<ReplicaChange>): void {
    this.#options.changed({...nothing, ...change})
  }

  #later(name: TimerName, ms: number, task: () => void): void {
    this.#timers.get(name)?.()
    this.#timers.set(
      name,
      this.#options.clock.after(ms, () => {
        this.#timers.delete(name)
        task()
      }),
    )
  }
}

const grab = z.object({grabbed: z.literal(true)})

/** Of a movie, episode, album or book: a release for it was handed to a torrent server just now. */
function isGrab(resource: unknown): boolean {
  return grab.safeParse(resource).success
}

function strongest(one: Prompt | null, other: Prompt): Prompt {
  if (one === 'both' || other === 'both') return 'both'
  return one === 'queue' ? one : other
}

/* Rows of a queue → downloads: a pack is one download with many media, and one row stands for all when it is removed. */

/** Releases that wait for their delay are no downloads yet. */
function groupByDownload(rows: readonly QueueRow[]): ReadonlyMap<DownloadId, QueueDownload> {
  const groups = new Map<DownloadId, QueueRow[]>()
  const seen = new Set<number>()
  for (const row of rows) {
    // Paging over a live list may show a row twice.
    if (row.downloadId === null || seen.has(row.id)) continue
    seen.add(row.id)
    const group = groups.get(row.downloadId)
    if (group) group.push(row)
    else groups.set(row.downloadId, [row])
  }
  return new Map(
    [...groups].map(([downloadId, group]) => {
      const media = new Map(group.flatMap((row) => row.media).map((one) => [mediaKey(one), one]))
      return [downloadId, {downloadId, rows: group, media: [...media.values()]}]
    }),
  )
}
