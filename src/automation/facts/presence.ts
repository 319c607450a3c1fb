/** Whether a torrent is there, for what waits for its end. */
import type {Fleet} from '#fleet/fleet.ts'
import type {ListFreshness, Presence, ServerView} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

interface PresenceSources {
  readonly fleet: Fleet
  readonly servers: {get(id: ServerId): ServerView | null; freshSince: ListFreshness['freshSince']}
  /** It is not configured any more, and the configuration is in no doubt. */
  readonly hasLeft: (id: ServerId) => boolean
}

/**
 * Only a server that is believed, and whose list was read whole since this program began, and after it stood still, says
 * that one is gone.
 */
export function presenceOf(key: TorrentKey | null, {fleet, servers, hasLeft}: PresenceSources): Presence {
  if (key && hasLeft(key.serverId)) return 'left'
  const view = key && servers.get(key.serverId)
  if (!key || !view || servers.freshSince(key.serverId) === null || view.wholeLists === 0) return 'unknown'
  const row = fleet.rowOf(key)
  if (row === null) return 'gone'
  return fleet.rows.isSeen(row) ? 'there' : 'unknown'
}
