/** Servers that an Arr uses, as they travel. */
import type {z} from 'zod'
import type {ComparedClients, DiscoveredServer} from '#registry/servers/discover.ts'
import type {DiscoveryAnswerSchema} from '../schemas/server-import.ts'

type Answer = z.output<typeof DiscoveryAnswerSchema>

export function wireFoundServers({servers, list}: ComparedClients): Pick<Answer, 'servers' | 'list'> {
  return {servers: servers.map(wireFound), list: mutable(list)}
}

function wireFound(server: DiscoveredServer): Answer['servers'][number] {
  const {kind, known, categories, missing, warnings, ...rest} = server
  return {
    ...rest,
    server_type: kind,
    known: known && {server_id: known.id, server_name: known.name},
    ...{categories: [...categories], missing: [...missing], warnings: [...warnings]},
  }
}

type Mutable<T> = T extends readonly (infer Row)[]
  ? Mutable<Row>[]
  : T extends object
    ? {-readonly [K in keyof T]: Mutable<T[K]>}
    : T

/** What is written down as it is; schemas have no word for what nobody changes. */
export function mutable<T>(document: T): Mutable<T> {
  return document as Mutable<T>
}
