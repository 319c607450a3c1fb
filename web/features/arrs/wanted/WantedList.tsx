import {useMutation, useQueries, useQueryClient} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useVirtualizer} from '@tanstack/react-virtual'
import {Play, Search} from 'lucide-react'
import {useRef} from 'react'
import {actOnArr, type Arr} from '../../../api/arrs.ts'
import {searchNow, type WantedUnit} from '../../../api/searches.ts'
import {WANTED_PAGE, wantedPageQuery, type WantedItem, type WantedWish} from '../../../api/wanted.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {useListKeys} from '../list-keys.ts'
import {notSearchedWords} from '../searches/searches-words.ts'
import {addressOfUnit} from './unit-address.ts'
import {lastWords, nextWords, reasonWords} from './wanted-words.ts'
import type {WantedSelection} from './wanted-selection.ts'

const ROW = 50
const PHONE_ROW = 76
/** The heads of the columns stay above them. */
const HEADS = 32

/** All that is wanted, in its order, of which only what is in sight is drawn and asked for. */
export function WantedList({
  wish,
  total,
  arrs,
  selection,
}: {
  wish: WantedWish
  total: number
  arrs: readonly Arr[]
  selection: WantedSelection
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const height = usePhone() ? PHONE_ROW : ROW
  // It goes to no memoised component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    scrollPaddingEnd: HEADS,
  })
  const lines = virtual.getVirtualItems()
  const itemAt = useRows(wish, lines[0]?.index ?? 0, lines.at(-1)?.index ?? 0)
  const onKeyDown = useListKeys(['wanted.next', 'wanted.previous'], scroller, {
    total,
    columns: 1,
    show: (at) => virtual.scrollToIndex(at),
  })
  return (
    <div ref={scroller} className="min-h-0 overflow-y-auto [scrollbar-width:thin]">
      <Heads />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move from link to link in it. */}
      <ul
        aria-label={text('wanted.list')}
        className="relative"
        style={{height: virtual.getTotalSize()}}
        onKeyDown={onKeyDown}
      >
        {lines.map(({index, start}) => {
          const item = itemAt(index)
          return (
            <li
              key={index}
              aria-setsize={total}
              aria-posinset={index + 1}
              className="absolute inset-x-0 border-b border-line"
              style={{height, transform: `translateY(${start}px)`}}
            >
              <Row
                at={index}
                item={item}
                arr={arrs.find(({id}) => id === item?.arr_id)}
                selection={selection}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** @returns `undefined` = it is not there yet */
function useRows(wish: WantedWish, first: number, last: number): (at: number) => WantedItem | undefined {
  const from = Math.floor(first / WANTED_PAGE)
  const pages = Array.from({length: Math.floor(last / WANTED_PAGE) - from + 1}, (_, at) => from + at)
  const readings = useQueries({queries: pages.map((page) => wantedPageQuery(wish, page))})
  return (at) => {
    const page = Math.floor(at / WANTED_PAGE)
    return readings[page - from]?.data?.items[at - page * WANTED_PAGE]
  }
}

const grid =
  'grid grid-cols-[24px_minmax(0,1fr)_auto] items-center gap-x-3 px-3.5 desk:gap-x-4 desk:grid-cols-[24px_minmax(200px,1fr)_120px_150px_150px_170px_36px] desk:px-5.5'

function Heads() {
  return (
    <div
      aria-hidden
      className={`${grid} sticky top-0 z-1 border-b border-line-strong bg-surface py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
    >
      <span />
      <span>{text('wanted.column.title')}</span>
      <span>{text('wanted.arr')}</span>
      <span>{text('wanted.column.why')}</span>
      <span>{text('wanted.column.next')}</span>
      <span>{text('wanted.column.last')}</span>
      <span />
    </div>
  )
}

function Row({
  at,
  item,
  arr,
  selection,
}: {
  at: number
  item: WantedItem | undefined
  arr: Arr | undefined
  selection: WantedSelection
}) {
  const now = useNow(10_000)
  if (item === undefined)
    return (
      <div className={joined(grid, 'h-full')}>
        <span />
        <Skeleton height={14} width={220} />
      </div>
    )
  const title = item.title ?? text('wanted.untitled')
  const reason = reasonWords(item, now)
  const name = arr?.name ?? item.arr_id
  const mayCommand = arr !== undefined && arr.access !== 'view'
  return (
    <div className={joined(grid, 'h-full hover:bg-hover')}>
      {mayCommand ? (
        <Checkbox
          hideLabel
          label={text('wanted.select', {title})}
          checked={selection.has(item)}
          onChange={(is) => selection.put(item, is)}
        />
      ) : (
        <span />
      )}
      <span className="grid min-w-0">
        <Link
          data-at={at}
          {...addressOfUnit(item.arr_id, item.unit)}
          className="truncate rounded-s font-medium hover:underline focus-visible:shadow-focus"
        >
          {title}
        </Link>
        <span className="truncate text-12 text-text-2" title={item.says}>
          {item.says}
          {item.held_by && (
            <>
              {' '}
              <Link to="/rules" search={{rule: item.held_by.id}} className={textLinkClass}>
                {text('wanted.rule')}
              </Link>
            </>
          )}
        </span>
        <span className="truncate text-12 text-text-3 desk:hidden">
          {[name, reason, nextWords(item, now)].filter((it) => it !== null).join(' · ')}
        </span>
      </span>
      <span className="truncate text-text-2 max-desk:hidden">{name}</span>
      <span className="truncate text-text-2 max-desk:hidden" title={reason}>
        {reason}
      </span>
      <span className="num truncate text-text-2 max-desk:hidden">{nextWords(item, now) ?? <None />}</span>
      <span className="truncate text-text-2 max-desk:hidden">{lastWords(item, now) ?? <None />}</span>
      {mayCommand ? <Doing item={item} title={title} name={name} /> : <span />}
    </div>
  )
}

function None() {
  return <span className="text-text-3">–</span>
}

interface Said {
  item: WantedItem
  title: string
  name: string
}

/** What releases are given up of again and again waits for somebody who looked why. */
function Doing(said: Said) {
  return said.item.hold === 'loop' ? <Resume {...said} /> : <SearchNow {...said} />
}

function Resume({item, title}: Said) {
  const client = useQueryClient()
  const resume = useMutation({
    mutationFn: () => actOnArr(item.arr_id, {action: 'resume_searches', item: item.unit}),
    onSuccess: () => {
      toast({tone: 'good', text: text('wanted.resumed', {title})})
      void client.invalidateQueries({queryKey: ['wanted']})
    },
    onError: (error) => toast({tone: 'bad', text: error.message}),
  })
  return (
    <IconButton
      label={text('wanted.resume.which', {title})}
      icon={Play}
      disabledReason={resume.isPending ? text('wanted.resume') : undefined}
      onClick={() => resume.mutate()}
    />
  )
}

function SearchNow({item, title, name}: Said) {
  const search = useMutation({
    mutationFn: () => searchNow({items: [unitOf(item)]}),
    onSuccess: (ordered) => {
      const reasons = notSearchedWords(ordered)
      if (reasons === null) toast({tone: 'good', text: text('wanted.asked', {name})})
      else toast({tone: 'warn', text: text('searches.not', {reasons})})
    },
    onError: (error) => toast({tone: 'bad', text: error.message}),
  })
  return (
    <IconButton
      label={text('wanted.search.which', {title})}
      icon={Search}
      disabledReason={
        item.group === 'coming'
          ? text('wanted.search.under_way')
          : search.isPending
            ? text('wanted.asked', {name})
            : undefined
      }
      onClick={() => search.mutate()}
    />
  )
}

function unitOf({arr_id, unit}: WantedItem): WantedUnit {
  return {arr_id, unit}
}
