import type {ServerStats} from '#model/server.ts'
import {fieldDefinitions, fieldsOf} from '#model/torrent-fields.ts'
import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import {LAST_MOMENT} from '#model/units.ts'

/** Nobody has less than nothing of these. */
const counters: ReadonlySet<string> = new Set(
  fieldDefinitions.filter(([, {least}]) => least === 0).map(([field]) => field),
)
/** They are always known. */
const rates: ReadonlySet<string> = new Set(fieldsOf('rate'))

/**
 * Beyond it a moment is none that a date can have, so no page could write it; and no counter gets there: one such figure
 * would drown the sums of everybody's servers.
 */
const MOST = LAST_MOMENT

/** Longer texts are nobody's name, category or message; a server that sends them wants our memory. */
const LONGEST_TEXT = 8_192
const MOST_TAGS = 200

/** What is shown may be cut; half a path would be the path of something else. */
const texts = fieldsOf('text', 'word')
const paths = fieldsOf('path')
const lists = fieldsOf('list', 'set')
const texted: ReadonlySet<string> = new Set([...texts, ...paths])

/**
 * Counters that wrapped around (32 bits, in old builds and in what stands between) are unknown and not negative, and so
 * is what no counter and no date can have: rules and sums must not work with them. The same object when all is well,
 * which it nearly always is.
 */
export function sanitizePatch(patch: TorrentPatch): TorrentPatch {
  // What is told, and not all that could be: most patches have a handful of fields.
  for (const field in patch) {
    if (field !== 'hash' && !isFine(field, patch[field as TorrentField])) return bounded(corrected(patch))
  }
  return patch
}

function isFine(field: string, value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return value >= 0 ? value <= MOST : value >= leastOf(field)
    case 'string':
      return value.length <= LONGEST_TEXT || !texted.has(field)
    case 'object':
      return !Array.isArray(value) || isShortList(value as readonly string[])
    default:
      return true
  }
}

function leastOf(field: string): number {
  return counters.has(field) ? 0 : -MOST
}

function isShortList(list: readonly string[]): boolean {
  return list.length <= MOST_TAGS && list.every((it) => it.length <= LONGEST_TEXT)
}

function bounded(patch: TorrentPatch): TorrentPatch {
  const cut: {-readonly [K in keyof TorrentPatch]: TorrentPatch[K]} = {...patch}
  for (const field of texts) {
    const text = cut[field]
    if (text !== undefined) cut[field] = text.slice(0, LONGEST_TEXT)
  }
  for (const field of paths) if ((cut[field]?.length ?? 0) > LONGEST_TEXT) cut[field] = undefined
  for (const field of lists) {
    const list = cut[field]
    if (list !== undefined) cut[field] = shortList(list)
  }
  return cut
}

/** What is too long is left out: a part of a tag would be another one. */
export function shortList(list: readonly string[], most = MOST_TAGS): readonly string[] {
  return list.filter((it) => it.length <= LONGEST_TEXT).slice(0, most)
}

/** What a server says of all of itself, with the same bounds. */
export function sanitizeStats(stats: ServerStats): ServerStats {
  const isFigure = (value: unknown) => typeof value !== 'number' || (value >= 0 && value <= MOST)
  if (Object.values(stats).every(isFigure)) return stats
  const fine = Object.fromEntries(Object.entries(stats).filter(([, value]) => isFigure(value)))
  return {downSpeed: 0, upSpeed: 0, ...fine}
}

function corrected(patch: TorrentPatch): TorrentPatch {
  const fixed: {-readonly [K in keyof TorrentPatch]: TorrentPatch[K]} = {...patch}
  for (const [field, value] of Object.entries(patch)) {
    if (typeof value !== 'number' || (value >= leastOf(field) && value <= MOST)) continue
    Object.assign(fixed, {[field]: rates.has(field) ? 0 : undefined})
  }
  return fixed
}
