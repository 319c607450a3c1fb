/** What waits, as it travels. */
import type {z} from 'zod'
import type {ServerId} from '#model/torrent-key.ts'
import type {ActivityNextSchema} from '../schemas/activity.ts'
import type {Scope} from '../scope/scope.ts'
import {isOnline} from './server-views.ts'

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
  message: null,
  answers: [],
  ids: [],
} satisfies Partial<Waiting>

/** The server that has to be back before it goes on; `null` = none. */
export function awayOf(id: ServerId | null, servers: Scope['servers']): ServerId | null {
  const server = id === null ? null : servers.get(id)
  return server === null || isOnline(server) ? null : id
}
