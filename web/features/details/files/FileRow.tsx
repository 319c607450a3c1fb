/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are placed one by one: tags of tables would lay them out */
import {ChevronDown, ChevronRight, File, Folder, OctagonAlert} from 'lucide-react'
import {memo, type MouseEvent} from 'react'
import {text} from '../../../i18n/text.ts'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {bytes, percent} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {ProgressBar} from '../../../ui/ProgressBar.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {rowHeightClass} from '../row-layout.ts'
import {onePriority, wanted} from './file-figures.ts'

interface FileRowProps {
  readonly id: string
  /** 1 is the first row. */
  readonly place: number
  readonly path: string
  readonly name: string
  readonly depth: number
  /** `null` = a file. */
  readonly isOpen: boolean | null
  readonly size: number
  readonly held: number
  /** Bits, as `prioritiesAt` has them. */
  readonly priorities: number
  readonly isSelected: boolean
  readonly isHere: boolean
  readonly isUnconfirmed: boolean
  readonly failure: string | null
  readonly canEdit: boolean
  readonly isNarrow: boolean
  readonly top: number
  readonly act: FileRowActions
}

/** The same functions for all rows; which row it is they are told. */
export interface FileRowActions {
  readonly press: (path: string, event: MouseEvent) => void
  readonly fold: (path: string, on: boolean) => void
  /** turn: what is wanted is not, and the other way round. */
  readonly want: (path: string, on: boolean | 'turn') => void
  /** At the pointer, or below what was pressed. */
  readonly menu: (path: string, at: MouseEvent | Element) => void
}

/** px of the panel: less has no room for columns. */
export const FILES_NARROW_BELOW = 620
const INDENT = 16
/** Where there is little room names go first: so far and no further. */
const NARROW_INDENT = 10
const MOST_STEPS = 8

/** A file or folder: wanted or not, its name, how large, how much of it is here, its priority. */
export const FileRow = memo(function FileRow(row: FileRowProps) {
  const {path, name, depth, isOpen, size, held, priorities, failure, canEdit, isNarrow, act} = row
  const isWanted = wanted(priorities)
  const share = size === 0 ? 1 : held / size
  const priority = onePriority(priorities)
  const word = priority === null ? text('files.mixed') : text(`file-priority.${priority}`)
  return (
    // Keys are the tree's, which names this row as the active one.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={row.id}
      role="row"
      aria-rowindex={row.place}
      aria-level={depth + 1}
      aria-selected={row.isSelected}
      aria-expanded={isOpen ?? undefined}
      onClick={(event) => act.press(path, event)}
      onContextMenu={(event) => act.menu(path, event)}
      className={joined(
        'absolute inset-x-0 top-0 items-center gap-x-3 border-b border-line pr-4 pl-3',
        fileColumns(isNarrow),
        row.isSelected ? 'bg-accent-soft' : 'hover:bg-hover',
        row.isHere && 'group-focus-visible/tree:shadow-focus-in',
      )}
      style={{
        transform: `translateY(${row.top}px)`,
        ...(isNarrow && {paddingLeft: 8 + Math.min(depth, MOST_STEPS) * NARROW_INDENT}),
      }}
    >
      <span
        role="gridcell"
        className="flex min-w-0 items-center gap-2"
        style={isNarrow ? undefined : {paddingLeft: depth * INDENT}}
      >
        {isOpen === null ? (
          <span className="w-5 shrink-0" />
        ) : (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- arrow keys fold
          <span
            aria-hidden
            className="grid size-5 shrink-0 place-items-center rounded-s text-text-3 hover:bg-press"
            onClick={(event) => {
              event.stopPropagation()
              act.fold(path, isOpen)
            }}
          >
            <Icon icon={isOpen ? ChevronDown : ChevronRight} size={14} />
          </span>
        )}
        {canEdit && (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- space does the same
          <span
            title={text('files.want', {name})}
            aria-hidden
            className="-m-1.5 grid cursor-pointer place-items-center p-1.5 pointer-coarse:-m-3 pointer-coarse:p-3"
            onClick={(event) => {
              event.stopPropagation()
              act.want(path, isWanted !== true)
            }}
          >
            <CheckMark state={isWanted} isOff={false} />
          </span>
        )}
        <Icon icon={isOpen === null ? File : Folder} size={14} className="text-text-3" />
        <span className={joined('min-w-0 flex-1', isWanted === false && 'text-text-3')}>
          <MiddleText>{name}</MiddleText>
        </span>
        {failure !== null && (
          <span className="flex min-w-0 items-center gap-1 text-12 text-st-error" title={failure}>
            <Icon icon={OctagonAlert} size={14} />
            <span className="truncate">{text('files.failed', {reason: failure})}</span>
          </span>
        )}
      </span>
      <span role="gridcell" className={isNarrow ? 'pl-7 text-12 text-text-2' : 'text-right'}>
        <Quantity value={bytes(size)} />
      </span>
      <span role="gridcell" className="relative text-right">
        <Quantity value={percent(share)} className={isNarrow ? 'text-12 text-text-2' : undefined} />
        {share < 1 && (
          <ProgressBar
            share={share}
            kind={isWanted === false ? 'grey' : 'solid'}
            label={text('files.held')}
            className="absolute inset-x-0 -bottom-1 max-phone:-bottom-0.5"
          />
        )}
      </span>
      <span role="gridcell" className={joined('min-w-0', isNarrow && 'text-12')}>
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- Enter does the same */}
        <span
          aria-hidden={canEdit || undefined}
          title={row.isUnconfirmed ? text('files.unconfirmed') : undefined}
          className={joined(
            'inline-flex max-w-full items-center gap-1 rounded-s whitespace-nowrap',
            canEdit &&
              'relative cursor-pointer before:absolute before:-inset-x-2 before:-inset-y-1 hover:text-text pointer-coarse:before:-inset-y-3',
            priority === 'normal' || isWanted === false ? 'text-text-3' : 'text-text-2',
            (priority === 'high' || priority === 'maximum') && 'font-medium',
            row.isUnconfirmed && 'italic',
          )}
          onClick={
            canEdit
              ? (event) => {
                  event.stopPropagation()
                  act.menu(path, event.currentTarget)
                }
              : undefined
          }
        >
          {word}
          {canEdit && <Icon icon={ChevronDown} size={14} className="text-text-3" />}
        </span>
        {canEdit && <span className="sr-only">{isWanted === false ? text('files.not-wanted') : word}</span>}
      </span>
    </div>
  )
})

/** Side by side, or in two lines where there is little room. */
export function fileColumns(isNarrow: boolean): string {
  return isNarrow
    ? 'grid h-[56px] grid-cols-[auto_auto_minmax(0,1fr)] content-center gap-y-0.5 [&>:first-child]:col-span-3'
    : joined('grid grid-cols-[minmax(0,1fr)_76px_104px_112px]', rowHeightClass)
}
