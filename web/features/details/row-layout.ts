import {useEffect, useState, type RefObject} from 'react'
import {observeWidth} from '../../ui/observe-width.ts'
import {useCoarsePointer} from '../../ui/use-media.ts'

/** Is there too little room beside each other? The panel is narrow at the right of a wide screen, too. @param least px */
export function useNarrow(element: RefObject<HTMLElement | null>, least: number): boolean {
  const [isNarrow, setNarrow] = useState(false)
  useEffect(() => {
    const it = element.current
    if (!it) return
    return observeWidth(it, (width) => width > 0 && setNarrow(width < least))
  }, [element, least])
  return isNarrow
}

/** px of a row of one line, as `rowHeightClass` has it. */
export function useRowHeight(): number {
  return useCoarsePointer() ? 44 : 30
}

export const rowHeightClass = 'h-[30px] pointer-coarse:h-11'
