/** The last step of the first run: values in its sentences are changed in place, and are what the rules have then. */
import {afterAll, expect, test} from 'vitest'
import type {Page} from 'playwright-core'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {until} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {administrator, houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const torrents = {
  name: 'seedbox',
  kind: 'qbittorrent',
  version: '5.1.0',
  count: 400,
  seed: 11,
  mix: 'lived',
} as const
const house = houseFor({isEmpty: true, simulated: [torrents]})
let sim: ArrSim | null = null
afterAll(() => sim?.close())

async function addArr(name: string, category: string): Promise<void> {
  const {url, apiKey} = sim!.arr(name)
  await done(
    house().api.send('POST', '/api/arrs', {name, kind: name.toLowerCase(), url, api_key: apiKey, category}),
  )
}

const valueOf = (page: Page, name: 'stalled' | 'slow' | 'time' | 'ratio') =>
  page.getByRole('textbox', {name: say(`setup.rules.value.${name}`), exact: true})
const lineOf = (page: Page, name: Parameters<typeof valueOf>[1]) =>
  page.getByRole('listitem').filter({has: valueOf(page, name)})
/** What it says on the right: so many torrents, as soon as they are counted. */
const countOf = async (page: Page, name: Parameters<typeof valueOf>[1]) =>
  Number(/(\d+) torrents?/.exec(await wordsOf(lineOf(page, name)))?.[1] ?? Number.NaN)

interface Definition {
  readonly settings: {readonly Torrent?: Readonly<Record<string, unknown>>}
}

const settingsOf = async (name: string) => {
  const {arrs} = await house().api.get<{arrs: readonly {id: string; name: string}[]}>('/api/arrs')
  const {id} = arrs.find((it) => it.name === name)!
  return (await house().api.get<Definition>(`/api/arrs/${id}/definition`)).settings.Torrent
}

test.runIf(isFull)(
  'what is typed into a sentence counts at once and is kept; a time without a unit is not taken',
  async () => {
    sim = await createArrSim({
      backends: {},
      instances: [
        {name: 'Radarr', app: 'radarr', library: [{title: 'Paper Ferry', year: 2024}], downloadClients: []},
        {name: 'Sonarr', app: 'sonarr', library: [{title: 'Paper Ferry', year: 2024}], downloadClients: []},
      ],
    })
    // Somebody's download has stood still for three hours, and nobody has a copy of it.
    const wish = {name: 'Paper.Ferry.2024.1080p.WEB-DL.x264-NONE', category: 'films', size: 200_000_000}
    const hash = await house().simulated.send('seedbox', {do: 'offer', seed: 5, comes: false, ...wish})
    await house().simulated.send('seedbox', {do: 'arrive', hash, agoSeconds: 10_800})
    const page = await house().visit('about:blank', {}, null)
    await page.goto(house().printedAddress)
    await page.getByLabel(say('setup.name'), {exact: true}).fill(administrator.username)
    await page.getByLabel(say('setup.password'), {exact: true}).fill(administrator.password)
    await page.getByRole('button', {name: say('setup.make')}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.servers.title')}).waitFor()
    await house().api.logIn(administrator.username, administrator.password)
    const [server] = house().simulated.servers
    const {name, kind, url, username, password} = server!
    await done(house().api.send('POST', '/api/servers', {name, kind, url, username, password}))
    await addArr('Radarr', 'films')
    await addArr('Sonarr', 'series')
    await page.getByRole('button', {name: say('setup.to-arrs'), exact: true}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.arrs.title')}).waitFor()
    await page.getByRole('button', {name: say('setup.with-arrs', {count: 2}), exact: true}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.rules.title')}).waitFor()

    // What the Arrs have is what it says, and what it would do now is counted by it.
    await valueOf(page, 'stalled').waitFor()
    expect(await valueOf(page, 'stalled').inputValue()).toBe('15 min')
    const before = await until(
      () => countOf(page, 'stalled'),
      (it) => it > 0,
    )
    await shoot(page, 'first-run-values')

    // By the keyboard alone: from the value before it, typed over, and left.
    await valueOf(page, 'stalled').focus()
    await page.keyboard.type('20')
    await page.keyboard.press('Tab')
    const noUnit = say('setup.rules.fault.unit', {typed: '20'})
    await page.getByRole('alert').getByText(noUnit, {exact: true}).waitFor()
    expect(await valueOf(page, 'stalled').getAttribute('aria-invalid')).toBe('true')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      say('setup.rules.value.slow'),
    )
    await page.getByRole('button', {name: say('setup.caution.watch.do')}).click()
    await page.getByText(say('setup.rules.fault.first', {count: 1}), {exact: true}).waitFor()
    expect((await settingsOf('Radarr'))?.['StalledDelay']).toBe(undefined)
    await shoot(page, 'first-run-values-fault')
    expect(await seriousFindings(page)).toEqual([])

    await valueOf(page, 'stalled').fill('20 d')
    await page.keyboard.press('Enter')
    await page.getByText(noUnit, {exact: true}).waitFor({state: 'detached'})
    await until(
      () => countOf(page, 'stalled'),
      (it) => it < before,
    )
    expect(await valueOf(page, 'stalled').inputValue()).toBe('20 d')

    // Nothing removes what has seeded before somebody says from when on.
    const seeding = lineOf(page, 'ratio').getByRole('switch')
    await lineOf(page, 'ratio').getByText(say('setup.rules.no-value')).first().waitFor()
    expect(await seeding.getAttribute('aria-checked')).toBe('false')
    await valueOf(page, 'time').fill('90 days')
    await page.keyboard.press('Tab')
    await until(
      () => seeding.getAttribute('aria-checked'),
      (it) => it === 'true',
    )
    await until(
      () => countOf(page, 'time'),
      (it) => it > 0,
    )
    // On a phone they can be hit with a thumb, and nothing is wider than it.
    await page.setViewportSize({width: 390, height: 844})
    expect(await tooWide(page)).toBe(0)
    for (const it of ['stalled', 'slow', 'time', 'ratio'] as const) {
      const box = await valueOf(page, it).locator('..').boundingBox()
      expect(box!.height).toBeGreaterThanOrEqual(44)
    }
    await shoot(page, 'first-run-values-phone')
    await page.setViewportSize({width: 1440, height: 900})
    // What was typed last is in, although the button was pressed at once.
    await valueOf(page, 'ratio').fill('3')
    await shoot(page, 'first-run-values-seeding')
    await page.getByRole('button', {name: say('setup.caution.watch.do')}).click()
    await page.waitForURL(house().url('/'))
    for (const arr of ['Radarr', 'Sonarr']) {
      expect(await settingsOf(arr)).toMatchObject({
        StalledDelay: '20d',
        SeedingMode: {MaxSeedingTime: '90days', MaxUploadRatio: 3, RemoveTorrent: 3},
      })
    }
    const {rules} = await house().api.get<{
      rules: readonly {id: string; reason: string; actions: string[]}[]
    }>('/api/rules')
    const removing = rules.filter(({actions}) => actions.includes('removeWithData'))
    expect(removing.map(({reason}) => reason)).toContain('seedingDone')
    const {yaml} = await house().api.get<{yaml: string}>(`/api/rules/${removing[0]!.id}`)
    expect(yaml).toContain('90d')
  },
)
