/** Which servers what is added can go to, and which is best. */
import {useQueries} from '@tanstack/react-query'
import {useMemo, useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {holdersQuery} from '../../api/adding.ts'
import {serverQuery, type ServerDetail} from '../../api/servers.ts'
import type {TextKey, TextValues} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {bytes, written} from '../../ui/format.ts'
import {serverScope} from '../servers/switcher/scope.ts'
import {hashOfItem, type AddItem} from './items.ts'

/** Which server is best for what is to be added, and why. */
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

interface Best {
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
  if (pool.length === 1)
    return of(only, servers.filter(canTake).length === 1 ? 'add.best.only' : 'add.best.rest')
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

export interface Target {
  readonly server: LiveServer
  /** In the list of servers, 0 first: for its colour. */
  readonly place: number
  readonly isSelected: boolean
  readonly canTake: boolean
  /** Torrents of the list that it has already. */
  readonly has: number
}

export interface Targets {
  readonly list: readonly Target[]
  readonly selected: readonly Target[]
  readonly best: Best | null
  readonly toggle: (id: string) => void
  readonly selectOnly: (id: string) => void
  /** Of the chosen ones, as far as it is read. */
  readonly details: readonly ServerDetail[]
}

/** Where it goes. At first: the server that everything shows, else the usual one, else the best. */
export function useTargets(items: readonly AddItem[], size: number): Targets {
  const servers = useServers() ?? []
  const [own, setOwn] = useState<ReadonlySet<string> | null>(null)
  const best = useSteadyBest(servers, size)
  const ids = own ?? new Set(firstChoice(servers, best))
  const has = useHolders(items)
  const list = servers.map((server, place): Target => {
    const able = canTake(server)
    const {server_id: id} = server
    return {server, place, isSelected: able && ids.has(id), canTake: able, has: has.get(id) ?? 0}
  })
  const selected = list.filter(({isSelected}) => isSelected)
  const details = useQueries({queries: selected.map(({server}) => serverQuery(server.server_id))})
  const toggle = (id: string) => {
    const next = new Set(ids)
    if (!next.delete(id)) next.add(id)
    setOwn(next)
  }
  return {
    list,
    selected,
    best,
    toggle,
    selectOnly: (id) => setOwn(new Set([id])),
    details: details.flatMap(({data}) => data ?? []),
  }
}

/** Speeds change each second; the choice does not move under the pointer for that. */
function useSteadyBest(servers: readonly LiveServer[], size: number): Best | null {
  const able = servers.filter(canTake).map(({server_id: id}) => id)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- not for each new speed
  return useMemo(() => bestServer(servers, size), [size, able.join(' ')])
}

function firstChoice(servers: readonly LiveServer[], best: Best | null): readonly string[] {
  const able = servers.filter(canTake)
  const [scoped, ...more] = able.filter(({server_id: id}) => serverScope()?.includes(id))
  if (scoped && more.length === 0) return [scoped.server_id]
  const usual = able.filter((it) => it.default_for_adding)
  if (usual.length > 0) return usual.map(({server_id: id}) => id)
  return best ? [best.id] : []
}

/** Per server, of how many items it is known that it has them. */
function useHolders(items: readonly AddItem[]): ReadonlyMap<string, number> {
  const hashes = [...new Set(items.flatMap((it) => hashOfItem(it) ?? []))]
  const answers = useQueries({queries: hashes.map(holdersQuery)})
  const counts = new Map<string, number>()
  for (const {data = []} of answers) {
    for (const {server_id: id} of data) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}
