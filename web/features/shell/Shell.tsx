import {Link, Outlet, useNavigate, useRouter, useRouterState} from '@tanstack/react-router'
import {
  Bell,
  CircleUser,
  Keyboard,
  LogOut,
  Menu,
  Moon,
  Plus,
  Search,
  Sun,
  SunMoon,
  type LucideIcon,
} from 'lucide-react'
import {Suspense, useEffect, type ReactNode} from 'react'
import {usePreference, usePreferencesSentOnLeaving} from '../../api/preferences.ts'
import {logOut, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {liveSocket} from '../../live/socket.ts'
import {Avatar} from '../../ui/Avatar.tsx'
import {Badge} from '../../ui/Badge.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {iconButtonClass} from '../../ui/button-class.ts'
import {setUnits} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {Kbd} from '../../ui/Kbd.tsx'
import {lazyDialog, lazyPart, OncePageStands, loadPartsAhead, onIntent} from '../../ui/lazy-part.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {Pennant} from '../../ui/Pennant.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {Tooltip} from '../../ui/Tooltip.tsx'
import {useTheme} from '../../ui/use-document.ts'
import {Actions} from '../actions/ActionMenus.tsx'
import {GlobalDropTarget} from '../add/GlobalDropTarget.tsx'
import {useHotkeys} from '../commands/commands.ts'
import {closeNeedsYou, nothingBrought, openOverlay, openPalette, useOverlay} from '../commands/overlays.ts'
import {usePlaces, type Place} from '../commands/places.ts'
import {ServerDialogs} from '../servers/dialogs/ServerDialogs.tsx'
import {useMayAdd} from '../servers/use-may-add.ts'
import {HaltLine, StatusBar} from '../status/StatusBar.tsx'
import {MoreMenu} from './MoreMenu.tsx'
import {ServerSwitcher} from './switcher/ServerSwitcher.tsx'
import {useNeeds} from './needs.ts'
import {useShellCommands} from './use-shell-commands.ts'

const AddDialog = lazyDialog(
  ['adding', 'action-dialogs'],
  async () => (await import('../add/AddDialog.tsx')).AddDialog,
)
const Palette = lazyDialog(
  ['palette', 'server-pages'],
  async () => (await import('./palette/Palette.tsx')).Palette,
  'ahead',
)
const ClockDialog = lazyDialog(
  ['attention', 'accounts'],
  async () => (await import('./ClockDialog.tsx')).ClockDialog,
)
const LostSettingsDialog = lazyDialog(
  ['attention', 'accounts'],
  async () => (await import('./LostSettingsDialog.tsx')).LostSettingsDialog,
)
const KeysDialog = lazyDialog(['palette'], async () => (await import('./KeysDialog.tsx')).KeysDialog)

const MoveInLine = lazyPart([], async () => (await import('../move-in/MoveInLine.tsx')).MoveInLine)
const DemoHints = lazyPart(['demo'], async () => (await import('../demo/DemoHints.tsx')).DemoHints)

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  const [units] = usePreference('units')
  setUnits(units)
  useTheme()
  useHotkeys()
  useShellCommands()
  usePartsAhead()
  usePreferencesSentOnLeaving()
  useEffect(() => {
    liveSocket.start()
    return () => liveSocket.stop()
  }, [])
  return (
    <>
      <SkipLink />
      <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)_auto]">
        <Header />
        {/* Texts for screen readers hang here and not on what scrolls: they must not make the whole page scroll. */}
        <div data-pages className="relative grid min-h-0 grid-rows-[auto_minmax(0,1fr)] overflow-clip">
          <div>
            <OncePageStands>
              <MoveInLine />
            </OncePageStands>
          </div>
          <Suspense>
            {/* What was written in other units is written again. */}
            <Outlet key={units} />
          </Suspense>
        </div>
        {/* Its hints take room here. */}
        {useSession().demo && <DemoHints />}
        <StatusBar />
        <HaltLine />
        <TabBar />
      </div>
      <Overlays />
      <ServerDialogs />
      <Actions />
      <GlobalDropTarget />
    </>
  )
}

/** The list knows itself when its rows are there (`TorrentsPage.tsx`). */
function usePartsAhead(): void {
  const isThere = useRouterState({
    select: ({status, location}) => status === 'idle' && location.pathname !== '/torrents',
  })
  useEffect(() => {
    if (isThere) loadPartsAhead()
  }, [isThere])
}

function Overlays() {
  const overlay = useOverlay()
  return (
    <>
      {overlay?.name === 'palette' && <Palette text={overlay.text} />}
      {overlay?.name === 'keys' && <KeysDialog />}
      {overlay?.name === 'clock' && <ClockDialog />}
      {overlay?.name === 'lost-settings' && <LostSettingsDialog />}
      {overlay?.name === 'add' && <AddDialog brought={overlay.brought} />}
    </>
  )
}

/** The first thing that Tab reaches: past the frame, to the page. */
function SkipLink() {
  return (
    <a
      href="#page"
      className="fixed top-1 left-1 z-palette rounded-m bg-raised px-3 py-1.5 text-accent shadow-2 not-focus:sr-only"
      onClick={(event) => {
        event.preventDefault()
        // Where a page has more than its content, filters for example, the content says so.
        const content = document.querySelector<HTMLElement>('main [data-content]')
        const place = content ?? document.querySelector('main')
        place?.focus()
      }}
    >
      {text('shell.skip')}
    </a>
  )
}

/** Home, which servers, which section, find anything, what needs attention, who. */
function Header() {
  return (
    <header className="z-bar flex h-(--head-h) min-w-0 items-center gap-1 border-b border-line-strong bg-bg px-3 max-phone:h-13 short:h-9!">
      <ShortNav />
      <span className="relative mr-1 pointer-coarse:-ml-2 pointer-coarse:mr-0 short:max-phone:hidden">
        <Link
          to="/"
          aria-label={text('app.overview')}
          className="grid size-7 place-items-center rounded-m text-accent pointer-coarse:size-11"
        >
          <Pennant />
        </Link>
        <DemoMark isBelow />
      </span>
      <ServerSwitcher />
      <MainNav />
      <DemoMark />
      <span className="flex-1" />
      <PaletteField />
      <IconButton
        className="desk:hidden"
        label={text('palette.open')}
        icon={Search}
        keys="Ctrl K"
        onClick={openPalette}
      />
      <AttentionBell />
      <SettingsGear />
      <AccountMenu />
    </header>
  )
}

function PaletteField() {
  return (
    <button
      type="button"
      className="flex h-8 w-59 items-center gap-2 overflow-hidden rounded-m border border-line-strong bg-surface pr-2 pl-2.5 whitespace-nowrap text-text-3 max-desk:hidden"
      onClick={openPalette}
    >
      <Icon icon={Search} size={14} />
      <span className="flex-1 text-left">{text('palette.open')}</span>
      <Kbd keys="Ctrl K" />
    </button>
  )
}

/** Nothing here pretends to be real. On narrow screens it stands below the pennant, where nothing else wants the room. */
function DemoMark({isBelow = false}: {isBelow?: boolean}) {
  if (!useSession().demo) return null
  if (isBelow) {
    return (
      <span className="pointer-events-none absolute inset-x-0 -bottom-1 text-center text-11/3 font-medium text-st-checking phone:hidden">
        {text('demo.mark')}
      </span>
    )
  }
  return (
    <span className="ml-2 max-phone:hidden">
      <Badge tone="busy" title={text('demo.title')}>
        {text('demo.mark')}
      </Badge>
    </span>
  )
}

const item =
  'flex h-7.5 items-center rounded-m px-2.5 font-medium text-text-2 hover:bg-press aria-[current]:bg-press aria-[current]:text-text max-desk:px-2'

/** The five that each answer a question of every day. What waits for a person is counted at the bell, and not here. */
function MainNav() {
  return (
    <nav aria-label={text('nav.main')} className="ml-3 flex gap-0.5 max-desk:ml-1 max-phone:hidden">
      {usePlaces('main').map(({to, label}) => (
        <Link key={to} to={to} activeOptions={{exact: to === '/'}} className={item}>
          {text(label)}
        </Link>
      ))}
    </nav>
  )
}

/** The way to the settings; phones have it under More. */
function SettingsGear() {
  return usePlaces('settings').map(({to, label, icon}) => (
    <Tooltip key={to} content={text(label)} keys="G ," isName>
      <Link
        to={to}
        aria-label={text(label)}
        className={joined(
          iconButtonClass(),
          'aria-[current]:bg-press aria-[current]:text-text max-phone:hidden',
        )}
      >
        <Icon icon={icon} />
      </Link>
    </Tooltip>
  ))
}

/** Who is signed in, how the pages look to him, and the way out. */
function AccountMenu() {
  const {visitor} = useSession()
  const entries = useEntries(visitor?.via === 'session')
  if (!visitor) return null
  return (
    <DropdownMenu
      align="end"
      label={visitor.name}
      entries={[{heading: visitor.via === 'local' ? text('account.local') : visitor.name}, ...entries]}
      trigger={
        <button
          type="button"
          aria-label={text('account.open', {name: visitor.name})}
          className="ml-1 rounded-full pointer-coarse:p-[9px]"
        >
          <Avatar name={visitor.name} />
        </button>
      }
    />
  )
}

function useEntries(hasSession: boolean): readonly MenuEntry[] {
  const navigate = useNavigate()
  const [theme, setTheme] = usePreference('theme')
  const look = (id: typeof theme, label: string, icon: typeof Sun): MenuEntry => ({
    id,
    label,
    icon,
    checked: theme === id,
    onSelect: () => setTheme(id),
  })
  return [
    {
      id: 'profile',
      label: text('account.profile'),
      icon: CircleUser,
      keys: 'G ,',
      onSelect: () => void navigate({to: '/settings/account'}),
    },
    {
      id: 'keys',
      label: text('account.keys'),
      icon: Keyboard,
      keys: '?',
      onSelect: () => openOverlay({name: 'keys'}),
    },
    {separator: true},
    look('system', text('theme.system'), SunMoon),
    look('light', text('theme.light'), Sun),
    look('dark', text('theme.dark'), Moon),
    ...(hasSession
      ? [
          {separator: true} as const,
          {
            id: 'log out',
            label: text('account.log_out'),
            icon: LogOut,
            onSelect: () => void logOut().catch(({message}: Error) => toast({tone: 'bad', text: message})),
          },
        ]
      : []),
  ]
}

const tab =
  'grid h-14 flex-1 content-center justify-items-center gap-0.5 text-11 font-medium text-text-2 aria-[current]:text-accent'

/** All pages, on screens where the bar at the bottom would take the room of the rows. */
function ShortNav() {
  const mayAdd = useMayAdd()
  const main = usePlaces('main')
  const add: MenuEntry = {id: 'add', label: text('nav.add'), icon: Plus, onSelect: openAdd}
  return (
    <nav aria-label={text('nav.main')} className="-ml-1.5 hidden short:max-phone:block">
      <MoreMenu
        label={text('nav.main')}
        places={main}
        further={mayAdd ? [add] : []}
        renderTrigger={() => <IconButton label={text('nav.main')} icon={Menu} />}
      />
    </nav>
  )
}

const openAdd = () => openOverlay({name: 'add', brought: nothingBrought})

/** What people go to most, under the thumb; on narrow screens alone. */
function TabBar() {
  const main = usePlaces('main')
  const mayAdd = useMayAdd()
  return (
    <nav
      aria-label={text('nav.main')}
      className="z-bar flex border-t border-line-strong bg-bg pb-[env(safe-area-inset-bottom)] phone:hidden short:hidden"
    >
      {/* Adding stands in the middle, where both thumbs reach it. */}
      {main.slice(0, 2).map(tabOf)}
      {mayAdd && (
        <button type="button" className={tab} onClick={openAdd}>
          <Face icon={Plus}>{text('nav.add')}</Face>
        </button>
      )}
      {main.slice(2, TABS).map(tabOf)}
      <MoreMenu
        label={text('nav.more')}
        places={main.slice(TABS)}
        renderTrigger={(current) => (
          <button type="button" aria-current={current} className={tab}>
            <Face icon={Menu}>{text('nav.more')}</Face>
          </button>
        )}
      />
    </nav>
  )
}

/** So many of the five stand in the bar at the bottom, beside Add and More. */
const TABS = 3

function tabOf({to, label, icon}: Place) {
  return (
    <Link key={to} to={to} activeOptions={{exact: to !== '/library'}} className={tab}>
      <Face icon={icon}>{text(label)}</Face>
    </Link>
  )
}

function Face({icon, children}: {icon: LucideIcon; children: ReactNode}) {
  return (
    <>
      <Icon icon={icon} size={20} />
      <span>{children}</span>
    </>
  )
}

const AttentionList = lazyPart(
  ['attention', 'action-names'],
  async () => (await import('./AttentionList.tsx')).AttentionList,
  'on demand',
  <div className="h-40" />,
)

/** What needs a person, counted once in the whole program. */
function AttentionBell() {
  const {needs, later} = useNeeds()
  const isOpen = useOverlay()?.name === 'needs you'
  const router = useRouter()
  // Whoever follows a link in it goes there to look.
  useEffect(
    () => router.subscribe('onBeforeNavigate', ({pathChanged}) => pathChanged && closeNeedsYou()),
    [router],
  )
  const label = text('attention.open', {count: needs.length})
  return (
    <Popover
      label={label}
      align="end"
      className="w-[503px] max-w-[calc(100vw-16px)] overflow-hidden p-0"
      open={isOpen}
      onOpenChange={(open) => (open ? openOverlay({name: 'needs you'}) : closeNeedsYou())}
      trigger={
        <IconButton label={label} icon={Bell} keys="G N" {...onIntent(AttentionList)}>
          {needs.length > 0 && (
            <span
              aria-hidden
              className="num absolute top-0.5 right-px h-3.75 min-w-3.75 rounded-full bg-st-stalled px-1 text-11/[15px] font-bold text-surface"
            >
              {needs.length}
            </span>
          )}
        </IconButton>
      }
    >
      <AttentionList needs={needs} later={later} />
    </Popover>
  )
}
