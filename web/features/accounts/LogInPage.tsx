import {useQuery} from '@tanstack/react-query'
import {useLocation, useRouter, useSearch} from '@tanstack/react-router'
import {useEffect, useEffectEvent, useState, type FormEvent} from 'react'
import {logIn, logInLocally} from '../../api/accounts.ts'
import {base} from '../../api/base.ts'
import {hasSessionEnded, sessionQuery, tokenIn} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {AuthLayout} from './AuthLayout.tsx'

/** Name and password, then a code where a second step is on; or the provider; or a token, where nobody needs an account. */
export function LogInPage() {
  const {data} = useQuery(sessionQuery)
  const {next = '/'} = useSearch({strict: false})
  const printed = useLocation({select: tokenIn})
  if (!data) return <AuthLayout title={text('login.title')}>{null}</AuthLayout>
  const {ways} = data
  return (
    <AuthLayout title={text('login.title')}>
      {hasSessionEnded() && <Note>{text('login.ended')}</Note>}
      {ways.local && <TokenForm key={printed} printed={printed} next={next} />}
      {ways.password && <PasswordForm next={next} />}
      {ways.oidc && (
        <a
          className={buttonClass(ways.password ? 'default' : 'primary', 'big')}
          href={`${base}/api/oidc/start?return_to=${encodeURIComponent(`${base}${next}`)}`}
        >
          {text('login.provider')}
        </a>
      )}
      {!ways.local && !ways.password && !ways.oidc && <Note tone="warn">{text('login.no_way')}</Note>}
    </AuthLayout>
  )
}

/** Whoever opened the printed address is in at once; everybody else is told where it stands. */
function TokenForm({printed, next}: {printed: string; next: string}) {
  const router = useRouter()
  const [token, setToken] = useState(printed)
  const {send, isBusy, error} = useSending()
  const submit = async () => {
    if (await send(() => logInLocally(token.trim()))) router.history.replace(`${base}${next}`)
  }
  const submitPrinted = useEffectEvent(() => void (token !== '' && submit()))
  useEffect(() => submitPrinted(), [])
  return (
    <form
      className="grid gap-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Field label={text('login.token')} hint={text('login.token.hint')}>
        <Input
          isMono
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          required
        />
      </Field>
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
      <Button type="submit" variant="primary" size="big" waitsFor={isBusy ? text('login.busy') : undefined}>
        {text('login.go')}
      </Button>
    </form>
  )
}

function PasswordForm({next}: {next: string}) {
  const router = useRouter()
  const [username, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const {send, isBusy, error, problem} = useSending()
  const [asksCode, setAsksCode] = useState(false)
  const needsCode = asksCode || problem?.code === 'code_required'
  // Name and password were good when the code was asked for.
  const isCodeRefused = asksCode && problem?.code === 'sign_in_refused'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (needsCode) setAsksCode(true)
    const isIn = await send(() => logIn({username, password, ...(code !== '' && {code})}))
    if (isIn) router.history.replace(`${base}${next}`)
  }
  return (
    <form className="grid gap-3.5" onSubmit={(event) => void submit(event)}>
      <Field label={text('login.name')}>
        <Input
          value={username}
          onChange={(event) => setName(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          required
          // The page has one purpose.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
      </Field>
      <Field label={text('login.password')}>
        <PasswordInput
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          required
        />
      </Field>
      {needsCode && (
        <Field label={text('login.code')} hint={text('login.code.hint')}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
            isMono
            required
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        </Field>
      )}
      {error !== '' && problem?.code !== 'code_required' && (
        <Note tone="bad" isNews>
          {isCodeRefused ? text('login.code.refused') : error}
        </Note>
      )}
      <Button type="submit" variant="primary" size="big" waitsFor={isBusy ? text('login.busy') : undefined}>
        {text('login.go')}
      </Button>
    </form>
  )
}
