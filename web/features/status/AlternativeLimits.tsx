import {useMutation} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import type {LiveServer} from '#model/live.ts'
import {changeLimits} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {speedLimit, written} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'

/** A switch for each server that has alternative limits, and one for all. @param servers that are online and have them */
export function AlternativeLimits({servers: able}: {servers: readonly LiveServer[]}) {
  const saving = useMutation({
    mutationFn: ({of, on}: {of: readonly LiveServer[]; on: boolean}) =>
      Promise.all(of.map(({server_id: id}) => changeLimits(id, {alt_speed: on}))),
  })
  const mine = able.filter((it) => it.access === 'own')
  return (
    <div className="grid w-80 max-w-full gap-3">
      {mine.length > 1 && (
        <Switch
          label={text('status.slow_all')}
          checked={mine.every((it) => it.alt_speed === true)}
          onChange={(on) => saving.mutate({of: mine, on})}
        />
      )}
      {able.map((server) => (
        <div
          key={server.server_id}
          className="flex items-start justify-between gap-3 border-t border-line pt-2"
        >
          <Switch
            label={server.server_name}
            hint={limitsOf(server)}
            checked={server.alt_speed === true}
            onChange={(on) => saving.mutate({of: [server], on})}
            disabledReason={server.access === 'own' ? undefined : text('status.limits.not_yours')}
          />
          <Link to="/settings/servers/$id" params={{id: server.server_id}} className={textLinkClass}>
            {text('status.limits.change')}
          </Link>
        </div>
      ))}
      {saving.error && (
        <Note tone="bad" isNews>
          {saving.error.message}
        </Note>
      )}
    </div>
  )
}

function limitsOf({down_limit: down, up_limit: up}: LiveServer): string {
  return text('status.limits.of', {down: written(speedLimit(down)), up: written(speedLimit(up))})
}
