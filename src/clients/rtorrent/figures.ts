/** Figures of the whole server, asked for along with each list at next to no price. */
import type {ServerStats} from '#model/server.ts'
import {numberOf, RpcFault, type RpcCall, type RpcResult} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {limitFrom} from './throttles.ts'

export interface Figures {
  readonly pid: number
  /** Torrents in the view `main`; `null` = it does not tell. */
  readonly count: number | null
  readonly downRate: number
  readonly upRate: number
  readonly downTotal: number
  readonly upTotal: number
  readonly downLimit: number
  readonly upLimit: number
  /** The daemon's clock, Unix seconds. */
  readonly time: number
}

/** `pid` first: whether a list belongs to a new run has to be known before its first row. */
const methods = [
  'system.pid',
  'system.time_seconds',
  'view.size',
  'throttle.global_down.rate',
  'throttle.global_up.rate',
  'throttle.global_down.total',
  'throttle.global_up.total',
  'throttle.global_down.max_rate',
  'throttle.global_up.max_rate',
] as const

export const figureCalls: readonly RpcCall[] = methods.map((method) => ({
  method,
  params: method === 'view.size' ? ['', 'main'] : [''],
}))

export function readFigures(results: readonly RpcResult[]): Figures {
  const number = (method: (typeof methods)[number]): number => {
    const result = results[methods.indexOf(method)]
    return result === undefined || result instanceof RpcFault ? 0 : numberOf(result)
  }
  return {
    pid: number('system.pid'),
    time: number('system.time_seconds'),
    count: results[2] instanceof RpcFault ? null : number('view.size'),
    downRate: number('throttle.global_down.rate'),
    upRate: number('throttle.global_up.rate'),
    downTotal: number('throttle.global_down.total'),
    upTotal: number('throttle.global_up.total'),
    downLimit: number('throttle.global_down.max_rate'),
    upLimit: number('throttle.global_up.max_rate'),
  }
}

/** Totals are of this run of the daemon; it keeps no others for the whole server. */
export function statsFrom(figures: Figures, session: RtorrentSession): ServerStats {
  return {
    downSpeed: figures.downRate,
    upSpeed: figures.upRate,
    sessionDownloaded: figures.downTotal,
    sessionUploaded: figures.upTotal,
    downLimit: limitFrom(figures.downLimit),
    upLimit: limitFrom(figures.upLimit),
    defaultSavePath: session.facts.defaultDirectory || undefined,
    freeSpace: session.freeSpace,
    queueing: false,
  }
}
