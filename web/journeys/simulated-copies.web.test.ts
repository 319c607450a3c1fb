/**
 * Copies and moves between simulated servers from their order to their end: with hours of waits, downloads and a check of
 * minutes, which no test with real daemons has the time for.
 */
import {mkdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {shoot} from '#lab/browser.ts'
import {CONFIG_FOLDER} from '#lab/simulators/torrent-folder.ts'
import type {UnfinishedStep} from '#model/unfinished.ts'
import {newFolder, until} from '#test/program/program.fixture.ts'
import {houseFor, patient} from './harness.fixture.ts'
import {table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const SAVES = '/srv/downloads'
const disks = newFolder()
const diskOf = (name: string) => join(disks, name)
const configOf = (name: string) => join(disks, `${name}-config`)
for (const name of ['seedbox', 'nas', 'attic']) {
  mkdirSync(diskOf(name), {recursive: true})
  // What is empty may be a disk that is away.
  writeFileSync(join(diskOf(name), 'notes.txt'), '')
}

const lived = {mix: 'lived', changePercentPerSecond: 100, defaultSavePath: SAVES, count: 30} as const
const house = houseFor({
  simulated: [
    {name: 'seedbox', kind: 'qbittorrent', version: '5.1.0', seed: 3, disk: diskOf('seedbox'), ...lived},
    {
      name: 'nas',
      kind: 'transmission',
      version: '4.1.4',
      seed: 4,
      disk: diskOf('nas'),
      config: configOf('nas'),
      ...lived,
    },
    // Nobody sees what is on its disk.
    {
      name: 'attic',
      kind: 'deluge',
      version: '2.2.0',
      username: null,
      seed: 5,
      disk: diskOf('attic'),
      ...lived,
    },
  ],
  leapMs: 11 * 60_000,
})

const ids = new Map<string, string>()

beforeAll(async () => {
  const {api} = house()
  const {servers} = await api.get<{servers: {server_id: string; server_name: string}[]}>('/api/servers')
  for (const {server_id: id, server_name: name} of servers) ids.set(name, id)
  for (const name of ['seedbox', 'nas']) {
    const {status, body} = await api.send('PATCH', `/api/servers/${ids.get(name)}`, {
      path_mappings: [
        {server: SAVES, ours: diskOf(name)},
        ...(name === 'nas' ? [{server: CONFIG_FOLDER, ours: configOf(name)}] : []),
      ],
    })
    expect([status, body]).toMatchObject([200, {}])
  }
})
afterAll(() => rmSync(disks, {recursive: true, force: true}))

interface Known {
  readonly hash: string
  readonly name: string
}

/** The smallest of a server that are complete and run, and that no other server has. */
async function seedingOn(server: string, isPrivate: boolean): Promise<readonly Known[]> {
  const q = `is:complete is:${isPrivate ? 'private' : 'public'} -is:duplicate state:seeding,stalledup`
  const found = await until(
    () => house().api.list(`server_id=${ids.get(server)}&sort=size&q=${encodeURIComponent(q)}`),
    ({torrents}) => torrents.length > 3,
  )
  return found.torrents.map((it) => ({hash: it.info_hash, name: String(it['name'])}))
}

/** As its server has it; `null` = it has not. */
const on = (server: string, hash: string) => house().simulated.send(server, {do: 'torrent', hash})

/** All of it, and at work. */
const seeding = (it: Awaited<ReturnType<typeof on>>) => it?.state === 'seeding' && it.done === it.size

/** From the palette, for the one torrent of this name that the search finds. */
async function openDialog(page: Page, name: string, action: 'action.copy-to' | 'action.move-to') {
  await page.goto(house().url(`/torrents?q=${encodeURIComponent(`name:"${name}"`)}`))
  await table(page).getByRole('row').nth(1).click()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', {name: say('palette.open')}).waitFor()
  await page.keyboard.type(say(action))
  await page
    .getByRole('option', {name: new RegExp(`^${say(action)}`)})
    .first()
    .click()
  const dialog = page.getByRole('dialog', {name: /to another server$/})
  await dialog.waitFor()
  return dialog
}

async function choose(page: Page, dialog: ReturnType<Page['getByRole']>, server: string) {
  await dialog.getByRole('combobox', {name: say('to-server.server')}).click()
  await page.getByRole('option', {name: new RegExp(`^${server}`)}).click()
}

/** What it waits for in this step is over at once. */
async function leapAt(step: UnfinishedStep): Promise<void> {
  await until(
    () => house().api.get<object>('/api/activity/next'),
    (next) => JSON.stringify(next).includes(`"${step}"`),
  )
  house().leap()
}

/** What Activity says of it: the verb of each story, and how far it is. */
async function storiesOf({name}: Known): Promise<readonly string[]> {
  interface Story {
    readonly verb: string
    readonly names: readonly string[]
    readonly outcomes: object
  }
  const {stories} = await house().api.get<{stories: readonly Story[]}>('/api/activity')
  return stories
    .filter(({names}) => names.includes(name))
    .map(({verb, outcomes}) => [verb, ...Object.keys(outcomes)].join(' '))
}

const panelOf = (page: Page) => page.getByRole('region', {name: say('result.panel'), exact: true})

test('a copy needs no folder: the preview names the default one, and undo takes back what was linked there', async () => {
  const [torrent] = (await seedingOn('seedbox', false)) as [Known]
  const page = await house().visit('/torrents')
  const dialog = await openDialog(page, torrent.name, 'action.copy-to')
  await choose(page, dialog, 'nas')
  await dialog.getByText(say('to-server.way.links', {count: 1})).waitFor(patient)
  await dialog.getByText(new RegExp(`^${say('to-server.folders', {folders: SAVES}).slice(0, -1)}`)).waitFor()
  await shoot(page, 'simulated-copy')
  await dialog.getByRole('button', {name: say('to-server.button', {count: 1})}).click()
  await page
    .getByText(say('acted.copy-to', {count: 1}))
    .first()
    .waitFor(patient)
  expect(await on('nas', torrent.hash)).toSatisfy(seeding)
  expect(await storiesOf(torrent)).toEqual(['copyTo done'])
  await page.keyboard.press('Control+z')
  await until(
    () => on('nas', torrent.hash),
    (it) => it === null,
  )
  expect(await on('seedbox', torrent.hash)).toSatisfy(seeding)
  await until(
    () => storiesOf(torrent),
    (its) => String(its) === 'copyTo undone',
  )
})

test('a move goes on where it was when Commodarr is killed, and its source is in the trash once the copy has stood', async () => {
  const [torrent] = (await seedingOn('nas', true)) as [Known]
  const page = await house().visit('/torrents')
  const dialog = await openDialog(page, torrent.name, 'action.move-to')
  await choose(page, dialog, 'seedbox')
  await dialog.getByText(say('to-server.way.links', {count: 1})).waitFor(patient)
  await dialog.getByRole('button', {name: say('to-server.button.move', {count: 1})}).click()
  await until(
    () => on('seedbox', torrent.hash),
    (it) => it !== null,
  )
  house().excuse(/./)
  await house().endProgram('SIGKILL')
  await house().startProgram()
  await page.goto(house().url('/torrents'))
  await panelOf(page)
    .getByText(new RegExp(`^${say('verb.move-to')}: 0 of 1`))
    .waitFor(patient)
  // Its tracker never sees two seeds.
  await until(
    async () => ({here: await on('nas', torrent.hash), there: await on('seedbox', torrent.hash)}),
    ({here, there}) => {
      expect([here?.state, there?.state]).not.toEqual(['seeding', 'seeding'])
      return seeding(there)
    },
  )
  await panelOf(page)
    .getByRole('link', {name: say('result.running.waits')})
    .click()
  await page.waitForURL(/\/activity\?show=waiting/)
  await page
    .getByRole('region', {name: say('next.title'), exact: true})
    .getByText(torrent.name)
    .first()
    .waitFor(patient)
  await shoot(page, 'simulated-copy-waits')
  expect(await storiesOf(torrent)).toEqual(['moveTo sent'])
  await leapAt('settle')
  await until(
    () => on('nas', torrent.hash),
    (it) => it === null,
  )
  await page.goto(house().url('/torrents/trash'))
  await page.getByText(torrent.name).first().waitFor(patient)
  await until(
    () => storiesOf(torrent),
    (its) => String(its) === 'moveTo done',
  )
})

test('what no disk shows is downloaded from the source, and a cancellation removes what came', async () => {
  const all = await seedingOn('seedbox', false)
  const [first, second] = [all[1]!, all.at(-1)!]
  const page = await house().visit('/torrents')
  const order = async (torrent: Known) => {
    const dialog = await openDialog(page, torrent.name, 'action.copy-to')
    await choose(page, dialog, 'attic')
    await dialog.getByRole('checkbox', {name: /attic/}).check(patient)
    await dialog
      .getByText(/attic gets it straight from the server/)
      .first()
      .waitFor(patient)
    await dialog.getByRole('button', {name: say('to-server.button', {count: 1})}).click()
    await dialog.waitFor({state: 'detached'})
  }
  await order(first)
  await page
    .getByText(say('acted.copy-to', {count: 1}))
    .first()
    .waitFor(patient)
  expect(await on('attic', first.hash)).toSatisfy(seeding)
  await order(second)
  await until(
    () => on('attic', second.hash),
    (it) => it !== null,
  )
  await panelOf(page)
    .getByRole('button', {name: say('result.cancel.which', {verb: say('verb.copy-to')})})
    .click(patient)
  await until(
    () => on('attic', second.hash),
    (it) => it === null,
  )
  expect(await on('seedbox', second.hash)).toSatisfy(seeding)
})

test('files of another torrent at its place fail the check: the copy is not started, and the source seeds on', async () => {
  const [, , torrent] = (await seedingOn('seedbox', false)) as [Known, Known, Known]
  const {savePath} = (await on('seedbox', torrent.hash))!
  for (const {path, size} of await house().simulated.send('seedbox', {do: 'files', hash: torrent.hash})) {
    const place = join(diskOf('nas'), savePath.slice(SAVES.length), path)
    mkdirSync(dirname(place), {recursive: true})
    writeFileSync(place, 'something else')
    truncateSync(place, size)
  }
  const page = await house().visit('/torrents')
  const dialog = await openDialog(page, torrent.name, 'action.move-to')
  await choose(page, dialog, 'nas')
  await dialog.getByRole('button', {name: say('to-server.button.move', {count: 1})}).click(patient)
  const ended = panelOf(page).getByText(say('result.title', {verb: say('verb.move-to'), done: '0', all: '1'}))
  await leapAt('recheck_shown')
  await ended.waitFor(patient)
  await panelOf(page)
    .getByText(/lacks some of its data/)
    .waitFor()
  await shoot(page, 'simulated-copy-failed')
  expect(await on('seedbox', torrent.hash)).toSatisfy(seeding)
  expect(await on('nas', torrent.hash)).toMatchObject({state: 'stopped', done: 0})
})
