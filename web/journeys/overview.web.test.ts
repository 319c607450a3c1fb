/** Where everybody begins: one sentence says how it all is, and below it stands what needs somebody and what happened. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {until} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {administrator, houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})
const [ferry, lamp] = ['Paper.Ferry.2024.1080p', 'Paper.Lamp.2023.1080p'].map((name) =>
  makeTorrent({name, content: 50_000, trackers: ['http://127.0.0.1:9/announce']}),
) as [ReturnType<typeof makeTorrent>, ReturnType<typeof makeTorrent>]

interface Torrents {
  readonly torrents: readonly {readonly name: string}[]
}

const names = async () =>
  (await house().api.get<Torrents>('/api/torrents?fields=name&sort=name')).torrents.map(({name}) => name)

beforeAll(async () => {
  await house().server('seedbox').has(ferry, {category: 'films'})
  await house().server('seedbox').has(lamp, {category: 'films'})
  await until(names, (all) => all.length === 2)
})

const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})
const verdict = (page: Page) => page.getByRole('heading', {level: 1})
const isSaid = (page: Page, words: string) => verdict(page).filter({hasText: words}).waitFor()

/** All of the page stands: nothing of it is on its way. */
async function whole(page: Page): Promise<void> {
  for (const name of [
    say('attention.title'),
    say('today.title'),
    say('overview.servers'),
    say('spread.title'),
  ])
    await region(page, name).waitFor()
  await region(page, say('spread.title')).getByText('films', {exact: true}).waitFor()
  await region(page, say('overview.servers')).getByText('attic', {exact: true}).waitFor()
}

test('a visitor reads that all is well, and each figure leads to what it is about', async () => {
  const page = await house().visit('/')
  await whole(page)
  await isSaid(page, say('verdict.well'))
  expect(await page.title()).toBe(`${say('overview.title')} · ${say('app.name')}`)
  expect(await wordsOf(region(page, say('attention.title')))).toContain(say('attention.none'))
  // No Arr is here, so there is no card of what Arrs brought.
  expect(await region(page, say('arrived.title')).count()).toBe(0)
  expect(await tooWide(page)).toBe(0)
  await shoot(page, 'overview-desk')
  expect(await seriousFindings(page)).toEqual([])
  await region(page, say('spread.title')).getByRole('link', {name: 'films: 2'}).click()
  await page.waitForURL(/\/torrents\?q=category/)
  await page.getByText(ferry.name).first().waitFor()
})

test('each user hides and orders the parts of the page, and they stay so', async () => {
  const page = await house().visit('/')
  await whole(page)
  await page.getByRole('button', {name: say('overview.more')}).click()
  await page.getByRole('menuitem', {name: say('overview.customize.do')}).click()
  const dialog = page.getByRole('dialog', {name: say('overview.customize')})
  await dialog.getByRole('checkbox', {name: say('overview.section.trackers')}).click()
  const servers = say('overview.section.servers')
  for (const _ of [1, 2, 3]) {
    await dialog.getByRole('button', {name: say('overview.customize.up', {name: servers})}).click()
  }
  await shoot(page, 'overview-customize')
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', {name: say('overview.customize.done')}).click()
  const first = () => page.getByRole('main').getByRole('region').first().getAttribute('aria-label')
  await expect.poll(first).toBe(servers)
  // Who leaves the page right after a change has it all the same.
  await page.goto('about:blank')
  await until(
    () => house().api.get<Record<string, unknown>>('/api/preferences'),
    (it) => it['overview.sections'] !== undefined,
  )
  await page.goto(house().url('/'))
  await region(page, say('overview.servers')).waitFor()
  await region(page, say('spread.title')).waitFor()
  expect(await region(page, say('by-tracker.title')).count()).toBe(0)
  expect(await first()).toBe(servers)
  // As usual again, for the tests that follow.
  await page.getByRole('button', {name: say('overview.more')}).click()
  await page.getByRole('menuitem', {name: say('overview.customize.do')}).click()
  await dialog.getByRole('button', {name: say('overview.customize.reset')}).click()
  await dialog.getByRole('button', {name: say('overview.customize.done')}).click()
  await until(
    () => house().api.get<Record<string, unknown>>('/api/preferences'),
    (it) => it['overview.sections'] === undefined,
  )
  await whole(page)
})

test.runIf(isFull)(
  'a figure opens its past, from an hour to a year, with a table for who wants one',
  async () => {
    const page = await house().visit('/')
    await whole(page)
    // The status line has a button of that name, too.
    await page
      .getByRole('main')
      .getByRole('button', {name: new RegExp(`^${say('tile.down')}`)})
      .click()
    const dialog = page.getByRole('dialog', {name: say('tile.down')})
    for (const span of ['hour', 'year', 'day'] as const) {
      await dialog.getByRole('radio', {name: say(`chart.span.${span}`), exact: true}).click()
      await dialog.getByRole('figure').waitFor()
    }
    await dialog.getByRole('switch', {name: say('chart.table')}).click()
    await dialog.getByRole('columnheader', {name: say('chart.time')}).waitFor()
    await shoot(page, 'overview-chart')
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({state: 'hidden'})
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(say('tile.down'))
  },
)

test.runIf(isFull)(
  'what a user deleted is reported in a sentence, which leads to it and takes it back',
  async () => {
    const page = await house().visit('/')
    await whole(page)
    const key = {server_id: house().idOf('seedbox'), info_hash: lamp.hash}
    await house().api.act('remove', [key])
    const today = region(page, say('today.title'))
    const sentence = say('today.deleted', {who: administrator.username, count: 1})
    await today.getByText(sentence, {exact: true}).waitFor()
    await shoot(page, 'overview-today')
    await today.getByRole('button', {name: say('today.undo-of', {what: sentence})}).click()
    await page
      .getByText(say('today.undone', {count: 1}))
      .first()
      .waitFor()
    await until(names, (all) => all.includes(lamp.name))
    await today.getByText(sentence, {exact: true}).click()
    await page.waitForURL(/\/activity\?.*what=removed/)
    await page.getByRole('main').getByText(lamp.name).first().waitFor()
  },
)

test.runIf(isFull)('what asks stands there with its answers, which J reaches, and leads to it', async () => {
  const {api} = house()
  const page = await house().visit('/')
  await whole(page)
  const rule = {
    name: 'Mark films',
    mode: 'ask',
    scope: {},
    when: {fact: 'name', op: 'eq', value: ferry.name},
    do: [{action: 'tag', names: ['marked']}],
  }
  const {id} = await done<{id: string}>(api.send('POST', '/api/rules', {rule, confirm: true}))
  try {
    await isSaid(page, say('verdict.needs.online', {count: 1}))
    const item = region(page, say('attention.title')).getByRole('listitem').filter({hasText: rule.name})
    await item.getByText(`${say('entry.addTags')}: ${ferry.name}`, {exact: true}).waitFor()
    await page.getByRole('button', {name: say('attention.open', {count: 1})}).waitFor()
    // J goes to its first answer; Enter would give it.
    await region(page, say('attention.title')).getByText(say('attention.keys.answer')).waitFor()
    await verdict(page).click()
    await page.keyboard.press('j')
    const answer = item.getByRole('link', {name: say('attention.review')})
    expect(await answer.evaluate((it) => it === document.activeElement)).toBe(true)
    await shoot(page, 'overview-needs')
    expect(await seriousFindings(page)).toEqual([])
    const phone = await house().visit('/', {screen: 'phone'})
    await whole(phone)
    await isSaid(phone, say('verdict.needs.online', {count: 1}))
    expect(await tooWide(phone)).toBe(0)
    await shoot(phone, 'overview-needs-phone')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/activity/)
  } finally {
    const {approvals} = await api.get<{approvals: readonly {id: string}[]}>('/api/approvals')
    for (const {id: asked} of approvals) await done(api.send('POST', `/api/approvals/${asked}/decline`))
    await done(api.send('DELETE', `/api/rules/${id}`))
  }
})

test.runIf(isFull)(
  'a server that dies becomes the first sentence at once, with its last figures, and needs no user yet',
  async () => {
    const page = await house().visit('/', {theme: 'dark'})
    await whole(page)
    try {
      await house().server('attic').daemon.stop()
      await isSaid(page, say('verdict.unreachable.only', {count: 1}))
      await page
        .getByRole('button', {name: say('server.action.try')})
        .first()
        .waitFor()
      expect(await wordsOf(region(page, say('attention.title')))).toContain(say('attention.none'))
      await shoot(page, 'overview-dying-dark')
      expect(await contrastFindings(page)).toEqual([])
      const phone = await house().visit('/', {screen: 'phone'})
      await whole(phone)
      await isSaid(phone, say('verdict.unreachable.only', {count: 1}))
      expect(await tooWide(phone)).toBe(0)
      await shoot(phone, 'overview-phone')
      expect(await seriousFindings(phone)).toEqual([])
    } finally {
      await house().returns('attic')
    }
    await isSaid(page, say('verdict.well'))
  },
)

test.each([
  [320, 256],
  [360, 740],
] as const)('at %s × %s nothing is cut off at the side', async (width, height) => {
  const page = await house().visit('about:blank')
  await page.setViewportSize({width, height})
  await page.goto(house().url('/'))
  await whole(page)
  expect(await tooWide(page)).toBe(0)
  await shoot(page, `overview-${width}`)
})

interface Trackers {
  readonly trackers: readonly {readonly uploaded: readonly (number | null)[]}[]
}

interface Counted {
  readonly servers: readonly {readonly values: {readonly torrents?: readonly (number | null)[]}}[]
}

// What is known of trackers is written every five minutes, and when the program ends.
test.runIf(isFull)(
  'what went to each tracker is there once something of it is known, over a day and over a year',
  async () => {
    // What was looked at counts: the look at the torrents is part of the same step.
    await until(
      () => house().api.get<Counted>('/api/history?metrics=torrents&span=10'),
      ({servers}) => servers.some(({values}) => values.torrents?.includes(2)),
    )
    await house().endProgram('SIGTERM')
    await house().startProgram()
    await until(
      () => house().api.get<Trackers>('/api/history/trackers'),
      ({trackers}) => trackers.some(({uploaded}) => uploaded.some((it) => it !== null)),
    )
    const page = await house().visit('/')
    const card = region(page, say('by-tracker.title'))
    await card.getByText(say('by-tracker.none')).waitFor()
    await card.getByRole('radio', {name: say('chart.span.year'), exact: true}).click()
    await card.getByText(say('by-tracker.none')).waitFor()
    // Commodarr runs for minutes.
    await card.getByText(/^Counted since /).waitFor()
    await shoot(page, 'overview-trackers')
    expect(await seriousFindings(page)).toEqual([])
  },
)
