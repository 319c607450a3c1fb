/** Journey 11: Ada shares one server with Bo, who may only look. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {paperTorrents} from './daemons.fixture.ts'
import {administrator, houseFor, wordsOf} from './harness.fixture.ts'
import {logIn} from './people.fixture.ts'
import {rowCount, rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})
const bo = {username: 'bo', password: 'bo has one, too'}
const shared = 'Shared paper 01'

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(3, 'Shared paper', tracker)) await house().server('seedbox').has(made)
  for (const made of paperTorrents(2, 'Secret paper', tracker)) await house().server('attic').has(made)
})

async function invitationFor(page: Page, name: string): Promise<string> {
  await page.getByRole('button', {name: say('people.invite')}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('role.viewer'), {exact: true}).click()
  await dialog.getByLabel(new RegExp(`^${say('login.name')}`)).fill(name)
  await dialog.getByRole('button', {name: say('people.invite.go')}).click()
  return wordsOf(page.getByRole('dialog', {name: say('people.invite.made')}).getByTitle(/invitation#/))
}

async function shareToLook(page: Page, server: string, name: string): Promise<void> {
  await page.getByRole('button', {name: say('server.menu', {name: server})}).click()
  await page.getByRole('menuitem', {name: say('server.do.share')}).click()
  const dialog = page.getByRole('dialog', {name: say('server.share.title', {name: server})})
  await dialog.getByRole('combobox', {name: say('server.share.add')}).click()
  await page.getByRole('option', {name}).click()
  await dialog.getByRole('button', {name: say('server.form.save')}).click()
  await page
    .getByText(say('server.share.done', {name: server}))
    .first()
    .waitFor()
}

test('who is invited to look sees the server that is shared with him, and nothing of the others', async () => {
  const ada = await house().visit('/people')
  const link = await invitationFor(ada, bo.username)
  const page = await house().visit(new URL(link).pathname + new URL(link).hash, {}, null)
  await page.getByLabel(say('invitation.password'), {exact: true}).fill(bo.password)
  await page.getByRole('button', {name: say('invitation.go')}).click()
  // Nothing is shared with him yet.
  await page.getByText(say('servers.none.viewer')).waitFor()

  await ada.goto(house().url('/servers'))
  await shareToLook(ada, 'seedbox', bo.username)
  // His page hears of it without a reload.
  await rowOf(page, shared, 'seedbox').waitFor()
  await page.getByRole('button', {name: 'seedbox'}).first().waitFor()
  expect(await rowCount(page)).toBe(3)
  expect(await page.getByText(/attic|Secret/).count()).toBe(0)
})

test('who may only look is told so, and whom to ask', async () => {
  const page = await house().visit('/login', {}, null)
  await logIn(page, bo)
  await rowOf(page, shared).waitFor()
  expect(await page.getByRole('button', {name: say('tools.add'), exact: true}).count()).toBe(0)
  await rowOf(page, shared).click({button: 'right'})
  const words = [
    say('action.look-only', {server: 'seedbox'}),
    say('server.ask-owner', {owner: administrator.username}),
  ]
  await page.getByRole('menu').getByText(words.join(' ')).waitFor()
  expect(await page.getByRole('menuitem', {name: say('action.delete')}).count()).toBe(0)
  await page.getByRole('menuitem', {name: say('action.copy-name')}).waitFor()
  await page.keyboard.press('Escape')

  await page.goto(house().url('/servers'))
  await page.getByRole('button', {name: say('server.menu', {name: 'seedbox'})}).click()
  await page
    .getByRole('menu')
    .getByText(say('server.ask-owner', {owner: administrator.username}))
    .waitFor()
  expect(await page.getByRole('menuitem', {name: say('server.do.remove')}).count()).toBe(0)
  await page.keyboard.press('Escape')
  expect(await page.getByRole('button', {name: say('servers.add'), exact: true}).count()).toBe(0)
  expect(await page.getByRole('link', {name: say('nav.people')}).count()).toBe(0)
})

test('who is not known any more is led to the log-in and back, and told what was not sent', async () => {
  house().excuse(/401/)
  const page = await house().visit('/login', {}, null)
  await logIn(page, administrator)
  await rowOf(page, shared).click()
  await page.context().clearCookies()
  await page.keyboard.press('s')
  await page.getByRole('heading', {name: say('login.title')}).waitFor()
  await logIn(page, administrator)
  await rowOf(page, shared).waitFor()
  const told = page.getByText(say('result.unsent-then', {what: 'Stop'})).first()
  await told.waitFor()
  expect(await told.isVisible()).toBe(true)
})

test('the address of a server that is not shared tells nothing of it', async () => {
  const page = await house().visit('/login', {}, null)
  await logIn(page, bo)
  await rowOf(page, shared).waitFor()
  for (const id of [house().idOf('attic'), 'nothing-at-all']) {
    await page.goto(house().url(`/servers/${id}`))
    await page.getByText(say('server.gone')).waitFor()
    const answer = await page.request.get(house().url(`/api/servers/${id}`))
    expect([answer.status(), await answer.text()]).toEqual([404, expect.not.stringMatching(/transmission/i)])
  }
  await page.goto(house().url(`/torrents?servers=${house().idOf('attic')}`))
  await page.getByText(say('torrents.none.gone')).waitFor()
  expect(await page.getByText(/Secret/).count()).toBe(0)
})
