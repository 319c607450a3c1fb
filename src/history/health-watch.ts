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
