/**
 * Where Arrs keep pictures of what is in their library. Sonarr's newest API has no place for them; the one before, which
 * is served beside it, has. Source: Radarr, Sonarr, Lidarr, Readarr (MediaCoverController): `-250` is the smallest size,
 * and where it is missing the Arr sends the whole picture; a cover keeps the ending that it came with.
 */
import type {PosterOf} from '#model/arr.ts'
import type {ArrLimits} from './http-client.ts'

/** A whole poster is half a megabyte. */
export const posterLimits: ArrLimits = {bytes: 2 * 1024 * 1024, requestMs: 10_000}

/** Of an episode the Arr has none: its series is asked for. */
interface PictureOf extends PosterOf {
  readonly kind: Exclude<PosterOf['kind'], 'episode'>
}

/** Below the URL base; the first that is there is the one. */
export function posterPaths({kind, id}: PictureOf): readonly string[] {
  switch (kind) {
    case 'movie':
    case 'series':
      return [`/api/v3/mediacover/${id}/poster-250.jpg`]
    case 'artist':
    case 'author':
      return endings.map((ending) => `/api/v1/mediacover/${kind}/${id}/poster-250.${ending}`)
    case 'album':
    case 'book':
      return endings.map((ending) => `/api/v1/mediacover/${kind}/${id}/cover-250.${ending}`)
  }
}

const endings = ['jpg', 'png'] as const
