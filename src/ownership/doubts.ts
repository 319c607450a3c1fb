/** Why nobody can say whose some bytes are, and how that ends; in words for people. */
import type {ServerView} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

/**
 * path: where it lies is not known, or only for a moment not. away: a server is not online, and may have taken on what
 * lies there. unmapped: a torrent of another server may have these files, whose folders we do not see. absent: the same,
 * where nothing lies (yet) where the mapping of one of them leads. spelled: one that
 * lies at a path which is spelled alike. unseen: one of such a name may be a link to them. unread: files of a torrent could not be read. disk: our own disk did not tell.
 * mount: the disk of the folder is not the one that was there before. contradicted: as unmapped, of servers whose files do
 * not lie where a path mapping leads. moving: a torrent of such files is moved by its server, and no list says where to. view: as unmapped, seen
 * through two mounts of which one shows files of others (mergerfs, overlay, NFS, SMB). viewHere: the same, of a torrent of
 * the same server, which no mapping of another server and no name of a disk tells apart. unfinished: one of both is not
 * complete, and may lie in the folder of its server for such torrents, or comes to lie elsewhere: there they would meet.
 */
export type DoubtCode =
  | 'path'
  | 'away'
  | 'unmapped'
  | 'absent'
  | 'spelled'
  | 'unseen'
  | 'unread'
  | 'disk'
  | 'mount'
  | 'contradicted'
  | 'moving'
  | 'view'
  | 'viewHere'
  | 'unfinished'

export interface Doubt {
  readonly code: DoubtCode
  /** Who it is about; `null` = the torrent itself. */
  readonly serverId: ServerId | null
  /** The torrent there, where it is one. */
  readonly torrent: TorrentKey | null
  /** For people: of the server's folder that would have to be mapped, or what did not answer; '' = nothing to tell. */
  readonly detail: string
}

/**
 * A person may know better than we what is on a server that does not tell it, or whose folders we do not see. Where the
 * data lies, and what is on our own disk, only they can say: whatever he knows, it is asked again.
 */
export function mayBeAccepted({code}: Doubt): boolean {
  return acceptable.has(code)
}

const acceptable: ReadonlySet<DoubtCode> = new Set<DoubtCode>([
  'away',
  'unmapped',
  'absent',
  'contradicted',
  'view',
  'viewHere',
  'unfinished',
])

/** Both are about the same server and torrent, whatever is told of it by now. */
export function isSameDoubt(one: Doubt, other: Doubt): boolean {
  return (
    one.code === other.code && one.serverId === other.serverId && one.torrent?.hash === other.torrent?.hash
  )
}

/** How servers and torrents are called, for who reads it. */
export interface DoubtNames {
  readonly server: (id: ServerId) => ServerView | null
  /** Of a server that he may not see somebody is told only that there is one. */
  readonly sees: (id: ServerId) => boolean
  /** What stands for those; absent = it is read by him alone. */
  readonly unseen?: {readonly torrent: string; readonly server: string}
  readonly nameOf: (key: TorrentKey) => string | undefined
  /** The server is not configured any more. */
  readonly hasLeft: (id: ServerId) => boolean
}

/** One sentence why, one how it ends. */
export function doubtWords({code, serverId, torrent, detail}: Doubt, words: DoubtNames): string {
  const isSeen = serverId === null || words.sees(serverId)
  const server = serverId === null ? null : words.server(serverId)
  const who = isSeen
    ? (server?.name ?? String(serverId))
    : (words.unseen?.server ?? 'a server that you cannot see')
  // Names are as people write them.
  const Who = isSeen ? who : capital(who)
  const name = torrent && isSeen ? `"${words.nameOf(torrent) ?? torrent.hash}"` : 'a torrent'
  const path = isSeen && detail !== '' ? ` (${detail})` : ''
  switch (code) {
    case 'path':
      return `${detail} It is unknown which other torrents need the data, until its server reports its folder.`
    case 'away':
      if (serverId !== null && words.hasLeft(serverId))
        return server?.health.status === 'unknown' && !server.isNeverListed
          ? `${Who} may have something there. In ten minutes it is known what; or put it back.`
          : `${Who} may have data there, and ${server ? whyAway(server) : 'is not answering'}. Bring it back, or confirm that it is permanently gone.`
      return `${Who} may have something there and ${server ? whyAway(server) : 'is not answering'}. ${howItReturns(server)}`
    case 'unmapped':
      return `${capital(name)} on ${who} may use the same files${path}. Map the folders of both servers (PathMappings), so that it can be seen; or, if they work on two disks, say so by two names (Storage).`
    case 'absent':
      return `${capital(name)} on ${who} may use the same files${path}: the folders of both are mapped, and nothing lies where the mapping of one of them leads. It is known once both have files there. Until then check the path mappings (PathMappings), or remove it by hand without data; or, if they work on two disks, say so by two names (Storage).`
    case 'contradicted':
      return `${capital(name)} on ${who} may use the same files${path}, and a path mapping leads elsewhere. Correct it (PathMappings; the page of its server says what was found), so that it can be seen.`
    case 'view':
      return `${capital(name)} on ${who} may use the same files${path}: both are seen through different mounts, and one of them shows files of other disks (mergerfs, overlay, NFS, SMB). Map the folders of both servers through one mount (PathMappings); or, if they work on two disks, say so by two names (Storage).`
    case 'viewHere':
      return `${capital(name)} on the same server (${who}) may use the same files${path}: both are seen through different mounts, and one of them shows files of other disks (mergerfs, overlay, NFS, SMB). Remove one of them without data; or, if they have files of their own, confirm the removal.`
    case 'unfinished':
      return `${capital(name)} on ${who} may use the same files${path}: one of both is incomplete, and in the folder for incomplete torrents, or where its server moves it once it is complete, they would have the same place. Wait until it is complete, or remove one of them without data; or, if they have files of their own, confirm the removal.`
    case 'moving':
      return `${capital(name)} on ${who} may have the same files, where it was or where it goes${path}: ${movingWords(serverId, server, words)}`
    case 'spelled':
      return `${capital(name)} on ${who} is at a path that is spelled alike${path}, and the disk cannot be asked whether it is the same.`
    case 'unseen':
      return `Whether ${name} on ${who} is a link to the same files is unknown${path}: our disk does not show what is there.`
    case 'unread':
      return `Which files ${name} on ${who} has could not be read${path}. It is asked again.`
    case 'disk':
      return `The disk of the files does not show which others use them${path}.`
    case 'mount':
      return `The disk of that folder may be unmounted (${detail}). Mount it first.`
  }
}

/** As its server said last: one that is asked no more never says that it is done. */
function movingWords(serverId: ServerId | null, server: ServerView | null, words: DoubtNames): string {
  if (serverId !== null && words.hasLeft(serverId))
    return 'it was being moved when its server left the configuration. Bring the server back, or confirm that it is permanently gone.'
  if (server?.enabled === false)
    return 'it was being moved when its server was switched off. Switch the server on, so that it reports where the files are; or remove the server from the configuration, and confirm that it is permanently gone.'
  if (server && isAway(server))
    return `it was being moved when its server was read last, which ${whyAway(server)}. Wait for it.`
  return 'its server moves it now. Wait until the move is done.'
}

function isAway({health: {status}}: {readonly health: Pick<ServerView['health'], 'status'>}): boolean {
  return status !== 'online' && status !== 'degraded'
}

function whyAway({enabled, isNeverListed, health: {status, since}}: ServerView): string {
  if (status === 'warming') return 'has not sent its whole list yet'
  if (isNeverListed) return enabled ? 'has never sent its list' : neverListedAndOff
  if (!isAway({health: {status}})) return 'did not send a whole list when it was asked'
  return `has not been online since ${new Date(since).toISOString()}`
}

const neverListedAndOff = 'is switched off, and its whole list was never read'

/** Switched off, one that sent its list keeps what that says, and no more; of one that never did nobody knows anything. */
function howItReturns(server: ServerView | null): string {
  if (!server?.isNeverListed) return 'Wait for it, or switch it off.'
  const how = server.enabled ? 'Wait for it, or correct its address' : 'Switch it on until its list is read'
  return `${how}; or, if it works on another disk, say so by two names (Storage); or remove it from the configuration, and confirm that it is permanently gone.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
