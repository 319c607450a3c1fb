/** Journey: what Arrs are to be asked to search, in its order, with why not yet; filtered, led through by keys, searched now. */
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
  hasFile: false,
}))

beforeAll(async () => {
  sim = await createArrSim({
    backends: {},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        library: [{title: 'Brazil', year: 1985, monitored: false}, {title: 'Alien', year: 1979}, ...many],
        downloadClients: [],
      },
    ],
  })
  const {url, apiKey} = sim.arr('Radarr')
  const settings = {EntrySearch: {SearchMissing: true}}
  const added = {kind: 'radarr', name: 'Radarr', url, category: 'films', api_key: apiKey, settings}
  await done(house().api.send('POST', '/api/arrs', added))
  const {api} = house()
  await waitUntil('what is wanted', async () => (await api.get<{total: number}>('/api/wanted')).total >= 240)
})
afterAll(() => sim?.close())

const main = (page: Page) => page.getByRole('main')
const list = (page: Page) => page.getByRole('list', {name: say('wanted.list')})
const link = (page: Page, name: RegExp) => list(page).getByRole('link', {name})
const group = (page: Page, name: 'ready' | 'unreleased') =>
  main(page)
    .getByRole('group', {name: say('wanted.filter')})
    .getByRole('button', {name: new RegExp(`^${say(`wanted.group.${name}`)}`)})

test('what is wanted of all Arrs is beside their titles, with the reason and what holds it, and is filtered', async () => {
  const page = await house().visit('/library')
  await page.getByRole('link', {name: say('arr.tabs.wanted'), exact: true}).click()
  await link(page, /^Tide/).first().waitFor()
  const row = list(page).getByRole('listitem').first()
  await row.getByText(say('wanted.reason.missing'), {exact: true}).waitFor()
  await main(page)
    .getByRole('list', {name: say('wanted.states')})
    .getByRole('listitem')
    .filter({hasText: /^Radarr /})
    .waitFor()
  await group(page, 'ready').click()
  await expect.poll(() => new URL(page.url()).searchParams.get('show'), patient).toBe('ready')
  await link(page, /^Tide/).first().waitFor()
  await group(page, 'unreleased').click()
  await main(page)
    .getByRole('button', {name: say('wanted.clear')})
    .click()
  await link(page, /^Tide/).first().waitFor()
})

test('keys lead through what is not drawn yet, and Enter to how far it got', async () => {
  const page = await house().visit('/library/wanted')
  await link(page, /^Tide/).first().focus()
  await page.keyboard.press('End')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent), patient)
    .toMatch(/^(Tide|Alien)/)
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/library\/arrs\/[^/]+\/items\/\d+/)
})

test('one of them is searched now', async () => {
  const page = await house().visit('/library/wanted')
  await link(page, /^Tide/).first().waitFor()
  const searched = () =>
    Object.values(sim.arr('Radarr').arr.stats.searches).reduce((sum, its) => sum + its, 0)
  const before = searched()
  await page
    .getByRole('button', {name: new RegExp(`^${say('wanted.search.which', {title: 'Tide .*'})}$`)})
    .first()
    .click()
  await page
    .getByText(say('wanted.asked', {name: 'Radarr'}))
    .first()
    .waitFor()
  await expect.poll(searched, patient).toBeGreaterThan(before)
})

test('selected titles are held back, and released again', async () => {
  const page = await house().visit('/library/wanted')
  const box = (title: string) =>
    page.getByRole('checkbox', {name: say('wanted.select', {title}), exact: true})
  await link(page, /^Tide/).first().waitFor()
  const name = await link(page, /^Tide/).first().innerText()
  await box(name).click()
  const bar = page.getByRole('group', {name: say('wanted.selection')})
  await bar.getByRole('button', {name: say('wanted.hold-back'), exact: true}).click()
  await page
    .getByText(say('wanted.held', {count: 1}))
    .first()
    .waitFor()
  await expect.poll(() => heldOf(name), patient).toBe('held')
  await main(page)
    .getByRole('group', {name: say('wanted.filter')})
    .getByRole('button', {name: new RegExp(`^${say('wanted.group.held')}`)})
    .click()
  await box(name).click()
  await bar.getByRole('button', {name: say('wanted.release'), exact: true}).click()
  await expect.poll(() => heldOf(name), patient).toBeNull()
})

async function heldOf(title: string): Promise<string | null> {
  interface Row {
    readonly title: string
    readonly hold: string | null
  }
  const {items} = await house().api.get<{items: readonly Row[]}>('/api/wanted?limit=1000')
  return items.find((it) => it.title === title)?.hold ?? null
}

test('what it costs to search all that is ready is said before it starts', async () => {
  const page = await house().visit('/library/wanted')
  await main(page)
    .getByRole('button', {name: /^Search all \d+ that are ready now$/})
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/^\d+ searches, about \d+ indexer requests?\. The last begins about /).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({state: 'detached'})
})

test('what is shown becomes a rule that says what it would do, and what a rule holds leads to it', async () => {
  const rule = {
    name: 'No old films',
    subject: 'wanted',
    mode: 'live',
    when: {fact: 'wanted.year', op: 'lt', value: 1980},
    do: [{action: 'skip'}],
  }
  await done(house().api.send('POST', '/api/rules', {rule, confirm: true}))
  const held = () => house().api.get<{items: {held_by: object | null}[]}>('/api/wanted?group=held')
  await waitUntil('the hold', async () => (await held()).items.some((it) => it.held_by !== null))

  const page = await house().visit('/library/wanted?show=held')
  await list(page).getByText('No old films', {exact: false}).first().waitFor()
  await list(page)
    .getByRole('link', {name: say('wanted.rule'), exact: true})
    .click()
  await main(page).getByRole('heading', {name: 'No old films'}).waitFor()
  await main(page).getByText('Do not search a title when it is from before', {exact: false}).first().waitFor()

  await page.goto(new URL('/library/wanted?show=ready', page.url()).href)
  await main(page)
    .getByRole('link', {name: say('wanted.rule.new'), exact: true})
    .click()
  await main(page).getByText(say('rules.begin.wanted.says')).waitFor()
  await expect
    .poll(
      () =>
        main(page)
          .getByText(/^from \d+ titles$/)
          .count(),
      patient,
    )
    .toBeGreaterThan(0)
})

for (const screen of ['desk', 'phone'] as const) {
  test(`what is wanted can be read by everybody and fits: ${screen}`, async () => {
    const page = await house().visit('/library/wanted', {screen})
    await link(page, /^Tide/).first().waitFor()
    expect(await tooWide(page)).toBe(0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme})
      await shoot(page, `wanted-${screen}-${colorScheme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await seriousFindings(page)).toEqual([])
  })
}
