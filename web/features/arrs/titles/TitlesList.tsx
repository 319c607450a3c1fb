import {useQueries} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useVirtualizer} from '@tanstack/react-virtual'
import {useEffect, useRef, useState} from 'react'
import {LIBRARY_PAGE, libraryPageQuery, type LibraryItem, type LibraryWish} from '../../../api/library.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {ago, bytes, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {observeWidth} from '../../../ui/observe-width.ts'
import {Poster} from '../../../ui/Poster.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {useListKeys} from '../list-keys.ts'
import {looks, posterOf, scoreWords, stateWords, titleWords} from './title-words.ts'
import type {TitlesSearch} from './titles-search.ts'
import {itemAddress} from './titles-wish.ts'

const ROW = 46
/** The heads of the columns stay above them. */
const HEADS = 32
const PHONE_ROW = 64
/** The least width of a poster with the room beside it, px. */
const CARD = 132
/** What stands below a poster, and between it and the next one, px. */
const CARD_WORDS = 58
/** Of the list at its left and right, px. */
const EDGE = 14

interface ListProps {
  readonly wish: LibraryWish
  readonly total: number
  readonly search: TitlesSearch
  readonly isPosters: boolean
}

/** All titles that match, of which only those in sight are drawn and asked for. */
export function TitlesList({wish, total, search, isPosters}: ListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => observeWidth(scroller.current!, setWidth), [])
  const row = usePhone() ? PHONE_ROW : ROW
  const columns = isPosters ? Math.max(2, Math.floor((width - 2 * EDGE) / CARD)) : 1
  const height = isPosters ? Math.round(((width - 2 * EDGE) / columns - EDGE) * 1.5) + CARD_WORDS : row
  // It goes to no memoised component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => Math.max(row, height),
    overscan: isPosters ? 2 : 8,
    scrollPaddingEnd: isPosters ? 0 : HEADS,
  })
  useEffect(() => virtual.measure(), [virtual, height])
  const lines = virtual.getVirtualItems()
  const [first, last] = [(lines[0]?.index ?? 0) * columns, ((lines.at(-1)?.index ?? 0) + 1) * columns - 1]
  const itemAt = useRows(wish, first, Math.min(last, total - 1))
  const onKeyDown = useListKeys(['titles.next', 'titles.previous'], scroller, {
    total,
    columns,
    show: (at) => virtual.scrollToIndex(Math.floor(at / columns)),
  })
  return (
    <div ref={scroller} className="min-h-0 overflow-y-auto [scrollbar-width:thin]">
      {!isPosters && <Heads />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move from link to link in it. */}
      <ul
        aria-label={text('titles.list')}
        className="relative"
        style={{height: virtual.getTotalSize()}}
        onKeyDown={onKeyDown}
      >
        {width > 0 &&
          lines.flatMap(({index, start}) =>
            Array.from({length: Math.min(columns, total - index * columns)}, (_, column) => {
              const at = index * columns + column
              const place = {at, total, item: itemAt(at), search}
              return (
                <li
                  key={at}
                  aria-setsize={total}
                  aria-posinset={at + 1}
                  className={joined('absolute', isPosters ? 'px-[7px]' : 'inset-x-0 border-b border-line')}
                  style={{
                    height,
                    transform: `translateY(${start}px)`,
                    ...(isPosters && {
                      width: (width - 2 * EDGE) / columns,
                      left: EDGE + (column * (width - 2 * EDGE)) / columns,
                    }),
                  }}
                >
                  {isPosters ? <Card {...place} /> : <Row {...place} />}
                </li>
              )
            }),
          )}
      </ul>
    </div>
  )
}

/** @returns `undefined` = it is not there yet */
function useRows(wish: LibraryWish, first: number, last: number): (at: number) => LibraryItem | undefined {
  const from = Math.floor(first / LIBRARY_PAGE)
  const pages = Array.from({length: Math.floor(last / LIBRARY_PAGE) - from + 1}, (_, at) => from + at)
  const readings = useQueries({queries: pages.map((page) => libraryPageQuery(wish, page))})
  return (at) => {
    const page = Math.floor(at / LIBRARY_PAGE)
    return readings[page - from]?.data?.items[at - page * LIBRARY_PAGE]
  }
}

interface PlaceProps {
  readonly at: number
  readonly total: number
  readonly item: LibraryItem | undefined
  readonly search: TitlesSearch
}

const grid =
  'grid grid-cols-[28px_minmax(0,1fr)_auto] items-center gap-x-3 px-3.5 desk:gap-x-4 desk:grid-cols-[28px_minmax(200px,1fr)_110px_140px_130px_120px_84px_110px] desk:px-5.5'

function Heads() {
  return (
    <div
      aria-hidden
      className={`${grid} sticky top-0 z-1 border-b border-line-strong bg-surface py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
    >
      <span />
      <span>{text('titles.column.title')}</span>
      <span>{text('titles.arr')}</span>
      <span>{text('titles.filter')}</span>
      <span>{text('titles.column.quality')}</span>
      <span className="text-right">{text('titles.column.score')}</span>
      <span className="text-right">{text('column.size')}</span>
      <span>{text('titles.column.searched')}</span>
    </div>
  )
}

function Row({at, item, search}: PlaceProps) {
  const now = useNow(10_000)
  if (item === undefined)
    return (
      <div className={joined(grid, 'h-full')}>
        <span />
        <Skeleton height={14} width={220} />
      </div>
    )
  const address = itemAddress(item)
  const score = scoreWords(item)
  return (
    <Link
      data-at={at}
      data-item={address}
      to="/library/titles"
      search={{...search, item: address}}
      aria-current={search.item === address || undefined}
      className={joined(
        grid,
        'h-full hover:bg-hover focus-visible:shadow-focus-in aria-[current]:bg-accent-soft',
      )}
    >
      <Poster src={posterOf(item)} title={item.title} />
      <span className="grid min-w-0">
        <span className="truncate font-medium">{item.title}</span>
        <span className="num truncate text-12 text-text-3">
          {item.year}
          <span className="desk:hidden"> {item.arr}</span>
        </span>
      </span>
      <span className="truncate text-text-2 max-desk:hidden">{item.arr}</span>
      <State item={item} />
      <span className="truncate text-text-2 max-desk:hidden">
        {item.quality === '' ? <None /> : item.quality}
      </span>
      <span className="num truncate text-right max-desk:hidden">
        {score === null ? (
          <None />
        ) : (
          <span
            className={item.minimum === 'unmet' ? 'font-medium text-st-stalled' : 'text-text-2'}
            title={item.minimum === 'unmet' ? text('titles.score.low') : undefined}
          >
            {score}
          </span>
        )}
      </span>
      <span className="num text-right text-text-2 max-desk:hidden">
        {item.size > 0 ? written(bytes(item.size)) : <None />}
      </span>
      <span className="truncate text-text-2 max-desk:hidden">
        {item.searched_at === null ? <None /> : written(ago(item.searched_at, now))}
      </span>
    </Link>
  )
}

function None() {
  return <span className="text-text-3">–</span>
}

/** Its state with its icon. */
function State({item}: {item: LibraryItem}) {
  const {icon, ink} = looks[item.state]
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Icon icon={icon} size={14} className={joined('shrink-0', ink)} />
      <span
        className={joined(
          'truncate',
          item.state === 'missing' && item.monitored ? 'font-medium' : 'text-text-2',
        )}
      >
        {stateWords(item)}
      </span>
    </span>
  )
}

function Card({at, item, search}: PlaceProps) {
  if (item === undefined) return <Skeleton height={150} />
  const address = itemAddress(item)
  return (
    <Link
      data-at={at}
      data-item={address}
      to="/library/titles"
      search={{...search, item: address}}
      aria-current={search.item === address || undefined}
      className="group grid gap-0.5 rounded-m pt-3 focus-visible:shadow-focus"
    >
      <Poster
        size="card"
        src={posterOf(item)}
        title={item.title}
        className="group-hover:opacity-90 group-aria-[current]:outline-2 group-aria-[current]:outline-accent"
      />
      <span className="mt-1 truncate text-12 font-medium">{titleWords(item)}</span>
      <span className="text-12">
        <State item={item} />
      </span>
    </Link>
  )
}
