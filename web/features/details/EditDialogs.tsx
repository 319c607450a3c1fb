import {useMutation} from '@tanstack/react-query'
import {Pencil} from 'lucide-react'
import {useId, useState, type FormEvent} from 'react'
import type {AddressKind} from '#model/torrent-addresses.ts'
import type {WireKey} from '../../api/actions.ts'
import {queries} from '../../api/queries.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input, TextArea} from '../../ui/Input.tsx'
import {openActionDialog} from '../actions/action-dialogs.ts'
import {oneTarget} from '../actions/target.ts'
import {nameOf, type Torrent} from './torrent.ts'
import {firstWrong, readLines} from '../../lib/announce-lines.ts'
import {useAbilities} from './use-abilities.ts'

/** Beside a value: changes it. */
export function EditButton({
  what,
  whyNot = null,
  onClick,
}: {
  what: string
  /** Why it cannot be changed here; `null` = it can. */
  whyNot?: string | null
  onClick: () => void
}) {
  return (
    <IconButton
      size="small"
      icon={Pencil}
      label={text('details.edit', {what})}
      disabledReason={whyNot ?? undefined}
      className="-my-0.5 pointer-coarse:-my-3"
      onClick={onClick}
    />
  )
}

/** Beside its name: gives it another one; only looking, there is none. */
export function NamePencil({torrent}: {torrent: Torrent}) {
  const {canControl, whyNot} = useAbilities(torrent.server_id)
  if (!canControl) return null
  return (
    <EditButton
      what={text('details.name')}
      whyNot={whyNot('rename')}
      onClick={() => openActionDialog('rename', oneTarget(nameOf(torrent)))}
    />
  )
}

/** Which torrent it is about stands in its title: behind the dialog it cannot be read. */
export function dialogTitle(title: string, {name}: Pick<Torrent, 'name'>): string {
  return name === undefined ? title : text('details.dialog', {title, name})
}

interface LineDialogProps {
  readonly title: string
  /** The torrent that it is about. */
  readonly about: Pick<Torrent, 'name'>
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
  about,
  label,
  verb,
  value,
  hint,
  mistakeIn,
  send,
  onClose,
  ...look
}: LineDialogProps) {
  const form = useId()
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
      title={dialogTitle(title, about)}
      footer={
        <>
          <Button onClick={onClose}>{text('details.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={form}
            waitsFor={sending.isPending ? text('details.sending') : undefined}
          >
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label={label} hint={hint} error={(isTried && mistake) || sending.error?.message}>
          {look.isLong ? <TextArea {...control} /> : <Input {...control} />}
        </Field>
      </form>
    </Dialog>
  )
}

const words: Readonly<Record<AddressKind, {title: TextKey; field: TextKey; hint: TextKey; wrong: TextKey}>> =
  {
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
  about,
  note,
  send,
  onClose,
}: {
  kind: AddressKind
  /** The torrent that it is about. */
  about: Pick<Torrent, 'name'>
  /** How this server does it differently; '' = as usual. */
  note: string
  /** @param typed as it was typed */
  send: (typed: string) => Promise<void>
  onClose: () => void
}) {
  const form = useId()
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
      title={dialogTitle(text(words[kind].title), about)}
      footer={
        <>
          <Button onClick={onClose}>{text('details.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={form}
            waitsFor={sending.isPending ? text('details.sending') : undefined}
          >
            {text('details.lines.add', {count: Math.max(1, lines.length)})}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
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

/** Sends a change of a torrent from where no dialog waits for the answer; what fails is said in a toast. */
export function useSend(of: WireKey): (change: () => Promise<void>, then?: () => void) => void {
  const {mutate} = useMutation({
    mutationFn: (change: () => Promise<void>) => change(),
    onSettled: () => lookAgain(of),
    onError: (error) => void toast({text: error.message, tone: 'bad'}),
  })
  return (change, then) => mutate(change, then && {onSuccess: then})
}

/** Whatever was read of it is read again. */
export function lookAgain({server_id, info_hash}: WireKey): void {
  void queries.invalidateQueries({queryKey: ['details', server_id, info_hash]})
}
