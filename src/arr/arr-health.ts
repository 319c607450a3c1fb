/**
 * What an Arr's own health checks forbid us for the time being. Their classes are stable, their texts are in the
 * language of its pages.
 * Source: protocols/arr.md §10.
 */
import type {ArrHealthItem} from '#model/arr.ts'

export interface Suspension {
  /** No indexer answers: a search would only be counted. */
  readonly searches: boolean
  /** The Arr does not see its downloads: what it says of them proves nothing. */
  readonly destruction: boolean
}

const forSearches = new Set(['IndexerSearchCheck', 'IndexerStatusCheck'])
const forDestruction = new Set(['RemotePathMappingCheck', 'DownloadClientStatusCheck', 'DownloadClientCheck'])

export function suspensionOf(items: readonly ArrHealthItem[]): Suspension {
  const red = items.filter(({level}) => level === 'error').map(({source}) => source)
  return {
    searches: red.some((source) => forSearches.has(source)),
    destruction: red.some((source) => forDestruction.has(source)),
  }
}
