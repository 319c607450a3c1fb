import {useQuery} from '@tanstack/react-query'
import {endSession, sessionsQuery, type OpenSession} from '../../api/accounts.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {ago, written} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {browserName} from './browser-name.ts'
import {useSending} from './use-sending.ts'

const MINUTE_MS = 60_000

/** Where he is signed in. */
export function SessionsCard() {
  const {data} = useQuery(sessionsQuery)
  const {send, error} = useSending()
  if (!data) return null
  const others = data.filter((it) => !it.current)
  return (
    <Card
      title={text('account.sessions')}
      isPadded={false}
      actions={
        others.length > 1 && (
          <Button onClick={() => void send(() => endSession(null))}>
            {text('account.sessions.end_others')}
          </Button>
        )
      }
    >
      <ul className="divide-y divide-line">
        {data.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            onEnd={() => void send(() => endSession(session.id))}
          />
        ))}
      </ul>
      {error !== '' && (
        <Note tone="bad" isNews className="m-3">
          {error}
        </Note>
      )}
    </Card>
  )
}

function SessionRow({session, onEnd}: {session: OpenSession; onEnd: () => void}) {
  const now = useNow(MINUTE_MS)
  const {current, user_agent: agent, address, last_used_at: usedAt} = session
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <span className="font-medium" title={agent}>
        {browserName(agent) || text('account.sessions.unknown')}
      </span>
      <span className="text-text-2">{address}</span>
      <span className="text-12 text-text-3">
        {text('account.sessions.used', {ago: written(ago(usedAt, now))})}
      </span>
      <span className="ml-auto">
        {current ? (
          <Badge tone="good">{text('account.sessions.this')}</Badge>
        ) : (
          <Button variant="ghost" onClick={onEnd}>
            {text('account.sessions.end')}
          </Button>
        )}
      </span>
    </li>
  )
}
