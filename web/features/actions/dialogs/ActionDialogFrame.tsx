import {useId, type ReactNode, type RefObject} from 'react'
import type {ActionVerb, SelectionFigures} from '../../../api/actions.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog, type DialogSize} from '../../../ui/Dialog.tsx'
import {count} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {reasonWords} from '../ability.ts'
import {closeActionDialog} from './action-dialogs.ts'
import type {ActionForm} from './use-action-form.ts'

/** What all dialogs about torrents have: a head, a form, what was not accepted, and two buttons. */
export function ActionDialogFrame({
  form,
  title,
  description,
  submitLabel,
  disabledReason,
  onSubmit,
  isDanger = false,
  note,
  size,
  cancelRef,
  children,
}: {
  form: ActionForm
  title: string
  description?: ReactNode
  /** A verb with its object. */
  submitLabel: string
  /** Why it cannot be sent yet. */
  disabledReason?: string | undefined
  onSubmit: () => void
  isDanger?: boolean | undefined
  /** Left of the buttons: what follows. */
  note?: ReactNode
  size?: DialogSize | undefined
  cancelRef?: RefObject<HTMLButtonElement | null> | undefined
  children: ReactNode
}) {
  const id = useId()
  const words = form.isSlow ? text('action.goes-on') : note
  const reason = form.body === null ? text('action.finding') : disabledReason
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && closeActionDialog()}
      title={title}
      description={description}
      size={size}
      initialFocus={cancelRef}
      footer={
        <>
          {words !== undefined && (
            <span className="mr-auto min-w-0 text-12 text-text-2 max-phone:w-full">{words}</span>
          )}
          <Button ref={cancelRef} onClick={closeActionDialog} className="max-phone:h-11 max-phone:flex-1">
            {text(form.isSlow ? 'dialog.close' : 'action.cancel')}
          </Button>
          <Button
            type="submit"
            form={id}
            variant={isDanger ? 'dangerFill' : 'primary'}
            waitsFor={form.isBusy ? text('action.sending') : undefined}
            disabledReason={reason}
            className="max-phone:h-11 max-phone:flex-1"
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason === undefined && !form.isBusy) onSubmit()
        }}
      >
        {children}
        {form.fault !== null && (
          <Note
            tone="bad"
            isNews
            action={form.again && <TextButton onClick={form.again}>{text('result.again')}</TextButton>}
          >
            {form.fault}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

/** Which of the chosen torrents cannot take it, and why. Nothing when all can. */
export function AbilityNote({figures, verb}: {figures: SelectionFigures | null; verb: ActionVerb}) {
  const ability = figures?.abilities.find((it) => it.verb === verb)
  if (!figures || !ability || ability.possible === figures.count) return null
  const possible = count(ability.possible)
  return (
    <Note tone="warn">
      <b>{text('action.only-for', {possible, of: count(figures.count)})}</b>{' '}
      {reasonWords(ability.reasons, figures)}
    </Note>
  )
}
