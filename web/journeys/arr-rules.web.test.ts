/** The page of an Arr says what Commodarr does for it, in sentences whose values are changed where they stand. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {houseFor, patient, tooWide} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 4, count: 12, mix: 'lived'}],
})
let sim: ArrSim | null = null
let id = ''
afterAll(() => sim?.close())

beforeAll(async () => {
  sim = await createArrSim({
    backends: {},
    instances: [
      {name: 'Radarr', app: 'radarr', library: [{title: 'Paper Ferry', year: 2024}], downloadClients: []},
      {name: 'Away', app: 'radarr', library: [], downloadClients: []},
    ],
  })
  const {url, apiKey} = sim.arr('Radarr')
  const settings = {ReSearch: true, Torrent: {StalledDelay: '1h', FileExtensionAllowlist: ['.mkv', '.mp4']}}
  const arr = {name: 'Radarr', kind: 'radarr', url, api_key: apiKey, category: 'films', settings}
  id = (await done<{id: string}>(house().api.send('POST', '/api/arrs', arr))).id
})

const settingsNow = async () => {
  const {settings} = await house().api.get<{
    settings: {
      readonly ReSearch?: unknown
      readonly RefreshDownloadsTimer?: unknown
      readonly Torrent?: Readonly<Record<string, unknown>>
    }
  }>(`/api/arrs/${id}/definition`)
  return settings
}

const card = (page: Page) =>
  page.getByRole('region', {name: say('arr-rules.title', {name: 'Radarr'}), exact: true})

test('its rules stand as sentences in its words, in light, dark and on a phone', async () => {
  const page = await house().visit(`/library/arrs/${id}`)
  await card(page)
    .getByText(/When a movie download is stalled and it has been idle for/)
    .waitFor()
  await card(page)
    .getByText(/When a bad download is removed, Radarr/)
    .waitFor()
  await card(page).getByText(say('arr-rules.keep.tracker')).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `arr-rules-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize({width: 390, height: 844})
  await card(page).scrollIntoViewIfNeeded()
  await shoot(page, 'arr-rules-phone')
  expect(await tooWide(page)).toBe(0)
})

test('by keys alone: a value of a rule, a setting that no rule says, and what is off', async () => {
  const page = await house().visit(`/library/arrs/${id}`)
  await toastsStay(page)
  const again = card(page).getByRole('button', {name: /searches again, change$/})
  await again.waitFor()
  // J leads into the list, Enter opens the first value.
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const editor = page.getByRole('dialog', {name: say('arr-rules.label.ReSearch'), exact: true})
  await editor.getByText('ReSearch').waitFor()
  await shoot(page, 'arr-rules-choice')
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await editor.waitFor({state: 'detached'})
  await card(page)
    .getByRole('button', {name: /does not search again, change$/})
    .waitFor()
  await expect.poll(async () => (await settingsNow()).ReSearch, patient).toBe(false)
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(async () => (await settingsNow()).ReSearch, patient).toBe(true)

  const files = card(page).getByRole('button', {name: /2 types of files, change$/})
  await files.first().click()
  const list = page.getByRole('dialog', {name: say('arr-rules.label.FileExtensionAllowlist'), exact: true})
  await list.getByRole('textbox').fill('.mkv\n.mp4\n.srt')
  await shoot(page, 'arr-rules-list')
  await page.keyboard.press('Control+Enter')
  await list.waitFor({state: 'detached'})
  await card(page)
    .getByRole('button', {name: /3 types of files, change$/})
    .first()
    .waitFor()

  await card(page)
    .getByRole('button', {name: say('arr-rules.name.seeded'), exact: true})
    .click()
  const draft = card(page).getByRole('listitem', {name: say('arr-rules.name.seeded'), exact: true})
  await draft.getByText(/Seed a torrent until its ratio is 2 or it has seeded for 14 d/).waitFor()
  // What it would do is looked at before it can be turned on.
  const tried = draft.getByRole('region', {name: say('rules.try.of', {name: say('arr-rules.name.seeded')})})
  await tried.getByText(say('rules.try.harmless')).waitFor()
  await shoot(page, 'arr-rules-draft')
  expect(await seriousFindings(page)).toEqual([])
  await draft
    .getByRole('button', {name: say('arr-rules.start-of', {name: say('arr-rules.name.seeded')})})
    .click()
  await card(page)
    .getByText(/^Seed a movie torrent until/)
    .waitFor()
  expect((await settingsNow()).Torrent).toMatchObject({SeedingMode: {RemoveTorrent: 3, MaxUploadRatio: 2}})
  await shoot(page, 'arr-rules-started')
})

/** Changes of Arrs wait until they may be answered. @param refusal instead of what would be done @returns lets them */
async function changesWait(page: Page, refusal: {status: number; json: object} | null): Promise<() => void> {
  let go = () => {}
  const may = new Promise<void>((resolve) => (go = resolve))
  await page.route('**/api/arrs/*', async (route) => {
    const request = route.request()
    if (request.method() !== 'PATCH' || request.url().includes('preview')) return route.continue()
    await may
    return refusal === null ? route.continue() : route.fulfill(refusal)
  })
  return go
}

/** The value is sent, and the page is left before the answer. */
async function sentAndLeft(page: Page, value: string): Promise<void> {
  await card(page)
    .getByRole('button', {name: new RegExp(`^${say('arr-rules.label.RefreshDownloadsTimer')}:.*change$`)})
    .click()
  const box = page.getByRole('dialog').getByRole('textbox')
  await box.fill(value)
  const sent = page.waitForRequest((it) => it.method() === 'PATCH' && !it.url().includes('preview'))
  await page.keyboard.press('Enter')
  await sent
  await page.getByRole('link', {name: say('nav.torrents'), exact: true}).click()
  await page.waitForURL(/\/torrents/)
}

test('a value that was sent is saved although another page is opened before the answer, and can be undone there', async () => {
  const page = await house().visit(`/library/arrs/${id}`)
  await toastsStay(page)
  const go = await changesWait(page, null)
  await sentAndLeft(page, '2m')
  go()
  const label = say('arr-rules.label.RefreshDownloadsTimer')
  await page.getByText(like('rules.blank.saved')).filter({hasText: label}).waitFor()
  const timer = async () => (await settingsNow()).RefreshDownloadsTimer
  await expect.poll(timer, patient).toBe('2m')
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(timer, patient).toBe(undefined)
})

test('a mistake of a value is called by its name in the sentence, goes once it is another one, and is said on the page that is open then', async () => {
  const page = await house().visit(`/library/arrs/${id}`)
  await toastsStay(page)
  const label = say('arr-rules.label.RefreshDownloadsTimer')
  await card(page)
    .getByRole('button', {name: new RegExp(`^${label}:.*change$`)})
    .click()
  const editor = page.getByRole('dialog', {name: label, exact: true})
  await editor.getByRole('textbox').fill('soon')
  await page.keyboard.press('Enter')
  const mistake = editor.getByRole('alert')
  await mistake.getByText(new RegExp(`^${label}: .*soon.* is not accepted`)).waitFor()
  await editor.getByRole('textbox').fill('2m')
  await mistake.waitFor({state: 'detached'})
  await page.keyboard.press('Escape')
  const json = {code: 'storage_full', detail: 'The disk is full.'}
  const go = await changesWait(page, {status: 503, json})
  await sentAndLeft(page, '3m')
  go()
  await page
    .getByText(say('page.not-saved', {what: label, why: 'The disk is full.'}), {exact: true})
    .waitFor()
  expect((await settingsNow()).RefreshDownloadsTimer).toBe(undefined)
})

test('the section of an Arr is edited as TOML: a mistake has its line, nothing secret is in it, and what differs is saved', async () => {
  const page = await house().visit(`/library/arrs/${id}`)
  const table = page.getByRole('region', {name: say('arr.settings'), exact: true})
  await table.getByRole('button', {name: say('setting.show')}).click()
  await table.getByRole('button', {name: say('arr.toml'), exact: true}).click()
  const dialog = page.getByRole('dialog', {name: say('arr.toml.title', {name: 'Radarr'})})
  const box = dialog.getByRole('textbox', {name: say('arr.toml.label')})
  await expect.poll(() => box.inputValue()).toContain('StalledDelay = "1h"')
  const before = await box.inputValue()
  expect(before).not.toContain(sim!.arr('Radarr').apiKey)
  await box.fill(before.replace('StalledDelay = "1h"', 'StalledDelay = "soon"'))
  const line = before.split('\n').findIndex((it) => it.startsWith('StalledDelay')) + 1
  await dialog
    .getByRole('alert')
    .getByRole('button', {name: say('configuration.line', {line})})
    .waitFor()
  await dialog.getByText(/^Torrent\.StalledDelay: .*soon.* is not accepted/).waitFor()
  await shoot(page, 'arr-toml-mistake')
  await box.fill(before.replace('StalledDelay = "1h"', 'StalledDelay = "2h"'))
  await dialog.getByRole('cell', {name: 'StalledDelay = "2h"'}).waitFor()
  await shoot(page, 'arr-toml')
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', {name: say('setting.save'), exact: true}).click()
  await dialog.waitFor({state: 'detached'})
  await expect.poll(async () => (await settingsNow()).Torrent?.['StalledDelay'], patient).toBe('2h')
  await done(house().api.send('PATCH', `/api/arrs/${id}`, {settings: {Torrent: {StalledDelay: '1h'}}}))
})

test('each number of an Arr leads to a list, none is out of sight on a phone, and the trash is shown of it alone', async () => {
  const page = await house().visit(`/library/arrs/${id}`, {screen: 'phone'})
  const pipeline = page.getByRole('region', {name: say('arr.pipeline')})
  await pipeline.getByRole('link', {name: new RegExp(`^${say('arr.stage.checking')}`)}).click()
  await page.waitForURL(/stage=checking/)
  await page.getByText(say('arr.queue.none-such')).waitFor()
  expect(await tooWide(page)).toBe(0)
  await page
    .getByRole('button', {name: say('shell.add_arr')})
    .filter({visible: true})
    .waitFor()
  await pipeline.getByRole('link', {name: new RegExp(`^${say('arr.stage.trash')}`)}).click()
  await page.waitForURL(/\/torrents\/trash\?arr=/)
  await page.getByText(say('trash.of-arr', {name: 'Radarr'})).waitFor()
})

test('every key of the table names the sentence that it belongs to, and what is off can be listed', async () => {
  const page = await house().visit(`/library/arrs/${id}#setting:Torrent.MaximumDeletablePercentage`)
  const table = page.getByRole('region', {name: say('arr.settings'), exact: true})
  await table
    .getByText(
      /Torrent\.MaximumDeletablePercentage · .*Sentences: Stalled downloads, Slow downloads and Worse downloads/,
    )
    .waitFor()
  await table.getByRole('radio', {name: new RegExp(`^${say('arr.settings.off')} `)}).click()
  await table.getByText(/Torrent\.AutoDelete/).waitFor()
  await shoot(page, 'arr-rules-table')
  expect(await seriousFindings(page)).toEqual([])
})

test('Space switches a sentence off, and on again', async () => {
  const page = await house().visit(`/library/arrs/${id}`)
  const stalled = card(page).getByRole('listitem', {name: 'stalled', exact: true})
  await stalled.waitFor()
  await stalled.focus()
  await page.keyboard.press(' ')
  const off = card(page).getByRole('button', {name: 'Stalled', exact: true})
  await off.click()
  await stalled
    .getByRole('button', {name: say('rules.row.mode', {name: 'stalled', mode: say('rules.row.mode.off')})})
    .waitFor()
  await stalled.focus()
  await page.keyboard.press(' ')
  await off.waitFor({state: 'detached'})
  const {rules} = await house().api.get<{rules: readonly {name: string; mode: string}[]}>('/api/rules')
  expect(rules.find(({name}) => name === 'Radarr: stalled')).toMatchObject({mode: 'ask'})
})

/** Adds another one, beside the one that all tests use. @returns its id */
async function add(name: string, category: string, apiKey: string): Promise<string> {
  const {url} = sim!.arr('Away')
  const arr = {name, kind: 'radarr', url, api_key: apiKey, category}
  return (await done<{id: string}>(house().api.send('POST', '/api/arrs', arr))).id
}

test('what stands in its way takes the place of its week: unreachable, with a try at once, and a refused key', async () => {
  const {arr, apiKey} = sim!.arr('Away')
  const outage = arr.faults.add({kind: '503'})
  const away = await add('Away', 'away', apiKey)
  const page = await house().visit(`/library/arrs/${away}`)
  const main = page.getByRole('main')
  await main.getByText(/^Away has been unreachable since .* Its downloads go on\./).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `arr-away-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  arr.faults.clear(outage)
  await main.getByRole('button', {name: say('arr.lead.try')}).click()
  await main.getByText(say('arr.week.none', {name: 'Away'})).waitFor()
  await done(house().api.send('DELETE', `/api/arrs/${away}`))

  const closed = await add('Closed', 'closed', '0'.repeat(32))
  await page.goto(house().url(`/library/arrs/${closed}`))
  await main.getByText(say('arr.lead.key', {name: 'Closed'})).waitFor()
  await page.setViewportSize({width: 390, height: 844})
  await shoot(page, 'arr-key-refused-phone')
  expect(await tooWide(page)).toBe(0)
  await main.getByRole('button', {name: say('arr.cure.key')}).click()
  await page.getByRole('dialog').getByLabel(say('arr.form.key'), {exact: true}).waitFor()
  await done(house().api.send('DELETE', `/api/arrs/${closed}`))
})

test('adding an Arr asks how careful to be, and fits a phone', async () => {
  const {url, apiKey} = sim!.arr('Away')
  const page = await house().visit('/settings/arrs?add=true', {screen: 'phone'})
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('arr.form.address'), {exact: true}).fill(url)
  await dialog.getByLabel(say('arr.form.key'), {exact: true}).fill(apiKey)
  await dialog.getByText(say('arr.found.servers.none')).waitFor()
  const careful = dialog.getByRole('radiogroup', {name: say('arr.form.careful')})
  await careful.getByText(say('arr.form.careful.ask'), {exact: true}).click()
  await careful.scrollIntoViewIfNeeded()
  await shoot(page, 'arr-careful-phone')
  expect(await tooWide(page)).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
})
