import {useState, type FormEvent} from 'react'
import {changeOwnPassword} from '../../api/accounts.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {Note} from '../../ui/Note.tsx'
import {PasswordInput} from '../../ui/PasswordInput.tsx'
import {toast} from '../../ui/toast.ts'
import {useSending} from './use-sending.ts'

export function PasswordCard() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const {send, isBusy, error} = useSending()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await send(() => changeOwnPassword(current, next)))) return
    setCurrent('')
    setNext('')
    toast({text: text('account.password.changed'), tone: 'good'})
  }
  return (
    <Card title={text('login.password')}>
      <form className="grid max-w-[360px] gap-3" onSubmit={(event) => void submit(event)}>
        <Field label={text('account.password.current')}>
          <PasswordInput
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
            autoComplete="current-password"
            required
          />
        </Field>
        <Field label={text('account.password.next')} hint={text('account.password.hint')}>
          <PasswordInput
            value={next}
            onChange={(event) => setNext(event.target.value)}
            autoComplete="new-password"
            required
          />
        </Field>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
        <div>
          <Button type="submit" waitsFor={isBusy ? text('account.saving') : undefined}>
            {text('account.password.change')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
