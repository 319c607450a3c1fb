import {useMutation, useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {changeLimits, limitsQuery, type ServerLimits} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {Field} from '../../../ui/Field.tsx'
import {speedLimit, written} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {NumberInput} from '../../../ui/NumberInput.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {Switch} from '../../../ui/Switch.tsx'
import {isOnline} from '../health-words.ts'
import {askWhom} from '../server-words.ts'
import {fromKiB, limitNames, toKiB, unsent, type ChangedLimits} from './daemon-settings.ts'

const Settings = lazyPart(['preferences'], async () => (await import('./DaemonSettings.tsx')).DaemonSettings)

/** The daemon's own settings. Read when somebody asks. */
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
