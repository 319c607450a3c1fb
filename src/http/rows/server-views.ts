/** Servers as they travel, and how much of the fleet an answer speaks for. */
import type {z} from 'zod'
import type {ServerFigures} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {IdentifiedServer} from '#registry/arrs/requests.ts'
import type {ComparedClients, DiscoveredServer} from '#registry/import/discover.ts'
import {toWire} from '../answers/codec.ts'
import type {ArrDiscoverySchema} from '../schemas/arr.ts'
import type {ServerDetailSchema, ServerInListSchema, ServerSchema} from '../schemas/server.ts'
import type {DiscoveryAnswerSchema} from '../schemas/server-import.ts'
import type {Scope} from '../scope/scope.ts'

export function nameOf(server: ServerView) {
  return {server_id: server.id, server_name: server.name, server_type: server.kind}
}

export function wireServer(server: ServerView, {servers}: Scope): z.output<typeof ServerSchema> {
  const {id, name: _name, kind: _kind, features: _features, stale: _stale, stats, ...rest} = server
  const figures = toWire({stats: figuresNow(server), lastStats: stats})
  return {...nameOf(server), ...toWire(servers.card(id)), ...toWire(rest), ...figures}
}

export function wireServerDetail(server: ServerView, scope: Scope): z.output<typeof ServerDetailSchema> {
  const features =
    server.features && Object.entries(server.features).map(([name, feature]) => ({name, ...toWire(feature)}))
  return {...wireServer(server, scope), features}
}

/** Its list is whole and fresh: online, also when it is slow or old. */
export function isOnline(server: ServerView): boolean {
  return server.health.status === 'online' || server.health.status === 'degraded'
}

export function wireServerInList(server: ServerView): z.output<typeof ServerInListSchema> {
  const {status, reason, detail, advice} = server.health
  return {
    ...nameOf(server),
    status,
    reason,
    detail,
    advice,
    torrents: server.torrents,
    stale_rows: server.stale,
    synced_at: server.syncedAt,
  }
}

/** Its figures of now; `null` = nobody knows, as it is not online: what it did last is no figure of now. */
export function figuresNow(server: ServerView): ServerFigures | null {
  return isOnline(server) ? server.stats : null
}

/** Servers that a person switched off do not count: nobody waits for them. */
export function completenessOf(servers: readonly ServerView[]) {
  const counted = servers.filter((it) => it.enabled)
  const online = counted.filter(isOnline).length
  return {complete: online === counted.length, servers_online: online, servers_total: counted.length}
}

type Answer = z.output<typeof DiscoveryAnswerSchema>

/** Servers that an Arr uses, as they travel. */
export function wireFoundServers({
  servers,
  list,
}: Pick<ComparedClients, 'list'> & {readonly servers: readonly Omit<DiscoveredServer, 'mayBe'>[]}): Pick<
  Answer,
  'servers' | 'list'
> {
  return {servers: servers.map(wireFound), list: mutable(list)}
}

function wireFound(server: Omit<DiscoveredServer, 'mayBe'>): Answer['servers'][number] {
  const {kind, known, categories, missing, warnings, ...about} = server
  const {name, implementation, enabled, url, item, obstacle} = about
  return {
    name,
    implementation,
    enabled,
    url,
    item,
    obstacle,
    server_type: kind,
    known: known && {server_id: known.id, server_name: known.name},
    categories: [...categories],
    missing: [...missing],
    warnings: [...warnings],
  }
}

/** With which of ours it may be, and how much of what its Arr got is there. */
export function wireIdentified(
  server: IdentifiedServer,
): z.output<typeof ArrDiscoverySchema>['servers'][number] {
  const mayBe = server.mayBe.map(({id, name, same, of}) => ({server_id: id, server_name: name, same, of}))
  return {...wireFound(server), may_be: mayBe}
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
