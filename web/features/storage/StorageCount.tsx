import {useQuery} from '@tanstack/react-query'
import {orphansQuery} from '../../api/orphans.ts'
import {trashQuery} from '../../api/trash.ts'
import {count as counted} from '../../ui/format.ts'
import {useServerScope} from '../servers/switcher/scope.ts'

/** How many there are of what a page of the storage lists; nothing where that is not known or none are there. */
export function StorageCount({to}: {to: string}) {
  if (to === '/torrents/trash') return <TrashCount />
  if (to === '/torrents/orphaned-files') return <OrphanCount />
  return null
}

function TrashCount() {
  const {data = []} = useQuery(trashQuery)
  const scope = useServerScope()
  const kept = data.filter(
    ({server_id: id, state}) => state !== 'restored' && state !== 'purged' && (scope?.includes(id) ?? true),
  )
  return <Count count={kept.length} />
}

function OrphanCount() {
  const {data} = useQuery(orphansQuery)
  return <Count count={data === undefined ? 0 : data.orphans.length + data.left_off.orphans} />
}

function Count({count}: {count: number}) {
  return count === 0 ? null : <span className="num text-12 text-text-3">{counted(count)}</span>
}
