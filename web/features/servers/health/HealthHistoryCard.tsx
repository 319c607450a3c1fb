import {useQuery} from '@tanstack/react-query'
import {healthQuery} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Card} from '../../../ui/Card.tsx'
import {healthEvents} from './health-events.ts'
import {healthTimeline} from './health-timeline.ts'
import {HealthEventRow} from './HealthEventRow.tsx'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** What held when the day began may have begun long before. */
const LONG_MS = 400 * DAY_MS
const MOST = 200
const SHOWN = 8

const fills = {
  good: 'bg-st-seeding',
  warn: 'bg-st-stalled',
  bad: 'bg-st-error',
  quiet: 'bg-line-strong',
} as const

/** How a server did over the last week: a band for the last day, and each change below it. */
export function HealthHistoryCard({id}: {id: string}) {
  const {data} = useQuery(healthQuery(id, LONG_MS, MOST))
  const now = useNow(60_000)
  const stretches = healthTimeline(data ?? [], now - DAY_MS, now)
  const events = healthEvents(data ?? [])
    .filter(({at}) => at >= now - WEEK_MS)
    .slice(0, SHOWN)
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
      {data && events.length === 0 && <p className="px-3.5 pb-3 text-text-2">{text('server.no-events')}</p>}
      <ol>
        {events.map((event) => (
          <HealthEventRow key={event.id} event={event} servers={null} now={now} />
        ))}
      </ol>
    </Card>
  )
}
