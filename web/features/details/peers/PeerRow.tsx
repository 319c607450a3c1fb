/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are placed one by one: tags of tables would lay them out */
import {ArrowDown, ArrowUp, Ellipsis} from 'lucide-react'
import {memo, type MouseEvent, type ReactNode} from 'react'
import type {Peer} from '../../../api/details.ts'
import {locale, text} from '../../../i18n/text.ts'
import {bytes, fullSpeed, percent, speed} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {rowHeightClass} from '../row-layout.ts'
import {flagWords, peerColumns, type PeerColumn, type PeerSort} from './peers.ts'

interface PeerRowProps {
  readonly peer: Peer
  /** 2 is the first row: the heads are 1. */
  readonly place: number
  readonly top: number
  readonly isNarrow: boolean
  readonly onMenu: (address: string, element: Element) => void
}

/** One peer: who it is, what it has, what goes to and fro. */
export const PeerRow = memo(function PeerRow({peer, place, top, isNarrow, onMenu}: PeerRowProps) {
  const {address} = peer
  const menu = (
    <span role="cell" className="grid justify-end">
      <IconButton
        size="small"
        icon={Ellipsis}
        label={text('peers.menu', {address})}
        onClick={({currentTarget}) => onMenu(address, currentTarget)}
      />
    </span>
  )
  return (
    <div
      role="row"
      aria-rowindex={place}
      onContextMenu={(event: MouseEvent) => {
        event.preventDefault()
        onMenu(address, event.currentTarget)
      }}
      className={joined(
        'absolute inset-x-0 top-0 border-b border-line hover:bg-hover',
        isNarrow
          ? 'grid h-[52px] grid-cols-[minmax(0,1fr)_auto] content-center items-center gap-x-3 pr-2 pl-4 max-phone:pl-3.5'
          : joined(peerGrid, rowHeightClass),
      )}
      style={{transform: `translateY(${top}px)`}}
    >
      {isNarrow ? <Lines peer={peer} menu={menu} /> : <Cells peer={peer} menu={menu} />}
    </div>
  )
}, isSame)

/** The menu's opener is another one with each drawing, and does the same. */
function isSame(a: PeerRowProps, b: PeerRowProps): boolean {
  return a.peer === b.peer && a.place === b.place && a.top === b.top && a.isNarrow === b.isNarrow
}

function Cells({peer, menu}: {peer: Peer; menu: ReactNode}) {
  const {
    address,
    country,
    client,
    flags,
    progress,
    down_speed: down,
    up_speed: up,
    downloaded,
    uploaded,
  } = peer
  return (
    <>
      <span role="cell" className="num truncate" title={address}>
        {address}
      </span>
      <span role="cell" className="text-text-2" title={countryName(country)}>
        {country ?? ''}
      </span>
      <span role="cell" className="truncate" title={client}>
        {client}
      </span>
      <span role="cell" className="truncate text-text-2">
        {connectionWords(peer)}
      </span>
      <span role="cell" className="truncate font-mono text-12 text-text-2" title={flagWords(flags)}>
        {flags}
        <span className="sr-only">{flagWords(flags)}</span>
      </span>
      {[percent(progress), speed(down), speed(up), bytes(downloaded), bytes(uploaded)].map((value, at) => (
        <span key={figures[at]} role="cell" className="text-right">
          <Quantity value={value} />
        </span>
      ))}
      {menu}
    </>
  )
}

const figures = ['progress', 'down', 'up', 'downloaded', 'uploaded'] as const

function Lines({peer, menu}: {peer: Peer; menu: ReactNode}) {
  const {address, country, client, flags, progress, down_speed: down, up_speed: up} = peer
  return (
    <>
      <span role="cell" className="grid min-w-0">
        <span className="num flex gap-2 truncate">
          <span className="truncate">{address}</span>
          {country !== undefined && (
            <span className="text-text-3" title={countryName(country)}>
              {country}
            </span>
          )}
        </span>
        <span className="num flex gap-2.5 truncate text-12 text-text-2">
          <Quantity value={percent(progress)} />
          <span className="whitespace-nowrap">
            ↓ <Quantity value={fullSpeed(down)} />
          </span>
          <span className="whitespace-nowrap">
            ↑ <Quantity value={fullSpeed(up)} />
          </span>
          <span className="truncate" title={flagWords(flags)}>
            {client} <span className="sr-only">{flagWords(flags)}</span>
          </span>
        </span>
      </span>
      {menu}
    </>
  )
}

function connectionWords({incoming, encrypted}: Peer): string {
  const way = incoming === undefined ? '' : text(incoming ? 'peers.in' : 'peers.out')
  return [way, encrypted === true && text('peers.encrypted')].filter(Boolean).join(', ')
}

let names: Intl.DisplayNames | null = null

function countryName(code: string | undefined): string | undefined {
  if (code === undefined || !/^[A-Z]{2}$/.test(code)) return undefined
  names ??= new Intl.DisplayNames(locale(), {type: 'region'})
  return names.of(code)
}

/** All columns beside each other. */
const peerGrid =
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
