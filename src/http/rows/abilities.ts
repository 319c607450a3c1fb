/** Which verbs chosen torrents can take now. Worked out per server: what a torrent itself allows is judged when it is done. */
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {Access} from '#model/access.ts'
import type {TorrentVerb} from '#model/command.ts'
import type {ErrorCode} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import {plainVerbs} from '../schemas/verbs.ts'
import {isOnline} from './server-views.ts'

export interface ChosenServer {
  readonly server: ServerView
  /** Chosen torrents on it. */
  readonly count: number
}

export interface Obstacle {
  readonly code: ErrorCode
  readonly message: string
}

export interface Ability {
  readonly verb: TorrentVerb
  /** Torrents that can take it. */
  readonly possible: number
  /** Why the others can not; the same reason once. */
  readonly reasons: readonly (Obstacle & {readonly count: number; readonly servers: readonly string[]})[]
}

export const torrentVerbs: readonly TorrentVerb[] = [...plainVerbs, 'remove', 'removeWithData']

export function abilitiesOn(chosen: readonly ChosenServer[], access: Access): Ability[] {
  return torrentVerbs.map((verb) => abilityOf(verb, chosen, access))
}

/** What the executor would refuse every torrent of the server with; `null` = nothing. */
export function obstacleTo(verb: TorrentVerb, server: ServerView, access: Access): Obstacle | null {
  const no = objectionTo(access, torrentVerbsNeed, server.id)
  if (no) return {code: no.code, message: no.message}
  const {status, advice} = server.health
  if (!isOnline(server) && status !== 'warming') {
    const words = `${server.name} is ${status.replace('_', ' ')}.`
    return {code: 'server_not_online', message: advice === '' ? words : `${words} ${advice}`}
  }
  if (status === 'warming' && verb === 'removeWithData') {
    const message = `The list of ${server.name} is not certain yet, so nobody can say who else needs the data.`
    return {code: 'server_not_online', message}
  }
  const feature = server.features?.[verb]
  return feature?.support === 'none' ? {code: 'not_supported', message: feature.reason} : null
}

function abilityOf(verb: TorrentVerb, chosen: readonly ChosenServer[], access: Access): Ability {
  let possible = 0
  const reasons = new Map<string, Obstacle & {count: number; servers: string[]}>()
  for (const {server, count} of chosen) {
    const no = obstacleTo(verb, server, access)
    if (no === null) {
      possible += count
      continue
    }
    const known = reasons.get(no.message) ?? {...no, count: 0, servers: []}
    reasons.set(no.message, known)
    known.count += count
    known.servers.push(server.id)
  }
  return {verb, possible, reasons: [...reasons.values()]}
}
