import {text} from '../i18n/text.ts'
import type {ChartSeries} from './chart-geometry.ts'
import {valueText} from './ChartReadout.tsx'

const MOST_ROWS = 60

/** The figures behind a chart, for those who do not see it; of long charts every so many. */
export function ChartTable({
  label,
  series,
  times,
  formatValue,
  formatTime,
}: {
  label: string
  series: readonly ChartSeries[]
  times: readonly number[]
  formatValue: (value: number) => string
  formatTime: (at: number) => string
}) {
  const step = Math.max(1, Math.ceil(times.length / MOST_ROWS))
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{text('chart.time')}</th>
            {series.map(({id, label}) => (
              <th key={id} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map(
            (time, at) =>
              at % step === 0 && (
                <tr key={time}>
                  <th scope="row">{formatTime(time)}</th>
                  {series.map(({id, values}) => (
                    <td key={id}>{valueText(values[at], formatValue)}</td>
                  ))}
                </tr>
              ),
          )}
        </tbody>
      </table>
    </div>
  )
}
