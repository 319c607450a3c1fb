/**
 * Which Arr a torrent belongs to. The Arr's own queue and history say it; where both are silent the category does, and
 * the torrent counts as adopted: somebody put it there, the Arr did not grab it, so nothing is blocklisted for it.
 * Source: Sonarr and Radarr; qBitrr.
 */
import type {ArrId, DownloadId} from '#model/arr.ts'
import {isInCategory} from '#model/torrent.ts'

export interface Claimant {
  readonly arrId: ArrId
  /** Of its torrents on every server. */
  readonly category: string
  readonly matchSubcategories: boolean
  /** What it says of a download itself; `null` = nothing. */
  readonly knows: (downloadId: DownloadId) => 'queue' | 'history' | null
}

export interface Owner {
  readonly arrId: ArrId
  readonly by: 'queue' | 'history' | 'category'
  /** By its category alone. */
  readonly adopted: boolean
}

const strength = {queue: 2, history: 1} as const

/** @param category '' = none. @returns `null` = no Arr's */
export function ownerOf(
  {downloadId, category}: {readonly downloadId: DownloadId; readonly category: string},
  claimants: readonly Claimant[],
): Owner | null {
  const fitting = byCategory(category, claimants)
  const known = claimants
    .flatMap((claimant) => {
      const by = claimant.knows(downloadId)
      return by === null ? [] : [{claimant, by}]
    })
    // Two may have grabbed the same release: the one whose category it bears has it.
    .sort((one, other) => rank(other) - rank(one))
  function rank({claimant, by}: {claimant: Claimant; by: 'queue' | 'history'}): number {
    return strength[by] * 2 + (claimant === fitting ? 1 : 0)
  }
  const [best] = known
  if (best) return {arrId: best.claimant.arrId, by: best.by, adopted: false}
  return fitting && {arrId: fitting.arrId, by: 'category', adopted: true}
}

/** `tv/anime` is below `tv`; the longest category that fits wins. */
function byCategory(category: string, claimants: readonly Claimant[]): Claimant | null {
  const fits = claimants.filter(
    (it) => it.category !== '' && isInCategory(category, it.category, it.matchSubcategories),
  )
  return fits.reduce<Claimant | null>(
    (best, it) => (best === null || it.category.length > best.category.length ? it : best),
    null,
  )
}
