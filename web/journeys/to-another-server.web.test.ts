/** Copying and moving torrents to another server: the menu, the dialog with its preview, and how far it is. */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, patient} from './harness.fixture.ts'
import {problemsOf, sizes} from './looks.fixture.ts'
import {rowCount, rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})
let [film, album]: MadeTorrent[] = []
/** A folder that both servers, and Commodarr, see. */
let shared = ''

beforeAll(async () => {
  const {tracker, api} = house()
  const [seedbox, attic] = [house().server('seedbox'), house().server('attic')]
  ;[film, album] = ['A film', 'An album'].map((name) =>
    makeTorrent({name, content: {'a.mkv': 300_000, 'b.srt': 900}, trackers: [tracker.announceUrl]}),
  ) as [MadeTorrent, MadeTorrent]
  shared = `${attic.daemon.downloadDir}/shared`
  mkdirSync(shared, {recursive: true})
  // An empty folder may be where a disk is not mounted.
  for (const folder of [shared, seedbox.daemon.downloadDir]) writeFileSync(`${folder}/something`, '')
  for (const made of [film, album]) await seedbox.seeds(made, tracker)
  for (const [name, folder] of [
    ['seedbox', seedbox.daemon.downloadDir],
    ['attic', shared],
  ] as const) {
    const {status, body} = await api.send('PATCH', `/api/servers/${house().idOf(name)}`, {
      path_mappings: [{server: folder, ours: folder}],
    })
    expect([status, body]).toMatchObject([200, {}])
  }
  await until(
    () => api.list('q=is:complete'),
    ({total}) => total === 2,
  )
})
afterAll(() => rmSync(shared, {recursive: true, force: true}))

/** By the palette, for the torrent that is looked at. */
async function openDialog(page: Page, name: string, action: 'action.copy-to' | 'action.move-to') {
  await rowOf(page, name).click()
  return byPalette(page, action)
}

async function byPalette(page: Page, action: 'action.copy-to' | 'action.move-to') {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', {name: say('palette.open')}).waitFor()
  await page.keyboard.type(say(action))
  await page
    .getByRole('option', {name: new RegExp(`^${say(action)}`)})
    .first()
    .click()
  return page.getByRole('dialog', {name: /to another server$/})
}

const panelOf = (page: Page) => page.getByRole('region', {name: say('result.panel'), exact: true})

test('a torrent is copied by the palette: the preview says how, and undo removes the copy', async () => {
  const page = await house().visit('/torrents')
  await expect.poll(() => rowCount(page)).toBe(2)
  const dialog = await openDialog(page, 'A film', 'action.copy-to')
  const folder = dialog.getByLabel(say('location.path'))
  await folder.fill('films')
  await dialog.getByText(say('location.absolute')).first().waitFor()
  await folder.fill(shared)
  await dialog.getByText(say('to-server.way.links', {count: 1})).waitFor(patient)
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `to-server-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
  }
  await dialog.getByRole('button', {name: say('to-server.button', {count: 1})}).click()
  await dialog.waitFor({state: 'detached'})
  await panelOf(page)
    .getByText(new RegExp(`^${say('verb.copy-to')}: 0 of 1`))
    .waitFor(patient)
  await shoot(page, 'to-server-running')
  await page
    .getByText(say('acted.copy-to', {count: 1}))
    .first()
    .waitFor(patient)
  expect((await house().server('attic').observer.torrent(film!.hash))?.progress).toBe(1)
  await page.keyboard.press('Control+z')
  await until(
    () => house().server('attic').observer.torrent(film!.hash),
    (seen) => seen === null,
  )
  expect((await house().server('seedbox').observer.torrent(film!.hash))?.progress).toBe(1)
})

test('a move that is under way is canceled, and what it made is removed', async () => {
  const page = await house().visit('/torrents')
  const dialog = await openDialog(page, 'An album', 'action.move-to')
  await dialog.getByLabel(say('location.path')).fill(shared)
  await dialog.getByText(say('to-server.way.links', {count: 1})).waitFor(patient)
  await dialog.getByRole('button', {name: say('to-server.button.move', {count: 1})}).click()
  const panel = panelOf(page)
  await until(
    () => house().server('attic').observer.torrent(album!.hash),
    (seen) => seen !== null,
  )
  await panel
    .getByRole('button', {name: say('result.cancel.which', {verb: say('verb.move-to')})})
    .click(patient)
  await panel
    .getByText(say('result.title', {verb: say('verb.move-to'), done: '0', all: '1'}))
    .waitFor(patient)
  await shoot(page, 'to-server-canceled')
  expect(await house().server('attic').observer.torrent(album!.hash)).toBeNull()
  expect((await house().server('seedbox').observer.torrent(album!.hash))?.progress).toBe(1)
})

test('keys open both dialogs, and stand in the list of keys', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'A film').click()
  for (const [keys, source] of [
    ['Shift+C', 'stays'],
    ['Shift+M', 'trash'],
  ] as const) {
    await page.keyboard.press(keys)
    const dialog = page.getByRole('dialog', {name: /to another server$/})
    await expect
      .poll(() => dialog.getByRole('radio', {name: say(`to-server.source.${source}`)}).isChecked())
      .toBe(true)
    await page.keyboard.press('Escape')
    await dialog.waitFor({state: 'detached'})
  }
  await page.keyboard.press('Shift+?')
  const list = page.getByRole('dialog', {name: say('keys.title')})
  for (const [name, key] of [
    ['action.copy-to', 'C'],
    ['action.move-to', 'M'],
  ] as const)
    await list
      .getByRole('listitem')
      .filter({hasText: say(name)})
      .filter({hasText: key})
      .first()
      .waitFor()
})

test.each(sizes)('the dialog is readable and fits (%s)', async (screen) => {
  const opens = async (page: Page) => {
    await page.getByRole('row').nth(1).click()
    await page.keyboard.press('Control+a')
    await byPalette(page, 'action.copy-to')
  }
  const whole = (page: Page) =>
    page.getByRole('dialog').getByText(say('to-server.source.deleted'), {exact: true})
  expect(
    await problemsOf(house(), screen, [{name: 'copy to server', path: '/torrents', opens, whole}]),
  ).toEqual([])
})
