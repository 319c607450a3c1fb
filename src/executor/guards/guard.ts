import type {ErrorCode} from '#model/errors.ts'
import type {FleetReader, ServerObjection, ServerView} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {AnyTorrentCommand} from '../approve.ts'

/** One torrent and what shall be done with it, with what the guards may look at. */
export interface GuardedItem {
  readonly key: TorrentKey
  readonly command: AnyTorrentCommand
  /** Its data goes with it, by its server or by us. */
  readonly takesData: boolean
  /** Re-read immediately before sending; `null` = the fleet does not know it. */
  readonly torrent: TorrentRecord | null
  readonly fleet: FleetReader
  readonly objection: ServerObjection
  /** The torrent's server as people see it; `null` = there is none. */
  readonly server: ServerView | null
  /** Servers that may see the same disk. */
  readonly neighbours: readonly ServerId[]
  /** Of those: one that is in use, and of which nobody can say for certain what it has; `null` = none. */
  readonly uncertainNeighbour: () => ServerView | null
  /** May who acts see this server? What he may not see protects all the same, and is not named. */
  readonly sees: (id: ServerId) => boolean
}

export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
}

/** Says no with a reason, or nothing. Pure: it looks, it never acts. */
export type Guard = (item: GuardedItem) => Refusal | null

/** Nothing is sent to a server that does not answer: the item is refused with the server's own reason. */
export const serverOnline: Guard = ({key, objection}) => {
  const no = objection(key.serverId)
  return no && {code: no.code, message: no.message}
}

/** A hash counts only on the server it was named with: the same hash elsewhere is another torrent. */
export const torrentKnown: Guard = ({torrent}) =>
  torrent ? null : {code: 'torrent_not_found', message: 'This server has no torrent with this hash.'}

/** What a kind or version of server lacks is refused with its reason before anything is sent. */
export const verbSupported: Guard = ({command, server}) => {
  const feature = server?.features?.[command.verb]
  return feature?.support === 'none' ? {code: 'not_supported', message: feature.reason} : null
}
