/** Journey 2: who only wants to look finds a fleet in motion, without a log-in, and is told that it is none of his. */
import type {Locator, Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {seriousFindings, shoot, type Screen} from '#lab/browser.ts'
import {some} from '#test/proof.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, tooWide, wordsOf} from './harness.fixture.ts'
import {problemsOf, sizes as screens, type Shown} from './looks.fixture.ts'
import {drawn, rowCount, table} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({isDemo: true})

const rowTexts = (page: Page) => table(page).getByRole('row').allInnerTexts()

test('a visitor who opens the printed address is in at once; the list lives, and says that nothing of it is real', async () => {
  const page = await house().visit('/', {}, null)
  await page.getByLabel(say('login.token'), {exact: true}).waitFor()
  await page.goto(house().printedAddress)
  await page.getByRole('region', {name: say('overview.servers'), exact: true}).waitFor()
  // The past is there at once: what needs somebody, what happened, what each tracker moved.
  await page.getByText(say('attention.rule'), {exact: true}).waitFor()
  await page.getByRole('button', {name: like('today.undo-of')}).waitFor()
  await page.getByText('private.example.net').first().waitFor()
  await shoot(page, 'demo-overview')
  await page.getByRole('link', {name: say('nav.torrents'), exact: true}).click()
  await page.waitForURL(/\/torrents/)
  await until(
    () => rowCount(page),
    (it) => it > 1_950,
  )
  await page.getByText(say('demo.mark'), {exact: true}).filter({visible: true}).waitFor()
  const before = await rowTexts(page)
  await until(
    () => rowTexts(page),
    (now) => now.join() !== before.join(),
  )
  await shoot(page, 'demo-torrents')
})

test('the server that is down says so, with its cause, and every page has something in it', async () => {
  const page = await house().visit('/settings/servers')
  const servers = await until(
    () => house().api.servers(),
    (all) => all.some(({health}) => health.status === 'unreachable'),
  )
  const {server_id: id} = servers.find((it) => it.health.status === 'unreachable')!
  await page
    .getByText(/connection refused/)
    .first()
    .waitFor()
  await shoot(page, 'demo-servers')
  for (const path of [
    `/settings/servers/${id}`,
    `/settings/servers/${servers[0]!.server_id}`,
    '/settings/users',
    '/settings/account',
  ]) {
    await page.goto(house().url(path))
    await page.getByRole('heading', {level: 1}).waitFor()
    await until(
      async () => (await page.getByRole('main').innerText()).length,
      (length) => length > 100,
    )
    await shoot(page, `demo-${path.replaceAll(/\W+/g, '-')}`)
  }
})

test('on a phone, too, it says what it is, and no server claims to come from a file', async () => {
  const page = await house().visit('/settings/servers', {screen: 'small'})
  await page.getByText('Demo seedbox').first().waitFor()
  await page.getByText(say('demo.mark'), {exact: true}).filter({visible: true}).waitFor()
  expect(await page.getByText(say('servers.file'), {exact: true}).count()).toBe(0)
  await page.goto(house().url('/settings/users'))
  await page.getByText('Jonas', {exact: true}).first().waitFor()
})

/** That the hints are hidden, or not any more, is written down. */
const isKept = (page: Page, are: 'hidden' | 'shown') =>
  page.waitForResponse((it) => {
    if (!it.url().endsWith('/api/preferences') || it.request().method() !== 'PATCH') return false
    const sent = it.request().postData() ?? ''
    return sent.includes('hints.hidden') && /"demo"/.test(sent) === (are === 'hidden')
  })
const checklist = (page: Page) => page.getByRole('complementary', {name: say('hints.title')})
const hint = (page: Page) => page.getByRole('region', {name: say('hints.region'), exact: true})

/** What of the hints lies over the page, in one look: the page lives. */
const overPage = (page: Page): Promise<readonly string[]> =>
  page.evaluate((hints: readonly string[]) => {
    const its = document.querySelector('[data-pages]')!.getBoundingClientRect()
    return hints.filter((hint) =>
      [...document.querySelectorAll(hint)]
        .map((it) => it.getBoundingClientRect())
        .some(
          (it) => it.left < its.right && it.right > its.left && it.top < its.bottom && it.bottom > its.top,
        ),
    )
  }, shownHints)
const shownHints = [`[aria-label="${say('hints.region')}"]`, `aside[aria-label="${say('hints.title')}"]`]

interface Place {
  readonly id: 'decide' | 'undo' | 'list' | 'why' | 'rule'
  readonly path: string
  /** What the hint speaks of. */
  readonly about: (page: Locator) => Locator
}

/** Each hint, and its page. */
const places: readonly Place[] = [
  {id: 'decide', path: '/', about: (page) => page.locator('[data-answers] :is(a, button)')},
  {id: 'undo', path: '/', about: (page) => page.getByRole('button', {name: like('today.undo-of')})},
  {id: 'list', path: '/torrents', about: (page) => page.locator('[data-ledger]')},
  {id: 'why', path: '/torrents', about: (page) => page.locator('[role=grid] [aria-rowindex="3"]')},
  {id: 'rule', path: '/rules', about: (page) => page.locator('a[href*="rule="]')},
]

/** All others were tried. */
async function haveLeft(...ids: readonly string[]): Promise<void> {
  const tried = places.map(({id}) => id).filter((id) => !ids.includes(id))
  const kept = {'hints.hidden': tried.map((id) => `demo.${id}`)}
  expect((await house().api.send('PATCH', '/api/preferences', kept)).status).toBeLessThan(300)
}
const all = places.map(({id}) => id)

/** From wide screens to a telephone. */
const sizes = [
  {width: 1_280, height: 800},
  {width: 1_400, height: 900},
  {width: 1_920, height: 1_080},
  {width: 1_024, height: 768},
  {width: 800, height: 1_100},
  {width: 390, height: 844},
] as const

test.each(places)(
  'the hint $id lies over nothing of the page that it is about, however wide the window becomes',
  async ({id, path, about}) => {
    await haveLeft(id)
    const page = await house().visit(path)
    for (const [at, size] of sizes.entries()) {
      await page.setViewportSize(size)
      await page.emulateMedia({colorScheme: at % 2 === 0 ? 'light' : 'dark'})
      await drawn(page)
      await hint(page)
        .getByText(say(`hints.${id}`), {exact: true})
        .waitFor()
      await about(page.locator('[data-pages]')).first().waitFor()
      expect(await overPage(page)).toEqual([])
      expect(await tooWide(page)).toBe(0)
      await shoot(page, `demo-hint-${id}-${size.width}`)
    }
  },
)

test('toasts and results keep off the hints: as much room is reserved as they take', async () => {
  await haveLeft(...all)
  const page = await house().visit('/torrents')
  await checklist(page).waitFor()
  const height = () => checklist(page).evaluate((it) => (it as HTMLElement).offsetHeight)
  const reserved = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--hints-h'))
  await expect.poll(async () => (await reserved()) === `${await height()}px`).toBe(true)
  await page.setViewportSize({width: 800, height: 1_100})
  await expect.poll(async () => (await reserved()) === `${await height()}px`).toBe(true)
  await page.setViewportSize({width: 390, height: 844})
  await expect.poll(reserved).toBe('0px')
})

test('five things to try: doing one ticks it, hidden they stay hidden, and the palette brings them back', async () => {
  await haveLeft(...all)
  const page = await house().visit('/')
  await checklist(page).waitFor()
  await hint(page).getByText(say('hints.decide'), {exact: true}).waitFor()
  // It waits for nobody, and takes the focus from nobody.
  expect(await hint(page).evaluate((it) => it.contains(document.activeElement))).toBe(false)
  expect(await seriousFindings(page)).toEqual([])
  expect(await overPage(page)).toEqual([])
  // Three of all, so that what comes below is on the screen; the others with a click.
  expect(await page.locator('[data-need]').count()).toBe(3)
  await page.getByRole('button', {name: /^\d+ more$/}).waitFor()
  await shoot(page, 'demo-hints')
  await page.getByRole('button', {name: like('today.undo-of')}).click()
  await checklist(page)
    .getByRole('link', {name: new RegExp(say('hints.tried'))})
    .waitFor()
  const hidden = isKept(page, 'hidden')
  await checklist(page)
    .getByRole('button', {name: say('hints.hide')})
    .click()
  await checklist(page).waitFor({state: 'detached'})
  await hidden
  await page.reload()
  await page.getByRole('region', {name: say('overview.servers'), exact: true}).waitFor()
  expect(await hint(page).count()).toBe(0)
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(say('demo.hints'))
  const shown = isKept(page, 'shown')
  await page.keyboard.press('Enter')
  await checklist(page).waitFor()
  // The next one begins with it.
  await shown
})

test('on a phone the hint is a card above the tab bar', async () => {
  await haveLeft(...all)
  const page = await house().visit('/', {screen: 'phone', theme: 'dark'})
  await hint(page).waitFor()
  // In the page's own room: it lies over nothing of it.
  expect(await overPage(page)).toEqual([])
  const card = (await hint(page).boundingBox())!
  const bar = (await page
    .getByRole('navigation', {name: say('nav.main')})
    .filter({visible: true})
    .boundingBox())!
  expect(card.y + card.height).toBeLessThanOrEqual(bar.y)
  expect(await tooWide(page)).toBe(0)
  expect(await checklist(page).count()).toBe(0)
  await shoot(page, 'demo-hints-phone')
  await openList(page)
  await list(page)
    .getByRole('link', {name: say('hints.rule')})
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'demo-hints-phone-list')
  await list(page)
    .getByRole('link', {name: say('hints.list')})
    .click()
  await page.waitForURL(/\/torrents/)
  await list(page).waitFor({state: 'detached'})
  await hint(page).waitFor()
  // Where it is about another page it would only take room.
  await page.goto(house().url('/activity'))
  await page.getByRole('list').first().waitFor()
  expect(await hint(page).count()).toBe(0)
})

/** All five stand under More, and where there is no tab bar in the menu of all pages. */
const openList = async (page: Page, menu: 'nav.more' | 'nav.main' = 'nav.more') => {
  await page
    .getByRole('button', {name: say(menu), exact: true})
    .filter({visible: true})
    .click()
  await page.getByRole('button', {name: say('hints.title'), exact: true}).click()
}
const list = (page: Page) => page.getByRole('dialog', {name: say('hints.title')})

/** Wide screens show the list above a hint; a window of a few lines shows no hint at all. */
function together(screen: Screen): Shown {
  if (screen === 'desk')
    return {name: 'demo, hints', path: '/', opens: (page) => hint(page).waitFor(), whole: checklist}
  return {
    name: 'demo, five things to try',
    path: '/',
    opens: (page) => openList(page, screen === 'zoomed' ? 'nav.main' : 'nav.more'),
    whole: (page) => list(page).getByRole('link', {name: say('hints.rule')}),
  }
}

for (const screen of screens) {
  test(`the hints can be read by everybody and fit: ${screen}`, async () => {
    const problems: string[] = []
    for (const {id, path} of screen === 'zoomed' ? [] : some(1, places)) {
      await haveLeft(id)
      const pointing: Shown = {name: `demo, hint ${id}`, path, whole: hint}
      problems.push(...(await problemsOf(house(), screen, [pointing])))
    }
    await haveLeft(...all)
    problems.push(...(await problemsOf(house(), screen, [together(screen)])))
    expect(problems).toEqual([])
  })
}

test('what people forgot on the disks is found without being asked, and each file can be set aside', async () => {
  const page = await house().visit('/torrents/orphaned-files')
  // A simulated server that a busy machine kept from answering counts as away: then it takes ten minutes more.
  await page.getByText(say('orphans.note', {count: 6, size: '16.2 GiB'})).waitFor({timeout: 1_200_000})
  await page.getByText('Second.Point.1998.720p.WEB-DL.x264-TIDE', {exact: true}).waitFor()
  await shoot(page, 'demo-orphans')
  await page.goto(house().url('/torrents/disk-space'))
  await page.getByRole('heading', {level: 1, name: /Demo NAS/}).waitFor()
  expect(await tooWide(page)).toBe(0)
  await shoot(page, 'demo-disk-space')
}, 1_300_000)

test(
  'its Arrs have torrents on their way, and some that wait for an answer',
  {timeout: 900_000},
  async () => {
    // Whoever asks for it need not wait for that minute.
    for (const name of ['Demo Radarr', 'Demo Sonarr']) {
      const path = `/api/arrs/${encodeURIComponent(name)}/actions`
      expect((await house().api.send('POST', path, {action: 'refresh'})).status).toBeLessThan(300)
    }
    const page = await house().visit('/settings/arrs')
    await page
      .getByRole('main')
      .getByText(like('arrs.waiting_other'))
      .or(page.getByText(like('arrs.waiting_one')))
      .first()
      .waitFor()
    await page.getByRole('main').getByRole('link', {name: 'Demo Radarr', exact: true}).click()
    await page.getByRole('region', {name: say('arr.waiting'), exact: true}).waitFor()
    const queue = page.getByRole('region', {name: say('arr.queue'), exact: true})
    expect(await wordsOf(queue.getByText(say('arr.next.when-complete')).first())).not.toBe('')
    expect(await wordsOf(queue.getByText(/Demo (seedbox|NAS)/).first())).not.toBe('')
    await shoot(page, 'demo-arr')
  },
)
