import {Skeleton} from '../../ui/Skeleton.tsx'

const widths = ['58%', '44%', '66%', '52%', '38%'] as const

/** Rows that are on their way, as high as they will be. */
export function PartSkeleton() {
  return (
    <div className="min-h-0 overflow-hidden px-4 max-phone:px-3.5" aria-busy>
      {widths.map((width) => (
        <div key={width} className="flex h-row items-center border-b border-line">
          <Skeleton width={width} />
        </div>
      ))}
    </div>
  )
}
