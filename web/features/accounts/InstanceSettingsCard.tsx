import {useQuery} from '@tanstack/react-query'
import {changeSettings, settingsQuery, type Settings} from '../../api/accounts.ts'
import {serversQuery} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {Field} from '../../ui/Field.tsx'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {AllowedFoldersField, MemberAddressesField} from './AllowedLists.tsx'

const spans = [
  {key: 'session_idle_days', most: 365},
  {key: 'session_absolute_days', most: 730},
  {key: 'audit_days', most: 3650},
] as const

/** What holds for everybody: how one comes in, how long things last. */
export function InstanceSettingsCard() {
  const {data} = useQuery(settingsQuery)
  const {data: servers = []} = useQuery(serversQuery)
  const {send, error} = useSending()
  if (!data) return null
  const refused = servers.filter(({health}) => health.reason === 'address_forbidden')
  const names = refused.map(({server_name: name, owner, url}) => `${name} (${owner?.name ?? ''}, ${url})`)
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
        {refused.length > 0 && (
          <Note tone="warn">
            {text('people.settings.refused', {count: refused.length, names: names.join(', ')})}
          </Note>
        )}
        <MemberAddressesField addresses={data.member_addresses} />
        <AllowedFoldersField folders={data.allowed_folders} />
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
