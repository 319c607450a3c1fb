/** Everything by the keyboard alone, and the focus is always somewhere that one can see. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {until} from '#test/program/program.fixture.ts'
import {scriptOf} from './chunks.fixture.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {focusOf} from './focus.fixture.ts'
import {administrator, houseFor} from './harness.fixture.ts'
import {rowCount, rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})

beforeAll(async () => {
  for (const made of paperTorrents(3, 'Paper', house().tracker)) {
    await house().server('seedbox').has(made, {start: true})
  }
})

/** Of the torrent whose row has the focus. */
const focusedName = (page: Page) =>
  page.evaluate(
    () =>
      document.activeElement?.querySelector('[role=gridcell][aria-label]')?.getAttribute('aria-label') ?? '',
  )

/** Presses keys; after each of them the focus is somewhere. */
async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key)
    await until(
      () => focusOf(page),
      ({isLost}) => !isLost,
    )
  }
}

/** Goes on by a key until the focus is on what has this name; each stop on the way can be seen. */
async function goTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let steps = 0; steps < 60; steps++) {
    const {on, isSeen} = await focusOf(page)
    if (name.test(on)) return
    expect({passed, on, isSeen}).toEqual({passed, on, isSeen: true})
    passed.push(on)
    await press(page, key)
  }
  throw new Error(`${name} is not reached; passed ${passed.join(' · ')}`)
}

const starting = (words: string) => new RegExp(`^(BUTTON|button|link|A|combobox) ${RegExp.escape(words)}`)

test('from login to stopping one torrent and deleting another, by keys alone', async () => {
  const page = await house().visit('/torrents?sort=name', {}, null)
  const {observer} = house().server('seedbox')
  await page.getByLabel(say('login.name'), {exact: true}).waitFor()
  await page.keyboard.type(administrator.username)
  await press(page, 'Tab')
  await page.keyboard.type(administrator.password)
  await press(page, 'Enter')
  await rowOf(page, 'Paper 01').waitFor()
  await until(
    () => rowCount(page),
    (it) => it === 3,
  )

  // The search, and from it into the list.
  await press(page, '/')
  await page.keyboard.type('"Paper 02"')
  await until(
    () => rowCount(page),
    (it) => it === 1,
  )
  await press(page, 'Escape')
  await press(page, 'Escape')
  await page.keyboard.press('j')
  await until(
    () => focusOf(page),
    ({isLost, on}) => !isLost && /row|gridcell/.test(on),
  )
  await press(page, 's')
  await rowOf(page, 'Paper 02')
    .filter({hasText: say('state.stopped')})
    .waitFor()
  expect((await focusOf(page)).isSeen).toBe(true)

  await press(page, 'Shift+F')
  await until(
    () => rowCount(page),
    (it) => it === 3,
  )
  // More rows came, and the focus is still on the same torrent.
  await until(
    () => focusedName(page),
    (it) => it === 'Paper 02',
  )
  await press(page, 'k')
  const doomed = await until(
    () => focusedName(page),
    (it) => it !== 'Paper 02' && it !== '',
  )
  await press(page, 'Delete')
  const remove = page.getByRole('button', {name: say('delete.button', {count: 1})})
  await remove.waitFor()
  await until(
    () => focusOf(page),
    ({on}) => on.includes(say('action.cancel')),
  )
  // Until the dialog knows what would go, its key does nothing.
  await until(
    () => remove.isEnabled(),
    (it) => it,
  )
  await goTo(page, starting(say('delete.button', {count: 1})))
  await press(page, 'Enter')
  await page
    .getByText(say('delete.waits', {count: 1}))
    .first()
    .waitFor()
  await rowOf(page, doomed).waitFor({state: 'detached'})
  await until(
    () => focusOf(page),
    ({isLost, isSeen}) => !isLost && isSeen,
  )
  // The page has it from an answer that qBittorrent gives before it is done.
  await until(
    () => observer.hashes(),
    (all) => all.length === 2,
  )
})

test('every stop of the Tab key can be seen, and the first one skips to the page', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 02').waitFor()
  await page.keyboard.press('Tab')
  expect((await focusOf(page)).on).toContain(say('shell.skip'))
  await page.keyboard.press('Enter')
  const isInContent = () => page.evaluate(() => document.activeElement?.closest('[data-content]') !== null)
  expect(await isInContent()).toBe(true)
  await page.keyboard.press('Tab')
  expect(await isInContent()).toBe(true)
  await goTo(page, /^row|^grid/)
})

test('the title names the torrent that is open, and the page again when it is closed', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 02').click()
  await page.keyboard.press('Enter')
  const app = say('app.name')
  const titled = (title: string) =>
    until(
      () => page.title(),
      (it) => it === title,
    )
  await titled(`Paper 02 · ${say('torrents.title')} · ${app}`)
  await page.goBack()
  await titled(`${say('torrents.title')} · ${app}`)
})

test('the keys that are shown by ? are those that work, and the focus comes back after it', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Paper 02').click()
  const before = await focusOf(page)
  await press(page, 'Shift+?')
  const dialog = page.getByRole('dialog', {name: say('keys.title')})
  await dialog.getByText(say('torrents.next'), {exact: true}).first().waitFor()
  await dialog.getByText(say('action.delete'), {exact: true}).waitFor()
  await press(page, 'Escape')
  await dialog.waitFor({state: 'hidden'})
  await until(
    () => focusOf(page),
    ({on}) => on === before.on,
  )
  // The A of "G A" is not the A that reannounces.
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.waitForURL(house().url('/activity'))
  await page.getByRole('heading', {name: say('activity.title'), level: 1}).waitFor()
  expect(await page.getByText(say('acted.reannounce', {count: 1})).count()).toBe(0)
})

test('keys of the list hold wherever the focus is on its page, and mark none of its words', async () => {
  const page = await house().visit('/torrents?sort=name')
  await rowOf(page, 'Paper 03').waitFor()
  const chosen = page.getByRole('region', {name: say('ledger.selection')})
  // On a button beside the list, and on nothing at all.
  for (const place of [page.getByRole('button', {name: say('tools.display')}), null]) {
    if (place) await place.focus()
    else await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('Control+a')
    await chosen.waitFor()
    expect(await page.evaluate(() => String(getSelection()))).toBe('')
    await page.keyboard.press('Escape')
    await chosen.waitFor({state: 'detached'})
  }
  // Whoever writes marks what was written.
  await page.keyboard.press('/')
  await page.keyboard.type('Paper')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Backspace')
  expect(await page.getByRole('combobox', {name: say('search.label')}).inputValue()).toBe('')
  await press(page, 'Escape')
  await page.keyboard.press('j')
  await until(
    () => focusedName(page),
    (it) => it !== '',
  )
  await page.keyboard.press('w')
  await page.getByRole('tab', {name: say('details.tab.why'), selected: true}).waitFor()
})

test('what is typed before a dialog or the palette has come is meant for it, and commands nothing behind it', async () => {
  const page = await house().visit('about:blank')
  const release = Promise.withResolvers<void>()
  const asked = {AddDialog: Promise.withResolvers<void>(), Palette: Promise.withResolvers<void>()}
  for (const name of ['AddDialog', 'Palette'] as const)
    await page.route(scriptOf(name), async (route) => {
      asked[name].resolve()
      await release.promise
      await route.continue()
    })
  await page.goto(house().url('/torrents?sort=name'))
  await rowOf(page, 'Paper 03').waitFor()
  await page.keyboard.press('j')
  await until(
    () => focusedName(page),
    (it) => it !== '',
  )
  const actions: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/torrents/actions'))
      actions.push(request.postData() ?? '')
  })
  // Added and given up: the key of the list does nothing meanwhile.
  await page.keyboard.press('n')
  await asked.AddDialog.promise
  await page.keyboard.type('s')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await asked.Palette.promise
  await page.keyboard.type('stopx')
  await page.keyboard.press('Backspace')
  release.resolve()
  const field = page.getByRole('dialog').getByRole('combobox')
  await field.waitFor()
  expect(await field.inputValue()).toBe('stop')
  // What is typed goes on where what was typed ahead ends.
  await page.keyboard.type('p')
  await until(
    () => field.inputValue(),
    (it) => it === 'stopp',
  )
  // Before the field has the focus, and when it lost it, the palette is meant, too.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.type('ed')
  await until(
    () => field.inputValue(),
    (it) => it === 'stopped',
  )
  expect(actions).toEqual([])
  await page.keyboard.press('Escape')
  await field.waitFor({state: 'detached'})
  // The list has its keys again.
  await page.keyboard.press('s')
  await until(
    () => actions,
    (it) => it.length === 1,
  )
})
