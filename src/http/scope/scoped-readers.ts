/** What is asked of servers when somebody looks, for who may look. */
import type {ServerReader, TorrentReader} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {columnsWithoutPasskeys, trackerWithoutPasskey, webSeedWithoutPasskey} from '../security/passkeys.ts'
import type {Sight} from './sight.ts'

/**
 * Preferences hold what lets people into the machine: they are its owner's. Who asks about folders one by one learns
 * which there are, and on which disk: that is for who may put things there.
 */
export function scopedReader(reader: ServerReader, sight: Sight): ServerReader {
  return {
    limits: async (id) => {
      sight.demand('read', id)
      return reader.limits(id)
    },
    stats: async (id) => {
      sight.demand('read', id)
      return reader.stats(id)
    },
    freeSpace: async (id, path) => {
      sight.demand(path === null ? 'read' : 'control', id)
      return reader.freeSpace(id, path)
    },
    preferences: async (id) => {
      sight.demand('manage', id)
      return reader.preferences(id)
    },
  }
}

/** Where he may only look, addresses come without passkeys, and the .torrent file, which holds them, not at all. */
export function scopedDetails(details: TorrentReader, sight: Sight): TorrentReader {
  const controls = ({serverId}: TorrentKey) => sight.controls(serverId)
  const see = ({serverId}: TorrentKey) => sight.demand('read', serverId)
  return {
    files: async (key) => {
      see(key)
      return details.files(key)
    },
    trackers: async (key) => {
      see(key)
      const trackers = await details.trackers(key)
      return controls(key) ? trackers : trackers.map(trackerWithoutPasskey)
    },
    peers: async (key) => {
      see(key)
      return details.peers(key)
    },
    webSeeds: async (key) => {
      see(key)
      const seeds = await details.webSeeds(key)
      return controls(key) ? seeds : seeds.map(webSeedWithoutPasskey)
    },
    pieces: async (key) => {
      see(key)
      return details.pieces(key)
    },
    more: async (key) => {
      see(key)
      const columns = await details.more(key)
      return controls(key) ? columns : columnsWithoutPasskeys(columns)
    },
    exportTorrent: async (key) => {
      sight.demand('control', key.serverId)
      return details.exportTorrent(key)
    },
  }
}
