/**
 * One of six servers dies while somebody looks at 30,000 torrents: what was seen stays, with its age and in its place,
 * each page names that server, nothing else stops, and all is live again when it is back.
 */
import type {Page} from 'playwright-core'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import type {Order} from '#lab/simulators/control.ts'
import {until, type WireTorrent} from '#test/program/program.fixture.ts'
import {isFull, some} from '#test/proof.ts'
import {houseFor} from './harness.fixture.ts'
import {rowAt, rowCount, table} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const EACH = isFull ? 5_000 : 300
const kinds = [
  {kind: 'qbittorrent', version: '5.1.0'},
  {kind: 'transmission', version: '4.1.4'},
  {kind: 'rtorrent', version: '0.9.8'},
] as const
const names = ['seedbox', 'attic', 'cellar', 'office', 'shed', 'boat']
const ALL = names.length * EACH

const house = houseFor({
  simulated: names.map((name, seed) => ({
    ...kinds[seed % kinds.length]!,
    name,
    seed,
    count: EACH,
    // As many changes where there are fewer torrents.
    changePercentPerSecond: 5_000 / EACH,
  })),
})

beforeAll(async () => {
  await until(
    () => house().api.list('fields=name'),
    ({total}) => total === ALL,
  )
})

/** How a row of a server that is away ends its state. */
const OLD = / old$/

/** A way to die: of whom, and how. */
interface Death {
  readonly how: string
  readonly name: string
  readonly dies: Order
  readonly rises: Order
}

const rises = {do: 'clearFaults'} as const
const deaths: readonly Death[] = [
  {
    how: 'whose process is gone',
    name: 'attic',
    dies: {do: 'listen', on: false},
    rises: {do: 'listen', on: true},
  },
  {
    how: 'that takes connections and never answers',
    name: 'seedbox',
    dies: {do: 'fault', fault: {kind: 'silence'}},
    rises,
  },
  {
    how: 'whose answers trickle',
    name: 'cellar',
    dies: {do: 'fault', fault: {kind: 'slowBody', bytesPerSecond: 20}},
    rises,
  },
  {
    how: 'of whose answers half arrives',
    name: 'office',
    dies: {do: 'fault', fault: {kind: 'cut', afterBytes: 50}},
    rises,
  },
]

/** What must not change of a list while somebody looks. */
interface Watched {
  /** How many there are, which are selected, where the focus is and how far it is scrolled, each time it changed. */
  readonly states: readonly string[]
  /** Rows whose torrent became another one. */
  readonly moved: readonly string[]
  /** Rows that say their age and a speed of now together. */
  readonly flowing: readonly string[]
  readonly frames: number
}

/** Looks at each frame from now on. A reload ends it. */
async function watchPlaces(page: Page): Promise<() => Promise<Watched>> {
  await page.evaluate(() => {
    const watched = {states: [] as string[], moved: [] as string[], flowing: [] as string[], frames: 0}
    Object.assign(window, {watched})
    const before = new Map<string, string>()
    const look = () => {
      const grid = document.querySelector('[role=grid], [role=treegrid]')
      const selected = grid?.querySelectorAll('[role=rowgroup] [role=row][aria-selected=true]') ?? []
      const state = JSON.stringify({
        count: grid?.getAttribute('aria-rowcount') ?? 'no list',
        selected: [...selected]
          .map((row) => Number(row.getAttribute('aria-rowindex')))
          .toSorted((a, b) => a - b),
        focus: document.activeElement?.getAttribute('aria-rowindex') ?? null,
        top: grid?.querySelector('.overflow-y-auto')?.scrollTop ?? grid?.scrollTop,
      })
      if (watched.states.at(-1) !== state) watched.states.push(state)
      for (const row of grid?.querySelectorAll('[role=row]:not([aria-busy=true])') ?? []) {
        const name = row.querySelector('[role=gridcell][aria-label]')?.getAttribute('aria-label')
        const at = row.getAttribute('aria-rowindex')
        if (name == null || at === null) continue
        const known = before.get(at)
        if (known !== undefined && known !== name) watched.moved.push(`${at}: ${known} → ${name}`)
        before.set(at, name)
        const isOld = row.querySelector('.tt-state')?.textContent?.endsWith(' old')
        const flows = [...row.querySelectorAll('.tt-c-down_speed, .tt-c-up_speed, .tt-c-eta, .tt-c-peers')]
        const said = flows.map(({textContent}) => textContent).filter((it) => it !== '–')
        if (isOld && said.length > 0) watched.flowing.push(`${name}: ${said.join()}`)
      }
      watched.frames++
      requestAnimationFrame(look)
    }
    look()
  })
  return () => page.evaluate(() => (window as unknown as {watched: Watched}).watched)
}

const shown = (page: Page, count: number) =>
  until(
    () => rowCount(page),
    (it) => it === count,
  )
const textsOf = (page: Page) =>
  table(page)
    .getByRole('row')
    .filter({has: page.getByRole('gridcell')})
    .allInnerTexts()
const changes = async (page: Page, isMeant: (row: string) => boolean) => {
  const before = (await textsOf(page)).filter(isMeant).join()
  await until(
    () => textsOf(page),
    (now) => now.filter(isMeant).join() !== before,
  )
}
const keepOnOnePage = (page: Page) => page.evaluate(() => Object.assign(window, {isSamePage: true}))
const isSamePage = (page: Page) =>
  page.evaluate(() => (window as unknown as {isSamePage?: boolean}).isSamePage ?? false)

const statusOf = (page: Page) => page.getByRole('contentinfo')
const verdictIs = (page: Page, words: string) =>
  page.getByRole('heading', {level: 1}).filter({hasText: words}).waitFor()

/** What keeps somebody from reading it, in both themes. */
async function findings(page: Page): Promise<readonly string[]> {
  const light = await seriousFindings(page)
  await page.emulateMedia({colorScheme: 'dark'})
  const dark = await contrastFindings(page)
  await page.emulateMedia({colorScheme: 'light'})
  return [...light, ...dark]
}

async function idOf(name: string): Promise<string> {
  const {servers} = await house().api.get<{servers: {server_id: string; server_name: string}[]}>(
    '/api/servers',
  )
  return servers.find((it) => it.server_name === name)!.server_id
}

const health = async (id: string) => (await house().api.server(id)).health.status

/** Told to look: by itself the program waits longer each time. */
async function comesBack({name, rises: order}: Death, id: string): Promise<void> {
  await house().simulated.send(name, order)
  await until(
    async () => {
      await house().api.send('POST', `/api/servers/${id}/test`)
      return health(id)
    },
    (it) => it === 'online',
  )
}

test.each(some(1, deaths))(
  'a server $how takes nothing with it, and is live again without a reload',
  async (death) => {
    const {name} = death
    const id = await idOf(name)
    const ofIt = await house().api.list(`q=server:${name}&sort=name&fields=name`)
    const [first] = ofIt.torrents as readonly [WireTorrent]
    const of = `q=${encodeURIComponent(`server:${name}`)}&sort=name`

    const list = await house().visit('/torrents?sort=name')
    await shown(list, ALL)
    await rowAt(list, 1).click()
    await rowAt(list, 4).click({modifiers: ['Shift']})
    await list.getByText(say('ledger.selected', {all: 4})).waitFor()
    const filtered = await house().visit('about:blank')
    // For this page no time goes by: what it withholds as it trembles it would withhold for ever.
    await filtered.clock.setFixedTime(Date.now())
    await filtered.goto(house().url(`/torrents?${of}`))
    await shown(filtered, EACH)
    const overview = await house().visit('/')
    await verdictIs(overview, say('verdict.well'))
    const details = await house().visit(`/torrents?${of}&at=${id}~${first.info_hash}&tab=overview`)
    const panel = details.getByRole('region', {name: say('details.label')})
    await panel.getByTitle(String(first['name']), {exact: true}).filter({visible: true}).first().waitFor()
    const deleting = await house().visit(`/torrents?${of}`)
    await shown(deleting, EACH)
    await rowAt(deleting, 0).click()
    await deleting.keyboard.press('Delete')
    const dialog = deleting.getByRole('dialog', {name: like('delete.title.named')})
    const remove = dialog.getByRole('button', {name: say('delete.button', {count: 1})})
    await until(
      () => remove.isEnabled(),
      (it) => it,
    )
    // Behind its dialog a page has nothing for anybody.
    const open = [list, filtered, overview, details]
    const pages = [...open, deleting]
    for (const page of pages) await keepOnOnePage(page)
    const watched = [await watchPlaces(list), await watchPlaces(filtered)]

    onTestFinished(() => comesBack(death, id))
    await house().simulated.send(name, death.dies)
    await until(
      () => health(id),
      (it) => it === 'unreachable',
    )
    // The rows stay, with their age, and each page names it.
    for (const page of [filtered, details]) await rowAt(page, 0).getByText(OLD).waitFor()
    for (const page of open)
      await statusOf(page)
        .getByText(`${name} · ${say('server.status.unreachable')}`)
        .waitFor()
    await verdictIs(overview, say('verdict.unreachable', {count: 1}))
    await overview.getByRole('main').getByText(`${name}: `).first().waitFor()
    await panel.getByText(say('details.stale', {server: name, age: ''}).split(',')[0]!).waitFor()
    // Who was about to delete reads that it cannot be done now.
    await dialog.getByText(say('delete.obstacle', {name})).waitFor()
    await dialog.getByRole('button', {name: say('delete.button', {count: 0}), disabled: true}).waitFor()
    for (const [at, page] of pages.entries()) await shoot(page, `dying-${name}-${at}`)
    if (isFull) for (const page of pages) expect(await findings(page)).toEqual([])
    // The others go on.
    await changes(list, (row) => !row.includes(name))
    for (const look of watched) {
      const {states, moved, flowing, frames} = await look()
      expect({states: states.length, moved, flowing}, states.join(' ')).toEqual({
        states: 1,
        moved: [],
        flowing: [],
      })
      expect(frames).toBeGreaterThan(0)
    }

    // What is done to one of its torrents is refused, and that is said with the reason.
    await rowAt(filtered, 0).click()
    const footer = filtered.getByRole('region', {name: say('ledger.selection')})
    await footer.getByRole('button', {name: say('ledger.category'), disabled: true}).waitFor()
    await filtered.keyboard.press('s')
    const result = filtered.getByRole('region', {name: say('result.panel'), exact: true})
    await result.getByText(say('result.refused', {count: 1, shown: 1})).waitFor()
    await result.getByText(`${name} is unreachable.`).waitFor()
    await shoot(filtered, `dying-${name}-refused`)

    // Searching and sorting know its torrents, too.
    const {torrents, total} = await house().api.list('q=category:films&sort=-size&fields=name')
    await filtered.keyboard.press('/')
    await filtered.keyboard.press('Control+a')
    await filtered.keyboard.type('category:films')
    await shown(filtered, total)
    await filtered.getByRole('columnheader', {name: say('column.size')}).click()
    await rowAt(filtered, 0).getByText(String(torrents[0]!['name']), {exact: true}).waitFor()

    await comesBack(death, id)
    await rowAt(details, 0).getByText(OLD).waitFor({state: 'detached'})
    for (const page of open) await statusOf(page).getByText(`${name} · `).waitFor({state: 'detached'})
    await verdictIs(overview, say('verdict.well'))
    await panel.getByText(`${name} is not online`).waitFor({state: 'detached'})
    await dialog.getByText(say('delete.obstacle', {name})).waitFor({state: 'detached'})
    await until(
      () => remove.isEnabled(),
      (it) => it,
    )
    await changes(details, (row) => row.includes(name))
    await result.getByRole('button', {name: say('result.retry', {count: 1, shown: 1})}).click()
    await result.waitFor({state: 'hidden'})
    const {states, moved} = await watched[0]!()
    expect({states: states.length, moved}, states.join(' ')).toEqual({states: 1, moved: []})
    for (const page of pages) expect(await isSamePage(page)).toBe(true)
  },
)
