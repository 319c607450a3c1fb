import {RenameViewDialog} from './RenameViewDialog.tsx'
import {SaveViewDialog} from './SaveViewDialog.tsx'
import type {ViewDialog} from './view-dialogs.ts'
import {ViewListDialog} from './ViewListDialog.tsx'

export function OpenViewDialog({dialog}: {dialog: ViewDialog}) {
  switch (dialog.name) {
    case 'save':
      return <SaveViewDialog />
    case 'rename':
      return <RenameViewDialog id={dialog.id} />
    case 'list':
      return <ViewListDialog />
  }
}
