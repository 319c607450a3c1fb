import type {WireKey} from '../../api/actions.ts'
import {renameInside} from '../../api/details.ts'
import {text} from '../../i18n/text.ts'
import {LineDialog} from './LineDialog.tsx'
import {lookAgain} from './use-send.ts'

/** Another name for a file or folder, in the folder where it is. */
export function RenameDialog({
  of,
  path,
  isFolder,
  onClose,
}: {
  of: WireKey
  path: string
  isFolder: boolean
  onClose: () => void
}) {
  const cut = path.lastIndexOf('/') + 1
  const send = async (typed: string) => {
    await renameInside(of, isFolder ? 'renameFolder' : 'renameFile', path, path.slice(0, cut) + typed.trim())
    lookAgain(of)
  }
  return (
    <LineDialog
      title={text(isFolder ? 'files.rename.folder' : 'files.rename.file')}
      label={text('files.rename.name')}
      verb={text('files.rename.do')}
      value={path.slice(cut)}
      mistakeIn={mistakeIn}
      send={send}
      onClose={onClose}
    />
  )
}

function mistakeIn(typed: string): string | null {
  if (typed.trim() === '') return text('files.rename.empty')
  return typed.includes('/') ? text('files.rename.slash') : null
}
