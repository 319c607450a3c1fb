/**
 * What becomes of tracker profiles when their owner has another role, or goes. What is owed never ends by that, and what
 * a member said of their own servers does not become the word of the house: it keeps the servers that it had.
 */
import {randomBytes} from 'node:crypto'
import type {ServersOfUsers} from '#accounts/users.ts'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {ServerCard} from '#model/server.ts'
import {asTrackerProfileId, noLimits, type TrackerProfileContent} from '#model/tracker-profile.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {
  deleteTrackerProfile,
  giveTrackerProfile,
  insertTrackerProfile,
  moveTrackerProfiles,
  updateTrackerProfile,
} from '#store/repositories/tracker-profiles.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db} from '#store/store.ts'
import type {OwnedWrites} from '../owned/writes.ts'
import type {TrackerProfileDirectory} from './directory.ts'
import {profileLimits} from './draft.ts'
import type {StoredTrackerProfile} from './stored.ts'

/** A profile that has another owner. */
interface Moved {
  readonly from: UserId
  /** `null` = it is of the house. */
  readonly to: UserId | null
  readonly by: Actor
}

/** @param servers as they are before the change */
export function profilesOfUsers(
  {ofUsers}: Pick<OwnedWrites<StoredTrackerProfile['id'], StoredTrackerProfile>, 'ofUsers'>,
  directory: Pick<TrackerProfileDirectory, 'storedOf' | 'compartmentOf'>,
  servers: {cards(): readonly Pick<ServerCard, 'id' | 'ownerId'>[]},
  clock: Pick<Clock, 'now'>,
): ServersOfUsers {
  const serversOf = (id: UserId) => servers.cards().flatMap((it) => (it.ownerId === id ? [it.id] : []))
  const isOfHouse = (id: UserId) => directory.compartmentOf(id) === null
  const put = async (db: Db, {id, revision}: StoredTrackerProfile, content: TrackerProfileContent) => {
    await updateTrackerProfile(db, id, {content, revision: revision + 1, updatedAt: clock.now()})
  }
  /** One that cannot be read has no name. */
  const note = async (db: Db, {id, own}: StoredTrackerProfile, verb: 'change' | 'remove', moved: Moved) => {
    const {by: actor, from, to} = moved
    const args = verb === 'change' ? {id, fields: ['owner'], from, to} : {id, from}
    const event = {actor, subject: 'tracker', verb, name: own?.name ?? '', serverId: null, args} as const
    await appendEvent(db, event, clock.now())
  }
  const give = async (db: Db, stored: StoredTrackerProfile, moved: Moved) => {
    await giveTrackerProfile(db, stored.id, moved.to, clock.now())
    await note(db, stored, 'change', moved)
  }

  /** Limits and phrases of a member hold on servers of that member alone, also once the house speaks by them. */
  async function promote(db: Db, userId: UserId): Promise<void> {
    if (isOfHouse(userId)) return
    for (const stored of directory.storedOf(userId)) {
      if (stored.own === null) continue
      const [kept, beside] = asOfHouse(stored.own, serversOf(userId))
      if (kept !== stored.own) await put(db, stored, kept)
      if (beside === null) continue
      const id = asTrackerProfileId(`t_${randomBytes(8).toString('hex')}`)
      const [createdAt, updatedAt] = [clock.now(), clock.now()]
      const row = {id, ownerId: userId, revision: 1, content: beside, createdAt, updatedAt}
      await insertTrackerProfile(db, row)
    }
  }

  return {
    ...ofUsers,
    promote,
    async demote(db, from, to, by) {
      for (const stored of directory.storedOf(from)) await give(db, stored, {from, to, by})
    },
    async transfer(db, from, to, by) {
      await promote(db, from)
      for (const stored of directory.storedOf(from)) await note(db, stored, 'change', {from, to, by})
      // With what was made beside it just now.
      await moveTrackerProfiles(db, from, to, clock.now())
    },
    async remove(db, from, heir, by) {
      const own = new Set(serversOf(from))
      for (const stored of directory.storedOf(from)) {
        const left = stored.own && leftOf(stored.own, isOfHouse(from) ? null : own)
        if (stored.own !== null && left === null) {
          await deleteTrackerProfile(db, stored.id)
          await note(db, stored, 'remove', {from, to: null, by})
          continue
        }
        // One that cannot be read may ask for something.
        if (left !== null) await put(db, stored, left)
        await give(db, stored, {from, to: heir, by})
      }
    },
  }
}

/** @returns as it is of the house; and, `null` = none, what is owed beside it on servers where it limits nothing */
function asOfHouse(
  content: TrackerProfileContent,
  own: readonly ServerId[],
): readonly [TrackerProfileContent, TrackerProfileContent | null] {
  const {name, servers, obligation} = content
  if (servers === null) return [{...content, servers: own}, null]
  const lost = servers.filter((id) => !own.includes(id))
  if (lost.length === 0) return [content, null]
  const kept = servers.filter((id) => own.includes(id))
  if (kept.length === 0) return [owingAlone(content, lost), null]
  if (obligation === null) return [{...content, servers: kept}, null]
  const beside = `${name.slice(0, profileLimits.name - BESIDE.length)}${BESIDE}`
  return [
    {...content, servers: kept},
    {...owingAlone(content, lost), name: beside},
  ]
}

/** Behind the name of what is owed on servers that its owner lost. */
const BESIDE = ' (owed elsewhere)'

/** What is owed once its owner is gone. @param own servers that go with them; `null` = it is of the house. `null` = nothing */
function leftOf(
  content: TrackerProfileContent,
  own: ReadonlySet<ServerId> | null,
): TrackerProfileContent | null {
  if (content.obligation === null) return null
  if (own === null) return content
  const lost = (content.servers ?? []).filter((id) => !own.has(id))
  return lost.length === 0 ? null : owingAlone(content, lost)
}

function owingAlone(content: TrackerProfileContent, servers: readonly ServerId[]): TrackerProfileContent {
  return {...content, servers, limits: noLimits, phrases: {unregistered: [], ignored: []}}
}
