import {lazy, Suspense} from 'react'
import {withWords} from '../../../text/text.ts'
import {useViewDialog} from './view-dialogs.ts'

const OpenViewDialog = lazy(
  withWords(['views'], async () => ({default: (await import('./OpenViewDialog.tsx')).OpenViewDialog})),
)

/** Those of saved views, once in the page of the list; their code comes with the first of them. */
export function ViewDialogs() {
  const dialog = useViewDialog()
  if (dialog === null) return null
  return (
    <Suspense>
      <OpenViewDialog dialog={dialog} />
    </Suspense>
  )
}
