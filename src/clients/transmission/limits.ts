/** Our limits in the daemon's words: K per second, minutes, modes. */
import type {TorrentVerbs} from '#model/command.ts'
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {Limit} from '#model/torrent.ts'
import type {BytesPerSecond} from '#model/units.ts'

type Params = Record<string, unknown>

/** What Transmission keeps minutes in. */
const MOST_MINUTES = 65_535

/**
 * Whole K per second, K being the session's `units.speed_bytes`. We round up: a small limit must not become 0, which
 * is silence. Value and switch are always set together.
 */
export function speedLimitParams(args: Readonly<TorrentVerbs['setSpeedLimits']>, bytesPerK: number): Params {
  return {
    ...(args.down !== undefined && switched('download', args.down, bytesPerK)),
    ...(args.up !== undefined && switched('upload', args.up, bytesPerK)),
  }
}

function switched(way: 'download' | 'upload', limit: BytesPerSecond | null, bytesPerK: number): Params {
  return {
    [`${way}_limited`]: limit !== null,
    ...(limit !== null && {[`${way}_limit`]: toK(limit, bytesPerK)}),
  }
}

export function toK(limit: BytesPerSecond, bytesPerK: number): number {
  return Math.ceil(limit / bytesPerK)
}

/** @throws {NotSupported} a limit of seeding time, which Transmission does not have */
export function shareLimitParams(args: Readonly<TorrentVerbs['setShareLimits']>): Params {
  if (typeof args.seedingTime === 'number') {
    throw new NotSupported('Transmission has no limit of seeding time; it limits ratio and idle time.')
  }
  return {
    ...(args.ratio !== undefined && limited('seed_ratio', args.ratio)),
    ...(args.idleTime !== undefined && limited('seed_idle', minutes(args.idleTime))),
  }
}

/** Mode 0 = the session's, 1 = its own, 2 = none. */
function limited(name: 'seed_ratio' | 'seed_idle', limit: Limit): Params {
  if (limit === 'inherit') return {[`${name}_mode`]: 0}
  if (limit === null) return {[`${name}_mode`]: 2}
  return {[`${name}_mode`]: 1, [`${name}_limit`]: limit}
}

/** Rounded up, so that a short time does not become none. */
function minutes(limit: Limit): Limit {
  if (typeof limit !== 'number') return limit
  const whole = Math.max(1, Math.ceil(limit / 60))
  if (whole > MOST_MINUTES) {
    throw new BadArgument(`Transmission counts idle time up to ${MOST_MINUTES} minutes.`, {found: limit})
  }
  return whole
}
