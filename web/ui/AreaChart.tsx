import {useState, type PointerEvent} from 'react'
import {ChartTable} from './ChartTable.tsx'
import {CHART_WIDTH, greatestOf, nearestIndex, roundTop, xOf, type ChartSeries} from './chart-geometry.ts'
import {ChartReadout} from './ChartReadout.tsx'
import {ChartSeriesPaths} from './ChartSeriesPaths.tsx'
import {unitStep} from './format.ts'
import {joined} from './joined.ts'

export interface AreaChartProps {
  /** What it shows, in words. */
  label: string
  /** At most four. */
  series: readonly ChartSeries[]
  /** Epoch ms. */
  times: readonly number[]
  formatValue: (value: number) => string
  formatTime: (at: number) => string
  /** px */
  height?: number | undefined
  /** Values are bytes: the guides are round in the units that bytes are written in. */
  isBytes?: boolean | undefined
  /** A sparkline: nothing but the line. */
  isSpark?: boolean | undefined
  className?: string | undefined
}

/** Flows and levels over time, from zero. All values of a moment under the pointer; behind it a table for readers. */
export function AreaChart({
  label,
  series,
  times,
  formatValue,
  formatTime,
  height = 110,
  isBytes = false,
  isSpark = false,
  className,
}: AreaChartProps) {
  const [at, setAt] = useState<number | null>(null)
  const greatest = greatestOf(series.map(({values}) => values))
  const top = roundTop(greatest, isBytes ? unitStep() : 1000)
  const point = ({clientX, currentTarget}: PointerEvent) => {
    const {left, width} = currentTarget.getBoundingClientRect()
    setAt(nearestIndex((clientX - left) / width, times.length))
  }
  const isPointed = at !== null && at < times.length && !isSpark
  return (
    <figure
      className={joined('relative min-w-0 touch-pan-y', className)}
      onPointerMove={isSpark ? undefined : point}
      onPointerLeave={() => setAt(null)}
    >
      <figcaption className="sr-only">{label}</figcaption>
      {!isSpark && greatest > 0 && <Guides top={top} formatValue={formatValue} />}
      <svg
        viewBox={`0 0 ${CHART_WIDTH} ${height}`}
        width="100%"
        height={height}
        preserveAspectRatio="none"
        aria-hidden
        className="relative block overflow-visible"
      >
        {series.map((one) => (
          <ChartSeriesPaths key={one.id} series={one} top={top} height={height} />
        ))}
        {isPointed && (
          <path
            d={`M${xOf(at, times.length)} 0V${height}`}
            vectorEffect="non-scaling-stroke"
            className="stroke-control"
          />
        )}
      </svg>
      {isPointed && (
        <ChartReadout
          share={at / Math.max(1, times.length - 1)}
          time={formatTime(times[at]!)}
          series={series}
          at={at}
          formatValue={formatValue}
        />
      )}
      <ChartTable
        label={label}
        series={series}
        times={times}
        formatValue={formatValue}
        formatTime={formatTime}
      />
    </figure>
  )
}

/** Two dashed lines, at the top and at half; one where half of it is written the same. */
function Guides({top, formatValue}: {top: number; formatValue: (value: number) => string}) {
  const isHalfAnother = formatValue(top / 2) !== formatValue(top)
  return (isHalfAnother ? [top, top / 2] : [top]).map((value) => (
    <div
      key={value}
      aria-hidden
      className="num pointer-events-none absolute inset-x-0 border-t border-dashed border-line-strong text-11/4 text-text-3"
      style={{top: `${(1 - value / top) * 100}%`}}
    >
      {formatValue(value)}
    </div>
  ))
}
