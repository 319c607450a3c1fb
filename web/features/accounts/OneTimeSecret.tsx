import '../../styles/mono.css'
import {Check, Copy} from 'lucide-react'
import {useRef} from 'react'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {useCopy} from '../../ui/CopyText.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Note} from '../../ui/Note.tsx'

/** A secret that is shown this once, whole, so that it can be read and copied by hand too. */
export function OneTimeSecretDialog({
  title,
  says,
  secret,
  onClose,
}: {
  title: string
  says: string
  secret: string
  onClose: () => void
}) {
  const button = useRef<HTMLButtonElement>(null)
  const [isCopied, copy] = useCopy()
  return (
    <Dialog open onOpenChange={onClose} size="m" title={title} initialFocus={button} isShownOnce>
      <div className="grid gap-3">
        <Note tone="warn">{says}</Note>
        <p className="rounded-m bg-sunken px-2.5 py-2 font-mono text-12 wrap-anywhere select-all">{secret}</p>
        <Button
          ref={button}
          icon={isCopied ? Check : Copy}
          className="justify-self-start"
          onClick={() => void copy(secret)}
        >
          {text(isCopied ? 'copy.copied' : 'account.copy')}
        </Button>
      </div>
    </Dialog>
  )
}
