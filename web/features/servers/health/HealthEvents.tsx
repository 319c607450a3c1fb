import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {healthQuery} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Card} from '../../../ui/Card.tsx'
import {fullTime} from '../../../i18n/format-time.ts'
import {joined} from '../../../ui/joined.ts'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {ServerName} from '../ServerName.tsx'
import {momentWords} from '../server-words.ts'
import {healthEvents, healthTimeline, type HealthEvent} from './health-events.ts'
import {HealthIcon} from './HealthIcon.tsx'

const DAY_MS = 86_400_000
const SHOWN = 6
const MOST = 100

/** What happened to the servers in the last day, newest first. */
export function HealthEvents({servers}: {servers: readonly LiveServer[]}) {
  const [isWhole, setWhole] = useState(false)
  const reading = useQuery(healthQuery(null, DAY_MS, MOST))
  const {data} = reading
  const now = useNow(60_000)
  // One that was removed has no name any more, and needs nobody.
  const there = new Set(servers.map(({server_id: id}) => id))
  const events = healthEvents(data ?? []).filter(({change}) => there.has(change.server_id))
  const shown = isWhole ? events : events.slice(0, SHOWN)
  return (
    <Card
      title={text('servers.happened')}
      isPadded={false}
      className="mt-5"
      actions={
        events.length > SHOWN && (
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('servers.fewer-events') : text('servers.all-events', {count: events.length})}
          </TextButton>
        )
      }
    >
      <Awaited reading={reading} what={text('servers.happened')}>
        <SkeletonLines />
      </Awaited>
      {data !== undefined && shown.length === 0 ? (
        <p className="px-3.5 py-3 text-text-2">{text('servers.quiet')}</p>
      ) : (
        <ol>
          {shown.map((event) => (
            <HealthEventRow key={event.id} event={event} servers={servers} now={now} />
          ))}
        </ol>
      )}
    </Card>
  )
}

const row = 'grid items-start gap-x-2 border-b border-line px-3.5 py-2 last:border-0'
const narrow = 'grid-cols-[104px_20px_minmax(0,1fr)]'
const wide = 'grid-cols-[max-content_20px_minmax(0,1fr)] phone:grid-cols-[104px_20px_150px_minmax(0,1fr)]'

/** One change: when, which server, what. On the page of one server its name is left out. */
function HealthEventRow({
  event,
  servers,
  now,
}: {
  event: HealthEvent
  /** `null` = all lines are about one server. */
  servers: readonly LiveServer[] | null
  now: number
}) {
  const {change, at, words} = event
  const place = servers?.findIndex(({server_id: id}) => id === change.server_id) ?? -1
  const server = servers?.[place]
  return (
    <li className={joined(row, servers === null ? narrow : wide)}>
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-text-3">
        {momentWords(at, now)}
      </time>
      <HealthIcon health={change} className="mt-0.5" />
      {server && (
        <span className="min-w-0">
          <ServerName server={server} place={place} />
        </span>
      )}
      <span
        className={joined('text-pretty wrap-anywhere', servers !== null && 'max-phone:col-span-full')}
        title={change.detail}
      >
        {words}
      </span>
    </li>
  )
}

const WEEK_MS = 7 * DAY_MS
/** What held when the day began may have begun long before. */
const LONG_MS = 400 * DAY_MS
const MOST_OF_ONE = 200
const SHOWN_OF_ONE = 8

const fills = {
  good: 'bg-st-seeding',
  warn: 'bg-st-stalled',
  bad: 'bg-st-error',
  quiet: 'bg-line-strong',
} as const

/** How a server did over the last week: a band for the last day, and each change below it. */
export function HealthHistoryCard({id}: {id: string}) {
  const reading = useQuery(healthQuery(id, LONG_MS, MOST_OF_ONE))
  const {data} = reading
  const now = useNow(60_000)
  const stretches = healthTimeline(data ?? [], now - DAY_MS, now)
  const events = healthEvents(data ?? [])
    .filter(({at}) => at >= now - WEEK_MS)
    .slice(0, SHOWN_OF_ONE)
  return (
    <Card title={text('server.health-history')} isPadded={false}>
      <div className="grid gap-1 px-3.5 pt-3.5 pb-2">
        <div
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here, no file
          role="img"
          aria-label={text('server.band')}
          className="flex h-3 gap-px overflow-clip rounded-s bg-sunken"
        >
          {stretches.map(({from, to, tone, words}) => (
            <span
              key={from}
              title={words}
              className={`kit-fill min-w-px ${tone === null ? '' : fills[tone]}`}
              style={{flexGrow: to - from, flexBasis: 0}}
            />
          ))}
        </div>
        <div aria-hidden className="flex justify-between text-11/4 text-text-3">
          <span>{text('server.day-ago')}</span>
          <span>{text('server.now')}</span>
        </div>
      </div>
      <Awaited reading={reading} what={text('server.health-history')} className="px-3.5 pb-3">
        <SkeletonLines />
      </Awaited>
      {data && events.length === 0 && <p className="px-3.5 pb-3 text-text-2">{text('server.no-events')}</p>}
      <ol>
        {events.map((event) => (
          <HealthEventRow key={event.id} event={event} servers={null} now={now} />
        ))}
      </ol>
    </Card>
  )
}
