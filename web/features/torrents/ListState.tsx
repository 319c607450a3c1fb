import {SearchX} from 'lucide-react'
import {Suspense} from 'react'
import {useServers} from '../../live/servers.ts'
import {useViewFigures} from '../../live/use-view.ts'
import type {LiveView} from '../../live/view.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {isUnread} from '../servers/health/health-words.ts'
import {NoServers} from '../servers/list/NoServers.tsx'
import {useScopedServers} from '../shell/use-scoped-servers.ts'
import {NoMatch} from './NoMatch.tsx'
import {useTorrentsSearch} from './use-torrents-search.ts'

const UnreadServers = lazyPart([], async () => (await import('./UnreadServers.tsx')).UnreadServers)

/** Why the list is empty, and the next step. Over the list: nothing moves when it comes or goes. */
export function ListState({view}: {view: LiveView}) {
  useViewFigures(view)
  const servers = useServers()
  const unread = useScopedServers().filter(isUnread)
  const content = whatToSay(view, servers?.length ?? null, unread.length)
  if (content === null) return null
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center overflow-y-auto p-6 *:pointer-events-auto">
      {content === 'refused' && <RefusedView view={view} />}
      {content === 'no servers' && <NoServers />}
      {content === 'unread' && (
        <Suspense>
          <UnreadServers servers={unread} />
        </Suspense>
      )}
      {content === 'no torrents' && <NoTorrents />}
      {content === 'no match' && <NoMatch />}
    </div>
  )
}

/** `null` = there are rows, or nothing is known yet. */
function whatToSay(
  view: LiveView,
  servers: number | null,
  unread: number,
): 'refused' | 'no servers' | 'unread' | 'no torrents' | 'no match' | null {
  if (view.refusal !== null) return 'refused'
  if (servers === 0) return 'no servers'
  if (!view.isCurrent || view.totals?.count !== 0) return null
  if (view.scopeTotals?.count !== 0) return 'no match'
  return unread > 0 ? 'unread' : 'no torrents'
}

function RefusedView({view}: {view: LiveView}) {
  return (
    <EmptyState
      icon={SearchX}
      title={text('torrents.refused')}
      text={view.refusal}
      actions={<Button onClick={() => view.change(view.wish)}>{text('torrents.again')}</Button>}
    />
  )
}

function NoTorrents() {
  const scoped = useScopedServers()
  const [{servers}] = useTorrentsSearch()
  const names = scoped.map((it) => it.server_name)
  if (servers === undefined)
    return <EmptyState title={text('torrents.none.all')} text={text('torrents.none.next')} />
  // An old address may name servers that went, or that are not shared with whoever looks.
  if (names.length === 0) return <EmptyState title={text('torrents.none.gone')} />
  return (
    <EmptyState title={text('torrents.none', {where: names.join(', ')})} text={text('torrents.none.next')} />
  )
}
