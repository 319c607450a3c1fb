import {useQuery} from '@tanstack/react-query'
import {invitationsQuery, withdrawInvitation} from '../../api/accounts.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {until, written} from '../../ui/format.ts'
import {useSending} from '../../ui/use-sending.ts'

const MINUTE_MS = 60_000

/** Invitations that nobody has accepted yet. */
export function InvitationsCard() {
  const {data} = useQuery(invitationsQuery)
  const now = useNow(MINUTE_MS)
  const {send} = useSending()
  if (!data || data.length === 0) return null
  return (
    <Card title={text('people.invitations')} isPadded={false}>
      <ul className="divide-y divide-line">
        {data.map(({id, name, role, expires_at: endsAt}) => (
          <li key={id} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
            <span className="font-medium">{name ?? text('people.invitations.anybody')}</span>
            <Badge tone="quiet">{text(`role.${role}`)}</Badge>
            <span className="text-12 text-text-3">
              {text('people.invitations.for', {time: written(until(endsAt, now))})}
            </span>
            <span className="ml-auto">
              <Button variant="ghost" onClick={() => void send(() => withdrawInvitation(id))}>
                {text('people.invitations.withdraw')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
