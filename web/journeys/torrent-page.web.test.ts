/** One torrent, in the panel and on a page of its own: its parts by key, whose bytes it has, its files, and when it is gone. */
import {linkSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {buffer} from 'node:stream/consumers'
import type {Locator, Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot, type Looking} from '#lab/browser.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {isFull} from '#test/proof.ts'
import {houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
let made: readonly MadeTorrent[]

const torrentOf = (name: string) =>
  makeTorrent({
    name,
    content: {'film.mkv': 50_000, 'notes.txt': 100},
    trackers: [house().tracker.announceUrl],
  })

/** Its disk is seen from here, and the film of the first has a name in a library, too. */
beforeAll(async () => {
  const seedbox = house().server('seedbox')
  const place = seedbox.daemon.downloadDir
  const {status, body} = await house().api.send('PATCH', `/api/servers/${house().idOf('seedbox')}`, {
    path_mappings: [{server: place, ours: place}],
  })
  expect(status, JSON.stringify(body)).toBe(200)
  await house().api.online()
  made = ['Paged Film A', 'Paged Film B', 'Paged Film C'].map(torrentOf)
  for (const one of made) await seedbox.seeds(one, house().tracker)
  mkdirSync(join(place, 'library'), {recursive: true})
  linkSync(join(place, made[0]!.name, 'film.mkv'), join(place, 'library', 'Film (2020).mkv'))
})

const at = ({hash}: MadeTorrent, tab: string) => `/torrents?at=${house().idOf('seedbox')}~${hash}&tab=${tab}`
const pageOf = ({hash}: MadeTorrent, more = '') => `/torrents/${house().idOf('seedbox')}/${hash}${more}`
const selected = (page: Page, tab: 'overview' | 'files' | 'pieces' | 'history' | 'links') =>
  page.getByRole('tab', {name: say(`details.tab.${tab}`), selected: true})
const why = (page: Page): Locator => page.getByRole('region', {name: say('details.tab.why'), exact: true})

test('digits lead from part to part, and above each stands why it stays', async () => {
  const page = await house().visit(at(made[0]!, 'overview'))
  await selected(page, 'overview').waitFor()
  await why(page).waitFor()
  for (const [key, tab] of [
    ['2', 'files'],
    ['5', 'pieces'],
    ['6', 'history'],
    ['7', 'links'],
    ['1', 'overview'],
  ] as const) {
    await page.keyboard.press(key)
    await selected(page, tab).waitFor()
    await why(page).waitFor()
  }
  // The sentence leads to all of it.
  await why(page)
    .getByRole('button', {name: say('details.explain')})
    .click()
  await page.getByRole('tab', {name: say('details.tab.why'), selected: true}).waitFor()
  expect(await why(page).count()).toBe(0)
})

test('whose bytes it has is shown with what the delete dialog says is freed', async () => {
  const page = await house().visit(at(made[0]!, 'links'))
  const panel = page.getByRole('tabpanel')
  await panel.getByText('2 files, 3 hard links, 1 of them outside of torrents').waitFor()
  const sentence = say('delete.trash', {days: 7, where: say('delete.on', {size: '100 B', name: 'seedbox'})})
  await panel.getByText(sentence).waitFor()
  await panel.getByText(say('links.frees', {size: '100 B'}), {exact: true}).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'torrent-links')
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('delete.all'), {exact: true}).click()
  await dialog.getByText(sentence).waitFor()
})

test('a complete file is downloaded from the disk, and its history says who read it', async () => {
  const page = await house().visit(at(made[0]!, 'files'))
  const row = page
    .getByRole('treegrid', {name: say('files.label')})
    .getByRole('row')
    .filter({has: page.getByText('notes.txt', {exact: true})})
  await row.click({button: 'right'})
  const coming = page.waitForEvent('download')
  await page.getByRole('menuitem', {name: say('files.download')}).click()
  const download = await coming
  expect(download.suggestedFilename()).toBe('notes.txt')
  const file = made[0]!.files.find(({path}) => path.endsWith('notes.txt'))!
  expect(await buffer(await download.createReadStream())).toEqual(Buffer.from(file.bytes))
  // Who read it is in its history.
  await page.keyboard.press('6')
  await page.getByRole('tabpanel').getByText(say('entry.readFile')).first().waitFor()
})

test('files are selected by what they are', async () => {
  const page = await house().visit(at(made[0]!, 'files'))
  await page.getByRole('button', {name: say('files.select')}).click()
  await page.getByRole('menuitem', {name: say('files.select.some', {what: '.txt', count: 1})}).click()
  await page.getByText(say('files.chosen', {count: 1})).waitFor()
  const chosen = page.getByRole('treegrid').getByRole('row', {selected: true})
  expect(await wordsOf(chosen)).toContain('notes.txt')
})

test('on its page keys lead to the next torrent of the list, in the same part', async () => {
  const page = await house().visit(pageOf(made[0]!, '?tab=pieces&sort=name'))
  await page.getByRole('heading', {level: 1, name: made[0]!.name}).waitFor()
  await page.getByText('1 of 3', {exact: true}).waitFor()
  const next = page.getByRole('button', {name: say('details.next-one')})
  await expect.poll(() => next.getAttribute('aria-disabled'), {timeout: 30_000}).not.toBe('true')
  await page.keyboard.press('j')
  await page.getByRole('heading', {level: 1, name: made[1]!.name}).waitFor()
  await selected(page, 'pieces').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'torrent-page')
})

test('on its page the keys of actions act on that torrent', async () => {
  const page = await house().visit(pageOf(made[0]!))
  await page.getByRole('heading', {level: 1, name: made[0]!.name}).waitFor()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog', {
    name: say('delete.title.named', {name: made[0]!.name}),
    exact: true,
  })
  await expect.poll(() => dialog.count()).toBe(1)
  await page.keyboard.press('Escape')
  await dialog.waitFor({state: 'detached'})
  await page.keyboard.press('s')
  await page
    .getByRole('main')
    .getByRole('button', {name: say('action.start'), exact: true})
    .waitFor()
  await page.keyboard.press('s')
  await page
    .getByRole('main')
    .getByRole('button', {name: say('action.stop'), exact: true})
    .waitFor()
})

for (const looking of [{screen: 'phone'}, {theme: 'dark'}] as const satisfies Looking[]) {
  test.runIf(isFull)(`its page holds in every part: ${JSON.stringify(looking)}`, async () => {
    for (const tab of ['overview', 'files', 'pieces', 'history', 'links'] as const) {
      const page = await house().visit(pageOf(made[1]!, `?tab=${tab}`), looking)
      await selected(page, tab).waitFor()
      expect(await tooWide(page)).toBe(0)
      expect(await seriousFindings(page)).toEqual([])
      expect(await contrastFindings(page)).toEqual([])
      await shoot(page, `torrent-page-${tab}-${'theme' in looking ? 'dark' : 'phone'}`)
    }
  })
}

test('several selected ones have one sum, and one answer to what deleting all of them frees', async () => {
  const page = await house().visit('/torrents?sort=name')
  await rowOf(page, made[1]!.name).click()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+ArrowDown')
  const panel = page.getByRole('tabpanel')
  await panel.getByText(say('links.if-all-removed')).waitFor()
  expect(await wordsOf(panel)).toContain(say('details.several', {count: 2}))
  await panel.getByText(say('links.frees', {size: '97.9\u00a0KiB'}), {exact: true}).waitFor()
})

test('one that is removed keeps its page, with who removed it and the way back', async () => {
  const gone = made[2]!
  const page = await house().visit(pageOf(gone))
  await page.getByRole('heading', {level: 1, name: gone.name}).waitFor()
  await house().api.act('removeWithData', [{server_id: house().idOf('seedbox'), info_hash: gone.hash}])
  const main = page.getByRole('main')
  await main.getByText(/^Removed by ada, today \d\d:\d\d\.$/).waitFor()
  await page.getByRole('heading', {level: 1, name: gone.name}).waitFor()
  await shoot(page, 'torrent-gone')
  expect(await seriousFindings(page)).toEqual([])
  const restore = main.getByRole('button', {name: say('details.gone.restore-one', {name: gone.name})})
  await expect.poll(() => restore.getAttribute('aria-disabled'), {timeout: 60_000}).not.toBe('true')
  await restore.click()
  // It is there again: its parts are, and nothing says any more that it went.
  await selected(page, 'overview').waitFor()
  await page.getByRole('heading', {level: 1, name: gone.name}).waitFor()
  expect(await wordsOf(main)).not.toContain('Removed by')
})
