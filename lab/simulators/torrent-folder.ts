/**
 * The .torrent files that a daemon keeps of its torrents, as real files: some kinds hand none out, and whoever wants one
 * reads it there.
 */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {SimTorrent} from './sim-torrent.ts'

/** As each of the servers calls the folder of its settings. */
export const CONFIG_FOLDER = '/srv/config'

/** Below that folder. */
const names: Readonly<Record<ServerKind, (hash: string) => string>> = {
  qbittorrent: (hash) => `BT_backup/${hash}.torrent`,
  transmission: (hash) => `torrents/${hash}.torrent`,
  rtorrent: (hash) => `session/${hash.toUpperCase()}.torrent`,
  deluge: (hash) => `state/${hash}.torrent`,
}

/** What its daemon calls the .torrent file that it keeps of this one. */
export function torrentFileOf(kind: ServerKind, {hash}: Pick<SimTorrent, 'hash'>): string {
  return `${CONFIG_FOLDER}/${names[kind](hash)}`
}

export class TorrentFolder {
  readonly #folder: string
  readonly #kind: ServerKind

  /** @param folder ours, of the settings of a server */
  constructor(folder: string, kind: ServerKind) {
    this.#folder = folder
    this.#kind = kind
    mkdirSync(dirname(this.#pathOf('')), {recursive: true})
  }

  /** Of what was added by a magnet link there is none. */
  keep({hash, metainfo}: Pick<SimTorrent, 'hash' | 'metainfo'>): void {
    if (metainfo !== null) writeFileSync(this.#pathOf(hash), metainfo)
  }

  forget({hash}: Pick<SimTorrent, 'hash'>): void {
    rmSync(this.#pathOf(hash), {force: true})
  }

  #pathOf(hash: string): string {
    return join(this.#folder, names[this.#kind](hash))
  }
}
