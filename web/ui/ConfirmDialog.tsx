import {useRef, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {Button} from './Button.tsx'
import {Dialog, type DialogSize} from './Dialog.tsx'
import {Note} from './Note.tsx'
import {useSending} from './use-sending.ts'

/** Names what will be touched and what follows; the focus is on the way out. */
export function ConfirmDialog({
  title,
  says,
  verb,
  work,
  onClose,
  isHarmless = false,
  disabledReason,
  size = 's',
  children,
}: {
  title: string
  says: string
  /** A verb with its object. */
  verb: string
  work: () => Promise<unknown>
  onClose: () => void
  /** Nothing is lost by it. */
  isHarmless?: boolean
  /** Why it cannot be confirmed yet. */
  disabledReason?: string | undefined
  size?: DialogSize | undefined
  children?: ReactNode
}) {
  const cancel = useRef<HTMLButtonElement>(null)
  const {send, isBusy, error} = useSending()
  const confirm = async () => {
    if (await send(work)) onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size={size}
      title={title}
      description={says}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {text('account.cancel')}
          </Button>
          <Button
            variant={isHarmless ? 'primary' : 'dangerFill'}
            disabledReason={disabledReason}
            waitsFor={isBusy ? text('account.saving') : undefined}
            onClick={() => void confirm()}
          >
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
    </Dialog>
  )
}
