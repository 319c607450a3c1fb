/** Whatever a page reads may fail: it says why and what to do, keeps what it had, and heals without a reload. */
import type {Locator, Page, Request, Route} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {isFull, some} from '#test/proof.ts'
import {given} from './arrs.fixture.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {administrator, type Harness, houseFor, patient, tooWide} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
let sim: ArrSim
let arrId = ''

beforeAll(async () => {
  for (const made of paperTorrents(3, 'Paper', house().tracker)) await house().server('seedbox').has(made)
  sim = await createArrSim({
    backends: {seedbox: given([], house().server('seedbox').observer)},
    instances: [
      {name: 'Radarr', app: 'radarr', library: [{title: 'Paper Ferry', year: 2024}], downloadClients: []},
    ],
  })
  const {url, apiKey} = sim.arr('Radarr')
  const {status, body} = await house().api.send('POST', '/api/arrs', {
    kind: 'radarr',
    name: 'Radarr',
    url,
    api_key: apiKey,
    category: 'films',
  })
  expect(status).toBe(201)
  arrId = (body as {id: string}).id
  await house().api.online()
})
afterAll(() => sim?.close())

interface Shown {
  readonly name: string
  readonly path: (house: Harness) => string
}

const details = (tab: string) => (it: Harness) => {
  const [made] = paperTorrents(1, 'Paper', it.tracker)
  return `/torrents?at=${it.idOf('seedbox')}~${made!.hash}&tab=${tab}`
}

/** A new page that reads something is one more line. */
const pages: readonly Shown[] = [
  {name: 'trash', path: () => '/torrents/trash'},
  {name: 'overview', path: () => '/'},
  {name: 'server', path: (it) => `/settings/servers/${it.idOf('seedbox')}`},
  {name: 'torrents', path: () => '/torrents'},
  {name: 'overview of a torrent', path: details('overview')},
  {name: 'files', path: details('files')},
  {name: 'trackers', path: details('trackers')},
  {name: 'peers', path: details('peers')},
  {name: 'why', path: details('why')},
  {name: 'pieces', path: details('pieces')},
  {name: 'history', path: details('history')},
  {name: 'links', path: details('links')},
  {name: 'orphaned files', path: () => '/torrents/orphaned-files'},
  {name: 'disk space', path: () => '/torrents/disk-space'},
  {name: 'library', path: () => '/library'},
  {name: 'Arr', path: () => `/library/arrs/${arrId}`},
  {name: 'item', path: () => `/library/arrs/${arrId}/items/1`},
  {name: 'rules', path: () => '/rules'},
  {name: 'new rule', path: () => '/rules?new=true'},
  {name: 'activity', path: () => '/activity'},
  {name: 'waiting', path: () => '/activity?show=waiting'},
  {name: 'servers', path: () => '/settings/servers'},
  {name: 'Arrs', path: () => '/settings/arrs'},
  {name: 'all trackers', path: () => '/settings/trackers'},
  {name: 'users', path: () => '/settings/users'},
  {name: 'system', path: () => '/settings/system'},
  {name: 'move-in', path: () => '/settings/move-in'},
  {name: 'account', path: () => '/settings/account'},
]

const WHY = 'The story of this is in the log.'
const failed = {
  type: 'urn:commodarr:problem:internal',
  title: 'Failed',
  status: 500,
  code: 'internal',
  detail: WHY,
  request_id: 'req-7',
}
const contentType = 'application/problem+json'

/** As the program answers when it fails itself. */
function fail(route: Route): Promise<void> {
  return route.fulfill({status: 500, contentType, json: failed})
}

/**
 * The same of one address until `heals`. The browser keeps the scripts that it has: `page.route` makes it ask for every
 * file again at each visit.
 */
async function failAlone(page: Page, path: string): Promise<{heals(): Promise<void>}> {
  const devTools = await page.context().newCDPSession(page)
  devTools.on('Fetch.requestPaused', ({requestId}) => {
    const answer = devTools.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 500,
      responseHeaders: [{name: 'content-type', value: contentType}],
      body: Buffer.from(JSON.stringify(failed)).toString('base64'),
    })
    // A request that its page gave up meanwhile takes no answer; where one is missed, the page does not say it.
    answer.catch(() => undefined)
  })
  const address = house().url(path)
  await devTools.send('Fetch.enable', {patterns: [{urlPattern: address}, {urlPattern: `${address}\\?*`}]})
  return {heals: () => devTools.detach()}
}

/** Who looks is asked before any page is. Actions that are under way are told by the live connection from then on. */
function isOfPage({pathname}: URL): boolean {
  return pathname.startsWith('/api/') && !['/api/session', '/api/live', '/api/actions'].includes(pathname)
}

/** What a page asks for, by address without the question: each is one request to fail. */
async function readBy(page: Page, {path}: Shown): Promise<ReadonlySet<string>> {
  const asked = new Set<string>()
  const listen = (request: Request) => {
    const url = new URL(request.url())
    const isRead = request.method() === 'GET' || url.pathname === '/api/rules/preview'
    if (isRead && isOfPage(url)) asked.add(url.pathname)
  }
  page.on('request', listen)
  await page.goto(house().url(path(house())))
  await page.locator('h1').first().waitFor()
  await page.waitForLoadState('networkidle')
  page.off('request', listen)
  return asked
}

/** What every page asks for is failed on the first alone. */
let ofEvery: ReadonlySet<string> | null = null

const noSkeleton = (page: Page) =>
  page.waitForFunction(() => document.querySelectorAll('.kit-skeleton').length === 0)
const sentences = (page: Page) => page.getByText(WHY).filter({visible: true})

/** Presses every "Try again" that there is, until nothing says any more that it failed. */
const tryAgain = (page: Page) =>
  page.waitForFunction(
    ([why, words]) => {
      if (!document.body.innerText.includes(why!)) return true
      for (const button of document.querySelectorAll('button')) {
        if (button.innerText === words) button.click()
      }
      return false
    },
    [WHY, say('awaited.again')],
  )

test.each(some(3, pages))(
  'whatever of a page fails alone is reported with its reason, and comes when it is tried again: $name',
  async (shown) => {
    const page = await house().visit('about:blank')
    const asked = await readBy(page, shown)
    for (const path of asked.difference(ofEvery ?? new Set())) {
      const failure = await failAlone(page, path)
      await page.goto(house().url(shown.path(house())))
      await sentences(page).first().waitFor()
      await noSkeleton(page)
      await failure.heals()
      await tryAgain(page)
      expect(await sentences(page).count(), path).toBe(0)
    }
    ofEvery = ofEvery?.intersection(asked) ?? asked
  },
)

test.each(some(2, pages))(
  'a page of which nothing can be read is readable by everybody: $name',
  async (shown) => {
    const page = await house().visit('about:blank')
    await page.route(isOfPage, fail)
    const found: string[] = []
    for (const screen of ['desk', 'phone'] as const) {
      await page.setViewportSize(screen === 'desk' ? {width: 1440, height: 900} : {width: 390, height: 844})
      await page.goto(house().url(shown.path(house())))
      await sentences(page).first().waitFor()
      await noSkeleton(page)
      const name = `states ${shown.name} ${screen}`.replaceAll(/\W+/g, '-')
      await shoot(page, name)
      if ((await tooWide(page)) > 0) found.push(`${screen} is too wide`)
      found.push(...(await seriousFindings(page)))
      await page.emulateMedia({colorScheme: 'dark'})
      await shoot(page, `${name}-dark`)
      found.push(...(await contrastFindings(page)).map((it) => `in the dark: ${it}`))
      await page.emulateMedia({colorScheme: 'light'})
    }
    expect(found).toEqual([])
  },
)

test('what was read before stays, with its age, when it cannot be read again', async () => {
  const page = await house().visit('/torrents/orphaned-files')
  await page.getByText(say('orphans.no-folders')).waitFor()
  const isIt = (url: URL) => url.pathname === '/api/orphans'
  await page.route(isIt, (route) => (route.request().method() === 'GET' ? fail(route) : route.continue()))
  await page.getByRole('button', {name: say('orphans.look'), exact: true}).click()
  await sentences(page).first().waitFor()
  await page.getByText(/This is as of/).waitFor()
  expect(await page.getByText(say('orphans.about'), {exact: false}).isVisible()).toBe(true)
  await shoot(page, 'states-old-data')
  // By what the log has it, for who wants to look there.
  await page.getByRole('button', {name: say('awaited.details')}).click()
  await page.getByText(say('awaited.request', {id: 'req-7'}), {exact: false}).waitFor()
  await page.unroute(isIt)
  await tryAgain(page)
})

/** A page on which somebody has begun something. */
interface Begun extends Shown {
  readonly isStranger?: boolean
  /** @returns where the next key goes: a field is typed into, so that it is half filled */
  readonly begins: (page: Page) => Promise<Locator>
}

const main = (page: Page) => page.getByRole('main')
const dialog = (page: Page) => page.getByRole('dialog')
/** Once the list is there. */
async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  await rowOf(page, 'Paper 01').waitFor()
  for (const key of keys) await page.keyboard.press(key)
}
const torrents = () => '/torrents?sort=name'

/** A new form is one more line. */
const begun: readonly Begun[] = [
  {
    name: 'a rule as text',
    path: () => '/rules?new=true&begin=empty',
    async begins(page) {
      await main(page)
        .getByRole('radio', {name: say('rules.view.yaml')})
        .click()
      return main(page).getByLabel(say('rules.text'))
    },
  },
  {
    name: 'adding torrents',
    path: torrents,
    async begins(page) {
      await press(page, 'n')
      return dialog(page).getByRole('textbox', {name: say('add.links')})
    },
  },
  {
    name: 'searching',
    path: torrents,
    async begins(page) {
      await press(page, '/')
      return page.getByRole('combobox', {name: say('search.label')})
    },
  },
  {
    name: 'selecting',
    path: torrents,
    async begins(page) {
      await rowOf(page, 'Paper 01').click()
      await rowOf(page, 'Paper 02').click({modifiers: ['Shift']})
      await page.getByText(say('ledger.selected', {all: 2})).waitFor()
      return rowOf(page, 'Paper 02')
    },
  },
  {
    name: 'deleting',
    path: torrents,
    async begins(page) {
      await press(page, 'j', 'Delete')
      const isReady = dialog(page).getByRole('button', {
        name: say('delete.button', {count: 1}),
        disabled: false,
      })
      await isReady.waitFor()
      return dialog(page).getByRole('button', {name: say('action.cancel'), exact: true})
    },
  },
  {
    name: 'setting a category',
    path: torrents,
    async begins(page) {
      await press(page, 'j', 'c')
      return dialog(page).getByRole('combobox', {name: say('category.label')})
    },
  },
  {
    name: 'the palette',
    path: torrents,
    async begins(page) {
      await press(page, 'Control+k')
      return dialog(page).getByRole('combobox')
    },
  },
  {
    name: 'filtering files',
    path: details('files'),
    begins: async (page) => page.getByLabel(say('files.filter'), {exact: true}),
  },
  {
    name: 'searching the activity',
    path: () => '/activity',
    begins: async (page) => main(page).getByLabel(say('activity.find'), {exact: true}),
  },
  {
    name: 'adding a server',
    path: () => '/settings/servers',
    async begins(page) {
      await page.getByRole('button', {name: say('servers.add'), exact: true}).click()
      return dialog(page).getByLabel(say('server.form.address'))
    },
  },
  {
    name: 'changing a server',
    path: (it) => `/settings/servers/${it.idOf('seedbox')}`,
    async begins(page) {
      await page.getByRole('button', {name: say('server.do.edit'), exact: true}).click()
      return dialog(page).getByLabel(say('server.form.name'), {exact: true})
    },
  },
  {
    name: 'a category of a server',
    path: (it) => `/settings/servers/${it.idOf('seedbox')}`,
    begins: async (page) => main(page).getByLabel(say('categories.name'), {exact: true}),
  },
  {
    name: 'adding an Arr',
    path: () => '/settings/arrs?add=true',
    begins: async (page) => dialog(page).getByLabel(say('arr.form.address'), {exact: true}),
  },
  {
    name: 'settings of an Arr',
    path: () => `/library/arrs/${arrId}`,
    async begins(page) {
      const settings = page.getByRole('region', {name: say('arr.settings'), exact: true})
      await settings.getByRole('button', {name: say('setting.show')}).click()
      return settings.getByLabel(/Remove what stalled so long/).first()
    },
  },
  {
    name: 'inviting somebody',
    path: () => '/settings/users',
    async begins(page) {
      await page.getByRole('button', {name: say('people.invite')}).click()
      return dialog(page).getByLabel(new RegExp(`^${say('login.name')}`))
    },
  },
  {
    name: 'settings of everybody',
    path: () => '/settings/users',
    begins: async (page) => main(page).getByLabel(say('people.settings.allowed_folders.folder')),
  },
  {
    name: 'a new password',
    path: () => '/settings/account',
    begins: async (page) => main(page).getByLabel(say('account.password.current'), {exact: true}),
  },
  {
    name: 'log-in',
    path: () => '/login',
    isStranger: true,
    begins: async (page) => page.getByLabel(say('login.name'), {exact: true}),
  },
]

/** Where somebody is who was not asked where to begin. */
async function tabbed(page: Page): Promise<Locator> {
  for (let stops = 0; stops < 8; stops++) await page.keyboard.press('Tab')
  return page.locator(':focus')
}

/** What somebody has on this page and would miss. */
const standing = (page: Page) =>
  page.evaluate((again) => {
    const seen = [...document.querySelectorAll('button')].filter((it) => it.checkVisibility())
    const {meant} = window as unknown as {meant?: Element}
    return {
      isSamePage: meant !== undefined,
      isFocusKept: meant === document.activeElement,
      title: document.querySelector('h1')?.textContent,
      dialogs: [...document.querySelectorAll('[role=dialog] h2')].map(({textContent}) => textContent),
      typed: [...document.querySelectorAll('input, textarea')].map((it) => (it as HTMLInputElement).value),
      selected: document.querySelectorAll('[role=row][aria-selected=true]').length,
      failures: seen.filter(({innerText}) => innerText === again).length,
      skeletons: document.querySelectorAll('.kit-skeleton').length,
    }
  }, say('awaited.again'))

/** @returns what stands there once somebody has begun something */
async function begunOn(page: Page, begins: Begun['begins']): ReturnType<typeof standing> {
  await page.waitForLoadState('networkidle')
  await noSkeleton(page)
  const field = await begins(page)
  await field.focus()
  if (await field.evaluate((it) => it.matches('input, textarea'))) await page.keyboard.type('half')
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => Object.assign(window, {meant: document.activeElement}))
  await noSkeleton(page)
  const before = await standing(page)
  expect(before).toMatchObject({isFocusKept: true, failures: 0})
  return before
}

/** Pages that read nothing of their own: nothing of them can fail. */
const still: readonly Shown[] = [{name: 'settings', path: () => '/settings'}]

test.each<Shown & Partial<Begun>>(some(2, [...begun, ...pages, ...still]))(
  'the program is killed and started again under a page, and nothing on it is lost: $name',
  async ({path, isStranger = false, begins = tabbed}) => {
    house().excuse(/WebSocket connection to .* failed|net::ERR_/)
    const page = await house().visit(path(house()), {}, isStranger ? null : undefined)
    const connection = (words: string) => page.getByText(words, {exact: true}).filter({visible: true}).first()
    await page.locator('h1').first().waitFor()
    if (!isStranger) await connection(say('live.live')).waitFor()
    const before = await begunOn(page, begins)

    await house().endProgram('SIGKILL')
    if (!isStranger) await connection(say('live.reconnecting')).waitFor()
    expect(await standing(page)).toMatchObject({
      ...before,
      failures: expect.any(Number),
      skeletons: expect.any(Number),
    })
    await house().startProgram()
    if (!isStranger) await connection(say('live.live')).waitFor()
    await expect.poll(() => standing(page), patient).toEqual({...before, skeletons: 0})
  },
)

describe.runIf(isFull)('a fresh program', () => {
  const fresh = houseFor({isEmpty: true})
  const onTo = (page: Page, button: string) => page.getByRole('button', {name: button, exact: true}).click()
  const address = (page: Page) => page.getByRole('textbox', {name: say('server.form.address')})

  let isSetUp = false

  /** The first step is there while there is no administrator; the others ask for what is there. */
  const steps: readonly {readonly name: string; readonly begins: Begun['begins']; readonly asks: boolean}[] =
    [
      {
        name: 'administrator',
        begins: async (page) => page.getByLabel(say('setup.name'), {exact: true}),
        asks: false,
      },
      {name: 'servers', begins: async (page) => address(page), asks: true},
      {
        name: 'Arrs',
        async begins(page) {
          await onTo(page, say('setup.skip'))
          await page.getByRole('heading', {level: 1, name: say('setup.arrs.title')}).waitFor()
          return page.getByRole('button', {name: say('setup.arrs.add')})
        },
        asks: true,
      },
    ]

  test.each(steps)(
    'the program is killed and started again under its set-up, and nothing typed is lost: $name',
    async ({begins, asks}) => {
      fresh().excuse(/WebSocket connection to .* failed|net::ERR_/)
      if (asks && !isSetUp) await fresh().api.setUp({...administrator, watching: true})
      isSetUp ||= asks
      const page = await fresh().visit('/setup', {}, asks ? undefined : null)
      // Steps that are not shown have headings, too.
      await page.getByRole('heading', {level: 1}).waitFor()
      const before = await begunOn(page, begins)
      const failed = asks ? page.waitForEvent('requestfailed') : null
      await fresh().endProgram('SIGKILL')
      await failed
      expect(await standing(page)).toMatchObject({
        ...before,
        failures: expect.any(Number),
        skeletons: expect.any(Number),
      })
      await fresh().startProgram()
      await expect.poll(() => standing(page), patient).toEqual({...before, skeletons: 0})
    },
  )
})
