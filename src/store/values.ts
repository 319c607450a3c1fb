/**
 * What may go into a column, the same for both databases. They differ in what they do with the rest (NaN becomes NULL in
 * SQLite, a NUL ends the statement in PostgreSQL, a number beyond 2^53 makes a row that nobody can read), so it does not
 * get that far.
 */

/** @throws {TypeError} {RangeError} mistakes of ours */
export function columnValues(parameters: readonly unknown[]): (string | number | boolean | null)[] {
  return parameters.map(columnValue)
}

function columnValue(value: unknown): string | number | boolean | null {
  // Only Kysely's own questions to PostgreSQL hold booleans; no column of ours takes one.
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
  if (typeof value !== 'number')
    throw new TypeError(`A column takes text, numbers and null, not ${typeof value}.`)
  return exactNumber(value)
}

/** Whole numbers and floats up to 2^53, where every whole number has its own value. @throws {RangeError} */
export function exactNumber(value: number | string): number {
  const number = Number(value)
  if (Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number
  throw new RangeError(`${value} is not a number below 2^53.`)
}
