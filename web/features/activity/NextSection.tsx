import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {
  ChevronDown,
  CircleHelp,
  Clock,
  Hourglass,
  Inbox,
  ListOrdered,
  Play,
  Send,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import {useState} from 'react'
import type {RecentAction} from '../../api/actions.ts'
import {nextQuery, type Waiting} from '../../api/activity.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {queries} from '../../api/queries.ts'
import {approvalsQuery, purgeFromTrash} from '../../api/trash.ts'
import {fullTime, exactTime, withExactTimes} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {bytes, until, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {Meter} from '../../ui/Meter.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {usePhone} from '../../ui/use-media.ts'
import {openActionDialog} from '../actions/action-dialogs.ts'
import {verbWords} from '../actions/action-words.ts'
import {FAR_STEP_MS, farWords, shareOf, useRunning} from '../actions/results.ts'
import {cancel, runningActions, undoOne, wordsOf} from '../actions/run-action.ts'
import {actionWords} from '../explain/action-words.ts'
import {ApprovalRow} from './ApprovalRow.tsx'
import {doNow, goOn, undoAll, waitADay} from './stories.ts'
import {ServerName} from './StoryList.tsx'

const MOST = 4
const SECOND_MS = 1_000
const DAY_MS = 86_400_000

/** What is under way, and what waits and until when. @param isAlone the page shows nothing else */
export function NextSection({isAlone}: {isAlone: boolean}) {
  const reading = useQuery(nextQuery)
  const {data, error} = reading
  const {data: approvals} = useQuery(approvalsQuery)
  const [isWhole, setWhole] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const isPhone = usePhone()
  const now = useNow(SECOND_MS)
  const running = useRunning(runningActions)
  const waiting = data?.waiting ?? []
  const isEmpty = waiting.length + running.length === 0
  if (!isAlone && isEmpty && error === null) return null
  // On a phone all of it would take the first screen, above what happened.
  const folds = isPhone && !isAlone && !isEmpty
  const isFolded = folds && !isOpen
  const shown = isFolded ? [] : isAlone || isWhole ? waiting : waiting.slice(0, MOST)
  return (
    <section
      aria-label={text('next.title')}
      className={joined('bg-bg', !isAlone && 'border-b border-line-strong')}
    >
      {folds ? (
        <FoldHead
          waiting={waiting}
          running={running.length}
          isOpen={isOpen}
          now={now}
          onFold={() => setOpen(!isOpen)}
        />
      ) : (
        <h2 className="flex min-h-9 items-center gap-2 px-4 text-12 font-bold text-text-2 max-phone:px-3.5">
          {text('next.title')}
          {data && (
            <span className="font-normal text-text-3">
              {[
                ...(running.length > 0 ? [text('next.running', {count: running.length})] : []),
                ...(running.length === 0 || waiting.length > 0
                  ? [text('next.waiting', {count: waiting.length})]
                  : []),
              ].join(' · ')}
            </span>
          )}
        </h2>
      )}
      <Awaited reading={reading} what={text('next.title')} className="px-4 pb-2 max-phone:px-3.5">
        <SkeletonLines />
      </Awaited>
      {isAlone && data && isEmpty && <EmptyState icon={Inbox} className="m-4" title={text('next.none')} />}
      {shown.length + running.length > 0 && (
        <ul className="divide-y divide-line">
          {!isFolded && running.map((action) => <RunningRow key={action.action_id} action={action} />)}
          {shown.map((one) => {
            const approval = one.what === 'approval' && approvals?.find(({id}) => id === one.id)
            return approval ? (
              <ApprovalRow key={`${one.what} ${one.id}`} approval={approval} now={now} />
            ) : (
              <NextRow key={`${one.what} ${one.id}`} waiting={one} now={now} />
            )
          })}
        </ul>
      )}
      {data && !data.complete && !isFolded && (
        <p className="px-4 py-1.5 text-12 text-text-3 max-phone:px-3.5">{text('next.partly')}</p>
      )}
      {!isAlone && !isFolded && waiting.length > MOST && (
        <p className="px-4 py-1.5 max-phone:px-3.5">
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('next.fewer') : text('next.more', {count: waiting.length - MOST})}
          </TextButton>
        </p>
      )}
    </section>
  )
}

/** On a phone: how much waits and when the first of it goes on, in one line that opens the rest. */
function FoldHead({
  waiting,
  running,
  isOpen,
  now,
  onFold,
}: {
  waiting: readonly Waiting[]
  /** How many are under way. */
  running: number
  isOpen: boolean
  now: number
  onFold: () => void
}) {
  const names = useNames()
  const [first] = waiting
  const count = [
    ...(running > 0 ? [text('next.running', {count: running})] : []),
    ...(waiting.length > 0 ? [text('next.fold', {count: waiting.length})] : []),
  ].join(' · ')
  const isTimed = first !== undefined && first.at !== null
  return (
    <h2>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onFold}
        className="flex min-h-11 w-full items-center gap-2 px-3.5 text-left text-12 text-text-2"
      >
        <b className="font-bold">{text('next.title')}</b>
        <span className="min-w-0 flex-1 truncate text-text-3">
          {isTimed ? text('next.fold.first', {waiting: count, when: whenWords(first, names, now)}) : count}
        </span>
        <Icon icon={ChevronDown} className={isOpen ? 'rotate-180' : ''} />
      </button>
    </h2>
  )
}

const icons: Readonly<Record<Waiting['what'], {readonly icon: LucideIcon; readonly colour: string}>> = {
  approval: {icon: CircleHelp, colour: 'text-accent'},
  rule: {icon: Hourglass, colour: 'text-st-stalled'},
  wait: {icon: Clock, colour: 'text-text-2'},
  held: {icon: Trash2, colour: 'text-text-2'},
  steps: {icon: ListOrdered, colour: 'text-text-2'},
  command: {icon: Send, colour: 'text-text-2'},
  trash: {icon: Trash2, colour: 'text-text-2'},
  restoring: {icon: Undo2, colour: 'text-text-2'},
  purging: {icon: Trash2, colour: 'text-text-2'},
}

const rowClass =
  'grid grid-cols-[104px_16px_minmax(0,1fr)_auto_auto] items-center gap-x-3 px-4 py-1 hover:bg-hover max-phone:grid-cols-[16px_minmax(0,1fr)] max-phone:gap-y-1 max-phone:px-3.5 max-phone:py-2.5'

/** What somebody asked for and what takes its time: how far it is, as the panel of results shows it on each page. */
function RunningRow({action}: {action: RecentAction}) {
  const {action_id: id, verb, state, cancelled, servers} = action
  const [isBusy, setBusy] = useState(false)
  const far = farWords(action, useNow(FAR_STEP_MS))
  const end = async () => {
    setBusy(true)
    await cancel(id)
    setBusy(false)
  }
  const [server, ...others] = servers
  return (
    <li className={rowClass}>
      <span className="text-12 text-text-2 max-phone:col-start-2">{text('next.under-way')}</span>
      <Icon icon={Play} className="text-accent max-phone:order-first" />
      <span className="grid min-h-7 min-w-0 content-center gap-1 max-phone:col-start-2">
        <span className="num">
          <b className="font-medium">{verbWords(verb)}</b>
          <span className="ml-2 text-text-2">{cancelled ? text('next.running.ends', {far}) : far}</span>
        </span>
        <Meter
          share={shareOf(action)}
          label={`${verbWords(verb)}: ${far}`}
          tone="accent"
          className="h-1! max-w-80"
        />
      </span>
      <span className="flex min-w-24 items-center gap-2 text-12 text-text-2 max-phone:col-start-2 desk:w-33">
        {server !== undefined && others.length === 0 && <ServerName id={server.server_id} />}
        {others.length > 0 && text('activity.servers', {count: servers.length})}
      </span>
      <span className="flex flex-wrap justify-end gap-1 max-phone:col-start-2 max-phone:justify-start desk:min-w-45">
        {!cancelled && state === 'running' && (
          <Button
            variant="ghost"
            aria-label={text('next.for', {answer: text('next.cancel'), what: verbWords(verb)})}
            waitsFor={isBusy ? text('approvals.answering') : undefined}
            onClick={() => void end()}
          >
            {text('next.cancel')}
          </Button>
        )}
      </span>
    </li>
  )
}

function NextRow({waiting, now}: {waiting: Waiting; now: number}) {
  const names = useNames()
  const {strong, rest} = wordsOfNext(waiting, names, now)
  const {icon, colour} = icons[waiting.what]
  const [server, ...others] = waiting.servers
  return (
    <li className={rowClass}>
      <WhenNext waiting={waiting} names={names} now={now} />
      <Icon icon={icon} className={joined(colour, 'max-phone:order-first')} />
      <p className="min-h-7 min-w-0 content-center text-pretty wrap-anywhere max-phone:col-start-2">
        <b className="font-medium">{strong}</b>
        {rest !== '' && <span className="ml-2 text-text-2">{withExactTimes(rest, now)}</span>}
        {waiting.progress !== null && (
          <span className="num mt-1 grid gap-1 text-text-2">
            {farWords(waiting, now)}
            <Meter
              share={shareOf(waiting)}
              label={`${strong}: ${farWords(waiting, now)}`}
              tone="accent"
              className="h-1! max-w-80"
            />
          </span>
        )}
      </p>
      <span className="flex min-w-24 items-center gap-2 text-12 text-text-2 max-phone:col-start-2 desk:w-33">
        {server !== undefined && others.length === 0 && <ServerName id={server} />}
        {others.length > 0 && text('activity.servers', {count: waiting.servers.length})}
      </span>
      <span className="flex flex-wrap justify-end gap-1 max-phone:col-start-2 max-phone:justify-start desk:min-w-45">
        <Answers waiting={waiting} strong={strong} />
      </span>
    </li>
  )
}

/** How servers and Arrs are called; what is gone, or not his to see, has a word for it. */
interface Names {
  readonly server: (id: string | null | undefined) => string
  readonly arr: (id: string | null) => string
}

function useNames(): Names {
  const servers = useServers()
  const {data: arrs} = useQuery(arrsQuery)
  return {
    server: (id) => servers?.find((it) => it.server_id === id)?.server_name ?? text('next.its-server'),
    arr: (id) => arrs?.find((it) => it.id === id)?.name ?? text('next.its-arr'),
  }
}

function WhenNext({waiting, names, now}: {waiting: Waiting; names: Names; now: number}) {
  const {at} = waiting
  return (
    <span
      className="text-12 text-text-2 max-phone:col-start-2"
      title={at === null ? undefined : fullTime(at)}
    >
      {whenWords(waiting, names, now)}
    </span>
  )
}

/** "in 17 min", "when loft is back", "30 Nov". */
function whenWords(
  {at, waits_for: away, waits_for_arr: arr, what}: Waiting,
  names: Names,
  now: number,
): string {
  if (away !== null) return text('next.when-back', {server: names.server(away)})
  if (arr !== null) return text('next.when-back', {server: names.arr(arr)})
  const isUnderWay = what === 'restoring' || what === 'purging' || what === 'steps'
  if (at === null) return text(isUnderWay ? 'next.under-way' : 'next.unknown')
  if (at <= now) return text('next.now')
  if (at - now > DAY_MS) return exactTime(at, now)
  return text(what === 'steps' ? 'next.again-in' : 'next.in', {time: written(until(at, now))})
}

/** What is done then, to what, and what it means. */
function wordsOfNext(
  waiting: Waiting,
  its: Names,
  now: number,
): {readonly strong: string; readonly rest: string} {
  const {what, names, count, actions, rule_name: rule, bytes: size, message} = waiting
  const named = names.length === 0 || count > names.length ? nextMany(names, count) : names.join(', ')
  const action = actions.map(actionWords).join(', ')
  const frees = size === null || size === 0 ? '' : text('next.frees', {bytes: written(bytes(size))})
  switch (what) {
    case 'approval':
    case 'rule':
      return {
        strong: text('next.rule', {action, what: named}),
        rest: rule === null ? (message ?? '') : text('next.rule.by', {rule}),
      }
    case 'wait': {
      const values = {
        rule: rule ?? '',
        who: waiting.by ?? '',
        time: waiting.at === null ? '?' : exactTime(waiting.at, now),
      }
      return {
        strong: text('next.rule', {action, what: named}),
        rest: text(waiting.undone ? 'next.wait.undone' : 'next.wait', values),
      }
    }
    case 'steps':
      return {
        strong: text('next.rule', {action, what: named}),
        rest: [stepWords(waiting, its), untilWords(waiting, now), message, rule && ruleWords(rule)]
          .filter(Boolean)
          .join(' · '),
      }
    case 'command':
      return {
        strong: text('next.rule', {action, what: named}),
        rest: text('next.command', {server: its.server(waiting.waits_for)}),
      }
    case 'held':
      return {strong: text('next.held', {action, what: named}), rest: text('next.held.by')}
    case 'trash':
      return {
        strong: text('next.trash', {count}),
        rest: [namesOfNext(names, count), frees].filter(Boolean).join(' · '),
      }
    case 'restoring':
    case 'purging':
      return {strong: text(`next.${what}`, {what: named}), rest: message ?? ''}
  }
}

/** What it does now, and who has to end it. */
function stepWords({step, servers, arr_id: arr}: Waiting, its: Names): string {
  const [server, target] = servers
  const named = {server: its.server(server), target: its.server(target), arr: its.arr(arr)}
  return step === null ? '' : text(`next.step.${step}`, named)
}

function untilWords({until: end}: Waiting, now: number): string {
  return end === null ? '' : text('next.until', {time: exactTime(end, now)})
}

function ruleWords(rule: string): string {
  return text('next.steps.by', {rule})
}

function nextMany(names: readonly string[], count: number): string {
  const [first] = names
  if (first !== undefined && count > names.length) return namesOfNext(names, count)
  return count === 1 ? text('story.one.torrent') : text('story.many.torrent', {count})
}

function namesOfNext(names: readonly string[], count: number): string {
  const shown = names.join(', ')
  return count > names.length ? text('story.names-more', {names: shown, count: count - names.length}) : shown
}

/** As the list of torrents calls it. */
function rowName({server_id: server, info_hash: hash}: Waiting['torrents'][number]): string {
  return `${server}~${hash}`
}

function Answers({waiting, strong}: {waiting: Waiting; strong: string}) {
  const [busy, setBusy] = useState<string | null>(null)
  const [isPurging, setPurging] = useState(false)
  const {answers, ids, id, count, names, bytes: size} = waiting
  const give = async (what: string, work: () => Promise<unknown>) => {
    setBusy(what)
    try {
      await work()
    } catch (error) {
      toast({tone: 'bad', text: text('next.failed', {why: wordsOf(error)})})
    } finally {
      setBusy(null)
    }
    await queries.invalidateQueries({queryKey: ['activity']})
  }
  const button = (name: Waiting['answers'][number], label: string, run: () => void) => (
    <Button
      key={name}
      variant="ghost"
      aria-label={text('next.for', {answer: label, what: strong})}
      waitsFor={busy === name ? text('approvals.answering') : undefined}
      onClick={run}
    >
      {label}
    </Button>
  )
  return (
    <>
      {answers.includes('wait') &&
        button('wait', text('next.wait-a-day'), () => void give('wait', () => waitADay(waiting)))}
      {answers.includes('do_now') &&
        button('do_now', text('next.do-now'), () => void give('do_now', () => doNow(waiting)))}
      {answers.includes('remove') &&
        // Its dialog names what else uses the files, and how it is brought back.
        button('remove', text('next.do-now.dialog'), () =>
          openActionDialog('delete', {kind: 'some', names: new Set(waiting.torrents.map(rowName))}),
        )}
      {answers.includes('go_on') &&
        button('go_on', text('next.go-on'), () => void give('go_on', () => goOn(ids)))}
      {answers.includes('cancel') &&
        button('cancel', text('next.cancel'), () => void give('cancel', () => undoOne(id)))}
      {answers.includes('restore') &&
        button(
          'restore',
          text(count === 1 ? 'next.restore' : 'next.restore-all'),
          () => void give('restore', () => undoAll(ids.map((it) => ({how: 'trash', id: it, unblock: null})))),
        )}
      {answers.includes('purge') &&
        // Of several somebody looks at each before it is gone for good.
        (count === 1 ? (
          button('purge', text('next.purge'), () => setPurging(true))
        ) : (
          <Link to="/torrents/trash" className={buttonClass('ghost')}>
            {text('next.trash.open')}
          </Link>
        ))}
      {isPurging && (
        <ConfirmDialog
          title={text('next.purge.title')}
          says={text('next.purge.says', {
            names: namesOfNext(names, count),
            bytes: size === null ? '?' : written(bytes(size)),
          })}
          verb={text('next.purge.do')}
          work={async () => {
            await purgeFromTrash(id)
            await queries.invalidateQueries({queryKey: ['activity']})
          }}
          onClose={() => setPurging(false)}
        />
      )}
    </>
  )
}
