/** Posters of what is in the library of an Arr, for who may see that Arr. */
import type {Principal, UserId} from '#model/access.ts'
import type {ArrId, ArrKind, PosterOf} from '#model/arr.ts'
import type {ArrWay, Poster} from '#model/arr-service.ts'
import type {ArrDirectory} from './directory.ts'
import {demandOn} from './rights.ts'
import {wayTo} from './way.ts'

/** What the apps of a kind have in their libraries. */
const kindsOf: Readonly<Record<ArrKind, readonly PosterOf['kind'][]>> = {
  radarr: ['movie'],
  sonarr: ['series', 'episode'],
  // Its second version has series, its third movies.
  whisparr: ['movie', 'series', 'episode'],
  lidarr: ['artist', 'album'],
  readarr: ['author', 'book'],
}

export interface ArrPostersDeps {
  readonly directory: Pick<ArrDirectory, 'card' | 'former' | 'reachOf'>
  /** Keeps what Arrs answered. @param place what is asked of whom; another one may have another picture */
  readonly kept: {
    of(arr: ArrId, place: string, by: UserId | null, ask: () => Promise<Uint8Array | null>): Promise<Poster>
  }
  readonly ask: (way: ArrWay, of: PosterOf) => Promise<Uint8Array | null>
}

export class ArrPosters {
  readonly #deps: ArrPostersDeps

  constructor(deps: ArrPostersDeps) {
    this.#deps = deps
  }

  /** @throws {CommodarrError} arr_unknown, arr_not_ready */
  async of(by: Principal, id: ArrId, of: PosterOf): Promise<Poster> {
    const {directory, kept, ask} = this.#deps
    const card = directory.card(id)
    demandOn(by, card, id, 'read')
    if (!kindsOf[card.kind].includes(of.kind)) return 'none'
    const way = wayTo(directory, card)
    return kept.of(id, `${way.url} ${of.kind} ${of.id}`, by.userId, () => ask(way, of))
  }
}
