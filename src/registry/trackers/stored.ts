/** A tracker profile as the database keeps it and as the program works with it. */
import {trackerHost} from '#config/tracker-host.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {
  asTrackerProfileId,
  noLimits,
  type TrackerProfileContent,
  type TrackerProfileId,
} from '#model/tracker-profile.ts'
import type {EpochMs} from '#model/units.ts'
import {
  deleteTrackerProfile,
  insertTrackerProfile,
  moveTrackerProfiles,
  readTrackerProfiles,
  trackerProfilesOf,
  updateTrackerProfile,
  type TrackerProfileRow,
} from '#store/repositories/tracker-profiles.ts'
import type {OwnedTable} from '../owned/writes.ts'

export interface StoredTrackerProfile {
  readonly id: TrackerProfileId
  readonly origin: 'user'
  readonly ownerId: UserId | null
  readonly revision: number
  /** `null` = it cannot be read any more. */
  readonly own: TrackerProfileContent | null
  readonly createdAt: EpochMs
}

export const trackerProfileTable: OwnedTable<TrackerProfileId, StoredTrackerProfile> = {
  subject: 'tracker',
  async read(db) {
    return (await readTrackerProfiles(db)).map(storedOf)
  },
  async put(db, {id, ownerId, revision, own: content, createdAt}, before, now) {
    const written = {content, revision, updatedAt: now}
    if (before === null) await insertTrackerProfile(db, {id, ownerId, createdAt, ...written})
    else await updateTrackerProfile(db, id, written)
  },
  remove: deleteTrackerProfile,
  idsOf: trackerProfilesOf,
  move: moveTrackerProfiles,
  // Who sees a profile follows from its servers: nothing is granted to anybody.
  removeGrantsTo: async () => {},
}

function storedOf({id, ownerId, revision, content, createdAt}: TrackerProfileRow): StoredTrackerProfile {
  return {
    id: asTrackerProfileId(id),
    origin: 'user',
    ownerId: ownerId === null ? null : asUserId(ownerId),
    revision,
    own: contentIn(content),
    createdAt,
  }
}

/**
 * Stands for one that cannot be read any more. It has no hosts, so that everything on its servers owes: what it asked for
 * must not end by that.
 */
export const unreadProfile: TrackerProfileContent = {
  name: 'profile that cannot be read',
  colour: null,
  hosts: [],
  servers: null,
  obligation: null,
  limits: noLimits,
  phrases: {unregistered: [], ignored: []},
}

const plain = {
  colour: null,
  servers: null,
  obligation: null,
  limits: noLimits,
  phrases: {unregistered: [], ignored: []},
}

/** Fields that came later have their defaults. `null` = it is not what was written. */
function contentIn(value: unknown): TrackerProfileContent | null {
  if (typeof value !== 'object' || value === null) return null
  const read = {...plain, ...value} as Partial<TrackerProfileContent>
  const {name, hosts, servers, obligation, limits, phrases} = read
  if (typeof name !== 'string' || !areTexts(hosts) || hosts.length === 0) return null
  if ((servers !== null && !areTexts(servers)) || !isReadable(obligation)) return null
  return {
    ...(read as TrackerProfileContent),
    // An earlier version kept other letters as they were typed, by which no torrent was meant.
    hosts: [...new Set(hosts.map((host) => trackerHost(host) || host))],
    limits: {...noLimits, ...limits},
    phrases: {...plain.phrases, ...phrases},
  }
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string')
}

function isReadable(obligation: TrackerProfileContent['obligation'] | undefined): boolean {
  if (obligation === null) return true
  if (typeof obligation !== 'object') return false
  const {need, ratio, time, grace, fromProgress, partialRatio} = obligation
  return (
    (need === 'both' || need === 'either') &&
    [ratio, time, grace, fromProgress, partialRatio].every((it) => Number.isFinite(it))
  )
}
