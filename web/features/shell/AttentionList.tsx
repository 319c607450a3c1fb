import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import type {ReactNode} from 'react'
import type {AttentionNews, LiveServer} from '#model/live.ts'
import {arrsQuery, type Arr} from '../../api/arrs.ts'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Badge} from '../../ui/Badge.tsx'
import {exactTime, withExactTimes} from '../../i18n/format-time.ts'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {openOverlay} from '../commands/overlays.ts'
import {ServerHealthBadge} from '../servers/health/HealthIcon.tsx'

/** A disk that ends soon. */
export interface EndingDisk {
  readonly server: LiveServer
  readonly words: string
}

export interface Concerns extends Pick<
  AttentionNews,
  'alerts' | 'processes' | 'rules' | 'approvals' | 'notices'
> {
  /** That of the machine while it is not believed; else none. */
  readonly clocks: readonly object[]
  /** Worst first. */
  readonly servers: readonly LiveServer[]
  readonly arrs: readonly Arr[]
  readonly disks: readonly EndingDisk[]
}

/** More are a list of their own: the page of servers. */
const MOST = 8

const line = 'grid gap-1 rounded-m p-2 hover:bg-hover'

/** Each with its cause, and the way to where something can be done about it: what is broken first. */
export function AttentionList({concerns, isQuiet}: {concerns: Concerns; isQuiet: boolean}) {
  const {clocks, alerts, servers, arrs, processes, rules, approvals, disks, notices} = concerns
  if (isQuiet) return <p className="p-2 text-text-2">{text('attention.none')}</p>
  return (
    <ul className="grid gap-1">
      {clocks.length > 0 && (
        <li>
          <button
            type="button"
            className={`${line} w-full text-left focus-visible:shadow-focus-in`}
            onClick={() => openOverlay({name: 'clock'})}
          >
            <Line
              name={text('attention.clock.name')}
              mark={<Badge tone="warn">{text('attention.clock')}</Badge>}
              words={text('attention.clock.says')}
            />
          </button>
        </li>
      )}
      {alerts.slice(0, MOST).map((it) => (
        <li key={`alert ${it.id}`}>
          {it.code === 'lost_settings' ? <LostSettingsButton alert={it} /> : <AlertLink alert={it} />}
        </li>
      ))}
      {alerts.length > MOST && (
        <li className="p-2">
          <Link to="/activity" className={textLinkClass}>
            {text('attention.alerts.more', {count: alerts.length - MOST})}
          </Link>
        </li>
      )}
      {processes.map((it) => (
        <li key={`process ${it.id}`}>
          <Link to="/settings/system" className={line}>
            <ProcessLine process={it} />
          </Link>
        </li>
      ))}
      {servers.slice(0, MOST).map((server) => (
        <li key={server.server_id}>
          <Link to="/settings/servers/$id" params={{id: server.server_id}} className={line}>
            <Line
              name={server.server_name}
              mark={<ServerHealthBadge server={server} />}
              words={server.advice || server.detail}
            />
          </Link>
        </li>
      ))}
      {servers.length > MOST && (
        <li className="p-2">
          <Link to="/settings/servers" className={textLinkClass}>
            {text('attention.more', {count: servers.length - MOST})}
          </Link>
        </li>
      )}
      {arrs.map(({id, name, manager}) => (
        <li key={`arr ${id}`}>
          <Link to="/library/arrs/$id" params={{id}} className={line}>
            <Line
              name={name}
              mark={<Badge tone="bad">{text('attention.arr')}</Badge>}
              words={manager?.fault ?? text('attention.arr.held')}
            />
          </Link>
        </li>
      ))}
      {rules.map(({id, name}) => (
        <li key={`rule ${id}`}>
          <Link to="/rules" search={{rule: id}} className={line}>
            <Line
              name={name}
              mark={<Badge tone="warn">{text('attention.rule')}</Badge>}
              words={text('attention.rule.says')}
            />
          </Link>
        </li>
      ))}
      {approvals.map((asked) => (
        <li key={`asks ${asked.rule_id} ${asked.arr_id}`}>
          <AskLink asked={asked} />
        </li>
      ))}
      {disks.slice(0, MOST).map(({server, words}) => (
        <li key={`full ${server.server_id}`}>
          <Link to="/settings/servers/$id" params={{id: server.server_id}} className={line}>
            <Line name={server.server_name} words={words} />
          </Link>
        </li>
      ))}
      {notices.length > 0 && <Notices notices={notices} />}
    </ul>
  )
}

/** What is told once, the newest first, until it was read. */
function Notices({notices}: Pick<Concerns, 'notices'>) {
  const [, readUntil] = usePreference('notices.read')
  return (
    <>
      {notices
        .toReversed()
        .slice(0, MOST)
        .map((notice) => (
          <li key={`notice ${notice.id}`}>
            <NoticeLink notice={notice} />
          </li>
        ))}
      <li className="p-2">
        <TextButton onClick={() => readUntil(Math.max(...notices.map(({at}) => at)))}>
          {text('attention.notices.read', {count: notices.length})}
        </TextButton>
      </li>
    </>
  )
}

/** To the server, else to where all that rules did is. */
function NoticeLink({notice}: {notice: Concerns['notices'][number]}) {
  const {code, name, message, server_id: serverId} = notice
  const words = (
    <Line name={name} mark={<Badge tone="info">{text('attention.notice')}</Badge>} words={message} />
  )
  return code === 'private_server' && serverId !== null ? (
    <Link to="/settings/servers/$id" params={{id: serverId}} className={line}>
      {words}
    </Link>
  ) : (
    <Link to="/activity" className={line}>
      {words}
    </Link>
  )
}

function Line({name, mark, words}: {name: string; mark?: ReactNode; words: string}) {
  return (
    <>
      <span className="flex items-center gap-2 font-medium">
        <span className="min-w-0 flex-1 truncate">{name}</span>
        {mark}
      </span>
      <span className="text-12 text-pretty wrap-anywhere text-text-2">{words}</span>
    </>
  )
}

/** Told to administrators alone, who answer it there. */
function LostSettingsButton({alert: {since}}: {alert: Concerns['alerts'][number]}) {
  const now = useNow(60_000)
  return (
    <button
      type="button"
      className={`${line} w-full text-left focus-visible:shadow-focus-in`}
      onClick={() => openOverlay({name: 'lost-settings'})}
    >
      <Line
        name={text('attention.lost-settings.name')}
        mark={<Badge tone="warn">{text('attention.alert')}</Badge>}
        words={text('attention.lost-settings.says', {since: exactTime(since, now)})}
      />
    </button>
  )
}

/** To where it can be seen what is wrong: the server or the Arr, else the journal. */
function AlertLink({alert}: {alert: Concerns['alerts'][number]}) {
  const {server_id: serverId, arr_id: arrId, message} = alert
  const servers = useServers() ?? []
  const server = servers.find((it) => it.server_id === serverId)
  const name = server?.server_name ?? alert.name ?? text('attention.alert.all')
  const now = useNow(60_000)
  const cause = text('attention.alert.since', {
    message: withExactTimes(message, now),
    since: exactTime(alert.since, now),
  })
  const words = <Line name={name} mark={<Badge tone="warn">{text('attention.alert')}</Badge>} words={cause} />
  if (server !== undefined) {
    return (
      <Link to="/settings/servers/$id" params={{id: server.server_id}} className={line}>
        {words}
      </Link>
    )
  }
  return arrId === null ? (
    <Link to="/activity" className={line}>
      {words}
    </Link>
  ) : (
    <Link to="/library/arrs/$id" params={{id: arrId}} className={line}>
      {words}
    </Link>
  )
}

/** That of an Arr is called as the Arr is. */
function ProcessLine({process: {kind, name, why}}: {process: Concerns['processes'][number]}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const arr = kind === 'arr' ? arrs.find(({id}) => id === name) : undefined
  return (
    <Line
      name={arr?.name ?? name}
      mark={<Badge tone="bad">{text('attention.process')}</Badge>}
      words={why === '' ? text('attention.process.says') : text('attention.process.why', {why})}
    />
  )
}

/** It is answered on the page of its Arr, else in the journal. */
function AskLink({asked}: {asked: Concerns['approvals'][number]}) {
  const {arr_id: arrId, rule_name: name, count} = asked
  const words = (
    <Line
      name={name ?? text('attention.rule.gone')}
      mark={<Badge tone="info">{text('attention.asks')}</Badge>}
      words={text('attention.asks.says', {count})}
    />
  )
  if (arrId === null) {
    return (
      <Link to="/activity" className={line}>
        {words}
      </Link>
    )
  }
  return (
    <Link to="/library/arrs/$id" params={{id: arrId}} className={line}>
      {words}
    </Link>
  )
}
