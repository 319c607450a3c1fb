import {text} from '../../i18n/text.ts'
import {useServer} from '../../live/servers.ts'
import {useNow} from '../../live/clock.ts'
import {ago, written} from '../../ui/format.ts'
import {TextButton} from '../../ui/TextButton.tsx'
import type {Part} from './use-part.ts'

/** In the bar of a part: that what is shown is old, and why; nothing while it is fresh. */
export function PartStatus({part, serverId}: {part: Part<unknown>; serverId: string}) {
  const now = useNow()
  const server = useServer(serverId)?.server_name ?? serverId
  if (part.data === null) return null
  const age = written(ago(part.readAt, now))
  if (part.isAway !== null) {
    const words = part.isAway === 'server' ? 'details.as-of' : 'details.as-of.lost'
    return <span className="truncate text-12 text-text-3">{text(words, {server, age})}</span>
  }
  if (!part.error) return null
  return (
    <output className="flex min-w-0 items-baseline gap-2 text-12 text-st-error">
      <span className="truncate" title={part.error.message}>
        {text('details.asked-too-much', {reason: part.error.message})}
      </span>
      <TextButton onClick={part.again}>{text('details.again')}</TextButton>
    </output>
  )
}
