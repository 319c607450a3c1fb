import {useState} from 'react'
import {priorities, type Priority} from '#model/torrent.ts'
import {text} from '../../../i18n/text.ts'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {AbilityNote} from '../AbilityNote.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {common} from './chosen-facts.ts'
import {counted} from '../counted.ts'
import type {ActionTarget} from '../target.ts'
import {useActionForm} from './use-action-form.ts'
import {useChosenFacts} from './use-chosen-facts.ts'

/** How much of the bandwidth they get beside others. */
export function PriorityDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useChosenFacts(target)
  const [chosen, setChosen] = useState<Priority | null>(null)
  const before = facts ? common(facts, 'priority') : undefined
  const value = chosen ?? priorities.find((it) => it === before) ?? null
  return (
    <ActionDialogFrame
      form={form}
      size="s"
      title={counted('priority.title', form.count)}
      submitLabel={text('priority.set')}
      disabledReason={value === null ? text('priority.choose') : undefined}
      onSubmit={() => void form.send([{verb: 'setPriority', args: {priority: value}}])}
    >
      <RadioCards<Priority>
        label={text('action.sub.priority')}
        value={value}
        onChange={setChosen}
        options={priorities.toReversed().map((it) => ({value: it, label: text(`priority.${it}`)}))}
      />
      <AbilityNote figures={form.frozen} verb="setPriority" />
    </ActionDialogFrame>
  )
}
