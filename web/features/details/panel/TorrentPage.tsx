import {Link, useNavigate, useParams, useSearch} from '@tanstack/react-router'
import {ChevronDown, ChevronRight, ChevronUp} from 'lucide-react'
import {useEffect, useMemo, useSyncExternalStore} from 'react'
import {text} from '../../../i18n/text.ts'
import {useOpenView} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {actionCommands} from '../../actions/ActionMenus.tsx'
import {oneTarget} from '../../actions/target.ts'
import {useCommands} from '../../commands/commands.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {partsOf, type TorrentName} from '../../torrent-rows/selection.ts'
import {readSort, standardSort, writeSort} from '../../torrents/table/sort-keys.ts'
import {readTorrentsSearch, usePlaceInView, type TorrentsSearch} from '../../torrents/torrents-search.ts'
import {nameOf} from '../torrent.ts'
import {DetailsPanel} from './DetailsPanel.tsx'
import {placeWords} from './DetailsTabs.tsx'

/** One torrent as a page of its own: the parts of the panel, with an address to send, and the way to its neighbours. */
export function TorrentPage() {
  const {server, hash} = useParams({from: '/inside/torrents/$server/$hash'})
  const found = useSearch({strict: false})
  const search = useMemo(() => readTorrentsSearch(found), [found])
  const navigate = useNavigate()
  const name = nameOf({server_id: server, info_hash: hash})
  const view = useListAround(search, name)
  const place = usePlaceInView(view, name)
  const {tab = 'overview', at: _at, ...list} = search
  const open = (other: TorrentName) => {
    const {server_id: id, info_hash: its} = partsOf(other)
    // Whoever goes on stays in the same part.
    void navigate({to: '/torrents/$server/$hash', params: {server: id, hash: its}, search, replace: true})
  }
  const before = useNeighbour(view, place?.rank ?? null, -1)
  const after = useNeighbour(view, place?.rank ?? null, 1)
  const step = (to: TorrentName | null) => to !== null && open(to)
  useCommands(actionCommands(() => oneTarget(name)))
  useCommands([
    {
      id: 'details next',
      group: 'move',
      label: 'details.next-one',
      keys: ['j'],
      hidden: true,
      run: () => step(after),
    },
    {
      id: 'details previous',
      group: 'move',
      label: 'details.previous-one',
      keys: ['k'],
      hidden: true,
      run: () => step(before),
    },
  ])
  return (
    <main id="page" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col bg-surface outline-none">
      <nav
        aria-label={text('details.page.path')}
        className="mx-auto flex min-h-11 w-full max-w-[1240px] items-center gap-2 px-4 pt-1 text-text-2 max-phone:hidden"
      >
        <Link to="/torrents" search={{...list, at: name}} className={textLinkClass}>
          {text('details.page.list')}
        </Link>
        <Icon icon={ChevronRight} size={14} className="text-text-3" />
        <span className="num text-12 text-text-3">{placeWords(place)}</span>
        <IconButton
          icon={ChevronUp}
          label={text('details.previous-one')}
          keys="K"
          disabledReason={before === null ? text('details.no-neighbour') : undefined}
          onClick={() => step(before)}
        />
        <IconButton
          icon={ChevronDown}
          label={text('details.next-one')}
          keys="J"
          disabledReason={after === null ? text('details.no-neighbour') : undefined}
          onClick={() => step(after)}
        />
      </nav>
      <div className="mx-auto grid min-h-0 w-full max-w-[1240px] flex-1">
        <DetailsPanel
          name={name}
          tab={tab}
          onTab={(next) =>
            void navigate({
              to: '/torrents/$server/$hash',
              params: {server, hash},
              search: {...list, tab: next},
              replace: true,
            })
          }
          onClose={() => void navigate({to: '/torrents', search: {...list, at: name}})}
          onDock={() => undefined}
          dock="page"
          placeInView={place}
        />
      </div>
    </main>
  )
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The list that it was opened from, as far as is seen of it here. */
function useListAround(
  {q = '', servers, sort = standardSort, group}: TorrentsSearch,
  name: TorrentName,
): LiveView {
  const scope = readScope(servers)
  const view = useOpenView(
    {
      q,
      ...(scope !== null && {servers: scope}),
      sort: writeSort(readSort(sort)).split(',').filter(Boolean),
      group: group ?? null,
      columns: ['name'],
      facets: [],
      time_zone: timeZone,
    },
    [[0, 1]],
  )
  useEffect(() => view.follow([name]), [view, name])
  const rank = useSyncExternalStore(view.changes.listen, () => view.rankOf(name))
  useEffect(() => {
    if (typeof rank === 'number') view.show([[Math.max(0, rank - 1), rank + 2]])
  }, [view, rank])
  return view
}

/** The one before or behind it; `null` = there is none, or it is not known yet. @param rank counted from 1 */
function useNeighbour(view: LiveView, rank: number | null, by: 1 | -1): TorrentName | null {
  return useSyncExternalStore(view.changes.listen, () =>
    rank === null ? null : (view.at(rank - 1 + by)?.key ?? null),
  )
}
