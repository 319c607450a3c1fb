import {lazyDialog} from '../../../ui/lazy-part.ts'
import {useServerDialog} from '../server-dialogs.ts'

const OpenDialog = lazyDialog(
  ['server-form', 'server-lists', 'server-pages'],
  async () => (await import('./OpenServerDialog.tsx')).OpenServerDialog,
)

/** Whatever dialog about servers is open. Once, in the shell; its code comes with the first of them. */
export function ServerDialogs() {
  const dialog = useServerDialog()
  if (dialog === null) return null
  return <OpenDialog dialog={dialog} />
}
