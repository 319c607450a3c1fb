/** Every page in every look: it can be read by everybody (axe), has one heading, fits its screen, complains of nothing. */
import type {Page} from 'playwright-core'
import {beforeAll, describe, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import type {TextKey} from '../i18n/text.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {administrator, type Harness, houseFor} from './harness.fixture.ts'
import {problemsOf, sizes, type Shown} from './looks.fixture.ts'
import {rowOf, table} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

interface Row extends Shown {
  /** Looked at in the quick proof, too. */
  readonly isMain?: boolean
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', {name})
const dialog = (name: string | RegExp) => (page: Page) => page.getByRole('dialog', {name})
const row = (page: Page) => rowOf(page, 'Paper 01')

const details = (tab: string) => (house: Harness) => {
  const [made] = paperTorrents(1, 'Paper', house.tracker)
  return `/torrents?at=${house.idOf('seedbox')}~${made!.hash}&tab=${tab}`
}
const torrentPage = (house: Harness) => {
  const [made] = paperTorrents(1, 'Paper', house.tracker)
  return `/torrents/${house.idOf('seedbox')}/${made!.hash}`
}
const whyPage = (house: Harness) => `${torrentPage(house)}/why`
/** Pressed as soon as the list is there. */
const keys =
  (...pressed: readonly string[]) =>
  async (page: Page) => {
    await row(page).waitFor()
    for (const key of pressed) await page.keyboard.press(key)
  }
const tab = (name: TextKey) => (page: Page) => page.getByRole('tab', {name: say(name), selected: true})

/** A new page is one more line. */
const pages: readonly Row[] = [
  {name: 'overview', path: '/', whole: heading(say('verdict.well'))},
  {name: 'torrents', isMain: true, path: '/torrents', whole: row},
  {name: 'torrents, grouped', path: '/torrents?group=state', whole: row},
  {name: 'torrents, none found', path: '/torrents?q=nothing-of-that-name', whole: table},
  {name: 'details', path: details('overview'), whole: tab('details.tab.overview')},
  {name: 'details, files', path: details('files'), whole: tab('details.tab.files')},
  {name: 'details, trackers', path: details('trackers'), whole: tab('details.tab.trackers')},
  {name: 'details, peers', path: details('peers'), whole: tab('details.tab.peers')},
  {name: 'details, pieces', path: details('pieces'), whole: tab('details.tab.pieces')},
  {name: 'details, links', path: details('links'), whole: (page) => page.getByText(say('links.if-removed'))},
  {name: 'torrent, as a page', path: torrentPage, whole: tab('details.tab.overview')},
  {name: 'why', path: details('why'), whole: tab('details.tab.why')},
  {name: 'why, as a page', path: whyPage, whole: (page) => page.getByText(say('why.copy'))},
  {name: 'history', path: details('history'), whole: (page) => page.getByText(say('milestone.added'))},
  {name: 'adding', path: '/torrents', opens: keys('n'), whole: dialog(say('add.title'))},
  {
    name: 'torrents, selected',
    path: '/torrents',
    opens: keys('Control+a'),
    whole: (page) => page.getByRole('region', {name: say('ledger.selection')}),
  },
  {
    name: 'palette',
    path: '/torrents',
    opens: keys('Control+k'),
    whole: (page) => page.getByRole('dialog').getByRole('option'),
  },
  {name: 'keys', path: '/torrents', opens: keys('Shift+?'), whole: dialog(say('keys.title'))},
  {
    name: 'deleting',
    isMain: true,
    path: '/torrents',
    opens: keys('j', 'Delete'),
    whole: dialog(like('delete.title.named')),
  },
  {name: 'arrs', path: '/settings/arrs', whole: (page) => page.getByText(say('arrs.none'))},
  {name: 'adding an Arr', path: '/settings/arrs?add=true', whole: dialog(say('arr.form.add'))},
  {name: 'library', path: '/library', whole: (page) => page.locator('h1')},
  {name: 'rules', path: '/rules', whole: heading(say('nav.rules'))},
  {
    name: 'new rule',
    path: '/rules?new=true&begin=empty',
    whole: (page) => page.getByRole('button', {name: say('rules.save.new')}),
  },
  {name: 'waiting', path: '/activity?show=waiting', whole: heading(say('activity.title'))},
  {
    name: 'disk space',
    path: '/torrents/disk-space',
    whole: (page) => page.getByText(say('disk-space.span.year'), {exact: true}),
  },
  {name: 'settings', path: '/settings', whole: (page) => page.locator('h1')},
  {name: 'move-in', path: '/settings/move-in', whole: (page) => page.locator('h1')},
  {name: 'activity', path: '/activity', whole: heading(say('activity.title'))},
  {name: 'trash', path: '/torrents/trash', whole: (page) => page.getByText(say('trash.none'))},
  {name: 'orphans', path: '/torrents/orphaned-files', whole: heading(say('orphans.title'))},
  {name: 'processes', path: '/settings/system', whole: heading(say('nav.system'))},
  {
    name: 'servers',
    path: '/settings/servers',
    whole: (page) => page.getByText(say('servers.all-online', {count: 2})),
  },
  {
    name: 'server',
    path: (house) => `/settings/servers/${house.idOf('seedbox')}`,
    whole: (page) => page.getByText(say('tags.none')),
  },
  {name: 'account', path: '/settings/account', whole: heading(say('account.sessions'))},
  {name: 'trackers', path: '/settings/trackers', whole: heading(say('nav.trackers'))},
  {name: 'people', path: '/settings/users', whole: heading(say('nav.users'))},
  {name: 'nothing there', path: '/no-such-page', whole: (page) => page.getByText(say('page.missing.title'))},
  {name: 'log-in', isMain: true, path: '/login', isStranger: true, whole: heading(say('login.title'))},
  {name: 'invitation', path: '/invitation#x', isStranger: true, whole: heading(say('invitation.title'))},
]
/** Of a program that nobody has set up. */
const firstPages: readonly Shown[] = [
  {name: 'set-up', path: '/setup', isStranger: true, whole: heading(say('setup.administrator.title'))},
]

/** On to a later step of the set-up. */
const steps =
  (...buttons: readonly TextKey[]) =>
  async (page: Page) => {
    for (const button of buttons) await page.getByRole('button', {name: say(button), exact: true}).click()
  }
/** Once there is an administrator. */
const laterPages: readonly Shown[] = [
  {name: 'set-up, servers', path: '/setup', whole: heading(say('setup.servers.title'))},
  {name: 'set-up, Arrs', path: '/setup', opens: steps('setup.skip'), whole: heading(say('setup.arrs.title'))},
  {
    name: 'set-up, rules',
    path: '/setup',
    opens: steps('setup.skip', 'setup.skip'),
    whole: heading(say('setup.rules.title')),
  },
]

describe('a program in use', () => {
  const house = houseFor({servers: ['seedbox', 'attic']})
  beforeAll(async () => {
    for (const made of paperTorrents(5, 'Paper', house().tracker)) await house().server('seedbox').has(made)
    for (const made of paperTorrents(2, 'Note', house().tracker)) await house().server('attic').has(made)
  })
  for (const screen of sizes) {
    test(`every page can be read by everybody and fits: ${screen}`, async () => {
      expect(await problemsOf(house(), screen, isFull ? pages : pages.filter((it) => it.isMain))).toEqual([])
    })
  }

  test.each(some(1, ['/torrents', '/', '/rules']))(
    'the page stands before any time goes by: %s',
    async (path) => {
      const page = await house().visit('about:blank')
      await page.clock.install()
      await page.clock.pauseAt(Date.now() + 60_000)
      await page.goto(house().url(path))
      expect(await page.locator('h1').first().textContent()).not.toBe('')
    },
  )
})

describe.runIf(isFull)('a fresh program', () => {
  const house = houseFor({isEmpty: true})
  for (const screen of sizes) {
    test(`its set-up can be read by everybody and fits: ${screen}`, async () => {
      expect(await problemsOf(house(), screen, firstPages)).toEqual([])
    })
  }
})

describe.runIf(isFull)('a program whose set-up was begun', () => {
  const house = houseFor({isEmpty: true})
  beforeAll(() => house().api.setUp({...administrator, watching: true}))
  for (const screen of sizes) {
    test(`its later steps can be read by everybody and fit: ${screen}`, async () => {
      expect(await problemsOf(house(), screen, laterPages)).toEqual([])
    })
  }
})
