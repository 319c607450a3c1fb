import {ArrDialog} from './ArrDialog.tsx'
import {closeArrDialog, type ArrDialogState} from '../arr-dialogs.ts'
import {EditArrDialog} from './EditArrDialog.tsx'
import {RemoveArrDialog} from './RemoveArrDialog.tsx'
import {ShareArrDialog} from './ShareArrDialog.tsx'

export function OpenArrDialog({dialog}: {dialog: ArrDialogState}) {
  const close = closeArrDialog
  switch (dialog.name) {
    case 'add':
      return <ArrDialog onClose={close} />
    case 'edit':
      return <EditArrDialog key={dialog.id} id={dialog.id} focus={dialog.focus} onClose={close} />
    case 'remove':
      return <RemoveArrDialog id={dialog.id} onClose={close} />
    case 'share':
      return <ShareArrDialog id={dialog.id} onClose={close} />
  }
}
