import type {LiveServer} from '#model/live.ts'
import {fullTime} from '../../../ui/format-time.ts'
import {joined} from '../../../ui/joined.ts'
import {ServerName} from '../list/ServerName.tsx'
import {momentWords} from '../server-words.ts'
import type {HealthEvent} from './health-events.ts'
import {HealthIcon} from './HealthIcon.tsx'

const row = 'grid items-start gap-x-2 border-b border-line px-3.5 py-2 last:border-0'
const narrow = 'grid-cols-[104px_20px_minmax(0,1fr)]'
const wide = 'grid-cols-[max-content_20px_minmax(0,1fr)] phone:grid-cols-[104px_20px_150px_minmax(0,1fr)]'

/** One change: when, which server, what. On the page of one server its name is left out. */
export function HealthEventRow({
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
