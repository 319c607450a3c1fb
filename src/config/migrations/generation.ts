/** `Settings.ConfigVersion`: which generation of the predecessor wrote the file. */
import {showValue} from '../document/findings.ts'
import type {Reading} from '../schema/read-table.ts'
import {CONFIG_VERSION} from '../schema/schema.ts'

export type Generation = readonly [major: number, minor: number, patch: number]

const oldest: Generation = [0, 0, 1]
const path = ['Settings', 'ConfigVersion']

/**
 * Reads the generation; the whole numbers 1 to 4 of the first ones stand for 0.0.1 to 0.0.4. What cannot be read
 * counts as the oldest, as does a file that does not say.
 */
export function generationOf(reading: Reading): Generation {
  const written = reading.document.get(path)
  if (written === undefined) return oldest
  const generation = asGeneration(written)
  if (generation !== null) return generation
  reading.remark(path, {
    severity: 'warning',
    code: 'bad_value',
    found: showValue(written),
    accepted: `a version such as "${CONFIG_VERSION}"`,
    message: 'This is no version; the file is read as one of the oldest generation.',
  })
  return oldest
}

export function asGeneration(written: unknown): Generation | null {
  if (typeof written === 'number') return Number.isInteger(written) && written >= 1 ? [0, 0, written] : null
  if (typeof written !== 'string') return null
  const match = /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?$/.exec(written.trim())
  if (!match) return null
  // "3" in quotes was a whole number once.
  if (match[2] === undefined) return [0, 0, Number(match[1])]
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
}

export function isBefore(one: Generation, other: Generation): boolean {
  for (const [i, part] of one.entries()) if (part !== other[i]) return part < other[i]!
  return false
}

/** After the migrations: the file reads as one of today, or stays what it is when it is newer than we know. */
export function settleGeneration(generation: Generation, reading: Reading): void {
  const known = asGeneration(CONFIG_VERSION)!
  if (isBefore(known, generation)) {
    reading.remark(path, {
      severity: 'warning',
      code: 'version_newer',
      found: generation.join('.'),
      accepted: `up to ${CONFIG_VERSION}`,
      message: 'The file was written for a newer program; it is read as far as it is known.',
    })
  }
  if (reading.document.has(path)) reading.document.replace(path, generation.join('.'))
}
