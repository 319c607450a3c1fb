/**
 * Which tracker profiles people made, and where each holds.
 *
 *   database ──put──▶ directory ─┬─▶ profiles ─▶ who sees what (rights.ts), names of trackers in lists
 *                                └─▶ inForce  ─▶ what torrents owe, limits, words of messages
 *
 * What is owed holds on every server that was named, also after its owner lost it: only taking the profile back ends
 * that. Limits and phrases, by which rules act, hold only where its owner still manages.
 */
import {compartmentOfOwner} from '#accounts/grants.ts'
import type {Compartment, Role, UserId} from '#model/access.ts'
import type {NamedTracker} from '#model/query.ts'
import type {ServerCard} from '#model/server.ts'
import type {TrackerProfile, TrackerProfileId} from '#model/tracker-profile.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {isHostOfAny, standsForDomain} from '#rules/tracker-domain.ts'
import {Followers} from '../owned/writes.ts'
import {unreadProfile, type StoredTrackerProfile} from './stored.ts'

/** A profile, and the servers on which it counts; of each `null` = all. */
export interface TrackerProfileInForce {
  readonly profile: TrackerProfile
  readonly owesOn: readonly ServerId[] | null
  readonly limitsOn: readonly ServerId[] | null
  /** Whose word it is. */
  readonly compartment: Compartment
}

export class TrackerProfileDirectory {
  /** `null` = no user has this id (any more). */
  readonly #roleOf: (id: UserId) => Role | null
  readonly #servers: {cards(): readonly Pick<ServerCard, 'id' | 'ownerId'>[]}
  readonly #followers = new Followers()
  #stored: ReadonlyMap<TrackerProfileId, StoredTrackerProfile> = new Map()
  /** Asked for with each torrent; `null` = something changed since. */
  #inForce: readonly TrackerProfileInForce[] | null = null

  constructor(
    roleOf: (id: UserId) => Role | null,
    servers: {cards(): readonly Pick<ServerCard, 'id' | 'ownerId'>[]},
  ) {
    this.#roleOf = roleOf
    this.#servers = servers
  }

  /** Who was there first first. Also those that cannot be read any more, so that people can remove them. */
  profiles(): readonly TrackerProfile[] {
    return [...this.#stored.values()].map(profileOf)
  }

  profile(id: TrackerProfileId): TrackerProfile | null {
    const stored = this.#stored.get(id)
    return stored === undefined ? null : profileOf(stored)
  }

  /** Whose word it is what a user says of trackers. */
  compartmentOf(ownerId: UserId | null): Compartment {
    return compartmentOfOwner(ownerId, this.#roleOf)
  }

  /** The same array until something changes. */
  inForce(): readonly TrackerProfileInForce[] {
    return (this.#inForce ??= this.wouldBeInForce(this.profiles()))
  }

  /** Were these all that there are. */
  wouldBeInForce(all: readonly TrackerProfile[]): readonly TrackerProfileInForce[] {
    return all.map((profile) => {
      const compartment = this.compartmentOf(profile.ownerId)
      if (compartment === null)
        return {profile, owesOn: profile.servers, limitsOn: profile.servers, compartment}
      const own = this.#servers.cards().flatMap((it) => (it.ownerId === compartment ? [it.id] : []))
      const limitsOn = profile.servers === null ? own : own.filter((id) => profile.servers!.includes(id))
      return {profile, owesOn: profile.servers ?? own, limitsOn, compartment}
    })
  }

  stored(id: TrackerProfileId): StoredTrackerProfile | null {
    return this.#stored.get(id) ?? null
  }

  /** Also those that cannot be read any more. */
  storedOf(ownerId: UserId | null): readonly StoredTrackerProfile[] {
    return [...this.#stored.values()].filter((it) => it.ownerId === ownerId)
  }

  setStored(all: readonly StoredTrackerProfile[]): void {
    this.#stored = new Map(all.map((one) => [one.id, one]))
    this.#inForce = null
    this.#followers.notify()
  }

  put(changed: readonly StoredTrackerProfile[], removed: readonly TrackerProfileId[] = []): void {
    const stored = new Map(this.#stored)
    for (const one of changed) stored.set(one.id, one)
    for (const id of removed) stored.delete(id)
    this.setStored([...stored.values()])
  }

  /** Called after each change. */
  onChange(listener: () => void | Promise<void>): void {
    this.#followers.add(listener)
  }

  /** Whose role or server changed: where profiles hold may be another place. */
  reevaluate(): void {
    this.#inForce = null
    if (this.#stored.size > 0) this.#followers.notify()
  }

  followed(): Promise<void> {
    return this.#followers.followed
  }
}

function profileOf({id, ownerId, revision, own}: StoredTrackerProfile): TrackerProfile {
  return {...(own ?? unreadProfile), id, ownerId, revision}
}

/**
 * Names of trackers on these servers, with their hosts as a search takes them: what the house calls them, and the user who
 * asks. What others call them on their own servers selects nothing for anybody else.
 */
export function trackerNames(
  profiles: readonly TrackerProfileInForce[],
  servers: readonly ServerId[],
  by: UserId | null,
): readonly NamedTracker[] {
  return profiles
    .filter(({profile, compartment}) => compartment === null || profile.ownerId === by)
    .filter(({profile}) => profile.hosts.length > 0)
    .filter(({owesOn}) => owesOn === null || owesOn.some((id) => servers.includes(id)))
    .map(({profile: {name, hosts}}) => ({
      name,
      hosts: hosts.flatMap((host) => (standsForDomain(host) ? [host, `*.${host}`] : [host])),
    }))
}

/** On this server a host is one of that profile. */
export function isOfProfile(
  {profile, owesOn}: Pick<TrackerProfileInForce, 'profile' | 'owesOn'>,
  server: ServerId,
  host: string,
): boolean {
  if (owesOn !== null && !owesOn.includes(server)) return false
  return isHostOfAny(profile.hosts, host)
}
