/** What is true of servers as a whole, for guards and for what waits for an end. */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#kit/clock.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Share} from '#model/units.ts'

/** How often it is looked how many torrents have trackers that all fail. */
const FAILING_MS = 30_000

/** Only a server that is believed, and whose list was read whole since this program began, says that one is gone. */
export function presenceOf(
  key: TorrentKey | null,
  fleet: Fleet,
  servers: {get(id: ServerId): ServerView | null},
): 'there' | 'gone' | 'unknown' {
  const view = key && servers.get(key.serverId)
  const isBelieved = view?.health.status === 'online' || view?.health.status === 'degraded'
  if (!key || !view || !isBelieved || view.wholeLists === 0) return 'unknown'
  const row = fleet.rowOf(key)
  if (row === null) return 'gone'
  return fleet.rows.isSeen(row) ? 'there' : 'unknown'
}

/** Share of the torrents with trackers for which none works, of all servers together. */
export function failingShare(fleet: Fleet, clock: Clock): () => Share | undefined {
  let lookedAt = Number.NEGATIVE_INFINITY
  let share: Share | undefined
  return () => {
    const now = clock.monotonic()
    if (now - lookedAt < FAILING_MS) return share
    lookedAt = now
    let [known, failing] = [0, 0]
    for (const id of fleet.serverIds) {
      for (const row of fleet.rowsOf(id)) {
        const status = fleet.valueAt(row, 'trackerStatus')
        if (status === 'unknown' || status === 'none') continue
        known++
        if (status === 'error' || status === 'unreachable') failing++
      }
    }
    share = known === 0 ? undefined : failing / known
    return share
  }
}
