import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {ChevronRight} from 'lucide-react'
import {ruleDocumentsQuery, ruleOverlapsQuery, vocabularyQuery, type RulePreview} from '../../api/rules.ts'
import {text, textIfAny} from '../../i18n/text.ts'
import {bytes, count, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {LongWait} from '../../ui/LongWait.tsx'
import {Meter, type MeterTone} from '../../ui/Meter.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {actedOn} from './tried.ts'
import {guardWords} from '../explain/action-words.ts'
import {useNow} from '../../live/clock.ts'
import {LatelyList} from './RuleHead.tsx'
import {
  kindOf,
  nearWords,
  partWords,
  queryFor,
  ruleVerdict,
  stopIn,
  type NamedTorrents,
  type Preview,
} from './preview.ts'

type Count = RulePreview['matched']

/**
 * What a rule would do if it ran now: how many, how much, where, and the first of them.
 * @param since the rule stands as it is; `null` = not known, or it is new
 */
export function PreviewPane({
  preview,
  since,
  ruleId,
}: {
  preview: Preview
  since: number | null
  /** `null` = it is new. */
  ruleId: string | null
}) {
  const {data, mistakes, error, again, isNotReady, isBehind} = preview
  const isWrong = mistakes.length > 0
  const now = useNow(60_000)
  const why = data ? whyWords(data, now) : ''
  return (
    <section
      id={PREVIEW}
      aria-label={text('preview.title')}
      aria-busy={isBehind || undefined}
      className="grid content-start gap-3"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="font-bold">{text('preview.title')}</h2>
        {data && <span className="num text-12 text-text-3">{fromWords(data)}</span>}
      </div>
      {isWrong && <p className="text-text-2">{text('preview.mistakes')}</p>}
      {isNotReady && <p className="text-text-2">{text('preview.not-ready')}</p>}
      {error !== '' && (
        <Note tone="bad" isNews action={<TextButton onClick={again}>{text('awaited.again')}</TextButton>}>
          {error}
        </Note>
      )}
      {!data && !isWrong && !isNotReady && error === '' && (
        <>
          <Skeleton width={180} height={28} />
          <LongWait words={text('preview.long')} />
        </>
      )}
      {data && (
        <div className={joined('grid gap-4', isBehind && 'opacity-60')}>
          <p className="text-28/tight font-bold tracking-[-.025em]" aria-live="polite">
            {bigWords(data)}
          </p>
          {why !== '' && <p className="-mt-3 text-14 text-pretty text-text-2">{why}</p>}
          <Funnel data={data} />
          {isOfEverything(data) && <Note tone="warn">{everythingWords(data)}</Note>}
          {ruleId !== null && <Overlaps ruleId={ruleId} />}
          <DropOut data={data} now={now} />
          <Nearest data={data} now={now} />
          {data.lately && (
            <LatelyList lately={data.lately} subject={data.subject} span="week" since={since} />
          )}
          <Groups data={data} />
          <Left data={data} />
          <First data={data} />
        </div>
      )}
    </section>
  )
}

/** Whatever there is meets its conditions: it may be meant, and is said. */
export function isOfEverything({looked, matched}: RulePreview): boolean {
  return looked > 1 && matched.count === looked
}

export function everythingWords({subject, looked}: RulePreview): string {
  return text(`preview.everything${kindOf(subject)}`, {count: looked})
}

const MOST_OVERLAPS = 3

/** Which other rules are about the same torrents, and which of them decides; of the rule as it is saved. */
function Overlaps({ruleId}: {ruleId: string}) {
  const {data: rules = []} = useQuery(ruleDocumentsQuery)
  const {data: overlaps = []} = useQuery(ruleOverlapsQuery)
  const names = new Map(rules.map(({id, name}) => [id, name]))
  const own = overlaps
    .filter((it) => it.rule_id === ruleId || it.other_id === ruleId)
    .toSorted((one, other) => other.count - one.count)
  if (own.length === 0) return null
  return (
    <Note tone="warn">
      {own.slice(0, MOST_OVERLAPS).map(({rule_id: first, other_id: other, count: its}) => (
        <p key={`${first} ${other}`} className="num">
          {text(first === ruleId ? 'preview.overlap.decides' : 'preview.overlap.behind', {
            count: its,
            name: names.get(first === ruleId ? other : first) ?? text('preview.overlap.other'),
          })}{' '}
          <Link
            to="/rules"
            search={{rule: first === ruleId ? other : first}}
            className={`${textLinkClass} inline-flex min-h-6 items-center`}
          >
            {text('preview.overlap.open')}
          </Link>
        </p>
      ))}
    </Note>
  )
}

/** On narrow pages the preview is below: what it comes to stays at the foot, with the way there. */
export function PreviewBar({preview: {data, mistakes, isBehind}}: {preview: Preview}) {
  if (data === null || mistakes.length > 0) return null
  return (
    <a
      href={`#${PREVIEW}`}
      onClick={(event) => {
        event.preventDefault()
        document.getElementById(PREVIEW)?.scrollIntoView({block: 'start'})
      }}
      className="flex min-h-11 items-center gap-3 border-t border-line-strong bg-raised px-8 text-text hover:no-underline focus-visible:shadow-focus-in max-phone:px-3.5 min-[1180px]:hidden"
    >
      <span className={joined('num min-w-0 truncate font-medium', isBehind && 'opacity-60')}>
        {data.would_act.count === 0 ? text('preview.bar.none') : text('preview.bar', {what: bigWords(data)})}
      </span>
      <span className="ml-auto text-accent">{text('preview.bar.show')}</span>
    </a>
  )
}

const PREVIEW = 'rule-preview'

function fromWords({subject, looked}: RulePreview): string {
  return text(`preview.from${kindOf(subject)}`, {count: looked})
}

function bigWords({subject, would_act: {count: its, bytes: size}}: RulePreview): string {
  if (its === 0) return text('preview.none')
  const words = {count: its, size: written(bytes(size))}
  return text(`preview.big${kindOf(subject)}`, words)
}

/** Where nothing matches and one part stops the last of them, that part is the reason. */
function whyWords(data: RulePreview, now: number): string {
  const stop = data.matched.count === 0 && data.unknown.count === 0 ? stopIn(data.funnel) : null
  if (stop === null) return ruleVerdict(data)
  const part = partWords(data.funnel.parts[stop.at]!, now)
  return text(`preview.why.part${kindOf(data.subject)}`, {part})
}

/** How many are left after each part of the condition. */
function DropOut({data, now}: {data: RulePreview; now: number}) {
  const {looked, subject, funnel} = data
  if (funnel.parts.length === 0) return null
  const stop = stopIn(funnel)
  const lines = [
    {label: text('preview.funnel.looked'), count: looked, first: []},
    {label: text('preview.funnel.scope'), count: funnel.in_scope, first: funnel.scope_first},
    ...funnel.parts.map((part) => ({label: partWords(part, now), count: part.count, first: part.first})),
  ]
  const stopsAt = stop === null ? -1 : stop.at + lines.length - funnel.parts.length
  return (
    <div className="text-12">
      <h3 className="pb-1 text-11 font-bold text-text-3">{text(`preview.funnel${kindOf(subject)}`)}</h3>
      <ol className="grid gap-1.5">
        {lines.map(({label, count: its, first}, at) => (
          <li
            // A part is where it stands.
            // oxlint-disable-next-line react/no-array-index-key
            key={at}
            className="num grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5"
          >
            <span className="wrap-anywhere">
              <LineLabel label={label} count={its} first={first} />
              {at === stopsAt && (
                <span className="block text-st-stalled">
                  {text('preview.funnel.stops', {count: stop!.last})}
                </span>
              )}
            </span>
            <span className="text-right">{count(its)}</span>
            <Meter
              share={its / Math.max(1, looked)}
              label={label}
              tone={at === stopsAt ? 'warn' : 'accent'}
              className="col-span-full h-[3px]!"
            />
          </li>
        ))}
      </ol>
    </div>
  )
}

/** Leads to its torrents; of very many to the first. */
function LineLabel({label, count: its, first}: {label: string; count: number; first: NamedTorrents}) {
  if (first.length === 0) return label
  return (
    <Link
      to="/torrents"
      search={{q: queryFor(first)}}
      aria-label={
        its > first.length
          ? text('preview.funnel.show-first', {label, count: first.length})
          : text('preview.funnel.show', {label})
      }
      className={`${textLinkClass} whitespace-normal! pointer-coarse:py-2.5`}
    >
      {label}
    </Link>
  )
}

/** Those that lack one part alone. */
function Nearest({data: {funnel}, now}: {data: RulePreview; now: number}) {
  const {nearest, almost} = funnel
  if (nearest.length === 0) return null
  return (
    <div className="text-12">
      <h3 className="flex justify-between gap-2 pb-1 text-11 font-bold text-text-3">
        {text('preview.near')}
        <span className="num font-normal">
          {text('preview.near.of', {shown: count(nearest.length), count: count(almost)})}
        </span>
      </h3>
      <ul>
        {nearest.map((near) => (
          <li
            key={`${near.server_id} ${near.info_hash ?? near.name}`}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5 border-t border-line py-1.5"
          >
            <SubjectName of={near} />
            <span className="num text-text-2">{nearWords(near, now)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Funnel({data}: {data: RulePreview}) {
  const most = Math.max(1, data.matched.count)
  const {facts = []} = useQuery(vocabularyQuery).data ?? {}
  const sayings = new Map<string, string>(facts.map(({name, says}) => [name, says]))
  const unknown = data.unknown_facts.map(({fact}) => sayings.get(fact) ?? fact).join(', ')
  return (
    <div className="grid gap-1.5">
      <Line
        label={text('preview.match')}
        of={data.matched}
        first={matching(data)}
        most={most}
        tone="accent"
      />
      <Part data={data} part="already" most={most} />
      <Part data={data} part="held" most={most} />
      {data.unselected.count > 0 && <Part data={data} part="unselected" most={most} />}
      {data.inapplicable.count > 0 && <Part data={data} part="inapplicable" most={most} />}
      <Line
        label={text('preview.blocked')}
        of={data.blocked}
        first={named(data.spared.filter(({why}) => why === 'blocked'))}
        most={most}
        tone="warn"
      />
      {data.guards.map((guard) => (
        <div key={guard.name} className="grid gap-1.5">
          <Line
            label={guardWords(guard.name)}
            of={guard}
            first={named(sparedBy(data, 'blocked', guard.name))}
            most={most}
            tone={null}
          />
          <Spared data={data} why="blocked" guard={guard.name} />
        </div>
      ))}
      <Line label={text('preview.act')} of={data.would_act} first={named(data.rows)} most={most} tone="bad" />
      {data.unknown.count > 0 && (
        <p className="text-12 text-pretty wrap-anywhere text-text-2">{unknownWords(data, unknown)}</p>
      )}
      <Spared data={data} why="unknown" />
      {data.would_act.count > 0 && <p className="text-12 text-text-3">{text('preview.guards')}</p>}
    </div>
  )
}

type SparedRow = RulePreview['spared'][number]

/** A part of what matches that it does nothing about. */
function Part({
  data,
  part,
  most,
}: {
  data: RulePreview
  part: 'already' | 'held' | 'unselected' | 'inapplicable'
  most: number
}) {
  const first = named(sparedBy(data, part, null))
  return (
    <>
      <Line label={text(`preview.${part}`)} of={data[part]} first={first} most={most} tone="warn" />
      <Spared data={data} why={part} />
    </>
  )
}

function sparedBy({spared}: RulePreview, why: SparedRow['why'], guard: string | null): readonly SparedRow[] {
  return spared.filter((it) => it.why === why && it.guard === guard)
}

/** A link leads to as many. */
const MOST_LINKED = 100

/** Those of them that are torrents, as a search names them. */
function named(rows: readonly Pick<SparedRow, 'server_id' | 'info_hash'>[]): NamedTorrents {
  return actedOn({rows}).slice(0, MOST_LINKED)
}

/** Whatever it does, or does not, about them. */
function matching({rows, spared}: RulePreview): NamedTorrents {
  return named([...rows, ...spared.filter(({why}) => why !== 'unknown')])
}

/** More are counted. */
const MOST_LISTED = 20

/** Which those are that it would leave alone for one reason, on demand; a torrent leads to all that speaks against it. */
function Spared({
  data,
  why,
  guard = null,
}: {
  data: RulePreview
  why: SparedRow['why']
  guard?: string | null
}) {
  const rows = sparedBy(data, why, guard).slice(0, MOST_LISTED)
  if (rows.length === 0) return null
  const all = guard === null ? data[why] : (data.guards.find(({name}) => name === guard) ?? data.blocked)
  return (
    <details className="group text-12">
      <summary className="flex min-h-6 cursor-pointer list-none items-center gap-1 rounded-s text-text-2 hover:text-text focus-visible:shadow-focus pointer-coarse:min-h-11">
        <Icon icon={ChevronRight} size={14} className="group-open:rotate-90" />
        {text(`preview.which${kindOf(data.subject)}`)}
      </summary>
      <SubjectList rows={rows} />
      {all.count > rows.length && (
        <p className="pt-1 text-text-3">{text('preview.more', {count: count(all.count - rows.length)})}</p>
      )}
    </details>
  )
}

/** @param facts in words */
function unknownWords({subject, unknown: {count: its}}: RulePreview, facts: string): string {
  const words = {count: its, facts}
  return text(`preview.unknown${kindOf(subject)}`, words)
}

function Line({
  label,
  of,
  first,
  most,
  tone,
}: {
  label: string
  of: Count
  /** The first of them, to which it leads. */
  first: NamedTorrents
  most: number
  /** `null` = a part of the line above. */
  tone: MeterTone | null
}) {
  return (
    <div
      className={joined(
        'num grid grid-cols-[minmax(0,1fr)_auto_80px] gap-x-2.5',
        tone === null && 'pl-3.5 text-12 text-text-2',
      )}
    >
      <span className="min-w-0 wrap-anywhere">
        <LineLabel label={label} count={of.count} first={first} />
      </span>
      <span className="text-right">{count(of.count)}</span>
      <span className="text-right text-text-2">{written(bytes(of.bytes))}</span>
      {tone !== null && (
        <Meter share={of.count / most} label={label} tone={tone} className="col-span-full h-[3px]!" />
      )}
    </div>
  )
}

/** Where it would act. */
function Groups({data}: {data: RulePreview}) {
  const servers = data.servers.map(({server_name: name, ...tally}) => ({name, ...tally}))
  return (
    <>
      <Group title={text('preview.servers')} of={servers} />
      <Group title={text('preview.trackers')} of={data.trackers} />
      <Group title={text('preview.categories')} of={data.categories} />
      <Group title={text('preview.folders')} of={data.folders} />
    </>
  )
}

const SHOWN = 5

function Group({title, of}: {title: string; of: RulePreview['trackers']}) {
  if (of.length === 0) return null
  return (
    <div className="text-12">
      <h3 className="pb-1 text-11 font-bold text-text-3">{title}</h3>
      <ul className="grid gap-0.5">
        {of.slice(0, SHOWN).map(({name, count: its, bytes: size}) => (
          <li key={name} className="num grid grid-cols-[minmax(0,1fr)_auto_80px] gap-x-2.5">
            <span className="truncate">{name === '' ? text('preview.unnamed') : name}</span>
            <span className="text-right">{count(its)}</span>
            <span className="text-right text-text-2">{written(bytes(size))}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What nobody claims either, and no rule is about. */
function Left({data: {left}}: {data: RulePreview}) {
  if (left.length === 0) return null
  return (
    <div className="text-12">
      <h3 className="pb-1 text-11 font-bold text-text-3">{text('preview.left')}</h3>
      <ul className="grid gap-0.5">
        {left.map(({why, count: its}) => (
          <li key={why} className="num grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5">
            <span>{leftWords(why)}</span>
            <span className="text-right">{count(its)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Of single ones as on the page of orphans; of whole folders that page says more. */
function leftWords(why: RulePreview['left'][number]['why']): string {
  return textIfAny(`orphans.spared.${why}`) ?? text('preview.left.folder')
}

const FIRST = 8

function First({data: {rows}}: {data: RulePreview}) {
  if (rows.length === 0) return null
  return (
    <div className="text-12">
      <h3 className="pb-1 text-11 font-bold text-text-3">{text('preview.first')}</h3>
      <SubjectList rows={rows.slice(0, FIRST)} />
    </div>
  )
}

type ShownSubject = Pick<SparedRow, 'server_id' | 'info_hash' | 'name' | 'size'>

function SubjectList({rows}: {rows: readonly ShownSubject[]}) {
  return (
    <ul>
      {rows.map((row, at) => (
        <li
          // Of two Arrs titles may be the same.
          // oxlint-disable-next-line react/no-array-index-key
          key={`${row.server_id} ${row.info_hash ?? `${at} ${row.name}`}`}
          className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5 border-t border-line py-1.5"
        >
          <SubjectName of={row} />
          <span className="num text-text-2">{row.size !== null && written(bytes(row.size))}</span>
        </li>
      ))}
    </ul>
  )
}

/** A torrent leads to all that is said of it. */
export function SubjectName({
  of: {server_id: serverId, info_hash: hash, name},
}: {
  of: Omit<ShownSubject, 'size'>
}) {
  if (hash === null) return <MiddleText>{name}</MiddleText>
  return (
    <Link
      to="/torrents"
      search={{at: `${serverId}~${hash}`, tab: 'why'}}
      className={`${textLinkClass} min-w-0`}
    >
      <MiddleText>{name || hash}</MiddleText>
    </Link>
  )
}
