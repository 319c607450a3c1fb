import {useMutation, useQuery} from '@tanstack/react-query'
import {Pencil, Search} from 'lucide-react'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {
  changeDaemonSettings,
  changeLimits,
  daemonSettingsQuery,
  limitsQuery,
  type ServerLimits,
} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {Field} from '../../../ui/Field.tsx'
import {speedLimit, written} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {NumberInput} from '../../../ui/NumberInput.tsx'
import {Popover} from '../../../ui/Popover.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {Switch} from '../../../ui/Switch.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {isOnline} from '../health-words.ts'
import {askWhom} from '../server-words.ts'
import {useConfirmedCommand} from '../use-server-command.ts'
import {
  foundSettings,
  fromKiB,
  limitNames,
  settingFrom,
  settingsIn,
  settingText,
  toKiB,
  unsent,
  type ChangedLimits,
  type DaemonSetting,
} from './daemon-settings.ts'

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
  // The value that was asked about: another one is asked about again.
  const [asked, setAsked] = useState<string | null>(null)
  const saving = useConfirmedCommand(
    (confirmed) => changeDaemonSettings(id, {[name]: value}, confirmed),
    onDone,
  )
  const anyway = typed === asked ? saving.anyway : null
  const isReady = value !== undefined && value !== before
  return (
    <form
      className="grid gap-3 text-13"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReady) return
        setAsked(typed)
        saving.run()
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

/** How fast the whole server may go, ordinarily and when it is told to go slow. */
export function LimitsCard({server, owner}: {server: LiveServer; owner: string | null}) {
  const {server_id: id} = server
  const isLive = isOnline(server)
  const reading = useQuery({...limitsQuery(id), enabled: isLive})
  const {data} = reading
  return (
    <Card title={text('limits.title')}>
      {!isLive && <p className="text-text-2">{text('server.unknown-away')}</p>}
      {isLive && (
        <Awaited reading={reading} what={text('limits.title')} className="mb-2">
          <Skeleton width="60%" />
        </Awaited>
      )}
      {isLive &&
        data &&
        (server.access === 'own' ? (
          <LimitsEditor id={id} limits={data} />
        ) : (
          <Shown limits={data} owner={owner} />
        ))}
    </Card>
  )
}

function Shown({limits, owner}: {limits: ServerLimits; owner: string | null}) {
  const entries = limitNames
    .filter((name) => limits[name] !== undefined)
    .map((name) => ({id: name, term: text(`limits.${name}`), value: written(speedLimit(limits[name]))}))
  return (
    <div className="grid gap-2">
      <DefinitionList entries={entries} />
      <p className="text-12 text-text-3">{askWhom(owner)}</p>
    </div>
  )
}

function LimitsEditor({id, limits}: {id: string; limits: ServerLimits}) {
  const [changed, setChanged] = useState<ChangedLimits>({})
  const saving = useMutation({
    mutationFn: (body: Partial<ServerLimits>) => changeLimits(id, body),
    // What was typed meanwhile waits for the next time.
    onSuccess: (_, sent) => setChanged((known) => unsent(known, sent)),
  })
  const names = limitNames.filter((name) => limits[name] !== undefined)
  const {alt_speed: isSlow} = limits
  return (
    <form
      className="grid gap-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate(changed)
      }}
    >
      {isSlow !== undefined && (
        <Switch
          checked={isSlow}
          onChange={(on) => saving.mutate({alt_speed: on})}
          label={text('limits.slow')}
          hint={text('limits.slow.hint')}
        />
      )}
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        {names.map((name) => (
          <Field key={name} label={text(`limits.${name}`)}>
            <NumberInput
              value={toKiB(name in changed ? changed[name] : limits[name])}
              onChange={(value) => setChanged({...changed, [name]: fromKiB(value)})}
              min={0}
              step={64}
              unit="KiB/s"
              placeholder={text('quantity.none')}
            />
          </Field>
        ))}
      </div>
      {saving.error && (
        <Note tone="bad" isNews>
          {saving.error.message}
        </Note>
      )}
      <Button
        type="submit"
        className="justify-self-end"
        disabledReason={Object.keys(changed).length === 0 ? text('limits.unchanged') : undefined}
        waitsFor={saving.isPending ? text('server.form.saving') : undefined}
      >
        {text('limits.save')}
      </Button>
    </form>
  )
}
