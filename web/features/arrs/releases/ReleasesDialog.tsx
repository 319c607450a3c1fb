import {useMutation, useQuery} from '@tanstack/react-query'
import {ArrowDown, ArrowUp, Check, CircleX} from 'lucide-react'
import {useState} from 'react'
import type {Arr} from '../../../api/arrs.ts'
import {
  grabRelease,
  releaseListQuery,
  releaseSearchQuery,
  type FoundRelease,
  type ReleaseList,
} from '../../../api/releases.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {bytes, count, countOf, duration, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Note} from '../../../ui/Note.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {Select} from '../../../ui/Select.tsx'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {
  bestFirst,
  nextOrder,
  orderBy,
  ordered,
  releaseSorts,
  type ReleaseOrder,
  type ReleaseSort,
} from './release-rows.ts'

/** Of a thousand rows few are looked at, and all of them together would hold up the page. */
const SHOWN_AT_FIRST = 100

/**
 * What the indexers of an Arr have of one thing, with what the Arr says against each release, and grabbing one. The first
 * time it has the Arr ask; for half an hour it shows the same list again.
 */
export function ReleasesDialog({
  open,
  onOpenChange,
  arr,
  unit,
  title,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  arr: Arr
  unit: string
  title: string
}) {
  const search = useQuery({...releaseSearchQuery(arr.id, unit), enabled: open})
  const listing = useQuery(releaseListQuery(arr.id, search.data))
  const list = search.isFetching ? undefined : listing.data
  const again = <TextButton onClick={() => void search.refetch()}>{text('releases.again')}</TextButton>
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="xl"
      title={text('releases.title', {title})}
      description={<Lead list={list} name={arr.name} />}
    >
      <Awaited reading={search} what={text('releases.what', {name: arr.name})}>
        <SkeletonLines />
      </Awaited>
      {search.data !== undefined && (
        <Awaited reading={listing} what={text('releases.what', {name: arr.name})} next={again}>
          <SkeletonLines />
        </Awaited>
      )}
      {list?.state === 'searching' && <SkeletonLines />}
      {list?.state === 'failed' && (
        <Note tone="bad" isNews action={again}>
          {text('releases.failed', {name: arr.name, why: list.fault ?? ''})}
        </Note>
      )}
      {list?.state === 'done' && (
        <>
          <p className="mb-2 flex justify-end">{again}</p>
          <Rows list={list} arr={arr} />
        </>
      )}
    </Dialog>
  )
}

function Lead({list, name}: {list: ReleaseList | undefined; name: string}) {
  const now = useNow(10_000)
  if (list === undefined || list.state === 'searching') return text('releases.searching', {name})
  const {releases, expires_at: until} = list
  if (releases.length === 0 || until === null) return null
  const accepted = count(releases.filter(({approved}) => approved).length)
  return text('releases.lead', {count: releases.length, accepted, name, when: exactTime(until, now)})
}

function Rows({list, arr}: {list: ReleaseList; arr: Arr}) {
  const isPhone = usePhone()
  const [order, setOrder] = useState<ReleaseOrder>(bestFirst)
  const [isWhole, setWhole] = useState(false)
  const {releases} = list
  if (releases.length === 0)
    return <EmptyState title={text('releases.none')} text={text('releases.none.more', {name: arr.name})} />
  const all = ordered(releases, order)
  const rows = isWhole ? all : all.slice(0, SHOWN_AT_FIRST)
  return (
    <>
      {isPhone && (
        <Select<ReleaseSort>
          className="mb-2"
          label={text('releases.sort')}
          value={order.by}
          onChange={(by) => setOrder(orderBy(by))}
          options={releaseSorts.map((by) => ({value: by, label: text(`releases.sort.${by}`)}))}
        />
      )}
      <table aria-label={text('releases.list')} className="w-full border-collapse text-left max-phone:block">
        <thead className="text-11 text-text-3 max-phone:sr-only">
          <tr>
            {columns.map((column) => (
              <Head
                key={column}
                column={column}
                order={order}
                onSort={(by) => setOrder(nextOrder(order, by))}
              />
            ))}
            <th scope="col">
              <span className="sr-only">{text('releases.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody className="max-phone:block">
          {rows.map((release) => (
            <Row key={release.place} release={release} list={list.list} arr={arr} />
          ))}
        </tbody>
      </table>
      {all.length > rows.length && (
        <p className="mt-3 flex justify-center">
          <Button variant="ghost" onClick={() => setWhole(true)}>
            {text('releases.more', {count: all.length - rows.length})}
          </Button>
        </p>
      )}
    </>
  )
}

const columns = ['title', 'age', 'size', 'seeders', 'quality', 'score'] as const
const figures: ReadonlySet<string> = new Set(['age', 'size', 'seeders', 'score'])

/** Quality has no order of its own: the Arr has that with the best first. */
function Head({
  column,
  order,
  onSort,
}: {
  column: (typeof columns)[number]
  order: ReleaseOrder
  onSort: (by: ReleaseSort) => void
}) {
  const cell = joined('px-2 py-1 font-medium', figures.has(column) && 'text-right')
  if (column === 'quality')
    return (
      <th scope="col" className={cell}>
        {text('releases.quality')}
      </th>
    )
  const isSorted = order.by === column
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (order.isDown ? 'descending' : 'ascending') : 'none'}
      className={cell}
    >
      <button
        type="button"
        onClick={() => onSort(column)}
        className={joined(
          '-mx-1 inline-flex h-7 min-w-6 items-center gap-0.5 rounded-s px-1 whitespace-nowrap hover:text-text focus-visible:shadow-focus-in pointer-coarse:h-11',
          isSorted && 'text-text',
        )}
      >
        {text(`releases.sort.${column}`)}
        {isSorted && <Icon icon={order.isDown ? ArrowDown : ArrowUp} size={14} />}
      </button>
    </th>
  )
}

const cell = 'px-2 py-2 align-top max-phone:inline-block max-phone:py-0.5'
const figure = joined(cell, 'num text-right whitespace-nowrap text-text-2')

function Row({release, list, arr}: {release: FoundRelease; list: string; arr: Arr}) {
  const {title, age, size, quality, score, seeders, leechers} = release
  return (
    <tr className="border-t border-line max-phone:block max-phone:py-2">
      <td className={joined(cell, 'w-full min-w-0 max-phone:w-full')}>
        <span className="block font-medium wrap-anywhere">{title}</span>
        <span className="block text-12 text-text-2">{detailsOf(release)}</span>
        <Against release={release} />
      </td>
      <td className={figure}>{written(duration(age))}</td>
      <td className={figure}>
        <Quantity value={bytes(size)} />
      </td>
      <td className={figure}>
        {seeders === null ? (
          <Quantity value={countOf(undefined)} />
        ) : (
          <>
            <span aria-hidden className="max-phone:hidden">
              {count(seeders)}
            </span>
            <span className="sr-only max-phone:not-sr-only">
              {text('releases.peers', {seeders: count(seeders), leechers: count(leechers ?? 0)})}
            </span>
          </>
        )}
      </td>
      <td className={joined(cell, 'whitespace-nowrap text-text-2')}>{quality}</td>
      <td className={figure}>
        <span className="phone:hidden">{text('releases.score', {score: count(score)})}</span>
        <span className="max-phone:hidden">{count(score)}</span>
      </td>
      <td className={joined(cell, 'text-right whitespace-nowrap max-phone:block max-phone:pt-1.5')}>
        <Grab release={release} list={list} arr={arr} />
      </td>
    </tr>
  )
}

function detailsOf({indexer, protocol, languages, formats}: FoundRelease): string {
  return [indexer, protocol === 'usenet' ? text('releases.usenet') : '', ...languages, ...formats]
    .filter((it) => it !== '')
    .join(' · ')
}

/** In the words of the Arr. */
function Against({release: {approved, rejections}}: {release: FoundRelease}) {
  if (approved) return null
  return (
    <ul className="mt-0.5 grid gap-0.5 text-12">
      {rejections.map(({text: says}, at) => (
        // The Arr may say the same twice.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={at} className="flex items-start gap-1 text-text-2">
          <Icon icon={CircleX} size={14} className="mt-px shrink-0 text-st-stalled" />
          <span className="min-w-0 wrap-anywhere">
            <span className="sr-only">{text('releases.rejected')} </span>
            {says}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Grab({
  release: {place, title, approved, grabbed},
  list,
  arr: {id, name},
}: {
  release: FoundRelease
  list: string
  arr: Arr
}) {
  const grab = useMutation({
    mutationFn: () => grabRelease(id, list, {place, isOverride: !approved}),
    onSuccess: () => toast({tone: 'good', text: text('releases.done', {name, title})}),
    onError: (error) => toast({tone: 'bad', text: error.message}),
  })
  if (grabbed || grab.isSuccess)
    return (
      <span className="inline-flex items-center gap-1 text-12 text-st-seeding">
        <Icon icon={Check} size={14} />
        {text('releases.grabbed')}
      </span>
    )
  return (
    <Button
      variant={approved ? 'default' : 'ghost'}
      className={approved ? undefined : 'max-phone:-ml-2.5'}
      aria-label={text(approved ? 'releases.grab.which' : 'releases.grab-anyway.which', {title})}
      waitsFor={grab.isPending ? text('releases.grabbing') : undefined}
      onClick={() => grab.mutate()}
    >
      {text(approved ? 'releases.grab' : 'releases.grab-anyway')}
    </Button>
  )
}
