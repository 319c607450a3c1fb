import {useState, type FormEvent} from 'react'
import {roles, type Role} from '#model/access.ts'
import {invite} from '../../api/accounts.ts'
import {base} from '../../api/base.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {RadioCards} from '../../ui/RadioCards.tsx'
import {ToldOnce} from './ToldOnce.tsx'
import {useSending} from './use-sending.ts'

const USUAL_DAYS = 7
const MOST_DAYS = 30

/** A link that makes one person a user; it is shown this once. */
export function InviteDialog({onClose}: {onClose: () => void}) {
  const [role, setRole] = useState<Role>('member')
  const [name, setName] = useState('')
  const [days, setDays] = useState<number | null>(USUAL_DAYS)
  const [link, setLink] = useState<string | null>(null)
  const {send, isBusy, error} = useSending()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(async () => {
      const made = await invite({role, ...(name !== '' && {name}), days: days ?? USUAL_DAYS})
      setLink(`${window.location.origin}${base}/invitation#${made.token}`)
    })
  }
  if (link !== null) {
    return (
      <Dialog open onOpenChange={onClose} size="m" title={text('people.invite.made')}>
        <ToldOnce says={text('people.invite.says', {days: days ?? USUAL_DAYS})} token={link} />
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="m"
      title={text('people.invite')}
      footer={
        <>
          <Button onClick={onClose}>{text('account.cancel')}</Button>
          <Button
            type="submit"
            form="invite"
            variant="primary"
            waitsFor={isBusy ? text('account.saving') : undefined}
          >
            {text('people.invite.go')}
          </Button>
        </>
      }
    >
      <form id="invite" className="grid gap-4" onSubmit={submit}>
        <RadioCards
          label={text('people.role')}
          value={role}
          onChange={setRole}
          options={roles.map((it) => ({value: it, label: text(`role.${it}`), hint: text(`role.${it}.hint`)}))}
        />
        <Field label={text('login.name')} hint={text('people.invite.name.hint')} optional>
          <Input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <Field label={text('people.invite.days')}>
          <NumberInput value={days} onChange={setDays} min={1} max={MOST_DAYS} unit={text('people.days')} />
        </Field>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}
