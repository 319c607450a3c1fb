/** What somebody deletes lies in the trash, says so beforehand, and comes back; or it goes at once, when he says so. */
import {existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Locator, Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {Api, until} from '#test/program/program.fixture.ts'
import {houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic', 'loft']})
/** Of what `torrentOf` makes, as it is shown. */
const SIZE = '48.9 KiB'
const torrentOf = (name: string, film = 50_000) =>
  makeTorrent({name, content: {'film.mkv': film, 'notes.txt': 100}, trackers: [house().tracker.announceUrl]})

/** Seedbox and loft share their disk with Commodarr, attic does not. */
beforeAll(async () => {
  for (const name of ['seedbox', 'loft'] as const) {
    const place = house().server(name).daemon.downloadDir
    const {status, body} = await house().api.send('PATCH', `/api/servers/${house().idOf(name)}`, {
      path_mappings: [{server: place, ours: place}],
    })
    expect(status, JSON.stringify(body)).toBe(200)
  }
  await house().api.online()
})

const fileOf = (name: string, server: 'seedbox' | 'loft' = 'seedbox') =>
  join(house().server(server).daemon.downloadDir, name, 'film.mkv')
const withFiles = (dialog: Locator) => dialog.getByText(say('delete.all'), {exact: true})

/** With its files, up to the last button. */
async function askFor(page: Page, name: string): Promise<Locator> {
  await rowOf(page, name).click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog')
  await withFiles(dialog).click()
  return dialog
}

async function confirm(page: Page, dialog: Locator): Promise<void> {
  await dialog.getByRole('button', {name: say('delete.button', {count: 1})}).click()
  await page
    .getByText(say('delete.waits', {count: 1}))
    .first()
    .waitFor()
}

const trashed = (page: Page, name: string) => page.getByRole('listitem').filter({hasText: name}).first()

test('deleted with its files it is found in the trash, with who did it, and comes back', async () => {
  const made = torrentOf('Trashed Film')
  await house().server('seedbox').seeds(made, house().tracker)
  const page = await house().visit('/torrents?q=trashed')
  const dialog = await askFor(page, made.name)
  const where = say('delete.on', {size: SIZE, name: 'seedbox'})
  await dialog.getByText(say('delete.trash', {days: 7, where})).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'trash-deleting')
  await confirm(page, dialog)
  await rowOf(page, made.name).waitFor({state: 'detached'})

  await page.goto(house().url('/torrents/trash'))
  const item = trashed(page, made.name)
  expect(await wordsOf(item)).toMatch(/seedbox · ada/)
  await until(
    () => existsSync(fileOf(made.name)),
    (isThere) => !isThere,
  )
  const restore = item.getByRole('button', {name: say('trash.restore-one', {name: made.name})})
  // Its server has to show that it forgot the torrent first.
  await until(
    () => restore.getAttribute('aria-disabled'),
    (isOff) => isOff !== 'true',
  )
  await restore.focus()
  await page.keyboard.press('Enter')
  await page
    .getByText(say('trash.restored', {name: made.name}))
    .first()
    .waitFor()
  await shoot(page, 'trash-restored')
  expect(existsSync(fileOf(made.name))).toBe(true)
  expect(await house().server('seedbox').observer.hashes()).toContain(made.hash)
  await page.goto(house().url('/torrents?q=trashed'))
  await rowOf(page, made.name).waitFor()
})

test('a restore that its disk refuses says what happened and what to do, and goes on when that is over', async () => {
  const made = torrentOf('Refused Film')
  await house().server('seedbox').seeds(made, house().tracker)
  const page = await house().visit('/torrents?q=refused')
  await confirm(page, await askFor(page, made.name))
  await page.goto(house().url('/torrents/trash'))
  const item = trashed(page, made.name)
  const restore = item.getByRole('button', {name: say('trash.restore-one', {name: made.name})})
  await until(
    async () => [existsSync(fileOf(made.name)), await restore.getAttribute('aria-disabled')] as const,
    ([isThere, isOff]) => !isThere && isOff !== 'true',
  )
  // Somebody puts a file of his own where it was.
  mkdirSync(dirname(fileOf(made.name)), {recursive: true})
  writeFileSync(fileOf(made.name), 'by hand')
  await restore.click()
  const failed = item.getByText(like('trash.failed.restore'))
  expect(await wordsOf(failed)).toContain('film.mkv')
  await shoot(page, 'trash-failed')
  expect(await seriousFindings(page)).toEqual([])
  expect(readFileSync(fileOf(made.name), 'utf8')).toBe('by hand')
  rmSync(fileOf(made.name))
  await restore.click()
  await page
    .getByText(say('trash.restored', {name: made.name}))
    .first()
    .waitFor()
  await item.getByText(like('trash.state.restored')).waitFor()
  expect(statSync(fileOf(made.name)).size).toBe(50_000)
})

let aside: string | undefined
/** @returns the name of what lies in the trash, laid there by the first test that needs it */
async function somethingAside(page: Page): Promise<string> {
  if (aside !== undefined) return aside
  const made = torrentOf('Waiting Film', 51_000)
  await house().server('seedbox').seeds(made, house().tracker)
  await setAside(page, made.name)
  aside = made.name
  return aside
}

for (const [screen, theme] of [
  ['desk', 'light'],
  ['desk', 'dark'],
  ['phone', 'light'],
] as const) {
  test(`what is being restored shows its step and how far it is, and is left alone: ${screen}, ${theme}`, async () => {
    const name = await somethingAside(await house().visit('about:blank'))
    const page = await house().visit('about:blank', {screen, theme})
    // How long a server checks is up to it: each step is put into what the page is told.
    const steps = [
      ['files', null, null],
      ['check', 0.4, 'Its server checks its data.'],
      ['settings', null, 'The former state was sent to its server.'],
    ] as const
    let [step, progress, message]: (typeof steps)[number] = steps[0]
    await page.route('**/api/trash', async (route) => {
      const answer = await route.fetch()
      const {items} = (await answer.json()) as {items: readonly {readonly name: string}[]}
      const one = items.find((it) => it.name === name)
      const first = {...one, state: 'restoring', restoring: {step, progress}, message, failed: null}
      await route.fulfill({json: {items: [first]}})
    })
    await page.goto(house().url('/torrents/trash'))
    const item = page.getByRole('listitem')
    for (const next of steps) {
      ;[step, progress, message] = next
      await item.getByText(say(`trash.restoring.${step}`)).waitFor()
      if (message !== null) await item.getByText(message).waitFor()
      await expect.poll(() => item.getByRole('meter').count()).toBe(progress === null ? 0 : 1)
      await shoot(page, `trash-restoring-${step}-${screen}-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
      for (const what of [/^Restore/, /^Delete/]) {
        const button = item.getByRole('button', {name: what})
        expect(await button.getAttribute('aria-disabled')).toBe('true')
      }
    }
    expect(await tooWide(page)).toBe(0)
  })
}

test('free at once says what it means, fits a phone, and leaves nothing in the trash', async () => {
  const made = torrentOf('Freed Film')
  await house().server('seedbox').seeds(made, house().tracker)
  const page = await house().visit('/torrents?q=freed', {screen: 'small'})
  await rowOf(page, made.name).tap()
  await page.getByRole('button', {name: say('ledger.delete'), exact: true}).tap()
  const dialog = page.getByRole('dialog')
  await withFiles(dialog).tap()
  await dialog.getByRole('checkbox', {name: say('delete.at-once')}).tap()
  const where = say('delete.on', {size: SIZE, name: 'seedbox'})
  await dialog.getByText(say('delete.frees', {where})).waitFor()
  await dialog.getByText(say('delete.at-once.hint')).waitFor()
  expect(await tooWide(page)).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'trash-at-once')
  await confirm(page, dialog)
  await until(
    () => existsSync(fileOf(made.name)),
    (isThere) => !isThere,
  )
  const {items} = await house().api.get<{items: readonly {name: string}[]}>('/api/trash')
  expect(items.map(({name}) => name)).not.toContain(made.name)
})

test('a doubt that keeps all of it is looked at again while a user reads of it', async () => {
  const made = torrentOf('Doubted Film')
  await house().server('seedbox').seeds(made, house().tracker)
  const page = await house().visit('/torrents?q=doubted')
  let isDoubted = true
  await page.route('**/torrents/removal-preview', async (route) => {
    const answer = await route.fetch()
    const told = (await answer.json()) as {servers: readonly object[]}
    const kept = {count: 1, message: 'Its list is not known.'}
    const servers = told.servers.map((it) => ({...it, obstacle: null, ...(isDoubted && {kept})}))
    await route.fulfill({response: answer, json: {...told, servers}})
  })
  const dialog = await askFor(page, made.name)
  await dialog.getByText('Its list is not known.').waitFor()
  isDoubted = false
  const button = dialog.getByRole('button', {name: say('delete.button', {count: 1})})
  await button.waitFor()
  expect(await button.getAttribute('aria-disabled')).not.toBe('true')
  expect(await dialog.getByText('Its list is not known.').count()).toBe(0)
})

test('what is linked in a library says so, and that its room is not freed', async () => {
  const made = torrentOf('Linked Film')
  await house().server('seedbox').seeds(made, house().tracker)
  const library = join(house().server('seedbox').daemon.downloadDir, 'library')
  mkdirSync(library)
  linkSync(fileOf(made.name), join(library, 'Linked Film.mkv'))
  const page = await house().visit('/torrents?q=linked')
  const dialog = await askFor(page, made.name)
  await dialog.getByText(say('delete.linked', {count: 1})).waitFor()
  // The notes beside the film, as soon as it is known that the other server of this machine does not hold them.
  await dialog.getByText(/frees (at least 0\sB|100\sB) on seedbox/).waitFor()
  await shoot(page, 'trash-linked')
  expect(await seriousFindings(page)).toEqual([])
})

test('where there is no trash it is said of that server, with the reason', async () => {
  // Where folders are not mapped, files of one name and size may be the same.
  const made = torrentOf('Lost Film', 60_000)
  await house().server('attic').has(made)
  const page = await house().visit('/torrents?q=lost')
  const dialog = await askFor(page, made.name)
  await dialog.getByText(say('delete.no-trash', {count: 1, name: 'attic'})).waitFor()
  await dialog.getByText('no folders are mapped').waitFor()
  const box = dialog.getByRole('checkbox', {name: say('delete.at-once')})
  expect(await box.getAttribute('aria-disabled')).toBe('true')
  expect(await seriousFindings(page)).toEqual([])
  // As long as it is there, what is linked may be linked by it.
  const key = {server_id: house().idOf('attic'), info_hash: made.hash}
  expect(await house().api.act('remove', [key])).toMatchObject([{outcome: 'done'}])
})

async function setAside(page: Page, name: string, server?: 'loft'): Promise<void> {
  await page.goto(house().url(`/torrents?q=${name.split(' ')[0]!.toLowerCase()}`))
  await confirm(page, await askFor(page, name))
  await until(
    () => house().api.get<{items: readonly {name: string; under_way: boolean}[]}>('/api/trash'),
    ({items}) => items.some((it) => it.name === name && !it.under_way),
  )
  await until(
    () => existsSync(fileOf(name, server)),
    (isThere) => !isThere,
  )
}

const mia = {name: 'mia', password: 'an ample password'}

/** A member who may look at loft. */
async function viewer(): Promise<Api> {
  const {status, body} = await house().api.send('POST', '/api/users', {...mia, role: 'member'})
  expect(status, JSON.stringify(body)).toBe(201)
  const sharing = {everyone: 'view', users: []}
  const shared = await house().api.send('PUT', `/api/servers/${house().idOf('loft')}/sharing`, sharing)
  expect(shared.status, JSON.stringify(shared.body)).toBeLessThan(300)
  const member = new Api(house().url(''))
  await member.logIn(mia.name, mia.password)
  return member
}

const screens = [
  ['desk', 'light'],
  ['desk', 'dark'],
  ['phone', 'light'],
] as const

test('what lies there of a server that left stays, says so to administrators alone, and its files come back', async () => {
  const made = torrentOf('Abandoned Film', 52_000)
  await house().server('loft').seeds(made, house().tracker)
  const page = await house().visit('about:blank')
  await setAside(page, made.name, 'loft')
  const member = await viewer()
  const looking = await house().visit('/torrents/trash', {}, member)
  const mayNot = trashed(looking, made.name).getByRole('button', {name: /^Restore/})
  expect(await mayNot.getAttribute('aria-disabled')).toBe('true')
  await shoot(looking, 'trash-viewer')

  const {status} = await house().api.send('DELETE', `/api/servers/${house().idOf('loft')}`)
  expect(status).toBe(204)
  for (const [screen, theme] of screens) {
    const seen = await house().visit('/torrents/trash', {screen, theme})
    const item = trashed(seen, made.name)
    expect(await wordsOf(item.getByText(like('trash.left')))).not.toContain(house().idOf('loft'))
    await item.getByText(say('trash.left.until')).waitFor()
    await shoot(seen, `trash-left-${screen}-${theme}`)
    expect(await seriousFindings(seen)).toEqual([])
    expect(await tooWide(seen)).toBe(0)
  }
  await looking.reload()
  await looking.getByText(say('trash.none')).waitFor()
  await shoot(looking, 'trash-left-viewer')

  await page.goto(house().url('/torrents/trash'))
  const item = trashed(page, made.name)
  await item.getByRole('button', {name: say('trash.restore-one', {name: made.name})}).click()
  await page
    .getByText(say('trash.put-back', {name: made.name}))
    .first()
    .waitFor()
  await item.getByText(like('trash.state.restored')).waitFor()
  expect(statSync(fileOf(made.name, 'loft')).size).toBe(52_000)
})
