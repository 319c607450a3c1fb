import {useQuery} from '@tanstack/react-query'
import {serversQuery, type Server} from '../../../api/servers.ts'

/** Owner, address, origin and the like, by id; empty until they are known. */
export function useServerCards(): ReadonlyMap<string, Server> {
  return useQuery({...serversQuery, select: byId}).data ?? none
}

export function useServerCard(id: string): Server | null {
  return useServerCards().get(id) ?? null
}

const none: ReadonlyMap<string, Server> = new Map()

function byId(servers: readonly Server[]): ReadonlyMap<string, Server> {
  return new Map(servers.map((server) => [server.server_id, server]))
}
