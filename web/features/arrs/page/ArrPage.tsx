import {useQuery} from '@tanstack/react-query'
import {Link, useParams, useSearch} from '@tanstack/react-router'
import {CircleDashed} from 'lucide-react'
import {useEffect, useRef} from 'react'
import {needsOfArr, type Need} from '#model/needs.ts'
import {arrQueueQuery, arrsQuery, type Arr, type ArrQueue} from '../../../api/arrs.ts'
import {resumeRule, rulesQuery, type Rule} from '../../../api/rules.ts'
import {usePermission} from '../../../api/session.ts'
import {approvalsQuery, type Approval} from '../../../api/trash.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {useAttention} from '../../../live/attention.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited, type Reading} from '../../../ui/Awaited.tsx'
import {Badge} from '../../../ui/Badge.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {joined} from '../../../ui/joined.ts'
import {Note} from '../../../ui/Note.tsx'
import {pageClass} from '../../../ui/PageHead.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {useSending} from '../../../ui/use-sending.ts'
import {ApprovalRow} from '../../activity/ApprovalRow.tsx'
import {pausedWords} from '../../explain/action-words.ts'
import {NeedItem} from '../../shell/NeedItem.tsx'
import {arrHealth} from '../arr-health.ts'
import {ArrHead} from '../ArrHead.tsx'
import {queueLines, queueStages, stageCounts, type QueueLine, type QueueStage} from '../queue/queue-lines.ts'
import {readingOf, unreadWords} from '../queue/queue-readings.ts'
import {readQueueSearch} from '../queue/queue-search.ts'
import {QueueList} from '../queue/QueueList.tsx'
import {ArrLead} from './ArrLead.tsx'
import {severities, worstFirst, type Severity} from './FindingList.tsx'
import {Pipeline} from './Pipeline.tsx'
import {SetupCard} from './SetupCard.tsx'

const MINUTE_MS = 60_000

/** Rules and their sentences come behind what the Arr does now. */
const ArrSettingsCard = lazyPart(
  ['arr-rules', 'rule-sentences', 'setting-form', 'server-form'],
  async () => (await import('../../arr-rules/ArrSettingsCard.tsx')).ArrSettingsCard,
  'on demand',
  <Skeleton height={88} />,
)
const ArrRulesCard = lazyPart(
  ['arr-rules', 'rule-sentences', 'accounts', 'orphans', 'first-run', 'setting-form', 'server-form'],
  async () => (await import('../../arr-rules/ArrRulesCard.tsx')).ArrRulesCard,
  'on demand',
  <Skeleton height={240} />,
)

/** Everything about one Arr: how it does, what waits for a person, its queue beside the torrents. */
export function ArrPage() {
  const {id} = useParams({from: '/inside/library/arrs/$id'})
  const reading = useQuery(arrsQuery)
  const {data: arrs} = reading
  const arr = arrs?.find((it) => it.id === id)
  useTitle(arr?.name ?? id, text('nav.library'))
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] grid-cols-[minmax(0,1fr)] gap-5">
        <Awaited reading={reading} what={text('nav.arrs')}>
          <Skeleton height={28} width={260} />
        </Awaited>
        {arr && <Page key={id} arr={arr} />}
        {arrs && !arr && (
          <EmptyState
            isPage
            title={text('arr.gone')}
            actions={
              <Link to="/settings/arrs" className={textLinkClass}>
                {text('arr.gone.next')}
              </Link>
            }
          />
        )}
      </div>
    </main>
  )
}

function Page({arr}: {arr: Arr}) {
  const reading = useQuery(arrQueueQuery(arr.id))
  const {data: queue} = reading
  const asked = readQueueSearch(useSearch({strict: false})).stage
  const stage = queueStages.find((it) => it === asked) ?? null
  const queueCard = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Its list is below what the numbers are about.
    if (stage !== null) queueCard.current?.scrollIntoView({block: 'nearest'})
  }, [stage])
  const now = useNow(10_000)
  const known = queue ? readingOf(arr, queue, reading.dataUpdatedAt) : null
  const lines = known && queueLines([known], now)
  const {suspended, approvals, imports} = useArrAsks(arr.id)
  const needs = suspended.length + approvals.length + imports.length
  const isOwn = arr.access === 'own' && arr.url !== null
  const hasChecks = (arr.manager?.checks ?? []).length > 0
  return (
    <>
      <ArrHead arr={arr} />
      <ArrLead arr={arr} needs={needs} />
      <Pipeline arr={arr} counts={lines && stageCounts(lines)} stage={stage} />
      <div
        className={joined(
          'grid grid-cols-[minmax(0,1fr)] items-start gap-5',
          (isOwn || hasChecks) && 'desk:grid-cols-[minmax(0,1fr)_320px]',
        )}
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          <WaitingCard arr={arr} />
          <ArrRulesCard arr={arr} />
          {lines && reading.error && <Awaited reading={reading} what={text('arr.queue')} />}
          {known && queue?.ready === false && <Note>{unreadWords(arr, queue, now)}</Note>}
          {lines ? (
            <div ref={queueCard}>
              <QueueCard arr={arr} lines={lines} stage={stage} />
            </div>
          ) : (
            <NotRead arr={arr} queue={queue ?? null} reading={reading} />
          )}
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          {isOwn && <SetupCard arr={arr} />}
          <ChecksCard arr={arr} />
        </div>
      </div>
      {isOwn && <ArrSettingsCard arr={arr} />}
    </>
  )
}

/** Why there is no queue to show. Nothing is concluded from its absence, and the page says so. */
function NotRead({arr, queue, reading}: {arr: Arr; queue: ArrQueue | null; reading: Reading}) {
  const isAdministrator = usePermission('admin')
  const now = useNow(MINUTE_MS)
  if (queue === null) {
    return (
      <Card title={text('arr.queue')}>
        <Awaited reading={reading} what={text('arr.queue')}>
          <Skeleton width="55%" />
        </Awaited>
      </Card>
    )
  }
  return (
    <EmptyState
      icon={CircleDashed}
      title={unreadWords(arr, queue, now)}
      text={text('arr.unread.more')}
      actions={
        isAdministrator &&
        arrHealth(arr) === 'resting' && (
          <Link to="/settings/system" className={textLinkClass}>
            {text('arr.unread.processes')}
          </Link>
        )
      }
    />
  )
}

/**
 * What waits for a person: rules of the Arr that stopped themselves, decisions about its downloads that ask first, and
 * what the Arr itself gets no further with.
 */
function WaitingCard({arr}: {arr: Arr}) {
  const {suspended, approvals, imports} = useArrAsks(arr.id)
  const now = useNow(MINUTE_MS)
  const count = suspended.length + approvals.length + imports.length
  if (count === 0) return null
  return (
    <Card title={text('arr.waiting')} isPadded={false} note={<Badge tone="warn">{String(count)}</Badge>}>
      <ul className="divide-y divide-line">
        {suspended.map((rule) => (
          <SuspendedRow key={rule.id} rule={rule} now={now} />
        ))}
        {approvals.map((approval) => (
          <ApprovalRow key={approval.id} approval={approval} now={now} />
        ))}
        {imports.map((need) => (
          <NeedItem key={need.id} need={need} />
        ))}
      </ul>
    </Card>
  )
}

/** A rule that stopped itself: what held it up, the way to what it did, and on with it. @param now epoch ms */
function SuspendedRow({rule: {id, name, suspended}, now}: {rule: SuspendedRule; now: number}) {
  const {send, isBusy, error} = useSending()
  const mayManage = usePermission('manage')
  const {at} = suspended
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 max-phone:px-3.5">
      <div className="grid min-w-0 flex-1 basis-80 gap-1">
        <Link
          to="/rules"
          search={{rule: id}}
          className={`${textLinkClass} justify-self-start whitespace-normal!`}
        >
          {name}
        </Link>
        <p className="text-pretty wrap-anywhere text-text-2">
          {text('rules.suspended.says', {why: pausedWords(suspended), when: exactTime(at, now)})}{' '}
          <Link to="/activity" search={{rule: id, hidden: true}} className={textLinkClass}>
            {text('arr.waiting.did')}
          </Link>
        </p>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </div>
      {mayManage && (
        <Button
          aria-label={text('arr.waiting.resume', {name})}
          waitsFor={isBusy ? text('arr.answer.sending') : undefined}
          onClick={() => void send(() => resumeRule(id))}
        >
          {text('rules.resume')}
        </Button>
      )}
    </li>
  )
}

type Check = NonNullable<NonNullable<Arr['manager']>['checks']>[number]

/** What an Arr's own health checks found, in its own words, and what is left alone meanwhile; nothing while all is well. */
function ChecksCard({arr: {manager}}: {arr: Arr}) {
  const checks = manager?.checks ?? []
  if (checks.length === 0) return null
  return (
    <Card title={text('arr.checks')} isPadded={false}>
      <ul className="py-1.5">
        {worstFirst(checks, severityOf).map((check) => (
          <CheckRow key={`${check.source} ${check.message}`} check={check} />
        ))}
      </ul>
    </Card>
  )
}

function CheckRow({check}: {check: Check}) {
  const {source, message, wiki_url: wiki, holds} = check
  const {icon, ink, word} = severities[severityOf(check)]
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-2 px-3 py-1">
      <Icon icon={icon} className={`mt-1.5 ${ink}`} />
      <span className="min-w-0 py-1 text-pretty wrap-anywhere">
        <span className="sr-only">{text(word)} </span>
        {message === '' ? source : text('arr.checks.says', {message})}
        {wiki !== '' && (
          <>
            {' '}
            <a
              href={wiki}
              target="_blank"
              rel="noopener noreferrer"
              className={textLinkClass}
              aria-label={text('arr.checks.wiki-of', {check: source})}
            >
              {text('arr.checks.wiki')}
            </a>
          </>
        )}
        {/* The words of an Arr may end without a stop. */}
        {holds !== null && <b className="block font-medium">{text(`arr.checks.${holds}`)}</b>}
      </span>
    </li>
  )
}

/** A newer Arr may have levels that nobody knows here. */
function severityOf({level}: Check): Severity {
  return level === 'error' || level === 'warning' ? level : 'notice'
}

/** The queue of an Arr beside the torrents: what each does now, and what happens next. */
function QueueCard({
  arr,
  lines,
  stage,
}: {
  arr: Arr
  lines: readonly QueueLine[]
  /** Only of these; `null` = all. */
  stage: QueueStage | null
}) {
  const shown = stage === null ? lines : lines.filter((it) => it.stage === stage)
  return (
    <Card
      title={text('arr.queue')}
      isPadded={false}
      className="overflow-clip"
      note={
        <span className="text-12 text-text-3">
          {stage === null
            ? text('arr.queue.joined', {count: lines.length})
            : text('arr.queue.some', {shown: shown.length, count: lines.length})}
        </span>
      }
      actions={
        stage !== null && (
          <Link
            to="/library/arrs/$id"
            params={{id: arr.id}}
            search={{}}
            resetScroll={false}
            className={textLinkClass}
          >
            {text('arr.queue.all')}
          </Link>
        )
      }
    >
      {shown.length === 0 ? (
        <p className="px-3.5 py-3 text-text-2">
          {stage === null ? text('arr.queue.empty', {name: arr.name}) : text('arr.queue.none-such')}
        </p>
      ) : (
        <QueueList lines={shown} label={text('arr.queue')} />
      )}
    </Card>
  )
}

type SuspendedRule = Rule & {readonly suspended: NonNullable<Rule['suspended']>}

interface ArrAsks {
  readonly suspended: readonly SuspendedRule[]
  readonly approvals: readonly Approval[]
  /** Downloads that it does not import. */
  readonly imports: readonly Need[]
}

/** All that needs a person on the page of an Arr, as the bell counts it. Nobody asks for it while the page is told that there is nothing. */
function useArrAsks(id: string): ArrAsks {
  const needs = needsOfArr(useAttention().needs, id)
  const isHeld = needs.some(({kind}) => kind === 'rule')
  const isAsked = needs.some(({kind}) => kind === 'approval')
  const {data: rules = []} = useQuery({...rulesQuery, enabled: isHeld})
  const {data: approvals = []} = useQuery({...approvalsQuery, enabled: isAsked})
  return {
    suspended: isHeld ? rules.filter(isSuspended).filter(({arrs}) => arrs.includes(id)) : [],
    approvals: isAsked ? approvals.filter(({arr_id: arrId}) => arrId === id) : [],
    imports: needs.filter(({kind}) => kind === 'import'),
  }
}

function isSuspended(rule: Rule): rule is SuspendedRule {
  return rule.suspended !== null
}
