/** Everything that is known of a torrent when it is judged, in one record: who judges puts it together. */
import type {ArrKind, LibraryDoubt, TakenBy, TrackedState} from '#model/arr.ts'
import type {TorrentFactsRecord} from '#model/automation-state.ts'
import type {FactName, FactValue, NamedServer, UnknownReason} from '#model/fact.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs, Seconds} from '#model/units.ts'

export interface TorrentSubject {
  readonly row: ManagedRow
  readonly server: ManagedServer
  /** `null` = nothing yet. */
  readonly remembered: TorrentFactsRecord | null
  /** What its Arr says of it; `null` = it belongs to none. */
  readonly arr: ArrFacts | null
  /** Facts that somebody looked up, with when. */
  readonly lookedUp: ReadonlyMap<FactName, LookedUp>
  readonly flow: Flow
  /** The most that a rule which acts, or asks, holds of it; `undefined` = not known here. */
  readonly strikes: (key: TorrentKey) => number | undefined
}

export interface LookedUp {
  /** `undefined` = it was asked for, and cannot be known. */
  readonly value: FactValue | undefined
  readonly at: EpochMs
  /** `null` = it is known. */
  readonly whyUnknown: UnknownReason | null
  /** That is why: another than its own. */
  readonly server?: NamedServer
  /** Why it is not known, for people. */
  readonly detail?: string
  /** By the duration clock, ms: from then on it may be another. Absent = it is used once. */
  readonly agedAt?: number
}

/** How much came in lately, as we saw it. */
export interface Flow {
  /** `undefined` = it was not watched for so long. */
  gained(window: Seconds): Bytes | undefined
  /** Likewise, and nothing held it back in any look since then: what it gained is what its swarm gives. */
  gainedFreely(window: Seconds): Bytes | undefined
}

export const notWatched: Flow = {gained: () => undefined, gainedFreely: () => undefined}

/** A file of the library that an item has of a download, as its Arr names both places. */
export interface Landing {
  /** Where it lay in the download; of what another download brought, where the file lay in whose place it came. */
  readonly from: string
  readonly to: string
  /** As the database of the Arr has it now; absent = not asked for. */
  readonly size?: Bytes
  /** Another download brought it, as a better release. */
  readonly isOthers?: true
}

/** Of one download, as the Arr's replica has it. */
export interface ArrFacts {
  readonly arrId: string
  readonly kind: ArrKind
  /** It answers, and what is new was read within a minute; otherwise what it said last is kept, and counts as unknown. */
  readonly isTrusted: boolean
  /** Last time that what follows was read. */
  readonly at: EpochMs
  /** `undefined` = it began a moment ago, and lists little yet; or it may mean the same torrent on another server. */
  readonly inQueue: boolean | undefined
  readonly queueStatus: string | undefined
  readonly tracked: TrackedState | undefined
  /** `undefined` likewise. */
  readonly messages: readonly string[] | undefined
  /** `movie/17`. */
  readonly media: readonly string[]
  /** It gives the category of the torrent to torrents itself; `undefined` = its clients were not read yet, or likewise. */
  readonly usesCategory: boolean | undefined
  /** A part of it came in since it was grabbed; `undefined` of this and what follows = not known (yet). */
  readonly anyImported: boolean | undefined
  /** That all of it was: `history/12,13`; `null` = it is not proven. */
  readonly evidence: string | null | undefined
  /** What proves it, as files that it still has; absent = not known. */
  readonly landed?: readonly Landing[]
  /** Of what it did not grab: the names of the files that it took in; absent = it grabbed it, or nothing is proven. */
  readonly took?: readonly string[]
  /** What it says that it has, or all of its library, was not where it should be; absent = nothing speaks against it. */
  readonly unseen?: LibraryDoubt
  /** A person took it from its Arr; absent = as far as is known nobody did. */
  readonly taken?: TakenBy
  /** Its commands that touch files and have not ended, read for what is to be removed; absent = not known. */
  readonly fileWork?: readonly string[]
  /** The Arr's name of the download client that has it; absent = not known. */
  readonly client?: string
  /** Of all its items together. */
  readonly monitored: boolean | undefined
  readonly hasFile: boolean | undefined
  readonly inLibrary: boolean | undefined
  readonly cutoffMet: boolean | undefined
  /** Of the release while it is in the queue, then of its files in the library. */
  readonly score: number | undefined
  /** Of the files that are in the library, the lowest. */
  readonly fileScore: number | undefined
  readonly minScore: number | undefined
  /** Of each item that it is for there is a file with a higher score, and in no lower quality. */
  readonly worseThanFile: boolean | undefined
  /** A person picked its release in the Arr; `undefined` also = it did not grab it. */
  readonly pickedByHand: boolean | undefined
  readonly requested: boolean | undefined
}
