import {Ellipsis} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {text} from '../../text/text.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import type {Step} from './order.ts'
import {useServerMenu} from './use-server-menu.ts'

/** Everything that is done with one server. What is not his to do says whom to ask. */
export function ServerMenu({
  server,
  owner,
  place,
  count,
  onTest,
  onStep,
  className,
}: {
  server: LiveServer
  owner: string | null
  place: number
  count: number
  onTest: () => void
  onStep: ((step: Step) => void) | null
  className?: string | undefined
}) {
  const entries = useServerMenu({server, owner, place, count, onTest, onStep})
  const label = text('server.menu', {name: server.server_name})
  return (
    <DropdownMenu
      label={server.server_name}
      align="end"
      entries={entries}
      trigger={<IconButton label={label} icon={Ellipsis} className={className} />}
    />
  )
}
