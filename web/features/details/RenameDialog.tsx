import type {WireKey} from '../../api/actions.ts'
import {useState} from 'react'
import {renameInside} from '../../api/details.ts'
import {confirmedBy, Problem, type Confirmed} from '../../api/problem.ts'
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
  // Of the name that was refused; another name is asked about again.
  const [refusal, setRefusal] = useState<{readonly typed: string; readonly confirmed: Confirmed} | null>(null)
  const send = async (typed: string) => {
    const confirmed = refusal?.typed === typed ? refusal.confirmed : {}
    const verb = isFolder ? 'renameFolder' : 'renameFile'
    try {
      await renameInside(of, verb, path, path.slice(0, cut) + typed.trim(), confirmed)
    } catch (error) {
      const more = error instanceof Problem ? confirmedBy([error.code]) : null
      setRefusal(more && {typed, confirmed: {...confirmed, ...more}})
      throw error
    }
    lookAgain(of)
  }
  return (
    <LineDialog
      title={text(isFolder ? 'files.rename.folder' : 'files.rename.file')}
      label={text('files.rename.name')}
      verb={text(refusal === null ? 'files.rename.do' : 'files.rename.anyway')}
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
