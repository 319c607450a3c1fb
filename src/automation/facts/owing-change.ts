/**
 * How many torrents would owe otherwise were other tracker profiles in force: what a person is shown, and has to name,
 * before anything stops owing. Only torrents that a changed profile may be about are looked at.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {OwingChange, TrackerProfile} from '#model/tracker-profile.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {isOfProfile, type TrackerProfileInForce} from '#registry/trackers/directory.ts'
import type {RuleWorld} from './rule-world.ts'

interface OwingChangeDeps {
  readonly fleet: Pick<Fleet, 'serverIds' | 'rowsOf' | 'keyAt' | 'valueAt' | 'rows'>
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly world: Pick<RuleWorld, 'owesUnder'>
  /** Hosts that a torrent had before. */
  readonly trackersSeen: (key: ReturnType<Fleet['keyAt']>) => readonly string[]
  /** What is owed with these profiles alone, beside what the configuration says. */
  readonly owingWith: (profiles: readonly TrackerProfileInForce[]) => Parameters<RuleWorld['owesUnder']>[0]
  readonly inForce: (profiles: readonly TrackerProfile[]) => readonly TrackerProfileInForce[]
}

/** @param before all profiles, and `after` all that there would be */
export async function owingChange(
  {fleet, turns, world, trackersSeen, owingWith, inForce}: OwingChangeDeps,
  before: readonly TrackerProfile[],
  after: readonly TrackerProfile[],
): Promise<OwingChange> {
  const changed = [
    ...inForce(before.filter((it) => !after.includes(it))),
    ...inForce(after.filter((it) => !before.includes(it))),
  ]
  const [owed, owes] = [
    world.owesUnder(owingWith(inForce(before))),
    world.owesUnder(owingWith(inForce(after))),
  ]
  const isMeant = (server: ServerId, hosts: readonly string[]) =>
    changed.some(
      (one) =>
        // One that cannot be read may be about any.
        one.profile.hosts.length === 0 || hosts.some((host) => isOfProfile(one, server, host)),
    )
  let [stopsOwing, bytesThatStop, startsOwing] = [0, 0, 0]
  for (const server of fleet.serverIds) {
    for (const row of fleet.rowsOf(server)) {
      if (turns.due()) await turns.next()
      if (!fleet.rows.isSeen(row)) continue
      const key = fleet.keyAt(row)
      const hosts = fleet.valueAt(row, 'trackerHosts')
      // Of one whose trackers are not known each profile may be meant; what it had before is owed as well.
      if (hosts !== undefined && !isMeant(server, [...hosts, ...trackersSeen(key)])) continue
      const [was, is] = [owed(key), owes(key)]
      if (is && !was) startsOwing++
      if (!was || is) continue
      stopsOwing++
      bytesThatStop += fleet.valueAt(row, 'size') ?? 0
    }
  }
  return {stopsOwing, bytesThatStop, startsOwing}
}
