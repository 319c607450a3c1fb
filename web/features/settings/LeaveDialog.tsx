import {text} from '../../i18n/text.ts'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'

/** Whether who leaves the page discards what was changed there. */
export function LeaveDialog({count, onAnswer}: {count: number; onAnswer: (leaves: boolean) => void}) {
  return (
    <ConfirmDialog
      title={text('setting.leave.title', {count})}
      says={text('setting.leave.says')}
      verb={text('setting.leave.verb')}
      work={async () => onAnswer(true)}
      onClose={() => onAnswer(false)}
    />
  )
}
