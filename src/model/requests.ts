/** What people asked for in a request manager: Overseerr, Jellyseerr, Seerr or Ombi. */
import type {SearchUnit} from './searching.ts'
import type {EpochMs} from './units.ts'

/** seerr: Overseerr, Jellyseerr and Seerr, which speak the same. */
export const requestManagerKinds = ['seerr', 'ombi'] as const
export type RequestManagerKind = (typeof requestManagerKinds)[number]

export const requestedKinds = ['movie', 'series'] as const
export type RequestedKind = (typeof requestedKinds)[number]

/** approved: somebody who may said yes. pending: nobody has. What was declined, or is there, is in no list. */
export const requestStatuses = ['approved', 'pending'] as const
type RequestStatus = (typeof requestStatuses)[number]

export interface RequestedSeason {
  readonly season: number
  /** `null` = all of it. */
  readonly episodes: readonly number[] | null
}

/** A request that is not fulfilled, as its manager says. */
export interface ListedRequest {
  /** In its manager. */
  readonly id: string
  readonly kind: RequestedKind
  /** `null` = its manager knows it by numbers alone. */
  readonly title: string | null
  readonly tmdbId: number | null
  readonly tvdbId: number | null
  readonly imdbId: string | null
  /** `host:port` and URL base of the Arr that its manager handed it to; `null` = to none, or it is not said. */
  readonly arrPlace: string | null
  /** Its number there; `null` = not known. */
  readonly itemId: number | null
  /** As its manager calls them; `null` = not known. */
  readonly requester: string | null
  readonly is4k: boolean
  readonly status: RequestStatus
  /** Of a series; none of a movie. */
  readonly seasons: readonly RequestedSeason[]
  readonly requestedAt: EpochMs
}

export interface MediaRequest extends ListedRequest {
  /** Which manager, by a mark of its address and key. */
  readonly source: string
  /** When its manager listed it last, to within six hours. */
  readonly seenAt: EpochMs
}

/**
 * How far a request has got. pending: nobody approved it, and the section of the Arr takes approved ones alone.
 * not_in_arr: no Arr that takes it has it. unmonitored: its Arr does not monitor it. waiting: for its search, or for
 * something that holds it. searching, downloading: as they say. available: all of it is there.
 */
export const requestStages = [
  'pending',
  'not_in_arr',
  'unmonitored',
  'waiting',
  'searching',
  'downloading',
  'available',
] as const
export type RequestStage = (typeof requestStages)[number]

/** A request in one Arr; one that several have stands once for each. */
export interface RequestView {
  readonly request: MediaRequest
  readonly manager: RequestManagerKind
  /** `null` = no Arr has it. */
  readonly arrId: string | null
  /** Arrs that take requests of its manager. */
  readonly arrs: readonly string[]
  /** As its Arr calls it, else its manager; `null` = both know it by numbers alone. */
  readonly title: string | null
  /** What is searched for it. */
  readonly units: readonly SearchUnit[]
  readonly stage: RequestStage
}
