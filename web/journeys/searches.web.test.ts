/** Journey: what was searched and what is next, of all Arrs; searches of one are paused, and go on. */
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

interface Row {
  readonly arr_id: string
  readonly unit: string
  readonly title: string
}

beforeAll(async () => {
  const titles = ['Brazil', 'Alien', 'Stalker', 'Solaris']
  sim = await createArrSim({
    backends: {},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        library: titles.map((title) => ({title, year: 1985, hasFile: false})),
        downloadClients: [],
      },
    ],
  })
  const {url, apiKey} = sim.arr('Radarr')
  const settings = {EntrySearch: {SearchMissing: true}}
  const added = {kind: 'radarr', name: 'Radarr', url, category: 'films', api_key: apiKey, settings}
  await done(house().api.send('POST', '/api/arrs', added))
  const {api} = house()
  // Its quality profiles come behind its films.
  const wanted = () => api.get<{items: readonly Row[]}>('/api/wanted?group=ready')
  await waitUntil('what is ready', async () => (await wanted()).items.length === titles.length)
  const {items} = await wanted()
  const brazil = items.find(({title}) => title.startsWith('Brazil'))!
  const order = {items: [{arr_id: brazil.arr_id, unit: brazil.unit}]}
  await done(api.send('POST', '/api/searches', order))
})
afterAll(() => sim?.close())

const list = (page: Page, name: 'done' | 'next' | 'budgets') =>
  page.getByRole('list', {name: say(`searches.${name}`), exact: true})

test('what is next and what each Arr has left stand beside what was searched, which is found by its title', async () => {
  const page = await house().visit('/library')
  await page.getByRole('link', {name: say('arr.tabs.searches'), exact: true}).click()
  await list(page, 'next')
    .getByRole('link', {name: /^Alien/})
    .waitFor()
  await list(page, 'budgets').getByText('Radarr', {exact: true}).waitFor()
  // An Arr that has just come is searched two minutes later.
  await list(page, 'done')
    .getByRole('link', {name: /^Brazil/})
    .waitFor(patient)
  const box = page.getByRole('combobox', {name: say('searches.find')})
  await box.fill('by:person brazil')
  await expect.poll(() => new URL(page.url()).searchParams.get('q'), patient).toBe('by:person brazil')
  await list(page, 'done')
    .getByRole('link', {name: /^Brazil/})
    .waitFor()
  await box.fill('by:rule')
  await page.getByRole('button', {name: say('searches.clear')}).click()
  await list(page, 'done')
    .getByRole('link', {name: /^Brazil/})
    .waitFor()
})

test('searches of an Arr are paused until they are resumed, and both are in the journal', async () => {
  const page = await house().visit('/library/searches')
  const row = list(page, 'budgets').getByRole('listitem').filter({hasText: 'Radarr'})
  await row.getByRole('button', {name: say('searches.pause.of', {name: 'Radarr'})}).click()
  await page.getByRole('menuitem', {name: say('searches.pause.open')}).click()
  await row.getByText(say('searches.paused.open')).waitFor()
  await row.getByRole('button', {name: say('searches.resume.of', {name: 'Radarr'})}).click()
  await row.getByRole('button', {name: say('searches.pause.of', {name: 'Radarr'})}).waitFor()
  const {entries} = await house().api.get<{entries: readonly {verb: string}[]}>('/api/journal?subject=arr')
  expect(entries.map(({verb}) => verb)).toEqual(
    expect.arrayContaining(['pause-searches', 'resume-searches', 'search']),
  )
})

for (const screen of ['desk', 'phone'] as const) {
  test(`searches can be read by everybody and fit: ${screen}`, async () => {
    const page = await house().visit('/library/searches', {screen})
    await list(page, 'budgets').getByText('Radarr', {exact: true}).waitFor()
    await list(page, 'done')
      .getByRole('link', {name: /^Brazil/})
      .waitFor(patient)
    expect(await tooWide(page)).toBe(0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme})
      await shoot(page, `searches-${screen}-${colorScheme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await seriousFindings(page)).toEqual([])
  })
}
