/**
 * May the absence of a torrent be believed? A pure judgement over the complete lists of one server.
 *
 *   new epoch ──▶ growing ──two lists in a row agree──▶ stable ──▶ absence is believed
 *                    │                                    │
 *                    └──▶ dropped ◀── much shorter than before, and nobody said why
 *                            └── the same for ten minutes ──▶ stable
 *
 * A server that has just started may list nothing, then a third, then all. And a list may be short for reasons nobody
 * knows: a fifth missing at once is not believed before it stayed so for ten minutes, and fewer before ten seconds.
 *
 * `ListStability` remembers, over all epochs of a server, what this is judged by.
 */
import type {SyncReport} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'

export interface ListStabilityDeps {
  readonly clock: Clock
  /** Torrents the fleet shows for this server now, and how many of them we ordered removed. */
  readonly population: () => {readonly shown: number; readonly leaving: number}
}

export class ListStability {
  readonly #parts: ListStabilityDeps
  #warmth: Warmth

  constructor(parts: ListStabilityDeps) {
    this.#parts = parts
    this.#warmth = newEpoch(parts.population().shown, this.#now)
  }

  get stage(): Warmth['stage'] {
    return this.#warmth.stage
  }

  /** Whole lists in this epoch. */
  get lists(): number {
    return this.#warmth.lists
  }

  newEpoch(): void {
    this.#warmth = newEpoch(this.#parts.population().shown, this.#now, this.#warmth)
  }

  /** A list broke off before its end. */
  brokenList(): void {
    this.#warmth = afterBrokenList(this.#warmth)
  }

  /** @returns true when this list was the one that made it stable: what is not seen by now is gone */
  wholeList(list: WholeList & Pick<SyncReport, 'membership'>): boolean {
    if (list.membership !== 'whole') return false
    const before = this.stage
    this.#warmth = afterWholeList(this.#warmth, list, this.#now)
    return before !== 'stable' && this.stage === 'stable'
  }

  /** A list ends with so many torrents: may those that it lacks be believed gone? */
  mayBelieveAbsence(listed: number): boolean {
    if (this.stage !== 'stable') return false
    const {shown, leaving} = this.#parts.population()
    if (!isDrop(shown, listed, leaving)) return true
    this.#warmth = afterDrop(shown - leaving, this.#now)
    return false
  }

  get #now(): number {
    return this.#parts.clock.monotonic()
  }
}

/** ms of the monotonic clock: a wall clock that is set must not make a doubted list old. */
type Ms = number

export interface Warmth {
  readonly stage: 'growing' | 'dropped' | 'stable'
  /** Lists in a row with the same members, in this stage. */
  readonly agreeing: number
  /** Torrents we knew when this stage began. */
  readonly before: number
  /** Since when members have not changed; `null` before the first list. */
  readonly sameSince: Ms | null
  readonly startedAt: Ms
  /** Whole lists in this epoch. */
  readonly lists: number
  /** So many of them must agree with the one before. */
  readonly needed: number
}

interface WholeList {
  readonly joined: number
  readonly left: number
  readonly known: number
}

const DROP_SHARE = 0.2
const DROP_LEAST = 10
/** So long a list must stay the same before the few that it lacks are believed gone. */
const SAME_WHILE_LACKING_MS = 10_000
export const DROP_WAIT_MS = 10 * 60_000

/**
 * An epoch after an epoch of a single list is hardly a restart: somebody else who uses the same session (one API key)
 * makes every answer a whole list that nobody asked for. Then lists agree over the epochs, and one more of them must.
 * @param last the epoch before; `null` = none
 */
export function newEpoch(before: number, now: Ms, last: Warmth | null = null): Warmth {
  const fresh = {stage: 'growing', agreeing: 0, before, sameSince: null, startedAt: now, lists: 0} as const
  if (last === null || last.lists !== 1) return {...fresh, needed: 1}
  const {agreeing, sameSince} = last
  return {...fresh, agreeing, sameSince, startedAt: last.stage === 'stable' ? now : last.startedAt, needed: 2}
}

/**
 * Would believing this list mean that many torrents vanished at once?
 * @param explained removals that we ordered or the server named
 */
export function isDrop(before: number, listed: number, explained = 0): boolean {
  const missing = before - listed - explained
  return missing > 0 && (listed === 0 || (missing > DROP_LEAST && missing > before * DROP_SHARE))
}

/** A complete list (or an unbroken chain of deltas since one) was seen. */
export function afterWholeList(warmth: Warmth, list: WholeList, now: Ms): Warmth {
  const lists = warmth.lists + 1
  if (warmth.stage === 'stable') return {...warmth, lists}
  const first = warmth.sameSince === null
  const agrees = !first && list.joined === 0 && list.left === 0
  const seen = {
    ...warmth,
    lists,
    agreeing: agrees ? warmth.agreeing + 1 : 0,
    sameSince: agrees ? warmth.sameSince : now,
  }
  const dropped = isDrop(warmth.before, list.known)
  const sameForMs = now - (seen.sameSince ?? now)
  // A server where torrents come and go all the time never shows two equal lists; it is not loading for ten minutes.
  const settledByTime = dropped ? sameForMs >= DROP_WAIT_MS : now - warmth.startedAt >= DROP_WAIT_MS
  // A server that still loads may pause between two quick looks: while any known torrent is missing, two are too few.
  const sameLongEnough = list.known >= warmth.before || sameForMs >= SAME_WHILE_LACKING_MS
  if (settledByTime || (!dropped && sameLongEnough && seen.agreeing >= warmth.needed))
    return {...seen, stage: 'stable'}
  return {...seen, stage: dropped ? 'dropped' : 'growing'}
}

/** A list broke off: what it introduced is counted by nobody, so the next one has nothing to agree with. */
function afterBrokenList(warmth: Warmth): Warmth {
  return warmth.stage === 'stable' ? warmth : {...warmth, agreeing: 0, sameSince: null}
}

/** In a stable epoch a list came that lacks too many: back to doubt. */
export function afterDrop(before: number, now: Ms): Warmth {
  return {stage: 'dropped', agreeing: 0, before, sameSince: now, startedAt: now, lists: 0, needed: 1}
}
