import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {
  CircleCheck,
  CircleX,
  Ellipsis,
  Eye,
  SlidersHorizontal,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import {Fragment, useRef, useState, type ReactNode, type RefObject} from 'react'
import type {LiveServer} from '#model/live.ts'
import type {Need} from '#model/needs.ts'
import {moveInQuery} from '../../api/move-in.ts'
import {usePreference} from '../../api/preferences.ts'
import {ruleTalliesQuery} from '../../api/rules.ts'
import {usePermission} from '../../api/session.ts'
import {dayAndTime, exactTime, fullTime, withExactTimes} from '../../i18n/format-time.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Card} from '../../ui/Card.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {Kbd} from '../../ui/Kbd.tsx'
import {lazyDialog} from '../../ui/lazy-part.ts'
import {pageClass} from '../../ui/PageHead.tsx'
import {Skeleton, SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {openOverlay} from '../commands/overlays.ts'
import {isOnline, isUnread} from '../servers/health-words.ts'
import {wouldWords} from '../rules/rule-week.ts'
import {HealthActionButton} from '../servers/health/HealthActionButton.tsx'
import {NoServers} from '../servers/list/NoServers.tsx'
import {troubleSentence} from '../servers/server-words.ts'
import {LaterButton, NeedReminder, NoticesButton} from '../shell/NeedItem.tsx'
import {useNeeds} from '../shell/needs.ts'
import {watchingTitle} from '../status/fleet-status.ts'
import {DistributionCard, TrackersCard} from './DistributionCards.tsx'
import {ServersCard} from './ServersCard.tsx'
import {Tiles} from './Tiles.tsx'
import {ArrivedCard, TodayCard, useStill} from './TodayCard.tsx'
import {rowsOf, sectionsOf, type SectionId} from './overview-sections.ts'
import {verdictOf, type Verdict} from './sentences.ts'

/** How it all is, what needs somebody, what happened: the answer before the data. */
export function OverviewPage() {
  useTitle(text('overview.title'))
  const servers = useServers()
  const {needs, later} = useNeeds()
  return (
    <main tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] gap-5 max-phone:gap-3.5">
        {servers !== null && servers.length === 0 ? (
          <>
            <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('overview.title')}</h1>
            <NoServers />
          </>
        ) : (
          <>
            <VerdictHead needs={needs} />
            <Sections needs={<NeedsCard needs={needs} later={later} />} />
          </>
        )}
      </div>
    </main>
  )
}

/** As the user ordered them, without those that they hid. */
function Sections({needs}: {needs: ReactNode}) {
  const [kept] = usePreference('overview.sections')
  const cards: Readonly<Record<SectionId, ReactNode>> = {
    needs,
    today: <TodayCard />,
    tiles: <Tiles />,
    servers: <ServersCard />,
    trackers: <TrackersCard />,
    distribution: <DistributionCard />,
    arrived: <ArrivedCard />,
  }
  return rowsOf(sectionsOf(kept)).map((row) => {
    const isFirst = row[0] === 'needs' && row[1] === 'today' && row.length === 2
    return (
      <div
        key={row.join(' ')}
        className={joined(
          'grid gap-4 max-desk:gap-3.5',
          isFirst
            ? 'items-stretch desk:grid-cols-[minmax(0,1.62fr)_minmax(0,1fr)]'
            : row.length > 1
              ? 'items-start desk:grid-cols-2 desk:[&>:last-child:nth-child(odd)]:col-span-2'
              : 'grid-cols-[minmax(0,1fr)]',
        )}
      >
        {row.map((id) => (
          <Fragment key={id}>{cards[id]}</Fragment>
        ))}
      </div>
    )
  })
}

/** What can be done with the page itself. */
function PageMenu() {
  const [isOpen, setOpen] = useState(false)
  const customize = {
    id: 'customize',
    label: text('overview.customize.do'),
    icon: SlidersHorizontal,
    onSelect: () => setOpen(true),
  }
  useCommands([
    {
      id: 'overview.customize',
      group: 'look',
      label: 'overview.customize',
      icon: SlidersHorizontal,
      keys: [],
      run: () => setOpen(true),
    },
  ])
  return (
    <>
      <DropdownMenu
        align="end"
        label={text('overview.title')}
        entries={[customize]}
        trigger={<IconButton icon={Ellipsis} label={text('overview.more')} />}
      />
      {isOpen && <CustomizeDialog onClose={() => setOpen(false)} />}
    </>
  )
}

const CustomizeDialog = lazyDialog([], async () => (await import('./CustomizeDialog.tsx')).CustomizeDialog)

const icons: Readonly<Record<Verdict['tone'], {readonly icon: LucideIcon; readonly colour: string}>> = {
  good: {icon: CircleCheck, colour: 'text-st-seeding'},
  warn: {icon: TriangleAlert, colour: 'text-st-stalled'},
  info: {icon: Eye, colour: 'text-accent'},
}

/** The sentence, what it means, and one thing to do about it. */
function VerdictHead({needs}: {needs: readonly Need[]}) {
  const {clock, alerts} = useAttention()
  const servers = useServers()
  const isAdministrator = usePermission('admin')
  const {data: moveIn} = useQuery({...moveInQuery, enabled: isAdministrator})
  const now = useNow(60_000)
  if (servers === null) {
    return (
      <header className="grid min-h-13 content-start gap-2.5 pt-1">
        <h1 className="sr-only">{text('overview.title')}</h1>
        <Skeleton width={340} height={20} />
        <Skeleton width={480} height={12} />
      </header>
    )
  }
  const verdict = verdictOf({
    servers,
    needs,
    observing: moveIn?.observing ? watchingTitle(moveIn.observing, now) : null,
    clock,
    alerts,
  })
  const {icon, colour} = icons[verdict.tone]
  return (
    <header className="grid min-h-13 grid-cols-[20px_minmax(0,1fr)_auto] items-start gap-x-3.5 gap-y-1 max-phone:gap-x-2.5">
      <Icon
        icon={verdict.about.kind === 'server' && verdict.title.key === 'verdict.no-server' ? CircleX : icon}
        size={20}
        className={`mt-0.5 ${colour}`}
      />
      <h1 className="text-20/tight font-bold tracking-[-.015em] text-balance">
        {text(verdict.title.key, verdict.title.values)}
      </h1>
      <span className="-mt-1 flex items-center gap-2">
        <time
          dateTime={new Date(now).toISOString()}
          title={fullTime(now)}
          className="num text-12 whitespace-nowrap text-text-3 max-desk:hidden"
        >
          {dayAndTime(now, now)}
        </time>
        <PageMenu />
      </span>
      <p className="col-span-2 col-start-2 text-14 text-pretty text-text-2 max-phone:text-13">
        <SecondLine verdict={verdict} />
      </p>
    </header>
  )
}

function SecondLine({verdict: {about}}: {verdict: Verdict}): ReactNode {
  const servers = useServers() ?? []
  const now = useNow(1_000)
  switch (about.kind) {
    case 'observing':
      return <ObservingLine now={now} />
    case 'clock':
      return (
        <>
          {text('verdict.clock.more')}{' '}
          <TextButton onClick={() => openOverlay({name: 'clock'})}>{text('verdict.clock.do')}</TextButton>
        </>
      )
    case 'settings':
      return (
        <>
          {text('verdict.settings.more')}{' '}
          <TextButton onClick={() => openOverlay({name: 'lost-settings'})}>
            {text('verdict.settings.do')}
          </TextButton>
        </>
      )
    case 'alert':
      return (
        <>
          {text('attention.alert.since', {
            message: withExactTimes(about.alert.message, now),
            since: exactTime(about.alert.since, now),
          })}{' '}
          <Link to="/activity" search={{show: 'held', when: 'today'}} className={textLinkClass}>
            {text('verdict.alert.do')}
          </Link>
        </>
      )
    case 'server':
      return (
        <>
          {text('verdict.server', {
            name: about.server.server_name,
            story: troubleSentence(about.server, now),
          })}{' '}
          <HealthActionButton server={about.server} inLine />
        </>
      )
    case 'servers':
      return (
        <Link to="/settings/servers" className={textLinkClass}>
          {text('verdict.all-off.do')}
        </Link>
      )
    case 'connecting':
      return text('verdict.connecting.more')
    case 'needs':
    case 'online':
      return (
        <Link to="/settings/servers" className="rounded-s hover:underline focus-visible:shadow-focus">
          {wellWords(servers.filter(isOnline))}
        </Link>
      )
  }
}

/** How much is well: the first sentence says how. */
function wellWords(online: readonly LiveServer[]): string {
  const servers = text('verdict.well.servers', {count: online.length})
  // Before a list has come nobody knows how many there are.
  if (online.some(isUnread)) return text('verdict.well.reading', {servers})
  const torrents = online.reduce((sum, it) => sum + it.torrents, 0)
  return text('verdict.well.more', {torrents: text('overview.servers.sum', {count: torrents}), servers})
}

/** What it would have done, and the way on. */
function ObservingLine({now}: {now: number}) {
  const {data} = useQuery(moveInQuery)
  const observing = data?.observing ?? null
  if (observing?.is_open === true) {
    return (
      <>
        {text('verdict.observing.open')}{' '}
        <Link to="/setup" className={textLinkClass}>
          {text('watching.finish')}
        </Link>
      </>
    )
  }
  const until = observing?.until ?? null
  return (
    <>
      {observing && <WouldHave since={observing.since} now={now} />}{' '}
      {until !== null && until <= now && text('verdict.observing.over')}{' '}
      <Link to="/settings/move-in" className={textLinkClass}>
        {text('verdict.observing.do')}
      </Link>
    </>
  )
}

const DAY_MS = 86_400_000

/** "Since 07:12 it would have replaced 2 and removed 9." */
function WouldHave({since, now}: {since: number; now: number}) {
  // Whole days, so that the question stays the same: 31 of them are counted at most.
  const {data} = useQuery(ruleTalliesQuery(Math.max(since, Math.ceil(now / DAY_MS) * DAY_MS - 31 * DAY_MS)))
  if (data === undefined) return null
  const did = wouldWords(data)
  const when = exactTime(since, now)
  if (did === '' && !data.is_all) return null
  if (did === '') return text('verdict.observing.would-nothing', {since: when})
  return (
    <>
      {text(data.is_all ? 'verdict.observing.would' : 'verdict.observing.would-more', {since: when, did})}{' '}
      <Link
        to="/activity"
        search={{when: now - since > DAY_MS ? 'week' : 'day', who: 'rule', hidden: true}}
        className={textLinkClass}
      >
        {text('verdict.observing.show')}
      </Link>
    </>
  )
}

/** More open with a click: with more the card would be taller than the screen. */
const MOST = 3

/** What does not resolve without a person, each with its answers: the same as at the bell. */
function NeedsCard({needs: newest, later}: {needs: readonly Need[]; later: number}) {
  const isKnown = useServers() !== null
  const list = useRef<HTMLUListElement>(null)
  const [isWhole, setWhole] = useState(false)
  const [needs, still] = useStill(newest, (them) => them.map(({id}) => id).join('\n'))
  useNeedsKeys(list)
  const shown = isWhole ? needs : needs.slice(0, MOST)
  const hasNotices = needs.some(({kind}) => kind === 'notice')
  return (
    <Card
      title={text('attention.title')}
      isPadded={false}
      className="overflow-clip"
      note={needs.length > 0 && <span className="num text-text-3">{newest.length}</span>}
      actions={
        needs.length > 0 && (
          <span className="flex items-center gap-1.5 text-12 text-text-3 max-desk:hidden" aria-hidden>
            <Kbd keys="J" /> <Kbd keys="K" /> {text('attention.keys.move')} <Kbd keys="Enter" />{' '}
            {text('attention.keys.answer')}
          </span>
        )
      }
    >
      {!isKnown && <SkeletonLines />}
      {isKnown && needs.length === 0 && <p className="px-3.5 py-4 text-text-2">{text('attention.none')}</p>}
      {needs.length > 0 && (
        <ul ref={list} {...still}>
          {shown.map((need) => (
            <NeedReminder key={need.id} need={need} />
          ))}
        </ul>
      )}
      {(needs.length > MOST || hasNotices || later > 0) && (
        <p className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-3.5 py-2">
          {needs.length > MOST && (
            <TextButton onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
              {isWhole ? text('needs.fewer') : text('needs.more', {count: needs.length - MOST})}
            </TextButton>
          )}
          <NoticesButton needs={needs} />
          <LaterButton count={later} />
        </p>
      )}
    </Card>
  )
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
