import {useQuery} from '@tanstack/react-query'
import {X} from 'lucide-react'
import {useState} from 'react'
import {changeSettings, settingsQuery, type Settings} from '../../api/accounts.ts'
import {serversQuery} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {Select} from '../../ui/Select.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {isAbsolutePath} from '../actions/dialogs/known-paths.ts'
import {useSending} from './use-sending.ts'

const spans = [
  {key: 'session_idle_days', most: 365},
  {key: 'session_absolute_days', most: 730},
  {key: 'audit_days', most: 3650},
] as const

/** What holds for everybody: how one comes in, how long things last. */
export function InstanceSettingsCard() {
  const {data} = useQuery(settingsQuery)
  const {send, error} = useSending()
  if (!data) return null
  const change = (changes: Partial<Settings>) => void send(() => changeSettings(changes))
  return (
    <Card title={text('people.settings')}>
      <div className="grid gap-4">
        <Switch
          label={text('people.settings.password_log_in')}
          hint={text('people.settings.password_log_in.hint')}
          checked={data.password_log_in}
          onChange={(on) => change({password_log_in: on})}
        />
        <Switch
          label={text('people.settings.members_public_only')}
          hint={text('people.settings.members_public_only.hint')}
          checked={data.members_public_only}
          onChange={(on) => change({members_public_only: on})}
        />
        <AllowedFoldersField
          folders={data.allowed_folders}
          change={(folders) => change({allowed_folders: folders})}
        />
        <div className="grid gap-4 phone:grid-cols-3">
          {spans.map(({key, most}) => (
            <Field key={key} label={text(`people.settings.${key}`)}>
              <NumberInput
                value={data[key]}
                onChange={(days) => days !== null && change({[key]: days})}
                min={1}
                max={most}
                unit={text('people.days')}
              />
            </Field>
          ))}
        </div>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </div>
    </Card>
  )
}

type Folders = Settings['allowed_folders']

/** Folders of servers that everybody may save to who may add there: each with its server, and one row for a new one. */
function AllowedFoldersField({folders, change}: {folders: Folders; change: (folders: Folders) => void}) {
  const {data: servers = []} = useQuery(serversQuery)
  const [server, setServer] = useState<string | null>(null)
  const [folder, setFolder] = useState('')
  const nameOf = (id: string) => servers.find((it) => it.server_id === id)?.server_name ?? id
  const add = () => {
    if (server === null || !isAbsolutePath(folder)) return
    change([...folders, {server_id: server, folder}])
    setFolder('')
  }
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1">{text('people.settings.allowed_folders')}</legend>
      <p className="text-text-3">{text('people.settings.allowed_folders.hint')}</p>
      {folders.map((it, at) => (
        <div key={`${it.server_id} ${it.folder}`} className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate">
            {nameOf(it.server_id)} <span className="font-mono">{it.folder}</span>
          </span>
          <IconButton
            icon={X}
            label={text('people.settings.allowed_folders.remove', {folder: it.folder})}
            onClick={() => change(folders.toSpliced(at, 1))}
          />
        </div>
      ))}
      <div className="grid gap-2 phone:grid-cols-[1fr_2fr_auto]">
        <Select
          label={text('people.settings.allowed_folders.server')}
          value={server}
          onChange={setServer}
          options={servers.map((it) => ({value: it.server_id, label: it.server_name}))}
        />
        <Input
          aria-label={text('people.settings.allowed_folders.folder')}
          placeholder="/data/films"
          isMono
          value={folder}
          onChange={({currentTarget}) => setFolder(currentTarget.value)}
        />
        <Button
          onClick={add}
          disabledReason={
            server !== null && isAbsolutePath(folder)
              ? undefined
              : text('people.settings.allowed_folders.missing')
          }
        >
          {text('people.settings.allowed_folders.add')}
        </Button>
      </div>
    </fieldset>
  )
}
