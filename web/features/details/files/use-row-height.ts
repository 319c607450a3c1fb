import {useCoarsePointer} from '../../../ui/use-media.ts'

/** px of a row of one line, as `rowHeightClass` has it. */
export function useRowHeight(): number {
  return useCoarsePointer() ? 44 : 30
}

export const rowHeightClass = 'h-[30px] pointer-coarse:h-11'
