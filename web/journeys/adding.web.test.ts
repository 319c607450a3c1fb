/** Journey 14: a .torrent dropped on the page, a magnet link pasted into it, and where they went. */
import type {Locator, Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {NAMESPACE_ADDRESS, peerAddress, waitUntil} from '#lab/daemons/process.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {isFull} from '#test/proof.ts'
import {houseFor} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic', 'loft']})
/** bytes/s: slow enough to be watched. */
const PACE = 400_000
/** Another one for each try: what is there already does not come in before anybody's eyes. */
let ferries = 0
/** Transmission takes no peers on 127.0.0.1. */
const canTransfer = peerAddress() === NAMESPACE_ADDRESS

function made(name: string, size: number): MadeTorrent {
  return makeTorrent({name, content: size, pieceSize: 65_536, trackers: [house().tracker.announceUrl]})
}

/** As if a file of this disk were let go over the page. */
async function drop(page: Page, {name, torrent}: MadeTorrent): Promise<void> {
  const data = await page.evaluateHandle(
    ({name: fileName, bytes}) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(bytes)], fileName, {type: 'application/x-bittorrent'}))
      return transfer
    },
    {name: `${name}.torrent`, bytes: [...torrent]},
  )
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, {dataTransfer: data})
  }
}

async function paste(page: Page, words: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((it) => navigator.clipboard.writeText(it), words)
  await page.keyboard.press('Control+V')
}

const server = (page: Page, name: string): Locator =>
  page.getByRole('dialog').getByRole('checkbox', {name, exact: true})

/** Chooses these servers and no other. */
async function choose(page: Page, names: readonly string[]): Promise<void> {
  for (const name of ['seedbox', 'attic', 'loft']) {
    const isChosen = (await server(page, name).getAttribute('aria-checked')) === 'true'
    if (isChosen !== names.includes(name)) await server(page, name).click()
  }
}

test.runIf(isFull && canTransfer)(
  'a .torrent dropped on the page goes to two servers, and both complete',
  async () => {
    const ferry = made(`The.Long.Ferry.${++ferries}`, 4_000_000)
    await house().server('loft').seeds(ferry, house().tracker, {upLimit: PACE})
    const page = await house().visit('/settings/servers')
    await page.getByText(say('servers.all-online', {count: 3})).waitFor()
    await drop(page, ferry)
    await server(page, 'seedbox').waitFor()
    await choose(page, ['seedbox', 'attic'])
    await page
      .getByRole('dialog')
      .getByRole('button', {name: say('add.button', {count: 2, shown: 2})})
      .click()
    await page
      .getByText(/The\.Long\.Ferry|seedbox, attic/)
      .first()
      .waitFor()
    // Cards of the page below have a button of that name, too.
    await page
      .getByRole('region', {name: say('toast.region').replace('{hotkey}', 'F8')})
      .getByRole('button', {name: say('add.show')})
      .click()

    const taken = rowOf(page, ferry.name, 'seedbox')
    await taken.filter({hasText: say('state.downloading')}).waitFor()
    for (const name of ['seedbox', 'attic']) {
      const row = rowOf(page, ferry.name, name)
      await row.filter({hasText: new RegExp(`${say('state.seeding')}|${say('state.idle')}`, 'i')}).waitFor()
    }
    for (const name of ['seedbox', 'attic'] as const) {
      expect(await house().server(name).observer.torrent(ferry.hash)).toMatchObject({progress: 1})
    }
  },
)

test('a magnet link pasted anywhere goes to the server that is best for it', async () => {
  const glass = made('Harbour.of.Glass', 300_000)
  const page = await house().visit('/torrents')
  await page.getByRole('toolbar', {name: say('tools.label')}).waitFor()
  await paste(page, glass.magnet)
  const dialog = page.getByRole('dialog')
  await dialog.getByText(glass.name).first().waitFor()
  await choose(page, ['loft', 'attic'])
  await dialog.getByRole('button', {name: say('add.best')}).click()
  await dialog.getByText(say('add.best.is')).waitFor()
  const chosen = await dialog
    .getByRole('checkbox', {checked: true})
    .filter({hasText: /seedbox|attic|loft/})
    .all()
  expect(chosen).toHaveLength(1)
  const name = /seedbox|attic|loft/.exec(await chosen[0]!.innerText())![0] as 'seedbox' | 'attic' | 'loft'
  await dialog.getByRole('button', {name: say('add.button.one', {name})}).click()
  await dialog.waitFor({state: 'hidden'})
  await waitUntil(`${name} to have it`, async () =>
    (await house().server(name).observer.hashes()).includes(glass.hash),
  )
  const others = (['seedbox', 'attic', 'loft'] as const).filter((it) => it !== name)
  for (const other of others) expect(await house().server(other).observer.hashes()).not.toContain(glass.hash)
})

test.runIf(isFull)(
  'a server that cannot take it says why, and what is no torrent is said to be none',
  async () => {
    const page = await house().visit('/torrents')
    await page.getByRole('toolbar', {name: say('tools.label')}).waitFor()
    await house().server('attic').daemon.stop()
    await page
      .getByRole('button', {name: say('tools.add'), exact: true})
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    await server(page, 'attic')
      .filter({hasText: say('server.status.unreachable')})
      .waitFor()
    await dialog.getByRole('textbox', {name: say('add.links')}).fill('no link at all')
    await page.keyboard.press('Enter')
    await dialog.getByText(say('add.links.unknown')).waitFor()
    expect(await server(page, 'attic').getAttribute('aria-disabled')).toBe('true')
    await house().returns('attic')
  },
)
