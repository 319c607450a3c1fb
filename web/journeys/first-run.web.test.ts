/** Journeys 1 and 3: somebody opens a fresh Commodarr and adds what he has. */
import type {Locator, Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {paperTorrents, type HouseDaemon, type ServerName} from './daemons.fixture.ts'
import {administrator, houseFor} from './harness.fixture.ts'
import {rowCount, rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'
import type {TextKey} from '../i18n/text.ts'

const house = houseFor({servers: ['seedbox', 'attic', 'cellar'], isEmpty: true})
const kindNames = {
  qbittorrent: 'qBittorrent',
  transmission: 'Transmission',
  rtorrent: 'rTorrent',
  deluge: 'Deluge',
}

const server = (name: ServerName): HouseDaemon => house().server(name)

const trialOf = (page: Page): Locator => page.getByRole('region', {name: say('server.trial.label')})
const field = (page: Page, name: string): Locator => page.getByRole('textbox', {name: new RegExp(`^${name}`)})

async function fillServer(page: Page, {name, daemon}: HouseDaemon, password: string): Promise<void> {
  const {kind, url, username} = daemon
  await page.getByRole('radio', {name: kindNames[kind]}).click()
  await field(page, say('server.form.address')).fill(url.replace('scgi+unix://', ''))
  if (username !== '') {
    await field(page, say('server.form.user')).fill(username)
    await page.getByLabel(new RegExp(`^${say('server.form.password')}`)).fill(password)
  }
  // A name is proposed from the address.
  await field(page, say('server.form.name')).fill(name)
}

async function addFilled(page: Page, {name}: HouseDaemon): Promise<void> {
  await page.getByRole('button', {name: say('setup.add-named', {name})}).click()
  await page
    .getByRole('listitem')
    .filter({hasText: name})
    .filter({hasText: say('server.status.online')})
    .waitFor()
}

interface Observing {
  readonly is_open: boolean
  readonly until: number | null
}

/** As the page itself would read it: nobody else has an account. */
async function observingOf(page: Page): Promise<Observing> {
  return page.evaluate(async () => {
    const answer = (await (await fetch('/api/move-in')).json()) as {observing: Observing}
    return answer.observing
  })
}

/** To another step, which says at once where one is. */
async function onTo(page: Page, button: TextKey, title: TextKey): Promise<void> {
  await page.getByRole('button', {name: say(button), exact: true}).click()
  await page.getByRole('heading', {level: 1, name: say(title)}).waitFor()
}

test('a fresh program leads from any address to its set-up, and from there to the list of all servers', async () => {
  const {tracker} = house()
  for (const made of paperTorrents(3, 'Seedbox paper', tracker)) await server('seedbox').has(made)
  for (const made of paperTorrents(2, 'Attic paper', tracker)) await server('attic').has(made)
  for (const made of paperTorrents(1, 'Cellar paper', tracker)) await server('cellar').has(made)

  const page = await house().visit('/settings/servers', {}, null)
  await page.waitForURL(house().url('/setup'))
  await page.getByRole('heading', {name: say('setup.administrator.title')}).waitFor()
  // Whoever came by another address than the printed one is asked for the token in it.
  await page.getByLabel(say('setup.token'), {exact: true}).waitFor()
  await page.goto(house().printedAddress)
  await page.getByLabel(say('setup.token'), {exact: true}).waitFor({state: 'detached'})
  await page.getByLabel(say('setup.name'), {exact: true}).fill(administrator.username)
  await page.getByLabel(say('setup.password'), {exact: true}).fill(administrator.password)
  await page.getByRole('button', {name: say('setup.make')}).click()

  await page.getByRole('heading', {name: say('setup.servers.title')}).waitFor()
  // Who cannot see the page is told where he is now.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(say('setup.servers.title'))
  // Ports of this machine that are open are proposed; which they are is not up to this test.
  await page.route('**/api/servers/discover-local', (route) =>
    route.fulfill({
      json: {ports: [{server_type: 'transmission', url: 'http://127.0.0.1:9091/transmission/rpc'}]},
    }),
  )
  await page.reload()
  await page.getByRole('region', {name: say('setup.local')}).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'first-run-local')
  await page
    .getByRole('button', {name: say('setup.local.use', {url: 'http://127.0.0.1:9091/transmission/rpc'})})
    .click()
  await page.getByRole('radio', {name: 'Transmission', checked: true}).waitFor()
  await expect
    .poll(() => field(page, say('server.form.address')).inputValue(), {timeout: 30_000})
    .toContain('127.0.0.1:9091')
  await fillServer(page, server('seedbox'), 'not the password')
  await trialOf(page).getByText(say('server.trial.fails'), {exact: true}).waitFor()
  expect(await trialOf(page).innerText()).toMatch(/password/i)
  await page.getByLabel(new RegExp(`^${say('server.form.password')}`)).fill(server('seedbox').daemon.password)
  await field(page, say('server.form.name')).focus()
  await trialOf(page).getByText(say('server.trial.works'), {exact: true}).waitFor()
  await trialOf(page)
    .getByText(say('server.trial.torrents', {count: 3, shown: 3}))
    .waitFor()
  await addFilled(page, server('seedbox'))

  for (const name of ['attic', 'cellar'] as const) {
    await fillServer(page, server(name), server(name).daemon.password)
    await trialOf(page).getByText(say('server.trial.works'), {exact: true}).waitFor()
    await addFilled(page, server(name))
  }

  // There is nothing left to fix.
  await page.getByText(say('setup.connected-all', {count: 3}), {exact: true}).waitFor()

  // One that was added wrongly is online as well: it can be changed, and taken away again.
  const menuOf = async (name: string, entry: TextKey) => {
    await page.getByRole('button', {name: say('setup.server-menu', {name})}).click()
    await page.getByRole('menuitem', {name: say(entry), exact: true}).click()
  }
  const dialog = page.getByRole('dialog')
  await menuOf('cellar', 'server.do.edit')
  await dialog.getByRole('textbox', {name: new RegExp(`^${say('server.form.name')}`)}).fill('wrong cellar')
  await dialog.getByRole('button', {name: say('server.form.save'), exact: true}).click()
  await dialog.waitFor({state: 'detached'})
  await menuOf('wrong cellar', 'server.do.remove')
  await dialog.getByRole('button', {name: say('server.remove.do', {name: 'wrong cellar'})}).click()
  await page.getByText(say('setup.connected-all', {count: 2}), {exact: true}).waitFor()
  await page.getByRole('heading', {level: 1, name: say('setup.servers.title')}).waitFor()
  await fillServer(page, server('cellar'), server('cellar').daemon.password)
  await trialOf(page).getByText(say('server.trial.works'), {exact: true}).waitFor()
  await addFilled(page, server('cellar'))

  // Several lines at once are a list: what would be added is shown, and nothing is added by looking.
  await field(page, say('server.form.address')).evaluate((it) => {
    const data = new DataTransfer()
    data.setData('text', 'http://one.invalid:8080 One\nhttp://two.invalid:9091/transmission/rpc Two\n')
    it.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))
  })
  await page.getByRole('button', {name: say('import.do', {count: 2})}).waitFor()
  await shoot(page, 'first-run-several')
  await page.getByRole('radio', {name: say('setup.way.add'), exact: true}).click()

  // What is typed is there again when somebody went on and came back; so is what is done.
  await field(page, say('server.form.address')).fill('typed.example:8080')
  await onTo(page, 'setup.to-arrs', 'setup.arrs.title')
  await onTo(page, 'setup.back', 'setup.servers.title')
  expect(await field(page, say('server.form.address')).inputValue()).toBe('typed.example:8080')
  await onTo(page, 'setup.back', 'setup.administrator.title')
  await page.getByText(say('setup.administrator.made', {name: administrator.username})).waitFor()
  await onTo(page, 'setup.to-servers', 'setup.servers.title')
  await onTo(page, 'setup.to-arrs', 'setup.arrs.title')
  await onTo(page, 'setup.skip', 'setup.rules.title')

  // Nothing acts before the last step is confirmed, also when somebody leaves and comes back.
  expect(await observingOf(page)).toMatchObject({is_open: true, until: null})
  await page.reload()
  await page.getByRole('heading', {level: 1, name: say('setup.servers.title')}).waitFor()
  await onTo(page, 'setup.to-arrs', 'setup.arrs.title')
  await onTo(page, 'setup.skip', 'setup.rules.title')
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'first-run-rules')
  await page.getByRole('radio', {name: say('setup.caution.watch'), checked: true}).waitFor()
  await page.getByRole('button', {name: say('setup.caution.watch.do')}).click()
  await page.getByRole('heading', {level: 1, name: /^Watching: Commodarr changes nothing until /}).waitFor()
  const {is_open: isOpen, until} = await observingOf(page)
  expect([isOpen, until === null]).toEqual([false, false])
  await page.goto(house().url('/setup'))
  await page.waitForURL(house().url('/'))
  await page.goto(house().url('/torrents'))
  await rowOf(page, 'Seedbox paper 01', 'seedbox').waitFor()
  await rowOf(page, 'Attic paper 02', 'attic').waitFor()
  await rowOf(page, 'Cellar paper 01', 'cellar').waitFor()
  await expect.poll(() => rowCount(page)).toBe(6)
})
