import {Suspense} from 'react'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {useViewDialog} from './view-dialogs.ts'

const OpenViewDialog = lazyPart(['views'], async () => (await import('./OpenViewDialog.tsx')).OpenViewDialog)

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
