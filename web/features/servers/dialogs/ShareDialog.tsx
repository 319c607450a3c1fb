import {useQuery} from '@tanstack/react-query'
import {definitionQuery, shareServer} from '../../../api/servers.ts'
import {useServer} from '../../../live/servers.ts'
import {SharingDialog} from './SharingDialog.tsx'

/** Who sees a server, and who may command its torrents. */
export function ShareDialog({id, onClose}: {id: string; onClose: () => void}) {
  const name = useServer(id)?.server_name ?? id
  const {data, error} = useQuery(definitionQuery(id))
  return (
    <SharingDialog
      of="server"
      name={name}
      known={data?.sharing}
      fault={error}
      save={(sharing) => shareServer(id, sharing)}
      onClose={onClose}
    />
  )
}
