/** Journey 7: whoever is at a torrent stays with it, however many come and go around it. */
import type {Locator, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {shoot} from '#lab/browser.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {until, type WireTorrent} from '#test/program/program.fixture.ts'
import {slowLine} from './frames.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {roomAt, rowAt, rowCount, rowOf, table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const FIRST = 2_000
const MORE = 3_000

const house = houseFor({})
let fleet: FleetProcess

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [
      {name: 'seedbox', kind: 'qbittorrent', version: '5.1.0', count: FIRST, seed: 5, queueing: false},
    ],
  })
  const {name, kind, url, username, password} = fleet.servers[0]!
  await house().api.send('POST', '/api/servers', {name, kind, url, username, password})
  await inAll(FIRST)
})
afterAll(() => fleet.stop())

const inAll = (count: number) =>
  until(
    () => house().api.list('fields=name'),
    ({total}) => total === count,
  )
const shown = (page: Page, count: number) =>
  until(
    () => rowCount(page),
    (it) => it === count,
  )
/** The torrent at a rank of the list by name, 0 = the first one. */
const at = async (rank: number): Promise<WireTorrent> => {
  const {torrents} = await house().api.list(`sort=name&fields=name&offset=${rank}`)
  return torrents[0]!
}
/** Where it stands in the list by name now. */
async function rankOf({info_hash: hash}: WireTorrent): Promise<number> {
  for (let from = 0; ; from += 1000) {
    const {torrents} = await house().api.list(`sort=name&fields=name&offset=${from}`)
    const place = torrents.findIndex((it) => it.info_hash === hash)
    if (place !== -1) return from + place
    if (torrents.length < 1000) throw new Error('it is not in the list')
  }
}

const details = (page: Page) => page.getByRole('region', {name: say('details.label')})
const place = (page: Page, rank: number, total: number) =>
  details(page).getByText(
    say('details.place', {rank: (rank + 1).toLocaleString('en'), total: total.toLocaleString('en')}),
    {exact: true},
  )
/** Name and distance from the upper edge of the window, px. */
async function standingOf(row: Locator) {
  const name = await row.getByRole('gridcell').nth(1).getAttribute('aria-label')
  return {name, top: Math.round((await row.boundingBox())!.y)}
}
/** What the details say of it is there before the list has moved. */
const stands = (page: Page, rank: number, {name, top}: Awaited<ReturnType<typeof standingOf>>) =>
  until(
    () => standingOf(rowAt(page, rank)),
    (it) => it.name === name && it.top === top,
  )
/** Its place is kept, though what stands in its row has not come. */
const hasRoom = (page: Page, rank: number, {top}: Awaited<ReturnType<typeof standingOf>>) =>
  until(
    () => standingOf(roomAt(page, rank)),
    (it) => it.top === top,
  )
/** Of the rows that are seen, from the first one down. */
async function seenRows(page: Page): Promise<readonly {name: string | null; top: number}[]> {
  const box = (await table(page).boundingBox())!
  const rows = await Promise.all((await table(page).getByRole('row').all()).slice(1).map(standingOf))
  const seen = rows.filter(({top}) => top >= box.y + 28 && top < box.y + box.height)
  return seen.toSorted((a, b) => a.top - b.top)
}
const goTo = async (page: Page, rank: number) => {
  await page.keyboard.press(':')
  await page.locator('[role=dialog] input:focus').waitFor()
  await page.keyboard.type(String(rank + 1))
  await page.keyboard.press('Enter')
  await until(
    () => focusedName(page),
    (name) => name !== '',
  )
  // Its row stands there before the list has taken it for the current one.
  await table(page).locator('.tt-current').waitFor()
}
const focusedName = (page: Page) =>
  page.evaluate(
    () =>
      document.activeElement?.querySelector('[role=gridcell][aria-label]')?.getAttribute('aria-label') ?? '',
  )
/** What a screen reader calls its row: its name, and the tags beside it. */
const labelOf = ({name}: Readonly<Record<string, unknown>>) =>
  new RegExp(`^${RegExp.escape(String(name))}($|, )`)
const scrollTo = (page: Page, top: number) =>
  table(page).evaluate((list, px) => void (list.scrollTop = px), top)

/**
 * Thousands come, and go again after the test: by a command of ours, as a server that loses so many by itself is
 * doubted for ten minutes.
 */
async function whileMore(see: () => Promise<void>): Promise<void> {
  const hashes = await fleet.send('seedbox', {do: 'add', count: MORE, seed: 77})
  try {
    await inAll(FIRST + MORE)
    await see()
  } finally {
    const {server_id} = await at(0)
    const keys = hashes.map((info_hash) => ({server_id, info_hash}))
    const results = await house().api.act('remove', keys, {free_at_once: true})
    expect(results.filter(({outcome}) => outcome !== 'done')).toEqual([])
    await inAll(FIRST)
  }
}

test('details say where their torrent stands, wherever the list is scrolled to, and ] opens and closes them', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, FIRST)
  await rowAt(page, 2).click()
  await page.keyboard.press(']')
  await place(page, 2, FIRST).waitFor()
  const third = await at(2)
  await scrollTo(page, 40_000)
  await rowAt(page, 1_340).waitFor()
  await place(page, 2, FIRST).waitFor()
  await whileMore(async () => {
    await shown(page, FIRST + MORE)
    const rank = await rankOf(third)
    expect(rank).toBeGreaterThan(2)
    await place(page, rank, FIRST + MORE).waitFor()
    await shoot(page, 'following-place')
  })
  await page.keyboard.press(']')
  await details(page).waitFor({state: 'detached'})
  await page.keyboard.press('Shift+?')
  await page.getByRole('dialog').getByText(say('torrents.details'), {exact: true}).first().waitFor()
})

test('thousands come in and go again: the torrent that the user is at keeps its place on screen', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, FIRST)
  await goTo(page, 1_500)
  await page.keyboard.press(']')
  await place(page, 1_500, FIRST).waitFor()
  const before = await standingOf(rowAt(page, 1_500))
  const torrent = await at(1_500)
  await whileMore(async () => {
    await shown(page, FIRST + MORE)
    const rank = await rankOf(torrent)
    expect(rank).toBeGreaterThan(2_500)
    await place(page, rank, FIRST + MORE).waitFor()
    await stands(page, rank, before)
    await until(
      () => focusedName(page),
      (name) => name === before.name,
    )
    await shoot(page, 'following-current')
  })
  await place(page, 1_500, FIRST).waitFor()
  await stands(page, 1_500, before)
})

/** A page whose requests can be kept from the server. */
async function visitedSlowly(path: string) {
  const page = await house().visit('about:blank')
  const line = await slowLine(page)
  await page.goto(house().url(path))
  await shown(page, FIRST)
  return {page, line}
}
/** So far down that the list with all of them stands beyond the end of the list without. */
const DEEP = 1_500

test('rows that have not come when thousands go again do not lose the torrent that the user is at', async () => {
  const {page, line} = await visitedSlowly('/torrents?sort=name')
  await goTo(page, DEEP)
  await page.keyboard.press(']')
  await place(page, DEEP, FIRST).waitFor()
  const before = await standingOf(rowAt(page, DEEP))
  const torrent = await at(DEEP)
  await whileMore(async () => {
    const rank = await rankOf(torrent)
    await place(page, rank, FIRST + MORE).waitFor()
    await stands(page, rank, before)
    // The list goes along with what comes, and what it asks for to show there is not answered.
    line.hold('window')
  })
  await place(page, DEEP, FIRST).waitFor()
  await hasRoom(page, DEEP, before)
  line.letGo()
  await stands(page, DEEP, before)
  expect((await at(DEEP)).info_hash).toBe(torrent.info_hash)
})

test('rows that do not come while thousands come and go do not lose it, either', async () => {
  const {page, line} = await visitedSlowly('/torrents?sort=name')
  await goTo(page, DEEP)
  await page.keyboard.press(']')
  await place(page, DEEP, FIRST).waitFor()
  const before = await standingOf(rowAt(page, DEEP))
  const torrent = await at(DEEP)
  line.hold('window')
  await whileMore(async () => {
    const rank = await rankOf(torrent)
    await place(page, rank, FIRST + MORE).waitFor()
    // It waited for its rows as long as it does, and shows where they will be.
    await roomAt(page, rank).waitFor()
  })
  await place(page, DEEP, FIRST).waitFor()
  await hasRoom(page, DEEP, before)
  line.letGo()
  await stands(page, DEEP, before)
  expect((await at(DEEP)).info_hash).toBe(torrent.info_hash)
})

test('a torrent that is clicked while the line is slow is found again as soon as its rank is known', async () => {
  const {page, line} = await visitedSlowly('/torrents?sort=name')
  await scrollTo(page, DEEP * 30)
  await rowAt(page, DEEP + 3).waitFor()
  line.hold('follow')
  await rowAt(page, DEEP + 3).click()
  await page.mouse.move(0, 0)
  const before = await standingOf(rowAt(page, DEEP + 3))
  const torrent = await at(DEEP + 3)
  await whileMore(async () => {
    await shown(page, FIRST + MORE)
    line.letGo()
    await stands(page, await rankOf(torrent), before)
  })
  await stands(page, DEEP + 3, before)
  expect((await at(DEEP + 3)).info_hash).toBe(torrent.info_hash)
})

test('an order that is held keeps its rows, also those beyond the end of the list that waits', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, FIRST)
  await goTo(page, DEEP)
  const before = await standingOf(rowAt(page, DEEP))
  const torrent = await at(DEEP)
  const row = rowOf(page, String(torrent['name']))
  await whileMore(async () => {
    await stands(page, await rankOf(torrent), before)
    // For as long as a menu is open the order stays.
    await row.click({button: 'right'})
    await page.getByRole('menu').waitFor()
  })
  // The rows of the order that is held are counted on.
  await shown(page, FIRST + MORE)
  expect(await standingOf(row)).toEqual(before)
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({state: 'detached'})
  await stands(page, DEEP, before)
})

test('a phone comes back from details to where its torrent is by then', async () => {
  const page = await house().visit('/torrents?sort=name', {screen: 'phone'})
  await shown(page, FIRST)
  const heights = await standingOf(rowAt(page, 1)).then(
    async ({top}) => top - (await standingOf(rowAt(page, 0))).top,
  )
  await scrollTo(page, DEEP * heights)
  const row = rowAt(page, DEEP + 3)
  await row.waitFor()
  const before = await standingOf(row)
  const torrent = await at(DEEP + 3)
  await row.tap()
  await place(page, DEEP + 3, FIRST).waitFor()
  await whileMore(async () => {
    const rank = await rankOf(torrent)
    await place(page, rank, FIRST + MORE).waitFor()
    await details(page)
      .getByRole('button', {name: say('details.back')})
      .click()
    await stands(page, rank, before)
    expect(rank).toBeGreaterThan(DEEP + 3)
  })
})

test('where the user is at no torrent that is seen, the first one that is seen keeps its place', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, FIRST)
  await rowAt(page, 0).click()
  await scrollTo(page, 30_011)
  await rowAt(page, 1_010).waitFor()
  const [first] = await seenRows(page)
  await whileMore(async () => {
    await shown(page, FIRST + MORE)
    await until(
      () => seenRows(page),
      ([it]) => it?.name === first!.name && it?.top === first!.top,
    )
  })
})

test('the next torrent is the one behind the current one, however far the list is scrolled away', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, FIRST)
  await rowAt(page, 5).click()
  await page.keyboard.press(']')
  const current = await at(5)
  await scrollTo(page, 45_000)
  await rowAt(page, 1_510).waitFor()
  await place(page, 5, FIRST).waitFor()
  await whileMore(async () => {
    const rank = await rankOf(current)
    await place(page, rank, FIRST + MORE).waitFor()
    const next = await at(rank + 1)
    await page.keyboard.press('j')
    await place(page, rank + 1, FIRST + MORE).waitFor()
    await until(
      () => focusedName(page),
      (name) => labelOf(next).test(name),
    )
    await page.keyboard.press('k')
    await place(page, rank, FIRST + MORE).waitFor()
  })
})

test('details stay open on what left the list, and the keys go on from its old place', async () => {
  const page = await house().visit('/torrents?sort=name')
  await shown(page, FIRST)
  await goTo(page, 700)
  await page.keyboard.press(']')
  await place(page, 700, FIRST).waitFor()
  const [gone, next] = [await at(700), await at(701)]
  await fleet.send('seedbox', {do: 'remove', hashes: [gone.info_hash]})
  await details(page).getByText(say('details.elsewhere')).waitFor()
  await shoot(page, 'following-left')
  await page.keyboard.press('j')
  await place(page, 700, FIRST - 1).waitFor()
  await until(
    () => focusedName(page),
    (name) => labelOf(next).test(name),
  )
})

test.each([
  ['wide', 'light'],
  ['phone', 'dark'],
] as const)(
  'an address names a torrent far down the list: %s pages say its place, and the list goes there, once',
  async (screen, theme) => {
    const torrent = await at(1_200)
    const {server_id: server, info_hash: hash, name} = torrent
    const total = await house().api.list('fields=name')
    const page = await house().visit(`/torrents?sort=name&at=${server}~${hash}`, {screen, theme})
    if (screen === 'wide') await page.getByRole('button', {name: say('details.dock-right')}).click()
    await place(page, 1_200, total.total).waitFor()
    expect(await details(page).getByRole('heading', {level: 2}).getAttribute('title')).toBe(name)
    await shoot(page, `following-${screen}`)
    // Details of a telephone are a page of their own, with the list behind them.
    if (screen === 'phone')
      await details(page)
        .getByRole('button', {name: say('details.back')})
        .click()
    await rowAt(page, 1_200).waitFor()
    if (screen === 'phone') return
    const isSeen = async () => (await seenRows(page)).some((row) => labelOf(torrent).test(row.name ?? ''))
    // The row is made before the list has gone there.
    await until(isSeen, Boolean)
    // Whoever scrolls away is left alone, and comes back from another page to what the address names.
    await scrollTo(page, 0)
    await rowAt(page, 0).waitFor()
    await scrollTo(page, 300)
    await rowAt(page, 10).waitFor()
    expect(await isSeen()).toBe(false)
    await page.keyboard.press('g')
    await page.keyboard.press(',')
    await page.getByRole('heading', {name: say('nav.settings'), level: 1}).waitFor()
    await page.goBack()
    await until(isSeen, Boolean)
  },
)
