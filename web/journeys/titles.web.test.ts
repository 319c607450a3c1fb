/** Journey: what all Arrs have and lack, in one list; found by words, by state and by keys, and looked at one by one. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {houseFor, patient, tooWide} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: [], config: '[Settings]\nConfigVersion = "5.14.4"\n'})
let sim: ArrSim
/** Of films that are not among the first ones in sight. */
const many = Array.from({length: 240}, (_, at) => ({
  title: `Tide ${String(at).padStart(3, '0')}`,
  year: 2001,
}))

beforeAll(async () => {
  sim = await createArrSim({
    backends: {},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        library: [{title: 'Brazil', year: 1985}, {title: 'Alien', year: 1979}, ...many],
        downloadClients: [{name: 'A', category: 'films'}],
      },
      {
        name: 'Sonarr',
        app: 'sonarr',
        library: [{title: 'Cabin', year: 2015, units: [{number: 1}, {number: 2}]}],
        downloadClients: [{name: 'A', category: 'series'}],
      },
    ],
  })
  for (const [kind, name, category] of [
    ['radarr', 'Radarr', 'films'],
    ['sonarr', 'Sonarr', 'series'],
  ] as const) {
    const {url, apiKey} = sim.arr(name)
    await done(house().api.send('POST', '/api/arrs', {kind, name, url, category, api_key: apiKey}))
  }
  const {api} = house()
  await waitUntil(
    'the library to be read',
    async () => (await api.get<{total: number}>('/api/library')).total === 243,
  )
})
afterAll(() => sim?.close())

/** What the indexers have of Alien: one that its Radarr takes, and one without seeds. */
function offerAlien(): void {
  const {releases} = sim.arr('Radarr').arr
  releases.define({itemId: 2, title: 'Alien.1979.1080p.WEB-DL-SIM', life: {completeAfter: null}})
  releases.define({itemId: 2, title: 'Alien.1979.720p.WEB-DL-SIM', seeders: 0, life: {completeAfter: null}})
}

const main = (page: Page) => page.getByRole('main')
const list = (page: Page) => page.getByRole('list', {name: say('titles.list')})
const link = (page: Page, name: RegExp) => list(page).getByRole('link', {name})

test('the titles of all Arrs are beside their queue, and are found by words and by state', async () => {
  const page = await house().visit('/library')
  await page.getByRole('link', {name: say('arr.tabs.titles'), exact: true}).click()
  await link(page, /Alien/).waitFor()
  await page.getByRole('combobox', {name: say('titles.find')}).fill('year<1990 -alien')
  await link(page, /Brazil/).waitFor()
  await expect.poll(() => list(page).getByRole('link').count(), patient).toBe(1)
  await page.getByRole('combobox', {name: say('titles.find')}).fill('')
  await main(page)
    .getByRole('group', {name: say('titles.filter')})
    .getByRole('button', {name: new RegExp(`^${say('titles.state.missing')}`)})
    .click()
  await expect.poll(() => new URL(page.url()).searchParams.get('show'), patient).toBe('missing')
  await link(page, /Alien/).waitFor()
})

test('keys lead through titles that are not drawn yet, and Escape leads back to the list', async () => {
  const page = await house().visit('/library/titles')
  await link(page, /Alien/).focus()
  await page.keyboard.press('End')
  await link(page, /Tide 239/).waitFor()
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent), patient)
    .toContain('Tide 239')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', {name: 'Tide 239 (2001)'})
  await panel.waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({state: 'detached'})
})

const releases = (page: Page) =>
  page.getByRole('dialog', {name: say('releases.title', {title: 'Alien (1979)'})})

/** From its panel, which is open. */
async function openReleases(page: Page): Promise<void> {
  await page.getByRole('button', {name: say('arr.releases'), exact: true}).click()
  await releases(page).getByText('Not enough seeders').first().waitFor()
}

test('releases of a title are listed with what its Arr says against each, sorted, and one is grabbed', async () => {
  offerAlien()
  const page = await house().visit('/library/titles')
  await link(page, /Alien/).click()
  await openReleases(page)
  const rows = releases(page).getByRole('row')
  await expect.poll(() => rows.nth(1).textContent(), patient).toContain('1080p')
  const byTitle = releases(page).getByRole('button', {name: say('releases.sort.title')})
  await byTitle.click()
  await byTitle.click()
  await expect.poll(() => rows.nth(1).textContent(), patient).toContain('720p')
  await releases(page)
    .getByRole('button', {name: say('releases.grab-anyway.which', {title: 'Alien.1979.720p.WEB-DL-SIM'})})
    .waitFor()
  await releases(page)
    .getByRole('button', {name: say('releases.grab.which', {title: 'Alien.1979.1080p.WEB-DL-SIM'})})
    .click()
  await releases(page).getByText(say('releases.grabbed'), {exact: true}).waitFor()
  await page
    .getByText(say('releases.done', {name: 'Radarr', title: 'Alien.1979.1080p.WEB-DL-SIM'}), {exact: true})
    .waitFor()
  expect(sim.arr('Radarr').arr.stats.grabs).toHaveLength(1)
})

test('releases of a season are listed from its line', async () => {
  sim
    .arr('Sonarr')
    .arr.releases.define({itemId: 1, title: 'Cabin.S01.1080p-SIM', life: {completeAfter: null}})
  const page = await house().visit('/library/titles')
  await link(page, /Cabin/).click()
  const title = `Cabin, ${say('titles.season', {number: '1'})}`
  await page.getByRole('button', {name: say('arr.releases.which', {title})}).click()
  const list = page.getByRole('dialog', {name: say('releases.title', {title})})
  const rows = list.getByRole('row')
  await expect.poll(() => rows.nth(1).textContent(), patient).toContain('Cabin.S01.1080p-SIM')
  expect(await rows.count()).toBe(2)
})

for (const screen of ['desk', 'phone'] as const) {
  test(`titles, posters and one of them can be read by everybody and fit: ${screen}`, async () => {
    const page = await house().visit('/library/titles', {screen})
    await link(page, /Alien/).waitFor()
    for (const what of ['list', 'posters', 'item', 'releases'] as const) {
      if (what === 'posters')
        await main(page)
          .getByRole('radio', {name: say('titles.view.posters')})
          .click()
      if (what === 'item') {
        await link(page, /Alien/).click()
        await page.getByRole('complementary', {name: 'Alien (1979)'}).waitFor()
      }
      if (what === 'releases') {
        offerAlien()
        await openReleases(page)
      } else await link(page, /Alien/).waitFor()
      expect(await tooWide(page)).toBe(0)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({colorScheme})
        await shoot(page, `titles-${what}-${screen}-${colorScheme}`)
        expect(await contrastFindings(page)).toEqual([])
      }
      expect(await seriousFindings(page)).toEqual([])
    }
  })
}
