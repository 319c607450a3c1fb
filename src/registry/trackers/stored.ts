/** A tracker profile as the database keeps it and as the program works with it. */
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
  const {name, hosts, limits, phrases} = read
  const isWhole =
    typeof name === 'string' && Array.isArray(hosts) && hosts.every((it) => typeof it === 'string')
  if (!isWhole) return null
  return {
    ...(read as TrackerProfileContent),
    limits: {...noLimits, ...limits},
    phrases: {...plain.phrases, ...phrases},
  }
}
