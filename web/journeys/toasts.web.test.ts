/** What stands over the page covers nothing that somebody needs: not the buttons of a dialog, either. */
import {expect, test} from 'vitest'
import {shoot} from '#lab/browser.ts'
import {houseFor} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 6, count: 4, mix: 'seeding'}],
})

test('on a tablet what was done is shown above a dialog that takes all the room', async () => {
  const page = await house().visit('/torrents', {screen: 'tablet'})
  await page.setViewportSize({width: 900, height: 560})
  await toastsStay(page)
  await table(page).getByRole('row').nth(1).click()
  await page.keyboard.press('s')
  // By its region, as who reads with his ears finds it.
  const results = page.getByRole('region', {name: say('toast.region').replace('{hotkey}', 'F8')})
  await results.getByRole('button', {name: say('toast.undo')}).waitFor()
  const toast = page.locator('.kit-toast').filter({visible: true})
  const beside = await toast.first().boundingBox()
  expect(beside!.x).toBeLessThan(30)
  expect(beside!.y).toBeGreaterThan(280)
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', {name: say('add.title')})
  await dialog.waitFor()
  await shoot(page, 'toast-above-dialog')
  const [stands, below] = await Promise.all([toast.first().boundingBox(), dialog.boundingBox()])
  expect(stands!.y).toBeGreaterThanOrEqual(0)
  expect(stands!.y + stands!.height).toBeLessThanOrEqual(below!.y)
})
