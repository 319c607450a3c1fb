/** Which servers need somebody's attention, and which of them most. */
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '../servers/health/health-words.ts'

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
