import {useState} from 'react'
import {actOnOrphans, type Orphan, type OrphanResults} from '../../api/orphans.ts'
import {text} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {toast} from '../../ui/toast.ts'
import {ConfirmDialog} from '../accounts/ConfirmDialog.tsx'

export type OrphanVerb = 'recycle' | 'delete'

/** What goes, how much it is, and whether it comes back. What stays is told when the others went. */
export function OrphanDialog({
  verb,
  chosen,
  onClose,
}: {
  verb: OrphanVerb
  chosen: readonly Orphan[]
  onClose: () => void
}) {
  // The list behind it goes on changing.
  const [those] = useState(chosen)
  const files = those.reduce((sum, {files: its}) => sum + its, 0)
  const size = those.reduce((sum, {bytes: its}) => sum + its, 0)
  return (
    <ConfirmDialog
      title={text(`orphans.${verb}.title`, {count: those.length})}
      says={text(`orphans.${verb}.says`, {
        files: text('orphans.files', {count: files}),
        size: written(bytes(size)),
      })}
      verb={text(`orphans.${verb}`)}
      work={async () => tell(await actOnOrphans(verb, those))}
      onClose={onClose}
    />
  )
}

function tell({results}: OrphanResults): void {
  const refused = results.filter(({outcome}) => outcome === 'refused')
  const begun = results.length - refused.length
  if (begun > 0) toast({text: text('orphans.begun', {count: begun})})
  const [first] = refused
  if (!first) return
  const line = text('orphans.refused.line', {path: first.path, why: first.message ?? ''})
  toast({text: `${text('orphans.refused', {count: refused.length})}. ${line}`})
}
