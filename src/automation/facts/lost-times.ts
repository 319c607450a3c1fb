import type {Compartment} from '#model/access.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {UnknownTime} from '#rules/presets/inherited.ts'
import type {KnownRuns} from '#store/repositories/known-runs.ts'

interface LostTimesDeps {
  readonly runs: Pick<KnownRuns, 'lostTimes' | 'lacksOfMembers'>
  readonly servers: () => readonly {readonly id: ServerId}[]
  /** The member whose own a server is; `null` = the house's. */
  readonly compartmentOf: (id: ServerId) => Compartment
}

/** Times that the database lacks: those for all first, then those of members, on their own servers alone. */
export function lostTimes({runs, servers, compartmentOf}: LostTimesDeps): readonly UnknownTime[] {
  const ofAll = runs.lostTimes(null).map((it) => ({...it, servers: null}))
  // Asked for each of thousands of torrents: a list of all servers is made only where it is of use.
  if (!runs.lacksOfMembers()) return ofAll
  const ofMembers = servers().flatMap(({id}) => {
    const whose = compartmentOf(id)
    return whose === null ? [] : runs.lostTimes(whose).map((it) => ({...it, servers: [id]}))
  })
  return [...ofAll, ...ofMembers]
}
