/** What a call of the simulated Web API is handed, and how it answers. */
import type {Limit} from '#model/torrent.ts'
import type {FaceAnswer, FaceRequest} from './face.ts'
import type {QbittorrentProfile} from './qbittorrent-profile.ts'
import type {SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'
import type {WorldCommands} from './world-commands.ts'

export interface CallContext {
  readonly world: World
  readonly profile: QbittorrentProfile
  readonly options: Readonly<Record<string, unknown>>
  /** sync/maindata of the asking session. */
  readonly maindata: (rid: number) => Iterable<string>
}

export interface Call {
  /** Only by POST. */
  readonly isCommand: boolean
  readonly run: (context: CallContext, request: FaceRequest) => FaceAnswer | Promise<FaceAnswer>
}

/** GET has its parameters in the query, POST in the body alone. */
export function paramsOf(request: FaceRequest): URLSearchParams {
  return request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query
}

export function text(status: number, body: string): FaceAnswer {
  return {status, headers: {'content-type': 'text/plain; charset=UTF-8'}, body}
}

export function json(value: unknown, status = 200): FaceAnswer {
  return {status, headers: {'content-type': 'application/json'}, body: JSON.stringify(value)}
}

/** `all`, or hashes with `|` between them; those it does not have are passed over without a word. */
export function selected({world}: CallContext, hashes: string): SimTorrent[] {
  if (hashes === 'all') return [...world.list()]
  return hashes
    .split('|')
    .map((hash) => world.get(hash.toLowerCase()))
    .filter((torrent) => torrent !== undefined)
}

/** Only the words `true` and `false` count; anything else is as if not given. */
export function flag(params: URLSearchParams, name: string): boolean | null {
  const word = (params.get(name) ?? '').toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

export type Done = FaceAnswer | void

/** @param needs parameters without which it is 400 */
export function command(
  needs: readonly string[],
  run: (context: CallContext, params: URLSearchParams) => Done,
): Call {
  return {
    isCommand: true,
    run(context, request) {
      const params = paramsOf(request)
      const missing = needs.filter((name) => !params.has(name))
      if (missing.length > 0) return text(400, `Missing required parameters: ${missing.join(', ')}`)
      return run(context, params) ?? text(200, '')
    },
  }
}

/** On many torrents; those it does not have are passed over. */
export const many = (
  needs: readonly string[],
  run: (commands: WorldCommands, torrents: SimTorrent[], params: URLSearchParams) => Done,
): Call =>
  command(['hashes', ...needs], (context, params) =>
    run(context.world.commands, selected(context, params.get('hashes')!), params),
  )

/** On one torrent; 404 without it. */
export const one = (
  needs: readonly string[],
  run: (context: CallContext, torrents: SimTorrent[], params: URLSearchParams) => Done,
): Call =>
  command(['hash', ...needs], (context, params) => {
    const torrents = selected(context, params.get('hash')!)
    return torrents.length > 0 ? run(context, torrents, params) : text(404, 'Not Found')
  })

export const word = (params: URLSearchParams, name: string): string => params.get(name) ?? ''
export const list = (params: URLSearchParams, name: string): string[] =>
  word(params, name)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
export const decoded = (params: URLSearchParams, name: string): string[] =>
  word(params, name).split('|').map(decodeURIComponent)

/** bytes/s; 0 and below = none. */
export function limit(params: URLSearchParams): number | null {
  const bytes = Number(word(params, 'limit'))
  return bytes > 0 ? bytes : null
}

export function shareLimit(params: URLSearchParams, name: string, unit: number): Limit {
  const number = Number(word(params, name))
  if (number === -2) return 'inherit'
  return number < 0 ? null : number * unit
}

export function isCategoryName(name: string): boolean {
  return /^[^/\\]+(\/[^/\\]+)*$/.test(name)
}
