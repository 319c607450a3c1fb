/**
 * What a torrent owes by the configuration: hit and run of the rows of its trackers, each of which has to be paid, else
 * of its category. The owner who set neither, but limits for seeding, has said that nothing is owed.
 * Source: qBitrr.
 */
import {DAY} from '#model/units.ts'
import {privateDefault, type Obligation} from '../obligation.ts'
import {isHostOfAny} from '../tracker-domain.ts'
import type {InheritedHitAndRun, InheritedTracker, Owing, OwingProfile, OwingSection} from './inherited.ts'
import {limitsFor, limitsReached} from './seeding.ts'
import {bestRow, rowsOn} from './tracker-cases.ts'

/** For torrents that no section looks after; with it alone nothing is owed. */
export const noSection: OwingSection = {
  section: 'no section',
  trackers: [],
  serverTrackers: [],
  sharedTrackers: [],
  otherTrackers: [],
  hitAndRun: null,
  removal: -1,
  maxRatio: null,
  maxSeedingTime: null,
}

interface OwedBy {
  readonly server: string
  /** `undefined` = its trackers cannot be read. */
  readonly hosts: readonly string[] | undefined
  /** Of trackers that it was under: one that is not there any more may have another host name now, and is owed as before. */
  readonly before: readonly string[]
  /** It may have been under others that nobody knows: it owes what any row asks, so that whichever it was is paid. */
  readonly mayHaveHadOthers: boolean
  /** `undefined` = its server does not tell. */
  readonly isPrivate: boolean | undefined
}

/** @returns `null` = the configuration says nothing of it */
export function inheritedObligation(
  section: OwingSection,
  {server, hosts, before, mayHaveHadOthers, isPrivate}: OwedBy,
): Obligation | null {
  const rows = rowsOn(section, server)
  // What the section says of a tracker stands in place of what servers say; what it leaves open they say.
  const said = new Set(section.trackers.filter(({hitAndRun}) => hitAndRun !== null).map(({host}) => host))
  const counting = rows.filter((row, at) => at < section.trackers.length || !said.has(row.host))
  const near = counting.filter(({hitAndRun}) => hitAndRun !== null)
  const nearHosts = new Set(near.map(({host}) => host))
  const far = section.otherTrackers.filter(({host}) => !nearHosts.has(host))
  const isAsking = ({hitAndRun}: InheritedTracker) => asksFor(hitAndRun)
  if (hosts === undefined && [...near, ...far].some(isAsking)) return unreadable
  const there = new Set([...(hosts ?? []), ...before].map((host) => host.toLowerCase()))
  const owedBy = (all: readonly InheritedTracker[]) =>
    all.filter((row) => isAsking(row) && there.has(row.host)).map(ofRow)
  const byRows = owedBy(near)
  const own = section.hitAndRun && byRows.length === 0 ? [asked(section.section, section.hitAndRun)] : []
  const owed = [...byRows, ...own, ...owedBy(far)]
  const unseen = mayHaveHadOthers
    ? [...near, ...far].filter((row) => isAsking(row) && !there.has(row.host)).map(ofUnseenRow)
    : []
  if (owed.length > 0) return together([...owed, ...unseen])
  const limits = limitsFor(section, bestRow(rows, hosts ?? []))
  const isSaid = limitsReached(section.removal, limits) !== null
  if (unseen.length === 0) return isSaid ? nothing(section.section) : null
  // A row that may count takes nothing away from what private torrents usually owe.
  return together(isSaid || isPrivate === false ? unseen : [...unseen, privateDefault])
}

/**
 * What is owed by profiles that people made, beside what the configuration says: the stricter of both holds, so each of
 * them has to be paid.
 * @param said by the configuration; `null` = nothing
 */
export function withProfiles(
  said: Obligation | null,
  profiles: readonly OwingProfile[],
  {server, hosts, before, mayHaveHadOthers, isPrivate}: OwedBy,
): Obligation | null {
  const here = profiles.filter(({servers}) => servers === null || servers.includes(server))
  if (here.some((profile) => profile.hosts.length === 0)) return unreadProfile
  const asking = here.filter(({hitAndRun}) => hitAndRun !== null)
  if (asking.length === 0) return said
  if (hosts === undefined) return unreadable
  const there = [...hosts, ...before].map((host) => host.toLowerCase())
  const isThere = (profile: OwingProfile) => there.some((host) => isHostOfAny(profile.hosts, host))
  const owed = asking.filter(isThere).map(({name, hitAndRun}) => asked(name, hitAndRun!))
  const unseen = mayHaveHadOthers
    ? asking.filter((it) => !isThere(it)).map(({name, hitAndRun}) => asked(former(name), hitAndRun!))
    : []
  const own = said === null || said.need === 'nothing' ? [] : [said]
  if (own.length + owed.length > 0) return together([...own, ...owed, ...unseen])
  if (unseen.length === 0) return said
  return together(said !== null || isPrivate === false ? unseen : [...unseen, privateDefault])
}

/** Something has to be paid. */
export function asksFor(hitAndRun: InheritedTracker['hitAndRun']): hitAndRun is InheritedHitAndRun {
  return hitAndRun !== null && hitAndRun !== 'disabled'
}

/** Every name by which the fact `obligation.profile` may call what a torrent owes. */
export function owingNames({
  sections,
  unmanaged,
  profiles,
}: Pick<Owing, 'sections' | 'unmanaged' | 'profiles'>): readonly string[] {
  const ofSections = [...sections, unmanaged].flatMap((it) => [
    it.section,
    ...[it.trackers, ...it.serverTrackers.map(({trackers}) => trackers), it.sharedTrackers, it.otherTrackers]
      .flat()
      .map(({host}) => host),
  ])
  return [...new Set([privateDefault.profile, ...ofSections, ...profiles.map(({name}) => name)])]
}

/** All of them have to be paid; the strictest gives its name. */
export function together(owed: readonly Obligation[]): Obligation {
  const each = owed.flatMap(({also: more = [], ...one}) => [one, ...more])
  const [first, ...also] = each.toSorted(
    (one, other) =>
      (other.time ?? 0) - (one.time ?? 0) ||
      (other.ratio ?? 0) - (one.ratio ?? 0) ||
      Number(other.need === 'both') - Number(one.need === 'both'),
  )
  return also.length === 0 ? first! : {...first!, also}
}

/** Which row counts is not known, so nobody pays: it stays. */
const unreadable: Obligation = {
  profile: 'trackers cannot be read',
  need: 'both',
  ratio: 10_000,
  time: 100_000 * DAY,
  buffer: 0,
  fromProgress: 0,
  partialRatio: null,
}

/** Which torrents it is about is not known either. */
const unreadProfile: Obligation = {...unreadable, profile: 'a tracker profile cannot be read'}

function ofRow({host, hitAndRun}: InheritedTracker): Obligation {
  return asked(host, hitAndRun as InheritedHitAndRun)
}

function ofUnseenRow({host, hitAndRun}: InheritedTracker): Obligation {
  return asked(former(host), hitAndRun as InheritedHitAndRun)
}

function former(profile: string): string {
  return `${profile} (possible former tracker: the database was restored from an older copy)`
}

function asked(profile: string, {mode, ratio, time, ...more}: InheritedHitAndRun): Obligation {
  const {buffer, fromProgress, partialRatio} = more
  const need = mode === 'and' ? 'both' : 'either'
  return {profile, need, ratio, time, buffer, fromProgress, partialRatio}
}

function nothing(profile: string): Obligation {
  return {profile, need: 'nothing', ratio: null, time: null, buffer: 0, fromProgress: 0, partialRatio: null}
}
