import type {ReactNode} from 'react'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServer} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {ago, written} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import type {Part} from './use-part.ts'

/**
 * A part of the details: its bar, and below it what was read, or why there is nothing. The bar is always there, so that
 * nothing moves when the first answer comes.
 */
export function PartFrame<T>({
  part,
  serverId,
  viewOnly,
  start,
  actions,
  skeleton: Rows = PartSkeleton,
  children,
}: {
  part: Part<T>
  serverId: string
  /** Why he may not change anything, instead of the actions; `null` = he may. */
  viewOnly: string | null
  start?: ReactNode
  actions?: ReactNode
  /** Instead of plain rows. */
  skeleton?: () => ReactNode
  children: (data: T) => ReactNode
}) {
  const {data} = part
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      <div className="flex min-h-10 min-w-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1 max-phone:px-3.5">
        {start}
        <PartStatus part={part} serverId={serverId} />
        <span className="ml-auto flex min-w-0 items-center gap-2">
          {viewOnly === null ? actions : <span className="text-12 text-text-3">{viewOnly}</span>}
        </span>
      </div>
      {data === null ? <Nothing part={part} serverId={serverId} rows={<Rows />} /> : children(data)}
    </div>
  )
}

function Nothing({
  part,
  serverId,
  rows,
}: {
  part: Part<unknown>
  serverId: string
  /** That hold the place. */
  rows: ReactNode
}) {
  const server = useServer(serverId)?.server_name ?? serverId
  if (part.isAway === 'server') {
    return <PartEmpty title={text('details.never-read', {server})} next={text('details.never-read.next')} />
  }
  if (part.error) {
    const again = <Button onClick={part.again}>{text('details.again')}</Button>
    return <PartEmpty title={part.error.message} actions={again} />
  }
  return rows
}

/** Why a part has nothing to show, and the next step. */
export function PartEmpty({
  title,
  next,
  actions,
  className,
}: {
  title: string
  next?: string | undefined
  actions?: ReactNode
  className?: string | undefined
}) {
  return (
    <div className={joined('min-h-0 overflow-auto px-4 pb-4 max-phone:px-3.5', className)}>
      <EmptyState title={title} text={next} actions={actions || undefined} />
    </div>
  )
}

/** In the bar of a part: that what is shown is old, and why; nothing while it is fresh. */
function PartStatus({part, serverId}: {part: Part<unknown>; serverId: string}) {
  const now = useNow()
  const server = useServer(serverId)?.server_name ?? serverId
  if (part.data === null) return null
  const age = written(ago(part.readAt, now))
  if (part.isAway !== null) {
    const words = part.isAway === 'server' ? 'details.as-of' : 'details.as-of.lost'
    return <span className="truncate text-12 text-text-3">{text(words, {server, age})}</span>
  }
  if (!part.error) return null
  return (
    <output className="flex min-w-0 items-baseline gap-2 text-12 text-st-error">
      <span className="truncate" title={part.error.message}>
        {text('details.asked-too-much', {reason: part.error.message})}
      </span>
      <TextButton onClick={part.again}>{text('details.again')}</TextButton>
    </output>
  )
}

const widths = ['58%', '44%', '66%', '52%', '38%'] as const

/** Rows that are on their way, as high as they will be. */
export function PartSkeleton() {
  return (
    <div className="min-h-0 overflow-hidden px-4 max-phone:px-3.5" aria-busy>
      <SkeletonRows className="h-row" />
    </div>
  )
}

/** @param className how high a row is */
export function SkeletonRows({className}: {className: string}) {
  return widths.map((width) => (
    <div key={width} className={joined('flex items-center border-b border-line', className)}>
      <Skeleton width={width} />
    </div>
  ))
}
