/**
 * Which page is at which address. Pages come with the first visit to them, the log-in with the frame: it is what most
 * people see first. Who may not be where he wants is led to where he can go on (log in, set up).
 */
import {useQuery} from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  redirect,
  type ErrorComponentProps,
} from '@tanstack/react-router'
import {SearchX, TriangleAlert} from 'lucide-react'
import {useEffect, useState} from 'react'
import {base} from './api/base.ts'
import {preferencesQuery} from './api/preferences.ts'
import {NoAnswer} from './api/problem.ts'
import {queries} from './api/queries.ts'
import {sessionQuery} from './api/session.ts'
import {findView} from './api/views.ts'
import {readActivitySearch} from './features/activity/activity-search.ts'
import {readQueueSearch} from './features/arrs/queue/queue-search.ts'
import {readSearchesSearch} from './features/arrs/searches/searches-search.ts'
import {readTitlesSearch} from './features/arrs/titles/titles-search.ts'
import {readWantedSearch} from './features/arrs/wanted/wanted-search.ts'
import {readRulesSearch} from './features/rules/rules-search.ts'
import {addressNow} from './features/commands/places.ts'
import {Shell} from './features/shell/Shell.tsx'
import {readTorrentsSearch} from './features/torrents/torrents-search.ts'
import {searchOf} from './features/torrents/views/saved-view.ts'
import {readTrashSearch} from './features/trash/trash-search.ts'
import {text, type TextKey} from './i18n/text.ts'
import {toast} from './lib/toast.ts'
import {ChunkFailure} from './live/chunks.ts'
import {liveSocket, useConnection} from './live/socket.ts'
import {buttonClass} from './ui/button-class.ts'
import {Button} from './ui/Button.tsx'
import {EmptyState} from './ui/EmptyState.tsx'
import {lazyPage} from './ui/lazy-part.ts'
import {LongWait} from './ui/LongWait.tsx'
import {useAgainWhenBack} from './ui/PartBoundary.tsx'
import {SkeletonLines} from './ui/Skeleton.tsx'
import {Toasts} from './ui/UiRoot.tsx'
import {useTitle} from './ui/use-document.ts'

const root = createRootRoute({
  component: Root,
  errorComponent: BrokenPage,
  beforeLoad: ({location: {pathname, searchStr, hash}}) => {
    const now = addressNow(pathname)
    if (now !== null) throw redirect({href: `${base}${now}${searchStr}${hash && `#${hash}`}`, replace: true})
  },
})

/** Since he logged in, or came, he was on a page: from then on the overview is what he asks for. */
let isInside = false

/** Everything that takes a log-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({location}) => {
    const session = await queries.ensureQueryData(sessionQuery)
    if (session.visitor === null) {
      liveSocket.stop()
      isInside = false
    }
    if (session.setup_needed) throw redirect({to: '/setup'})
    if (session.visitor === null) throw redirect({to: '/login', search: {next: location.href}})
    const preferences = queries.ensureQueryData(preferencesQuery).catch(() => null)
    liveSocket.start()
    const comes = !isInside && location.pathname === '/'
    isInside = true
    const own = comes ? await preferences : null
    if (own?.start !== 'torrents') return
    const start = own['start.view'] ?? null
    const view = start === null ? null : await findView(start).catch(() => null)
    throw redirect({to: '/torrents', replace: true, search: view ? searchOf(view) : {}})
  },
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyPage(
    ['overview', 'attention', 'action-names'],
    () => import('./features/overview/OverviewPage.tsx'),
    'OverviewPage',
  ),
})

const torrents = createRoute({
  getParentRoute: () => inside,
  path: '/torrents',
  validateSearch: readTorrentsSearch,
  component: lazyPage([], () => import('./features/torrents/page/TorrentsPage.tsx'), 'TorrentsPage'),
})

/** The address that a view is shared by: it leads to the list as the view is now. */
const sharedView = createRoute({
  getParentRoute: () => inside,
  path: '/views/$id',
  beforeLoad: async ({params: {id}}) => {
    const view = await findView(id)
    if (view === null) toast({text: text('view.gone'), tone: 'warn'})
    throw redirect({to: '/torrents', replace: true, search: view ? searchOf(view) : {}})
  },
})

const torrent = createRoute({
  getParentRoute: () => inside,
  path: '/torrents/$server/$hash',
  validateSearch: readTorrentsSearch,
  component: lazyPage(['details'], () => import('./features/details/panel/TorrentPage.tsx'), 'TorrentPage'),
})

const why = createRoute({
  getParentRoute: () => inside,
  path: '/torrents/$server/$hash/why',
  component: lazyPage(
    ['explain', 'verdict', 'action-names', 'details'],
    () => import('./features/explain/WhyPage.tsx'),
    'WhyPage',
  ),
})

/** The trash and the files that no torrent claims, beside the same list at the left that the torrents have. */
const storage = createRoute({
  getParentRoute: () => inside,
  id: 'storage',
  component: lazyPage([], () => import('./features/torrents/page/StorageFrame.tsx'), 'StorageFrame'),
})

const trash = createRoute({
  getParentRoute: () => storage,
  path: '/torrents/trash',
  validateSearch: readTrashSearch,
  component: lazyPage(['trash', 'accounts'], () => import('./features/trash/TrashPage.tsx'), 'TrashPage'),
})

const orphans = createRoute({
  getParentRoute: () => storage,
  path: '/torrents/orphaned-files',
  component: lazyPage(
    ['orphans', 'accounts'],
    () => import('./features/orphans/OrphansPage.tsx'),
    'OrphansPage',
  ),
})

const diskSpace = createRoute({
  getParentRoute: () => storage,
  path: '/torrents/disk-space',
  component: lazyPage(['storage'], () => import('./features/storage/DiskSpacePage.tsx'), 'DiskSpacePage'),
})

const library = createRoute({
  getParentRoute: () => inside,
  path: '/library',
  component: lazyPage(['arrs'], () => import('./features/arrs/LibraryFrame.tsx'), 'LibraryFrame'),
})

const libraryStart = createRoute({
  getParentRoute: () => library,
  path: '/',
  validateSearch: readQueueSearch,
  component: lazyPage(
    ['arrs', 'attention', 'action-names'],
    () => import('./features/arrs/queue/QueuePage.tsx'),
    'QueuePage',
  ),
})

const titles = createRoute({
  getParentRoute: () => library,
  path: '/titles',
  validateSearch: readTitlesSearch,
  component: lazyPage(
    ['arrs', 'titles'],
    () => import('./features/arrs/titles/TitlesPage.tsx'),
    'TitlesPage',
  ),
})

const wanted = createRoute({
  getParentRoute: () => library,
  path: '/wanted',
  validateSearch: readWantedSearch,
  component: lazyPage(
    ['arrs', 'wanted', 'searches', 'accounts'],
    () => import('./features/arrs/wanted/WantedPage.tsx'),
    'WantedPage',
  ),
})

const searches = createRoute({
  getParentRoute: () => library,
  path: '/searches',
  validateSearch: readSearchesSearch,
  component: lazyPage(
    ['arrs', 'wanted', 'searches', 'accounts'],
    () => import('./features/arrs/searches/SearchesPage.tsx'),
    'SearchesPage',
  ),
})

const arr = createRoute({
  getParentRoute: () => library,
  path: '/arrs/$id',
  validateSearch: readQueueSearch,
  component: lazyPage(
    ['arrs', 'attention', 'server-pages', 'activity', 'action-names', 'explain', 'rules'],
    () => import('./features/arrs/page/ArrPage.tsx'),
    'ArrPage',
  ),
})

const arrItem = createRoute({
  getParentRoute: () => library,
  path: '/arrs/$id/items/$item',
  component: lazyPage(
    ['arrs', 'explain', 'verdict', 'attention', 'action-names'],
    () => import('./features/arrs/page/ItemPage.tsx'),
    'ItemPage',
  ),
})

const rules = createRoute({
  getParentRoute: () => inside,
  path: '/rules',
  validateSearch: readRulesSearch,
  component: lazyPage(
    [
      'rules',
      'rule-sentences',
      'action-names',
      'accounts',
      'orphans',
      'explain',
      'first-run',
      'setting-form',
    ],
    () => import('./features/rules/RulesPage.tsx'),
    'RulesPage',
  ),
})

const activity = createRoute({
  getParentRoute: () => inside,
  path: '/activity',
  validateSearch: readActivitySearch,
  component: lazyPage(
    ['activity', 'action-names', 'explain', 'accounts'],
    () => import('./features/activity/ActivityPage.tsx'),
    'ActivityPage',
  ),
})

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyPage([], () => import('./features/settings/SettingsFrame.tsx'), 'SettingsFrame'),
})

const settingsStart = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyPage(
    ['setting-form', 'server-form', 'palette', 'accounts'],
    () => import('./features/all-settings/AllSettingsPage.tsx'),
    'SettingsPage',
  ),
})

const servers = createRoute({
  getParentRoute: () => settings,
  path: '/servers',
  component: lazyPage(
    ['server-pages', 'server-form', 'setting-form', 'accounts'],
    () => import('./features/servers/list/ServersPage.tsx'),
    'ServersPage',
  ),
})

const server = createRoute({
  getParentRoute: () => settings,
  path: '/servers/$id',
  component: lazyPage(
    ['server-pages', 'server-form', 'setting-form'],
    () => import('./features/servers/page/ServerPage.tsx'),
    'ServerPage',
  ),
})

const arrs = createRoute({
  getParentRoute: () => settings,
  path: '/arrs',
  validateSearch: ({add}: Record<string, unknown>): {add?: true} => (add === true ? {add} : {}),
  component: lazyPage(['arrs', 'server-pages'], () => import('./features/arrs/ArrsPage.tsx'), 'ArrsPage'),
})

const trackers = createRoute({
  getParentRoute: () => settings,
  path: '/trackers',
  component: lazyPage(
    ['trackers', 'accounts', 'server-pages'],
    () => import('./features/trackers/TrackersPage.tsx'),
    'TrackersPage',
  ),
})

const users = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  component: lazyPage(['accounts'], () => import('./features/accounts/PeoplePage.tsx'), 'PeoplePage'),
})

const system = createRoute({
  getParentRoute: () => settings,
  path: '/system',
  component: lazyPage(['processes'], () => import('./features/processes/ProcessesPage.tsx'), 'ProcessesPage'),
})

const moveIn = createRoute({
  getParentRoute: () => settings,
  path: '/move-in',
  component: lazyPage(['move-in'], () => import('./features/move-in/MoveInPage.tsx'), 'MoveInPage'),
})

const account = createRoute({
  getParentRoute: () => settings,
  path: '/account',
  component: lazyPage(['accounts'], () => import('./features/accounts/AccountPage.tsx'), 'AccountPage'),
})

/** Any other address: said inside of the frame, from which every page is within reach. */
const missing = createRoute({getParentRoute: () => inside, path: '/$', component: MissingPage})

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: ({next}: Record<string, unknown>): {next?: string} =>
    typeof next === 'string' && next.startsWith('/') && !next.startsWith('//') ? {next} : {},
  component: lazyPage([], () => import('./features/accounts/LogInPage.tsx'), 'LogInPage'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyPage(['accounts'], () => import('./features/accounts/InvitationPage.tsx'), 'InvitationPage'),
})

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyPage(
    ['first-run', 'server-form', 'server-lists', 'server-pages', 'arrs', 'arr-form', 'setting-form'],
    () => import('./features/first-run/SetUpPage.tsx'),
    'SetUpPage',
  ),
})

const tree = root.addChildren([
  inside.addChildren([
    home,
    torrents,
    sharedView,
    torrent,
    why,
    storage.addChildren([trash, orphans, diskSpace]),
    library.addChildren([libraryStart, titles, wanted, searches, arr, arrItem]),
    rules,
    activity,
    settings.addChildren([settingsStart, servers, server, arrs, trackers, users, system, moveIn, account]),
    missing,
  ]),
  logIn,
  invitation,
  setUp,
])

export const router = createRouter({
  routeTree: tree,
  basepath: base === '' ? '/' : base,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Inside of the frame: the other pages stay within reach.
  defaultErrorComponent: BrokenPage,
  defaultPendingComponent: PendingPage,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function Root() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  )
}

/** A page that could not be shown; the others go on. */
function BrokenPage({error}: ErrorComponentProps) {
  useComesBack(error instanceof NoAnswer)
  const mayCome = error instanceof ChunkFailure && error.why === 'away'
  // Until it comes, or fails once more.
  const [tried, setTried] = useState<unknown>(null)
  const again = () => {
    setTried(error)
    void router.invalidate()
  }
  useAgainWhenBack(mayCome, again)
  useReloadUntouched(error)
  const {title: key, words} = messageOf(error)
  const title = text(key)
  useTitle(title)
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      <EmptyState
        isPage
        icon={TriangleAlert}
        title={title}
        text={words}
        actions={
          <Button
            variant="primary"
            waitsFor={tried === error ? text('awaited.trying') : undefined}
            onClick={mayCome ? again : () => window.location.reload()}
          >
            {text(mayCome ? 'awaited.again' : 'page.broken.next')}
          </Button>
        }
      />
    </main>
  )
}

/**
 * What the browser does not load again takes another load of the page. Where no key and no click came since the last one
 * nothing is lost by that; once, as what a reload did not repair is for people to look at.
 */
function useReloadUntouched(error: unknown): void {
  const isStuck = error instanceof ChunkFailure && error.why === 'stuck'
  useEffect(() => {
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    if (isStuck && !navigator.userActivation.hasBeenActive && load?.type !== 'reload')
      window.location.reload()
  }, [isStuck])
}

const LOOK_AGAIN_MS = 5_000

/** Who could not be told because Commodarr was away is known as soon as it answers; nobody has to reload for that. */
function useComesBack(isAway: boolean): void {
  const {data} = useQuery({...sessionQuery, enabled: isAway, retry: false, refetchInterval: LOOK_AGAIN_MS})
  useEffect(() => {
    if (isAway && data !== undefined) void router.invalidate()
  }, [isAway, data])
}

function messageOf(error: unknown): {readonly title: TextKey; readonly words: string} {
  if (error instanceof NoAnswer) return {title: 'page.away.title', words: text('page.away.text')}
  if (error instanceof ChunkFailure) {
    if (error.why === 'gone') return {title: 'page.outdated.title', words: text('page.outdated.text')}
    return {title: 'page.unloaded.title', words: text(error.why === 'away' ? 'page.waits' : 'part.stuck')}
  }
  return {title: 'page.broken.title', words: error instanceof Error ? error.message : String(error)}
}

/** An address that leads nowhere. */
function MissingPage() {
  useTitle(text('page.missing.title'))
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      <EmptyState
        isPage
        icon={SearchX}
        title={text('page.missing.title')}
        text={text('page.missing.text')}
        actions={
          <Link to="/" className={buttonClass('primary')}>
            {text('page.missing.next')}
          </Link>
        }
      />
    </main>
  )
}

/** A page that is not here yet. While Commodarr is away it is waited for. */
function PendingPage() {
  const isLost = useConnection().state === 'reconnecting'
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      {isLost ? (
        <EmptyState isPage title={text('page.away.title')} text={text('page.waits')} />
      ) : (
        <div className="grid w-full max-w-80">
          <SkeletonLines />
          <LongWait words={text('page.loading')} />
        </div>
      )}
    </main>
  )
}
