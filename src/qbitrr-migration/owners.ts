/** Whose the older program's records are in the configuration of today: it named sections as they were then. */
import type {Config} from '#config/config.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {OldTorrent} from './old-rows.ts'

export type Sections = Pick<Config, 'arrs' | 'servers'>

export class Owners {
  readonly #arrs: ReadonlyMap<string, string | null>
  readonly #servers: ReadonlySet<ServerId>
  readonly #only: ServerId | null

  constructor({arrs, servers}: Sections) {
    const names = new Map<string, string | null>()
    // Two that are the same but for their spelling: nobody could tell whose it was.
    for (const {id} of arrs) names.set(plain(id), names.has(plain(id)) ? null : id)
    for (const {id} of arrs) names.set(id, id)
    this.#arrs = names
    const qbittorrents = servers.filter(({kind}) => kind === 'qbittorrent').map(({id}) => id)
    this.#servers = new Set(qbittorrents)
    const first = asServerId('qBit')
    this.#only = this.#servers.has(first) ? first : qbittorrents.length === 1 ? qbittorrents[0]! : null
  }

  /** Section of the Arr; `null` = the configuration has none that it could be. */
  arr(name: string): string | null {
    const key = plain(name)
    const anime = key.replace(/^animarr/, 'sonarr')
    const tried = anime === key ? [name, key] : [`${anime}_migrated`, anime]
    return tried.map((it) => this.#arrs.get(it)).find((id) => id !== undefined) ?? null
  }

  server({server}: Pick<OldTorrent, 'server'>): ServerId | null {
    if (server === null) return this.#only
    const id = asServerId(server)
    return this.#servers.has(id) ? id : null
  }
}

/** As a name of a table was made of it: small letters, digits, and lines for the rest. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}
