/** What of a server's health outlives a restart, and when it is worth a write. */
import {z} from 'zod'
import type {HealthState} from '../health.ts'
import {healthReasons, healthStatuses} from '#model/server.ts'
import type {ServerHealthRow} from '#store/repositories/server-health.ts'

export interface HealthEntry {
  readonly state: HealthState
  /** By what the refused credentials are known again; `null` = none are refused. */
  readonly refused: ServerHealthRow['refused']
}

export const healthStateSchema = z.object({
  status: z.enum(healthStatuses),
  reason: z.enum(healthReasons),
  detail: z.string(),
  since: z.number(),
  lastOkAt: z.number().nullable(),
  nextTryAt: z.number().nullable(),
  failures: z.number(),
  refusedLogins: z.number(),
  version: z.string().nullable(),
  limitation: z.string().nullable(),
})

/** Would a restart believe something else? Latencies and good polls are not worth a disk. */
export function isWorthWriting(entry: HealthEntry | undefined, written: HealthEntry | undefined): boolean {
  if (entry === undefined || written === undefined) return entry !== written
  const [{state: now}, {state: then}] = [entry, written]
  return (
    now.status !== then.status ||
    now.refusedLogins !== then.refusedLogins ||
    entry.refused?.digest !== written.refused?.digest ||
    (now.status === 'banned' && now.nextTryAt !== then.nextTryAt)
  )
}

/** Who forgets this in a crash logs in where nobody may. */
export function isHeld(entry: HealthEntry | undefined): boolean {
  return entry?.state.status === 'banned' || entry?.state.status === 'auth_failed'
}
