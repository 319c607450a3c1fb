/** Files that no torrent claims: who may see them, why nothing counts as one, and how they are set aside. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import type {OrphanList} from '../api/orphans.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})

/** Seedbox shares its disk with Commodarr; attic, on the same machine, has a torrent somewhere. */
beforeAll(async () => {
  const place = house().server('seedbox').daemon.downloadDir
  await house().api.send('PATCH', `/api/servers/${house().idOf('seedbox')}`, {
    path_mappings: [{server: place, ours: place}],
  })
  const made = (name: string) =>
    makeTorrent({name, content: {'film.mkv': 50_000}, trackers: [house().tracker.announceUrl]})
  await house().server('seedbox').seeds(made('Claimed Film'), house().tracker)
  await house().server('attic').has(made('Attic Film'))
  await house().api.online()
})

const orphan = (n: number, more: Partial<OrphanList['orphans'][number]> = {}) => ({
  id: `o${n}`,
  path: `/data/films/Lost Film ${n}`,
  is_folder: true,
  files: 2,
  bytes: 1_048_576,
  changed_at: Date.UTC(2026, 0, 1),
  seen_since: Date.UTC(2026, 0, 2),
  deletable_at: Date.UTC(2026, 0, 3),
  ...more,
})

const found: OrphanList = {
  is_looking: false,
  progress: null,
  next_at: Date.UTC(2036, 0, 1),
  started_at: 1,
  ended_at: Date.UTC(2026, 0, 3),
  folders: [
    {
      path: '/data/films',
      servers: [{server_id: 's', server_name: 'seedbox'}],
      held: null,
      claimed: 3,
      orphans: 2,
      spared: 1,
      bytes: 2_097_152,
    },
  ],
  orphans: [orphan(1), orphan(2, {deletable_at: Date.UTC(2036, 0, 1)})],
  spared: [{path: '/data/films/Linked', why: 'linked', about: '/data/films/Linked/film.mkv'}],
  left_off: {orphans: 0, spared: 0},
}

/** What the program found is made up: nothing real is old enough in a test. */
async function visitFound(screen: 'desk' | 'small'): Promise<{page: Page; sent: unknown[]}> {
  const page = await house().visit('about:blank', {screen})
  const sent: unknown[] = []
  await page.route('**/api/orphans', (route) => route.fulfill({json: found}))
  await page.route('**/api/orphans/recycle', (route) => {
    sent.push(route.request().postDataJSON())
    const results = [{id: 'o1', path: orphan(1).path, outcome: 'begun', code: null, message: null}]
    return route.fulfill({json: {results, files: 2, bytes: 1_048_576}})
  })
  await page.goto(house().url('/torrents/orphaned-files'))
  return {page, sent}
}

test('S09 while it is not known what servers have nothing is an orphan, and the page says of which server and why', async () => {
  const page = await house().visit('/torrents/orphaned-files')
  // Nobody has to ask for the first scan.
  await page.getByText(say('orphans.held.servers_missing')).waitFor()
  // It was started a moment ago.
  await page.getByText(say('orphans.missing.too_new', {server: 'seedbox'})).waitFor()
  await page.getByText(say('orphans.none')).waitFor()
  expect(await seriousFindings(page)).toEqual([])
})

test.each(['desk', 'small'] as const)(
  'selected ones go into the trash, confirmed by what they are: %s',
  async (screen) => {
    const {page, sent} = await visitFound(screen)
    await page.getByRole('checkbox', {name: say('orphans.choose', {path: orphan(2).path})}).click()
    const erase = page.getByRole('button', {name: say('orphans.delete')})
    // It was not watched for long enough.
    expect(await erase.getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('checkbox', {name: say('orphans.choose', {path: orphan(2).path})}).click()
    await page.getByRole('checkbox', {name: say('orphans.choose', {path: orphan(1).path})}).click()
    expect(await erase.getAttribute('aria-disabled')).not.toBe('true')
    await page.getByText(say('orphans.spared', {count: 1})).click()
    await page.getByText(say('orphans.spared.linked')).waitFor()
    expect(await tooWide(page)).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
    await shoot(page, `orphans-${screen}`)

    await page.getByRole('button', {name: say('orphans.recycle'), exact: true}).click()
    const dialog = page.getByRole('dialog', {name: say('orphans.recycle.title', {count: 1})})
    const files = say('orphans.files', {count: 2})
    await dialog.getByText(say('orphans.recycle.says', {files, size: '1.00 MiB'})).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await dialog.getByRole('button', {name: say('orphans.recycle')}).click()
    await page
      .getByText(say('orphans.begun', {count: 1}))
      .first()
      .waitFor()
    expect(sent).toEqual([{ids: ['o1'], confirm: {files: 2, bytes: 1_048_576}}])
  },
)

test('a scan that goes on says how far it is, and what it found stands there when it ended', async () => {
  const page = await house().visit('about:blank')
  let list: OrphanList = {...found, ended_at: null, started_at: null, folders: [], orphans: [], spared: []}
  const asked: string[] = []
  await page.route('**/api/orphans', (route) => route.fulfill({json: list}))
  await page.route('**/api/orphans/look', (route) => {
    asked.push(route.request().method())
    list = {...list, is_looking: true, progress: {done: 2, all: 5}}
    return route.fulfill({status: 204})
  })
  await page.goto(house().url('/torrents/orphaned-files'))
  await page.getByText(say('orphans.looking.folders', {at: 3, all: 5})).waitFor()
  await shoot(page, 'orphans-scanning')
  expect(await seriousFindings(page)).toEqual([])
  list = found
  // One of a row, without choosing it first.
  await page.getByRole('button', {name: say('orphans.recycle.of', {path: orphan(2).path})}).click()
  await page.getByRole('dialog', {name: say('orphans.recycle.title', {count: 1})}).waitFor()
  expect(await page.getByText(say('orphans.looking.goes-on')).count()).toBe(0)
  expect(asked).toEqual(['POST'])
})
