/** Journeys 8 and 9: one action on many servers of which one is away, and the deletion that nobody meant. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {holdFor, LONGEST_HOLD, toastsStay} from './holding.fixture.ts'
import {rowAt, rowCount, rowOf, sentOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'loft']})
const [ON_SEEDBOX, ON_LOFT] = [14, 6]
/** What stands below the rows, px. */
const LEDGER_AND_STATUS = 68
let twice: MadeTorrent

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(ON_SEEDBOX, 'Paper', tracker)) await house().server('seedbox').has(made)
  for (const made of paperTorrents(ON_LOFT, 'Sheet', tracker)) await house().server('loft').has(made)
  twice = paperTorrents(1, 'Twice', tracker)[0]!
})

async function setCategory(page: Page, name: string): Promise<void> {
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  // The list opens for who types.
  await dialog
    .getByRole('combobox', {name: say('category.label')})
    .and(page.locator(':focus'))
    .waitFor()
  await page.keyboard.type(name)
  await page.getByRole('option', {name: say('category.create', {name})}).click()
  await dialog.getByRole('button', {name: say('category.set')}).click()
}

const categories = async (name: 'seedbox' | 'loft') => {
  const {observer} = house().server(name)
  return Promise.all((await observer.hashes()).map(async (it) => (await observer.torrent(it))!.category))
}

test.runIf(isFull)(
  'with one server away, the others are done, the rest names its cause, and a retry does it later',
  async () => {
    const page = await house().visit('/torrents')
    await until(
      () => rowCount(page),
      (it) => it === ON_SEEDBOX + ON_LOFT,
    )
    await house().server('loft').daemon.stop()
    await until(
      () => house().api.server(house().idOf('loft')),
      ({health}) => health.status === 'unreachable',
    )
    await rowOf(page, 'Paper 01').click()
    await page.keyboard.press('Control+A')
    await page.getByText(say('ledger.selected', {all: 20})).waitFor()
    await setCategory(page, 'boats')

    const panel = page.getByRole('region', {name: say('result.panel'), exact: true})
    await panel
      .getByText(say('result.title', {verb: say('verb.category'), done: ON_SEEDBOX, all: 20}))
      .waitFor()
    const words = await panel.innerText()
    expect(words).toContain(say('acted.category', {count: ON_SEEDBOX, shown: ON_SEEDBOX}))
    expect(words).toMatch(/loft/)
    expect(words).toContain(say('result.refused', {count: ON_LOFT, shown: ON_LOFT}))
    await until(
      () => categories('seedbox'),
      (all) => all.every((it) => it === 'boats'),
    )

    await house().returns('loft')
    await panel.getByRole('button', {name: say('result.retry', {count: ON_LOFT, shown: ON_LOFT})}).click()
    await panel.waitFor({state: 'hidden'})
    await until(
      () => categories('loft'),
      (all) => all.every((it) => it === 'boats'),
    )
    expect(await categories('loft')).toHaveLength(ON_LOFT)
  },
)

test.runIf(isFull)(
  'one set is frozen, shown and sent; when it is gone, another one is shown before it is sent',
  async () => {
    const page = await house().visit('/torrents?q=sheet')
    house().excuse(/404/)
    await holdFor(page, LONGEST_HOLD)
    await toastsStay(page)
    const json = {code: 'selection_unknown', detail: 'There is none.'}
    await page.route('**/torrents/actions', (route) => route.fulfill({status: 404, json}), {times: 1})
    const frozen = sentOf(page, '/torrents/selections')
    const previewed = sentOf(page, '/torrents/removal-preview')
    const sent = sentOf(page, '/torrents/actions')
    await until(
      () => rowCount(page),
      (it) => it === ON_LOFT,
    )
    await rowOf(page, 'Sheet 01').click()
    await page.keyboard.press('Control+A')
    await page.getByText(say('ledger.selected', {all: ON_LOFT})).waitFor()
    await page.keyboard.press('Delete')
    const dialog = page.getByRole('dialog')
    const button = dialog.getByRole('button', {name: say('delete.button', {count: ON_LOFT})})
    await button.waitFor()
    await button.click()
    await dialog.getByText(say('action.selection-refreshed', {count: ON_LOFT, shown: ON_LOFT})).waitFor()
    await until(
      () => previewed.length,
      (it) => it === 2,
    )
    expect(sent).toHaveLength(1)
    await button.click()
    await page
      .getByText(say('delete.waits', {count: ON_LOFT, shown: ON_LOFT}))
      .first()
      .waitFor()
    await page.getByRole('button', {name: say('toast.undo')}).click()

    expect(frozen.filter((it) => it['q'] === 'sheet')).toHaveLength(2)
    const ids = (bodies: readonly Record<string, unknown>[]) => bodies.map((it) => it['selection_id'])
    expect(ids(sent)).toEqual(ids(previewed))
    expect(new Set(ids(sent)).size).toBe(2)
  },
)

test.runIf(isFull)('all of one list are not those of another: a row there is about itself', async () => {
  const page = await house().visit('/torrents?q=sheet')
  await rowOf(page, 'Sheet 01').click()
  await page.keyboard.press('Control+A')
  await page.getByText(say('ledger.selected', {all: ON_LOFT})).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('paper')
  await page.getByText(say('ledger.elsewhere')).waitFor()
  const row = rowOf(page, 'Paper 01')
  await row.waitFor()
  expect(await row.getAttribute('aria-selected')).toBe('false')
  await row.click({button: 'right'})
  await page.getByRole('menuitem', {name: say('action.delete')}).waitFor()
  await page.getByText(say('ledger.selected', {all: 1})).waitFor()
  await page.keyboard.press('Escape')

  // Where nobody sees it, no key stops it.
  const sent = sentOf(page, '/torrents/actions')
  await page.keyboard.press('g')
  await page.keyboard.press(',')
  await page.waitForURL(house().url('/settings'))
  await page.keyboard.press('s')
  await page.keyboard.press('Delete')
  await page.goBack()
  await row.waitFor()
  expect(sent).toEqual([])
  expect(await page.getByRole('dialog').count()).toBe(0)
})

/** How the open menu lies in the window. @param at where it was opened */
async function menuLies(page: Page, at: {readonly x: number; readonly y: number}) {
  return page.getByRole('menu').evaluate((menu, {x, y}) => {
    const {left, top, right, bottom} = menu.getBoundingClientRect()
    return {
      isWithin: left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight,
      // What does not fit into the window is reached by scrolling; then the menu is as high as the window allows.
      isCut: menu.scrollHeight > menu.clientHeight && bottom - top < window.innerHeight - 17,
      isUnder: left <= x && right >= x && top <= y && bottom >= y,
    }
  }, at)
}
const WHOLE = {isWithin: true, isCut: false, isUnder: false}

test.each([560, 360])(
  'in a window of %i px the menu of a selection is whole wherever it is opened, and lies beside the pointer',
  async (height) => {
    const page = await house().visit('/torrents')
    await page.setViewportSize({width: 1_280, height})
    await until(
      () => rowCount(page),
      (it) => it >= ON_SEEDBOX + ON_LOFT,
    )
    await rowAt(page, 0).click()
    await page.keyboard.press('Control+A')
    await page.getByRole('region', {name: say('ledger.selection')}).waitFor()
    const {x: left, y: first, height: row} = (await rowAt(page, 0).boundingBox())!
    const rows = Math.floor((height - first - LEDGER_AND_STATUS) / row)
    for (const rank of [0, Math.floor(rows / 2), rows - 1]) {
      for (const x of [left + 200, 1_240]) {
        const at = {x: Math.round(x), y: Math.round(first + (rank + 0.5) * row)}
        await page.mouse.click(at.x, at.y, {button: 'right'})
        await expect.poll(() => menuLies(page, at)).toEqual(WHOLE)
        await page.keyboard.press('Escape')
        await page.getByRole('menu').waitFor({state: 'detached'})
      }
    }
    // By its key there is no pointer that it could lie under.
    await page.keyboard.press('Shift+F10')
    await expect.poll(() => menuLies(page, {x: -1, y: -1})).toEqual(WHOLE)
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({state: 'detached'})
  },
)

test('a dialog that is open stays usable when what was not done is shown beside it for the first time', async () => {
  const page = await house().visit('/torrents?q=sheet')
  house().excuse(/409/)
  const held = Promise.withResolvers<void>()
  const json = {code: 'conflict', detail: 'Its server said no.'}
  await page.route(
    '**/torrents/actions',
    async (route) => {
      await held.promise
      await route.fulfill({status: 409, json})
    },
    {times: 1},
  )
  await rowOf(page, 'Sheet 01').click()
  await page.keyboard.press('Shift+S')
  await page.keyboard.press('l')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', {name: say('set-limits.ratio'), exact: true}).click()
  const limit = page.getByRole('option', {name: say('set-limits.value'), exact: true})
  await limit.waitFor()

  held.resolve()

  await page.getByText(json.detail, {exact: false}).first().waitFor({state: 'attached'})
  await limit.click()
  const ratio = dialog.getByRole('spinbutton', {name: say('set-limits.ratio'), exact: true})
  await ratio.fill('5')
  expect(await ratio.inputValue()).toBe('5')
})

/** Asks for it by the menu of the copy on seedbox. */
async function deleteOnSeedbox(page: Page): Promise<void> {
  await rowOf(page, twice.name, 'seedbox').click({button: 'right'})
  await page.getByRole('menuitem', {name: say('action.delete')}).click()
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  await dialog.getByText(say('delete.copies.alone', {where: 'loft'})).waitFor()
  await dialog.getByRole('button', {name: say('delete.button', {count: 1})}).click()
}

test('a deletion that is undone in time was never sent, one that is not goes, and the other copy stays', async () => {
  const [seedbox, loft] = [house().server('seedbox').observer, house().server('loft').observer]
  for (const name of ['seedbox', 'loft'] as const) await house().server(name).has(twice)
  const page = await house().visit('/torrents?q=twice')
  await until(
    () => rowCount(page),
    (it) => it === 2,
  )

  await holdFor(page, LONGEST_HOLD)
  await toastsStay(page)
  await deleteOnSeedbox(page)
  // Whoever hit the wrong one sees which it was.
  const waits = say('delete.waits', {count: 1})
  await page
    .getByText(say('delete.waits.named', {words: waits, name: twice.name}))
    .first()
    .waitFor()
  await page.getByRole('button', {name: say('toast.undo')}).click()
  await page
    .getByText(say('delete.kept', {count: 1}))
    .first()
    .waitFor()
  expect(await seedbox.hashes()).toContain(twice.hash)

  await holdFor(page, 1)
  await deleteOnSeedbox(page)
  await rowOf(page, twice.name, 'seedbox').waitFor({state: 'detached'})
  // The page has it from an answer that qBittorrent gives before it is done.
  await until(
    () => seedbox.hashes(),
    (all) => !all.includes(twice.hash),
  )
  expect(await loft.hashes()).toContain(twice.hash)
  await rowOf(page, twice.name, 'loft').waitFor()
  await until(
    () => rowCount(page),
    (it) => it === 1,
  )
})

test.runIf(isFull)('a removal whose answers are lost can be taken back, also after a reload', async () => {
  house().excuse(/net::ERR_FAILED/)
  const page = await house().visit('/torrents?q=sheet')
  await toastsStay(page)
  await rowOf(page, 'Sheet 02').click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog')
  await page.route('**/torrents/actions', async (route) => {
    // However long looking for it and the reload take: else it is gone for the next try as well.
    const body = route.request().postDataJSON() as object
    await route.fetch({postData: {...body, hold_seconds: LONGEST_HOLD}})
    await route.abort()
  })
  await page.route('**/api/actions/*', (route) => route.abort())
  await dialog.getByRole('button', {name: say('delete.button', {count: 1})}).click()
  await page
    .getByText(say('delete.waits', {count: 1}))
    .first()
    .waitFor()
  await dialog.waitFor({state: 'hidden'})

  await page.unrouteAll()
  await page.reload()
  await page
    .getByText(say('delete.waits.elsewhere', {count: 1}))
    .first()
    .waitFor()
  await page.getByRole('button', {name: say('toast.undo')}).click()
  await page
    .getByText(say('delete.kept', {count: 1}))
    .first()
    .waitFor()
  await rowOf(page, 'Sheet 02').waitFor()
  await expect.poll(() => rowCount(page)).toBe(ON_LOFT)
})

test.runIf(isFull)(
  'a removal that was refused is tried again, waits again, and can be taken back again',
  async () => {
    const again = paperTorrents(1, 'Again', house().tracker)[0]!
    for (const name of ['seedbox', 'loft'] as const) await house().server(name).has(again)
    const [seedbox, loft] = [house().server('seedbox').observer, house().server('loft').observer]
    const page = await house().visit('/torrents?q=again')
    // What waits is looked at, and taken back, before its time is over.
    await holdFor(page, LONGEST_HOLD)
    await toastsStay(page)
    await until(
      () => rowCount(page),
      (it) => it === 2,
    )
    await house().server('loft').daemon.stop()
    const healthOfLoft = async () => (await house().api.server(house().idOf('loft'))).health.status
    await until(healthOfLoft, (it) => it === 'unreachable')
    await rowOf(page, again.name, 'seedbox').click()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page
      .getByRole('dialog')
      .getByRole('button', {name: say('delete.button', {count: 1})})
      .click()
    // The other one waits with it, as its server may be back by then.
    const words = [say('delete.waits', {count: 1}), say('delete.waits.refused', {count: 1, where: 'loft'})]
    await page.getByText(words.join('; ')).first().waitFor()
    // Each row says until when it waits, also that of the server that may be back by then.
    const [before] = say('row.leaving.why').split('{{')
    for (const server of ['seedbox', 'loft'])
      await rowOf(page, again.name, server)
        .getByRole('gridcell', {description: new RegExp(before!)})
        .waitFor()
    await rowOf(page, again.name, 'seedbox').waitFor({state: 'detached'})
    // The page has it from an answer that qBittorrent gives before it is done.
    await until(
      () => seedbox.hashes(),
      (all) => !all.includes(again.hash),
    )
    const panel = page.getByRole('region', {name: say('result.panel'), exact: true})
    await panel.getByText(say('result.refused', {count: 1, shown: 1})).waitFor()

    await house().returns('loft')
    const answer = page.waitForResponse((it) => it.url().endsWith('/retry'))
    await panel.getByRole('button', {name: say('result.retry', {count: 1, shown: 1})}).click()
    const held = await answer
    expect(held.status()).toBe(202)
    expect(await held.json()).toMatchObject({held_until: expect.any(Number)})
    await panel.waitFor({state: 'hidden'})
    await page
      .getByText(say('delete.waits', {count: 1}))
      .first()
      .waitFor()
    await page.getByRole('button', {name: say('toast.undo')}).click()
    await page
      .getByText(say('delete.kept', {count: 1}))
      .first()
      .waitFor()
    // What was taken back is never sent: this is how it ended.
    const {actions} = (await house().api.send('GET', '/api/actions')).body as {actions: {state: string}[]}
    expect(actions[0]?.state).toBe('undone')
    expect(await loft.hashes()).toContain(again.hash)
    await rowOf(page, again.name, 'loft').waitFor()
  },
)
