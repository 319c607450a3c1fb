import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {HealthActionButton} from '../../servers/health/HealthActionButton.tsx'
import {troubleSentence} from '../../servers/server-words.ts'
import {serversInTrouble} from '../../status/fleet-status.ts'

/** Not the same as empty: they have not told their list since Commodarr runs. */
export function UnreadServers({servers}: {servers: readonly LiveServer[]}) {
  const now = useNow(1000)
  const [worst] = serversInTrouble(servers)
  const [first, ...others] = servers
  if (!worst) return <EmptyState title={text('torrents.unread.coming')} />
  return (
    <EmptyState
      title={
        others.length === 0
          ? text('torrents.unread', {name: first!.server_name})
          : text('torrents.unread.several', {count: servers.length})
      }
      text={troubleSentence(worst, now)}
      actions={<HealthActionButton server={worst} />}
    />
  )
}
