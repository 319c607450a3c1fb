/** Journey 13: Finn on the train, with one thumb and little network. */
import type {Page} from 'playwright-core'
import {beforeAll, describe, expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {chunksIn, LAYERS} from './chunks.fixture.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {until} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {administrator, houseFor, tooWide} from './harness.fixture.ts'
import {holdFor, LONGEST_HOLD, toastsStay} from './holding.fixture.ts'
import {logIn} from './people.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(30, 'A.rather.long.name.of.a.release.2024.1080p', tracker)) {
    await house().server('seedbox').has(made, {start: true})
  }
  for (const made of paperTorrents(2, 'Paper', tracker)) await house().server('attic').has(made)
})

/** Controls that a thumb would miss: px of what is less than 44, but for words within a sentence. */
const smallTargets = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, a[href], [role=menuitem], [role=tab], [role=checkbox], input')]
      .filter((it) => it.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      .map((it) => ({it, box: it.getBoundingClientRect()}))
      .filter(({box}) => box.width > 1 && box.height > 1 && (box.height < 43.5 || box.width < 43.5))
      .filter(({box}) => box.bottom > 0 && box.top < innerHeight)
      .map(({it, box}) => {
        const name = it.getAttribute('aria-label') ?? it.textContent?.slice(0, 30)
        return `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`
      }),
  )

for (const screen of ['phone', 'small'] as const) {
  describe.runIf(isFull || screen === 'phone')(`on a ${screen} screen`, () => {
    test('list, one torrent, stop it, and back: with one thumb, and nothing is wider than the screen', async () => {
      const page = await house().visit('/torrents?sort=name', {screen})
      const name = `A.rather.long.name.of.a.release.2024.1080p ${screen === 'phone' ? '03' : '04'}`
      await rowOf(page, name).waitFor()
      expect(await tooWide(page)).toBe(0)
      await rowOf(page, name).tap()
      await page.getByRole('heading', {name}).waitFor()
      expect(await tooWide(page)).toBe(0)
      await page.getByRole('button', {name: say('action.stop'), exact: true}).tap()
      await page.getByText(say('state.stopped'), {exact: true}).filter({visible: true}).first().waitFor()
      await waitUntil('the server to have stopped it', async () => {
        const {observer} = house().server('seedbox')
        const seen = await Promise.all((await observer.hashes()).map((it) => observer.torrent(it)))
        return seen.some((it) => it?.name === name && !it.running)
      })
      await page.getByRole('button', {name: say('details.back')}).tap()
      await rowOf(page, name)
        .filter({hasText: say('state.stopped')})
        .waitFor()
    })

    test.runIf(isFull)('a magnet link is added with the thumb', async () => {
      const made = makeTorrent({name: `By.thumb.${screen}`, content: 50_000})
      const page = await house().visit('/torrents', {screen})
      await page
        .getByRole('navigation')
        .getByRole('button', {name: say('nav.add')})
        .tap()
      const dialog = page.getByRole('dialog')
      // As the keyboard of a phone puts in what was copied: at once, and without calling it pasting.
      await dialog.getByRole('textbox', {name: say('add.links')}).fill(made.magnet)
      await dialog.getByText(made.name).first().waitFor()
      expect(await tooWide(page)).toBe(0)
      await dialog.getByRole('button', {name: /^Add to/}).tap()
      await dialog.waitFor({state: 'hidden'})
      await waitUntil('one server to have it', async () => {
        const all = await Promise.all(
          (['seedbox', 'attic'] as const).map((it) => house().server(it).observer.hashes()),
        )
        return all.flat().includes(made.hash)
      })
    })

    test.runIf(isFull)(
      'speeds stand below the search, totals below the list, and selecting moves nothing',
      async () => {
        const page = await house().visit('/torrents?sort=name', {screen})
        const row = rowOf(page, 'A.rather.long.name.of.a.release.2024.1080p 01')
        await row.waitFor()
        const speeds = await page.getByRole('region', {name: say('status.label')}).boundingBox()
        expect(speeds?.height).toBe(36)
        const totals = page.getByRole('region', {name: say('ledger.label')})
        await totals.getByText(like('ledger.all_other')).waitFor()
        const before = [await totals.boundingBox(), await row.boundingBox()]
        await page.keyboard.press('Control+a')
        const chosen = page.getByRole('region', {name: say('ledger.selection')})
        await chosen.waitFor()
        expect([await chosen.boundingBox(), await row.boundingBox()]).toEqual(before)
      },
    )

    test.runIf(isFull)('removals are taken back above the sheet of the next one, one at a time', async () => {
      const page = await house().visit('/torrents?sort=name', {screen})
      const [first, second, third] = (screen === 'phone' ? ['05', '06', '07'] : ['08', '09', '10']).map(
        (it) => `A.rather.long.name.of.a.release.2024.1080p ${it}`,
      )
      await holdFor(page, LONGEST_HOLD)
      await toastsStay(page)
      const dialog = page.getByRole('dialog')
      const askFor = async (name: string) => {
        await rowOf(page, name).tap()
        await page.getByRole('button', {name: say('ledger.delete'), exact: true}).tap()
        await dialog.getByRole('button', {name: say('delete.button', {count: 1})}).waitFor()
      }
      for (const name of [first!, second!]) {
        await askFor(name)
        await dialog.getByRole('button', {name: say('delete.button', {count: 1})}).tap()
        await dialog.waitFor({state: 'hidden'})
        await page.getByRole('button', {name: say('details.back')}).tap()
      }
      await askFor(third!)
      const line = page.locator('.kit-toast').filter({visible: true})
      // While a dialog is open, what is not of it is hidden from readers of the screen.
      const button = (name: string) => line.getByRole('button', {name, includeHidden: true})
      const [undo, others] = [button(say('toast.undo')), button(say('toast.others', {count: 1}))]
      await line.getByText(second!).waitFor()
      await others.tap()
      await line.getByText(first!).waitFor()
      const [sheet, stands, target] = await Promise.all([dialog, line, undo].map((it) => it.boundingBox()))
      expect(stands!.y + stands!.height).toBeLessThan(sheet!.y)
      expect(stands!.height).toBeLessThan(48)
      expect(target!.height).toBeGreaterThanOrEqual(43.5)

      await undo.tap()
      await line.getByText(say('delete.kept', {count: 1})).waitFor()
      await others.tap()
      await line.getByText(second!).waitFor()
      await undo.tap()
      await line.getByText(say('delete.kept', {count: 1})).waitFor()
      expect(await dialog.isVisible()).toBe(true)
      await until(
        () => house().api.get<{actions: readonly {state: string}[]}>('/api/actions'),
        ({actions}) => actions.slice(0, 2).every(({state}) => state === 'undone'),
      )
    })

    test('every control is large enough for a thumb', async () => {
      const page = await house().visit('/torrents?sort=name', {screen})
      await rowOf(page, 'A.rather.long.name.of.a.release.2024.1080p 01').waitFor()
      expect(await smallTargets(page)).toEqual([])
    })
  })
}

/** KB over the network, compressed, with all heads. The aims are in `bench/budgets.json`. */
const FIRST_VISIT_KB = {Script: 220, Stylesheet: 20, Font: 50, Fetch: 15, Document: 5} as const
/** KB of what comes once the rows are there, before anybody asks for it. */
const AFTERWARDS_KB = 60
/** Each asks for itself; with heads, small files cost more than they weigh. */
const FIRST_VISIT_REQUESTS = 17

test.runIf(isFull)('the first visit, from login to the list, costs no more than it may', async () => {
  // An empty list is the whole page: what comes next comes at once.
  await until(
    () => house().api.list('fields=name'),
    ({total}) => total > 0,
  )
  const page = await house().visit('about:blank', {screen: 'phone'}, null)
  const weights = await weighed(page)
  await page.goto(house().url('/torrents?sort=name'))
  await logIn(page, administrator)
  await rowOf(page, 'A.rather.long.name.of.a.release.2024.1080p 01').waitFor()
  for (const [kind, most] of Object.entries(FIRST_VISIT_KB)) {
    expect(weights.of(kind), `${kind}: ${weights.said()}`).toBeLessThanOrEqual(most)
  }
  expect(weights.requests(), weights.said()).toBeLessThanOrEqual(FIRST_VISIT_REQUESTS)
  await waitUntil(
    'what every page opens to have come',
    async () => chunksIn(weights.laterPaths(), [LAYERS]).length > 0,
  )
  expect(weights.laterKb(), weights.later()).toBeLessThanOrEqual(AFTERWARDS_KB)
})

test.runIf(isFull)(
  'what a torrent does is said whole beside a long name of its server, and how many servers there are',
  async () => {
    await house().api.send('PATCH', `/api/servers/${house().idOf('seedbox')}`, {name: 'The box in the attic'})
    const page = await house().visit('/torrents?sort=name', {screen: 'small'})
    const row = rowOf(page, 'A.rather.long.name.of.a.release.2024.1080p 01', 'The box in the attic')
    await row.waitFor()
    const rooms = await row.evaluate((it) => {
      const word = it.querySelector<HTMLElement>('.tt-word')!
      word.textContent = 'Downloading'
      const [state, flow] = [word, it.querySelector('.tt-flow')!].map((one) => one.getBoundingClientRect())
      const server = it.querySelector('.tt-c-server')!
      return {
        overlap: state!.right - flow!.left,
        cut: word.scrollWidth - word.clientWidth,
        beyond: server.getBoundingClientRect().right - document.documentElement.clientWidth,
      }
    })
    expect(rooms.cut).toBe(0)
    expect(rooms.overlap).toBeLessThan(0)
    expect(rooms.beyond).toBeLessThan(0)
    const switcher = page.getByRole('button', {name: say('switcher.all')})
    expect(await switcher.innerText()).toMatch(/2$/)
  },
)

/** What was asked for before the first rows came, and after them. */
interface Weights {
  /** KB of a kind. */
  readonly of: (kind: string) => number
  readonly requests: () => number
  /** Each by its kind and its path, with KB. */
  readonly said: () => string
  readonly laterKb: () => number
  readonly later: () => string
  readonly laterPaths: () => readonly string[]
}

/** Weighs from now on what comes over the network. */
async function weighed(page: Page): Promise<Weights> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const asked = new Map<string, {kind: string; path: string; isLater: boolean}>()
  const all: {kind: string; path: string; isLater: boolean; bytes: number}[] = []
  let hasRows = false
  session.on('Network.webSocketFrameReceived', ({response}) => {
    const {type, rows} = JSON.parse(response.payloadData) as {type: string; rows?: readonly unknown[]}
    if (type === 'view' && rows?.length) hasRows = true
  })
  session.on('Network.requestWillBeSent', ({requestId, type = 'Other', request}) => {
    asked.set(requestId, {kind: type, path: new URL(request.url).pathname, isLater: hasRows})
  })
  session.on('Network.loadingFinished', ({requestId, encodedDataLength}) => {
    // What the browser kept costs nothing.
    if (encodedDataLength === 0) return
    const other = {kind: 'Other', path: requestId, isLater: hasRows}
    all.push({...(asked.get(requestId) ?? other), bytes: encodedDataLength})
  })
  const first = () => all.filter(({isLater}) => !isLater)
  const later = () => all.filter(({isLater, kind}) => isLater && kind === 'Script')
  const kb = (those: typeof all) => Math.round(those.reduce((sum, {bytes}) => sum + bytes, 0) / 1000)
  const listed = (those: typeof all) => {
    const lines = those.map(({kind, path, bytes}) => `${kind} ${path} ${(bytes / 1000).toFixed(1)} KB`)
    return `${those.length} requests:\n${lines.join('\n')}`
  }
  return {
    of: (kind) => kb(first().filter((it) => it.kind === kind)),
    requests: () => first().length,
    said: () => listed(first()),
    laterKb: () => kb(later()),
    later: () => listed(later()),
    laterPaths: () => later().map(({path}) => path),
  }
}
