/** What a page is told of the servers in sight: those that changed, and their order when that did. */
import type {LiveServer, ServersNews} from '#model/live.ts'
import type {ServerView} from '#model/services.ts'
import type {Scope} from '../scope/scope.ts'
import {wireServerInList} from '../rows/server-views.ts'
import {Told} from './told.ts'

export class ServerNews {
  readonly #told = new Told()
  #order: readonly string[] = []

  /** What differs from what was told; `null` = nothing does. */
  take(scope: Scope): ServersNews | null {
    const all = scope.servers.list().map((server) => liveServer(server, scope))
    const servers = all.filter((it) => this.#told.fresh(`server ${it.server_id}`, it) !== undefined)
    const order = this.#told.fresh(
      'order',
      all.map((it) => it.server_id),
    )
    if (order !== undefined) this.#forgetOthers(order)
    if (servers.length === 0 && order === undefined) return null
    return {type: 'servers', servers, ...(order !== undefined && {order})}
  }

  /** The page forgets them, too: should they come back, they are told whole. */
  #forgetOthers(order: readonly string[]): void {
    const present = new Set(order)
    for (const id of this.#order) if (!present.has(id)) this.#told.forget(`server ${id}`)
    this.#order = order
  }
}

function liveServer(server: ServerView, {servers}: Scope): LiveServer {
  const {health, stats} = server
  const {access, colour, icon, serverTags, defaultForAdding} = servers.card(server.id)
  return {
    ...wireServerInList(server),
    enabled: server.enabled,
    since: health.since,
    last_ok_at: health.lastOkAt,
    next_try_at: health.nextTryAt,
    latency_ms: health.latencyP50Ms,
    version: server.version,
    down_speed: stats?.downSpeed ?? 0,
    up_speed: stats?.upSpeed ?? 0,
    down_limit: stats?.downLimit,
    up_limit: stats?.upLimit,
    alt_speed: stats?.altSpeed,
    free_space: stats?.freeSpace,
    access,
    colour,
    icon,
    server_tags: serverTags,
    default_for_adding: defaultForAdding,
  }
}
