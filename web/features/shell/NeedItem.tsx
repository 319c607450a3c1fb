import {useMutation, useQuery} from '@tanstack/react-query'
import {Link, type LinkProps} from '@tanstack/react-router'
import {
  Bell,
  ClipboardList,
  Clock,
  Cpu,
  Ellipsis,
  Hand,
  HardDrive,
  ListChecks,
  Pause,
  RefreshCw,
  type LucideIcon,
} from 'lucide-react'
import {createContext, use, useEffect, type ReactNode} from 'react'
import type {ImportAnswer, Need} from '#model/needs.ts'
import {actOnArr, posterUrl} from '../../api/arrs.ts'
import {usePreference} from '../../api/preferences.ts'
import {queries} from '../../api/queries.ts'
import {restartProcess} from '../../api/processes.ts'
import {resumeRule} from '../../api/rules.ts'
import {approvalsQuery, type ApprovalAnswer} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {exactTime, withExactTimes} from '../../i18n/format-time.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServer, useServers} from '../../live/servers.ts'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {bytes, until, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {Poster} from '../../ui/Poster.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {openOverlay} from '../commands/overlays.ts'
import {actionWords, pausedWords} from '../explain/action-words.ts'
import {HealthActionButton} from '../servers/health/HealthActionButton.tsx'
import {HealthIcon, healthInk} from '../servers/health/HealthIcon.tsx'
import {troubleSentence} from '../servers/server-words.ts'
import {answerAsked, askedTogether} from './asked-together.ts'
import {heldAnswers, useAnswerState, type AnswerState} from './held-answers.ts'
import {importAction, usePuttingOff} from './needs.ts'

type NeedOf<K extends Need['kind']> = Extract<Need, {kind: K}>

/** What is told once goes when it was read. */
export function NoticesButton({needs}: {needs: readonly Need[]}) {
  const [, readUntil] = usePreference('notices.read')
  const times = needs.flatMap(({kind, since}) => (kind === 'notice' && since !== null ? [since] : []))
  if (times.length === 0) return null
  return (
    <TextButton onClick={() => readUntil(Math.max(...times))}>
      {text('attention.notices.read', {count: times.length})}
    </TextButton>
  )
}

/** Brings back what was put off. @param count how many */
export function LaterButton({count}: {count: number}) {
  const {showAll} = usePuttingOff()
  if (count === 0) return null
  return <TextButton onClick={showAll}>{text('attention.later.shown', {count})}</TextButton>
}

/** The item, where it is reminded of and can be put off. */
const Later = createContext<Need | null>(null)

/** As `NeedItem`, where people are reminded of it: it can be put off until tomorrow. */
export function NeedReminder({need}: {need: Need}) {
  return (
    <Later value={need}>
      <NeedItem need={need} />
    </Later>
  )
}

/** What it is, in the other side's own words, and its answers: the harmless one first. The same on each page. */
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
      return <AlertItem need={need} />
    case 'process': {
      const [why] = need.words
      return (
        <Item
          icon={Cpu}
          name={need.name}
          mark={text('attention.process')}
          words={why === undefined ? text('attention.process.says') : text('attention.process.why', {why})}
        >
          <Go to="/settings/system">{text('attention.show')}</Go>
          <Act label={text('attention.restart')} send={() => restartProcess(need.process_id)} />
        </Item>
      )
    }
    case 'server':
      return <ServerItem need={need} />
    case 'arr':
      return (
        <Item
          icon={RefreshCw}
          name={need.name}
          mark={text('attention.arr')}
          words={need.words[0] ?? text('attention.arr.held')}
        >
          <ShowArr need={need} label={text('attention.show')} />
        </Item>
      )
    case 'import':
      return <ImportItem need={need} />
    case 'rule':
      return (
        <Item
          icon={ListChecks}
          name={need.name}
          mark={text('attention.rule')}
          words={text('attention.rule.says', {why: pausedWords(need)})}
        >
          {/* Looking at it changes nothing; going on lets it act again. */}
          <Go to="/rules" search={{rule: need.rule_id}}>
            {text('attention.review')}
          </Go>
          {need.answers.includes('resume') && <ResumeAnswer need={need} />}
        </Item>
      )
    case 'keep_rule':
      return (
        <Item
          icon={ListChecks}
          name={need.name}
          mark={text('attention.keeps')}
          words={text(`attention.keeps.${need.reason}`)}
        >
          <Go to="/rules" search={{rule: need.rule_id}}>
            {text('attention.keeps.open')}
          </Go>
        </Item>
      )
    case 'approval':
      return need.decision === null ? (
        <SeveralAsked need={need} />
      ) : (
        <AskedItem need={need} words={asked(need.decision)} ids={[need.decision.id]} />
      )
    case 'notice':
      return (
        <Item
          icon={Bell}
          name={need.name}
          mark={text('attention.notice')}
          words={need.words.join(' ')}
          isKept={false}
        >
          {need.code === 'private_server' && need.server_id !== null ? (
            <Go to="/settings/servers/$id" params={{id: need.server_id}}>
              {text('attention.show')}
            </Go>
          ) : (
            <Go to="/activity">{text('attention.show')}</Go>
          )}
        </Item>
      )
    case 'disk':
      return <DiskItem need={need} />
  }
}

function asked({actions, subject}: NonNullable<NeedOf<'approval'>['decision']>): string {
  const what = actions.map((it) => actionWords(it)).join(', ')
  return `${what}: ${subject === '' ? text('attention.asks.gone') : subject}`
}

/** What a rule asks, with a no and a yes for all of it. @param ids none = they are not known yet */
function AskedItem({need, words, ids}: {need: NeedOf<'approval'>; words: ReactNode; ids: readonly string[]}) {
  const {length: count} = ids
  const answer = (it: ApprovalAnswer) =>
    need.answers.includes(it) && (
      <Act
        label={count === 1 ? text(`attention.${it}`) : text(`attention.${it}.all`, {count})}
        send={() => answerAsked(ids, it)}
      />
    )
  return (
    <Item
      icon={ListChecks}
      isBelow={count > 1}
      name={need.name === '' ? text('attention.rule.gone') : need.name}
      mark={text('attention.asks')}
      words={words}
    >
      {/* One by one they are answered on the page of their Arr, else in the activity. */}
      <ShowArr need={need} label={text('attention.review')} />
      {count > 0 && answer('decline')}
      {count > 0 && answer('approve')}
    </Item>
  )
}

const NAMED = 2

/** What they would do, to how much, and what the answers are for: exactly those that are named. */
function SeveralAsked({need}: {need: NeedOf<'approval'>}) {
  const {data} = useQuery(approvalsQuery)
  const {count} = need
  const together = askedTogether(need, data ?? [])
  const isOld = data !== undefined && together.ids.length !== count
  useEffect(() => {
    if (isOld) void queries.invalidateQueries(approvalsQuery)
  }, [isOld])
  if (together.ids.length === 0)
    return <AskedItem need={need} words={text('attention.asks.says', {count})} ids={[]} />
  const {ids, acts, names, bytes: size, unsized} = together
  const shown = names.slice(0, NAMED).join(', ')
  const more = ids.length - Math.min(NAMED, names.length)
  return (
    <AskedItem
      need={need}
      ids={ids}
      words={
        <>
          {[
            ...acts.map(({verbs, count: its, isTorrents}) =>
              text(isTorrents ? 'attention.asks.torrents' : 'attention.asks.items', {
                action: actionWords(verbs),
                count: its,
              }),
            ),
            ...(size > 0 ? [written(bytes(size))] : []),
            ...(unsized > 0 ? [text('attention.asks.unsized', {count: unsized})] : []),
          ].join(' · ')}
          {shown !== '' && (
            <span className="block text-text-3">
              {more === 0 ? shown : text('attention.asks.names', {names: shown, count: more})}
            </span>
          )}
        </>
      }
    />
  )
}

/** The page of its Arr, else the activity. */
function ShowArr({need: {arr_ids: ids}, label}: {need: Need; label: string}) {
  const [id] = ids
  if (id === undefined)
    return (
      <Go to="/activity" search={{show: 'waiting'}}>
        {label}
      </Go>
    )
  return (
    <Go to="/library/arrs/$id" params={{id}}>
      {label}
    </Go>
  )
}

interface RestAnswer {
  readonly id: string
  readonly label: string
  readonly onSelect: () => void
}

const none: readonly RestAnswer[] = []

/** What, in the other side's own words, and what can be done. */
function Item({
  icon,
  ink = 'text-st-stalled',
  name,
  mark,
  words,
  isKept = true,
  isBelow = false,
  rest = none,
  children,
}: {
  icon: LucideIcon | ReactNode
  ink?: string
  name: string
  /** What kind of thing it is. */
  mark?: string
  words: ReactNode
  /** It stays until it is solved, so that it can be put off. */
  isKept?: boolean
  /** Its words are long and its answers many: these stand below, except in a list that has room for both. */
  isBelow?: boolean
  /** Answers that have no room beside the first ones. */
  rest?: readonly RestAnswer[]
  children: ReactNode
}) {
  const need = use(Later)
  const {putOff} = usePuttingOff()
  const later = need !== null && isKept ? () => putOff(need) : null
  const entries = [
    ...rest,
    ...(later === null || rest.length === 0
      ? []
      : [{id: 'later', label: text('attention.later'), onSelect: later}]),
  ]
  return (
    <li data-need className="border-b border-line px-3.5 py-3 last:border-0 focus-within:bg-hover @container">
      <div
        className={joined(
          'grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 gap-y-2',
          isBelow
            ? '@[900px]:grid-cols-[16px_minmax(0,1fr)_auto] @[900px]:items-center'
            : '@[600px]:grid-cols-[16px_minmax(0,1fr)_auto] @[600px]:items-center',
        )}
      >
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
          className={joined(
            'col-start-2 flex flex-wrap gap-2 [&>:first-child]:shadow-[inset_0_0_0_1px_var(--line-strong)] [&>:first-child]:focus-visible:shadow-focus',
            isBelow ? '@[900px]:col-start-3' : '@[600px]:col-start-3',
          )}
        >
          {children}
          {entries.length > 0 ? (
            <DropdownMenu
              label={name}
              align="end"
              entries={entries}
              trigger={<IconButton icon={Ellipsis} label={text('attention.more', {name})} />}
            />
          ) : (
            later !== null && (
              <Button variant="ghost" aria-label={text('attention.later.of', {name})} onClick={later}>
                {text('attention.later')}
              </Button>
            )
          )}
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

/** It acts again: what it does then is not taken back, so the answer is held before. */
function ResumeAnswer({need}: {need: NeedOf<'rule'>}) {
  const state = useAnswerState(need)
  const give = () =>
    heldAnswers.give(need, {
      answer: 'resume',
      label: text('arr.answer.for', {answer: text('attention.resume'), name: need.name}),
      send: () => resumeRule(need.rule_id),
      done: text('attention.resume.done'),
      refused: (words) => text('attention.resume.refused', {words}),
    })
  if (state?.state === 'held') return <UndoAnswer need={need} answer={text('attention.resume')} />
  return (
    <Button variant="ghost" onClick={give} waitsFor={whyBusy(state)}>
      {text('attention.resume')}
    </Button>
  )
}

/** Takes it back while it waits, as the toast does, which may have been closed. */
function UndoAnswer({need, answer}: {need: Need; answer: string}) {
  return (
    <Button aria-label={text('attention.held.undo', {answer})} onClick={() => heldAnswers.undo(need)}>
      {text('toast.undo')}
    </Button>
  )
}

/** Why nothing else can be answered now. */
function whyBusy(state: AnswerState | null): string | undefined {
  return state?.state === 'running' ? text('arr.answer.sending') : undefined
}

/** Lost settings are told to administrators alone, who answer them there; all else is seen at its server or Arr. */
function AlertItem({need}: {need: NeedOf<'alert'>}) {
  const {server_id: serverId, arr_ids: arrs, code} = need
  const servers = useServers() ?? []
  const server = servers.find((it) => it.server_id === serverId)
  const now = useNow(60_000)
  const since = need.since === null ? '' : exactTime(need.since, now)
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
  const message = withExactTimes(need.words.join(' '), now)
  return (
    <Item
      icon={Pause}
      name={need.name === '' ? text('attention.alert.all') : need.name}
      mark={mark}
      words={text('attention.alert.since', {message, since})}
    >
      {server !== undefined && arrs.length === 0 ? (
        <Go to="/settings/servers/$id" params={{id: server.server_id}}>
          {text('attention.show')}
        </Go>
      ) : (
        <ShowArr need={need} label={text('attention.show')} />
      )}
    </Item>
  )
}

function ServerItem({need}: {need: NeedOf<'server'>}) {
  const {server_id: id, name, words, answers} = need
  const now = useNow(10_000)
  const server = useServer(id ?? '')
  const said = server === null ? words : [troubleSentence(server, now), server.advice]
  return (
    <Item
      icon={server === null ? Pause : <HealthIcon health={server} />}
      {...(server !== null && {ink: healthInk(server)})}
      name={name}
      words={said.filter((it) => it !== '').join(' ')}
    >
      {server !== null && answers.includes('repair') && <HealthActionButton server={server} />}
      <Go to="/settings/servers/$id" params={{id: id ?? ''}}>
        {text('attention.show')}
      </Go>
    </Item>
  )
}

function DiskItem({need: {name, full_at: fullAt, per_day: perDay}}: {need: NeedOf<'disk'>}) {
  const now = useNow(60_000)
  return (
    <Item
      icon={HardDrive}
      name={name}
      words={text('attention.full', {time: written(until(fullAt, now)), perDay: written(bytes(perDay))})}
    >
      <Go to="/torrents/disk-space">{text('attention.show')}</Go>
    </Item>
  )
}

/** A download that an Arr does not import, with up to three answers; the item stays until the Arr has done something. */
function ImportItem({need}: {need: NeedOf<'import'>}) {
  const {arr_name: arr, arr_ids: ids, release, words, torrents, size, as_of: asOf} = need
  const result = useAnswerState(need)
  const now = useNow(60_000)
  const [id] = ids
  const [torrent] = torrents
  const [media] = need.media
  const away = asOf === null ? undefined : text('attention.import.waits', {arr})
  const say = (answer: ImportAnswer) => {
    const action = importAction(answer, need)
    if (action === null || id === undefined) return
    heldAnswers.give(need, {
      answer,
      label: text('arr.answer.for', {answer: text(`arr.answer.${answer}`), name: release}),
      send: () => actOnArr(id, action),
      done: text(`arr.answer.${answer}.done`),
      refused: (why) => text('arr.answer.refused', {name: arr, words: why}),
    })
  }
  const answers = need.answers.filter((it): it is ImportAnswer => importAction(it, need) !== null)
  const others = answers.slice(3)
  return (
    <Item
      icon={
        media === undefined || id === undefined ? (
          Hand
        ) : (
          <Poster src={posterUrl(id, media)} title={need.name} size="small" className="-mx-px" />
        )
      }
      isBelow
      name={text('attention.import', {arr, name: need.name})}
      rest={(away === undefined ? others : []).map((answer) => ({
        id: answer,
        label: text(`arr.answer.${answer}`),
        onSelect: () => say(answer),
      }))}
      words={
        <>
          {words.length === 0 ? (
            `${text('arr.waiting.refuses', {name: arr})} ${text('arr.waiting.silent')}`
          ) : (
            <span className="text-text">{words.map((it) => `“${it}”`).join(' ')}</span>
          )}{' '}
          {size > 0 && written(bytes(size))}{' '}
          {torrent !== undefined && (
            <Link
              to="/torrents"
              search={{at: `${torrent.server_id}~${torrent.info_hash}`}}
              className={textLinkClass}
            >
              {text('arr.waiting.on', {server: torrents.map((it) => it.server_name).join(', ')})}
            </Link>
          )}
          {need.name !== release && <span className="block text-text-3">{release}</span>}
          {asOf !== null && (
            <span className="block">{text('attention.import.as-of', {arr, when: exactTime(asOf, now)})}</span>
          )}
          <ImportResult result={result} arr={arr} />
        </>
      }
    >
      {result?.state === 'held' && (
        <UndoAnswer
          need={need}
          answer={text('arr.answer.for', {
            answer: text(`arr.answer.${result.answer as ImportAnswer}`),
            name: release,
          })}
        />
      )}
      {answers.slice(0, result?.state === 'held' ? 0 : 3).map((answer, place) => (
        <Button
          key={answer}
          variant={place === 0 ? 'default' : 'ghost'}
          onClick={() => say(answer)}
          aria-label={text('arr.answer.for', {answer: text(`arr.answer.${answer}`), name: release})}
          waitsFor={result?.answer === answer ? (whyBusy(result) ?? away) : away}
        >
          {text(`arr.answer.${answer}`)}
        </Button>
      ))}
      {answers.length === 0 && <ShowArr need={need} label={text('attention.show')} />}
    </Item>
  )
}

/** What came of an answer, in the words of the Arr where it refused it. */
function ImportResult({result, arr}: {result: AnswerState | null; arr: string}) {
  if (result?.state === 'refused') {
    return (
      <output className="block text-st-error">
        {text('arr.answer.refused', {name: arr, words: result.words})}
      </output>
    )
  }
  if (result?.state !== 'done') return null
  return (
    <output className="block text-st-seeding">
      {text(`arr.answer.${result.answer as ImportAnswer}.done`)}
    </output>
  )
}
