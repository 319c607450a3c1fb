import {useMutation} from '@tanstack/react-query'
import {CircleCheck} from 'lucide-react'
import {useId, useState} from 'react'
import {queries} from '../../api/queries.ts'
import {sessionQuery, setUp, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {Note} from '../../ui/Note.tsx'
import {faultAt} from './set-up-faults.ts'
import {strengthOf} from './set-up-steps.ts'
import {StepFrame} from './StepFrame.tsx'

/**
 * The first administrator; once that is there, who it is.
 * @param printed the token of the printed address; '' = it has to be typed in
 */
export function AdministratorStep({
  isNow,
  printed,
  onDone,
}: {
  isNow: boolean
  printed: string
  onDone: () => void
}) {
  const form = useId()
  const {visitor, setup_needed: isNeeded} = useSession()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [token, setToken] = useState(printed)
  const making = useMutation({
    mutationFn: () => setUp({username: username.trim(), password, token: token.trim(), watching: true}),
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
    <StepFrame
      isNow={isNow}
      title={text('setup.administrator.title')}
      lead={text('setup.administrator.lead')}
      footer={
        <>
          <span className="flex-1 text-12 text-text-2 max-phone:hidden">
            {text('setup.administrator.later')}
          </span>
          {isNeeded ? (
            <Button
              type="submit"
              form={form}
              variant="primary"
              size="big"
              className="max-phone:flex-1"
              disabledReason={missing ? text('setup.missing') : undefined}
              waitsFor={making.isPending ? text('setup.making') : undefined}
            >
              {text('setup.make')}
            </Button>
          ) : (
            <Button variant="primary" size="big" className="max-phone:flex-1" onClick={onDone}>
              {text('setup.to-servers')}
            </Button>
          )}
        </>
      }
    >
      {isNeeded ? (
        <Card>
          <form
            id={form}
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              if (!missing) making.mutate()
            }}
          >
            <div className="grid gap-4 phone:grid-cols-2">
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
                hint={fault.password === undefined && <StrengthHint password={password} />}
                error={fault.password}
              >
                <PasswordInput
                  autoComplete="new-password"
                  value={password}
                  onChange={(event) => setPassword(event.target.value)}
                />
              </Field>
            </div>
            {wantsToken ? (
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
            ) : (
              <p className="flex items-center gap-2 text-text-2">
                <Icon icon={CircleCheck} className="text-st-seeding" />
                {text('setup.token.printed')}
              </p>
            )}
            {fault.whole !== undefined && (
              <Note tone="bad" isNews>
                {fault.whole}
              </Note>
            )}
          </form>
        </Card>
      ) : (
        <Note tone="good">{text('setup.administrator.made', {name: visitor?.name ?? ''})}</Note>
      )}
      {isNeeded && (
        <ul className="grid gap-3.5 phone:grid-cols-2">
          {(['demo', 'coming'] as const).map((way) => (
            <li key={way} className="rounded-l border border-line-strong bg-surface px-3.5 py-3">
              <b className="font-medium">{text(`setup.${way}.title`)}</b>
              <p className="text-12 text-pretty text-text-2">{text(`setup.${way}.says`)}</p>
            </li>
          ))}
        </ul>
      )}
    </StepFrame>
  )
}

/** How good it is, while it is typed. */
function StrengthHint({password}: {password: string}) {
  if (password === '') return text('setup.password.hint')
  const strength = strengthOf(password)
  return (
    <span
      className={joined('flex items-center gap-1.5', strength === 'strong' && 'text-st-seeding')}
      aria-live="polite"
    >
      {strength !== 'short' && <Icon icon={CircleCheck} size={14} />}
      {text(`setup.password.${strength}`, {count: [...password].length})}
    </span>
  )
}
