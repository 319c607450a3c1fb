import {useQuery} from '@tanstack/react-query'
import {Search} from 'lucide-react'
import {useState} from 'react'
import {daemonSettingsQuery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {foundSettings, settingsIn} from './daemon-settings.ts'
import {DaemonSettingRow} from './DaemonSettingRow.tsx'

const SHOWN = 12

/** The daemon's own settings by its own names: for who knows them. Read when somebody asks. */
export function DaemonSettingsCard({id}: {id: string}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Card
      title={text('settings.title')}
      isPadded={false}
      actions={
        !isOpen && (
          <Button variant="ghost" onClick={() => setOpen(true)}>
            {text('settings.show')}
          </Button>
        )
      }
    >
      {isOpen ? <Settings id={id} /> : <p className="px-3.5 py-3 text-text-2">{text('settings.hint')}</p>}
    </Card>
  )
}

function Settings({id}: {id: string}) {
  const [typed, setTyped] = useState('')
  const [isWhole, setWhole] = useState(false)
  const {data, error} = useQuery(daemonSettingsQuery(id))
  if (error) {
    return (
      <Note tone="warn" className="m-3">
        {error.message}
      </Note>
    )
  }
  if (data === undefined) {
    return (
      <div className="p-3.5">
        <Skeleton width="50%" />
      </div>
    )
  }
  const found = foundSettings(settingsIn(data), typed)
  const shown = isWhole ? found : found.slice(0, SHOWN)
  return (
    <>
      <div className="p-3">
        <Input
          icon={Search}
          aria-label={text('settings.find')}
          placeholder={text('settings.find')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {found.length === 0 && <p className="px-3.5 pb-3 text-text-2">{text('select.nothing')}</p>}
      <ul>
        {shown.map((setting) => (
          <DaemonSettingRow key={setting.name} id={id} setting={setting} />
        ))}
      </ul>
      {found.length > SHOWN && (
        <Button variant="ghost" className="m-2" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? text('server.by.fewer') : text('server.by.all', {count: found.length})}
        </Button>
      )}
    </>
  )
}
