/** From the id in an address to the server it means. */
import {z} from 'zod'
import {ServerUnknown} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {ServerView} from '#model/services.ts'
import type {Scope} from './scope.ts'

export const ServerParams = z.strictObject({id: z.string().min(1).max(200).describe('Id of the server')})

/** @throws {CommodarrError} server_unknown, also for one that who asks may not see */
export function serverMeant({servers}: Scope, id: string): ServerView {
  const server = servers.get(asServerId(id))
  if (server !== null) return server
  throw new ServerUnknown(id)
}
