import {useLayoutEffect, useState, type RefObject} from 'react'
import {observeWidth} from '../../../ui/observe-width.ts'

/** px, without padding and scroll bar; 0 before the first render is in the page. */
export function useElementWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const it = element.current
    if (!it) return
    return observeWidth(it, setWidth)
  }, [element])
  return width
}
