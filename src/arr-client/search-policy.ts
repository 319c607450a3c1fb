/**
 * Who searches again after a failure: the Arr by itself or we, never both.
 * Source: Sonarr and Radarr.
 */
import type {DownloadHandling} from '#model/arr.ts'

/** @param interactive somebody had picked the release by hand */
export function willResearch(handling: DownloadHandling, interactive: boolean): boolean {
  return handling.searchesAfterFailure && (!interactive || handling.searchesAfterInteractiveFailure)
}

interface Research {
  /** For the removal from the queue. */
  readonly skipRedownload: boolean
  /** Under our own budget. */
  readonly searchOurselves: boolean
  /** The Arr does, whether we want it or not. */
  readonly arrSearches: boolean
}

/**
 * @param wanted a new search
 * @param way queue: by removing its row, which may decline; history: by marking the grab as failed, which may not
 */
export function researchAfter(
  wanted: boolean,
  way: 'queue' | 'history',
  handling: DownloadHandling,
  interactive: boolean,
): Research {
  const arrWould = willResearch(handling, interactive)
  const arrSearches = arrWould && (wanted || way === 'history')
  return {skipRedownload: !arrSearches, searchOurselves: wanted && !arrSearches, arrSearches}
}
