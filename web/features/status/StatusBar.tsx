import {Link} from '@tanstack/react-router'
import {ArrowDown, ArrowUp, CircleX, Eye, Gauge, HardDrive, Pause} from 'lucide-react'
import type {ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import type {SpaceForecast} from '#model/space-forecast.ts'
import {readAgain} from '../../api/unread.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {liveSocket, useConnection} from '../../live/socket.ts'
import {bytes, duration, fullSpeed, speedLimit, until, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {joined} from '../../ui/joined.ts'
import {Popover} from '../../ui/Popover.tsx'
import {serverColour} from '../../ui/server-colours.ts'
import {Swatch} from '../../ui/Swatch.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {openOverlay} from '../commands/overlays.ts'
import {healthLook, isOnline, lateBy} from '../servers/health-words.ts'
import {HealthIcon, healthInk} from '../servers/health/HealthIcon.tsx'
import {ServerStatusPopover} from '../servers/health/ServerStatusPopover.tsx'
import {useSpaceForecasts} from '../servers/page/use-space-forecasts.ts'
import {useScopedServers} from '../servers/switcher/scope.ts'
import {
  figuresOf,
  serversInTrouble,
  useStatusSentence,
  type StatusSentence,
  type StatusStep,
} from './fleet-status.ts'

const ServerLimitsForm = lazyPart(
  ['server-pages', 'server-form'],
  async () => (await import('./ServerLimitsForm.tsx')).ServerLimitsForm,
)

const AlternativeLimits = lazyPart(
  [],
  async () => (await import('./AlternativeLimits.tsx')).AlternativeLimits,
  'ahead',
  <div className="min-h-24 w-80 max-w-full" />,
)

/** More do not fit beside the rest. */
const SPACES = 4

/** What the servers of the scope do together, and how fresh what one sees is. */
export function StatusBar() {
  const servers = useScopedServers()
  const {down, up, downLimit, upLimit, canBeSlow} = figuresOf(servers)
  const sentence = useStatusSentence()
  return (
    <footer
      aria-label={text('status.label')}
      className={joined(
        'num flex h-(--status-h) min-w-0 items-center gap-4 overflow-hidden border-t border-line-strong px-3 text-12 whitespace-nowrap text-text-2 max-phone:hidden short:hidden',
        // The loudest that it ever gets: nothing pushes the page, and no area is red.
        sentence?.tone === 'halt' ? 'bg-tint-warn' : 'bg-bg',
      )}
    >
      {servers.length > 0 && (
        <>
          <Popover
            label={text('status.limits')}
            side="top"
            trigger={
              <button
                type="button"
                title={text('status.limits')}
                className="flex items-center gap-4 rounded-s hover:text-text"
              >
                <Speed icon={ArrowDown} name={text('status.down')} speed={down} limit={downLimit} />
                <Speed icon={ArrowUp} name={text('status.up')} speed={up} limit={upLimit} />
              </button>
            }
          >
            <ServerLimitsForm servers={servers} />
          </Popover>
          {canBeSlow > 0 && <SpeedLimits servers={servers} />}
          <i className="h-3.5 w-px shrink-0 bg-line-strong" />
        </>
      )}
      {sentence?.tone !== 'halt' && <Spaces servers={servers} />}
      <span className="flex-1" />
      <span aria-live="polite" className="flex min-w-0 items-center gap-2">
        {sentence && <Sentence sentence={sentence} />}
      </span>
      <LiveState />
    </footer>
  )
}

function Speed({
  icon,
  name,
  speed,
  limit,
}: {
  icon: typeof ArrowDown
  name: string
  speed: number | undefined
  limit: number | null
}) {
  return (
    <span className="flex items-center gap-1.5">
      <Icon icon={icon} size={14} />
      <span className="sr-only">{name}</span>
      <b className="font-medium text-text">{written(fullSpeed(speed))}</b>
      {speed !== undefined && (
        <span className="text-text-3 max-desk:hidden">
          {limit === null ? text('status.no_limit') : text('status.of', {limit: written(speedLimit(limit))})}
        </span>
      )}
    </span>
  )
}

function Spaces({servers}: {servers: readonly LiveServer[]}) {
  const all = useServers() ?? servers
  const forecasts = useSpaceForecasts()
  const known = servers.filter((it) => isOnline(it) && it.free_space !== undefined)
  if (known.length === 0) return null
  return (
    <span className="flex min-w-0 items-center gap-3 overflow-hidden max-desk:hidden">
      <span className="flex items-center gap-1.5">
        <Icon icon={HardDrive} size={14} />
        {text('status.free')}
      </span>
      {known.slice(0, SPACES).map((server) => (
        <span key={server.server_id} className="flex items-center gap-1.5">
          <Swatch colour={serverColour(server.colour, all.indexOf(server))} />
          {server.server_name}
          <b className="font-medium text-text">{written(bytes(server.free_space))}</b>
          <FullSoon forecast={forecasts.get(server.server_id)} />
        </span>
      ))}
      {known.length > SPACES && <span>{text('status.more', {count: known.length - SPACES})}</span>}
    </span>
  )
}

/** Only what ends within a month is worth the room. */
function FullSoon({forecast}: {forecast: SpaceForecast | undefined}) {
  const now = useNow(60_000)
  if (!forecast) return null
  return (
    <span className="font-medium text-st-stalled">
      {text('status.full-in', {time: written(until(forecast.fullAt, now))})}
    </span>
  )
}

/** Full speed or slow, of each server and of all of them; the figures themselves stand on the server's page. */
function SpeedLimits({servers}: {servers: readonly LiveServer[]}) {
  const {slow, canBeSlow} = figuresOf(servers)
  const words = slowWords(slow, canBeSlow)
  const able = servers.filter((it) => isOnline(it) && it.alt_speed !== undefined)
  return (
    <Popover
      label={text('status.limits')}
      side="top"
      trigger={
        <button type="button" className="flex items-center gap-1.5 rounded-s hover:text-text max-desk:hidden">
          <Icon icon={Gauge} size={14} />
          {words}
        </button>
      }
    >
      <AlternativeLimits servers={able} />
    </Popover>
  )
}

function slowWords(slow: number, canBeSlow: number): string {
  if (slow === 0) return text('status.full_speed')
  return slow === canBeSlow ? text('status.slow') : text('status.slow_some', {count: slow, all: canBeSlow})
}

/** The status bar of narrow screens, in one line below the search: speeds, and what is worst. Always there. */
export function PhoneStatus() {
  const servers = useScopedServers()
  const {state} = useConnection()
  const {down, up} = figuresOf(servers)
  const [worst] = serversInTrouble(servers)
  return (
    <section
      aria-label={text('status.label')}
      className="num flex h-9 min-w-0 items-center gap-2 border-b border-line bg-bg px-3.5 text-12 whitespace-nowrap text-text-2 phone:hidden short:hidden"
    >
      {servers.length > 0 && (
        <>
          <BareSpeed icon={ArrowDown} name={text('status.down')} speed={down} />
          <BareSpeed icon={ArrowUp} name={text('status.up')} speed={up} />
        </>
      )}
      <span className="flex h-9 min-w-0 flex-1 items-center justify-end">
        {worst && state === 'live' ? <BriefTrouble server={worst} /> : <LiveState />}
      </span>
    </section>
  )
}

/** Wide enough for any speed: what stands beside it keeps its place. */
function BareSpeed({icon, name, speed}: {icon: typeof ArrowDown; name: string; speed: number | undefined}) {
  return (
    <span className="flex min-w-[82px] items-center gap-1">
      <Icon icon={icon} size={14} />
      <span className="sr-only">{name}</span>
      <b className="font-medium text-text">{written(fullSpeed(speed))}</b>
    </span>
  )
}

/** The one sentence, and the one step that can be taken. */
function Sentence({sentence: {tone, words, step}}: {sentence: StatusSentence}) {
  const [worst] = serversInTrouble(useScopedServers())
  if (step === 'server' && worst) {
    return (
      <Trouble server={worst}>
        <span className="truncate">{words}</span>
      </Trouble>
    )
  }
  return (
    <>
      <span
        title={words}
        className={joined(
          'flex min-w-0 items-center gap-1.5',
          tone === 'halt' ? 'text-st-stalled' : tone === 'bad' ? 'text-st-error' : 'text-text-3',
        )}
      >
        <Icon icon={icons[tone]} size={14} className="shrink-0" />
        <span className="truncate max-phone:whitespace-normal short:whitespace-nowrap!">{words}</span>
      </span>
      <Step step={step} />
    </>
  )
}

const icons = {halt: Pause, bad: CircleX, quiet: Eye} as const

function Step({step}: {step: StatusStep}) {
  if (step === 'review') {
    return (
      <Link to="/settings/move-in" className={textLinkClass}>
        {text('move-in.line.look')}
      </Link>
    )
  }
  if (step === 'set up') {
    return (
      <Link to="/setup" className={textLinkClass}>
        {text('watching.finish')}
      </Link>
    )
  }
  if (step === 'servers' || step === 'server') {
    return (
      <Link to="/settings/servers" className={textLinkClass}>
        {text('status.details')}
      </Link>
    )
  }
  // It ends without a person: what waits for it stands in the activity.
  if (step === 'held') {
    return (
      <Link to="/activity" search={{show: 'held', when: 'today'}} className={textLinkClass}>
        {text('status.details')}
      </Link>
    )
  }
  if (step === 'system') {
    return (
      <Link to="/settings/system" className={textLinkClass}>
        {text('status.details')}
      </Link>
    )
  }
  const {label, run} = steps[step]
  return <TextButton onClick={run}>{text(label)}</TextButton>
}

const steps: Readonly<
  Record<
    Exclude<StatusStep, 'review' | 'set up' | 'server' | 'servers' | 'held' | 'system'>,
    {label: TextKey; run: () => void}
  >
> = {
  retry: {label: 'live.retry', run: liveSocket.retryNow},
  'read again': {label: 'awaited.again', run: readAgain},
  'answer clock': {label: 'clock.answer', run: () => openOverlay({name: 'clock'})},
  'answer settings': {label: 'status.details', run: () => openOverlay({name: 'lost-settings'})},
}

/** On screens without the status line: its sentence above the tab bar, only while nothing acts automatically, what is seen is old, or a part of it could not be read. */
export function HaltLine() {
  const sentence = useStatusSentence()
  return (
    <div aria-live="polite" className="min-w-0 phone:hidden short:block!">
      {sentence && (sentence.tone === 'halt' || sentence.step === 'read again') && (
        <p
          className={joined(
            'flex items-center gap-3 border-t border-line-strong px-3.5 py-1.5 text-12 short:py-0.5',
            sentence.tone === 'halt' ? 'bg-tint-warn' : 'bg-bg',
          )}
        >
          <Sentence sentence={sentence} />
        </p>
      )}
    </div>
  )
}

/** What is wrong with a server, and behind it all that is known of it; the bell has the others. */
function Trouble({server, children}: {server: LiveServer; children: ReactNode}) {
  return (
    <ServerStatusPopover
      server={server}
      trigger={
        <button
          type="button"
          className={joined(
            'flex min-w-0 items-center gap-1.5 rounded-s hover:underline focus-visible:shadow-focus-in pointer-coarse:h-11',
            healthInk(server),
          )}
        >
          <HealthIcon health={server} />
          {children}
        </button>
      }
    />
  )
}

/** Where there is little room the name is cut, never the word. */
function BriefTrouble({server}: {server: LiveServer}) {
  return (
    <Trouble server={server}>
      <span className="truncate">{server.server_name}</span>
      <span className="shrink-0">{text(healthLook(server).word)}</span>
    </Trouble>
  )
}

const stateWords = {
  connecting: 'live.connecting',
  live: 'live.live',
  reconnecting: 'live.reconnecting',
  'signed out': 'live.signed_out',
} as const

/** Is what one sees the present? */
function LiveState() {
  const {state} = useConnection()
  const servers = useScopedServers()
  const now = useNow()
  const late = state === 'live' ? lateBy(servers, now) : null
  return (
    <output className="flex items-center gap-1.5">
      <i
        className={joined(
          'size-1.5 rounded-full',
          state === 'live' && late === null ? 'bg-st-seeding' : 'border border-st-stalled bg-transparent',
        )}
      />
      {late === null
        ? text(stateWords[state])
        : text('live.late', {time: written(duration(Math.round(late / 1000)))})}
    </output>
  )
}
