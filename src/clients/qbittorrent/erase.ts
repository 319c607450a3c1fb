/**
 * Removing torrents, with or without their data. A door of its own: `links/dispatcher.ts` alone opens it.
 */
import type {Approved, CommandResult, RemovalCommand} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import type {QbittorrentClient} from './client.ts'

/**
 * The server ignores hashes it does not have and answers before the data is gone; the next deltas say what went.
 * Both parameters have to be sent (400 otherwise, 5.3.0). Source: Web API sheet §6.3 `torrents/delete`.
 * @throws {ServerFault} `outcomeUnknown` when the answer was lost; never sent twice
 */
export async function eraseQbittorrent(
  client: QbittorrentClient,
  hashes: readonly InfoHash[],
  command: Approved<RemovalCommand>,
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, CommandResult> | void> {
  if (hashes.length === 0) return
  const params = {hashes: hashes.join('|'), deleteFiles: command.verb === 'removeWithData'}
  await client.wire.post('torrents/delete', params, bounds)
}
