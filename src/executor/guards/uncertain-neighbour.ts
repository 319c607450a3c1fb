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
export function doubtOf({id, name, health}: ServerView, sees: (id: ServerId) => boolean): string {
  const who = sees(id) ? name : 'a server that you cannot see'
  const why = health.status === 'warming' ? 'has not told its whole list yet' : 'has never told its list'
  return (
    `On the same machine ${who} ${why}, so nobody can say who else needs the data. ` +
    'Remove it without data, or wait; a server that is switched off is not waited for.'
  )
}

/** Never listed, or only a part of its list came yet. What was listed once protects with its last known rows. */
function isUncertain(server: ServerView | null): boolean {
  if (server === null || !server.enabled) return false
  return server.health.status === 'warming' || (server.epoch === 0 && server.torrents === 0)
}
