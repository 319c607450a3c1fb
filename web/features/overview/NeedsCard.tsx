import {useMutation, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {
  Clock,
  Cpu,
  FileWarning,
  Hand,
  HardDrive,
  Info,
  Layers,
  ListChecks,
  Pause,
  Server,
  type LucideIcon,
} from 'lucide-react'
import {useRef, useState, type ReactNode, type RefObject} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {usePreference} from '../../api/preferences.ts'
import {restartProcess} from '../../api/processes.ts'
import {answerApproval, approvalsQuery} from '../../api/trash.ts'
import {exactTime, withExactTimes} from '../../i18n/format-time.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServer, useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Card} from '../../ui/Card.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useCommands, type Command} from '../commands/commands.ts'
import {openOverlay} from '../commands/overlays.ts'
import {HealthActionButton} from '../servers/health/HealthActionButton.tsx'
import {troubleSentence} from '../servers/server-words.ts'
import type {Concerns} from '../shell/AttentionList.tsx'
import {countOf} from './verdict.ts'
import {useStill} from './use-still.ts'

const MOST = 5

/** What does not resolve without a person, each with its answers: the same as at the bell. */
export function NeedsCard({concerns}: {concerns: Concerns}) {
  const isKnown = useServers() !== null
  const list = useRef<HTMLUListElement>(null)
  const [isWhole, setWhole] = useState(false)
  const [needs, still] = useStill(needsOf(concerns), (them) => them.map(({id}) => id).join('\n'))
  useNeedsKeys(list)
  const count = countOf(concerns)
  const shown = isWhole ? needs : needs.slice(0, MOST)
  return (
    <Card
      title={text('needs.title')}
      isPadded={false}
      className="overflow-clip"
      actions={
        needs.length > 0 && (
          <>
            <span className="num text-text-3">{count}</span>
            <span className="flex items-center gap-1.5 text-12 text-text-3 max-desk:hidden" aria-hidden>
              <Kbd keys="J" /> <Kbd keys="K" /> <Kbd keys="Enter" />
            </span>
          </>
        )
      }
    >
      {!isKnown && <SkeletonLines />}
      {isKnown && needs.length === 0 && <p className="px-3.5 py-4 text-text-2">{text('needs.none')}</p>}
      {needs.length > 0 && (
        <ul ref={list} {...still}>
          {shown.map((need) => (
            <li key={need.id} data-need className="border-b border-line last:border-0">
              {need.row}
            </li>
          ))}
        </ul>
      )}
      {needs.length > MOST && (
        <p className="border-t border-line px-3.5 py-2">
          <TextButton onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
            {isWhole ? text('needs.fewer') : text('needs.all', {count: needs.length})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

interface Need {
  readonly id: string
  readonly row: ReactNode
}

/** In the order of the bell: what is broken first. */
function needsOf(concerns: Concerns): readonly Need[] {
  const {clocks, alerts, processes, servers, arrs, rules, approvals, disks, notices} = concerns
  return [
    ...clocks.map(() => ({id: 'clock', row: <ClockRow />})),
    ...alerts.map((it) => ({id: `alert ${it.id}`, row: <AlertRow alert={it} />})),
    ...processes.map((it) => ({id: `process ${it.id}`, row: <ProcessRow process={it} />})),
    ...servers.map((it) => ({id: `server ${it.server_id}`, row: <ServerRow server={it} />})),
    ...arrs.map((it) => ({id: `arr ${it.id}`, row: <ArrRow arr={it} />})),
    ...rules.map((it) => ({id: `rule ${it.id}`, row: <RuleRow rule={it} />})),
    ...approvals.map((it) => ({id: `asks ${it.rule_id} ${it.arr_id}`, row: <ApprovalNeed asked={it} />})),
    ...disks.map((it) => ({id: `disk ${it.server.server_id}`, row: <DiskRow disk={it} />})),
    ...notices.map((it, place) => ({
      id: `notice ${it.id}`,
      row: <NoticeRow notice={it} count={place + 1} />,
    })),
  ]
}

/** What, why in the other side's words, and the answers: the harmless one first. */
function Row({
  icon,
  what,
  why,
  children,
}: {
  icon: LucideIcon
  what: string
  why: string
  children: ReactNode
}) {
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-2 px-3.5 py-3 focus-within:bg-hover max-phone:grid-cols-[16px_minmax(0,1fr)]">
      <Icon icon={icon} className="mt-0.5 self-start text-st-stalled" />
      <div className="grid min-w-0 gap-0.5">
        <span className="font-medium wrap-anywhere">{what}</span>
        <span className="text-12 text-pretty wrap-anywhere text-text-2">{why}</span>
      </div>
      <div data-answers className="flex flex-wrap items-center gap-1.5 max-phone:col-start-2">
        {children}
      </div>
    </div>
  )
}

function ClockRow() {
  return (
    <Row icon={Clock} what={text('attention.clock.name')} why={text('attention.clock.says')}>
      <Button onClick={() => openOverlay({name: 'clock'})}>{text('needs.answer')}</Button>
    </Row>
  )
}

function AlertRow({alert}: {alert: Concerns['alerts'][number]}) {
  const {server_id: serverId, arr_id: arrId, message, since, code} = alert
  const server = useServer(serverId ?? '')
  const now = useNow(60_000)
  if (code === 'lost_settings') {
    return (
      <Row
        icon={FileWarning}
        what={text('attention.lost-settings.name')}
        why={text('attention.lost-settings.says', {since: exactTime(since, now)})}
      >
        <Button onClick={() => openOverlay({name: 'lost-settings'})}>{text('needs.answer')}</Button>
      </Row>
    )
  }
  const name = server?.server_name ?? alert.name ?? text('attention.alert.all')
  const label = text('needs.open-of', {what: name})
  return (
    <Row
      icon={Pause}
      what={`${text('attention.alert')}: ${name}`}
      why={text('attention.alert.since', {
        message: withExactTimes(message, now),
        since: exactTime(since, now),
      })}
    >
      {server ? (
        <ServerLink id={server.server_id} label={label} />
      ) : arrId === null ? (
        <Link to="/journal" search={{outcome: 'held'}} aria-label={label} className={buttonClass()}>
          {text('needs.open')}
        </Link>
      ) : (
        <ArrLink id={arrId} label={label} />
      )}
    </Row>
  )
}

function ProcessRow({process: {id, kind, name, why}}: {process: Concerns['processes'][number]}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const restart = useMutation({mutationFn: () => restartProcess(id), onError: told})
  const arr = kind === 'arr' ? arrs.find((it) => it.id === name) : undefined
  return (
    <Row
      icon={Cpu}
      what={arr?.name ?? name}
      why={why === '' ? text('attention.process.says') : text('attention.process.why', {why})}
    >
      <Button
        onClick={() => restart.mutate()}
        waitsFor={restart.isPending ? text('needs.working') : undefined}
      >
        {text('needs.restart')}
      </Button>
      <Link to="/processes" className={buttonClass('ghost')}>
        {text('needs.open')}
      </Link>
    </Row>
  )
}

function ServerRow({server}: {server: Concerns['servers'][number]}) {
  const now = useNow(10_000)
  const {server_id: id, server_name: name} = server
  return (
    <Row icon={Server} what={name} why={troubleSentence(server, now)}>
      <HealthActionButton server={server} />
      <ServerLink id={id} label={text('needs.open-of', {what: name})} isGhost />
    </Row>
  )
}

function ArrRow({arr: {id, name, manager}}: {arr: Concerns['arrs'][number]}) {
  return (
    <Row icon={Layers} what={name} why={manager?.fault ?? text('attention.arr.held')}>
      <ArrLink id={id} label={text('needs.open-of', {what: name})} />
    </Row>
  )
}

function RuleRow({rule: {id, name}}: {rule: Concerns['rules'][number]}) {
  return (
    <Row icon={ListChecks} what={name} why={text('attention.rule.says')}>
      <Link
        to="/rules"
        search={{rule: id}}
        aria-label={text('needs.review-of', {what: name})}
        className={buttonClass()}
      >
        {text('needs.review')}
      </Link>
    </Row>
  )
}

/** A single one is answered here; of several each is looked at first. */
function ApprovalNeed({asked}: {asked: Concerns['approvals'][number]}) {
  const {rule_id: ruleId, rule_name: name, arr_id: arrId, count} = asked
  const {data = []} = useQuery(approvalsQuery)
  const its = data.filter(({rule}) => rule.id === ruleId)
  const answer = useMutation({
    mutationFn: ({id, is}: {id: string; is: 'approve' | 'decline'}) => answerApproval(id, is),
    onError: told,
  })
  const [single] = count === 1 && its.length === 1 ? its : []
  const what = name ?? text('attention.rule.gone')
  const label = text('needs.review-of', {what})
  const waitsFor = answer.isPending ? text('needs.working') : undefined
  const why = single?.name ?? null
  return (
    <Row
      icon={Hand}
      what={what}
      why={`${text('attention.asks.says', {count})}${why === null ? '' : ` ${why}`}`}
    >
      {single && (
        <>
          <Button waitsFor={waitsFor} onClick={() => answer.mutate({id: single.id, is: 'decline'})}>
            {text('approvals.decline')}
          </Button>
          <Button
            variant="ghost"
            waitsFor={waitsFor}
            onClick={() => answer.mutate({id: single.id, is: 'approve'})}
          >
            {text('approvals.approve')}
          </Button>
        </>
      )}
      {arrId === null ? (
        <Link to="/journal" aria-label={label} className={buttonClass(single ? 'ghost' : 'default')}>
          {text('needs.review')}
        </Link>
      ) : (
        <ArrLink id={arrId} label={label} isGhost={single !== undefined} />
      )}
    </Row>
  )
}

function DiskRow({disk: {server, words}}: {disk: Concerns['disks'][number]}) {
  return (
    <Row icon={HardDrive} what={server.server_name} why={words}>
      <Link to="/servers/$id" params={{id: server.server_id}} className={buttonClass()}>
        {text('needs.space')}
      </Link>
    </Row>
  )
}

/** @param count of those that are read with it: it, and all that are older */
function NoticeRow({
  notice: {name, message, at},
  count,
}: {
  notice: Concerns['notices'][number]
  count: number
}) {
  const [, readUntil] = usePreference('notices.read')
  return (
    <Row icon={Info} what={name} why={message}>
      <Button onClick={() => readUntil(at)}>{text('attention.notices.read', {count})}</Button>
    </Row>
  )
}

function ServerLink({id, label, isGhost = false}: {id: string; label: string; isGhost?: boolean}) {
  return (
    <Link
      to="/servers/$id"
      params={{id}}
      aria-label={label}
      className={buttonClass(isGhost ? 'ghost' : 'default')}
    >
      {text('needs.open')}
    </Link>
  )
}

function ArrLink({id, label, isGhost = false}: {id: string; label: string; isGhost?: boolean}) {
  return (
    <Link
      to="/arrs/$id"
      params={{id}}
      aria-label={label}
      className={buttonClass(isGhost ? 'ghost' : 'default')}
    >
      {text('needs.open')}
    </Link>
  )
}

function told(error: Error): void {
  toast({text: error.message, tone: 'bad'})
}

/** J and K move to the first answer of the next and previous item, where Enter gives it; 1 to 3 give any. */
function useNeedsKeys(list: RefObject<HTMLUListElement | null>): void {
  const answersOf = (item: Element | undefined) => [
    ...(item?.querySelectorAll<HTMLElement>('[data-answers] :is(a, button)') ?? []),
  ]
  const items = () => [...(list.current?.querySelectorAll('[data-need]') ?? [])]
  const currentOf = (all: readonly Element[]) => all.findIndex((it) => it.contains(document.activeElement))
  const move = (by: 1 | -1) => {
    const all = items()
    const at = currentOf(all)
    const next = at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))
    answersOf(all[next])[0]?.focus()
  }
  const give = (place: number) => {
    const all = items()
    answersOf(all[currentOf(all)])[place]?.click()
  }
  const command = (id: string, label: TextKey, keys: string, run: () => void): Command => ({
    id: `needs.${id}`,
    group: 'move',
    label,
    keys: [keys],
    hidden: true,
    run,
  })
  useCommands([
    command('next', 'needs.next', 'j', () => move(1)),
    command('previous', 'needs.previous', 'k', () => move(-1)),
    command('1', 'needs.answer.1', '1', () => give(0)),
    command('2', 'needs.answer.2', '2', () => give(1)),
    command('3', 'needs.answer.3', '3', () => give(2)),
  ])
}
