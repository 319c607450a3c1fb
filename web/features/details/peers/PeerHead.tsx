/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are placed one by one: tags of tables would lay them out */
import {ArrowDown, ArrowUp} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {peerColumns, type PeerColumn, type PeerSort} from './peer-order.ts'

/** All columns beside each other. */
export const peerGrid =
  'grid grid-cols-[minmax(150px,1.2fr)_56px_minmax(110px,1fr)_minmax(130px,.9fr)_64px_62px_78px_78px_84px_84px_28px] items-center gap-x-3 pr-2 pl-4'

const isFigure = (column: PeerColumn) => peerColumns.indexOf(column) >= peerColumns.indexOf('progress')
/** Where there is little room, by these it is sorted. */
const few: readonly PeerColumn[] = ['address', 'progress', 'down_speed', 'up_speed']

/** Heads that sort; again they turn round. */
export function PeerHead({
  sort,
  onSort,
  isNarrow,
}: {
  sort: PeerSort
  onSort: (column: PeerColumn) => void
  isNarrow: boolean
}) {
  const columns = isNarrow ? few : peerColumns
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={joined(
        'sticky top-0 z-sticky h-7 border-b border-line bg-surface text-11 text-text-3 pointer-coarse:h-11',
        isNarrow ? 'flex items-center gap-4 pr-2 pl-4 max-phone:pl-3.5' : peerGrid,
      )}
    >
      {columns.map((column) => {
        const isSorted = sort.column === column
        return (
          <span
            key={column}
            role="columnheader"
            aria-sort={isSorted ? (sort.isDown ? 'descending' : 'ascending') : 'none'}
            className={joined('flex min-w-0', isFigure(column) && !isNarrow && 'justify-end')}
          >
            <button
              type="button"
              onClick={() => onSort(column)}
              className={joined(
                '-mx-1 flex h-7 min-w-6 items-center gap-0.5 rounded-s px-1 hover:text-text focus-visible:shadow-focus-in pointer-coarse:h-11',
                isSorted && 'font-medium text-text',
              )}
            >
              <span className="truncate">{text(`peers.${column}`)}</span>
              {isSorted && <Icon icon={sort.isDown ? ArrowDown : ArrowUp} size={14} />}
            </button>
          </span>
        )
      })}
      <span role="columnheader">
        <span className="sr-only">{text('menu.actions')}</span>
      </span>
    </div>
  )
}
