/** Journey 16: somebody whose disk fills up sees it days before, and what could go; nothing acts from there. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})

interface Torrents {
  readonly torrents: readonly unknown[]
}

beforeAll(async () => {
  await house()
    .server('seedbox')
    .has(makeTorrent({name: 'Paper.Ferry.2024', content: 50_000}))
  await until(
    () => house().api.get<Torrents>('/api/torrents?fields=name'),
    ({torrents}) => torrents.length === 1,
  )
})

const HOUR_MS = 3_600_000
const PER_DAY = 20e9

/** As if its disk had lost 20 GB a day: a test does not last for days. */
async function fillsUp(page: Page): Promise<void> {
  await page.route('**/api/history?*free_space*', (route) => {
    const {searchParams} = new URL(route.request().url())
    const stepMs = Number(searchParams.get('span') ?? 3600) * 1_000
    const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const count = Math.min(168, Math.round((60 * 24 * HOUR_MS) / stepMs))
    const at = Array.from({length: count}, (_, place) => now - (count - 1 - place) * stepMs)
    const free = at.map((time) => 190e9 + ((now - time) / (24 * HOUR_MS)) * PER_DAY)
    const servers = [{server_id: house().idOf('seedbox'), values: {free_space: free}}]
    return route.fulfill({json: {at, span: stepMs / 1_000, sum: {}, servers, marks: []}})
  })
}

/** As if rules might remove some of what is on it by now. */
const FREED = 60e9
async function hasSeededEnough(page: Page): Promise<void> {
  await page.route(/\/api\/torrents\?.*removable/, (route) => {
    const isItsOwn = decodeURIComponent(route.request().url()).includes(house().idOf('seedbox'))
    return route.fulfill({json: {totals: isItsOwn ? {count: 3, size: FREED} : {count: 0, size: 0}}})
  })
}

const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})

test.each([
  ['desk', 'light'],
  ['phone', 'dark'],
] as const)(
  'the page says which disk fills up, how long it lasts, and what could go: %s',
  async (screen, theme) => {
    const page = await house().visit('about:blank', {screen, theme})
    await fillsUp(page)
    await hasSeededEnough(page)
    await page.goto(house().url('/torrents/disk-space'))
    await page
      .getByRole('heading', {level: 1})
      .filter({hasText: say('disk-space.full', {name: 'seedbox', time: say('disk-space.days', {count: 9})})})
      .waitFor()
    const disks = region(page, say('disk-space.disks'))
    await disks.getByText(say('disk-space.disk.full', {time: '9 d'})).waitFor()
    const ways = region(page, say('disk-space.ways', {name: 'seedbox'}))
    await ways
      .getByText(say('disk-space.way.torrents', {count: 0}))
      .first()
      .waitFor()
    // Nobody scanned yet: that is not nothing.
    await ways.getByText(say('disk-space.way.orphans.unscanned')).waitFor()
    await region(page, say('disk-space.chart.of', {name: 'seedbox'}))
      .getByRole('figure')
      .waitFor()
    // The second line: with the first way freed, 190 and 60 GB last for twelve days at 20 GB a day.
    await region(page, say('disk-space.chart.of', {name: 'seedbox'}))
      .getByText(say('disk-space.chart.freed', {size: '55.9 GiB', time: '12 d'}))
      .first()
      .waitFor()
    expect(await tooWide(page)).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
    expect(await contrastFindings(page)).toEqual([])
    await shoot(page, `disk-space-${screen}`)
    await disks.getByRole('button', {name: /attic/}).click()
    await region(page, say('disk-space.ways', {name: 'attic'})).waitFor()
    if (screen === 'phone') return
    // Each way leads to exactly these; the list takes the server from the address.
    await region(page, say('disk-space.ways', {name: 'attic'}))
      .getByRole('link', {name: say('disk-space.way.review-of', {name: say('disk-space.way.copies')})})
      .click()
    await page.waitForURL(
      (url) => url.pathname === '/torrents' && url.searchParams.get('servers') === house().idOf('attic'),
    )
  },
)

test('Review opens the list with all that a way names selected, and nothing else', async () => {
  const twice = makeTorrent({name: 'Twice.Held', content: 70_000, trackers: [house().tracker.announceUrl]})
  for (const name of ['seedbox', 'attic'] as const) await house().server(name).seeds(twice, house().tracker)
  await until(
    () => house().api.get<{total: number}>('/api/torrents?q=is:complete+is:duplicate'),
    ({total}) => total === 2,
  )
  const page = await house().visit('/torrents/disk-space')
  await region(page, say('disk-space.disks')).getByRole('button', {name: /attic/}).click()
  const name = say('disk-space.way.copies')
  const way = region(page, say('disk-space.ways', {name: 'attic'}))
    .getByRole('listitem')
    .filter({hasText: name})
  await way.getByText(say('disk-space.way.torrents', {count: 1})).waitFor()
  await way.getByRole('link', {name: say('disk-space.way.review-of', {name})}).click()
  await page
    .getByRole('region', {name: say('ledger.selection')})
    .getByText(say('ledger.selected', {all: '1'}))
    .waitFor()
  await shoot(page, 'disk-space-review')
  const rows = page.getByRole('row', {selected: true})
  await rows.first().waitFor()
  expect(await rows.count()).toBe(1)
  expect(await rows.innerText()).toContain('Twice.Held')
})
