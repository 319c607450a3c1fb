import {AnswerDialog} from './AnswerDialog.tsx'
import {EditServerDialog} from '../form/EditServerDialog.tsx'
import {RemoveServerDialog} from './RemoveServerDialog.tsx'
import {closeServerDialog, type ServerDialogState} from './server-dialogs.ts'
import {ServerDialog} from '../form/ServerDialog.tsx'
import {ShareDialog} from './ShareDialog.tsx'
import {TransferDialog} from '../import/TransferDialog.tsx'

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
