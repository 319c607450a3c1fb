/**
 * The one place that turns a server's health into words, shape and tone, and into what somebody can do about it.
 * Words come first; the tone only helps.
 */
import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  KeyRound,
  Lock,
  Square,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import type {HealthReason, HealthStatus} from '#model/server.ts'
import {isTrouble} from '#model/server-trouble.ts'
import type {TextKey} from '../../i18n/text.ts'
import type {Tone} from '../../ui/Badge.tsx'
import type {StateIconName} from '../../ui/state-icons.ts'

/** What is known of a server's health, live or read. */
export interface Health {
  readonly status: string
  readonly reason: string
  readonly detail: string
  readonly advice: string
  readonly since: number
  readonly last_ok_at: number | null
  readonly next_try_at: number | null
}

interface HealthLook {
  readonly word: TextKey
  readonly tone: Tone
  readonly icon: LucideIcon | StateIconName
}

const looks: {readonly [S in HealthStatus]: HealthLook} = {
  online: {word: 'server.status.online', tone: 'good', icon: CircleCheck},
  degraded: {word: 'server.status.degraded', tone: 'warn', icon: TriangleAlert},
  warming: {word: 'server.status.warming', tone: 'quiet', icon: 'aged'},
  connecting: {word: 'server.status.connecting', tone: 'quiet', icon: CircleDashed},
  auth_failed: {word: 'server.status.auth_failed', tone: 'bad', icon: KeyRound},
  banned: {word: 'server.status.banned', tone: 'bad', icon: Lock},
  unreachable: {word: 'server.status.unreachable', tone: 'bad', icon: CircleX},
  incompatible: {word: 'server.status.incompatible', tone: 'bad', icon: TriangleAlert},
  paused: {word: 'server.status.paused', tone: 'quiet', icon: Square},
  unknown: {word: 'server.status.unknown', tone: 'quiet', icon: CircleHelp},
}

const another: HealthLook = {word: 'server.status.another', tone: 'bad', icon: TriangleAlert}
const locked: HealthLook = {word: 'server.status.locked', tone: 'bad', icon: KeyRound}

/** A server that is off because its password cannot be read is not off by somebody's wish. */
export function healthLook({status, reason}: Pick<Health, 'status' | 'reason'>): HealthLook {
  if (reason === 'secret_unreadable') return locked
  if (reason === 'another_server') return another
  return looks[status as HealthStatus] ?? looks.unknown
}

/** Its rows are as it says now; of all others they are as they were. */
export function isOnline({status}: Pick<Health, 'status'>): boolean {
  return status === 'online' || status === 'degraded'
}

/** Nobody knows yet what it has: it has not told its list since Commodarr runs. */
export function isUnread({enabled, synced_at: syncedAt}: Pick<LiveServer, 'enabled' | 'synced_at'>): boolean {
  return enabled && syncedAt === null
}

/** Rows are late after so many polls that should have come, and no sooner than this, ms. */
const POLLS_MISSED = 3
const LEAST_LATE_MS = 10_000

/**
 * How old the rows of the server that is furthest behind are, ms; `null` = all of those that count as online are as of
 * now. One answer that takes long (a whole list of a large server) leaves its server online while nothing moves.
 */
export function lateBy(
  servers: readonly Pick<LiveServer, 'status' | 'synced_at' | 'poll_ms'>[],
  now: number,
): number | null {
  const late = servers.flatMap((server) => {
    if (!isOnline(server) || server.synced_at === null || server.poll_ms === null) return []
    const age = now - server.synced_at
    return age > Math.max(LEAST_LATE_MS, POLLS_MISSED * server.poll_ms) ? [age] : []
  })
  return late.length === 0 ? null : Math.max(...late)
}

export type HealthAction = 'try' | 'password' | 'answer' | 'edit' | 'on' | 'identify'

const byReason: {readonly [R in HealthReason]?: HealthAction} = {
  wrong_credentials: 'password',
  secret_unreadable: 'password',
  another_server: 'identify',
  not_a_torrent_server: 'answer',
  login_page: 'answer',
  garbled_answer: 'answer',
  server_error: 'answer',
  wrong_path: 'edit',
  dns: 'edit',
  certificate: 'edit',
  tls: 'edit',
  proxy: 'edit',
  address_forbidden: 'edit',
}

/** The one next step. Steps that change the server are for its owner; everybody who commands it may try again. */
export function actionFor(
  health: Pick<Health, 'status' | 'reason' | 'detail'>,
  access: string,
): HealthAction | null {
  if (!isTrouble(health) && health.status !== 'paused') return null
  const wanted =
    health.status === 'paused' && health.reason === 'disabled'
      ? 'on'
      : byReason[health.reason as HealthReason]
  if (wanted === 'answer' && health.detail !== '') return 'answer'
  if (wanted !== undefined && wanted !== 'answer' && access === 'own') return wanted
  if (access === 'view' || health.status === 'paused') return null
  return 'try'
}
