import {Suspense} from 'react'
import {lazyPart} from '../../ui/lazy-part.ts'
import {useActionDialog} from './dialogs/action-dialogs.ts'
import {useResults} from './results/results.ts'
import {useActionCommands} from './use-action-commands.ts'

const ActionDialog = lazyPart(
  ['action-dialogs'],
  async () => (await import('./dialogs/ActionDialog.tsx')).ActionDialog,
)
const ResultsPanel = lazyPart(
  ['action-dialogs'],
  async () => (await import('./results/ResultsPanel.tsx')).ResultsPanel,
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
