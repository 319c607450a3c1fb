/** Journey 17: little room. A screen at 400 %, a tablet, a telephone: what counts is there whole, and the rest gives way. */
import type {Locator, Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {contrastFindings, shoot} from '#lab/browser.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {rowAt, rowCount, table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const COUNT = 60
const house = houseFor({
  simulated: [{name: 'seedbox', kind: 'qbittorrent', version: '5.1.0', count: COUNT, seed: 11}],
})

const shown = (page: Page) =>
  until(
    () => rowCount(page),
    (count) => count === COUNT,
  )

/** Rows of which all is seen, and nothing lies over them. */
const wholeRows = (page: Page) =>
  table(page).evaluate((list) => {
    const box = list.getBoundingClientRect()
    const rows = [...list.querySelectorAll('[role=rowgroup] [role=row]')].map((it) =>
      it.getBoundingClientRect(),
    )
    const isOver = ({left, width, top, bottom}: DOMRect) =>
      [top + 1, bottom - 1].some((y) => !list.contains(document.elementFromPoint(left + width / 2, y)))
    return rows.filter((it) => it.top >= box.top && it.bottom <= box.bottom && !isOver(it)).length
  })

/** Is all of its text there to be read? */
const isWhole = (place: Locator) =>
  place.evaluate(
    (it) => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight && it.clientWidth > 0,
  )

for (const [width, height] of [
  [320, 200],
  [320, 256],
] as const) {
  test(`at 400 % of a screen, ${width} × ${height}, three torrents are seen, and every section is reached`, async () => {
    const page = await house().visit('about:blank')
    await page.setViewportSize({width, height})
    await page.goto(house().url('/torrents?sort=name'))
    await shown(page)
    await until(
      () => wholeRows(page),
      (rows) => rows >= 3,
    )
    expect(await tooWide(page)).toBe(0)
    await shoot(page, `narrow-${height}`)
    expect(await contrastFindings(page)).toEqual([])
    await page
      .getByRole('navigation')
      .getByRole('button', {name: say('nav.main')})
      .click()
    await page
      .getByRole('dialog')
      .getByRole('button', {name: say('nav.servers')})
      .click()
    await page.getByRole('heading', {name: say('nav.servers'), level: 1}).waitFor()
  })
}

test('on a tablet the details begin with the whole name of their torrent', async () => {
  const page = await house().visit('about:blank')
  await page.setViewportSize({width: 820, height: 1180})
  await page.goto(house().url('/torrents?sort=name'))
  await shown(page)
  await rowAt(page, 0).click()
  await page.keyboard.press(']')
  const {torrents} = await house().api.list('sort=name&fields=name')
  const name = page.getByRole('region', {name: say('details.label')}).getByRole('heading', {level: 2})
  await name.waitFor()
  expect(await name.getAttribute('title')).toBe(torrents[0]!['name'])
  expect(await isWhole(name)).toBe(true)
  await shoot(page, 'narrow-tablet')
})

test('the palette of a phone says whole why something cannot be done', async () => {
  const page = await house().visit('/torrents?sort=name', {screen: 'small'})
  await shown(page)
  await page.getByRole('button', {name: say('palette.open')}).click()
  await page.getByRole('dialog').getByRole('combobox').fill('stop')
  const barred = page.getByRole('option', {disabled: true})
  await barred.first().waitFor()
  await shoot(page, 'narrow-palette')
  const parts = await barred.locator('> span').all()
  expect(parts.length).toBeGreaterThan(0)
  for (const part of parts) if ((await part.innerText()) !== '') expect(await isWhole(part)).toBe(true)
  expect(await tooWide(page)).toBe(0)
})

test('details that are opened for the first time know how fast their torrent was in the list', async () => {
  const page = await house().visit('/torrents?sort=name')
  // The program knows more of them than this page does, since before it was opened: it does not answer.
  await page.route('**/api/torrents/*/history?*', () => {})
  await shown(page)
  const details = page.getByRole('region', {name: say('details.label')})
  const knownFor = async () => {
    const [, figure = '0', unit] = /^last (\d+)\s+([sm]),/m.exec(await details.innerText()) ?? []
    return Number(figure) * (unit === 'm' ? 60 : 1)
  }
  const showRecent = () =>
    details.getByRole('radio', {name: say('history.range.minutes'), exact: true}).click()
  await rowAt(page, 0).click()
  await page.keyboard.press(']')
  await details.waitFor()
  // Of what stands still all of its history is shown at first.
  await showRecent()
  const begun = await until(knownFor, (seconds) => seconds > 0)
  // As the figure changes a second of the page has passed, so that its rows have one figure each.
  const ticked = await until(knownFor, (seconds) => seconds > begun)
  await until(knownFor, (seconds) => seconds >= ticked + 8)
  // Nobody has looked at the second one yet: it stood in the list for as long.
  await rowAt(page, 1).click()
  const {torrents} = await house().api.list('sort=name&fields=name')
  await details.getByTitle(String(torrents[1]!['name']), {exact: true}).filter({visible: true}).waitFor()
  await showRecent()
  // The first figure that it shows: a chart that begins empty knows a second or two.
  expect(await until(knownFor, (seconds) => seconds > 0)).toBeGreaterThanOrEqual(8)
  await shoot(page, 'narrow-speeds')
})
