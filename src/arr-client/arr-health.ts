/**
 * What an Arr's own health checks forbid us for the time being. Their classes are stable, their texts are in the
 * language of its pages.
 * Source: protocols/arr.md §10.
 */
import type {ArrCheck, ArrHealthItem} from '#model/arr.ts'

interface Suspension {
  /** No indexer answers: a search would only be counted. */
  readonly searches: boolean
  /** The Arr does not see its downloads: what it says of them proves nothing. */
  readonly destruction: boolean
}

const forSearches = new Set(['IndexerSearchCheck', 'IndexerStatusCheck'])
const forDestruction = new Set(['RemotePathMappingCheck', 'DownloadClientStatusCheck', 'DownloadClientCheck'])

/** What is not as it should be, each with what is held back meanwhile: a warning costs something, red means that it fails. */
export function checksOf(items: readonly ArrHealthItem[]): readonly ArrCheck[] {
  return items.filter(({level}) => level !== 'ok').map((it) => ({...it, holds: heldBy(it)}))
}

export function suspensionOf(items: readonly ArrHealthItem[]): Suspension {
  const held = new Set(items.map(heldBy))
  return {searches: held.has('searches'), destruction: held.has('removals')}
}

function heldBy({level, source}: ArrHealthItem): ArrCheck['holds'] {
  if (level !== 'error') return null
  if (forDestruction.has(source)) return 'removals'
  return forSearches.has(source) ? 'searches' : null
}
