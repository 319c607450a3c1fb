import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {changeLimits, limitsQuery} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {serverColour} from '../../ui/server-colours.ts'
import {Swatch} from '../../ui/Swatch.tsx'
import {isOnline} from '../servers/health-words.ts'
import {fromKiB, toKiB, type ChangedLimits} from '../servers/page/daemon-settings.ts'

const shownLimits = ['down', 'up'] as const

/** Of one server, or of all together. */
type Changes = Readonly<Record<string, ChangedLimits>>
const ALL = ''

/** How fast each server may go ordinarily, and all of them at once: for who may change them, else to be read. */
export function ServerLimitsForm({servers}: {servers: readonly LiveServer[]}) {
  const [changes, setChanges] = useState<Changes>({})
  const [isBusy, setBusy] = useState(false)
  const [faults, setFaults] = useState<readonly string[]>([])
  const online = servers.filter(isOnline)
  const own = online.filter(({access}) => access === 'own')
  const change = (id: string) => (changed: ChangedLimits) =>
    setChanges({...changes, [id]: {...changes[id], ...changed}})
  // What was typed of one server counts more than what was typed of all.
  const bodies = own
    .map((server) => ({server, body: {...changes[ALL], ...changes[server.server_id]}}))
    .filter(({body}) => Object.keys(body).length > 0)
  const save = async () => {
    setBusy(true)
    const ends = await Promise.allSettled(
      bodies.map(({server, body}) => changeLimits(server.server_id, body)),
    )
    setBusy(false)
    const failed = bodies.flatMap(({server}, at) => {
      const end = ends[at]
      return end?.status === 'rejected' ? [{server, why: (end.reason as Error).message}] : []
    })
    const left = failed.map(({server: {server_id: id}}) => [id, {...changes[ALL], ...changes[id]}] as const)
    setChanges(Object.fromEntries(left))
    setFaults(failed.map(({server, why}) => `${server.server_name}: ${why}`))
    const saved = bodies.length - failed.length
    if (saved > 0) toast({tone: 'good', text: text('limits.saved', {count: saved})})
  }
  return (
    <form
      className="grid w-90 max-w-full gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_112px_112px] items-center gap-x-2 gap-y-2">
        <span className="text-12 text-text-2">{text('limits.unit')}</span>
        <span className="text-12 text-text-2">{text('status.down')}</span>
        <span className="text-12 text-text-2">{text('status.up')}</span>
        {own.length > 1 && (
          <>
            <span className="font-medium">{text('limits.all')}</span>
            {shownLimits.map((name) => (
              <LimitInput
                key={name}
                name={name}
                of={text('limits.all')}
                value={changes[ALL]?.[name]}
                placeholder={text('limits.mixed')}
                onChange={change(ALL)}
              />
            ))}
          </>
        )}
        {online.map((server) => (
          <LimitsRow
            key={server.server_id}
            server={server}
            changed={{...changes[ALL], ...changes[server.server_id]}}
            onChange={change(server.server_id)}
          />
        ))}
      </div>
      {own.length < online.length && <p className="text-12 text-text-3">{text('limits.some-not-yours')}</p>}
      {faults.map((fault) => (
        <Note key={fault} tone="bad" isNews>
          {fault}
        </Note>
      ))}
      {own.length > 0 && (
        <Button
          type="submit"
          variant="primary"
          className="justify-self-end"
          disabledReason={bodies.length === 0 ? text('limits.unchanged') : undefined}
          waitsFor={isBusy ? text('server.form.saving') : undefined}
        >
          {text('limits.save')}
        </Button>
      )}
    </form>
  )
}

function LimitsRow({
  server,
  changed,
  onChange,
}: {
  server: LiveServer
  changed: ChangedLimits
  onChange: (changed: ChangedLimits) => void
}) {
  const {server_id: id, server_name: name, access, colour} = server
  const all = useServers() ?? []
  const {data} = useQuery(limitsQuery(id))
  return (
    <>
      <span className="flex min-w-0 items-center gap-1.5">
        <Swatch colour={serverColour(colour, all.indexOf(server))} />
        <span className="truncate">{name}</span>
      </span>
      {shownLimits.map((limit) => (
        <LimitInput
          key={limit}
          name={limit}
          of={name}
          value={limit in changed ? changed[limit] : data?.[limit]}
          placeholder={data === undefined ? '…' : text('quantity.none')}
          onChange={onChange}
          // What is not known, or not there, is not set by chance.
          isOff={access !== 'own' || data?.[limit] === undefined}
        />
      ))}
    </>
  )
}

function LimitInput({
  name,
  of,
  value,
  placeholder,
  onChange,
  isOff = false,
}: {
  name: (typeof shownLimits)[number]
  of: string
  /** Bytes/s; `null` = no limit. */
  value: number | null | undefined
  placeholder: string
  onChange: (changed: ChangedLimits) => void
  isOff?: boolean
}) {
  return (
    <NumberInput
      aria-label={text('limits.field', {direction: text(`status.${name}`), server: of})}
      value={toKiB(value)}
      onChange={(typed) => onChange({[name]: fromKiB(typed)})}
      min={0}
      step={64}
      placeholder={placeholder}
      disabled={isOff}
    />
  )
}
