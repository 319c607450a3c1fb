/** A profile as it is typed, from what is kept and back; and which field a refusal is about. */
import type {TrackerProfile} from '../../api/tracker-names.ts'
import type {ProfileDraft} from '../../api/trackers.ts'
import type {Problem} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'

export const timeUnits = {minutes: 60, hours: 3_600, days: 86_400} as const
export type TimeUnit = keyof typeof timeUnits

/** A span as it is typed. `null` = nothing stands there. */
export interface TypedTime {
  readonly value: number | null
  readonly unit: TimeUnit
}

export interface TypedProfile {
  readonly name: string
  readonly colour: string | null
  /** One per line. */
  readonly hosts: string
  /** None = all. */
  readonly servers: readonly string[]
  readonly need: 'none' | 'either' | 'both'
  readonly ratio: number | null
  readonly time: TypedTime
  readonly grace: TypedTime
  /** Percent. */
  readonly from: number | null
  readonly partial: number | null
  readonly maxRatio: number | null
  readonly maxTime: TypedTime
  readonly maxEta: TypedTime
  /** KiB/s, as the fields of a torrent. */
  readonly down: number | null
  readonly up: number | null
  readonly priority: number | null
  readonly superSeed: boolean
  readonly tags: readonly string[]
  readonly unregistered: string
  readonly ignored: string
}

const KIB = 1024
const unset: TypedTime = {value: null, unit: 'days'}

export const emptyProfile: TypedProfile = {
  name: '',
  colour: null,
  hosts: '',
  servers: [],
  need: 'either',
  ratio: 1,
  time: {value: 3, unit: 'days'},
  grace: {value: 0, unit: 'hours'},
  from: 10,
  partial: 1,
  maxRatio: null,
  maxTime: unset,
  maxEta: {value: null, unit: 'hours'},
  down: null,
  up: null,
  priority: null,
  superSeed: false,
  tags: [],
  unregistered: '',
  ignored: '',
}

export function typedFrom(profile: TrackerProfile): TypedProfile {
  const {obligation, limits, phrases} = profile
  return {
    name: profile.name,
    colour: profile.colour,
    hosts: profile.hosts.join('\n'),
    servers: profile.servers ?? [],
    need: obligation?.need ?? 'none',
    ratio: obligation?.ratio ?? emptyProfile.ratio,
    time: typedTime(obligation?.time, emptyProfile.time),
    grace: typedTime(obligation?.grace, emptyProfile.grace),
    from: obligation ? Math.round(obligation.from_progress * 1_000) / 10 : emptyProfile.from,
    partial: obligation?.partial_ratio ?? emptyProfile.partial,
    maxRatio: limits.max_ratio,
    maxTime: typedTime(limits.max_seeding_time, unset),
    maxEta: typedTime(limits.max_eta, emptyProfile.maxEta),
    down: limits.down_rate && limits.down_rate / KIB,
    up: limits.up_rate && limits.up_rate / KIB,
    priority: limits.priority,
    superSeed: limits.super_seed,
    tags: limits.tags,
    unregistered: phrases.unregistered.join('\n'),
    ignored: phrases.ignored.join('\n'),
  }
}

/** In the largest unit in which it is a whole number. */
function typedTime(seconds: number | null | undefined, otherwise: TypedTime): TypedTime {
  if (seconds === null || seconds === undefined) return otherwise
  const units = ['days', 'hours', 'minutes'] as const
  const unit = units.find((it) => seconds % timeUnits[it] === 0) ?? 'minutes'
  return {value: seconds / timeUnits[unit], unit: seconds === 0 ? otherwise.unit : unit}
}

export function draftFrom(typed: TypedProfile): ProfileDraft {
  return {
    name: typed.name,
    colour: typed.colour,
    hosts: linesIn(typed.hosts),
    servers: typed.servers.length === 0 ? null : [...typed.servers],
    obligation:
      typed.need === 'none'
        ? null
        : {
            need: typed.need,
            ratio: typed.ratio ?? 0,
            time: secondsOf(typed.time) ?? 0,
            grace: secondsOf(typed.grace) ?? 0,
            from_progress: (typed.from ?? 0) / 100,
            partial_ratio: typed.partial ?? 1,
          },
    limits: {
      max_ratio: typed.maxRatio,
      max_seeding_time: secondsOf(typed.maxTime),
      max_eta: secondsOf(typed.maxEta),
      down_rate: typed.down && Math.round(typed.down * KIB),
      up_rate: typed.up && Math.round(typed.up * KIB),
      priority: typed.priority,
      super_seed: typed.superSeed,
      tags: [...typed.tags],
    },
    phrases: {unregistered: linesIn(typed.unregistered), ignored: linesIn(typed.ignored)},
  }
}

/**
 * Hosts as they stand in the field once something was typed, pasted or dropped: an announce URL holds a passkey, which is not
 * shown. While somebody types one letter after the other the address is not whole.
 */
export function hostsTyped(typed: string, before: string): string {
  return typed.length - before.length > 1 ? hostsAlone(typed) : typed
}

/** Of each line that is an address its host. */
export function hostsAlone(typed: string): string {
  return typed
    .split('\n')
    .map((line) => (/[/@?#]/.test(line) ? hostIn(line) : line))
    .join('\n')
}

function hostIn(line: string): string {
  const rest = line.trim().replace(/^[a-z][a-z\d+.-]*:\/*/i, '')
  const address = rest.replace(/[/?#\s].*$/, '').replace(/^.*@/, '')
  return address.replace(/:\d*$/, '')
}

function secondsOf({value, unit}: TypedTime): number | null {
  return value === null ? null : Math.round(value * timeUnits[unit])
}

function linesIn(typed: string): string[] {
  return typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/**
 * What a refusal says of a field; '' = nothing. Of a list each line by its number.
 * @param field as the API calls it
 */
export function errorAt(problem: Problem | null, field: string): string {
  const own = (problem?.fields ?? []).filter((it) => it.field === field || it.field.startsWith(`${field}.`))
  return own
    .map(({field: at, found, accepted}) => {
      const words = acceptedAt(at) ?? (typeof accepted === 'string' ? accepted : accepted.join(', '))
      const says =
        found === undefined || acceptedAt(at) !== null
          ? text('tracker-form.accepted', {accepted: words})
          : text('tracker-form.found', {
              found: typeof found === 'string' ? found : JSON.stringify(found),
              accepted: words,
            })
      const line = at === field ? null : Number(at.slice(field.length + 1))
      return line === null || Number.isNaN(line) ? says : text('tracker-form.line', {line: line + 1, says})
    })
    .join(' ')
}

/** Spans are typed in units of their own, and refused in seconds. */
function acceptedAt(field: string): string | null {
  if (field === 'obligation.grace') return text('tracker-form.span', {days: 365})
  const isSpan = ['obligation.time', 'limits.max_seeding_time', 'limits.max_eta'].includes(field)
  return isSpan ? text('tracker-form.span', {days: 36_500}) : null
}

/** Fields of the form that may be refused; a refusal of anything else is said below all of them. */
export const formFields = [
  'name',
  'colour',
  'hosts',
  'servers',
  'obligation.ratio',
  'obligation.time',
  'obligation.grace',
  'obligation.from_progress',
  'obligation.partial_ratio',
  'limits.max_ratio',
  'limits.max_seeding_time',
  'limits.max_eta',
  'limits.down_rate',
  'limits.up_rate',
  'limits.priority',
  'limits.tags',
  'phrases.unregistered',
  'phrases.ignored',
] as const
export type FormField = (typeof formFields)[number]
