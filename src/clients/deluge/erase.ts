/** The only file of this room that removes torrents or data. It opens for `links/dispatcher.ts` alone. */
import type {Approved, CommandResult, RemovalCommand} from '#model/command.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import type {DelugeClient} from './client.ts'
import {forPresent, outcomeOf} from './selection.ts'
import {foreign, MOST_WORDS} from './wire.ts'

/**
 * Removes torrents, with their data when the command says so. libtorrent deletes the files itself, after the answer.
 * @throws {CommandRefused | ServerFault}
 */
export async function eraseDeluge(
  client: DelugeClient,
  hashes: readonly InfoHash[],
  command: Approved<RemovalCommand>,
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, CommandResult> | void> {
  const {wire} = client
  return forPresent(wire, hashes, [], bounds, async (present) => {
    const params = [[...present.keys()], command.verb === 'removeWithData']
    const failed = await wire.call('core.remove_torrents', params, bounds)
    // Pairs of hash and error.
    if (!Array.isArray(failed)) throw foreign('what became of the removal')
    const outcomes = new Map<InfoHash, CommandResult>()
    for (const pair of failed as unknown[]) {
      const [id, message] = Array.isArray(pair) ? (pair as unknown[]) : []
      const hash = typeof id === 'string' ? asInfoHash(id) : null
      if (hash === null || typeof message !== 'string') throw foreign('of which torrent a removal failed')
      outcomes.set(hash, outcomeOf(message.slice(0, MOST_WORDS), hash))
    }
    return outcomes
  })
}
