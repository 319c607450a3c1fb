/** What is known of an addition before its server has it. */
import {readMagnet} from '#clients/magnet.ts'
import type {MetainfoReader} from '#clients/port.ts'
import type {AddSource} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {asInfoHash, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'

type Read = (bytes: Uint8Array) => ReturnType<MetainfoReader['read']>

/**
 * What a torrent file names; `null` = a link or an address: nobody knows it before their server does.
 * @throws {CommodarrError} as `MetainfoReader.read`
 */
export async function filesIn(
  source: AddSource,
  serverId: ServerId,
  read: Read,
): Promise<{
  readonly key: TorrentKey
  readonly name: string
  readonly files: Awaited<ReturnType<Read>>['files']
} | null> {
  if (!('torrent' in source)) return null
  const {infoHashV1, infoHashV2, name, files} = await read(source.torrent)
  const hash = infoHashV1 ?? asInfoHash(infoHashV2!.slice(0, 40))!
  return {key: {serverId, hash}, name, files}
}

/**
 * By which hashes others may have it, and its name; `null` = it tells none. What cannot be read its server refuses in
 * its own words. @throws {CommodarrError} too_expensive
 */
export async function identityOf(
  source: AddSource,
  read: Read,
): Promise<{readonly hashes: readonly InfoHash[]; readonly name: string | null}> {
  try {
    const isMagnet = 'url' in source && /^magnet:/i.test(source.url)
    if ('url' in source && !isMagnet) return {hashes: [], name: new URL(source.url).hostname}
    const {infoHashV1, infoHashV2, name} =
      'torrent' in source
        ? await read(source.torrent)
        : readMagnet('url' in source ? source.url : source.magnet)
    const hashes = [infoHashV1, asInfoHash(infoHashV2?.slice(0, 40) ?? '')].filter((hash) => hash !== null)
    return {hashes, name: name === '' ? null : name}
  } catch (error) {
    const isOfIt = !(error instanceof CommodarrError) || error.code === 'torrent_invalid'
    if (!isOfIt) throw error
    return {hashes: [], name: 'torrent' in source ? source.fileName : null}
  }
}
