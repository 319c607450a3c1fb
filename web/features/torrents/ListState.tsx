import {SearchX} from 'lucide-react'
import {useServers} from '../../live/servers.ts'
import {useViewVersion} from '../../live/use-view.ts'
import type {LiveView} from '../../live/view.ts'
import {text} from '../../text/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {NoServers} from '../servers/NoServers.tsx'
import {readScope} from '../servers/scope.ts'
import {useTorrentsSearch} from './use-torrents-search.ts'

/** Why the list is empty, and the next step. Over the list: nothing moves when it comes or goes. */
export function ListState({view}: {view: LiveView}) {
  useViewVersion(view)
  const servers = useServers()
  const content = whatToSay(view, servers?.length ?? null)
  if (content === null) return null
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center p-6 *:pointer-events-auto">
      {content === 'refused' && <RefusedView view={view} />}
      {content === 'no servers' && <NoServers />}
      {content === 'no torrents' && <NoTorrents />}
      {content === 'no match' && <NoMatch />}
    </div>
  )
}

/** `null` = there are rows, or nothing is known yet. */
function whatToSay(
  view: LiveView,
  servers: number | null,
): 'refused' | 'no servers' | 'no torrents' | 'no match' | null {
  if (view.refusal !== null) return 'refused'
  if (servers === 0) return 'no servers'
  if (!view.isCurrent || view.totals?.count !== 0) return null
  return view.scopeTotals?.count === 0 ? 'no torrents' : 'no match'
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
  const [{servers}] = useTorrentsSearch()
  const known = useServers() ?? []
  const names = known.filter((it) => readScope(servers)?.includes(it.server_id)).map((it) => it.server_name)
  const title =
    names.length > 0 ? text('torrents.none', {where: names.join(', ')}) : text('torrents.none.all')
  return <EmptyState title={title} text={text('torrents.none.next')} />
}

function NoMatch() {
  const [{q = '', servers}, change] = useTorrentsSearch()
  return (
    <EmptyState
      icon={SearchX}
      title={text('torrents.nothing-matches', {query: q})}
      actions={
        <>
          {servers !== undefined && (
            <Button onClick={() => change({servers: undefined})}>{text('torrents.other-servers')}</Button>
          )}
          <Button onClick={() => change({q: undefined})}>{text('torrents.clear-query')}</Button>
        </>
      }
    />
  )
}
