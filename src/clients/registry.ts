import type {DefaultFolders} from '#model/server.ts'
import type {ServerKind} from './kinds.ts'
import type {ClientDeps, TorrentClient} from './port.ts'
import {DelugeClient} from './deluge/client.ts'
import {ownerPreferences as ofDeluge} from './deluge/preferences.ts'
import {QbittorrentClient} from './qbittorrent/client.ts'
import {
  foldersIn as qbittorrentFolders,
  ownerPreferences as ofQbittorrent,
} from './qbittorrent/preferences.ts'
import {RtorrentClient} from './rtorrent/client.ts'
import {ownerPreferences as ofRtorrent} from './rtorrent/preferences.ts'
import {TransmissionClient} from './transmission/client.ts'
import {snakeName} from './transmission/names.ts'
import {ownerPreferences as ofTransmission} from './transmission/preferences.ts'

type Maker = (parts: ClientDeps) => TorrentClient

/** One line per kind: where a fifth client is added (see README.md of this room). */
const makers: {readonly [K in ServerKind]: Maker} = {
  qbittorrent: (parts) => new QbittorrentClient(parts),
  transmission: (parts) => new TransmissionClient(parts),
  rtorrent: (parts) => new RtorrentClient(parts),
  deluge: (parts) => new DelugeClient(parts),
}

export function createClient(parts: ClientDeps): TorrentClient {
  return makers[parts.definition.kind](parts)
}

/** May whoever manages a server change this setting of its daemon? By the names that the daemon takes. */
const isOwners: {readonly [K in ServerKind]: (name: string) => boolean} = {
  qbittorrent: (name) => ofQbittorrent.has(name),
  // It takes each name in any of its spellings.
  transmission: (name) => ofTransmission.has(snakeName(name)),
  rtorrent: (name) => ofRtorrent.has(name),
  deluge: (name) => ofDeluge.has(name),
}

/** The right that a setting of a daemon takes; a name that is not listed takes an administrator. */
export function preferenceNeeds(kind: ServerKind, name: string): 'manage' | 'admin' {
  return isOwners[kind](name) ? 'manage' : 'admin'
}

/** Folders that settings change and torrents are moved with; `null` = none. The other kinds move nothing by a setting. */
export function foldersIn(
  kind: ServerKind,
  values: Readonly<Record<string, unknown>>,
): DefaultFolders | null {
  return kind === 'qbittorrent' ? qbittorrentFolders(values) : null
}
