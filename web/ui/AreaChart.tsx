import {useState, type PointerEvent, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {ChartMarks, type MarksOfChart} from './ChartMarks.tsx'
import {
  CHART_WIDTH,
  greatestOf,
  nearestIndex,
  roundTop,
  stretches,
  xOf,
  type ChartSeries,
} from './chart-geometry.ts'
import {unitStep} from './format.ts'
import {joined} from './joined.ts'
import {Swatch} from './Swatch.tsx'

interface AreaChartProps {
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
  /** The table of its figures is there for everybody. */
  hasTable?: boolean | undefined
  /** What happened meanwhile: above the lines, and in a table of its own. */
  marks?: MarksOfChart | undefined
  /** Right below the lines: where they begin and end. */
  axis?: ReactNode
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
  hasTable = false,
  marks,
  axis,
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
    <figure className={joined('relative min-w-0', className)}>
      <figcaption className="sr-only">{label}</figcaption>
      {marks && <ChartMarks {...marks} times={times} height={height} />}
      <div
        className="relative touch-pan-y"
        onPointerMove={isSpark ? undefined : point}
        onPointerLeave={() => setAt(null)}
      >
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
      </div>
      {axis}
      <ChartTable
        isShown={hasTable}
        label={label}
        series={series}
        times={times}
        formatValue={formatValue}
        formatTime={formatTime}
      />
      {marks && <MarksTable {...marks} isShown={hasTable} />}
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

/** The strokes of one series. */
function ChartSeriesPaths({series, top, height}: {series: ChartSeries; top: number; height: number}) {
  const {values, colour, kind = 'area'} = series
  return (
    <g style={{color: colour}}>
      {stretches(values, top, height).map(({line, area}) => (
        <g key={line}>
          {kind === 'area' && <path d={area} fill="currentColor" opacity={0.12} />}
          <path
            d={line}
            fill="none"
            stroke="currentColor"
            strokeWidth={1.6}
            strokeLinejoin="round"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
            {...(kind === 'forecast' && {strokeDasharray: '2 4'})}
          />
        </g>
      ))}
    </g>
  )
}

const MOST_ROWS = 60

/** The figures behind a chart, for those who do not see it or want them; of long charts every so many. */
function ChartTable({
  isShown,
  label,
  series,
  times,
  formatValue,
  formatTime,
}: {
  isShown: boolean
  label: string
  series: readonly ChartSeries[]
  times: readonly number[]
  formatValue: (value: number) => string
  formatTime: (at: number) => string
}) {
  const step = Math.max(1, Math.ceil(times.length / MOST_ROWS))
  return (
    <TableFrame
      isShown={isShown}
      label={label}
      heads={[text('chart.time'), ...series.map((one) => one.label)]}
    >
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
    </TableFrame>
  )
}

/** What happened, the newest first. */
function MarksTable({isShown, label, marks, formatTime}: MarksOfChart & {isShown: boolean}) {
  if (marks.length === 0) return null
  const newest = marks.slice(-MOST_ROWS).toReversed()
  return (
    <TableFrame isShown={isShown} label={label} heads={[text('chart.time'), label]}>
      {newest.map(({id, at, words}) => (
        <tr key={id}>
          <th scope="row">{formatTime(at)}</th>
          <td>{words}</td>
        </tr>
      ))}
    </TableFrame>
  )
}

function TableFrame({
  isShown,
  label,
  heads,
  children,
}: {
  isShown: boolean
  label: string
  heads: readonly string[]
  children: ReactNode
}) {
  return (
    <div className={isShown ? 'mt-3 overflow-x-auto' : 'sr-only'}>
      <table className="num w-full text-left text-12 [&_td]:px-2 [&_td]:py-1 [&_th]:px-2 [&_th]:py-1 [&_th]:font-normal [&_th]:text-text-2">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

/** All values of one moment, beside the line that marks it. */
function ChartReadout({
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

function valueText(value: number | null | undefined, formatValue: (value: number) => string): string {
  return value === null || value === undefined ? text('chart.missing') : formatValue(value)
}
