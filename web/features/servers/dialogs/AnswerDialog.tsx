import {useServer} from '../../../live/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'

/** What answered in place of the expected program, in its own words. */
export function AnswerDialog({id, onClose}: {id: string; onClose: () => void}) {
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
