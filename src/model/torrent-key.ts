/** Names. A brand makes a wrong call impossible: no bare string passes for a server or a hash. */
declare const brand: unique symbol
export type Branded<T, Name extends string> = T & {readonly [brand]: Name}

/** A server's stable id. From the configuration file it is the section name itself (`qBit`, `qBit-Seedbox`). */
export type ServerId = Branded<string, 'ServerId'>

/**
 * Lower-case hex, 40 digits: the id the server itself uses in commands. For v2 and hybrid torrents in qBittorrent
 * that is the v2 hash cut to 40 digits; the whole hashes are the columns `infoHashV1` and `infoHashV2`.
 */
export type InfoHash = Branded<string, 'InfoHash'>

/** The only name that can be acted on: a hash may live on several servers. */
export interface TorrentKey {
  readonly serverId: ServerId
  readonly hash: InfoHash
}

const hashShape = /^[0-9a-f]{40}$/

/** Reads a server's spelling of a hash (any case). `null` when it is not 40 hex digits. */
export function asInfoHash(text: string): InfoHash | null {
  const lower = text.toLowerCase()
  return hashShape.test(lower) ? (lower as InfoHash) : null
}

export function asServerId(text: string): ServerId {
  return text as ServerId
}

/** `serverId/hash`: for logs and map keys. A server id may hold a slash, a hash never does. */
export function keyText(key: TorrentKey): string {
  return `${key.serverId}/${key.hash}`
}

/** What `keyText` wrote; `null` = it is no such text. */
export function keyIn(text: string): TorrentKey | null {
  const slash = text.lastIndexOf('/')
  const hash = asInfoHash(text.slice(slash + 1))
  return slash < 1 || hash === null ? null : {serverId: asServerId(text.slice(0, slash)), hash}
}
