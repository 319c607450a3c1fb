/**
 * What one Arr has in its queue and what lately happened to it, kept in step with few questions.
 *
 *   live channel ──"queue changed"──▶ one slot per minute ─▶ queue, or history when a download left the queue
 *   our own action, a torrent that finished ──▶ queue at once
 *   a webhook, "grabbed" on the channel ──▶ a hint: the history at once, and again when nothing was said for 5 s
 *   files that came or went, other counters ──▶ a hint: history or queue when nothing was said for 5 s
 *   every quarter of an hour ──▶ queue and history, whatever was said or missed
 *   channel down ──▶ the queue at once, as its Arr may be away; then each minute, each five minutes while it is empty
 *
 * A queue in which nothing is of a torrent server is read as seldom as that, on either way, unless counters or the
 * history say that something was added: nothing of it is ours to look after.
 *
 * At most 60 slots and 4 × 2 questions of the reconciliation an hour while busy, 8 while the queue is empty and nothing
 * happens, and for hints 80 in any hour. Source: Sonarr and Radarr, decision 016.
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
import {advance, askFrom, AwaitedGrabs, type HistoryCursor} from './history-cursor.ts'
import type {LiveMessage, LiveSource} from './live-channel.ts'
import {Slots} from './slots.ts'

export interface ReplicaChange {
  /** The queue was read again, or cannot be read any more. */
  readonly queue: boolean
  /** Rows that were not known, oldest first. */
  readonly history: readonly HistoryRow[]
  /** Something in the library changed: `movie`, `episode`, `moviefile`, …, with its id where it was told. */
  readonly library: LiveMessage | null
  /** A tag or an indexer is another one. */
  readonly settings: boolean
  /** Its health checks may say another thing. */
  readonly health: boolean
  /** It may have chosen releases: it read its feeds or searched, or nobody heard whether it did. */
  readonly grabbed: boolean
  /** The app was updated: what it can do has to be asked again. */
  readonly version: string | null
}

type ListsPort = Pick<ArrPort, 'queue' | 'historySince'>

interface ReplicaOptions {
  readonly port: ListsPort & Pick<ArrPort, 'status'>
  /** The same, for who waits for its answer. */
  readonly again: ListsPort
  readonly channel: LiveSource
  readonly clock: Clock
  /** Kept from before a restart, or from where to begin. */
  readonly cursor: HistoryCursor
  readonly changed: (change: ReplicaChange) => void
}

const SLOT_MS = 60_000
const EMPTY_POLL_MS = 300_000
/** Of 15 requests an hour to an idle Arr it takes eight: its health, its clients, its log and four orders to read its feeds come beside it. */
const RECONCILE_MS = 900_000
/** Own actions come in bursts; the Arr tells of each only once it looked itself. */
const PROMPT_MS = 1_000
/** From the first hint on: several calls tell of one thing. */
const HINT_MS = 250
/** An Arr writes its history after it said that a file came in: what was read sooner after a hint may lack it. */
const SETTLED_MS = 5_000
/** What was said so long ago and is not read yet makes everything that is known old: a slot, and the time of an answer. */
const BEHIND_MS = 70_000
/** Rows of the history that are at hand; older ones are asked for one download at a time. */
const MOST_HISTORY = 5_000

const nothing: ReplicaChange = {
  queue: false,
  history: [],
  library: null,
  settings: false,
  health: false,
  grabbed: false,
  version: null,
}
const queueNames = new Set(['queue', 'queue/details'])
const libraryNames = /^(movie|series|episode|artist|album|track|author|book)(file)?$/
const settingNames = new Set(['tag', 'indexer'])
const fileNames = /file$/

type TimerName = 'slot' | 'prompt' | 'hint' | 'reconcile' | 'poll' | 'behind'
type List = 'queue' | 'history'
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
  /** The live channel stood, and fell. */
  #wasDown = false
  #refreshedAt = Number.NEGATIVE_INFINITY
  #readAt: EpochMs | null = null
  /** When its queue was read last; by the duration clock, ms. */
  #queueReadAt = Number.NEGATIVE_INFINITY
  #fault: unknown = null
  readonly #slots: Slots
  /** What is to be read, with since when; by the duration clock, ms. */
  readonly #due = new Map<List, number>()
  /** Since when what is read now was due. */
  #readSince = Number.POSITIVE_INFINITY
  #isAsking = false
  #asked: Promise<void> = Promise.resolve()
  /** At once, as soon as the question under way is answered. */
  #wanted: Prompt | null = null
  /** The last hint that the history has something new; by the duration clock, ms. */
  #hintedAt = Number.NEGATIVE_INFINITY
  /** What was read last; when both are due in slots they take turns. */
  #lastRead: List = 'queue'
  readonly #awaited: AwaitedGrabs
  /** When the timer of hints ends; by the duration clock, ms. */
  #lookAt = 0
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

  /** How often its live channel came up: each time but the first it was not heard before, and may have begun again. */
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

  /** It said a minute ago and longer that something is new, and that is not read yet: nothing is decided by what is known. */
  get isBehind(): boolean {
    return this.#options.clock.monotonic() - this.#dueSince >= BEHIND_MS
  }

  get #dueSince(): number {
    return Math.min(this.#readSince, ...this.#due.values())
  }

  /** Why the last question failed; `null` = it did not. */
  get fault(): unknown {
    return this.#fault
  }

  /** When it is asked again; `null` = it answers. */
  get nextTryAt(): EpochMs | null {
    return this.#fault === null ? null : this.#options.clock.now() + this.#slots.wait
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
    this.#notify({grabbed: true})
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
    this.#hinted(HINT_MS)
  }

  /** We did something, or a torrent finished: look now. */
  look(what: 'queue' | 'both' = 'queue'): void {
    if (what === 'both') this.#isDue('history')
    this.#isDue('queue')
    this.#later('prompt', PROMPT_MS, () => void this.#ask(what))
  }

  /** Reads the queue, and what else is new, for somebody who waits for it. @throws {CommodarrError} what ails the Arr */
  async readNow(): Promise<void> {
    while (this.#isAsking) await this.#asked
    this.#isDue('queue')
    await this.#ask('both', this.#options.again)
    if (this.#fault !== null) throw this.#fault
  }

  #turn(isLive: boolean): void {
    this.#isLive = isLive
    if (isLive) {
      this.#connections++
      // It was read when all of this began.
      if (this.#wasDown) this.#notify({health: true, grabbed: true})
      return this.#reconcile()
    }
    this.#wasDown = true
    this.#poll()
    // It may be away, or refuse the key by now: what is known is told as such, and it is asked.
    this.#notify({queue: true})
    this.#isDue('queue')
    this.#lookSoon(HINT_MS)
  }

  #hear({name, resource, action, version}: LiveMessage): void {
    if (queueNames.has(name)) return this.#queueSpoke()
    if (name === 'queue/status') return this.#count(resource)
    if (name === 'health') return this.#notify({health: true})
    if (settingNames.has(name)) return this.#notify({settings: true})
    if (name === 'command') return mayHaveGrabbed(resource) ? this.#notify({grabbed: true}) : undefined
    if (name === 'version') {
      if (version !== this.#options.port.status.version) this.#notify({version})
    } else if (libraryNames.test(name)) {
      this.#notify({library: {name, resource, action, version}})
      if (isGrab(resource)) this.#hinted(HINT_MS)
      else if (fileNames.test(name)) this.#hinted(SETTLED_MS)
    }
  }

  /** The history has something new, or will have in a moment. */
  #hinted(inMs: number): void {
    this.#hintedAt = this.#options.clock.monotonic()
    this.#isDue('history')
    this.#lookSoon(inMs)
  }

  #isDue(list: List): void {
    if (!this.#due.has(list)) this.#due.set(list, this.#options.clock.monotonic())
    if (!this.#timers.has('behind')) this.#later('behind', BEHIND_MS, () => this.#fellBehind())
  }

  #fellBehind(): void {
    const since = this.#dueSince
    if (since === Number.POSITIVE_INFINITY) return
    if (this.isBehind) return this.#notify({queue: true})
    this.#later('behind', since + BEHIND_MS - this.#options.clock.monotonic(), () => this.#fellBehind())
  }

  /** It is read now. */
  #take(list: List): void {
    this.#readSince = this.#due.get(list) ?? Number.POSITIVE_INFINITY
    this.#due.delete(list)
  }

  /** Said at every refresh of the Arr, also when nothing changed. An empty queue says more in `queue/status`. */
  #queueSpoke(): void {
    this.#refreshedAt = this.#options.clock.monotonic()
    const isAwaited = this.#awaited.any
    const isEmpty = this.#isCurrent && this.#rows.length === 0 && (this.#counters?.total ?? 0) === 0
    if (isEmpty && !isAwaited) return
    if (this.#isOfOthers && !isAwaited && this.#sinceQueue < EMPTY_POLL_MS) return
    this.#isDue('queue')
    if (isAwaited) this.#lookSoon(HINT_MS)
    else this.#takeSlot()
  }

  /** Nothing in it is of a torrent server, and as many rows as the Arr counts. */
  get #isOfOthers(): boolean {
    const {length} = this.#rows
    const isWhole = this.#isCurrent && (this.#counters?.total ?? length) === length
    return isWhole && this.#rows.every(({protocol}) => protocol === 'usenet')
  }

  get #sinceQueue(): number {
    return this.#options.clock.monotonic() - this.#queueReadAt
  }

  /** As a hint asks for it: in so many ms, and seldom enough. */
  #lookSoon(inMs: number): void {
    const at = this.#options.clock.monotonic() + Math.max(inMs, this.#slots.hintWait)
    if (this.#timers.has('hint') && this.#lookAt <= at) return
    this.#lookAt = at
    this.#later('hint', at - this.#options.clock.monotonic(), () => this.#askForHint())
  }

  #askForHint(): void {
    const questions = this.#questions('hint').filter(Boolean).length
    if (questions === 0) return
    // After a failure the slot is soon enough.
    if (this.#fault !== null) return this.#takeSlot()
    if (this.#slots.hintWait > 0) return this.#lookSoon(0)
    // Asked already.
    this.#timers.get('slot')?.()
    this.#timers.delete('slot')
    void this.#ask('hint')
  }

  /** Other ones than before are a hint; those that only do not fit what was read (a release that waits) are none. */
  #count(resource: unknown): void {
    const {data} = queueCounters.safeParse(resource)
    if (data === undefined) return
    const isOther = JSON.stringify(data) !== JSON.stringify(this.#counters)
    this.#counters = data
    if (data.total === this.#rows.length && (!isOther || this.#rows.length === 0)) return
    this.#isDue('queue')
    if (isOther) this.#lookSoon(HINT_MS)
    else this.#takeSlot()
  }

  #takeSlot(): void {
    if (this.#timers.has('slot')) return
    this.#later('slot', this.#slots.wait, () => void this.#ask('slot'))
  }

  /** Whatever was said or missed. */
  #reconcile(): void {
    this.#isDue('queue')
    this.#isDue('history')
    this.#later('reconcile', RECONCILE_MS, () => this.#reconcile())
    if (!this.#isLive) {
      this.#poll()
      this.#notify({grabbed: true})
    }
    void this.#ask('both')
  }

  /** Only while nobody tells us. */
  #poll(): void {
    this.#later(
      'poll',
      this.#rows.every(({protocol}) => protocol === 'usenet') ? EMPTY_POLL_MS : SLOT_MS,
      () => {
        if (this.#isLive) return
        this.#isDue('queue')
        this.#poll()
        this.#takeSlot()
      },
    )
  }

  /**
   * One question at a time.
   * @param what in a slot, the one of queue and history whose turn it is; of a hint what is due; else what is wanted
   */
  async #ask(what: 'slot' | Prompt, port: ListsPort = this.#options.port): Promise<void> {
    if (this.#isAsking) {
      if (what !== 'slot') this.#wanted = strongest(this.#wanted, what)
      return
    }
    this.#isAsking = true
    const {promise, resolve} = Promise.withResolvers<void>()
    this.#asked = promise
    const [history, queue] = this.#questions(what)
    this.#slots.take()
    if (what === 'hint') this.#slots.takeHint([history, queue].filter(Boolean).length)
    try {
      if (history) await this.#readHistory(port)
      if (queue) await this.#readQueue(port)
      this.#fault = null
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(error)
    } finally {
      this.#isAsking = false
      this.#readSince = Number.POSITIVE_INFINITY
      resolve()
    }
    this.#goOn()
  }

  /** What left the queue is explained by the history; the next slot is the queue's again. */
  #questions(what: 'slot' | Prompt): readonly [history: boolean, queue: boolean] {
    const [history, queue] = [this.#due.has('history'), this.#due.has('queue')]
    if (what === 'queue') return [false, queue]
    if (what !== 'slot' || !history || !queue) return [history, queue]
    return this.#lastRead === 'queue' ? [true, false] : [false, true]
  }

  #goOn(): void {
    const wanted = this.#wanted
    this.#wanted = null
    if (this.#stopping.signal.aborted) return
    // After a failure the slot is soon enough.
    if (wanted === 'hint') this.#askForHint()
    else if (wanted !== null && this.#fault === null) void this.#ask(wanted)
    else if (this.#due.size > 0) this.#takeSlot()
  }

  async #readQueue(port: ListsPort): Promise<void> {
    this.#take('queue')
    const rows = await port.queue(this.#stopping.signal)
    const before = this.#downloads
    this.#rows = rows
    this.#downloads = groupByDownload(rows)
    this.#isCurrent = true
    this.#readAt = this.#options.clock.now()
    this.#queueReadAt = this.#options.clock.monotonic()
    this.#lastRead = 'queue'
    this.#awaited.found(this.#downloads)
    if ([...before.keys()].some((id) => !this.#downloads.has(id))) this.#isDue('history')
    this.#notify({queue: true})
  }

  async #readHistory(port: ListsPort): Promise<void> {
    this.#take('history')
    const asked = this.#options.clock.monotonic()
    const rows = await port.historySince(askFrom(this.#cursor), this.#stopping.signal)
    const {fresh, cursor} = advance(this.#cursor, rows)
    this.#cursor = cursor
    this.#history = [...this.#history, ...fresh].slice(-MOST_HISTORY)
    this.#lastRead = 'history'
    this.#awaited.hear(fresh, this.#downloads)
    // An Arr says when it lists what it grabbed; where nobody hears it, the next slot looks.
    if (this.#awaited.any && !this.#isLive) this.#isDue('queue')
    const settles = this.#hintedAt + SETTLED_MS - asked
    if (settles > 0) {
      this.#isDue('history')
      this.#lookSoon(settles)
    }
    const ended = this.#end(fresh)
    if (fresh.length > 0) this.#notify({history: fresh, queue: ended})
  }

  /**
   * What came in has left its queue, whatever that said when it was read last. What failed or is ignored leaves it, too:
   * it is read again. @returns whether any row is another now
   */
  #end(fresh: readonly HistoryRow[]): boolean {
    const own = fresh.filter(({downloadId}) => downloadId !== null && this.#downloads.has(downloadId))
    if (!own.some(({event}) => ends.has(event))) return false
    this.#isDue('queue')
    const rows = this.#rows.map((row) => (isImported(row, own) ? {...row, state: 'imported' as const} : row))
    if (rows.every((row, at) => row === this.#rows[at])) return false
    this.#rows = rows
    this.#downloads = groupByDownload(rows)
    return true
  }

  /** Both are asked for again: in the next slot, then at the next reconciliation. */
  #failed(error: unknown): void {
    this.#fault = error
    this.#isCurrent = false
    this.#isDue('queue')
    this.#isDue('history')
    this.#notify({queue: true})
  }

  #notify(change: Partial<ReplicaChange>): void {
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

const ended = z.object({
  name: z.string(),
  status: z.enum(['completed', 'failed']),
  message: z.string().catch(''),
})

/** Of a command: it read its feeds, which had something, or it searched. It says how many it grabbed, not how many it chose. */
function mayHaveGrabbed(resource: unknown): boolean {
  const {data} = ended.safeParse(resource)
  return data !== undefined && /^RssSync$|Search$/.test(data.name) && !/Reports found: 0\b/.test(data.message)
}

const ends: ReadonlySet<HistoryRow['event']> = new Set([
  'imported',
  'downloadImported',
  'failed',
  'ignored',
] as const)

/**
 * By what happened since it was grabbed: a movie with its first file, episodes with theirs; of an album or a book one file says nothing of the others, and its
 * Arr says when it has all of them. Source: Sonarr and Radarr.
 */
function isImported(row: QueueRow, events: readonly HistoryRow[]): boolean {
  if (row.state === 'imported' || row.media.length === 0) return false
  const all = events.filter(({downloadId}) => downloadId === row.downloadId)
  const own = all.slice(all.findLastIndex(({event}) => event === 'grabbed') + 1)
  return row.media.every((one) =>
    own.some(({event, media}) => {
      if (media === null || mediaKey(media) !== mediaKey(one)) return false
      const isWhole = one.kind === 'movie' || one.kind === 'episode'
      return event === 'downloadImported' || (event === 'imported' && isWhole)
    }),
  )
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
