import {useMutation} from '@tanstack/react-query'
import {useState, type FormEvent} from 'react'
import {text, type TextKey} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {TextArea} from '../../ui/Input.tsx'
import {firstWrong, readLines, type LineKind} from './trackers/announce-lines.ts'

const words: Readonly<Record<LineKind, {title: TextKey; field: TextKey; hint: TextKey; wrong: TextKey}>> = {
  tracker: {
    title: 'trackers.add',
    field: 'trackers.add.field',
    hint: 'trackers.add.hint',
    wrong: 'trackers.add.wrong',
  },
  peer: {title: 'peers.add', field: 'peers.add.field', hint: 'peers.add.hint', wrong: 'peers.add.wrong'},
  web: {
    title: 'webseeds.add',
    field: 'webseeds.add.field',
    hint: 'webseeds.add.hint',
    wrong: 'webseeds.add.wrong',
  },
}

/** Asks for addresses, several at once. What the server refuses is said here, and nothing that was typed is lost. */
export function LinesDialog({
  kind,
  note,
  send,
  onClose,
}: {
  kind: LineKind
  /** How this server does it differently; '' = as usual. */
  note: string
  /** @param typed as it was typed */
  send: (typed: string) => Promise<void>
  onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const [isTried, setTried] = useState(false)
  const sending = useMutation({mutationFn: send, onSuccess: onClose})
  const lines = readLines(typed)
  const wrong = firstWrong(lines, kind)
  const mistake =
    lines.length === 0 ? text('details.lines.none') : wrong && text(words[kind].wrong, {line: wrong})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!mistake) sending.mutate(typed)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={text(words[kind].title)}
      footer={
        <>
          <Button onClick={onClose}>{text('details.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form="details-lines"
            waitsFor={sending.isPending ? text('details.sending') : undefined}
          >
            {text('details.lines.add', {count: Math.max(1, lines.length)})}
          </Button>
        </>
      }
    >
      <form id="details-lines" onSubmit={submit}>
        <Field
          label={text(words[kind].field)}
          hint={[text(words[kind].hint), note].filter(Boolean).join(' ')}
          error={(isTried && mistake) || sending.error?.message}
        >
          <TextArea
            isMono
            rows={5}
            value={typed}
            spellCheck={false}
            autoComplete="off"
            onChange={({target}) => setTyped(target.value)}
          />
        </Field>
      </form>
    </Dialog>
  )
}
