/** The program ends and comes back while somebody looks: nothing he saw goes, and it is live again by itself. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {isFull, some} from '#test/proof.ts'
import {LIST, losing, scriptOf} from './chunks.fixture.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import type {TextKey} from '../i18n/text.ts'
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

const keysDialog = (page: Page) => page.getByRole('dialog', {name: say('keys.open')})
const note = (page: Page, words: TextKey) => page.getByRole('status').filter({hasText: say(words)})
const again = (page: Page) => page.getByRole('button', {name: say('awaited.again'), exact: true})
/** What pages may complain of where files do not come. */
const lostFiles = /net::ERR_|Failed to load resource|ChunkFailure|did not load/

test('a dialog whose file was lost says so, leaves the page as it is, and comes by “Try again”', async () => {
  house().excuse(lostFiles)
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 12').waitFor()
  const lost = (await losing(page)).add('KeysDialog')
  await page.keyboard.press('Shift+?')
  await note(page, 'part.away').waitFor()
  expect(await rowOf(page, 'Paper 12').isVisible()).toBe(true)
  await shoot(page, 'lost-part')
  expect(await seriousFindings(page)).toEqual([])
  // Still lost: it says so again, and goes on asking only when somebody does.
  await again(page).click()
  await note(page, 'part.away').waitFor({state: 'detached'})
  await note(page, 'part.away').waitFor()
  lost.clear()
  await again(page).click()
  await keysDialog(page).waitFor()
})

test('the first file of a page that was lost takes no reload either, nor does one that is lost and shared', async () => {
  house().excuse(lostFiles)
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 12').waitFor()
  await page.evaluate(() => Object.assign(window, {isSamePage: true}))
  const failed = page.getByRole('heading', {name: say('page.unloaded.title')})
  const lost = (await losing(page)).add('RulesPage')
  await page
    .getByRole('link', {name: say('nav.rules'), exact: true})
    .first()
    .click()
  await failed.waitFor()
  await shoot(page, 'lost-page')
  // Now one that most pages share.
  lost.add('PageHead').delete('RulesPage')
  await again(page).click()
  await page.getByText(say('awaited.trying')).waitFor()
  await again(page).waitFor()
  lost.clear()
  await again(page).click()
  await page.getByRole('heading', {name: say('nav.rules'), exact: true}).waitFor()
  expect(await page.evaluate(() => (window as unknown as {isSamePage?: boolean}).isSamePage)).toBe(true)
})

test('a file that an update took away is another matter: that takes a reload, and is said', async () => {
  house().excuse(lostFiles)
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 12').waitFor()
  const lost = (await losing(page, 404)).add('KeysDialog')
  await page.keyboard.press('Shift+?')
  await note(page, 'page.outdated.text').waitFor()
  expect(await again(page).count()).toBe(0)
  lost.clear()
  await page.getByRole('button', {name: say('page.broken.next'), exact: true}).click()
  await rowOf(page, 'Paper 12').waitFor()
  await page.keyboard.press('Shift+?')
  await keysDialog(page).waitFor()
})

test('what did not load while the device was offline comes when it is online, without a press of a button', async () => {
  house().excuse(/WebSocket|net::ERR_|Failed to load resource|ChunkFailure|did not load/)
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 12').waitFor()
  await page.waitForLoadState('networkidle')
  await page.context().setOffline(true)
  await page.keyboard.press('Shift+?')
  await page
    .getByRole('status')
    .filter({hasText: new RegExp(`${say('part.away')}|${say('live.reconnecting')}`)})
    .first()
    .waitFor()
  await page.context().setOffline(false)
  await keysDialog(page).waitFor()
  expect(await note(page, 'part.away').count()).toBe(0)
})

test('a page whose first file was lost as it was opened is loaded again, as nothing was typed into it', async () => {
  house().excuse(lostFiles)
  const page = await house().visit('about:blank')
  let asked = 0
  await page.route(scriptOf(LIST), (route) => (asked++ === 0 ? route.abort() : route.continue()))
  await page.goto(house().url('/torrents'))
  // Not before: whatever a test looks for on a page counts there as somebody's key or click.
  await expect.poll(() => asked).toBeGreaterThan(1)
  await rowOf(page, 'Paper 12').waitFor()
})

test('a part travels once: the browser finds what was fetched for it in its cache', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 12').waitFor()
  await page.keyboard.press('Shift+?')
  await keysDialog(page).waitFor()
  const travelled = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({name, transferSize}) => name.endsWith('.js') && transferSize > 0)
      .map(({name}) => name),
  )
  expect(travelled.some((it) => scriptOf('KeysDialog').test(it))).toBe(true)
  expect(travelled.length).toBe(new Set(travelled).size)
})
