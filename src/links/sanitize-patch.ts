import type {TorrentField, TorrentPatch} from '#model/torrent.ts'

/** Nobody has less than nothing of these. */
const counters = [
  'size',
  'sizeTotal',
  'completed',
  'amountLeft',
  'progress',
  'downloaded',
  'uploaded',
  'sessionDownloaded',
  'sessionUploaded',
  'ratio',
  'popularity',
  'activeTime',
  'seedingTime',
] as const satisfies readonly TorrentField[]

/** Longer texts are nobody's name, category or message; a server that sends them wants our memory. */
const LONGEST_TEXT = 8_192
const MOST_TAGS = 200

/** What is shown may be cut; half a path would be the path of something else. */
const texts = [
  'name',
  'category',
  'message',
  'trackerMessage',
  'comment',
  'createdBy',
  'nativeState',
] as const
const paths = ['savePath', 'contentPath', 'incompletePath'] as const

/**
 * Counters that wrapped around (32 bits, in old builds and in what stands between) are unknown and not negative: rules
 * and sums must not work with them. The same object when all is well, which it nearly always is.
 */
export function sanitizePatch(patch: TorrentPatch): TorrentPatch {
  for (const field of counters) if ((patch[field] ?? 0) < 0) return corrected(patch)
  if ((patch.downSpeed ?? 0) < 0 || (patch.upSpeed ?? 0) < 0) return corrected(patch)
  return isBounded(patch) ? patch : bounded(patch)
}

function isBounded(patch: TorrentPatch): boolean {
  for (const field of texts) if ((patch[field]?.length ?? 0) > LONGEST_TEXT) return false
  for (const field of paths) if ((patch[field]?.length ?? 0) > LONGEST_TEXT) return false
  return isShortList(patch.tags) && isShortList(patch.trackerHosts)
}

function isShortList(list: readonly string[] | undefined): boolean {
  return list === undefined || (list.length <= MOST_TAGS && list.every((it) => it.length <= LONGEST_TEXT))
}

function bounded(patch: TorrentPatch): TorrentPatch {
  const cut: {-readonly [K in keyof TorrentPatch]: TorrentPatch[K]} = {...patch}
  for (const field of texts) {
    const text = cut[field]
    if (text !== undefined) cut[field] = text.slice(0, LONGEST_TEXT)
  }
  for (const field of paths) if ((cut[field]?.length ?? 0) > LONGEST_TEXT) cut[field] = undefined
  if (cut.tags !== undefined) cut.tags = shortList(cut.tags)
  if (cut.trackerHosts !== undefined) cut.trackerHosts = shortList(cut.trackerHosts)
  return cut
}

/** What is too long is left out: a part of a tag would be another one. */
export function shortList(list: readonly string[], most = MOST_TAGS): readonly string[] {
  return list.filter((it) => it.length <= LONGEST_TEXT).slice(0, most)
}

function corrected(patch: TorrentPatch): TorrentPatch {
  const fixed: {-readonly [K in keyof TorrentPatch]: TorrentPatch[K]} = {...patch}
  for (const field of counters) if ((fixed[field] ?? 0) < 0) fixed[field] = undefined
  if ((fixed.downSpeed ?? 0) < 0) fixed.downSpeed = 0
  if ((fixed.upSpeed ?? 0) < 0) fixed.upSpeed = 0
  return isBounded(fixed) ? fixed : bounded(fixed)
}
