import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {healthQuery} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Card} from '../../../ui/Card.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {healthEvents} from './health-events.ts'
import {HealthEventRow} from './HealthEventRow.tsx'

const DAY_MS = 86_400_000
const SHOWN = 6
const MOST = 100

/** What happened to the servers in the last day, newest first. */
export function HealthEvents({servers}: {servers: readonly LiveServer[]}) {
  const [isWhole, setWhole] = useState(false)
  const {data} = useQuery(healthQuery(null, DAY_MS, MOST))
  const now = useNow(60_000)
  if (data === undefined) return null
  // One that was removed has no name any more, and needs nobody.
  const there = new Set(servers.map(({server_id: id}) => id))
  const events = healthEvents(data).filter(({change}) => there.has(change.server_id))
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
      {shown.length === 0 ? (
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
