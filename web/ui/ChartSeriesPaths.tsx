import {stretches, type ChartSeries} from './chart-geometry.ts'

/** The strokes of one series. */
export function ChartSeriesPaths({series, top, height}: {series: ChartSeries; top: number; height: number}) {
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
