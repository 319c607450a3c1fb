/**
 * The health of one server: a pure machine. `step` takes what happened and gives the next state; who calls it acts.
 *
 *   unknown ──▶ connecting ──connected──▶ warming ──list stable──▶ online ◀──▶ degraded (1st, 2nd failure in a row;
 *                │  ▲   ▲                    ▲                       │           slow; works with less)
 *                │  │   └── connected at ┐   └── list dropped ───────┤
 *                │  │       nextTryAt,   │                           │
 *                │  │       or reachable │                           │
 *                ├──┼──── failed ──▶ unreachable ◀── 3rd failure, or silent for too long
 *                ├──┼──── refused login ──▶ auth_failed   one more try, then none until new credentials, a click,
 *                │  └──── or a restart is proved ─┘       or proof that the daemon restarted
 *                ├─────── banned ──▶ banned               nobody logs in before its end, new credentials, a click,
 *                │                                        or proof that the daemon restarted
 *                └─────── version too old ──▶ incompatible, looked at again every minute
 *                         more than its owner may have ──▶ incompatible, looked at again every ten minutes
 *   any ──disabled──▶ paused ──enabled──▶ connecting
 *   warming also while the list is that of another daemon (`server-identity.ts`), until a person says which it is
 *
 * Trouble of minutes costs seconds of blindness: nothing but a refused login, a ban, a server that has more than its
 * owner may, and one that asks for it is waited for longer than a minute.
 *
 * Source: decisions 005 and 026; the login limits of qBittorrent (5 wrong logins ban an address for an hour).
 */
import {backoffMs} from '#lib/backoff.ts'
import type {HealthReason, HealthStatus, ServerTraits} from '#model/server.ts'
import type {EpochMs} from '#model/units.ts'

export interface HealthState {
  readonly status: HealthStatus
  readonly reason: HealthReason
  readonly detail: string
  readonly since: EpochMs
  readonly lastOkAt: EpochMs | null
  /** When the link may try again by itself; `null` = not before something changes, or no need to. */
  readonly nextTryAt: EpochMs | null
  readonly failures: number
  /** Logins refused with the present credentials: two are all we ever try. */
  readonly refusedLogins: number
  readonly version: string | null
  readonly limitation: string | null
  /** By what it is known again, see `ServerIdentity`; `null` = it never told. */
  readonly traits: ServerTraits | null
}

export type HealthEvent =
  | {readonly type: 'enabled'}
  /** Switched off, or nothing may be sent to it. */
  | {readonly type: 'disabled'; readonly reason: 'disabled' | 'secret_unreadable' | 'address_forbidden'}
  /** The one probe of a half-open circuit, or the first attempt. */
  | {readonly type: 'connecting'}
  | {readonly type: 'connected'; readonly version: string; readonly limitation: string | null}
  /** A whole or delta answer was applied. */
  | {
      readonly type: 'synced'
      readonly stable: boolean
      readonly why: 'list_growing' | 'list_dropped' | 'another_server'
      readonly slow: boolean
      /** Of the server, as far as it is the one that it was. */
      readonly traits: ServerTraits | null
    }
  | {
      readonly type: 'failed'
      readonly reason: HealthReason
      readonly detail: string
      readonly retryAt: EpochMs | null
      /** It has not answered for too long: there are no quick tries. */
      readonly isOverdue: boolean
      readonly random: number
    }
  /** It is asked, and has not answered for too long; the question goes on. */
  | {readonly type: 'silent'; readonly detail: string}
  /** A person clicked, or new credentials came. */
  | {readonly type: 'retryNow'}
  /** Its port takes connections, and did not at the last look. */
  | {readonly type: 'reachable'}
  | {readonly type: 'restartProved'}

export const healthPolicy = {
  failuresToOpen: 3,
  /** qBittorrent's default ban, when the server does not say how long. */
  banMs: 3_600_000,
  secondLoginMs: 60_000,
  incompatibleMs: 60_000,
  /** Whoever has too much does not have less in a moment, and each look costs a long list. */
  overQuotaMs: 600_000,
  /** Between two tries of a server that does not answer. */
  mostWaitMs: 60_000,
  maxRefusedLogins: 2,
} as const
export type HealthPolicy = {readonly [K in keyof typeof healthPolicy]: number}

export function initialHealth(now: EpochMs): HealthState {
  return {
    status: 'unknown',
    reason: 'none',
    detail: '',
    since: now,
    lastOkAt: null,
    nextTryAt: now,
    failures: 0,
    refusedLogins: 0,
    version: null,
    limitation: null,
    traits: null,
  }
}

export function step(
  state: HealthState,
  event: HealthEvent,
  now: EpochMs,
  policy: HealthPolicy = healthPolicy,
): HealthState {
  const next = changed(state, event, now, policy)
  return next.status === state.status && next.reason === state.reason
    ? {...next, since: state.since}
    : {...next, since: now}
}

function changed(state: HealthState, event: HealthEvent, now: EpochMs, policy: HealthPolicy): HealthState {
  switch (event.type) {
    case 'disabled':
      return {...state, status: 'paused', reason: event.reason, detail: '', nextTryAt: null, failures: 0}
    case 'enabled':
      return state.status === 'paused' ? {...state, ...waiting, nextTryAt: now} : state
    case 'connecting':
      // A server in trouble keeps its name for it while one probe goes out: no flicker, and `since` stays true.
      if (state.status === 'unknown') return {...state, status: 'connecting', nextTryAt: null}
      // The end of a ban stays what it is, whoever tries before.
      return state.status === 'banned' ? state : {...state, nextTryAt: null}
    case 'connected':
      return {
        ...state,
        status: 'warming',
        reason: 'list_growing',
        detail: '',
        nextTryAt: null,
        refusedLogins: 0,
        version: event.version,
        limitation: event.limitation,
      }
    case 'synced':
      return synced(state, event, now)
    case 'failed':
      return failed(state, event, now, policy)
    case 'silent':
      return isSyncing(state.status)
        ? {...state, status: 'unreachable', reason: 'timed_out', detail: event.detail, nextTryAt: null}
        : state
    case 'reachable':
      return state.status === 'unreachable' || state.status === 'incompatible'
        ? {...state, nextTryAt: now}
        : state
    case 'retryNow':
      return state.status === 'banned' || state.status === 'paused'
        ? state
        : {
            ...state,
            refusedLogins: 0,
            nextTryAt: isSyncing(state.status) && state.nextTryAt === null ? null : now,
          }
    case 'restartProved':
      return state.status === 'paused' || isSyncing(state.status)
        ? state
        : {...state, refusedLogins: 0, nextTryAt: now}
  }
}

const waiting = {status: 'connecting', reason: 'none', detail: '', failures: 0} as const

function synced(
  state: HealthState,
  event: Extract<HealthEvent, {type: 'synced'}>,
  now: EpochMs,
): HealthState {
  const ok = {...state, lastOkAt: now, failures: 0, nextTryAt: null, detail: '', traits: event.traits}
  if (!event.stable) return {...ok, status: 'warming', reason: event.why}
  if (state.limitation !== null)
    return {...ok, status: 'degraded', reason: 'old_version', detail: state.limitation}
  if (event.slow) return {...ok, status: 'degraded', reason: 'slow'}
  return {...ok, status: 'online', reason: 'none'}
}

function failed(
  state: HealthState,
  event: Extract<HealthEvent, {type: 'failed'}>,
  now: EpochMs,
  policy: HealthPolicy,
): HealthState {
  const failures = state.failures + 1
  const bad = {...state, failures, reason: event.reason, detail: event.detail}
  switch (event.reason) {
    case 'wrong_credentials': {
      const refusedLogins = state.refusedLogins + 1
      const again = refusedLogins < policy.maxRefusedLogins ? now + policy.secondLoginMs : null
      return {...bad, status: 'auth_failed', refusedLogins, nextTryAt: again}
    }
    case 'banned': {
      const end =
        state.status === 'banned' && (state.nextTryAt ?? 0) > now ? state.nextTryAt : now + policy.banMs
      return {...bad, status: 'banned', nextTryAt: event.retryAt ?? end}
    }
    case 'over_quota':
      return {...bad, status: 'incompatible', nextTryAt: now + policy.overQuotaMs}
    case 'version_too_old':
      return {...bad, status: 'incompatible', nextTryAt: now + policy.incompatibleMs}
    default: {
      // A server that worked a moment ago gets two quick tries before its circuit opens; one that forgets session
      // after session had them.
      const forgets = event.reason === 'session_lost' && event.retryAt !== null
      const hadTries = forgets || event.isOverdue || failures >= policy.failuresToOpen
      const open = !isSyncing(state.status) || hadTries
      const attempt = isSyncing(state.status) ? Math.max(1, failures - policy.failuresToOpen + 1) : failures
      const wait = open ? backoffMs(attempt, event.random, {mostMs: policy.mostWaitMs}) : 1_000 * failures
      const nextTryAt = Math.max(now + wait, event.retryAt ?? 0)
      // Degraded counts as online: who is still warming stays so, for nothing made its list sure.
      const syncing = state.status === 'warming' ? 'warming' : 'degraded'
      return {...bad, status: open ? 'unreachable' : syncing, nextTryAt}
    }
  }
}

/** The link has a session and polls. */
export function isSyncing(status: HealthStatus): boolean {
  return status === 'warming' || status === 'online' || status === 'degraded'
}

/** Its first answer, or its first list, is still to come. */
export function isOnTheWay(status: HealthStatus): boolean {
  return status === 'unknown' || status === 'connecting' || status === 'warming'
}

/** Facts of this server may be believed and commands sent. */
export function isOnline(status: HealthStatus): boolean {
  return status === 'online' || status === 'degraded'
}

/**
 * What a restart of ours remembers: a ban and refused logins hold on for the same credentials, everything else is found
 * out again.
 * @param sameCredentials false when user, password or address changed since
 */
export function recalled(state: HealthState | null, sameCredentials: boolean, now: EpochMs): HealthState {
  if (!state) return initialHealth(now)
  const kept = {...initialHealth(now), lastOkAt: state.lastOkAt, version: state.version, traits: state.traits}
  // The clock may have been set since: nobody waits longer than a ban lasts.
  const nextTryAt = state.nextTryAt === null ? null : Math.min(state.nextTryAt, now + healthPolicy.banMs)
  const holds = sameCredentials && (state.status === 'banned' || state.status === 'auth_failed')
  return holds ? {...state, nextTryAt, failures: 0} : kept
}
