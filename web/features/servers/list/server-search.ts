import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {healthLook} from '../health-words.ts'
import {kindName} from '../server-words.ts'

type Sought = Pick<LiveServer, 'server_name' | 'server_tags' | 'server_type' | 'status' | 'reason'>

/** Those whose name, tag, kind or health has all the words. */
export function foundServers<S extends Sought>(servers: readonly S[], typed: string): readonly S[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return servers
  return servers.filter((server) => {
    const {server_name: name, server_tags: tags, server_type: kind} = server
    const all = [name, ...tags, kindName(kind), text(healthLook(server).word)].join('\n').toLowerCase()
    return words.every((word) => all.includes(word))
  })
}
