import {doubtOf} from '#ownership/uncertain-neighbour.ts'
import type {Guard} from './guard.ts'

/**
 * Data is removed with a torrent only when no other torrent needs it (cross-seeds): same path, below it, or around it,
 * on its own server or on another one of the same machine, which may see the same disk. While the path is not known
 * nobody can say so, and the data stays; nor while the server has just come back, for then its list may be a part.
 * Owners on servers that who acts may not see keep the data too; that there are any is all he is told of them. So does
 * a neighbour in use whose list nobody has, or not all of it.
 */
export const contentOwners: Guard = (item) => {
  const {key, takesData, torrent, fleet, server, neighbours, uncertainNeighbour, sees} = item
  if (!takesData || !torrent) return null
  if (server?.health.status === 'warming') {
    return {
      code: 'server_not_online',
      message: `The list of ${server.name} is not certain yet, so nobody can say who else needs the data.`,
    }
  }
  if (!torrent.contentPath) {
    // A magnet without metadata has no data yet: there is nothing that another torrent could miss.
    if (!torrent.hasMetadata) return null
    return {
      code: 'content_shared',
      message: 'Where its data lies is not known yet, so nobody can say who else needs it.',
    }
  }
  const others = fleet.sharing(key, neighbours)
  if (others.length === 0) {
    const neighbour = uncertainNeighbour()
    return neighbour && {code: 'content_shared', message: doubtOf(neighbour, sees)}
  }
  const seen = others.filter((other) => sees(other.serverId))
  const names = seen.slice(0, 3).map((other) => {
    const name = `"${fleet.get(other)?.name ?? other.hash}"`
    return other.serverId === key.serverId ? name : `${name} on ${other.serverId}`
  })
  if (seen.length > 3) names.push(`${seen.length - 3} more`)
  if (seen.length < others.length) names.push('another torrent that you cannot see')
  return {
    code: 'content_shared',
    message: `Its data is also that of ${listed(names)}. Remove it without data${seen.length > 0 ? ', or those first' : ''}.`,
  }
}

function listed(names: readonly string[]): string {
  const [last, ...others] = names.toReversed()
  return others.length === 0 ? last! : `${others.toReversed().join(', ')} and ${last!}`
}
