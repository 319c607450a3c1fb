/** Which server is best for what is to be added, and why. Pure. */
import type {LiveServer} from '#model/live.ts'
import type {TextKey, TextValues} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'

export type Candidate = Pick<
  LiveServer,
  | 'server_id'
  | 'server_name'
  | 'status'
  | 'access'
  | 'free_space'
  | 'free_space_unknown'
  | 'down_speed'
  | 'torrents'
>

export interface Best {
  readonly id: string
  readonly why: {readonly key: TextKey; readonly values: TextValues}
}

/** Space that differs by less is the same: who has less to do decides. */
const ALIKE = 0.05

/** @param size bytes that are known to come; 0 = not known @returns `null` = none can take it */
export function bestServer(servers: readonly Candidate[], size: number): Best | null {
  const able = servers.filter((it) => canTake(it) && mayHaveRoom(it, size))
  // A slow or partial answer today is a worse place than less space.
  const healthy = able.filter(({status}) => status === 'online')
  const pool = healthy.length > 0 ? healthy : able
  const [only] = pool
  if (!only) return null
  if (pool.length === 1) return of(only, 'add.best.only')
  const most = Math.max(...pool.map(({free_space: free}) => free ?? 0))
  const roomy = pool.filter(({free_space: free}) => (free ?? 0) >= most * (1 - ALIKE))
  const [least, ...others] = roomy.toSorted(byLoad)
  return of(least!, others.length === 0 ? 'add.best.space' : 'add.best.load')
}

/** A server that does not tell may have it; one whose disk is away has none. */
function mayHaveRoom({free_space: free, free_space_unknown: why}: Candidate, size: number): boolean {
  return why === undefined && (free === undefined || free > size)
}

/** It listens, and whoever looks may add to it. */
export function canTake({status, access}: Pick<Candidate, 'status' | 'access'>): boolean {
  return (status === 'online' || status === 'degraded') && access !== 'view'
}

function byLoad(a: Candidate, b: Candidate): number {
  const busier = (a.down_speed ?? Infinity) - (b.down_speed ?? Infinity)
  return busier || a.torrents - b.torrents || (a.server_name < b.server_name ? -1 : 1)
}

function of({server_id: id, server_name: name, free_space: free}: Candidate, key: TextKey): Best {
  return {id, why: {key, values: {name, free: free === undefined ? '?' : written(bytes(free))}}}
}
