/**
 * What would take or overwrite files of others is refused first, with whose they are; the page asks once more, and
 * sends the confirmation only then.
 */
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, patient, wordsOf} from './harness.fixture.ts'
import {rowOf, sentOf, table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'loft']})
const CATEGORY = 'boats'
const made = (name: string, files: Readonly<Record<string, number>>): MadeTorrent =>
  makeTorrent({name, content: files})
/** Both have one folder, and each a file of its own there. */
const [ferry, notes] = [made('Ferry', {'ferry.mkv': 40_000}), made('Ferry', {'notes.txt': 500})]
/** Of one name, in two folders. */
const [here, there] = [made('Harbour', {'harbour.mkv': 40_000}), made('Harbour', {'harbour.mkv': 30_000})]
/** On both servers, of which nobody knows whether they share a disk. */
const twin = made('Twin', {'twin.mkv': 20_000})
const lantern = made('Lantern', {'lantern.mkv': 40_000})
const otherLantern = made('Lantern', {'lantern.mkv': 30_000})
const pair = made('Pair', {'1.mkv': 20_000, '2.mkv': 21_000})
const boat = made('Boat', {'boat.mkv': 10_000})

const seedbox = () => house().server('seedbox')
const folder = (name: string) => join(seedbox().daemon.downloadDir, name)
interface WireTorrent {
  readonly category?: string
  readonly auto_managed?: boolean
}
const savePathOf = async ({hash}: MadeTorrent) => (await seedbox().observer.torrent(hash))?.savePath
const isIn = (path: string) => (seen: string | undefined) => seen?.replace(/\/$/, '') === path

beforeAll(async () => {
  for (const it of [ferry, notes, here, twin, lantern, pair, boat]) {
    it.writePayload(seedbox().daemon.downloadDir)
    await seedbox().has(it)
  }
  await seedbox().has(there, {savePath: folder('other')})
  await house().server('loft').has(twin)
  await until(
    () => house().api.get<{total: number}>('/api/torrents'),
    ({total}) => total === 9,
  )
})

/** @returns its dialog, with another folder typed */
async function moveTo(page: Page, {hash}: MadeTorrent, path: string) {
  await page.goto(house().url(`/torrents?at=${house().idOf('seedbox')}~${hash}`))
  await table(page).focus()
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog')
  const field = dialog.getByLabel(say('location.path'))
  // Where it lies comes a moment after the dialog: typed over in that moment, it would stand before what is typed.
  await expect.poll(() => field.inputValue(), patient).not.toBe('')
  await field.fill(path)
  await dialog.getByRole('button', {name: say('location.move'), exact: true}).click()
}

for (const [what, torrent, path, flag] of [
  ['lands on files of another torrent', here, 'other', 'accepts_others'],
  ['may take files of a server of which nobody knows what disk it has', twin, 'new', 'accepts_doubt'],
] as const) {
  test(`S53 a move that ${what} is refused, and goes on when it is confirmed`, async () => {
    const page = await house().visit('about:blank')
    const sent = sentOf(page, /\/actions(\/[^/]+\/retry)?$/)
    const before = await savePathOf(torrent)
    await moveTo(page, torrent, folder(path))
    const panel = page.getByRole('region', {name: say('result.panel'), exact: true})
    const anyway = panel.getByRole('button', {name: say('result.anyway')})
    await anyway.waitFor()
    await shoot(page, `confirming-move-${flag}`)
    expect(await seriousFindings(page)).toEqual([])
    expect(JSON.stringify(sent)).not.toContain('accepts_')
    expect(await savePathOf(torrent)).toBe(before)
    await anyway.click()
    await until(() => savePathOf(torrent), isIn(folder(path)))
    expect(sent.at(-1)).toMatchObject({confirm_asked: 'true'})
  })
}

test('S53 a name that another torrent has in that folder is refused, and given when it is confirmed', async () => {
  const page = await house().visit(`/torrents?at=${house().idOf('seedbox')}~${notes.hash}&tab=files`)
  const sent = sentOf(page, '/torrents/actions')
  await page
    .getByRole('treegrid', {name: say('files.label')})
    .getByRole('row')
    .filter({has: page.getByText('notes.txt', {exact: true})})
    .click()
  await page.getByRole('button', {name: say('files.rename'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('ferry.mkv')
  await dialog.getByRole('button', {name: say('files.rename.do'), exact: true}).click()
  const anyway = dialog.getByRole('button', {name: say('files.rename.anyway'), exact: true})
  await anyway.waitFor()
  await shoot(page, 'confirming-rename')
  expect(await seriousFindings(page)).toEqual([])
  expect(JSON.stringify(sent)).not.toContain('accepts_')
  // Another name is asked about again.
  await dialog.getByRole('textbox').fill('ferry.txt')
  await dialog.getByRole('textbox').fill('ferry.mkv')
  await anyway.click()
  await until(
    () => sent.length,
    (count) => count === 2,
  )
  expect(JSON.stringify(sent[1])).toContain('"accepts_others":true')
})

test('S53 a name that another file of the same torrent has is refused, and nothing is offered to confirm', async () => {
  const page = await house().visit(`/torrents?at=${house().idOf('seedbox')}~${pair.hash}&tab=files`)
  const sent = sentOf(page, '/torrents/actions')
  await page
    .getByRole('treegrid', {name: say('files.label')})
    .getByRole('row')
    .filter({has: page.getByText('1.mkv', {exact: true})})
    .click()
  await page.getByRole('button', {name: say('files.rename'), exact: true}).click()
  const dialog = page.getByRole('dialog')
  const rename = dialog.getByRole('button', {name: say('files.rename.do'), exact: true})
  await dialog.getByRole('textbox').fill('2.mkv')
  await rename.click()
  await dialog.getByText('Use a name that no other file of it has.').waitFor()
  expect(await dialog.getByRole('button', {name: say('files.rename.anyway'), exact: true}).count()).toBe(0)
  await dialog.getByRole('textbox').fill('3.mkv')
  await rename.click()
  await dialog.waitFor({state: 'detached'})
  expect(sent).toHaveLength(2)
  expect(JSON.stringify(sent)).not.toContain('accepts_')
})

test('S53 what is added onto files of another torrent is refused, and added when it is confirmed', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Boat').first().waitFor()
  const data = await page.evaluateHandle(
    (bytes) => {
      const transfer = new DataTransfer()
      transfer.items.add(
        new File([new Uint8Array(bytes)], 'other.torrent', {type: 'application/x-bittorrent'}),
      )
      return transfer
    },
    [...otherLantern.torrent],
  )
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, {dataTransfer: data})
  const dialog = page.getByRole('dialog')
  for (const name of ['seedbox', 'loft']) {
    const box = dialog.getByRole('checkbox', {name, exact: true})
    await box.waitFor()
    if (((await box.getAttribute('aria-checked')) === 'true') !== (name === 'seedbox')) await box.click()
  }
  await dialog.getByRole('button', {name: say('add.button.one', {name: 'seedbox'})}).click()
  const anyway = dialog.getByRole('button', {name: say('add.anyway')})
  await anyway.waitFor()
  await shoot(page, 'confirming-add')
  expect(await seriousFindings(page)).toEqual([])
  expect(await seedbox().observer.hashes()).not.toContain(otherLantern.hash)
  await anyway.click()
  await until(
    () => seedbox().observer.hashes(),
    (all) => all.includes(otherLantern.hash),
  )
})

test('S53 of two that are added each is confirmed what its own refusal asked for', async () => {
  const page = await house().visit('/torrents')
  await rowOf(page, 'Boat').first().waitFor()
  const sent: string[] = []
  const asks = {'one.torrent': 'accepts_others', 'two.torrent': 'accepts_doubt'} as const
  await page.route('**/torrents/upload', async (route) => {
    const form = route.request().postDataBuffer()?.toString('latin1') ?? ''
    const file = form.includes('one.torrent') ? 'one.torrent' : 'two.torrent'
    const flags = [...form.matchAll(/name="(accepts_\w+)"/g)].map(([, flag]) => flag!)
    sent.push([file, ...flags].join(' '))
    const refused = {status: 'failed', code: 'content_shared', message: 'No.', confirm_with: asks[file]}
    const result = flags.length > 0 ? {status: 'added'} : refused
    const results = [{file_name: file, info_hash: null, ...result}]
    await route.fulfill({status: 207, json: {server_id: house().idOf('seedbox'), results}})
  })
  const files = [otherLantern, made('Pier', {'pier.mkv': 5_000})].map(({torrent}) => [...torrent])
  const data = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer()
    for (const [at, bytes] of all.entries())
      transfer.items.add(new File([new Uint8Array(bytes)], at === 0 ? 'one.torrent' : 'two.torrent'))
    return transfer
  }, files)
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, {dataTransfer: data})
  const dialog = page.getByRole('dialog')
  for (const name of ['seedbox', 'loft']) {
    const box = dialog.getByRole('checkbox', {name, exact: true})
    await box.waitFor()
    if (((await box.getAttribute('aria-checked')) === 'true') !== (name === 'seedbox')) await box.click()
  }
  await dialog.getByRole('button', {name: say('add.button.one', {name: 'seedbox'})}).click()
  await dialog.getByRole('button', {name: say('add.anyway')}).click()
  await dialog.waitFor({state: 'detached'})
  expect(sent.toSorted()).toEqual([
    'one.torrent',
    'one.torrent accepts_others',
    'two.torrent',
    'two.torrent accepts_doubt',
  ])
})

test('S53 what asks to be confirmed beyond the causes that are shown is counted, and offered', async () => {
  const page = await house().visit('about:blank')
  await page.route(/\/api\/actions\/[^/]+$/, async (route) => {
    const answer = await route.fetch()
    const told = (await answer.json()) as {readonly problems: readonly object[]}
    const final = told.problems.map((it) => ({...it, message: 'It is final.', confirm_with: undefined}))
    const beyond = {problems_omitted: 3, retryable: 4, confirmable: {accepts_doubt: 3}}
    await route.fulfill({json: {...told, ...beyond, problems: final}})
  })
  await moveTo(page, twin, folder('newer'))
  const panel = page.getByRole('region', {name: say('result.panel'), exact: true})
  await panel.getByRole('button', {name: say('result.anyway')}).waitFor()
  await panel.getByText(say('result.confirms.doubt', {count: 3, shown: '3'})).waitFor()
  await panel.getByText(say('result.confirms.rest', {count: 1, shown: '1'})).waitFor()
  await shoot(page, 'confirming-beyond')
  expect(await seriousFindings(page)).toEqual([])
})

test('S53 another folder of a category that its server moves torrents by is confirmed first', async () => {
  const id = house().idOf('seedbox')
  const done = async (method: 'POST' | 'PATCH', path: string, body: object) => {
    const {status, body: told} = await house().api.send(method, path, body)
    expect(status, JSON.stringify(told)).toBeLessThan(300)
  }
  await done('POST', `/api/servers/${id}/categories`, {name: CATEGORY})
  const keys = [{server_id: id, info_hash: boat.hash}]
  await done('POST', '/api/torrents/actions', {verb: 'setCategory', args: {category: CATEGORY}, keys})
  await done('POST', '/api/torrents/actions', {verb: 'setAutoManaged', args: {on: true}, keys})
  // What Commodarr knows counts, and it looks now and then.
  await until(
    async () => (await house().api.get<{torrents: readonly WireTorrent[]}>('/api/torrents?q=boat')).torrents,
    ([it]) => it?.auto_managed === true && it.category === CATEGORY,
  )
  const page = await house().visit(`/settings/servers/${id}`)
  const sent = sentOf(page, '/categories')
  await page.getByRole('button', {name: say('categories.edit', {name: CATEGORY})}).click()
  await page.getByRole('textbox', {name: say('categories.path-of', {name: CATEGORY})}).fill(folder('fleet'))
  await page.keyboard.press('Enter')
  const anyway = page.getByRole('button', {name: say('categories.moves.do')})
  await anyway.scrollIntoViewIfNeeded()
  await shoot(page, 'confirming-category')
  expect(await seriousFindings(page)).toEqual([])
  expect(sent).toEqual([{name: CATEGORY, save_path: folder('fleet')}])
  await anyway.click()
  await until(
    () => sent.length,
    (count) => count === 2,
  )
  expect(sent[1]).toMatchObject({accepts_moves: true})
  await anyway.waitFor({state: 'detached'})
  // It stands there once the server did it.
  await until(
    () => wordsOf(page.getByRole('region', {name: say('categories.title'), exact: true})),
    (words) => words.includes(folder('fleet')),
  )
})

test('a share limit at which its server deletes files that another server may need is refused, and set when it is confirmed', async () => {
  const id = house().idOf('seedbox')
  const atLimit = async (action: number) => {
    const path = `/api/servers/${id}/preferences?accepts_doubt=true`
    const {status, body} = await house().api.send('PATCH', path, {max_ratio_act: action})
    expect(status, JSON.stringify(body)).toBeLessThan(300)
  }
  await atLimit(3)
  try {
    const page = await house().visit(`/torrents?at=${id}~${twin.hash}`)
    const sent = sentOf(page, /\/actions(\/[^/]+\/retry)?$/)
    await table(page).focus()
    await page.keyboard.press('l')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', {name: say('set-limits.ratio'), exact: true}).click()
    await page.getByRole('option', {name: say('set-limits.value'), exact: true}).click()
    await dialog.getByRole('spinbutton', {name: say('set-limits.ratio'), exact: true}).fill('5')
    await dialog.getByRole('button', {name: say('set-limits.set'), exact: true}).click()
    const panel = page.getByRole('region', {name: say('result.panel'), exact: true})
    const anyway = panel.getByRole('button', {name: say('result.anyway')})
    await anyway.waitFor()
    await shoot(page, 'confirming-share-limit')
    expect(await seriousFindings(page)).toEqual([])
    expect(JSON.stringify(sent)).not.toContain('accepts_')
    expect((await seedbox().observer.torrent(twin.hash))?.ratioLimit).not.toBe(5)
    await anyway.click()
    await until(
      () => seedbox().observer.torrent(twin.hash),
      (it) => it?.ratioLimit === 5,
    )
    expect(sent.at(-1)).toMatchObject({confirm_asked: 'true'})
  } finally {
    await atLimit(0)
  }
})
