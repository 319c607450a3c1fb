/**
 * A temporary quality profile: a movie, series, artist or author has another one for as long as it misses something.
 *
 *   intended ─▶ switched ─▶ restoring ─▶ restored
 *       │          │  └─▶ kept (an import came, and it is to stay)
 *       │          └─▶ superseded (somebody gave it another one) · gone (it left its Arr)
 *       └─▶ deleted (it never had it)         restoring ─▶ needs_you (its own profile is gone)
 */
import type {EpochMs} from './units.ts'

export const containerKinds = ['movie', 'series', 'artist', 'author'] as const
/** What has a quality profile in an Arr. */
export type ContainerKind = (typeof containerKinds)[number]

export const profileSwitchStates = [
  'intended',
  'switched',
  'restoring',
  'restored',
  'kept',
  'superseded',
  'gone',
  'needs_you',
] as const
type ProfileSwitchState = (typeof profileSwitchStates)[number]

/**
 * Why the own profile comes back. imported: nothing is missing any more. timeout: it took too long. unmonitored: its Arr
 * does not look for it any more. off: temporary profiles are off. unmapped: no mapping leads there any more. reset: all are
 * put back at a start. person: a user wants it. removed: its Arr is removed here.
 */
export const restoreReasons = [
  'imported',
  'timeout',
  'unmonitored',
  'off',
  'unmapped',
  'reset',
  'person',
  'removed',
] as const
export type RestoreReason = (typeof restoreReasons)[number]

export interface ProfileSwitch {
  readonly id: string
  readonly arrId: string
  readonly kind: ContainerKind
  /** The number that its Arr gave it. */
  readonly containerId: number
  /** What it is, also in another database of its Arr. */
  readonly foreignId: string
  readonly title: string
  /** Its own profile, which comes back; of a chain the first. */
  readonly originalId: number
  readonly originalName: string
  /** What it had before this step: of the first step of a chain its own. */
  readonly fromId: number
  readonly fromName: string
  readonly temporaryId: number
  readonly temporaryName: string
  readonly state: ProfileSwitchState
  /** Since when it has this state. */
  readonly since: EpochMs
  /** When it was first given another profile. */
  readonly begunAt: EpochMs
  /** Why its own comes back; `null` = it does not (yet). */
  readonly reason: RestoreReason | null
  /** Times in a row that its Arr did not do it. */
  readonly tries: number
  /** The profile that it was seen with instead; `null` = none. */
  readonly seenId: number | null
}

/** A movie, series, artist or author as its Arr has it this moment. */
export interface SeenContainer {
  /** '' = its Arr does not say. */
  readonly foreignId: string
  readonly title: string
  readonly profileId: number | null
  readonly monitored: boolean
  /** Files that are wanted and not there; `null` = not known. */
  readonly missing: number | null
}

/** What is to be done with it, as far as can be said without asking its Arr. */
export interface ShownProfileSwitch extends ProfileSwitch {
  /** Why its own profile would come back now; `null` = it would not. */
  readonly due: RestoreReason | null
  /** Nothing is sent to its Arr now: it is only watched, or all is. */
  readonly isOnlyShown: boolean
}

export interface ProfileSwitchQuery {
  readonly arrs: readonly string[]
  /** open: what has not its own profile. ended: all others. `null` = both. */
  readonly group: 'open' | 'ended' | null
  readonly offset: number
  readonly limit: number
}

export interface ProfileSwitchWindow {
  /** The newest first. */
  readonly items: readonly ShownProfileSwitch[]
  readonly total: number
  readonly arrs: readonly {
    readonly arrId: string
    /** Temporary profiles are on there. */
    readonly isOn: boolean
    /** Nothing is sent there. */
    readonly isOnlyShown: boolean
    /** Nothing is switched there until then, as another program gives own profiles back; `null` = it is. */
    readonly stoppedUntil: EpochMs | null
    /** What is wrong with its mappings, as sentences. */
    readonly problems: readonly string[]
    /** So many items would get a temporary profile as their turns come; `null` = not known. */
    readonly waiting: number | null
  }[]
}

/** Those that qBitrr left behind are taken over once: their rows stay for as long as what it left does. */
export const INHERITED = 'inherited '

/** What it is in whatever database of its Arr; '' = its Arr does not say. */
export function containerForeignId({
  kind,
  tmdbId,
  tvdbId,
  foreignId,
}: {
  readonly kind: string
  readonly tmdbId: number | null
  readonly tvdbId: number | null
  readonly foreignId: string
}): string {
  if (kind === 'movie') return tmdbId === null ? '' : `tmdb ${tmdbId}`
  if (kind === 'series') return tvdbId === null ? '' : `tvdb ${tvdbId}`
  return foreignId === '' ? '' : `${kind} ${foreignId}`
}

/** What is still under way, or may still have to be. */
export function isOpenSwitch({state}: Pick<ProfileSwitch, 'state'>): boolean {
  return state === 'intended' || state === 'switched' || state === 'restoring' || state === 'needs_you'
}
