import {lazy, Suspense} from 'react'
import {withWords} from '../../text/text.ts'
import {useActionDialog} from './action-dialogs.ts'
import {useResults} from './results.ts'
import {useActionCommands} from './use-action-commands.ts'

const ActionDialog = lazy(
  withWords(['action-dialogs'], async () => ({default: (await import('./ActionDialog.tsx')).ActionDialog})),
)
const ResultsPanel = lazy(
  withWords(['action-dialogs'], async () => ({default: (await import('./ResultsPanel.tsx')).ResultsPanel})),
)

/** Once, in the shell: keys, the dialog that is open, and results. */
export function Actions() {
  useActionCommands()
  const dialog = useActionDialog()
  const {actions, unsent} = useResults()
  return (
    <Suspense>
      {dialog && <ActionDialog state={dialog} />}
      {actions.length + unsent.length > 0 && <ResultsPanel />}
    </Suspense>
  )
}
