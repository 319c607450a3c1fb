import {Link, useLocation, useNavigate} from '@tanstack/react-router'
import {ChevronDown, Search} from 'lucide-react'
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {bareInputClass} from '../../../ui/control-class.ts'
import {count, speed, type Quantity as Figure} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {isCommandHeld} from '../../../ui/keys.ts'
import {Popover} from '../../../ui/Popover.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {isOnline, isUnread} from '../../servers/health-words.ts'
import {healthInk} from '../../servers/health/HealthIcon.tsx'
import {statusLine, foundServers} from '../../servers/server-words.ts'
import {
  dropUnknownServers,
  readScope,
  scopeText,
  setServerScope,
  toggled,
  useServerScope,
  type ServerScope,
} from '../../servers/switcher/scope.ts'
import {readTorrentsSearch, type TorrentsSearch} from '../../torrents/torrents-search.ts'

/** As many as fit beside the words; of more servers only some, so that the words stay. */
const MOST_PIPS = 8
const SOME_PIPS = 4

/** Scopes the whole program: to all servers, one, or some. In the header, on every page. */
export function ServerSwitcher() {
  useScopeInAddress()
  const [isOpen, setOpen] = useState(false)
  const servers = useServers()
  const scope = useServerScope()
  useEffect(() => {
    if (servers !== null) dropUnknownServers(servers.map((it) => it.server_id))
  }, [servers])
  if (servers === null) return <span className="h-8 w-36 rounded-m border border-line-strong bg-surface" />
  return (
    <Popover
      label={text('switcher.label')}
      open={isOpen}
      onOpenChange={setOpen}
      className="w-[470px] overflow-hidden"
      trigger={<SwitcherButton servers={servers} scope={scope} />}
    >
      <SwitcherList servers={servers} scope={scope} close={() => setOpen(false)} />
    </Popover>
  )
}

function SwitcherButton({servers, scope, ...trigger}: {servers: readonly LiveServer[]; scope: ServerScope}) {
  const picked = servers.filter((server) => scope === null || scope.includes(server.server_id))
  const isPhone = usePhone()
  // On a phone there is room for the words and their number, and a square of what is the only one.
  const pips = isPhone && picked.length > 1 ? 0 : picked.length > MOST_PIPS ? SOME_PIPS : MOST_PIPS
  const online = picked.filter(isOnline).length
  return (
    <button
      {...trigger}
      type="button"
      title={text('switcher.label')}
      className="flex h-8 max-w-[240px] min-w-0 items-center gap-2 rounded-m border border-line-strong bg-surface pr-2 pl-2.5 font-medium hover:bg-hover focus-visible:shadow-focus max-phone:h-9 pointer-coarse:h-11 short:h-8!"
    >
      <span className="flex shrink-0 gap-[3px] empty:hidden">
        {picked.slice(0, pips).map((server) => (
          <Swatch
            key={server.server_id}
            colour={serverColour(server.colour, servers.indexOf(server))}
            isHollow={!isOnline(server)}
          />
        ))}
      </span>
      <span className="truncate">{scopeWords(picked, servers)}</span>
      {picked.length !== 1 && servers.length > 0 && (
        <span className="num shrink-0 font-normal text-text-2">
          {online === picked.length ? picked.length : text('switcher.online', {online, total: picked.length})}
        </span>
      )}
      <Icon icon={ChevronDown} size={14} className="text-text-2" />
    </button>
  )
}

function scopeWords(picked: readonly LiveServer[], servers: readonly LiveServer[]): string {
  if (servers.length === 0) return text('switcher.none')
  if (picked.length === 1) return picked[0]!.server_name
  return picked.length === servers.length ? text('switcher.all') : text('switcher.some')
}

/**
 * Keeps scope and address the same while the list is on screen. Who comes to it without servers in the address gets
 * those that were chosen; who takes them out of it there means all.
 */
function useScopeInAddress(): void {
  const scope = scopeText(useServerScope())
  // Both from one place: page and search of an address must not be seen one after the other.
  const {pathname, search} = useLocation()
  const isList = pathname === '/torrents'
  const {servers} = readTorrentsSearch(search)
  const navigate = useNavigate()
  const last = useRef<{isList: boolean; scope: string | undefined}>({isList: false, scope})

  useLayoutEffect(() => {
    const before = last.current
    last.current = {isList, scope}
    if (!isList || servers === scope) return
    const say = (next: string | undefined, replace: boolean) =>
      void navigate({
        to: '/torrents',
        replace,
        search: (before: TorrentsSearch) => readTorrentsSearch({...before, servers: next}),
      })
    const isArriving = !before.isList
    if (isArriving && servers === undefined) return say(scope, true)
    if (!isArriving && before.scope !== scope) return say(scope, false)
    setServerScope(readScope(servers))
  }, [isList, servers, scope, navigate])
}

/** Type to find; Enter takes one, Ctrl Enter or its box takes it into the set. */
function SwitcherList({
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
