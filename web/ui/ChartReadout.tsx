import {text} from '../i18n/text.ts'
import type {ChartSeries} from './chart-geometry.ts'
import {joined} from './joined.ts'
import {Swatch} from './Swatch.tsx'

/** All values of one moment, beside the line that marks it. */
export function ChartReadout({
  share,
  time,
  series,
  at,
  formatValue,
}: {
  /** Where in the width, 0 to 1. */
  share: number
  time: string
  series: readonly ChartSeries[]
  at: number
  formatValue: (value: number) => string
}) {
  return (
    <div
      aria-hidden
      className={joined(
        'pointer-events-none absolute top-0 z-sticky grid gap-0.5 rounded-m bg-raised px-2 py-1.5 text-12 shadow-2',
        share > 0.5 ? '-translate-x-[calc(100%+8px)]' : 'translate-x-2',
      )}
      style={{left: `${share * 100}%`}}
    >
      <span className="text-11 whitespace-nowrap text-text-3">{time}</span>
      {series.map(({id, label, colour, values}) => (
        <span key={id} className="flex items-center gap-1.5 whitespace-nowrap">
          <Swatch colour={colour} className="rounded-full!" />
          <span className="text-text-2">{label}</span>
          <b className="num ml-auto pl-2 font-medium">{valueText(values[at], formatValue)}</b>
        </span>
      ))}
    </div>
  )
}

export function valueText(value: number | null | undefined, formatValue: (value: number) => string): string {
  return value === null || value === undefined ? text('chart.missing') : formatValue(value)
}
