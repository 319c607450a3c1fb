import './table.css'
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type CSSProperties,
} from 'react'
import type {LiveView} from '../../../live/view.ts'
import {useViewFigures} from '../../../live/use-view.ts'
import {text} from '../../../i18n/text.ts'
import {joined} from '../../../ui/joined.ts'
import {useChosen} from '../selection.ts'
import {END_PX, MARK_PX, type ColumnChoice} from './column-layout.ts'
import {ColumnHeads} from './ColumnHeads.tsx'
import {foldedGroups} from './folded-groups.ts'
import {GoToRow} from './GoToRow.tsx'
import type {GridHooks} from './grid-control.ts'
import {HeadActions} from './head-actions.ts'
import {HEAD_PX, rowHeights, type Density} from './row-face.ts'
import type {SortKey} from './sort-keys.ts'
import {TableClock} from './TableClock.tsx'
import {useElementWidth} from './use-element-width.ts'
import {useGrid} from './use-grid.ts'
import {useGridCommands} from './use-grid-commands.ts'
import {useColumnLayout} from './use-column-layout.ts'
import {useRowFonts} from './use-row-fonts.ts'
import {useRowLook} from './use-row-look.ts'

export interface TorrentTableProps extends Omit<GridHooks, 'onFold'> {
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
  const {chosen, layout} = useColumnLayout(saved, density, room, fonts)
  const rows = useRowLook(density, layout, room, fonts)
  const folded = useFolded(listName)
  const look = useMemo(() => ({rows, folded}), [rows, folded])

  const parts = () =>
    scroller.current && host.current && stuck.current
      ? {scroller: scroller.current, host: host.current, stuck: stuck.current}
      : null
  const onFold = (group: string, isFolded: boolean) => foldedGroups.set(listName, group, isFolded)
  const grid = useGrid(view, parts, look, {...props, onFold})
  useGridCommands(grid, {onGoTo: () => setGoing(true), isOpen: props.isOpen, onClose})

  const headParts = {chosen, layout, sort, body: grid?.body ?? null, onSort, onLayout}
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
  const chooseAll = useCallback(() => grid?.control.chooseAll(), [grid])
  const isList = density === 'list'
  const isChoosing = useIsChoosing(isList)
  return (
    <div
      ref={scroller}
      // Only rows of a tree can be said to be folded.
      role={view.groups === null ? 'grid' : 'treegrid'}
      aria-label={text('torrents.table')}
      aria-rowcount={(view.totals?.count ?? 0) + 1}
      aria-multiselectable
      tabIndex={0}
      className={joined('tt', `tt-${density}`, isChoosing && 'tt-choosing')}
      style={tracks(layout.shown, density)}
    >
      {!isList && (
        <ColumnHeads
          shown={layout.shown}
          sort={sort}
          actions={actions}
          moved={view.moved}
          onUpdate={update}
          onChooseAll={chooseAll}
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
function useIsChoosing(isList: boolean): boolean {
  const chosen = useChosen()
  return isList && (chosen.kind === 'matching' || chosen.names.size > 0)
}
