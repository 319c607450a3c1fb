import {useMutation, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useRef} from 'react'
import {
  definitionQuery,
  removeServer,
  serversQuery,
  shareServer,
  useServerCard,
} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useServer} from '../../../live/servers.ts'
import {Button} from '../../../ui/Button.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {count} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {freeName} from '../form/address.ts'
import {copyOf, formOf} from '../form/server-form.ts'
import {ServerDialog} from '../form/ServerDialog.tsx'
import {TransferDialog} from '../import/TransferDialog.tsx'
import {serverScope, setServerScope} from '../switcher/scope.ts'
import {closeServerDialog, type ServerDialogState} from './server-dialogs.ts'
import {SharingDialog} from './SharingDialog.tsx'

export function OpenServerDialog({dialog}: {dialog: ServerDialogState}) {
  const close = closeServerDialog
  switch (dialog.name) {
    case 'add':
      return <ServerDialog onClose={close} />
    case 'edit':
      return <EditServerDialog key={dialog.id} id={dialog.id} focus={dialog.focus} onClose={close} />
    case 'copy':
      return <EditServerDialog key={dialog.id} id={dialog.id} isCopy onClose={close} />
    case 'remove':
      return <RemoveServerDialog id={dialog.id} onClose={close} />
    case 'share':
      return <ShareDialog id={dialog.id} onClose={close} />
    case 'transfer':
      return <TransferDialog tab={dialog.tab} onClose={close} />
    case 'answer':
      return <AnswerDialog id={dialog.id} onClose={close} />
  }
}

/** Who sees a server, and who may command its torrents. */
function ShareDialog({id, onClose}: {id: string; onClose: () => void}) {
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

/** What answered in place of the expected program, in its own words. */
function AnswerDialog({id, onClose}: {id: string; onClose: () => void}) {
  const server = useServer(id)
  const [isDone, copy] = useCopy()
  const words = server?.detail ?? ''
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text('server.answer.title', {name: server?.server_name ?? id})}
      description={server?.advice ?? ''}
      footer={
        <>
          <Button onClick={() => void copy(words)}>{text(isDone ? 'copy.copied' : 'copy.copy')}</Button>
          <Button variant="primary" onClick={onClose}>
            {text('dialog.close')}
          </Button>
        </>
      }
    >
      <pre className="rounded-m bg-sunken p-3 font-mono text-12 whitespace-pre-wrap wrap-anywhere">
        {words === '' ? text('server.answer.none') : words}
      </pre>
    </Dialog>
  )
}

/** Says what goes (what Commodarr knows) and what stays (everything on the server). */
function RemoveServerDialog({id, onClose}: {id: string; onClose: () => void}) {
  const server = useServer(id)
  const isOfFile = useServerCard(id)?.origin === 'file'
  const cancel = useRef<HTMLButtonElement>(null)
  const navigate = useNavigate()
  const name = server?.server_name ?? id
  const torrents = server?.torrents ?? 0
  const removal = useMutation({
    mutationFn: () => removeServer(id),
    onSuccess: () => {
      setServerScope(serverScope()?.filter((one) => one !== id) ?? null)
      toast({text: text('server.remove.done', {name})})
      onClose()
      void navigate({to: '/servers'})
    },
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text('server.remove.title', {name})}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {text('server.cancel')}
          </Button>
          <Button
            variant="dangerFill"
            onClick={() => removal.mutate()}
            waitsFor={removal.isPending ? text('server.remove.busy') : undefined}
          >
            {text('server.remove.do', {name})}
          </Button>
        </>
      }
    >
      <div className="grid gap-2 text-14">
        <p className="text-pretty">{text('server.remove.goes')}</p>
        <p className="text-pretty">
          {torrents === 0
            ? text('server.remove.stays-any')
            : text('server.remove.stays', {torrents: count(torrents)})}
        </p>
        {isOfFile && <Note tone="warn">{text('server.remove.file')}</Note>}
        {removal.error && (
          <Note tone="bad" isNews>
            {removal.error.message}
          </Note>
        )}
      </div>
    </Dialog>
  )
}

/** The form with what the server is now; as a copy it makes another one with other secrets. */
function EditServerDialog({
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
