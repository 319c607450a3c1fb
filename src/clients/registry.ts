import {NotSupported} from '#model/errors.ts'
import type {ServerKind} from '#model/server.ts'
import type {ClientDeps, TorrentClient} from './port.ts'
import {QbittorrentClient} from './qbittorrent/client.ts'
import {RtorrentClient} from './rtorrent/client.ts'
import {TransmissionClient} from './transmission/client.ts'

type Maker = (parts: ClientDeps) => TorrentClient

/** One line per kind: where a fifth client is added (see README.md of this room). */
const makers: {readonly [K in ServerKind]: Maker | null} = {
  qbittorrent: (parts) => new QbittorrentClient(parts),
  transmission: (parts) => new TransmissionClient(parts),
  rtorrent: (parts) => new RtorrentClient(parts),
  deluge: null,
}

/** Kinds the configuration knows but no client speaks yet: their sections stay off. */
export function isSupported(kind: ServerKind): boolean {
  return makers[kind] !== null
}

/** @throws {NotSupported} for a kind we know by name only */
export function createClient(parts: ClientDeps): TorrentClient {
  const make = makers[parts.definition.kind]
  if (!make)
    throw new NotSupported(`${parts.definition.kind} servers are not supported yet.`, {
      server: parts.definition.id,
    })
  return make(parts)
}
