/** Values of a rule between what is typed and what its text says. */

/** "14d", "500 GiB", "none": as it stands in a field. */
export function shownValue(value: unknown): string {
  if (value === null) return NONE
  if (Array.isArray(value)) return value.map(shownValue).join(', ')
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** No limit, never. */
const NONE = 'none'

/** A bare number is one, "none" is no value; everything else is read by the program itself. */
export function quantityFrom(typed: string): string | number | null {
  const text = typed.trim()
  if (text === NONE) return null
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** `1, 2h`. */
export function quantitiesFrom(typed: string): readonly (string | number | null)[] {
  return typed
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '')
    .map(quantityFrom)
}
