/** A view that is shared is found, opened and copied by others, who see by it no more than they may, and goes when its owner says so. */
import type {Locator, Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {Api} from '#test/program/program.fixture.ts'
import {administrator, houseFor, tooWide} from './harness.fixture.ts'
import {rowCount} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({
  simulated: [
    {name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 9, count: 12, mix: 'seeding'},
    {name: 'attic', kind: 'qbittorrent', version: '5.1.0', seed: 10, count: 7, mix: 'seeding'},
  ],
})
const bo = {name: 'bo', password: 'bo has one, too'}
const NAME = 'Large ones'
let his: Api
let id: string

beforeAll(async () => {
  const {body: user} = await house().api.send('POST', '/api/users', {...bo, role: 'viewer'})
  const {servers} = await house().api.get<{servers: {server_id: string; server_name: string}[]}>(
    '/api/servers',
  )
  const box = servers.find((it) => it.server_name === 'box')!
  const sharing = {everyone: null, users: [{user_id: (user as {id: string}).id, level: 'view'}]}
  const path = `/api/servers/${box.server_id}/sharing`
  expect((await house().api.send('PUT', path, sharing)).status).toBeLessThan(300)
  his = new Api(house().url(''))
  await his.logIn(bo.name, bo.password)
  const view = {name: NAME, definition: {q: 'size>1', servers: servers.map((it) => it.server_id)}}
  id = ((await house().api.send('POST', '/api/views', view)).body as {id: string}).id
})

async function menuOf(page: Page, name: string): Promise<void> {
  await page
    .getByRole('button', {name: say('view.menu', {name}), exact: true})
    .first()
    .click()
}

const linkTo = (page: Page, name: string): Locator => page.getByRole('link', {name, exact: true})
const theirs = () => say('view.of', {name: NAME, owner: administrator.username})

test('a view is shared with everyone, and says whom it is shared with', async () => {
  const page = await house().visit('/torrents')
  await linkTo(page, NAME).waitFor()
  await menuOf(page, NAME)
  await page.getByRole('menuitem', {name: say('view.share')}).click()
  const dialog = page.getByRole('dialog', {name: say('view.share.title', {name: NAME})})
  await dialog.getByText(say('view.share.everyone'), {exact: true}).click()
  await dialog.getByText(`/views/${id}`).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'view-share')
  await dialog.getByRole('button', {name: say('view.share.now'), exact: true}).click()
  await dialog.waitFor({state: 'detached'})
  await expect
    .poll(async () => (await house().api.get<{views: {shared_with: string}[]}>('/api/views')).views)
    .toMatchObject([{shared_with: 'everyone'}])
})

test('another user opens it with the name of its owner, finds what they may see, and copies it', async () => {
  const page = await house().visit('/torrents', {}, his)
  await linkTo(page, theirs()).click()
  await page.waitForURL(/view=/)
  await expect.poll(() => rowCount(page)).toBe(12)
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'view-shared')
  await menuOf(page, NAME)
  await page.getByRole('menuitem', {name: say('view.copy')}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', {name: say('view.save.now')}).click()
  await dialog.waitFor({state: 'detached'})
  await linkTo(page, NAME).waitFor()
})

test('the address of a view leads to it, on a phone and in the dark, too', async () => {
  const page = await house().visit(`/views/${id}`, {screen: 'phone', theme: 'dark'}, his)
  await page.waitForURL(/torrents.*view=/)
  const {torrents} = await his.get<{torrents: {name: string}[]}>('/api/torrents?sort=-added_at&limit=1')
  await page.getByText(torrents[0]!.name).first().waitFor()
  expect(await tooWide(page)).toBe(0)
  expect(await contrastFindings(page)).toEqual([])
  await shoot(page, 'view-shared-phone')
})

test('an administrator ends the sharing of a view of another user, which Activity shows', async () => {
  const view = {name: 'Odd', definition: {q: 'size>2'}, shared_with: 'everyone'}
  expect((await his.send('POST', '/api/views', view)).status).toBe(201)
  const page = await house().visit('/torrents')
  await linkTo(page, say('view.of', {name: 'Odd', owner: bo.name})).waitFor()
  await menuOf(page, 'Odd')
  await page.getByRole('menuitem', {name: say('view.end')}).click()
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  await dialog.getByText(say('view.end.title', {name: 'Odd'})).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'view-end')
  await dialog.getByRole('button', {name: say('view.end.now'), exact: true}).click()
  await dialog.waitFor({state: 'detached'})
  const sharedNow = async () => {
    const {views} = await his.get<{views: {name: string; shared_with: string | null}[]}>('/api/views')
    return views.find(({name}) => name === 'Odd')?.shared_with
  }
  await expect.poll(sharedNow).toBeNull()
  await page.goto(house().url('/activity'))
  await page
    .getByText(say('story.did.share.view.nobody', {what: 'Odd'}))
    .first()
    .waitFor()
  await page
    .getByText(say('story.did.share.view.everyone', {what: 'Odd'}))
    .first()
    .waitFor()
})

test('before a shared view is deleted it is said who loses it; then its address leads to all torrents', async () => {
  const page = await house().visit('/torrents')
  await linkTo(page, NAME).waitFor()
  await menuOf(page, NAME)
  await page.getByRole('menuitem', {name: say('view.delete')}).click()
  const question = page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .filter({hasText: say('view.delete.everyone')})
  await question.waitFor()
  await shoot(page, 'view-delete')
  await page.keyboard.press('Escape')
  await question.waitFor({state: 'detached'})
  await menuOf(page, NAME)
  await page.getByRole('menuitem', {name: say('view.delete')}).click()
  await question.getByRole('button', {name: say('view.delete.now')}).click()
  await question.waitFor({state: 'detached'})
  await linkTo(page, NAME).waitFor({state: 'detached'})

  const other = await house().visit(`/views/${id}`, {}, his)
  await other.getByText(say('view.gone')).first().waitFor()
  await linkTo(other, NAME).waitFor()
  expect(await linkTo(other, theirs()).count()).toBe(0)
})
