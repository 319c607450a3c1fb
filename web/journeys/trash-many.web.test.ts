/** Many entries of the trash at once: what would go is named before, how far it is meanwhile, what did not go after. */
import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {beforeAll, describe, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {problemsOf, sizes, type Shown} from './looks.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
const folder = () => house().server('seedbox').daemon.downloadDir

interface Item {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly under_way: boolean
}
const kept = async () =>
  (await house().api.get<{items: readonly Item[]}>('/api/trash')).items.filter(({state}) => state === 'kept')

beforeAll(async () => {
  const body = {path_mappings: [{server: folder(), ours: folder()}]}
  await done(house().api.send('PATCH', `/api/servers/${house().idOf('seedbox')}`, body))
  await house().api.online()
})

/** No two have the same files. */
let count = 0

/** Torrents of these names with their files, laid into the trash. */
async function setAside(...names: readonly string[]): Promise<void> {
  const trackers = [house().tracker.announceUrl]
  for (const name of names) {
    const content = {'film.mkv': 50_000 + ++count, 'notes.txt': 100}
    const made = makeTorrent({name, content, trackers})
    await house().server('seedbox').seeds(made, house().tracker)
    const key = {server_id: house().idOf('seedbox'), info_hash: made.hash}
    await until(
      () => house().api.act('removeWithData', [key]),
      ([result]) => result?.outcome === 'done',
    )
  }
  await until(kept, (all) => names.every((name) => all.some((it) => it.name === name && !it.under_way)))
}

const select = (page: Page, name: string) =>
  page.getByRole('checkbox', {name: say('trash.select', {name}), exact: true})
const button = (page: Page, name: string) => page.getByRole('button', {name, exact: true})
const dialogButton = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', {name, exact: true})

test('selected ones are restored together, after what that means', async () => {
  const names = ['Many Restored A', 'Many Restored B']
  await setAside(...names, 'Many Left')
  const page = await house().visit('/torrents/trash')
  for (const name of names) await select(page, name).click()
  await button(page, say('trash.restore.selected', {count: 2})).click()
  const dialog = page.getByRole('dialog')
  for (const name of names) await dialog.getByText(name).first().waitFor()
  expect(await dialog.innerText()).not.toContain('Many Left')
  await shoot(page, 'trash-many-restore')
  expect(await seriousFindings(page)).toEqual([])
  await dialogButton(page, say('trash.restore.selected', {count: 2})).click()
  await until(kept, (all) => all.length === 1 && all[0]!.name === 'Many Left')
  for (const name of names) await until(() => existsSync(join(folder(), name, 'film.mkv')), Boolean)
})

test('of those that are deleted permanently the ones that stay are named with the reason', async () => {
  await setAside('Many Gone A', 'Many Gone B')
  const page = await house().visit('/torrents/trash?q=many+gone')
  const stays = (await kept()).find(({name}) => name === 'Many Gone B')!
  await page.route(`**/api/trash/${stays.id}`, (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      json: {
        type: 'about:blank',
        status: 409,
        code: 'content_shared',
        detail: 'Another torrent needs its files.',
      },
    }),
  )
  await page.getByRole('checkbox', {name: say('trash.all')}).click()
  await button(page, say('trash.purge.selected', {count: 2})).click()
  await dialogButton(page, say('trash.purge.selected', {count: 2})).click()
  await page.getByText(say('trash.batch.purge.failed', {count: 1})).waitFor()
  expect(await page.locator('main').innerText()).toMatch(/Many Gone B\s*Another torrent needs its files\./)
  await shoot(page, 'trash-many-failed')
  expect(await seriousFindings(page)).toEqual([])
  expect((await kept()).map(({name}) => name)).toContain(stays.name)
  expect((await kept()).map(({name}) => name)).not.toContain('Many Gone A')
  await button(page, say('trash.batch.dismiss')).click()
  await page.getByText(say('trash.batch.purge.failed', {count: 1})).waitFor({state: 'detached'})
})

test('how far it is stands on the page, and it can be cancelled between two', async () => {
  await setAside('Many Halted A', 'Many Halted B')
  const page = await house().visit('/torrents/trash?q=many+halted')
  const goOn = Promise.withResolvers<void>()
  await page.route('**/api/trash/*', async (route) => {
    await goOn.promise
    await route.continue()
  })
  await page.getByRole('checkbox', {name: say('trash.all')}).click()
  await button(page, say('trash.purge.selected', {count: 2})).click()
  await dialogButton(page, say('trash.purge.selected', {count: 2})).click()
  await page.getByRole('progressbar', {name: say('trash.batch.purge')}).waitFor()
  await page.getByText(/0 of 2, 0\sB of 97\.9\sKiB/).waitFor()
  await shoot(page, 'trash-many-running')
  await button(page, say('trash.batch.cancel')).click()
  goOn.resolve()
  await page.getByRole('progressbar').waitFor({state: 'detached'})
  expect((await kept()).filter(({name}) => name.startsWith('Many Halted'))).toHaveLength(1)
})

for (const [screen, theme] of [
  ['desk', 'light'],
  ['desk', 'dark'],
  ['phone', 'light'],
] as const) {
  test(`the trash is emptied when its number was typed, whatever the search shows: ${screen}, ${theme}`, async () => {
    await setAside(`Many Emptied ${screen} ${theme}`, `Other Emptied ${screen} ${theme}`)
    const {length: all} = await kept()
    const page = await house().visit('/torrents/trash?q=many+emptied', {screen, theme})
    await button(page, say('trash.empty')).click()
    const dialog = page.getByRole('dialog', {name: say('trash.empty.title', {count: all})})
    await dialog.waitFor()
    const go = dialogButton(page, say('trash.purge.selected', {count: all}))
    expect(await go.getAttribute('aria-disabled')).toBe('true')
    const number = dialog.getByRole('textbox')
    await number.fill(String(all + 1))
    expect(await go.getAttribute('aria-disabled')).toBe('true')
    await shoot(page, `trash-empty-${screen}-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
    expect(await tooWide(page)).toBe(0)
    await number.fill(String(all))
    await go.click()
    await until(kept, (left) => left.length === 0)
    expect(readdirSync(folder()).filter((name) => name.includes('Emptied'))).toEqual([])
  })
}

const listed = (page: Page) => page.getByRole('checkbox', {name: say('trash.all')})
const selectAll = (page: Page) => listed(page).click()
/** With the entries `Many Seen A` and `Many Seen B`, and nothing else. */
const looks: readonly Shown[] = [
  {name: 'trash with entries', path: '/torrents/trash', whole: (page) => select(page, 'Many Seen B')},
  {
    name: 'trash, selected',
    path: '/torrents/trash',
    opens: selectAll,
    whole: (page) => button(page, say('trash.purge.selected', {count: 2})),
  },
  {
    name: 'trash, restoring what is selected',
    path: '/torrents/trash',
    opens: async (page) => {
      await selectAll(page)
      await button(page, say('trash.restore.selected', {count: 2})).click()
    },
    whole: (page) => dialogButton(page, say('trash.restore.selected', {count: 2})),
  },
  {
    name: 'trash, deleting what is selected',
    path: '/torrents/trash',
    opens: async (page) => {
      await selectAll(page)
      await button(page, say('trash.purge.selected', {count: 2})).click()
    },
    whole: (page) => dialogButton(page, say('trash.purge.selected', {count: 2})),
  },
]

describe('with entries', () => {
  beforeAll(async () => {
    for (const {id} of await kept()) await done(house().api.send('DELETE', `/api/trash/${id}`))
    await setAside('Many Seen A', 'Many Seen B')
  })
  for (const screen of sizes) {
    test(`the trash and what is selected in it can be read by everybody and fit: ${screen}`, async () => {
      expect(await problemsOf(house(), screen, looks)).toEqual([])
    })
  }
})
