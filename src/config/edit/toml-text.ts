/** Single values as TOML spells them, on one line. */
import {BadArgument} from '#model/errors.ts'

export type TomlValue = string | number | boolean | readonly TomlValue[] | {readonly [key: string]: TomlValue}

/** @throws {BadArgument} for text that is no Unicode (half a surrogate pair), and for numbers that are not exact */
export function tomlText(value: TomlValue): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new BadArgument('This is no number.')
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(tomlText).join(', ')}]`
  const pairs = Object.entries(value).map(([key, inner]) => `${tomlKey(key)} = ${tomlText(inner)}`)
  return `{${pairs.join(', ')}}`
}

export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key)
}

/** JSON escapes what TOML wants escaped, but for one control character. */
function quoted(text: string): string {
  if (!text.isWellFormed()) throw new BadArgument('This text holds half a character.')
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f')
}
