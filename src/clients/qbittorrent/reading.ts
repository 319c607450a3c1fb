/** Torrents read on their own, beside the sync: fresh values before something is changed by them. */
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {isRecord, listIn, textIn, type NativeTorrent} from './native.ts'
import type {Wire} from './wire.ts'

/**
 * As the server has them now; those it does not have are missing. By POST: an address cannot grow with their number. Who
 * was not asked for (a proxy lost the list on its way) is left out: what comes back here is what will be commanded.
 */
export async function readTorrents(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, NativeTorrent>> {
  const rows = listIn(await wire.postJson('torrents/info', {hashes: hashes.join('|')}, bounds))
  const asked = new Set<string>(hashes)
  const known = rows.filter(isRecord).filter((row) => asked.has(textIn(row['hash'])))
  return new Map(known.map((row) => [textIn(row['hash']) as InfoHash, row]))
}
