import {Check, Folder, Globe, Lock, LockOpen, Minus, Tag, Undo2, type LucideIcon} from 'lucide-react'
import {useRef, type KeyboardEvent, type MouseEvent, type PointerEvent} from 'react'
import {useTrackerNames} from '../../../api/tracker-names.ts'
import {text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {bytes, count, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {serverColour} from '../../../ui/server-colours.ts'
import {stateIconPaths, type StateIconName} from '../../../ui/state-icons.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {Swatch} from '../../../ui/Swatch.tsx'
import {isOnline} from '../../servers/health-words.ts'
import type {FacetClick, FacetValue, FacetKind} from './facet-values.ts'

interface FacetRowProps {
  readonly kind: FacetKind
  readonly value: FacetValue
  readonly label: string
  readonly hasSize: boolean
  /** One row of the section can be tabbed to; arrows go to the others. */
  readonly isTabStop: boolean
  readonly onClick: (click: FacetClick) => void
  readonly onFocus: (value: string) => void
}

const standings = {included: true, excluded: 'mixed', open: false} as const

/** A value to choose by: click includes, Shift click, the minus and a long press exclude, the same again clears. */
export function FacetRow({kind, value: it, label, hasSize, isTabStop, onClick, onFocus}: FacetRowProps) {
  const {value, standing, size} = it
  const wasPressed = useRef(false)
  const send = (isExcluding: boolean) => onClick({value, standing, isExcluding})
  const press = useLongPress(() => {
    wasPressed.current = true
    send(true)
  })
  const click = ({shiftKey}: MouseEvent) => {
    // The finger that rested here lets go.
    if (wasPressed.current) wasPressed.current = false
    else send(shiftKey)
  }
  const key = (event: KeyboardEvent) => {
    if (event.key !== '-') return
    event.preventDefault()
    send(true)
  }
  const sized = written(bytes(size))
  const values = {name: label, count: it.count, all: count(it.count)}
  return (
    <div className={rowClass(it, kind.name === 'state' && value === 'idle')}>
      <button
        type="button"
        data-facet-value={value}
        tabIndex={isTabStop ? 0 : -1}
        aria-pressed={standings[standing]}
        aria-label={text(standing === 'excluded' ? 'facet.row.excluded' : 'facet.row', values)}
        title={`${label} · ${text('facet.count', {...values, size: sized})}`}
        onClick={click}
        onKeyDown={key}
        onFocus={() => onFocus(value)}
        onContextMenu={(event) => wasPressed.current && event.preventDefault()}
        {...press}
        className="absolute inset-0 rounded-m focus-visible:shadow-focus-in pointer-coarse:touch-manipulation"
      />
      <FacetMark kind={kind} value={it} />
      <span
        className={joined(
          'min-w-0 flex-1 truncate',
          standing === 'excluded' && 'line-through decoration-st-error',
        )}
      >
        {label}
      </span>
      <span
        className={joined(
          'num text-12 group-hover:[@media(hover:hover)]:invisible',
          standing === 'included' ? 'text-accent-strong' : 'text-text-3',
        )}
      >
        {hasSize ? sized : count(it.count)}
      </span>
      <button
        type="button"
        tabIndex={-1}
        aria-label={text(standing === 'excluded' ? 'facet.include-again' : 'facet.exclude', {name: label})}
        title={text(standing === 'excluded' ? 'facet.include-again' : 'facet.exclude', {name: label})}
        onClick={() => send(true)}
        className="absolute right-0.5 hidden size-6 place-items-center rounded-s text-text-2 group-hover:[@media(hover:hover)]:grid hover:bg-surface hover:text-st-error"
      >
        <Icon icon={standing === 'excluded' ? Undo2 : Minus} size={14} />
      </button>
    </div>
  )
}

function rowClass({standing}: FacetValue, isPart: boolean): string {
  return joined(
    'group relative flex h-[26px] items-center gap-2 rounded-m pr-2 select-none max-phone:h-11 max-phone:text-14 pointer-coarse:h-11',
    isPart ? 'pl-6' : 'pl-2',
    standing === 'included' ? 'bg-accent-soft font-medium text-text' : 'text-text-2 hover:bg-press',
  )
}

/** What stands before a value: its own shape, or whether it is wanted or not. */
function FacetMark({kind, value}: {kind: FacetKind; value: FacetValue}) {
  if (value.standing === 'excluded') return <Icon icon={Minus} size={14} className="text-st-error" />
  if (kind.name === 'state') return <StateIcon state={stateIcon(value.value)} size={14} />
  if (kind.name === 'server') return <ServerMark id={value.value} />
  if (kind.name === 'tracker') return <TrackerMark kind={kind} value={value} />
  if (value.standing === 'included') return <Icon icon={Check} size={14} className="text-accent" />
  return <Icon icon={iconOf(kind, value.value)} size={14} className="text-text-3" />
}

/** The colour of its profile, where it has one. */
function TrackerMark({kind, value}: {kind: FacetKind; value: FacetValue}) {
  const names = useTrackerNames()
  // A tracker of several hosts is counted by its name.
  const named = names.get(value.value) ?? [...names.values()].find(({name}) => name === value.value)
  if (value.standing === 'included') return <Icon icon={Check} size={14} className="text-accent" />
  if (named === undefined) return <Icon icon={iconOf(kind, value.value)} size={14} className="text-text-3" />
  return (
    <span className="grid w-3.5 place-items-center">
      <Swatch colour={serverColour(named.colour)} />
    </span>
  )
}

function ServerMark({id}: {id: string}) {
  const servers = useServers() ?? []
  const place = servers.findIndex((server) => server.server_id === id)
  const server = servers[place]
  const colour = serverColour(server?.colour ?? null, Math.max(0, place))
  return (
    <span className="grid w-3.5 place-items-center">
      <Swatch colour={colour} isHollow={server !== undefined && !isOnline(server)} />
    </span>
  )
}

function stateIcon(word: string): StateIconName {
  return Object.hasOwn(stateIconPaths, word) ? (word as StateIconName) : 'unknown'
}

function iconOf({name}: FacetKind, value: string): LucideIcon {
  if (name === 'category') return Folder
  if (name === 'tag') return Tag
  if (name === 'private') return value === 'yes' ? Lock : LockOpen
  return Globe
}

const LONG_MS = 500
/** A finger is never quite still. */
const SLACK_PX = 10

interface Press {
  readonly timer: ReturnType<typeof setTimeout>
  readonly x: number
  readonly y: number
}

/** Handlers for an element that does something when a finger rests on it; not every browser tells by itself. */
function useLongPress(onLongPress: (element: Element) => void) {
  const press = useRef<Press | null>(null)
  const end = () => {
    if (press.current) clearTimeout(press.current.timer)
    press.current = null
  }
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return
      end()
      const element = event.currentTarget
      const timer = setTimeout(() => onLongPress(element), LONG_MS)
      press.current = {timer, x: event.clientX, y: event.clientY}
    },
    onPointerMove: ({clientX, clientY}: PointerEvent) => {
      const start = press.current
      if (start && Math.hypot(clientX - start.x, clientY - start.y) > SLACK_PX) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
}
