import {useEffect} from 'react'
import {lazyDialog} from '../../ui/lazy-part.ts'
import {closeArrDialog, useArrDialog} from './arr-dialogs.ts'

const OpenDialog = lazyDialog(
  ['arr-form', 'server-form', 'server-pages'],
  async () => (await import('./form/OpenArrDialog.tsx')).OpenArrDialog,
)

/** Whatever dialog about Arrs is open; it goes with its page. */
export function ArrDialogs() {
  const dialog = useArrDialog()
  useEffect(() => closeArrDialog, [])
  if (dialog === null) return null
  return <OpenDialog dialog={dialog} />
}
