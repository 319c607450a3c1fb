import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Check, CircleCheck, CircleHelp, CircleX, Clock, Copy, Hand, type LucideIcon} from 'lucide-react'
import {useMemo} from 'react'
import {
  explanationQuery,
  timelineQuery,
  type Deed,
  type Explanation,
  type RuleExplanation,
} from '../../api/explanation.ts'
import {Problem} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Badge, type Tone} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {useCopy} from '../../ui/CopyText.tsx'
import {fullTime, timeOfDay, withExactTimes} from '../../i18n/format-time.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Note} from '../../ui/Note.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {PartEmpty, PartSkeleton} from '../details/PartFrame.tsx'
import type {Torrent} from '../details/torrent.ts'
import {deedWords} from './action-words.ts'
import {ConditionTree} from './ConditionTree.tsx'

/** Why? The one sentence that matters, then what every rule says, with its proof. */
export function WhyTab({torrent}: {torrent: Torrent}) {
  const {data, error, refetch} = useQuery(explanationQuery(torrent))
  if (data) return <Told told={data} torrent={torrent} />
  if (!error) return <PartSkeleton />
  if (error instanceof Problem && error.code === 'not_ready') {
    return <PartEmpty className="pt-3" title={text('why.not-ready')} next={text('why.not-ready.next')} />
  }
  const again = <Button onClick={() => void refetch()}>{text('details.again')}</Button>
  return <PartEmpty className="pt-3" title={error.message} actions={again} />
}

function Told({told, torrent}: {told: Explanation; torrent: Torrent}) {
  const now = useNow(10_000)
  const [isCopied, copy] = useCopy()
  const heldLast = useHeldLast(torrent)
  const {rules} = told
  const about = rules.filter(isAboutIt)
  const others = rules.filter((rule) => !isAboutIt(rule))
  const open = openAtFirst(told)
  return (
    <div className="h-full min-h-0 overflow-auto">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 max-phone:px-3.5">
        <div className="min-w-0 flex-1 basis-72">
          <p className="text-16/tight font-bold text-pretty wrap-anywhere">
            {withExactTimes(told.sentence, now)}
          </p>
          <p className="mt-1 text-12 text-text-2">
            {text('why.rules')}{' '}
            <time
              dateTime={new Date(told.at).toISOString()}
              title={fullTime(told.at)}
              className="num text-text-3"
            >
              {text('why.now', {time: timeOfDay(told.at)})}
            </time>
          </p>
        </div>
        <Button
          variant="ghost"
          icon={isCopied ? Check : Copy}
          onClick={() => void copy(asText(torrent.name ?? torrent.info_hash, told))}
        >
          {text('why.copy')}
        </Button>
      </div>
      {rules.length === 0 && (
        <PartEmpty className="pt-3" title={text('why.none')} next={text('why.none.next')} />
      )}
      {about.map((rule) => (
        <RuleVerdict
          key={rule.rule_id}
          rule={rule}
          heldLast={heldLast.get(rule.rule_id) ?? null}
          isOpen={rule === open}
          now={now}
        />
      ))}
      <Others rules={others} now={now} />
    </div>
  )
}

function Others({rules, now}: {rules: readonly RuleExplanation[]; now: number}) {
  if (rules.length === 0) return null
  return (
    <details>
      <summary className="min-h-11 cursor-pointer px-4 py-3 text-text-2 hover:bg-hover focus-visible:shadow-focus-in max-phone:px-3.5">
        {text('why.others', {count: rules.length})}
      </summary>
      <ul className="grid gap-1 px-10 pb-3 text-12 max-phone:px-3.5">
        {rules.map(({rule_id: id, name, sentence}) => (
          <li key={id} className="wrap-anywhere">
            <b className="font-medium">{name}</b>{' '}
            <span className="text-text-2">{withExactTimes(sentence, now)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** The one that the sentence on top is about. */
function openAtFirst({sentence, rules}: Explanation): RuleExplanation | undefined {
  return rules.find((rule) => rule.sentence === sentence)
}

/** What guards said of it the last time, by the rule; only while that is still the newest about the rule. */
function useHeldLast(torrent: Torrent): ReadonlyMap<string, Deed> {
  const {data} = useInfiniteQuery(timelineQuery(torrent))
  return useMemo(() => {
    const newest = new Map<string, Deed>()
    for (const deed of data?.pages.flatMap(({deeds}) => deeds) ?? []) {
      if (deed.rule_id !== null && !newest.has(deed.rule_id)) newest.set(deed.rule_id, deed)
    }
    return new Map([...newest].filter(([, {outcome}]) => outcome === 'held'))
  }, [data])
}

/** What one rule says: in a line, and opened with each fact, how far its time has come, and what would have to change. */
function RuleVerdict({
  rule,
  heldLast,
  isOpen,
  now,
}: {
  rule: RuleExplanation
  /** When a guard held it the last time; `null` = none did. */
  heldLast: Deed | null
  isOpen: boolean
  now: number
}) {
  const {tone, icon, colour} = outcomeLooks[rule.outcome]
  return (
    <details open={isOpen} className="border-b border-line last:border-0">
      <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2 hover:bg-hover focus-visible:shadow-focus-in max-phone:px-3.5">
        <Icon icon={icon} className={colour} />
        <span className="min-w-0 flex-1 basis-60 text-pretty wrap-anywhere">
          <b className="font-medium">{rule.name}</b>{' '}
          <span className="text-12 text-text-2">{withExactTimes(rule.sentence, now)}</span>
        </span>
        <Badge tone={tone}>{text(`why.outcome.${rule.outcome}`)}</Badge>
      </summary>
      <div className="grid gap-2.5 pr-4 pb-3 pl-10 max-phone:pr-3.5 max-phone:pl-3.5">
        <p className="text-12 text-text-2">
          {text('why.wants')}{' '}
          <b className="font-medium text-text">
            {rule.actions.map(({action}) => deedWords(action)).join(', ')}
          </b>
          {rule.mode === 'simulate' && ` · ${text('why.simulated')}`}
          {rule.mode === 'ask' && ` · ${text('why.asks')}`}
          {rule.kept_back_by && ` · ${text('why.kept-back', {name: rule.kept_back_by.name})}`}
        </p>
        <ConditionTree trace={rule.evidence} hold={rule.hold} now={now} />
        {heldLast && <Note tone="warn">{text('why.guard', {message: heldWords(heldLast)})}</Note>}
        <Needs needs={rule.needs} />
        <Link to="/rules" search={{rule: rule.rule_id}} className={`${textLinkClass} justify-self-start`}>
          {text('why.open-rule')}
        </Link>
      </div>
    </details>
  )
}

/** What said no, and what would have to change. */
function heldWords({message, code, decided}: Deed): string {
  const lifts = decided?.guards.flatMap(({lift}) => lift || []) ?? []
  return [message ?? code ?? '', ...lifts].filter((it) => it !== '').join(' ')
}

function Needs({needs}: {needs: readonly string[]}) {
  if (needs.length === 0) return null
  return (
    <div className="text-12">
      <span className="text-text-3">{text('why.needs')}</span>
      <ul className="list-disc pl-4">
        {needs.map((need) => (
          <li key={need} className="wrap-anywhere">
            {need}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What a rule says of a torrent, as a badge, and all of it as text for whoever helps. */

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly colour: string
}

const quiet: Look = {tone: 'quiet', icon: CircleX, colour: 'text-text-3'}
const waiting: Look = {tone: 'info', icon: Clock, colour: 'text-accent'}

const outcomeLooks: Readonly<Record<RuleExplanation['outcome'], Look>> = {
  due: {tone: 'warn', icon: CircleCheck, colour: 'text-st-stalled'},
  candidate: waiting,
  held: waiting,
  lookingUp: {tone: 'quiet', icon: CircleHelp, colour: 'text-text-3'},
  keptBack: {tone: 'quiet', icon: Hand, colour: 'text-text-3'},
  unknown: {tone: 'warn', icon: CircleHelp, colour: 'text-st-stalled'},
  no: quiet,
  nothingToDo: quiet,
  closed: {tone: 'quiet', icon: Clock, colour: 'text-text-3'},
  outOfScope: quiet,
  off: quiet,
}

/** Those that say something of this torrent; the others are told in one line. */
function isAboutIt({outcome}: RuleExplanation): boolean {
  return outcome !== 'outOfScope' && outcome !== 'off'
}

/** Everything as lines of text. */
function asText(name: string, {sentence, rules}: Explanation): string {
  const lines = rules.map((rule) => `${rule.name}: ${text(`why.outcome.${rule.outcome}`)}. ${rule.sentence}`)
  return [name, sentence, '', ...lines].join('\n')
}
