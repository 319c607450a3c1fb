/** Removals that no limit ever leads to: who asks for them would wait for ever without a word. */
import type {Config} from './config.ts'
import {showValue} from './schema/findings.ts'
import type {KeyPath} from './schema/key-path.ts'
import type {Reading} from './schema/read-table.ts'
import type {RemoveMode} from './schema/schema-servers.ts'

interface Limits {
  /** `null`, absent or 0 = none. */
  readonly MaxUploadRatio?: number | null | undefined
  readonly MaxSeedingTime?: number | null | undefined
}
interface Limited extends Limits {
  readonly RemoveTorrent: RemoveMode
}

const wants = {
  1: 'MaxUploadRatio',
  2: 'MaxSeedingTime',
  3: 'MaxUploadRatio or MaxSeedingTime',
  4: 'MaxUploadRatio and MaxSeedingTime',
} as const

/**
 * Sections whose `RemoveTorrent` names limits that neither they nor a row of a tracker set. Source: qbitrr-config.md B.9.
 */
export function reportIdleLimits(
  {arrs, serverRules}: Pick<Config, 'arrs' | 'serverRules'>,
  reading: Reading,
): void {
  const rowsOfServers = [...serverRules.values()].flatMap(({Trackers}) => Trackers)
  for (const {id, Managed, Torrent} of arrs) {
    if (!Managed) continue
    report(
      [id, 'Torrent', 'SeedingMode'],
      Torrent.SeedingMode,
      [...Torrent.Trackers, ...rowsOfServers],
      reading,
    )
  }
  for (const [id, {ManagedCategories, CategorySeeding, Trackers}] of serverRules) {
    if (ManagedCategories.length > 0) report([id, 'CategorySeeding'], CategorySeeding, Trackers, reading)
  }
}

function report(path: KeyPath, section: Limited, rows: readonly Limits[], reading: Reading): void {
  const mode = section.RemoveTorrent
  if (mode === -1 || [{}, ...rows].some((row: Limits) => canBeMet(mode, section, row))) return
  reading.remark([...path, 'RemoveTorrent'], {
    severity: 'warning',
    code: 'assumed',
    found: showValue(mode),
    accepted: `-1, or a limit beside it: ${wants[mode]}`,
    message: 'Nothing is removed: the limit that this asks for is not set.',
  })
}

function canBeMet(mode: Exclude<RemoveMode, -1>, section: Limits, row: Limits): boolean {
  const hasRatio = isLimit(row.MaxUploadRatio) || isLimit(section.MaxUploadRatio)
  const hasTime = isLimit(row.MaxSeedingTime) || isLimit(section.MaxSeedingTime)
  if (mode === 1) return hasRatio
  if (mode === 2) return hasTime
  return mode === 3 ? hasRatio || hasTime : hasRatio && hasTime
}

function isLimit(value: number | null | undefined): boolean {
  return (value ?? 0) > 0
}
