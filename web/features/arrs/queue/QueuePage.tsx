import {useQuery} from '@tanstack/react-query'
import {useNavigate, useSearch} from '@tanstack/react-router'
import {useMemo, useRef, useState} from 'react'
import {countOfNeeds, type Need} from '#model/needs.ts'
import {arrsQuery, type Arr} from '../../../api/arrs.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useAttention} from '../../../live/attention.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Badge} from '../../../ui/Badge.tsx'
import {Card} from '../../../ui/Card.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {count, duration, fullSpeed, written} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {pageClass, PageHead} from '../../../ui/PageHead.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Select} from '../../../ui/Select.tsx'
import {Skeleton, SkeletonLines} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {usePhone} from '../../../ui/use-media.ts'
import {useCommands, type Command} from '../../commands/commands.ts'
import {useServerScope, type ServerScope} from '../../servers/switcher/scope.ts'
import {NeedItem} from '../../shell/NeedItem.tsx'
import {useKnownServers} from '../../torrents/filters/use-query-draft.ts'
import {NoArrs} from '../NoArrs.tsx'
import {
  inOrderOf,
  isCompleted,
  isProblem,
  nextImport,
  queueLines,
  soonestFirst,
  type QueueLine,
} from './queue-lines.ts'
import {queueQuery, type QueueReader} from './queue-query.ts'
import {unreadWords, useQueues} from './queue-readings.ts'
import type {QueueSearch, QueueShow} from './queue-search.ts'
import {QueueList} from './QueueList.tsx'
import {QueueSearchBox} from './QueueSearchBox.tsx'

const TICK_MS = 10_000

/** `/library`: all that is on the way to any Arr, and first what nobody but a person gets further. */
export function QueuePage() {
  useTitle(text('queue.title'), text('nav.library'))
  const reading = useQuery(arrsQuery)
  const {data: arrs} = reading
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] grid-cols-[minmax(0,1fr)] gap-4">
        {arrs && arrs.length > 0 ? (
          <>
            {reading.error && <Awaited reading={reading} what={text('nav.arrs')} />}
            <Queue arrs={arrs} />
          </>
        ) : (
          <div>
            <PageHead title={text('nav.library')} />
            <Awaited reading={reading} what={text('nav.arrs')} className="mb-3">
              <Skeleton height={28} width={260} />
            </Awaited>
            {arrs && <NoArrs />}
          </div>
        )}
      </div>
    </main>
  )
}

function Queue({arrs}: {arrs: readonly Arr[]}) {
  const [search, change] = useQueueSearch()
  const {readings, unread, reading, isKnown} = useQueues(arrs)
  const now = useNow(TICK_MS)
  const scope = useServerScope()
  const allNeeds = useDownloadNeeds()
  const asked = new Set(allNeeds.map(({id}) => id))
  const all = queueLines(readings, now)
    .filter((line) => isInScope(line, scope))
    // What a person is asked about stands above, once.
    .filter((line) => !needIds(line).some((id) => asked.has(id)))
  const ofArr = all.filter(({arrs: its}) => search.arr === undefined || its.some(({id}) => id === search.arr))
  const reader = useReader(arrs, now)
  const query = useMemo(() => queueQuery(search.q ?? '', reader), [search.q, reader])
  const judged = ofArr.map((line) => ({line, met: query.judge(line)}))
  const found = judged.flatMap(({line, met}) => (met === true ? [line] : []))
  const unknown = judged.filter(({met}) => met === null).length
  const shown = found.filter((line) => search.show === undefined || shows[search.show](line))
  const needs = allNeeds.filter(({arr_ids: ids}) => search.arr === undefined || ids.includes(search.arr))
  const lost = search.arr !== undefined && arrs.every(({id}) => id !== search.arr) ? search.arr : null
  return (
    <>
      <div>
        <PageHead
          title={text('queue.title')}
          actions={
            arrs.length > 1 && (
              <ArrFilter arrs={arrs} lines={all} value={search.arr} onChange={(arr) => change({arr})} />
            )
          }
        />
        {isKnown && readings.length > 0 && <Lead lines={all} needs={countOfNeeds(allNeeds)} now={now} />}
      </div>
      <Awaited reading={reading} what={text('queue.title')}>
        <Card title={text('queue.coming')}>
          <SkeletonLines />
        </Card>
      </Awaited>
      {unread.map(({arr, queue}) => (
        <Note key={arr.id} tone="warn">
          {unreadWords(arr, queue, now)}
        </Note>
      ))}
      {lost !== null && (
        <Note
          tone="warn"
          action={
            <TextButton onClick={() => change({arr: undefined})}>{text('queue.no-such-arr.all')}</TextButton>
          }
        >
          {text('queue.no-such-arr', {id: lost})}
        </Note>
      )}
      <NeedsCard needs={needs} />
      {isKnown && readings.length > 0 && lost === null && (
        <ComingCard
          lines={ofArr}
          found={found}
          shown={soonestFirst(shown, now)}
          unknown={unknown}
          reader={reader}
          search={search}
          change={change}
        />
      )}
    </>
  )
}

/** By whose names the search is read, and by which day. */
function useReader(arrs: readonly Arr[], now: number): QueueReader {
  const servers = useKnownServers()
  return useMemo(() => ({servers, arrs, now, timeZone}), [servers, arrs, now])
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** As it is named in the list of what needs a person, by each of its Arrs. */
function needIds({arrs, row}: QueueLine): readonly string[] {
  return arrs.map(({id}) => `import ${id} ${row.download_id ?? `row ${row.id}`}`)
}

/** Downloads that no rule and no Arr gets any further. */
function useDownloadNeeds(): readonly Need[] {
  return useAttention().needs.filter(
    ({kind, arr_ids: ids}) => kind === 'import' || (kind === 'approval' && ids.length > 0),
  )
}

function isInScope({torrents}: QueueLine, scope: ServerScope): boolean {
  return scope === null || torrents.some(({server_id: id}) => scope.includes(id))
}

const shows: Readonly<Record<QueueShow, (line: QueueLine) => boolean>> = {
  problems: isProblem,
  completed: isCompleted,
}

/* ── what is said of all of it ── */

/** "41 downloads are on the way, 83.4 MiB/s. The next import is Paper Ferry (2024), in about 2 m. 1 needs you." */
function Lead({lines, needs, now}: {lines: readonly QueueLine[]; needs: number; now: number}) {
  const traffic = lines.reduce(
    (sum, {torrents: [torrent]}) => sum + (torrent?.stale === true ? 0 : (torrent?.down_speed ?? 0)),
    0,
  )
  const next = nextImport(lines, now)
  return (
    <p className="text-14 text-pretty wrap-anywhere text-text-2">
      <b className="font-medium text-text">
        {lines.length === 0
          ? text('queue.lead.none')
          : text('queue.lead', {count: lines.length, shown: count(lines.length)})}
      </b>
      {traffic > 0 && `, ${written(fullSpeed(traffic))}`}.{' '}
      {next &&
        `${text('queue.lead.next', {
          title: next.line.title ?? next.line.row.title,
          time: written(duration(next.seconds)),
        })} `}
      {needs > 0 && <b className="font-medium text-text">{text('arrs.waiting', {count: needs})}.</b>}
    </p>
  )
}

/** What is on the way stays in sight below them. */
const MOST_NEEDS = 3

function NeedsCard({needs}: {needs: readonly Need[]}) {
  const [isAll, setAll] = useState(false)
  if (needs.length === 0) return null
  const shown = isAll ? needs : needs.slice(0, MOST_NEEDS)
  return (
    <Card
      title={text('queue.needs')}
      isPadded={false}
      note={<Badge tone="warn">{count(countOfNeeds(needs))}</Badge>}
    >
      <ul>
        {shown.map((need) => (
          <NeedItem key={need.id} need={need} />
        ))}
      </ul>
      {shown.length < needs.length && (
        <p className="border-t border-line px-3.5 py-2">
          <TextButton onClick={() => setAll(true)}>
            {text('queue.more', {count: count(needs.length)})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

/* ── the list ── */

/** A longer one is a click away. */
const MOST_ROWS = 100

function ComingCard({
  lines,
  found,
  shown,
  unknown,
  reader,
  search,
  change,
}: {
  /** Of the Arr. */
  lines: readonly QueueLine[]
  /** Of the Arr and with the words that are looked for. */
  found: readonly QueueLine[]
  /** Of these, in their order. */
  shown: readonly QueueLine[]
  /** So many of which it is not known whether they are looked for. */
  unknown: number
  reader: QueueReader
  search: QueueSearch
  change: Change
}) {
  const list = useRef<HTMLDivElement>(null)
  const [isAll, setAll] = useState(false)
  const [isPointed, setPointed] = useState(false)
  const [isInside, setInside] = useState(false)
  const ordered = useHeldOrder(shown, isPointed || isInside)
  useQueueKeys(list)
  const isFiltered = search.q !== undefined || search.show !== undefined || search.arr !== undefined
  return (
    <Card
      title={text('queue.coming')}
      isPadded={false}
      note={<span className="text-12 text-text-3 max-desk:hidden">{text('queue.order')}</span>}
      actions={
        <span className="flex flex-wrap items-center gap-2 max-phone:w-full">
          <QueueSearchBox
            q={search.q ?? ''}
            lines={lines}
            reader={reader}
            found={shown.length}
            onChange={(q) => change({q: q === '' ? undefined : q})}
          />
          <Segmented
            label={text('queue.show')}
            value={search.show ?? 'all'}
            onChange={(show) => change({show: show === 'all' ? undefined : show})}
            options={[
              {value: 'all', label: text('queue.show.all')},
              {
                value: 'problems',
                label: text('queue.show.problems', {count: count(found.filter(isProblem).length)}),
              },
              {
                value: 'completed',
                label: text('queue.show.completed', {count: count(found.filter(isCompleted).length)}),
              },
            ]}
          />
        </span>
      }
    >
      {shown.length === 0 ? (
        <Nothing isFiltered={isFiltered} onClear={() => change(nothingSought)} />
      ) : (
        <div
          ref={list}
          className="overflow-clip rounded-b-l"
          // Rows that somebody points at, or is in, stay where they are.
          onPointerEnter={() => setPointed(true)}
          onPointerLeave={() => setPointed(false)}
          onFocus={() => setInside(true)}
          onBlur={({currentTarget, relatedTarget}) => setInside(currentTarget.contains(relatedTarget))}
        >
          <QueueList
            hasArr
            label={text('queue.coming')}
            lines={isAll ? ordered : ordered.slice(0, MOST_ROWS)}
          />
          {!isAll && ordered.length > MOST_ROWS && (
            <p className="border-t border-line px-3.5 py-2">
              <TextButton onClick={() => setAll(true)}>
                {text('queue.more', {count: count(ordered.length)})}
              </TextButton>
            </p>
          )}
        </div>
      )}
      {unknown > 0 && (
        <p className="border-t border-line px-3.5 py-2 text-12 text-text-3">
          {text('queue.unknown', {count: unknown, all: count(unknown)})}
        </p>
      )}
    </Card>
  )
}

function Nothing({isFiltered, onClear}: {isFiltered: boolean; onClear: () => void}) {
  if (!isFiltered)
    return <EmptyState className="border-0" title={text('queue.empty')} text={text('queue.empty.more')} />
  return (
    <p className="flex flex-wrap gap-x-3 px-3.5 py-3 text-text-2">
      {text('queue.no-matches')}
      <TextButton onClick={onClear}>{text('queue.clear')}</TextButton>
    </p>
  )
}

/** @param isHeld each stays where it is; new ones come last */
function useHeldOrder(lines: readonly QueueLine[], isHeld: boolean): readonly QueueLine[] {
  const [order, setOrder] = useState<readonly string[]>([])
  const ordered = isHeld ? inOrderOf(lines, order) : lines
  const ids = ordered.map(({id}) => id)
  if (ids.join('\n') !== order.join('\n')) setOrder(ids)
  return ordered
}

/* ── filters ── */

type Change = (change: {readonly [K in keyof QueueSearch]: QueueSearch[K] | undefined}) => void

const nothingSought = {q: undefined, arr: undefined, show: undefined} as const

function useQueueSearch(): readonly [QueueSearch, Change] {
  const search = useSearch({from: '/inside/library/'})
  const navigate = useNavigate()
  const change: Change = (some) => {
    const {q, arr, show} = {...search, ...some}
    void navigate({
      to: '/library',
      search: {...(q !== undefined && {q}), ...(arr !== undefined && {arr}), ...(show && {show})},
      replace: true,
    })
  }
  return [search, change]
}

/** No Arr has this id; the empty one would select none of them. */
const EVERY = '*'
/** More names than this do not stand beside each other. */
const MOST_NAMES = 4

function ArrFilter({
  arrs,
  lines,
  value = EVERY,
  onChange,
}: {
  arrs: readonly Arr[]
  lines: readonly QueueLine[]
  value: string | undefined
  onChange: (id: string | undefined) => void
}) {
  const isPhone = usePhone()
  const options = [
    {value: EVERY, label: text('queue.every-arr', {count: count(lines.length)})},
    ...arrs.map(({id, name}) => {
      const its = lines.filter((line) => line.arrs.some((it) => it.id === id))
      return {value: id, label: text('queue.arr', {name, count: count(its.length)})}
    }),
  ]
  const pick = (id: string) => onChange(id === EVERY ? undefined : id)
  const label = text('queue.of-arr')
  return isPhone || arrs.length > MOST_NAMES ? (
    <Select label={label} value={value} onChange={pick} options={options} />
  ) : (
    <Segmented label={label} value={value} onChange={pick} options={options} />
  )
}

/** J and K move from download to download; Enter opens its torrent, as its row is a link. */
function useQueueKeys(list: {readonly current: HTMLElement | null}): void {
  const move = (by: 1 | -1) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[data-download]') ?? [])]
    const at = all.findIndex((it) => it.contains(document.activeElement))
    const next = all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]
    next?.querySelector<HTMLElement>('[data-main]')?.focus({preventScroll: true})
    next?.scrollIntoView({block: 'nearest'})
  }
  const command = (id: string, label: TextKey, key: string, run: () => void): Command => ({
    id: `queue.${id}`,
    group: 'move',
    label,
    keys: [key],
    hidden: true,
    run,
  })
  useCommands([
    command('next', 'queue.next-one', 'j', () => move(1)),
    command('previous', 'queue.previous', 'k', () => move(-1)),
  ])
}
