/** Numbers as people type them. */

interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** `null` = left empty; `undefined` = no number, or one outside the bounds. A comma is taken for a point. */
export function readNumber(typed: string, bounds: Bounds = {}): number | null | undefined {
  const plain = typed.trim().replace(',', '.')
  if (plain === '') return null
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain)) return undefined
  const value = Number(plain)
  return value === within(value, bounds) ? value : undefined
}

/** The nearest number that the bounds allow; sums of steps lose what binary fractions add to them. */
export function within(value: number, {min = -Infinity, max = Infinity}: Bounds): number {
  return Math.min(max, Math.max(min, Number(value.toPrecision(12))))
}
