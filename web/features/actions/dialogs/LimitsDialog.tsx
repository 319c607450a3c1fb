import {text} from '../../../i18n/text.ts'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {AbilityNote} from '../AbilityNote.tsx'
import {counted} from '../counted.ts'
import {LimitsForm} from './LimitsForm.tsx'
import type {ActionTarget} from '../target.ts'
import {useActionForm} from './use-action-form.ts'
import {useChosenFacts} from './use-chosen-facts.ts'
import {useLimits} from './use-limits.ts'

/** Speeds, and when the server stops them by itself. */
export function LimitsDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useChosenFacts(target)
  const limits = useLimits(facts)
  return (
    <ActionDialogFrame
      form={form}
      title={counted('set-limits.title', form.count)}
      submitLabel={text('set-limits.set')}
      disabledReason={limits.reason ?? undefined}
      onSubmit={() => void form.send(limits.wishes)}
    >
      <LimitsForm limits={limits} figures={form.frozen} />
      <AbilityNote figures={form.frozen} verb="setSpeedLimits" />
      <AbilityNote figures={form.frozen} verb="setShareLimits" />
    </ActionDialogFrame>
  )
}
