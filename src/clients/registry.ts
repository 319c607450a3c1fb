import type {ServerKind} from '#model/server.ts'
import type {ClientDeps, TorrentClient} from './port.ts'
import {QbittorrentClient} from './qbittorrent/client.ts'
import {RtorrentClient} from './rtorrent/client.ts'
import {TransmissionClient} from './transmission/client.ts'

type Maker = (parts: ClientDeps) => TorrentClient

/** One line per kind: where a fifth client is added (see README.md of this room). */
const makers: {readonly [K in ServerKind]: Maker} = {
  qbittorrent: (parts) => new QbittorrentClient(parts),
  transmission: (parts) => new TransmissionClient(parts),
  rtorrent: (parts) => new RtorrentClient(parts),
}

export function createClient(parts: ClientDeps): TorrentClient {
  return makers[parts.definition.kind](parts)
}
