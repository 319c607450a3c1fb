import {useQuery} from '@tanstack/react-query'
import {Pencil, Search} from 'lucide-react'
import {useState} from 'react'
import {changeDaemonSettings, daemonSettingsQuery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Field} from '../../../ui/Field.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Popover} from '../../../ui/Popover.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {useServerCommand} from '../use-server-command.ts'
import {foundSettings, settingFrom, settingsIn, settingText, type DaemonSetting} from './daemon-settings.ts'

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

/** One setting. A change says what becomes what before it is sent. */
function DaemonSettingRow({id, setting}: {id: string; setting: DaemonSetting}) {
  const [isOpen, setOpen] = useState(false)
  const shown = settingText(setting.value)
  return (
    <li className="grid min-h-9 grid-cols-[minmax(0,1fr)_minmax(0,1fr)_32px] items-center gap-3 border-t border-line px-3.5 text-12">
      <span className="truncate font-mono" title={setting.name}>
        {setting.name}
      </span>
      <span className="truncate font-mono text-text-2" title={shown}>
        {shown}
      </span>
      {setting.isEditable && (
        <Popover
          label={text('settings.change', {name: setting.name})}
          open={isOpen}
          onOpenChange={setOpen}
          align="end"
          className="w-[340px] p-3.5"
          trigger={
            <IconButton size="small" icon={Pencil} label={text('settings.change', {name: setting.name})} />
          }
        >
          <Editor id={id} setting={setting} onDone={() => setOpen(false)} />
        </Popover>
      )}
    </li>
  )
}

function Editor({id, setting, onDone}: {id: string; setting: DaemonSetting; onDone: () => void}) {
  const {name, value: before} = setting
  const [typed, setTyped] = useState(settingText(before))
  const value = settingFrom(typed, before)
  const saving = useServerCommand(() => changeDaemonSettings(id, {[name]: value}), onDone)
  const isReady = value !== undefined && value !== before
  return (
    <form
      className="grid gap-3 text-13"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) saving.run()
      }}
    >
      {typeof before === 'boolean' ? (
        <Segmented
          label={name}
          value={typed}
          onChange={setTyped}
          options={[
            {value: 'true', label: text('settings.on')},
            {value: 'false', label: text('settings.off')},
          ]}
          className="justify-self-start"
        />
      ) : (
        <Field label={name} error={value === undefined ? text('settings.number') : undefined}>
          <Input isMono value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      )}
      <p className="text-12 text-pretty text-text-2">
        {isReady
          ? text('settings.becomes', {from: settingText(before), to: settingText(value)})
          : text('settings.daemon')}
      </p>
      {saving.error && (
        <Note tone="bad" isNews>
          {saving.error}
        </Note>
      )}
      <Button
        type="submit"
        variant="primary"
        className="justify-self-end"
        disabledReason={isReady ? undefined : text('limits.unchanged')}
        waitsFor={saving.isBusy ? text('server.form.saving') : undefined}
      >
        {text('settings.save')}
      </Button>
    </form>
  )
}
