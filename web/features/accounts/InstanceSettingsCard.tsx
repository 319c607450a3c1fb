import {useQuery} from '@tanstack/react-query'
import {X} from 'lucide-react'
import {useState, type FormEvent, type ReactNode} from 'react'
import {changeSettings, settingsQuery, usersQuery, type Settings} from '../../api/accounts.ts'
import {serversQuery} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {AwaitedCard} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {Select} from '../../ui/Select.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {Sought} from '../../ui/Sought.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {isAbsolutePath} from '../servers/known-paths.ts'

const spans = [
  {key: 'session_idle_days', most: 365},
  {key: 'session_absolute_days', most: 730},
  {key: 'audit_days', most: 3650},
] as const

/** What holds for everybody: how one comes in, how long things last. */
export function InstanceSettingsCard() {
  const reading = useQuery(settingsQuery)
  const {data} = reading
  const {data: servers = []} = useQuery(serversQuery)
  const {send, error} = useSending()
  if (!data) return <AwaitedCard reading={reading} title={text('people.settings')} />
  const refused = servers.filter(({health}) => health.reason === 'address_forbidden')
  const names = refused.map(({server_name: name, owner, url}) => `${name} (${owner?.name ?? ''}, ${url})`)
  const change = (changes: Partial<Settings>) => void send(() => changeSettings(changes))
  return (
    <Card title={text('people.settings')}>
      <div className="grid gap-4">
        <Sought id="password_log_in">
          <Switch
            label={text('people.settings.password_log_in')}
            hint={text('people.settings.password_log_in.hint')}
            checked={data.password_log_in}
            onChange={(on) => change({password_log_in: on})}
          />
        </Sought>
        <Sought id="members_public_only">
          <Switch
            label={text('people.settings.members_public_only')}
            hint={text('people.settings.members_public_only.hint')}
            checked={data.members_public_only}
            onChange={(on) => change({members_public_only: on})}
          />
        </Sought>
        {refused.length > 0 && (
          <Note tone="warn">
            {text('people.settings.refused', {count: refused.length, names: names.join(', ')})}
          </Note>
        )}
        <MemberAddressesField addresses={data.member_addresses} />
        <AllowedFoldersField folders={data.allowed_folders} />
        <DaysForm settings={data} />
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </div>
    </Card>
  )
}

type Days = {readonly [K in (typeof spans)[number]['key']]?: number | undefined}

/**
 * How long things last. Sent together and only by its button: the first figure of a longer time would end sessions and
 * delete entries at once.
 */
function DaysForm({settings}: {settings: Settings}) {
  const [typed, setTyped] = useState<Days>({})
  const {send, isBusy, error} = useSending()
  const changed = spans.filter(({key}) => typed[key] !== undefined && typed[key] !== settings[key])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const changes = Object.fromEntries(changed.map(({key}) => [key, typed[key]]))
    if (changed.length === 0 || !(await send(() => changeSettings(changes)))) return
    setTyped({})
    toast({text: text('people.settings.days.saved'), tone: 'good'})
  }
  return (
    <form className="grid gap-3" onSubmit={(event) => void submit(event)}>
      <div className="grid gap-4 phone:grid-cols-3">
        {spans.map(({key, most}) => (
          <Sought key={key} id={key}>
            <Field label={text(`people.settings.${key}`)}>
              <NumberInput
                value={typed[key] ?? settings[key]}
                onChange={(days) => setTyped({...typed, [key]: days ?? undefined})}
                min={1}
                max={most}
                unit={text('people.days')}
                required
              />
            </Field>
          </Sought>
        ))}
      </div>
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
      <Button
        type="submit"
        className="justify-self-start"
        waitsFor={isBusy ? text('account.saving') : undefined}
        disabledReason={changed.length === 0 ? text('people.settings.days.unchanged') : undefined}
      >
        {text('people.settings.days.save')}
      </Button>
    </form>
  )
}

/** Folders of servers that everybody may save to who may add there. */
function AllowedFoldersField({folders}: {folders: Settings['allowed_folders']}) {
  const {data: servers = []} = useQuery(serversQuery)
  const [server, setServer] = useState<string | null>(null)
  const [folder, setFolder] = useState('')
  const nameOf = (id: string) => servers.find((it) => it.server_id === id)?.server_name ?? id
  return (
    <AllowedList
      name="allowed_folders"
      rows={folders}
      shown={(it) => [nameOf(it.server_id), it.folder]}
      draft={server !== null && isAbsolutePath(folder) ? {server_id: server, folder} : null}
      onAdded={() => setFolder('')}
    >
      {(isBusy) => (
        <div className="grid gap-2 phone:grid-cols-[1fr_2fr]">
          <Field label={text('people.settings.allowed_folders.server')}>
            <Select
              label={text('people.settings.allowed_folders.server')}
              value={server}
              onChange={setServer}
              options={servers.map((it) => ({value: it.server_id, label: it.server_name}))}
              disabled={isBusy}
            />
          </Field>
          <Field label={text('people.settings.allowed_folders.folder')}>
            <Input
              placeholder="/data/films"
              isMono
              value={folder}
              onChange={({currentTarget}) => setFolder(currentTarget.value)}
              readOnly={isBusy}
            />
          </Field>
        </div>
      )}
    </AllowedList>
  )
}

const ALL_MEMBERS = ''

/** Addresses that servers and Arrs of members may have, also private ones: of one member, or of all. */
function MemberAddressesField({addresses}: {addresses: Settings['member_addresses']}) {
  const {data: users = []} = useQuery(usersQuery)
  const [member, setMember] = useState<string | null>(null)
  const [host, setHost] = useState('')
  const [port, setPort] = useState<number | null>(null)
  const forAll = text('people.settings.member_addresses.all')
  const nameOf = (id: string | null) =>
    id === null ? forAll : (users.find((it) => it.id === id)?.name ?? id)
  // As the program compares it: without the brackets of a URL.
  const address = host
    .trim()
    .toLowerCase()
    .replaceAll(/^\[|\]$/g, '')
  const isWhole = member !== null && address !== '' && port !== null
  return (
    <AllowedList
      name="member_addresses"
      rows={addresses}
      shown={(it) => [
        nameOf(it.user_id),
        it.address.includes(':') ? `[${it.address}]:${it.port}` : `${it.address}:${it.port}`,
      ]}
      draft={isWhole ? {user_id: member === ALL_MEMBERS ? null : member, address, port} : null}
      onAdded={() => {
        setHost('')
        setPort(null)
      }}
    >
      {(isBusy) => (
        <div className="grid gap-2 phone:grid-cols-[2fr_2fr_1fr]">
          <Field label={text('people.settings.member_addresses.member')}>
            <Select
              label={text('people.settings.member_addresses.member')}
              value={member}
              onChange={setMember}
              options={[
                {value: ALL_MEMBERS, label: forAll},
                ...users.filter(({role}) => role === 'member').map((it) => ({value: it.id, label: it.name})),
              ]}
              disabled={isBusy}
            />
          </Field>
          <Field label={text('people.settings.member_addresses.host')}>
            <Input
              placeholder="192.168.1.20"
              isMono
              value={host}
              onChange={({currentTarget}) => setHost(currentTarget.value)}
              readOnly={isBusy}
            />
          </Field>
          <Field label={text('people.settings.member_addresses.port')}>
            <NumberInput
              placeholder="8080"
              value={port}
              onChange={setPort}
              min={1}
              max={65_535}
              readOnly={isBusy}
            />
          </Field>
        </div>
      )}
    </AllowedList>
  )
}

type ListName = 'allowed_folders' | 'member_addresses'

interface AllowedListProps<N extends ListName> {
  name: N
  rows: Settings[N]
  /** For whom or where, and what. */
  shown: (row: Settings[N][number]) => readonly [string, string]
  /** What the fields for a new row say; `null` = not all of it yet. */
  draft: Settings[N][number] | null
  onAdded: () => void
  /** The fields for a new row. */
  children: (isBusy: boolean) => ReactNode
}

/**
 * Rows of which each goes by its button, and fields for a new one. Only the row is sent: others may change the list
 * meanwhile.
 */
function AllowedList<N extends ListName>({name, rows, shown, draft, onAdded, children}: AllowedListProps<N>) {
  const {send, isBusy, error} = useSending()
  const add = async (row: Settings[N][number]) => {
    if (await send(() => changeSettings({add: {[name]: [row]}}))) onAdded()
  }
  const saving = isBusy ? text('account.saving') : undefined
  return (
    <Sought id={name}>
      <fieldset className="grid gap-2" aria-busy={isBusy}>
        <legend className="mb-1">{text(`people.settings.${name}`)}</legend>
        <p className="text-text-3">{text(`people.settings.${name}.hint`)}</p>
        {rows.map((row) => {
          const [whose, what] = shown(row)
          return (
            <div key={`${whose} ${what}`} className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate">
                {whose} <span className="font-mono">{what}</span>
              </span>
              <IconButton
                icon={X}
                label={text(`people.settings.${name}.remove`, {what})}
                disabledReason={saving}
                onClick={() => void send(() => changeSettings({remove: {[name]: [row]}}))}
              />
            </div>
          )
        })}
        {children(isBusy)}
        <Button
          className="justify-self-start"
          waitsFor={saving}
          disabledReason={draft === null ? text(`people.settings.${name}.missing`) : undefined}
          onClick={() => draft !== null && void add(draft)}
        >
          {text(`people.settings.${name}.add`)}
        </Button>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </fieldset>
    </Sought>
  )
}
