import {useLayoutEffect} from 'react'
import {atOnce, inSlices, type Sliced} from '../../../lib/slices.ts'

/** Work on so many nodes is not felt: done at once it is there before anything is drawn. */
const SHORT = 2_000

/**
 * Does some work whenever it is another one: what is short at once, what is long in slices, ended when it is not wanted
 * any more. @param work keep it (`useMemo`) as long as it is the same; `null` = nothing to do
 */
export function useSliced(work: {readonly length: number; readonly begin: () => Sliced<void>} | null): void {
  useLayoutEffect(() => {
    if (work === null) return undefined
    if (work.length <= SHORT) {
      atOnce(work.begin())
      return undefined
    }
    const ended = new AbortController()
    inSlices(work.begin(), ended.signal).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error
    })
    return () => ended.abort()
  }, [work])
}
