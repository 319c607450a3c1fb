/** Journey 6: one key of an Arr is pasted, and what it grabs is imported as soon as it is there. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {shoot} from '#lab/browser.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {given} from './arrs.fixture.ts'
import {houseFor, wordsOf} from './harness.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
/** One is on its way, and nothing of it comes; the other one will be complete. */
const ferry = makeTorrent({name: 'Paper.Ferry.2024.1080p.WEB-DL-NONE', content: {'ferry.mkv': 300_000}})
const glass = makeTorrent({name: 'Harbour.Glass.2023.1080p.WEB-DL-NONE', content: {'glass.mkv': 200_000}})
const films = [ferry, glass]
let sim: ArrSim

beforeAll(async () => {
  const seedbox = house().server('seedbox')
  const {port} = new URL((seedbox.draft as {url: string}).url)
  for (const film of films) await seedbox.has(film, {start: true, category: 'films'})
  sim = await createArrSim({
    backends: {
      seedbox: given(
        films.map(({hash}) => hash),
        seedbox.observer,
      ),
    },
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        library: [
          {title: 'Paper Ferry', year: 2024},
          {title: 'Harbour Glass', year: 2023},
        ],
        downloadClients: [
          {name: 'seedbox', category: 'films', fields: {host: '127.0.0.1', port: Number(port)}},
        ],
        remotePathMappings: [{host: '127.0.0.1', remotePath: '/downloads/', localPath: '/data/torrents/'}],
      },
    ],
  })
  const {arr} = sim.arr('Radarr')
  for (const [at, {files, hash, name}] of films.entries()) {
    const content = files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
    arr.releases.define({itemId: at + 1, hash, title: name, content})
  }
  arr.commands.post('RssSync', {}, 'manual')
  await waitUntil('the Arr to grab them', () =>
    films.every(({hash}) => arr.queue.get(hash.toUpperCase()) !== undefined),
  )
})
afterAll(() => sim?.close())

const main = (page: Page) => page.getByRole('main')
const dialog = (page: Page) => page.getByRole('dialog')
const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})
/** It was added as the first test does it. */
async function radarrIsHere(): Promise<void> {
  const {arrs} = await house().api.get<{arrs: readonly object[]}>('/api/arrs')
  if (arrs.length > 0) return
  const {url, apiKey} = sim.arr('Radarr')
  const added = {kind: 'radarr', name: 'Radarr', url, category: 'films', api_key: apiKey}
  await done(house().api.send('POST', '/api/arrs', added))
}

const told = () => sim.arr('Radarr').arr.history.happened.map(({event}) => event)

test('journey 6: address and key are all that is asked; the rest is proposed', async () => {
  const {arrs} = await house().api.get<{arrs: readonly {readonly id: string}[]}>('/api/arrs')
  for (const {id} of arrs) await done(house().api.send('DELETE', `/api/arrs/${id}`))
  const {url, apiKey} = sim.arr('Radarr')
  const page = await house().visit('/settings/arrs?add=true')
  await dialog(page).getByLabel(say('arr.form.address'), {exact: true}).fill(url)
  await dialog(page).getByLabel(say('arr.form.key'), {exact: true}).fill(apiKey)
  const found = dialog(page).getByRole('region', {name: say('arr.found.label')})
  await found.getByText(say('arr.found.here', {name: 'seedbox'})).waitFor()
  await shoot(page, 'journey-6-proposed')
  await found.getByText(say('arr.found.places')).click()
  expect(await wordsOf(found)).toContain('/data/torrents')
  const valueOf = (label: string) => dialog(page).getByLabel(label, {exact: true}).inputValue()
  expect([await valueOf(say('server.form.name')), await valueOf(say('arr.form.category'))]).toEqual([
    'Radarr',
    'films',
  ])
  // What follows is imported at once.
  await dialog(page).getByText(say('arr.form.careful.ask'), {exact: true}).click()
  await dialog(page)
    .getByRole('button', {name: say('arrs.add'), exact: true})
    .click()
  await page.waitForURL(/\/arrs\/.+/)
  await page.getByRole('heading', {name: 'Radarr', level: 1}).waitFor()
})

test('journey 6: its queue, and the list of torrents, say what is under way', async () => {
  await radarrIsHere()
  const page = await house().visit('/settings/arrs')
  await main(page).getByRole('link', {name: 'Radarr', exact: true}).click()
  const queue = region(page, say('arr.queue'))
  await queue.getByText('Paper Ferry (2024)').waitFor()
  await shoot(page, 'journey-6-queue')
  await page.goto(house().url(`/torrents?q=${encodeURIComponent('item:"paper ferry" arr:radarr')}`))
  await page
    .getByRole('row')
    .filter({hasText: ferry.name.slice(0, 11)})
    .waitFor()
  await page.goto(house().url(`/torrents?q=${encodeURIComponent('-arr:radarr')}`))
  expect(await wordsOf(page.getByText(like('torrents.nothing-matches')))).toContain('-arr:radarr')
})

test('journey 6: as soon as it is complete its Arr gets a command to look, and imports it', async () => {
  await radarrIsHere()
  expect(told()).not.toContain('downloadFolderImported')
  const seedbox = house().server('seedbox')
  const {stats} = sim.arr('Radarr').arr
  const asked = () =>
    stats.requests.filter(
      ({method, path, body}) =>
        method === 'POST' &&
        path.endsWith('/command') &&
        (body as {name?: string}).name === 'RefreshMonitoredDownloads',
    ).length
  // By itself the Arr does not look any more.
  sim.arr('Radarr').arr.settings.checkForFinishedDownloadInterval = 0
  const before = asked()
  glass.writePayload(seedbox.daemon.downloadDir)
  const key = {server_id: house().idOf('seedbox'), info_hash: glass.hash}
  const body = {keys: [key], verb: 'recheck'}
  expect((await house().api.send('POST', '/api/torrents/actions', body)).status).toBeLessThan(300)
  await waitUntil('the Arr to import it', () => told().includes('downloadFolderImported'))
  expect(asked()).toBeGreaterThan(before)
  expect(await seedbox.observer.hashes()).toContain(glass.hash)
})

test('its rules ask before they destroy anything, until a user lets one act after reading what that means', async () => {
  await radarrIsHere()
  interface Rules {
    readonly rules: readonly {id: string; name: string; mode: string; configured_mode: string | null}[]
  }
  const rules = async () => (await house().api.get<Rules>('/api/rules')).rules
  const asking = (await rules()).find((rule) => rule.configured_mode === 'ask')!
  expect(asking.name).toMatch(/^Radarr: /)
  const page = await house().visit(`/rules?rule=${asking.id}`)
  await main(page).getByText(say('rules.preset.asks')).waitFor()
  await page.getByRole('radio', {name: say('rules.mode.live')}).click()
  const sure = page.getByRole('dialog', {name: say('rules.live.title', {name: asking.name})})
  await sure.getByText(say('rules.live.unasked')).waitFor()
  await shoot(page, 'journey-6-let-act')
  await sure.getByRole('button', {name: say('rules.live.do')}).click()
  await sure.waitFor({state: 'detached'})
  const modes = (await rules()).filter((rule) => rule.configured_mode === 'ask').map(({mode}) => mode)
  expect(modes.filter((mode) => mode === 'live')).toHaveLength(1)
})
