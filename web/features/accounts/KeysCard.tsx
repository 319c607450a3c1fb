import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {keysQuery, revokeKey, type Key} from '../../api/accounts.ts'
import {useServers} from '../../live/servers.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Chip} from '../../ui/Chip.tsx'
import {ago, written} from '../../ui/format.ts'
import {exactTime} from '../../ui/format-time.ts'
import {ConfirmDialog} from './ConfirmDialog.tsx'
import {NewKeyDialog} from './NewKeyDialog.tsx'

const MINUTE_MS = 60_000

/** Keys for programs; none can do more than he. */
export function KeysCard() {
  const {data} = useQuery(keysQuery)
  const [isMaking, setMaking] = useState(false)
  if (!data) return null
  return (
    <Card
      title={text('account.keys.title')}
      isPadded={false}
      actions={<Button onClick={() => setMaking(true)}>{text('account.keys.make')}</Button>}
    >
      {data.length === 0 && <p className="p-3.5 text-text-2">{text('account.keys.none')}</p>}
      <ul className="divide-y divide-line">
        {data.map((key) => (
          <KeyRow key={key.id} apiKey={key} />
        ))}
      </ul>
      {isMaking && <NewKeyDialog onClose={() => setMaking(false)} />}
    </Card>
  )
}

function KeyRow({apiKey}: {apiKey: Key}) {
  const now = useNow(MINUTE_MS)
  const servers = useServers() ?? []
  const [isRevoking, setRevoking] = useState(false)
  const {name, scopes, servers: only, expires_at: endsAt, expired, last_used_at: usedAt} = apiKey
  const nameOf = (id: string) => servers.find((it) => it.server_id === id)?.server_name ?? id
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <span className="font-medium">{name}</span>
      <span className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Chip key={scope}>{text(`permission.${scope}`)}</Chip>
        ))}
      </span>
      <span className="text-12 text-text-3">
        {only === null ? text('account.keys.all_servers') : only.map(nameOf).join(', ')} ·{' '}
        {usedAt === null
          ? text('account.keys.never_used')
          : text('account.sessions.used', {ago: written(ago(usedAt, now))})}
        {endsAt !== null && !expired && ` · ${text('account.keys.until', {time: exactTime(endsAt, now)})}`}
      </span>
      <span className="ml-auto flex items-center gap-2">
        {expired && <Badge tone="warn">{text('account.keys.expired')}</Badge>}
        <Button variant="ghost" onClick={() => setRevoking(true)}>
          {text('account.keys.revoke')}
        </Button>
      </span>
      {isRevoking && (
        <ConfirmDialog
          title={text('account.keys.revoke.title', {name})}
          says={text('account.keys.revoke.says')}
          verb={text('account.keys.revoke')}
          work={() => revokeKey(apiKey.id)}
          onClose={() => setRevoking(false)}
        />
      )}
    </li>
  )
}
