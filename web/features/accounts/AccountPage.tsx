import {useQuery} from '@tanstack/react-query'
import {useState, type FormEvent} from 'react'
import {
  changeOwnPassword,
  endSession,
  endTwoStep,
  keysQuery,
  revokeKey,
  sessionsQuery,
  twoStepQuery,
  type Key,
  type OpenSession,
} from '../../api/accounts.ts'
import {usePreference} from '../../api/preferences.ts'
import {useSession} from '../../api/session.ts'
import {sharedViewsQuery, viewsQuery} from '../../api/views.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {AwaitedCard} from '../../ui/Awaited.tsx'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {Chip} from '../../ui/Chip.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {exactTime} from '../../i18n/format-time.ts'
import {ago, written} from '../../ui/format.ts'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {narrowClass, pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {Sought} from '../../ui/Sought.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useSending} from '../../ui/use-sending.ts'
import {browserName} from './browser-name.ts'
import {ChangeKeyDialog, NewKeyDialog, TwoStepStartDialog} from './AccountDialogs.tsx'

/** Oneself: how the pages look, how one comes in, where one is signed in, keys for programs. */
export function AccountPage() {
  const {visitor} = useSession()
  useTitle(text('nav.account'))
  const hasAccount = visitor?.user_id !== null
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className={narrowClass}>
        <PageHead title={visitor?.name} note={visitor && text(`role.${visitor.role}`)} />
        <div className="grid gap-4">
          <LooksCard />
          {!hasAccount && <Note>{text('account.none')}</Note>}
          {hasAccount && visitor?.via === 'session' && <PasswordCard />}
          {hasAccount && <TwoStepCard />}
          {hasAccount && <SessionsCard />}
          {hasAccount && <KeysCard />}
        </div>
      </div>
    </main>
  )
}

/** Codes of an authenticator besides the password. */
function TwoStepCard() {
  const reading = useQuery(twoStepQuery)
  const {data} = reading
  const [dialog, setDialog] = useState<'start' | 'end' | null>(null)
  if (!data) return <AwaitedCard reading={reading} title={text('account.two_step')} />
  return (
    <Sought id="two-step">
      <Card
        title={text('account.two_step')}
        actions={
          data.on ? (
            <Button onClick={() => setDialog('end')}>{text('account.two_step.end')}</Button>
          ) : (
            <Button onClick={() => setDialog('start')}>{text('account.two_step.start')}</Button>
          )
        }
      >
        <p className="flex flex-wrap items-center gap-2 text-text-2">
          {data.on ? (
            <>
              <Badge tone="good">{text('account.two_step.on')}</Badge>
              {text('account.two_step.left', {count: data.recovery_codes})}
            </>
          ) : (
            text('account.two_step.off')
          )}
        </p>
        {dialog === 'start' && <TwoStepStartDialog onClose={() => setDialog(null)} />}
        {dialog === 'end' && <TwoStepEndDialog onClose={() => setDialog(null)} />}
      </Card>
    </Sought>
  )
}

/** Takes password and code: a browser that was left open is not enough. */
function TwoStepEndDialog({onClose}: {onClose: () => void}) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  return (
    <ConfirmDialog
      title={text('account.two_step.end')}
      says={text('account.two_step.end.says')}
      verb={text('account.two_step.end')}
      work={() => endTwoStep(password, code)}
      onClose={onClose}
    >
      <div className="grid gap-3 pb-3">
        <Field label={text('login.password')}>
          <PasswordInput
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="current-password"
          />
        </Field>
        <Field label={text('login.code')} hint={text('login.code.hint')}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            isMono
          />
        </Field>
      </div>
    </ConfirmDialog>
  )
}

function PasswordCard() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [keepsKeys, setKeepsKeys] = useState(false)
  const {send, isBusy, error} = useSending()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const keys = keepsKeys ? 'keep' : 'revoke'
    if (!(await send(() => changeOwnPassword({current, next, keys})))) return
    setCurrent('')
    setNext('')
    setKeepsKeys(false)
    toast({text: text(`account.password.changed.${keys}`), tone: 'good'})
  }
  return (
    <Sought id="password">
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
          <Checkbox
            label={text('account.password.keep_keys')}
            hint={text('account.password.keep_keys.hint')}
            checked={keepsKeys}
            onChange={setKeepsKeys}
          />
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
    </Sought>
  )
}

/** How the pages look to him, on every device. */
function LooksCard() {
  const [theme, setTheme] = usePreference('theme')
  const [density, setDensity] = usePreference('density')
  const [units, setUnits] = usePreference('units')
  const [start, setStart] = usePreference('start')
  const [startView, setStartView] = usePreference('start.view')
  const {data: views} = useQuery({...viewsQuery, enabled: startView !== null})
  const {data: shared} = useQuery({...sharedViewsQuery, enabled: startView !== null})
  const isStart = ({id}: {readonly id: string}) => id === startView
  const startsWith = start === 'torrents' ? (views?.find(isStart) ?? shared?.find(isStart)) : undefined
  return (
    <Card title={text('account.looks')}>
      <div className="grid gap-3">
        <Line id="theme" label={text('account.theme')}>
          <Segmented
            label={text('account.theme')}
            value={theme}
            onChange={setTheme}
            options={[
              {value: 'system', label: text('theme.system')},
              {value: 'light', label: text('theme.light')},
              {value: 'dark', label: text('theme.dark')},
            ]}
          />
        </Line>
        <Line id="density" label={text('account.density')}>
          <Segmented
            label={text('account.density')}
            value={density}
            onChange={setDensity}
            options={[
              {value: 'compact', label: text('account.density.compact')},
              {value: 'normal', label: text('account.density.normal')},
              {value: 'roomy', label: text('account.density.roomy')},
            ]}
          />
        </Line>
        <Line id="units" label={text('account.units')}>
          <Segmented
            label={text('account.units')}
            value={units}
            onChange={setUnits}
            options={[
              {value: 'binary', label: text('account.units.binary')},
              {value: 'decimal', label: text('account.units.decimal')},
            ]}
          />
        </Line>
        <Line id="start" label={text('account.start')}>
          <Segmented
            label={text('account.start')}
            value={startsWith ? 'view' : start}
            onChange={(value) => {
              if (value === 'view') return
              setStart(value)
              setStartView(null)
            }}
            options={[
              {value: 'overview', label: text('nav.overview')},
              {value: 'torrents', label: text('nav.torrents')},
              ...(startsWith ? [{value: 'view' as const, label: startsWith.name}] : []),
            ]}
          />
        </Line>
      </div>
    </Card>
  )
}

function Line({id, label, children}: {id: string; label: string; children: React.ReactNode}) {
  return (
    <Sought id={id}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
        <span aria-hidden>{label}</span>
        {children}
      </div>
    </Sought>
  )
}

const MINUTE_MS = 60_000

/** Where he is signed in. */
function SessionsCard() {
  const reading = useQuery(sessionsQuery)
  const {data} = reading
  const {send, error} = useSending()
  if (!data) return <AwaitedCard reading={reading} title={text('account.sessions')} />
  const others = data.filter((it) => !it.current)
  return (
    <Sought id="sessions">
      <Card
        title={text('account.sessions')}
        isPadded={false}
        actions={
          others.length > 1 && (
            <Button onClick={() => void send(() => endSession(null))}>
              {text('account.sessions.end_others')}
            </Button>
          )
        }
      >
        <ul className="divide-y divide-line">
          {data.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              onEnd={() => void send(() => endSession(session.id))}
            />
          ))}
        </ul>
        {error !== '' && (
          <Note tone="bad" isNews className="m-3">
            {error}
          </Note>
        )}
      </Card>
    </Sought>
  )
}

function SessionRow({session, onEnd}: {session: OpenSession; onEnd: () => void}) {
  const now = useNow(MINUTE_MS)
  const {current, user_agent: agent, address, last_used_at: usedAt} = session
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <span className="font-medium" title={agent}>
        {browserName(agent) || text('account.sessions.unknown')}
      </span>
      <span className="text-text-2">{address}</span>
      <span className="text-12 text-text-3">
        {text('account.sessions.used', {ago: written(ago(usedAt, now))})}
      </span>
      <span className="ml-auto">
        {current ? (
          <Badge tone="good">{text('account.sessions.this')}</Badge>
        ) : (
          <Button variant="ghost" onClick={onEnd}>
            {text('account.sessions.end')}
          </Button>
        )}
      </span>
    </li>
  )
}

/** Keys for programs; none can do more than he. */
function KeysCard() {
  const reading = useQuery(keysQuery)
  const {data} = reading
  const [isMaking, setMaking] = useState(false)
  if (!data) return <AwaitedCard reading={reading} title={text('account.keys.title')} />
  return (
    <Sought id="api-keys">
      <Card
        title={text('account.keys.title')}
        isPadded={false}
        actions={<Button onClick={() => setMaking(true)}>{text('account.keys.make')}</Button>}
      >
        {data.length === 0 && <p className="p-3.5 text-text-2">{text('account.keys.none')}</p>}
        <ul className="divide-y divide-line">
          {data.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
        {isMaking && <NewKeyDialog onClose={() => setMaking(false)} />}
      </Card>
    </Sought>
  )
}

function KeyRow({apiKey}: {apiKey: Key}) {
  const now = useNow(MINUTE_MS)
  const servers = useServers() ?? []
  const [isRevoking, setRevoking] = useState(false)
  const [isChanging, setChanging] = useState(false)
  const {name, scopes, servers: only, expires_at: endsAt, expired, last_used_at: usedAt} = apiKey
  const nameOf = (id: string) => servers.find((it) => it.server_id === id)?.server_name ?? id
  const revoke = async () => {
    const names = await revokeKey(apiKey.id)
    if (names.length > 0)
      toast({text: text('account.keys.suspended', {names: names.join(', ')}), tone: 'warn'})
  }
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <span className="font-medium">{name}</span>
      <span className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Chip key={scope}>{text(`permission.${scope}`)}</Chip>
        ))}
      </span>
      <span className="text-12 text-text-3">
        {only === null ? text('account.keys.all_servers') : only.map(nameOf).join(', ')} ·{' '}
        {usedAt === null
          ? text('account.keys.never_used')
          : text('account.sessions.used', {ago: written(ago(usedAt, now))})}
        {endsAt !== null && !expired && ` · ${text('account.keys.until', {time: exactTime(endsAt, now)})}`}
      </span>
      <span className="ml-auto flex items-center gap-2">
        {expired && <Badge tone="warn">{text('account.keys.expired')}</Badge>}
        <Button
          variant="ghost"
          aria-label={text('account.keys.change.title', {name})}
          onClick={() => setChanging(true)}
        >
          {text('account.keys.change')}
        </Button>
        <Button variant="ghost" onClick={() => setRevoking(true)}>
          {text('account.keys.revoke')}
        </Button>
      </span>
      {isChanging && <ChangeKeyDialog apiKey={apiKey} onClose={() => setChanging(false)} />}
      {isRevoking && (
        <ConfirmDialog
          title={text('account.keys.revoke.title', {name})}
          says={text('account.keys.revoke.says')}
          verb={text('account.keys.revoke')}
          work={revoke}
          onClose={() => setRevoking(false)}
        />
      )}
    </li>
  )
}
