import {CHART_WIDTH, greatestOf, stretches, type ChartSeries} from '../../ui/chart-geometry.ts'

/** A picture of a few lines from zero, as wide as there is room. What it shows is said in words beside it. */
export function Spark({
  series,
  height,
  forecastFrom = 1,
}: {
  series: readonly ChartSeries[]
  /** px */
  height: number
  /** Share of the width behind which nothing is measured yet: on sunken ground. */
  forecastFrom?: number | undefined
}) {
  const top = greatestOf(series.map(({values}) => values)) || 1
  return (
    <svg
      viewBox={`0 0 ${CHART_WIDTH} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      aria-hidden
      className="block"
    >
      {forecastFrom < 1 && (
        <rect
          x={CHART_WIDTH * forecastFrom}
          width={CHART_WIDTH * (1 - forecastFrom)}
          height={height}
          className="fill-sunken"
        />
      )}
      {series.map(({id, colour, kind = 'area', values}) => (
        <g key={id} style={{color: colour}}>
          {stretches(values, top, height - INSET).map(({line, area}) => (
            <g key={line} transform={`translate(0 ${INSET / 2})`}>
              {kind === 'area' && <path d={area} fill="currentColor" opacity={0.12} />}
              <path
                d={line}
                fill="none"
                stroke="currentColor"
                strokeWidth={1.6}
                strokeLinejoin="round"
                strokeLinecap="round"
                vectorEffect="non-scaling-stroke"
                {...(kind === 'forecast' && {strokeDasharray: '2 3'})}
              />
            </g>
          ))}
        </g>
      ))}
    </svg>
  )
}

/** Room for the width of a line at the top and the bottom, px. */
const INSET = 4
