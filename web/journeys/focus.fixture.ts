/** Where the keys of a page go, and whether one sees it. */
import type {Page} from 'playwright-core'

interface Focus {
  /** What it is on, in words. */
  readonly on: string
  readonly isLost: boolean
  readonly isSeen: boolean
}

/** Where the focus is, and whether its ring is drawn within the window. */
export function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const at = document.activeElement
    if (at === null || at === document.body) return {on: 'nothing', isLost: true, isSeen: false}
    const ringed = [at, at.parentElement, at.parentElement?.parentElement].filter((it) => it != null)
    const isRinged = ringed.some((it) => {
      const {boxShadow, outlineStyle, outlineWidth} = getComputedStyle(it)
      const isOutlined = outlineStyle !== 'none' && outlineWidth !== '0px'
      return isOutlined || boxShadow !== 'none' || getComputedStyle(it, '::after').boxShadow !== 'none'
    })
    const {left, top, right, bottom} = at.getBoundingClientRect()
    const isWithin = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight
    const on = `${at.role ?? at.tagName} ${at.getAttribute('aria-label') ?? at.textContent?.slice(0, 40)}`
    return {on, isLost: false, isSeen: isRinged && isWithin}
  })
}

/** So many are enough to pass through what all pages have, and through most of one. */
const STOPS = 40

/** Goes on by the Tab key until the page is left. @returns the stops that nobody sees, by name */
export async function unseenStops(page: Page): Promise<readonly string[]> {
  const unseen: string[] = []
  for (let stop = 0; stop < STOPS; stop++) {
    await page.keyboard.press('Tab')
    const {on, isLost, isSeen} = await focusOf(page)
    if (isLost) break
    if (!isSeen) unseen.push(on)
  }
  return unseen
}
