import type {ComponentType} from 'react'
import type {ActionDialogState} from './action-dialogs.ts'
import type {DialogName} from '../actions.ts'
import {CategoryDialog} from './CategoryDialog.tsx'
import {DeleteDialog} from '../delete/DeleteDialog.tsx'
import {LimitsDialog} from './LimitsDialog.tsx'
import {LocationDialog} from './LocationDialog.tsx'
import {PriorityDialog} from './PriorityDialog.tsx'
import {RenameDialog} from './RenameDialog.tsx'
import {TagsDialog} from './TagsDialog.tsx'
import type {ActionTarget} from '../target.ts'
import {TrackersDialog} from './TrackersDialog.tsx'

const dialogs: Readonly<Record<DialogName, ComponentType<{target: ActionTarget}>>> = {
  delete: DeleteDialog,
  category: CategoryDialog,
  tags: TagsDialog,
  location: LocationDialog,
  limits: LimitsDialog,
  rename: RenameDialog,
  trackers: TrackersDialog,
  priority: PriorityDialog,
}

/** Whichever asks before something is done. */
export function ActionDialog({state: {name, target}}: {state: ActionDialogState}) {
  const Dialog = dialogs[name]
  return <Dialog target={target} />
}
