import {List, Plus, SearchX, Server} from 'lucide-react'
import type {ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import type {LiveView} from '../../../live/view.ts'
import {Button} from '../../../ui/Button.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {nothingBrought, openOverlay} from '../../commands/overlays.ts'
import {NoServers} from '../../servers/list/NoServers.tsx'
import {useScopedServers} from '../../servers/switcher/scope.ts'
import {useMayAdd} from '../../servers/use-may-add.ts'
import {EmptyingParts} from '../filters/EmptyingParts.tsx'
import {querySuggestions} from '../filters/query-draft.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useViewCount} from '../views/view-state.ts'
import {UnreadServers} from './UnreadServers.tsx'

export type EmptyContent = 'refused' | 'no servers' | 'unread' | 'no torrents' | 'no match'

/** Why the list has no rows, and the next step. */
export function EmptyList({
  content,
  view,
  unread,
}: {
  content: EmptyContent
  view: LiveView
  /** Servers whose torrents are not known. */
  unread: readonly LiveServer[]
}) {
  switch (content) {
    case 'refused':
      return <RefusedView view={view} />
    case 'no servers':
      return <NoServers />
    case 'unread':
      return <UnreadServers servers={unread} />
    case 'no torrents':
      return <NoTorrents />
    case 'no match':
      return <NoMatch />
  }
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
  const [{servers}, change] = useTorrentsSearch()
  const mayAdd = useMayAdd()
  const names = scoped.map((it) => it.server_name)
  // An old address may name servers that went, or that are not shared with whoever looks.
  if (servers !== undefined && names.length === 0) {
    return (
      <EmptyState
        icon={Server}
        title={text('torrents.none.gone')}
        actions={
          <Button onClick={() => change({servers: undefined})}>{text('torrents.other-servers')}</Button>
        }
      />
    )
  }
  const where = names.join(', ')
  return (
    <EmptyState
      icon={List}
      title={servers === undefined ? text('torrents.none.all') : text('torrents.none', {where})}
      text={mayAdd && text('torrents.none.next')}
      actions={
        mayAdd && (
          <Button icon={Plus} onClick={() => openOverlay({name: 'add', brought: nothingBrought})}>
            {text('tools.add')}
          </Button>
        )
      }
    />
  )
}

/** Nothing matches: where else something does, and what could be left out. */
function NoMatch() {
  const [{q = '', servers}] = useTorrentsSearch()
  const {onAnyServer} = querySuggestions(q)
  if (servers === undefined && onAnyServer === null) return <NothingMatches />
  return <NoMatchHere wider={onAnyServer ?? q} />
}

/** @param wider the query that no server limits */
function NoMatchHere({wider}: {wider: string}) {
  const [, change] = useTorrentsSearch()
  const found = useViewCount(wider, null)
  return (
    <NothingMatches
      more={foundWords(found)}
      widen={
        found !== 0 && (
          <Button
            variant={found === null ? 'default' : 'primary'}
            onClick={() => change({q: wider, servers: undefined})}
          >
            {found === null ? text('torrents.other-servers') : text('torrents.on-all', {count: found})}
          </Button>
        )
      }
    />
  )
}

/** @param found `null` = not known yet: keeps the line's place */
function foundWords(found: number | null): string {
  if (found === null) return '\u00a0'
  return found === 0 ? text('torrents.found-nowhere') : text('torrents.found-elsewhere', {count: found})
}

function NothingMatches({more, widen}: {more?: string; widen?: ReactNode}) {
  const [{q = '', servers}, change] = useTorrentsSearch()
  const {withoutWords, withoutFilters} = querySuggestions(q)
  const [before, after] = text('torrents.nothing-matches', {query: '\u0000'}).split('\u0000')
  return (
    <EmptyState
      icon={SearchX}
      title={
        <>
          {before}
          <code className="rounded-s bg-sunken px-1 py-0.5 font-mono text-12">{q}</code>
          {after}
        </>
      }
      text={more}
      actions={
        <>
          <EmptyingParts key={`${q} ${servers}`} q={q} />
          {widen}
          {withoutWords !== null && (
            <Button onClick={() => change({q: withoutWords})}>{text('torrents.clear-words')}</Button>
          )}
          {withoutFilters !== null && (
            <Button onClick={() => change({q: withoutFilters})}>{text('torrents.clear-filters')}</Button>
          )}
        </>
      }
    />
  )
}
