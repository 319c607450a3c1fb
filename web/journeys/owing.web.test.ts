/** Who deletes is told which torrents still owe their trackers, and can leave exactly those out. */
import {expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import type {TextKey} from '../i18n/text.ts'
import {houseFor, patient} from './harness.fixture.ts'
import {rowCount, table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const COUNT = 40
// One that tells which torrents are private.
const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 9, count: COUNT, mix: 'seeding'}],
})

/** Words that say how many. */
const many = (key: TextKey, count: number) => say(key, {count, shown: String(count)})

interface Preview {
  readonly count: number
  readonly owing: number
}

async function previewOf(chosen: object): Promise<Preview> {
  const {status, body} = await house().api.send('POST', '/api/torrents/removal-preview', chosen)
  expect(status, JSON.stringify(body)).toBe(200)
  return body as Preview
}

test('those that still owe are left out of what is sent, and only those', async () => {
  const {body: all} = await house().api.send('POST', '/api/torrents/selections', {q: ''})
  const {owing} = await previewOf({selection_id: (all as {selection_id: string}).selection_id})
  expect(owing).toBeGreaterThan(0)
  expect(owing).toBeLessThan(COUNT)
  const page = await house().visit('/torrents')
  await expect.poll(() => rowCount(page)).toBe(COUNT)
  await table(page).getByRole('row').nth(1).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog', {name: many('delete.title', COUNT)})
  await dialog.getByText(many('delete.owing', owing)).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'owing-dialog')
  await dialog.getByRole('button', {name: say('delete.leave-out')}).click()
  const left = page.getByRole('dialog', {name: many('delete.title', COUNT - owing)})
  await left.waitFor()
  await expect.poll(() => left.getByText(many('delete.owing', owing)).count()).toBe(0)
  await left.getByRole('button', {name: say('delete.button', {count: COUNT - owing})}).click()
  await page
    .getByText(many('delete.waits', COUNT - owing))
    .first()
    .waitFor()
  // As soon as they are sent only those are left that owe.
  await expect.poll(() => rowCount(page), patient).toBe(owing)
  const {body: rest} = await house().api.send('POST', '/api/torrents/selections', {q: ''})
  expect(await previewOf({selection_id: (rest as {selection_id: string}).selection_id})).toMatchObject({
    count: owing,
    owing,
  })
})
