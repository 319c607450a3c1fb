/** From the hash in an address to the torrents it means. A hash alone is never enough to change anything. */
import {z} from 'zod'
import {CommodarrError, ServerUnknown, TorrentNotFound} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import {asInfoHash, asServerId, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import {ServerChoiceNeeded} from '../answers/problems.ts'
import {completenessOf} from '../rows/server-views.ts'
import type {Scope} from './scope.ts'

export const HashParams = z.strictObject({
  hash: z
    .string()
    .regex(/^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/, '40 hex digits (or the 64 of a v2 torrent)')
    .describe('Info hash, 40 hex digits; of a v2 hash the first 40 count'),
})

export const ServerChoice = z.strictObject({
  server_id: z.string().min(1).optional().describe('Which server; needed when several hold the torrent'),
})

export interface Asked {
  readonly params: z.output<typeof HashParams>
  readonly query: z.output<typeof ServerChoice>
  /** Servers that who asks may not see hold nothing. */
  readonly scope: Scope
}

/**
 * Every torrent that is meant: on the named server, or on all that hold the hash.
 * @throws {CommodarrError} server_unknown, torrent_not_found
 */
export function keysMeant({params, query, scope}: Asked): readonly TorrentKey[] {
  const {fleet, servers} = scope
  const hash = asInfoHash(params.hash.slice(0, 40)) as InfoHash
  if (query.server_id === undefined) {
    const holders = fleet.holders(hash)
    if (holders.length === 0) throw new CommodarrError('torrent_not_found', nowhere(servers), {hash})
    return holders
  }
  const key = {serverId: asServerId(query.server_id), hash}
  serverMeant(scope, query.server_id)
  if (fleet.get(key) === null) throw new TorrentNotFound({...key})
  return [key]
}

/** Absence on the servers we see is no proof for the others. */
function nowhere(servers: Scope['servers']): string {
  const {servers_online: online, servers_total: total} = completenessOf(servers.list())
  if (online === total) return 'No server holds this torrent.'
  return `No server is known to hold this torrent; only ${online} of ${total} are online.`
}

/**
 * The one torrent that is meant.
 * @throws {ServerChoiceNeeded} when several servers hold it and none was named.
 */
export function keyMeant(asked: Asked): TorrentKey {
  const keys = keysMeant(asked)
  if (keys.length === 1) return keys[0]!
  throw choiceAmong(keys, asked)
}

/** On a server that is named also one that it holds no more: what became of it is told then, too. */
export function keyOnceMeant(asked: Asked): TorrentKey {
  const {params, query, scope} = asked
  if (query.server_id === undefined) return keyMeant(asked)
  serverMeant(scope, query.server_id)
  return {serverId: asServerId(query.server_id), hash: asInfoHash(params.hash.slice(0, 40))!}
}

/**
 * The one torrent that is meant to go. Its server is never guessed: the only copy that is left may be another one than
 * that which was there when somebody decided.
 * @throws {ServerChoiceNeeded} when no server was named.
 */
export function keyNamed(asked: Asked): TorrentKey {
  const keys = keysMeant(asked)
  if (asked.query.server_id !== undefined) return keys[0]!
  throw choiceAmong(keys, asked)
}

function choiceAmong(keys: readonly TorrentKey[], {scope}: Asked): ServerChoiceNeeded {
  return new ServerChoiceNeeded(
    keys.map(({serverId}) => ({
      server_id: serverId,
      server_name: scope.servers.get(serverId)?.name ?? serverId,
    })),
  )
}

/** From the id in an address to the server it means. */

export const ServerParams = z.strictObject({id: z.string().min(1).max(200).describe('Id of the server')})

/** @throws {CommodarrError} server_unknown, also for one that who asks may not see */
export function serverMeant({servers}: Scope, id: string): ServerView {
  const server = servers.get(asServerId(id))
  if (server !== null) return server
  throw new ServerUnknown(id)
}
