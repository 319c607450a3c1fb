/** The program ends and comes back while somebody looks: nothing he saw goes, and it is live again by itself. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {shoot} from '#lab/browser.ts'
import {isFull, some} from '#test/proof.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {rowCount, rowOf} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
const COUNT = 12

beforeAll(async () => {
  for (const made of paperTorrents(COUNT, 'Paper', house().tracker)) await house().server('seedbox').has(made)
})

interface Watched {
  least: number
  frames: number
}

/** Looks at each frame from now on how many torrents there are to see. A reload ends it. */
async function watchRows(page: Page): Promise<() => Promise<Watched>> {
  await page.evaluate(() => {
    const watched: Watched = {least: Infinity, frames: 0}
    Object.assign(window, {watched})
    const look = () => {
      const seen = document.querySelectorAll('[role=grid] [role=row] [role=gridcell][aria-label]').length
      watched.least = Math.min(watched.least, seen)
      watched.frames++
      requestAnimationFrame(look)
    }
    look()
  })
  return () => page.evaluate(() => (window as unknown as {watched: Watched}).watched)
}

const state = (page: Page, words: string) => page.getByRole('status').filter({hasText: words})

test.runIf(isFull)(
  'pages that were not looked at before wait inside of the frame for a program that is away',
  async () => {
    house().excuse(/WebSocket connection to .* failed|net::ERR_|Failed to fetch dynamically/)
    const page = await house().visit('/torrents')
    await rowOf(page, 'Paper 12').waitFor()
    await state(page, say('live.live')).waitFor()
    await page.evaluate(() => Object.assign(window, {isSamePage: true}))

    await house().endProgram('SIGKILL')
    await state(page, say('live.reconnecting')).waitFor()
    await page
      .getByRole('link', {name: say('nav.rules'), exact: true})
      .first()
      .click()
    await page.getByText(say('page.waits')).waitFor()
    // Nothing can be sent, and it is said.
    await page
      .getByRole('link', {name: say('nav.torrents'), exact: true})
      .first()
      .click()
    await rowOf(page, 'Paper 12').waitFor()
    await page
      .getByRole('link', {name: say('nav.rules'), exact: true})
      .first()
      .click()

    await house().startProgram()
    await state(page, say('live.live')).waitFor()
    await page.getByRole('heading', {name: say('nav.rules'), exact: true}).waitFor()
    expect(await page.evaluate(() => (window as unknown as {isSamePage?: boolean}).isSamePage)).toBe(true)
  },
)

test('a program that is killed and started again leaves the rows where they were, and is live again', async () => {
  house().excuse(/WebSocket connection to .* failed|net::ERR_/)
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 12').waitFor()
  await state(page, say('live.live')).waitFor()
  const count = await rowCount(page)
  const watched = await watchRows(page)

  await house().endProgram('SIGKILL')
  await state(page, say('live.reconnecting')).waitFor()
  expect(await rowOf(page, 'Paper 12').isVisible()).toBe(true)
  await house().startProgram()
  await state(page, say('live.live')).waitFor()
  const [more] = paperTorrents(1, `Born ${count}`, house().tracker)
  await house().server('seedbox').has(more!)
  await rowOf(page, `Born ${count} 01`).waitFor()

  expect(await rowCount(page)).toBe(count + 1)
  const {least, frames} = await watched()
  expect(frames).toBeGreaterThan(0)
  expect(least).toBe(count)
})

/** Each with what it reads. */
const reading: readonly (readonly [path: string, asks: string])[] = [
  ['/torrents/trash', '/api/trash'],
  ['/torrents/disk-space', '/api/history'],
  ['/', '/api/today'],
  ['/rules', '/api/rules'],
  ['/activity', '/api/activity'],
  ['/settings/servers', '/api/history/health'],
  ['/settings/users', '/api/users'],
  ['/settings/system', '/api/processes'],
]

test('what pages read stays in sight while the program is away, and is read again when it is back', async () => {
  house().excuse(/WebSocket connection to .* failed|net::ERR_/)
  const pages: {page: Page; asks: string; title: string}[] = []
  for (const [path, asks] of some(2, reading)) {
    const page = await house().visit(path)
    await state(page, say('live.live')).waitFor()
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => Object.assign(window, {isSamePage: true}))
    pages.push({page, asks, title: await page.locator('h1').first().innerText()})
  }
  await house().endProgram('SIGKILL')
  for (const {page, title} of pages) {
    await page.getByText(like('live.lost')).first().waitFor()
    expect(await page.locator('h1').first().innerText()).toBe(title)
    expect(await page.getByRole('button', {name: say('awaited.again'), exact: true}).count()).toBe(0)
  }
  // What was never read comes when it can.
  const {page: space} = pages[1]!
  await space.getByText(say('disk-space.span.year'), {exact: true}).first().click()
  await space.getByText(say('awaited.lost')).first().waitFor()
  await shoot(space, 'states-away')

  const answers = pages.map(({page, asks}) =>
    page.waitForResponse((it) => new URL(it.url()).pathname.startsWith(asks) && it.ok()),
  )
  await house().startProgram()
  await Promise.all(answers)
  for (const {page} of pages) {
    await state(page, say('live.live')).waitFor()
    expect(await page.evaluate(() => (window as unknown as {isSamePage?: boolean}).isSamePage)).toBe(true)
  }
  await space.getByText(say('awaited.lost')).waitFor({state: 'detached'})
})

test('a page that was opened while nothing answered opens automatically when something does', async () => {
  // The router writes down what kept it from opening the page.
  house().excuse(/net::ERR_|NoAnswer/)
  const page = await house().visit('about:blank')
  await page.route('**/api/session', (route) => route.abort())
  await page.goto(house().url('/torrents/trash'))
  await page.getByRole('heading', {name: say('page.away.title')}).waitFor()
  await page.evaluate(() => Object.assign(window, {isSamePage: true}))
  await page.unroute('**/api/session')
  await page.getByRole('heading', {name: say('trash.title')}).waitFor()
  expect(await page.evaluate(() => (window as unknown as {isSamePage?: boolean}).isSamePage)).toBe(true)
})
