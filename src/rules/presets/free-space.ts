/**
 * Which downloads the disk has room for, in the order of the queue: those that do not fit are stopped, and what we
 * stopped is started again when it fits with something to spare. Source: qBitrr.
 */
import type {Bytes} from '#model/units.ts'
import type {InheritedFreeSpace} from './inherited.ts'

export interface SpaceDownload {
  readonly key: string
  /** Bytes still to come; `undefined` = not known: it takes no room and is left as it is. */
  readonly left: Bytes | undefined
  /**
   * `ours`: we stopped it for want of room. `always`: it takes its room, and nobody may stop it. What a person stopped
   * is none of our business.
   */
  readonly runs: 'yes' | 'always' | 'no' | 'ours'
}

export interface SpaceVerdict {
  readonly key: string
  /** What those before it leave for it; below 0 = less than is to stay free. */
  readonly room: Bytes
}

export interface SpacePlan {
  readonly stop: readonly SpaceVerdict[]
  readonly start: readonly SpaceVerdict[]
}

/** So much more than its size must be free before one is started again, lest it goes to and fro. */
export const SPARE: Bytes = 1024 ** 3

/** @param free of the volume; `undefined` = not known: nothing is stopped or started */
export function planSpace(
  downloads: readonly SpaceDownload[],
  free: Bytes | undefined,
  {keep, mayStop}: InheritedFreeSpace,
): SpacePlan {
  const stop: SpaceVerdict[] = []
  const start: SpaceVerdict[] = []
  if (free === undefined || !mayStop) return {stop, start}
  let budget = free - keep
  for (const {key, left, runs} of downloads) {
    if (left === undefined || left === 0 || runs === 'no') continue
    const fits = left + (runs === 'ours' ? SPARE : 0) <= budget
    if (fits && runs === 'ours') start.push({key, room: budget})
    if (!fits && runs === 'yes') stop.push({key, room: budget})
    if (fits || runs === 'always') budget -= left
  }
  return {stop, start}
}
