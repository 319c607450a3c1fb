import {useEffect} from 'react'
import {confirmClock} from '../../api/processes.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {dayAndTime} from '../../i18n/format-time.ts'
import {closeOverlay} from '../commands/overlays.ts'

const STEP_MS = 60_000

/** The clock of the machine leaped: what follows, what to do if it is wrong, and a yes where it is right. */
export function ClockDialog() {
  const {clock} = useAttention()
  const now = useNow(STEP_MS)
  const isAdministrator = usePermission('admin')
  const isOver = clock === null
  useEffect(() => {
    if (isOver) closeOverlay()
  }, [isOver])
  if (isOver) return null
  const title = text('clock.title', {when: dayAndTime(now + clock.ahead_ms, now)})
  const says = text('clock.says', {when: dayAndTime(now, now + clock.ahead_ms)})
  const more = (
    <div className="grid gap-2 text-14 text-pretty">
      <p>{text('clock.no')}</p>
      <p>{text(isAdministrator ? 'clock.yes' : 'clock.ask-administrator')}</p>
    </div>
  )
  if (!isAdministrator) {
    return (
      <Dialog
        open
        onOpenChange={closeOverlay}
        size="s"
        title={title}
        description={says}
        footer={<Button onClick={closeOverlay}>{text('dialog.close')}</Button>}
      >
        {more}
      </Dialog>
    )
  }
  return (
    <ConfirmDialog
      title={title}
      says={says}
      verb={text('clock.do')}
      work={async () => {
        await confirmClock()
        toast({text: text('clock.done')})
      }}
      onClose={closeOverlay}
    >
      {more}
    </ConfirmDialog>
  )
}
