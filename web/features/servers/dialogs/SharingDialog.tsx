import {useMutation} from '@tanstack/react-query'
import {useState} from 'react'
import type {ServerDefinition, Sharing} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {ShareFields, type SharedNoun} from './ShareFields.tsx'

/** Who sees something of somebody's own, and who may command it. */
export function SharingDialog({
  of,
  name,
  known,
  fault,
  save,
  onClose,
}: {
  of: SharedNoun
  name: string
  /** `undefined` = not read yet. */
  known: ServerDefinition['sharing'] | undefined
  /** Why it could not be read. */
  fault: Error | null
  save: (sharing: Sharing) => Promise<void>
  onClose: () => void
}) {
  const [edited, setEdited] = useState<Sharing | null>(null)
  const sharing = edited ?? (known && sharingOf(known))
  const saving = useMutation({
    mutationFn: save,
    onSuccess: () => {
      toast({text: text('server.share.done', {name}), tone: 'good'})
      onClose()
    },
  })
  const problem = saving.error ?? fault
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
        <ShareFields of={of} sharing={sharing} onChange={setEdited} />
      ) : (
        !problem && <Skeleton height={32} />
      )}
    </Dialog>
  )
}

function sharingOf({everyone, users}: ServerDefinition['sharing']): Sharing {
  return {everyone, users: users.map(({user_id, level}) => ({user_id, level}))}
}
