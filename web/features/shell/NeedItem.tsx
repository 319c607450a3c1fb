import {useMutation, useQuery} from '@tanstack/react-query'
import {Link, type LinkProps} from '@tanstack/react-router'
import {
  Bell,
  ClipboardList,
  Clock,
  Cpu,
  HardDrive,
  ListChecks,
  Pause,
  RefreshCw,
  type LucideIcon,
} from 'lucide-react'
import {type ReactNode} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {usePreference} from '../../api/preferences.ts'
import {restartProcess} from '../../api/processes.ts'
import {resumeRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {exactTime, withExactTimes} from '../../i18n/format-time.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {until, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {TextButton} from '../../ui/TextButton.tsx'
import {openOverlay} from '../commands/overlays.ts'
import {HealthActionButton} from '../servers/health/HealthActionButton.tsx'
import {HealthIcon, healthInk} from '../servers/health/HealthIcon.tsx'
import {troubleSentence} from '../servers/server-words.ts'
import type {Need} from './needs.ts'

/** What is told once goes when it was read. */
export function NoticesButton({needs}: {needs: readonly Need[]}) {
  const [, readUntil] = usePreference('notices.read')
  const times = needs.flatMap((need) => (need.kind === 'notice' ? [need.notice.at] : []))
  if (times.length === 0) return null
  return (
    <TextButton onClick={() => readUntil(Math.max(...times))}>
      {text('attention.notices.read', {count: times.length})}
    </TextButton>
  )
}

/** What it is, in the other side's own words, and its answers: the harmless one first. For the bell and the overview. */
export function NeedItem({need}: {need: Need}) {
  switch (need.kind) {
    case 'clock':
      return (
        <Item
          icon={Clock}
          name={text('attention.clock.name')}
          mark={text('attention.clock')}
          words={text('attention.clock.says')}
        >
          <Button onClick={() => openOverlay({name: 'clock'})}>{text('clock.answer')}</Button>
        </Item>
      )
    case 'alert':
      return <AlertItem alert={need.alert} />
    case 'process':
      return <ProcessItem process={need.process} />
    case 'server':
      return <ServerItem server={need.server} />
    case 'arr': {
      const {id, name, manager} = need.arr
      return (
        <Item
          icon={RefreshCw}
          name={name}
          mark={text('attention.arr')}
          words={manager?.fault ?? text('attention.arr.held')}
        >
          <Go to="/library/arrs/$id" params={{id}}>
            {text('attention.show')}
          </Go>
        </Item>
      )
    }
    case 'rule':
      return <RuleItem rule={need.rule} />
    case 'approval': {
      const {arr_id: arrId, rule_name: name, count} = need.approval
      return (
        <Item
          icon={ListChecks}
          name={name ?? text('attention.rule.gone')}
          mark={text('attention.asks')}
          words={text('attention.asks.says', {count})}
        >
          {/* It is answered on the page of its Arr, else in the activity. */}
          {arrId === null ? (
            <Go to="/activity">{text('attention.review')}</Go>
          ) : (
            <Go to="/library/arrs/$id" params={{id: arrId}}>
              {text('attention.review')}
            </Go>
          )}
        </Item>
      )
    }
    case 'notice': {
      const {code, name, message, server_id: serverId} = need.notice
      return (
        <Item icon={Bell} name={name} mark={text('attention.notice')} words={message}>
          {code === 'private_server' && serverId !== null ? (
            <Go to="/settings/servers/$id" params={{id: serverId}}>
              {text('attention.show')}
            </Go>
          ) : (
            <Go to="/activity">{text('attention.show')}</Go>
          )}
        </Item>
      )
    }
    case 'disk':
      return <DiskItem {...need.disk} />
  }
}

/** What, in the other side's own words, and what can be done. */
function Item({
  icon,
  ink = 'text-st-stalled',
  name,
  mark,
  words,
  children,
}: {
  icon: LucideIcon | ReactNode
  ink?: string
  name: string
  /** What kind of thing it is. */
  mark?: string
  words: string
  children: ReactNode
}) {
  return (
    <li data-need className="border-b border-line px-3.5 py-3 last:border-0 focus-within:bg-hover @container">
      <div className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 gap-y-2 @[600px]:grid-cols-[16px_minmax(0,1fr)_auto] @[600px]:items-center">
        <span className={joined('mt-0.5 self-start', ink)}>{isIcon(icon) ? <Icon icon={icon} /> : icon}</span>
        <div className="grid min-w-0 gap-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <b className="min-w-0 font-medium wrap-anywhere">{name}</b>
            {mark !== undefined && <span className="text-12 text-text-3">{mark}</span>}
          </span>
          <span className="text-12 text-pretty wrap-anywhere text-text-2">{words}</span>
        </div>
        <span
          data-answers
          className="col-start-2 flex flex-wrap gap-2 @[600px]:col-start-3 [&>:first-child]:shadow-[inset_0_0_0_1px_var(--line-strong)] [&>:first-child]:focus-visible:shadow-focus"
        >
          {children}
        </span>
      </div>
    </li>
  )
}

function isIcon(icon: LucideIcon | ReactNode): icon is LucideIcon {
  return typeof icon === 'object' && icon !== null && 'render' in icon
}

/** An answer that leads to where the thing can be seen whole. */
function Go({children, ...to}: Pick<LinkProps, 'to' | 'params' | 'search'> & {children: ReactNode}) {
  return (
    <Link {...(to as LinkProps)} className={buttonClass('ghost')}>
      {children}
    </Link>
  )
}

/** An answer that acts at once; why it was refused is said. */
function Act({label, send}: {label: string; send: () => Promise<unknown>}) {
  const {mutate, isPending} = useMutation({
    mutationFn: send,
    onError: ({message}) => toast({text: message, tone: 'bad'}),
  })
  return (
    <Button
      variant="ghost"
      onClick={() => mutate()}
      waitsFor={isPending ? text('attention.busy') : undefined}
    >
      {label}
    </Button>
  )
}

/** Lost settings are told to administrators alone, who answer them there; all else is seen at its server or Arr. */
function AlertItem({alert}: {alert: Extract<Need, {kind: 'alert'}>['alert']}) {
  const {server_id: serverId, arr_id: arrId, message, code} = alert
  const servers = useServers() ?? []
  const server = servers.find((it) => it.server_id === serverId)
  const now = useNow(60_000)
  const since = exactTime(alert.since, now)
  const mark = text('attention.alert')
  if (code === 'lost_settings') {
    return (
      <Item
        icon={ClipboardList}
        name={text('attention.lost-settings.name')}
        mark={mark}
        words={text('attention.lost-settings.says', {since})}
      >
        <Button onClick={() => openOverlay({name: 'lost-settings'})}>{text('attention.answer')}</Button>
      </Item>
    )
  }
  return (
    <Item
      icon={Pause}
      name={server?.server_name ?? alert.name ?? text('attention.alert.all')}
      mark={mark}
      words={text('attention.alert.since', {message: withExactTimes(message, now), since})}
    >
      {server !== undefined ? (
        <Go to="/settings/servers/$id" params={{id: server.server_id}}>
          {text('attention.show')}
        </Go>
      ) : arrId === null ? (
        <Go to="/activity">{text('attention.show')}</Go>
      ) : (
        <Go to="/library/arrs/$id" params={{id: arrId}}>
          {text('attention.show')}
        </Go>
      )}
    </Item>
  )
}

/** That of an Arr is called as the Arr is. */
function ProcessItem({
  process: {id, kind, name, why},
}: {
  process: Extract<Need, {kind: 'process'}>['process']
}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const arr = kind === 'arr' ? arrs.find((it) => it.id === name) : undefined
  return (
    <Item
      icon={Cpu}
      name={arr?.name ?? name}
      mark={text('attention.process')}
      words={why === '' ? text('attention.process.says') : text('attention.process.why', {why})}
    >
      <Go to="/settings/system">{text('attention.show')}</Go>
      <Act label={text('attention.restart')} send={() => restartProcess(id)} />
    </Item>
  )
}

function ServerItem({server}: {server: Extract<Need, {kind: 'server'}>['server']}) {
  const now = useNow(10_000)
  const said = [troubleSentence(server, now), server.advice].filter((it) => it !== '').join(' ')
  return (
    <Item
      icon={<HealthIcon health={server} />}
      ink={healthInk(server)}
      name={server.server_name}
      words={said}
    >
      <HealthActionButton server={server} />
      <Go to="/settings/servers/$id" params={{id: server.server_id}}>
        {text('attention.show')}
      </Go>
    </Item>
  )
}

/** Looking at it changes nothing; going on lets it act again. */
function RuleItem({rule: {id, name}}: {rule: Extract<Need, {kind: 'rule'}>['rule']}) {
  return (
    <Item icon={ListChecks} name={name} mark={text('attention.rule')} words={text('attention.rule.says')}>
      <Go to="/rules" search={{rule: id}}>
        {text('attention.review')}
      </Go>
      <Act label={text('attention.resume')} send={() => resumeRule(id)} />
    </Item>
  )
}

function DiskItem({server, fullAt}: Extract<Need, {kind: 'disk'}>['disk']) {
  const now = useNow(60_000)
  return (
    <Item
      icon={HardDrive}
      name={server.server_name}
      words={text('attention.full', {time: written(until(fullAt, now))})}
    >
      <Go to="/settings/servers/$id" params={{id: server.server_id}}>
        {text('attention.show')}
      </Go>
    </Item>
  )
}
