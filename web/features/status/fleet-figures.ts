/** What the servers in the scope do together, and which of them need attention most. */
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {isOnline} from '../servers/health/health-words.ts'

interface FleetFigures {
  /** bytes/s, of those that are online; `undefined` = none of them is. */
  readonly down: number | undefined
  readonly up: number | undefined
  /** bytes/s together; `null` = at least one of them has no limit, or does not tell. */
  readonly downLimit: number | null
  readonly upLimit: number | null
  /** How many of those that can have alternative limits have them in force. */
  readonly slow: number
  readonly canBeSlow: number
}

export function figuresOf(servers: readonly LiveServer[]): FleetFigures {
  const online = servers.filter(isOnline)
  return {
    down: speedOf(online.map((it) => it.down_speed)),
    up: speedOf(online.map((it) => it.up_speed)),
    downLimit: limitOf(online.map((it) => it.down_limit)),
    upLimit: limitOf(online.map((it) => it.up_limit)),
    slow: online.filter((it) => it.alt_speed === true).length,
    canBeSlow: online.filter((it) => it.alt_speed !== undefined).length,
  }
}

function speedOf(speeds: readonly (number | undefined)[]): number | undefined {
  const known = speeds.filter((it) => it !== undefined)
  return known.length === 0 ? undefined : sum(known)
}

/** One without a limit is enough, and there is none. */
function limitOf(limits: readonly (number | null | undefined)[]): number | null {
  const known = limits.filter((it) => typeof it === 'number')
  return known.length > 0 && known.length === limits.length ? sum(known) : null
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0)
}

/** The worse, the further in front. */
const weights: Readonly<Record<string, number>> = {
  paused: 5,
  auth_failed: 5,
  incompatible: 4,
  banned: 3,
  unreachable: 2,
  degraded: 1,
}

/** Nothing works there until somebody answers. */
const WORST = 6

/** Worst first; those that a person switched off are not among them. */
export function serversInTrouble(servers: readonly LiveServer[]): readonly LiveServer[] {
  const weight = ({status, reason}: LiveServer) =>
    reason === 'another_server' ? WORST : (weights[status] ?? 0)
  return servers.filter((it) => it.enabled && isTrouble(it)).sort((a, b) => weight(b) - weight(a))
}
