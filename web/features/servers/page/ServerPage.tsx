import {useQuery} from '@tanstack/react-query'
import {Link, useParams} from '@tanstack/react-router'
import {CircleCheck, CircleHelp, CircleX, Ellipsis, Pencil, TriangleAlert, Zap} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import {
  facetsQuery,
  mappingsQuery,
  serverQuery,
  type FacetShare,
  type ServerDetail,
  type ServerFacets,
  type ServerFeature,
} from '../../../api/servers.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServer, useServers} from '../../../live/servers.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Badge} from '../../../ui/Badge.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {exactTime, fullTime} from '../../../i18n/format-time.ts'
import {bytes, count, duration, written, type Maybe} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Meter} from '../../../ui/Meter.tsx'
import {PageHead} from '../../../ui/PageHead.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Skeleton, SkeletonLines} from '../../../ui/Skeleton.tsx'
import {Swatch} from '../../../ui/Swatch.tsx'
import {TextButton, textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {ServerSectionCard} from '../../settings/SectionCard.tsx'
import {openServerDialog} from '../server-dialogs.ts'
import {isOnline} from '../health-words.ts'
import {TroubleLine} from '../health/HealthActionButton.tsx'
import {HealthHistoryCard} from '../health/HealthEvents.tsx'
import {ServerHealthBadge} from '../health/HealthIcon.tsx'
import {FileMark} from '../list/FileMark.tsx'
import {TestLine, useServerTests} from '../list/TestLine.tsx'
import {useServerMenu} from '../list/use-server-menu.ts'
import {kindName, milliseconds} from '../server-words.ts'
import {facetWords, featuresBySupport, featureWords, queryFor, sharesByWord} from './features.ts'
import {HistoryChart, SpaceCard} from './HistoryCards.tsx'
import {CategoriesCard, TagsCard} from './LabelCards.tsx'
import {DaemonSettingsCard, LimitsCard} from './SettingsCards.tsx'

/** Everything about one server. */
export function ServerPage() {
  const {id} = useParams({from: '/inside/settings/servers/$id'})
  const servers = useServers()
  const server = useServer(id)
  useTitle(server?.server_name ?? id, text('nav.servers'))
  return (
    <main
      tabIndex={-1}
      className="h-full overflow-y-auto px-8 pt-6 pb-12 max-phone:px-3.5 max-phone:pt-4 max-phone:pb-8"
    >
      <div className="mx-auto grid max-w-[1240px] gap-5">
        <Link to="/settings/servers" className={`${textLinkClass} justify-self-start`}>
          ‹ {text('nav.servers')}
        </Link>
        {server ? (
          <Page server={server} place={servers?.indexOf(server) ?? 0} />
        ) : servers === null ? (
          <Skeleton height={28} width={260} />
        ) : (
          <EmptyState
            isPage
            title={text('server.gone')}
            actions={
              <Link to="/settings/servers" className={textLinkClass}>
                {text('server.gone.next')}
              </Link>
            }
          />
        )}
      </div>
    </main>
  )
}

function Page({server, place}: {server: LiveServer; place: number}) {
  const {server_id: id} = server
  const reading = useQuery(serverQuery(id))
  const {data: detail} = reading
  const tests = useServerTests()
  const result = tests.results.get(id)
  return (
    <>
      <div>
        <PageHead
          title={
            <span className="inline-flex items-center gap-2.5">
              <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} size={14} />
              {server.server_name}
            </span>
          }
          note={
            <span className="flex flex-wrap items-center gap-2">
              <ServerHealthBadge server={server} />
              {detail?.origin === 'file' && <FileMark />}
              {detail && <span className="wrap-anywhere">{detail.url}</span>}
            </span>
          }
          actions={
            <Actions server={server} owner={detail?.owner?.name ?? null} onTest={() => void tests.run(id)} />
          }
        />
        <TroubleLine server={server} />
        {result && <TestLine result={result} onDismiss={() => tests.dismiss(id)} className="mt-2" />}
      </div>
      <Awaited reading={reading} what={text('server.what')}>
        <SkeletonLines />
      </Awaited>
      <ServerSections server={server} detail={detail ?? null} />
    </>
  )
}

function Actions({server, owner, onTest}: {server: LiveServer; owner: string | null; onTest: () => void}) {
  const entries = useServerMenu({server, owner, onTest, order: null})
  return (
    <>
      {server.access !== 'view' && (
        <Button icon={Zap} onClick={onTest}>
          {text('server.do.test')}
        </Button>
      )}
      {server.access === 'own' && (
        <Button icon={Pencil} onClick={() => openServerDialog({name: 'edit', id: server.server_id})}>
          {text('server.do.edit')}
        </Button>
      )}
      <DropdownMenu
        label={server.server_name}
        align="end"
        entries={entries.filter((entry) => !('id' in entry) || entry.id !== 'open')}
        trigger={<IconButton icon={Ellipsis} label={text('server.menu', {name: server.server_name})} />}
      />
    </>
  )
}

const spans = ['hour', 'day', 'week', 'month'] as const

/** The body of a server's page: over time, now, and what it is made of. */
function ServerSections({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  const [span, setSpan] = useState<(typeof spans)[number]>('hour')
  const {server_id: id} = server
  return (
    <>
      <section aria-label={text('server.over-time')} className="grid gap-3">
        <Segmented
          label={text('server.over-time')}
          value={span}
          onChange={setSpan}
          options={spans.map((value) => ({value, label: text(`server.span.${value}`)}))}
          className="justify-self-start"
        />
        <div className="grid gap-4 desk:grid-cols-2">
          <HistoryChart id={id} span={span} shows="speed" />
          <HistoryChart id={id} span={span} shows="latency" />
          <HistoryChart id={id} span={span} shows="torrents" />
          <HistoryChart id={id} span={span} shows="space" />
        </div>
      </section>
      <div className="grid items-start gap-4 desk:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          <SpaceCard server={server} />
          {server.access === 'own' && <PathMappingsCard id={id} />}
          <FiguresCard server={server} detail={detail} />
          <DistributionCard id={id} facet="state" />
          <CategoriesCard server={server} detail={detail} />
        </div>
        <div className="grid min-w-0 gap-4">
          <HealthHistoryCard id={id} />
          <LimitsCard server={server} owner={detail?.owner?.name ?? null} />
          <DistributionCard id={id} facet="category" />
          <DistributionCard id={id} facet="tracker" />
          <TagsCard server={server} detail={detail} />
        </div>
      </div>
      <FeaturesCard detail={detail} />
      {server.access === 'own' && <ServerSectionCard id={id} name={server.server_name} />}
      {server.access === 'own' && <DaemonSettingsCard id={id} />}
    </>
  )
}

const looks = {
  none: {icon: CircleX, ink: 'text-text-2'},
  limited: {icon: TriangleAlert, ink: 'text-text-2'},
  emulated: {icon: CircleCheck, ink: 'text-text-2'},
  native: {icon: CircleCheck, ink: 'text-text-2'},
} as const

/** What this kind and version can do, what it cannot, and why. */
function FeaturesCard({detail}: {detail: ServerDetail | null}) {
  if (detail === null) return null
  const {features} = detail
  if (features === null) {
    return (
      <Card title={text('features.title')}>
        <p className="text-text-2">{text('features.unknown')}</p>
      </Card>
    )
  }
  const {none, limited, emulated, native} = featuresBySupport(features)
  return (
    <Card title={text('features.title')} isPadded={false}>
      <ul>
        {[...none, ...limited, ...emulated].map((feature) => (
          <Row key={feature.name} feature={feature} />
        ))}
      </ul>
      <details className="border-t border-line">
        <summary className="min-h-10 cursor-pointer px-3.5 py-2.5 text-text-2 hover:bg-hover focus-visible:shadow-focus-in">
          {text('features.native', {count: native.length})}
        </summary>
        <p className="px-3.5 pb-3 text-pretty text-text-2">
          {native.map(({name}) => featureWords(name)).join(', ')}
        </p>
      </details>
    </Card>
  )
}

function Row({feature: {name, support, reason}}: {feature: ServerFeature}) {
  const {icon, ink} = looks[support]
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-2 border-t border-line px-3.5 py-2 first:border-0 desk:grid-cols-[20px_180px_110px_minmax(0,1fr)]">
      <Icon icon={icon} className={`mt-0.5 ${ink}`} />
      <span className="font-medium first-letter:uppercase">{featureWords(name)}</span>
      <span className="max-desk:col-start-2 max-desk:text-12 text-text-2">{text(`features.${support}`)}</span>
      <span className="text-pretty text-text-2 max-desk:col-start-2">{reason}</span>
    </li>
  )
}

const verdictLooks = {
  proven: {icon: CircleCheck, tone: 'good'},
  unproven: {icon: CircleHelp, tone: 'quiet'},
  contradicted: {icon: CircleX, tone: 'bad'},
} as const

/** Where folders of a server are mapped to, whether its files are there, and how a doubt ends. */
function PathMappingsCard({id}: {id: string}) {
  const {data = []} = useQuery(mappingsQuery(id))
  const now = useNow(60_000)
  if (data.length === 0) return null
  return (
    <Card title={text('mappings.title')} isPadded={false}>
      <ul className="divide-y divide-line" aria-label={text('mappings.title')}>
        {data.map(({from, to, verdict, reason, checked_at: at}) => (
          <li key={from} className="grid gap-1 px-3.5 py-2.5">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-mono text-12 wrap-anywhere">
                {from} → {to}
              </span>
              <Badge {...verdictLooks[verdict]}>{text(`mappings.${verdict}`)}</Badge>
            </span>
            <span className="text-pretty text-text-2">
              {reason} {verdict === 'contradicted' && text('mappings.contradicted.means')}
            </span>
            {at !== null && (
              <time
                dateTime={new Date(at).toISOString()}
                title={fullTime(at)}
                className="num text-12 text-text-3"
              >
                {text('mappings.checked', {when: exactTime(at, now)})}
              </time>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What the server says of itself: version, totals, space, connection. */
function FiguresCard({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  const now = useNow(10_000)
  const stats = detail?.stats ?? null
  const health = detail?.health
  const row = (id: TextKey, value: ReactNode) => ({id, term: text(id), value})
  const known = (id: TextKey, value: Maybe<number>, as: (value: number) => ReactNode) =>
    value === undefined ? [] : [row(id, as(value))]
  const asBytes = (value: number) => <Quantity value={bytes(value)} />
  const p95 = health?.latency_p95_ms ?? null
  return (
    <Card title={text('server.figures')}>
      <DefinitionList
        entries={[
          row('server.version', `${kindName(server.server_type)} ${server.version ?? '?'}`),
          ...(detail?.api_version ? [row('server.api-version', detail.api_version)] : []),
          row('server.torrents', count(server.torrents)),
          row('server.latency', latencyWords(server.latency_ms, p95)),
          ...(server.synced_at === null ? [] : [row('server.synced', exactTime(server.synced_at, now))]),
          ...(detail?.poll_ms ? [row('server.polled', milliseconds(detail.poll_ms))] : []),
          ...known('server.free-space', stats?.free_space, asBytes),
          ...(stats?.free_space_unknown === undefined
            ? []
            : [row('server.free-space', stats.free_space_unknown)]),
          ...(stats?.default_save_path === undefined
            ? []
            : [
                row(
                  'server.save-path',
                  <span title={stats.default_save_path} className="font-mono text-12">
                    {stats.default_save_path}
                  </span>,
                ),
              ]),
          ...known('server.session-down', stats?.session_downloaded, asBytes),
          ...known('server.session-up', stats?.session_uploaded, asBytes),
          ...known('server.all-down', stats?.all_time_downloaded, asBytes),
          ...known('server.all-up', stats?.all_time_uploaded, asBytes),
          ...known('server.peers', stats?.peers, count),
          ...known('server.dht', stats?.dht_nodes, count),
          ...(stats?.connection === undefined
            ? []
            : [row('server.connection', text(`server.connection.${stats.connection}`))]),
          ...known('server.uptime', stats?.uptime, (value) => written(duration(value))),
          ...(detail?.owner ? [row('server.owner', detail.owner.name)] : []),
        ]}
      />
    </Card>
  )
}

function latencyWords(p50: number | null, p95: number | null): string {
  if (p50 === null) return '–'
  return p95 === null
    ? milliseconds(p50)
    : text('server.latency-of', {p50: milliseconds(p50), p95: milliseconds(p95)})
}

const SHOWN = 8

/** How a server's torrents are spread; each line leads to them. */
function DistributionCard({id, facet}: {id: string; facet: keyof ServerFacets}) {
  const [isWhole, setWhole] = useState(false)
  const reading = useQuery(facetsQuery(id))
  const {data} = reading
  const known = data?.[facet] ?? []
  const shares = (facet === 'state' ? sharesByWord(known) : known)
    .filter((share) => share.count > 0)
    .toSorted((a, b) => b.count - a.count)
  const most = shares[0]?.count ?? 1
  const shown = isWhole ? shares : shares.slice(0, SHOWN)
  return (
    <Card
      title={text(`server.by.${facet}`)}
      isPadded={false}
      actions={
        shares.length > SHOWN && (
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('server.by.fewer') : text('server.by.all', {count: shares.length})}
          </TextButton>
        )
      }
    >
      <Awaited reading={reading} what={text(`server.by.${facet}`)}>
        <SkeletonLines />
      </Awaited>
      {data && shares.length === 0 && <p className="px-3.5 py-3 text-text-2">{text('server.by.none')}</p>}
      <ul className="py-1.5">
        {shown.map((share) => (
          <ShareRow key={share.value} id={id} facet={facet} share={share} most={most} />
        ))}
      </ul>
    </Card>
  )
}

function ShareRow({
  id,
  facet,
  share,
  most,
}: {
  id: string
  facet: keyof ServerFacets
  share: FacetShare
  most: number
}) {
  const label = facetWords(facet, share.value)
  return (
    <li>
      <Link
        to="/torrents"
        search={{servers: id, q: queryFor(facet, share.value)}}
        className="grid min-h-7 grid-cols-[minmax(0,1fr)_minmax(40px,30%)_56px_72px] items-center gap-3 px-3.5 hover:bg-hover focus-visible:shadow-focus-in pointer-coarse:min-h-11"
      >
        <span className="truncate" title={label}>
          {label}
        </span>
        <Meter share={share.count / most} label={label} valueText={count(share.count)} />
        <span className="num text-right">{count(share.count)}</span>
        <Quantity value={bytes(share.size)} className="text-right text-text-2" />
      </Link>
    </li>
  )
}
