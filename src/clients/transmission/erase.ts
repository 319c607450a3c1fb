/** The only file of this room that removes torrents or data. It opens for `links/dispatcher.ts` alone. */
import type {Approved, CommandResult, RemovalCommand} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import type {TransmissionClient} from './client.ts'
import {forPresent} from './selection.ts'

/**
 * Removes torrents, with their data when the command says so. The daemon deletes the files itself, and moves them to
 * the trash where its build does; it does so after the answer.
 * @throws {CommandRefused | ServerFault}
 */
export async function eraseTransmission(
  client: TransmissionClient,
  hashes: readonly InfoHash[],
  command: Approved<RemovalCommand>,
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, CommandResult> | void> {
  const {wire} = client
  return forPresent(wire, hashes, [], bounds, async (present) => {
    const params = {ids: [...present.keys()], delete_local_data: command.verb === 'removeWithData'}
    await wire.call('torrent_remove', params, bounds)
  })
}
