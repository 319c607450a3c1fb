/** What lies between a page and its first row: how often it asks, what it waits for, and what it fetches then. */
import type {Page, WebSocket} from 'playwright-core'
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {framesOf, type Frame} from './frames.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'loft', kind: 'qbittorrent', version: '5.1.0', seed: 1, count: 300}],
})

const firstRow = (page: Page) => table(page).getByRole('row').nth(1).waitFor()

test('one question brings the first rows, and nothing is said before that is refused', async () => {
  const page = await house().visit('about:blank')
  const frames = framesOf(page)
  await page.goto(house().url('/torrents'))
  await firstRow(page)
  const at = frames.findIndex(({by, type, rows}) => by === 'server' && type === 'view' && rows?.length)
  const said = frames.slice(0, at).filter(({by}) => by === 'page')
  // Views that only count (ranges: none) are others.
  const told = said.map(({type, ranges}) => `${type} ${JSON.stringify(ranges ?? null)}`)
  expect(told.filter((it) => it !== 'open []').toSorted()).toEqual(['open [[0,60]]', 'watch null'])
  expect(frames.filter(({type}) => type === 'refused')).toEqual([])
})

test.runIf(isFull)('whoever was here before is connected before it is known who he is', async () => {
  const page = await house().visit('/torrents')
  await firstRow(page)
  const greeted = Promise.withResolvers<void>()
  page.on('websocket', (socket: WebSocket) =>
    socket.on('framereceived', ({payload}) => {
      if ((JSON.parse(String(payload)) as Frame).type === 'hello') greeted.resolve()
    }),
  )
  await page.route('**/api/session', async (route) => {
    await greeted.promise
    await route.continue()
  })
  await page.reload()
  await firstRow(page)
  expect(await table(page).getAttribute('aria-rowcount')).toBe('301')
})

test('who logged out is connected to nothing', async () => {
  const page = await house().visit('/torrents')
  await firstRow(page)
  await page.context().clearCookies()
  await page.goto(house().url('/login'))
  await page.getByRole('heading').first().waitFor()
  const frames = framesOf(page)
  await page.goto(house().url('/torrents'))
  await page.waitForURL('**/login?**')
  expect(frames).toEqual([])
})

test('the frame is painted, and the list on its way, before any script has come', async () => {
  const page = await house().visit('about:blank')
  const asked = {scripts: Promise.withResolvers<void>(), release: Promise.withResolvers<void>()}
  await page.route(/\/assets\/index-[^/]*\.js$/, async (route) => {
    await asked.release.promise
    await route.continue()
  })
  page.on('request', (request) => {
    if (/\/assets\/TorrentsPage-[^/]*\.js$/.test(request.url())) asked.scripts.resolve()
  })
  await page.goto(house().url('/torrents'), {waitUntil: 'commit'})
  const edges = page.locator('#root > [aria-hidden]')
  await edges.waitFor()
  await asked.scripts.promise
  const before = await edges.evaluate((it) => it.firstElementChild!.getBoundingClientRect().height)
  asked.release.resolve()
  await firstRow(page)
  const header = await page.getByRole('banner').boundingBox()
  expect(before).toBe(header!.height)
  expect(await edges.count()).toBe(0)
})

/** Names of the scripts that the page asks for from now on. */
function scriptsOf(page: Page): Set<string> {
  const names = new Set<string>()
  page.on('request', (request) => {
    const name = /\/assets\/(\w[\w.-]*)-[\w-]{8}\.js$/.exec(request.url())?.[1]
    if (name !== undefined) names.add(name)
  })
  return names
}

test.runIf(isFull)(
  'once its rows are there the list fetches what a first key opens, and the rest when it is pointed at',
  async () => {
    const page = await house().visit('about:blank')
    const scripts = scriptsOf(page)
    let atFirstRow: readonly string[] = []
    const last = page.waitForResponse(/\/assets\/DetailsPanel-/)
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({payload}) => {
        const {type, rows} = JSON.parse(String(payload)) as Frame
        if (type === 'view' && rows?.length && atFirstRow.length === 0) atFirstRow = [...scripts]
      }),
    )
    await page.goto(house().url('/torrents'))
    await firstRow(page)
    await last
    const ahead = ['ActionDialog', 'DetailsPanel', 'Palette']
    expect(atFirstRow.filter((it) => ahead.includes(it))).toEqual([])
    expect([...scripts].filter((it) => ahead.includes(it)).toSorted()).toEqual(ahead)
    const onDemand = new Set([
      'AddDialog',
      'AttentionList',
      'DisplayPanel',
      'KeysDialog',
      'OpenServerDialog',
      'RuleForm',
    ])
    expect([...scripts].filter((it) => onDemand.has(it))).toEqual([])
    const [pointedAt] = await Promise.all([
      page.waitForRequest(/\/assets\/DisplayPanel-/),
      page.getByRole('button', {name: say('tools.display')}).hover(),
    ])
    expect(pointedAt.url()).toContain('DisplayPanel')
  },
)
