/** What a start on the folder of the older program brought along, and what will be different from now on. */
import type {UserId} from './access.ts'
import type {Actor} from './command.ts'
import type {Bytes, EpochMs} from './units.ts'

/**
 * By what follows from it, the gravest first. more: more is removed or sent than before; its rules ask first. notYet: it is
 * not done (yet), so whoever relies on it has to do it otherwise. careful: less is done than before. different: the same is
 * done otherwise.
 */
export const differenceWeights = ['more', 'notYet', 'careful', 'different'] as const
export type DifferenceWeight = (typeof differenceWeights)[number]

/** A key that makes the difference. */
export interface DifferencePlace {
  /** As it stands in the file: `Radarr-4K.Torrent.StalledDelay`. */
  readonly key: string
  /** From 1; `null` = it does not stand in the file. */
  readonly line: number | null
  /** The environment variable that decides it. */
  readonly variable: string | null
  /** What is in force, in short; never a secret. */
  readonly value: string
}

/** Sentences for people. */
export interface Difference {
  /** Stable. */
  readonly id: string
  readonly weight: DifferenceWeight
  /** Empty = it is so whatever the file says. */
  readonly places: readonly DifferencePlace[]
  /** What the older program did. */
  readonly before: string
  /** What Commodarr does. */
  readonly now: string
  readonly why: string
  /** How to have it otherwise. */
  readonly change: string
}

/** How much was taken over from a database. */
export interface MovedCounts {
  readonly torrents: number
  readonly searched: number
  readonly requested: number
  /** Items that still had a temporary quality profile. */
  readonly profiles: number
  /** Of an Arr or server that the configuration does not name. */
  readonly leftOut: number
}

/** A database of the older program that was taken over, once. */
export interface MovedDatabase {
  readonly path: string
  /** SHA-256 of its bytes: it is the same one, wherever it lies. */
  readonly fingerprint: string
  readonly bytes: Bytes
  readonly modifiedAt: EpochMs
  readonly movedAt: EpochMs
  readonly counts: MovedCounts
}

/** An item of an Arr of which the older program knew something that no other table of ours holds. */
export interface InheritedItem {
  readonly arrId: string
  /** `movie/12`, `series/3`, … */
  readonly item: string
  /** Somebody asked for it. */
  readonly requested: boolean
  /** The quality profile it had before a temporary one; `null` = none was set. */
  readonly originalProfileId: number | null
  readonly temporaryProfileId: number | null
  readonly switchedAt: EpochMs | null
  /** As the older program called it; `null` = it did not say. */
  readonly title: string | null
}

/** The rules of the configuration only tell what they would do. */
export interface Observing {
  readonly since: EpochMs
  /** Somebody chose to watch until then, and is asked again; `null` = nobody said for how long. */
  readonly until: EpochMs | null
  /** It was not set up yet: what they may do is its last step. */
  readonly isOpen: boolean
}

/** How careful somebody chose to be when they set the program up. */
export const cautions = ['ask', 'act'] as const
export type Caution = (typeof cautions)[number]

export interface ConfirmedCaution {
  readonly caution: Caution
  /** `null` = someone without an account. */
  readonly by: UserId | null
}

export interface MoveInView {
  /** Of the older program; `null` = there is none. */
  readonly folder: string | null
  /** The configuration was written by the older program. */
  readonly isInherited: boolean
  readonly databases: readonly MovedDatabase[]
  /** What could not be taken over; it is tried again at the next start. */
  readonly faults: readonly {readonly path: string; readonly message: string}[]
  readonly differences: readonly Difference[]
  /** `null` = they do what they say. */
  readonly observing: Observing | null
}

export interface MoveIn {
  view(): MoveInView
  /** Items that somebody had asked for, or that have a temporary quality profile. @throws {StorageFault} */
  items(): Promise<readonly InheritedItem[]>
  /** The last step of setting up; `null` = nobody chose. */
  readonly confirmed: ConfirmedCaution | null
  /**
   * From now on the rules of the configuration do what they say. Does nothing when they do.
   * @param caution `null` = nobody chose one: those of Arrs that are added on the pages ask first, all others act
   * @throws {StorageFault}
   */
  confirm(by: Actor, caution: Caution | null): Promise<void>
  /** They only tell from now on, also when they act. @param isForADay then somebody is asked. @throws {StorageFault} */
  watch(by: Actor, isForADay: boolean): Promise<void>
  /** Somebody set the program up who does not say later what they may do: they act. Where that cannot be written they go on telling. */
  endSetUp(): Promise<void>
}
