import {useMutation} from '@tanstack/react-query'
import {useState, type FormEvent} from 'react'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input, TextArea} from '../../ui/Input.tsx'

interface LineDialogProps {
  readonly title: string
  readonly label: string
  /** The verb of its button. */
  readonly verb: string
  readonly value: string
  readonly hint?: string | undefined
  readonly isMono?: boolean | undefined
  /** Of several lines. */
  readonly isLong?: boolean | undefined
  /** What is wrong with it; `null` = nothing. */
  readonly mistakeIn: (typed: string) => string | null
  readonly send: (typed: string) => Promise<void>
  readonly onClose: () => void
}

/** Changes one text: a name, an address, a comment. What the server refuses is said here. */
export function LineDialog({
  title,
  label,
  verb,
  value,
  hint,
  mistakeIn,
  send,
  onClose,
  ...look
}: LineDialogProps) {
  const [typed, setTyped] = useState(value)
  const [isTried, setTried] = useState(false)
  const sending = useMutation({mutationFn: send, onSuccess: onClose})
  const mistake = mistakeIn(typed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (typed === value) onClose()
    else if (mistake === null) sending.mutate(typed)
  }
  const control = {
    value: typed,
    isMono: look.isMono,
    spellCheck: look.isLong === true,
    autoComplete: 'off',
    onChange: ({target}: {target: {value: string}}) => setTyped(target.value),
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{text('details.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form="details-line"
            waitsFor={sending.isPending ? text('details.sending') : undefined}
          >
            {verb}
          </Button>
        </>
      }
    >
      <form id="details-line" onSubmit={submit}>
        <Field label={label} hint={hint} error={(isTried && mistake) || sending.error?.message}>
          {look.isLong ? <TextArea {...control} /> : <Input {...control} />}
        </Field>
      </form>
    </Dialog>
  )
}
