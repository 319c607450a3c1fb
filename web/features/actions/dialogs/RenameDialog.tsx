import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Field} from '../../../ui/Field.tsx'
import {TextArea} from '../../../ui/TextArea.tsx'
import {AbilityNote} from '../AbilityNote.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {firstName} from './chosen-facts.ts'
import type {ActionTarget} from '../target.ts'
import {useActionForm} from './use-action-form.ts'
import {useChosenFacts} from './use-chosen-facts.ts'

/** What one torrent is called in lists. Its files are renamed in the details. */
export function RenameDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useChosenFacts(target)
  const [typed, setTyped] = useState<string | null>(null)
  const before = facts ? firstName(facts) : ''
  const name = (typed ?? before).trim()
  const reason = name === '' ? text('rename.empty') : name === before ? text('rename.same') : undefined
  return (
    <ActionDialogFrame
      form={form}
      title={text('rename.title')}
      submitLabel={text('rename.button')}
      disabledReason={reason}
      onSubmit={() => void form.send([{verb: 'rename', args: {name}}])}
    >
      <Field label={text('rename.name')} hint={text('rename.hint')}>
        <TextArea
          rows={2}
          spellCheck={false}
          value={typed ?? before}
          // A name has no line breaks.
          onChange={(event) => setTyped(event.target.value.replaceAll(/[\r\n]+/g, ' '))}
        />
      </Field>
      <AbilityNote figures={form.frozen} verb="rename" />
    </ActionDialogFrame>
  )
}
