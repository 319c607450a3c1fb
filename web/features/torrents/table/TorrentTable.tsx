import './table.css'
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type CSSProperties,
  type RefObject,
} from 'react'
import type {LiveView} from '../../../live/view.ts'
import {useViewFigures} from '../../../live/use-view.ts'
import {text} from '../../../i18n/text.ts'
import {Signal} from '../../../lib/signal.ts'
import {joined} from '../../../ui/joined.ts'
import {lazyDialog} from '../../../ui/lazy-part.ts'
import {
  currentColumns,
  END_PX,
  fitColumns,
  MARK_PX,
  type ColumnChoice,
  type ShownLayout,
} from './column-layout.ts'
import {ColumnHeads} from './ColumnHeads.tsx'
import type {GridHooks} from './grid-control.ts'
import {HeadActions} from './head-actions.ts'
import {
  HEAD_PX,
  isListed,
  rowHeights,
  type Density,
  type RowFonts,
  type RowLook,
  type ServerFace,
} from './row-face.ts'
import type {SortKey} from './sort-keys.ts'
import {useGrid, useGridCommands} from './use-grid.ts'
import {useNow} from '../../../live/clock.ts'
import type {GridBody} from './grid-body.ts'
import {observeWidth} from '../../../ui/observe-width.ts'
import {useTrackerNames} from '../../../api/tracker-names.ts'
import {useServers} from '../../../live/servers.ts'
import {forgetTextWidths, textWidth} from './table-row.ts'
import {fontChanges} from '../../../ui/middle-cut.ts'
import {serverColour} from '../../../ui/server-colours.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {useSelected, type TorrentName} from '../../torrent-rows/selection.ts'

const GoToRow = lazyDialog([], async () => (await import('./GoToRow.tsx')).GoToRow, 'ahead')

interface TorrentTableProps extends Omit<GridHooks, 'onFold'> {
  view: LiveView
  density: Density
  saved: ColumnChoice | null
  /** `null` = the usual columns. */
  onLayout: (choice: ColumnChoice | null) => void
  sort: readonly SortKey[]
  onSort: (keys: readonly SortKey[]) => void
  /** Differs for each list that is remembered by itself: which groups are folded. */
  listName: string
  /** Differs when another list is shown: it begins at its top. */
  contentKey: string
  /** The menu of torrents is open: the order is held. */
  isMenuOpen: boolean
  /** The details are, and are no more: by Escape when nothing is chosen. */
  isOpen: boolean
  onClose: () => void
  /** The details with what rules say of it. */
  onWhy: (name: TorrentName) => void
}

/** The list of torrents: heads by React, rows by themselves (`GridBody`). */
export function TorrentTable(props: TorrentTableProps) {
  const {view, density, saved, onLayout, sort, onSort, listName, contentKey, onClose} = props
  const scroller = useRef<HTMLDivElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const stuck = useRef<HTMLDivElement>(null)
  const room = useElementWidth(scroller)
  const [isGoing, setGoing] = useState(false)
  useViewFigures(view)

  const fonts = useRowFonts(density)
  const {selected, layout} = useColumnLayout(saved, density, room, fonts)
  const rows = useRowLook(density, layout, room, fonts)
  const folded = useFolded(listName)
  const look = useMemo(() => ({rows, folded}), [rows, folded])

  const parts = () =>
    scroller.current && host.current && stuck.current
      ? {scroller: scroller.current, host: host.current, stuck: stuck.current}
      : null
  const onFold = (group: string, isFolded: boolean) => foldedGroups.set(listName, group, isFolded)
  const grid = useGrid(view, parts, look, {...props, onFold})
  const onWhy = () => currentRow.name !== null && props.onWhy(currentRow.name)
  useGridCommands(grid, {onGoTo: () => setGoing(true), onWhy, isOpen: props.isOpen, onClose})

  const headParts = {selected, layout, sort, body: grid?.body ?? null, onSort, onLayout}
  const [actions] = useState(() => new HeadActions(headParts))
  actions.take(headParts)

  const shownFirst = useRef(contentKey)
  useEffect(() => {
    if (shownFirst.current !== contentKey) grid?.body.toTop()
    shownFirst.current = contentKey
  }, [grid, contentKey])

  const holdWhileOpen = useCallback(
    (isOpen: boolean) => (isOpen ? grid?.hold.begin('menu') : grid?.hold.end('menu')),
    [grid],
  )
  const {isMenuOpen} = props
  useEffect(() => {
    if (!grid || !isMenuOpen) return
    grid.hold.begin('row menu')
    return () => grid.hold.end('row menu')
  }, [grid, isMenuOpen])
  const update = useCallback(() => view.update(), [view])
  const selectAll = useCallback(() => grid?.control.selectAll(), [grid])
  const isList = isListed(density)
  const isSelecting = useIsSelecting(isList)
  return (
    <div
      ref={scroller}
      // Only rows of a tree can be said to be folded.
      role={view.groups === null ? 'grid' : 'treegrid'}
      aria-label={text('torrents.table')}
      aria-rowcount={view.count + 1}
      aria-multiselectable
      tabIndex={0}
      className={joined(
        'tt',
        `tt-${density}`,
        density === 'short' && 'tt-list',
        isSelecting && 'tt-choosing',
      )}
      style={tracks(layout.shown, density)}
    >
      {!isList && (
        <ColumnHeads
          shown={layout.shown}
          sort={sort}
          actions={actions}
          moved={view.moved}
          onUpdate={update}
          onSelectAll={selectAll}
          onMenuOpen={holdWhileOpen}
        />
      )}
      <div ref={stuck} role="presentation" aria-hidden hidden className="tt-stuck" />
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div ref={host} role="rowgroup" className="tt-rows" />
      {grid && <TableClock body={grid.body} />}
      {isGoing && (
        <GoToRow
          count={view.totals?.count ?? 0}
          onGo={(rank) => grid?.control.goToRank(rank)}
          onClose={() => setGoing(false)}
        />
      )}
    </div>
  )
}

function tracks(shown: readonly {readonly width: number}[], density: Density): CSSProperties {
  const widths = shown.map(({width}) => `${width}px`).join(' ')
  return {
    '--tt-row': `${rowHeights[density]}px`,
    '--tt-head': `${HEAD_PX}px`,
    '--tt-columns': `${MARK_PX}px ${widths} ${END_PX}px`,
  } as CSSProperties
}

function useFolded(listName: string): ReadonlySet<string> {
  const names = useSyncExternalStore(foldedGroups.changes.listen, () =>
    [...foldedGroups.of(listName)].join('\n'),
  )
  return useMemo(() => new Set(names === '' ? [] : names.split('\n')), [names])
}

/** With fingers there is nothing to point with: all marks are boxes while something is chosen. */
function useIsSelecting(isList: boolean): boolean {
  const selected = useSelected()
  return isList && (selected.kind === 'matching' || selected.names.size > 0)
}

/** Tells the rows that a second went by. A component of its own, so that nothing else renders. */
function TableClock({body}: {body: GridBody}) {
  const now = useNow()
  useEffect(() => body.rows.tick(now), [body, now])
  return null
}

/** px, without padding and scroll bar; 0 before the first render is in the page. */
function useElementWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const it = element.current
    if (!it) return
    return observeWidth(it, setWidth)
  }, [element])
  return width
}

/** Square, gap and paddings beside the name of a server. */
const BESIDE_SERVER_PX = 33
const WIDEST_SERVER_PX = 140

/** The columns that somebody chose, in the room there is. Names of servers are shown whole where nobody said otherwise. */
function useColumnLayout(
  saved: ColumnChoice | null,
  density: Density,
  room: number,
  fonts: RowFonts,
): {selected: ColumnChoice; layout: ShownLayout} {
  const names = (useServers() ?? []).map((it) => it.server_name).join('\n')
  const server = useMemo(() => serverWidth(names.split('\n'), fonts), [names, fonts])
  const selected = useMemo(() => currentColumns(saved), [saved])
  const layout = useMemo(
    () => fitColumns(selected, room, density === 'roomy', {server}),
    [selected, room, density, server],
  )
  return {selected, layout}
}

function serverWidth(names: readonly string[], fonts: RowFonts): number {
  const widest = Math.max(...names.map((it) => textWidth(it, fonts.name)))
  return Math.min(WIDEST_SERVER_PX, Math.ceil(widest) + BESIDE_SERVER_PX)
}

/** In rem, so that a larger type of the browser's is measured too; again when a font has come. */
function useRowFonts(density: Density): RowFonts {
  const [turn, setTurn] = useState(0)
  useEffect(
    () =>
      fontChanges.listen(() => {
        forgetTextWidths()
        setTurn((it) => it + 1)
      }),
    [],
  )
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => measuredFonts(density), [density, turn])
}

function measuredFonts(density: Density): RowFonts {
  const root = getComputedStyle(document.documentElement)
  const rem = Number.parseFloat(root.fontSize)
  const token = (name: string) => root.getPropertyValue(name).trim()
  const family = getComputedStyle(document.body).fontFamily
  const px = (name: string) => `${Number.parseFloat(token(name)) * rem}px`
  const isList = isListed(density)
  return {
    name: `${token(isList ? '--w-medium' : '--w-normal')} ${px(isList ? '--fs-14' : '--fs-13')} ${family}`,
    tag: `${token('--w-normal')} ${px('--fs-11')} ${family}`,
  }
}

/** How rows look now: columns in the room there is, words for servers, fonts to measure by. */
function useRowLook(density: Density, layout: ShownLayout, room: number, fonts: RowFonts): RowLook {
  const serverOf = useServerFaces()
  const trackers = useTrackerNames()
  return useMemo(
    () => ({
      density,
      columns: isListed(density) ? [] : layout.shown,
      width: isListed(density) ? room : Math.max(room, layout.width),
      serverOf,
      trackers,
      fonts,
    }),
    [density, layout, room, serverOf, trackers, fonts],
  )
}

/** The same function until something of a server changes that rows show. */
function useServerFaces(): (id: string) => ServerFace {
  const servers = useServers()
  const faces = (servers ?? []).map(({server_id: id, server_name: name, colour, status}, at) => ({
    id,
    name,
    colour: serverColour(colour, at),
    isOnline: onlineStatuses.has(status),
  }))
  const asText = JSON.stringify(faces)
  return useMemo(() => {
    const byId = new Map((JSON.parse(asText) as typeof faces).map((it) => [it.id, it]))
    return (id) => byId.get(id) ?? {name: id, colour: 'var(--text-3)', isOnline: true}
  }, [asText])
}

const onlineStatuses: ReadonlySet<string> = new Set(['online', 'degraded'])

/** Which groups are folded: kept while the page's tab lives, for each view and grouping by itself. */

const KEPT_AS = 'commodarr.folded'

type Folded = Readonly<Record<string, readonly string[]>>

class FoldedGroups {
  readonly changes = new Signal()
  #folded: Folded = kept()

  of(list: string): ReadonlySet<string> {
    return new Set(this.#folded[list])
  }

  set(list: string, group: string, isFolded: boolean): void {
    const others = (this.#folded[list] ?? []).filter((it) => it !== group)
    this.#folded = {...this.#folded, [list]: isFolded ? [...others, group] : others}
    keep(this.#folded)
    this.changes.emit()
  }
}

/** A browser that keeps nothing forgets it with the page. */
function kept(): Folded {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? '{}') as Folded
  } catch {
    return {}
  }
}

function keep(folded: Folded): void {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(folded))
  } catch {
    // Kept in this page alone.
  }
}

const foldedGroups = new FoldedGroups()
