import {useMutation} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Gauge} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {changeLimits} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {speedLimit, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Note} from '../../ui/Note.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {isOnline} from '../servers/health/health-words.ts'
import {figuresOf} from './fleet-figures.ts'

/** Full speed or slow, of each server and of all of them; the figures themselves stand on the server's page. */
export function SpeedLimits({servers}: {servers: readonly LiveServer[]}) {
  const {slow, canBeSlow} = figuresOf(servers)
  const words = slowWords(slow, canBeSlow)
  const able = servers.filter((it) => isOnline(it) && it.alt_speed !== undefined)
  const saving = useMutation({
    mutationFn: ({of, on}: {of: readonly LiveServer[]; on: boolean}) =>
      Promise.all(of.map(({server_id: id}) => changeLimits(id, {alt_speed: on}))),
  })
  const mine = able.filter((it) => it.access === 'own')
  return (
    <Popover
      label={text('status.limits')}
      side="top"
      trigger={
        <button type="button" className="flex items-center gap-1.5 rounded-s hover:text-text max-desk:hidden">
          <Icon icon={Gauge} size={14} />
          {words}
        </button>
      }
    >
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
            <Link to="/servers/$id" params={{id: server.server_id}} className={textLinkClass}>
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
    </Popover>
  )
}

function slowWords(slow: number, canBeSlow: number): string {
  if (slow === 0) return text('status.full_speed')
  return slow === canBeSlow ? text('status.slow') : text('status.slow_some', {count: slow, all: canBeSlow})
}

function limitsOf({down_limit: down, up_limit: up}: LiveServer): string {
  return text('status.limits.of', {down: written(speedLimit(down)), up: written(speedLimit(up))})
}
