/**
 * Two spellings of one protocol. Inside we write the snake_case of RPC 6.0.0 (Transmission 4.1); releases before it
 * want camelCase in some places, dashes in others and a few names neither way. To snake_case is a rule; back is this
 * table. Source: Transmission docs/rpc-spec.md of 3.00, 4.0.6 and 4.1.4, and answers of 3.00 and 4.1.0-beta.2.
 */

/** Names new in 4.1 are written alike in both dialects. */
const newIn41 = new Set([
  'sequential_download',
  'sequential_download_from_piece',
  'preferred_transports',
  'begin_piece',
  'end_piece',
])

/** Dashed although their neighbours in torrent-get and torrent-set are camelCase. */
const dashedInTorrent = new Set([
  'file_count',
  'primary_mime_type',
  'peer_limit',
  'files_wanted',
  'files_unwanted',
  'priority_high',
  'priority_normal',
  'priority_low',
])

/** camelCase although their neighbours in session and torrent-add are dashed. */
const camelElsewhere = new Set(['seed_ratio_limit', 'seed_ratio_limited', 'bandwidth_priority'])

/** Renamed, not only respelt: `cache-size-mb` always meant MiB. */
const renamed: Readonly<Record<string, string>> = {cache_size_mib: 'cache-size-mb'}

/** Names that stay as they are in every call. */
const plain = new Set(['ids', 'fields', 'format', 'tag'])

export function legacyMethod(method: string): string {
  return dashed(method)
}

/** A parameter or field of `method` (in snake_case) as releases before 4.1 spell it. */
export function legacyName(method: string, name: string): string {
  if (plain.has(name) || newIn41.has(name)) return name
  const inTorrent = method === 'torrent_get' || method === 'torrent_set'
  if (inTorrent) return dashedInTorrent.has(name) ? dashed(name) : camel(name)
  return renamed[name] ?? (camelElsewhere.has(name) ? camel(name) : dashed(name))
}

/** Parameters of a call in the old spelling, field lists and the word for "recently active" included. */
export function legacyParams(
  method: string,
  params: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const spelt: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params)) {
    spelt[legacyName(method, name)] = legacyValue(method, name, value)
  }
  return spelt
}

function legacyValue(method: string, name: string, value: unknown): unknown {
  if (name === 'fields' && Array.isArray(value)) {
    return value.map((field) => legacyName(method, String(field)))
  }
  return name === 'ids' && value === 'recently_active' ? 'recently-active' : value
}

const known = new Map<string, string>()

/** Any spelling → snake_case: `isUTP`, `size-bytes` and `hash_string` become `is_utp`, `size_bytes`, `hash_string`. */
export function snakeName(name: string): string {
  const found = known.get(name)
  if (found !== undefined) return found
  const snake = name
    .replaceAll('-', '_')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
  const spelt = snake === 'cache_size_mb' ? 'cache_size_mib' : snake
  // The names come from a server: remembered up to a bound.
  if (known.size < 1000) known.set(name, spelt)
  return spelt
}

/** Every key of an answer in snake_case. No answer of Transmission uses data as keys. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeName(key), snakeKeys(inner)]))
}

function dashed(name: string): string {
  return name.replaceAll('_', '-')
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
