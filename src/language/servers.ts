/** Servers by what people call them. */
import {serverKinds, type ServerKind} from '#model/server.ts'
import type {KnownServer} from './filter-of.ts'

/**
 * Ids of the servers that are meant: the one of this id, else those of this name or id in any case, else all that have
 * every one of these words in their name or in their id. A whole name wins, so that `nas` never means `nas 2`, too.
 */
export function serversCalled(called: string, servers: readonly KnownServer[]): readonly string[] {
  if (servers.some(({id}) => id === called)) return [called]
  const lower = called.toLowerCase()
  const whole = servers.filter(({id, name}) => id.toLowerCase() === lower || name.toLowerCase() === lower)
  return (whole.length > 0 ? whole : serversWith(lower, servers)).map(({id}) => id)
}

function serversWith(called: string, servers: readonly KnownServer[]): readonly KnownServer[] {
  const words = called.split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  return servers.filter((server) =>
    [server.name, server.id].some((name) => words.every((word) => name.toLowerCase().includes(word))),
  )
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
