/** From the torrents that a body names to those that are meant. */
import type {FrozenKeys} from '#executor/frozen-keys.ts'
import {asInfoHash, asServerId, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {Scope} from './scope.ts'

interface WireKey {
  readonly server_id: string
  readonly info_hash: string
}

/** One of both is there. @throws {CommodarrError} selection_unknown */
export function chosenBy(
  {
    keys,
    selection_id: id,
  }: {readonly keys?: readonly WireKey[] | undefined; readonly selection_id?: string | undefined},
  scope: Scope,
): readonly TorrentKey[] | FrozenKeys {
  return id === undefined ? (keys ?? []).map(asKey) : scope.selections.get(id).keys
}

export function asKey(key: WireKey): TorrentKey {
  return {serverId: asServerId(key.server_id), hash: asInfoHash(key.info_hash) as InfoHash}
}
