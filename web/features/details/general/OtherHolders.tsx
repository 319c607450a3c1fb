import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {holdersQuery} from '../../../api/details.ts'
import {useServers} from '../../../live/servers.ts'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {ServerName} from '../../servers/list/ServerName.tsx'
import {nameOf, type Torrent} from '../torrent.ts'

/** The servers that hold the same data: a step to each. */
export function OtherHolders({torrent: {server_id: own, info_hash: hash}}: {torrent: Torrent}) {
  const {data = []} = useQuery({...holdersQuery(hash), staleTime: 30_000})
  const servers = useServers() ?? []
  const places = new Map(servers.map((server, place) => [server.server_id, place]))
  return (
    <span className="flex flex-wrap gap-x-3">
      {data.map((holder) => {
        const place = places.get(holder.server_id)
        if (holder.server_id === own || place === undefined) return null
        return (
          <Link
            key={holder.server_id}
            to="/torrents"
            search={(before) => ({...before, at: nameOf(holder)})}
            className={textLinkClass}
          >
            <ServerName server={servers[place]!} place={place} />
          </Link>
        )
      })}
    </span>
  )
}
