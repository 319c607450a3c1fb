/**
 * Browsers hold no element that is higher than some 16 million px (Firefox 17.9, Chromium 33.5). Longer lists are
 * scrolled in a shorter element, each px of which stands for more.
 */
const HIGHEST_PX = 15_000_000

export interface ScrollMap {
  /** Height of the element that is scrolled. */
  readonly height: number
  /** px from the first item on to what stands at the upper edge. */
  toContent(scrollTop: number): number
  toScroll(content: number): number
}

/** @param height of all items @param viewport height of what is seen */
export function scrollMap(height: number, viewport: number, highest = HIGHEST_PX): ScrollMap {
  if (height <= highest) return {height, toContent: same, toScroll: same}
  const factor = (height - viewport) / (highest - viewport)
  return {
    height: highest,
    toContent: (scrollTop) => scrollTop * factor,
    toScroll: (content) => content / factor,
  }
}

function same(px: number): number {
  return px
}
