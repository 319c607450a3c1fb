import {useMutation} from '@tanstack/react-query'
import {Eye} from 'lucide-react'
import {useState} from 'react'
import {letRulesAct, moveInQuery} from '../../api/move-in.ts'
import {queries} from '../../api/queries.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {exactTime} from '../../ui/format-time.ts'
import {Note} from '../../ui/Note.tsx'
import {toast} from '../../ui/toast.ts'

/** The rules only tell what they would do; here they are let act. */
export function ObservingNote({since}: {since: number}) {
  const now = useNow()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Note
        tone="warn"
        icon={Eye}
        action={
          <Button variant="primary" onClick={() => setAsking(true)}>
            {text('move-in.act')}
          </Button>
        }
      >
        <b>{text('move-in.observing.title')}</b>{' '}
        {text('move-in.observing.text', {since: exactTime(since, now)})}
      </Note>
      <ActDialog isOpen={isAsking} onOpen={setAsking} />
    </>
  )
}

function ActDialog({isOpen, onOpen}: {isOpen: boolean; onOpen: (isOpen: boolean) => void}) {
  const confirming = useMutation({
    mutationFn: letRulesAct,
    onSuccess: (moveIn) => {
      toast({text: text('move-in.act.done'), tone: 'good'})
      // This note goes with it, so it comes last.
      queries.setQueryData(moveInQuery.queryKey, moveIn)
    },
  })
  return (
    <Dialog
      open={isOpen}
      onOpenChange={onOpen}
      size="s"
      title={text('move-in.act.title')}
      footer={
        <>
          <Button onClick={() => onOpen(false)}>{text('move-in.act.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => confirming.mutate()}
            waitsFor={confirming.isPending ? text('move-in.act.sending') : undefined}
          >
            {text('move-in.act.confirm')}
          </Button>
        </>
      }
    >
      <p className="text-pretty text-text-2">{text('move-in.act.text')}</p>
      {confirming.error && (
        <Note tone="bad" isNews className="mt-3">
          {confirming.error.message}
        </Note>
      )}
    </Dialog>
  )
}
