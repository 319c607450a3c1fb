import {useQuery} from '@tanstack/react-query'
import {Check, Copy} from 'lucide-react'
import {useId, useState, type FormEvent} from 'react'
import {permissions, type Permission} from '#model/access.ts'
import {changeKey, confirmTwoStep, makeKey, ownUserQuery, startTwoStep, type Key} from '../../api/accounts.ts'
import {useSession} from '../../api/session.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {CopyText, useCopy} from '../../ui/CopyText.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {MultiCombobox} from '../../ui/MultiCombobox.tsx'
import {Note} from '../../ui/Note.tsx'
import {Select} from '../../ui/Select.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {OneTimeSecretDialog} from './OneTimeSecret.tsx'

const DAY_MS = 86_400_000
const lives = ['30', '90', '365', 'never', 'date'] as const

/** How long a key works, as it is chosen. */
interface Life {
  /** `kept` = as long as before. */
  readonly is: (typeof lives)[number] | 'kept'
  /** `2027-05-31`; '' = none yet. Of a date alone. */
  readonly day: string
}

/** @returns `null` = never; `undefined` = as before, or not known yet */
function endOf({is, day}: Life): number | null | undefined {
  if (is === 'never') return null
  if (is === 'kept') return undefined
  // The end of that day where the person is.
  return is === 'date' ? new Date(`${day}T23:59:59`).getTime() : serverNow() + Number(is) * DAY_MS
}

/** A day that is over is no end of a key. */
function isWhole({is, day}: Life): boolean {
  return is !== 'date' || new Date(`${day}T23:59:59`).getTime() > serverNow()
}

/** As the field of a day writes it. */
function dayOf(at: number): string {
  const date = new Date(at)
  const two = (figure: number) => String(figure).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** @param kept when it ends now; absent = it is a new one */
function LifeFields({
  value,
  onChange,
  kept,
}: {
  value: Life
  onChange: (value: Life) => void
  kept?: number | null | undefined
}) {
  const now = serverNow()
  const time = kept === null ? text('account.keys.life.never') : exactTime(kept ?? now, now)
  const before =
    kept === undefined ? [] : [{value: 'kept' as const, label: text('account.keys.life.kept', {time})}]
  const options = [...before, ...lives.map((it) => ({value: it, label: text(`account.keys.life.${it}`)}))]
  return (
    <>
      <Field label={text('account.keys.life')}>
        <Select
          label={text('account.keys.life')}
          value={value.is}
          onChange={(is) => onChange({...value, is})}
          options={options}
        />
      </Field>
      {value.is === 'date' && (
        <Field
          label={text('account.keys.life.on')}
          error={value.day !== '' && !isWhole(value) && text('account.keys.life.missing')}
        >
          <Input
            type="date"
            value={value.day}
            min={dayOf(now)}
            onChange={({currentTarget}) => onChange({...value, day: currentTarget.value})}
            required
          />
        </Field>
      )}
    </>
  )
}

/** Name and end of a key that is there. */
export function ChangeKeyDialog({apiKey, onClose}: {apiKey: Key; onClose: () => void}) {
  const form = useId()
  const [name, setName] = useState(apiKey.name)
  const [life, setLife] = useState<Life>({
    is: 'kept',
    day: apiKey.expires_at === null ? '' : dayOf(apiKey.expires_at),
  })
  const [proof, setProof] = useState<Proof>({})
  const {send, isBusy, error} = useSending()
  const end = endOf(life)
  const save = async () => {
    const isSent = await send(() =>
      changeKey(apiKey.id, {name, ...(end !== undefined && {expires_at: end, ...proof})}),
    )
    if (!isSent) return
    toast({text: text('account.keys.changed'), tone: 'good'})
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text('account.keys.change.title', {name: apiKey.name})}
      description={text('account.keys.change.says')}
      footer={
        <>
          <Button onClick={onClose}>{text('account.cancel')}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            waitsFor={isBusy ? text('account.saving') : undefined}
            disabledReason={isWhole(life) ? undefined : text('account.keys.life.missing')}
          >
            {text('account.keys.change.save')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole(life)) void save()
        }}
      >
        <Field label={text('account.keys.name')} hint={text('account.keys.name.hint')}>
          <Input value={name} maxLength={64} onChange={(event) => setName(event.target.value)} required />
        </Field>
        <LifeFields value={life} onChange={setLife} kept={apiKey.expires_at} />
        {life.is !== 'kept' && <ProofFields value={proof} onChange={setProof} />}
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

/** A key for a program: what for, what it may do, where, how long. */
export function NewKeyDialog({onClose}: {onClose: () => void}) {
  const form = useId()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Permission[]>(['read'])
  const [servers, setServers] = useState<readonly string[]>([])
  const [life, setLife] = useState<Life>({is: '365', day: ''})
  const [proof, setProof] = useState<Proof>({})
  const [token, setToken] = useState<string | null>(null)
  const {send, isBusy, error} = useSending()
  const make = () =>
    send(async () => {
      const made = await makeKey({
        name,
        scopes: [...scopes],
        servers: servers.length === 0 ? null : [...servers],
        expires_at: endOf(life),
        ...proof,
      })
      setToken(made.token)
    })
  if (token !== null) {
    return (
      <OneTimeSecretDialog
        title={text('account.keys.made', {name})}
        says={text('account.keys.told_once')}
        secret={token}
        onClose={onClose}
      />
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text('account.keys.make')}
      footer={
        <>
          <Button onClick={onClose}>{text('account.cancel')}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            waitsFor={isBusy ? text('account.saving') : undefined}
            disabledReason={isWhole(life) ? undefined : text('account.keys.life.missing')}
          >
            {text('account.keys.make')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole(life)) void make()
        }}
      >
        <Field label={text('account.keys.name')} hint={text('account.keys.name.hint')}>
          <Input value={name} onChange={(event) => setName(event.target.value)} required />
        </Field>
        <Scopes value={scopes} onChange={setScopes} />
        <OnlyServers value={servers} onChange={setServers} />
        <LifeFields value={life} onChange={setLife} />
        <ProofFields value={proof} onChange={setProof} />
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

/** What shows that it is he: a browser that was left open is not enough. Absent = it is not asked for. */
interface Proof {
  readonly password?: string
  readonly code?: string
}

function ProofFields({value, onChange}: {value: Proof; onChange: (value: Proof) => void}) {
  const {data} = useQuery(ownUserQuery)
  if (!data?.has_password) return null
  return (
    <>
      <Field label={text('login.password')} hint={text('account.keys.password.hint')}>
        <PasswordInput
          value={value.password ?? ''}
          onChange={(event) => onChange({...value, password: event.target.value})}
          autoComplete="current-password"
          required
        />
      </Field>
      {data.two_step && (
        <Field label={text('login.code')} hint={text('login.code.hint')}>
          <Input
            value={value.code ?? ''}
            onChange={(event) => onChange({...value, code: event.target.value})}
            autoComplete="one-time-code"
            isMono
            required
          />
        </Field>
      )}
    </>
  )
}

function Scopes({
  value,
  onChange,
}: {
  value: readonly Permission[]
  onChange: (value: readonly Permission[]) => void
}) {
  const {visitor} = useSession()
  return (
    <fieldset className="grid gap-2">
      <legend className="pb-1.5 text-12 font-medium text-text-2">{text('account.keys.scopes')}</legend>
      {permissions.map((scope) => (
        <Checkbox
          key={scope}
          label={text(`permission.${scope}`)}
          hint={text(`permission.${scope}.hint`)}
          checked={value.includes(scope)}
          onChange={(on) => onChange(on ? [...value, scope] : value.filter((it) => it !== scope))}
          disabledReason={reasonAgainst(scope, visitor?.permissions ?? [])}
        />
      ))}
    </fieldset>
  )
}

/** Reading is always part of a key, and nothing that he may not do himself. */
function reasonAgainst(scope: Permission, own: readonly Permission[]): string | undefined {
  if (scope === 'read') return text('account.keys.always')
  return own.includes(scope) ? undefined : text('account.keys.not_yours')
}

function OnlyServers({
  value,
  onChange,
}: {
  value: readonly string[]
  onChange: (value: readonly string[]) => void
}) {
  const servers = useServers() ?? []
  return (
    <Field label={text('account.keys.servers')} hint={text('account.keys.servers.hint')} optional>
      <MultiCombobox
        label={text('account.keys.servers')}
        values={value}
        onChange={onChange}
        options={servers.map((it) => ({value: it.server_id, label: it.server_name}))}
      />
    </Field>
  )
}

const QrCode = lazyPart(
  [],
  async () => (await import('./QrCode.tsx')).QrCode,
  'on demand',
  <div className="size-45" />,
)

type Step =
  | {readonly at: 'password'}
  | {readonly at: 'code'; readonly secret: string; readonly uri: string}
  | {readonly at: 'recovery'; readonly codes: readonly string[]}

const titles = {
  password: 'account.two_step.start',
  code: 'account.two_step.scan',
  recovery: 'account.two_step.recovery',
} as const

/** Password, then the picture for the authenticator and its first code, then the recovery codes. */
export function TwoStepStartDialog({onClose}: {onClose: () => void}) {
  // The card of the page has a name of its own, and a form that shares one has no button outside of it.
  const form = useId()
  const [step, setStep] = useState<Step>({at: 'password'})
  const [typed, setTyped] = useState('')
  const [isStored, setStored] = useState(false)
  const {send, isBusy, error} = useSending()
  const advance = async () => {
    if (step.at === 'password') {
      const {secret, uri} = await startTwoStep(typed)
      setStep({at: 'code', secret, uri})
    } else if (step.at === 'code') setStep({at: 'recovery', codes: await confirmTwoStep(typed)})
    setTyped('')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(advance)
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text(titles[step.at])}
      isShownOnce={step.at === 'recovery'}
      footer={
        step.at === 'recovery' ? (
          <Button
            variant="primary"
            // The second press of two quick ones must not put the codes away unseen.
            disabledReason={isStored ? undefined : text('account.two_step.recovery.first')}
            onClick={onClose}
          >
            {text('account.two_step.kept')}
          </Button>
        ) : (
          <Button
            type="submit"
            form={form}
            variant="primary"
            waitsFor={isBusy ? text('account.saving') : undefined}
          >
            {text('account.next')}
          </Button>
        )
      }
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
        {step.at === 'password' && (
          <Field label={text('login.password')}>
            <PasswordInput
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="current-password"
              required
            />
          </Field>
        )}
        {step.at === 'code' && <Scan step={step} typed={typed} onType={setTyped} />}
        {step.at === 'recovery' && (
          <>
            <Recovery codes={step.codes} />
            <Checkbox
              label={text('account.two_step.recovery.stored')}
              checked={isStored}
              onChange={setStored}
            />
          </>
        )}
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

function Scan({
  step,
  typed,
  onType,
}: {
  step: {readonly secret: string; readonly uri: string}
  typed: string
  onType: (typed: string) => void
}) {
  return (
    <>
      <p className="text-text-2">{text('account.two_step.scan.how')}</p>
      <div className="grid justify-items-center gap-2">
        <QrCode value={step.uri} label={text('account.two_step.qr')} />
        <CopyText value={step.secret} label={text('account.copy')} isMono />
      </div>
      <Field label={text('account.two_step.first_code')}>
        <Input
          value={typed}
          onChange={(event) => onType(event.target.value)}
          autoComplete="one-time-code"
          inputMode="numeric"
          isMono
          required
        />
      </Field>
    </>
  )
}

function Recovery({codes}: {codes: readonly string[]}) {
  const [isCopied, copy] = useCopy()
  return (
    <>
      <Note tone="warn">{text('account.two_step.recovery.says')}</Note>
      <ul className="num grid grid-cols-2 gap-1 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button
        icon={isCopied ? Check : Copy}
        className="justify-self-start"
        onClick={() => void copy(codes.join('\n'))}
      >
        {text(isCopied ? 'copy.copied' : 'account.two_step.recovery.copy')}
      </Button>
    </>
  )
}
