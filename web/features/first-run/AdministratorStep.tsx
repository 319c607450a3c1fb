import {useMutation} from '@tanstack/react-query'
import {useEffect, useRef, useState, type ReactNode} from 'react'
import {queries} from '../../api/queries.ts'
import {sessionQuery, setUp} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {faultAt} from './set-up-faults.ts'

/** The first administrator. @param printed the token of the printed address; '' = it has to be typed in */
export function AdministratorStep({printed, onDone}: {printed: string; onDone: () => void}) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [token, setToken] = useState(printed)
  const making = useMutation({
    mutationFn: () => setUp({username: username.trim(), password, token: token.trim()}),
    onSuccess: (session) => {
      onDone()
      queries.setQueryData(sessionQuery.queryKey, session)
    },
  })
  const fault = faultAt(making.error)
  // That of the printed address needs nobody's attention, unless it is not (or no longer) the right one.
  const wantsToken = printed === '' || fault.token !== undefined
  const missing = [username.trim(), password, token.trim()].includes('')
  return (
    <>
      <StepHead title={text('setup.administrator.title')}>{text('setup.administrator.lead')}</StepHead>
      <Card>
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!missing) making.mutate()
          }}
        >
          <Field label={text('setup.name')} error={fault.username}>
            <Input
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is this form
              autoFocus
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          </Field>
          <Field
            label={text('setup.password')}
            hint={fault.password === undefined && text('setup.password.hint')}
            error={fault.password}
          >
            <PasswordInput
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
          {wantsToken && (
            <Field label={text('setup.token')} hint={text('setup.token.hint')} error={fault.token}>
              <Input
                isMono
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            </Field>
          )}
          {fault.whole !== undefined && (
            <Note tone="bad" isNews>
              {fault.whole}
            </Note>
          )}
          <Button
            type="submit"
            variant="primary"
            size="big"
            className="justify-self-end max-phone:justify-self-stretch"
            disabledReason={missing ? text('setup.missing') : undefined}
            waitsFor={making.isPending ? text('setup.making') : undefined}
          >
            {text('setup.make')}
          </Button>
        </form>
      </Card>
    </>
  )
}

/** What a step is about. Who comes from another step begins here, not where the button was that is gone. */
export function StepHead({title, children}: {title: string; children: ReactNode}) {
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A field that took the focus at once keeps it.
    if (document.activeElement === document.body) head.current?.focus()
  }, [])
  return (
    <>
      <h1
        ref={head}
        tabIndex={-1}
        className="text-28/tight font-bold tracking-[-.025em] text-balance outline-none max-phone:text-20"
      >
        {title}
      </h1>
      <p className="mt-1.5 mb-4.5 max-w-[62ch] text-14 text-pretty text-text-2">{children}</p>
    </>
  )
}
