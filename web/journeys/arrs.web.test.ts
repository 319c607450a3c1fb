/** Journey 5: an Arr by one key; what it tells, its queue beside the torrents, and an answer to what waits. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {isFull} from '#test/proof.ts'
import {given} from './arrs.fixture.ts'
import {focusOf} from './focus.fixture.ts'
import {houseFor, patient, tooWide, wordsOf} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox'], config: '[Settings]\nConfigVersion = "5.14.4"\n'})
const film = makeTorrent({name: 'Paper.Ferry.2024.1080p.WEB-DL-NONE', content: 300_000})
/** One test imports it; the others do not need it. */
const glass = makeTorrent({name: 'Harbour.Glass.2023.1080p.WEB-DL-NONE', content: 200_000})
/**
 * Each test finds Radarr added, and leaves it as it was. What a test changes is an Arr of its own: the test adds it, and
 * it is removed after the test.
 */
const categories = {
  Radarr: 'films',
  Cinema: 'cinema',
  Harbour: 'harbour',
  Outage: 'outage',
  Classics: 'classics',
  Shorts: 'shorts',
  Archive: 'archive',
} as const
type Name = keyof typeof categories
let sim: ArrSim

beforeAll(async () => {
  const seedbox = house().server('seedbox')
  const {url, username, password} = seedbox.draft as {url: string; username: string; password: string}
  const port = Number(new URL(url).port)
  const stuck = [
    {name: 'Radarr', made: film},
    {name: 'Harbour', made: glass},
  ] as const
  for (const {name, made} of stuck) {
    made.writePayload(seedbox.daemon.downloadDir)
    await seedbox.has(made, {start: true, category: categories[name]})
  }
  const movies = (name: Name, category: string = categories[name]) => ({
    name,
    app: 'radarr' as const,
    library: [name === 'Harbour' ? {title: 'Harbour Glass', year: 2023} : {title: 'Paper Ferry', year: 2024}],
    downloadClients: [{name: 'seedbox', category, fields: {host: '127.0.0.1', port}}],
  })
  sim = await createArrSim({
    backends: {seedbox: given([film.hash, glass.hash], seedbox.observer)},
    instances: [
      movies('Radarr'),
      {...movies('Cinema'), config: {copyUsingHardlinks: false}},
      movies('Harbour'),
      movies('Outage'),
      // Nothing is under way there: with downloads in its queue a category is not changed.
      movies('Classics', 'movies'),
      movies('Shorts'),
      movies('Archive'),
      {
        name: 'Sonarr',
        app: 'sonarr',
        library: [],
        downloadClients: [
          {name: 'loft', category: 'series', fields: {host: 'localhost', port, username, password}},
        ],
      },
    ],
  })
  for (const {name, made} of stuck) {
    const {arr} = sim.arr(name)
    arr.releases.define({itemId: 1, hash: made.hash, title: made.name, import: 'titleMismatch'})
    arr.commands.post('RssSync', {}, 'manual')
  }
  await waitUntil('both Arrs to be stuck', () =>
    stuck.every(
      ({name, made}) => sim.arr(name).arr.queue.get(made.hash.toUpperCase())?.state === 'importBlocked',
    ),
  )
  const {arr} = sim.arr('Radarr')
  arr.faults.add({kind: 'indexersDisabled'})
  arr.commands.post('CheckHealth', {}, 'manual')
  await add('Radarr')
})
afterAll(() => sim?.close())

/** @returns its id */
async function add(name: Name): Promise<string> {
  const {url, apiKey} = sim.arr(name)
  const added = {kind: 'radarr', name, url, category: categories[name], api_key: apiKey}
  return (await done<{id: string}>(house().api.send('POST', '/api/arrs', added))).id
}

async function serversHere() {
  const {servers} = await house().api.get<{servers: {server_id: string; server_name: string}[]}>(
    '/api/servers',
  )
  return servers
}

async function serverNames(): Promise<readonly string[]> {
  return (await serversHere()).map(({server_name: name}) => name)
}

async function idOf(name: Name | 'Sonarr'): Promise<string | undefined> {
  const {arrs} = await house().api.get<{arrs: readonly {id: string; name: string}[]}>('/api/arrs')
  return arrs.find((it) => it.name === name)?.id
}

/** A test that failed may not have added it. */
async function remove(name: Name | 'Sonarr'): Promise<void> {
  const id = await idOf(name)
  if (id !== undefined) await done(house().api.send('DELETE', `/api/arrs/${id}`))
}

/** Adds it until the end of the test; its pages are closed before it is removed. @returns its id */
async function addForTest(name: Name): Promise<string> {
  onTestFinished(() => remove(name))
  return add(name)
}

const main = (page: Page) => page.getByRole('main')
const dialog = (page: Page) => page.getByRole('dialog')
const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})

test('with address and key it shows the rest, and is added; its page says what will hurt', async () => {
  await remove('Radarr')
  onTestFinished(async () => {
    await remove('Cinema')
    await add('Radarr')
  })
  const {url, apiKey} = sim.arr('Cinema')
  const page = await house().visit('/settings/arrs')
  await main(page).getByText(say('arrs.none')).waitFor()
  await main(page)
    .getByRole('button', {name: say('arrs.add'), exact: true})
    .first()
    .click()
  await dialog(page).getByLabel(say('arr.form.address'), {exact: true}).fill(url)
  await dialog(page).getByLabel(say('arr.form.key'), {exact: true}).fill(apiKey)
  const answer = dialog(page).getByRole('region', {name: say('arr.found.label')})
  await answer.getByText(say('arr.found.here', {name: 'seedbox'})).waitFor()
  expect(await dialog(page).getByLabel(say('server.form.name'), {exact: true}).inputValue()).toBe('Cinema')
  expect(await dialog(page).getByLabel(say('arr.form.category'), {exact: true}).inputValue()).toBe('cinema')
  await dialog(page)
    .getByRole('button', {name: say('arrs.add'), exact: true})
    .click()
  await page.waitForURL(/\/arrs\/.+/)
  await page.getByRole('heading', {name: 'Cinema', level: 1}).waitFor()

  const doctor = region(page, say('arr.setup'))
  const finding = doctor.getByRole('button', {name: /^Ignore: .*hard links are off/})
  const fix = doctor.getByRole('button', {name: /^Fix: .*hard links are off/})
  const hardLinks = () => sim.arr('Cinema').arr.settings.copyUsingHardlinks
  await finding.waitFor()
  await toastsStay(page)
  await fix.click()
  await finding.waitFor({state: 'detached'})
  expect(hardLinks()).toBe(true)
  // It is put back as it was, and stands there again; ignored it does not, until it is shown again.
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await finding.waitFor()
  expect(hardLinks()).toBe(false)
  // However long ago it was.
  await fix.click()
  await finding.waitFor({state: 'detached'})
  await page.reload()
  await doctor.getByText(say('arr.doctor.fixed-here', {name: 'Cinema', count: 1})).click()
  await doctor.getByRole('button', {name: /^Put back as it was: .*hard links are off/}).click()
  await finding.waitFor()
  expect(hardLinks()).toBe(false)
  await finding.click()
  await finding.waitFor({state: 'detached'})
  await shoot(page, 'arr-ignored')
  await doctor.getByRole('button', {name: say('arr.doctor.restore')}).click()
  await finding.waitFor()
})

test.runIf(isFull)(
  'a server that is here by another address and name is known by its torrents, and not listed twice',
  async () => {
    const {url, apiKey} = sim.arr('Sonarr')
    const page = await house().visit('/settings/arrs?add=true')
    await dialog(page).getByLabel(say('arr.form.address'), {exact: true}).fill(url)
    await dialog(page).getByLabel(say('arr.form.key'), {exact: true}).fill(apiKey)
    const answer = dialog(page).getByRole('region', {name: say('arr.found.label')})
    // Its address may be another one of a server that is here: that has to be answered, whatever it is called.
    const question = answer.getByRole('group', {name: /^Is “http:\/\/localhost:\d+” your seedbox\?$/})
    await question.waitFor()
    const add = dialog(page).getByRole('button', {name: say('arrs.add'), exact: true})
    await dialog(page)
      .getByText(say('arr.form.answer-first', {count: 1}))
      .first()
      .waitFor()
    expect(await add.getAttribute('aria-disabled')).toBe('true')
    await question.getByRole('button', {name: say('arr.found.question.no')}).click()
    const {password} = house().server('seedbox').draft as {password: string}
    await answer.getByLabel(say('arr.found.password', {name: 'loft'}), {exact: true}).fill(password)
    await answer.getByRole('button', {name: say('arr.found.add')}).click()
    // It has the same torrents, so it is asked once more, and it is.
    await question.getByText(/they have the same torrents/).waitFor()
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `arr-found-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    await question.getByRole('button', {name: say('arr.found.question.yes', {ours: 'seedbox'})}).click()
    await answer.getByText(say('arr.found.here', {name: 'seedbox'})).waitFor()
    await expect.poll(() => add.getAttribute('aria-disabled')).toBeNull()
    await dialog(page)
      .getByRole('radio', {name: say('arr.form.careful.watch')})
      .waitFor()
    expect(await serverNames()).toEqual(['seedbox'])
  },
)

test('nothing is written before the last button: it names what comes with the Arr', async () => {
  const {url, apiKey} = sim.arr('Sonarr')
  const page = await house().visit('/settings/arrs?add=true')
  await dialog(page).getByLabel(say('arr.form.address'), {exact: true}).fill(url)
  await dialog(page).getByLabel(say('arr.form.key'), {exact: true}).fill(apiKey)
  const answer = dialog(page).getByRole('region', {name: say('arr.found.label')})
  const {password} = house().server('seedbox').draft as {password: string}
  const no = answer.getByRole('button', {name: say('arr.found.question.no')})
  const another = answer.getByRole('button', {name: say('arr.found.add-another')})
  const button = (words: string) => dialog(page).getByRole('button', {name: words, exact: true})
  await no.click()
  await answer.getByLabel(say('arr.found.password', {name: 'loft'}), {exact: true}).fill(password)
  await answer.getByRole('button', {name: say('arr.found.add')}).click()
  await answer.getByText(/they have the same torrents/).waitFor()
  await no.click()
  await answer.getByText(say('arr.found.chosen')).waitFor()
  await button(say('arr.form.add-with', {count: 1})).waitFor()
  await shoot(page, 'arr-found-chosen')
  expect(await seriousFindings(page)).toEqual([])
  expect([await serverNames(), await idOf('Sonarr')]).toEqual([['seedbox'], undefined])
  await answer.getByRole('button', {name: say('arr.found.leave-out-of', {name: 'loft'})}).click()
  await button(say('arrs.add')).waitFor()
  await another.click()
  onTestFinished(async () => {
    await remove('Sonarr')
    for (const {server_id: id, server_name: name} of await serversHere())
      if (name !== 'seedbox') await done(house().api.send('DELETE', `/api/servers/${id}`))
  })
  await button(say('arr.form.add-with', {count: 1})).click()
  await page.waitForURL(/\/library\/arrs\/.+/)
  expect((await serverNames()).toSorted()).toEqual(['loft', 'seedbox'])
  // Nothing else was selected: its rules only report.
  const {rules} = await house().api.get<{rules: readonly {name: string; mode: string}[]}>('/api/rules')
  const modes = rules.filter(({name}) => name.startsWith('Sonarr: ')).map(({mode}) => mode)
  expect(new Set(modes)).toEqual(new Set(['simulate']))
})

test('before an Arr is removed its rules are named, and afterwards they call it by its last name', async () => {
  const id = await addForTest('Archive')
  const rule = async (name: string, action: string, mode: string) => {
    const yaml = `name: ${name}\nscope: {arrs: [${id}]}\nwhen: {fact: ratio, op: gt, value: 3}\ndo: [{action: ${action}}]\nmode: ${mode}\n`
    const made = await done<{id: string}>(house().api.send('POST', '/api/rules', {yaml, confirm: true}))
    onTestFinished(async () => void (await done(house().api.send('DELETE', `/api/rules/${made.id}`))))
  }
  await rule('Stop archived', 'stop', 'simulate')
  await rule('Keep archived', 'skip', 'live')
  const page = await house().visit(`/library/arrs/${id}`)
  await main(page)
    .getByRole('button', {name: say('arr.menu', {name: 'Archive'})})
    .click()
  await page.getByRole('menuitem', {name: say('arr.do.remove')}).click()
  const lines = dialog(page).getByRole('listitem')
  await expect
    .poll(() => lines.allInnerTexts(), patient)
    .toEqual([
      `Keep archived: ${say('arr.remove.rule.keeps')}`,
      `Stop archived: ${say('arr.remove.rule.idle')}`,
    ])
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `arr-remove-rules-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('Control+Enter')
  await dialog(page).waitFor({state: 'detached', ...patient})
  await expect.poll(async () => (await focusOf(page)).isLost, patient).toBe(false)
  await page.goto(house().url('/rules'))
  const removed = say('rules.name.removed', {name: 'Archive'})
  for (const name of ['Keep archived', 'Stop archived']) {
    const row = main(page).locator('[data-rule-row]').filter({hasText: name})
    await row.getByText(removed).first().waitFor(patient)
    expect(await row.innerText()).not.toContain(id)
  }
})

test.runIf(isFull)(
  'its queue stands beside the torrents, and what waits comes first, in its own words',
  async () => {
    const page = await house().visit('/settings/arrs')
    await main(page).getByText(like('arrs.waiting_one')).waitFor()
    await page.getByRole('link', {name: new RegExp(say('arrs.waiting', {count: 1}))}).waitFor()
    await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
    const waiting = region(page, say('arr.waiting'))
    expect(await wordsOf(waiting)).toContain('“Movie title mismatch, automatic import is not possible.')
    const queue = region(page, say('arr.queue'))
    // Its torrent is joined when both have it in their answers.
    await expect
      .poll(() => wordsOf(queue.getByRole('listitem')), patient)
      .toMatch(/Paper\.Ferry.*seedbox.*Needs you/s)
    await region(page, say('arr.pipeline'))
      .getByRole('link', {name: new RegExp(`^${say('arr.stage.stalled')}`)})
      .click()
    await queue.getByText(say('arr.queue.none-such')).waitFor()
  },
)

for (const screen of ['desk', 'phone', 'small'] as const) {
  test.runIf(isFull)(
    `why a film is not here is said in a sentence, and how far it got: ${screen}`,
    async () => {
      const page = await house().visit('/settings/arrs', {screen})
      await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
      const queue = region(page, say('arr.queue'))
      // Its torrent is joined when both have reported it.
      await expect.poll(() => wordsOf(queue.getByRole('listitem')), patient).toMatch(/Paper.Ferry.*Seeding/s)
      await queue
        .getByRole('link', {name: say('arr.item.why-of', {name: 'Paper Ferry (2024)'}), exact: true})
        .click()
      await main(page)
        .getByRole('heading', {name: 'Not here yet: Radarr does not import what was downloaded.', level: 1})
        .waitFor()
      await main(page)
        .getByText(/^“Movie title mismatch, automatic import is not possible\./)
        .first()
        .waitFor()
      // What its Arr asks is answered here, too.
      await region(page, say('arr.waiting'))
        .getByRole('button', {name: new RegExp(say('arr.answer.ignore'))})
        .waitFor()
      const links = region(page, say('arr.item.far')).getByRole('listitem')
      const said = await links.allInnerTexts()
      const answers = said.map((it) => /: (yes|no|under way|not yet|could not look)/.exec(it)?.[1])
      expect(answers).toEqual(['yes', 'yes', 'no', 'yes', 'yes', 'no'])
      expect(said[4]).toContain('Complete on seedbox')
      await region(page, say('arr.item.releases')).getByText(film.name).waitFor()
      expect(await tooWide(page)).toBe(0)
      await shoot(page, `arr-item-${screen}`)
      expect(await seriousFindings(page)).toEqual([])
      await page.emulateMedia({colorScheme: 'dark'})
      await shoot(page, `arr-item-${screen}-dark`)
      expect(await contrastFindings(page)).toEqual([])
      await main(page)
        .getByRole('link', {name: say('arr.item.torrent')})
        .click()
      await page.waitForURL(/\/torrents/)
      // Its torrent leads back, and so does the palette.
      const back = page.getByRole('link', {name: 'Radarr: Paper Ferry (2024)', exact: true})
      await back.waitFor()
      await shoot(page, `arr-item-torrent-${screen}`)
      await page.emulateMedia({colorScheme: 'light'})
      await back.click()
      await page.waitForURL(/\/items\/1$/)
      if (screen !== 'desk') return
      await page.goto('/')
      await region(page, say('overview.servers')).waitFor()
      await page.keyboard.press('Control+k')
      await dialog(page).getByRole('combobox').fill('why is paper ferry')
      const asked = page.getByRole('option', {name: say('palette.why', {title: 'Paper Ferry (2024)'})})
      await asked.waitFor()
      await shoot(page, 'arr-item-palette')
      await asked.click()
      await page.waitForURL(/\/items\/1$/)
    },
  )
}

test.runIf(isFull)('while its Arr does not answer nothing is guessed of a film', async () => {
  await addForTest('Outage')
  const {arr} = sim.arr('Outage')
  const page = await house().visit('/settings/arrs')
  await main(page).getByRole('link', {name: 'Outage', exact: true}).click()
  await region(page, say('arr.queue')).waitFor()
  const outage = arr.faults.add({kind: '503'})
  try {
    await page.goto(`${page.url()}/items/1`)
    await main(page)
      .getByRole('heading', {name: 'Can’t be decided: Outage could not be asked.', level: 1})
      .waitFor()
    await shoot(page, 'arr-item-away')
    expect(await seriousFindings(page)).toEqual([])
  } finally {
    arr.faults.clear(outage)
  }
})

test.runIf(isFull)(
  'what its own checks say stands on its page, with what is left alone meanwhile, and where more is said',
  async () => {
    const page = await house().visit('/settings/arrs')
    await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
    const checks = region(page, say('arr.checks'))
    await checks.getByText(/All search-capable indexers are temporarily unavailable/).waitFor()
    await checks.getByText(say('arr.checks.searches')).waitFor()
    const more = checks.getByRole('link', {name: say('arr.checks.wiki-of', {check: 'IndexerSearchCheck'})})
    expect(await more.getAttribute('href')).toMatch(/^https:\/\/wiki\.servarr\.com\/radarr\/system#/)
  },
)

test.runIf(isFull)('whether it calls Commodarr stands on its page, and why not', async () => {
  const page = await house().visit('/settings/arrs')
  await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
  await region(page, say('arr.setup')).waitFor()
  expect(
    await main(page)
      .getByText(/webhook (works|fails)/i)
      .count(),
  ).toBe(0)
  const callAt = async (WebhookUrl: string | null): Promise<void> => {
    const {status} = await house().api.send('PATCH', '/api/sections/settings', {settings: {WebhookUrl}})
    expect(status).toBe(200)
  }
  onTestFinished(() => callAt(null))
  await callAt('http://127.0.0.1:9')
  await main(page)
    .getByText(/webhook to Commodarr fails.* Reason: The Arr refused/)
    .waitFor()
  await shoot(page, 'arr-calls-not')
  expect(await seriousFindings(page)).toEqual([])
  await callAt(house().url(''))
  await main(page)
    .getByText(`· ${say('arr.webhook.registered')}`)
    .waitFor()
  expect(
    await main(page)
      .getByText(/webhook( to Commodarr)? fails/)
      .count(),
  ).toBe(0)
})

for (const screen of ['desk', 'phone', 'small'] as const) {
  test.runIf(isFull)(`its page can be read by everybody and fits: ${screen}`, async () => {
    const page = await house().visit('/settings/arrs', {screen})
    await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
    await region(page, say('arr.waiting')).waitFor()
    await region(page, say('arr.setup')).getByRole('listitem').first().waitFor()
    // Its parts scroll, neither way the whole page.
    const over = await page.evaluate(() => {
      const {scrollWidth, scrollHeight} = document.documentElement
      return Math.max(scrollWidth - innerWidth, scrollHeight - innerHeight)
    })
    expect(over).toBeLessThanOrEqual(0)
    await shoot(page, `arr-${screen}`)
    expect(await seriousFindings(page)).toEqual([])
    await page.emulateMedia({colorScheme: 'dark'})
    await shoot(page, `arr-${screen}-dark`)
    expect(await contrastFindings(page)).toEqual([])
  })
}

test.runIf(isFull)(
  'a download that its Arr rejects is one thing, on the overview, at the bell and in the library',
  async () => {
    const page = await house().visit('/')
    const line = region(page, say('attention.title'))
      .getByRole('listitem')
      .filter({hasText: say('attention.import', {arr: 'Radarr', name: ''}).trim()})
    await line.getByText(/^“Movie title mismatch, automatic import is not possible\./).waitFor()
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `needs-import-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    const bell = (count: number) =>
      page.getByRole('button', {name: say('attention.open', {count}), exact: true})
    const panel = page.getByRole('dialog', {name: like('attention.open_other')})
    await bell(1).click()
    await panel
      .getByRole('button', {name: like('arr.answer.for')})
      .first()
      .waitFor()
    await shoot(page, 'needs-import-bell')
    expect(await seriousFindings(page)).toEqual([])
    // Put off, it is asked nowhere but in the library, and can be brought back.
    await panel.getByRole('button', {name: like('attention.more')}).click()
    await page.getByRole('menuitem', {name: say('attention.later')}).click()
    await panel.getByText(say('attention.none')).waitFor()
    await line.waitFor({state: 'detached'})
    await panel.getByRole('button', {name: say('attention.later.shown', {count: 1})}).click()
    await panel
      .getByRole('button', {name: like('arr.answer.for')})
      .first()
      .waitFor()
    await page.keyboard.press('Escape')
    await page
      .getByRole('navigation')
      .getByRole('link', {name: say('nav.library')})
      .first()
      .click()
    await page.getByRole('link', {name: new RegExp(say('arrs.waiting', {count: 1}))}).waitFor()
    await region(page, say('arr.waiting'))
      .getByRole('button', {name: like('arr.answer.for')})
      .first()
      .waitFor()
    await shoot(page, 'needs-import-library')
    await page.setViewportSize({width: 390, height: 844})
    await page.goto(house().url('/'))
    await line.waitFor()
    await shoot(page, 'needs-import-phone')
    expect(await tooWide(page)).toBe(0)
  },
)

test.runIf(isFull)('one click imports it anyway; the row says what came of it, and goes', async () => {
  await addForTest('Harbour')
  const page = await house().visit('/settings/arrs')
  await main(page).getByRole('link', {name: 'Harbour', exact: true}).click()
  const waiting = region(page, say('arr.waiting'))
  await waiting
    .getByRole('button', {name: like('arr.answer.for')})
    .filter({hasText: say('arr.answer.import')})
    .click()
  await waitUntil('the Arr to import it', () => sim.arr('Harbour').arr.stats.imports.length === 1)
  await waiting.waitFor({state: 'detached'})
  await region(page, say('arr.queue'))
    .getByText(say('arr.queue.empty', {name: 'Harbour'}))
    .waitFor()
  const {observer} = house().server('seedbox')
  expect(await observer.hashes()).toContain(glass.hash)
  await page.goto(`${page.url()}/items/1`)
  await main(page)
    .getByRole('heading', {name: /^It is in the library: Harbour imported it/, level: 1})
    .waitFor()
})

test.runIf(isFull)(
  'a category that is not that of its section is reported, and repaired with one click',
  async () => {
    await addForTest('Classics')
    const page = await house().visit('/settings/arrs')
    await main(page).getByRole('link', {name: 'Classics', exact: true}).click()
    const doctor = region(page, say('arr.setup'))
    const finding = doctor.getByText(/It puts torrents into movies; here its category is classics/)
    await finding.waitFor()
    await shoot(page, 'arr-doctor-beside')
    await doctor.getByRole('button', {name: /^Fix: .*into movies/}).click()
    await finding.waitFor({state: 'detached'})
    expect(sim.arr('Classics').arr.clients[0]!.category).toBe('classics')
  },
)

test.runIf(isFull)(
  'its settings say what they mean and what a change restarts; a mistake stands at its field',
  async () => {
    const id = await addForTest('Shorts')
    const page = await house().visit('/settings/arrs')
    await main(page).getByRole('link', {name: 'Shorts', exact: true}).click()
    const settings = region(page, say('arr.settings'))
    await settings.getByRole('button', {name: say('setting.show')}).click()
    const stalled = settings.getByLabel(/Remove what stalled so long/).first()
    await stalled.fill('soon')
    await settings.getByText(/Torrent\.StalledDelay: "soon" is not accepted\. Accepted: minutes/).waitFor()
    await stalled.fill('45')
    await settings.getByText(say('arr.settings.effect.live')).waitFor()
    await settings.getByLabel(/Time between two RSS syncs/).fill('30')
    await settings.getByText(say('arr.settings.effect.restart', {name: 'Shorts'})).waitFor()
    await shoot(page, 'arr-settings')
    expect(await seriousFindings(page)).toEqual([])
    await settings.getByRole('button', {name: say('setting.save')}).click()
    const review = page.getByRole('dialog', {name: say('setting.review.title', {count: 2})})
    await review.getByRole('button', {name: say('setting.review.save', {count: 2})}).click()
    // The other one says "Saving" meanwhile.
    await settings.getByRole('button', {name: say('setting.revert')}).waitFor({state: 'detached'})
    const {settings: kept} = await house().api.get<{settings: object}>(`/api/arrs/${id}/definition`)
    expect(kept).toMatchObject({RssSyncTimer: 30, Torrent: {StalledDelay: 45}})
  },
)

test.runIf(isFull)('what a change of its connection restarts is said before it is saved', async () => {
  const {url} = sim.arr('Radarr')
  const addresses = async () =>
    (await house().api.get<{arrs: {url: string}[]}>('/api/arrs')).arrs.map((it) => it.url)
  const before = await addresses()
  const page = await house().visit('/settings/arrs')
  await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
  await main(page)
    .getByRole('button', {name: say('arr.do.edit')})
    .click()
  const said = (words: string) => dialog(page).getByRole('status').getByText(words, {exact: true})
  await said(say('arr.form.nothing')).waitFor()
  const category = dialog(page).getByLabel(say('arr.form.category'), {exact: true})
  await category.fill('movies')
  await said(say('arr.settings.effect.live')).waitFor()
  await category.fill('films')
  await said(say('arr.form.nothing')).waitFor()
  await dialog(page).getByLabel(say('arr.form.address'), {exact: true}).fill(`${url}/`)
  await dialog(page).getByLabel(say('arr.form.key'), {exact: true}).fill('0'.repeat(32))
  await said(say('arr.settings.effect.restart', {name: 'Radarr'})).waitFor()
  await shoot(page, 'arr-edit-effect')
  expect(await seriousFindings(page)).toEqual([])
  // Nothing of it was saved.
  expect(await addresses()).toEqual(before)
})

test.runIf(isFull)(
  'an Arr that is here already is named before it is added once more, and is not',
  async () => {
    const {url, apiKey} = sim.arr('Radarr')
    const page = await house().visit('/settings/arrs?add=true')
    await dialog(page).getByLabel(say('arr.form.address'), {exact: true}).fill(url)
    await dialog(page).getByLabel(say('arr.form.key'), {exact: true}).fill(apiKey)
    await dialog(page)
      .getByText(say('arr.found.known', {name: 'Radarr'}))
      .waitFor()
    expect(await dialog(page).getByLabel(say('server.form.name'), {exact: true}).inputValue()).toBe(
      'Radarr 2',
    )
    await dialog(page)
      .getByRole('button', {name: say('arrs.add'), exact: true})
      .click()
    const address = dialog(page).getByLabel(say('arr.form.address'), {exact: true})
    await expect.poll(() => address.getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => address.evaluate((it) => it === document.activeElement)).toBe(true)
  },
)

test.runIf(isFull)('its manager stands among the processes, and begins again on request', async () => {
  const id = await idOf('Radarr')
  const since = async () => {
    const {processes} = await house().api.get<{processes: {name: string; since: number}[]}>('/api/processes')
    return processes.find(({name}) => name === id)!.since
  }
  const page = await house().visit('/settings/system')
  const row = main(page).getByRole('listitem').filter({hasText: 'Radarr'})
  await row.getByText(say('process.state.running')).waitFor()
  const before = await since()
  await row.getByRole('button', {name: say('process.restart-one', {name: 'Radarr'})}).click()
  await expect.poll(since).toBeGreaterThan(before)
  await row.getByText(say('process.state.running')).waitFor()
})

test.runIf(isFull)(
  'S54 that another Commodarr manages it is said on its page, until a user takes it over',
  async () => {
    await addForTest('Archive')
    const {hooks} = sim.arr('Archive').arr
    const mark = () => [...hooks.all.values()].find(({resource}) => resource['onGrab'] === false)
    const addressIn = (resource: Readonly<Record<string, unknown>>) =>
      new URL((resource['fields'] as readonly {value: string}[])[0]!.value)
    await waitUntil('our mark to stand in the Arr', () => mark() !== undefined)
    await house().endProgram('SIGTERM')
    const {id, resource} = mark()!
    const theirs = addressIn(resource)
    theirs.pathname = '/instance/another-one'
    theirs.searchParams.set('at', String(Date.now()))
    hooks.replace(id, {...resource, fields: [{name: 'url', value: theirs.href}]})
    await house().startProgram()
    // Also for the tests that come after this one.
    await house().api.online(house().idOf('seedbox'))
    const page = await house().visit('/settings/arrs')
    await main(page).getByRole('link', {name: 'Archive', exact: true}).click()
    const said = main(page).getByText(say('arr.other', {instance: 'another-'}))
    await said.waitFor()
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `arr-other-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(addressIn(mark()!.resource).href).toBe(theirs.href)
    await main(page)
      .getByRole('button', {name: say('arr.take-over')})
      .click()
    await said.waitFor({state: 'detached'})
    await waitUntil('our mark to stand there again', () => addressIn(mark()!.resource).href !== theirs.href)
    const {entries} = await house().api.get<{entries: readonly {actor: string}[]}>(
      '/api/journal?verb=take-over',
    )
    expect(entries).toMatchObject([{actor: 'ada'}])
  },
)
