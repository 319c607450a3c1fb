/** Journey 2: one more server, the same one once more, and lists that are empty for a reason. */
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Locator, Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {freePort} from '#lab/free-port.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {houseFor, patient, tooWide, wordsOf} from './harness.fixture.ts'
import {rowOf, table} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const ofFile = `[Settings]
ConfigVersion = "5.14.4"

[Transmission-Barn]
Host = "127.0.0.1"
Port = 9
Storage = "barn-disk"
`
/** A leap is longer than a path mapping in doubt waits for its second look. */
const house = houseFor({servers: ['seedbox', 'attic', 'cellar'], config: ofFile, leapMs: 6 * 60_000})

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(3, 'Paper', tracker)) await house().server('seedbox').has(made)
  for (const made of paperTorrents(2, 'Note', tracker)) await house().server('attic').has(made)
  for (const made of paperTorrents(2, 'Bill', tracker)) await house().server('cellar').has(made)
})

test('a server that is here already is named before it is added once more', async () => {
  const {url} = house().server('seedbox').draft as {url: string}
  const page = await house().visit('/settings/servers')
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
  test(`what a change of a server begins again is said before it is saved: ${screen}`, async () => {
    const page = await house().visit(`/settings/servers/${house().idOf('seedbox')}`, {screen})
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

test('a preference of a client is found by the name that people know, changed, and taken back', async () => {
  const id = house().idOf('seedbox')
  const page = await house().visit(`/settings/servers/${id}`)
  const kept = async () =>
    (await house().api.get<Record<string, unknown>>(`/api/servers/${id}/preferences`))['dl_limit']
  const before = await kept()
  await page.getByRole('button', {name: say('settings.show'), exact: true}).click()
  const find = page.getByRole('textbox', {name: say('settings.find'), exact: true})
  await find.fill('download limit')
  const title = say('preference.dl_limit')
  const change = (name: string) =>
    page.getByRole('button', {name: say('settings.change', {name}), exact: true})
  await change(title).click()
  const field = page.getByRole('textbox', {name: title, exact: true})
  await field.fill('lots')
  await page.getByText(say('settings.number.found', {found: 'lots'})).waitFor()
  await field.fill('2097152')
  await shoot(page, 'server-preference')
  expect(await seriousFindings(page)).toEqual([])
  await field.press('Enter')
  await expect.poll(kept).toBe(2_097_152)
  await page.getByRole('button', {name: new RegExp(`^${say('toast.undo')}`)}).click()
  await expect.poll(kept).toBe(before)
  // What Commodarr reaches it by is asked about.
  await find.fill('port of the web ui')
  await change(say('preference.web_ui_port')).click()
  const port = page.getByRole('textbox', {name: say('preference.web_ui_port'), exact: true})
  await port.fill('9')
  await port.press('Enter')
  await page.getByText(say('settings.connecting')).waitFor()
  await page.getByRole('button', {name: say('settings.anyway'), exact: true}).waitFor()
  await shoot(page, 'server-preference-asked')
  expect(await seriousFindings(page)).toEqual([])
})

test('what answers as another kind is named, and one click away', async () => {
  const {url} = house().server('attic').draft as {url: string}
  const page = await house().visit('/settings/servers')
  await page.getByRole('button', {name: say('servers.add'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  const trial = dialog.getByRole('region', {name: say('server.trial.label')})
  await dialog.getByLabel(say('server.form.address')).fill(new URL(url).host)
  await trial.getByText(say('server.trial.fails'), {exact: true}).waitFor()
  await trial.getByRole('button', {name: say('server.trial.other-kind', {kind: 'Transmission'})}).click()
  expect(await dialog.getByRole('radio', {name: 'Transmission'}).isChecked()).toBe(true)
  await trial.getByText(say('server.trial.answers'), {exact: true}).waitFor()
})

test('what answers as another kind is named after a user name and password were typed, too, and takes them', async () => {
  const {username, password, url} = house().server('attic').daemon
  const page = await house().visit('/settings/servers')
  await page.getByRole('button', {name: say('servers.add'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  const trial = dialog.getByRole('region', {name: say('server.trial.label')})
  await dialog.getByLabel(say('server.form.address')).fill(new URL(url).host)
  await dialog.getByLabel(new RegExp(`^${say('server.form.user')}`)).fill(username)
  const secret = dialog.getByLabel(new RegExp(`^${say('server.form.password')}`))
  await secret.fill(password)
  await secret.blur()
  await trial.getByText(say('server.trial.fails'), {exact: true}).waitFor()
  await trial.getByRole('button', {name: say('server.trial.other-kind', {kind: 'Transmission'})}).click()
  await trial.getByText(say('server.trial.works'), {exact: true}).waitFor()
  expect(await dialog.getByRole('radio', {name: 'Transmission'}).isChecked()).toBe(true)
})

test('what only other servers have is counted, and one click away', async () => {
  const page = await house().visit(`/torrents?servers=${house().idOf('seedbox')}&q=note`)
  await page.getByText(say('torrents.found-elsewhere', {count: 2})).waitFor()
  await page.getByRole('button', {name: say('torrents.on-all', {count: 2})}).click()
  await rowOf(page, 'Note 01').waitFor()
  await until(
    () => new URL(page.url()).searchParams.get('servers'),
    (it) => it === null,
  )
})

test('where other servers have nothing either, they are not offered', async () => {
  const page = await house().visit(`/torrents?servers=${house().idOf('seedbox')}&q=nowhere`)
  await page.getByText(say('torrents.found-nowhere')).waitFor()
  await page.getByRole('button', {name: say('torrents.clear-words')}).waitFor()
  for (const name of [say('torrents.other-servers'), say('torrents.on-all', {count: 0})])
    expect(await page.getByRole('button', {name}).count()).toBe(0)
})

test('what was typed and what was filtered are taken back apart', async () => {
  const page = await house().visit('/torrents?q=note+state:error')
  await page.getByRole('button', {name: say('torrents.clear-filters')}).click()
  await rowOf(page, 'Note 01').waitFor()
  await until(
    () => new URL(page.url()).searchParams.get('q'),
    (it) => it === 'note',
  )
})

test('a server that never answered is not called empty', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const {body} = await house().api.send('POST', '/api/servers', {kind: 'qbittorrent', name: 'loft', url})
  const page = await house().visit(`/torrents?servers=${(body as {id: string}).id}`)
  expect(await wordsOf(page.getByText(like('torrents.unread')))).toContain('loft')
  expect(await wordsOf(page.getByRole('contentinfo'))).toContain('loft')
  await table(page).waitFor()
})

/** Opens the form of a server, with all that few servers need. */
async function openMore(page: Page, id: string): Promise<Locator> {
  await page.goto(house().url(`/settings/servers/${id}`))
  await page.getByRole('button', {name: say('server.do.edit'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(new RegExp(`^${say('server.form.more')}`)).click()
  return dialog
}

async function save(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', {name: say('server.form.save'), exact: true}).click()
  await dialog.waitFor({state: 'detached'})
}

const storageOf = async (id: string) =>
  (await house().api.get<{storage: string | null}>(`/api/servers/${id}/definition`)).storage
const storageIn = (dialog: Locator) =>
  dialog.getByRole('textbox', {name: new RegExp(`^${say('server.form.storage')}`)})

test('the name of its disk is kept, of a server of the pages and of one of the file', async () => {
  const page = await house().visit('about:blank')
  const id = house().idOf('seedbox')
  const first = await openMore(page, id)
  await first.getByText(say('server.form.storage.hint')).waitFor()
  await storageIn(first).fill('box-disk')
  await storageIn(first).scrollIntoViewIfNeeded()
  await shoot(page, 'server-storage')
  expect(await seriousFindings(page)).toEqual([])
  await save(first)
  expect(await storageOf(id)).toBe('box-disk')
  const again = await openMore(page, id)
  expect(await storageIn(again).inputValue()).toBe('box-disk')
  await again.getByLabel(say('server.form.poll')).fill('7')
  await save(again)
  expect(await storageOf(id)).toBe('box-disk')

  const barn = await openMore(page, 'Transmission-Barn')
  expect(await storageIn(barn).inputValue()).toBe('barn-disk')
  await storageIn(barn).fill('loft-disk')
  await save(barn)
  expect(house().configText).toContain('Storage = "loft-disk"')
})

/** Two complete torrents of the server, saved in this folder. */
async function savesIn(folder: string, name: string): Promise<void> {
  mkdirSync(folder)
  for (const at of ['one', 'two']) {
    const made = makeTorrent({
      name: `${name} ${at}`,
      content: {'all.mkv': 50_000},
      trackers: [house().tracker.announceUrl],
    })
    made.writePayload(folder)
    await house().server('seedbox').has(made, {start: true, savePath: folder})
  }
}

test('what is known of each path mapping stands on the page of its server, with why and what follows', async () => {
  const id = house().idOf('seedbox')
  const place = (folder: string) => join(house().server('seedbox').daemon.downloadDir, folder)
  const [films, series, music, elsewhere] = ['films', 'series', 'music', 'elsewhere'].map(place) as [
    string,
    string,
    string,
    string,
  ]
  await savesIn(films, 'Mapped Film')
  await savesIn(series, 'Mapped Series')
  // Something of others lies there: what is empty may be a disk that is away.
  for (const folder of [music, elsewhere]) {
    mkdirSync(folder)
    writeFileSync(join(folder, 'notes.txt'), 'of somebody else')
  }
  // Before that they are no evidence, and the look after the next one is minutes away.
  await until(
    () => house().api.get<{total: number}>('/api/torrents?q=mapped+state:seeding'),
    ({total}) => total === 4,
  )
  const path_mappings = [
    {server: films, ours: films},
    {server: series, ours: elsewhere},
    {server: music, ours: music},
  ]
  const {status, body} = await house().api.send('PATCH', `/api/servers/${id}`, {path_mappings})
  expect(status, JSON.stringify(body)).toBe(200)

  const desk = await house().visit(`/settings/servers/${id}`)
  const phone = await house().visit(`/settings/servers/${id}`, {screen: 'phone'})
  const card = (page: Page) => page.getByRole('region', {name: say('mappings.title')})
  const row = (page: Page, folder: string) =>
    card(page)
      .getByRole('listitem')
      .filter({hasText: `${folder} →`})
  const told = (page: Page, folder: string, words: string) => row(page, folder).getByText(words).waitFor()
  await told(desk, series, 'They are looked at again in a few minutes.')
  await row(desk, series).getByText(say('mappings.unproven'), {exact: true}).waitFor()
  house().leap()
  for (const page of [desk, phone]) {
    await row(page, series).getByText(say('mappings.contradicted'), {exact: true}).waitFor()
    await told(page, series, 'Looked at 2 complete torrents: 2 are not there.')
    await told(page, series, say('mappings.contradicted.means'))
    // A download that grows there would prove it.
    await row(page, films).getByText(say('mappings.unproven'), {exact: true}).waitFor()
    await told(
      page,
      films,
      'Looked at 2 complete torrents: 2 are there with all files. A copy would look the same',
    )
    await row(page, music).getByText(say('mappings.unproven'), {exact: true}).waitFor()
    await told(page, music, 'None of its complete torrents is saved there.')
    expect(await row(page, films).getByText(say('mappings.contradicted.means')).count()).toBe(0)
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await card(page).scrollIntoViewIfNeeded()
      await shoot(page, `mappings-${page === phone ? 'phone' : 'desk'}-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await seriousFindings(page)).toEqual([])
    expect(await tooWide(page)).toBe(0)
  }
})

test('one server is found in the palette by its name, with what can be done with it and its keys', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Note 01').waitFor()
  const commands = (words: string) => page.getByRole('option').filter({hasText: words})
  const ask = async (words: string) => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(say('palette.placeholder')).fill(words)
  }
  const attic = (what: string) => say('palette.server.do', {do: what, name: 'attic'})
  await ask('attic')
  const only = commands(attic(say('palette.server.only')))
  const keys = /\bShift\s+(\d)$/.exec(await only.innerText())
  await commands(attic(say('server.do.remove'))).waitFor()
  expect(await commands(say('palette.server.do', {do: say('server.do.off'), name: 'seedbox'})).count()).toBe(
    0,
  )
  await shoot(page, 'palette-server')
  expect(await seriousFindings(page)).toEqual([])
  await only.click()
  await rowOf(page, 'Paper 01').waitFor({state: 'detached'})
  await page.keyboard.press('Shift+Digit0')
  await rowOf(page, 'Paper 01').waitFor()
  await page.keyboard.press(`Shift+Digit${keys?.[1]}`)
  await rowOf(page, 'Paper 01').waitFor({state: 'detached'})
  await rowOf(page, 'Note 01').waitFor()
  // As other programs call it.
  const isOn = async () => {
    const {servers} = await house().api.get<{servers: {server_name: string; enabled: boolean}[]}>(
      '/api/servers',
    )
    return servers.find(({server_name: name}) => name === 'attic')?.enabled
  }
  await ask('pause attic')
  const off = commands(attic(say('server.do.off')))
  await off.getByText(say('palette.also', {words: 'pause'})).waitFor()
  await off.click()
  await expect.poll(isOn).toBe(false)
  await ask('> attic turn on')
  await commands(attic(say('server.do.on'))).click()
  await expect.poll(isOn).toBe(true)
  await house().api.online(house().idOf('attic'))
})

test('S44 a server that left is listed with what it protects, until a user says that it is gone permanently', async () => {
  const page = await house().visit(`/settings/servers/${house().idOf('cellar')}`)
  await page.getByRole('button', {name: say('server.menu', {name: 'cellar'})}).click()
  await page.getByRole('menuitem', {name: say('server.do.remove')}).click()
  await page
    .getByRole('dialog')
    .getByRole('button', {name: say('server.remove.do', {name: 'cellar'})})
    .click()
  const card = page.getByRole('region', {name: say('departed.title')})
  const row = card.getByRole('listitem').filter({hasText: 'cellar'})
  expect(await wordsOf(row)).toContain(say('departed.keeps', {count: 2}))
  expect(await wordsOf(row)).toContain(say('departed.list', {when: ''}).trim())
  await page.setViewportSize({width: 390, height: 844})
  await shoot(page, 'departed-phone')
  expect(await tooWide(page)).toBe(0)
  await page.setViewportSize({width: 1440, height: 900})
  const gone = row.getByRole('button', {name: say('departed.gone-one', {name: 'cellar'})})
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await card.scrollIntoViewIfNeeded()
    await shoot(page, `departed-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
    await gone.click()
    await page
      .getByRole('dialog')
      .getByText(say('departed.confirm.says', {count: 2}))
      .waitFor()
    await shoot(page, `departed-confirm-${theme}`)
    await page
      .getByRole('dialog')
      .getByRole('button', {name: say('account.cancel')})
      .click()
  }
  await gone.click()
  await page
    .getByRole('dialog')
    .getByRole('button', {name: say('departed.confirm.do')})
    .click()
  await card.waitFor({state: 'detached', ...patient})
  expect(await house().api.get('/api/departed-servers')).toEqual({servers: []})
  await page.goto(house().url('/activity'))
  const line = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({hasText: say('story.did.forgetServer', {what: 'cellar'})})
  expect(await wordsOf(line.first())).toContain('cellar')
  const removal = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({hasText: say('story.did.remove.server', {what: 'cellar'})})
  expect(await wordsOf(removal)).toContain('cellar')
  expect(await wordsOf(removal)).not.toContain(house().idOf('cellar'))
  await shoot(page, 'departed-journal')
})
