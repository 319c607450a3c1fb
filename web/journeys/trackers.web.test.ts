/** What a tracker requires is said on a page, holds at once, ends only with its number said, and what it alone has is shown. */
import type {Locator, Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {Api} from '#test/program/program.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {rowCount} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const config = `[Settings]
ConfigVersion = "5.14.4"

[qBit]
Host = "127.0.0.1"
Port = 9

[[qBit.Trackers]]
URI = "https://rows.example/announce"
HitAndRunMode = "or"
MinSeedRatio = 1.5
MinSeedingTimeDays = 4
`
const house = houseFor({
  config,
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 9, count: 40, mix: 'seeding'}],
})

interface Seen {
  readonly key: string
  readonly name: string
  readonly torrents: number
  readonly owing: number
  readonly hosts: readonly string[]
  readonly profile_id: string | null
}

async function seenTrackers(): Promise<readonly Seen[]> {
  const {body} = await house().api.send('GET', '/api/trackers')
  return (body as {trackers: readonly Seen[]}).trackers
}

const row = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({has: page.getByRole('link', {name, exact: true})})

async function picked(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole('button', {name: say('tracker-page.menu', {name})}).click()
  await page.getByRole('menuitem', {name: entry}).click()
}

test('a profile is made from a tracker, its torrents have to seed, and it goes only when their number was shown', async () => {
  const page = await house().visit('/settings/trackers')
  await page.getByRole('heading', {name: say('nav.trackers'), level: 1}).waitFor()
  const tracker = (await seenTrackers()).find(({name}) => name !== '')
  const {key, torrents} = tracker!
  await row(page, key).waitFor()
  expect(await tooWide(page)).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  expect(await contrastFindings(page)).toEqual([])
  await shoot(page, 'trackers')

  await picked(page, key, say('tracker-page.create'))
  const form = page.getByRole('dialog', {name: say('tracker-form.new')})
  await form.getByLabel(say('tracker-form.name'), {exact: true}).fill('Tidemark')
  await form.getByRole('spinbutton', {name: say('tracker-form.ratio'), exact: true}).fill('500')
  await form.getByRole('spinbutton', {name: say('tracker-form.time'), exact: true}).fill('99999')
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'tracker-form')
  // What is too much is said at its field.
  await form.getByRole('button', {name: say('tracker-form.save'), exact: true}).click()
  await form
    .getByText(say('tracker-form.accepted', {accepted: say('tracker-form.span', {days: 36_500})}))
    .waitFor()
  await form.getByRole('spinbutton', {name: say('tracker-form.time'), exact: true}).fill('3000')
  await form.getByRole('radio', {name: say('tracker-form.need.both')}).click()
  await form.getByRole('button', {name: say('tracker-form.save'), exact: true}).click()
  await form.waitFor({state: 'detached'})
  await row(page, 'Tidemark').waitFor()
  await expect
    .poll(async () => (await seenTrackers()).find(({name}) => name === 'Tidemark')?.owing)
    .toBe(torrents)

  // On the page of a torrent of it the same stands with how much of it is done.
  const {body: listed} = await house().api.send('GET', `/api/torrents?q=tracker:Tidemark&limit=1`)
  const [one] = (listed as {torrents: {server_id: string; info_hash: string}[]}).torrents
  const own = await house().visit(`/torrents/${one!.server_id}/${one!.info_hash}?tab=trackers`)
  const required = own.getByRole('region', {name: say('requires.title')})
  await required.getByText(say('requires.owed')).waitFor()
  await required.getByRole('meter', {name: say('requires.ratio')}).waitFor()
  await required.getByText(/^Tidemark requires /).waitFor()
  expect(await seriousFindings(own)).toEqual([])
  expect(await contrastFindings(own)).toEqual([])
  await shoot(own, 'tracker-requires')
  const narrow = await house().visit(`/torrents/${one!.server_id}/${one!.info_hash}?tab=trackers`, {
    screen: 'phone',
    theme: 'dark',
  })
  await narrow.getByRole('region', {name: say('requires.title')}).waitFor()
  expect(await tooWide(narrow)).toBe(0)
  await shoot(narrow, 'tracker-requires-phone')

  await picked(page, 'Tidemark', say('tracker-page.remove'))
  const question = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  await question.getByText(/no longer ha(s|ve) to seed then/).waitFor()
  await shoot(page, 'tracker-remove')
  await toastsStay(page)
  await question.getByRole('button', {name: say('tracker-remove.verb')}).click()
  await question.waitFor({state: 'detached'})
  await row(page, key).waitFor()
  // What was removed by mistake is back, with what it requires.
  await page
    .getByRole('listitem')
    .filter({hasText: say('tracker-remove.done', {name: 'Tidemark'})})
    .getByRole('button', {name: say('toast.undo')})
    .click()
  await row(page, 'Tidemark').waitFor()
  await expect
    .poll(async () => (await seenTrackers()).find(({name}) => name === 'Tidemark')?.owing)
    .toBe(torrents)
  const {body} = await house().api.send('GET', '/api/tracker-profiles')
  const {id} = (body as {profiles: {id: string; name: string}[]}).profiles.find(
    ({name}) => name === 'Tidemark',
  )!
  expect((await house().api.send('DELETE', `/api/tracker-profiles/${id}?frees=1000`)).status).toBe(200)
})

test('rows of the file are listed with their line, and cannot be changed here', async () => {
  const page = await house().visit('/settings/trackers')
  const card = page.getByRole('region', {name: say('tracker-page.file')})
  await card.getByText('rows.example').waitFor()
  await card.getByText(say('tracker-page.line', {line: 8})).waitFor()
  expect(await card.getByRole('button').count()).toBe(0)
})

test('what only one tracker has leads to exactly these torrents in the list', async () => {
  const page = await house().visit('/settings/trackers')
  const [tracker] = (await seenTrackers()).filter(({name}) => name !== '').slice(-1)
  const {body} = await house().api.send('GET', `/api/trackers/leaving?tracker=${tracker!.key}`)
  const {lost, only} = body as Record<'lost' | 'only', {torrents: number}>
  await picked(page, tracker!.name, say('tracker-page.leaving'))
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('leaving.lost')).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'leaving')
  expect(only.torrents).toBeGreaterThan(0)
  await dialog.getByRole('link').click()
  await expect.poll(() => rowCount(page)).toBe(lost.torrents > 0 ? lost.torrents : only.torrents)
})

test('in the dark nothing is hard to read', async () => {
  const page = await house().visit('/settings/trackers', {theme: 'dark'})
  const tracker = (await seenTrackers()).find(({name}) => name !== '')
  await row(page, tracker!.name).waitFor()
  expect(await contrastFindings(page)).toEqual([])
  await shoot(page, 'trackers-dark')
  await page.getByRole('button', {name: say('tracker-page.add')}).click()
  await page.getByRole('dialog', {name: say('tracker-form.new')}).waitFor()
  expect(await contrastFindings(page)).toEqual([])
  await shoot(page, 'tracker-form-dark')
})

test('the page is usable on a phone and by keyboard alone', async () => {
  const page = await house().visit('/settings/trackers', {screen: 'phone'})
  const tracker = (await seenTrackers()).find(({name}) => name !== '')
  await row(page, tracker!.name).waitFor()
  expect(await tooWide(page)).toBe(0)
  await shoot(page, 'trackers-phone')
  const menu = page.getByRole('button', {name: say('tracker-page.menu', {name: tracker!.name})})
  await menu.focus()
  await page.keyboard.press('Enter')
  const entry = tracker!.profile_id === null ? 'tracker-page.create' : 'tracker-page.edit'
  await page.getByRole('button', {name: say(entry)}).press('Enter')
  await page.getByLabel(say('tracker-form.hosts'), {exact: true}).waitFor()
  expect(await tooWide(page)).toBe(0)
  await shoot(page, 'tracker-form-phone')
})

test('a profile gives its tracker a name and a color in the list, the side bar, groups and the search', async () => {
  const tracker = (await seenTrackers()).find(({name}) => name !== '')!
  const draft = {name: 'Waxwing', hosts: [tracker.key], colour: '#2b8a78'}
  const {status} = await house().api.send('POST', '/api/tracker-profiles', draft)
  expect(status).toBe(201)
  const page = await house().visit('/torrents?q=tracker:waxwing&group=tracker')
  await expect.poll(() => rowCount(page)).toBeGreaterThanOrEqual(tracker.torrents)
  await page
    .getByRole('row', {name: /^Waxwing/})
    .first()
    .waitFor()
  await page
    .getByRole('button', {name: /^Waxwing/})
    .first()
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'torrents-by-tracker')
})

test('a tracker that two people have profiles of is called as both call it, with what each requires', async () => {
  const tracker = (await seenTrackers()).find(({profile_id: id, name}) => id === null && name !== '')!
  const first = {name: 'First', hosts: tracker.hosts, obligation: {need: 'either', ratio: 2, time: 86_400}}
  expect((await house().api.send('POST', '/api/tracker-profiles?frees=1000', first)).status).toBe(201)
  const eve = {name: 'eve', password: 'an ample password, too'}
  expect((await house().api.send('POST', '/api/users', {...eve, role: 'administrator'})).status).toBe(201)
  const other = new Api(house().url(''))
  await other.logIn(eve.name, eve.password)
  const obligation = {need: 'either', ratio: 3, time: 345_600}
  const draft = {name: 'Eves', hosts: tracker.hosts, obligation}
  expect((await other.send('POST', '/api/tracker-profiles?frees=1000', draft)).status).toBe(201)
  const page = await house().visit('/settings/trackers')
  const card = page.getByRole('region', {name: say('tracker-page.beside')})
  await card.getByText('Eves').waitFor()
  const shown = () => row(page, 'Eves / First').textContent()
  await expect.poll(shown).toMatch(/24.h or ratio 2.00 \(ada\); 4.d or ratio 3.00 \(eve\)$/)
  expect(await page.getByRole('region', {name: say('tracker-page.unused')}).count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'trackers-beside')
})
