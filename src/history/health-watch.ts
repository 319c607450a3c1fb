/** Notices when a server does differently than when it was last looked at. */
import type {HealthStatus, ServerHealth} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {HealthChange} from '#store/repositories/health-changes.ts'

/** On the way to somewhere: a server that is tried again and again would fill the book with nothing else. */
export function isOnTheWay(status: HealthStatus): boolean {
  return status === 'unknown' || status === 'connecting'
}

const DETAIL_CHARS = 500

export interface NoticedChange extends HealthChange {
  /** Nothing was known of the server: what is written of it may say the same. */
  readonly isFirst: boolean
}

export class HealthWatch {
  readonly #last = new Map<ServerId, HealthChange>()

  /** `null` = it does as before. */
  look(id: ServerId, health: ServerHealth, now: EpochMs): NoticedChange | null {
    const {status, reason} = health
    const last = this.#last.get(id)
    if (isOnTheWay(status) || (last && isSame(last, health))) return null
    // After our own start every list is young.
    if (!last && status === 'warming') return null
    const at = beginningOf(health, last?.at ?? -Infinity, now)
    const change = {serverId: id, at, status, reason, detail: health.detail.slice(0, DETAIL_CHARS)}
    this.#last.set(id, change)
    return {...change, isFirst: last === undefined}
  }

  forget(id: ServerId): void {
    this.#last.delete(id)
  }
}

/**
 * A first look beside what is written already.
 * @returns `null` when a restart of ours is all that happened
 */
export function newsIn(
  noticed: NoticedChange,
  written: HealthChange | null,
  now: EpochMs,
): HealthChange | null {
  const {isFirst: _isFirst, ...change} = noticed
  if (written === null) return change
  return isSame(written, change) ? null : {...change, at: change.at > written.at ? change.at : now}
}

function isSame(
  a: Pick<HealthChange, 'status' | 'reason'>,
  b: Pick<HealthChange, 'status' | 'reason'>,
): boolean {
  return a.status === b.status && a.reason === b.reason
}

/** Since when it does so; now, when something was written after that or clocks differ. */
function beginningOf({since}: ServerHealth, after: EpochMs, now: EpochMs): EpochMs {
  return since > after && since <= now ? since : now
}

/* When servers did not answer and were back again. Pure. */

/** Over: one that lasts is told by the health of its server. */
interface Outage {
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
