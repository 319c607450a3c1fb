import {Link} from '@tanstack/react-router'
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {exactTime} from '../../../i18n/format-time.ts'
import {until, written} from '../../../ui/format.ts'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {kindName, milliseconds, troubleSentence} from '../server-words.ts'
import {HealthActionButton} from './HealthActionButton.tsx'
import {ServerHealthBadge} from './HealthIcon.tsx'

/** Everything about how a server does: cause, consequence, since when, next try, what to do, and one action. */
export function ServerStatus({server}: {server: LiveServer}) {
  const now = useNow()
  const {next_try_at: next} = server
  const entries = [
    {id: 'since', term: text('server.since'), value: exactTime(server.since, now)},
    {
      id: 'ok',
      term: text('server.last-ok'),
      value: server.last_ok_at === null ? text('server.never') : exactTime(server.last_ok_at, now),
    },
    ...(next === null || !isTrouble(server)
      ? []
      : [
          {
            id: 'next',
            term: text('server.next-try'),
            value: next <= now ? text('server.now') : written(until(next, now)),
          },
        ]),
    {
      id: 'latency',
      term: text('server.latency'),
      value: server.latency_ms === null ? '–' : milliseconds(server.latency_ms),
    },
    {
      id: 'version',
      term: text('server.version'),
      value: `${kindName(server.server_type)} ${server.version ?? '?'}`,
    },
  ]
  return (
    <div className="grid gap-3">
      <div className="flex items-center justify-between gap-3">
        <span className="truncate font-bold">{server.server_name}</span>
        <ServerHealthBadge server={server} />
      </div>
      {isTrouble(server) && <p className="text-pretty">{troubleSentence(server, now)}</p>}
      {server.advice !== '' && <p className="text-pretty text-text-2">{server.advice}</p>}
      <DefinitionList entries={entries} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <HealthActionButton server={server} />
        <Link to="/settings/servers/$id" params={{id: server.server_id}} className={textLinkClass}>
          {text('server.show-all')}
        </Link>
      </div>
    </div>
  )
}
