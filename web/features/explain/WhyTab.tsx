import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {
  Check,
  ChevronRight,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Copy,
  Hand,
  ListChecks,
  Maximize2,
  Trash2,
  type LucideIcon,
} from 'lucide-react'
import {useMemo, type ReactNode} from 'react'
import {withChoice} from '#search-query/choices.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {
  explanationQuery,
  timelineQuery,
  type TimelineAction,
  type Explanation,
  type RuleExplanation,
  type Verdict,
} from '../../api/explanation.ts'
import {Problem} from '../../api/problem.ts'
import {previewQuery, ruleQuery} from '../../api/rules.ts'
import {foundTotal} from '../../api/torrents.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Badge, type Tone} from '../../ui/Badge.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {useCopy} from '../../ui/CopyText.tsx'
import {day as shortDay, daysAway, fullTime, timeOfDay, withExactTimes} from '../../i18n/format-time.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {Meter} from '../../ui/Meter.tsx'
import {Note} from '../../ui/Note.tsx'
import {StateIcon} from '../../ui/StateIcon.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {openActionDialog} from '../actions/action-dialogs.ts'
import {oneTarget} from '../actions/target.ts'
import {PartEmpty, PartSkeleton} from '../details/PartFrame.tsx'
import {cellsOf, nameOf, type Torrent} from '../details/torrent.ts'
import {useAbilities} from '../details/use-abilities.ts'
import {stateFace} from '../torrents/table/state-face.ts'
import {
  actorWords,
  actionWords,
  journalWords,
  milestoneIcons,
  milestoneWords,
  outcomeLooks,
} from './action-words.ts'
import {ConditionTree} from './ConditionTree.tsx'
import {countedWords} from './fact-words.ts'
import {KeepForever} from './KeepForever.tsx'
import {MediaLink} from '../details/general/MediaLink.tsx'
import {phraseValueWords, phraseWords} from './verdict-words.ts'

type VerdictReason = Verdict['reasons'][number]
type Change = NonNullable<VerdictReason['change']>

/**
 * Why? The one sentence that matters, then what every rule says, with its proof.
 *
 * @param isPage it is all of a page, which scrolls as a whole and whose heading the sentence is
 */
export function WhyTab({torrent, isPage = false}: {torrent: Torrent; isPage?: boolean}) {
  const reading = useQuery(explanationQuery(torrent))
  const {data, error} = reading
  const awaited = (
    <Awaited reading={reading} what={text('details.tab.why')} className="p-3">
      <PartSkeleton />
    </Awaited>
  )
  if (data) {
    return (
      <div className={joined('grid', !isPage && 'h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]')}>
        <div>{awaited}</div>
        <ExplanationView explanation={data} torrent={torrent} isPage={isPage} />
      </div>
    )
  }
  if (error instanceof Problem && error.code === 'not_ready') {
    return <PartEmpty className="pt-3" title={text('why.not-ready')} next={text('why.not-ready.next')} />
  }
  return awaited
}

function ExplanationView({
  explanation,
  torrent,
  isPage,
}: {
  explanation: Explanation
  torrent: Torrent
  isPage: boolean
}) {
  const now = useNow(10_000)
  return (
    <div className={joined('@container', !isPage && 'h-full min-h-0 overflow-auto')}>
      <div
        className={joined(
          'grid items-start gap-4 max-phone:gap-3.5 @min-[900px]:grid-cols-[minmax(0,1.62fr)_minmax(280px,1fr)]',
          !isPage && 'p-4 max-phone:p-3.5',
        )}
      >
        <div className="grid min-w-0 gap-4 max-phone:gap-3.5">
          <Answer explanation={explanation} torrent={torrent} isPage={isPage} now={now} />
          <Decided verdict={explanation.verdict} server={torrent.server_id} at={explanation.at} now={now} />
          <Changes verdict={explanation.verdict} server={torrent.server_id} now={now} />
          <Checks explanation={explanation} torrent={torrent} now={now} />
        </div>
        <Timeline verdict={explanation.verdict} torrent={torrent} now={now} />
      </div>
    </div>
  )
}

/** The sentence that settles it, what follows, and what can be done about it. */
function Answer({
  explanation,
  torrent,
  isPage,
  now,
}: {
  explanation: Explanation
  torrent: Torrent
  isPage: boolean
  now: number
}) {
  const [isCopied, copy] = useCopy()
  const {canControl} = useAbilities(torrent.server_id)
  const {kind, says, follows} = explanation.verdict
  const {icon} = stateFace(cellsOf(torrent), now)
  const name = torrent.name ?? torrent.info_hash
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <Card>
      <div className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3">
        <StateIcon state={icon} size={22} className="mt-0.5" />
        <div>
          <Heading className="text-20/tight font-bold text-balance wrap-anywhere max-phone:text-16/tight">
            {phraseWords(says, now)}
          </Heading>
          {follows && <p className="mt-1 text-14 text-pretty text-text-2">{phraseWords(follows, now)}</p>}
          {explanation.media && (
            <p className="mt-1.5">
              <MediaLink media={explanation.media} />
            </p>
          )}
          <div className="mt-3.5 flex flex-wrap gap-2">
            {kind === 'asks' && canControl && (
              <Link to="/activity" search={{show: 'waiting'}} className={buttonClass('primary')}>
                {text('why.answer')}
              </Link>
            )}
            <KeepForever torrent={torrent} />
            {canControl && (
              <Button icon={Trash2} onClick={() => openActionDialog('delete', oneTarget(nameOf(torrent)))}>
                {text('why.remove')}
              </Button>
            )}
            <Button
              variant="ghost"
              icon={isCopied ? Check : Copy}
              onClick={() => void copy(asText(name, explanation, now))}
            >
              {text('why.copy')}
            </Button>
            {!isPage && (
              <Link
                to="/torrents/$server/$hash/why"
                params={{server: torrent.server_id, hash: torrent.info_hash}}
                className={buttonClass('ghost')}
              >
                <Icon icon={Maximize2} />
                {text('why.page')}
              </Link>
            )}
          </div>
        </div>
      </div>
    </Card>
  )
}

interface OfTorrent {
  readonly verdict: Verdict
  /** Of the torrent. */
  readonly server: string
  /** Epoch ms. */
  readonly now: number
}

/** Two to four reasons, what keeps it first, with bars where something is counted. */
function Decided({verdict: {reasons}, server, at, now}: OfTorrent & {at: number}) {
  if (reasons.length === 0) return null
  const checked = (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-12 text-text-3">
      {text('why.checked', {time: timeOfDay(at)})}
    </time>
  )
  return (
    <Card title={text('why.decided')} actions={checked} isPadded={false}>
      <ul>
        {reasons.map((reason) => (
          <Reason key={reason.says.key} reason={reason} server={server} now={now} />
        ))}
      </ul>
    </Card>
  )
}

function Reason({
  reason: {says, more, blocks, counted, change},
  server,
  now,
}: Omit<OfTorrent, 'verdict'> & {reason: VerdictReason}) {
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] gap-x-3 gap-y-1 border-b border-line px-3.5 py-3 last:border-0">
      <Icon
        icon={blocks ? Hand : ListChecks}
        className={`mt-0.5 ${blocks ? 'text-st-stalled' : 'text-text-3'}`}
      />
      <p className="min-w-0 text-pretty wrap-anywhere">
        <b className="font-medium">{phraseWords(says, now)}</b>{' '}
        {more && <span className="text-text-2">{phraseWords(more, now)}</span>}
      </p>
      {change?.value && (
        <ChangeLink
          change={change}
          server={server}
          className={`${textLinkClass} text-12 max-phone:col-start-2`}
        >
          {text('why.change.value', {value: phraseValueWords(change.value, now)})}
        </ChangeLink>
      )}
      {counted.map((one) => (
        <div
          key={one.what}
          className="num col-start-2 -col-end-1 mt-1 grid grid-cols-[104px_minmax(0,1fr)_112px] items-center gap-3 text-12 text-text-2 max-phone:grid-cols-[84px_minmax(0,1fr)_92px]"
        >
          <span>{text(`why.counted.${one.what}`)}</span>
          <Meter
            share={one.needed > 0 ? one.done / one.needed : 1}
            label={text(`why.counted.${one.what}`)}
            valueText={countedWords(one)}
            tone={one.done >= one.needed ? 'good' : 'accent'}
          />
          <span>{countedWords(one)}</span>
        </div>
      ))}
    </li>
  )
}

/** Each place once, with what stands there now. */
function Changes({verdict: {reasons}, server, now}: OfTorrent) {
  const changes = new Map<string, {readonly change: Change; readonly tracker: string | null}>()
  for (const {change, says} of reasons) {
    if (!change) continue
    const key = change.place.kind === 'rule' ? change.place.rule_id : 'tracker'
    if (changes.get(key)?.change.value) continue
    changes.set(key, {change, tracker: trackerIn(says)})
  }
  if (changes.size === 0) return null
  return (
    <Card title={text('why.change')} isPadded={false}>
      <ul className="py-1">
        {[...changes].map(([key, {change, tracker}]) => (
          <li key={key}>
            <ChangeLink
              change={change}
              server={server}
              className="grid min-h-11 grid-cols-[minmax(0,1fr)_14px] items-center gap-2.5 px-3.5 py-2 hover:bg-hover focus-visible:shadow-focus-in"
            >
              <span className="min-w-0 wrap-anywhere">
                {change.place.kind === 'tracker'
                  ? text('why.change.tracker')
                  : text('why.change.rule', {name: change.place.name})}
                <span className="block text-12 text-text-2">
                  {changeWords(change, now)}{' '}
                  {change.place.kind === 'tracker' ? (
                    <OfTracker server={server} tracker={tracker} />
                  ) : (
                    <OfRule id={change.place.rule_id} />
                  )}
                </span>
              </span>
              <Icon icon={ChevronRight} size={14} className="text-text-3" />
            </ChangeLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** @returns `null` = the reason names none */
function trackerIn({values: {tracker}}: VerdictReason['says']): string | null {
  return tracker?.unit === 'text' && typeof tracker.value === 'string' && tracker.value !== '?'
    ? tracker.value
    : null
}

function changeWords({place, value}: Change, now: number): string {
  const words = value && phraseValueWords(value, now)
  if (place.kind === 'tracker') return words === null ? '' : text('why.change.tracker.now', {value: words})
  return words === null ? text('why.change.rule.whole') : text('why.change.rule.value', {value: words})
}

/** What its trackers ask is set for its server: how many there are of the same tracker. */
function OfTracker({server, tracker}: {server: string; tracker: string | null}) {
  const q = withChoice(withChoice('', 'server', server, 'include'), 'tracker', tracker ?? '', 'include')
  const {data} = useQuery({...foundTotal(q), enabled: tracker !== null})
  if (tracker === null || data === undefined) return text('why.change.tracker.all')
  return text('why.change.tracker.concerns', {count: data, tracker})
}

/** How many are in its scope, as its preview counts them; what they come to now is asked for once. */
function OfRule({id}: {id: string}) {
  const {data: rule} = useQuery(ruleQuery(id))
  const yaml = rule?.yaml ?? null
  const {data} = useQuery({
    ...previewQuery(yaml ?? '', id),
    enabled: yaml !== null,
    refetchInterval: false,
    staleTime: CONCERNED_FRESH_MS,
  })
  return data ? text('why.change.rule.concerns', {count: data.funnel.in_scope}) : null
}

const CONCERNED_FRESH_MS = 60_000

/** To the value, where it is one. */
function ChangeLink({
  change: {place, value},
  server,
  className,
  children,
}: {
  change: Change
  server: string
  className: string
  children: ReactNode
}) {
  if (place.kind === 'tracker') {
    // What its trackers ask is set for its server.
    return (
      <Link to="/settings/servers/$id" params={{id: server}} className={className}>
        {children}
      </Link>
    )
  }
  return (
    <Link
      to="/rules"
      search={{rule: place.rule_id, ...(value && {value: place.fact ?? 'hold'})}}
      className={className}
    >
      {children}
    </Link>
  )
}

/** What every rule says, folded: it is the proof, not the answer. */
function Checks({
  explanation: {rules, verdict},
  torrent,
  now,
}: {
  explanation: Explanation
  torrent: Torrent
  now: number
}) {
  const heldLast = useHeldLast(torrent)
  const about = rules.filter(isAboutIt)
  const others = rules.filter((rule) => !isAboutIt(rule))
  if (rules.length === 0) return null
  return (
    <details className="group overflow-clip rounded-l border border-line-strong bg-surface">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-3.5 hover:bg-hover focus-visible:shadow-focus-in">
        <b className="font-bold">{text('why.all', {count: rules.length})}</b>
        <span className="truncate text-text-3">{text('why.all.about', {count: about.length})}</span>
        <Icon icon={ChevronRight} size={14} className="ml-auto text-text-3 group-open:rotate-90" />
      </summary>
      <div className="border-t border-line">
        {about.map((rule) => (
          <RuleVerdict
            key={rule.rule_id}
            rule={rule}
            heldLast={heldLast.get(rule.rule_id) ?? null}
            isOpen={rule.rule_id === verdict.rule_id}
            now={now}
          />
        ))}
        <Others rules={others} now={now} />
      </div>
    </details>
  )
}

const EVENTS = 8

/** What comes next if nothing changes, and what happened last. */
function Timeline({verdict: {next}, torrent, now}: {verdict: Verdict; torrent: Torrent; now: number}) {
  const {data} = useInfiniteQuery(timelineQuery(torrent))
  const {data: arrs} = useQuery(arrsQuery)
  const [page] = data?.pages ?? []
  const happened = [
    ...(page?.entries ?? []).map((entry) => ({
      key: entry.id,
      at: entry.at,
      icon: outcomeLooks[entry.outcome].icon,
      colour: outcomeLooks[entry.outcome].colour,
      words: journalWords(entry),
      more: actorWords(entry),
    })),
    ...(page?.milestones ?? []).map(({at, what, arr_id: arrId}) => ({
      key: `${what} ${arrId} ${at}`,
      at,
      icon: milestoneIcons[what],
      colour: 'text-text-3',
      words: milestoneWords(what, arrs?.find(({id}) => id === arrId)?.name ?? null),
      more: '',
    })),
  ]
    .toSorted((one, other) => other.at - one.at)
    .slice(0, EVENTS)
  if (next.length + happened.length === 0) return null
  return (
    <aside className="min-w-0 overflow-clip rounded-l border border-line-strong bg-surface">
      {next.length > 0 && (
        <section aria-label={text('why.next')} className="border-b border-line bg-hover pb-2 last:border-0">
          <h2 className={timelineHead}>{text('why.next')}</h2>
          <ol>
            {next.map((one) => (
              <TimelineRow
                key={one.says.key}
                at={one.at}
                now={now}
                icon={Clock}
                colour="text-text-3"
                words={phraseWords(one.says, now)}
                more=""
              />
            ))}
          </ol>
        </section>
      )}
      {happened.length > 0 && (
        <section aria-label={text('why.before')} className="pb-2">
          <h2 className={timelineHead}>{text('why.before')}</h2>
          <ol>
            {happened.map(({key, ...row}) => (
              <TimelineRow key={key} {...row} now={now} />
            ))}
          </ol>
        </section>
      )}
    </aside>
  )
}

const timelineHead = 'px-3.5 pt-3 pb-0.5 text-11 font-bold text-text-3'

function TimelineRow({
  at,
  now,
  icon,
  colour,
  words,
  more,
}: {
  at: number
  now: number
  icon: LucideIcon
  colour: string
  words: string
  more: string
}) {
  return (
    <li className="grid grid-cols-[minmax(48px,auto)_16px_minmax(0,1fr)] gap-x-2.5 px-3.5 py-[5px]">
      <time
        dateTime={new Date(at).toISOString()}
        title={fullTime(at)}
        className="num text-12 whitespace-nowrap text-text-3"
      >
        {daysAway(at, now) === 0 ? timeOfDay(at) : shortDay(at, now)}
      </time>
      <Icon icon={icon} className={`mt-px ${colour}`} />
      <span className="min-w-0 text-pretty wrap-anywhere">
        {words}
        {more !== '' && <span className="block text-12 text-text-3">{more}</span>}
      </span>
    </li>
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

/** What guards said of it the last time, by the rule; only while that is still the newest about the rule. */
function useHeldLast(torrent: Torrent): ReadonlyMap<string, TimelineAction> {
  const {data} = useInfiniteQuery(timelineQuery(torrent))
  return useMemo(() => {
    const newest = new Map<string, TimelineAction>()
    for (const entry of data?.pages.flatMap(({entries}) => entries) ?? []) {
      if (entry.rule_id !== null && !newest.has(entry.rule_id)) newest.set(entry.rule_id, entry)
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
  heldLast: TimelineAction | null
  isOpen: boolean
  now: number
}) {
  const {tone, icon, colour} = ruleLooks[rule.outcome]
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
            {rule.actions.map(({action}) => actionWords(action)).join(', ')}
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
function heldWords({message, code, decided}: TimelineAction): string {
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

const ruleLooks: Readonly<Record<RuleExplanation['outcome'], Look>> = {
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
function asText(name: string, {verdict, rules}: Explanation, now: number): string {
  const {says, follows, reasons} = verdict
  const reasonLines = reasons.map(({says: one, more, counted}) =>
    [phraseWords(one, now), more && phraseWords(more, now), ...counted.map(countedWords)]
      .filter((it) => it !== null)
      .join(' '),
  )
  const lines = rules.map((rule) => `${rule.name}: ${text(`why.outcome.${rule.outcome}`)}. ${rule.sentence}`)
  return [
    name,
    phraseWords(says, now),
    ...(follows ? [phraseWords(follows, now)] : []),
    '',
    ...reasonLines,
    '',
    ...lines,
  ].join('\n')
}
