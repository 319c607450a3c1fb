import type {KeyboardEvent, RefObject} from 'react'

/** Up and down, Home and End among the values of a section. */
export function useFacetArrows(box: RefObject<HTMLElement | null>): (event: KeyboardEvent) => void {
  return (event) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-facet-value]') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1}[event.key]
    if (at === -1 || next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    all[Math.min(Math.max(next, 0), all.length - 1)]?.focus()
  }
}
