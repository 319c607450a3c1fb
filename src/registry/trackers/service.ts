/**
 * Makes, changes and removes tracker profiles for people. Whatever would let torrents go that owe something until then is
 * refused, unless who asks says how many they know of: nothing becomes free to remove without its being said.
 */
import {randomBytes} from 'node:crypto'
import type {Principal, UserId} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import {
  asTrackerProfileId,
  nothingChanges,
  type OwingChange,
  type TrackerProfile,
  type TrackerProfileContent,
  type TrackerProfileId,
} from '#model/tracker-profile.ts'
import {DraftInvalid} from '../owned/draft.ts'
import type {OwnedWrites} from '../owned/writes.ts'
import type {TrackerProfileDirectory} from './directory.ts'
import {cleanProfile, profileFaults, TrackerProfileUnknown, type TrackerProfilePatch} from './draft.ts'
import {demandProfiling, demandServers, seesWhole} from './rights.ts'
import type {StoredTrackerProfile} from './stored.ts'

/** How a change is sent. */
export interface HowChanged {
  /** So many torrents may stop owing something by it, and no more. */
  readonly frees: number
  /** Nothing is done; only what it would come to is answered. */
  readonly preview: boolean
}

export interface ProfileChange {
  /** As it is, or would be; `null` = it is removed. */
  readonly profile: TrackerProfile | null
  readonly effect: OwingChange
}

/** Of one owner. */
const MOST_PROFILES = 200

export class TrackerProfileService {
  readonly #writes: OwnedWrites<TrackerProfileId, StoredTrackerProfile>
  readonly #directory: TrackerProfileDirectory
  /** What torrents would owe otherwise, were these all profiles that there are. */
  readonly #effectOf: (
    before: readonly TrackerProfile[],
    after: readonly TrackerProfile[],
  ) => Promise<OwingChange>

  constructor(
    writes: OwnedWrites<TrackerProfileId, StoredTrackerProfile>,
    directory: TrackerProfileDirectory,
    effectOf: (before: readonly TrackerProfile[], after: readonly TrackerProfile[]) => Promise<OwingChange>,
  ) {
    this.#writes = writes
    this.#directory = directory
    this.#effectOf = effectOf
  }

  /** Those that are theirs to change: their own, of administrators all. */
  seenWholeBy(by: Principal): readonly TrackerProfile[] {
    return this.#directory.profiles().filter((profile) => seesWhole(by, profile))
  }

  /** @throws {CommodarrError} tracker_profile_unknown */
  seen(by: Principal, id: TrackerProfileId): TrackerProfile {
    const profile = this.#directory.profile(id)
    if (profile === null || !seesWhole(by, profile)) throw new TrackerProfileUnknown(id)
    return profile
  }

  /** @throws {CommodarrError} forbidden, server_unknown, {@link DraftInvalid}, owing_would_end, a StorageFault */
  create(by: Principal, draft: TrackerProfileContent, how: HowChanged): Promise<ProfileChange> {
    return this.#done(by, 'create', null, async () => {
      demandProfiling(by)
      const ownerId = by.actor.userId
      const content = this.#checked(by, draft, ownerId, null)
      if (this.#directory.storedOf(ownerId).length >= MOST_PROFILES) {
        throw new CommodarrError('forbidden', `You have ${MOST_PROFILES} tracker profiles, the maximum.`)
      }
      const profile = {...content, id: this.#newId(), ownerId, revision: 1}
      return this.#put(by, 'create', null, profile, how)
    })
  }

  /**
   * @param revision that the edit is of; `null` = whichever there is
   * @throws {CommodarrError} as `create`, tracker_profile_unknown, changed_meanwhile
   */
  change(
    by: Principal,
    id: TrackerProfileId,
    patch: TrackerProfilePatch,
    how: HowChanged & {readonly revision: number | null},
  ): Promise<ProfileChange> {
    return this.#done(by, 'change', id, async () => {
      const before = this.seen(by, id)
      demandProfiling(by)
      demandRevision(before, how.revision)
      const content = this.#checked(by, {...before, ...patch}, before.ownerId, before)
      const profile = {...content, id, ownerId: before.ownerId, revision: before.revision + 1}
      // Sent back as it was read.
      if (changedFields(before, profile).length === 0) return {profile: before, effect: nothingChanges}
      return this.#put(by, 'change', before, profile, how)
    })
  }

  /** @throws {CommodarrError} as `change` */
  remove(
    by: Principal,
    id: TrackerProfileId,
    how: HowChanged & {readonly revision: number | null},
  ): Promise<ProfileChange> {
    return this.#done(by, 'remove', id, async () => {
      const before = this.seen(by, id)
      demandProfiling(by)
      demandRevision(before, how.revision)
      const effect = await this.#effect(before, null, how)
      if (!how.preview) {
        const args = {id, revision: before.revision, stops_owing: effect.stopsOwing}
        await this.#writes.remove(id, eventOf(by, 'remove', before.name, args))
      }
      return {profile: null, effect}
    })
  }

  async #put(
    by: Principal,
    verb: 'create' | 'change',
    before: TrackerProfile | null,
    profile: TrackerProfile,
    how: HowChanged,
  ): Promise<ProfileChange> {
    const effect = await this.#effect(before, profile, how)
    if (how.preview) return {profile, effect}
    const {id, ownerId, revision, ...own} = profile
    const fields = before === null ? {} : {fields: changedFields(before, profile)}
    const args = {id, revision, ...fields, stops_owing: effect.stopsOwing}
    const createdAt = this.#directory.stored(id)?.createdAt ?? this.#writes.clock.now()
    const stored: StoredTrackerProfile = {id, origin: 'user', ownerId, revision, own, createdAt}
    await this.#writes.put([stored], eventOf(by, verb, profile.name, args))
    return {profile, effect}
  }

  /** @throws {CommodarrError} owing_would_end: more torrents would stop owing than were named */
  async #effect(
    before: TrackerProfile | null,
    after: TrackerProfile | null,
    {frees, preview}: HowChanged,
  ): Promise<OwingChange> {
    const all = this.#directory.profiles()
    const others = all.filter(({id}) => id !== before?.id)
    const effect = await this.#effectOf(all, after === null ? others : [...others, after])
    if (!preview && effect.stopsOwing > frees) throw new OwingWouldEnd(effect, frees)
    return effect
  }

  #checked(
    by: Principal,
    draft: TrackerProfileContent,
    ownerId: UserId | null,
    before: TrackerProfile | null,
  ): TrackerProfileContent {
    const content = cleanProfile(draft)
    const kept = new Set(before?.servers ?? [])
    if (before !== null) this.#demandOwnServers(by, before, content)
    // What was named before may be away, or with another owner, and stays.
    demandServers(by, content.servers && content.servers.filter((id) => !kept.has(id)))
    if (content.servers?.length === 0) {
      const accepted = 'at least one server; null for all that you manage'
      throw new DraftInvalid('tracker profile', [{field: 'servers', accepted}])
    }
    const others = this.#directory.profiles().filter((it) => it.ownerId === ownerId && it.id !== before?.id)
    const faults = profileFaults(content, others)
    if (faults.length > 0) throw new DraftInvalid('tracker profile', faults)
    return contentOf(content)
  }

  /**
   * What is owed on a server that its owner lost is as it was said there: it can be taken back, and not be made another.
   * @throws {CommodarrError} forbidden
   */
  #demandOwnServers({access}: Principal, before: TrackerProfile, content: TrackerProfileContent): void {
    if (before.servers === null || this.#directory.compartmentOf(before.ownerId) === null) return
    const {servers} = content
    const lost = before.servers.filter((id) => !access.may('manage', id))
    if (servers === null || !lost.some((id) => servers.includes(id))) return
    const kept = before.servers.filter((id) => !lost.includes(id))
    const isSameElse =
      changedFields(before, content).every((field) => field === 'servers') &&
      servers.every((id) => before.servers!.includes(id)) &&
      kept.every((id) => servers.includes(id))
    if (isSameElse) return
    const message =
      'This profile names a server that is no longer yours to manage. Take that server out of it before you change anything else.'
    throw new CommodarrError('forbidden', message, {servers: lost})
  }

  #newId(): TrackerProfileId {
    return asTrackerProfileId(`t_${randomBytes(8).toString('hex')}`)
  }

  #done<T>(by: Principal, verb: string, id: TrackerProfileId | null, work: () => Promise<T>): Promise<T> {
    const name = () => (id === null ? '' : (this.#directory.profile(id)?.name ?? ''))
    return this.#writes.attempt(() => eventOf(by, verb, name(), id === null ? {} : {id}), work)
  }
}

class OwingWouldEnd extends CommodarrError {
  constructor({stopsOwing, bytesThatStop}: OwingChange, frees: number) {
    const torrents = stopsOwing === 1 ? '1 torrent' : `${stopsOwing} torrents`
    super(
      'owing_would_end',
      `By this ${torrents} would stop owing seeding, so that rules may remove them. Send frees=${stopsOwing} to do it anyway.`,
      {stopsOwing, bytesThatStop, frees},
    )
  }
}

/** @throws {CommodarrError} changed_meanwhile */
function demandRevision({revision: now}: TrackerProfile, revision: number | null): void {
  if (revision === null || revision === now) return
  throw new CommodarrError('changed_meanwhile', `It was changed meanwhile: its revision is ${now} now.`)
}

function contentOf(content: TrackerProfileContent): TrackerProfileContent {
  const {name, colour, hosts, servers, obligation, limits, phrases} = content
  return {name, colour, hosts, servers, obligation, limits, phrases}
}

function changedFields(before: TrackerProfileContent, after: TrackerProfileContent): string[] {
  const fields = ['name', 'colour', 'hosts', 'servers', 'obligation', 'limits', 'phrases'] as const
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

function eventOf(by: Principal, verb: string, name: string, args: object): AuditEvent {
  return {actor: by.actor, subject: 'tracker', verb, name, serverId: null, args}
}
