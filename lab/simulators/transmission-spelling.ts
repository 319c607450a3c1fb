/**
 * The old dialect's spelling, written apart from our client's table so that each proves the other: a field is known
 * under its one right name only.
 */

/** Alike in both dialects, because they came with 4.1. */
const sameInBoth = new Set([
  'sequential_download',
  'preferred_transports',
  'begin_piece',
  'end_piece',
  'downloader_count',
  'bytes_to_client',
  'bytes_to_peer',
  'peer_id',
])

const dashedFields = new Set(['file_count', 'primary_mime_type', 'peer_limit'])
const dashedInSet = new Set([
  'files_wanted',
  'files_unwanted',
  'priority_high',
  'priority_normal',
  'priority_low',
])
const camelInSession = new Set(['seed_ratio_limit', 'seed_ratio_limited'])

export function dashes(name: string): string {
  return name.replaceAll('_', '-')
}

export function camelCase(name: string): string {
  if (name === 'is_utp') return 'isUTP'
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

export function snake(name: string): string {
  return name
    .replaceAll('-', '_')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

export function legacyMethodName(method: string): string {
  return dashes(method)
}

/** A field of a torrent, or of a record inside one. */
export function legacyField(name: string): string {
  if (sameInBoth.has(name)) return name
  return dashedFields.has(name) ? dashes(name) : camelCase(name)
}

export function legacySessionKey(name: string): string {
  if (name === 'cache_size_mib') return 'cache-size-mb'
  if (sameInBoth.has(name)) return name
  return camelInSession.has(name) ? camelCase(name) : dashes(name)
}

/** Parameters of an old call in snake_case; what is not spelt as that call wants it is lost, as in the daemon. */
export function snakeParams(
  method: string,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(args)) {
    const key = snake(name)
    if (legacyParam(method, key) === name) params[key] = value
  }
  if (params['ids'] === 'recently-active') params['ids'] = 'recently_active'
  return params
}

function legacyParam(method: string, name: string): string {
  if (name === 'ids' || name === 'fields' || name === 'format') return name
  if (method === 'session_set' || method === 'session_get') return legacySessionKey(name)
  if (method === 'torrent_set') return dashedInSet.has(name) ? dashes(name) : legacyField(name)
  if (method === 'torrent_add' && name === 'bandwidth_priority') return camelCase(name)
  return sameInBoth.has(name) ? name : dashes(name)
}

/** Keys of an answer as the old dialect has them, at every depth. */
export function respelt(value: unknown, spell: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => respelt(one, spell))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [spell(name), respelt(inner, spell)]),
  )
}

/** What a client sent where a text belongs. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
