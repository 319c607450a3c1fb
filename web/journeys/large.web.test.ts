/** Journey 7: among 30,000 torrents on six servers to the one that is meant, and to the end of the list. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {until, type WireTorrent} from '#test/program/program.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {rowCount, rowOf, table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const EACH = 5_000
const kinds = [
  {kind: 'qbittorrent', version: '5.1.0'},
  {kind: 'transmission', version: '4.1.4'},
  {kind: 'rtorrent', version: '0.9.8'},
] as const
const names = ['seedbox', 'attic', 'cellar', 'office', 'shed', 'boat']

const house = houseFor({
  simulated: names.map((name, seed) => ({
    ...kinds[seed % kinds.length]!,
    name,
    seed,
    count: EACH,
    changePercentPerSecond: 1,
  })),
})

const shown = (page: Page, count: number) =>
  until(
    () => rowCount(page),
    (it) => it === count,
  )
const rows = (page: Page) =>
  table(page)
    .getByRole('row')
    .filter({has: page.getByRole('gridcell')})
const focused = (page: Page) =>
  page.evaluate(() => Number(document.activeElement?.getAttribute('aria-rowindex') ?? 0))

/** One that can be told from all others by words, its server and its ratio. */
let meant: WireTorrent

beforeAll(async () => {
  await until(
    () => house().api.list('fields=name'),
    ({total}) => total === names.length * EACH,
  )
  const {torrents} = await house().api.list('q=server:seedbox ratio<1&fields=name,ratio')
  meant = torrents[Math.floor(torrents.length / 2)]!
})

test('words, its server and its ratio are enough to find one of 30,000', async () => {
  const page = await house().visit('/torrents')
  await shown(page, names.length * EACH)
  await page.keyboard.press('/')
  await page.keyboard.type(`"${String(meant['name'])}" server:seedbox ratio<1`)
  await rowOf(page, String(meant['name'])).first().waitFor()
  // It answers with every key; in the end all that is left is what was asked for.
  await until(
    async () => ({left: await rows(page).allInnerTexts(), count: await rowCount(page)}),
    ({left, count}) => left.length > 0 && left.every((row) => row.includes('seedbox')) && count < EACH,
  )
})

test('the end of the list is one key away, any row its number, and the place is kept', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, names.length * EACH)
  await table(page).getByRole('row').nth(1).click()
  await page.keyboard.press('End')
  await until(
    () => focused(page),
    (at) => at === names.length * EACH + 1,
  )
  const last = await table(page).locator(':focus').innerText()
  const {torrents} = await house().api.list('sort=-name&fields=name')
  expect(last).toContain(String(torrents[0]!['name']))

  await page.keyboard.press('Shift+:')
  const dialog = page.getByRole('dialog', {name: say('torrents.go-to')})
  await dialog.getByRole('textbox').or(dialog.getByRole('spinbutton')).fill('15000')
  await page.keyboard.press('Enter')
  await until(
    () => focused(page),
    (at) => at === 15_001,
  )
  const there = await table(page).locator(':focus').innerText()
  // Hundreds of them change each second; who looks at one does not lose it.
  const before = await rows(page).allInnerTexts()
  await until(
    () => rows(page).allInnerTexts(),
    (now) => now.join() !== before.join(),
  )
  expect(await focused(page)).toBe(15_001)
  expect((await table(page).locator(':focus').innerText()).split('\n')[0]).toBe(there.split('\n')[0])
})

test('what many hundreds have in common a dialog says, and what thousands differ in', async () => {
  const page = await house().visit('/torrents?q=server%3Aseedbox+category%3Afilms')
  const many = await until(
    () => rowCount(page),
    (it) => it > 500,
  )
  const dialog = page.getByRole('dialog')
  const field = dialog.getByRole('combobox').first()
  const askFor = async () => {
    await page.keyboard.press('Control+a')
    await page.keyboard.press('c')
    await dialog.waitFor()
  }
  await askFor()
  await field.filter({hasText: 'films'}).waitFor()
  expect(await dialog.getByText(say('action.several')).count()).toBe(0)
  await page.keyboard.press('Escape')
  await dialog.waitFor({state: 'hidden'})

  await page.goto(house().url('/torrents?q=server%3Aseedbox'))
  expect(many).toBeLessThan(EACH)
  await shown(page, EACH)
  await askFor()
  await dialog.getByText(say('action.several')).waitFor()
})
