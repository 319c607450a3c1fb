import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import type {HistorySpan} from '../../../api/history.ts'
import type {ServerDetail} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Segmented} from '../../../ui/Segmented.tsx'
import {ServerSectionCard} from '../../settings/SectionCard.tsx'
import {CategoriesCard} from './CategoriesCard.tsx'
import {DaemonSettingsCard} from './DaemonSettingsCard.tsx'
import {DistributionCard} from './DistributionCard.tsx'
import {FeaturesCard} from './FeaturesCard.tsx'
import {FiguresCard} from './FiguresCard.tsx'
import {HealthHistoryCard} from '../health/HealthHistoryCard.tsx'
import {HistoryChart} from './HistoryChart.tsx'
import {LimitsCard} from './LimitsCard.tsx'
import {SpaceCard} from './SpaceCard.tsx'
import {TagsCard} from './TagsCard.tsx'

const spans: readonly HistorySpan[] = ['hour', 'day', 'week', 'month']

/** The body of a server's page: over time, now, and what it is made of. */
export function ServerSections({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  const [span, setSpan] = useState<HistorySpan>('hour')
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
