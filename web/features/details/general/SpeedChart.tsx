import {useNow} from '../../../live/clock.ts'
import {text} from '../../../i18n/text.ts'
import {AreaChart} from '../../../ui/AreaChart.tsx'
import type {ChartSeries} from '../../../ui/chart-geometry.ts'
import {duration, fullSpeed, speed, written} from '../../../ui/format.ts'
import {fullTime} from '../../../ui/format-time.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {speedHistory, STEP_MS} from './speed-history.ts'
import {nameOf, type Torrent} from '../torrent.ts'
import {useIsSpeedKnown} from './use-speed-samples.ts'

const colours = {down: 'var(--st-downloading)', up: 'var(--st-seeding)'} as const

/** Its speed since somebody looks, at most ten minutes; while nobody could know it there is a gap. */
export function SpeedChart({torrent}: {torrent: Torrent}) {
  const name = nameOf(torrent)
  const now = useNow(STEP_MS)
  const {down_speed: down, up_speed: up} = torrent
  const isKnown = useIsSpeedKnown(torrent)
  const {times, peak, ...values} = speedHistory.chart(name, now)
  const span = written(duration((times.length * STEP_MS) / 1000))
  const series: readonly ChartSeries[] = (['down', 'up'] as const).map((id) => ({
    ...{id, colour: colours[id], values: values[id]},
    label: text(id === 'down' ? 'details.down' : 'details.up'),
  }))
  return (
    <>
      <div className="mb-1 flex items-center gap-3.5 text-12 text-text-2">
        {series.map(({id, label, colour}) => (
          <span key={id} className="flex items-center gap-[5px] whitespace-nowrap">
            <Swatch colour={colour} className="rounded-full!" />
            {label}{' '}
            <b className="num text-text">{isKnown ? written(fullSpeed(id === 'down' ? down : up)) : '–'}</b>
          </span>
        ))}
        <span className="num ml-auto truncate text-text-3">
          {peak > 0
            ? text('details.speed-span', {span, peak: written(speed(peak))})
            : text('details.speed-none', {span})}
        </span>
      </div>
      <AreaChart
        label={text('details.speed')}
        series={series}
        times={times}
        height={88}
        isBytes
        formatValue={(value) => written(fullSpeed(value))}
        formatTime={fullTime}
      />
    </>
  )
}
