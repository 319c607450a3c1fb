/** Whether a torrent is there, for what waits for its end. */
import type {Fleet} from '#fleet/fleet.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

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
