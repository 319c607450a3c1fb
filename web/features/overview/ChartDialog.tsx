import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {fleetHistoryQuery, spanMsOf, type History, type HistorySpan} from '../../api/history.ts'
import {dayAndTime, exactTime, timeOfDay} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {AreaChart} from '../../ui/AreaChart.tsx'
import {Awaited} from '../../ui/Awaited.tsx'
import type {ChartSeries} from '../../ui/chart-geometry.ts'
import {Dialog} from '../../ui/Dialog.tsx'
import {bytes, fullSpeed, ratio, written} from '../../ui/format.ts'
import {Segmented} from '../../ui/Segmented.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {useScopedServers, useServerScope} from '../servers/switcher/scope.ts'
import {ratiosOf} from './figures.ts'
import {leastFree, spaceSeries, type TileSubject} from './Tiles.tsx'

const spans: readonly HistorySpan[] = ['hour', 'day', 'week', 'month', 'quarter', 'year']

const about: Readonly<
  Record<
    TileSubject,
    {
      readonly metrics: string
      /** Shown at first. */
      readonly span: HistorySpan
      readonly format: (value: number) => string
      readonly isBytes: boolean
    }
  >
> = {
  down: {metrics: 'down_speed', span: 'day', format: (it) => written(fullSpeed(it)), isBytes: true},
  up: {metrics: 'up_speed', span: 'day', format: (it) => written(fullSpeed(it)), isBytes: true},
  ratio: {
    metrics: 'downloaded,uploaded',
    span: 'quarter',
    format: (it) => written(ratio(it)),
    isBytes: false,
  },
  space: {metrics: 'free_space', span: 'quarter', format: (it) => written(bytes(it)), isBytes: true},
}

const HEIGHT = 240

/** A figure of a tile from an hour to a year: under the pointer its values, below it a table for who wants one. */
export function ChartDialog({subject, onClose}: {subject: TileSubject; onClose: () => void}) {
  const {metrics, format, isBytes, span: first} = about[subject]
  const [span, setSpan] = useState<HistorySpan>(first)
  const [hasTable, setTable] = useState(false)
  const servers = useServerScope()
  const reading = useQuery(fleetHistoryQuery({servers, lastMs: spanMsOf(span), metrics}))
  const {data} = reading
  const now = useNow(60_000)
  const series = useSeries(subject, data)
  const isEmpty = series.every(({values}) => values.every((it) => it === null))
  const name = text(`tile.${subject}`)
  const axis = span === 'hour' ? timeOfDay : (at: number) => exactTime(at, now)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={name}
      description={text(`chart.${subject}.says`)}
      size="xl"
    >
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="max-w-full overflow-x-auto pb-1">
            <Segmented
              label={text('chart.span')}
              value={span}
              onChange={setSpan}
              options={spans.map((value) => ({value, label: text(`chart.span.${value}`)}))}
              className="max-w-none!"
            />
          </div>
          <Switch label={text('chart.table')} checked={hasTable} onChange={setTable} />
        </div>
        <Awaited reading={reading} what={name}>
          <Skeleton height={HEIGHT} />
        </Awaited>
        {data !== undefined && isEmpty && (
          <p className="grid place-items-center text-text-2" style={{minHeight: HEIGHT}}>
            {text('chart.none')}
          </p>
        )}
        {data !== undefined && !isEmpty && (
          <>
            <div aria-hidden className="num -mb-2 flex justify-between text-11/4 text-text-3">
              <span>{data.at[0] !== undefined && axis(data.at[0])}</span>
              <span>{data.at.length > 1 && axis(data.at.at(-1)!)}</span>
            </div>
            <AreaChart
              label={name}
              series={series}
              times={data.at}
              formatValue={format}
              formatTime={(at) => dayAndTime(at, now)}
              isBytes={isBytes}
              height={HEIGHT}
              hasTable={hasTable}
            />
          </>
        )}
        <p className="min-w-0 text-12 text-pretty text-text-3">{text('chart.gap')}</p>
      </div>
    </Dialog>
  )
}

function useSeries(subject: TileSubject, history: History | undefined): readonly ChartSeries[] {
  const servers = leastFree(useScopedServers())
  const all = useServers() ?? []
  if (history === undefined) return []
  const {sum} = history
  const label = text(`tile.${subject}`)
  switch (subject) {
    case 'down':
      return [{id: subject, label, colour: 'var(--st-downloading)', values: sum.down_speed ?? []}]
    case 'up':
      return [{id: subject, label, colour: 'var(--st-seeding)', values: sum.up_speed ?? []}]
    case 'ratio': {
      const values = ratiosOf(sum.uploaded ?? [], sum.downloaded ?? [])
      return [{id: subject, label, colour: 'var(--text-2)', kind: 'line', values}]
    }
    case 'space':
      return servers.flatMap((server) => {
        const values = history.servers?.find(({server_id: id}) => id === server.server_id)?.values.free_space
        return values === undefined ? [] : spaceSeries(server, all, values)
      })
  }
}
