/** What a torrent moved and what happened to it: from the last minutes to its life, on its Overview tab. */
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Locator, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot, type Looking} from '#lab/browser.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const HOUR = 3_600_000
const SIZE = 3_000_000
const house = houseFor({servers: ['seedbox'], leapMs: HOUR})
const paper = makeTorrent({name: 'Paper.Note', content: 20_000, trackers: ['http://127.0.0.1:9/announce']})
let film: MadeTorrent
let web: Server

interface History {
  readonly at: readonly number[]
  readonly downloaded: readonly (number | null)[]
  readonly marks: readonly {readonly what: string}[]
}

const key = ({hash}: MadeTorrent) => ({server_id: house().idOf('seedbox'), info_hash: hash})

async function historyOf(made: MadeTorrent, span: 10 | 3600): Promise<History> {
  const query = `server_id=${key(made).server_id}&span=${span}&from=${Date.now() - span * 100_000}`
  return house().api.get<History>(`/api/torrents/${made.hash}/history?${query}`)
}

/** It comes from the web: daemons of one machine do not talk to each other. */
beforeAll(async () => {
  let content: Buffer
  web = createServer((request, response) => {
    const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? []
    const [first, last] = [Number(from ?? 0), to ? Number(to) : SIZE - 1]
    response.writeHead(from === undefined ? 200 : 206, {
      'content-length': last - first + 1,
      'content-range': `bytes ${first}-${last}/${SIZE}`,
    })
    response.end(content.subarray(first, last + 1))
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/ferry.mkv`
  film = makeTorrent({name: 'Paper.Ferry.2024.1080p.WEB-DL-NONE', content: SIZE, webSeeds: [url]})
  content = film.files[0]!.bytes
  await house().server('seedbox').has(film)
  // What it moves counts from when it was first looked at.
  await until(
    () => historyOf(film, 10),
    ({downloaded}) => downloaded.includes(0),
  )
  await house().api.act('start', [key(film)])
  await until(
    () => historyOf(film, 10),
    ({downloaded, marks}) =>
      downloaded.some((it) => it !== null && it > 0) && marks.some(({what}) => what === 'completed'),
  )
  await house().api.act('addTags', [key(film)], {tags: ['ferry']})
  for (const hours of [2, 3]) {
    house().leap()
    await until(
      () => historyOf(film, 3600),
      ({downloaded}) => downloaded.filter((it) => it !== null).length >= hours,
    )
  }
})

afterAll(() => void web.close())

const region = (page: Page) => page.getByRole('region', {name: say('history.title'), exact: true})
const figure = (page: Page, name: 'history.hours' | 'history.speed') =>
  region(page).getByRole('figure', {name: say(name)})
const range = (page: Page, name: 'minutes' | 'day') =>
  region(page).getByRole('radio', {name: say(`history.range.${name}`), exact: true})
const marks = (page: Page) =>
  region(page)
    .getByRole('toolbar', {name: say('history.marks')})
    .getByRole('button')
const panel = (page: Page) => region(page).getByRole('list', {includeHidden: true})
const isFocused = (it: Locator) => it.evaluate((one) => one === document.activeElement)

/** The focus follows an arrow key a moment later: what is pressed before would go to what had it. */
async function goes(page: Page, key: string, to: Locator): Promise<void> {
  await page.keyboard.press(key)
  await until(
    () => isFocused(to),
    (it) => it,
  )
}

function visit(made: MadeTorrent, looking: Looking = {}): Promise<Page> {
  const {server_id: server, info_hash: hash} = key(made)
  return house().visit(`/torrents?at=${server}~${hash}&tab=overview`, looking)
}

test('what it moved stands in the hours in which it did, with what happened meanwhile, for the eye and for the ear', async () => {
  const page = await visit(film)
  await figure(page, 'history.hours').waitFor()
  expect(await wordsOf(region(page))).toMatch(/Down\s2\.8\d\sMiB/)
  const names = await Promise.all((await marks(page).all()).map((it) => it.getAttribute('aria-label')))
  for (const words of [
    say('milestone.added'),
    say('entry.start'),
    say('milestone.completed'),
    say('entry.addTags'),
  ])
    expect(names.join('; ')).toContain(`: ${words}`)
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'torrent-history')

  await region(page)
    .getByRole('button', {name: say('history.table')})
    .click()
  const events = region(page).getByRole('table', {name: say('history.marks')})
  expect(await wordsOf(events)).toContain(say('milestone.completed'))
  expect(await wordsOf(region(page).getByRole('table', {name: say('history.hours')}))).toMatch(/2\.8\d\sMiB/)
  await shoot(page, 'torrent-history-table')
  expect(await seriousFindings(page)).toEqual([])
})

test.runIf(isFull)(
  'the keyboard goes from event to event and from range to range; Escape closes what it opened, and not the details',
  async () => {
    const page = await visit(film, {theme: 'dark'})
    await figure(page, 'history.hours').waitFor()
    await range(page, 'day').focus()
    await goes(page, 'ArrowLeft', range(page, 'minutes'))
    await page.keyboard.press('Enter')
    await figure(page, 'history.speed').waitFor()
    expect(await contrastFindings(page)).toEqual([])
    await shoot(page, 'torrent-history-minutes-dark')
    await goes(page, 'ArrowRight', range(page, 'day'))
    await page.keyboard.press('Enter')
    await figure(page, 'history.hours').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await isFocused(marks(page).first())).toBe(true)
    await page.keyboard.press('End')
    expect(await isFocused(marks(page).last())).toBe(true)
    await page.keyboard.press('Home')
    expect(await wordsOf(panel(page))).toContain(say('milestone.added'))
    expect(await contrastFindings(page)).toEqual([])
    await shoot(page, 'torrent-history-dark')
    await page.keyboard.press('Escape')
    await panel(page).waitFor({state: 'detached'})
    expect(await isFocused(marks(page).first())).toBe(true)
    // Another torrent is looked at in the same range.
    await page.keyboard.press('Escape')
    await region(page).waitFor({state: 'detached'})
  },
)

test.runIf(isFull)('on a phone a tap says what happened, and nothing is cut off at the side', async () => {
  const page = await visit(film, {screen: 'phone'})
  await figure(page, 'history.hours').waitFor()
  await marks(page).first().tap()
  expect(await wordsOf(panel(page))).toContain(say('milestone.added'))
  expect(await tooWide(page)).toBe(0)
  await shoot(page, 'torrent-history-phone')
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize({width: 320, height: 640})
  await figure(page, 'history.hours').waitFor()
  expect(await tooWide(page)).toBe(0)
  await region(page).getByText(say('history.now'), {exact: true}).scrollIntoViewIfNeeded()
  await shoot(page, 'torrent-history-320')
})

test.runIf(isFull)(
  'a torrent without history says so, one that is on its way shows the last minutes, and what fails says why',
  async () => {
    await house().server('seedbox').has(paper)
    await until(
      () => house().api.list('fields=name'),
      ({total}) => total === 2,
    )
    const page = await house().visit('about:blank')
    let how: 'empty' | 'failing' = 'empty'
    await page.route('**/history?*', async (route) => {
      if (how === 'failing')
        return route.fulfill({status: 503, json: {code: 'storage', detail: 'No database.'}})
      const answer = await route.fetch()
      const told = (await answer.json()) as History
      const none = told.at.map(() => null)
      return route.fulfill({response: answer, json: {...told, downloaded: none, uploaded: none, marks: []}})
    })
    const {server_id: server, info_hash: hash} = key(paper)
    await page.goto(house().url(`/torrents?at=${server}~${hash}&tab=overview`))
    await figure(page, 'history.speed').waitFor()
    await range(page, 'day').click()
    await region(page).getByText(say('history.none'), {exact: true}).waitFor()
    await shoot(page, 'torrent-history-none')
    expect(await seriousFindings(page)).toEqual([])
    how = 'failing'
    await page.reload()
    await range(page, 'day').click()
    await region(page).getByText('No database.').waitFor()
    await shoot(page, 'torrent-history-failing')
    expect(await seriousFindings(page)).toEqual([])
    how = 'empty'
    await region(page)
      .getByRole('button', {name: say('awaited.again')})
      .click()
    await region(page).getByText(say('history.none'), {exact: true}).waitFor()
  },
)
