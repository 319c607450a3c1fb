import {useMutation} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useRef} from 'react'
import {removeServer} from '../../../api/servers.ts'
import {useServer} from '../../../live/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {count} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {toast} from '../../../ui/toast.ts'
import {serverScope, setServerScope} from '../switcher/scope.ts'
import {useServerCard} from '../list/use-server-cards.ts'

/** Says what goes (what Commodarr knows) and what stays (everything on the server). */
export function RemoveServerDialog({id, onClose}: {id: string; onClose: () => void}) {
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
