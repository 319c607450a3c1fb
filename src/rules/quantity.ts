/** Quantities in rules: read as people write them (`2h`, `1d 12h`, `500 GiB`, `1 MB/s`, `50%`), kept in base units. */
import {durationUnits, secondsOf, sizeUnits, wholeSize} from '#lib/units.ts'
import type {FactUnit} from '#model/fact.ts'

const durations = ['d', 'h', 'm', 's'].map((unit) => [unit, durationUnits.get(unit)!] as const)

/** What a quantity may look like, for messages. */
export const quantityShapes: Readonly<Record<FactUnit, string>> = {
  seconds: 'seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w"',
  bytes: 'bytes, or a size like "700 MB" (1000) or "500 GiB" (1024)',
  bytesPerSecond: 'bytes per second, or a speed like "100 kB/s" (1000) or "1 MiB/s" (1024)',
  share: 'a share from 0 to 1, or "0%" to "100%"',
  epochMs: 'a date like "2026-01-31" (UTC) or "2026-01-31T12:00:00Z"',
  count: 'a whole number from 0 on',
  plain: 'a number',
}

/** In base units; `null` = it is none. */
export function quantityOf(written: unknown, unit: FactUnit): number | null {
  if (unit === 'epochMs') return momentOf(written)
  const amount =
    typeof written === 'number' ? written : typeof written === 'string' ? sum(written, unit) : null
  return amount !== null && isWithin(amount, unit) ? amount : null
}

/** The shortest writing that is read as the same; a bare number where no unit fits. */
export function quantityText(amount: number, unit: FactUnit): string | number {
  if (unit === 'epochMs') return new Date(amount).toISOString()
  if (unit === 'share' || amount === 0 || !Number.isSafeInteger(amount)) return amount
  if (unit === 'bytes') return wholeSize(amount).join(' ')
  if (unit === 'bytesPerSecond') return `${wholeSize(amount).join(' ')}/s`
  if (unit !== 'seconds') return amount
  const [name, factor] = durations.find((it) => amount % it[1] === 0)!
  return `${amount / factor}${name}`
}

function sum(text: string, unit: Exclude<FactUnit, 'epochMs'>): number | null {
  const parts = [...text.trim().matchAll(/(-?\d+(?:\.\d+)?)\s*([a-z%][a-z/]*)?\s*/gi)]
  const covered = parts.map(([part]) => part).join('')
  if (parts.length === 0 || covered !== text.trim()) return null
  if (parts.length > 1 && unit !== 'seconds') return null
  let total = 0
  for (const [, number, name = ''] of parts) {
    if (name === '' && parts.length > 1) return null
    const factor = name === '' ? 1 : factorOf(name, unit)
    if (factor === undefined) return null
    // 7 % are 7 / 100, which 7 × 0.01 is not; 1.1 GB are whole bytes.
    total +=
      name === '%' ? Number(number) / 100 : factor > 1 ? Math.round(Number(number) * factor) : Number(number)
  }
  return total
}

/** In any case: nobody means millibytes by `mb`. */
function factorOf(name: string, unit: Exclude<FactUnit, 'epochMs'>): number | undefined {
  if (unit === 'seconds') return secondsOf(name)
  if (unit === 'bytes') return sizeUnits.get(name.toLowerCase())
  if (unit === 'share') return name === '%' ? 1 : undefined
  const size = /^(.+)\/s$/i.exec(name)?.[1]
  return unit === 'bytesPerSecond' && size !== undefined ? sizeUnits.get(size.toLowerCase()) : undefined
}

function isWithin(amount: number, unit: FactUnit): boolean {
  if (!Number.isFinite(amount)) return false
  if (unit === 'plain') return true
  if (unit === 'share') return amount >= 0 && amount <= 1
  return amount >= 0 && (unit !== 'count' || Number.isInteger(amount))
}

function momentOf(written: unknown): number | null {
  if (typeof written !== 'string') return null
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/
  if (!shape.test(written)) return null
  const at = Date.parse(written)
  // 30 February is read as 2 March.
  const day = Number.isNaN(at) ? '' : new Date(Date.parse(written.slice(0, 10))).toISOString().slice(0, 10)
  return day === written.slice(0, 10) ? at : null
}
