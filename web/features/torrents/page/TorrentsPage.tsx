import {ListFilter, Plus} from 'lucide-react'
import {useEffect, useLayoutEffect, useMemo, useRef, useState, type ComponentProps} from 'react'
import type {ViewWish} from '#model/live.ts'
import {facetNames} from '#model/query.ts'
import {usePreference} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {useOpenView, useViewFigures} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {Button} from '../../../ui/Button.tsx'
import {count} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {lazyPart, loadPartsAhead} from '../../../ui/lazy-part.ts'
import {useTitle} from '../../../ui/use-document.ts'
import {useCoarsePointer, useNarrow, usePhone, useShort} from '../../../ui/use-media.ts'
import {TorrentMenu} from '../../actions/ActionMenus.tsx'
import type {ActionTarget} from '../../actions/target.ts'
import {nothingBrought, openOverlay} from '../../commands/overlays.ts'
import {isUnread} from '../../servers/health-words.ts'
import {readScope, useScopedServers} from '../../servers/switcher/scope.ts'
import {useMayAdd} from '../../servers/use-may-add.ts'
import {PhoneStatus} from '../../status/StatusBar.tsx'
import {currentRow, useCurrentRow} from '../../torrent-rows/current-row.ts'
import {selection, type TorrentName} from '../../torrent-rows/selection.ts'
import {columnOf, wireColumnsFor, type Column} from '../table/columns.ts'
import {DetailsDock, useDetailsSize} from './DetailsDock.tsx'
import {DisplayButton} from '../display/DisplayButton.tsx'
import type {EmptyContent} from './EmptyList.tsx'
import {setFacetsDrawer} from '../facets-drawer.ts'
import {FacetsPane} from '../filters/FacetsPane.tsx'
import {SearchBox} from '../filters/SearchBox.tsx'
import {hasJoints} from '../filters/query-draft.ts'
import {SelectionFooter} from '../selection-footer/SelectionFooter.tsx'
import {currentColumns, type ColumnChoice} from '../table/column-layout.ts'
import type {MenuPlace} from '../table/grid-control.ts'
import type {Density} from '../table/row-face.ts'
import {readSort, standardSort, writeSort, type SortKey} from '../table/sort-keys.ts'
import {TorrentTable} from '../table/TorrentTable.tsx'
import {usePlaceInView, useTorrentsSearch, type TorrentsSearch} from '../torrents-search.ts'
import {useListLayout, type LayoutChange, type ListLayout} from '../views/view-state.ts'
import {useViewCommands, ViewButton, ViewDialogs} from '../views/ViewButton.tsx'

interface OpenMenu {
  readonly point: MenuPlace
  readonly target: ActionTarget
}

/** The list of torrents with its filters, its totals, and the details of one. */
export function TorrentsPage() {
  const [search, change] = useTorrentsSearch()
  const [layout, changeLayout] = useListLayout()
  const {wish, sort, contentKey} = useTorrentWish(search, layout.columns)
  const view = useOpenView(wish)
  useLayoutEffect(() => selection.lookAt(view), [view])
  useEffect(() => view.changes.listen(() => view.isCurrent && loadPartsAhead()), [view])
  const density = useDensity(layout)
  const dock = useDetailsSize()
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const {at, tab = 'overview'} = search
  useTitle(text('torrents.title'))
  useFollowCurrent(at, (name) => change({at: name}, {replace: true}))
  const close = () => at !== undefined && change({at: undefined, tab: undefined})

  const list = (
    <div
      data-content
      tabIndex={-1}
      className="grid min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)_auto] outline-none"
    >
      <div className="min-w-0">
        <ToolBar view={view} layout={layout} onLayout={changeLayout} />
        {hasJoints(search.q ?? '') && <SearchSentence q={search.q!} />}
        <PhoneStatus />
      </div>
      <div className="relative grid min-h-0 min-w-0">
        <TorrentTable
          view={view}
          density={density}
          saved={layout.columns}
          onLayout={(columns) => changeLayout({columns})}
          sort={sort}
          onSort={(keys) => change({sort: writeSort(keys) || undefined}, {replace: true})}
          listName={`${search.view ?? ''} ${search.group ?? ''}`}
          contentKey={contentKey}
          onOpen={(name) => change({at: name}, {replace: at !== undefined})}
          onWhy={(name) => change({at: name, tab: 'why'})}
          onClose={close}
          isOpen={at !== undefined}
          onContextMenu={(point, target) => setMenu({point, target})}
          isMenuOpen={menu !== null}
          matching={() => ({q: search.q ?? '', servers: readScope(search.servers)})}
        />
        <ListState view={view} />
      </div>
      <SelectionFooter view={view} />
    </div>
  )
  const details = at !== undefined && (
    <CurrentDetails
      view={view}
      name={at}
      tab={tab}
      onTab={(next) => change({tab: next}, {replace: true})}
      onClose={close}
      onDock={dock.turn}
      dock={dock.isRight ? 'right' : 'bottom'}
    />
  )
  return (
    <main id="page" tabIndex={-1} className="flex min-h-0 min-w-0 bg-surface outline-none">
      <h1 className="sr-only">{text('torrents.title')}</h1>
      <FacetsPane view={view} />
      <DetailsDock dock={dock} list={list} details={details} />
      {menu && <TorrentMenu {...menu} onClose={() => setMenu(null)} />}
    </main>
  )
}

const SearchSentence = lazyPart(
  ['search-parts'],
  async () => (await import('../filters/SearchSentence.tsx')).SearchSentence,
)

function useDensity({density, layout}: ListLayout): Density {
  const isPhone = usePhone()
  const isCoarse = useCoarsePointer()
  const isShort = useShort()
  if (isPhone || layout === 'cards') return isShort ? 'short' : 'list'
  // Fingers need rows of 44 px.
  return isCoarse ? 'roomy' : density
}

const DetailsPanel = lazyPart(
  ['details'],
  async () => (await import('../../details/panel/DetailsPanel.tsx')).DetailsPanel,
  'ahead',
)

type PanelProps = ComponentProps<typeof DetailsPanel>

/** The details of the torrent that is looked at; it is followed through the list, and the page is not rendered for that. */
function CurrentDetails({view, ...panel}: Omit<PanelProps, 'placeInView'> & {view: LiveView}) {
  const place = usePlaceInView(view, panel.name)
  return <DetailsPanel {...panel} placeInView={place} />
}

/** Open details show who is current in the list; an address that names a torrent makes it current, and is shown. */
function useFollowCurrent(at: TorrentName | undefined, show: (name: TorrentName) => void): void {
  const current = useCurrentRow()
  const before = useRef<{at: TorrentName | undefined; current: TorrentName | null} | null>(null)
  const latest = useRef(show)
  useEffect(() => {
    latest.current = show
  })
  useEffect(() => {
    const was = before.current
    before.current = {at, current}
    if (at === undefined) return
    // Whoever comes back from another page finds the list at its top.
    if (was === null) currentRow.seek(at)
    else if (at === current) return
    else if (current !== was.current && current !== null && at === was.at) latest.current(current)
    else currentRow.seek(at)
  }, [at, current])
}

interface TorrentWish {
  readonly wish: ViewWish
  readonly sort: readonly SortKey[]
  /** Differs when other torrents are shown, or in another order. */
  readonly contentKey: string
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** What the page asks the server for: the address, and what the columns on screen are written from. */
function useTorrentWish(search: TorrentsSearch, saved: ColumnChoice | null): TorrentWish {
  const {q = '', servers, sort = standardSort, group = null} = search
  return useMemo(() => {
    const keys = readSort(sort)
    const scope = readScope(servers)
    const content = {
      q,
      ...(scope !== null && {servers: scope}),
      sort: writeSort(keys).split(',').filter(Boolean),
      group,
    }
    return {
      wish: {...content, columns: wireColumnsFor(columnsOf(saved)), facets: facetNames, time_zone: timeZone},
      sort: keys,
      contentKey: JSON.stringify(content),
    }
  }, [q, servers, sort, group, saved])
}

/** Also those that find no room: when the window grows they are there. */
function columnsOf(saved: ColumnChoice | null): Column[] {
  return currentColumns(saved).flatMap(({id, hidden}) => (hidden ? [] : (columnOf(id) ?? [])))
}

/** Why the list is empty, and the next step. Over the list: nothing moves when it comes or goes. */
function ListState({view}: {view: LiveView}) {
  useViewFigures(view)
  const servers = useServers()
  const unread = useScopedServers().filter(isUnread)
  const content = whatToSay(view, servers?.length ?? null, unread.length)
  if (content === null) return null
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center overflow-y-auto p-6 *:pointer-events-auto">
      <EmptyList content={content} view={view} unread={unread} />
    </div>
  )
}

const EmptyList = lazyPart(['search-parts'], async () => (await import('./EmptyList.tsx')).EmptyList, 'ahead')

/** `null` = there are rows, or nothing is known yet. */
function whatToSay(view: LiveView, servers: number | null, unread: number): EmptyContent | null {
  if (view.refusal !== null) return 'refused'
  if (servers === 0) return 'no servers'
  if (!view.isCurrent || view.totals?.count !== 0) return null
  if (view.scopeTotals?.count !== 0) return 'no match'
  return unread > 0 ? 'unread' : 'no torrents'
}

const UnknownCount = lazyPart(
  ['search-parts'],
  async () => (await import('../filters/UnknownCount.tsx')).UnknownCount,
)

interface ToolBarProps {
  readonly view: LiveView
  readonly layout: ListLayout
  readonly onLayout: (change: LayoutChange) => void
}

/** Above the list: what is searched for, how many there are, how they are shown. */
function ToolBar({view, layout, onLayout}: ToolBarProps) {
  useViewFigures(view)
  useViewCommands(layout, onLayout)
  const mayAdd = useMayAdd()
  const [{q = ''}] = useTorrentsSearch()
  const {totals, scopeTotals} = view
  return (
    <div
      role="toolbar"
      aria-label={text('tools.label')}
      className="relative z-bar flex h-11 min-w-0 items-center gap-2 border-b border-line px-3 max-phone:h-[52px] short:h-9!"
    >
      <FiltersButton />
      <SearchBox view={view} />
      <span className="num px-1 whitespace-nowrap text-text-2 max-phone:hidden">
        {totals && scopeTotals && <Found found={count(totals.count)} all={count(scopeTotals.count)} />}{' '}
        {q !== '' && <UnknownCount q={q} />}
      </span>
      <ViewButton />
      <DisplayButton layout={layout} onLayout={onLayout} />
      {mayAdd && (
        <Button
          variant="primary"
          icon={Plus}
          className="max-phone:hidden"
          onClick={() => openOverlay({name: 'add', brought: nothingBrought})}
        >
          {text('tools.add')}
        </Button>
      )}
      <ViewDialogs />
    </div>
  )
}

function Found({found, all}: {found: string; all: string}) {
  const [before, after] = text('tools.count', {found: '\u0000', all}).split('\u0000')
  return (
    <>
      {before}
      <b className="text-text">{found}</b>
      {after}
    </>
  )
}

/** Where the filters do not stand beside the list, or were put away. */
function FiltersButton() {
  const isNarrow = useNarrow()
  const [isHidden, setHidden] = usePreference('facets.hidden')
  if (!isNarrow && !isHidden) return null
  return (
    <IconButton
      label={text('facets.show')}
      icon={ListFilter}
      keys="["
      className="-ml-2"
      onClick={() => (isNarrow ? setFacetsDrawer(true) : setHidden(false))}
    />
  )
}
