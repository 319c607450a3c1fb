/** How long the removals of a page wait for whoever takes them back, and how long what it tells stays. */
import type {Page} from 'playwright-core'

/** The most that the program takes, seconds: whoever takes one back comes in time, however busy the machine is. */
export const LONGEST_HOLD = 60

/** Removals of this page wait so many seconds from now on. */
export async function holdFor(page: Page, seconds: number): Promise<void> {
  await page.unroute('**/torrents/actions')
  await page.route('**/torrents/actions', (route) => {
    const body = route.request().postDataJSON() as object
    return route.continue({postData: {...body, ...('hold_seconds' in body && {hold_seconds: seconds})}})
  })
}

/**
 * What the page shows in toasts stays, and so does Undo in them, however slow this machine is, also after a reload: the
 * clock of the page stands still, and so does the time of who looks at another window.
 */
export async function toastsStay(page: Page): Promise<void> {
  await page.addInitScript(hold)
  await page.evaluate(hold)
}

function hold(): void {
  const now = Date.now()
  Date.now = () => now
  setInterval(() => {
    // It would close a menu.
    if (!document.querySelector('[role=menu]')) window.dispatchEvent(new Event('blur'))
  }, 100)
}
