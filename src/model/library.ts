/** Libraries of Arrs as they are read, kept and shown: what is there, what is wanted, and by which settings. */
import type {ArrId, ArrTag, QualityProfile} from './arr.ts'
import type {ConditionOf, Range} from './query.ts'
import type {Bytes, EpochMs} from './units.ts'

export const libraryKinds = [
  'movie',
  'series',
  'season',
  'episode',
  'artist',
  'album',
  'author',
  'book',
] as const
export type LibraryKind = (typeof libraryKinds)[number]

/** From when on a film counts as available; '' = it is no film, or its Arr does not say. */
export const availabilities = ['', 'tba', 'announced', 'inCinemas', 'released'] as const

/** How the episodes of a series are numbered; '' = it is no series. */
export const seriesTypes = ['', 'standard', 'daily', 'anime'] as const

/**
 * One thing of a library, as its Arr has it. There may be hundreds of thousands: what does not apply is `null`, 0 or ''.
 * Profile and tags are those of a movie, series, artist or author; what is below one has its.
 */
export interface LibraryRow {
  readonly kind: LibraryKind
  /** The number that its Arr gave it. Of a season, which has none, `seasonId`. */
  readonly id: number
  /** Its series, artist or author. */
  readonly parentId: number | null
  readonly seasonNumber: number | null
  /** Of an episode in its season. */
  readonly number: number | null
  readonly title: string
  readonly year: number | null
  readonly tmdbId: number | null
  readonly tvdbId: number | null
  readonly imdbId: string | null
  /** Of MusicBrainz or Goodreads; '' = none. */
  readonly foreignId: string
  readonly inCinemasAt: EpochMs | null
  readonly digitalAt: EpochMs | null
  readonly physicalAt: EpochMs | null
  /** Of an episode when it begins to air, of a series or season its next episode, else its last; of an album or book its release. */
  readonly releasedAt: EpochMs | null
  /** 0 = not known. */
  readonly runtimeMinutes: number
  readonly minimumAvailability: (typeof availabilities)[number]
  readonly seriesType: (typeof seriesTypes)[number]
  readonly addedAt: EpochMs | null
  /** Itself; what is below something that is not monitored is not wanted either. */
  readonly monitored: boolean
  /** Of a movie or episode; `null` = it has none, or several are possible. */
  readonly fileId: number | null
  /** How many files of it are there. */
  readonly have: number
  /** How many there should be by now: of a movie 1, of a season what aired and is monitored or there. */
  readonly due: number
  readonly size: Bytes
  /** As its Arr calls it; '' = not known. */
  readonly quality: string
  /** Its quality is below the cut-off of its profile; `null` = not known. */
  readonly belowCutoff: boolean | null
  /** Custom format score of its file; `null` = not read. */
  readonly score: number | null
  readonly profileId: number | null
  readonly tags: readonly number[]
  /** When its Arr searched it last. */
  readonly searchedAt: EpochMs | null
}

/** What a row is called in messages, addresses and maps of one Arr. */
export interface LibraryKey {
  readonly kind: LibraryKind
  readonly id: number
}

/** A library row with where and when it was read. */
export interface KeptRow extends LibraryRow {
  readonly arrId: ArrId
  readonly readAt: EpochMs
}

/** Seasons of one series lie beside each other. */
const SEASONS = 10_000

/** The number of a season, made of that of its series: Arrs give it none. */
export function seasonId(seriesId: number, seasonNumber: number): number {
  return seriesId * SEASONS + seasonNumber
}

/** How long an Arr waits for something better than the first release. */
export interface DelayProfile {
  /** The first that fits counts. */
  readonly order: number
  /** Torrents, minutes. */
  readonly torrentDelay: number
  /** None = it fits all. */
  readonly tags: readonly number[]
}

/** By what an Arr decides about its library. */
export interface LibrarySettings {
  readonly profiles: readonly QualityProfile[]
  readonly tags: readonly ArrTag[]
  readonly delayProfiles: readonly DelayProfile[]
  readonly indexers: readonly {
    readonly id: number
    readonly name: string
    readonly automaticSearch: boolean
    /** Where it is asked, without what may be a secret; '' or absent = not known. */
    readonly url?: string
    /** None = for all. */
    readonly tags: readonly number[]
  }[]
  /** Added to the dates of films, days; may be below 0. */
  readonly availabilityDelay: number
}

/**
 * Why nothing may be concluded from what is absent in a library: restored = its Arr has another database than before;
 * vanished = much of it was not in the last answer, which is asked for again; unread = it was never read whole.
 */
export const libraryDoubts = ['restored', 'vanished', 'unread'] as const
export type LibraryDoubtful = (typeof libraryDoubts)[number]

/** What is kept of the library of one Arr as a whole. */
export interface LibraryState {
  /** When it was read whole last; `null` = never. */
  readonly readAt: EpochMs | null
  readonly doubtful: LibraryDoubtful | null
  /** `null` = not read yet. */
  readonly settings: LibrarySettings | null
}

/** How far a thing of a library has got: queued = something that it lacks is being downloaded. */
export const libraryStates = ['have', 'partial', 'missing', 'queued', 'unreleased'] as const
export type LibraryStateWord = (typeof libraryStates)[number]

/** Figures of a row that are compared. Times as epoch ms. */
const libraryNumbers = [
  'year',
  'season',
  'missing',
  'size',
  'score',
  'tmdb',
  'tvdb',
  'added',
  'released',
  'searched',
] as const
export type LibraryNumber = (typeof libraryNumbers)[number]

/** What a row is asked for. What is not known is found by neither a question nor its opposite. */
export type LibraryCondition = ConditionOf<LibraryLeaf>

export type LibraryLeaf =
  /** A piece of it, folded. */
  | {readonly asks: 'title' | 'quality' | 'profile'; readonly piece: string}
  | {readonly asks: 'arr'; readonly ids: readonly string[]}
  | {readonly asks: 'kind'; readonly kinds: readonly LibraryKind[]}
  | {readonly asks: 'state'; readonly states: readonly LibraryStateWord[]}
  /** By its label, folded; `null` = it has none. */
  | {readonly asks: 'tag'; readonly label: string | null}
  | {readonly asks: 'imdb'; readonly id: string}
  /** cutoff: its quality reached it. minimum: its score reached the least of its profile. */
  | {readonly asks: 'monitored' | 'cutoff' | 'minimum'; readonly is: boolean}
  | {readonly asks: 'number'; readonly of: LibraryNumber; readonly range: Range}

/** What lists of the library are sorted by. */
export const librarySorts = ['title', ...libraryNumbers] as const

export interface LibrarySort {
  readonly by: (typeof librarySorts)[number]
  readonly isDescending: boolean
}
