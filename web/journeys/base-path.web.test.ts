/** Everything works below a path of a web server that others share. */
import {beforeAll, expect, test} from 'vitest'
import {paperTorrents} from './daemons.fixture.ts'
import {administrator, houseFor} from './harness.fixture.ts'
import {logIn, logOut} from './people.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox'], urlBase: '/my/fleet'})

beforeAll(async () => {
  for (const made of paperTorrents(2, 'Paper', house().tracker)) await house().server('seedbox').has(made)
})

test('below a base path, pages, links, sessions and what is live stay below it', async () => {
  const page = await house().visit('/torrents?q=paper', {}, null)
  const beside: string[] = []
  const missing: string[] = []
  page.on('request', (it) => {
    if (!new URL(it.url()).pathname.startsWith('/my/fleet/')) beside.push(it.url())
  })
  page.on('response', (it) => {
    if (it.status() === 404) missing.push(it.url())
  })
  await page.waitForURL(/\/my\/fleet\/login\?next=/)
  await logIn(page, administrator)
  await page.waitForURL(house().url('/torrents?q=paper'))
  await rowOf(page, 'Paper 01').waitFor()
  await page
    .getByRole('status')
    .filter({hasText: say('live.live')})
    .waitFor()

  await page
    .getByRole('link', {name: say('nav.settings')})
    .first()
    .click()
  await page.waitForURL(house().url('/settings'))
  await page.getByRole('heading', {name: say('nav.settings'), level: 1}).waitFor()
  await page
    .getByRole('link', {name: say('nav.servers'), exact: true})
    .first()
    .click()
  await page.waitForURL(house().url('/settings/servers'))
  await page.getByRole('link', {name: 'seedbox'}).first().click()
  await page.waitForURL(house().url(`/settings/servers/${house().idOf('seedbox')}`))
  await page.reload()
  await page.getByRole('heading', {name: 'seedbox'}).waitFor()
  await page.goBack()
  await page.waitForURL(house().url('/settings/servers'))
  // Old addresses lead to where the pages are now, with all that follows them.
  await page.goto(house().url('/journal?what=removed#top'))
  await page.waitForURL(house().url('/activity?what=removed#top'))

  await logOut(page, administrator)
  await page.waitForURL(house().url('/login'))
  expect([beside, missing]).toEqual([[], []])
})
