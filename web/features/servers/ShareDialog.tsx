import {useMutation, useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {definitionQuery, shareServer, type ServerDefinition, type Sharing} from '../../api/servers.ts'
import {useServer} from '../../live/servers.ts'
import {text} from '../../text/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {toast} from '../../ui/toast.ts'
import {ShareFields} from './ShareFields.tsx'

/** Who sees a server, and who may command its torrents. */
export function ShareDialog({id, onClose}: {id: string; onClose: () => void}) {
  const name = useServer(id)?.server_name ?? id
  const {data, error} = useQuery(definitionQuery(id))
  const [edited, setEdited] = useState<Sharing | null>(null)
  const sharing = edited ?? (data && sharingOf(data))
  const saving = useMutation({
    mutationFn: (next: Sharing) => shareServer(id, next),
    onSuccess: () => {
      toast({text: text('server.share.done', {name}), tone: 'good'})
      onClose()
    },
  })
  const problem = saving.error ?? error
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text('server.share.title', {name})}
      footer={
        <>
          <Button onClick={onClose}>{text('server.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => sharing && saving.mutate(sharing)}
            waitsFor={saving.isPending ? text('server.form.saving') : undefined}
          >
            {text('server.form.save')}
          </Button>
        </>
      }
    >
      {problem && (
        <Note tone="bad" isNews className="mb-3">
          {problem.message}
        </Note>
      )}
      {sharing ? (
        <ShareFields sharing={sharing} onChange={setEdited} />
      ) : (
        !problem && <Skeleton height={32} />
      )}
    </Dialog>
  )
}

function sharingOf({sharing}: ServerDefinition): Sharing {
  return {
    everyone: sharing.everyone,
    users: sharing.users.map(({user_id, level}) => ({user_id, level})),
  }
}
