/** Keys of a section as JSON: found, laid over each other, taken out. Nothing in here knows what they mean. */
import type {Shape} from '#config/schema/fields.ts'
import type {SectionKeys} from './draft.ts'

export function isKeys(value: unknown): value is SectionKeys {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valueAt(keys: SectionKeys, path: readonly string[]): unknown {
  let at: unknown = keys
  for (const key of path) {
    if (!isKeys(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}

export function withKey(keys: SectionKeys, [key, ...below]: readonly string[], value: unknown): SectionKeys {
  if (key === undefined) return keys
  if (below.length === 0) return {...keys, [key]: value}
  const inner = valueAt(keys, [key])
  return {...keys, [key]: withKey(isKeys(inner) ? inner : {}, below, value)}
}

export function withoutKey(keys: SectionKeys, [key, ...below]: readonly string[]): SectionKeys {
  if (key === undefined || !Object.hasOwn(keys, key)) return keys
  const inner = keys[key]
  if (below.length > 0) return isKeys(inner) ? {...keys, [key]: withoutKey(inner, below)} : keys
  return Object.fromEntries(Object.entries(keys).filter(([other]) => other !== key))
}

/**
 * As JSON Merge Patch has it: tables key by key, everything else whole, `null` takes a key out (RFC 7396).
 * @param keepNull paths, joined by dots, whose `null` is kept for whoever reads the result
 */
export function mergedKeys(
  before: SectionKeys,
  patch: SectionKeys,
  keepNull: readonly string[] = [],
  above = '',
): SectionKeys {
  let merged = before
  for (const [key, value] of Object.entries(patch)) {
    const inner = valueAt(before, [key])
    const path = above === '' ? key : `${above}.${key}`
    if (value === null && !keepNull.includes(path)) merged = withoutKey(merged, [key])
    else if (!isKeys(value)) merged = withKey(merged, [key], value)
    else merged = withKey(merged, [key], mergedKeys(isKeys(inner) ? inner : {}, value, keepNull, path))
  }
  return merged
}

/**
 * As a section has them: a key may be named by its whole path, as the API itself names it (`Torrent.StalledDelay`). What
 * is no path of the shape stays as it is.
 */
export function inTables(keys: SectionKeys, shape: Shape): SectionKeys {
  let nested: SectionKeys = {}
  for (const [key, value] of Object.entries(keys)) {
    const path = key.split('.')
    const own = isPath(path, shape) ? path : [key]
    const before = valueAt(nested, own)
    const isLaidOver = isKeys(before) && isKeys(value)
    nested = withKey(nested, own, isLaidOver ? {...before, ...value} : value)
  }
  return nested
}

function isPath([key, ...below]: readonly string[], shape: Shape): boolean {
  if (key === undefined || !Object.hasOwn(shape, key)) return false
  const node = shape[key]!
  return below.length === 0 || (node.node === 'table' && isPath(below, node.shape))
}
