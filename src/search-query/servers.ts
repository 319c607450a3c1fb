/** Servers, Arrs and trackers by what people call them. */
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {looksLikeHost} from '#lib/looks-like-host.ts'
import type {NamedTracker} from '#model/query.ts'
import type {KnownArr, KnownServer} from './filter-of.ts'

/**
 * Ids of the servers that are meant: the one of this id, else those of this name or id in any case, else all that have
 * every one of these words in their name or in their id. A whole name wins, so that `nas` never means `nas 2`, too.
 */
export function serversCalled(called: string, servers: readonly KnownServer[]): readonly string[] {
  return idsCalled(called, servers, ({name, id}) => [name, id])
}

/** Ids of the Arrs that are meant, in the same way; where none is called so, also by their kind. */
export function arrsCalled(called: string, arrs: readonly KnownArr[]): readonly string[] {
  return idsCalled(called, arrs, ({name, id, kind}) => [name, id, kind])
}

/** Hosts of the trackers of this name in any case, as a filter takes them; where none is called so, it is a host. */
export function hostsCalled(called: string, trackers: readonly NamedTracker[]): readonly string[] {
  const lower = called.toLowerCase()
  // What is a host means that one, whatever else is called so: rules read it so, too.
  const meant = looksLikeHost(called) ? [] : trackers.filter(({name}) => name.toLowerCase() === lower)
  return meant.length > 0 ? meant.flatMap(({hosts}) => hosts) : [hostWritten(lower)]
}

/**
 * As torrents have it: of an announce address its host, without its port, and other letters than those of ASCII in the
 * spelling of addresses. What is no host stays as it is.
 */
function hostWritten(lower: string): string {
  const host = /^(?:[a-z][a-z\d+.-]*:\/\/)?([^/:?#@[\]]+)(?::\d+)?(?:[/?#].*)?$/.exec(lower)?.[1] ?? lower
  if (!looksLikeHost(host)) return lower
  return /^[\x21-\x7e]+$/.test(host) ? host : (URL.parse(`http://${host}`)?.hostname ?? host)
}

/** @param textsOf where its words are looked for */
export function idsCalled<T extends {readonly id: string; readonly name: string}>(
  called: string,
  all: readonly T[],
  textsOf: (it: T) => readonly string[],
): readonly string[] {
  if (all.some(({id}) => id === called)) return [called]
  const lower = called.toLowerCase()
  const whole = all.filter(({id, name}) => id.toLowerCase() === lower || name.toLowerCase() === lower)
  if (whole.length > 0) return whole.map(({id}) => id)
  const words = lower.split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const holds = (text: string) => words.every((word) => text.toLowerCase().includes(word))
  return all.filter((it) => textsOf(it).some(holds)).map(({id}) => id)
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
