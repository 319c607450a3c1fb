/** Journey 7: by typing, by filters, by views and by order to the torrent one means. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {until} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {framesOf} from './frames.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {problemsOf, sizes} from './looks.fixture.ts'
import {listedCount, rowCount, rowOf, table} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(40, 'Linux.release', tracker)) {
    await house()
      .server('seedbox')
      .has(made, {category: Number(made.name.slice(-2)) % 2 === 0 ? 'even' : 'odd'})
  }
  for (const made of paperTorrents(20, 'Other.thing', tracker)) await house().server('attic').has(made)
})

const box = (page: Page) => page.getByRole('combobox', {name: say('search.label')})
const shown = (page: Page, count: number) =>
  until(
    () => rowCount(page),
    (it) => it === count,
  )
const query = (page: Page) => new URL(page.url()).searchParams.get('q') ?? ''

test('the search completes what is typed, and explains what it does not understand', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  await page.keyboard.press('/')
  await page.keyboard.type('release serv')
  await page
    .getByRole('option', {name: /server:/})
    .first()
    .waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('seed')
  await page
    .getByRole('option', {name: /seedbox/})
    .first()
    .waitFor()
  await page.keyboard.press('Tab')
  await shown(page, 40)

  await box(page).fill('size>10BG')
  // What somebody is still writing is not called a mistake.
  await page.keyboard.press('Space')
  await page.getByText(say('mistake.unknown_unit')).waitFor()
  // What is not understood takes nothing away.
  await shown(page, 40)
  await box(page).fill('linux size>10GB')
  await shown(page, 0)
  await page.getByText(like('torrents.nothing-matches')).waitFor()
  await expect.poll(() => query(page)).toBe('linux size>10GB')
})

test('values come with what they would find within the rest, and one key excludes them', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  await page.keyboard.press('/')
  await page.keyboard.type('"1" categ')
  const input = page.locator('search')
  await until(
    () => input.locator('[data-ghost]').textContent(),
    (it) => it === 'ory:',
  )
  await page.keyboard.press('Tab')
  const option = (name: string) => page.getByRole('option', {name: new RegExp(`^${name}\\b`)})
  // Of 1 to 40 these have a 1 in their names: 10, 12, 14, 16, 18; and 1, 11, 13, 15, 17, 19, 21, 31.
  for (const [name, found] of [
    ['even', 5],
    ['odd', 8],
  ] as const) {
    await until(
      () => option(name).innerText(),
      (it) => new RegExp(`\\b${found}$`).test(it.trim()),
    )
  }
  await page.keyboard.type('ev')
  await option('even').waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => query(page)).toBe('"1" -category:even')
  // The odd ones, and 1 and 10 to 19 of the other server.
  await shown(page, 8 + 11)
})

test('a search with OR says how it is read, what each part finds, and which one empties it', async () => {
  const page = await house().visit(`/torrents?q=${encodeURIComponent('linux category:odd OR other')}`)
  await shown(page, 40)
  await page.getByText(/^Torrents with “linux” in the name and category odd; or with “other”/).waitFor()
  await page.getByText(say('search.uses-or')).waitFor()
  await page.getByRole('button', {name: say('search.explain')}).click()
  const line = (part: string) => page.getByRole('row', {name: part})
  await until(
    () => line('linux category:odd').innerText(),
    (it) => /\b20\b/.test(it),
  )
  await until(
    () => line('OR other').innerText(),
    (it) => it.includes('+ 20'),
  )
  await page.keyboard.press('Escape')

  // Under the very word, with what would work; the list stays, and says of which search it is.
  await box(page).fill('linux size>10BG ')
  await page.getByRole('button', {name: 'Search the word "size>10BG"'}).waitFor()
  await page.getByText(say('search.kept', {query: 'linux category:odd OR other', all: 40})).waitFor()
  await page.getByRole('button', {name: '10GB', exact: true}).click()
  await expect.poll(() => query(page)).toBe('linux size>10GB')
  // Also of what is still being written: the mistake itself waits until the cursor is elsewhere.
  await box(page).fill('linux size>')
  await page
    .getByRole('status')
    .filter({hasText: like('search.kept')})
    .waitFor()

  await box(page).fill('linux category:odd other')
  await page.getByText('“other” empties it.').waitFor()
  await page.getByRole('button', {name: 'Without “other”: 20'}).click()
  await shown(page, 20)
  await box(page).fill('linux or other')
  await page.getByRole('button', {name: 'Search “linux OR other”: 60'}).click()
  await shown(page, 60)
  // A word that is the name of a server is none of a torrent.
  await box(page).fill('attic thing')
  await page.getByText(say('emptied.name.server', {words: 'attic'})).waitFor()
  await page.getByRole('button', {name: 'Search “server:attic thing”: 20'}).click()
  await shown(page, 20)
  // One of the servers does not tell of its torrents whether they are private.
  await box(page).fill('private:no')
  await page.getByText(/^· [24]0 more are unknown$/).waitFor()
})

test('the list follows the first key at once, and the others as fast as it is answered', async () => {
  const page = await house().visit('about:blank')
  const frames = framesOf(page)
  await page.goto(house().url('/torrents'))
  await shown(page, 60)
  await page.keyboard.press('/')
  // No timer of the page runs out any more.
  await page.clock.pauseAt(new Date(Date.now() + 60_000))
  const questions = () =>
    frames.flatMap(({by, type, re, ranges, wish}, at) =>
      by === 'page' && type === 'open' && ranges?.length && wish?.q ? [{q: wish.q, re, at}] : [],
    )
  // A page that is busy gets several keys at once: the others come when it has had the first.
  await page.keyboard.type('r')
  await until(
    () => questions().length,
    (count) => count > 0,
  )
  await page.keyboard.type('elease')
  // The same rows are found by fewer letters already: only the question itself says that the last one has come.
  await until(
    () => questions().at(-1)?.q,
    (q) => q === 'release',
  )
  await until(
    () => listedCount(page),
    (it) => it === 40,
  )
  const opened = questions()
  expect(opened[0]!.q).toBe('r')
  for (const [place, {at}] of opened.entries()) {
    const before = opened[place - 1]
    if (before === undefined) continue
    const answers = frames.slice(before.at, at).filter(({by, re}) => by === 'server' && re === before.re)
    expect(answers, `nobody had answered ${before.q}`).not.toEqual([])
  }
})

test.runIf(isFull)(
  'the activity follows what is typed as fast as it is answered, and loses no letter',
  async () => {
    const page = await house().visit('/activity')
    const field = page.getByRole('searchbox', {name: say('activity.find')})
    await field.waitFor()
    let open = 0
    let mostOpen = 0
    await page.route(/\/api\/activity\?(.*&)?q=/, async (route) => {
      mostOpen = Math.max(mostOpen, ++open)
      const answer = await route.fetch()
      open--
      await route.fulfill({response: answer})
    })
    await field.pressSequentially('nothing of it')
    await until(
      () => query(page),
      (it) => it === 'nothing of it',
    )
    await page.getByText(say('activity.nothing.filters')).first().waitFor()
    expect([await field.inputValue(), mostOpen]).toEqual(['nothing of it', 1])
  },
)

test('filters write into the search, the search into the filters, and both into the address', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  const even = page.getByRole('button', {name: /^even, 20/})
  await even.click()
  await shown(page, 20)
  expect(await box(page).inputValue()).toMatch(/category:even/)
  await until(
    () => query(page),
    (it) => it.includes('category:even'),
  )

  await box(page).fill('category:odd')
  await page.getByRole('button', {name: /^odd, 20/, pressed: true}).waitFor()
  expect(await even.getAttribute('aria-pressed')).toBe('false')
  // Both have as many rows: which of them it is says the box.
  await page.goBack()
  await page.getByRole('button', {name: /^even, 20/, pressed: true}).waitFor()
  await page.goForward()
  await page.getByRole('button', {name: /^odd, 20/, pressed: true}).waitFor()
  await box(page).fill('')
  await shown(page, 60)
})

test.runIf(isFull)('a saved view is there by its address, also in another browser', async () => {
  const page = await house().visit('/torrents?q=category%3Aodd&sort=-size')
  await shown(page, 20)
  await page.keyboard.press('Shift+V')
  const dialog = page.getByRole('dialog', {name: say('view.save.title')})
  await dialog.getByLabel(say('view.name'), {exact: true}).fill('Odd ones')
  await dialog.getByRole('button', {name: say('view.save.now')}).click()
  await page
    .getByText(say('view.saved', {name: 'Odd ones'}))
    .first()
    .waitFor()
  await page.waitForURL(/view=/)

  const other = await house().visit(`/torrents${new URL(page.url()).search}`)
  await shown(other, 20)
  await other.getByRole('link', {name: 'Odd ones'}).and(other.locator('[aria-current=page]')).waitFor()
  await other.getByRole('link', {name: say('view.all')}).click()
  expect(await shown(other, 60)).toBe(60)
  // V and a digit: the first is the list as it is, behind it stand the saved ones.
  const views = other.getByRole('dialog', {name: say('view.list.open')})
  for (const [digit, found] of [
    ['2', 20],
    ['1', 60],
  ] as const) {
    await other.keyboard.press('v')
    await views.getByRole('option', {name: /^Odd ones/}).waitFor()
    await other.keyboard.press(digit)
    await views.waitFor({state: 'detached'})
    await shown(other, found)
  }
})

/** @param row 1 = the first one */
function standsAt(page: Page, row: number, name: string, server: string): Promise<void> {
  return rowOf(page, name, server)
    .and(page.locator(`[aria-rowindex="${row + 1}"]`))
    .waitFor()
}

/** Names as the header has them, from the first to the last one. */
async function serversShown(page: Page): Promise<readonly string[]> {
  await page.getByTitle(say('switcher.label')).click()
  const options = page.getByRole('listbox', {name: say('switcher.label')}).getByRole('option')
  await options.nth(2).waitFor()
  const [, ...names] = (await options.allInnerTexts()).map((it) => it.split('\n', 1)[0]!)
  await page.keyboard.press('Escape')
  // While it stands, keys are its own.
  await options.first().waitFor({state: 'detached'})
  return names
}

test.runIf(isFull)('the list is sorted by several columns, and its end is one key away', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  const head = (name: 'column.server' | 'column.name') =>
    table(page)
      .getByRole('columnheader', {name: say(name)})
      .getByRole('button')
      .first()
  await head('column.server').click()
  await head('column.name').click({modifiers: ['Shift']})
  await until(
    () => new URL(page.url()).searchParams.get('sort'),
    (it) => it?.split(',').length === 2,
  )
  const ends = {
    seedbox: ['Linux.release 01', 'Linux.release 40'],
    attic: ['Other.thing 01', 'Other.thing 20'],
  }
  // Servers come as they stand in the header, whatever their ids; names then in theirs.
  for (const order of [['seedbox', 'attic'] as const, ['attic', 'seedbox'] as const]) {
    await house().api.send('POST', '/api/servers/order', {ids: order.map((it) => house().idOf(it))})
    await until(
      () => serversShown(page),
      (names) => names.join() === order.join(),
    )
    const [first, last] = order
    await until(
      async () => {
        // The list keeps the current torrent in sight, wherever it goes.
        await table(page).evaluate((list) => void (list.scrollTop = 0))
        return table(page).locator('[aria-rowindex="2"]').allInnerTexts()
      },
      ([text]) => text?.startsWith(ends[first][0]!) === true && text.includes(first),
    )
    await rowOf(page, ends[first][0]!).click()
    await page.keyboard.press('End')
    await standsAt(page, 60, ends[last][1]!, last)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex'))).toBe('61')
    await page.keyboard.press('Home')
    await until(
      () => page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex')),
      (it) => it === '2',
    )
  }
})

test.runIf(isFull)('the servers that were selected are selected on the next visit, too', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  const [first] = await serversShown(page)
  await page.keyboard.press('Shift+Digit1')
  await page.waitForURL(/servers=/)
  await page.goto(house().url('/activity'))
  await page.getByTitle(say('switcher.label')).filter({hasText: first!}).waitFor()
  await page.goto(house().url('/torrents'))
  await page.waitForURL(/servers=/)
  expect(await page.getByTitle(say('switcher.label')).innerText()).toContain(first)
})

test('a fact of rules is searched like a field: completed, explained, unknown where no server says it', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  await page.keyboard.press('/')
  await page.keyboard.type('linux obligation_m')
  await page.getByRole('option', {name: /^obligation_met:/}).waitFor()
  await page.keyboard.press('Tab')
  await page.getByRole('option', {name: /^none/}).waitFor()
  await page.keyboard.type('none')
  await shown(page, 40)
  await expect.poll(() => query(page)).toBe('linux obligation_met:none')
  await box(page).fill('linux -obligation_met:none')
  await shown(page, 0)
  await box(page).fill('linux OR stalled_for>1h')
  await page.getByText('“linux” in the name; or with stalled for over 1h').waitFor()
  await shown(page, 40)
  await box(page).fill('linux arr_has_file:no')
  await shown(page, 0)
  await page.getByText(/^· \d+ more are unknown$/).waitFor()
  await box(page).fill('server_epoch:x ')
  await page.keyboard.press('Enter')
  await page.getByText(/only rules can ask this: it is a number of ours/).waitFor()
})

test('F1 in the box shows the whole language, finds in it, and writes an example into the box', async () => {
  const page = await house().visit('/torrents')
  await shown(page, 60)
  await page.keyboard.press('/')
  await page.keyboard.type('linux')
  await page.keyboard.press('F1')
  const dialog = page.getByRole('dialog', {name: say('search.help')})
  await dialog.getByRole('heading', {name: say('search-language.group.obligations')}).waitFor()
  await page.keyboard.type('obligation time')
  await dialog.getByText('obligation_time_left', {exact: true}).waitFor()
  await expect.poll(() => dialog.getByRole('button', {name: /^Search /}).count()).toBe(2)
  await page.keyboard.press('Tab')
  await dialog.getByRole('button', {name: 'Search obligation_time_left>90s'}).click()
  await expect.poll(() => box(page).inputValue()).toBe('linux obligation_time_left>90s')
  await expect.poll(() => box(page).evaluate((it) => it === document.activeElement)).toBe(true)
})

test.each(sizes)('the language of the search can be read by everybody at the size "%s"', async (screen) => {
  const language = {
    name: 'search language',
    path: '/torrents',
    opens: async (page: Page) => {
      await shown(page, 60)
      await page.getByRole('button', {name: say('search.help')}).click()
    },
    whole: (page: Page) => page.getByRole('heading', {name: say('search-language.group.memory')}),
  }
  const explained = {
    name: 'search explained',
    path: `/torrents?q=${encodeURIComponent('linux OR content_links_outside=0 OR arr_has_file:no')}`,
    opens: async (page: Page) => {
      await shown(page, 40)
      await page.getByRole('button', {name: say('search.explain')}).click()
    },
    whole: (page: Page) => page.getByText(say('explain-search.why.servers')),
  }
  const views = {
    name: 'views listed',
    path: '/torrents',
    opens: async (page: Page) => {
      await shown(page, 60)
      await page.keyboard.press('v')
    },
    whole: (page: Page) =>
      page.getByRole('dialog', {name: say('view.list.open')}).getByRole('option', {name: /60/}),
  }
  expect(await problemsOf(house(), screen, [language, explained, views])).toEqual([])
})

test('a saved view is opened by V and its digit, becomes a rule, and is the page that one comes to', async () => {
  const page = await house().visit('/torrents?q=category%3Aodd+OR+other')
  await shown(page, 40)
  await page.keyboard.press('Shift+V')
  const saving = page.getByRole('dialog', {name: say('view.save.title')})
  await saving.getByLabel(say('view.name'), {exact: true}).fill('Mine')
  await saving.getByRole('button', {name: say('view.save.now')}).click()
  await page.waitForURL(/view=/)

  await page.goto(house().url('/torrents'))
  await shown(page, 60)
  await page.keyboard.press('v')
  const list = page.getByRole('dialog', {name: say('view.list.open')})
  const mine = list.getByRole('option', {name: /^Mine/})
  // What it finds, and its digit.
  await until(
    () => mine.innerText(),
    (it) => /40\s+5$/.test(it.trim()),
  )
  await page.keyboard.press('5')
  await page.waitForURL(/view=/)
  await shown(page, 40)

  const menu = async () => {
    await page
      .getByRole('button', {name: say('view.menu', {name: 'Mine'})})
      .first()
      .click()
  }
  await menu()
  await page.getByRole('menuitemcheckbox', {name: say('view.start')}).click()
  await page.keyboard.press('Escape')
  // What was chosen is sent a moment later.
  await until(
    () => house().api.get<{'start.view'?: string}>('/api/preferences'),
    (it) => it['start.view'] !== undefined,
  )
  const again = await house().visit('/')
  await again.waitForURL(/view=/)
  await shown(again, 40)

  await menu()
  await page.getByRole('menuitem', {name: say('view.make-rule')}).click()
  await page.waitForURL(/\/rules/)
  await expect
    .poll(() => page.getByRole('combobox', {name: say('rule-form.which')}).inputValue())
    .toBe('category:odd OR other')
})
