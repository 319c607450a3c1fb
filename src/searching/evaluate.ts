/**
 * Whether a movie, episode, album or book is to be searched, why, and why not now. Pure: what is known is handed in, and
 * what is not known holds it back.
 *
 *   item, profile ─▶ reasons (strongest first) ─▶ what holds the item ─▶ what holds the unit it is searched in
 *
 * We look ourselves at what is monitored, out and delayed: asked by its API, an Arr looks at none of them. Source: Sonarr
 * and Radarr.
 */
import {searchReasons, type SearchHold, type SearchReason, type Waiting} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'

/** What searches are wanted of an Arr (`EntrySearch`). */
export interface SearchChoice {
  readonly missing: boolean
  readonly specials: boolean
  readonly unmonitored: boolean
  /** What was on air within a day comes first. */
  readonly today: boolean
  readonly minimum: boolean
  readonly cutoff: boolean
  readonly score: boolean
  readonly upgrade: boolean
  /** Each once, until something about it changes. */
  readonly onlyOnce: boolean
  /** So long after its release the feeds of the Arr come first. */
  readonly graceMs: number
}

/** What an item is, as its Arr has it. */
export interface ItemFacts {
  readonly kind: 'movie' | 'episode' | 'album' | 'book'
  /** It, its season, and its series, artist or author. */
  readonly monitored: boolean
  /** `null` of what has no seasons. */
  readonly seasonNumber: number | null
  /** From when on it can be had; `null` = not known, or never. */
  readonly availableAt: EpochMs | null
  /** Of movies: the Arr looks for none without one. `null` of others. */
  readonly year: number | null
  readonly hasFile: boolean
  /** The quality of its file; `null` = not known. */
  readonly belowCutoff: boolean | null
  /** Of its file; `null` = not read. */
  readonly score: number | null
}

/** What its quality profile and its tags say. */
export interface ProfileFacts {
  readonly upgradeAllowed: boolean
  readonly minScore: number
  readonly cutoffScore: number
  /** Torrents wait so long for something better (delay profile), ms. */
  readonly delayMs: number
  /** Those with automatic search that are there for its tags, by their number in the Arr. */
  readonly indexers: readonly number[]
  /** A tag that says that it is not searched. */
  readonly isSkipped: boolean
}

/** What else holds an item, in whichever unit it is searched. */
export interface ItemHolds {
  /** The Arr has a row of it in its queue, or holds a release back. */
  readonly isQueued: boolean
  /** A person holds it back. */
  readonly isHeld: boolean
  /** Releases of it were given up again and again: it waits until then; `null` = they were not. */
  readonly loopUntil: EpochMs | null
  /** Its container has another profile for the time being. */
  readonly hasTemporaryProfile: boolean
}

/** What happened so far to the unit in which it is searched. */
export interface UnitHolds {
  /** A search of it is claimed, queued or running. */
  readonly isSearching: boolean
  /** It rests until then; `null` = it does not. */
  readonly restsUntil: EpochMs | null
  /** It was searched since something about it changed. */
  readonly wasSearched: boolean
  /** Searched through another Arr, with the same indexers, it waits until then; `null` = it was not. */
  readonly elsewhereUntil: EpochMs | null
}

export type Reasons = readonly [SearchReason, ...SearchReason[]]

export interface Evaluated {
  /** All that hold, the strongest first. */
  readonly reasons: Reasons
  /** `null` = nothing about the item holds it. */
  readonly hold: Waiting<SearchHold> | null
}

const TODAY_MS = DAY * 1_000
/** What a person wants, and what failed, waits for nothing. */
const atOnce: ReadonlySet<SearchReason> = new Set<SearchReason>(['person', 'failure'])
/** The figures of a temporary profile are those of another one. */
export const ofProfile: ReadonlySet<SearchReason> = new Set<SearchReason>([
  'minimum',
  'cutoff',
  'score',
  'upgrade',
])

/** @param wishes why it is searched apart from what the library says. @returns `null` = nothing asks for it */
export function evaluate(
  item: ItemFacts,
  profile: ProfileFacts | null,
  about: {
    readonly holds: ItemHolds
    readonly wishes: readonly SearchReason[]
    readonly choice: SearchChoice
    readonly now: EpochMs
  },
): Evaluated | null {
  const {holds, wishes, choice, now} = about
  const ofLibrary = reasonsOf(item, profile, choice, now)
  const all =
    wishes.length === 0
      ? ofLibrary
      : searchReasons.filter((it) => wishes.includes(it) || ofLibrary.includes(it))
  if (!isSome(all)) return null
  return {reasons: all, hold: holdOfItem({item, profile, holds, choice, reasons: all, now})}
}

/** Why the unit is not searched now, though something of it is wanted. */
export function holdOfUnit(
  reasons: Reasons,
  unit: UnitHolds,
  choice: SearchChoice,
  now: EpochMs,
): Waiting<SearchHold> | null {
  if (unit.isSearching) return {code: 'running', until: null}
  if (isUrgent(reasons)) return null
  if (isAhead(unit.restsUntil, now)) return {code: 'resting', until: unit.restsUntil}
  if (choice.onlyOnce && unit.wasSearched) return {code: 'searched_enough', until: null}
  if (isAhead(unit.elsewhereUntil, now)) return {code: 'elsewhere', until: unit.elsewhereUntil}
  return null
}

function isSome<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0
}

function isUrgent(reasons: Reasons): boolean {
  return atOnce.has(reasons[0])
}

function isAhead(until: EpochMs | null, now: EpochMs): until is EpochMs {
  return until !== null && until > now
}

function reasonsOf(
  item: ItemFacts,
  profile: ProfileFacts | null,
  choice: SearchChoice,
  now: EpochMs,
): readonly SearchReason[] {
  if (!item.monitored && !choice.unmonitored) return []
  if (item.seasonNumber === 0 && !choice.specials) return []
  return item.hasFile ? upgradesOf(item, profile, choice) : missingOf(item, choice, now)
}

const ofToday: readonly SearchReason[] = ['today', 'missing']
const ofMissing: readonly SearchReason[] = ['missing']

function missingOf(
  {kind, availableAt}: ItemFacts,
  choice: SearchChoice,
  now: EpochMs,
): readonly SearchReason[] {
  if (!choice.missing) return []
  const isToday = availableAt !== null && availableAt <= now && now - availableAt < TODAY_MS
  return choice.today && kind === 'episode' && isToday ? ofToday : ofMissing
}

/** Where its score or profile is not known, only that something better may be taken. */
function upgradesOf(
  {belowCutoff, score}: ItemFacts,
  profile: ProfileFacts | null,
  choice: SearchChoice,
): SearchReason[] {
  const isBelow = (least: number | undefined) => score !== null && least !== undefined && score < least
  const reasons: SearchReason[] = []
  if (choice.minimum && isBelow(profile?.minScore)) reasons.push('minimum')
  if (choice.cutoff && belowCutoff === true) reasons.push('cutoff')
  if (choice.score && isBelow(profile?.cutoffScore)) reasons.push('score')
  if (choice.upgrade) reasons.push('upgrade')
  return reasons
}

interface Gated {
  readonly item: ItemFacts
  readonly profile: ProfileFacts | null
  readonly holds: ItemHolds
  readonly choice: SearchChoice
  readonly reasons: Reasons
  readonly now: EpochMs
}

/** `false` = it is open; else until when it is closed, `null` = until something changes. What is not known closes it. */
type GateState = EpochMs | null | false

const closedIf = (is: boolean): GateState => (is ? null : false)

/** In the order in which they are named; the first that is closed holds the item. */
const gates: readonly (readonly [SearchHold, (it: Gated) => GateState])[] = [
  ['unmonitored', ({item, choice}) => closedIf(!item.monitored && !choice.unmonitored)],
  [
    'unreleased',
    ({item, now}) => {
      if (item.availableAt === null || (item.kind === 'movie' && !(item.year ?? 0))) return null
      return isAhead(item.availableAt, now) && item.availableAt
    },
  ],
  ['unknown', ({profile}) => closedIf(profile === null)],
  [
    'grace',
    ({item, profile, choice, reasons, now}) => {
      if (isUrgent(reasons)) return false
      const readyAt = (item.availableAt ?? 0) + Math.max(profile?.delayMs ?? 0, choice.graceMs)
      return isAhead(readyAt, now) && readyAt
    },
  ],
  ['in_queue', ({holds}) => closedIf(holds.isQueued)],
  ['held', ({holds, reasons}) => closedIf(reasons[0] !== 'person' && holds.isHeld)],
  [
    'loop',
    ({holds, reasons, now}) => reasons[0] !== 'person' && isAhead(holds.loopUntil, now) && holds.loopUntil,
  ],
  ['skip_tag', ({profile, reasons}) => closedIf(reasons[0] !== 'person' && profile?.isSkipped === true)],
  [
    'no_upgrade',
    ({item, profile}) => closedIf(item.hasFile && (profile === null || takesNothingBetter(item, profile))),
  ],
  ['no_indexer', ({profile}) => closedIf((profile?.indexers ?? []).length === 0)],
  [
    'temporary_profile',
    ({holds, reasons}) =>
      closedIf(holds.hasTemporaryProfile && reasons.every((reason) => ofProfile.has(reason))),
  ],
]

export interface Gate {
  readonly code: SearchHold
  readonly isOpen: boolean
  /** `null` = it is open, or closed until something changes. */
  readonly until: EpochMs | null
}

/** All that an item has to pass, in their order, whether or not anything asks for it. */
export function gatesOf(
  item: ItemFacts,
  profile: ProfileFacts | null,
  about: {
    readonly holds: ItemHolds
    readonly choice: SearchChoice
    readonly reasons: Reasons
    readonly now: EpochMs
  },
): readonly Gate[] {
  return gates.map(([code, stateOf]) => {
    const state = stateOf({item, profile, ...about})
    return {code, isOpen: state === false, until: state === false ? null : state}
  })
}

function holdOfItem(it: Gated): Waiting<SearchHold> | null {
  for (const [code, stateOf] of gates) {
    const state = stateOf(it)
    if (state !== false) return {code, until: state}
  }
  return null
}

/** The Arr would reject all that is found. Source: `UpgradableSpecification` and `UpgradeAllowedSpecification` of Radarr */
function takesNothingBetter({belowCutoff, score}: ItemFacts, profile: ProfileFacts): boolean {
  if (!profile.upgradeAllowed) return true
  return belowCutoff === false && score !== null && score >= profile.cutoffScore
}
