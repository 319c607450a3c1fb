/** The list of torrents as a person sees it. */
import type {Locator, Page, Request} from 'playwright-core'
import {say} from './words.fixture.ts'

/** @returns the list, in groups or not */
export function table(page: Page): Locator {
  const name = say('torrents.table')
  return page.getByRole('grid', {name}).or(page.getByRole('treegrid', {name}))
}

/**
 * Rows of the torrents of this name, with whatever stands beside it: one on each server that has it.
 * @param server only the one there
 */
export function rowOf(page: Page, name: string, server?: string): Locator {
  const named = table(page)
    .getByRole('row')
    .filter({has: page.getByRole('gridcell', {name: new RegExp(`^${RegExp.escape(name)}($|, )`)})})
  return server === undefined ? named : named.filter({hasText: server})
}

/** The row of a rank, 0 = the first one, once its torrent has come: a click before that is on nobody. */
export function rowAt(page: Page, rank: number): Locator {
  return roomAt(page, rank).and(page.locator(':not([aria-busy=true])'))
}

/** The row of a rank, also while its torrent has not come. */
export function roomAt(page: Page, rank: number): Locator {
  return table(page).locator(`[role=row][aria-rowindex="${rank + 2}"]`)
}

/** What the page sent of this kind, as it went: the body, and what its address asks. */
export function sentOf(page: Page, path: string | RegExp): Record<string, unknown>[] {
  const bodies: Record<string, unknown>[] = []
  page.on('request', (request) => {
    const {pathname, searchParams} = new URL(request.url())
    const isIt = typeof path === 'string' ? pathname.endsWith(path) : path.test(pathname)
    if (request.method() !== 'GET' && isIt)
      bodies.push({...Object.fromEntries(searchParams), ...bodyOf(request)})
  })
  return bodies
}

function bodyOf(request: Request): Record<string, unknown> {
  try {
    return (request.postDataJSON() ?? {}) as Record<string, unknown>
  } catch {
    // Files travel otherwise.
    return {text: request.postData() ?? ''}
  }
}

/**
 * How many torrents the list has, seen or not. Its rows are drawn by then: the count comes a frame before them, and
 * until they are drawn a click on one torrent may land on the one that takes its place.
 */
export async function rowCount(page: Page): Promise<number> {
  const count = await listedCount(page)
  await drawn(page)
  return count
}

/** The same, drawn or not: where the clock of the page stands still, nothing is. */
export async function listedCount(page: Page): Promise<number> {
  return Number(await table(page).getAttribute('aria-rowcount')) - 1
}

/** What a change brings about is drawn. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  )
}
