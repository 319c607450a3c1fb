import {useQuery} from '@tanstack/react-query'
import {Ellipsis} from 'lucide-react'
import {useState} from 'react'
import {usersQuery, type User} from '../../api/accounts.ts'
import {useSession} from '../../api/session.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Avatar} from '../../ui/Avatar.tsx'
import {Badge} from '../../ui/Badge.tsx'
import {Card} from '../../ui/Card.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {ago, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Note} from '../../ui/Note.tsx'
import {useUserEntries} from './use-user-entries.ts'
import {UserDialog, type UserQuestion} from './UserDialog.tsx'
import {useSending} from './use-sending.ts'

const MINUTE_MS = 60_000

export function UsersCard() {
  const {data, error} = useQuery(usersQuery)
  const [question, setQuestion] = useState<UserQuestion | null>(null)
  const sending = useSending()
  if (error) return <Note tone="bad">{error.message}</Note>
  return (
    <Card title={text('people.users')} isPadded={false}>
      <ul className="divide-y divide-line">
        {data?.map((user) => (
          <UserRow key={user.id} user={user} onAsk={setQuestion} send={sending.send} />
        ))}
      </ul>
      {data?.length === 0 && (
        <p className="px-3.5 py-3 text-pretty text-text-2">{text('people.users.none')}</p>
      )}
      {sending.error !== '' && (
        <Note tone="bad" isNews className="m-3">
          {sending.error}
        </Note>
      )}
      {question && <UserDialog question={question} onClose={() => setQuestion(null)} />}
    </Card>
  )
}

function UserRow({
  user,
  onAsk,
  send,
}: {
  user: User
  onAsk: (question: UserQuestion) => void
  send: (work: () => Promise<unknown>) => Promise<boolean>
}) {
  const now = useNow(MINUTE_MS)
  const {visitor} = useSession()
  const isMe = user.id === visitor?.user_id
  const entries = useUserEntries(user, isMe, onAsk, send)
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <Avatar name={user.name} />
      <span className="font-medium">{user.name}</span>
      <Badge tone={user.role === 'administrator' ? 'info' : 'quiet'}>{text(`role.${user.role}`)}</Badge>
      {isMe && <Badge tone="good">{text('people.you')}</Badge>}
      {user.disabled && <Badge tone="warn">{text('people.disabled')}</Badge>}
      <span className="text-12 text-text-3">
        {text(`people.origin.${user.origin}`)}
        {user.two_step && ` · ${text('account.two_step')}`}
        {' · '}
        {user.last_seen_at === null
          ? text('people.never_seen')
          : text('people.seen', {ago: written(ago(user.last_seen_at, now))})}
      </span>
      <span className="ml-auto">
        <DropdownMenu
          align="end"
          label={user.name}
          entries={entries}
          trigger={<IconButton label={text('people.actions', {name: user.name})} icon={Ellipsis} />}
        />
      </span>
    </li>
  )
}
