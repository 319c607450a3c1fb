/** The clock of the machine jumps by a year: every page asks whether that is right, and only an administrator says yes. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {Api, until} from '#test/program/program.fixture.ts'
import {administrator, houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {logIn} from './people.fixture.ts'
import {like, say} from './words.fixture.ts'

const LEAP_MS = 400 * 86_400_000
const house = houseFor({leapMs: LEAP_MS, setsClock: true})
const note = (page: Page) => page.getByText(like('clock.note')).filter({visible: true})
const dialog = (page: Page) => page.getByRole('dialog')
const mia = {name: 'mia', password: 'an ample password'}
let member: Api

beforeAll(async () => {
  const {status, body} = await house().api.send('POST', '/api/users', {...mia, role: 'member'})
  expect(status, JSON.stringify(body)).toBe(201)
  member = new Api(house().url(''))
  await member.logIn(mia.name, mia.password)
})

let jumps = 0
let isAsked = false

/** Nobody is asked: whatever the clock did before is confirmed. */
async function isQuiet(): Promise<void> {
  if (!isAsked) return
  await done(house().api.send('POST', '/api/clock/confirm'))
  isAsked = false
}

/** It is asked; where nobody was, the clock jumps. It may be that late: all sessions are over, and both log in again. */
async function jumped(): Promise<void> {
  if (isAsked) return
  house().leap()
  jumps++
  isAsked = true
  await until(
    async () => (await house().api.get<{visitor: object | null}>('/api/session')).visitor,
    (visitor) => visitor === null,
  )
  await house().api.logIn(administrator.username, administrator.password)
  await member.logIn(mia.name, mia.password)
}

test('S40 it is asked where one is, says what to do if it is wrong, and changes nothing on cancel', async () => {
  await isQuiet()
  const page = await house().visit('/activity')
  await page.getByRole('heading', {level: 1}).waitFor()
  expect(await note(page).count()).toBe(0)
  await jumped()
  await page.reload()
  await logIn(page, administrator)
  const year = new Date(Date.now() + jumps * LEAP_MS).getFullYear()
  expect(await wordsOf(note(page))).toContain(String(year))
  await shoot(page, 'clock-note')
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await page.getByRole('button', {name: say('clock.answer')}).click()
    await dialog(page).getByText(say('clock.no')).waitFor()
    await dialog(page).getByText(say('clock.yes')).waitFor()
    await shoot(page, `clock-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
    await dialog(page)
      .getByRole('button', {name: say('account.cancel')})
      .click()
    await dialog(page).waitFor({state: 'detached'})
  }
  await note(page).waitFor()
})

test('S40 it fits a phone, and the bell leads to it', async () => {
  await jumped()
  const page = await house().visit('/activity', {screen: 'phone'})
  await note(page).waitFor()
  await shoot(page, 'clock-note-phone')
  await page.getByRole('button', {name: /^Needs you: /}).click()
  await shoot(page, 'clock-bell-phone')
  await page
    .getByRole('dialog', {name: /^Needs you: /})
    .getByRole('button', {name: say('clock.answer')})
    .click()
  await dialog(page).getByText(say('clock.no')).waitFor()
  await shoot(page, 'clock-phone')
  expect(await tooWide(page)).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
})

test('S40 who is no administrator reads of it and cannot say yes', async () => {
  await jumped()
  const page = await house().visit('/activity', {}, member)
  await page.getByRole('button', {name: say('clock.answer')}).click()
  await dialog(page).getByText(say('clock.ask-administrator')).waitFor()
  expect(
    await dialog(page)
      .getByRole('button', {name: say('clock.do')})
      .count(),
  ).toBe(0)
  expect((await member.send('POST', '/api/clock/confirm')).status).toBe(403)
})

test('S40 a yes ends the question on every page, and stands in the journal', async () => {
  await jumped()
  const page = await house().visit('/activity')
  await page.getByRole('button', {name: say('clock.answer')}).click()
  await dialog(page)
    .getByRole('button', {name: say('clock.do')})
    .click()
  await note(page).waitFor({state: 'detached'})
  isAsked = false
  const line = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({hasText: new RegExp(say('entry.confirm'))})
  await line.first().waitFor()
  expect(await wordsOf(line.first())).toContain('ada')
})
