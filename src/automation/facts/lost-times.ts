import type {Compartment} from '#model/access.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {UnknownTime} from '#rules/presets/inherited.ts'
import type {KnownRuns} from '#store/repositories/known-runs.ts'

/**
 * Times that the database lacks: those for all first, then those of members, on their own servers alone.
 * @param compartmentOf the member whose own a server is; `null` = the house's
 */
export function lostTimes(
  runs: Pick<KnownRuns, 'lostTimes' | 'lacksOfMembers'>,
  servers: {list(): readonly {readonly id: ServerId}[]},
  compartmentOf: (id: ServerId) => Compartment,
): readonly UnknownTime[] {
  const ofAll = runs.lostTimes(null).map((it) => ({...it, servers: null}))
  // Asked for each of thousands of torrents: a list of all servers is made only where it is of use.
  if (!runs.lacksOfMembers()) return ofAll
  const ofMembers = servers.list().flatMap(({id}) => {
    const whose = compartmentOf(id)
    return whose === null ? [] : runs.lostTimes(whose).map((it) => ({...it, servers: [id]}))
  })
  return [...ofAll, ...ofMembers]
}
