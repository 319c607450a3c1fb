import {joined} from './joined.ts'

/** Holds the place of a line that is on its way; shows itself only when the wait is felt. */
export function Skeleton({
  width = '100%',
  height = 10,
  className,
}: {
  width?: number | string | undefined
  height?: number | undefined
  className?: string | undefined
}) {
  return (
    <span
      aria-hidden
      className={joined('kit-skeleton block max-w-full rounded-s bg-press', className)}
      style={{width, height}}
    />
  )
}

/** Some lines of a list. */
export function SkeletonLines() {
  return (
    <div className="grid gap-4 px-2 py-2">
      <Skeleton width="80%" />
      <Skeleton width="60%" />
      <Skeleton width="68%" />
    </div>
  )
}
