import {useQuery} from '@tanstack/react-query'
import {Ellipsis, KeyRound, ShieldOff, Trash2, UserCheck, UserRound, Users, UserX} from 'lucide-react'
import {useEffect, useId, useState, type FormEvent} from 'react'
import {roles, type Role} from '#model/access.ts'
import {
  changeUser,
  invitationsQuery,
  invite,
  removeUser,
  resetPassword,
  resetTwoStep,
  usersQuery,
  withdrawInvitation,
  type User,
} from '../../api/accounts.ts'
import {base} from '../../api/base.ts'
import {usePermission, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Avatar} from '../../ui/Avatar.tsx'
import {Awaited, AwaitedCard} from '../../ui/Awaited.tsx'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Field} from '../../ui/Field.tsx'
import {ago, until, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {narrowClass, pageClass, PageHead} from '../../ui/PageHead.tsx'
import {RadioCards} from '../../ui/RadioCards.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {Sought} from '../../ui/Sought.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useSending} from '../../ui/use-sending.ts'
import {InstanceSettingsCard} from './InstanceSettingsCard.tsx'
import {OneTimeSecretDialog} from './OneTimeSecret.tsx'

/** Who may come in, and what he may do; for administrators. */
export function PeoplePage() {
  useTitle(text('nav.users'))
  const isAdministrator = usePermission('admin')
  const [isInviting, setInviting] = useState(false)
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className={narrowClass}>
        <PageHead
          title={text('nav.users')}
          actions={
            isAdministrator && (
              <Button variant="primary" onClick={() => setInviting(true)}>
                {text('people.invite')}
              </Button>
            )
          }
        />
        {isAdministrator ? (
          <div className="grid gap-4">
            <UsersCard />
            <Sought id="invitations">
              <InvitationsCard />
            </Sought>
            <InstanceSettingsCard />
          </div>
        ) : (
          <EmptyState icon={Users} title={text('people.not-yours')} text={text('server.ask-administrator')} />
        )}
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </main>
  )
}

const USUAL_DAYS = 7
const MOST_DAYS = 30

/** A link that makes one person a user; it is shown this once. */
function InviteDialog({onClose}: {onClose: () => void}) {
  const form = useId()
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
      <OneTimeSecretDialog
        title={text('people.invite.made')}
        says={text('people.invite.says', {count: days ?? USUAL_DAYS})}
        secret={link}
        onClose={onClose}
      />
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
            form={form}
            variant="primary"
            waitsFor={isBusy ? text('account.saving') : undefined}
          >
            {text('people.invite.go')}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
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
          <NumberInput
            value={days}
            onChange={setDays}
            min={1}
            max={MOST_DAYS}
            unit={text('people.days')}
            required
          />
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

const MINUTE_MS = 60_000

function UsersCard() {
  const reading = useQuery(usersQuery)
  const {data} = reading
  const [question, setQuestion] = useState<UserQuestion | null>(null)
  const sending = useSending()
  return (
    <Card title={text('people.users')} isPadded={false}>
      <Awaited reading={reading} what={text('people.users')}>
        <SkeletonLines />
      </Awaited>
      <ul className="divide-y divide-line">
        {data?.map((user) => (
          <UserRow key={user.id} user={user} onAsk={setQuestion} send={sending.send} />
        ))}
      </ul>
      {data?.length === 0 && (
        <p className="px-3.5 py-3 text-pretty text-text-2">{text('people.users.none')}</p>
      )}
      {sending.error !== '' && (
        <Note tone="bad" isNews className="m-3">
          {sending.error}
        </Note>
      )}
      {question && <UserDialog question={question} onClose={() => setQuestion(null)} />}
    </Card>
  )
}

function UserRow({
  user,
  onAsk,
  send,
}: {
  user: User
  onAsk: (question: UserQuestion) => void
  send: (work: () => Promise<unknown>) => Promise<boolean>
}) {
  const now = useNow(MINUTE_MS)
  const {visitor} = useSession()
  const isMe = user.id === visitor?.user_id
  const entries = useUserEntries(user, isMe, onAsk, send)
  return (
    <li className="flex min-h-12 items-center gap-x-3 px-3.5 py-2">
      <Avatar name={user.name} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium wrap-anywhere">{user.name}</span>
        <Badge tone={user.role === 'administrator' ? 'info' : 'quiet'}>{text(`role.${user.role}`)}</Badge>
        {isMe && <Badge tone="good">{text('people.you')}</Badge>}
        {user.disabled && <Badge tone="warn">{text('people.disabled')}</Badge>}
        <span className="text-12 text-text-3">
          {text(`people.origin.${user.origin}`)}
          {user.two_step && ` · ${text('account.two_step')}`}
          {' · '}
          {user.last_seen_at === null
            ? text('people.never_seen')
            : text('people.seen', {ago: written(ago(user.last_seen_at, now))})}
        </span>
      </div>
      <DropdownMenu
        align="end"
        label={user.name}
        entries={entries}
        trigger={<IconButton label={text('people.actions', {name: user.name})} icon={Ellipsis} />}
      />
    </li>
  )
}

/** What an administrator can do with somebody; of himself he changes nothing by accident. */
function useUserEntries(
  user: User,
  isMe: boolean,
  onAsk: (question: UserQuestion) => void,
  send: (work: () => Promise<unknown>) => Promise<boolean>,
): readonly MenuEntry[] {
  const reason = reasonAgainst(user, isMe)
  const off = reason === undefined ? {} : {disabledReason: reason}
  return [
    {heading: text('people.role')},
    ...roles.map((role): MenuEntry => ({
      id: role,
      label: text(`role.${role}`),
      icon: UserRound,
      checked: user.role === role,
      ...off,
      onSelect: () => void send(() => changeUser(user.id, {role})),
    })),
    {separator: true},
    {
      id: 'password',
      label: text('people.reset_password'),
      icon: KeyRound,
      ...(user.origin === 'file' && {disabledReason: text('people.of_file')}),
      onSelect: () => onAsk({kind: 'password', user}),
    },
    {
      id: 'two step',
      label: text('people.reset_two_step'),
      icon: ShieldOff,
      ...(isMe
        ? {disabledReason: text('people.yourself')}
        : !user.two_step && {disabledReason: text('people.no_two_step')}),
      onSelect: () => onAsk({kind: 'two step', user}),
    },
    {
      id: 'disable',
      label: text(user.disabled ? 'people.enable' : 'people.disable'),
      ...off,
      icon: user.disabled ? UserCheck : UserX,
      onSelect: () => void send(() => changeUser(user.id, {disabled: !user.disabled})),
    },
    {
      id: 'remove',
      label: text('people.remove'),
      icon: Trash2,
      danger: true,
      ...off,
      onSelect: () => onAsk({kind: 'remove', user}),
    },
  ]
}

function reasonAgainst(user: User, isMe: boolean): string | undefined {
  if (isMe) return text('people.yourself')
  return user.origin === 'file' ? text('people.of_file') : undefined
}

interface UserQuestion {
  readonly kind: 'password' | 'two step' | 'remove'
  readonly user: User
}

/** Asks before something is done to somebody, or shows what he is to be sent. */
function UserDialog({question: {kind, user}, onClose}: {question: UserQuestion; onClose: () => void}) {
  if (kind === 'password') return <ResetLink user={user} onClose={onClose} />
  if (kind === 'remove') return <RemoveUser user={user} onClose={onClose} />
  return (
    <ConfirmDialog
      title={text('people.reset_two_step.title', {name: user.name})}
      says={text('people.reset_two_step.says')}
      verb={text('people.reset_two_step')}
      work={() => resetTwoStep(user.id)}
      onClose={onClose}
    />
  )
}

function RemoveUser({user, onClose}: {user: User; onClose: () => void}) {
  const [servers, setServers] = useState<'transfer' | 'remove'>('transfer')
  return (
    <ConfirmDialog
      title={text('people.remove.title', {name: user.name})}
      says={text('people.remove.says')}
      verb={text('people.remove')}
      work={() => removeUser(user.id, servers)}
      onClose={onClose}
    >
      <div className="pb-3">
        <RadioCards
          label={text('people.remove.servers')}
          value={servers}
          onChange={setServers}
          options={[
            {
              value: 'transfer',
              label: text('people.remove.transfer'),
              hint: text('people.remove.transfer.hint'),
            },
            {value: 'remove', label: text('people.remove.too'), hint: text('people.remove.too.hint')},
          ]}
        />
      </div>
    </ConfirmDialog>
  )
}

function ResetLink({user, onClose}: {user: User; onClose: () => void}) {
  const [link, setLink] = useState<string | null>(null)
  const {send, error} = useSending()
  useEffect(() => {
    void send(async () => {
      const {token} = await resetPassword(user.id)
      setLink(`${window.location.origin}${base}/invitation#reset:${token}`)
    })
    // Once for the dialog: each makes the links before useless.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [user.id])
  const title = text('people.reset_password.title', {name: user.name})
  if (link !== null) {
    return (
      <OneTimeSecretDialog
        title={title}
        says={text('people.reset_password.says')}
        secret={link}
        onClose={onClose}
      />
    )
  }
  return (
    <Dialog open onOpenChange={onClose} size="s" title={title}>
      {error === '' && <SkeletonLines />}
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
    </Dialog>
  )
}

/** Invitations that nobody has accepted yet. */
function InvitationsCard() {
  const reading = useQuery(invitationsQuery)
  const {data} = reading
  const now = useNow(MINUTE_MS)
  const {send, error} = useSending()
  if (reading.error && !data) return <AwaitedCard reading={reading} title={text('people.invitations')} />
  // Mostly there are none: no room is kept for them.
  if (!data || data.length === 0) return null
  return (
    <Card title={text('people.invitations')} isPadded={false}>
      <ul className="divide-y divide-line">
        {data.map(({id, name, role, expires_at: endsAt}) => (
          <li key={id} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
            <span className="font-medium">{name ?? text('people.invitations.anybody')}</span>
            <Badge tone="quiet">{text(`role.${role}`)}</Badge>
            <span className="text-12 text-text-3">
              {text('people.invitations.for', {time: written(until(endsAt, now))})}
            </span>
            <span className="ml-auto">
              <Button variant="ghost" onClick={() => void send(() => withdrawInvitation(id))}>
                {text('people.invitations.withdraw')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {error !== '' && (
        <Note tone="bad" isNews className="m-3">
          {error}
        </Note>
      )}
    </Card>
  )
}
