import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {count} from '../../ui/format.ts'
import {isUnread} from '../servers/health/health-words.ts'
import {shownSoon} from './shown-soon.ts'
import {StepHead} from './StepHead.tsx'

/** What there is now, and the way to it. */
export function DoneStep({onBack}: {onBack: () => void}) {
  const {data: servers = []} = useQuery(shownSoon)
  const torrents = servers.reduce((sum, server) => sum + server.torrents, 0)
  const unread = servers.filter(isUnread).length
  return (
    <>
      <StepHead title={text('setup.done.title')}>
        {servers.length === 0
          ? text('setup.done.none')
          : unread === servers.length
            ? text('setup.done.unread', {count: servers.length})
            : text('setup.done.lead', {count: servers.length, torrents: count(torrents)})}
        {unread > 0 && unread < servers.length && ` ${text('setup.done.some-unread', {count: unread})}`}
      </StepHead>
      <ul className="mb-6 grid gap-2 text-14 text-pretty text-text-2">
        <li>{text('setup.done.more')}</li>
        <li>{text('setup.done.people')}</li>
        <li>{text('setup.done.keys')}</li>
      </ul>
      <footer className="flex items-center justify-between gap-3">
        <Button size="big" variant="ghost" onClick={onBack} className="-ml-4">
          {text('setup.back')}
        </Button>
        <Link to="/torrents" className={buttonClass('primary', 'big')}>
          {text('setup.done.go')}
        </Link>
      </footer>
    </>
  )
}
