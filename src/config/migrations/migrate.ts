/**
 * Reads files of every older generation as if they were of today. In memory only: the file stays as its owner has it.
 * The steps and their order are those of the predecessor; each leaves a notice where it changed something.
 */
import type {Reading} from '../schema/read-table.ts'
import {readAliases} from './aliases.ts'
import {generationOf, isBefore, settleGeneration, type Generation} from './generation.ts'
import {carryHitAndRun, translateHitAndRunModes} from './hit-and-run.ts'
import {pairQualityProfiles} from './quality-profiles.ts'
import {extendReadarrAllowlist} from './readarr-allowlist.ts'
import {renameAnimarr, renameQBit} from './section-names.ts'
import {shareTrackers} from './trackers.ts'
import {moveWebUiKeys} from './webui-keys.ts'

interface Step {
  /** Run only for files older than this; `null` = always. */
  readonly before: Generation | null
  readonly run: (reading: Reading) => void
}

const steps: readonly Step[] = [
  {before: null, run: renameQBit},
  {before: null, run: moveWebUiKeys},
  {before: null, run: renameAnimarr},
  {before: null, run: readAliases},
  {before: null, run: extendReadarrAllowlist},
  {before: null, run: pairQualityProfiles},
  {before: [5, 8, 8], run: carryHitAndRun},
  {before: [5, 8, 8], run: shareTrackers},
  {before: null, run: translateHitAndRunModes},
]

export function migrate(reading: Reading): void {
  const generation = generationOf(reading)
  for (const {before, run} of steps) {
    if (before === null || isBefore(generation, before)) run(reading)
  }
  settleGeneration(generation, reading)
}
