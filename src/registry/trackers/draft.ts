/** What a person says of a tracker, and what is wrong with it: each fault with its field. */
import {trackerHost} from '#config/tracker-host.ts'
import {looksLikeHost} from '#lib/looks-like-host.ts'
import {CommodarrError} from '#model/errors.ts'
import type {
  TrackerLimits,
  TrackerObligation,
  TrackerPhrases,
  TrackerProfile,
  TrackerProfileContent,
} from '#model/tracker-profile.ts'
import {DAY} from '#model/units.ts'
import {isHostOf, isSharedSuffix, standsForDomain} from '#rules/tracker-domain.ts'
import type {DraftFault} from '../owned/draft.ts'

/** Whole, or of an edit: what is left out stays. */
export type TrackerProfilePatch = Partial<TrackerProfileContent>

/** Also the answer about a profile that is out of sight. */
export class TrackerProfileUnknown extends CommodarrError {
  constructor(id: string) {
    super('tracker_profile_unknown', 'There is no tracker profile with this id.', {id})
  }
}

export const profileLimits = {
  name: 100,
  hosts: 50,
  host: 2_000,
  servers: 200,
  phrases: 30,
  phrase: {min: 3, max: 200},
  tags: 20,
  tag: 50,
  ratio: {min: 0, max: 10_000},
  seconds: {min: 0, max: 36_500 * DAY},
  grace: {min: 0, max: 365 * DAY},
  rate: {min: 1, max: 1e12},
  priority: {min: -1_000_000, max: 1_000_000},
} as const

const colourShape = /^#[0-9a-f]{6}$/

/** Addresses become their hosts: with them goes whatever lets people in. */
export function cleanProfile(content: TrackerProfileContent): TrackerProfileContent {
  const {name, hosts, servers, limits, phrases} = content
  const lines = (all: readonly string[]) => [...new Set(all.map((it) => it.trim()))]
  return {
    ...content,
    name: name.trim(),
    hosts: [...new Set(hosts.map((it) => trackerHost(it) || domainIn(it) || it.trim()))],
    servers: servers && [...new Set(servers)],
    limits: {...limits, tags: lines(limits.tags)},
    phrases: {unregistered: lines(phrases.unregistered), ignored: lines(phrases.ignored)},
  }
}

/** `*.example.org` is how people write the domain that stands for all hosts in it; '' = it is none. */
function domainIn(written: string): string {
  const host = trackerHost(/^\*?\.(.+)$/.exec(written.trim())?.[1] ?? '')
  return standsForDomain(host) ? host : ''
}

/**
 * @param content as `cleanProfile` returns it
 * @param others the other profiles of its owner
 */
export function profileFaults(
  content: TrackerProfileContent,
  others: readonly TrackerProfile[],
): readonly DraftFault[] {
  const {name, colour, obligation, limits, phrases} = content
  const faults: DraftFault[] = []
  if (!isLine(name, profileLimits.name)) faults.push({field: 'name', accepted: lineUpTo(profileLimits.name)})
  else if (others.some((it) => it.name.toLowerCase() === name.toLowerCase())) {
    faults.push({field: 'name', found: name, accepted: 'a name that no other profile of yours has'})
  } else if (isOtherHost(name.toLowerCase(), content.hosts)) {
    faults.push({
      field: 'name',
      found: name,
      accepted: 'a name that is no host, or one of its own hosts or domains',
    })
  }
  if (colour !== null && !colourShape.test(colour)) {
    faults.push({field: 'colour', found: colour.slice(0, 20), accepted: '#rrggbb'})
  }
  return [
    ...faults,
    ...hostFaults(content, others),
    ...(obligation === null ? [] : obligationFaults(obligation)),
    ...limitFaults(limits),
    ...phraseFaults(phrases),
  ]
}

/** Searches and rules take what is written as a host for that host. */
function isOtherHost(name: string, own: readonly string[]): boolean {
  return looksLikeHost(name) && !own.some((host) => isHostOf(name, host))
}

function hostFaults(
  {hosts, servers}: TrackerProfileContent,
  others: readonly TrackerProfile[],
): readonly DraftFault[] {
  const accepted = 'the host of a tracker, like tracker.example.org, or its domain'
  if (hosts.length === 0) return [{field: 'hosts', accepted: 'at least one host'}]
  if (hosts.length > profileLimits.hosts) {
    const found = `a list of ${hosts.length}`
    return [{field: 'hosts', found, accepted: `at most ${profileLimits.hosts} hosts`}]
  }
  return hosts.flatMap((host, at): DraftFault[] => {
    const field = `hosts.${at}`
    if (trackerHost(host) !== host || host.length > 253) return [{field, found: host.slice(0, 100), accepted}]
    if (isSharedSuffix(host)) {
      return [{field, found: host, accepted: `${accepted}; it is a suffix that many share`}]
    }
    const other = others.find((it) => it.hosts.includes(host) && meet(it.servers, servers))
    return other ? [{field, found: host, accepted: `a host that is not in the profile “${other.name}”`}] : []
  })
}

function meet(one: TrackerProfileContent['servers'], other: TrackerProfileContent['servers']): boolean {
  return one === null || other === null || one.some((id) => other.includes(id))
}

function obligationFaults({ratio, time, grace, fromProgress, partialRatio}: TrackerObligation): DraftFault[] {
  const faults = [
    ...outside('obligation.ratio', ratio, profileLimits.ratio),
    ...outside('obligation.time', time, profileLimits.seconds),
    ...outside('obligation.grace', grace, profileLimits.grace),
    ...outside('obligation.from_progress', fromProgress, {min: 0, max: 1}),
    ...outside('obligation.partial_ratio', partialRatio, profileLimits.ratio),
  ]
  if (faults.length > 0 || ratio > 0 || time > 0) return faults
  const accepted = 'a ratio or a time above 0; null for a tracker that asks for nothing'
  return [{field: 'obligation', found: 'ratio 0 and time 0', accepted}]
}

function limitFaults(limits: TrackerLimits): readonly DraftFault[] {
  const {maxRatio, maxSeedingTime, maxEta, downRate, upRate, priority, tags} = limits
  const faults = [
    ...outside('limits.max_ratio', maxRatio, profileLimits.ratio),
    ...outside('limits.max_seeding_time', maxSeedingTime, profileLimits.seconds),
    ...outside('limits.max_eta', maxEta, profileLimits.seconds),
    ...outside('limits.down_rate', downRate, profileLimits.rate),
    ...outside('limits.up_rate', upRate, profileLimits.rate),
    ...outside('limits.priority', priority, profileLimits.priority),
  ]
  if (tags.length > profileLimits.tags) {
    const found = `a list of ${tags.length}`
    return [...faults, {field: 'limits.tags', found, accepted: `at most ${profileLimits.tags} tags`}]
  }
  const isTag = (tag: string) => isLine(tag, profileLimits.tag) && !tag.includes(',')
  const accepted = `${lineUpTo(profileLimits.tag)}, without a comma`
  return [
    ...faults,
    ...tags.flatMap((tag, at) => (isTag(tag) ? [] : [{field: `limits.tags.${at}`, accepted}])),
  ]
}

function phraseFaults(phrases: TrackerPhrases): readonly DraftFault[] {
  return (['unregistered', 'ignored'] as const).flatMap((kind) => {
    const all = phrases[kind]
    const field = `phrases.${kind}`
    if (all.length > profileLimits.phrases) {
      return [{field, found: `a list of ${all.length}`, accepted: `at most ${profileLimits.phrases} phrases`}]
    }
    const {min, max} = profileLimits.phrase
    const accepted = `one line of ${min} to ${max} characters, words of them`
    const isPhrase = (text: string) => isLine(text, max) && (text.match(/[\p{L}\p{N}]/gu) ?? []).length >= min
    return all.flatMap((text, at) =>
      isPhrase(text) ? [] : [{field: `${field}.${at}`, found: text.slice(0, 50), accepted}],
    )
  })
}

function outside(field: string, value: number | null, {min, max}: {min: number; max: number}): DraftFault[] {
  if (value === null || (Number.isFinite(value) && value >= min && value <= max)) return []
  return [{field, found: value, accepted: `${min} to ${max}`}]
}

function isLine(text: string, most: number): boolean {
  return text !== '' && text.length <= most && !/\p{Cc}/u.test(text)
}

function lineUpTo(most: number): string {
  return `one line of 1 to ${most} characters`
}
