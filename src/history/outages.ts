/** When servers did not answer and were back again. Pure. */
import type {HealthStatus} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {HealthChange} from '#store/repositories/health-changes.ts'

/** Over: one that lasts is told by the health of its server. */
export interface Outage {
  readonly serverId: ServerId
  readonly at: EpochMs
  readonly endedAt: EpochMs
}

const away: ReadonlySet<HealthStatus> = new Set(['unreachable', 'auth_failed', 'banned', 'incompatible'])
const back: ReadonlySet<HealthStatus> = new Set(['online', 'degraded', 'warming'])

/**
 * Those that ended at `from` or later, the newest first. Of one whose beginning is not known, and of a server that was
 * switched off meanwhile, nothing is told.
 * @param changes newest first, also from before `from`
 */
export function outagesOf(changes: readonly HealthChange[], from: EpochMs): readonly Outage[] {
  const began = new Map<ServerId, EpochMs>()
  const outages: Outage[] = []
  for (const {serverId, at, status} of changes.toReversed()) {
    const since = began.get(serverId)
    if (away.has(status)) {
      if (since === undefined) began.set(serverId, at)
      continue
    }
    began.delete(serverId)
    if (since !== undefined && back.has(status) && at >= from)
      outages.push({serverId, at: since, endedAt: at})
  }
  return outages.toReversed()
}
