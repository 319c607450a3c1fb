import {useLocation, useNavigate} from '@tanstack/react-router'
import {ChevronDown} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {lazyDialog} from '../../../ui/lazy-part.ts'
import {Popover} from '../../../ui/Popover.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {isOnline} from '../../servers/health-words.ts'
import {
  dropUnknownServers,
  readScope,
  scopeText,
  setServerScope,
  useServerScope,
  type ServerScope,
} from '../../servers/switcher/scope.ts'
import {readTorrentsSearch, type TorrentsSearch} from '../../torrents/torrents-search.ts'

const SwitcherList = lazyDialog([], async () => (await import('./SwitcherList.tsx')).SwitcherList, 'soon')

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
