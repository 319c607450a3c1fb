import {useQuery} from '@tanstack/react-query'
import {Pencil, Search} from 'lucide-react'
import {useState} from 'react'
import {changeDaemonSettings, daemonSettingsQuery} from '../../../api/servers.ts'
import {text, textIfAny} from '../../../i18n/text.ts'
import {toast, UNDO_MS} from '../../../lib/toast.ts'
import {serverNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Field} from '../../../ui/Field.tsx'
import {speedLimit, written} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {Note} from '../../../ui/Note.tsx'
import {Popover} from '../../../ui/Popover.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useConfirmedCommand} from '../use-server-command.ts'
import {
  foundSettings,
  isConnecting,
  settingFrom,
  settingsIn,
  settingText,
  unitOf,
  type DaemonSetting,
} from './daemon-settings.ts'

const SHOWN = 12

/** Every preference of a client by the name that people know, with its unit and the client's own name. */
export function DaemonSettings({id}: {id: string}) {
  const [typed, setTyped] = useState('')
  const [isWhole, setWhole] = useState(false)
  const reading = useQuery(daemonSettingsQuery(id))
  const {data} = reading
  if (data === undefined) {
    return (
      <Awaited reading={reading} what={text('settings.title')} className="m-3">
        <div className="p-3.5">
          <Skeleton width="50%" />
        </div>
      </Awaited>
    )
  }
  const found = foundSettings(settingsIn(data), typed, (name) => titleOf(name) ?? '')
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
  const {name, value} = setting
  const title = titleOf(name)
  const shown = valueWords(name, value)
  const change = text('settings.change', {name: title ?? name})
  return (
    <li className="grid min-h-9 grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_32px] items-center gap-3 border-t border-line px-3.5 py-1 text-12">
      <span className="min-w-0">
        {title !== null && <span className="block wrap-anywhere">{title}</span>}
        <span
          className={joined('block truncate font-mono', title !== null && 'text-11 text-text-3')}
          title={name}
        >
          {name}
        </span>
      </span>
      <span className="line-clamp-2 wrap-anywhere text-text-2" title={shown}>
        {shown}
      </span>
      {setting.isEditable && (
        <Popover
          label={change}
          open={isOpen}
          onOpenChange={setOpen}
          align="end"
          className="w-[340px] max-w-[calc(100vw-16px)] p-3.5"
          trigger={<IconButton size="small" icon={Pencil} label={change} />}
        >
          <Editor id={id} setting={setting} onDone={() => setOpen(false)} />
        </Popover>
      )}
    </li>
  )
}

function titleOf(name: string): string | null {
  return textIfAny(`preference.${name}`)
}

function unitWords(name: string): string {
  const unit = unitOf(name)
  return unit === null ? '' : text(`preference-unit.${unit}`)
}

/** "1024 KiB/s", "On", "unlimited". */
function valueWords(name: string, value: unknown): string {
  if (typeof value === 'boolean') return text(value ? 'settings.on' : 'settings.off')
  const unit = unitOf(name)
  if (unit === null || typeof value !== 'number') return settingText(value)
  if (unit === 'bytes') return written(speedLimit(value <= 0 ? null : value))
  if (unit === 'kibLimit') return written(speedLimit(value < 0 ? null : value * 1024))
  return `${settingText(value)} ${text(`preference-unit.${unit}`)}`
}

function Editor({id, setting, onDone}: {id: string; setting: DaemonSetting; onDone: () => void}) {
  const {name, value: before} = setting
  const title = titleOf(name) ?? name
  const [typed, setTyped] = useState(settingText(before))
  const value = settingFrom(typed, before)
  // The value that was asked about: another one is asked about again.
  const [asked, setAsked] = useState<string | null>(null)
  const saving = useConfirmedCommand(
    (confirmed) => changeDaemonSettings(id, {[name]: value}, confirmed),
    () => {
      const undo = {until: serverNow() + UNDO_MS, run: () => void takenBack(id, name, before)}
      toast({
        text: text('settings.changed', {name: title, value: valueWords(name, value)}),
        tone: 'good',
        undo,
      })
      onDone()
    },
  )
  const isReady = value !== undefined && value !== before
  const asks = isReady && typed === asked && isConnecting(name) && !saving.isBusy && saving.error === null
  const anyway = typed === asked ? saving.anyway : null
  const unit = unitWords(name)
  return (
    <form
      className="grid gap-3 text-13"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReady) return
        const isSure = !isConnecting(name) || typed === asked
        setAsked(typed)
        if (isSure) saving.run()
      }}
    >
      {typeof before === 'boolean' ? (
        <Segmented
          label={title}
          value={typed}
          onChange={setTyped}
          options={[
            {value: 'true', label: text('settings.on')},
            {value: 'false', label: text('settings.off')},
          ]}
          className="justify-self-start"
        />
      ) : (
        <Field
          label={title}
          hint={unit === '' ? undefined : unit}
          error={value === undefined ? text('settings.number.found', {found: typed}) : undefined}
        >
          <Input isMono value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      )}
      <p className="text-12 text-pretty text-text-2">
        {isReady
          ? text('settings.becomes', {from: valueWords(name, before), to: valueWords(name, value)})
          : text('settings.daemon')}
      </p>
      {asks && (
        <Note tone="warn" isNews>
          {text('settings.connecting')}
        </Note>
      )}
      {saving.error && (
        <Note
          tone="bad"
          isNews
          action={anyway && <TextButton onClick={anyway.run}>{text('settings.anyway')}</TextButton>}
        >
          {saving.error}
        </Note>
      )}
      <Button
        type="submit"
        variant={asks ? 'danger' : 'primary'}
        className="justify-self-end"
        disabledReason={isReady ? undefined : text('limits.unchanged')}
        waitsFor={saving.isBusy ? text('server.form.saving') : undefined}
      >
        {text(asks ? 'settings.anyway' : 'settings.save')}
      </Button>
    </form>
  )
}

/** As it was before; where that has to be confirmed, too, it is said why it was not done. */
async function takenBack(id: string, name: string, before: unknown): Promise<void> {
  try {
    await changeDaemonSettings(id, {[name]: before})
  } catch (cause) {
    toast({text: text('settings.not-undone', {why: (cause as Error).message}), tone: 'bad'})
  }
}
