/**
 * May the absence of a torrent be believed? A judgement over what one server says: over its complete lists, and over
 * the removals that it names.
 *
 *   new epoch ──▶ growing ──two lists in a row agree──▶ stable ──▶ absence and named removals are believed
 *                    │                                    │
 *                    └──▶ dropped ◀── too many are missing, and no command of ours removed them
 *                            ├── they are back, and two whole lists that were asked for agree ──▶ stable
 *                            └── whole lists that were asked for agree for ten minutes ──▶ stable
 *
 * A server that has just started may list nothing, then a third, then all. And torrents may be missing for reasons
 * nobody knows: a fifth of them is not believed before it stayed so for ten minutes, and fewer in a new epoch before ten
 * seconds. A fifth is counted over half an hour, and whichever way they went: missing in a list, named as removed, all
 * at once or a few each minute. Who is missing is counted torrent by torrent: other torrents do not make up for them.
 */
import type {SyncReport} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

/** What the fleet knows of the torrents of one server. */
export interface KnownTorrents {
  /** Torrents that are shown. */
  count(): number
  has(hash: InfoHash): boolean
  /** `null` = not known. */
  addedAt(hash: InfoHash): EpochMs | null
  /** Of those shown: not told of by the list that is open, or came last. */
  absent(isCounted: (hash: InfoHash) => boolean): number
  /** Went within the last half hour, and can be shown again. */
  departed(): readonly InfoHash[]
}

/**
 * `drop`: too many are missing; what went lately is to be shown again. `doubt`: it is too early to say. `proved`: it was
 * doubted, and stayed so for long enough.
 */
export type Belief = 'believe' | 'proved' | 'doubt' | 'drop'

export class ListStability {
  readonly #clock: Clock
  readonly #known: KnownTorrents
  /** Torrents that commands of ours removed, and when they were sent, ms of the monotonic clock; the first first. */
  readonly #ordered = new Map<InfoHash, Ms>()
  #warmth: Warmth
  /** A person says that its next list is what it has. */
  #isAccepted = false
  #isOnItsWord = false
  /** The list that ended in this step lacked some. */
  #lacksSome = false

  constructor(clock: Clock, known: KnownTorrents) {
    this.#clock = clock
    this.#known = known
    this.#warmth = newEpoch(this.#now)
  }

  get stage(): Warmth['stage'] {
    return this.#warmth.stage
  }

  /** Whole lists in this epoch. */
  get lists(): number {
    return this.#warmth.lists
  }

  /**
   * Torrents went, and were believed gone by one answer alone: it named them as removed, or a list lacked them. It is
   * proved by a list that was asked for, and lacks none but those.
   */
  get isOnItsWord(): boolean {
    return this.#isOnItsWord
  }

  /** Went within the last half hour, and no command of ours removed them. */
  get departed(): readonly InfoHash[] {
    return this.#known.departed().filter((hash) => this.#isUnexplained(hash))
  }

  /**
   * A command of ours is about to remove these: that they go explains itself.
   * @returns what takes it back for those that the server keeps; an earlier command may still have removed them
   */
  ordered(hashes: readonly InfoHash[]): (kept: readonly InfoHash[]) => void {
    const now = this.#now
    for (const [hash, at] of this.#ordered) {
      if (now - at < ORDERED_MS) break
      this.#ordered.delete(hash)
    }
    const isFirst = new Set(hashes.filter((hash) => !this.#ordered.has(hash)))
    for (const hash of hashes) {
      this.#ordered.delete(hash)
      this.#ordered.set(hash, now)
    }
    return (kept) => {
      for (const hash of kept) if (isFirst.has(hash)) this.#ordered.delete(hash)
    }
  }

  /** Torrents that commands of ours removed within the last half hour. */
  get removedByUs(): readonly InfoHash[] {
    return [...this.#ordered.keys()].filter((hash) => !this.#isUnexplained(hash))
  }

  newEpoch(): void {
    this.#lacksSome = false
    this.#warmth = newEpoch(this.#now, this.#warmth)
  }

  /** A person says that it is the server that it was: whom its next whole list lacks is gone. */
  accept(): void {
    this.#isAccepted = true
  }

  /** A list broke off before its end. */
  brokenList(): void {
    this.#lacksSome = false
    this.#warmth = afterBrokenList(this.#warmth)
  }

  /**
   * @param isAsked it is a list and no chain of changes: what is doubted needs one to be believed
   * @returns `believe`, `proved`: with this one it became stable, and what is not seen by now is gone
   */
  wholeList(list: Pick<SyncReport, 'membership' | 'joined' | 'left' | 'known'>, isAsked: boolean): Belief {
    const lacksSome = this.#lacksSome
    this.#lacksSome = false
    if (list.membership !== 'whole') return 'doubt'
    if (isAsked) this.#isOnItsWord = lacksSome
    if (this.#isAccepted && isAsked) {
      this.#isAccepted = false
      this.#warmth = {...newEpoch(this.#now), stage: 'stable', lists: this.lists + 1}
      return 'proved'
    }
    const before = this.stage
    const losses = this.#losses(list.known)
    const seen = {...list, isAsked, isDrop: isDrop(losses), lacks: losses.missing > 0}
    this.#warmth = afterWholeList(this.#warmth, seen, this.#now)
    if (before === this.stage || this.stage === 'growing') return 'doubt'
    if (this.stage === 'dropped') return 'drop'
    return seen.isDrop ? 'proved' : 'believe'
  }

  /** A list ends with so many torrents: may those that it lacks be believed gone? */
  mayBelieveAbsence(listed: number): Belief {
    // Of the list before, which may have ended in a step that broke afterwards.
    this.#lacksSome = false
    if (this.stage !== 'stable') return 'doubt'
    const losses = this.#losses(listed)
    const belief = this.#beliefIn(losses)
    if (belief === 'believe' && losses.missing > 0) this.#isOnItsWord = this.#lacksSome = true
    return belief
  }

  /** The server names these as removed: may they be believed gone? */
  mayBelieveRemovals(hashes: readonly InfoHash[]): Belief {
    if (this.stage !== 'stable') return 'doubt'
    const shown = this.#known.count()
    const missing = hashes.filter((hash) => this.#isUnexplained(hash) && this.#known.has(hash)).length
    const isNothingLeft = missing === shown && missing > FEW
    const belief = this.#beliefIn({before: shown, missing, lately: this.departed.length, isNothingLeft})
    if (belief === 'believe' && missing > 0) this.#isOnItsWord = true
    return belief
  }

  #beliefIn(losses: Losses): Belief {
    if (!isDrop(losses)) return 'believe'
    this.#warmth = afterDrop(this.#now)
    return 'drop'
  }

  #losses(listed: number): Losses {
    const shown = this.#known.count()
    const missing = this.#known.absent((hash) => this.#isUnexplained(hash))
    // None of those we know, in a list of others: it is hardly the same server.
    const isNothingLeft = listed === 0 || (missing === shown && missing > FEW)
    return {before: shown, missing, lately: this.departed.length, isNothingLeft}
  }

  #isUnexplained(hash: InfoHash): boolean {
    const at = this.#ordered.get(hash)
    return at === undefined || this.#now - at >= ORDERED_MS
  }

  get #now(): Ms {
    return this.#clock.monotonic()
  }
}

/** ms of the monotonic clock: a wall clock that is set must not make a doubted list old. */
type Ms = number

export interface Warmth {
  readonly stage: 'growing' | 'dropped' | 'stable'
  /** Lists in a row with the same members, in this stage. */
  readonly agreeing: number
  /** Since when members have not changed; `null` before the first list. */
  readonly sameSince: Ms | null
  readonly startedAt: Ms
  /** The last list lacked too many. */
  readonly isShort: boolean
  /** Whole lists in this epoch. */
  readonly lists: number
  /** So many of them must agree with the one before. */
  readonly needed: number
}

interface WholeList {
  readonly joined: number
  readonly left: number
  readonly isAsked: boolean
  readonly isDrop: boolean
  /** A torrent that we know is not in it. */
  readonly lacks: boolean
}

/** Torrents that are missing and that no command of ours removed. */
interface Losses {
  /** Torrents that we know. */
  readonly before: number
  /** Of these. */
  readonly missing: number
  /** Others that went within the last half hour. */
  readonly lately: number
  /** None is there any more. */
  readonly isNothingLeft: boolean
}

const DROP_SHARE = 0.2
const DROP_LEAST = 10
/** So many may go together, and leave nothing behind, without a doubt. */
const FEW = 3
/** A daemon may be away for so long before it tells what a command of ours did. */
const ORDERED_MS = 30 * 60_000
/** So long a list must stay the same before the few that it lacks are believed gone. */
const SAME_WHILE_LACKING_MS = 10_000
export const DROP_WAIT_MS = 10 * 60_000

/**
 * An epoch after an epoch of a single list is hardly a restart: somebody else who uses the same session (one API key)
 * makes every answer a whole list that nobody asked for. Then lists agree over the epochs, and one more of them must.
 * @param last the epoch before; `null` = none
 */
export function newEpoch(now: Ms, last: Warmth | null = null): Warmth {
  const fresh = {
    stage: 'growing',
    agreeing: 0,
    sameSince: null,
    startedAt: now,
    isShort: false,
    lists: 0,
  } as const
  if (last === null || last.lists !== 1) return {...fresh, needed: 1}
  const {agreeing, sameSince} = last
  return {...fresh, agreeing, sameSince, startedAt: last.stage === 'stable' ? now : last.startedAt, needed: 2}
}

/** Would believing this mean that too many torrents vanished, all at once or one after the other? */
export function isDrop({before, missing, lately, isNothingLeft}: Losses): boolean {
  if (missing === 0) return false
  const gone = missing + lately
  return isNothingLeft || (gone > DROP_LEAST && gone > (before + lately) * DROP_SHARE)
}

/** A complete list (or an unbroken chain of deltas since one) was seen. */
export function afterWholeList(warmth: Warmth, list: WholeList, now: Ms): Warmth {
  const lists = warmth.lists + 1
  if (warmth.stage === 'stable') return {...warmth, lists}
  const first = warmth.sameSince === null
  const agrees = !first && list.joined === 0 && list.left === 0
  const isDoubted = warmth.stage === 'dropped' || list.isDrop
  const seen = {
    ...warmth,
    lists,
    stage: isDoubted ? ('dropped' as const) : ('growing' as const),
    // That nothing changed since a list proves what is doubted as little as the change itself.
    agreeing: agrees ? warmth.agreeing + (isDoubted && !list.isAsked ? 0 : 1) : 0,
    sameSince: agrees ? warmth.sameSince : now,
    // What came back bit by bit for ten minutes has only begun to look complete.
    startedAt: warmth.isShort && !list.isDrop ? now : warmth.startedAt,
    isShort: list.isDrop,
  }
  const sameForMs = now - (seen.sameSince ?? now)
  // A server where torrents come and go all the time never shows two equal lists; it is not loading for ten minutes.
  const settledByTime = now - (list.isDrop ? (seen.sameSince ?? now) : seen.startedAt) >= DROP_WAIT_MS
  // A server that still loads may pause between two quick looks: while any known torrent is missing, two are too few.
  const sameLongEnough = !list.lacks || sameForMs >= SAME_WHILE_LACKING_MS
  const isSettled = settledByTime || (!list.isDrop && sameLongEnough && seen.agreeing >= warmth.needed)
  return isSettled && (list.isAsked || !isDoubted) ? {...seen, stage: 'stable'} : seen
}

/** A list broke off: what it introduced is counted by nobody, so the next one has nothing to agree with. */
function afterBrokenList(warmth: Warmth): Warmth {
  return warmth.stage === 'stable' ? warmth : {...warmth, agreeing: 0, sameSince: null}
}

/** In a stable epoch too many went: back to doubt. */
export function afterDrop(now: Ms): Warmth {
  return {stage: 'dropped', agreeing: 0, sameSince: now, startedAt: now, isShort: true, lists: 0, needed: 1}
}
