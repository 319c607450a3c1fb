/** Which servers somebody has to look at, and which of them come back without a person. Pure. */

interface Health {
  readonly status: string
  readonly reason: string
}

/** Nobody has to look at these. */
const calm: ReadonlySet<string> = new Set(['online', 'connecting', 'warming', 'unknown'])

/** Does it wait for somebody? Switched off by a person is no trouble. */
export function isTrouble({status, reason}: Health): boolean {
  if (status === 'paused') return reason === 'secret_unreadable' || reason === 'address_forbidden'
  if (reason === 'another_server') return true
  return !calm.has(status)
}

/** Whoever is away for so long may not come back without a person, ms. */
export const AWAY_MS = 3_600_000

/** These go on without a person; whoever is that long away may not. */
const mayHeal: ReadonlySet<string> = new Set(['unreachable', 'degraded', 'banned'])

/** A wrong password waits for a person at once, a server that is away only when it stays so. @param now epoch ms */
export function needsPerson(health: Health & {readonly since: number}, now: number): boolean {
  if (!isTrouble(health)) return false
  return health.reason === 'another_server' || !mayHeal.has(health.status) || now - health.since > AWAY_MS
}
