/** What lies between a page and its first row: how often it asks, what it waits for, and what it fetches then. */
import type {Page, WebSocket} from 'playwright-core'
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {aheadOfKeys, chunksIn, LIST, onDemand, scriptOf, START} from './chunks.fixture.ts'
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

test.runIf(isFull)('a returning visitor is connected before it is known who they are', async () => {
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
  await page.route(scriptOf(START), async (route) => {
    await asked.release.promise
    await route.continue()
  })
  page.on('request', (request) => {
    if (scriptOf(LIST).test(request.url())) asked.scripts.resolve()
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

/** Addresses that the page asks for from now on. */
function requestsOf(page: Page): Set<string> {
  const addresses = new Set<string>()
  page.on('request', (request) => void addresses.add(request.url()))
  return addresses
}

test.runIf(isFull)(
  'once its rows are there the list fetches what a first key opens, and the rest when it is pointed at',
  async () => {
    const page = await house().visit('about:blank')
    const requests = requestsOf(page)
    let atFirstRow: readonly string[] = []
    const last = page.waitForResponse(scriptOf('DetailsPanel'))
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({payload}) => {
        const {type, rows} = JSON.parse(String(payload)) as Frame
        if (type === 'view' && rows?.length && atFirstRow.length === 0) atFirstRow = [...requests]
      }),
    )
    await page.goto(house().url('/torrents'))
    await firstRow(page)
    await last
    expect(atFirstRow).not.toEqual([])
    expect(chunksIn(atFirstRow, aheadOfKeys)).toEqual([])
    expect(chunksIn(requests, aheadOfKeys)).toEqual(aheadOfKeys)
    expect(chunksIn(requests, onDemand)).toEqual([])
    await Promise.all([
      page.waitForRequest(scriptOf('DisplayPanel')),
      page.getByRole('button', {name: say('tools.display')}).hover(),
    ])
  },
)
