/** Library: the downloads of all Arrs beside their torrents, each once, and first what needs a person. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {given} from './arrs.fixture.ts'
import {houseFor, patient} from './harness.fixture.ts'
import {problemsOf, sizes, type Shown} from './looks.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
/** Complete, and not imported. */
const film = makeTorrent({name: 'Paper.Ferry.2024.1080p.WEB-DL-NONE', content: 300_000})
/** Three episodes in one torrent, of which nobody has anything. */
const pack = makeTorrent({name: 'Small.Hours.S01.1080p.WEB-DL-NONE', content: 400_000})
const album = makeTorrent({name: 'Velvet.Static.2025.FLAC-NONE', content: 100_000})
let sim: ArrSim

beforeAll(async () => {
  const seedbox = house().server('seedbox')
  const port = Number(new URL((seedbox.draft as {url: string}).url).port)
  film.writePayload(seedbox.daemon.downloadDir)
  await seedbox.has(film, {start: true, category: 'films'})
  await seedbox.has(pack, {start: true, category: 'series'})
  await seedbox.has(album, {start: false, category: 'music'})
  const client = (category: string) => [{name: 'seedbox', category, fields: {host: '127.0.0.1', port}}]
  sim = await createArrSim({
    backends: {seedbox: given([film.hash, pack.hash, album.hash], seedbox.observer)},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        posters: true,
        library: [{title: 'Paper Ferry', year: 2024}],
        downloadClients: client('films'),
      },
      {
        name: 'Sonarr',
        app: 'sonarr',
        posters: true,
        library: [{title: 'Small Hours', units: [{number: 1}, {number: 2}, {number: 3}]}],
        downloadClients: client('series'),
      },
      {
        name: 'Lidarr',
        app: 'lidarr',
        library: [{title: 'Velvet Static', units: [{title: 'Night Transmissions'}]}],
        downloadClients: client('music'),
      },
    ],
  })
  const grabs = [
    {name: 'Radarr', kind: 'radarr', category: 'films', made: film, plan: {import: 'titleMismatch'}},
    {name: 'Sonarr', kind: 'sonarr', category: 'series', made: pack, plan: {}},
    {name: 'Lidarr', kind: 'lidarr', category: 'music', made: album, plan: {}},
  ] as const
  for (const {name, kind, category, made, plan} of grabs) {
    const {arr, url, apiKey} = sim.arr(name)
    arr.releases.define({itemId: 1, hash: made.hash, title: made.name, ...plan})
    arr.commands.post('RssSync', {}, 'manual')
    await waitUntil(`${name} to have it`, () => arr.queue.get(made.hash.toUpperCase()) !== undefined)
    await done(house().api.send('POST', '/api/arrs', {kind, name, url, category, api_key: apiKey}))
  }
  const {arr} = sim.arr('Radarr')
  await waitUntil(
    'Radarr to be stuck',
    () => arr.queue.get(film.hash.toUpperCase())?.state === 'importBlocked',
  )
})
afterAll(() => sim?.close())

const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})
const coming = (page: Page) => region(page, say('queue.coming'))
const rows = (page: Page) => coming(page).getByRole('listitem')
const rowOf = (page: Page, name: string) => rows(page).filter({hasText: name})

/** Once every Arr was read, and what waits is known to wait. */
async function visit(path = '/library', looking: Parameters<ReturnType<typeof house>['visit']>[1] = {}) {
  const page = await house().visit(path, looking)
  await isWhole(page)
  return page
}

async function isWhole(page: Page): Promise<void> {
  await expect
    .poll(async () => [await rows(page).count(), await region(page, say('queue.needs')).count()], patient)
    .toEqual([2, 1])
}

test('what needs a person stands first, all else once, with its Arr, its server and what happens next', async () => {
  const page = await visit()
  const needs = region(page, say('queue.needs'))
  await needs.getByText(/“Movie title mismatch, automatic import is not possible\./).waitFor()
  const answers = needs.getByRole('button', {name: like('arr.answer.for')}).filter({hasText: /./})
  expect(await answers.allInnerTexts()).toEqual([
    say('arr.answer.ignore'),
    say('arr.answer.import'),
    say('arr.answer.blocklist'),
  ])
  await rowOf(page, 'Small.Hours').getByText('Sonarr').waitFor()
  await rowOf(page, 'Small.Hours').getByText('seedbox').waitFor()
  await rowOf(page, 'Velvet').getByText(say('arr.next.stopped')).waitFor()
  const lead = page.getByText(say('queue.lead', {count: 2, shown: '2'}))
  await lead.waitFor()
  const tabs = page.getByRole('navigation', {name: say('arr.tabs')})
  expect(await tabs.getByRole('link').allInnerTexts()).toEqual([
    say('queue.title'),
    say('arr.tabs.titles'),
    say('arr.tabs.wanted'),
    say('arr.tabs.searches'),
    expect.stringMatching(/^Radarr/),
    expect.stringMatching(/^Sonarr/),
    expect.stringMatching(/^Lidarr/),
  ])
  const current = tabs.locator('[aria-current=page]')
  expect(await current.allInnerTexts()).toEqual([say('queue.title')])
  await tabs.getByRole('link', {name: /^Sonarr/}).click()
  await page.getByRole('heading', {name: 'Sonarr', level: 1}).waitFor()
  expect(await current.allInnerTexts()).toEqual([expect.stringMatching(/^Sonarr/)])
})

test('each download has the poster of its Arr, and letters where there is none', async () => {
  const page = await visit()
  const pictures = rowOf(page, 'Small.Hours').locator('img')
  await expect
    .poll(() => pictures.evaluateAll((all) => all.map((it) => (it as HTMLImageElement).naturalHeight)))
    .toEqual([150])
  // Lidarr has none of this album.
  await expect.poll(() => rowOf(page, 'Velvet').locator('img').count()).toBe(0)
  const box = (name: string) => rowOf(page, name).locator('span').first().boundingBox()
  const [one, other] = [await box('Small.Hours'), await box('Velvet')]
  expect([one?.width, one?.height]).toEqual([other?.width, other?.height])
})

test('filters by Arr, by what it is and by words stand in the address, and are taken back with one click', async () => {
  const page = await visit()
  await page.getByRole('radio', {name: say('queue.arr', {name: 'Lidarr', count: '1'})}).click()
  await expect.poll(() => rows(page).allInnerTexts()).toEqual([expect.stringContaining('Velvet')])
  expect(page.url()).toMatch(/arr=/)
  await region(page, say('queue.needs')).waitFor({state: 'detached'})
  await coming(page)
    .getByRole('radio', {name: like('queue.show.completed')})
    .click()
  await coming(page).getByText(say('queue.no-matches')).waitFor()
  await coming(page)
    .getByRole('button', {name: say('queue.clear')})
    .click()
  await expect.poll(() => rows(page).count()).toBe(2)
  await page.keyboard.press('/')
  await page.keyboard.type('small hours')
  await expect.poll(() => rows(page).allInnerTexts()).toEqual([expect.stringContaining('Small')])
  await page.reload()
  await expect.poll(() => rows(page).count(), patient).toBe(1)
  expect(await coming(page).getByRole('combobox').inputValue()).toBe('small hours')
})

test('the search of the queue has the language of the other one: offers with counts, mistakes, and what is not known', async () => {
  const page = await visit()
  const box = coming(page).getByRole('combobox')
  await page.keyboard.press('/')
  await page.keyboard.type('ar')
  await page.keyboard.press('Tab')
  await page.keyboard.type('L')
  await coming(page)
    .getByRole('option', {name: /^Lidarr/})
    .getByText('1', {exact: true})
    .waitFor()
  await page.keyboard.press('Tab')
  await expect.poll(() => rows(page).allInnerTexts()).toEqual([expect.stringContaining('Velvet')])
  expect(await box.inputValue()).toBe('arr:Lidarr ')
  await page.keyboard.type('OR sise>1GB ')
  const notes = coming(page).getByText(say('mistake.unknown_field'))
  await notes.waitFor()
  // The list keeps the last search that was understood.
  await coming(page).getByText(like('search.kept')).waitFor()
  expect(await rows(page).count()).toBe(1)
  await shoot(page, 'queue-mistake')
  expect(await seriousFindings(page)).toEqual([])
  await coming(page).getByRole('button', {name: 'size', exact: true}).click()
  await notes.waitFor({state: 'detached'})
  await box.fill('-eta>1h')
  await page.keyboard.press('Enter')
  await expect.poll(() => rows(page).count()).toBe(0)
  await coming(page)
    .getByText(say('queue.unknown', {count: 2, all: '2'}))
    .waitFor()
})

test('J and K move from download to download, and Enter leads to its torrent', async () => {
  const page = await visit()
  const inside = () =>
    rows(page).evaluateAll((all) => all.findIndex((it) => it.contains(document.activeElement)))
  await page.keyboard.press('j')
  expect(await inside()).toBe(0)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await inside()).toBe(1)
  await page.keyboard.press('k')
  expect(await inside()).toBe(0)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/torrents\?.*at=/)
})

const rejected = (page: Page) => region(page, say('queue.needs'))
/** Its page in the library, once it was read. */
async function openRadarr(page: Page): Promise<void> {
  const tabs = page.getByRole('navigation', {name: say('arr.tabs')})
  await tabs.getByRole('link', {name: /^Radarr/}).click()
  await region(page, say('arr.setup')).getByRole('listitem').first().waitFor()
}

const refused = (page: Page) =>
  region(page, say('arr.queue')).getByRole('listitem').filter({hasText: 'Paper'})
const triage = (page: Page) => page.getByRole('dialog', {name: like('triage.title')})
/** What can be done about it, once the Arr said what that would do. */
async function openTriage(page: Page): Promise<void> {
  await openRadarr(page)
  await refused(page)
    .getByRole('button', {name: like('triage.answer.for')})
    .click()
  await triage(page).getByText(would).waitFor(patient)
}
const would = /^(The Arr would import its file|It would not be imported:)/

test('why a download is not imported is said in plain words, and what can be done is asked of the Arr before', async () => {
  const page = await visit()
  await openRadarr(page)
  await refused(page).getByText(say('triage.class.unmatched_title')).waitFor()
  await openTriage(page)
  // It is left to a user: nothing is given up from here.
  expect(await triage(page).getByRole('radio').count()).toBe(1)
  await triage(page)
    .getByRole('radio', {name: say('triage.action.import')})
    .waitFor()
  await triage(page)
    .getByRole('button', {name: say('account.cancel')})
    .click()
  await triage(page).waitFor({state: 'detached'})
  const {arr} = sim.arr('Radarr')
  expect(arr.queue.get(film.hash.toUpperCase())?.state).toBe('importBlocked')
  expect(arr.stats.blocklists).toEqual([])
})

const looks: readonly Shown[] = [
  {name: 'queue', path: '/library', opens: isWhole, whole: rejected},
  {
    name: 'queue, none found',
    path: '/library?q=nothing-of-that-name',
    whole: (page) => coming(page).getByText(say('queue.no-matches')),
  },
  {
    name: 'queue, offers',
    path: '/library',
    opens: async (page) => {
      await isWhole(page)
      await coming(page).getByRole('combobox').fill('s')
    },
    whole: (page) => coming(page).getByRole('option', {name: /^server:/}),
  },
  {
    name: 'Arr with a rejected import',
    path: '/library',
    opens: openRadarr,
    whole: (page) => region(page, say('arr.waiting')),
  },
  {name: 'answers to a rejected import', path: '/library', opens: openTriage, whole: triage},
  {
    name: 'overview with a rejected import',
    path: '/',
    whole: (page) => region(page, say('attention.title')).getByText(/^“Movie title mismatch/),
  },
]

for (const screen of sizes) {
  test(`it can be read by everybody and fits: ${screen}`, async () => {
    expect(await problemsOf(house(), screen, looks)).toEqual([])
  })
}

test('where there is no such Arr the queue says so, and offers all downloads', async () => {
  const page = await house().visit('/library?arr=unknown')
  await page.getByText(say('queue.no-such-arr', {id: 'unknown'})).waitFor()
  await expect.poll(() => coming(page).count()).toBe(0)
  await page.getByRole('button', {name: say('queue.no-such-arr.all')}).click()
  await coming(page).waitFor()
  expect(new URL(page.url()).search).toBe('')
})

test('while an Arr is away its downloads stay, with their age, and that is said', async () => {
  const page = await visit()
  const {faults} = sim.arr('Sonarr').arr
  const outage = faults.add({kind: '503'})
  onTestFinished(() => faults.clear(outage))
  await page.getByText(/^Sonarr can’t be read: .* Its downloads are shown as of /).waitFor(patient)
  await rowOf(page, 'Small.Hours').getByText(/ old$/).waitFor()
  await shoot(page, 'queue-away')
  expect(await seriousFindings(page)).toEqual([])
})
