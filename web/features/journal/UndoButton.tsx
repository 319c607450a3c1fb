import {Undo2} from 'lucide-react'
import {useState} from 'react'
import type {Deed} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {undoOfRule} from '../actions/run-action.ts'
import {deedWords} from './deed-words.ts'

/** Puts back what a rule did, or says why that can not be; nothing where there is nothing to put back. */
export function UndoButton({deed: {id, verb, name, undo}}: {deed: Deed}) {
  const [isBusy, setBusy] = useState(false)
  if (undo === null) return null
  const run = async () => {
    setBusy(true)
    await undoOfRule(id)
    setBusy(false)
  }
  return (
    <Button
      variant="ghost"
      icon={Undo2}
      aria-label={text('journal.undo-one', {what: deedWords(verb), name: name ?? ''})}
      disabledReason={undo.why ?? undefined}
      waitsFor={isBusy ? text('journal.undoing') : undefined}
      onClick={() => void run()}
    >
      {text('journal.undo')}
    </Button>
  )
}
