import {keepPreviousData, useInfiniteQuery, useQueries, useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {CircleCheck, CircleDashed, LoaderCircle, Pause, Play, TriangleAlert} from 'lucide-react'
import {useMemo} from 'react'
import {arrsQuery, type Arr} from '../../../api/arrs.ts'
import {
  pauseSearches,
  resumeSearches,
  searchCountsQuery,
  searchesQuery,
  type Searches,
  type SearchesOfArr,
  type StoredSearch,
} from '../../../api/searches.ts'
import {nextOfArrQuery, type WantedItem} from '../../../api/wanted.ts'
import {dayAndTime, daysAway, timeOfDay} from '../../../i18n/format-time.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {serverNow, useNow} from '../../../live/clock.ts'
import {Awaited, type Reading} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Meter} from '../../../ui/Meter.tsx'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {useSending} from '../../../ui/use-sending.ts'
import {ListSearchBox} from '../ListSearchBox.tsx'
import {NoArrs} from '../NoArrs.tsx'
import {addressOfUnit} from '../wanted/unit-address.ts'
import {nextWords, turnWords} from '../wanted/wanted-words.ts'
import {rejectLines, resultTone, resultWords} from './searches-words.ts'
import type {SearchesSearch} from './searches-search.ts'
import {searchOfSearches} from './searches-search-of.ts'

/** `/library/searches`: what is searched next, what was searched with what came of it, and what each Arr has left. */
export function SearchesPage() {
  useTitle(text('arr.tabs.searches'), text('nav.library'))
  const reading = useQuery(arrsQuery)
  const {data: arrs} = reading
  return (
    <main id="page" tabIndex={-1} className="h-full min-h-0 overflow-y-auto bg-bg [scrollbar-width:thin]">
      {arrs && arrs.length > 0 ? (
        <SearchesOfArrs arrs={arrs} />
      ) : (
        <div className="px-5.5 py-4 max-phone:px-3.5">
          <h1 className="mb-3 text-20/tight font-bold">{text('arr.tabs.searches')}</h1>
          <Awaited reading={reading} what={text('nav.arrs')}>
            <SkeletonLines />
          </Awaited>
          {arrs && <NoArrs />}
        </div>
      )}
    </main>
  )
}

function SearchesOfArrs({arrs}: {arrs: readonly Arr[]}) {
  const counts = useQuery(searchCountsQuery(''))
  const {data} = counts
  const sum = (of: 'hour' | 'day') => data?.arrs.reduce((all, it) => all + it[of].made, 0) ?? 0
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-5.5 py-3 max-phone:px-3.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('arr.tabs.searches')}</h1>
        {data && (
          <p className="text-text-2">
            {text('searches.lead', {hour: count(sum('hour')), day: count(sum('day'))})}
          </p>
        )}
      </div>
      <div className="grid items-start gap-4 grid-cols-[minmax(0,1fr)] desk:grid-cols-[minmax(0,1fr)_340px]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <Next arrs={arrs} standing={data?.arrs ?? []} />
          <Done arrs={arrs} />
        </div>
        <Budgets arrs={arrs} reading={counts} />
      </div>
    </div>
  )
}

/* ── what is next ── */

const NEXT_OF_ARR = 5
const NEXT = 8

function Next({arrs, standing}: {arrs: readonly Arr[]; standing: readonly SearchesOfArr[]}) {
  const now = useNow(10_000)
  const readings = useQueries({queries: standing.map(({arr_id: id}) => nextOfArrQuery(id, NEXT_OF_ARR))})
  const known = readings.flatMap(({data}) => data?.items ?? [])
  const items = known
    .toSorted((a, b) => (a.next_at ?? Infinity) - (b.next_at ?? Infinity) || (a.place ?? 0) - (b.place ?? 0))
    .slice(0, NEXT)
  const isRead = standing.length > 0 && readings.every(({data}) => data !== undefined)
  return (
    <Card
      title={text('searches.next')}
      isPadded={false}
      actions={
        <Link to="/library/wanted" search={{show: 'ready'}} className={textLinkClass}>
          {text('searches.next.all')}
        </Link>
      }
    >
      {items.length > 0 ? (
        <ul aria-label={text('searches.next')} className="divide-y divide-line">
          {items.map((item) => (
            <NextRow
              key={`${item.arr_id} ${item.unit}`}
              item={item}
              name={nameOf(arrs, item.arr_id)}
              now={now}
            />
          ))}
        </ul>
      ) : (
        <div className="px-3.5 py-3 text-text-2">
          {isRead ? text('searches.next.none') : standing.length > 0 && <SkeletonLines />}
        </div>
      )}
    </Card>
  )
}

function NextRow({item, name, now}: {item: WantedItem; name: string; now: number}) {
  const {pause, until} = item
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 px-3.5 py-2">
      <Link
        {...addressOfUnit(item.arr_id, item.unit)}
        className="min-w-0 truncate font-medium hover:underline"
      >
        {item.title ?? text('searches.untitled')}
      </Link>
      <span className="text-12 text-text-2">
        {name} · {text(`wanted.reason.${item.reason}`)}
      </span>
      <span className="num ml-auto text-12 text-text-2">
        {/* Without a time, what holds its Arr up says more than its place. */}
        {pause !== null && item.next_at === null
          ? turnWords({pause, until}, now)
          : (nextWords(item, now) ?? text('searches.next.unknown'))}
      </span>
    </li>
  )
}

/* ── what was made ── */

/** Those that people look for; others are found by the search box. */
const shows = ['running', 'grabbed', 'nothing_found', 'all_rejected', 'no_grab', 'partial', 'failed'] as const

function Done({arrs}: {arrs: readonly Arr[]}) {
  const search = useSearch({from: '/inside/library/searches'})
  const navigate = useNavigate()
  const change = (some: {readonly [K in keyof SearchesSearch]: string | undefined}) => {
    const all = Object.entries({...search, ...some}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    void navigate({to: '/library/searches', search: Object.fromEntries(all), replace: true})
  }
  const q = search.q ?? ''
  const show = shows.find((it) => it === search.show) ?? null
  // In parentheses: what is written may have an OR in it.
  const asked = [q === '' ? '' : `(${q})`, show === null ? '' : `outcome:${show}`].join(' ').trim()
  const counted = useQuery({...searchCountsQuery(q), placeholderData: keepPreviousData})
  const list = useInfiniteQuery({
    ...searchesQuery(show === null ? q : asked),
    placeholderData: keepPreviousData,
  })
  const {data, hasNextPage, isFetchingNextPage, fetchNextPage} = list
  const box = useMemo(() => searchOfSearches(arrs, timeZone), [arrs])
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const total = data?.pages[0]?.total ?? 0
  const isFiltered = q !== '' || show !== null
  return (
    <Card
      title={text('searches.done')}
      note={<span className="text-12 text-text-3">{text('searches.done.note')}</span>}
      isPadded={false}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-2 border-b border-line px-3.5 py-2.5">
        <ListSearchBox
          name="searches"
          label="searches.find"
          q={q}
          search={box}
          found={total}
          className="w-90"
          onChange={(written) => change({q: written === '' ? undefined : written})}
        />
        <OutcomeFilter
          counts={counted.data}
          shown={show}
          onShow={(outcome) => change({show: outcome ?? undefined})}
        />
      </div>
      {items.length > 0 ? (
        <ul aria-label={text('searches.done')} className="divide-y divide-line">
          {items.map((item) => (
            <DoneRow key={item.id} item={item} name={nameOf(arrs, item.arr_id)} />
          ))}
        </ul>
      ) : (
        <div className="px-3.5 py-3">
          <Awaited reading={list} what={text('arr.tabs.searches')}>
            <SkeletonLines />
          </Awaited>
          {data && (
            <NoneDone isFiltered={isFiltered} onClear={() => change({q: undefined, show: undefined})} />
          )}
        </div>
      )}
      {hasNextPage && (
        <div className="border-t border-line px-3.5 py-2">
          <TextButton disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text('searches.more')}
          </TextButton>
        </div>
      )}
    </Card>
  )
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

function NoneDone({isFiltered, onClear}: {isFiltered: boolean; onClear: () => void}) {
  if (!isFiltered) return <EmptyState title={text('searches.empty')} text={text('searches.empty.more')} />
  return (
    <p className="flex flex-wrap gap-x-3 text-text-2">
      {text('searches.none')}
      <TextButton onClick={onClear}>{text('searches.clear')}</TextButton>
    </p>
  )
}

type Show = (typeof shows)[number]

function OutcomeFilter({
  counts,
  shown,
  onShow,
}: {
  /** `undefined` = nothing is known yet. */
  counts: Searches | undefined
  shown: Show | null
  onShow: (show: Show | null) => void
}) {
  const countOf = (show: Show | null) => (show === null ? counts?.total : (counts?.counts[show] ?? 0))
  // What there is none of is not in the way, unless it is chosen.
  const all = [null, ...shows].filter((it) => it === null || it === shown || (countOf(it) ?? 0) > 0)
  return (
    <fieldset
      aria-label={text('searches.filter')}
      className="-my-1 flex gap-1.5 overflow-x-auto p-1 [scrollbar-width:none]"
    >
      {all.map((it) => (
        <button
          key={it}
          type="button"
          aria-pressed={it === shown}
          onClick={() => onShow(it)}
          className="flex h-7 shrink-0 items-center gap-1.5 rounded-full border border-line-strong px-2.5 text-12 whitespace-nowrap text-text-2 hover:bg-hover focus-visible:shadow-focus aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-text max-phone:h-9 pointer-coarse:h-11"
        >
          {text(`searches.show.${it ?? 'all'}`)}
          <span className="num text-text-2">{counts === undefined ? '' : count(countOf(it) ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  )
}

const tones = {
  good: {icon: CircleCheck, ink: 'text-st-seeding'},
  warn: {icon: TriangleAlert, ink: 'text-st-stalled'},
  busy: {icon: LoaderCircle, ink: 'text-accent'},
  quiet: {icon: CircleDashed, ink: 'text-text-3'},
} as const

function DoneRow({item, name}: {item: StoredSearch; name: string}) {
  const now = useNow(60_000)
  const {icon, ink} = tones[resultTone(item.outcome)]
  const at = item.asked_at
  const title = item.title ?? text('searches.untitled')
  const indexers = item.indexers
  const facts = [
    name,
    whyWords(item),
    indexers === null ? null : text('searches.indexers', {count: indexers, shown: count(indexers)}),
  ]
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 px-3.5 py-2">
      <span className="min-w-0 truncate">
        {item.unit === null ? (
          <span className="font-medium">{title}</span>
        ) : (
          <Link {...addressOfUnit(item.arr_id, item.unit)} className="font-medium hover:underline">
            {title}
          </Link>
        )}
      </span>
      <time dateTime={new Date(at).toISOString()} className="num text-12 text-text-2">
        {daysAway(at, now) === 0 ? timeOfDay(at) : dayAndTime(at, now)}
      </time>
      <span className="col-span-full flex min-w-0 items-start gap-1.5">
        <Icon icon={icon} size={14} className={joined('mt-[3px] shrink-0', ink)} />
        <span className="min-w-0 wrap-anywhere">{resultWords(item)}</span>
      </span>
      <span className="col-span-full truncate text-12 text-text-2">
        {facts.filter((it) => it !== null).join(' · ')}
      </span>
      <Details item={item} title={title} />
    </li>
  )
}

function whyWords({by, reason}: StoredSearch): string {
  return by === 'schedule' ? text(`wanted.reason.${reason}` as TextKey) : text(`searches.by.${by}`)
}

/** Why releases were not taken, with what would help; nothing where the Arr was not asked. */
function Details({item, title}: {item: StoredSearch; title: string}) {
  const lines = rejectLines(item)
  if (lines.length === 0 && item.refused.length === 0 && item.said === null) return null
  return (
    <details className="col-span-full min-w-0 text-12 text-text-2">
      <summary className="w-fit cursor-pointer rounded-s focus-visible:shadow-focus pointer-coarse:min-h-11">
        {text('searches.details', {title})}
      </summary>
      <ul className="grid gap-1 py-1.5 pl-4">
        {lines.map(({count: its, why, remedy}) => (
          <li key={why} className="grid grid-cols-[40px_minmax(0,1fr)] gap-2.5">
            <b className="num text-right font-medium text-text">{count(its)}</b>
            <span>
              {why} · {remedy}
            </span>
          </li>
        ))}
        {item.refused.map(({title: release, why}) => (
          <li key={release} className="wrap-anywhere">
            {text('searches.refused', {release, why})}
          </li>
        ))}
        {item.said !== null && <li className="wrap-anywhere">{text('searches.said', {said: item.said})}</li>}
      </ul>
    </details>
  )
}

/* ── how Arrs stand ── */

function Budgets({
  arrs,
  reading,
}: {
  arrs: readonly Arr[]
  reading: Reading & {readonly data: Searches | undefined}
}) {
  const {data} = reading
  return (
    <Card title={text('searches.budgets')} isPadded={false}>
      {data === undefined || data.arrs.length === 0 ? (
        <div className="px-3.5 py-3 text-text-2">
          <Awaited reading={reading} what={text('arr.tabs.searches')}>
            <SkeletonLines />
          </Awaited>
          {data && text('searches.off')}
        </div>
      ) : (
        <ul aria-label={text('searches.budgets')} className="divide-y divide-line">
          {data.arrs.map((its) => (
            <Budget key={its.arr_id} its={its} arr={arrs.find(({id}) => id === its.arr_id)} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Budget({its, arr}: {its: SearchesOfArr; arr: Arr | undefined}) {
  const now = useNow(10_000)
  const {hour, day, paused, pause, until} = its
  const name = arr?.name ?? its.arr_id
  const figures = {made: count(hour.made), most: count(hour.most), day: count(day.made)}
  const words =
    day.most === 0
      ? text('searches.budget.words', figures)
      : text('searches.budget.day', {...figures, days: count(day.most)})
  return (
    <li className="grid gap-1.5 px-3.5 py-2.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium">{name}</span>
        <span className="num text-12 text-text-2">
          {text('searches.budget.ready', {count: its.ready, shown: count(its.ready)})}
        </span>
        {arr && arr.access !== 'view' && (
          <span className="ml-auto">
            <PauseButton id={its.arr_id} name={name} isPaused={paused !== null} />
          </span>
        )}
      </div>
      <Meter
        share={hour.most === 0 ? 0 : hour.made / hour.most}
        label={text('searches.budget.hour', {name})}
        valueText={words}
        tone="accent"
      />
      <span className="num text-12 text-text-2">{words}</span>
      <span className="text-12 text-text-2">
        {paused === null ? turnWords({pause, until}, now) : pausedWords(paused.until, now)}
      </span>
    </li>
  )
}

function pausedWords(until: number | null, now: number): string {
  if (until === null) return text('searches.paused.open')
  const time = daysAway(until, now) === 0 ? timeOfDay(until) : dayAndTime(until, now)
  return text('searches.paused.until', {time})
}

const HOUR_MS = 3_600_000

function PauseButton({id, name, isPaused}: {id: string; name: string; isPaused: boolean}) {
  const {send, isBusy} = useSending()
  const act = async (work: () => Promise<void>, done: string) => {
    const isDone = await send(work)
    toast(isDone ? {tone: 'good', text: done} : {tone: 'bad', text: text('searches.unchanged', {name})})
  }
  const pauseFor = (hours: number | null) => () =>
    void act(
      () => pauseSearches(id, hours === null ? null : serverNow() + hours * HOUR_MS),
      text('searches.paused', {name}),
    )
  if (isPaused)
    return (
      <Button
        icon={Play}
        aria-label={text('searches.resume.of', {name})}
        waitsFor={isBusy ? text('account.saving') : undefined}
        onClick={() => void act(() => resumeSearches(id), text('searches.resumed', {name}))}
      >
        {text('searches.resume')}
      </Button>
    )
  return (
    <DropdownMenu
      label={text('searches.pause.of', {name})}
      align="end"
      entries={[
        {id: 'hour', label: text('searches.pause.hour'), onSelect: pauseFor(1)},
        {id: 'half_day', label: text('searches.pause.half_day'), onSelect: pauseFor(12)},
        {id: 'week', label: text('searches.pause.week'), onSelect: pauseFor(7 * 24)},
        {id: 'open', label: text('searches.pause.open'), onSelect: pauseFor(null)},
      ]}
      trigger={
        <Button icon={Pause} aria-label={text('searches.pause.of', {name})}>
          {text('searches.pause')}
        </Button>
      }
    />
  )
}

function nameOf(arrs: readonly Arr[], id: string): string {
  return arrs.find((arr) => arr.id === id)?.name ?? id
}
