/** Where each fact about what is wanted comes from: the plan of its Arr, the library, and what is known of its searches. */
import type {ArrKind} from '#model/arr.ts'
import {weekdays, type Fact, type FactName, type FactValue} from '#model/fact.ts'
import {
  wantedKey,
  type SearchHold,
  type SearchState,
  type Waiting,
  type WantedKind,
} from '#model/searching.ts'
import type {EpochMs} from '#model/units.ts'
import type {FactReaders} from '#rules/fact-readers.ts'
import {groupOf} from './explain.ts'
import type {Candidate} from './search-queue.ts'

/** What the library says of one unit; `undefined` = not known, `null` = there is none. */
export interface WantedDetails {
  readonly kind: WantedKind
  readonly title: string
  readonly seasonNumber: number | null
  readonly addedAt: EpochMs | undefined
  /** It, its season, and its series, artist or author. */
  readonly monitored: boolean
  /** Items of it without a file. */
  readonly missing: number
  /** Of its file, as its Arr calls it. */
  readonly quality: string | null | undefined
  /** Custom format score of its file. */
  readonly score: number | null | undefined
  readonly profile: string | undefined
  /** Labels. */
  readonly tags: readonly string[] | undefined
}

export interface WantedSubject {
  readonly arrId: string
  readonly candidate: Candidate
  readonly state: SearchState | undefined
  /** When it was looked at. */
  readonly now: EpochMs
  /** `null` = it is not in the library any more. */
  readonly details: () => WantedDetails | null
}

/** @param made its details are asked for when a rule asks for them, once */
export function wantedSubject(made: WantedSubject): WantedSubject {
  let known: WantedDetails | null | undefined
  return {...made, details: () => (known === undefined ? (known = made.details()) : known)}
}

interface Surroundings {
  /** `undefined` = it is not there (any more). */
  readonly kindOf: (arrId: string) => ArrKind | undefined
  /** The wall clock can be believed. */
  readonly isClockSure: () => boolean
  readonly timeZone: string
}

type Read = (subject: WantedSubject, around: Surroundings) => FactValue | undefined

const reads: Partial<Record<FactName, Read>> = {
  'arr.id': ({arrId}) => arrId,
  'arr.kind': ({arrId}, {kindOf}) => kindOf(arrId),
  'wanted.reason': ({candidate}) => candidate.ownReason ?? undefined,
  'wanted.group': ({candidate}) => groupOf(ownHold(candidate)),
  'wanted.hold': ({candidate}) => ownHold(candidate)?.code ?? null,
  'wanted.empties': ({state}) => state?.empties ?? 0,
  'wanted.outcome': ({state}) => state?.result ?? null,
  'wanted.sinceSearched': ({candidate: {searchedAt}, now}) => since(searchedAt, now),
  'wanted.title': ({details}) => details()?.title,
  'wanted.kind': ({details}) => details()?.kind,
  'wanted.year': ({candidate}) => candidate.year ?? undefined,
  'wanted.season': ({details}) => details()?.seasonNumber,
  'wanted.sinceReleased': ({candidate: {availableAt}, now}) =>
    availableAt === null ? undefined : availableAt > now ? null : since(availableAt, now),
  'wanted.sinceAdded': ({details, now}) => since(details()?.addedAt, now),
  'wanted.monitored': ({details}) => details()?.monitored,
  'wanted.missing': ({details}) => details()?.missing,
  'wanted.quality': ({details}) => details()?.quality,
  'wanted.score': ({details}) => details()?.score,
  'wanted.profile': ({details}) => details()?.profile,
  'wanted.tags': ({details}) => details()?.tags,
  'time.hour': (subject, around) => wallOf(subject, around)?.hour,
  'time.weekday': (subject, around) => weekdays[(wallOf(subject, around)?.dayOfWeek ?? 0) - 1],
  'time.day': (subject, around) => wallOf(subject, around)?.day,
  'time.date': (subject, around) => wallOf(subject, around)?.toPlainDate().toString(),
}

/** Those that are known of what is wanted. */
export const factsOfWanted = Object.keys(reads) as readonly FactName[]

export function wantedFacts(around: Surroundings): FactReaders<WantedSubject> {
  const read = (name: FactName, subject: WantedSubject) => reads[name]?.(subject, around)
  return {
    reader: (name) => (subject) => read(name, subject),
    fact(name, _window, subject): Fact {
      const value = read(name, subject)
      const source = name.startsWith('time.') ? 'Commodarr' : subject.arrId
      if (value !== undefined) return {value, observedAt: subject.now, source}
      return {unknown: 'missing', since: null, source}
    },
    name: ({arrId, candidate: {unit}, details}) => ({
      kind: 'wanted',
      key: wantedKey(arrId, unit, details()?.title ?? unit),
      serverId: null,
    }),
  }
}

/** Rules judge it as it is without them: else one that holds what is ready would end at once. */
function ownHold({hold}: Candidate): Waiting<SearchHold> | null {
  return hold?.code === 'held_by_rule' ? null : hold
}

/** In seconds; a moment that lies ahead is a wrong clock. */
function since(at: EpochMs | null | undefined, now: EpochMs): number | null | undefined {
  return typeof at === 'number' ? Math.max(0, now - at) / 1_000 : at
}

function wallOf({now}: WantedSubject, around: Surroundings): Temporal.ZonedDateTime | undefined {
  if (!around.isClockSure()) return undefined
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(around.timeZone)
}
