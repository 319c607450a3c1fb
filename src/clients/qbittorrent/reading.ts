/** What is read on its own, beside the sync: torrents before something is changed by them, long lists in slices. */
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {JsonMemberStream} from '../json-member-stream.ts'
import {foreign, isRecord, type NativeTorrent, textIn} from './native.ts'
import {asPage} from './sync.ts'
import {asList, type About, type Params, type Wire, type Connection} from './wire.ts'

/**
 * As the server has them now; those it does not have are missing. By POST: an address cannot grow with their number. Who
 * was not asked for (a proxy lost the list on its way) is left out: what comes back here is what will be commanded.
 */
export async function readTorrents(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, NativeTorrent>> {
  const path = 'torrents/info'
  const rows = asList(path, await wire.postJson(path, {hashes: hashes.join('|')}, bounds))
  const asked = new Set<string>(hashes)
  const known = rows.filter(isRecord).filter((row) => asked.has(textIn(row['hash'])))
  return new Map(known.map((row) => [textIn(row['hash']) as InfoHash, row]))
}

/** Hands out the records of a list as they arrive, within the turns of the loop: there may be 100,000 files. */
export async function readRecords(
  {wire, turns}: Pick<Connection, 'wire' | 'turns'>,
  path: string,
  {params, about, bounds}: {params: Params; about: About; bounds: CallBounds},
  onRecord: (record: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  const slicer = new JsonMemberStream({members: []})
  let isList = false
  const consume = async (chunk: Buffer): Promise<void> => {
    for (const piece of slicer.push(chunk)) {
      isList ||= piece.what === 'open'
      if (piece.what === 'member' && isRecord(piece.value)) onRecord(piece.value)
      if (turns.due()) await turns.next()
    }
  }
  await wire.getStream(path, params, bounds, consume, about).catch(asPage)
  slicer.finish()
  if (!isList) throw foreign(`the list of ${path}`)
}
