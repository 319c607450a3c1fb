/** What is inside of a torrent, changed in its details on each kind of server, and seen there by a witness. */
import type {Locator, Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import type {FilePriority} from '#model/command.ts'
import {until} from '#test/program/program.fixture.ts'
import type {ServerName} from './daemons.fixture.ts'
import {houseFor, wordsOf} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic', 'cellar']})
const dead = 'http://127.0.0.1:9/dead/announce'
let made: MadeTorrent

beforeAll(async () => {
  const content = {'Season 1/one.mkv': 40_000, 'Season 1/two.mkv': 40_000, 'Extras/front.jpg': 9_000}
  made = makeTorrent({name: 'Show', content, trackers: [house().tracker.announceUrl, dead]})
  for (const server of house().servers.values()) await server.has(made)
})

function visit(server: ServerName, tab: 'files' | 'trackers' | 'overview'): Promise<Page> {
  return house().visit(`/torrents?at=${house().idOf(server)}~${made.hash}&tab=${tab}`)
}

function fileRow(page: Page, name: string): Locator {
  return page
    .getByRole('treegrid', {name: say('files.label')})
    .getByRole('row')
    .filter({has: page.getByText(name, {exact: true})})
}

/** As the server itself says: by the last part of the path. */
async function prioritiesOn(server: ServerName): Promise<Readonly<Record<string, FilePriority>>> {
  const files = await house().server(server).observer.files(made.hash)
  return Object.fromEntries(
    files.map(({path, priority}) => [path.slice(path.lastIndexOf('/') + 1), priority]),
  )
}

for (const [server, offered, highest] of [
  ['seedbox', ['maximum', 'high', 'normal', 'skip'], 'maximum'],
  ['attic', ['high', 'normal', 'low', 'skip'], 'high'],
  ['cellar', ['high', 'normal', 'skip'], 'high'],
] as const) {
  test(`a folder on ${server} gets the priorities that this server has, and no other is offered`, async () => {
    const page = await visit(server, 'files')
    await fileRow(page, 'Season 1').click({button: 'right'})
    const entries = page.getByRole('menu').getByRole('menuitemcheckbox')
    await entries.first().waitFor()
    expect(await entries.allInnerTexts()).toEqual(offered.map((it) => say(`file-priority.${it}`)))
    await entries.first().click()
    await until(
      () => prioritiesOn(server),
      (seen) => seen['one.mkv'] === highest && seen['two.mkv'] === highest,
    )
    expect((await prioritiesOn(server))['front.jpg']).toBe('normal')
    await fileRow(page, 'Extras').click()
    await page.keyboard.press('Space')
    await until(
      () => prioritiesOn(server),
      (seen) => seen['front.jpg'] === 'skip',
    )
  })

  test(`a tracker on ${server} gets another address, goes, and comes back`, async () => {
    const page = await visit(server, 'trackers')
    const row = (url: string) => page.getByRole('row').filter({hasText: url})
    const trackers = () => house().server(server).observer.trackers(made.hash)
    const open = async (url: string, entry: 'trackers.edit' | 'trackers.remove') => {
      await row(url).getByRole('button').click()
      await page.getByRole('menuitem', {name: say(entry)}).click()
    }
    const other = dead.replace('dead', 'other')
    await open(dead, 'trackers.edit')
    const dialog = page.getByRole('dialog', {name: say('trackers.edit')})
    await dialog.getByRole('textbox').fill(other)
    await dialog.getByRole('button', {name: say('trackers.edit.do'), exact: true}).click()
    await until(trackers, (seen) => seen.includes(other) && !seen.includes(dead))

    await toastsStay(page)
    await open(other, 'trackers.remove')
    await until(trackers, (seen) => !seen.includes(other))
    await page.getByRole('button', {name: new RegExp(`^${say('toast.undo')}`)}).click()
    await until(trackers, (seen) => seen.includes(other))
  })
}

for (const server of ['seedbox', 'attic'] as const) {
  test(`a file, a folder and the torrent itself get other names on ${server}`, async () => {
    const page = await visit(server, 'files')
    const paths = async () => (await house().server(server).observer.files(made.hash)).map(({path}) => path)
    const rename = async (from: string, to: string) => {
      await fileRow(page, from).click()
      await page.getByRole('button', {name: say('files.rename'), exact: true}).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox').fill(to)
      await dialog.getByRole('button', {name: say('files.rename.do'), exact: true}).click()
      // Where others have files of the same names, and nobody mapped the folders of any, it is confirmed first.
      const anyway = dialog.getByRole('button', {name: say('files.rename.anyway'), exact: true})
      const asks = await Promise.race([
        anyway.waitFor().then(() => true),
        dialog.waitFor({state: 'detached'}).then(() => false),
      ])
      if (asks) await anyway.click()
      await dialog.waitFor({state: 'detached'})
      await fileRow(page, to).waitFor()
    }
    await rename('two.mkv', 'Two.mkv')
    await rename('Extras', 'Bonus')
    await until(paths, (seen) =>
      ['Season 1/Two.mkv', 'Bonus/front.jpg'].every((end) => seen.some((it) => it.endsWith(end))),
    )

    await page.getByRole('button', {name: say('details.edit', {what: say('details.name')})}).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('Another show')
    await dialog.getByRole('button', {name: say('rename.button'), exact: true}).click()
    // There the folder is renamed with its torrent, and who else uses its files is as unknown as before.
    if (server === 'attic') await page.getByRole('button', {name: say('result.anyway'), exact: true}).click()
    // The folder may have its new name by then, too.
    await page
      .getByRole('region', {name: say('details.label')})
      .getByTitle('Another show', {exact: true})
      .filter({visible: true})
      .first()
      .waitFor()
  })
}

test('many files get new names by one rule, after each of them was shown', async () => {
  const many = makeTorrent({
    name: 'Series',
    content: {'show.e1.mkv': 20_000, 'show.e2.mkv': 20_000, 'show.e3.mkv': 20_000, 'show.nfo': 500},
    trackers: [house().tracker.announceUrl],
  })
  await house().server('seedbox').has(many)
  const page = await house().visit(`/torrents?at=${house().idOf('seedbox')}~${many.hash}&tab=files`)
  await fileRow(page, 'show.e1.mkv').waitFor()
  // A size counts beside a pattern, and what is found is what is meant.
  await page.getByRole('textbox', {name: say('files.filter')}).fill('show* >10kB')
  await fileRow(page, 'show.nfo').waitFor({state: 'detached'})
  await page.getByRole('button', {name: say('files.rename'), exact: true}).click()
  const dialog = page.getByRole('dialog', {name: say('files.rename.title', {count: 3, all: 3})})
  const [find, replace] = [say('files.rename.find'), say('files.rename.replace')].map((name) =>
    dialog.getByRole('textbox', {name}),
  )
  const send = dialog.getByRole('button', {name: say('files.rename.many', {count: 3, all: 3}), exact: true})
  await find!.fill(String.raw`\.e\d`)
  await dialog.getByRole('checkbox', {name: say('files.rename.pattern')}).check()
  // All three would be called the same.
  await dialog.getByText(say('files.rename.fault.taken')).nth(2).waitFor()
  await find!.fill(String.raw`^show\.e(\d)`)
  await replace!.fill('Series 1x0$1')
  await dialog.getByText('Series 1x03.mkv', {exact: true}).waitFor()
  await send.click()
  // Where others have files of the same names, and nobody mapped the folders of any, it is confirmed first.
  const anyway = dialog.getByRole('button', {name: say('files.rename.many-anyway', {count: 3, all: 3})})
  const asks = await Promise.race([
    anyway.waitFor().then(() => true),
    dialog.waitFor({state: 'detached'}).then(() => false),
  ])
  if (asks) await anyway.click()
  await dialog.waitFor({state: 'detached'})
  await until(
    async () => (await house().server('seedbox').observer.files(many.hash)).map(({path}) => path),
    (seen) =>
      ['Series 1x01.mkv', 'Series 1x02.mkv', 'Series 1x03.mkv', 'show.nfo'].every((end) =>
        seen.some((it) => it.endsWith(end)),
      ),
  )
})

test('what a server cannot do says why where one would do it', async () => {
  const page = await visit('cellar', 'files')
  await fileRow(page, 'one.mkv').click({button: 'right'})
  const entry = page.getByRole('menuitem', {name: say('files.rename'), disabled: true})
  expect(await wordsOf(entry)).toContain('rTorrent cannot rename')
})
