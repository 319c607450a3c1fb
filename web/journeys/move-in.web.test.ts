/** Journey 5 in the browser: Ben starts on his old folder, reads what is different, and lets the rules act. */
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {thirdGeneration} from '#qbitrr-migration/old-databases.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const config = [
  '[Settings]',
  'ConfigVersion = "5.14.4"',
  '[Radarr-4K]',
  'Managed = true',
  'URI = "http://127.0.0.1:9"',
  'APIKey = "key"',
  'Category = "films"',
  'Torrent.StalledDelay = -1',
  'EntrySearch.UseTempForMissing = true',
].join('\n')

const house = houseFor({
  movesIn: (folder) => {
    thirdGeneration(join(folder, 'qBitManager'))
    return config
  },
})

/** What has the gravest consequences comes first. */
const places = (
  ['weight.more', 'weight.notYet', 'weight.careful', 'weight.different', 'taken', 'items'] as const
).map((it) => say(`move-in.${it}`))

for (const looking of [{theme: 'light'}, {theme: 'dark'}, {screen: 'phone', theme: 'dark'}] as const) {
  test(`the page can be read by everybody and fits its screen: ${JSON.stringify(looking)}`, async () => {
    const page = await house().visit('/settings/move-in', looking)
    await page.getByRole('heading', {name: say('move-in.weight.careful')}).waitFor()
    const brought = page.getByText(/0 servers and 1 Arr are configured/)
    await brought.waitFor()
    const heads = await page.getByRole('main').getByRole('heading', {level: 2}).allTextContents()
    expect(heads).toEqual(heads.toSorted((one, other) => places.indexOf(one) - places.indexOf(other)))
    expect(heads).toContain(say('move-in.weight.notYet'))
    expect(await seriousFindings(page)).toEqual([])
    expect(await tooWide(page)).toBe(0)
    await shoot(page, `move-in-${JSON.stringify(looking).replaceAll(/\W+/g, '-')}`)
  })
}

test('who comes from qBitrr is led to what is different, lets the rules act, and puts it away permanently', async () => {
  const page = await house().visit('/torrents')
  await page.getByText(say('watching')).waitFor()
  await page.getByRole('link', {name: say('move-in.line.look')}).click()
  await page.getByRole('heading', {level: 1, name: say('move-in.title')}).waitFor()
  await page.getByText(say('move-in.taken.searched', {count: 1})).waitFor()
  const items = page.getByRole('list', {name: say('move-in.items')})
  await items
    .getByRole('listitem')
    .filter({hasText: /One.*Radarr-4K.*has the temporary quality profile 6; before that it had 4/s})
    .waitFor()
  await page.getByText('Radarr-4K.Torrent.StalledDelay = never').waitFor()
  await page.getByText(say('move-in.line', {line: 8})).waitFor()

  await page.getByRole('button', {name: say('move-in.act')}).click()
  const dialog = page.getByRole('dialog', {name: say('move-in.act.title')})
  await dialog.getByRole('button', {name: say('move-in.act.confirm')}).click()
  await page.getByText(say('move-in.observing.title')).waitFor({state: 'detached'})
  expect(await house().api.get('/api/move-in')).toMatchObject({observing: null})

  await page.goto(house().url('/torrents'))
  const hide = page.getByRole('button', {name: say('move-in.line.hide')})
  const kept = page.waitForResponse(
    (it) => it.url().endsWith('/api/preferences') && it.request().method() === 'PATCH',
  )
  await hide.click()
  await hide.waitFor({state: 'detached'})
  await kept
  await page.goto(house().url('/settings/move-in'))
  await page.getByRole('button', {name: say('move-in.read')}).click()
  await page.waitForURL(/\/torrents/)
  await page.reload()
  await page.getByText(say('servers.add')).first().waitFor()
  expect(await hide.count()).toBe(0)
})
