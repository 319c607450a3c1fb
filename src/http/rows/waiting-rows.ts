/** What waits, as it travels; and actions of several steps and commands without an end, as far as their reader may see them. */
import type {z} from 'zod'
import type {ArrManagers} from '#model/arr-service.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {TrashItem} from '#model/trash.ts'
import type {AwaitedCommand, UnfinishedAction} from '#model/unfinished.ts'
import type {ActivityNextSchema} from '../schemas/activity.ts'
import type {Scope} from '../scope/scope.ts'
import {wireProgress} from './action-rows.ts'
import {isOnline} from './server-views.ts'

const NAMES = 3

export type Waiting = z.output<typeof ActivityNextSchema>['waiting'][number]

/** What most of it has nothing to say of. */
export const nothingWaits = {
  at: null,
  until: null,
  waits_for: null,
  waits_for_arr: null,
  step: null,
  ended_by: null,
  arr_id: null,
  info_hash: null,
  rule_id: null,
  rule_name: null,
  bytes: null,
  progress: null,
  message: null,
  answers: [],
  ids: [],
  torrents: [],
  by: null,
  undone: false,
} satisfies Partial<Waiting>

/** The server that has to be back before it goes on; `null` = none. */
export function awayOf(id: ServerId | null, servers: Scope['servers']): ServerId | null {
  const server = id === null ? null : servers.get(id)
  return server === null || isOnline(server) ? null : id
}

/**
 * Oldest first, what is alike as one: a person may move a thousand torrents into the trash.
 * @param lying what of the trash he may see
 */
export function stepsNext(
  unfinished: readonly UnfinishedAction[],
  lying: readonly TrashItem[],
  scope: Scope,
  managers: ArrManagers,
): readonly Waiting[] {
  const inTrash = new Map(lying.map((item) => [item.id, item]))
  const seen = unfinished.filter((one) => isSeen(one, scope, inTrash))
  const alike = Map.groupBy(seen, (one) => (isOneOfMany(one) ? likenessOf(one) : one.id))
  return [...alike.values()].map((its) => stepNext(its, scope, managers, inTrash))
}

/** Where it happens is his to see; a search that no torrent is left of is the Arr's. */
function isSeen(
  {serverId, arrId, trashId, key}: UnfinishedAction,
  {servers, arrs}: Scope,
  inTrash: ReadonlyMap<string, TrashItem>,
): boolean {
  if (trashId !== null) return inTrash.has(trashId)
  if (serverId !== null && servers.get(serverId) === null) return false
  return key !== null || arrs.some(({id}) => id === arrId)
}

/** A person may move a thousand torrents into the trash, or to another server. */
function isOneOfMany({trashId, step}: UnfinishedAction): boolean {
  return trashId !== null || step === 'turn' || step === 'settle'
}

function likenessOf({verb, step, serverId, targetId, rule, why, nextAt}: UnfinishedAction): string {
  return JSON.stringify([verb, step, serverId, targetId, rule?.id, why, why && nextAt])
}

function stepNext(
  its: readonly UnfinishedAction[],
  scope: Scope,
  managers: ArrManagers,
  inTrash: ReadonlyMap<string, TrashItem>,
): Waiting {
  const [first] = its
  const {id, verb, step, endedBy, key, serverId, targetId, rule, nextAt, until, progress} = first!
  const {servers, arrs} = scope
  const target = targetId !== null && servers.get(targetId) ? targetId : null
  const arr = arrs.find((it) => it.id === first!.arrId)?.id ?? null
  const lying = its.flatMap(({trashId}) => inTrash.get(trashId ?? '') ?? [])
  const names = its.flatMap(({name, trashId}) => inTrash.get(trashId ?? '')?.name ?? name ?? [])
  const away = awayOf(endedBy === 'target' ? target : serverId, servers)
  const waitsForServer = endedBy === 'server' || endedBy === 'target'
  return {
    ...nothingWaits,
    id,
    what: 'steps',
    at: nextAt,
    until,
    waits_for: waitsForServer ? away : null,
    waits_for_arr: endedBy === 'arr' && arr !== null && managers.of(arr)?.fault !== null ? arr : null,
    step,
    ended_by: endedBy,
    actions: [verb],
    count: its.length,
    names: [...new Set(names)].slice(0, NAMES),
    servers: [serverId, target].filter((it) => it !== null),
    arr_id: arr,
    info_hash: its.length === 1 ? (key?.hash ?? null) : null,
    rule_id: rule?.id ?? null,
    rule_name: rule?.name ?? null,
    bytes: lying.length === its.length ? lying.reduce((sum, {bytes}) => sum + bytes, 0) : null,
    progress: progress && target !== null ? wireProgress(progress) : null,
    message: messageOf(first!, scope, target !== null, arr !== null),
  }
}

/** What another server or an Arr said is for who sees that one. */
function messageOf(
  {why, serverId, targetId, arrId, endedBy}: UnfinishedAction,
  {paths}: Scope,
  seesTarget: boolean,
  seesArr: boolean,
): string | null {
  if (why === null || (targetId !== null && !seesTarget)) return null
  if (arrId !== null && !seesArr && endedBy !== 'server') return null
  const here = paths.message(serverId, why.message, why.code)
  return targetId === null ? here : paths.message(targetId, here, why.code)
}

/** Of servers that are away: the others show within seconds what became of theirs. */
export function commandsNext(awaited: readonly AwaitedCommand[], {servers}: Scope): readonly Waiting[] {
  const waiting = awaited.filter(({serverId}) => awayOf(serverId, servers) !== null)
  const alike = Map.groupBy(waiting, ({serverId, verb, actor}) => JSON.stringify([serverId, verb, actor]))
  return [...alike.values()].map((its) => {
    const [{id, serverId, verb, hash}] = its as [AwaitedCommand]
    const ends = its.map(({until}) => until ?? Infinity)
    const until = Math.min(...ends)
    return {
      ...nothingWaits,
      id,
      what: 'command',
      until: until === Infinity ? null : until,
      waits_for: serverId,
      ended_by: 'server',
      actions: [verb],
      count: its.length,
      names: [...new Set(its.flatMap(({name}) => name ?? []))].slice(0, NAMES),
      servers: [serverId],
      info_hash: its.length === 1 ? hash : null,
    }
  })
}
