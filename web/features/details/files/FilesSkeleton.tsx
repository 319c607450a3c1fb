import {useRef} from 'react'
import {joined} from '../../../ui/joined.ts'
import {FILES_NARROW_BELOW} from './FileRow.tsx'
import {SkeletonRows} from '../PartSkeleton.tsx'
import {rowHeightClass} from './use-row-height.ts'
import {useNarrow} from '../use-narrow.ts'

/** Files that are read and put in order: their heads and rows stand where they will be. */
export function FilesSkeleton() {
  const box = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow(box, FILES_NARROW_BELOW)
  return (
    <div ref={box} aria-busy className="min-h-0 overflow-hidden border-t border-line">
      {!isNarrow && <div className="h-7 border-b border-line" />}
      <SkeletonRows className={joined('pr-4 pl-10', isNarrow ? 'h-[56px]' : rowHeightClass)} />
    </div>
  )
}
