/**
 * What a change of an Arr costs: most of it is read by its manager in its next pass, some of it needs a new one, as
 * `automation/supervision/managers.ts` starts it with that. Source: qBitrr; here it is less.
 */
import {sameValue} from '#config/schema/diff-servers.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'

/** none: nothing changed. live: in force with the next pass. restart: its manager begins again. */
export type ChangeEffect = 'none' | 'live' | 'restart'

/** Keys that a manager reads once. */
export const restartingKeys = [
  'URI',
  'APIKey',
  'SkipTLSVerify',
  'Managed',
  'RssSyncTimer',
  'RefreshDownloadsTimer',
] as const satisfies readonly (keyof ArrConfig)[]

export function effectOf(before: ArrConfig, after: ArrConfig): ChangeEffect {
  if (restartingKeys.some((key) => !sameValue(before[key], after[key]))) return 'restart'
  return sameValue(before, after) ? 'none' : 'live'
}
