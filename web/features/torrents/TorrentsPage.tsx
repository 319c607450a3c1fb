import {useLayoutEffect, useState} from 'react'
import {useOpenView} from '../../live/use-view.ts'
import {text} from '../../i18n/text.ts'
import {useCoarsePointer, usePhone} from '../../ui/use-media.ts'
import type {ActionTarget} from '../actions/target.ts'
import {TorrentMenu} from '../actions/TorrentMenu.tsx'
import {readScope} from '../servers/switcher/scope.ts'
import {PhoneStatus} from '../shell/PhoneStatus.tsx'
import {useTitle} from '../shell/use-title.ts'
import {CurrentDetails} from './CurrentDetails.tsx'
import {DetailsDock} from './DetailsDock.tsx'
import {FacetsPane} from './filters/FacetsPane.tsx'
import {Ledger} from './selection-footer/Ledger.tsx'
import {ListState} from './ListState.tsx'
import {selection} from './selection.ts'
import type {MenuPlace} from './table/grid-control.ts'
import type {Density} from './table/row-face.ts'
import {writeSort} from './table/sort-keys.ts'
import {TorrentTable} from './table/TorrentTable.tsx'
import {ToolBar} from './ToolBar.tsx'
import {useDetailsSize} from './use-details-size.ts'
import {useFollowCurrent} from './use-follow-current.ts'
import {useTorrentsSearch} from './use-torrents-search.ts'
import {useTorrentWish} from './use-torrent-wish.ts'
import {useListLayout, type ListLayout} from './views/list-layout.ts'

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
  const density = useDensity(layout)
  const dock = useDetailsSize()
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const {at, tab = 'general'} = search
  useTitle(text('torrents.title'))
  useFollowCurrent(at, (name) => change({at: name}, {replace: true}))
  const close = () => at !== undefined && change({at: undefined, tab: undefined})

  const list = (
    <div className="grid min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <ToolBar view={view} layout={layout} onLayout={changeLayout} />
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
          onClose={close}
          isOpen={at !== undefined}
          onContextMenu={(point, target) => setMenu({point, target})}
          isMenuOpen={menu !== null}
          matching={() => ({q: search.q ?? '', servers: readScope(search.servers)})}
        />
        <ListState view={view} />
      </div>
      <Ledger view={view} />
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

function useDensity({density, layout}: ListLayout): Density {
  const isPhone = usePhone()
  const isCoarse = useCoarsePointer()
  if (isPhone || layout === 'cards') return 'list'
  // Fingers need rows of 44 px.
  return isCoarse ? 'roomy' : density
}
