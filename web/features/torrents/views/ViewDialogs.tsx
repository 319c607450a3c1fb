import {RenameViewDialog} from './RenameViewDialog.tsx'
import {SaveViewDialog} from './SaveViewDialog.tsx'
import {useViewDialog} from './view-dialogs.ts'
import {ViewListDialog} from './ViewListDialog.tsx'

/** Those of saved views, once in the page of the list. */
export function ViewDialogs() {
  const dialog = useViewDialog()
  if (dialog?.name === 'save') return <SaveViewDialog />
  if (dialog?.name === 'rename') return <RenameViewDialog id={dialog.id} />
  return dialog?.name === 'list' ? <ViewListDialog /> : null
}
