import {joined} from '../../ui/joined.ts'
import {Skeleton} from '../../ui/Skeleton.tsx'

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
