import type {Bytes} from '#model/units.ts'

const powers = 'KMGTP'

/**
 * Sizes such as `10G`: K, M, G, T, P of 1024, either case, `B` or `iB` after it allowed; a bare number counts bytes.
 * @returns bytes; `null` for anything negative (switched off); `undefined` when it is no size.
 */
export function parseSize(value: unknown): Bytes | null | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  const match = /^\s*(-?\d{1,15}(?:\.\d{1,9})?)\s*(?:([KMGTP])?(?:i?B)?)\s*$/i.exec(text)
  if (!match) return undefined
  const count = Number(match[1])
  if (count < 0) return null
  const power = match[2] === undefined ? 0 : powers.indexOf(match[2].toUpperCase()) + 1
  const bytes = Math.round(count * 1024 ** power)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
