/** Who deletes a torrent whose files are the only copy in a library is told so, and also where nobody could look. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
const NAME = 'Paper Ferry (2024)'
const film = () =>
  makeTorrent({name: NAME, content: {[`${NAME}.mkv`]: 50_000}, trackers: [house().tracker.announceUrl]})
let sim: ArrSim

/** The folder of the downloads is that of the library. */
beforeAll(async () => {
  const seedbox = house().server('seedbox')
  const made = film()
  await seedbox.seeds(made, house().tracker)
  sim = await createArrSim({
    backends: {},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        rootFolders: [seedbox.daemon.downloadDir],
        library: [{title: 'Paper Ferry', year: 2024, hasFile: true}],
      },
    ],
  })
  const {url, apiKey: api_key} = sim.arr('Radarr')
  const added = await house().api.send('POST', '/api/arrs', {
    kind: 'radarr',
    name: 'Radarr',
    url,
    api_key,
    category: 'films',
  })
  expect(added.status, JSON.stringify(added.body)).toBe(201)
  const keys = [{server_id: house().idOf('seedbox'), info_hash: made.hash}]
  await until(
    () => house().api.send('POST', '/api/torrents/removal-preview', {keys}),
    ({body}) => (body as {library: {torrents: number}}).library.torrents === 1,
  )
})
afterAll(() => sim?.close())

async function askFor(page: Page) {
  await page.goto(house().url('/torrents?q=paper'))
  await rowOf(page, NAME).click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog')
  const choose = (what: 'delete.all' | 'delete.torrents') =>
    dialog.getByText(say(what), {exact: true}).click()
  return {dialog, choose}
}

for (const theme of ['light', 'dark'] as const) {
  test(`with its files it is named what is lost and from where, and without them nothing: ${theme}`, async () => {
    const page = await house().visit('about:blank', {theme})
    const {dialog, choose} = await askFor(page)
    await choose('delete.all')
    const told = dialog.getByText(say('delete.library', {count: 1}), {exact: true})
    await told.waitFor()
    const where = say('delete.library.files', {count: 1, shown: '1', name: 'Radarr'})
    await dialog.getByText(say('delete.library.why', {where})).waitFor()
    await shoot(page, `library-deleting-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
    expect(await contrastFindings(page)).toEqual([])
    await choose('delete.torrents')
    await told.waitFor({state: 'detached'})
  })
}

test('where its Arr cannot be asked, that is said', async () => {
  const {faults} = sim.arr('Radarr').arr
  faults.add({kind: '502'})
  const page = await house().visit('about:blank')
  const {dialog, choose} = await askFor(page)
  await choose('delete.all')
  await dialog.getByText(say('delete.library.unknown', {count: 1})).waitFor()
  await shoot(page, 'library-unknown')
  expect(await seriousFindings(page)).toEqual([])
  expect(await dialog.getByText(say('delete.library', {count: 1}), {exact: true}).count()).toBe(0)
  await page.keyboard.press('Escape')
  faults.clear()
})
