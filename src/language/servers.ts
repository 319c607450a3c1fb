/** Servers by what people call them. */
import {serverKinds, type ServerKind} from '#model/server.ts'
import type {KnownServer} from './filter-of.ts'

/** Ids of the servers of this id or, in any case, of this name; names may be shared. */
export function serversCalled(word: string, servers: readonly KnownServer[]): readonly string[] {
  if (servers.some(({id}) => id === word)) return [word]
  const lower = word.toLowerCase()
  return servers
    .filter(({id, name}) => id.toLowerCase() === lower || name.toLowerCase() === lower)
    .map(({id}) => id)
}

/** How a server is written: by its name, unless that means another one, too. */
export function serverSpelling(id: string, servers: readonly KnownServer[]): string {
  const name = servers.find((server) => server.id === id)?.name ?? id
  const meant = serversCalled(name, servers)
  return meant.length === 1 && meant[0] === id ? name : id
}

/** `null` = no such kind. */
export function kindCalled(word: string): ServerKind | null {
  const lower = word.toLowerCase()
  return serverKinds.find((kind) => kind === lower) ?? null
}
