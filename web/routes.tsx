/**
 * Which page is at which address. Pages come with the first visit to them, the log-in with the frame: it is what most
 * people see first. Who may not be where he wants is led to where he can go on (log in, set up).
 */
import {createRootRoute, createRoute, createRouter, Outlet, redirect} from '@tanstack/react-router'
import {base} from './api/base.ts'
import {preferencesQuery} from './api/preferences.ts'
import {queries} from './api/queries.ts'
import {sessionQuery} from './api/session.ts'
import {LogInPage} from './features/accounts/LogInPage.tsx'
import {readJournalSearch} from './features/journal/journal-search.ts'
import {readRulesSearch} from './features/rules/rules-search.ts'
import {BrokenPage, MissingPage, PendingPage} from './features/shell/FallbackPages.tsx'
import {Shell} from './features/shell/Shell.tsx'
import {readTorrentsSearch} from './features/torrents/torrents-search.ts'
import {readTrashSearch} from './features/trash/trash-search.ts'
import {liveSocket} from './live/socket.ts'
import {lazyPage} from './ui/lazy-part.ts'

const root = createRootRoute({component: Outlet, notFoundComponent: MissingPage, errorComponent: BrokenPage})

/** Everything that takes a log-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({location}) => {
    const session = await queries.ensureQueryData(sessionQuery)
    if (session.visitor === null) liveSocket.stop()
    if (session.setup_needed) throw redirect({to: '/setup'})
    if (session.visitor === null) throw redirect({to: '/login', search: {next: location.href}})
    void queries.prefetchQuery(preferencesQuery)
    liveSocket.start()
  },
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({to: '/torrents'})
  },
})

const torrents = createRoute({
  getParentRoute: () => inside,
  path: '/torrents',
  validateSearch: readTorrentsSearch,
  component: lazyPage([], () => import('./features/torrents/TorrentsPage.tsx'), 'TorrentsPage'),
})

const servers = createRoute({
  getParentRoute: () => inside,
  path: '/servers',
  component: lazyPage(
    ['server-pages', 'server-form', 'setting-form', 'accounts'],
    () => import('./features/servers/list/ServersPage.tsx'),
    'ServersPage',
  ),
})

const arrs = createRoute({
  getParentRoute: () => inside,
  path: '/arrs',
  validateSearch: ({add}: Record<string, unknown>): {add?: true} => (add === true ? {add} : {}),
  component: lazyPage(['arrs', 'server-pages'], () => import('./features/arrs/ArrsPage.tsx'), 'ArrsPage'),
})

const arr = createRoute({
  getParentRoute: () => inside,
  path: '/arrs/$id',
  component: lazyPage(
    ['arrs', 'server-pages', 'server-form', 'setting-form', 'journal', 'deeds', 'explain', 'rules'],
    () => import('./features/arrs/page/ArrPage.tsx'),
    'ArrPage',
  ),
})

const processes = createRoute({
  getParentRoute: () => inside,
  path: '/processes',
  component: lazyPage(['processes'], () => import('./features/processes/ProcessesPage.tsx'), 'ProcessesPage'),
})

const server = createRoute({
  getParentRoute: () => inside,
  path: '/servers/$id',
  component: lazyPage(
    ['server-pages', 'server-form', 'setting-form'],
    () => import('./features/servers/page/ServerPage.tsx'),
    'ServerPage',
  ),
})

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyPage(['accounts'], () => import('./features/accounts/AccountPage.tsx'), 'AccountPage'),
})

const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  component: lazyPage(['accounts'], () => import('./features/accounts/PeoplePage.tsx'), 'PeoplePage'),
})

const journal = createRoute({
  getParentRoute: () => inside,
  path: '/journal',
  validateSearch: readJournalSearch,
  component: lazyPage(
    ['journal', 'deeds', 'explain'],
    () => import('./features/journal/JournalPage.tsx'),
    'JournalPage',
  ),
})

const rules = createRoute({
  getParentRoute: () => inside,
  path: '/rules',
  validateSearch: readRulesSearch,
  component: lazyPage(
    ['rules', 'deeds', 'accounts', 'orphans'],
    () => import('./features/rules/RulesPage.tsx'),
    'RulesPage',
  ),
})

const trash = createRoute({
  getParentRoute: () => inside,
  path: '/trash',
  validateSearch: readTrashSearch,
  component: lazyPage(['trash', 'accounts'], () => import('./features/trash/TrashPage.tsx'), 'TrashPage'),
})

const orphans = createRoute({
  getParentRoute: () => inside,
  path: '/orphans',
  component: lazyPage(
    ['orphans', 'accounts'],
    () => import('./features/orphans/OrphansPage.tsx'),
    'OrphansPage',
  ),
})

const moveIn = createRoute({
  getParentRoute: () => inside,
  path: '/move-in',
  component: lazyPage(['move-in'], () => import('./features/move-in/MoveInPage.tsx'), 'MoveInPage'),
})

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: ({next}: Record<string, unknown>): {next?: string} =>
    typeof next === 'string' && next.startsWith('/') && !next.startsWith('//') ? {next} : {},
  component: LogInPage,
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
    ['first-run', 'server-form', 'server-lists', 'server-pages'],
    () => import('./features/first-run/SetUpPage.tsx'),
    'SetUpPage',
  ),
})

const tree = root.addChildren([
  inside.addChildren([
    home,
    torrents,
    arrs,
    arr,
    servers,
    server,
    account,
    people,
    processes,
    rules,
    journal,
    trash,
    orphans,
    moveIn,
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
