/** For tests: samples, and servers that do as they are told. */
import {believedFree, type ServerFigures, type ServerHealth, type ServerStats} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {Sample} from './sample.ts'

export const [A, B] = [asServerId('A'), asServerId('B')]

export function sample(at: number, change: Partial<Sample> = {}): Sample {
  return {
    serverId: A,
    span: 10,
    at,
    count: 1,
    downSpeed: 10,
    upSpeed: 1,
    downSpeedMax: 10,
    upSpeedMax: 1,
    downloaded: 100,
    uploaded: 10,
    torrents: 3,
    downloading: 1,
    seeding: 1,
    failing: 1,
    freeSpace: 1_000,
    latencyMs: 4,
    online: 1,
    ...change,
  }
}

export function healthOf(status: ServerHealth['status'], change: Partial<ServerHealth> = {}): ServerHealth {
  return {
    status,
    reason: 'none',
    detail: '',
    advice: '',
    since: 0,
    lastOkAt: null,
    nextTryAt: null,
    latencyP50Ms: 4,
    latencyP95Ms: 9,
    consecutiveFailures: 0,
    version: null,
    ...change,
  }
}

/** One server that is online. */
export function serverView(id: ServerId, change: Partial<ServerView> = {}): ServerView {
  return {
    id,
    name: id,
    kind: 'qbittorrent',
    url: 'http://127.0.0.1:1',
    enabled: true,
    health: healthOf('online'),
    version: null,
    apiVersion: null,
    features: null,
    stats: stats(),
    categories: [],
    tags: [],
    torrents: 0,
    stale: 0,
    epoch: 1,
    wholeLists: 2,
    isNeverListed: false,
    lastWholeListAt: null,
    syncedAt: null,
    pollMs: null,
    polls: {count: 4, ms: 200},
    clockAheadMs: null,
    ...change,
  }
}

export function stats({freeSpace = 1_000, ...change}: Partial<ServerStats> = {}): ServerFigures {
  return {downSpeed: 10, upSpeed: 1, freeSpace: believedFree(freeSpace), ...change}
}
