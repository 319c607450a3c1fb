import {useQuery} from '@tanstack/react-query'
import {definitionQuery, serversQuery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {freeName} from './address.ts'
import {copyOf, formOf} from './server-form.ts'
import {ServerDialog} from './ServerDialog.tsx'

/** The form with what the server is now; as a copy it makes another one with other secrets. */
export function EditServerDialog({
  id,
  isCopy = false,
  focus,
  onClose,
}: {
  id: string
  isCopy?: boolean
  focus?: 'password' | 'address' | undefined
  onClose: () => void
}) {
  const {data, error} = useQuery({...definitionQuery(id), refetchOnWindowFocus: false})
  const {data: servers = []} = useQuery(serversQuery)
  if (data === undefined) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        size="l"
        title={text(isCopy ? 'server.form.add' : 'server.do.edit')}
      >
        {error ? <Note tone="bad">{error.message}</Note> : <Waiting />}
      </Dialog>
    )
  }
  if (!isCopy) return <ServerDialog initial={formOf(data)} edited={data} focus={focus} onClose={onClose} />
  const name = freeName(
    data.name,
    servers.map((server) => server.server_name),
  )
  return <ServerDialog initial={copyOf(data, name)} onClose={onClose} />
}

function Waiting() {
  return (
    <div className="grid gap-5">
      {['kind', 'address', 'account', 'name'].map((row) => (
        <Skeleton key={row} height={32} />
      ))}
    </div>
  )
}
