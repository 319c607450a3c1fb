/**
 * How far a movie, episode, album or book has got, from wanted to imported: one chain over its Arr, the indexer and the
 * torrent server, in which each link says yes, no, or that it could not be checked.
 */
import type {HistoryRow, LibraryItem, MediaRef, QueueRow} from './arr.ts'
import type {TorrentKey} from './torrent-key.ts'
import type {EpochMs} from './units.ts'
import type {Phrase} from './verdict.ts'

/** What was asked of an Arr, or why it could not be, in words for people. */
export type Asked<T> = {readonly is: T} | {readonly unread: string}

/** What an Arr has about one of its items. */
export interface ItemOfArr {
  /** `null` = it is not in the library (any more). */
  readonly item: Asked<LibraryItem | null>
  /** Its series, artist or author; `null` = it has none, or it is gone. */
  readonly parent: Asked<LibraryItem | null>
  /** Rows of its queue for this item. */
  readonly queue: Asked<readonly QueueRow[]>
  /** Of this item, newest first. */
  readonly history: Asked<readonly HistoryRow[]>
}

export const chainLinks = ['wanted', 'released', 'searched', 'grabbed', 'downloaded', 'imported'] as const

/** now: it is under way. later: what comes before it is not there yet. */
export const linkAnswers = ['yes', 'no', 'now', 'later', 'could_not_look'] as const
export type LinkAnswer = (typeof linkAnswers)[number]

export interface ChainLink {
  readonly link: (typeof chainLinks)[number]
  readonly answer: LinkAnswer
  readonly says: Phrase
}

/** What came of a release that was grabbed. */
export const releaseEnds = ['queued', 'imported', 'failed', 'ignored', 'gone'] as const

export interface GrabbedRelease {
  readonly title: string
  readonly indexer: string
  readonly grabbedAt: EpochMs
  /** gone: it left the queue, and the Arr does not say why. */
  readonly end: (typeof releaseEnds)[number]
  /** The words of the Arr about it; '' = none. */
  readonly said: string
}

export const itemVerdictKinds = ['here', 'coming', 'held', 'missing', 'undecided'] as const

export interface ItemChain {
  /** As the Arr calls it, with what it belongs to; `null` = it could not be asked, or does not have it. */
  readonly title: string | null
  /** By which the Arr is asked to search for it; `null` = as the title. */
  readonly media: MediaRef | null
  /** Of what is on its way, in sight of who asks; `null` = none. */
  readonly torrent: TorrentKey | null
  /** here: it is in the library. held: a person has to see to it, or a rule will. missing: nothing is on its way. */
  readonly kind: (typeof itemVerdictKinds)[number]
  readonly says: Phrase
  /** What follows from it; `null` = nothing. */
  readonly follows: Phrase | null
  readonly links: readonly ChainLink[]
  /** Newest first, ten at most. */
  readonly releases: readonly GrabbedRelease[]
}
