import {useMutation, useQuery} from '@tanstack/react-query'
import {CircleCheck, Plus} from 'lucide-react'
import {useEffect, useId, useRef, useState, type ReactNode} from 'react'
import {arrsQuery, type Arr} from '../../api/arrs.ts'
import {queries} from '../../api/queries.ts'
import {serversQuery} from '../../api/servers.ts'
import {sessionQuery, setUp, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {Note} from '../../ui/Note.tsx'
import {arrKindName} from '../arrs/arr-health.ts'
import {openArrDialog} from '../arrs/arr-dialogs.ts'
import {ArrDialogs} from '../arrs/ArrDialogs.tsx'
import {ArrDialog} from '../arrs/form/ArrDialog.tsx'
import {faultAt, strengthOf} from './set-up.ts'

/**
 * A step: what it is about, and its way on, which is always in sight. It stays when another one is shown, so that nothing
 * that was typed in it is lost.
 */
export function StepFrame({
  isNow,
  title,
  lead,
  footer,
  children,
}: {
  isNow: boolean
  title: string
  lead: ReactNode
  /** Back at the left, the way on at the right. */
  footer: ReactNode
  children: ReactNode
}) {
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // Who comes from another step begins here; a field that took the focus at once keeps it.
    if (isNow && !(document.activeElement instanceof HTMLInputElement)) head.current?.focus()
  }, [isNow])
  return (
    <section hidden={!isNow} className="row-span-2 grid min-h-0 grid-rows-subgrid [&[hidden]]:hidden">
      <div className="relative min-h-0 overflow-y-auto [scrollbar-width:thin]">
        <div className="mx-auto max-w-[720px] px-6 pt-5 pb-7 max-phone:px-4">
          <h1
            ref={head}
            tabIndex={-1}
            className="text-28/tight font-bold tracking-[-.025em] text-balance outline-none max-phone:text-20"
          >
            {title}
          </h1>
          <p className="mt-1.5 mb-4.5 text-14 text-pretty text-text-2">{lead}</p>
          <div className="grid gap-3.5">{children}</div>
        </div>
      </div>
      <footer className="border-t border-line-strong bg-bg">
        <div className="mx-auto flex max-w-[720px] flex-wrap items-center gap-x-3 gap-y-2 px-6 py-3.5 max-phone:px-4">
          {footer}
        </div>
      </footer>
    </section>
  )
}

/** The first administrator, as typed in so far, and its creation. */
interface Administrator {
  readonly username: string
  readonly password: string
  readonly token: string
  readonly change: (to: Partial<Pick<Administrator, 'username' | 'password' | 'token'>>) => void
  readonly isMissing: boolean
  readonly isPending: boolean
  readonly fault: ReturnType<typeof faultAt>
  readonly make: () => void
}

function useAdministrator(printed: string, onDone: () => void): Administrator {
  const [typed, setTyped] = useState({username: '', password: '', token: printed})
  const {password} = typed
  const [username, token] = [typed.username.trim(), typed.token.trim()]
  const {mutate, isPending, error} = useMutation({
    mutationFn: () => setUp({username, password, token, watching: true}),
    onSuccess: (session) => {
      onDone()
      queries.setQueryData(sessionQuery.queryKey, session)
    },
  })
  return {
    ...typed,
    change: (to) => setTyped((before) => ({...before, ...to})),
    isMissing: [username, password, token].includes(''),
    isPending,
    fault: faultAt(error),
    make: () => mutate(),
  }
}

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
  const administrator = useAdministrator(printed, onDone)
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
              disabledReason={administrator.isMissing ? text('setup.missing') : undefined}
              waitsFor={administrator.isPending ? text('setup.making') : undefined}
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
          <AdministratorForm id={form} administrator={administrator} printed={printed} />
        </Card>
      ) : (
        <Note tone="good">{text('setup.administrator.made', {name: visitor?.name ?? ''})}</Note>
      )}
      {isNeeded && (
        <ul className="grid gap-3.5 phone:grid-cols-2">
          {(['demo', 'coming', 'backup'] as const).map((way) => (
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

function AdministratorForm({
  id,
  administrator: {username, password, token, change, isMissing, fault, make},
  printed,
}: {
  id: string
  administrator: Administrator
  printed: string
}) {
  // The printed token needs nobody's attention, unless it is not (or no longer) the right one.
  const wantsToken = printed === '' || fault.token !== undefined
  return (
    <form
      id={id}
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isMissing) make()
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
            onChange={(event) => change({username: event.target.value})}
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
            onChange={(event) => change({password: event.target.value})}
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
            onChange={(event) => change({token: event.target.value})}
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

const REFRESH_MS = 2_000

/** The Arrs that config.toml brought along, and more of them. */
export function ArrsStep({isNow, onBack, onDone}: {isNow: boolean; onBack: () => void; onDone: () => void}) {
  const reading = useQuery({...arrsQuery, refetchInterval: REFRESH_MS, enabled: isNow})
  const {data: arrs = []} = reading
  const {data: servers = []} = useQuery(serversQuery)
  const [isAdding, setAdding] = useState(false)
  return (
    <StepFrame
      isNow={isNow}
      title={text('setup.arrs.title')}
      lead={text('setup.arrs.lead')}
      footer={
        <>
          <Button size="big" variant="ghost" onClick={onBack} className="-ml-4">
            {text('setup.back')}
          </Button>
          <span className="flex-1" />
          <Button size="big" variant="primary" onClick={onDone} className="max-phone:flex-1">
            {arrs.length === 0 ? text('setup.skip') : text('setup.with-arrs', {count: arrs.length})}
          </Button>
        </>
      }
    >
      {isNow && reading.error && <Awaited reading={reading} what={text('setup.arrs.here')} />}
      {arrs.length > 0 && (
        <Card title={text('setup.arrs.here')} isPadded={false}>
          <ul aria-live="polite">
            {arrs.map((arr) => (
              <ArrRow key={arr.id} arr={arr} />
            ))}
          </ul>
        </Card>
      )}
      <Card>
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 text-pretty text-text-2">
            {text(servers.length === 0 ? 'setup.arrs.add-lead-servers' : 'setup.arrs.add-lead')}
          </p>
          <Button
            variant={arrs.length === 0 ? 'primary' : 'default'}
            onClick={() => setAdding(true)}
            className="max-phone:w-full"
            icon={Plus}
          >
            {text('setup.arrs.add')}
          </Button>
        </div>
      </Card>
      {isAdding && <ArrDialog staysHere onClose={() => setAdding(false)} />}
      {isNow && <ArrDialogs />}
    </StepFrame>
  )
}

function ArrRow({arr: {id, name, kind, url, access, manager}}: {arr: Arr}) {
  const version = manager?.version ?? ''
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-t border-line px-4 py-3 first:border-0">
      <span>
        <b className="font-medium">{name}</b>{' '}
        <span className="text-text-2 wrap-anywhere">
          {text('setup.at', {kind: `${arrKindName(kind)} ${version}`.trim(), url: url ?? ''})}
        </span>
      </span>
      {/* What was typed wrongly is corrected here, and not only after the setup. */}
      {access === 'own' && (
        <span className="row-span-2 flex flex-wrap justify-end gap-1">
          <Button
            variant="ghost"
            aria-label={text('setup.arrs.edit', {name})}
            onClick={() => openArrDialog({name: 'edit', id})}
          >
            {text('arr.do.edit')}
          </Button>
          <Button
            variant="ghost"
            aria-label={text('setup.arrs.remove', {name})}
            onClick={() => openArrDialog({name: 'remove', id})}
          >
            {text('arr.do.remove')}
          </Button>
        </span>
      )}
      <span className="text-12 text-pretty text-text-2">
        {manager === null
          ? text('setup.arrs.waits')
          : (manager.fault ?? text('setup.arrs.works', {count: manager.queued ?? 0}))}
      </span>
    </li>
  )
}
