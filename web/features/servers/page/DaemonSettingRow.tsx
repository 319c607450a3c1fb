import {Pencil} from 'lucide-react'
import {useState} from 'react'
import {changeDaemonSettings} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Field} from '../../../ui/Field.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Popover} from '../../../ui/Popover.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {settingFrom, settingText, type DaemonSetting} from './daemon-settings.ts'
import {useServerCommand} from '../use-server-command.ts'

/** One setting. A change says what becomes what before it is sent. */
export function DaemonSettingRow({id, setting}: {id: string; setting: DaemonSetting}) {
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
