/** Journey 2: one more server, the same one once more, and lists that are empty for a reason. */
import {beforeAll, expect, test} from 'vitest'
import {shoot} from '#lab/browser.ts'
import {freePort} from '#lab/daemons/process.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {houseFor, wordsOf} from './harness.fixture.ts'
import {rowOf, table} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(3, 'Paper', tracker)) await house().server('seedbox').has(made)
  for (const made of paperTorrents(2, 'Note', tracker)) await house().server('attic').has(made)
})

test('a server that is here already is named before it is added once more', async () => {
  const {url} = house().server('seedbox').draft as {url: string}
  const page = await house().visit('/servers')
  await page.getByRole('button', {name: say('servers.add'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('server.form.address')).fill(`${url}/`)
  await dialog.getByText(say('server.warn.same', {name: 'seedbox'})).waitFor()
  const add = dialog.locator('button[type=submit]')
  expect(await add.innerText()).toBe(say('server.form.add-twin'))
  await dialog.getByLabel(say('server.form.address')).fill('nas.lan:1')
  await expect.poll(() => add.innerText()).toBe(say('servers.add'))
})

for (const screen of ['desk', 'small'] as const) {
  test(`what a change of a server begins anew is said before it is saved: ${screen}`, async () => {
    const page = await house().visit(`/servers/${house().idOf('seedbox')}`, {screen})
    await page.getByRole('button', {name: say('server.do.edit'), exact: true}).click()
    const dialog = page.getByRole('dialog')
    const said = (words: string) => dialog.getByRole('status').getByText(words, {exact: true})
    const name = dialog.getByLabel(say('server.form.name'), {exact: true})
    await name.fill('another')
    await said(say('server.form.cost.link', {name: 'seedbox'})).waitFor()
    await shoot(page, `server-edit-cost-${screen}`)
    await name.fill('seedbox')
    await said(say('server.form.cost.link', {name: 'seedbox'})).waitFor({state: 'detached'})
    await dialog.getByLabel(say('server.form.address')).fill('nas.lan:1')
    await said(say('server.form.cost.elsewhere')).waitFor()
    await house().api.online(house().idOf('seedbox'))
    expect(await name.inputValue()).toBe('seedbox')
  })
}

test('what answers as another kind is named, and one click away', async () => {
  const {url} = house().server('attic').draft as {url: string}
  const page = await house().visit('/servers')
  await page.getByRole('button', {name: say('servers.add'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  const trial = dialog.getByRole('region', {name: say('server.trial.label')})
  await dialog.getByLabel(say('server.form.address')).fill(new URL(url).host)
  await trial.getByText(say('server.trial.fails'), {exact: true}).waitFor()
  await trial.getByRole('button', {name: say('server.trial.other-kind', {kind: 'Transmission'})}).click()
  expect(await dialog.getByRole('radio', {name: 'Transmission'}).isChecked()).toBe(true)
  await trial.getByText(say('server.trial.answers'), {exact: true}).waitFor()
})

test('what only other servers have is counted, and one click away', async () => {
  const page = await house().visit(`/torrents?servers=${house().idOf('seedbox')}&q=note`)
  await page.getByText(say('torrents.found-elsewhere', {count: 2})).waitFor()
  await page.getByRole('button', {name: say('torrents.other-servers')}).click()
  await rowOf(page, 'Note 01').waitFor()
  expect(new URL(page.url()).searchParams.get('servers')).toBeNull()
})

test('what was typed and what was filtered are taken back apart', async () => {
  const page = await house().visit('/torrents?q=note+state:error')
  await page.getByRole('button', {name: say('torrents.clear-filters')}).click()
  await rowOf(page, 'Note 01').waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('note')
})

test('a server that never answered is not called empty', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const {body} = await house().api.send('POST', '/api/servers', {kind: 'qbittorrent', name: 'loft', url})
  const page = await house().visit(`/torrents?servers=${(body as {id: string}).id}`)
  expect(await wordsOf(page.getByText(like('torrents.unread')))).toContain('loft')
  expect(await wordsOf(page.getByRole('contentinfo'))).toContain('loft')
  await table(page).waitFor()
})
