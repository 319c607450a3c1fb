/** Trackers on their way in and out, and what the torrents in sight say of each. */
import type {z} from 'zod'
import {mapInTurns} from '#lib/time-slice.ts'
import type {FileTracker} from '#automation/supervision/file-trackers.ts'
import type {Principal, UserId} from '#model/access.ts'
import type {TrackerProfile, TrackerProfileContent} from '#model/tracker-profile.ts'
import {asServerId, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {isOfProfile, type TrackerProfileInForce} from '#registry/trackers/directory.ts'
import {mayChange, seesWhole} from '#registry/trackers/rights.ts'
import type {TrackerProfilePatch} from '#registry/trackers/draft.ts'
import type {ProfileChange} from '#registry/trackers/service.ts'
import {trackerDomain} from '#rules/tracker-domain.ts'
import {fromWire, toWire} from '../answers/codec.ts'
import type {
  LeavingSchema,
  NewTrackerProfile,
  ProfileChanged,
  SeenTrackerSchema,
  TrackerProfileSchema,
} from '../schemas/trackers.ts'
import type {Scope} from '../scope/scope.ts'

export interface TrackerViewing {
  readonly inForce: () => readonly TrackerProfileInForce[]
  /** Rows of the file. */
  readonly fileTrackers: () => readonly FileTracker[]
  readonly userName: (id: UserId) => string | null
}

type WireContent = z.output<typeof NewTrackerProfile>
type WirePatch = {readonly [K in keyof WireContent]?: WireContent[K] | undefined}
type WireProfile = z.output<typeof TrackerProfileSchema>

/* ───────────────────────────── profiles ───────────────────────────── */

export function contentFrom({servers, ...given}: z.output<typeof NewTrackerProfile>): TrackerProfileContent {
  return {...fromWire(given), servers: servers && servers.map(asServerId)}
}

export function patchFrom({servers, ...given}: WirePatch): TrackerProfilePatch {
  // What is not there stays as it is: it does not come through.
  const patch = fromWire(given) as TrackerProfilePatch
  return servers === undefined ? patch : {...patch, servers: servers && servers.map(asServerId)}
}

/** Those in sight: whole where they may change them, else with what torrents in their sight show anyway. */
export function seenProfiles(by: Principal, scope: Scope, viewing: TrackerViewing): readonly WireProfile[] {
  const seen = seenHosts(scope)
  const own = viewing.inForce().flatMap((one) => wireProfile(by, scope, viewing, one, seen) ?? [])
  const isAdministrator = by.access.everywhere && by.access.permits('admin')
  const file = viewing.fileTrackers().flatMap(({profile, path, line}): WireProfile[] => {
    const cut = isAdministrator ? profile : cutProfile({profile, owesOn: profile.servers}, scope, seen)
    if (cut === null) return []
    const source = isAdministrator ? {path, line} : null
    const its = hostsSeenOf({profile, owesOn: profile.servers}, seen)
    return [{...plain(cut), seen_hosts: its, origin: 'file', owner: null, may: 'view', source}]
  })
  return [...own, ...file]
}

/** @returns `null` = it is not there for them */
function wireProfile(
  by: Principal,
  scope: Scope,
  {userName}: Pick<TrackerViewing, 'userName'>,
  one: Pick<TrackerProfileInForce, 'profile' | 'owesOn'>,
  seen: ReadonlyMap<ServerId, readonly string[]>,
): WireProfile | null {
  const {profile} = one
  const isWhole = seesWhole(by, profile)
  const cut = isWhole ? profile : cutProfile(one, scope, seen)
  if (cut === null) return null
  const {ownerId} = profile
  const owner = ownerId === null ? null : {id: ownerId, name: userName(ownerId) ?? ''}
  const may = mayChange(by, profile) ? 'edit' : 'view'
  return {...plain(cut), seen_hosts: hostsSeenOf(one, seen), origin: 'user', owner, may, source: null}
}

export function wireChange(
  {profile, effect}: ProfileChange,
  by: Principal,
  scope: Scope,
  viewing: TrackerViewing,
): z.output<typeof ProfileChanged> {
  const shown =
    profile && wireProfile(by, scope, viewing, {profile, owesOn: profile.servers}, seenHosts(scope))
  return {profile: shown, effect: toWire(effect)}
}

function plain({id, revision, ownerId: _owner, ...content}: TrackerProfile) {
  return {id: id as string, revision, ...toWire(content)}
}

/** Without hosts and servers that are out of sight; `null` = nothing is left of it. */
function cutProfile(
  {profile, owesOn}: Pick<TrackerProfileInForce, 'profile' | 'owesOn'>,
  {access}: Scope,
  seen: ReadonlyMap<ServerId, readonly string[]>,
): TrackerProfile | null {
  const hosts = hostsSeenOf({profile, owesOn}, seen)
  if (hosts.length === 0) return null
  const servers = profile.servers && profile.servers.filter((id) => access.may('read', id))
  return {...profile, hosts, servers}
}

/** Those of it that torrents in sight have, each once. */
function hostsSeenOf(
  one: Pick<TrackerProfileInForce, 'profile' | 'owesOn'>,
  seen: ReadonlyMap<ServerId, readonly string[]>,
): string[] {
  const hosts = [...seen].flatMap(([id, all]) => all.filter((host) => isOfProfile(one, id, host)))
  return [...new Set(hosts)].sort()
}

/** Hosts of trackers by server, of torrents in sight. */
function seenHosts({views}: Pick<Scope, 'views'>): ReadonlyMap<ServerId, readonly string[]> {
  const counts = views.countsPerServer('tracker')
  return new Map(
    [...counts].map(([id, values]) => [id, values.flatMap(({value}) => (value === '' ? [] : [value]))]),
  )
}

/* ───────────────────────────── what is seen of trackers ───────────────────────────── */

/** Hosts that are one tracker for who looks: of a profile, else of a domain. */
interface TrackerGroup {
  readonly key: string
  readonly name: string
  readonly profile: TrackerProfile | null
}

const ofNone: TrackerGroup = {key: 'none', name: '', profile: null}

function groupOf(
  profiles: readonly TrackerProfileInForce[],
  known: Map<string, TrackerGroup>,
): (server: ServerId, host: string) => TrackerGroup {
  // What a member says of trackers counts on their own servers alone, and comes first there.
  const inTurn = profiles.toSorted((a, b) => Number(a.compartment === null) - Number(b.compartment === null))
  return (server, host) => {
    const place = `${server} ${host}`
    const before = known.get(place)
    if (before) return before
    const all = inTurn.filter((one) => isOfProfile(one, server, host))
    const [found] = all
    const domain = trackerDomain(host)
    const group: TrackerGroup = found
      ? {key: found.profile.id, name: namesOf(all), profile: found.profile}
      : {key: domain, name: domain, profile: null}
    known.set(place, group)
    return group
  }
}

/** Profiles of several people may name one tracker: it is called as all of them call it. */
function namesOf(profiles: readonly Pick<TrackerProfileInForce, 'profile'>[]): string {
  const names = new Set(profiles.map(({profile: {name}}) => name))
  return [...names].sort((a, b) => (a < b ? -1 : 1)).join(' / ')
}

type Sum = {
  -readonly [
    K in
      | 'torrents'
      | 'private'
      | 'size'
      | 'uploaded'
      | 'downloaded'
      | 'owing'
      | 'failing'
      | 'only'
      | 'only_size'
  ]: number
} & {readonly group: TrackerGroup; readonly hosts: Set<string>; readonly servers: Set<ServerId>}

const addedUp = ['torrents', 'private', 'size', 'uploaded', 'downloaded', 'owing', 'failing'] as const

function newSum(group: TrackerGroup): Sum {
  const figures = {torrents: 0, private: 0, size: 0, uploaded: 0, downloaded: 0, owing: 0, failing: 0}
  return {group, hosts: new Set(), servers: new Set(), ...figures, only: 0, only_size: 0}
}

/** Most torrents first. */
export async function seenTrackers(
  scope: Scope,
  {inForce, fileTrackers}: Pick<TrackerViewing, 'inForce' | 'fileTrackers'>,
): Promise<readonly z.output<typeof SeenTrackerSchema>[]> {
  const groupAt = groupOf(inForce(), new Map())
  const sums = new Map<string, Sum>()
  /** By host: every tracker that it is, on one server or another. */
  const trackersOfHosts = new Map<string, Set<string>>()
  for (const {serverId, hosts, areAllKnown, ...figures} of await scope.views.trackerSums()) {
    const groups = new Map(hosts.map((host) => groupAt(serverId, host)).map((it) => [it.key, it]))
    if (groups.size === 0) groups.set(ofNone.key, ofNone)
    for (const host of hosts) {
      const its = trackersOfHosts.get(host) ?? new Set()
      trackersOfHosts.set(host, its.add(groupAt(serverId, host).key))
    }
    for (const [name, group] of groups) {
      const sum = sums.get(name) ?? newSum(group)
      sums.set(name, sum)
      sum.servers.add(serverId)
      for (const host of hosts) if (groupAt(serverId, host).key === name) sum.hosts.add(host)
      for (const figure of addedUp) sum[figure] += figures[figure]
      // Of those whose trackers are not all known each may have another.
      if (groups.size > 1 || !areAllKnown) continue
      sum.only += figures.torrents
      sum.only_size += figures.size
    }
  }
  const isOneEverywhere = (host: string) => trackersOfHosts.get(host)!.size === 1
  const asking = fileTrackers().filter(({profile}) => profile.obligation !== null)
  return [...sums.values()]
    .toSorted((a, b) => b.torrents - a.torrents || (a.group.name < b.group.name ? -1 : 1))
    .map(({group: {key, name, profile}, hosts, servers, ...figures}) => ({
      key,
      profile_id: profile?.id ?? null,
      name,
      colour: profile?.colour ?? null,
      hosts: [...hosts].sort(),
      servers: [...hosts].every(isOneEverywhere) ? null : [...servers],
      asks:
        (profile !== null && profile.obligation !== null) ||
        asking.some(
          ({
            profile: {
              hosts: [host],
            },
          }) => hosts.has(host!),
        ),
      ...figures,
      ratio: figures.downloaded > 0 ? figures.uploaded / figures.downloaded : null,
    }))
}

function hostsAt(fleet: Scope['fleet'], row: number): readonly string[] {
  const all = fleet.valueAt(row, 'trackerHosts')
  if (all !== undefined) return all
  const first = fleet.valueAt(row, 'trackerHost')
  return first ? [first] : []
}

/* ───────────────────────────── what is lost without a tracker ───────────────────────────── */

const MOST_NAMED = 500
/** That are looked for together. */
const PORTION = 200

type Tally = {torrents: number; size: number}

/**
 * What there is no other source for: torrents that only this tracker has, and whose data no torrent on another tracker
 * uses, as the executor would find it.
 */
export async function leavingTracker(
  scope: Scope,
  viewing: Pick<TrackerViewing, 'inForce'>,
  tracker: string,
): Promise<z.output<typeof LeavingSchema>> {
  const {fleet, turns} = scope
  const groupAt = groupOf(viewing.inForce(), new Map())
  const its = (key: TorrentKey, host: string) => groupAt(key.serverId, host).key === tracker
  let name: string | null = null
  const [lost, shared, unknown, alone] = [newTally(), newTally(), newTally(), newTally()]
  const only: TorrentKey[] = []
  const {keys} = await scope.views.matching({})
  await mapInTurns(keys, turns, (key) => {
    const row = fleet.rowOf(key)
    if (row === null) return
    const hosts = hostsAt(fleet, row)
    const first = hosts.find((host) => its(key, host))
    if (first === undefined) return
    name ??= groupAt(key.serverId, first).name
    if (fleet.valueAt(row, 'trackerHosts') === undefined) return add(unknown, sizeAt(fleet, row))
    if (!hosts.every((host) => its(key, host))) return
    add(alone, sizeAt(fleet, row))
    if (!isElsewhere(fleet, key, its)) only.push(key)
  })
  const named: (z.output<typeof LeavingSchema>['largest'][number] & {readonly tags: readonly string[]})[] = []
  let owing = 0
  let reason: string | null = null
  for (let at = 0; at < only.length; at += PORTION) {
    const portion = only.slice(at, at + PORTION)
    const owners = await scope.contentOwners(portion)
    for (const key of portion) {
      const row = fleet.rowOf(key)
      if (row === null) continue
      const size = sizeAt(fleet, row)
      const its = owners.get(keyText(key))
      if (its?.seen.some((other) => isOnAnother(fleet, other, groupAt, tracker))) add(shared, size)
      else if (its === undefined || its.hidden || its.doubt !== null) {
        add(unknown, size)
        reason ??= its?.doubt ?? null
      } else {
        add(lost, size)
        if (scope.owes(key)) owing++
        const {serverId: server_id, hash: info_hash} = key
        const tags = fleet.valueAt(row, 'tags') ?? []
        named.push({server_id, info_hash, name: fleet.valueAt(row, 'name'), size, tags})
      }
    }
    if (turns.due()) await turns.next()
  }
  named.sort((a, b) => b.size - a.size)
  return {
    // One that no torrent in sight has is like one that is not there.
    name: name ?? tracker,
    lost,
    owing,
    only: alone,
    shared,
    unknown: {...unknown, reason},
    tags: tagsOf(named),
    largest: named.slice(0, MOST_NAMED).map(({tags: _tags, ...one}) => one),
  }
}

/** The same torrent, on a server in sight, has another tracker as well. */
function isElsewhere(
  fleet: Scope['fleet'],
  key: TorrentKey,
  its: (key: TorrentKey, host: string) => boolean,
): boolean {
  return fleet.holders(key.hash).some((other) => {
    const row = fleet.rowOf(other)
    return row !== null && hostsAt(fleet, row).some((host) => !its(other, host))
  })
}

function isOnAnother(
  fleet: Scope['fleet'],
  other: TorrentKey,
  groupAt: ReturnType<typeof groupOf>,
  tracker: string,
): boolean {
  const row = fleet.rowOf(other)
  return row !== null && hostsAt(fleet, row).some((host) => groupAt(other.serverId, host).key !== tracker)
}

function tagsOf(
  named: readonly {readonly size: number; readonly tags: readonly string[]}[],
): z.output<typeof LeavingSchema>['tags'] {
  const sums = new Map<string, Tally>()
  for (const {size, tags} of named) {
    for (const tag of tags.length === 0 ? [''] : tags) {
      const sum = sums.get(tag) ?? newTally()
      sums.set(tag, sum)
      add(sum, size)
    }
  }
  return [...sums]
    .map(([tag, sum]) => ({tag, ...sum}))
    .toSorted((a, b) => b.size - a.size || (a.tag < b.tag ? -1 : 1))
}

function newTally(): Tally {
  return {torrents: 0, size: 0}
}

function add(tally: Tally, size: number): void {
  tally.torrents++
  tally.size += size
}

function sizeAt(fleet: Scope['fleet'], row: number): number {
  return fleet.valueAt(row, 'size') ?? 0
}
