import {useMutation, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useRef} from 'react'
import {arrsQuery, removeArr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {toast} from '../../../ui/toast.ts'

/** Says what goes (what Commodarr knows) and what stays (the Arr, its torrents, its library). */
export function RemoveArrDialog({id, onClose}: {id: string; onClose: () => void}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const arr = arrs.find((it) => it.id === id)
  const name = arr?.name ?? id
  const cancel = useRef<HTMLButtonElement>(null)
  const navigate = useNavigate()
  const removal = useMutation({
    mutationFn: () => removeArr(id),
    onSuccess: () => {
      toast({text: text('server.remove.done', {name})})
      onClose()
      void navigate({to: '/arrs'})
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
        <p className="text-pretty">{text('arr.remove.goes')}</p>
        <p className="text-pretty">{text('arr.remove.stays')}</p>
        {arr?.origin === 'file' && <Note tone="warn">{text('server.remove.file')}</Note>}
        {removal.error && (
          <Note tone="bad" isNews>
            {removal.error.message}
          </Note>
        )}
      </div>
    </Dialog>
  )
}
