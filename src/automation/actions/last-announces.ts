/**
 * Before a rule removes a private torrent, its tracker hears what was uploaded last: its server is told to announce once,
 * and the removal waits until that announce is seen to be done, a minute at most.
 *
 *   removal ─▶ go                                            public, stopped, or no tracker that would answer
 *           └▶ ask ─▶ wait, with a look every 5 s ─▶ go      done, or a minute later; within an hour it is not asked again
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import {valueOf, type DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import type {Clock} from '#lib/clock.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FactValue} from '#model/fact.ts'
import {isAnnouncing, type TorrentState} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {HOUR} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {ActionDetails} from './action-commands.ts'

type Trackers = Awaited<ReturnType<ActionDetails['trackers']>>

/** `before`: its trackers before the announce; `null` = not known. */
type AnnounceTurn = {readonly is: 'ask'; readonly before: Trackers | null} | {readonly is: 'wait' | 'go'}

interface Asked {
  /** By the clock that does not jump. */
  readonly at: number
  readonly before: Trackers | null
  readonly isHeard: boolean
}

const LAST_ANNOUNCE_OF = 'lastAnnounce'
const VERSION = 1
const LOOK_MS = 5_000
const SECOND_MS = 1_000
/** A removal that is put off for longer is announced again. */
const COUNTS_MS = HOUR * 1_000
/** Clients count by whole seconds, and some round the same time differently each time. */
const ROUNDING_MS = 5_000

export class LastAnnounces {
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly #details: Pick<ActionDetails, 'trackers'>
  readonly #clock: Clock
  /** By the text of the key. Lost with a restart: the whole minute is waited then. */
  readonly #asked = new Map<string, Asked>()

  constructor(
    deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>,
    details: Pick<ActionDetails, 'trackers'>,
    clock: Clock,
  ) {
    this.#deadlines = deadlines
    this.#details = details
    this.#clock = clock
  }

  /** What its removal has to do now. */
  async turn(item: DecisionItem, key: TorrentKey): Promise<AnnounceTurn> {
    if (!hasToHear(item)) return {is: 'go'}
    if (this.#counting(key)) return {is: (await this.left(key)) > 0 ? 'wait' : 'go'}
    const before = await this.#trackers(key)
    const latest = this.#clock.now() + waits.lastAnnounce.ms
    if (before && !before.some((tracker) => mayHear(tracker, latest))) return {is: 'go'}
    return {is: 'ask', before}
  }

  /** Counted before it is sent, so that a crash asks nobody twice. @throws {StorageFault} then it is not counted */
  async count(key: TorrentKey, before: Trackers | null): Promise<void> {
    await this.#sweep()
    const subject = keyText(key)
    const at = this.#clock.now()
    const about = {kind: LAST_ANNOUNCE_OF, subject, version: VERSION, detail: null}
    await this.#deadlines.set({...about, createdAt: at, dueAt: at + waits.lastAnnounce.ms})
    this.#asked.set(subject, {at: this.#clock.monotonic(), before, isHeard: false})
  }

  /** Its removal was sent, or its trackers were not asked after all. What cannot be written is over within an hour. */
  async end(key: TorrentKey): Promise<void> {
    const subject = keyText(key)
    this.#asked.delete(subject)
    if (!this.#deadlines.of(LAST_ANNOUNCE_OF, subject)) return
    await this.#deadlines.cancel(LAST_ANNOUNCE_OF, subject).catch(() => {})
  }

  /** After so many ms it is looked at again; 0 = its removal does not wait. */
  async left(key: TorrentKey): Promise<number> {
    const subject = keyText(key)
    const record = this.#counting(key)
    const asked = this.#asked.get(subject)
    if (!record || asked?.isHeard || this.#deadlines.isOver(LAST_ANNOUNCE_OF, subject)) return 0
    if (asked && (await this.#hasAnnounced(key, asked.before))) {
      this.#asked.set(subject, {...asked, isHeard: true})
      return 0
    }
    return Math.min(LOOK_MS, Math.max(SECOND_MS, record.dueAt - this.#clock.now()))
  }

  async #hasAnnounced(key: TorrentKey, before: Trackers | null): Promise<boolean> {
    const now = before && (await this.#trackers(key))
    return now?.some((tracker) => hasAnnounced(tracker, before!)) ?? false
  }

  #counting(key: TorrentKey): DeadlineRecord | null {
    const record = this.#deadlines.of(LAST_ANNOUNCE_OF, keyText(key))
    return record && this.#counts(record) ? record : null
  }

  /** By the clock that does not jump, but for what an earlier run asked. */
  #counts({subject, createdAt}: DeadlineRecord): boolean {
    const asked = this.#asked.get(subject)
    return (asked ? this.#clock.monotonic() - asked.at : Math.abs(this.#clock.now() - createdAt)) < COUNTS_MS
  }

  /** `null` = its server does not tell. */
  async #trackers(key: TorrentKey): Promise<Trackers | null> {
    try {
      return await this.#details.trackers(key)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return null
    }
  }

  /** Of removals that were not sent nothing is kept for long. */
  async #sweep(): Promise<void> {
    for (const record of this.#deadlines.ofKind(LAST_ANNOUNCE_OF)) {
      if (this.#counts(record)) continue
      this.#asked.delete(record.subject)
      await this.#deadlines.cancel(LAST_ANNOUNCE_OF, record.subject)
    }
  }
}

/** Somebody counts what it uploads, and can be reached by it. Who does not tell whether it is private counts as private. */
function hasToHear(item: DecisionItem): boolean {
  const isCounted = valueOf(item, 'isPrivate') !== false || asks.has(valueOf(item, 'obligation.met'))
  const isSilent = mute.has(valueOf(item, 'tracker.status')) || isSilentState(valueOf(item, 'state'))
  return isCounted && !isSilent
}

/** Its tracker is one of those whose owner asks for something. */
const asks: ReadonlySet<FactValue | undefined> = new Set<FactValue>(['yes', 'no', 'unknown'])
const mute: ReadonlySet<FactValue | undefined> = new Set<FactValue>(['error', 'unreachable', 'none'])

function isSilentState(state: FactValue | undefined): boolean {
  return state !== undefined && isAnnouncing(state as TorrentState) === false
}

const away: ReadonlySet<Trackers[number]['status']> = new Set(['disabled', 'error', 'unreachable'] as const)

/** It answers, and its client may announce to it by then: no client does so before the least interval of a tracker. */
function mayHear({status, mayAnnounceAt}: Trackers[number], latest: number): boolean {
  return !away.has(status) && (mayAnnounceAt ?? 0) <= latest
}

/** It was asked since, with whatever answer, and is not being asked now. */
function hasAnnounced(now: Trackers[number], all: Trackers): boolean {
  const before = all.find(({url}) => url === now.url)
  if (!before || now.status === 'updating') return false
  if (isLater(now.lastAnnounceAt, before.lastAnnounceAt ?? 0)) return true
  // Where none was planned, the next one may be the very one that was asked for.
  return isLater(now.nextAnnounceAt, before.nextAnnounceAt ?? Number.POSITIVE_INFINITY)
}

function isLater(now: number | null | undefined, before: number): boolean {
  return now !== undefined && now !== null && now > before + ROUNDING_MS
}
