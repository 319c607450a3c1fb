/** One observer for all elements that fit themselves to their width. */

const watchers = new Map<Element, (width: number) => void>()
let observer: ResizeObserver | null = null

/** Tells the width (px, without padding) now and at each change. @returns how to stop */
export function observeWidth(element: Element, onWidth: (width: number) => void): () => void {
  observer ??= new ResizeObserver((entries) => {
    for (const {target, contentRect} of entries) watchers.get(target)?.(contentRect.width)
  })
  watchers.set(element, onWidth)
  observer.observe(element)
  return () => {
    watchers.delete(element)
    observer?.unobserve(element)
  }
}
