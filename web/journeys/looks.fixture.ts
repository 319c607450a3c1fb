/** How a page looks in every size and theme: whether everybody can read it, and whether it fits. */
import type {Locator, Page} from 'playwright-core'
import {contrastFindings, seriousFindings, shoot, type Screen} from '#lab/browser.ts'
import {isFull} from '#test/proof.ts'
import {unseenStops} from './focus.fixture.ts'
import {tooWide, type Harness} from './harness.fixture.ts'

/** A page as it is looked at. */
export interface Shown {
  readonly name: string
  readonly path: string | ((house: Harness) => string)
  readonly isStranger?: boolean
  /** What is done when the page was opened, up to what is meant. */
  readonly opens?: (page: Page) => Promise<void>
  /** There as soon as all of it is. */
  readonly whole: (page: Page) => Locator
}

/** The phone is where most is in the way of most. */
export const sizes: readonly Screen[] = isFull ? ['desk', 'phone', 'small', 'zoomed'] : ['phone']

/** @returns what is wrong with these pages in this size, by their names */
export async function problemsOf(
  house: Harness,
  screen: Screen,
  shown: readonly Shown[],
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const isStranger of [false, true]) {
    const mine = shown.filter((it) => (it.isStranger ?? false) === isStranger)
    if (mine.length === 0) continue
    const page = await house.visit('about:blank', {screen}, isStranger ? null : undefined)
    for (const it of mine) {
      await show(page, house, it)
      problems.push(...(await findings(page, screen, it.name)).map((found) => `${it.name}: ${found}`))
    }
  }
  return problems
}

async function show(page: Page, house: Harness, {path, opens, whole}: Shown): Promise<void> {
  await page.emulateMedia({colorScheme: 'light'})
  await page.goto(house.url(typeof path === 'string' ? path : path(house)))
  await opens?.(page)
  await whole(page).first().waitFor()
  await page.evaluate(() => document.fonts.ready)
}

async function findings(page: Page, screen: Screen, name: string): Promise<readonly string[]> {
  const beyond = await tooWide(page)
  const found = beyond > 0 ? [`${beyond} px too wide`] : []
  found.push(...(await cutOff(page)).map((it) => `beyond the window: ${it}`))
  const titles = await page.locator('h1').filter({visible: true}).count()
  if (titles !== 1) found.push(`${titles} headings of the page`)
  await shoot(page, `${name} ${screen}`.replaceAll(/\W+/g, '-'))
  // What is true of the others is true of these two, but for their width.
  if (screen === 'small' || screen === 'zoomed') return found
  found.push(...(await seriousFindings(page)))
  await page.emulateMedia({colorScheme: 'dark'})
  await shoot(page, `${name} ${screen} dark`.replaceAll(/\W+/g, '-'))
  found.push(...(await contrastFindings(page)).map((it) => `in the dark: ${it}`))
  // Last: the keys go where they go.
  if (screen === 'desk') found.push(...(await unseenStops(page)).map((it) => `focus out of sight: ${it}`))
  return found
}

/** What stands still while the page scrolls, and reaches beyond the window: nobody gets to that part of it. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((it) => getComputedStyle(it).position === 'fixed')
      .filter((it) => it.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      .map((it) => ({it, box: it.getBoundingClientRect()}))
      .filter(({box}) => box.width > 1 && box.height > 1)
      .filter(
        ({box: {left, top, right, bottom}}) =>
          left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1,
      )
      .map(({it, box}) => {
        const name = it.getAttribute('aria-label') ?? it.textContent.slice(0, 40)
        return `${it.role ?? it.tagName} ${name}: ${Math.round(box.top)} to ${Math.round(box.bottom)}`
      }),
  )
}
