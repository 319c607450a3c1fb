/** The configuration file loses settings that protect data: the bell asks an administrator, and nobody else. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {isFull, some} from '#test/proof.ts'
import {Api} from '#test/program/program.fixture.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {houseFor, patient, tooWide, wordsOf} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const owed = (host: string) => `
[[Transmission-Barn.Trackers]]
URI = "${host}"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
`
const kept = `[Settings]
ConfigVersion = "5.14.4"

[Transmission-Barn]
Host = "127.0.0.1"
Port = 9
${owed('first.example.org')}`
const whole = `${kept}${owed('tracker.example.org')}${owed('a-tracker-with-a-rather-long-name.of-some-club.example.org')}`
const lost = [
  'Transmission-Barn.Trackers[tracker.example.org]',
  'Transmission-Barn.Trackers[a-tracker-with-a-rather-long-name.of-some-club.example.org]',
]
const house = houseFor({servers: ['seedbox'], config: whole})
const mia = {name: 'mia', password: 'an ample password'}
let member: Api

const bell = (page: Page) => page.getByRole('button', {name: /^Needs you: /})
const panel = (page: Page) => page.getByRole('dialog', {name: /^Needs you: /})
const line = (page: Page) => panel(page).getByRole('button', {name: say('attention.answer')})
const dialog = (page: Page) => page.getByRole('dialog', {name: say('lost-settings.title')})
const yes = (page: Page) => dialog(page).getByRole('button', {name: say('lost-settings.do')})

async function lostSettings(): Promise<readonly string[]> {
  const {lost: view} = await house().api.get<{lost: {settings: readonly string[]} | null}>(
    '/api/configuration',
  )
  return view?.settings ?? []
}

/** Rows that the program has read. */
async function trackers(): Promise<number> {
  const {settings} = await house().api.get<{settings: {Trackers: object[]}}>(
    '/api/servers/Transmission-Barn/section',
  )
  return settings.Trackers.length
}

/** All of it is in the file, and in force. */
async function isWhole(): Promise<void> {
  house().configText = whole
  await expect.poll(trackers, patient).toBe(3)
  await expect.poll(lostSettings, patient).toEqual([])
}

/** The file has lost some of it, and nobody has said yet that this is meant. */
async function isLost(): Promise<void> {
  if ((await lostSettings()).length > 0) return
  await isWhole()
  house().configText = kept
  await expect.poll(lostSettings, patient).toEqual(lost)
}

/** @returns the dialog that deletes the torrent of the house, which stays */
async function deleting(page: Page) {
  await rowOf(page, 'Paper 01').click()
  await page.keyboard.press('Delete')
  const asked = page.getByRole('dialog')
  await asked.getByText(say('delete.all'), {exact: true}).click()
  await asked.getByRole('button', {name: say('delete.button', {count: 1})}).waitFor()
  return asked
}

beforeAll(async () => {
  for (const made of paperTorrents(1, 'Paper', house().tracker)) await house().server('seedbox').has(made)
  const {status, body} = await house().api.send('POST', '/api/users', {...mia, role: 'member'})
  expect(status, JSON.stringify(body)).toBe(201)
  member = new Api(house().url(''))
  await member.logIn(mia.name, mia.password)
  // What somebody adds on the pages stands in the file from then on.
  expect(await lostSettings()).toEqual([])
})

test('S58 the bell leads to the question, which names what is gone and changes nothing on cancel', async () => {
  await isLost()
  const page = await house().visit('/activity')
  for (const theme of some(1, ['dark', 'light'] as const)) {
    await page.emulateMedia({colorScheme: theme})
    await bell(page).click()
    await panel(page)
      .getByRole('listitem')
      .filter({has: page.getByRole('button', {name: say('attention.answer')})})
      .getByText(say('attention.alert'))
      .waitFor()
    await shoot(page, `lost-settings-bell-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
    await line(page).click()
    for (const name of lost) await dialog(page).getByText(name, {exact: true}).waitFor()
    await panel(page).waitFor({state: 'detached'})
    await shoot(page, `lost-settings-dialog-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
    await dialog(page)
      .getByRole('button', {name: say('account.cancel')})
      .click()
    await dialog(page).waitFor({state: 'detached'})
  }
  expect(await lostSettings()).toEqual(lost)
})

test.runIf(isFull)('S58 it can be read and answered on a phone', async () => {
  await isLost()
  const page = await house().visit('/activity', {screen: 'phone'})
  await bell(page).tap()
  await line(page).waitFor()
  await shoot(page, 'lost-settings-bell-phone')
  expect(await tooWide(page)).toBe(0)
  await line(page).tap()
  await yes(page).waitFor()
  await shoot(page, 'lost-settings-dialog-phone')
  expect(await tooWide(page)).toBe(0)
  const button = (await yes(page).boundingBox())!
  expect(button.y + button.height).toBeLessThanOrEqual(844)
})

const looks = [
  ['phone', 'light'],
  ['desk', 'light'],
  ['desk', 'dark'],
] as const
for (const [screen, theme] of some(1, looks)) {
  test(`S58 who deletes by hand reads that settings are missing: ${screen}, ${theme}`, async () => {
    await isLost()
    const page = await house().visit('/torrents?q=paper', {screen, theme})
    const asked = await deleting(page)
    await asked.getByText(say('delete.lost-settings')).waitFor()
    await shoot(page, `lost-settings-delete-${screen}-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
    expect(await tooWide(page)).toBe(0)
  })
}

test('S58 who is no administrator is not asked, and cannot say yes', async () => {
  await isLost()
  const page = await house().visit('/activity', {}, member)
  await page.getByRole('heading', {level: 1}).waitFor()
  await bell(page).click()
  await panel(page).getByText(say('attention.heals')).waitFor()
  expect(await line(page).count()).toBe(0)
  await shoot(page, 'lost-settings-bell-member')
  const {status} = await member.send('POST', '/api/configuration/confirm', {settings: lost})
  expect(status).toBe(403)
  expect(await lostSettings()).toEqual(lost)
})

test('S58 settings that are back end the question while a user reads it', async () => {
  await isLost()
  const page = await house().visit('/activity')
  await bell(page).click()
  await line(page).waitFor()
  await isWhole()
  await expect.poll(() => line(page).count(), patient).toBe(0)
})

test('S58 a yes ends the question and the warning, and stands in the journal', async () => {
  await isLost()
  const page = await house().visit('/activity')
  await bell(page).click()
  await line(page).click()
  await yes(page).click()
  await page.getByText(say('lost-settings.done')).first().waitFor()
  await dialog(page).waitFor({state: 'detached'})
  expect(await lostSettings()).toEqual([])
  const entry = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({hasText: new RegExp(say('entry.confirm'))})
  expect(await wordsOf(entry.first())).toMatch(/configuration\s+ada$/)
  await shoot(page, 'lost-settings-journal')
  await bell(page).click()
  await panel(page).getByText(say('attention.heals')).waitFor()
  expect(await line(page).count()).toBe(0)
  await page.goto(house().url('/torrents?q=paper'))
  const asked = await deleting(page)
  expect(await asked.getByText(say('delete.lost-settings')).count()).toBe(0)
})
