/** Actions that take their time, end badly in part, or end after whoever asked has gone on. */
import type {Locator, Page} from 'playwright-core'
import {beforeAll, describe, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, type Harness} from './harness.fixture.ts'
import {problemsOf, sizes, type Shown} from './looks.fixture.ts'
import type {TextKey} from '../i18n/text.ts'
import {rowCount} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const EACH = 4
const kind = {kind: 'qbittorrent', version: '5.1.0', mix: 'seeding', count: EACH} as const
const house = houseFor({
  simulated: [
    {...kind, name: 'box', seed: 1},
    {...kind, name: 'shed', seed: 2},
  ],
})

beforeAll(() => letCategoriesMoveNothing(house(), 2 * EACH))

/** While data is on its way, a further category is refused. */
async function letCategoriesMoveNothing({api}: Harness, count: number): Promise<void> {
  const {torrents} = await until(
    () => api.list(),
    ({total}) => total === count,
  )
  const keys = torrents.map(({server_id, info_hash}) => ({server_id, info_hash}))
  const results = await api.act('setAutoManaged', keys, {on: false})
  expect(results.map(({outcome}) => outcome)).toEqual(keys.map(() => 'done'))
  await until(
    async () => (await api.list('fields=auto_managed')).torrents.map((it) => it['auto_managed']),
    (seen) => seen.length === count && seen.every((it) => it === false),
  )
}

/** A page at the list, with the news of actions in the hands of the test, beside those of the program. */
async function visited(): Promise<{page: Page; tell: (action: object) => void}> {
  const page = await house().visit('about:blank')
  let send: (text: string) => void = () => undefined
  await page.routeWebSocket('**/api/live', (socket) => {
    socket.connectToServer()
    send = (text) => socket.send(text)
  })
  await page.goto(house().url('/torrents'))
  await until(
    () => rowCount(page),
    (it) => it === 2 * EACH,
  )
  return {page, tell: (action) => send(JSON.stringify({type: 'action', action}))}
}

function underWay(verb: string, done: number, state = 'running', cancelled = false) {
  const counts = {done, failed: 0, refused: 0, unconfirmed: 0}
  const undo = {possible: false, until: null, count: 0, unknown: 0, slow: false}
  const about = {args: {}, at: Date.now(), held_until: null, ended_at: null, retry_of: null, servers: []}
  const problems = {
    progress: null,
    problems: [],
    problems_omitted: 0,
    retryable: 0,
    confirmable: {},
    undone: null,
  }
  return {action_id: 'long', verb, state, cancelled, count: 2 * EACH, counts, undo, ...about, ...problems}
}

/** Changes of torrents wait until they are let go, or are refused. */
async function heldActions(page: Page) {
  const {promise, resolve} = Promise.withResolvers<object | null>()
  await page.route('**/torrents/actions', async (route) => {
    const refusal = await promise
    return refusal === null ? route.continue() : route.fulfill({status: 409, json: refusal})
  })
  return {letGo: () => resolve(null), refuse: (detail: string) => resolve({code: 'conflict', detail})}
}

const panelOf = (page: Page) => page.getByRole('region', {name: say('result.panel'), exact: true})
const shownAs = (verb: string, ended: number) =>
  say('result.running', {verb, far: say('result.far', {ended: String(ended), all: String(2 * EACH)})})

async function categorize(page: Page, name: string): Promise<void> {
  await page.getByRole('row').nth(1).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', {name: say('category.label')}).click()
  await page.keyboard.type(name)
  await page.getByRole('option', {name: say('category.create', {name})}).click()
  await dialog.getByRole('button', {name: say('category.set')}).click()
}

const inCategory = async (name: string) =>
  (await house().api.get<{total: number}>(`/api/torrents?q=category:${name}`)).total

test('what is under way stands in Next and in the palette, with how far it is, and is cancelled there', async () => {
  const {page, tell} = await visited()
  const cancelled: string[] = []
  await page.route('**/api/actions/long/cancel', (route) => {
    cancelled.push(route.request().method())
    return route.fulfill({json: underWay('setCategory', 3, 'running', cancelled.length > 1)})
  })
  await page.goto(house().url('/activity'))
  const next = page.getByRole('region', {name: say('next.title'), exact: true})
  // Its connection is a new one.
  await page.getByText(say('live.live'), {exact: true}).waitFor()
  tell(underWay('setCategory', 3))
  await next.getByText(say('next.running', {count: 1})).waitFor()
  const verb = say('verb.category')
  await next.getByText(say('result.far', {ended: '3', all: String(2 * EACH)})).waitFor()
  await next.getByRole('meter', {name: new RegExp(`^${verb}`)}).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `long-next-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
  }
  await next.getByRole('button', {name: say('next.for', {answer: say('next.cancel'), what: verb})}).click()
  await expect.poll(() => cancelled).toEqual(['POST'])
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', {name: say('palette.open')})
  const entry = palette.getByRole('option', {name: new RegExp(`^${say('palette.running.cancel', {verb})}`)})
  expect(await entry.innerText()).toContain(say('result.far', {ended: '3', all: String(2 * EACH)}))
  await shoot(page, 'long-palette')
  await page.keyboard.type('cancel')
  await entry.click()
  await expect.poll(() => cancelled).toEqual(['POST', 'POST'])
  // Nothing more is begun: it cannot be cancelled again.
  await next.getByText(say('next.running.ends', {far: `3 of ${2 * EACH}`})).waitFor()
  tell(underWay('setCategory', 3, 'done'))
  await next.waitFor({state: 'detached'})
})

test('data that moves is shown by bytes after its servers took it, and is not cancelled any more', async () => {
  const {page, tell} = await visited()
  const progress = {ended: 2, bytes_ended: 40 * 2 ** 30, bytes: 118 * 2 ** 30, ends_at: null}
  tell({...underWay('setLocation', 2 * EACH, 'done'), progress})
  const far = `2 of ${2 * EACH}, 40.0 of 118\u00a0GiB`
  const verb = say('verb.move')
  await panelOf(page).getByText(say('result.running', {verb, far})).waitFor()
  expect(
    await panelOf(page)
      .getByRole('button', {name: say('result.cancel.which', {verb})})
      .count(),
  ).toBe(0)
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', {name: say('palette.open')})
  await page.keyboard.type('cancel')
  const entry = palette.getByRole('option', {name: new RegExp(`^${say('palette.running.cancel', {verb})}`)})
  expect(await entry.innerText()).toContain(far)
  expect(await entry.getAttribute('aria-disabled')).toBe('true')
  await page.keyboard.press('Escape')
  expect(await seriousFindings(page)).toEqual([])
  tell(underWay('setLocation', 2 * EACH, 'done'))
  await panelOf(page).waitFor({state: 'hidden'})
})

const nothingElse = {
  at: null,
  until: null,
  waits_for: null,
  waits_for_arr: null,
  arr_id: null,
  info_hash: null,
  bytes: null,
  message: null,
  by: null,
  servers: [],
  answers: [],
  ids: [],
  torrents: [],
}

test('a copy of a rule says in Next how far its data is, and how long it takes', async () => {
  const {page} = await visited()
  const GiB = 2 ** 30
  const progress = {ended: 0, bytes_ended: 40 * GiB, bytes: 118 * GiB, ends_at: Date.now() + 9.5 * 60_000}
  const copy = {
    id: 'copy',
    what: 'steps',
    step: 'copy_files',
    ended_by: 'disk',
    actions: ['copyTo'],
    count: 1,
    names: ['Hollow Hill'],
    progress,
    rule_id: 'goals',
    rule_name: 'Seeding goals',
    undone: false,
    ...nothingElse,
  }
  await page.route('**/api/activity/next', (route) =>
    route.fulfill({json: {waiting: [copy], complete: true}}),
  )
  await page.goto(house().url('/activity'))
  const row = page
    .getByRole('region', {name: say('next.title'), exact: true})
    .getByRole('listitem')
    .filter({hasText: 'Hollow Hill'})
  await row.getByText(/^40\.0 of 118\u00a0GiB, 9\u00a0m left$/).waitFor()
  await row.getByRole('meter', {name: /40\.0 of 118/}).waitFor()
  await shoot(page, 'next-copy')
  expect(await seriousFindings(page)).toEqual([])
})

test('what takes its time leaves its dialog, says how far it is, and closes no other dialog when it ends', async () => {
  const {page, tell} = await visited()
  const held = await heldActions(page)
  await categorize(page, 'boats')
  const dialog = page.getByRole('dialog')
  // The answer takes its time: it says that nobody has to wait for it.
  await dialog.getByText(say('action.goes-on')).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'long-dialog')
  tell(underWay('setCategory', 3))
  await dialog.waitFor({state: 'hidden'})
  await panelOf(page)
    .getByText(shownAs(say('verb.category'), 3))
    .waitFor()
  tell(underWay('setCategory', 5))
  await panelOf(page)
    .getByText(shownAs(say('verb.category'), 5))
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'long-running')

  await page.keyboard.press('t')
  await dialog.waitFor()
  held.letGo()
  await until(
    () => inCategory('boats'),
    (it) => it === 2 * EACH,
  )
  tell(underWay('setCategory', 8, 'done'))
  await page
    .getByText(say('acted.category', {count: 2 * EACH, shown: 2 * EACH}))
    .first()
    .waitFor()
  expect(await dialog.isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await panelOf(page).waitFor({state: 'hidden'})
})

test('what takes its time is cancelled where it stands, and says that nothing more is sent', async () => {
  const {page, tell} = await visited()
  await page.route('**/api/actions/long/cancel', (route) =>
    route.fulfill({json: underWay('recheck', 3, 'running', true)}),
  )
  tell(underWay('recheck', 2))
  const button = panelOf(page).getByRole('button', {
    name: say('result.cancel.which', {verb: say('verb.recheck')}),
  })
  await button.click()
  await panelOf(page).getByText(say('result.running.cancelled')).waitFor()
  expect(await button.count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'long-cancelled')
})

test('several that are under way are one line that covers no dialog, is opened, and is put aside', async () => {
  const {page, tell} = await visited()
  tell(underWay('moveTo', 0))
  tell({...underWay('copyTo', 3), action_id: 'other'})
  const several = panelOf(page).getByText(say('result.running.several', {count: 2}))
  await several.waitFor()
  for (const screen of [
    {width: 1440, height: 900},
    {width: 390, height: 844},
  ]) {
    await page.setViewportSize(screen)
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `long-several-${theme}-${screen.width}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await seriousFindings(page)).toEqual([])
    const box = (await panelOf(page).boundingBox())!
    expect(box.height).toBeLessThan(64)
  }
  // A dialog lies over it: wherever it has a button, that button is pressed.
  await page.setViewportSize({width: 1440, height: 900})
  await panelOf(page)
    .getByRole('button', {name: say('result.running.unfold')})
    .click()
  await panelOf(page)
    .getByText(shownAs(say('verb.copy-to'), 3))
    .waitFor()
  await page.getByRole('row').nth(1).click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await shoot(page, 'long-several-dialog')
  // It is hidden from assistive technology meanwhile.
  const behind = page.locator(`section[aria-label="${say('result.panel')}"]`)
  const [over, under] = [await layerOf(dialog), await layerOf(behind)]
  expect(over).toBeGreaterThan(under)
  await page.keyboard.press('Escape')
  await dialog.waitFor({state: 'detached'})
  // Put aside they stay away; what becomes of them is said.
  await panelOf(page)
    .getByRole('button', {name: say('result.running.fold')})
    .click()
  await panelOf(page)
    .getByRole('button', {name: say('result.running.hide')})
    .click()
  await panelOf(page).waitFor({state: 'hidden'})
  tell(underWay('moveTo', 1))
  tell({...underWay('setCategory', 1), action_id: 'third'})
  await panelOf(page)
    .getByText(shownAs(say('verb.category'), 1))
    .waitFor()
})

/** How far in front it lies. */
const layerOf = (it: Locator) =>
  it.evaluate((element) => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const layer = Number(getComputedStyle(at).zIndex)
      if (Number.isFinite(layer)) return layer
    }
    return 0
  })

test('what is refused after the user closed its dialog stands in the panel, and leads back to it', async () => {
  house().excuse(/409/)
  const {page} = await visited()
  const held = await heldActions(page)
  await categorize(page, 'ships')
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('action.goes-on')).waitFor()
  await dialog
    .getByRole('button', {name: say('dialog.close')})
    .last()
    .click()
  await dialog.waitFor({state: 'hidden'})
  held.refuse('Not today.')
  await panelOf(page).getByText('Not today.').waitFor()
  await panelOf(page)
    .getByRole('button', {name: say('result.again')})
    .click()
  await dialog.getByRole('combobox', {name: say('category.label')}).waitFor()
  expect(await inCategory('ships')).toBe(0)
})

test('what began before a reload is there again, and shows how it ended', async () => {
  const {page, tell} = await visited()
  await page.route(/\/api\/actions(\?|$)/, (route) =>
    route.fulfill({json: {actions: [underWay('recheck', 2)]}}),
  )
  await page.reload()
  await panelOf(page)
    .getByText(shownAs(say('verb.recheck'), 2))
    .waitFor()
  tell(underWay('recheck', 8, 'done'))
  await page
    .getByText(say('acted.recheck', {count: 2 * EACH, shown: 2 * EACH}))
    .first()
    .waitFor()
  await panelOf(page).waitFor({state: 'hidden'})
  expect(await panelOf(page).count()).toBe(0)
})

/** With these under way since before the page was there, and for as long as it is looked at. */
const whileUnderWay =
  (...actions: readonly object[]) =>
  async (page: Page) => {
    await page.route(/\/api\/actions(\?|$)/, (route) => route.fulfill({json: {actions}}))
    await page.reload()
  }
const moving = {
  ...underWay('setLocation', 2 * EACH, 'done'),
  action_id: 'moving',
  progress: {ended: 2, bytes_ended: 40 * 2 ** 30, bytes: 118 * 2 ** 30, ends_at: null},
}
const rechecking = {...underWay('recheck', 2), action_id: 'rechecking'}
const cancelled = {...underWay('setCategory', 3, 'running', true), action_id: 'cancelled'}
/** The last one that is shown. */
const lastOf = (verb: TextKey) => (page: Page) => panelOf(page).getByText(new RegExp(`^${say(verb)}`))

const looks: readonly Shown[] = [
  {name: 'a move under way', path: '/torrents', opens: whileUnderWay(moving), whole: lastOf('verb.move')},
  {
    name: 'several under way',
    path: '/torrents',
    opens: whileUnderWay(cancelled, moving, rechecking),
    whole: (page) => panelOf(page).getByText(say('result.running.several', {count: 3})),
  },
  {
    name: 'several under way, each of them',
    path: '/torrents',
    opens: async (page) => {
      await whileUnderWay(cancelled, moving, rechecking)(page)
      await panelOf(page)
        .getByRole('button', {name: say('result.running.unfold')})
        .click()
    },
    whole: lastOf('verb.recheck'),
  },
  {
    name: 'several under way, beside the activity',
    path: '/activity',
    opens: whileUnderWay(cancelled, moving, rechecking),
    whole: (page) =>
      page
        .getByRole('region', {name: say('next.title'), exact: true})
        .getByText(say('next.running', {count: 3})),
  },
]

for (const screen of sizes) {
  test(`what is under way can be read by everybody and fits: ${screen}`, async () => {
    expect(await problemsOf(house(), screen, looks)).toEqual([])
  })
}

test('what went well of an action that failed in part is undone from its results', async () => {
  const fault = {kind: 'status', status: 500, path: 'setCategory', id: 'no'} as const
  await house().simulated.send('shed', {do: 'fault', fault})
  const {page} = await visited()
  await categorize(page, 'rafts')
  const undo = panelOf(page).getByRole('button', {name: say('result.undo', {count: EACH, shown: EACH})})
  await undo.waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'partly-done')
  // Else nobody would have shown yet what is gone in the end.
  await until(
    () => inCategory('rafts'),
    (it) => it === EACH,
  )
  await undo.click()
  await panelOf(page).waitFor({state: 'hidden'})
  await until(
    () => inCategory('rafts'),
    (it) => it === 0,
  )
  await house().simulated.send('shed', {do: 'clearFaults', id: 'no'})
})

describe('of many torrents', () => {
  /** What is sent at once, and what is left then. */
  const [STEP, LEFT] = [500, 40]
  const many = houseFor({simulated: [{...kind, name: 'barge', seed: 3, count: STEP + LEFT}]})

  test('a person cancels what is under way: the rest is not sent, which the results and the journal show, and can be tried again', async () => {
    const {api, simulated} = many()
    await letCategoriesMoveNothing(many(), STEP + LEFT)
    const held = {kind: 'held', path: 'setCategory', id: 'held'} as const
    await simulated.send('barge', {do: 'fault', fault: held})
    const page = await many().visit('/torrents')
    await until(
      () => rowCount(page),
      (it) => it === STEP + LEFT,
    )
    await categorize(page, 'rafts')
    await panelOf(page)
      .getByRole('button', {name: say('result.cancel.which', {verb: say('verb.category')})})
      .click()
    await panelOf(page).getByText(say('result.running.cancelled')).waitFor()
    await simulated.send('barge', {do: 'clearFaults', id: 'held'})
    const {actions} = await until(
      () => api.get<{actions: {state: string; cancelled: boolean; counts: object}[]}>('/api/actions'),
      (it) => it.actions[0]?.state === 'done' && it.actions[0].cancelled,
    )
    expect(actions[0]!.counts).toMatchObject({done: STEP, refused: LEFT})
    const inRafts = () => api.get<{total: number}>('/api/torrents?q=category:rafts')
    await until(inRafts, ({total}) => total === STEP)
    await panelOf(page).getByText('It was cancelled before this was sent.').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await shoot(page, 'cancelled-in-part')
    // The journal has what was sent, and nothing of what was not.
    const {entries} = await api.get<{entries: {info_hash: string; outcome: string}[]}>(
      `/api/journal?verb=setCategory&limit=${STEP}`,
    )
    expect(entries.filter(({outcome}) => outcome === 'done')).toHaveLength(STEP)
    const {torrents: left} = await api.list('q=-category:rafts')
    const sent = new Set(entries.map(({info_hash}) => info_hash))
    expect(left.filter(({info_hash}) => sent.has(info_hash))).toEqual([])

    await panelOf(page)
      .getByRole('button', {name: say('result.retry', {count: LEFT, shown: LEFT})})
      .click()
    await until(inRafts, ({total}) => total === STEP + LEFT)
  })
})
