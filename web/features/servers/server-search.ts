import type {LiveServer} from '#model/live.ts'
import {kindName} from './server-words.ts'

/** Those whose name, tag or kind has all the words. */
export function foundServers<S extends Pick<LiveServer, 'server_name' | 'server_tags' | 'server_type'>>(
  servers: readonly S[],
  typed: string,
): readonly S[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return servers
  return servers.filter(({server_name: name, server_tags: tags, server_type: kind}) => {
    const all = [name, ...tags, kindName(kind)].join('\n').toLowerCase()
    return words.every((word) => all.includes(word))
  })
}
