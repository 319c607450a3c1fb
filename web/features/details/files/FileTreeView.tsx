/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are placed one by one: tags of tables would lay them out */
import {useVirtualizer} from '@tanstack/react-virtual'
import {useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent} from 'react'
import {mediaKindOf} from '#media/media-kind.ts'
import type {FilePriority} from '#model/command.ts'
import {text} from '../../../i18n/text.ts'
import {MenuAt, useContextMenu} from '../../../ui/ContextMenu.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {useCoarsePointer} from '../../../ui/use-media.ts'
import {useNarrow, useRowHeight} from '../row-layout.ts'
import {onePriority, prioritiesAt, wanted} from './file-figures.ts'
import {fileColumns, FileRow, FILES_NARROW_BELOW, type FileRowActions} from './FileRow.tsx'
import {howOf, type FileRows} from './file-rows.ts'
import type {Files} from './files.ts'

const HEAD = 28
const NARROW_ROW = 56

interface FileTreeViewProps {
  readonly files: Files
  readonly rows: FileRows
  /** Priorities that can be set, the least first; none = nothing may be changed here. */
  readonly priorities: readonly FilePriority[]
  /** Why a path cannot be renamed; `null` in its place = nothing may be changed here. */
  readonly renameReason: ((path: string) => string | null) | null
  readonly onRename: (path: string) => void
  readonly onDownload: (path: string) => void
  /** Why no file can be downloaded here; `null` = one that is complete can be tried. */
  readonly whyNoDownload: string | null
  readonly onMedia: (path: string) => void
}

/** The rows in sight alone are drawn. One tab stop: arrows go about, space wants, Enter opens the menu. */
export function FileTreeView(props: FileTreeViewProps) {
  const {files, rows} = props
  const canEdit = props.priorities.length > 0
  const {tree, figures, edits} = files
  const {shown, selection} = rows
  const scroller = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow(scroller, FILES_NARROW_BELOW)
  const usualRow = useRowHeight()
  const rowHeight = isNarrow ? NARROW_ROW : usualRow
  const id = useId()
  const head = isNarrow ? 0 : HEAD
  // oxlint-disable-next-line react/incompatible-library -- what it gives is read in this component alone
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: head,
  })
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  const here = selection.at === null ? -1 : rankOf(tree.byPath.get(selection.at), shown)
  useEffect(() => {
    if (here !== -1) virtual.scrollToIndex(here)
  }, [virtual, here])
  const menu = useFileMenu(props)
  const act = useRowActions(props, menu.open)
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const pageRows = Math.max(1, Math.floor(event.currentTarget.clientHeight / rowHeight) - 1)
    if (
      pressed(
        event,
        pageRows,
        rows,
        (path) => menu.open(path, rowElement(id, here) ?? event.currentTarget),
        act,
      )
    ) {
      event.preventDefault()
    }
  }
  return (
    <>
      <div
        ref={scroller}
        role="treegrid"
        tabIndex={0}
        aria-label={text('files.label')}
        aria-multiselectable
        aria-rowcount={shown.length}
        aria-activedescendant={here === -1 ? undefined : `${id}-${here}`}
        onKeyDown={press}
        className="group/tree relative min-h-0 overflow-auto border-t border-line contain-strict focus-visible:shadow-none"
      >
        {!isNarrow && <Head />}
        <div className="relative" style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map(({index, start}) => {
            const at = shown[index]!
            const {path, name, depth, file} = tree.nodes[at]!
            return (
              <FileRow
                key={path}
                {...{
                  id: `${id}-${index}`,
                  place: index + 1,
                  path,
                  name,
                  depth,
                  top: start,
                  canEdit,
                  isNarrow,
                  act,
                }}
                isOpen={file === -1 ? rows.isOpen(path) : null}
                size={figures.size[at]!}
                held={figures.held[at]!}
                priorities={prioritiesAt(figures, at)}
                isSelected={selection.selected.has(path)}
                isHere={index === here}
                isUnconfirmed={edits.wished(file) !== undefined}
                failure={edits.failureOf(file)}
              />
            )
          })}
        </div>
      </div>
      {/* Outside of what scrolls, which holds even what is fixed within it. */}
      <MenuAt point={menu.point} entries={menu.entries} onClose={menu.close} label={menu.label} />
    </>
  )
}

/** Which of the rows in sight it is, -1 = none: their numbers rise. */
function rankOf(at: number | undefined, shown: readonly number[]): number {
  if (at === undefined) return -1
  let [from, to] = [0, shown.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (shown[middle]! < at) from = middle + 1
    else to = middle
  }
  return shown[from] === at ? from : -1
}

function Head() {
  return (
    <div
      role="row"
      className={`${fileColumns(false)} sticky top-0 z-sticky h-7! items-center gap-x-3 border-b border-line bg-surface pr-4 pl-3 text-11 text-text-3`}
    >
      <span role="columnheader" className="pl-7">
        {text('files.name')}
      </span>
      <span role="columnheader" className="text-right">
        {text('files.size')}
      </span>
      <span role="columnheader" className="text-right">
        {text('files.held')}
      </span>
      <span role="columnheader">{text('files.priority')}</span>
    </div>
  )
}

function rowElement(id: string, here: number): Element | null {
  return document.getElementById(`${id}-${here}`)
}

/** `true` = it was a key of the tree. */
function pressed(
  event: KeyboardEvent,
  pageRows: number,
  rows: FileRows,
  openMenu: (path: string) => void,
  act: FileRowActions,
): boolean {
  const {at} = rows.selection
  if (event.altKey) return false
  if (rows.move(event, pageRows)) return true
  if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
    rows.selectAll()
    return true
  }
  if (at === null) return false
  if (event.key === ' ') act.want(at, 'turn')
  else if (event.key === 'Enter' || event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10'))
    openMenu(at)
  else return false
  return true
}

/** One menu for all rows: at the row that asked for it. */
function useFileMenu(props: FileTreeViewProps) {
  const {files, rows, priorities, renameReason, onRename, onDownload, whyNoDownload, onMedia} = props
  const {point, open: openAtPointer, openAt, close} = useContextMenu()
  const [path, setPath] = useState('')
  const [, copy] = useCopy()
  const at = files.tree.byPath.get(path)
  const present = at === undefined ? null : onePriority(prioritiesAt(files.figures, at))
  const entries = priorityEntries(priorities, present, (priority) =>
    files.setPriority(rows.concernedBy(path), priority),
  )
  const isFile = at !== undefined && files.tree.nodes[at]!.file !== -1
  const isWhole = at !== undefined && files.figures.held[at]! >= files.figures.size[at]!
  const whyIncomplete = isWhole ? null : text('files.incomplete')
  const whyNotMedia = ['video', 'audio'].includes(mediaKindOf(path)) ? null : text('files.media.none')
  const others: MenuEntry[] = [
    ...(isFile
      ? [
          {
            id: 'download',
            label: text('files.download'),
            onSelect: () => onDownload(path),
            disabledReason: whyNoDownload ?? whyIncomplete ?? undefined,
          },
          {
            id: 'media',
            label: text('files.media'),
            onSelect: () => onMedia(path),
            disabledReason: whyNotMedia ?? whyIncomplete ?? undefined,
          },
        ]
      : []),
    {id: 'copy', label: text('files.copy-path'), onSelect: () => void copy(path)},
    ...(renameReason
      ? [
          {
            id: 'rename',
            label: text('files.rename'),
            onSelect: () => onRename(path),
            disabledReason: renameReason(path) ?? undefined,
          },
        ]
      : []),
  ]
  const open = (of: string, at: MouseEvent | Element) => {
    setPath(of)
    if (at instanceof Element) openAt(at)
    else openAtPointer(at)
  }
  const separator: MenuEntry[] = entries.length > 0 ? [{separator: true}] : []
  return {
    point,
    open,
    close,
    label: path.slice(path.lastIndexOf('/') + 1),
    entries: [...entries, ...separator, ...others],
  }
}

/** The same functions as long as the rows live, so that rows that do not change are not drawn again. */
function useRowActions(
  {files, rows, priorities}: FileTreeViewProps,
  openMenu: FileRowActions['menu'],
): FileRowActions {
  const isTouched = useCoarsePointer()
  const canEdit = priorities.length > 0
  const latest = useRef({files, rows, openMenu, isTouched, canEdit})
  useEffect(() => {
    latest.current = {files, rows, openMenu, isTouched, canEdit}
  })
  return useMemo(
    () => ({
      press: (path, event) => {
        const {rows, isTouched} = latest.current
        rows.select(path, isTouched ? 'toggle' : howOf(event))
      },
      fold: (path, on) => latest.current.rows.fold(path, on),
      want: (path, on) => {
        const {rows, files, canEdit} = latest.current
        if (!canEdit) return
        const places = rows.concernedBy(path)
        const isOn = on === 'turn' ? !isWanted(files, path) : on
        files.setPriority(places, isOn ? 'normal' : 'skip')
      },
      menu: (path, at) => {
        const {rows, openMenu} = latest.current
        if (!rows.selection.selected.has(path)) rows.select(path, 'only')
        openMenu(path, at)
      },
    }),
    [],
  )
}

function isWanted({tree, figures}: Files, path: string): boolean {
  const at = tree.byPath.get(path)
  return at !== undefined && wanted(prioritiesAt(figures, at)) === true
}

/** The greatest first; nothing where none can be set. @param takes the least first @param present `null` = several */
export function priorityEntries(
  takes: readonly FilePriority[],
  present: FilePriority | null,
  select: (priority: FilePriority) => void,
): readonly MenuEntry[] {
  if (takes.length === 0) return []
  const heading: MenuEntry = {heading: text('files.priority')}
  const entries = takes.map((priority): MenuEntry => ({
    id: priority,
    label: text(`file-priority.${priority}`),
    checked: priority === present,
    onSelect: () => select(priority),
  }))
  return [heading, ...entries.toReversed()]
}
