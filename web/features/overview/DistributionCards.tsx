import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {withChoice} from '#search-query/choices.ts'
import {printedValue} from '#search-query/printing.ts'
import {useTrackerNames, type TrackerName} from '../../api/tracker-names.ts'
import {firstMinutesQuery, trackerHistoryQuery} from '../../api/history.ts'
import {distributionQuery, type Distribution} from '../../api/today.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Card} from '../../ui/Card.tsx'
import {bytes, count as counted, written} from '../../ui/format.ts'
import {Meter} from '../../ui/Meter.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {serverColour} from '../../ui/server-colours.ts'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {isOnline} from '../servers/health-words.ts'
import {scopeText, useScopedServers, useServerScope} from '../servers/switcher/scope.ts'
import {countedSince, OTHER_TRACKERS, spreadOf, trackerUploads} from './figures.ts'

const MOST = 6

/** How many torrents of each category are on which server; every figure leads to them. */
export function DistributionCard() {
  const reading = useQuery(distributionQuery)
  const {data} = reading
  const servers = useScopedServers()
  const [isWhole, setWhole] = useState(false)
  const rows = spreadOf(data ?? none, servers)
  const shown = isWhole ? rows : rows.slice(0, MOST)
  return (
    <Card title={text('spread.title')} isPadded={false} className="overflow-clip">
      <Awaited reading={reading} what={text('spread.title')}>
        <SkeletonLines />
      </Awaited>
      {data !== undefined && rows.length === 0 && (
        <p className="px-3.5 py-4 text-text-2">{text('spread.none')}</p>
      )}
      <ul>
        {shown.map(({category, total, parts}) => (
          <li
            key={category}
            className="num grid grid-cols-[minmax(0,1fr)_auto] gap-x-3.5 border-t border-line px-3.5 py-1.5 first:border-0"
          >
            <CategoryLink category={category} />
            <CategoryLink category={category} words={counted(total)} />
            <span className="col-span-2 flex flex-wrap gap-x-4 text-12 text-text-2">
              {parts.map(({server, count}) => (
                <Cell key={server.server_id} category={category} server={server} count={count} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > MOST && (
        <p className="border-t border-line px-3.5 py-2">
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('spread.fewer') : text('spread.all', {count: rows.length})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

const none: Distribution = {}

const linkClass =
  'inline-flex min-h-6 min-w-0 items-center rounded-s hover:underline focus-visible:shadow-focus pointer-coarse:min-h-11'

function queryOf(category: string): string {
  return `category:${category === '' ? 'none' : printedValue(category)}`
}

/** @param words the figure; absent = its name */
function CategoryLink({category, words}: {category: string; words?: string}) {
  const servers = scopeText(useServerScope())
  const name = category === '' ? text('spread.no-category') : category
  return (
    <Link
      to="/torrents"
      search={{q: queryOf(category), ...(servers !== undefined && {servers})}}
      aria-label={words === undefined ? undefined : `${name}: ${words}`}
      className={`${linkClass} font-medium wrap-anywhere`}
    >
      {words ?? name}
    </Link>
  )
}

function Cell({category, server, count}: {category: string; server: LiveServer; count: number}) {
  const place = (useServers() ?? []).findIndex((it) => it.server_id === server.server_id)
  const name = server.server_name
  return (
    <Link
      to="/torrents"
      search={{q: queryOf(category), servers: server.server_id}}
      title={text('spread.cell', {
        server: name,
        count,
        category: category === '' ? text('spread.no-category') : category,
      })}
      className={`${linkClass} gap-1.5`}
    >
      <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} />
      <span className="truncate">{name}</span> {counted(count)}
    </Link>
  )
}

const spans = ['day', 'month', 'year'] as const
type Span = (typeof spans)[number]

/** How much went to the torrents of each tracker; not there until something of it is known. */
export function TrackersCard() {
  const [span, setSpan] = useState<Span>('day')
  const isAnyKnown = useIsAnyKnown()
  if (!isAnyKnown) return null
  return (
    <Card
      title={text('by-tracker.title')}
      isPadded={false}
      className="overflow-clip"
      actions={
        <Segmented
          label={text('chart.span')}
          value={span}
          onChange={setSpan}
          options={spans.map((value) => ({value, label: text(`chart.span.${value}`)}))}
        />
      }
    >
      <Uploads key={span} span={span} />
    </Card>
  )
}

/** The year is asked only where the last day tells nothing: Commodarr or its servers may have been off since then. */
function useIsAnyKnown(): boolean {
  const servers = useServerScope()
  const {data: today} = useQuery(trackerHistoryQuery(servers, 'day'))
  const isTodayKnown = today !== undefined && trackerUploads(today) !== null
  const {data: year} = useQuery({
    ...trackerHistoryQuery(servers, 'year'),
    enabled: today !== undefined && !isTodayKnown,
  })
  return isTodayKnown || (year !== undefined && trackerUploads(year) !== null)
}

function Uploads({span}: {span: Span}) {
  const servers = useServerScope()
  const reading = useQuery(trackerHistoryQuery(servers, span))
  const {data} = reading
  const begun = data === undefined ? null : (trackerUploads(data)?.since ?? null)
  const {data: minutes} = useQuery(firstMinutesQuery(servers, begun, data?.span ?? 0))
  const [isWhole, setWhole] = useState(false)
  const names = useTrackerNames()
  const now = useNow(60_000)
  const awaited = (
    <Awaited reading={reading} what={text('by-tracker.title')}>
      <SkeletonLines />
    </Awaited>
  )
  if (data === undefined) return awaited
  const uploads = trackerUploads(data)
  if (uploads === null) return <p className="px-3.5 py-4 text-text-2">{text('by-tracker.unknown')}</p>
  const {rows, since, hasGaps} = uploads
  const most = Math.max(...rows.map(({uploaded}) => uploaded))
  const notes = [
    ...(since === null
      ? []
      : [text('by-tracker.since', {time: exactTime(countedSince(since, minutes), now)})]),
    ...(hasGaps ? [text('by-tracker.gaps')] : []),
  ]
  return (
    <>
      {awaited}
      {rows.length === 0 && <p className="px-3.5 py-4 text-text-2">{text('by-tracker.none')}</p>}
      <ul className="py-1.5">
        {(isWhole ? rows : rows.slice(0, MOST)).map(({name, hosts, uploaded}) => (
          <li key={name}>
            <TrackerRow
              called={name}
              named={names.get(hosts[0] ?? '') ?? null}
              uploaded={uploaded}
              share={uploaded / most}
            />
          </li>
        ))}
      </ul>
      {(notes.length > 0 || rows.length > MOST) && (
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3.5 py-2 text-12 text-text-3">
          {rows.length > MOST && (
            <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {isWhole ? text('by-tracker.fewer') : text('by-tracker.all', {count: rows.length})}
            </TextButton>
          )}
          {notes.length > 0 && <span>{notes.join(' ')}</span>}
        </p>
      )}
    </>
  )
}

const row =
  'grid min-h-8 grid-cols-[minmax(0,1fr)_minmax(40px,40%)_80px] items-center gap-3 px-3.5 pointer-coarse:min-h-11'

/** Leads to the torrents of the tracker; those that are together are no list of torrents. */
function TrackerRow({
  called,
  named,
  uploaded,
  share,
}: {
  /** The name of its profile, else its host. */
  called: string
  named: TrackerName | null
  uploaded: number
  share: number
}) {
  const servers = scopeText(useServerScope())
  const name = nameOf(called)
  const words = (
    <>
      <span className="flex min-w-0 items-center gap-2" title={name}>
        {named && <Swatch colour={serverColour(named.colour)} />}
        <span className="truncate">{name}</span>
      </span>
      <Meter share={share} label={name} valueText={written(bytes(uploaded))} tone="good" />
      <Quantity value={bytes(uploaded)} className="num text-right" />
    </>
  )
  if (called === OTHER_TRACKERS) return <div className={row}>{words}</div>
  return (
    <Link
      to="/torrents"
      search={{q: withChoice('', 'tracker', called, 'include'), ...(servers !== undefined && {servers})}}
      className={`${row} hover:bg-hover focus-visible:shadow-focus-in`}
    >
      {words}
    </Link>
  )
}

function nameOf(called: string): string {
  if (called === '') return text('by-tracker.no-tracker')
  return called === OTHER_TRACKERS ? text('by-tracker.others') : called
}
