/** Journey 16: a disk is nearly full. It was said days before, with what would free how much; nothing went by itself. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {takeDatabase} from '#app/database.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {asServerId} from '#model/torrent-key.ts'
import {putSamples} from '#store/repositories/samples.ts'
import {houseFor, wordsOf} from './harness.fixture.ts'
import {like, say} from './words.fixture.ts'

const COUNT = 30
const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 9, count: COUNT, mix: 'seeding'}],
})
const HOUR_MS = 3_600_000
const DAYS_LEFT = 4
let id: string

/** A week in which as much went every day as leaves room for some days more, as the program itself would have kept it. */
beforeAll(async () => {
  const {servers} = await house().api.get<{servers: {server_id: string; stats: {free_space: number}}[]}>(
    '/api/servers',
  )
  const [server] = servers
  id = server!.server_id
  await house().endProgram('SIGTERM')
  const store = await takeDatabase({dataFolder: house().dataFolder, url: null, say: () => {}})
  const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  const perHour = server!.stats.free_space / DAYS_LEFT / 24
  const rows = Array.from({length: 7 * 24}, (_, ago) => ({
    serverId: asServerId(id),
    span: 3600,
    at: now - (ago + 1) * HOUR_MS,
    count: 360,
    downSpeed: 0,
    upSpeed: 0,
    downSpeedMax: 0,
    upSpeedMax: 0,
    downloaded: 0,
    uploaded: 0,
    torrents: COUNT,
    downloading: 0,
    seeding: COUNT,
    failing: 0,
    latencyMs: 1,
    online: 1,
    freeSpace: server!.stats.free_space + Math.round((ago + 1) * perHour),
  }))
  await store.write((db) => putSamples(db, rows))
  await store.close()
  await house().startProgram()
  await house().api.online()
})

const main = (page: Page) => page.getByRole('main')

test('journey 16: the list warns days before, and the bell leads to where', async () => {
  const page = await house().visit('/torrents')
  const warning = page.getByRole('contentinfo').getByText(like('status.full-in'))
  expect(await wordsOf(warning)).toMatch(/full in (3|4)\sd/)
  await page.getByRole('button', {name: like('attention.open_one')}).click()
  await shoot(page, 'journey-16-bell')
  await page
    .getByRole('dialog')
    .getByRole('listitem')
    .filter({has: page.getByText(like('attention.full'))})
    .getByRole('link', {name: say('attention.show')})
    .click()
  await page.waitForURL(/\/torrents\/disk-space$/)
  await main(page).getByText(say('disk-space.span.year'), {exact: true}).waitFor()
  await main(page).getByText(like('disk-space.ways')).waitFor()
})

test('journey 16: what would free how much is said, each as a search to look through', async () => {
  const page = await house().visit(`/settings/servers/${id}`)
  const card = main(page).getByRole('region', {name: say('space.title')})
  await card.getByText(like('space.full')).waitFor()
  const way = card.getByRole('listitem').filter({hasText: say('space.way.ratio')})
  await expect.poll(() => wordsOf(way)).toMatch(/[1-9]\d*\s+[\d.]+\s[GMT]iB/)
  await shoot(page, 'journey-16-space')
  expect(await seriousFindings(page)).toEqual([])
  await page.emulateMedia({colorScheme: 'dark'})
  expect(await contrastFindings(page)).toEqual([])
  await way.getByRole('link').click()
  await page.waitForURL(/ratio/)
  await page.getByRole('row').nth(1).waitFor()
})

test('journey 16: nothing was removed behind her back', async () => {
  expect((await house().api.list()).torrents).toHaveLength(COUNT)
  const page = await house().visit('/activity?what=removed,replaced')
  expect(await wordsOf(main(page).getByText(say('activity.nothing.filters')))).not.toBe('')
})
