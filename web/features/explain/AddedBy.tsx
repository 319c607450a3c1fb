import {useQuery} from '@tanstack/react-query'
import {arrsQuery} from '../../api/arrs.ts'
import {daemonSettingsQuery} from '../../api/servers.ts'
import {originQuery} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {useServer} from '../../live/servers.ts'
import {actorWords} from './action-words.ts'
import type {Torrent} from '../details/torrent.ts'
import {watchedFoldersIn} from './watched-folders.ts'

/** Who brought a torrent: a person, a rule, an API key or an Arr; '' while nothing of it is read. */
export function AddedBy({torrent}: {torrent: Torrent}) {
  const {data} = useQuery(originQuery(torrent))
  const {data: arrs} = useQuery({...arrsQuery, enabled: data?.arrId != null})
  if (data === undefined) return null
  const arr = arrs?.find(({id}) => id === data.arrId)?.name
  const who = data.entry ? actorWords(data.entry) : (arr ?? null)
  if (who === null) return <NotRecorded torrent={torrent} />
  return <span className="text-text-2">{text('details.added.by', {who})}</span>
}

/** Where its server adds what appears in a folder, it may have come from there; who manages the server sees which. */
function NotRecorded({torrent: {server_id: id}}: {torrent: Torrent}) {
  const server = useServer(id)
  const {data: settings} = useQuery({
    ...daemonSettingsQuery(id),
    enabled: server?.access === 'own',
    staleTime: SETTINGS_FRESH_MS,
    retry: false,
  })
  const folders = settings === undefined ? [] : watchedFoldersIn(settings)
  return (
    <span className="text-text-2">
      {folders.length === 0
        ? text('details.added.unknown')
        : text('details.added.watched', {server: server?.server_name ?? id, folders: folders.join(', ')})}
    </span>
  )
}

const SETTINGS_FRESH_MS = 600_000
