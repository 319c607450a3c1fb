/** Limits as people type them. */
export const limitNames = ['down', 'up', 'alt_down', 'alt_up'] as const
type LimitName = (typeof limitNames)[number]

const KIB = 1024

/** @param value bytes/s; `null` = no limit */
export function toKiB(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round((value / KIB) * 100) / 100
}

/** Bytes/s; nothing and 0 are no limit: a limit of nothing would be silence. */
export function fromKiB(value: number | null): number | null {
  return value === null || value <= 0 ? null : Math.max(1, Math.round(value * KIB))
}

export type ChangedLimits = {readonly [N in LimitName]?: number | null}

/** What was typed and is not among what was sent. */
export function unsent(
  typed: ChangedLimits,
  sent: {readonly [N in LimitName]?: number | null | undefined},
): ChangedLimits {
  return Object.fromEntries(
    limitNames.flatMap((name) => (name in typed && typed[name] !== sent[name] ? [[name, typed[name]]] : [])),
  )
}
