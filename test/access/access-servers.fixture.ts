/** The servers of the access matrix: their names, and the words by which a leak of theirs is known. */
import {createHash} from 'node:crypto'
import {asInfoHash, asServerId, type InfoHash, type ServerId} from '#model/torrent-key.ts'

export const serverNames = ['own', 'secret', 'shown', 'lent', 'open', 'fileAll', 'fileClosed'] as const
export type ServerName = (typeof serverNames)[number]
/** `ghost` does not exist. */
export type AnyServer = ServerName | 'ghost'

/** All of one length, so that answers about two of them can be compared byte by byte. */
export function idOf(name: AnyServer): ServerId {
  return asServerId(`id-${name.toLowerCase().padEnd(10, '0')}`)
}

/** In every word that a server tells of itself. */
export function canaryOf(name: AnyServer): string {
  return `canary${name.toLowerCase().padEnd(10, 'x')}`
}

/** In every address of a tracker. */
export function passkeyOf(name: AnyServer): string {
  return `passkey${name.toLowerCase().padEnd(10, 'y')}`
}

/** Of the torrent that this server alone has. */
export function hashOn(name: AnyServer): InfoHash {
  return asInfoHash(createHash('sha1').update(name).digest('hex'))!
}

/** Of the torrent that all servers have. */
export const commonHash = 'c0'.repeat(20) as InfoHash

export function serverNamed(id: ServerId): ServerName {
  const name = serverNames.find((it) => idOf(it) === id)
  if (name === undefined) throw new Error(`${id} was asked for, which does not exist`)
  return name
}
