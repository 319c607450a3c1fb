import {type ReactElement} from 'react'
import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {Popover} from '../../../ui/Popover.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'

const ServerStatus = lazyPart(
  ['server-pages'],
  async () => (await import('./ServerStatus.tsx')).ServerStatus,
  'on demand',
  <Skeleton height={160} />,
)

/** How a server does, by the button that says so in a word. */
export function ServerStatusPopover({server, trigger}: {server: LiveServer; trigger: ReactElement}) {
  return (
    <Popover
      label={text('server.health-of', {name: server.server_name})}
      trigger={trigger}
      className="w-[360px] p-4"
    >
      <ServerStatus server={server} />
    </Popover>
  )
}
