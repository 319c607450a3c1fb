import {useQuery} from '@tanstack/react-query'
import {
  ArrowRightToLine,
  Folder,
  Gauge,
  ListChecks,
  Pencil,
  Play,
  Plus,
  RefreshCw,
  Square,
  Table2,
  Tag,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import {useState} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import type {Milestone} from '../../api/explanation.ts'
import {torrentHistoryQuery, type TorrentHistory as History} from '../../api/history.ts'
import {dayAndTime, exactTime, fullTime, timeOfDay} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {serverNow, useNow} from '../../live/clock.ts'
import {AreaChart} from '../../ui/AreaChart.tsx'
import {Awaited} from '../../ui/Awaited.tsx'
import {sumOf, type ChartSeries, type ChartValues} from '../../ui/chart-geometry.ts'
import type {ChartMark} from '../../ui/ChartMarks.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {bytes, duration, fullSpeed, speed, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {useIsSpeedKnown} from '../details/general/use-speed-samples.ts'
import {nameOf, type Torrent} from '../details/torrent.ts'
import {actionWords, milestoneIcons, milestoneWords, outcomeLooks} from '../explain/action-words.ts'
import {speedHistory, STEP_MS} from '../torrents/speed-history.ts'
import {
  hasGaps,
  isKnown,
  rangeAmong,
  rangeMs,
  rangesOf,
  recentSpeeds,
  tooCoarseFrom,
  withoutBeginning,
  type HistoryRange,
} from './torrent-history.ts'

const HEIGHT = 88
const FINE = 10
const HOUR = 3_600

/** Whoever goes on to another torrent looks at the same range of it. */
let pickedLast: HistoryRange | null = null

/** What it moved, from the last minutes to its whole life, and what happened to it meanwhile. */
export function TorrentHistory({torrent}: {torrent: Torrent}) {
  const ranges = rangesOf(torrent.added_at, useNow(60_000))
  // How fast it comes is what counts until all of it is here.
  const [picked, setPicked] = useState(() => pickedLast ?? (torrent.complete === true ? 'life' : 'minutes'))
  const [hasTable, setTable] = useState(false)
  const range = rangeAmong(picked, ranges)
  const controls = (
    <span className="order-2 ml-auto flex max-w-full min-w-0 items-center gap-1">
      <span className="min-w-0 overflow-x-auto py-0.5">
        <Segmented
          label={text('history.range')}
          value={range}
          onChange={(it) => setPicked((pickedLast = it))}
          options={ranges.map((value) => ({value, label: text(`history.range.${value}`)}))}
          className="max-w-none!"
        />
      </span>
      <IconButton
        icon={Table2}
        size="small"
        label={text('history.table')}
        aria-pressed={hasTable}
        onClick={() => setTable(!hasTable)}
        className="aria-pressed:bg-press"
      />
    </span>
  )
  const Shown = range === 'minutes' ? RecentHistory : KeptHistory
  return (
    // The range keeps the focus while what it chose changes: it stands first, and is drawn behind the figures.
    <section
      aria-label={text('history.title')}
      className="flex flex-wrap items-center gap-x-3.5 gap-y-1 [&>*:last-child]:order-3 [&>*:last-child]:min-w-0 [&>*:last-child]:basis-full"
    >
      {controls}
      <Shown key={range} torrent={torrent} range={range} hasTable={hasTable} />
    </section>
  )
}

interface ShownProps {
  torrent: Torrent
  range: HistoryRange
  hasTable: boolean
}

/** Its speed in the last ten minutes, as it goes on; while nobody could know it there is a gap. */
function RecentHistory({torrent, hasTable}: ShownProps) {
  const now = useNow(STEP_MS)
  const wish = {name: 'minutes', from: () => serverNow() - rangeMs.minutes, span: FINE} as const
  const {data} = useQuery(torrentHistoryQuery(torrent, wish))
  const marks = useMarks(data, (at) => dayAndTime(at, now))
  const isSpeedKnown = useIsSpeedKnown(torrent)
  const speeds = recentSpeeds(speedHistory.chart(nameOf(torrent), now), data, STEP_MS)
  const {times, peak, seenMs} = speeds
  const span = written(duration(seenMs / 1000))
  const {down_speed: down, up_speed: up} = torrent
  return (
    <>
      <Figures
        down={isSpeedKnown ? written(fullSpeed(down)) : '–'}
        up={isSpeedKnown ? written(fullSpeed(up)) : '–'}
      />
      <AreaChart
        label={text('history.speed')}
        series={seriesOf(speeds.down, speeds.up)}
        times={times}
        height={HEIGHT}
        isBytes
        formatValue={(value) => written(fullSpeed(value))}
        formatTime={fullTime}
        hasTable={hasTable}
        marks={marks}
        axis={
          <Axis
            from={
              peak > 0
                ? text('history.speed-span', {span, peak: written(speed(peak))})
                : seenMs > 0
                  ? text('history.speed-none', {span})
                  : ''
            }
          />
        }
      />
    </>
  )
}

/** What it moved in each hour or day. */
function KeptHistory({torrent, range, hasTable}: ShownProps) {
  const now = useNow(60_000)
  const {reading, history} = useKept(torrent, range)
  const marks = useMarks(history, (at) => dayAndTime(at, now))
  if (history === undefined) {
    return (
      <>
        <Figures down="" up="" />
        <div>
          <Awaited reading={reading} what={text('history.title')}>
            <Skeleton height={HEIGHT} />
          </Awaited>
        </div>
      </>
    )
  }
  const {at, span, downloaded, uploaded} = history
  const isAnyKnown = isKnown(history)
  if (!isAnyKnown && history.marks.length === 0) {
    return (
      <>
        <Figures down="–" up="–" />
        <EmptyState title={text('history.none')} text={text('history.none.next')} />
      </>
    )
  }
  const untilOf = span === HOUR ? timeOfDay : (it: number) => dayAndTime(it, now)
  const note = isAnyKnown ? (hasGaps(history) ? text('history.gaps') : '') : text('history.none-then')
  return (
    <>
      <Figures down={sumWords(downloaded)} up={sumWords(uploaded)} />
      <div>
        <Awaited reading={reading} what={text('history.title')} className="mb-1" />
        <AreaChart
          label={text(span === HOUR ? 'history.hours' : 'history.days')}
          series={seriesOf(downloaded, uploaded)}
          times={at}
          height={HEIGHT}
          isBytes
          formatValue={(value) => written(bytes(value))}
          formatTime={(begin) =>
            text('history.from-to', {from: dayAndTime(begin, now), to: untilOf(begin + span * 1_000)})
          }
          hasTable={hasTable}
          marks={marks}
          axis={<Axis from={at[0] === undefined ? '' : exactTime(at[0], now)} to={text('history.now')} />}
        />
        {note !== '' && <p className="text-12 text-pretty text-text-3">{note}</p>}
      </div>
    </>
  )
}

/** Asked again by the hour where days would be few: a torrent may be years older than its history. */
function useKept(torrent: Torrent, range: HistoryRange) {
  const {added_at: addedAt} = torrent
  const isLife = range === 'life' && addedAt !== undefined
  const from = () => (isLife ? addedAt : serverNow() - rangeMs[range === 'life' ? 'year' : range])
  const reading = useQuery(torrentHistoryQuery(torrent, {name: range, from}))
  const coarseFrom = isLife ? tooCoarseFrom(reading.data) : null
  const finer = useQuery({
    ...torrentHistoryQuery(torrent, {name: `${range} by hour`, from: () => coarseFrom ?? 0, span: HOUR}),
    enabled: coarseFrom !== null,
  })
  const its = coarseFrom === null ? reading : finer
  const {data} = its
  return {reading: its, history: data && isLife ? withoutBeginning(data) : data}
}

const colours = {down: 'var(--st-downloading)', up: 'var(--st-seeding)'} as const

function seriesOf(down: ChartValues, up: ChartValues): readonly ChartSeries[] {
  return [
    {id: 'down', label: text('details.down'), colour: colours.down, values: down},
    {id: 'up', label: text('details.up'), colour: colours.up, values: up},
  ]
}

function sumWords(values: ChartValues): string {
  const sum = sumOf(values)
  return sum === null ? '–' : written(bytes(sum))
}

/** What the colours mean, with a figure each. */
function Figures({down, up}: {down: string; up: string}) {
  return (
    <div className="order-1 flex min-h-7 items-center gap-3.5 text-12 text-text-2">
      {(['down', 'up'] as const).map((id) => (
        <span key={id} className="flex items-center gap-[5px] whitespace-nowrap">
          <Swatch colour={colours[id]} className="rounded-full!" />
          {text(id === 'down' ? 'details.down' : 'details.up')}{' '}
          <b className="num text-text">{id === 'down' ? down : up}</b>
        </span>
      ))}
    </div>
  )
}

/** Where the chart begins and ends. */
function Axis({from, to = ''}: {from: string; to?: string}) {
  return (
    <div className="num flex min-h-4 justify-between gap-3 pt-0.5 text-11/4 text-text-3">
      <span className="min-w-0 truncate">{from}</span>
      <span>{to}</span>
    </div>
  )
}

/* ── what happened ── */

type Mark = History['marks'][number]

function useMarks(history: History | undefined, formatTime: (at: number) => string) {
  const hasArr = history?.marks.some((it) => it.arr_id !== null) === true
  const {data: arrs} = useQuery({...arrsQuery, enabled: hasArr})
  const arrOf = (id: string | null) => arrs?.find((it) => it.id === id)?.name ?? null
  // What its Arr imported is told by the Arr's own milestone.
  const shown = (history?.marks ?? []).filter((it) => it.entry_id === null || it.what !== 'imported')
  if (shown.length === 0) return undefined
  return {label: text('history.marks'), formatTime, marks: shown.map((it) => chartMark(it, arrOf(it.arr_id)))}
}

function chartMark(mark: Mark, arr: string | null): ChartMark {
  const {at, what, outcome, entry_id: action, arr_id: arrId} = mark
  if (outcome === null && isMilestone(what)) {
    const [icon, colour] = [milestoneIcons[what], milestoneColours[what]]
    return {id: `${what} ${arrId} ${at}`, at, icon, colour, words: milestoneWords(what, arr)}
  }
  const id = action ?? `${what} ${at}`
  if (outcome === null || outcome === 'done') {
    return {id, at, icon: iconOf(what), colour: 'text-text-2', words: actionWords(what)}
  }
  const ended = text(`ended.${outcome}`)
  return {id, at, ...outcomeLooks[outcome], words: text('history.ended', {what: actionWords(what), ended})}
}

function isMilestone(what: string): what is Milestone['what'] {
  return what in milestoneIcons
}

const milestoneColours: Readonly<Record<Milestone['what'], string>> = {
  added: 'text-text-2',
  grabbed: 'text-text-2',
  completed: 'text-st-seeding',
  imported: 'text-st-seeding',
  failed: 'text-st-error',
}

/** What was done, of a kind that has a drawing of its own. */
const icons: readonly (readonly [RegExp, LucideIcon])[] = [
  [/^(start|forceStart|resume)/, Play],
  [/^(stop|suspend)/, Square],
  [/^(remove$|removeWithData|recycle|purge|failDownload)/, Trash2],
  [/^(addTorrent|create)/, Plus],
  [/^restore/, Undo2],
  [/^(recheck|foundLess)/, ListChecks],
  [/^(reannounce|refresh|rssSync|search|arr\.search|arr\.refresh|arr\.rssSync)/, RefreshCw],
  [/^(setLocation|move|copyTo)/, ArrowRightToLine],
  [/tag/i, Tag],
  [/category/i, Folder],
  [/limit|speed/i, Gauge],
]

function iconOf(verb: string): LucideIcon {
  return icons.find(([pattern]) => pattern.test(verb))?.[1] ?? Pencil
}
