import {Link} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {useId, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {bareInputClass} from '../../../ui/control-class.ts'
import {count, speed, type Quantity as Figure} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {isCommandHeld} from '../../../ui/keys.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {isOnline, isUnread} from '../../servers/health-words.ts'
import {healthInk} from '../../servers/health/HealthIcon.tsx'
import {statusLine, foundServers} from '../../servers/server-words.ts'
import {setServerScope, toggled, type ServerScope} from '../../servers/switcher/scope.ts'

/** Type to find; Enter takes one, Ctrl Enter or its box takes it into the set. */
export function SwitcherList({
  servers,
  scope,
  close,
}: {
  servers: readonly LiveServer[]
  scope: ServerScope
  close: () => void
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const found = foundServers(servers, typed)
  const hasAll = typed.trim() === ''
  const count = found.length + (hasAll ? 1 : 0)

  const select = (index: number, isAdding: boolean) => {
    const server = found[hasAll ? index - 1 : index]
    if (server === undefined) {
      if (!hasAll) return
      setServerScope(null)
    } else {
      setServerScope(isAdding ? toggled(scope, server.server_id) : [server.server_id])
    }
    if (!isAdding) close()
  }
  const go = (to: number) => {
    const next = (to + count) % Math.max(1, count)
    setAt(next)
    list.current?.children[next]?.scrollIntoView({block: 'nearest'})
  }
  const press = (event: KeyboardEvent) => {
    const step = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1}[event.key]
    if (step !== undefined) go(step)
    else if (event.key === 'Enter') select(at, isCommandHeld(event))
    else return
    event.preventDefault()
  }
  const rowOf = (index: number) => ({
    id: `${id}-${index}`,
    isActive: index === at,
    onPoint: () => setAt(index),
    onSelect: (isAdding: boolean) => select(index, isAdding),
  })
  return (
    <div className="flex max-h-[min(560px,80dvh)] flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3.5 text-text-3 pointer-coarse:h-12">
        <Icon icon={Search} size={14} />
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- what was opened is a search
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={`${id}-${at}`}
          aria-label={text('switcher.find')}
          placeholder={text('switcher.find')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={press}
          className={joined(
            bareInputClass,
            'text-14 text-text placeholder:text-text-3 pointer-coarse:text-16',
          )}
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- its options have more in them than words
        role="listbox"
        aria-multiselectable
        aria-label={text('switcher.label')}
        className="min-h-0 overflow-y-auto overscroll-contain p-1"
      >
        {hasAll && <AllRow {...rowOf(0)} servers={servers} isSelected={scope === null} />}
        {found.map((server, index) => (
          <ServerRow
            key={server.server_id}
            {...rowOf(hasAll ? index + 1 : index)}
            server={server}
            place={servers.indexOf(server)}
            isSelected={scope?.includes(server.server_id) ?? false}
          />
        ))}
      </div>
      {count === 0 && <p className="px-3.5 pb-3 text-text-3">{text('switcher.nothing', {typed})}</p>}
      <footer className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line bg-bg px-3.5 py-[9px] text-12 text-text-3">
        <span className="max-phone:hidden">
          <Kbd keys="Enter" /> {text('switcher.only')}
        </span>
        <span className="max-phone:hidden">
          <Kbd keys="Ctrl Enter" /> {text('switcher.add')}
        </span>
        <Link to="/settings/servers" onClick={close} className={joined(textLinkClass, 'ml-auto')}>
          {text('switcher.manage')}
        </Link>
      </footer>
    </div>
  )
}

interface RowProps {
  readonly id: string
  readonly isActive: boolean
  readonly isSelected: boolean
  readonly onPoint: () => void
  readonly onSelect: (isAdding: boolean) => void
}

function AllRow({servers, ...row}: RowProps & {readonly servers: readonly LiveServer[]}) {
  const sum = (of: (server: LiveServer) => number | undefined) =>
    servers.reduce((total, server) => total + (of(server) ?? 0), 0)
  return (
    <Row
      {...row}
      torrents={count(servers.reduce((total, {torrents}) => total + torrents, 0))}
      down={speed(sum((server) => server.down_speed))}
      up={speed(sum((server) => server.up_speed))}
    >
      <span className="font-medium">{text('switcher.all')}</span>
    </Row>
  )
}

const MINUTE_MS = 60_000

function ServerRow({
  server,
  place,
  ...row
}: RowProps & {readonly server: LiveServer; readonly place: number}) {
  const now = useNow(isTrouble(server) ? 10_000 : MINUTE_MS)
  const isLive = isOnline(server)
  return (
    <Row
      {...row}
      torrents={isUnread(server) ? '?' : count(server.torrents)}
      isAged={!isLive}
      down={isLive ? speed(server.down_speed) : null}
      up={isLive ? speed(server.up_speed) : null}
      swatch={<Swatch colour={serverColour(server.colour, place)} isHollow={!isLive} size={11} />}
    >
      <span className="block truncate font-bold">{server.server_name}</span>
      <span
        className={joined('block truncate text-12', isTrouble(server) ? healthInk(server) : 'text-text-3')}
      >
        {statusLine(server, now)}
      </span>
    </Row>
  )
}

function Row({
  id,
  isActive,
  isSelected,
  onPoint,
  onSelect,
  swatch,
  torrents,
  isAged = false,
  down,
  up,
  children,
}: RowProps & {
  readonly swatch?: ReactNode
  readonly torrents: string
  readonly isAged?: boolean
  readonly down: Figure | null
  readonly up: Figure | null
  readonly children: ReactNode
}) {
  // The box is for the pointer; keys have Ctrl Enter.
  const click = (event: MouseEvent) => {
    const isBox = event.target instanceof Element && event.target.closest('[data-box]') !== null
    onSelect(isCommandHeld(event) || (isBox && swatch !== undefined))
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are the search field's
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it has more in it than words
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      onPointerMove={onPoint}
      onClick={click}
      className={joined(
        'grid min-h-[46px] cursor-pointer grid-cols-[24px_12px_minmax(0,1fr)_auto_auto] pointer-coarse:grid-cols-[44px_12px_minmax(0,1fr)_auto_auto] items-center gap-2.5 rounded-m pr-2.5 pl-1 focus-visible:shadow-none forced-colors:aria-selected:outline',
        isSelected ? 'bg-accent-soft' : isActive && 'bg-hover',
        isActive && 'shadow-focus-in',
      )}
    >
      <span data-box className="grid size-6 place-items-center pointer-coarse:size-11">
        <CheckMark state={isSelected} />
      </span>
      <span className="grid place-items-center">{swatch}</span>
      <span className="min-w-0">{children}</span>
      <span className={joined('num text-right', isAged && 'text-text-3')}>{torrents}</span>
      <span className="num flex w-[148px] justify-end gap-2 text-12 whitespace-nowrap text-text-2 max-phone:hidden">
        {down && up ? (
          <>
            <span aria-label={text('server.down')}>
              ↓ <Quantity value={down} />
            </span>
            <span aria-label={text('server.up')}>
              ↑ <Quantity value={up} />
            </span>
          </>
        ) : (
          <span className="text-text-off">–</span>
        )}
      </span>
    </div>
  )
}
