import {useQuery} from '@tanstack/react-query'
import {historyQuery, type HistorySpan} from '../../../api/history.ts'
import {useNow} from '../../../live/clock.ts'
import {text} from '../../../i18n/text.ts'
import {AreaChart} from '../../../ui/AreaChart.tsx'
import {Card} from '../../../ui/Card.tsx'
import {day, exactTime, timeOfDay} from '../../../ui/format-time.ts'
import {formatOf, isOfBytes, metricsOf, newestOf, seriesOf, type ChartSubject} from './history-series.ts'

const HEIGHT = 120

/** One figure of a server over time, with its newest value in words. */
export function HistoryChart({id, span, shows}: {id: string; span: HistorySpan; shows: ChartSubject}) {
  const {data} = useQuery(historyQuery(id, span, metricsOf(shows)))
  const now = useNow(60_000)
  const format = formatOf(shows)
  const series = data ? seriesOf(shows, data) : []
  const isEmpty = series.every((one) => newestOf(one) === null)
  const axis = span === 'hour' ? timeOfDay : (at: number) => (span === 'day' ? exactTime : day)(at, now)
  return (
    <Card
      title={text(`server.chart.${shows}`)}
      actions={series.map((one) => {
        const newest = newestOf(one)
        return (
          newest !== null && (
            <span key={one.id} className="num flex items-center gap-1.5 text-12 text-text-2">
              <span aria-hidden className="kit-fill size-2 rounded-full" style={{background: one.colour}} />
              {one.label} <b className="font-medium text-text">{format(newest)}</b>
            </span>
          )
        )
      })}
    >
      {data === undefined || isEmpty ? (
        <p className="grid place-items-center text-text-3" style={{height: HEIGHT + 18}}>
          {data !== undefined && text('server.chart.none')}
        </p>
      ) : (
        <>
          <AreaChart
            label={text(`server.chart.${shows}`)}
            series={series}
            times={data.at}
            isBytes={isOfBytes(shows)}
            formatValue={format}
            formatTime={(at) => exactTime(at, now)}
            height={HEIGHT}
          />
          <div aria-hidden className="num flex justify-between pt-0.5 text-11/4 text-text-3">
            <span>{data.at[0] !== undefined && axis(data.at[0])}</span>
            <span>{text('server.now')}</span>
          </div>
        </>
      )}
    </Card>
  )
}
