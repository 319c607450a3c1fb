import {useRouter} from '@tanstack/react-router'
import {useState, type FormEvent} from 'react'
import {acceptLink} from '../../api/accounts.ts'
import {base} from '../../api/base.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {AuthLayout} from './AuthLayout.tsx'

/** The token stands behind the #: no server and no proxy on the way writes it down. */
const tokenOf = () => window.location.hash.slice(1)

/** Somebody was invited, or chooses a new password: the link he was sent leads here. */
export function InvitationPage() {
  const [token] = useState(tokenOf)
  const isReset = token.startsWith('reset:')
  const title = text(isReset ? 'invitation.reset.title' : 'invitation.title')
  return (
    <AuthLayout title={title}>
      {token === '' ? (
        <Note tone="warn">{text('invitation.no_token')}</Note>
      ) : (
        <AcceptForm token={token.replace(/^reset:/, '')} isReset={isReset} />
      )}
    </AuthLayout>
  )
}

function AcceptForm({token, isReset}: {token: string; isReset: boolean}) {
  const router = useRouter()
  const [username, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const {send, isBusy, error, problem} = useSending()
  const [asksCode, setAsksCode] = useState(false)
  const needsCode = asksCode || problem?.code === 'code_required'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (needsCode) setAsksCode(true)
    const body = {token, password, ...(username !== '' && {username}), ...(code !== '' && {code})}
    if (await send(() => acceptLink(body))) router.history.replace(`${base}/`)
  }
  return (
    <form className="grid gap-3.5" onSubmit={(event) => void submit(event)}>
      {!isReset && (
        <Field label={text('login.name')} hint={text('invitation.name.hint')}>
          <Input
            value={username}
            onChange={(event) => setName(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
          />
        </Field>
      )}
      <Field label={text('invitation.password')} hint={text('account.password.hint')}>
        <PasswordInput
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="new-password"
          required
        />
      </Field>
      {needsCode && (
        <Field label={text('login.code')} hint={text('login.code.hint')}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            isMono
            required
          />
        </Field>
      )}
      {error !== '' && problem?.code !== 'code_required' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
      <Button type="submit" variant="primary" size="big" waitsFor={isBusy ? text('login.busy') : undefined}>
        {text(isReset ? 'invitation.reset.go' : 'invitation.go')}
      </Button>
    </form>
  )
}
