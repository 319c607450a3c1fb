/** The presets of two Arrs are one sentence; its value is a setting of each, changed where it stands. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {houseFor, patient, tooWide} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 4, count: 12, mix: 'lived'}],
})
let sim: ArrSim | null = null
afterAll(() => sim?.close())

const names = ['Radarr', 'Sonarr'] as const

beforeAll(async () => {
  const library = [{title: 'Paper Ferry', year: 2024}]
  sim = await createArrSim({
    backends: {},
    instances: names.map((name) => ({
      name,
      app: name === 'Radarr' ? 'radarr' : 'sonarr',
      library,
      downloadClients: [],
    })),
  })
  for (const name of names) {
    const {url, apiKey} = sim.arr(name)
    const settings = {Torrent: {StalledDelay: name === 'Radarr' ? '1h' : '6h'}}
    const arr = {name, kind: name.toLowerCase(), url, api_key: apiKey, category: name.toLowerCase(), settings}
    await done(house().api.send('POST', '/api/arrs', arr))
  }
})

const delayOf = async (name: string) => {
  const {arrs} = await house().api.get<{arrs: readonly {id: string; name: string}[]}>('/api/arrs')
  const {id} = arrs.find((it) => it.name === name)!
  const {settings} = await house().api.get<{settings: {Torrent?: Readonly<Record<string, unknown>>}}>(
    `/api/arrs/${id}/definition`,
  )
  return settings.Torrent?.['StalledDelay']
}

test('a value of a preset is a setting of its Arr, and only of that one', async () => {
  const before = await delayOf('Radarr')
  const page = await house().visit('/rules')
  const label = 'time since last activity'
  const row = page.getByRole('listitem').filter({hasText: /^\d*Select “stalled”When a download is stalled/})
  const radarrs = row.getByRole('button', {name: /^time since last activity: 1\s?h, change$/})
  await row.getByRole('button', {name: /^time since last activity: 6\s?h, change$/}).waitFor()
  await toastsStay(page)
  await radarrs.click()
  const editor = page.getByRole('dialog', {name: label})
  await editor.getByText(like('rules.blank.effect.now_other')).waitFor()
  await editor.getByText('Torrent.StalledDelay').waitFor()
  // A figure alone is in the unit that stood there, and it says so before it is saved.
  await editor.getByLabel(label).fill('90')
  await editor.getByText(/Taken as 90\s?h\./).waitFor()
  await shoot(page, 'rule-setting')
  expect(await seriousFindings(page)).toEqual([])
  await editor.getByLabel(label).fill('12h')
  await page.keyboard.press('Enter')
  await editor.waitFor({state: 'detached'})
  expect(await delayOf('Radarr')).not.toEqual(before)
  await row.getByRole('button', {name: /^time since last activity: 12\s?h, change$/}).waitFor()
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(() => delayOf('Radarr'), patient).toEqual(before)

  // Opened, each stands by itself, with its own mode.
  await row.getByRole('button', {name: say('rules.row.several', {count: 2})}).click()
  await row.getByRole('link', {name: 'Sonarr', exact: true}).waitFor()
  await page.setViewportSize({width: 390, height: 844})
  expect(await tooWide(page)).toBe(0)
  await shoot(page, 'rule-setting-phone')
})

const modesOf = async (behaviour: string) => {
  const {rules} = await house().api.get<{rules: readonly {id: string; mode: string}[]}>('/api/rules')
  return rules.filter(({id}) => id.endsWith(`.${behaviour}`)).map(({mode}) => mode)
}

test('the rules of a row that ask first are turned on as one, after what each would do, and put back as one', async () => {
  expect(await modesOf('stalled')).toEqual(['ask', 'ask'])
  const page = await house().visit('/rules')
  await toastsStay(page)
  const row = page.getByRole('listitem').filter({hasText: /^\d*Select “stalled”When a download is stalled/})
  await row.locator('[data-mode]').first().click()
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.row.mode.live')})
    .click()
  const dialog = page.getByRole('dialog', {name: say('rules.live.title-row', {name: 'stalled', count: 2})})
  for (const name of names) {
    await dialog
      .getByRole('region', {name: `${name}: stalled`})
      .getByText(/^(It would do nothing now|Now:)/)
      .first()
      .waitFor()
  }
  await shoot(page, 'rule-row-live')
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', {name: say('rules.live.do-row', {count: 2})}).click()
  await expect.poll(() => modesOf('stalled'), patient).toEqual(['live', 'live'])
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(() => modesOf('stalled'), patient).toEqual(['ask', 'ask'])
})

test('what the settings of Arrs leave out stands at the end of its group, is tried, turned on, and off again', async () => {
  const page = await house().visit('/rules')
  await toastsStay(page)
  const name = 'custom format score too low'
  await page.getByText(say('rules.absent.add', {name}), {exact: false}).click()
  await page.getByRole('button', {name, exact: true}).click()
  await page.getByText('EntrySearch.ForceMinimumCustomFormat = true').waitFor()
  const begin = page.getByRole('button', {name: say('rules.absent.do', {count: 2})})
  await page
    .getByText(/^(It would do nothing now|Now:)/)
    .first()
    .waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-absent-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  expect(await modesOf('score')).toEqual([])
  await begin.click()
  await expect.poll(() => modesOf('score'), patient).toEqual(['ask', 'ask'])
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(() => modesOf('score'), patient).toEqual([])
  await page.setViewportSize({width: 390, height: 844})
  expect(await tooWide(page)).toBeLessThanOrEqual(0)
})
