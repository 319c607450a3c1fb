/** A server of the same machine of which nobody can say what it has: what it may need stays. docs/decisions/007. */
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** The first that is in use, and of which nobody can say for certain what it has; `null` = none. */
export function uncertainAmong(
  neighbours: readonly ServerId[],
  server: (id: ServerId) => ServerView | null,
): ServerView | null {
  return neighbours.map(server).find(isUncertain) ?? null
}

/** What that means for data. Of a server that he may not see somebody is told only that there is one. */
export function doubtOf(neighbour: ServerView, sees: (id: ServerId) => boolean): string {
  const who = sees(neighbour.id) ? neighbour.name : 'a server that you cannot see'
  return (
    `On the same machine ${who} ${whyUncertain(neighbour)}, so nobody can say who else needs the data. ` +
    'Remove it without data, or wait; a server that is switched off is not waited for.'
  )
}

function whyUncertain(neighbour: ServerView): string {
  const {status, since} = neighbour.health
  if (status === 'warming') return 'has not told its whole list yet'
  if (isNeverListed(neighbour)) return 'has never told its list'
  return `has not been online since ${new Date(since).toISOString()}`
}

/**
 * Never listed, or only a part of its list came yet, or away: what it took on meanwhile nobody knows. One that is
 * switched off protects with its last known rows. docs/decisions/018.
 */
function isUncertain(server: ServerView | null): boolean {
  if (server === null || !server.enabled) return false
  const {status} = server.health
  return (status !== 'online' && status !== 'degraded') || isNeverListed(server)
}

function isNeverListed({epoch, torrents}: ServerView): boolean {
  return epoch === 0 && torrents === 0
}
