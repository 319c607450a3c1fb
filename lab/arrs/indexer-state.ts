/** Which indexers are asked for what. Source: Radarr's IndexerFactory and ReleaseSearchService. */
import type {Arr, IndexerState} from './arr.ts'

export type IndexerUse = 'rss' | 'automatic' | 'interactive'

const switchOf = {
  rss: 'enableRss',
  automatic: 'enableAutomaticSearch',
  interactive: 'enableInteractiveSearch',
} as const

export function isEnabled({config}: IndexerState, use: IndexerUse): boolean {
  return config[switchOf[use]] ?? true
}

/** It failed, and is left alone for a while. */
export function isBlocked(arr: Arr, {disabledUntil}: IndexerState): boolean {
  return arr.faults.domain('indexersDisabled') !== null || disabledUntil > arr.time.now()
}

/** Those that may be asked now. @param tags of the item that is searched */
export function activeIndexers(arr: Arr, use: IndexerUse, tags?: readonly number[]): IndexerState[] {
  return arr.indexers.filter(
    (indexer) =>
      isEnabled(indexer, use) && !isBlocked(arr, indexer) && (tags === undefined || isFor(indexer, tags)),
  )
}

/** One without tags is for everything. */
export function isFor({config: {tags = []}}: IndexerState, own: readonly number[]): boolean {
  return tags.length === 0 || tags.some((tag) => own.includes(tag))
}
