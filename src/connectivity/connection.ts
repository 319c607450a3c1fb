/**
 * Is our own connection to the internet there? Judged for one network place (all servers of one machine, and each of
 * several for itself), by what its torrents show and what hosts on the internet answer. Pure steps.
 *
 * ```
 *     trackers of 80 % fail, or silence and (no host answers, or its servers say so)
 *  well ───────────────────────────────────────────────────────▶ down ◀───────────┐
 *    ▲                                                            │ neither        │ again
 *    └────────────── ten minutes without a fault ── settling ◀────┘ ───────────────┘
 * ```
 *
 * Silence alone is no fault: at night nobody may want anything. That a host answers proves our connection, not that of a
 * server behind a tunnel of its own: it counts against silence alone, not against failing trackers or what that server
 * says of its connection. Of one server among several of a machine only these two count: its neighbours are not behind
 * its tunnel, and what all of them are silent about is asked for the machine.
 * Source: qBitrr; scenario S25.
 */
import type {InternetState} from '#model/manager.ts'
import {MINUTE} from '#model/units.ts'

/** What a place shows now; only of servers that are believed. */
export interface PlaceSeen {
  /** Torrents that ask their trackers, of which is known how these are, and those of them whose trackers all fail. */
  readonly tracked: number
  readonly failing: number
  /** Of those, who could not be reached: what complains may be a tracker that answers. */
  readonly unreachable: number
  /** The same of torrents that rest: how their trackers were when they asked last, which may be long ago. */
  readonly restTracked: number
  readonly restFailing: number
  /** Torrents that are told to run, and those of them with a peer, or with bytes that flow. */
  readonly running: number
  readonly alive: number
  /** Every server of it that tells of its connection says that it has none. */
  readonly isDisconnected: boolean
  /** One server of a machine with several. */
  readonly isPart: boolean
}

/** What is counted of torrents. */
export type SeenCounts = Omit<PlaceSeen, 'isDisconnected' | 'isPart'>

export const nothingSeen: SeenCounts = {
  tracked: 0,
  failing: 0,
  unreachable: 0,
  restTracked: 0,
  restFailing: 0,
  running: 0,
  alive: 0,
}

export interface Connection {
  readonly state: InternetState
  /** By the duration clock, ms: of the state; `null` = never in doubt. */
  readonly since: number | null
  /** As it was looked at last. */
  readonly alive: number
  /** A peer or a tracker has shown that it is there, since the start of the program and since it was down last. */
  readonly isProven: boolean
}

/** `none` = there is nobody to ask. */
export type HostsSaid = 'answered' | 'silent' | 'none'

export const newConnection: Connection = {state: 'well', since: null, alive: 0, isProven: false}

const FAILING = 0.8
export const SETTLING_MS = 10 * MINUTE * 1_000
/** Without a host to ask, so many torrents that lose their last peer within one look are no chance. */
const MANY = 5
/** So many torrents of one server whose trackers fail are its connection rather than their trackers. */
const FEW = 3
/**
 * Of a connection that was never proven, fewer trackers that cannot be reached are a doubt: it may have been down when the
 * program started. After so long they are trackers that are gone.
 */
const DOUBT_MS = 24 * 60 * MINUTE * 1_000

/** Its torrents alone leave it open: hosts have to be asked. */
export function asksForHosts(seen: PlaceSeen): boolean {
  return !seen.isPart && isSilent(seen)
}

function isSilent(seen: PlaceSeen): boolean {
  return seen.alive === 0 && (seen.running > 0 || seen.isDisconnected)
}

export function stepConnection(
  before: Connection,
  seen: PlaceSeen,
  hosts: HostsSaid,
  monotonic: number,
): Connection {
  const {alive} = seen
  const isLong = before.state === 'down' && monotonic - before.since! >= DOUBT_MS
  if (isFault(before, seen, hosts) || (!isLong && areFewOutOfReach(before, seen))) {
    const since = before.state === 'down' ? before.since : monotonic
    return {state: 'down', since, alive, isProven: false}
  }
  const isProven = before.isProven || isLong || alive > 0 || seen.tracked > seen.failing
  if (before.state === 'down') return {state: 'settling', since: monotonic, alive, isProven}
  const isOver = before.state === 'settling' && monotonic - before.since! >= SETTLING_MS
  return {...before, ...(isOver && {state: 'well'}), alive, isProven}
}

/** Torrents by which a connection is judged: those that ask now, and those that rest only where these are too few. */
export function trackerSample({
  tracked,
  failing,
  restTracked,
  restFailing,
}: PlaceSeen): Pick<PlaceSeen, 'tracked' | 'failing'> {
  if (tracked >= FEW) return {tracked, failing}
  return {tracked: tracked + restTracked, failing: failing + restFailing}
}

/** A server tells of trackers that fail at once, and of those that do not only in its own time: few are no sample. */
function doTrackersFail(seen: PlaceSeen): boolean {
  const {tracked, failing} = trackerSample(seen)
  const isSample = tracked >= (seen.isPart ? FEW : 1) && tracked >= seen.running / 2
  return isSample && failing / tracked >= FAILING
}

/** None of those that tell of their trackers reaches one, and its connection was never shown. */
function areFewOutOfReach({isProven}: Connection, seen: PlaceSeen): boolean {
  const {tracked, unreachable, running, alive, isPart} = seen
  return (
    isPart && !isProven && alive === 0 && tracked > 0 && unreachable === tracked && tracked >= running / 2
  )
}

function isFault(before: Connection, seen: PlaceSeen, hosts: HostsSaid): boolean {
  if (doTrackersFail(seen)) return true
  if (!isSilent(seen)) return false
  if (seen.isDisconnected) return true
  if (seen.isPart) return false
  if (hosts !== 'none') return hosts === 'silent'
  return before.alive >= MANY || before.state === 'down'
}
