import {Card} from '../../ui/Card.tsx'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import type {Server} from '../../api/servers.ts'
import {actionFor, isUnread} from '../servers/health/health-words.ts'
import {HealthIcon} from '../servers/health/HealthIcon.tsx'
import {openServerDialog} from '../servers/dialogs/server-dialogs.ts'
import {kindName} from '../servers/server-words.ts'
import {ServerHealthBadge} from '../servers/health/ServerHealthBadge.tsx'

/** The servers that are here, and how they do: those of config.toml were read without a change. */
export function FoundServers({servers}: {servers: readonly Server[]}) {
  const ofFile = servers.filter(({origin}) => origin === 'file').length
  const title =
    ofFile === servers.length ? text('setup.found-file') : text('setup.found', {count: servers.length})
  return (
    <Card title={title} isPadded={false} className="mb-4">
      <ul aria-live="polite">
        {servers.map((server) => (
          <Row key={server.server_id} server={server} />
        ))}
      </ul>
    </Card>
  )
}

function Row({server}: {server: Server}) {
  const {server_id: id, server_name: name, server_type: kind, health, url, stats, torrents, access} = server
  const action = actionFor(health, access)
  const isOurs = action === 'password' || action === 'edit'
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-3 border-t border-line px-4 py-3 first:border-0">
      <HealthIcon health={health} />
      <div className="min-w-0">
        <b className="font-medium">{name}</b>{' '}
        <span className="text-text-2 wrap-anywhere">
          {text('setup.at', {kind: `${kindName(kind)} ${server.version ?? ''}`.trim(), url})}
        </span>
        <span className="block text-12 text-pretty text-text-2">
          {health.advice === ''
            ? [
                isUnread(server)
                  ? text('setup.unread')
                  : text('server.trial.torrents', {count: torrents, shown: count(torrents)}),
                ...(stats?.free_space === undefined
                  ? []
                  : [text('server.trial.space', {space: written(bytes(stats.free_space))})]),
              ].join(', ')
            : health.advice}
        </span>
      </div>
      {isOurs ? (
        <Button
          onClick={() =>
            openServerDialog({name: 'edit', id, focus: action === 'password' ? 'password' : 'address'})
          }
        >
          {text(action === 'password' ? 'server.action.password' : 'server.action.edit')}
        </Button>
      ) : (
        <ServerHealthBadge server={health} />
      )}
    </li>
  )
}
