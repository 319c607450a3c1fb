import {useQuery} from '@tanstack/react-query'
import {Film} from 'lucide-react'
import type {ReactNode} from 'react'
import type {WireKey} from '../../api/actions.ts'
import type {Story} from '../../api/activity.ts'
import {posterUrl} from '../../api/arrs.ts'
import type {Explanation, Milestone, TimelineAction} from '../../api/explanation.ts'
import {torrentHistoryQuery} from '../../api/history.ts'
import {text} from '../../i18n/text.ts'
import {Avatar} from '../../ui/Avatar.tsx'
import {bytes, duration, exactDuration, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Meter} from '../../ui/Meter.tsx'
import {Poster} from '../../ui/Poster.tsx'

/** What stands at the beginning of a row, and what at its end, instead of words alone; `null` = nothing. */
export interface Pictures {
  readonly lead: (one: Story | Milestone) => ReactNode
  readonly aside: (one: Story | Milestone) => ReactNode
}

/**
 * The pictures of a torrent's history: a face where a person did it, a poster where it came into a library, the curve of
 * its download where it was complete, and a bar where its time had not come.
 *
 * @param lines entries of the torrent, as far as they are read
 * @param media what it is for; `null` = not known, or of no Arr in sight
 */
export function picturesOf(
  torrent: WireKey,
  milestones: readonly Milestone[],
  lines: readonly TimelineAction[],
  media: Explanation['media'],
): Pictures {
  const holds = new Map(
    lines.flatMap(({id, decided}) => (decided?.hold ? [[id, decided.hold] as const] : [])),
  )
  const addedAt = milestones.find(({what}) => what === 'added')?.at
  return {
    lead: (one) => {
      if (isMilestone(one)) return one.what === 'imported' ? <ImportedPoster media={media} /> : null
      return one.origin === 'user' || one.origin === 'api' ? (
        <Avatar name={one.actor} size={18} className="-mx-px text-[9px]!" />
      ) : null
    },
    aside: (one) => {
      if (isMilestone(one))
        return one.what === 'completed' && addedAt !== undefined ? (
          <Curve torrent={torrent} from={addedAt} to={one.at} />
        ) : null
      const hold = holds.get(one.id)
      return hold && hold.left > 0 ? <HoldBar {...hold} /> : null
    },
  }
}

function isMilestone(one: Story | Milestone): one is Milestone {
  return !('verb' in one)
}

function ImportedPoster({media}: {media: Explanation['media']}) {
  if (media === null)
    return (
      <span
        aria-hidden
        className="-mx-px grid h-6 w-[18px] place-items-center rounded-[3px] bg-sunken text-text-3 ring-1 ring-line-strong"
      >
        <Icon icon={Film} size={14} />
      </span>
    )
  const {arr_id: arr, kind, items, title} = media
  const src = posterUrl(arr, {kind, id: items[0] ?? 0})
  return <Poster src={src} title={title ?? ''} size="small" className="-mx-px" />
}

function HoldBar({kind, done, needed}: {kind: 'for' | 'strikes'; done: number; needed: number}) {
  const words =
    kind === 'for'
      ? text('history.hold.time', {done: written(duration(done)), needed: exactDuration(needed)})
      : text('history.hold.strikes', {done, needed})
  return (
    <span className="grid w-[150px] gap-1 text-11 text-text-3">
      <Meter share={needed > 0 ? done / needed : 1} label={words} tone="accent" className="h-[5px]!" />
      <span className="num">{words}</span>
    </span>
  )
}

const WIDTH = 150
const HEIGHT = 26
/** Fewer points are no curve. */
const FEWEST = 3
const FRESH_MS = 300_000

/** What came in each hour or day until it was complete. */
function Curve({torrent, from, to}: {torrent: WireKey; from: number; to: number}) {
  const {data} = useQuery({
    ...torrentHistoryQuery(torrent, {name: `until complete ${from}`, from: () => from}),
    staleTime: FRESH_MS,
    refetchInterval: false,
    retry: false,
  })
  const until = data ? data.at.findLastIndex((at) => at <= to) + 1 : 0
  const values = (data?.downloaded ?? []).slice(0, until).map((it) => it ?? 0)
  const most = Math.max(...values, 0)
  if (values.length < FEWEST || most === 0) return null
  const points = values.map((value, at) => {
    const x = (at / (values.length - 1)) * WIDTH
    return `${x.toFixed(1)} ${(HEIGHT - (value / most) * (HEIGHT - 2)).toFixed(1)}`
  })
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={text('history.curve', {most: written(bytes(most))})}
      className="kit-fill max-phone:hidden"
    >
      <path
        d={`M0 ${HEIGHT}L${points.join('L')}L${WIDTH} ${HEIGHT}z`}
        className="fill-st-downloading opacity-20"
      />
      <path d={`M${points.join('L')}`} className="fill-none stroke-st-downloading" strokeWidth={1.5} />
    </svg>
  )
}
