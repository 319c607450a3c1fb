/**
 * Temporary quality profiles: what the section of an Arr says of them, and what is to be done with a row given what was
 * read. Pure.
 *
 *   section ─▶ choice ─ profiles of the Arr ─▶ links: which profile follows which
 *   row, library ─▶ due: why its own comes back          row, what its Arr says now ─▶ lookedAt: what became of it
 */
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {
  isOpenSwitch,
  type ProfileSwitch,
  type RestoreReason,
  type SeenContainer,
} from '#model/profile-switches.ts'
import type {SearchHold, SearchReason, SearchState, Waiting} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'

export interface NamedProfile {
  readonly id: number
  readonly name: string
}

export interface ProfileChoice {
  /** What misses something gets a temporary profile. */
  readonly isOn: boolean
  /** An import does not bring its own back. */
  readonly keeps: boolean
  /** At a start all come back. */
  readonly resets: boolean
  /** By name: which profile follows which. */
  readonly mappings: Readonly<Record<string, string>>
  /** After so long its own comes back, ms; `null` = never. */
  readonly timeoutMs: number | null
  /** Tries beside the first. */
  readonly retries: number
  /** What is missing is searched; else each link of a chain has a day. */
  readonly isSearched: boolean
  /** What is not monitored is wanted, too. */
  readonly isUnmonitoredWanted: boolean
}

export function profileChoice({EntrySearch: keys}: Pick<ArrConfig, 'EntrySearch'>): ProfileChoice {
  return {
    isOn: keys.UseTempForMissing,
    keeps: keys.KeepTempProfile,
    resets: keys.ForceResetTempProfiles,
    mappings: keys.QualityProfileMappings,
    timeoutMs: keys.TempProfileResetTimeoutMinutes === 0 ? null : keys.TempProfileResetTimeoutMinutes * 1_000,
    retries: keys.ProfileSwitchRetryAttempts,
    isSearched: keys.SearchMissing,
    isUnmonitoredWanted: keys.Unmonitored,
  }
}

export interface ProfileLinks {
  /** By the id of a profile: which one follows. */
  readonly next: ReadonlyMap<number, NamedProfile>
  /** Sentences for people about mappings that are off, each with what is wrong. */
  readonly problems: readonly string[]
}

/** A mapping whose names are unknown or ambiguous, or that leads back to where it began, is off; others go on. */
export function profileLinks(
  mappings: ProfileChoice['mappings'],
  profiles: readonly NamedProfile[],
): ProfileLinks {
  const next = new Map<number, NamedProfile>()
  const problems: string[] = []
  for (const [main, temporary] of Object.entries(mappings)) {
    const found = [main, temporary].map((name) => profiles.filter((one) => one.name === name))
    const wrong = [main, temporary].find((_, at) => found[at]!.length !== 1)
    if (isInCircle(main, mappings)) problems.push(`"${main}" leads back to itself`)
    else if (wrong !== undefined) {
      const is = profiles.some(({name}) => name === wrong)
        ? 'is the name of several profiles'
        : 'is no profile'
      problems.push(`"${wrong}" ${is}`)
    } else next.set(found[0]![0]!.id, found[1]![0]!)
  }
  return {next, problems: [...new Set(problems)]}
}

function isInCircle(main: string, mappings: ProfileChoice['mappings']): boolean {
  const seen = new Set([main])
  for (let at = mappings[main]; at !== undefined; at = mappings[at]) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  return false
}

/** Its own profile still leads to the one that it has, by their numbers or as they are called. */
export function isMapped(
  row: Pick<ProfileSwitch, 'originalId' | 'originalName' | 'temporaryId' | 'temporaryName'>,
  mappings: ProfileChoice['mappings'],
  {next}: ProfileLinks,
): boolean {
  for (let at = next.get(row.originalId); at !== undefined; at = next.get(at.id))
    if (at.id === row.temporaryId) return true
  const seen = new Set<string>()
  for (let at = mappings[row.originalName]; at !== undefined && !seen.has(at); at = mappings[at]) {
    if (at === row.temporaryName) return true
    seen.add(at)
  }
  return false
}

/** First profiles of the chains that lead to it. */
export function mainsOf(profileId: number, {next}: ProfileLinks): readonly number[] {
  const before = [...next].flatMap(([main, {id}]) => (id === profileId ? [main] : []))
  return before.flatMap((main) => {
    const further = mainsOf(main, {next, problems: []})
    return further.length === 0 ? [main] : further
  })
}

/** What is left alone since it was given another profile, or was given back too early. */
const LEFT_ALONE_MS = 7 * DAY * 1_000
const DAY_MS = DAY * 1_000
/** Flipped back by others so often within a day, nothing is switched any more in that Arr. */
const MOST_FLIPS = 2
const leavesAlone: ReadonlySet<RestoreReason | null> = new Set<RestoreReason | null>([
  'timeout',
  'person',
  'removed',
])

/** @param last of this item @param profileId that it has now */
export function mayBegin(last: ProfileSwitch | undefined, profileId: number, now: EpochMs): boolean {
  if (last === undefined) return true
  if (isOpenSwitch(last) || (last.state === 'kept' && last.temporaryId === profileId)) return false
  const isLate = last.state === 'superseded' || (last.state === 'restored' && leavesAlone.has(last.reason))
  return !isLate || now - last.since >= LEFT_ALONE_MS || now < last.since
}

/**
 * Until when nothing is switched in an Arr, as something else gave items their own profiles back twice within a day.
 * @param rows of one Arr @returns `null` = it may be
 */
export function stoppedUntil(rows: readonly ProfileSwitch[], now: EpochMs): EpochMs | null {
  const flips = rows
    .filter(({state, seenId, originalId}) => state === 'superseded' && seenId === originalId)
    .map(({since}) => since)
    .sort((a, b) => a - b)
  for (let at = flips.length - 1; at >= MOST_FLIPS - 1; at--) {
    const [first, last] = [flips[at - MOST_FLIPS + 1]!, flips[at]!]
    if (last - first < DAY_MS && now - last < LEFT_ALONE_MS) return last + LEFT_ALONE_MS
  }
  return null
}

/** What the library of its Arr says of it. */
export interface KnownContainer {
  readonly id: number
  readonly foreignId: string
  readonly title: string
  readonly profileId: number | null
  readonly monitored: boolean
  /** All that there should be by now is there. */
  readonly isComplete: boolean
  readonly readAt: EpochMs
}

/** @returns `keep` = it has what it missed, and its profile is to stay; `null` = nothing is to be done (yet) */
export function dueOf(
  row: ProfileSwitch,
  known: Pick<KnownContainer, 'monitored' | 'isComplete'> | null,
  choice: ProfileChoice,
  about: {readonly links: ProfileLinks; readonly now: EpochMs},
): RestoreReason | 'keep' | null {
  const {links, now} = about
  if (row.state === 'restoring') return row.reason
  const isLate = choice.timeoutMs !== null && now - row.begunAt >= choice.timeoutMs
  if (row.state === 'kept') return isLate ? 'timeout' : null
  if (row.state !== 'switched') return null
  if (known?.isComplete) return choice.keeps ? 'keep' : 'imported'
  if (!choice.isOn) return 'off'
  if (!isMapped(row, choice.mappings, links)) return 'unmapped'
  if (known?.monitored === false && !choice.isUnmonitoredWanted) return 'unmonitored'
  return isLate ? 'timeout' : null
}

/** Whether its Arr, asked now, says the same. */
export function isStillDue(due: RestoreReason | 'keep', seen: SeenContainer): boolean {
  if (due === 'imported' || due === 'keep') return seen.missing === 0
  return due !== 'unmonitored' || !seen.monitored
}

/** renumbered: in another database of its Arr the number means something else. */
type Standing = 'temporary' | 'from' | 'original' | 'other' | 'gone' | 'renumbered'

export function standingOf(row: ProfileSwitch, seen: SeenContainer | null): Standing {
  if (seen === null) return 'gone'
  if (seen.foreignId !== row.foreignId) return 'renumbered'
  if (seen.profileId === row.temporaryId) return 'temporary'
  if (seen.profileId === row.fromId) return 'from'
  return seen.profileId === row.originalId ? 'original' : 'other'
}

/**
 * What became of a row that its Arr was asked about: of a step that was begun whether it was made, of all others whether
 * somebody did something else meanwhile.
 * @returns `remove` = it never had another profile
 */
export function lookedAt(
  row: ProfileSwitch,
  seen: SeenContainer | null,
  now: EpochMs,
): ProfileSwitch | 'remove' {
  const is = standingOf(row, seen)
  const become = (more: Partial<ProfileSwitch>): ProfileSwitch => ({...row, since: now, tries: 0, ...more})
  const seenId = seen?.profileId ?? null
  if (is === 'gone' || is === 'renumbered') return become({state: 'gone'})
  if (is === 'temporary') return row.state === 'intended' ? become({state: 'switched'}) : row
  if (row.state === 'intended' && is === 'from') {
    if (row.fromId === row.originalId) return 'remove'
    // A link of a chain that was not made: it has the one before.
    return become({state: 'switched', temporaryId: row.fromId, temporaryName: row.fromName})
  }
  // The same, where its own was to come back meanwhile.
  if (row.state === 'restoring' && is === 'from' && row.fromId !== row.originalId)
    return {...row, temporaryId: row.fromId, temporaryName: row.fromName}
  // Of what waited for its own profile it does not matter who gave it back.
  if (row.state !== 'intended' && row.state !== 'switched' && seenId === row.originalId)
    return become({state: 'restored', seenId})
  return become({state: 'superseded', seenId})
}

/**
 * Which profile is its own now: the same number, unless that has another name and another one has its name.
 * @returns `null` = there is none any more
 */
export function ownProfile(
  {originalId, originalName}: Pick<ProfileSwitch, 'originalId' | 'originalName'>,
  profiles: readonly NamedProfile[],
): NamedProfile | null {
  const same = profiles.find(({id}) => id === originalId)
  const named = profiles.filter(({name}) => name === originalName)
  if (same && (same.name === originalName || named.length !== 1)) return same
  return named.length === 1 ? named[0]! : null
}

/** A unit of it that is wanted because it is missing. */
export interface MissingUnit {
  readonly reason: SearchReason
  readonly hold: Waiting<SearchHold> | null
  readonly state: SearchState | undefined
}

const notWanted: ReadonlySet<SearchHold> = new Set<SearchHold>([
  'unmonitored',
  'unreleased',
  'grace',
  'no_indexer',
  'skip_tag',
  'held',
  'unknown',
])

/** Whether the next link of a chain is due: each wanted unit was searched in vain since it has this profile. */
export function isStepDue(
  row: ProfileSwitch,
  units: readonly MissingUnit[],
  {isSearched}: Pick<ProfileChoice, 'isSearched'>,
  now: EpochMs,
): boolean {
  if (row.state !== 'switched') return false
  if (!isSearched) return now - row.since >= DAY_MS
  const wanted = units.filter(({hold}) => hold === null || !notWanted.has(hold.code))
  return (
    wanted.length > 0 &&
    wanted.every(
      ({state}) => state?.result === 'empty' && state.searchedAt !== null && state.searchedAt >= row.since,
    )
  )
}
