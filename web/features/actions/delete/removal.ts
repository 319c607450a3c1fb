/** What a removal would do, in figures: which warnings are true, and when somebody has to type the number. Pure. */
import type {LiveServer} from '#model/live.ts'
import type {RemovalPreview} from '../../../api/actions.ts'
import {forPage} from '../../../api/problem.ts'
import {isOnline} from '../../servers/health-words.ts'

const MANY = 100
const MUCH = 2 ** 40

/** So much goes that a click is too little. */
export function mustType({count, size}: Pick<RemovalPreview, 'count' | 'size'>): boolean {
  return count > MANY || size > MUCH
}

/** Digits, however they are grouped. */
export function isTyped(typed: string, count: number): boolean {
  return typed.replaceAll(/[\s.,'’]/g, '') === String(count)
}

export interface Freed {
  readonly name: string
  readonly bytes: number
  /** More may be freed: of some torrents it is not known how much they hold. */
  readonly isAtLeast: boolean
}

/** What is really freed with the data, where and when. */
interface FreedWhen {
  /** When it leaves the trash. */
  readonly later: readonly Freed[]
  /** When the removal is sent: there is no trash for it, or it goes past it. */
  readonly soon: readonly Freed[]
}

/** Servers that would refuse free nothing. */
export function freedOn({servers}: Pick<RemovalPreview, 'servers'>, isAtOnce: boolean): FreedWhen {
  const later: Freed[] = []
  const soon: Freed[] = []
  for (const on of servers) {
    const {server_name: name, freed, freed_unknown: unknown, obstacle, count, shared, kept} = on
    const going = obstacle === null ? count - shared - (kept?.count ?? 0) : 0
    const gone = isAtOnce ? {count: going, freed} : (on.no_trash ?? {count: 0, freed: 0})
    const isAtLeast = unknown > 0
    if (going > gone.count) later.push({name, bytes: freed - gone.freed, isAtLeast})
    if (going > 0 && gone.count > 0) soon.push({name, bytes: gone.freed, isAtLeast})
  }
  return {later, soon}
}

/** Torrents whose files would go permanently, as there is no trash for them. */
export function withoutTrash({servers}: Pick<RemovalPreview, 'servers'>): readonly NoTrash[] {
  return servers.flatMap(({server_id: serverId, server_name: name, obstacle, no_trash: none}) =>
    obstacle === null && none !== null
      ? [{serverId, name, count: none.count, message: forPage(none.message)}]
      : [],
  )
}

/** Torrents that would be refused with their data, as others need it. */
export function keptBySharing({servers}: Pick<RemovalPreview, 'servers'>): number {
  return servers.reduce((sum, {obstacle, shared}) => (obstacle === null ? sum + shared : sum), 0)
}

interface Doubt {
  readonly name: string
  readonly count: number
  readonly message: string
}

interface NoTrash extends Doubt {
  readonly serverId: string
}

/** Torrents that would be refused with their data, as nobody can say who else needs it. */
export function keptByDoubt({servers}: Pick<RemovalPreview, 'servers'>): readonly Doubt[] {
  return servers.flatMap(({server_name: name, obstacle, kept}) =>
    obstacle === null && kept !== null ? [{name, count: kept.count, message: forPage(kept.message)}] : [],
  )
}

/** Torrents that would be refused with or without their data. */
export function obstacles({
  servers,
}: Pick<RemovalPreview, 'servers'>): readonly {name: string; message: string}[] {
  return servers.flatMap(({server_name: name, obstacle}) =>
    obstacle === null ? [] : [{name, message: forPage(obstacle.message)}],
  )
}

/** One of its servers went or came back since it was read: what it says of it is not so any more. */
export function isOutdated(
  preview: Pick<RemovalPreview, 'servers'>,
  servers: readonly Pick<LiveServer, 'server_id' | 'status'>[],
): boolean {
  const isOnlineNow = new Map(servers.map((it) => [it.server_id, isOnline(it)]))
  return preview.servers.some(({server_id: id, online}) => (isOnlineNow.get(id) ?? online) !== online)
}

/** What is to be expected of a removal. */
export interface Outlook {
  /** So many can go. */
  readonly going: number
  /** So many stay, as others need their files. */
  readonly kept: number
  /** None of those on these servers can go now; their server may be back when it is sent. */
  readonly refused: readonly {readonly serverId: string; readonly name: string; readonly count: number}[]
}

export function outlookOf({servers}: Pick<RemovalPreview, 'servers'>, withData: boolean): Outlook {
  let going = 0
  let kept = 0
  const refused = []
  for (const {server_id: serverId, server_name: name, obstacle, count, shared, kept: doubted} of servers) {
    const staying = withData ? shared + (doubted?.count ?? 0) : 0
    if (obstacle !== null) refused.push({serverId, name, count})
    else {
      going += count - staying
      kept += staying
    }
  }
  return {going, kept, refused}
}
